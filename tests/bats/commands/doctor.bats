# mairu doctor.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde
# shellcheck disable=SC2016 # and variables that a person is to type
# shellcheck disable=SC2153 # SERVER is set by start_server

load ../lib/common

prepare() {
	project "$HOME/proj"
	cd "$HOME/proj" || return
	# Whatever machine this runs on, it is no container and has a browser.
	export BROWSER=/bin/true SHELL=/bin/bash
	rc bash
}

# a_host ID [OPTION]...: a server by that name which answers as lib/host does.
a_host() {
	local id=$1 ready=$T/host.$1

	shift
	: >"$ready"
	"$LIB/host" "$@" >"$ready" 2>"$ready.err" 3>&- &
	SERVERS+=($!)
	wait_until test -s "$ready"
	server_file "$id" "$(cat "$ready")"
}

server_file() {
	mkdir -p "$XDG_CONFIG_HOME/mairu/servers.d"
	python3 -c 'import json, sys; print(json.dumps({"id": sys.argv[1],
"url": sys.argv[2], "oauth": {"client_id": "x", "code_grant": {}}}))' "$1" "$2" \
		>"$XDG_CONFIG_HOME/mairu/servers.d/$1.json"
}

# Runs it without asking servers; its lines are in $output.
doctor() {
	run --separate-stderr mairu doctor --offline
}

# finds LEVEL AREA TEXT: one line says exactly this.
finds() {
	assert_line "$(printf '%-7s %-9s %s' "$1" "$2" "$3")"
}

# mends AREA: the command that the line of that area names takes it away.
mends() {
	local command

	command=$(grep -E "^(problem|warning) +$1 .*\. Run: " <<<"$output" |
		head -n 1 | sed 's/.*\. Run: //')
	[ -n "$command" ] || fail "nothing to run for $1 in: $output"
	eval "$command"
	doctor
	refute_line --regexp "^(problem|warning) +$1 "
}

@test "doctor finds nothing wrong where all is well, and changes nothing" {
	local before

	start_server
	a_server contoso
	allow .
	log_in contoso
	rc bash
	session -C / -e SHELL=/bin/bash -e BROWSER=/bin/true bash <<-'SCRIPT'
		cd ~/proj
		%as all
		mairu doctor; echo "status $?"
		%as piped
		mairu doctor | cat
		%as json
		mairu doctor --json
	SCRIPT
	has all 'hook      bash has loaded it, and ~/.bashrc has its line'
	has all 'session   contoso: logged in until '
	has all 'shell     has this role'
	has all "sdk       all SDKs: mairu's role, from its endpoint"
	has all "network   contoso: ${SERVER%/*} is reached"
	has all 'clock     is that of 127.0.0.1:'
	has all ': 0 problems, 0 warnings'
	has all 'status 0'
	check awk 'length > 80 { exit 1 }' "$OUT/all"
	has piped 'proxy     the broker has what this shell says of proxies, CAs and endpoints'
	check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["problems"] == d["warnings"] == 0, d
assert {c["level"] for c in d["checks"]} == {"ok"}, d
assert all(s["mairu"] and s["source"] == "endpoint" for s in d["sdks"]), d
assert len(d["sdks"]) == 6' "$OUT/json"
	# Servers were asked for nothing, and never with a token.
	run grep -c '"method": "HEAD"' "$JOURNAL"
	assert_output 3
	mairu kill-agent
	before=$(cd "$T" && find config state home run | sort)
	doctor
	assert_equal "$(cd "$T" && find config state home run | sort)" "$before"
	finds ok broker 'does not run; it starts when it is needed'
	finds ok network 'servers were not asked, as --offline was given'
	assert_equal "$stderr" ''
}

@test "doctor tells what keeps the role from here, one thing after another" {
	doctor
	assert_failure 1
	assert_line --regexp '^problem servers +no credential server is configured: '
	finds problem project '~/proj/.mairu.json is not trusted: server contoso, role 123456789012/Dev. Run: mairu allow'
	a_silent_server
	mends project
	finds problem session 'contoso: not logged in. Run: mairu login contoso'
	assert_line --regexp '^problem shell +does not have this role: '
	finds ok servers contoso
	mairu deny
	doctor
	assert_line --regexp '^warning project +~/proj/.mairu.json .*denied'
	rm -r "$XDG_CONFIG_HOME/mairu/servers.d"
	server_file other https://o.example/
	mairu allow
	doctor
	finds problem project 'its server contoso: not configured. Run: mairu list-servers'
	project . '{"server":"other","role":"a","colour":"red"}'
	mairu allow
	doctor
	finds warning project '~/proj/.mairu.json: these keys have no effect: colour'
	echo '{' >.mairu.json
	doctor
	assert_line --regexp '^problem project +~/proj/.mairu.json'
	cd /
	doctor
	finds ok project 'no .mairu.json here or above'
}

