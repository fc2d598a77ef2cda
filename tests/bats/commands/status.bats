# mairu status and mairu show.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

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
	assert_line --regexp '^trust +not trusted. Run: mairu allow$'
	assert_line --regexp '^server +contoso$'
	assert_line --regexp '^role +123456789012/Dev$'
	assert_equal "$(json 's["trust"]')" unknown
	a_silent_server
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
	assert_equal "$(json 's["version"]')" "$(version)"
	# Text for a person ends in a newline, and so does this.
	[ "$(tail -c 1 "$T/json" | od -An -c | tr -d ' ')" = '\n' ]
}

@test "status knows the broker: pid, version, endpoint, socket, log" {
	mairu allow
	mairu export bash >"$T/statement" 2>&1
	run mairu status
	assert_line --regexp "^broker +pid $(broker_pid), version $(version), .*1 grant.*locked in memory"
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
		mairu status | cat
		%as json
		mairu status --json
		export AWS_PROFILE=other
		%as shadow
		mairu status | cat
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
	assert_line --regexp "^broker +.*$pid.*does not respond"
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

# --- the role that the shell holds

@test "status before the first prompt in a project knows that the hook is there" {
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		%as here
		cd ~/proj; mairu status
	SCRIPT
	has here 'shell    does not have this role yet; the next prompt sets it'
}

@test "status names the role of another directory that the shell holds" {
	project "$HOME/b" "$(config 222222222222/Prod)"
	allow "$HOME/b"
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		cd ~/b
		%as home
		(cd ~; mairu status | cat)
		%as here
		(cd ~/proj; mairu status | cat)
		%as json
		(cd ~/proj; mairu status --json)
		%as untrusted
		(echo >>~/proj/.mairu.json; cd ~/proj; mairu status | cat)
		%as inside
		mairu status | cat
	SCRIPT
	check grep -qx 'config   none here or above' "$OUT/home"
	check grep -qx 'shell    has another role: contoso 222222222222/Prod (~/b)' "$OUT/home"
	check grep -qx 'shell    has another role: contoso 222222222222/Prod (~/b)' "$OUT/here"
	check grep -qx '         as to the role from here: the next prompt sets it' "$OUT/here"
	has untrusted 'has another role: contoso 222222222222/Prod (~/b)'
	lacks untrusted 'as to the role'
	has inside 'has this role'
	check python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))["shell"]
assert s["has_role"] is False
assert s["other"] == {"server": "contoso", "role": "222222222222/Prod",
    "config": sys.argv[2] + "/b/.mairu.json"}, s
assert s["message"] == "the next prompt sets it"' "$OUT/json" "$HOME"
}

@test "status tells of a role whose name the shell has lost" {
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		cd ~/proj
		%as lost
		(unset "${!MAIRU_@}"; cd /; mairu status | cat)
		%as json
		(unset "${!MAIRU_@}"; cd /; mairu status --json)
		%as mine
		(unset "${!MAIRU_@}"; cd /; AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/mine mairu status | cat)
	SCRIPT
	has lost 'shell    has a role from mairu whose name is lost. Run: unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN'
	check python3 -c 'import json, sys
assert json.load(open(sys.argv[1]))["shell"]["other"] == {"server": None, "role": None, "config": None}' "$OUT/json"
	lacks mine shell
}

@test "status names a role that mairu exec was given by name" {
	export MAIRU_ACTIVE_SERVER=contoso MAIRU_ACTIVE_ROLE=$'222222222222/P\e[31mrod'
	mairu allow
	run mairu status
	assert_line 'shell    has the role of mairu exec: contoso 222222222222/P\x1b[31mrod'
	cd /
	run mairu status
	assert_line --partial 'has the role of mairu exec: contoso 222222222222/P'
	export MAIRU_ACTIVE_ROLE=222222222222/Prod
	assert_equal "$(json 's["shell"]["other"]')" \
		"{'server': 'contoso', 'role': '222222222222/Prod', 'config': None}"
	unset MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE
	assert_equal "$(json 's["shell"]["other"]')" None
}

