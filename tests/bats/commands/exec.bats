# mairu exec and credential-process, against a stand-in for the broker.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

KEYS='{"KEY_ID": "AKID1", "SECRET_KEY": "se/cret+1", "SESSION_TOKEN": "token==1",
	"EXPIRES": 4102444800, "RENEW_AT": 4102444000}'
LENT='"LEND": {"URL": "http://127.0.0.1:1/v1/credentials", "TOKEN": "Bearer lent"}, "LENT": {}'
URL='AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/v1/credentials'
NO_LOGIN='["error", 11, "not logged in to contoso. Run: mairu login contoso"]'

prepare() {
	export MAIRU_SERVER=contoso
	standin
	answers "{\"ROLE\": $KEYS, $LENT}"
}

# Of what a command gets, the part that concerns us.
shows() {
	"$@" env | grep -e '^AWS_' -e '^MAIRU_ACTIVE' | sort
}

@test "exec lends the endpoint to a command, once its credentials are there" {
	run --separate-stderr shows mairu exec "$ROLE"
	assert_success
	assert_output "AWS_CONTAINER_AUTHORIZATION_TOKEN=Bearer lent
$URL
MAIRU_ACTIVE_ROLE=$ROLE
MAIRU_ACTIVE_SERVER=contoso"
	assert_equal "$stderr" ''
	assert_equal "$(heard '[q["type"] for q in r]')" "['ROLE', 'LEND', 'LENT']"
	assert_equal "$(heard '[(q["SERVER"], q["ROLE"], q["CHAIN"], q["FRESH"]) for q in r[:2]]')" \
		"[('contoso', '$ROLE', '', 0), ('contoso', '$ROLE', '', 0)]"
	assert_equal "$(heard '"WAIT" in r[0], "WAIT" in r[1]')" '(True, False)'
}

@test "exec takes away what would win over the role" {
	export AWS_PROFILE=p AWS_ACCESS_KEY_ID=mine AWS_SECRET_ACCESS_KEY=mine
	export AWS_ROLE_ARN=x AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x
	export AWS_REGION=eu-north-1 AWS_PAGER=less MAIRU_ACTIVE_CONFIG=/x
	run shows mairu exec "$ROLE"
	assert_output "AWS_CONTAINER_AUTHORIZATION_TOKEN=Bearer lent
$URL
AWS_PAGER=less
AWS_REGION=eu-north-1
MAIRU_ACTIVE_ROLE=$ROLE
MAIRU_ACTIVE_SERVER=contoso"
}

@test "exec in static mode gives the keys, and nothing else" {
	AWS_SECURITY_TOKEN=mine AWS_CONTAINER_CREDENTIALS_FULL_URI=x \
		run shows mairu exec --mode static --region eu-west-1 "$ROLE"
	assert_output "AWS_ACCESS_KEY_ID=AKID1
AWS_CREDENTIAL_EXPIRATION=2100-01-01T00:00:00Z
AWS_DEFAULT_REGION=eu-west-1
AWS_REGION=eu-west-1
AWS_SECRET_ACCESS_KEY=se/cret+1
AWS_SESSION_TOKEN=token==1
MAIRU_ACTIVE_ROLE=$ROLE
MAIRU_ACTIVE_SERVER=contoso"
	assert_equal "$(heard '[q["type"] for q in r]')" "['ROLE']"
	run -2 mairu exec -mdocker "$ROLE" true
	assert_output --partial '--mode must be ecs or static'
}

@test "exec leaves the command's own options to it" {
	run mairu exec "$ROLE" printf '%s\n' --profile x -- -h --help
	assert_output '--profile
x
--
-h
--help'
	run mairu exec "$ROLE" -- printf '%s\n' --mode=x -- y
	assert_output '--mode=x
--
y'
	run mairu exec -- "$ROLE" -- printf '%s\n' a
	assert_output a
	# Before the command they are ours, on either side of the role.
	shows mairu exec --region a "$ROLE" | grep -qx AWS_REGION=a
	shows mairu exec "$ROLE" --region a | grep -qx AWS_REGION=a
	shows mairu exec "$ROLE" --region a -- | grep -qx AWS_REGION=a
	run -2 mairu exec --region 'eu west' "$ROLE" true
	assert_output 'mairu: --region must be a region such as "eu-west-1"'
	run -2 mairu exec "$ROLE" --nonsense true
	assert_output --partial 'unknown option: --nonsense'
	run -2 mairu exec "$ROLE"
	assert_output --partial 'missing argument: COMMAND...'
}