@test "doctor names servers that are broken or ambiguous, and broker.json" {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d

	server_file a https://a.example/
	server_file b https://b.example/
	cp "$dir/a.json" "$dir/c.json"
	echo '{"id":7}' >"$dir/d.json"
	echo '{"id":"e","url":"https://e.example/","color":1,"oauth":{"client_id":"x","code_grant":{}}}' >"$dir/e.json"
	doctor
	assert_failure 1
	assert_line --regexp '^problem servers +.*a.json.*c.json'
	assert_line --regexp '^problem servers +.*d.json: '
	assert_line --regexp '^warning servers +.*e.json: these keys have no effect: color$'
	finds ok servers 'b, e'
	echo '{"proxy":7}' >"$XDG_CONFIG_HOME/mairu/broker.json"
	doctor
	assert_line --regexp '^problem settings +.*broker.json'
	start_broker
	doctor
	assert_line --regexp '^problem broker +.*broker.json'
	rm "$XDG_CONFIG_HOME/mairu/broker.json"
	mairu config set ca_bundle /nowhere.pem 2>/dev/null
	doctor
	finds problem settings 'ca_bundle /nowhere.pem can'\''t be read, so that no server is reached. Run: mairu config unset ca_bundle'
	mends settings
	finds ok settings 'broker.json sets nothing'
	chmod 0777 "$dir"
	doctor
	assert_line --regexp '^problem (files|servers) +.*servers.d'
}

@test "doctor names what others may write or read, and the commands mend that" {
	local path

	a_silent_server
	mairu allow
	for path in "$XDG_STATE_HOME/mairu/trust" "$XDG_CONFIG_HOME/mairu/servers.d" \
		"$XDG_CONFIG_HOME/mairu" "$XDG_STATE_HOME/mairu"; do
		chmod 0777 "$path"
		cd /
		doctor
		finds problem files "others may write ${path/#$HOME/\~} (mode 0777). Run: chmod go-$(case $path in */trust) echo rwx ;; *) echo w ;; esac) $path"
		mends files
		[ "$(stat -c %a "$path")" != 777 ]
	done
	chmod 0644 "$STORE"/*.json
	doctor
	assert_line --regexp '^warning files +others may look into .*/trust\.[^ ]*\.json \(mode 0644\)\. Run: chmod go-rwx '
	mends files
	mkdir "$HOME/.aws"
	: >"$HOME/.aws/credentials"
	chmod 0644 "$HOME/.aws/credentials"
	doctor
	finds warning files 'others may look into ~/.aws/credentials (mode 0644). Run: chmod go-rwx ~/.aws/credentials'
	mends files
	finds ok files 'configuration, trust and state are yours alone to write'
	mkdir -p "$XDG_RUNTIME_DIR/mairu"
	chmod 0755 "$XDG_RUNTIME_DIR/mairu"
	doctor
	assert_line --regexp "^problem (files|broker) +.*$XDG_RUNTIME_DIR/mairu"
	rmdir "$XDG_RUNTIME_DIR/mairu"
	[ "$(id -u)" = 0 ] || return 0
	chown 65534 "$STORE"
	doctor
	finds problem files "$STORE is of another user (uid 65534). Run: sudo chown 0 $STORE"
	chown 0 "$STORE"
}

