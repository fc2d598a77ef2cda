# Being told in time that a login is needed: on the terminal of what runs, at
# the next prompt, and what then goes on by itself.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

NEEDS="mairu: contoso needs a login for $ROLE. Run: mairu login contoso"

prepare() {
	# Nothing is kept, so that the end of a session is noticed at once.
	start_server --no-cache
	a_server contoso
	project "$HOME/proj"
	allow "$HOME/proj"
	here
	a_loop
}

# `here COMMAND...` runs a function of the tests from within a session.
here() {
	{
		echo '#!/bin/bash'
		declare -p REPO SERVER LIB
		echo 'exec {nap_fd}<> <(:)'
		declare -f nap wait_until server_root control log_in log_in_once login_url follow
		declare -f asks count_of end_session ask_once
		echo '"$@"'
	} >"$T/bin/here"
	chmod +x "$T/bin/here"
}

end_session() {
	control '{"revoke": true}' >/dev/null
}

# `asks` fetches credentials as boto3 does, again and again, and notes what it
# gets in $T/loop, until there is $T/stop and it gets some.
a_loop() {
	cat >"$T/bin/asks" <<-'PY'
		#!/usr/bin/python3
		import os
		import select
		import boto3

		while True:
		    try:
		        found = boto3.Session().get_credentials().access_key
		    except Exception as e:
		        found = "no"
		    with open(os.environ["T"] + "/loop", "a") as f:
		        print(found, file=f)
		    if found != "no" and os.path.exists(os.environ["T"] + "/stop"):
		        break
		    select.select([], [], [], 0.1)  # as fast as an SDK may ask
		print("went on with", found[:11])
	PY
	chmod +x "$T/bin/asks"
}

# asks N WORD: waits until `asks` has noted N lines that begin so.
asks() {
	enough() {
		[ "$(grep -c "^$2" "$T/loop" 2>/dev/null)" -ge "$1" ]
	}
	wait_until enough "$@"
}

# ask_once: as an SDK that has no terminal; it is told to log in.
ask_once() {
	local at with

	{ read -r at && read -r with; } <"$T/lent"
	setsid curl -sS -m 10 -H "Authorization: $with" "$at" \
		</dev/null 2>&1 | grep -q LoginRequired
}

# count_of BLOCK: how often it says that a login is needed.
count_of() {
	grep -cFx "$NEEDS" "$OUT/$1" || :
}

# goes_on COMMAND: what a program that `asks` shows at its terminal when its
# session ends and somebody logs in elsewhere.
goes_on() {
	log_in contoso
	rc bash
	session -C "$HOME/proj" -t $((60 * (SLOW > 1 ? 6 : 1))) \
		-e AWS_EC2_METADATA_DISABLED=true bash <<-SCRIPT
			%as loop
			%type $1
			%run here asks 1 ASIAFAKEDEV
			%run here end_session
			%run here asks 2 no
			%wait needs a login
			%run here log_in contoso
			%run touch $T/stop
			%prompt
			%as after
			true
		SCRIPT
	has loop 'went on with ASIAFAKEDEV'
	assert_equal "$(count_of loop)" 1
	silent after
}

has() {
	out "$1" | grep -qF "$2" || shown
}

@test "a program of mairu exec has its terminal told once, and goes on after the login" {
	goes_on 'mairu exec auto -- asks'
}

@test "so has a program that a shell with the hook has started" {
	goes_on 'asks'
}

@test "a full-screen program sees nothing of it" {
	log_in contoso
	seq 1000 >"$T/long"
	rc bash
	session -C "$HOME" -e LESS= bash <<-SCRIPT
		%as pager
		%type mairu exec --server contoso $ROLE -- sh -c 'asks >/dev/null 2>&1 & less -X \$T/long; kill \$!'
		%wait \n12\n
		%run here asks 1 ASIAFAKEDEV
		%run here end_session
		%run here asks 2 no
		%send q
		%prompt
	SCRIPT
	refute grep -q 'needs a login' "$OUT/pager"
	# It was to be told.
	grep -q 'a login at contoso is needed' "$XDG_STATE_HOME/mairu/log/mairu-broker.log"
}

# prompts SHELL: what its prompts say while a login comes to be needed.
prompts() {
	rc "$1"
	enter "$HOME/proj"
	printf '%s\n' "$URL" "$TOKEN" >"$T/lent"
	session -C "$HOME/proj" "$1" <<-SCRIPT
		%as before
		true
		%run here ask_once
		%as needed
		true
		%run here ask_once
		%as again
		true
		cd /
		%as back
		cd ~/proj
		%run here log_in contoso
		%as logged_in
		true
		%run here end_session
		%run here ask_once
		%as anew
		true
	SCRIPT
	silent before again logged_in
	said needed "$NEEDS"
	said back "$ENTERED"
	said anew "$NEEDS"
}

@test "the next prompt of bash says it once" {
	prompts bash
}

@test "the next prompt of zsh says it once" {
	prompts zsh
}

@test "the next prompt of fish says it once" {
	prompts fish
}

@test "MAIRU_QUIET silences both" {
	rc bash
	enter "$HOME/proj"
	printf '%s\n' "$URL" "$TOKEN" >"$T/lent"
	session -C "$HOME/proj" -e MAIRU_QUIET=1 bash <<-SCRIPT
		%run here ask_once
		%as needed
		true
	SCRIPT
	silent needed
	session -C "$HOME/proj" -e MAIRU_QUIET=1 \
		-e AWS_EC2_METADATA_DISABLED=true bash <<-SCRIPT
			%as loop
			%run here log_in contoso
			%type mairu exec auto -- asks
			%run here asks 1 ASIAFAKEDEV
			%run here end_session
			%run here asks 2 no
			%run here log_in contoso
			%run touch $T/stop
			%prompt
		SCRIPT
	said loop 'went on with ASIAFAKEDEV'
}

@test "who asks while somebody is logging in may try again, and waits for the login" {
	local pid

	enter "$HOME/proj"
	printf '%s\n' "$URL" "$TOKEN" >"$T/lent"
	ask_once
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	pid=$!
	wait_until login_url >"$T/url"
	run curl -sS -m 10 -w ' %{http_code}' -H "Authorization: $TOKEN" "$URL"
	assert_output '{"code":"CredentialsPending","message":"mairu: contoso: somebody is logging in. Try again"} 503'
	# With the patience of the SDK for Go.
	curl -sS -m 10 -A aws-sdk-go -H "Authorization: $TOKEN" "$URL" \
		>"$T/answer" 2>&1 3>&- &
	follow "$(tail -n 1 "$T/url")" >"$T/page"
	wait "$pid"
	wait $!
	grep -q '"AccessKeyId":"ASIAFAKEDEV' "$T/answer" || {
		cat "$T/answer"
		return 1
	}
}
