# Logging in once, against the fake credential server, and the credentials that
# every SDK then has: the main job from end to end.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line and took are set by ask
# shellcheck disable=SC2016 # text for other programs in single quotes

load ../lib/common
load ../lib/ask

DEV=ASIAFAKEDEV
OPS=ASIAFAKEOPS

prepare() {
	start_project
}

login_is_required() {
	ask
	[ "$(member code)" = LoginRequired ]
}

# refuses STATUS CODE: so does the endpoint.
refuses() {
	ask
	assert_equal "$status_line $(member code)" "$1 $2"
}

@test "a login gives a session, and the project's SDKs have credentials" {
	enter "$HOME/proj"
	refuses 403 LoginRequired
	assert_equal "$(member message)" 'mairu: login required. Run: mairu login contoso'
	log_in contoso
	run cat "$T/login"
	assert_line --index 0 --regexp '^mairu: log in to contoso in your browser: http://127\.0\.0\.1:[0-9]+/auth/[A-Za-z0-9_-]{22,}$'
	assert_line --regexp '^mairu: logged in to contoso until '
	run cat "$T/page"
	assert_output --partial 'Logged in to contoso'
	# The shell that was there before has them too, with the same token.
	gives "$DEV"
	assert_equal "$(python3 -c 'import json, sys; print(sorted(json.load(open(sys.argv[1]))))' "$T/body")" \
		"['AccessKeyId', 'Expiration', 'SecretAccessKey', 'Token']"
	run cat "$T/body"
	assert_output --regexp '"Expiration":"20[0-9-]{8}T[0-9:]{8}Z"\}$'
	run mairu list-sessions
	assert_success
	assert_output --partial contoso
	# And it lasts: nobody logs in twice.
	run mairu login contoso
	assert_success
	assert_output --partial 'logged in to contoso'
	assert_equal "$(asked authorize)" 1
}

@test "two projects with two roles each have their own, and outside there is none" {
	project "$HOME/ops" "$(config 123456789012/Ops)"
	allow "$HOME/ops"
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	dev=$TOKEN
	enter "$HOME/ops"
	gives "$OPS"
	[ "$TOKEN" != "$dev" ]
	TOKEN=$dev
	gives "$DEV"
	run enter "$HOME"
	assert_failure
}

@test "the credentials are there before the first command asks" {
	log_in contoso
	enter "$HOME/proj"
	# Entering was enough.
	fetched() { [ "$(asked assume-role)" = 1 ]; }
	wait_until fetched
	gives "$DEV"
	gives "$DEV"
	assert_equal "$(asked assume-role)" 1
}

@test "a hundred that wait for a login make one flow, and all have it" {
	local i pids=()

	for i in {1..100}; do
		mairu login --no-browser contoso >"$T/login.$i" 2>&1 3>&- &
		pids+=($!)
	done
	all_wait() {
		[ "$(cat "$T"/login.* | grep -c /auth/)" = 100 ]
	}
	wait_until all_wait
	assert_equal "$(grep -ho 'http://[^ ]*' "$T"/login.* | sort -u | wc -l)" 1
	cp "$T/login.1" "$T/login"
	follow "$(login_url)" >"$T/page"
	for i in "${pids[@]}"; do
		wait "$i"
	done
	assert_equal "$(cat "$T"/login.* | grep -c 'logged in to contoso')" 100
	assert_equal "$(asked token)" 1
}

@test "a login outlives a waiter that is killed" {
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	wait_until grep -q /auth/ "$T/login"
	kill -KILL $!
	wait $! || :
	run follow "$(login_url)"
	assert_success
	assert_output --partial 'Logged in to contoso'
	run mairu list-sessions
	assert_output --partial contoso
}

@test "Ctrl-C ends the wait, and with the last waiter the login" {
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	first=$!
	wait_until grep -q /auth/ "$T/login"
	url=$(login_url)
	mairu login --no-browser contoso >"$T/login.2" 2>&1 3>&- &
	second=$!
	wait_until grep -q /auth/ "$T/login.2"
	# bash starts them with SIGINT ignored; SIGTERM is the same to us.
	kill -TERM "$first"
	run wait "$first"
	assert_equal "$(curl -sS -m 5 -o /dev/null -w '%{http_code}' "$url")" 302
	kill -TERM "$second"
	run wait "$second"
	over() { ! curl -sS -m 5 -o /dev/null "$url" 2>/dev/null; }
	wait_until over
}

@test "logging out takes session, credentials and tokens at once" {
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	run mairu logout contoso
	assert_success
	refuses 401 InvalidToken
	run mairu list-sessions
	refute_output --partial contoso
	enter "$HOME/proj"
	refuses 403 LoginRequired
	# Twice is no fault.
	run mairu logout contoso
	assert_success
}

# ended_by_itself: the session is gone, the credentials that it brought are not.
ended_by_itself() {
	control '{"set": {"token_life": 4}}'
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	expired() { mairu list-sessions | grep -q '^contoso .* expired '; }
	wait_until expired
	gives "$DEV"
}

@test "logging out takes credentials that have outlived their session" {
	ended_by_itself
	mairu logout contoso
	refuses 401 InvalidToken
	enter "$HOME/proj"
	refuses 403 LoginRequired
}

@test "logging out of all takes them too" {
	ended_by_itself
	mairu logout --all
	refuses 401 InvalidToken
	enter "$HOME/proj"
	refuses 403 LoginRequired
}