@test "doctor knows whether this very shell has loaded the hook" {
	local shell nested

	for shell in bash zsh fish; do
		# The line is there, and this shell has not read it.
		rc "$shell" ''
		session -C / "$shell" <<-'SCRIPT'
			%as absent
			mairu doctor --offline | grep hook
		SCRIPT
		has absent "this $shell (pid "
		has absent "has not loaded the hook. Run: echo '"
		has absent "&& exec $shell"
		rc "$shell"
		# One below, which inherits what the hook has exported.
		prelude bash >"$T/plain"
		nested="bash --noprofile --rcfile $T/plain"
		session -C / "$shell" <<-SCRIPT
			%as inside
			mairu doctor --offline | grep hook
			%as script
			bash -c 'mairu doctor --offline; :' | grep hook
			$nested
			%as nested
			mairu doctor --offline | grep hook
			exit
		SCRIPT
		has inside "ok      hook      $shell has loaded it, and "
		has script "ok      hook      $shell has loaded it, and "
		has nested 'problem hook      this bash (pid '
	done
}

@test "doctor names a hook that is old, of another program, or of one that is gone" {
	local version

	version=$(version)
	ln -s "$MAIRU_BUILD/mairu" "$T/bin/mairu"
	cp "$MAIRU_BUILD/mairu" "$T/other"
	rc bash
	session -C / bash <<-SCRIPT
		%as in-order
		mairu doctor --offline | grep hook
		MAIRU_HOOK=\${MAIRU_HOOK/$version/0.11.0}
		%as old
		mairu doctor --offline | grep hook
		MAIRU_HOOK=\${MAIRU_HOOK/0.11.0/$version}
		%as other
		$T/other doctor --offline | grep -e hook -e program
		rm $T/bin/mairu
		%as gone
		mairu doctor --offline | grep hook
	SCRIPT
	has in-order 'bash has loaded it'
	has old "warning hook      the hook of this bash is that of another mairu than this $version. Run: exec bash"
	has other "the hook of this bash runs $T/bin/mairu, but this is $T/other. Run: exec bash"
	has other "but PATH leads to another one: $T/bin/mairu"
	has other 'problem program   cannot find mairu-broker next to mairu'
	has gone "problem hook      the hook of this bash runs $T/bin/mairu, which does not exist any more. Run: exec bash"
}

@test "doctor from a script knows the start-up file, and where there is no PATH" {
	doctor
	finds ok hook 'not asked from an interactive shell; ~/.bashrc has its line'
	echo '# eval "$(mairu hook bash)"' >~/.bashrc
	doctor
	finds warning hook "bash does not load it. Run: echo 'eval \"\$(mairu hook bash)\"' >>~/.bashrc"
	mends hook
	export SHELL=/usr/bin/fish
	doctor
	assert_line --regexp "^warning hook +fish does not load it. Run: echo 'mairu hook fish | source' >>"
	mkdir -p "$XDG_CONFIG_HOME/fish/conf.d"
	echo 'mairu hook fish | source' >"$XDG_CONFIG_HOME/fish/conf.d/m.fish"
	doctor
	assert_line --regexp '^ok +hook +not asked from an interactive shell; '
	export SHELL=/bin/dash
	doctor
	assert_line --regexp '^warning hook +your shell \(\$SHELL\) is none of '
	run env PATH="$BASE_PATH" "$MAIRU_BUILD/mairu" doctor --offline
	assert_line --regexp '^warning program +mairu .* is not in PATH.*Run: export PATH='
}

