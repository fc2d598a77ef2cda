# mairu config: the broker's settings.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

prepare() {
	FILE=$XDG_CONFIG_HOME/mairu/broker.json
}

@test "config set, get and unset of every setting" {
	local pair key value

	for pair in proxy=http://proxy.example.com:3128 \
		proxy=socks5h://u:p@127.0.0.1:1080 no_proxy=localhost,.example.com \
		ca_bundle=/etc/passwd endpoints.sts=https://sts.example.com/ \
		endpoints.sso=http://127.0.0.1:9/ \
		endpoints.sso_oidc=https://oidc.example.com/ use_fips=true \
		use_fips=false use_dualstack=true; do
		key=${pair%%=*} value=${pair#*=}
		run mairu config set "$key" "$value"
		assert_success
		assert_output ''
		run mairu config get "$key"
		assert_success
		assert_output "$value"
	done
	python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); assert s["use_dualstack"] is True; assert s["endpoints"]["sso"] == "http://127.0.0.1:9/"; assert s["proxy"].startswith("socks5h")' "$FILE"
	assert_equal "$(stat -c %a "$FILE")" 600
	for key in proxy no_proxy ca_bundle endpoints.sts endpoints.sso \
		endpoints.sso_oidc use_fips use_dualstack; do
		mairu config unset "$key"
		run -1 mairu config get "$key"
		assert_output ''
	done
	run mairu config get
	assert_success
	assert_output '{}'
}

@test "config get without a file prints an empty object and makes none" {
	run mairu config get
	assert_success
	assert_output '{}'
	[ ! -e "$FILE" ]
}

@test "config get without a key prints all as JSON" {
	mairu config set use_fips true
	mairu config set endpoints.sts https://sts.example.com/
	mairu config get >"$T/all"
	python3 -c 'import json, sys; assert json.load(open(sys.argv[1])) == {"use_fips": True, "endpoints": {"sts": "https://sts.example.com/"}}' "$T/all"
}

@test "config refuses unknown settings and wrong use with status 2" {
	run --separate-stderr -2 mairu config set color blue
	assert_regex "$stderr" '^mairu: .*color.*proxy, no_proxy, ca_bundle, endpoints.sts'
	run -2 mairu config get color
	run -2 mairu config unset color
	run -2 mairu config set proxy
	run -2 mairu config unset
	run -2 mairu config frobnicate proxy
	run -2 mairu config get proxy more
	run -2 mairu config
	[ ! -e "$FILE" ]
}

@test "config refuses values that can't be, and keeps the old one" {
	local pair

	mairu config set proxy http://proxy.example.com:3128
	for pair in proxy=ftp://x proxy= 'proxy=http://a b' proxy=http:// \
		proxy=nonsense endpoints.sts=http://sts.example.com/ \
		endpoints.sts=file:///etc/passwd ca_bundle=relative.pem \
		use_fips=yes use_fips= $'no_proxy=a\nb' $'ca_bundle=/a\e[31m'; do
		run --separate-stderr mairu config set "${pair%%=*}" "${pair#*=}"
		assert_failure
		assert_output ''
		assert_regex "$stderr" "^mairu: .*${pair%%=*}"
		assert_equal "$(wc -l <<<"$stderr")" 1
	done
	assert_equal "$(mairu config get proxy)" http://proxy.example.com:3128
}

@test "a value that begins with a dash follows --" {
	run mairu config set -- no_proxy -x
	assert_success
	assert_equal "$(mairu config get no_proxy)" -x
}

@test "config refuses a file that others can write, or that is damaged, and leaves it" {
	mairu config set use_fips true
	chmod 0666 "$FILE"
	run --separate-stderr -1 mairu config get use_fips
	assert_regex "$stderr" '^mairu: .*broker.json'
	run -1 mairu config set use_fips false
	chmod 0600 "$FILE"
	assert_equal "$(mairu config get use_fips)" true
	echo '{"use_fips":"perhaps","colour":1}' >"$FILE"
	run --separate-stderr -1 mairu config get
	assert_regex "$stderr" 'use_fips.*expected true or false.*colour'
	run -1 mairu config set proxy http://proxy.example.com:3128
	assert_equal "$(cat "$FILE")" '{"use_fips":"perhaps","colour":1}'
}

@test "a running broker takes a change over at once, and shows no password" {
	start_broker
	mairu config set proxy http://user:hidden@proxy.example.com:3128
	run mairu status
	assert_line --regexp '^setting.*proxy\.example\.com:3128'
	refute_output --partial hidden
	mairu config unset proxy
	run mairu status
	refute_output --partial proxy.example.com
}

@test "what the broker took from the environment it started in is shown" {
	export HTTPS_PROXY=http://user:hidden@envproxy.example.com:3128 AWS_CA_BUNDLE=/nowhere
	agree_proxies
	start_broker
	run mairu status
	assert_line --regexp '^setting.*envproxy\.example\.com:3128'
	refute_output --partial hidden
	refute_output --partial nowhere
}

@test "without HOME config fails with one clear message" {
	unset HOME XDG_CONFIG_HOME
	run --separate-stderr -1 mairu config get
	assert_regex "$stderr" '^mairu: .*HOME'
}

@test "config set of a bundle that cannot be read says so, and sets it" {
	run --separate-stderr mairu config set ca_bundle /nope
	assert_success
	assert_regex "$stderr" '^mairu: the setting is saved, but /nope cannot be read'
	assert_equal "$(mairu config get ca_bundle)" /nope
}

@test "config get of a damaged file speaks of no change" {
	mkdir -p "${FILE%/*}"
	echo '{' >"$FILE"
	run -1 mairu config get
	refute_output --partial changed
	run -1 mairu config unset proxy
	assert_output --partial 'nothing was changed'
	rm "$FILE"
	run -2 mairu config get ''
	assert_output --partial "unknown setting: ''. Settings"
}
