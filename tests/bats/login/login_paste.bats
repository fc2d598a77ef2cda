# Logging in with a browser on another machine: what it ended at is pasted into
# the terminal.  Against a stand-in for the broker.

# shellcheck disable=SC2016 # text for other programs stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

SHORT=http://127.0.0.1:4711/auth/Abc123
LONG="https://c.example.com/oauth/authorize?client_id=x&state=$(printf 'S%.0s' {1..300})"
BACK=http://127.0.0.1:4711/oauth2callback
CODE="\"LOGIN\": {\"SERVER\": \"contoso\", \"GRANT\": 1, \"SECONDS\": 600, \"URL\": \"$SHORT\", \"LONG_URL\": \"$LONG\", \"PORT\": 4711}"

prepare() {
	standin
	answers "{$CODE, \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}, \"LOGIN_PASTE\": {}}"
	printf '%s' "{$CODE, \"LOGIN_WAIT\": {\"EXPIRES\": 0}, \"LOGIN_PASTE\": {}}" >"$T/well"
	# What scripts below wait for, and cause.
	cat >"$T/bin/until_asked" <<-'SH'
		#!/bin/sh
		until grep -q "\"$1\"" "$T/requests"; do :; done
	SH
	cat >"$T/bin/all_well" <<-'SH'
		#!/bin/sh
		cp "$T/well" "$T/answers.new" && mv "$T/answers.new" "$T/answers.json"
	SH
	# The shell of a session puts a terminal right by itself.  This one is
	# in between, and tells how it was found and left.
	cat >"$T/bin/around" <<-'SH'
		#!/bin/sh
		trap : INT QUIT HUP TERM
		stty -g >"$T/before"
		"$@"
		echo "status $?"
		stty -g >"$T/after"
	SH
	chmod +x "$T"/bin/*
	rc bash 'PATH=$T/bin:$PATH'
}

# pasted: what the broker was brought, each on a line.
pasted() {
	heard '"\n".join(q["TEXT"] for q in r if q["type"] == "LOGIN_PASTE")'
}

@test "--paste shows the long address alone on its line, and reads where the browser ended" {
	session bash <<-SCRIPT
		%as login
		%type around mairu login --paste contoso
		%wait is not shown
		%run until_asked LOGIN_WAIT
		%send $BACK?code=C0de&state=S\r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	said login 'mairu: log in to contoso: open this address in any browser' '' \
		"    $LONG" '' \
		"$(out login | grep '^mairu: or this one: ')" \
		"$(out login | grep 'must reach')" \
		'mairu: the browser ends at an address with port 4711, which it may not reach:' \
		'mairu: copy it, paste it here and press Enter (what you paste is not shown)' \
		'mairu: exchanging it' \
		'mairu: logged in to contoso until it is revoked' 'status 0'
	assert_equal "$(pasted)" "$BACK?code=C0de&state=S"
	# Nothing of it is on the screen, whatever the terminal did with it.
	run ! grep -a C0de "$OUT/login.raw"
	assert_equal "$(cat "$T/after")" "$(cat "$T/before")"
	assert_equal "$(heard '[q["GRANT"] for q in r if q["type"] == "LOGIN"]')" '[1]'
}

@test "--paste beside a browser here names no way by the port" {
	session -e BROWSER=missing bash <<-SCRIPT
		%as login
		%type mairu login --paste contoso
		%wait is not shown
		%run until_asked LOGIN_WAIT
		%run all_well
		%prompt
	SCRIPT
	lacks login "$SHORT"
	lacks login 'must reach'
	# And none is opened.
	lacks login 'cannot start'
}

@test "an address longer than a line of a terminal arrives whole" {
	local long

	long="$BACK?code=$(printf 'x%.0s' {1..9000})&state=S"
	session bash <<-SCRIPT
		%type mairu login --paste contoso
		%wait is not shown
		%send $long
		%send \r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	assert_equal "$(pasted)" "$long"
}

@test "keys edit what is pasted, and marks of the terminal and wraps go away" {
	session bash <<-SCRIPT
		%type mairu login --paste contoso
		%wait is not shown
		%send nonsense\x15\e[200~http://127.0.0.1:4711/oauth2\n
		%send   callback?co\e[201~\e[A\eOAdx\x7fe\x08\x08de=1\r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	assert_equal "$(pasted)" "${BACK}?code=1"
}

@test "the rest of what is pasted is no command for the shell" {
	session bash <<-'SCRIPT'
		%type mairu login --paste contoso
		%wait is not shown
		%send http://127.0.0.1:4711/x?code=1\ntouch $T/never\r
		%run until_asked LOGIN_PASTE
		%send touch $T/never\r
		%run all_well
		%prompt
		true
	SCRIPT
	[ ! -e "$T/never" ]
}

@test "what is no address of the login is said, and asked for again" {
	answers "{$CODE, \"LOGIN_WAIT\": \"hold\", \"LOGIN_PASTE\": [\"error\", 9, \"that is of another login\"]}"
	session bash <<-SCRIPT
		%as login
		%type mairu login --paste contoso
		%wait is not shown
		%send nonsense\r
		%wait paste it again
		%send \xc3\x28\x01\e]0;title\x07\r
		%wait paste it again(.|\n)*paste it again
		%run printf '%s' '{"LOGIN_WAIT": "hold", "LOGIN_PASTE": {}}' >"$T/new"; mv "$T/new" "$T/answers.json"
		%send $BACK?code=1\r
		%run until grep -q code=1 "$T/requests"; do :; done
		%run all_well
		%prompt
	SCRIPT
	has login 'mairu: that is of another login'
	has login 'mairu: logged in to contoso'
	run pasted
	assert_line --index 0 nonsense
	assert_line --partial "$BACK?code=1"
	# No more than text is ever sent.
	run bash -c 'grep LOGIN_PASTE "$T/requests" | grep -e "u001b" -e "u0007"'
	assert_failure
}

@test "more than an address can be is said, and asked for again" {
	session bash <<-SCRIPT
		%as login
		%type mairu login --paste contoso
		%wait is not shown
		%send $(printf 'y%.0s' {1..17000})
		%send \r
		%wait longer than 16384 bytes
		%send $BACK?code=1\r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	assert_equal "$(pasted)" "$BACK?code=1"
}

@test "a browser that gets here ends the reading" {
	session bash <<-SCRIPT
		%as login
		%type around mairu login --paste contoso
		%wait is not shown
		%send half of an addr
		%run until_asked LOGIN_WAIT
		%run all_well
		%prompt
	SCRIPT
	has login 'mairu: logged in to contoso'
	lacks login 'half'
	run ! was_asked LOGIN_PASTE
	assert_equal "$(cat "$T/after")" "$(cat "$T/before")"
}

@test "a login that ended when the address came is told by its end" {
	printf '%s' "{$CODE, \"LOGIN_WAIT\": \"hold\", \"LOGIN_PASTE\": [\"error\", 11, \"none is under way\"]}" >"$T/answers.json"
	session bash <<-SCRIPT
		%as login
		%type mairu login --paste contoso
		%wait is not shown
		%send $BACK?code=1\r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	has login 'mairu: logged in to contoso'
	lacks login 'none is under way'
}

@test "each signal leaves the terminal as it was, and ends the login" {
	local sig

	for sig in INT QUIT TERM HUP; do
		rm -f "$T/requests" "$T/after"
		session bash <<-SCRIPT
			%as login
			%type around mairu login --paste contoso
			%wait is not shown
			%run until_asked LOGIN_WAIT
			%send half of
			%run pkill -$sig -P "\$(pgrep -P \$TERM_PID -f around)" -x mairu
			%prompt
		SCRIPT
		has login "status $((128 + $(kill -l "$sig")))"
		assert_equal "$(cat "$T/after")" "$(cat "$T/before")"
		was_asked LOGIN_STOP
	done
}

@test "Ctrl-C does, from the keyboard" {
	session bash <<-SCRIPT
		%as login
		%type around mairu login --paste contoso
		%wait is not shown
		%run until_asked LOGIN_WAIT
		%send half of
		%key C-c
		%prompt
	SCRIPT
	has login 'status 130'
	assert_equal "$(cat "$T/after")" "$(cat "$T/before")"
	was_asked LOGIN_STOP
	run ! was_asked LOGIN_PASTE
}

@test "Ctrl-Z stops it with the terminal as it was, and fg goes on reading" {
	cat >"$T/bin/look" <<-'SH'
		#!/bin/bash
		set -m
		stty -g >"$T/before"
		mairu login --paste contoso
		stty -g >"$T/stopped"
		fg
	SH
	chmod +x "$T/bin/look"
	session bash <<-SCRIPT
		%as login
		%type look
		%wait is not shown
		%run until_asked LOGIN_WAIT
		%send $BACK?co
		%key C-z
		%wait paste the address where
		%send de=1\r
		%run until_asked LOGIN_PASTE
		%run all_well
		%prompt
	SCRIPT
	has login 'mairu: logged in to contoso'
	assert_equal "$(cat "$T/stopped")" "$(cat "$T/before")"
	run pasted
	assert_output --partial 'de=1'
}

@test "Ctrl-D gives the reading up, not the login" {
	session bash <<-SCRIPT
		%as login
		%type around mairu login --paste contoso
		%wait is not shown
		%run until_asked LOGIN_WAIT
		%key C-d
		%wait no more input
		%run all_well
		%prompt
	SCRIPT
	has login 'mairu: logged in to contoso'
	assert_equal "$(cat "$T/after")" "$(cat "$T/before")"
	run ! was_asked LOGIN_PASTE
}

@test "in the background nothing is read, and nothing is stopped" {
	session bash <<-SCRIPT
		mairu login --paste contoso 2>\$T/said &
		%run until_asked LOGIN_WAIT
		echo \$(stty -g) >\$T/after
		%run all_well
		wait; echo \$?
	SCRIPT
	grep -q 'mairu: logged in to contoso' "$T/said"
}

# --- without a terminal

@test "without a terminal --paste takes one line of standard input, and no more" {
	printf '%s' "{$CODE, \"LOGIN_WAIT\": {\"EXPIRES\": 0}, \"LOGIN_PASTE\": {}}" >"$T/then"
	(
		wait_until was_asked LOGIN_PASTE
		mv "$T/then" "$T/answers.json"
	) 3>&- &
	run --separate-stderr bash -c 'printf "%s\n" "$1?code=1 " next | { mairu login --paste contoso && cat; }' - "$BACK"
	wait $!
	assert_success
	assert_output next
	[[ $stderr == *"$LONG"* ]]
	assert_regex "$stderr" 'exchanging it'
	assert_equal "$(pasted)" "$BACK?code=1"
}

@test "without a terminal nonsense and nothing are wrong usage, and end the login" {
	run -2 mairu login --paste contoso </dev/null
	assert_output --partial 'there was none'
	was_asked LOGIN_STOP
	run -2 mairu login --paste contoso < <(head -c 20000 /dev/zero | tr '\0' x)
	assert_output --partial 'longer than 16384 bytes'
	answers "{$CODE, \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}, \"LOGIN_PASTE\": [\"error\", 9, \"that is of another login\"]}"
	run -2 mairu login --paste contoso <<<nonsense
	assert_line 'mairu: that is of another login'
	# A NUL would end the text for one reader and not for another.
	run -2 mairu login --paste contoso < <(printf 'a\0b\n')
}