@test "logging out takes a session whose server's file leads elsewhere by now" {
	log_in contoso
	start_server
	a_server contoso
	run mairu list-sessions
	assert_output --partial contoso
	# The file is looked at again after a second.
	logged_out() {
		mairu logout contoso && ! mairu list-sessions | grep -q contoso
	} 2>/dev/null
	wait_until logged_out
}

@test "a login by the URL of the server is the same session" {
	log_in "${SERVER%/}"
	enter "$HOME/proj"
	gives "$DEV"
}

@test "the columns of list-sessions stand below each other, wide names or not" {
	log_in contoso
	start_server
	a_server 日本
	log_in 日本
	run mairu list-sessions
	assert_line --regexp '^SERVER {3}URL '
	assert_line --regexp '^contoso {2}http'
	assert_line --regexp '^日本 {5}http'
}

@test "requests at once on a cold cache make one call" {
	log_in contoso
	control '{"fault": {"at": "assume-role", "do": "slow", "seconds": 0.4}}'
	enter "$HOME/proj"
	pids=()
	for i in {1..30}; do
		curl -sS -m 10 -o "$T/body.$i" -w '%{http_code}\n' \
			-H "Authorization: $TOKEN" "$URL" >"$T/status.$i" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	assert_equal "$(cat "$T"/status.* | sort -u)" 200
	assert_equal "$(cat "$T"/body.* | sort -u | wc -l)" 1
	assert_equal "$(asked assume-role)" 1
}

@test "a slow server is answered for within a second, and the call goes on" {
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	project "$HOME/ops" "$(config 123456789012/Ops)"
	allow "$HOME/ops"
	control '{"fault": {"at": "assume-role", "do": "hold"}}'
	enter "$HOME/ops"
	refuses 503 CredentialsPending
	# Not below: there is no sense in giving up early.
	awk -v t="$took" -v slow="$SLOW" 'BEGIN { exit !(t > 0.7 && t < slow) }' ||
		fail "it took $took s"
	control '{"release": true}'
	wait_until gives "$OPS"
	assert_equal "$(asked assume-role)" 2
}

@test "what a server does not let cache is asked for each time" {
	control '{"set": {"no_cache": true}}'
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	first=$(member AccessKeyId)
	gives "$DEV"
	[ "$(member AccessKeyId)" != "$first" ]
}

@test "a token that the server does not take any more asks for a login, once" {
	log_in contoso
	control '{"revoke": true}'
	enter "$HOME/proj"
	wait_until login_is_required
	n=$(asked assume-role)
	refuses 403 LoginRequired
	assert_equal "$(asked assume-role)" "$n"
	run mairu list-sessions
	assert_output --regexp '\bcontoso .* expired .* no$'
	(cd "$HOME/proj" && mairu show | grep -q '"auto_logged_in": false')
	log_in contoso
	gives "$DEV"
	run mairu list-sessions
	refute_output --partial expired
}

@test "a role that the server refuses says the server's words" {
	log_in contoso
	project "$HOME/admin" "$(config 123456789012/Admin)"
	allow "$HOME/admin"
	enter "$HOME/admin"
	refuses 403 AccessDenied
	run member message
	assert_output --partial 'you may not assume this role'
	assert_output --partial contoso
	n=$(asked assume-role)
	refuses 403 AccessDenied
	assert_equal "$(asked assume-role)" "$n"
}

@test "a server whose file leads elsewhere does not get the old session's token" {
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	old=$JOURNAL
	start_server
	a_server contoso
	# Looked at once a second.
	wait_until login_is_required
	assert_equal "$(asked assume-role)" 0
	run grep -c . "$old"
	log_in contoso
	gives "$DEV"
}

@test "a denied config has nothing, whoever is logged in" {
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	(cd "$HOME/proj" && mairu deny)
	ask
	[ "$status_line" != 200 ]
	run cat "$T/body"
	refute_output --partial ASIAFAKE
}

@test "credentials are renewed ahead, while the old ones are served" {
	control '{"set": {"life": 20}}'
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
	first=$(member AccessKeyId)
	renewed() {
		gives "$DEV" && [ "$(member AccessKeyId)" != "$first" ]
	}
	control '{"set": {"life": 3600}}'
	wait_until renewed
}

# --- a person's own things stay theirs

@test "a client secret is given by Basic, and to no endpoint of roles" {
	start_server --client-auth basic
	a_server contoso
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
}

@test "a client secret is given in the form where the file says so" {
	start_server --client-auth post
	a_server contoso
	log_in contoso
	enter "$HOME/proj"
	gives "$DEV"
}

@test "a server that writes numbers as strings, and no type, is understood" {
	start_server --string-numbers --token-type bEARER
	a_server contoso
	control '{"fault": "token:missing,member=token_type,times=1"}'
	log_in contoso
	run mairu list-sessions
	assert_output --partial contoso
}

@test "a browser that nobody began the login in gets nothing" {
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	pid=$!
	wait_until grep -q /auth/ "$T/login"
	callback=$(follow --stop-at oauth2callback "$(login_url)")
	# Another program, which read the URL somewhere, has no cookie.
	run curl -sS -m 5 -w '%{http_code}' "$callback"
	refute_output --partial 'Logged in'
	run mairu list-sessions
	refute_output --partial contoso
	# And the person's own browser still can.
	run follow "$(login_url)"
	assert_success
	assert_output --partial 'Logged in to contoso'
	wait "$pid"
}

@test "an error of the server is shown in the browser and in the terminal" {
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	pid=$!
	wait_until grep -q /auth/ "$T/login"
	run follow --deny "$(login_url)"
	assert_output --partial 'Login failed'
	run wait "$pid"
	assert_failure 5
	run cat "$T/login"
	assert_output --partial 'access_denied'
}