@test "doctor says which SDKs take something else, and how to get it away" {
	a_silent_server
	mairu allow
	eval "$(mairu hook bash)"
	eval "$(mairu export bash 2>/dev/null)"
	doctor
	finds ok sdk "all SDKs: mairu's role, from its endpoint"
	export AWS_PROFILE=$'no\e[31mne'
	doctor
	assert_failure 1
	finds problem sdk 'boto3, AWS CLI, Go and Terraform: an error: there is no profile no\x1b[31mne (AWS_PROFILE). Run: unset AWS_PROFILE'
	finds ok sdk "JavaScript, Java, Rust: mairu's role, from its endpoint"
	mends sdk
	export AWS_ACCESS_KEY_ID=AKIA AWS_SECRET_ACCESS_KEY=CANARY AWS_SESSION_TOKEN=
	doctor
	finds problem sdk 'all SDKs: the keys in AWS_ACCESS_KEY_ID. Run: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN'
	refute_output --partial CANARY
	mends sdk
	export AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x
	doctor
	finds problem sdk 'all SDKs: 169.254.170.2, as AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set. Run: unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
	mends sdk
	export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=
	doctor
	finds problem sdk 'boto3, AWS CLI, Rust: an error: AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is empty. Run: unset AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'
	mends sdk
	export AWS_WEB_IDENTITY_TOKEN_FILE=/x
	doctor
	finds problem sdk 'boto3, AWS CLI, Go and Terraform: an error: AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN. Run: unset AWS_WEB_IDENTITY_TOKEN_FILE'
	mends sdk
	mkdir "$HOME/.aws"
	printf '[default]\naws_access_key_id = A\naws_secret_access_key = CANARY\n' >"$HOME/.aws/credentials"
	chmod 600 "$HOME/.aws/credentials"
	doctor
	finds problem sdk 'all SDKs: aws_access_key_id of [default] in ~/.aws/credentials. Run: mairu setup-profile'
	refute_output --partial CANARY
	mairu setup-profile --yes 2>/dev/null
	doctor
	finds problem sdk 'all SDKs: aws_access_key_id of [default] in ~/.aws/credentials. Run: export AWS_PROFILE=mairu'
	finds ok profile 'profile mairu asks mairu'
	mends sdk
	finds ok sdk "all SDKs: mairu's role, through profile mairu (AWS_PROFILE)"
	sed -i "s,= .*mairu credential,= /gone/mairu credential," "$HOME/.aws/config"
	doctor
	finds problem profile 'profile mairu runs /gone/mairu, which does not exist. Run: mairu setup-profile'
	printf '[profile mairu]\nrole_arn = x\nsource_profile = default\n' >"$HOME/.aws/config"
	doctor
	assert_line --regexp '^warning profile +profile mairu does not ask mairu: it has role_arn in ~/.aws/config; remove that$'
	: >"$HOME/.aws/config"
	unset AWS_PROFILE
	cd /
	eval "$(mairu export bash 2>/dev/null)"
	doctor
	finds warning profile '[default] in ~/.aws/credentials has aws_access_key_id, which wins over roles in most SDKs. Run: mairu setup-profile'
	finds ok sdk 'all SDKs: aws_access_key_id of [default] in ~/.aws/credentials'
}

@test "doctor tells of a role of another place, of exec, of another user, and of a region" {
	a_silent_server
	project . "$(config 123456789012/Dev '"region":"eu-west-1"')"
	mairu allow
	eval "$(mairu hook bash)"
	eval "$(mairu export bash 2>/dev/null)"
	export AWS_REGION=us-east-1
	doctor
	finds ok shell 'has this role'
	finds warning shell 'AWS_REGION is us-east-1, not as the project has it. Run: export AWS_REGION=eu-west-1'
	mends shell
	project "$HOME/b" "$(config 222222222222/Prod)"
	allow "$HOME/b"
	cd "$HOME/b" || return
	doctor
	assert_line --regexp '^warning shell +has the role of another directory: contoso 123456789012/Dev, of ~/proj/.mairu.json; that from here: the next prompt sets it$'
	unset MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG
	doctor
	assert_line --regexp '^warning shell +has a role from mairu whose name is lost.*Run: unset AWS_CONTAINER'
	unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
	doctor
	finds problem shell 'does not have this role: the next prompt sets it'
	run mairu exec --no-login --no-preflight-check --server contoso x/Y -- mairu doctor --offline
	finds ok shell 'has the role of mairu exec: contoso x/Y'
	finds ok sdk "all SDKs: mairu's role, from its endpoint"
	[ "$(id -u)" = 0 ] || return 0
	mkdir -p "$T/theirs"
	chmod 755 "$T"
	run env HOME="$T/theirs" "${AS_NOBODY[@]}" mairu doctor --offline
	assert_line --regexp '^warning shell +its variables are of another user .*Run: sudo -i$'
}