@test "status tells the role of now from what the config gave before an edit" {
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		cd ~/proj
		%as edited
		printf '{"server":"contoso","role":"123456789012/New"}' >.mairu.json; mairu status | cat
		sed -i s/New/Old/ .mairu.json; mairu allow 2>/dev/null
		%as allowed
		sed -i s/Old/Newer/ .mairu.json; mairu allow 2>/dev/null; mairu status | cat
	SCRIPT
	has edited "shell    still has what was allowed before: contoso $ROLE (~/proj)"
	has allowed 'still has what was allowed before: contoso 123456789012/Old (~/proj)'
	has allowed 'as to the role from here: the next prompt sets it'
}

@test "status knows the role of mairu exec auto, and a token that is not mairu's" {
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		cd ~/proj
		%as exec
		env -u MAIRU_STATE mairu status | cat
		%as child
		AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer $(printf 'x%.0s' {1..43})" mairu status | cat
		%as spoiled
		AWS_CONTAINER_AUTHORIZATION_TOKEN=mine mairu status | cat
		%as json
		AWS_CONTAINER_AUTHORIZATION_TOKEN=mine mairu status --json
	SCRIPT
	has exec 'has this role'
	lacks exec shadow
	has child 'has this role'
	lacks child shadow
	has spoiled 'does not have this role: AWS_CONTAINER_AUTHORIZATION_TOKEN is not what mairu set. Run: unset AWS_CONTAINER_AUTHORIZATION_TOKEN'
	has json '"has_role": false'
}

@test "status names a region that is not the project's" {
	project . "$(config "$ROLE" '"region":"eu-west-1"')"
	mairu allow
	rc bash
	session -C / bash <<-'SCRIPT'
		cd ~/proj
		%as same
		mairu status | cat
		%as other
		AWS_REGION=ap-south-1 mairu status | cat
		%as json
		AWS_REGION=ap-south-1 mairu status --json
		%as none
		env -u AWS_DEFAULT_REGION mairu status | cat
	SCRIPT
	lacks same differs
	check grep -qx 'differs  AWS_REGION is ap-south-1 in this shell. Run: export AWS_REGION=eu-west-1' "$OUT/other"
	check python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["shell"]["differs"] == ["AWS_REGION"]' "$OUT/json"
	has none 'AWS_DEFAULT_REGION is not set in this shell. Run: export AWS_DEFAULT_REGION=eu-west-1'
}

# --- why the hook would fail

# as_hook PATTERN: status says why there is no role, as the hook does here, and
# promises nothing.
as_hook() {
	run --separate-stderr at_prompt
	assert_output none
	assert_regex "$stderr" "$1"
	MAIRU_STATE=x run mairu status
	assert_line --regexp "^shell +does not have this role: .*$1"
	assert_regex "$(json 's["shell"]["message"]')" "$1"
	refute_output --partial 'next prompt sets'
	refute_output --partial 'it starts when it is needed'
}

@test "status says what keeps the hook from the role, and promises nothing" {
	mairu allow
	export MAIRU_NO_AUTO_AGENT=1
	as_hook 'MAIRU_NO_AUTO_AGENT is set. Run: mairu agent'
	unset MAIRU_NO_AUTO_AGENT
	mkdir -p "$XDG_RUNTIME_DIR/mairu"
	chmod 0777 "$XDG_RUNTIME_DIR/mairu"
	as_hook "others may enter it. Run: chmod 700 $XDG_RUNTIME_DIR/mairu"
	chmod 0700 "$XDG_RUNTIME_DIR/mairu"
	mkdir "$SOCK.lock"
	as_hook 'lock file'
	rmdir "$SOCK.lock"
	mkdir "$T/alone"
	cp "$MAIRU_BUILD/mairu" "$T/alone"
	PATH=$T/alone:$PATH as_hook 'cannot find mairu-broker'
	[ ! -S "$SOCK" ]
}

