# Many roles of IAM Identity Center: lists of hundreds of accounts, and many
# credentials at once, within the calls that its portal takes in a second.

# shellcheck disable=SC2016 # text for other programs in single quotes

load ../lib/common
load ../lib/sso

prepare() {
	export BROWSER=browse TZ=UTC
}

# begin [OPTION]...: a server with a session.
begin() {
	start_sso_server "$@"
	an_sso_server
	log_in_code
}

# counted NAME: what the server has counted.
counted() {
	control '{}' | "$PY" -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# no_session: every access token and the sign-in have ended.
no_session() {
	control '{"end": true}' >/dev/null
}

# stamps COMMAND...: seconds at the first line of its output, at the end, and
# how many lines there were; the output is in $T/list.
stamps() {
	"$PY" -c 'import subprocess, sys, time
begun, first = time.monotonic(), None
with open(sys.argv[1], "wb") as out, subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE) as p:
    lines = 0
    for line in p.stdout:
        first = first or time.monotonic() - begun
        lines += 1
        out.write(line)
print("%.3f %.3f %d" % (first or -1, time.monotonic() - begun, lines))
sys.exit(p.returncode)' "$T/list" "$@"
}

@test "665 accounts of five roles come as fast as the portal lets them, the first at once" {
	begin --accounts 665 --roles 5
	run --separate-stderr stamps mairu list-roles --server contoso -o oneline
	assert_success
	read -r first whole lines <<<"$output"
	assert_equal "$lines" 3325
	calls=$(recorded 'len(at("accounts") + at("account-roles"))')
	((calls >= 665 + 7))
	"$PY" -c "import sys
first, whole, own = $first, $whole, $calls / 20
print(first, whole, own)
assert first < 1 * $SLOW, first
assert own - 1.5 < whole < 2 * own * $SLOW, (whole, own)"
	assert_equal "$(sort -u "$T/list" | wc -l)" 3325
	assert_equal "$(grep -c '^contoso  *123456789012/Dev  *account-1$' "$T/list")" 1
	assert_equal "$(grep -c '^contoso  *210000000664/Billing  *account-665$' "$T/list")" 1
	assert_equal "$(counted limited)" 0
	# Remembered for a while.
	stamps mairu list-roles --server contoso -o oneline >"$T/again"
	assert_equal "$(recorded 'len(at("account-roles"))')" $((calls - 7))
	read -r first whole lines <"$T/again"
	assert_equal "$lines" 3325
}

@test "list-roles has three formats" {
	begin --accounts 2 --roles 2
	run --separate-stderr mairu list-roles --server contoso
	assert_success
	assert_line --index 0 contoso
	assert_line --regexp '^    123456789012/Dev  *account-1$'
	assert_line --regexp '^    210000000001/Ops  *account-2$'
	run --separate-stderr mairu list-roles -o oneline
	assert_success
	assert_equal "${#lines[@]}" 4
	assert_line --regexp '^contoso  *123456789012/Dev  *account-1$'
	run --separate-stderr mairu list-roles --server contoso --output=json
	assert_success
	"$PY" -c 'import json, sys
(one,) = json.loads(sys.argv[1])["servers"]
assert one["server_id"] == "contoso", one
assert one["server_url"].startswith("https://contoso.awsapps.com/start"), one
assert one["logged_in"] is True and "error" not in one, one
assert [r["name"] for r in one["roles"]] == ["123456789012/Dev", "123456789012/Ops",
    "210000000001/Dev", "210000000001/Ops"], one
assert one["roles"][0]["account"] == "123456789012", one
assert one["roles"][0]["account_name"] == "account-1", one' "$output"
	refused_none
}

@test "pages of any size make one list, and trouble that passes is let pass" {
	begin --accounts 7 --roles 5 --page 2
	control '{"fault": {"at": "account-roles", "do": "status", "status": 500, "times": 1}}' >/dev/null
	control '{"fault": {"at": "credentials", "do": "close", "times": 1}}' >/dev/null
	run --separate-stderr mairu list-roles --server contoso -o oneline
	assert_success
	assert_equal "${#lines[@]}" 35
	assert_equal "$(printf '%s\n' "${lines[@]}" | sort -u | wc -l)" 35
	run mairu credential-process contoso 123456789012/Dev
	assert_success
	refused_none
}

@test "an account's name can't write on the terminal, nor make a line of its own" {
	begin --accounts 1 --roles 1
	control '{"set": {"names": {"123456789012": "a\u001b[31mred\ncontoso 999999999999/Root\u202egpj"}}}' >/dev/null
	run --separate-stderr mairu list-roles --server contoso -o oneline
	assert_success
	assert_equal "${#lines[@]}" 1
	assert_equal "$(printf %s "$output" | tr -d '[:print:]' | wc -c)" 0
	run --separate-stderr mairu list-roles --server contoso -o json
	"$PY" -c 'import json, sys
(one,) = json.loads(sys.argv[1])["servers"]
assert len(one["roles"]) == 1, one
assert "\x1b" not in sys.argv[1]' "$output"
}

