# Answers that are wrong, late or cut, from end to end against the fake server:
# what is said of each in the terminal, in the browser and to an SDK, that
# nothing comes out of them, and that the next try works.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line is set by ask, others by run
# shellcheck disable=SC2016 # text for other programs stands in single quotes
# shellcheck disable=SC2153 # URL and TOKEN are set by enter

load ../lib/common
load ../lib/ask
load ../lib/faults

STAYS='If that stays so, tell those who run it'

prepare() {
	start_server --login auto
	a_server contoso
	HOST=${SERVER#http://}
	HOST=${HOST%/}
	project "$HOME/proj"
	allow "$HOME/proj"
}

# login_ends STATUS [MESSAGE]: that is how a login ends, with a browser beside
# it.  The page is in $T/page.
login_ends() {
	local status=0

	begin
	follow "$(login_url)" >"$T/page" || :
	wait "$LOGIN" || status=$?
	assert_equal "$status: $(tail -1 "$T/login")" "$1: ${2-$(tail -1 "$T/login")}"
}

# fault AT:DO...: from now on, alone.
fault() {
	control "$(python3 -c 'import json, sys
print(json.dumps({"clear": True, "fault": sys.argv[1]}))' "$1")" >/dev/null
}

mended() {
	control '{"clear": true}' >/dev/null
}

# No secret has got into a message, a page or a log.
no_secret() {
	run grep -rla CANARY "$T"
	assert_output ''
}

no_session() {
	run mairu list-sessions
	assert_output 'mairu: no sessions. Run: mairu login'
}

# role_ends STATUS MESSAGE CODE: whoever asks for the role is told so.
role_ends() {
	run -"$1" mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	unhurried
	assert_output "mairu: $2"
	run --separate-stderr -"$1" mairu credential-process --no-cache contoso "$ROLE"
	unhurried
	assert_output ''
	assert_equal "$stderr" "mairu: $2"
	ask
	assert_equal "$status_line $(member code)" "$3"
	assert_equal "$(member message)" "mairu: $2"
}

@test "a token endpoint whose answer does not come whole is told, and how to try again" {
	local one said

	for one in \
		"close|$HOST closed the connection without an answer. Try again: mairu login contoso" \
		"reset|the connection to $HOST broke off in the middle of the answer. Try again: mairu login contoso" \
		"half|the connection to $HOST broke off in the middle of the answer. Try again: mairu login contoso" \
		"huge|$HOST answered with more than 1 MiB. Check the url in servers.d. $AGAIN"; do
		said=${one#*|}
		fault "token:${one%%|*}"
		login_ends 1 "mairu: $said"
		run cat "$T/page"
		assert_output --partial '<h1>Login failed</h1>'
		assert_output --partial "<p>${said%%. *}."
		assert_output --partial '<code>mairu login contoso</code>'
		refute_output --partial '?.'
	done
	no_session
	no_secret
	mended
	login_ends 0
	runs
}

@test "tokens that can't be read are none, and it is said what is wrong with them" {
	local one said

	for one in \
		"truncated|contoso answered with what is no JSON (line 1, column LATE: the text ends too early). $STAYS. $AGAIN" \
		"empty|contoso answered with what is no JSON (line 1, column 1: the text ends too early). $STAYS. $AGAIN" \
		"garbage|contoso answered with a page for a browser: is its \"url\" right, or a proxy in the way? $AGAIN" \
		"types|the answer of contoso can't be used: its \"token_type\" is not \"Bearer\". $STAYS. $AGAIN" \
		"set,member=access_token,value=17|the answer of contoso can't be used: its \"access_token\" is missing or no string. $STAYS. $AGAIN" \
		"missing,member=access_token|the answer of contoso can't be used: its \"access_token\" is missing or no string. $STAYS. $AGAIN" \
		"set,member=expires_in,value=0|the answer of contoso can't be used: the token has expired already. $STAYS. $AGAIN"; do
		said=${one#*|}
		fault "token:${one%%|*}"
		login_ends 1
		assert_equal "$(tail -1 "$T/login" | sed 's/column [0-9][0-9][0-9]*:/column LATE:/')" "mairu: $said"
		run cat "$T/page"
		assert_output --partial '<h1>Login failed</h1>'
		assert_output --partial '<code>mairu login contoso</code>'
		refute_output --partial '?.'
	done
	no_session
	no_secret
	mended
	login_ends 0
	runs
}

@test "a token endpoint in trouble is asked again by who reads how" {
	local one code status said
	local later='Try again later: mairu login contoso'

	for one in \
		"500|1|contoso is in trouble (HTTP 500): no such luck. $later" \
		"503|1|contoso is in trouble (HTTP 503): no such luck. $later" \
		"429|1|contoso is asked too often (HTTP 429): no such luck. $later" \
		"201|1|contoso answered in a way that means nothing here (HTTP 201): is its \"url\" right? $AGAIN" \
		"302|5|contoso answered with a redirect (HTTP 302), and redirects are not followed: is its \"url\" right? $AGAIN" \
		"400|5|contoso refuses this login (HTTP 400): no such luck. $AGAIN" \
		"404|5|contoso gives no tokens there (HTTP 404): are the \"url\" and the \"token_endpoint\" of its file right? no such luck. $AGAIN"; do
		IFS='|' read -r code status said <<<"$one"
		fault "token:status,status=$code,body=no such luck"
		login_ends "$status" "mairu: $said"
		run cat "$T/page"
		assert_output --partial "(HTTP $code)"
		assert_output --partial '<code>mairu login contoso</code>'
		refute_output --partial '?.'
	done
	no_session
	mended
	login_ends 0
}

@test "a server's words never are the command of our page" {
	control '{"fault": {"at": "token", "do": "status", "status": 400, "body":
		"{\"error\": \"invalid_grant\", \"error_description\": \"old. Run: curl evil\"}"}}' >/dev/null
	login_ends 5 "mairu: contoso does not accept this login (any more): its code was used already, or is too old. It says: old. Run: curl evil. Run: mairu login contoso"
	run grep -o '<code>[^<]*' "$T/page"
	assert_output '<code>mairu login contoso'
	fault 'callback:error,error=server_error,text=Run: curl evil'
	login_ends 5 "mairu: contoso refused the login: Run: curl evil (server_error). $AGAIN"
	run grep -o '<code>[^<]*' "$T/page"
	assert_output '<code>mairu login contoso'
}

@test "a token endpoint that hangs is waited for no longer than the person likes" {
	local status=0

	fault token:hang
	begin
	follow "$(login_url)" >"$T/page" 2>/dev/null &
	page=$!
	hangs() { [[ $(control '{}') == *'"holding": 1'* ]]; }
	wait_until hangs
	kill -TERM "$LOGIN"
	wait "$LOGIN" || status=$?
	assert_equal "$status" 143
	wait "$page" || :
	run cat "$T/page"
	assert_output --partial 'the login was given up in the terminal.'
	no_session
	mended
	login_ends 0
}

# --- callbacks

@test "a callback of another login is told so, and the login goes on" {
	local what

	begin
	for what in wrong-state no-state; do
		fault "callback:$what"
		run -1 follow "$(login_url)"
		assert_output --partial 'This is another login'
		assert_output --partial 'Open the address that the terminal shows.'
	done
	fault callback:two-codes
	run -1 follow "$(login_url)"
	assert_output --partial 'This address is damaged'
	kill -0 "$LOGIN"
	assert_equal "$(asked token)" 0
	no_session
	mended
	run -0 follow "$(login_url)"
	assert_output --partial 'Logged in to contoso'
	wait "$LOGIN"
}

@test "a callback without a code ends the login, and says whose fault it is" {
	fault callback:no-code
	login_ends 1 "mairu: contoso sent the browser back without a code. $STAYS. $AGAIN"
	run cat "$T/page"
	assert_output --partial '<p>contoso sent the browser back without a code.'
	assert_equal "$(asked token)" 0
	no_session
	mended
	login_ends 0
}

@test "a callback twice is one login, and one from another program is none" {
	local to callback status=0

	control '{"fault": {"at": "token", "do": "hold"}}' >/dev/null
	begin
	to=$(curl -sS -m 5 -c "$T/jar" -o "$T/none" -w '%{redirect_url}' "$(login_url)")
	callback=$(curl -sS -m 5 -o "$T/none" -w '%{redirect_url}' "$to")
	run curl -sS -m 5 -w '%{http_code}' "$callback"
	assert_output --partial 'Begun in another browser'
	assert_output --partial 403
	assert_equal "$(asked token)" 0
	curl -sS -m 20 -b "$T/jar" "$callback" >"$T/page" 3>&- &
	page=$!
	held() { [[ $(control '{}') == *'"holding": 1'* ]]; }
	wait_until held
	run curl -sS -m 5 -b "$T/jar" "$callback"
	assert_output --partial 'The login is being finished'
	run curl -sS -m 5 -b "$T/jar" "$(login_url)"
	assert_output --partial 'The login is being finished'
	control '{"clear": true, "release": true}' >/dev/null
	wait "$LOGIN"
	wait "$page"
	run cat "$T/page"
	assert_output --partial 'Logged in to contoso'
	# Later it is an address of the past, and the session stays.
	curl -sS -m 5 -b "$T/jar" "$callback" >"$T/page" 2>&1 || status=$?
	[ "$status" = 7 ] || grep -q 'This login is over' "$T/page"
	assert_equal "$(asked token)" 1
	runs
	rm "$T/jar"
}

# --- credentials

@test "credentials that do not come whole are none, and all who ask are told why" {
	local one

	for one in \
		"close|$HOST closed the connection without an answer. Try again" \
		"reset|the connection to $HOST broke off in the middle of the answer. Try again" \
		"half|the connection to $HOST broke off in the middle of the answer. Try again" \
		"huge|$HOST answered with more than 1 MiB. Check the url in servers.d" \
		"empty|contoso answered with what is no JSON (line 1, column 1: the text ends too early). $STAYS" \
		"garbage|contoso answered with a page for a browser: is its \"url\" right, or a proxy in the way?" \
		"status,status=500,body=oh|contoso is in trouble (HTTP 500): oh. Try again later" \
		"status,status=429,body=oh|contoso is asked too often (HTTP 429): oh. Try again later"; do
		mended
		log_in contoso
		fault "assume-role:${one%%|*}"
		enter "$HOME/proj"
		role_ends 1 "${one#*|}" '503 ServerUnavailable'
		mended
		runs
		# Whom --no-cache got them has them for the others.
		ask
		assert_equal "$status_line" 200
		mairu logout contoso 2>"$T/none"
	done
	rm -f "$T/body"
	no_secret
}

@test "credentials that are not valid never come out" {
	local one

	log_in contoso
	for one in \
		"types|its \"Version\" is not the number 1" \
		"missing,member=SecretAccessKey|its \"SecretAccessKey\" is missing or no string" \
		"set,member=SessionToken,value=17|its \"SessionToken\" is missing or no string" \
		"missing,member=Expiration|its \"Expiration\" is missing or no string" \
		"no-zone|its \"Expiration\" is no time of RFC 3339" \
		"expired|these credentials have expired already, or are about to. If this machine's clock is wrong, set it"; do
		fault "assume-role:${one%%|*}"
		enter "$HOME/proj"
		role_ends 1 "the answer of contoso can't be used: ${one#*|}. $STAYS" \
			'503 ServerUnavailable'
	done
	fault assume-role:truncated
	run -1 mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	assert_output --regexp "^mairu: contoso answered with what is no JSON \(line 1, column [0-9]+: the text ends too early\)\. $STAYS\$"
	fault 'assume-role:redirect,to=http://127.0.0.1:9/'
	role_ends 5 'contoso answered with a redirect (HTTP 302), and redirects are not followed: is its "url" right?' \
		'403 AccessDenied'
	no_secret
	mended
	runs
}

@test "an Expiration of another zone is the same moment" {
	log_in contoso
	fault assume-role:zone
	enter "$HOME/proj"
	ask
	assert_equal "$status_line" 200
	run member Expiration
	assert_output --regexp '^20[0-9-]{8}T[0-9:]{8}Z$'
	left=$(($(date -d "$output" +%s) - EPOCHSECONDS))
	((left > 3500 && left <= 3600))
}

@test "a server that hangs is named to SDKs within a second, and to exec after --timeout" {
	log_in contoso
	fault assume-role:hold
	enter "$HOME/proj"
	ask
	assert_equal "$status_line $(member code)" '503 CredentialsPending'
	assert_equal "$(member message)" 'mairu: contoso has not answered yet; the call goes on. Try again'
	run -1 mairu exec --no-login --timeout 1 --server contoso "$ROLE" echo ran
	assert_line --index -1 "mairu: contoso $ROLE: no credentials within 1 s; --timeout sets how long to wait"
	refute_line ran
	run --separate-stderr -1 mairu credential-process --timeout 1 contoso "$ROLE"
	assert_output ''
	control '{"clear": true, "release": true}' >/dev/null
	run -0 mairu exec --no-login --server contoso "$ROLE" echo ran
}

# keys_of_hook: what a shell in ~/static has after each of many prompts: waits
# for its message, then, once $T/go is there, for its keys.
keys_of_hook() {
	cd "$HOME/static" || return
	bash -c '
		exec {nap}<> <(:)
		nap() { read -rt "$1" -u "$nap" || :; }
		prompt() { eval "$(mairu export bash 2>>"$T/prompts")"; }
		eval "$(mairu hook bash)"
		until grep -q "what is no JSON" "$T/prompts"; do prompt; nap 0.05; done
		env | grep -e "^AWS_[AS]" >"$T/before"
		>"$T/told"
		until [ -e "$T/go" ]; do nap 0.05; done
		for ((i = 0; i < 100; i++)); do
			prompt
			[ -z "$AWS_ACCESS_KEY_ID" ] || break
			nap 0.1
		done
		echo "${AWS_ACCESS_KEY_ID-none}" >"$T/after"'
}

@test "in static mode nothing is exported of a broken answer, and later prompts have the keys" {
	project "$HOME/static" "$(config "$ROLE" '"mode":"static"')"
	allow "$HOME/static"
	log_in contoso
	fault assume-role:truncated
	: >"$T/prompts"
	keys_of_hook 3>&- &
	pid=$!
	wait_until test -e "$T/told"
	run cat "$T/before"
	assert_output ''
	run cat "$T/prompts"
	assert_output --regexp "mairu: contoso $ROLE: contoso answered with what is no JSON .*\. $STAYS"
	no_secret
	mended
	: >"$T/go"
	wait "$pid"
	run cat "$T/after"
	assert_output --regexp '^ASIAFAKEDEV'
}
