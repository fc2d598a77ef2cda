# A configured server that is hostile, and after the codes of another one: it
# sends the browser on to that one's login page (tests/fakes/hostile_server).

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

# an_honest_server [OPTION]...: contoso, which the person knows and trusts.
an_honest_server() {
	start_server "$@"
	a_server contoso
	HONEST=$SERVER
	HONEST_JOURNAL=$JOURNAL
}

# a_hostile_server [OPTION]...: evil, which is configured too.
a_hostile_server() {
	start_fake hostile_server --victim "$HONEST" "$@"
	printf '{"id":"evil","url":"%s","oauth":{"client_id":"x","code_grant":{}}}\n' \
		"$SERVER" >"$XDG_CONFIG_HOME/mairu/servers.d/evil.json"
	STOLEN=$JOURNAL
}

# attack: a person logs in to evil, and finds the page of contoso.
attack() {
	: >"$T/login"
	timeout 20 mairu login --no-browser evil >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	wait_until grep -q /auth/ "$T/login"
	follow "$(login_url)" >"$T/page" || :
}

over() {
	kill "$LOGIN" 2>/dev/null || :
	wait "$LOGIN" || :
}

# It was sent on in each case, or the test would show nothing.
was_sent() {
	grep -qx sent "$STOLEN"
}

nothing_stolen() {
	was_sent || return
	! grep -q 'stolen\|refused' "$STOLEN"
}

@test "servers that share a path and do not name themselves can be mixed up" {
	an_honest_server
	a_hostile_server
	attack
	over
	# What the tests below are about: this is how it goes without a defence.
	was_sent
	grep -qx stolen "$STOLEN"
}

@test "no code of a server that names itself is given to another one" {
	an_honest_server --iss right
	a_hostile_server
	attack
	wait "$LOGIN" && false
	nothing_stolen
	grep -q 'came from another server' "$T/login"
	run cat "$T/page"
	assert_output --partial 'came from another server'
}

@test "no code of a server with a redirect_path of its own is given to another one" {
	an_honest_server --redirect-path /oauth2callback/contoso
	a_hostile_server
	attack
	over
	nothing_stolen
	grep -q 'redirect_uri is not the registered one' "$HONEST_JOURNAL" "$T/page"
}

@test "nor when that path is asked for, at the port of the other login" {
	an_honest_server --redirect-path /oauth2callback/contoso
	a_hostile_server --redirect-path /oauth2callback/contoso
	attack
	over
	nothing_stolen
	grep -q 'Nothing here' "$T/page"
}

@test "a server with a redirect_path of its own is logged in to there" {
	an_honest_server --redirect-path /oauth2callback/contoso --iss right
	log_in contoso
	run mairu list-sessions
	assert_output --partial contoso
}

@test "a server that says it names itself has to" {
	an_honest_server --announce-iss
	: >"$T/login"
	timeout 20 mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	wait_until grep -q /auth/ "$T/login"
	follow "$(login_url)" >"$T/page" || :
	wait "$LOGIN" && false
	grep -q 'does not say which server it is from' "$T/login"
	assert_equal "$(asked token)" 0
}

@test "metadata of another issuer demand nothing" {
	an_honest_server --announce-iss --issuer https://other.example
	log_in contoso
}

@test "where the code goes is named at the first login, if that is another host" {
	an_honest_server
	local file=$XDG_CONFIG_HOME/mairu/servers.d/contoso.json port=${HONEST%/}
	port=${port##*:}
	sed -i "s|\"oauth\": *{|&\"token_endpoint\":\"http://localhost:$port/oauth/token\",|" "$file"
	: >"$T/login"
	timeout 20 mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	wait_until grep -q 'the code goes to' "$T/login"
	over
	run cat "$T/login"
	assert_line "mairu: the login page is at 127.0.0.1:$port, the code goes to localhost:$port"
}

@test "doctor tells which servers could be mixed up, and how to mend it" {
	an_honest_server
	a_hostile_server
	run mairu doctor
	assert_output --regexp 'contoso, evil: other servers have the same redirect path \(/oauth2callback\)'
	assert_output --partial '"redirect_path": "/oauth2callback/contoso" into the "code_grant" of'
}

@test "doctor is content where servers have paths of their own" {
	an_honest_server --redirect-path /oauth2callback/contoso
	a_hostile_server
	run mairu doctor
	refute_output --partial 'redirect path'
}

@test "doctor is content where servers name themselves" {
	an_honest_server --iss right
	start_server --iss right
	a_server fabrikam
	run mairu doctor
	refute_output --partial 'redirect path'
}
