# mairu status and mairu show.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load lib/common

prepare() {
	project "$HOME/proj"
	cd "$HOME/proj" || return
}

# json EXPRESSION: what it is of `mairu status --json`, which must be JSON.
json() {
	mairu status --json >"$T/json"
	python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$T/json" "$1"
}

@test "status outside a project says that there is none" {
	cd /
	run --separate-stderr mairu status
	assert_success
	assert_equal "$stderr" ''
	assert_line --regexp '^config +none here or above$'
	assert_line --regexp '^broker +not running'
	assert_equal "$(json 's["config"], s["trust"], s["broker"]["running"]')" '(None, None, False)'
	[ ! -e "$SOCK" ]
}

@test "status tells config, trust, server and role, and what to run" {
	run mairu status
	assert_success
	assert_line --regexp '^config +~/proj/.mairu.json$'
	assert_line --regexp '^trust +.*is not trusted.*Run: mairu allow$'
	assert_line --regexp '^server +contoso$'
	assert_line --regexp '^role +123456789012/Dev$'
	assert_equal "$(json 's["trust"]')" unknown
	mairu allow
	run mairu status
	assert_line --regexp '^trust +allowed$'
	assert_line --regexp '^session +login required. Run: mairu login contoso$'
	assert_equal "$(json 's["trust"], s["logged_in"]')" "('allowed', False)"
	echo >>.mairu.json
	assert_equal "$(json 's["trust"]')" changed
	mairu deny
	assert_equal "$(json 's["trust"]')" denied
	echo '{' >.mairu.json
	mairu allow || :
	rm "$STORE"/*
	assert_equal "$(json 's["trust"]')" unusable
}

@test "status --json names the config, the digest that allow takes, and the chain" {
	project . '{"server":"contoso","role":"a/b","region":"eu-west-1","assume_role":{"role_arn":"arn:aws:iam::123456789012:role/Hop"}}'
	assert_equal "$(json 's["config"]')" "$PWD/.mairu.json"
	assert_equal "$(json 's["server"], s["role"], s["region"], s["assume_role"]')" \
		"('contoso', 'a/b', 'eu-west-1', ['arn:aws:iam::123456789012:role/Hop'])"
	mairu allow --digest "$(json 's["digest"]')"
	assert_equal "$(json 's["trust"]')" allowed
	assert_equal "mairu $(json 's["version"]')" "$(mairu --version)"
	# Text for a person ends in a newline, and so does this.
	[ "$(tail -c 1 "$T/json" | od -An -c | tr -d ' ')" = '\n' ]
}

@test "status knows the broker: pid, version, endpoint, socket, log" {
	mairu allow
	mairu export bash >"$T/statement" 2>&1
	run mairu status
	assert_line --regexp "^broker +pid $(broker_pid), version [0-9.]+, .*1 grant.*locked in memory"
	assert_line --regexp '^endpoint +http://127\.0\.0\.1:[0-9]+/v1/credentials$'
	assert_line --regexp "^socket +$SOCK$"
	assert_line --regexp "^log +$XDG_STATE_HOME/mairu/log/"
	assert_equal "$(json 's["broker"]["pid"]')" "$(broker_pid)"
	assert_equal "$(json 's["broker"]["running"], s["broker"]["grants"]')" '(True, 1)'
	grep -qF "$(json 's["broker"]["endpoint"]')" "$T/statement"
	[ -f "$(json 's["broker"]["log"]')" ]
}

@test "status shows no token" {
	mairu allow
	mairu export bash >"$T/statement" 2>&1
	grep -oE 'Bearer [A-Za-z0-9_-]{43}' "$T/statement" | cut -d ' ' -f 2 >"$T/token"
	[ -s "$T/token" ]
	run bash -c 'mairu status; mairu status --json'
	refute_output --partial "$(cat "$T/token")"
	run grep -rF "$(cat "$T/token")" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
	assert_output ''
}

@test "status in a shell with the role says so, and what shadows it" {
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		%as outside
		mairu status --json
		cd ~/proj
		%as status
		mairu status
		%as json
		mairu status --json
		export AWS_PROFILE=other
		%as shadow
		mairu status
		%as shadow-json
		mairu status --json
	SCRIPT
	has outside '"has_role": false'
	check grep -q '^shell  *has this role$' "$OUT/status"
	lacks status shadow
	has json '"has_role": true'
	has json '"hook_seen": true'
	check grep -q '^shadow  *AWS_PROFILE .*Run: unset AWS_PROFILE$' "$OUT/shadow"
	check python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["shell"]["shadowed_by"] == ["AWS_PROFILE"]' "$OUT/shadow-json"
}

@test "status with a stopped broker names it and comes back" {
	local pid

	start_broker
	pid=$(broker_pid)
	kill -STOP "$pid"
	within 5000 mairu status
	run mairu status
	kill -CONT "$pid"
	assert_success
	assert_line --regexp "^broker +.*$pid.*does not answer"
	assert_equal "$(json 's["broker"]["running"]')" True
}

@test "status names another program on the socket" {
	peer garbage
	run mairu status
	assert_success
	assert_line --regexp "^broker +another program.*${PEERS[0]}"
	assert_equal "$(json 's["broker"]["running"]')" False
	stop_peers
}

@test "show prints the config and its trust as JSON" {
	show() {
		mairu show >"$T/show"
		python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$T/show" "$1"
	}
	assert_equal "$(show 's["auto"]["server"], s["auto"]["role"], s["auto_source"], s["auto_trusted"], s["auto_logged_in"]')" \
		"('contoso', '$ROLE', '$PWD/.mairu.json', False, False)"
	mairu allow
	assert_equal "$(show 's["auto_trusted"]')" True
	mairu deny
	assert_equal "$(show 's["auto_trusted"]')" False
	cd /
	assert_equal "$(show 's')" "{'auto': None}"
}

@test "show -f fails without a config, -q is silent" {
	run mairu show -f
	assert_success
	run mairu show --fail-when-missing-auto --quiet
	assert_success
	assert_output ''
	cd /
	run mairu show
	assert_success
	run -1 mairu show -f
	run -1 mairu show -f -q
	assert_output ''
	run mairu show -q
	assert_success
	assert_output ''
}

@test "show of a bad config fails with one clear message" {
	echo '{"server":1}' >.mairu.json
	run --separate-stderr -1 mairu show
	assert_regex "$stderr" '^mairu: ~/proj/.mairu.json: '
	assert_equal "$(wc -l <<<"$stderr")" 1
}
