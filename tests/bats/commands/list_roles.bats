# mairu list-roles, against a stand-in for the broker, and a broker with
# several servers.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common
load ../lib/sso

prepare() {
	DIR=$XDG_CONFIG_HOME/mairu/servers.d
	a_silent_server contoso
	mv "$DIR"/*.json "$DIR/contoso.json"
}

END='["CURSOR", 3], ["MORE", 0], ["DONE", 0], ["TOTAL", 0]'

# role NAME [DESCRIPTION [ACCOUNT ACCOUNT_NAME]]: the fields of one.
role() {
	printf '["ROLE", "%s"], ["ACCOUNT", "%s"], ["ACCOUNT_NAME", "%s"], ["DESCRIPTION", "%s"],' \
		"$1" "${3:-}" "${4:-}" "${2:-}"
}

# lists FIELDS: the stand-in's list from now on.
lists() {
	answers "{\"ROLES\": [$1 $END]}"
}

@test "text has the server, and below it its roles and what they are" {
	standin
	lists "$(role Dev 'for work')$(role 123456789012/Operations '' 123456789012 prod)$(role Ops)"
	run --separate-stderr mairu list-roles
	assert_success
	assert_equal "$stderr" ''
	printf 'contoso\n    %s\n    %s\n    %s\n\n' \
		'Dev                      for work' \
		'123456789012/Operations  prod' Ops >"$T/want"
	mairu list-roles | cmp - "$T/want"
	mairu list-roles -o text --server contoso | cmp - "$T/want"
}

@test "oneline has the server in front of each role" {
	standin
	a_silent_server fabrikam
	mv "$DIR"/[0-9]*.json "$DIR/a.json"
	lists "$(role Dev 'for work')$(role Ops)"
	run --separate-stderr mairu list-roles --output oneline
	assert_success
	assert_output 'fabrikam  Dev  for work
fabrikam  Ops
contoso   Dev  for work
contoso   Ops'
}

@test "json is that of Mairu 0.12, with the account besides" {
	standin
	lists "$(role Dev 'for work')$(role 123456789012/Ops '' 123456789012 prod)"
	mairu list-roles -o json >"$T/json"
	python3 - "$T/json" <<-'PY'
		import json, sys
		assert json.load(open(sys.argv[1])) == {"servers": [{
		    "server_id": "contoso", "server_url": "http://127.0.0.1:9/",
		    "logged_in": True, "roles": [
		        {"name": "Dev", "description": "for work"},
		        {"name": "123456789012/Ops", "description": "prod",
		         "account": "123456789012", "account_name": "prod"}]}]}
	PY
}

@test "lines obey nothing in a role, and JSON has it exactly" {
	standin
	lists "$(role 'a\u001b[31m\u202eb\u009b\u2066' 'x\ny \u65e5\u672c')"
	run --separate-stderr mairu list-roles -o oneline
	assert_output 'contoso  a\x1b[31m\u{202e}b\u{9b}\u{2066}  x\x0ay 日本'
	mairu list-roles -o json >"$T/json"
	python3 -c 'import json, sys
(r,) = json.load(open(sys.argv[1]))["servers"][0]["roles"]
assert r == {"name": "a\x1b[31m\u202eb\x9b\u2066", "description": "x\ny \u65e5\u672c"}, r' "$T/json"
	LC_ALL=C run -1 grep -aP '\xe2\x80\xae|\xc2\x9b|\xe2\x81\xa6|\x1b' "$T/json"
}

@test "an empty list is no error" {
	standin
	lists ''
	run --separate-stderr mairu list-roles
	assert_success
	assert_output contoso
	run --separate-stderr mairu list-roles -o oneline
	assert_success
	assert_output ''
}

@test "--fresh and --server are passed on, and a URL names a server too" {
	standin
	lists "$(role Dev)"
	mairu list-roles --fresh
	mairu list-roles --server http://127.0.0.1:9
	assert_equal "$(heard '[(q["SERVER"], q["CURSOR"], q["FRESH"]) for q in r]')" \
		"[('contoso', 0, 1), ('contoso', 0, 0)]"
}

@test "what is wrong with the command line is said" {
	run -2 mairu list-roles -o yaml
	assert_output --partial '--output must be text, oneline or json'
	run -2 mairu list-roles contoso
	run -1 mairu list-roles --server nowhere
	assert_output 'mairu: there is no server nowhere. Run: mairu list-servers'
	[ ! -e "$SOCK" ]
}

@test "without a server list-roles says what to do" {
	rm "$DIR"/*
	run -1 --separate-stderr mairu list-roles
	assert_output ''
	assert_regex "$stderr" '^mairu: no credential server is configured: .*man mairu-servers$'
}

@test "the server's no has its own status, and JSON stays whole" {
	standin
	answers '{"ROLES": ["error", 12, "contoso has no list of roles"]}'
	run -5 --separate-stderr mairu list-roles
	assert_output ''
	assert_equal "$stderr" 'mairu: contoso has no list of roles'
	run -5 --separate-stderr mairu list-roles -o json
	python3 -c 'import json, sys
(one,) = json.loads(sys.argv[1])["servers"]
assert one["roles"] == [] and one["error"] == "contoso has no list of roles", one' "$output"
	answers '{"ROLES": ["error", 11, "login required. Run: mairu login contoso"]}'
	run -4 --separate-stderr mairu list-roles -o json --server contoso
	assert_equal "$stderr" 'mairu: login required. Run: mairu login contoso'
	python3 -c 'import json, sys
(one,) = json.loads(sys.argv[1])["servers"]
assert one["logged_in"] is False and "error" not in one, one' "$output"
}

@test "an answer that is none is told from a list" {
	local bad

	standin
	for bad in "$(role Dev) [\"CURSOR\", 1]" "[\"ROLE\", \"x\"], $END" "$END, $END" \
		"$END, $(role Dev) [\"MORE\", 0]" '["URL", "x"]'; do
		answers "{\"ROLES\": [$bad]}"
		run -1 --separate-stderr mairu list-roles
		assert_output ''
		assert_regex "$stderr" "the broker's reply makes no sense"
	done
}

@test "a reader that goes away ends it without a word" {
	local many

	standin
	# More than a pipe holds.
	many=$(for i in {1..1500}; do role "$i" "$(printf '%0100d' "$i")"; done)
	lists "$many"
	(
		mairu list-roles -o oneline 2>"$T/err" || :
		: >"$T/over"
	) | head -1 >"$T/first"
	wait_until test -e "$T/over"
	assert_equal "$(cut -c1-10 "$T/first")" 'contoso  1'
	assert_equal "$(cat "$T/err")" ''
}

@test "who waits at a terminal sees how far it is, and nothing of it stays" {
	standin
	answers '{"ROLES": [["CURSOR", 5], ["MORE", 1], ["DONE", 3], ["TOTAL", 9]]}'
	lists_soon() {
		printf '{"ROLES": [%s %s]}' "$(role Dev)" "$END" >"$T/answers.new"
	}
	lists_soon
	rc bash
	session bash <<-SCRIPT
		%as list
		%type mairu list-roles --server contoso >"$T/list"; echo status \$?
		%wait waiting for contoso: 3 of 9 accounts
		%run mv "$T/answers.new" "$T/answers.json"
		%prompt
	SCRIPT
	has list 'status 0'
	assert_equal "$(cat "$T/list")" 'contoso
    Dev'
	# The next request goes on where the last part ended.
	assert_equal "$(heard 'r[0]["CURSOR"], r[1]["CURSOR"]')" '(0, 5)'
}

@test "of all servers those with a login are listed, and the others named" {
	start_sso_server --accounts 1 --roles 1
	an_sso_server fabrikam
	a_server zzz
	printf '{' >"$DIR/broken.json"
	cp "$DIR/zzz.json" "$DIR/zzz2.json"
	a_server alone
	chmod 600 "$DIR"/*
	log_in_code fabrikam
	run --separate-stderr mairu list-roles -o oneline
	assert_equal "$status" 1
	assert_output --regexp '^fabrikam  +123456789012/Dev  account-1$'
	assert_regex "$stderr" 'mairu: alone: login required. Run: mairu login alone'
	assert_regex "$stderr" 'mairu: contoso: login required. Run: mairu login contoso'
	assert_regex "$stderr" 'broken.json: '
	assert_regex "$stderr" '2 files of .* have the id zzz: zzz.json, zzz2.json'
	assert_equal "$(grep -c zzz <<<"$stderr")" 1
	rm "$DIR"/{broken,zzz,zzz2}.json
	# A login that is missing is no failure while there is one.
	run --separate-stderr mairu list-roles -o oneline
	assert_success
	mairu logout --all
	run -4 --separate-stderr mairu list-roles -o oneline
	assert_output ''
	assert_equal "$(grep -c 'login required' <<<"$stderr")" 3
}

@test "a server that does not answer holds up no other one" {
	local slow

	start_server
	a_server aaa
	log_in aaa
	slow=$SERVER
	start_sso_server --accounts 1 --roles 1
	an_sso_server fabrikam
	log_in_code fabrikam
	SERVER=$slow control '{"fault": "roles:hold"}' >/dev/null
	: >"$T/said"
	mairu list-roles -o oneline >"$T/said" 2>&1 3>&- &
	is_asked() {
		[ "$(asked account-roles)" = 1 ]
	}
	wait_until is_asked
	refute grep fabrikam "$T/said"
	SERVER=$slow control '{"release": true}' >/dev/null
	wait $!
	grep -q '^fabrikam  *123456789012/Dev' "$T/said"
}

@test "a list is remembered as long as its login, and --fresh asks again" {
	start_sso_server --accounts 2 --roles 1
	an_sso_server fabrikam
	log_in_code fabrikam
	mairu list-roles --server fabrikam
	mairu list-roles --server fabrikam
	assert_equal "$(asked account-roles)" 2
	mairu list-roles --server fabrikam --fresh
	assert_equal "$(asked account-roles)" 4
	mairu logout fabrikam
	run -4 mairu list-roles --server fabrikam
	log_in_code fabrikam
	mairu list-roles --server fabrikam
	assert_equal "$(asked account-roles)" 6
}