@test "status says that the socket's directory can't be made, and stays silent where it can" {
	[ "$(id -u)" != 0 ] || {
		chown -R 65534:65534 "$T"
	}
	chmod 0500 "$XDG_RUNTIME_DIR"
	setpriv_or_not mairu allow
	run setpriv_or_not mairu status
	assert_line --regexp '^shell +does not have this role: the broker cannot make its socket in .*/run: .*own'
	chmod 0700 "$XDG_RUNTIME_DIR"
	run setpriv_or_not mairu status
	refute_output --partial 'cannot make'
	assert_line --regexp '^broker +not running; it starts when'
}

setpriv_or_not() {
	if [ "$(id -u)" = 0 ]; then "${AS_NOBODY[@]}" "$@"; else "$@"; fi
}

@test "a broker that reads other directories is refused, and named" {
	start_broker
	mkdir "$T/other"
	XDG_STATE_HOME=$T/other mairu allow
	MAIRU_AGENT_SOCK=$SOCK XDG_STATE_HOME=$T/other run mairu status
	assert_line --regexp '^broker +this broker is for others than this shell: it reads .*/config/mairu and .*/state/mairu, .*Run: mairu kill-agent$'
	assert_line --regexp '^shell +does not have this role: this broker is for others'
	# Not a word of a login reaches it, nor a question about a role.
	export MAIRU_AGENT_SOCK=$SOCK XDG_STATE_HOME=$T/other
	for command in 'login contoso' 'list-sessions' "exec auto true" 'export bash'; do
		read -ra words <<<"$command"
		run mairu "${words[@]}"
		assert_output --partial 'this broker is for others than this shell'
	done
	# By another path it is the same place.
	ln -s "$T/state" "$T/link"
	XDG_STATE_HOME=$T/link run -0 mairu list-sessions
	run -0 mairu kill-agent
	[ ! -e "$SOCK" ]
}

# --- config and settings

@test "status of a denied path says so, whatever stands there now" {
	mairu deny
	rm .mairu.json
	mkdir .mairu.json
	run mairu status
	assert_line --regexp '^trust +~/proj/.mairu.json is denied, and .*directory'
	assert_regex "$(json 's["trust"], s["trust_message"]')" "'denied', .*is denied"
	rmdir .mairu.json
	mkfifo .mairu.json
	run mairu status
	assert_line --regexp '^trust +~/proj/.mairu.json is denied, and .*FIFO'
	rm .mairu.json
	ln -s nowhere .mairu.json
	run mairu status
	assert_line --regexp '^trust +~/proj/.mairu.json is denied, and .*leads nowhere'
	rm .mairu.json
}

@test "status names a server that is not configured, static mode, and ignored keys" {
	project . "$(config "$ROLE" '"mode":"static","colour":1')"
	mairu allow
	run mairu status
	assert_line '         not configured. Run: mairu list-servers'
	refute_output --partial 'mairu login'
	assert_line 'mode     static'
	assert_line 'ignored  colour'
	assert_equal "$(json 's["server_message"], s["mode"], s["ignored_keys"]')" \
		"('not configured. Run: mairu list-servers', 'static', ['colour'])"
	a_silent_server
	run mairu status
	refute_output --partial 'not configured'
	assert_equal "$(json 's["server_message"]')" None
}

@test "status names a broken broker.json, with a broker and without, until it is mended" {
	local file=$XDG_CONFIG_HOME/mairu/broker.json

	mkdir -p "${file%/*}"
	printf '{"colour":1}' >"$file"
	run mairu status
	assert_line --regexp '^problem +.*broker\.json: "colour": no such key$'
	assert_equal "$(json 'len(s["broker"]["problems"])')" 1
	rm "$file"
	start_broker
	assert_equal "$(json 's["broker"]["problems"]')" '[]'
	printf '{"colour":1,"use_fips":2}' >"$file"
	run mairu status
	assert_line --regexp '^problem +.*broker\.json: .*colour'
	assert_equal "$(json 'len(s["broker"]["problems"])')" 1
	refute [ "$(json '"\n" in s["broker"]["problems"][0]')" = True ]
	printf '{"use_fips":true}' >"$file"
	run mairu status
	refute_output --partial problem
	assert_line --regexp '^setting +use_fips true$'
}