@test "exec becomes the command: its pid, its status, its signals" {
	run -7 mairu exec "$ROLE" sh -c 'exit 7'
	run -143 mairu exec "$ROLE" sh -c 'kill -TERM $$'
	# A pipe that nobody reads ends it, as it would from the shell.
	run bash -c 'mairu exec "$1" yes 2>&1 | head -1; echo "${PIPESTATUS[0]}"' - "$ROLE"
	assert_output 'y
141'
	mairu exec "$ROLE" sh -c 'echo $$ >"$T/pid"' &
	wait $!
	assert_equal "$(cat "$T/pid")" $!
}

@test "exec keeps no connection and no other file open" {
	run mairu exec "$ROLE" ls -l /proc/self/fd
	refute_output --partial socket
}

@test "exec exits 127 where there is no command and 126 where it cannot be run" {
	run -127 mairu exec "$ROLE" no-such-command
	assert_output 'mairu: exec: command not found: no-such-command'
	echo x >"$T/file"
	run -126 mairu exec "$ROLE" "$T/file"
	assert_output "mairu: exec: cannot run $T/file: Permission denied"
}

@test "exec auto is the trusted config here" {
	project "$HOME/proj" "$(config "$ROLE" '"region":"eu-west-1","mode":"static"')"
	cd "$HOME/proj"
	run -3 mairu exec auto true
	assert_output --partial 'is not trusted: server contoso'
	assert_output --partial 'Run: mairu allow'
	assert_equal "$(heard 'len(r)')" 0
	mairu allow
	run shows mairu exec auto
	assert_line AWS_REGION=eu-west-1
	assert_line AWS_ACCESS_KEY_ID=AKID1
	assert_line "MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json"
	run shows mairu exec -m ecs auto
	assert_line "$URL"
	run --separate-stderr mairu exec --show-auto auto true
	assert_equal "$stderr" "mairu: contoso $ROLE, from ~/proj/.mairu.json"
	run -2 mairu exec --server x auto true
	cd /
	run -1 mairu exec auto true
	assert_output 'mairu: there is no .mairu.json here or above'
}

@test "exec --confirm-trust trusts a config of that digest alone, and no denied one" {
	local digest

	project "$HOME/proj"
	cd "$HOME/proj"
	digest=$(mairu status --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])')
	run -3 mairu exec --confirm-trust=-x auto true
	assert_output --partial "is $digest, not the one given"
	mairu exec --confirm-trust "$digest" auto true
	mairu exec auto true
	answers "{\"ROLE\": $KEYS, $LENT, \"REVOKE\": {\"COUNT\": 0}}"
	mairu deny
	run -3 mairu exec --confirm-trust "$digest" auto true
	assert_output --partial 'is denied. Run: mairu allow'
}

@test "exec finds the server of a role" {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d

	mairu exec --server other "$ROLE" true
	assert_equal "$(heard 'r[0]["SERVER"]')" other
	unset MAIRU_SERVER
	run -1 mairu exec "$ROLE" true
	mkdir -p "$dir"
	echo '{"id":"one","url":"https://one.example.com/","oauth":{"client_id":"x","code_grant":{}}}' >"$dir/1.json"
	mairu exec "$ROLE" true
	assert_equal "$(heard 'r[-3]["SERVER"]')" one
}

@test "exec passes --no-cache on, and --no-preflight-check waits for nothing" {
	mairu exec --no-cache "$ROLE" true
	# What is lent is what has come, not asked for once more.
	assert_equal "$(heard '[q["FRESH"] for q in r[:2]]')" '[1, 0]'
	rm "$T/requests"
	mairu exec --no-preflight-check --allow-shadow "$ROLE" true
	assert_equal "$(heard '[(q["type"], q.get("FRESH")) for q in r]')" "[('LEND', 0), ('LENT', None)]"
	rm "$T/requests"
	mairu exec --no-preflight-check --no-cache --no-auto-refresh "$ROLE" true
	mairu exec --no-auto-refresh "$ROLE" true
	mairu exec --no-auto-refresh -m static "$ROLE" true
	assert_equal "$(heard '[q["FRESH"] for q in r if "FRESH" in q]')" '[3, 2, 2, 2]'
}