@test "doctor names proxies, CAs and endpoints that the broker does not have" {
	certificate
	export HTTPS_PROXY=http://someone:CANARY@proxy.example:3128 NO_PROXY=.corp
	doctor
	finds warning proxy 'HTTPS_PROXY is http://proxy.example:3128, but the broker'\''s proxy is not set. Run: mairu config set proxy "$HTTPS_PROXY"'
	agree_proxies
	doctor
	finds ok proxy 'the broker has what this shell says of proxies, CAs and endpoints'
	env -u HTTPS_PROXY -u NO_PROXY "$BASH" -c 'mkdir ~/s; cd ~/s; echo "{\"server\":\"a\",\"role\":\"b\"}" >.mairu.json; mairu allow; mairu export bash' >/dev/null 2>&1
	doctor
	finds warning proxy 'HTTPS_PROXY is http://proxy.example:3128, but the broker'\''s proxy is not set. Run: mairu config set proxy "$HTTPS_PROXY"'
	finds warning proxy 'NO_PROXY is .corp, but the broker'\''s list of hosts without one is not set. Run: mairu config set no_proxy "$NO_PROXY"'
	refute_output --partial CANARY
	mairu config set no_proxy "$NO_PROXY"
	mends proxy
	export HTTPS_PROXY=http://other.example:1
	doctor
	assert_line --regexp '^warning proxy +HTTPS_PROXY is http://other.example:1, but .* is http://proxy.example:3128\.'
	unset HTTPS_PROXY NO_PROXY
	export REQUESTS_CA_BUNDLE=$T/certificate.pem AWS_USE_FIPS_ENDPOINT=true
	doctor
	assert_line --regexp '^warning proxy +REQUESTS_CA_BUNDLE is .*Run: mairu config set ca_bundle "\$REQUESTS_CA_BUNDLE"$'
	finds warning proxy 'AWS_USE_FIPS_ENDPOINT is true, but the broker'\''s use_fips is not set. Run: mairu config set use_fips "$AWS_USE_FIPS_ENDPOINT"'
	mairu config set use_fips true
	mends proxy
	unset AWS_USE_FIPS_ENDPOINT
	export AWS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
	mairu config unset ca_bundle
	export AWS_ENDPOINT_URL=http://localhost:4566 AWS_ENDPOINT_URL_STS=http://localhost:4567
	doctor
	finds warning proxy 'AWS_ENDPOINT_URL sends calls of SDKs here to http://localhost:4566; the broker does not go there'
	finds warning proxy 'AWS_ENDPOINT_URL_STS is http://localhost:4567, where the broker, and your tokens with it, go only if told to. Run: mairu config set endpoints.sts "$AWS_ENDPOINT_URL_STS"'
	refute_line --partial ca_bundle
	unset AWS_ENDPOINT_URL
	mends proxy
}

@test "doctor asks all servers at once, and says which is reached and why not" {
	certificate
	a_host fine
	a_host slow --delay 1.3
	a_host broken --status 503
	a_host strange --tls "$T/certificate"
	server_file nobody http://127.0.0.1:9/
	server_file unknown https://mairu-test.invalid/
	run --separate-stderr mairu doctor
	assert_failure 1
	assert_line --regexp '^ok +broker +runs, started for these checks: pid '
	assert_line --regexp '^ok +network +fine: http://127\.0\.0\.1:[0-9]+ is reached$'
	assert_line --regexp '^ok +network +slow: http://127\.0\.0\.1:[0-9]+ is reached$'
	assert_line --regexp '^warning network +broken: .* an error of its own \(status 503\)$'
	assert_line --regexp '^problem network +strange: the certificate of .* is not signed by a CA .* run: mairu config set ca_bundle FILE$'
	assert_line --regexp "^problem network +nobody: 127.0.0.1:9 can't be reached"
	assert_line --regexp '^problem network +unknown: '
	assert_line --regexp '^ok +network +SDKs reach the endpoint 127\.0\.0\.1:[0-9]+$'
	assert_equal "$stderr" 'mairu: asking servers whether they can be reached: broken, fine, nobody, slow, strange, unknown'
	# Where no broker may be started nobody is asked.
	mairu kill-agent
	MAIRU_NO_AUTO_AGENT=1 run mairu doctor
	assert_line --regexp '^problem broker +no broker is running, and MAIRU_NO_AUTO_AGENT is set\. Run: mairu agent$'
	refute_line --partial 'is reached'
}

@test "doctor tells a clock that is off from a server whose clock is" {
	a_host early --ahead -400
	run mairu doctor
	assert_failure 1
	assert_line --regexp '^problem clock +it is (399|40[0-2]) seconds ahead of that of 127.0.0.1:[0-9]+: AWS refuses what SDKs sign with it\. Run: sudo timedatectl set-ntp true$'
	run mairu status
	assert_line --regexp '^problem +the clock of this machine is (399|40[0-2]) seconds ahead of that of 127'
	assert_equal "$(mairu status --json | python3 -c 'import json, sys; c = json.load(sys.stdin)["broker"]["clock"]; print(sorted(c), -403 < c["ahead_seconds"] < -398)')" \
		"['ahead_seconds', 'host'] True"
	a_host right
	run mairu doctor
	assert_line --regexp '^ok +clock +is that of 127.0.0.1:[0-9]+, give or take a minute$'
	assert_line --regexp '^warning clock +that of 127.0.0.1:[0-9]+ is (399|40[0-2]) seconds off; tell those who run it$'
}

