# mairu whoami, against a stand-in for the broker.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

ARN=arn:aws:sts::123456789012:assumed-role/Dev/alice
HOP=arn:aws:iam::222222222222:role/Hop

# who [ALIAS [SECONDS FROM NOW]]: what the broker answers.
who() {
	answers "{\"WHOAMI\": {\"SERVER\": \"contoso\", \"ROLE\": \"$ROLE\",
		\"ACCOUNT\": \"123456789012\", \"ARN\": \"$ARN\", \"ALIAS\": \"${1-contoso-prod}\",
		\"EXPIRES\": $(($(date +%s) + ${2:-3150}))}}"
}

prepare() {
	export MAIRU_SERVER=contoso TZ=UTC
	standin
	who
}

@test "whoami says whom AWS takes the role for" {
	run --separate-stderr mairu whoami "$ROLE"
	assert_success
	assert_line --index 0 'account  123456789012 (contoso-prod)'
	assert_line --index 1 "arn      $ARN"
	assert_line --index 2 "role     contoso $ROLE"
	assert_line --index 3 --regexp '^expires  (20..-..-.. )?[0-2][0-9]:[0-5][0-9] \(in 52 min\)$'
	assert_equal "${#lines[@]}" 4
	assert_equal "$stderr" ''
	assert_equal "$(heard '[(q["type"], q["SERVER"], q["ROLE"], q["CHAIN"], q["REGION"], q["FRESH"]) for q in r]')" \
		"[('WHOAMI', 'contoso', '$ROLE', '', '', 0)]"
}

@test "whoami leaves out an alias that it is not told" {
	who '' 10000
	run mairu whoami "$ROLE"
	assert_line --index 0 'account  123456789012'
	assert_line --index 3 --regexp '\(in 2 h\)$'
	who '' 30
	run mairu whoami "$ROLE"
	assert_line --index 3 --regexp '\(in (30|29|28) s\)$'
}

@test "whoami is of the trusted config here" {
	project "$HOME/p" "$(config "$ROLE" "\"region\":\"eu-west-1\",\"account\":\"222222222222\",
		\"assume_role\":{\"role_arn\":\"$HOP\",\"external_id\":\"x1\"}")"
	cd "$HOME/p" || return
	run -3 mairu whoami
	assert_output --partial 'is not trusted'
	refute_output --partial arn:aws:sts
	allow "$HOME/p"
	mairu whoami >/dev/null
	run --separate-stderr mairu whoami auto
	assert_success
	assert_equal "$stderr" ''
	assert_equal "$(heard 'len(r), r[0] == r[1], r[0]["REGION"], r[0]["CHAIN"]')" \
		"(2, True, 'eu-west-1', '{\"account\":\"222222222222\",\"region\":\"eu-west-1\",\"hops\":[{\"role_arn\":\"$HOP\",\"external_id\":\"x1\"}]}')"
	run mairu whoami --json
	assert_success
	assert_equal "$(printf '%s' "$output" | python3 -c 'import json, sys; s = json.load(sys.stdin)
print(sorted(s), s["account"], s["account_alias"], s["arn"], s["role"], s["config"] is None)')" \
		"['account', 'account_alias', 'arn', 'config', 'expires_at', 'role', 'server'] 123456789012 contoso-prod $ARN $ROLE False"
}

@test "whoami of a role says null for what there is not" {
	who ''
	run mairu whoami --json "$ROLE"
	assert_line --partial '"account_alias": null'
	assert_line --partial '"config": null'
	assert_line --regexp '"expires_at": "20..-..-..T..:..:..Z"'
}

@test "whoami takes hops, an account and a region as exec does" {
	mairu whoami --no-cache --region eu-west-1 --assume-role "$HOP" --account 222222222222 "$ROLE"
	assert_equal "$(heard 'r[0]["CHAIN"], r[0]["REGION"], r[0]["FRESH"]')" \
		"('{\"account\":\"222222222222\",\"region\":\"eu-west-1\",\"hops\":[{\"role_arn\":\"$HOP\"}]}', 'eu-west-1', 1)"
	run -2 mairu whoami --server contoso
	assert_output --partial '--server cannot be given'
	run -2 mairu whoami --region 'eu west' "$ROLE"
	run -2 mairu whoami "$ROLE" more
	run -2 mairu whoami --timeout 0 "$ROLE"
}

@test "whoami exits as exec does when there is nothing to tell" {
	answers '{"WHOAMI": ["error", 11, "not logged in to contoso. Run: mairu login contoso"]}'
	run -4 mairu whoami "$ROLE"
	assert_output 'mairu: not logged in to contoso. Run: mairu login contoso'
	answers '{"WHOAMI": ["error", 12, "no"]}'
	run -5 mairu whoami "$ROLE"
	answers '{"WHOAMI": {"SERVER": "contoso", "ROLE": "a", "ACCOUNT": "1", "ARN": "", "ALIAS": "", "EXPIRES": 1}}'
	run -1 --separate-stderr mairu whoami "$ROLE"
	assert_output ''
}

@test "whoami shows nothing that a terminal would obey" {
	who $'a\\u001b]0;x\\u0007'
	run mairu whoami "$ROLE"
	assert_line --index 0 'account  123456789012 (a\x1b]0;x\x07)'
}

@test "whoami of the config here says so where the shell has another role" {
	project "$HOME/p" && allow "$HOME/p"
	cd "$HOME/p" || return
	export MAIRU_ACTIVE_SERVER=contoso MAIRU_ACTIVE_ROLE=$ROLE
	run --separate-stderr mairu whoami
	assert_success
	assert_equal "$stderr" ''
	MAIRU_ACTIVE_ROLE=$'210987654321/Ops\e[31m'
	run --separate-stderr mairu whoami
	assert_success
	assert_line --index 1 "arn      $ARN"
	assert_equal "$stderr" 'mairu: but this shell has another role: contoso 210987654321/Ops\x1b[31m'
	run --separate-stderr mairu whoami "$ROLE"
	assert_equal "$stderr" ''
}