@test "status in a directory that is gone or closed says that it cannot look" {
	mkdir gone
	cd gone
	rmdir ../gone
	run mairu status
	assert_line --regexp '^config +cannot look for a .mairu.json, as the working directory is gone'
	run mairu status --json
	assert_line --partial '"config": null'
	assert_line --regexp '"trust_message": "cannot look'
	run -1 mairu allow
	assert_output --partial 'cannot look'
	cd "$HOME/proj"
	[ "$(id -u)" != 0 ] || chown -R 65534:65534 "$T"
	run setpriv_or_not sh -c 'chmod 000 .; mairu status; chmod 700 .'
	assert_line --regexp '^config +cannot look .*: Permission denied$'
}

@test "status with standard output closed or full fails" {
	run -1 bash -c 'mairu status >&-'
	assert_output --partial 'cannot write to standard output'
	run -1 bash -c 'mairu status >/dev/full'
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

# --- the session, from a stand-in for the broker

STATUS='"STATUS": {"VERSION": "1", "PID": 1, "URL": "", "STARTED": 1, "CLIENTS": 1, "GRANTS": 0, "LOCKED": 1,
	"LOG": "", "SETTINGS": "{}", "UNVERIFIED": 0, "CONFINED": "none", "UNCONFINED": "", "CLOCK_HOST": "", "AHEAD": 0}'

# contoso is an id, its server has a URL too.
a_server() {
	mkdir -p "$XDG_CONFIG_HOME/mairu/servers.d"
	echo '{"id":"contoso","url":"https://c.example.com/","oauth":{"client_id":"x","code_grant":{}}}' \
		>"$XDG_CONFIG_HOME/mairu/servers.d/c.json"
}

@test "status and show know the session of the server here, by its id or URL" {
	local server

	a_server
	standin
	answers "{$STATUS, \"SESSIONS\": [[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"], [\"EXPIRES\", 4102495500], [\"RENEWS\", 0], [\"ENDED\", 0]]}"
	for server in contoso https://c.example.com; do
		project . "{\"server\":\"$server\",\"role\":\"a/b\"}"
		mairu allow
		TZ=UTC run mairu status
		assert_line --regexp '^session +logged in until 2100-01-01 14:05$'
		assert_equal "$(json 's["logged_in"], s["session_expires_at"], s["session_renews"]')" \
			"(True, '2100-01-01T14:05:00Z', False)"
		run mairu show
		assert_line --partial '"auto_logged_in": true'
	done
	a_silent_server other
	project . '{"server":"other","role":"a/b"}'
	mairu allow
	run mairu status
	assert_line --regexp '^session +login required. Run: mairu login other$'
	run mairu show
	assert_line --partial '"auto_logged_in": false'
}

@test "status knows a session that has ended from one that its next use renews" {
	a_server
	standin
	mairu allow
	answers "{$STATUS, \"SESSIONS\": [[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"], [\"EXPIRES\", 1000], [\"RENEWS\", 1], [\"ENDED\", 1000000000]]}"
	TZ=UTC run mairu status
	assert_line --regexp '^session +ended at 2001-09-09 01:46\. Run: mairu login contoso$'
	assert_equal "$(json 's["logged_in"], s["session_expires_at"], s["session_renews"]')" \
		"(False, None, False)"
	answers "{$STATUS, \"SESSIONS\": [[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"], [\"EXPIRES\", 1000], [\"RENEWS\", 1], [\"ENDED\", 0]]}"
	run mairu status
	assert_line --regexp '^session +logged in, and renewed when it is used$'
	assert_equal "$(json 's["logged_in"]')" True
}

@test "status and show start no broker to ask for sessions" {
	a_server
	mairu allow
	mairu show >/dev/null
	mairu status >/dev/null
	assert_equal "$(json 's["logged_in"], s["session_expires_at"]')" '(False, None)'
	[ ! -S "$SOCK" ]
}
