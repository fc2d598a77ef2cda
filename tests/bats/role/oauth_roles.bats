# mairu list-roles at a credential server (see tests/fakes/credential_server).

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

# begin [OPTION]...: a server with a session.
begin() {
	start_server "$@"
	a_server contoso
	log_in contoso
}

@test "roles of a credential server are listed with what it says of them" {
	begin --role Dev --role 'Ops/x y'
	run --separate-stderr mairu list-roles -o oneline
	assert_success
	assert_equal "$stderr" ''
	assert_output 'contoso  Dev
contoso  Ops/x y  the role Ops/x y of the fake'
	mairu list-roles
	assert_equal "$(asked roles)" 1
	mairu list-roles --fresh
	assert_equal "$(asked roles)" 2
}

@test "a token that is refused is renewed for a list, or asks for a login" {
	begin --refresh-token
	control '{"expire": "access"}' >/dev/null
	run --separate-stderr mairu list-roles --server contoso -o oneline
	assert_success
	assert_equal "${#lines[@]}" 3
	control '{"revoke": true}' >/dev/null
	run -4 --separate-stderr mairu list-roles --server contoso --fresh
	assert_output ''
	assert_regex "$stderr" 'Run: mairu login contoso$'
	run mairu list-sessions --json
	refute_output --partial '"renews": true'
}

@test "trouble with a list is told, and not remembered" {
	local fault

	begin
	while read -r fault code said; do
		control '{"clear": true}' >/dev/null
		control "{\"fault\": \"roles:$fault\"}" >/dev/null
		run --separate-stderr mairu list-roles --server contoso
		echo "$fault: $status $stderr"
		assert_equal "$status" "$code"
		assert_output ''
		assert_regex "$stderr" "^mairu: .*$said"
	done <<-'TABLE'
		status,status=500 1 contoso is in trouble
		status,status=404 1 contoso has no list of roles
		status,status=403 5 contoso does not list its roles
		redirect,to=http://127.0.0.1:9/ 5 redirect
		garbage 1 contoso answered
		truncated 1 contoso answered
		missing,member=Roles 1 contoso
		close 1 127.0.0.1
	TABLE
	# A name that is no text hides none that is one.
	control '{"clear": true}' >/dev/null
	control '{"fault": "roles:types"}' >/dev/null
	run --separate-stderr mairu list-roles --server contoso -o oneline
	assert_success
	assert_regex "$stderr" "contoso: skipped 1 role whose name can't be shown or used"
	control '{"clear": true}' >/dev/null
	run mairu list-roles --server contoso -o oneline --fresh
	assert_success
	assert_equal "${#lines[@]}" 3
	# A server that has no list is no failure of all the others'.
	control '{"fault": "roles:status,status=405"}' >/dev/null
	run --separate-stderr mairu list-roles --fresh
	assert_success
	assert_regex "$stderr" 'mairu: contoso has no list of roles'
}

@test "while a server is silent, who waits at a terminal sees what for" {
	begin
	control '{"fault": "roles:hold"}' >/dev/null
	rc bash
	session bash <<-SCRIPT
		%as list
		%type mairu list-roles --server contoso -o oneline >"$T/list"; echo status \$?
		%wait mairu: waiting for contoso
		%run curl -sSf -m 10 --data-binary '{"release": true}' "$(server_root)/_control"
		%prompt
	SCRIPT
	has list 'status 0'
	assert_equal "$(wc -l <"$T/list")" 3
}