@test "without a terminal a login that is needed is told, with status 4" {
	answers "{\"ROLE\": $NO_LOGIN, $LENT}"
	run -4 mairu exec "$ROLE" touch "$T/ran" </dev/null
	assert_output 'mairu: not logged in to contoso. Run: mairu login contoso'
	[ ! -e "$T/ran" ]
	answers "{\"ROLE\": [\"error\", 11, \"unknown\"], $LENT}"
	run -4 mairu exec "$ROLE" true </dev/null
	assert_output "mairu: contoso $ROLE: login required. Run: mairu login contoso"
	answers '{"ROLE": ["error", 12, "contoso: no such role"]}'
	run -5 mairu exec "$ROLE" true
	assert_output 'mairu: contoso: no such role'
}

@test "at a terminal exec logs in and goes on" {
	answers "{\"ROLE\": $NO_LOGIN, $LENT, \"LOGIN_WAIT\": \"hold\", \"LOGIN\":
		{\"SERVER\": \"contoso\", \"GRANT\": 1, \"SECONDS\": 60, \"URL\": \"http://127.0.0.1:4711/auth/x\",
		\"LONG_URL\": \"https://c.example.com/authorize\", \"PORT\": 4711}}"
	printf '%s' "{\"ROLE\": $KEYS, $LENT, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}" >"$T/then"
	rc bash 'true'
	session -e MAIRU_SERVER=contoso -e BROWSER=true bash <<-SCRIPT
		%as refused
		mairu exec --no-login $ROLE echo ran
		%as exec
		%type mairu exec --oauth-grant-type code $ROLE printenv MAIRU_ACTIVE_ROLE
		%wait auth/x
		%run until grep -q LOGIN_WAIT "\$T/requests"; do :; done; cp \$T/then \$T/answers.new; mv \$T/answers.new \$T/answers.json
		%prompt
	SCRIPT
	said refused 'mairu: not logged in to contoso. Run: mairu login contoso'
	said exec 'mairu: log in to contoso in your browser: http://127.0.0.1:4711/auth/x' \
		'mairu: logged in to contoso until it is revoked' "$ROLE"
	assert_equal "$(heard '[q["GRANT"] for q in r if q["type"] == "LOGIN"]')" '[1]'
	run -2 mairu exec --oauth-grant-type nonsense "$ROLE" true
	assert_output --partial 'unknown grant type: nonsense'
}

@test "at a terminal without a browser exec logs in by what is pasted" {
	answers "{\"ROLE\": $NO_LOGIN, $LENT, \"LOGIN_WAIT\": \"hold\", \"LOGIN_PASTE\": {}, \"LOGIN\":
		{\"SERVER\": \"contoso\", \"GRANT\": 1, \"SECONDS\": 60, \"URL\": \"http://127.0.0.1:4711/auth/x\",
		\"LONG_URL\": \"https://c.example.com/authorize\", \"PORT\": 4711}}"
	printf '%s' "{\"ROLE\": $KEYS, $LENT, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}" >"$T/then"
	rc bash 'true'
	session -e MAIRU_SERVER=contoso -e container=podman bash <<-SCRIPT
		%as exec
		%type mairu exec $ROLE printenv MAIRU_ACTIVE_ROLE
		%wait is not shown
		%run until grep -q LOGIN_WAIT "\$T/requests"; do :; done
		%send http://127.0.0.1:4711/oauth2callback?code=C0de\r
		%run until grep -q LOGIN_PASTE "\$T/requests"; do :; done; cp \$T/then \$T/answers.new; mv \$T/answers.new \$T/answers.json
		%prompt
	SCRIPT
	has exec https://c.example.com/authorize
	has exec 'mairu: logged in to contoso until it is revoked'
	has exec "$ROLE"
	lacks exec C0de
	assert_equal "$(heard '[q["TEXT"] for q in r if q["type"] == "LOGIN_PASTE"]')" \
		"['http://127.0.0.1:4711/oauth2callback?code=C0de']"
}

@test "exec says what it waits for, and not longer than --timeout" {
	answers '{"ROLE": ["error", 7, "not there within that time"]}'
	run -1 mairu exec --timeout 60 "$ROLE" true
	assert_line "mairu: waiting for the credentials of contoso $ROLE"
	assert_line "mairu: contoso $ROLE: no credentials within 60 s; --timeout sets how long to wait"
	# The first looks whether they are there already; what it asks besides may
	# be read when the next has come.
	assert_equal "$(heard '[q["WAIT"] for q in r if q["type"] == "ROLE"][:2]')" '[0, 1000]'
	assert_equal "$(heard '[50000 < q["WAIT"] <= 60000 for q in r if q["type"] == "ROLE"][2:]')" '[True]'
	run -2 mairu exec --timeout 0 "$ROLE" true
	assert_output --partial '--timeout must be seconds'
}

@test "an answer that is none lends nothing" {
	local one

	for one in '{}' '{"URL": "http://127.0.0.1:1/"}' '{"TOKEN": "x"}' \
		'{"URL": "x", "TOKEN": "y", "ROLE": "z"}'; do
		answers "{\"ROLE\": $KEYS, \"LEND\": $one, \"LENT\": {}}"
		run -1 mairu exec "$ROLE" echo ran
		assert_output --partial 'makes no sense'
		refute_line ran
	done
	answers "{\"ROLE\": $KEYS, ${LENT%, *}, \"LENT\": [\"error\", 4, \"the grant has ended\"]}"
	run -1 mairu exec "$ROLE" echo ran
	assert_output 'mairu: the grant has ended'
}

# --- credential-process

@test "credential-process prints one line of JSON" {
	run --separate-stderr mairu credential-process contoso "$ROLE"
	assert_success
	assert_output '{"Version":1,"AccessKeyId":"AKID1","SecretAccessKey":"se/cret+1","SessionToken":"token==1","Expiration":"2100-01-01T00:00:00Z"}'
	assert_equal "$stderr" ''
	assert_equal "$(heard '[(q["type"], q["SERVER"], q["ROLE"], q["FRESH"]) for q in r]')" \
		"[('ROLE', 'contoso', '$ROLE', 0)]"
	mairu credential-process --no-cache contoso "$ROLE" >/dev/null
	assert_equal "$(heard 'r[-1]["FRESH"]')" 1
}

@test "credential-process never opens a login" {
	answers "{\"ROLE\": $NO_LOGIN}"
	run --separate-stderr -4 mairu credential-process contoso "$ROLE"
	assert_output ''
	assert_equal "$stderr" 'mairu: not logged in to contoso. Run: mairu login contoso'
	rc bash 'true'
	session bash <<-SCRIPT
		%as tty
		mairu credential-process contoso $ROLE
	SCRIPT
	said tty 'mairu: not logged in to contoso. Run: mairu login contoso'
	assert_equal "$(heard '{q["type"] for q in r}')" "{'ROLE'}"
}

@test "credential-process auto takes the config in force before that of the directory" {
	project "$HOME/a" '{"server":"a","role":"r/a"}'
	project "$HOME/b" '{"server":"b","role":"r/b"}'
	allow "$HOME/a"
	allow "$HOME/b"
	cd "$HOME/b"
	mairu credential-process auto >/dev/null
	assert_equal "$(heard 'r[-1]["SERVER"]')" b
	export MAIRU_ACTIVE_CONFIG=$HOME/a/.mairu.json
	mairu credential-process auto >/dev/null
	assert_equal "$(heard 'r[-1]["SERVER"]')" a
	# Not if it is no longer trusted, nor there.
	echo >>"$HOME/a/.mairu.json"
	mairu credential-process auto >/dev/null
	assert_equal "$(heard 'r[-1]["SERVER"]')" b
	MAIRU_ACTIVE_CONFIG=/nowhere/.mairu.json mairu credential-process auto >/dev/null
	assert_equal "$(heard 'r[-1]["SERVER"]')" b
	cd "$HOME/a"
	run --separate-stderr -3 mairu credential-process auto
	assert_output ''
	run -2 mairu credential-process contoso
}

# --- hops

HOP=arn:aws:iam::222222222222:role/Hop
LAST=arn:aws:iam::333333333333:role/Last

@test "exec sends hops in their order, each with what was said behind it" {
	run mairu exec --assume-role "$HOP" --assume-role-external-id x1 \
		--assume-role-duration-seconds 900 --assume-role "$LAST" \
		--assume-role-session-name me --account 333333333333 --region eu-west-1 "$ROLE" \
		printenv MAIRU_ACTIVE_ROLE
	assert_output "$LAST"
	assert_equal "$(heard 'set(q["CHAIN"] for q in r if "CHAIN" in q)')" \
		"{'{\"account\":\"333333333333\",\"region\":\"eu-west-1\",\"hops\":[{\"role_arn\":\"$HOP\",\"external_id\":\"x1\",\"duration_seconds\":900},{\"role_arn\":\"$LAST\",\"role_session_name\":\"me\"}]}'}"
}

@test "exec asks STS where AWS_REGION says, if nothing else does" {
	AWS_REGION=eu-north-1 mairu exec --assume-role "$HOP" "$ROLE" true
	AWS_REGION=eu-north-1 mairu exec --region eu-west-1 --assume-role "$HOP" "$ROLE" true
	AWS_REGION='no region' mairu exec --assume-role "$HOP" "$ROLE" true
	assert_equal "$(heard '[q["CHAIN"].split("hops")[0] for q in r if q["type"] == "ROLE"]')" \
		"['{\"region\":\"eu-north-1\",\"', '{\"region\":\"eu-west-1\",\"', '{\"']"
}

@test "exec auto puts hops behind those of the config, and its account aside" {
	project "$HOME/p" "$(config "$ROLE" "\"account\":\"222222222222\",\"assume_role\":{\"role_arn\":\"$HOP\"}")"
	allow "$HOME/p"
	cd "$HOME/p" || return
	mairu exec auto true
	mairu exec --assume-role "$LAST" auto true
	mairu exec --account 444444444444 auto true
	assert_equal "$(heard '[q["CHAIN"] for q in r if q["type"] == "ROLE"]')" \
		"['{\"account\":\"222222222222\",\"hops\":[{\"role_arn\":\"$HOP\"}]}', '{\"hops\":[{\"role_arn\":\"$HOP\"},{\"role_arn\":\"$LAST\"}]}', '{\"account\":\"444444444444\",\"hops\":[{\"role_arn\":\"$HOP\"}]}']"
	# What an option says more of is an option's hop.
	run -2 mairu exec --assume-role-external-id x1 auto true
	assert_output 'mairu: --assume-role-... must follow the --assume-role that it belongs to'
}

@test "credential-process takes hops and an account too" {
	mairu credential-process --assume-role "$HOP" --account 222222222222 contoso "$ROLE" >/dev/null
	assert_equal "$(heard 'r[0]["CHAIN"]')" \
		"{\"account\":\"222222222222\",\"hops\":[{\"role_arn\":\"$HOP\"}]}"
}

# refused MESSAGE OPTION...: as wrong usage, before anybody is asked.
refused() {
	local message=$1
	shift
	run -2 mairu exec "$@" "$ROLE" true
	assert_output --partial "$message"
	run -2 mairu credential-process "$@" contoso "$ROLE"
	assert_output --partial "$message"
	assert_equal "$(heard 'len(r)')" 0
}

@test "hops that could not be are wrong usage" {
	local i nine=()

	refused 'must follow the --assume-role' --assume-role-session-name me --assume-role "$HOP"
	refused 'must follow the --assume-role' --assume-role-duration-seconds 900
	for i in 899 43201 -1 1h 0900 ''; do
		refused '--assume-role-duration-seconds must be 900 to 43200' \
			--assume-role "$HOP" --assume-role-duration-seconds="$i"
	done
	for i in 12345678901 1234567890123 12345678901x ''; do
		refused '--account must be the 12 digits of an account' --account="$i"
	done
	refused '"hops[0].role_arn": expected the ARN of a role' --assume-role short
	refused '"hops[0].role_arn": expected the ARN of a role' --assume-role ''
	refused '"hops[1].role_arn"' --assume-role "$HOP" --assume-role x
	refused '"hops[0].external_id"' --assume-role "$HOP" --assume-role-external-id 'a b'
	refused '"hops[0].role_session_name"' --assume-role "$HOP" --assume-role-session-name 'a/b'
	for i in 1 2 3 4 5 6 7 8; do nine+=(--assume-role "$HOP"); done
	run mairu exec "${nine[@]}" "$ROLE" true
	assert_success
	: >"$T/requests"
	refused '--assume-role: a chain has at most 8 hops' "${nine[@]}" --assume-role "$LAST"
}