@test "doctor names other programs, stopped brokers, and an endpoint out of reach" {
	local pid closed

	peer version
	doctor
	assert_failure 1
	assert_line --regexp '^problem broker +the broker \(pid [0-9]+\) is version 99.0, this is mairu .*\. Run: mairu kill-agent$'
	stop_peers
	peer garbage
	doctor
	assert_line --regexp '^problem broker +another program.*'
	stop_peers
	closed=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
	standin
	answers "{\"STATUS\": {\"VERSION\": \"$(version)\", \"PID\": 1, \"URL\": \"http://127.0.0.1:$closed/v1/credentials\", \"LOCKED\": 0, \"UNVERIFIED\": 3,
		\"STARTED\": 1, \"CLIENTS\": 1, \"GRANTS\": 0, \"LOG\": \"\", \"SETTINGS\": \"{}\", \"CONFINED\": \"none\",
		\"UNCONFINED\": \"\", \"CLOCK_HOST\": \"\", \"AHEAD\": 0, \"PROBLEM\": \"this is wrong\"}, \"SESSIONS\": {}}"
	doctor
	assert_line --regexp "^problem network +the broker's endpoint 127.0.0.1:$closed is not reached from here: "
	finds ok network "3 callers of unknown user, admitted by token alone"
	finds problem broker 'this is wrong'
	finds warning memory 'secrets are not locked in memory and may reach the swap. Run: ulimit -l 2304 && mairu kill-agent'
	stop_peers
	start_broker
	pid=$(broker_pid)
	kill -STOP "$pid"
	within 5000 bash -c 'mairu doctor || :'
	run mairu doctor
	kill -CONT "$pid"
	assert_line --regexp "^problem broker +the broker \\(pid $pid\\) does not respond"
}

@test "doctor names settings of Terraform files that win over the role" {
	cat >main.tf <<-'END'
		terraform {
		  backend "s3" {
		    profile = "prod" # here
		  }
		}
		provider "aws" {
		  # profile = "no"
		  profile = var.profile
		}
		provider "aws" {
		  alias      = "b"
		  profile    = "mairu"
		  access_key = "CANARY"
		}
	END
	doctor
	finds warning terraform 'main.tf:3: the backend "s3" sets profile = "prod", which wins over the role; remove it, or set it only where there is no mairu'
	finds warning terraform 'main.tf:8: the provider "aws" sets profile, which wins over the role; remove it, or set it only where there is no mairu'
	finds warning terraform 'main.tf:13: the provider "aws" sets access_key, which wins over the role; remove it, or set it only where there is no mairu'
	refute_output --partial CANARY
	refute_line --partial 'main.tf:12'
	sed -i '/profile\|access_key/d' main.tf
	doctor
	finds ok terraform 'no file here (of 1) sets credentials of its own'
	rm main.tf
	mkfifo x.tf
	doctor
	finds ok terraform 'no file here (of 1) sets credentials of its own'
}

@test "doctor on a terminal keeps to its width, and colours only there" {
	a_silent_server
	mairu allow
	rc bash
	session -C / -e SHELL=/bin/bash bash <<-'SCRIPT'
		cd ~/proj
		export AWS_PROFILE=none
		stty cols 80
		%as wide
		mairu doctor --offline
		stty cols 44
		%as narrow
		mairu doctor --offline
		%as coloured
		mairu doctor --offline | od -An -c | grep -c 033
		%as plain
		NO_COLOR=1 script -qc 'mairu doctor --offline' /dev/null | od -An -c | grep -c 033
	SCRIPT
	check awk '!/Run: / && length > 80 { exit 1 }' "$OUT/wide"
	has wide '                  Run: unset AWS_PROFILE'
	# What holds no blank, as a path, stands on a line of its own.
	check awk '!/Run: / && !/^ *[^ ]*$/ && length > 44 { exit 1 }' "$OUT/narrow"
	has narrow '    Run: unset AWS_PROFILE'
	said coloured 0
}