@test "without a login list-roles names the server and the command" {
	start_sso_server
	an_sso_server
	run --separate-stderr mairu list-roles
	assert_equal "$status" 4
	# shellcheck disable=SC2154 # set by run
	assert_regex "$stderr" 'mairu: .*contoso.*Run: mairu login contoso'
	assert_equal "$(asked accounts)" 0
	log_in_code
	no_session
	run --separate-stderr mairu list-roles --server contoso
	assert_equal "$status" 4
	assert_regex "$stderr" 'mairu: .*Run: mairu login contoso'
}

@test "a list whose token ends midway goes on with the renewed one" {
	begin --accounts 60 --roles 1
	: >"$T/list"
	mairu list-roles --server contoso -o oneline >"$T/list" 3>&- &
	some() { [ "$(asked account-roles)" -ge 25 ]; }
	wait_until some
	control '{"revoke": true}' >/dev/null
	wait $!
	assert_equal "$(sort -u "$T/list" | wc -l)" 60
	assert_equal "$(recorded 'sum(q.get("grant") == "refresh_token" for q in r)')" 1
}

@test "an account that gives trouble leaves what came before it in the list" {
	begin --accounts 30 --roles 1
	fails account-roles ResourceNotFoundException '"text": "Account not found", "times": 1'
	run --separate-stderr mairu list-roles --server contoso -o oneline
	# Whatever is made of the one, it is told, and no role is made up.
	assert_regex "$stderr" 'mairu: .*Account not found'
	assert_failure
	((${#lines[@]} <= 29))
}

# at_once ROLE...: asks for the credentials of all of them, and gets them.
at_once() {
	local role failed=0 pid pids=()

	for role; do
		mairu credential-process contoso "$role" >"$T/got.${role/\//.}" \
			2>"$T/err.${role/\//.}" 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	[ "$failed" = 0 ] || cat "$T"/err.*
	assert_equal "$failed" 0
	assert_equal "$(cat "$T"/got.* | grep -o 'ASIAFAKE[A-Z0-9]*' | sort -u | wc -l)" $#
}

@test "a hundred roles at once stay below the limit, and all are there" {
	begin --accounts 20 --roles 5
	at_once {123456789012,2100000000{01..19}}/{Dev,Ops,ReadOnly,Admin,Billing}
	assert_equal "$(counted limited)" 0
	# No role was asked for twice.
	assert_equal "$(asked credentials)" 100
}

@test "a portal that takes fewer calls than it used to is asked more slowly, and all are there" {
	begin --accounts 20 --roles 1 --rate 5
	at_once 2100000000{01..15}/Dev
	[ "$(counted limited)" -gt 0 ]
}

@test "a role that a person waits for does not wait for a list" {
	local before

	begin --accounts 200 --roles 1
	: >"$T/list"
	mairu list-roles --server contoso -o oneline >"$T/list" 3>&- &
	some() { [ "$(asked account-roles)" -ge 25 ]; }
	wait_until some
	before=$(asked account-roles)
	run mairu credential-process contoso 123456789012/Dev
	assert_success
	# About a second's calls, and not the whole list.
	(($(asked account-roles) - before <= 40))
	wait $!
	assert_equal "$(wc -l <"$T/list")" 200
}

@test "setup-sso writes the server's file, registers both clients, and a login goes on from there" {
	start_sso_server
	mairu config set endpoints.sso "${SERVER%/}"
	mairu config set endpoints.sso_oidc "${SERVER%/}"
	run mairu setup-sso contoso --region "$REGION" --start-url "$START" -y
	assert_success
	assert_equal "$(recorded 'sorted(map(len, (q["grants"] for q in at("register"))))')" '[0, 2]'
	log_in_code
	log_in_device contoso --force
	assert_equal "$(asked register)" 2
	run mairu list-servers
	assert_output --partial contoso
}

@test "setup-sso follows an address of one's own to the start URL" {
	local head

	for head in 302 405 501; do
		start_sso_server --vanity-head "$head"
		mairu config set endpoints.sso "${SERVER%/}"
		mairu config set endpoints.sso_oidc "${SERVER%/}"
		run mairu setup-sso "contoso$head" -r "$REGION" -u "${SERVER}vanity" -y
		assert_success
		assert_output --partial "$START"
		"$PY" -c 'import json, sys
s = json.load(open(sys.argv[1]))
assert s["url"].rstrip("/") == sys.argv[2], s
assert s["aws_sso"]["region"] == "eu-west-1", s' \
			"$XDG_CONFIG_HOME/mairu/servers.d/contoso$head.json" "$START"
	done
}
