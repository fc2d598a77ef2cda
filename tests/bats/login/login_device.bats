# Logging in with any device: an address to open and a code to enter there.
# Against a stand-in for the broker.

# shellcheck disable=SC2016 # text for other programs stands in single quotes

load ../lib/common

ACTIVATE=https://c.example.com/activate
COMPLETE="$ACTIVATE?user_code=WDJB-MJHT"

# device [COMPLETE]: what the stand-in says of a login.
device() {
	printf '"LOGIN": {"SERVER": "contoso", "GRANT": 2, "SECONDS": 600, "URL": "%s", "USER_CODE": "WDJB-MJHT"%s}' \
		"$ACTIVATE" "${1:+, \"COMPLETE\": \"$1\"}"
}

prepare() {
	standin
	answers "{$(device), \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	rc bash 'true'
	cat >"$T/bin/browse" <<-'SH'
		#!/bin/sh
		printf '%s\n' "$@" >"$T/opened.new"
		mv "$T/opened.new" "$T/opened"
	SH
	chmod +x "$T/bin/browse"
}

SHOWN=("mairu: log in to contoso: open this address on any device" ''
	"    $ACTIVATE" '' 'mairu: and enter this code' '' '    WDJB-MJHT' '')

@test "the address and the code stand alone on their lines" {
	run mairu login contoso
	assert_success
	assert_output "$(printf '%s\n' "${SHOWN[@]}" 'mairu: logged in to contoso until it is revoked')"
}

@test "they do so on a terminal of any width" {
	local cols

	for cols in 40 200; do
		session bash <<-SCRIPT
			stty cols $cols
			%as login
			mairu login contoso
		SCRIPT
		said login "${SHOWN[@]}" 'mairu: logged in to contoso until it is revoked'
		grep -qax $'    \e\\[1mWDJB-MJHT\e\\[0m\r*' "$OUT/login.raw"
	done
}

# waiting COLUMNS TEXT [COMMAND]: what a terminal is sent while the login goes
# on, until it shows TEXT and the login ends.
waiting() {
	rm -f "$T/requests"
	answers "{$(device), \"LOGIN_WAIT\": \"hold\"}"
	printf '%s' "{$(device), \"LOGIN_WAIT\": {\"EXPIRES\": 0}}" >"$T/then"
	session bash <<-SCRIPT
		stty cols $1
		%as login
		%type ${3:-mairu login contoso}
		%wait $2
		%run until grep -q LOGIN_WAIT "\$T/requests"; do :; done
		%run mv "\$T/then" "\$T/answers.json"
		%prompt
	SCRIPT
	said login "${SHOWN[@]}" 'mairu: logged in to contoso until it is revoked'
}

@test "a countdown runs on a terminal, in one line, and is gone at the end" {
	waiting 80 'waiting, 9:58 left'
	grep -qa $'\r\e\\[Kmairu: waiting, 9:59 left\r\e\\[Kmairu: waiting, 9:58 left' "$OUT/login.raw"
	grep -qa $'left\r\e\\[Kmairu: logged in' "$OUT/login.raw"
}

@test "the countdown is never as wide as the terminal" {
	waiting 25 '9:59 left'
	run ! grep -a 'waiting' "$OUT/login.raw"
	waiting 8 '9:59'
	run ! grep -a 'left' "$OUT/login.raw"
	waiting 4 'WDJB-MJHT'
	run ! grep -a '9:59' "$OUT/login.raw"
}

@test "there is none on a terminal that cannot, and none without one" {
	waiting 80 'WDJB-MJHT' 'TERM=dumb mairu login contoso'
	run ! grep -a $'\e\\[K' "$OUT/login.raw"
	run ! grep -a left "$OUT/login.raw"
	answers "{$(device), \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	run mairu login contoso
	refute_output --partial left
}

@test "a browser here is sent to the address with the code, and the code stays to be compared" {
	answers "{$(device "$COMPLETE"), \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	session -e BROWSER=browse bash <<-'SCRIPT'
		%as login
		mairu login --oauth-grant-type device_code contoso
	SCRIPT
	said login "${SHOWN[@]}" \
		'mairu: your browser opens it; continue only if it shows this code' \
		'mairu: logged in to contoso until it is revoked'
	wait_until test -e "$T/opened"
	assert_equal "$(cat "$T/opened")" "$COMPLETE"
	assert_equal "$(heard 'r[0]["GRANT"], r[0]["HEADLESS"]')" '(2, 0)'
}

@test "a browser that is not to be opened is given that address to read" {
	answers "{$(device "$COMPLETE"), \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	BROWSER=browse run mairu login --no-browser contoso
	assert_line "    $COMPLETE"
	assert_line '    WDJB-MJHT'
	[ ! -e "$T/opened" ]
	# Without one it would only be one more to choose from.
	container=podman run mairu login contoso
	refute_output --partial "$COMPLETE"
}

@test "no text of a server moves the cursor" {
	local esc='\u001b[2J\u0007\u009b\u202e'

	answers "{\"LOGIN\": {\"SERVER\": \"c$esc\", \"GRANT\": 2, \"SECONDS\": 9, \"URL\": \"https://x/$esc\", \"USER_CODE\": \"W$esc\", \"COMPLETE\": \"https://y/$esc\"}, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	BROWSER=browse run mairu login contoso
	assert_success
	assert_line '    W\x1b[2J\x07\u{9b}\u{202e}'
	run bash -c 'mairu login contoso 2>&1 | LC_ALL=C grep -P "[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80"'
	assert_failure
	# And no such address goes to a browser.
	session -e BROWSER=browse bash <<-'SCRIPT'
		%as login
		mairu login contoso
	SCRIPT
	has login 'not safe to give to a browser'
	[ ! -e "$T/opened" ]
}

@test "Ctrl-C ends it, with its line empty" {
	answers "{$(device), \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}}"
	session bash <<-'SCRIPT'
		%as login
		%type mairu login contoso
		%wait 9:59 left
		%key C-c
		%prompt
	SCRIPT
	grep -qa $'left^C\r\e\\[K' "$OUT/login.raw"
	was_asked LOGIN_STOP
}

@test "where nobody can see it, no login is waited for" {
	local cmd='mairu login contoso'

	answers "{$(device), \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}}"
	for to in '2>&-' '2>/dev/null' '2>/dev/full'; do
		rm -f "$T/requests"
		run -1 bash -c "$cmd $to"
		run ! was_asked LOGIN_WAIT
		was_asked LOGIN_STOP
	done
	# Who is logged in need not see anything.
	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}}'
	run bash -c 'mairu login contoso 2>&-'
	assert_success
}
