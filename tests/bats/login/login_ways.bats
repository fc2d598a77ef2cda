# Each way to log in, from end to end: against the fake credential server, as
# people in all kinds of places do.

# shellcheck disable=SC2016 # text for other programs stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

# a_way [OPTION]...: a server that has both grants, and a project of it.
a_way() {
	start_server --grants both --interval 1 "$@"
	a_server contoso
	project "$HOME/proj"
	allow "$HOME/proj"
}

acts() {
	mairu exec --no-login --server contoso 123456789012/Dev printenv AWS_CONTAINER_CREDENTIALS_FULL_URI
}

# begin NAME=VALUE... [OPTION]...: `mairu login` as $LOGIN, its words in
# $T/login.
begin() {
	: >"$T/login"
	env "$@" mairu login contoso >"$T/login" 2>&1 3>&- &
	LOGIN=$!
}

# What is alone on a line, so as to be copied: the first, the second...
alone() {
	sed -n 's/^    //p' "$T/login" | sed -n "$1p"
}

shows() {
	[ -n "$(alone "$1")" ]
}

@test "without a browser a code for any device is shown, and the login goes through" {
	a_way
	begin SSH_CONNECTION='192.0.2.1 5 192.0.2.7 22'
	wait_until grep -q 'enter this code' "$T/login"
	wait_until shows 2
	follow --code "$(alone 2)" "$(alone 1)" >"$T/page"
	wait "$LOGIN" || { cat "$T/login"; false; }
	grep -q '^mairu: logged in to contoso until ' "$T/login"
	acts
	assert_equal "$(asked authorize)" 0
}

@test "with one the code grant is taken, unless the device's is asked for" {
	a_way
	: >"$T/login"
	BROWSER=browse mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	wait_until grep -q /auth/ "$T/login"
	follow "$(login_url)" >"$T/page"
	wait $!
	: >"$T/login"
	BROWSER=browse mairu login --no-browser --force --oauth-grant-type device_code contoso >"$T/login" 2>&1 3>&- &
	wait_until test -s "$T/login"
	# The address that holds the code needs it not to be typed.
	wait_until shows 3
	follow "$(alone 3)" >"$T/page"
	wait $!
	acts
}

@test "a server without the device grant is logged in to by its code, pasted" {
	local long

	start_server
	a_server contoso
	mkfifo "$T/keys"
	: >"$T/login"
	env container=podman NO_COLOR=1 script -qefc 'mairu login contoso' "$T/shown" \
		<"$T/keys" >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	exec 5>"$T/keys"
	wait_until grep -q 'not shown' "$T/login"
	long=$(alone 1 | tr -d '\r')
	follow --stop-at 'oauth2callback?' "$long" | tr '\n' '\r' >&5
	wait "$LOGIN" || { cat "$T/login"; false; }
	exec 5>&-
	grep -q 'mairu: logged in to contoso until ' "$T/login"
	run ! grep -q 'code=' "$T/login"
}

@test "--paste takes what the browser elsewhere ended at" {
	local long

	a_way
	mkfifo "$T/in"
	: >"$T/login"
	mairu login --paste contoso <"$T/in" >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	exec 5>"$T/in"
	wait_until grep -q 'not shown' "$T/login"
	long=$(alone 1)
	[[ $long == */oauth/authorize* ]]
	follow --stop-at 'oauth2callback?' "$long" >&5
	exec 5>&-
	wait "$LOGIN" || { cat "$T/login"; false; }
	grep -q '^mairu: exchanging it$' "$T/login"
	grep -q '^mairu: logged in to contoso until ' "$T/login"
	run ! grep -q 'code=' "$T/login"
	acts
}

@test "what is pasted and belongs to another login is wrong usage" {
	a_way
	run -2 mairu login --paste contoso <<<'http://127.0.0.1:1/oauth2callback?code=x&state=y'
	run -2 mairu login --paste contoso <<<'ftp://nonsense'
	run mairu list-sessions
	refute_output --partial contoso
}

@test "a code that is denied on the device is told, with its status" {
	local status=0

	a_way
	begin container=podman
	wait_until grep -q 'enter this code' "$T/login"
	wait_until shows 2
	control "{\"deny\": \"$(alone 2)\"}"
	wait "$LOGIN" || status=$?
	assert_equal "$status" 5
	assert_equal "$(tail -1 "$T/login")" 'mairu: contoso refuses this login: the person said no. To try again, run: mairu login contoso'
}

@test "refresh renews a session whose server gives the means, and says so where not" {
	a_way --refresh-token --token-life 60
	log_in contoso
	run mairu list-sessions
	assert_output --regexp ' yes$'
	run mairu refresh contoso
	assert_success
	assert_output --regexp '^mairu: renewed contoso until [0-9]'
	assert_equal "$(asked token)" 2
	cd "$HOME/proj"
	run mairu refresh
	assert_success
	mairu logout contoso
	run -4 mairu refresh contoso
	assert_output --partial 'Run: mairu login contoso'
}

@test "a session that cannot be renewed is refused, with its status" {
	a_way
	log_in contoso
	run -5 mairu refresh contoso
}

@test "another way that is asked for elsewhere is shown to whoever waits" {
	local other

	a_way
	begin SSH_CONNECTION='192.0.2.1 5 192.0.2.7 22'
	wait_until grep -q 'enter this code' "$T/login"
	mairu login --no-browser --oauth-grant-type code contoso >"$T/other" 2>&1 3>&- &
	other=$!
	wait_until grep -q 'continues in another way' "$T/login"
	wait_until grep -q /auth/ "$T/login"
	follow "$(login_url)" >"$T/page"
	wait "$LOGIN" || { cat "$T/login"; false; }
	wait "$other" || { cat "$T/other"; false; }
	assert_equal "$(tail -n 1 "$T/login")" "$(tail -n 1 "$T/other")"
	acts
}
