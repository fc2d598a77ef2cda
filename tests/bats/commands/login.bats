# mairu login, logout and list-sessions, against a stand-in for the broker.

# shellcheck disable=SC2016 # text for other programs stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

ADDRESS=http://127.0.0.1:4711/auth/Abc123
LONG="https://c.example.com/oauth/authorize?state=Xyz"
CODE="\"SERVER\": \"contoso\", \"GRANT\": 1, \"SECONDS\": 600, \"URL\": \"$ADDRESS\", \"LONG_URL\": \"$LONG\", \"PORT\": 4711"
BEGUN="\"LOGIN\": {$CODE}"

# The machine of these tests has a browser, which nobody opens: no person
# sits before them.
prepare() {
	export TZ=UTC BROWSER=browse
	standin
}

# A day that is not today.
LATER=4102495500 # 2100-01-01 14:05

@test "login shows the address, waits, and says until when" {
	answers "{$BEGUN, \"LOGIN_WAIT\": {\"EXPIRES\": $LATER}}"
	run --separate-stderr mairu login contoso
	assert_success
	assert_output ''
	assert_equal "$stderr" "mairu: log in to contoso in your browser: $ADDRESS
mairu: logged in to contoso until 2100-01-01 14:05"
	assert_equal "$(heard '[(q["type"], q["SERVER"]) for q in r]')" \
		"[('LOGIN', 'contoso'), ('LOGIN_WAIT', 'contoso')]"
	assert_equal "$(heard 'r[0]["PORT"], r[0]["FORCE"]')" '(0, 0)'
}

@test "login waits until the login has ended" {
	answers "{$BEGUN, \"LOGIN_WAIT\": \"hold\"}"
	: >"$T/said"
	mairu login contoso 2>"$T/said" 3>&- &
	wait_until was_asked LOGIN_WAIT
	[ "$(wc -l <"$T/said")" = 1 ]
	answers '{"LOGIN_WAIT": {"EXPIRES": 0}}'
	wait $!
	assert_equal "$(tail -1 "$T/said")" 'mairu: logged in to contoso until it is revoked'
}

@test "login that ends today says the time alone, and whether it is renewed" {
	answers "{$BEGUN, \"LOGIN_WAIT\": {\"EXPIRES\": $LATER, \"RENEWS\": 1}}"
	run mairu login contoso
	assert_line 'mairu: logged in to contoso until 2100-01-01 14:05, and renewed by then'
	answers "{\"LOGIN\": {\"SERVER\": \"contoso\", \"EXPIRES\": $(date +%s)}}"
	run mairu login contoso
	assert_success
	assert_output --regexp '^mairu: already logged in to contoso until [0-2][0-9]:[0-5][0-9]$'
}

@test "login passes the port and --force on" {
	answers "{$BEGUN, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	MAIRU_LOCAL_PORT=4711 mairu login --force contoso
	assert_equal "$(heard 'r[0]["PORT"], r[0]["FORCE"]')" '(4711, 1)'
	MAIRU_LOCAL_PORT=70000 run -2 mairu login contoso
	assert_output --partial 'MAIRU_LOCAL_PORT must be a port'
}

@test "login knows which grant types there are" {
	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}}'
	local type

	mairu login contoso
	for type in code device_code device-code aws_sso; do
		mairu login --oauth-grant-type "$type" contoso
	done
	mairu login --paste contoso
	assert_equal "$(heard '[q["GRANT"] for q in r]')" '[0, 1, 2, 2, 0, 1]'
	run -2 mairu login --oauth-grant-type=nonsense contoso
	assert_output 'mairu: unknown grant type: nonsense; use code or device_code'
	run -2 mairu login --paste --oauth-grant-type=device_code contoso
	assert_output --partial 'nothing to paste'
}

@test "login without a server takes that of the trusted config here" {
	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}}'
	project "$HOME/proj"
	cd "$HOME/proj"
	MAIRU_SERVER=other run -3 mairu login
	assert_output "$UNTRUSTED"
	assert_equal "$(heard 'len(r)')" 0
	mairu allow
	MAIRU_SERVER=other mairu login
	assert_equal "$(heard 'r[-1]["SERVER"]')" contoso
	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}, "REVOKE": {"COUNT": 0}}'
	mairu deny
	MAIRU_SERVER=other mairu login
	assert_equal "$(heard 'r[-1]["SERVER"]')" other
}

@test "login without a server or a config takes MAIRU_SERVER, or the only one" {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d

	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}}'
	run -1 mairu login
	assert_output --partial 'no credential server is configured'
	mkdir -p "$dir"
	echo '{"id":"one","url":"https://one.example.com/","oauth":{"client_id":"x","code_grant":{}}}' >"$dir/1.json"
	mairu login
	assert_equal "$(heard 'r[-1]["SERVER"]')" one
	echo '{"id":"two","url":"https://two.example.com/","oauth":{"client_id":"x","code_grant":{}}}' >"$dir/2.json"
	run -2 mairu login
	assert_output 'mairu: which server? Name it, or set MAIRU_SERVER. Configured: one, two'
	MAIRU_SERVER=three mairu login
	assert_equal "$(heard 'r[-1]["SERVER"]')" three
}

@test "login tells what the broker says, with its status" {
	answers '{"LOGIN": ["error", 4, "there is no server contoso. Run: mairu list-servers"]}'
	run -1 mairu login contoso
	assert_output 'mairu: there is no server contoso. Run: mairu list-servers'
	answers "{$BEGUN, \"LOGIN_WAIT\": [\"error\", 12, \"contoso: access denied\"]}"
	run -5 mairu login contoso
	assert_line 'mairu: contoso: access denied'
	answers "{$BEGUN, \"LOGIN_WAIT\": [\"error\", 11, \"the login was given up. Run: mairu login contoso\"]}"
	run -4 mairu login contoso
}

@test "login says so when the broker ends meanwhile" {
	answers "{$BEGUN, \"LOGIN_WAIT\": \"exit\"}"
	run -1 mairu login contoso
	assert_line 'mairu: the broker ended before the login did. Run: mairu login contoso'
}

@test "an answer that is none is no login" {
	local one

	for one in '{}' '{"SERVER": "contoso"}' '{"EXPIRES": 0}' \
		"{$CODE, \"EXPIRES\": 0}" "{$CODE, \"USER_CODE\": \"x\"}" \
		"{${CODE/http:/file:}}" "{${CODE/https:/httpx:}}" \
		"{${CODE/\"GRANT\": 1/\"GRANT\": 2}}" \
		"{${CODE/\"GRANT\": 1/\"GRANT\": 3}}" \
		"{${CODE/\"GRANT\": 1, /}}" "{${CODE/\"PORT\": 4711/\"PORT\": 0}}" \
		"{${CODE/\"PORT\": 4711/\"PORT\": 65536}}" \
		'{"SERVER": "contoso", "GRANT": 2, "SECONDS": 1, "URL": "https://x/"}' \
		'{"SERVER": "contoso", "GRANT": 2, "SECONDS": 1, "URL": "https://x/", "USER_CODE": "A", "COMPLETE": "javascript:x"}' \
		'{"SERVER": "contoso", "EXPIRES": 0, "TOKEN": "x"}'; do
		answers "{\"LOGIN\": $one}"
		run -1 mairu login contoso
		assert_output --partial 'makes no sense'
	done
}

@test "SIGTERM and SIGHUP end the login, and mairu dies of them" {
	local sig status

	answers "{$BEGUN, \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}}"
	for sig in TERM HUP; do
		rm -f "$T/requests"
		mairu login contoso 3>&- &
		wait_until was_asked LOGIN_WAIT
		kill -"$sig" $!
		status=0
		wait $! || status=$?
		assert_equal "$status" $((128 + $(kill -l "$sig")))
		assert_equal "$(heard 'r[-1]["type"], r[-1]["SERVER"]')" "('LOGIN_STOP', 'contoso')"
	done
}

@test "Ctrl-C ends the login, and the shell sees why" {
	answers "{$BEGUN, \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}}"
	rc bash 'true'
	session bash <<-'SCRIPT'
		%as login
		%type mairu login --no-browser contoso
		%wait auth/Abc123
		%run until grep -q LOGIN_WAIT "$T/requests"; do :; done
		%key C-c
		%prompt
		%as after
		echo $?
	SCRIPT
	said after 130
	was_asked LOGIN_STOP
}

# browsed [-e NAME=VALUE]...: a login at a terminal.
browsed() {
	local -a vars=()

	while [ $# -gt 0 ]; do
		vars+=(-e "$2")
		shift 2
	done
	rm -f "$T/opened"
	answers "{$BEGUN, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	rc bash 'true'
	session "${vars[@]}" bash <<-'SCRIPT'
		%as login
		mairu login contoso
	SCRIPT
}

a_browser() {
	cat >"$T/bin/$1" <<-'SH'
		#!/bin/sh
		echo chatter
		echo chatter >&2
		printf '%s\n' "$@" >"$T/opened.new"
		ps -o tty= -p $$ >>"$T/opened.new"
		mv "$T/opened.new" "$T/opened"
	SH
	chmod +x "$T/bin/$1"
}

@test "at a terminal the browser is opened, away from the terminal" {
	a_browser browse
	browsed -e 'BROWSER=missing:browse --new'
	said login "mairu: log in to contoso in your browser: $ADDRESS" \
		'mairu: logged in to contoso until it is revoked'
	wait_until test -e "$T/opened"
	assert_equal "$(cat "$T/opened")" "--new
$ADDRESS
?"
	browsed -e 'BROWSER=browse -u %s -x;touch${IFS}/tmp/never'
	wait_until test -e "$T/opened"
	assert_equal "$(head -3 "$T/opened")" "-u
$ADDRESS
-x;touch\${IFS}/tmp/never"
}

@test "without BROWSER the desktop's opener is taken where there is a display" {
	a_browser xdg-open
	# Which of the machine's own containers are none is not the point here.
	browsed -e WAYLAND_DISPLAY=wayland-0 -e TOOLBOX_PATH=x
	wait_until test -e "$T/opened"
	assert_equal "$(head -1 "$T/opened")" "$ADDRESS"
}

# A usual browser, that waits as one does that was closed later; what it is
# given is a file, which is read and kept.
a_usual_browser() {
	cat >"$T/bin/$1" <<-'SH'
		#!/bin/sh
		printf '%s\n' "$@" >"$T/opened.new"
		for last; do :; done
		case $last in
		file://*)
			cp "${last#file://}" "$T/page"
			stat -c %a "${last#file://}" >"$T/mode"
			;;
		esac
		mv "$T/opened.new" "$T/opened"
	SH
	chmod +x "$T/bin/$1"
}

# Logs in at a terminal, the answer held until the browser was opened.
held() {
	answers "{$BEGUN, \"LOGIN_WAIT\": \"hold\"}"
	rm -f "$T/opened" "$T/page"
	rc bash 'true'
	session -e "T=$T" "$@" bash <<-SCRIPT &
		%as login
		mairu login contoso
	SCRIPT
	wait_until test -e "$T/opened"
	answers '{"LOGIN_WAIT": {"EXPIRES": 0}}'
	wait $!
}

@test "a usual browser is given a file of one's own, and no address" {
	local dir
	dir=$T/run/mairu
	a_usual_browser firefox
	held -e 'BROWSER=firefox --new-tab'
	assert_equal "$(head -1 "$T/opened")" --new-tab
	run tail -1 "$T/opened"
	assert_output --regexp "^file://$dir/login\.[A-Za-z0-9]+\.html\$"
	refute_output --partial auth
	grep -F "content=\"0;url=$ADDRESS\"" "$T/page"
	assert_equal "$(cat "$T/mode")" 600
	# It is gone with the login.
	run find "$dir" -name 'login.*'
	assert_output ''
}

@test "a browser that may not read it is given the address" {
	a_usual_browser firefox
	# As Ubuntu's, which leads to that of snap.
	echo '# exec /snap/bin/firefox "$@"' >>"$T/bin/firefox"
	held -e BROWSER=firefox
	assert_equal "$(cat "$T/opened")" "$ADDRESS"
	a_usual_browser wrapper
	held -e BROWSER=wrapper
	assert_equal "$(cat "$T/opened")" "$ADDRESS"
	a_usual_browser firefox
	held -e BROWSER=firefox -e 'SSH_CONNECTION=192.0.2.1 5 192.0.2.7 22'
	assert_equal "$(cat "$T/opened")" "$ADDRESS"
}

@test "the desktop's browser is given the file where it opens files too" {
	local data=$T/data/applications
	mkdir -p "$data"
	a_usual_browser xdg-open
	a_usual_browser firefox
	printf '%s\n' '[Desktop Entry]' 'Exec=firefox %u' >"$data/firefox.desktop"
	printf '%s\n' '[Desktop Entry]' 'Exec=/usr/bin/flatpak run org.mozilla.firefox %u' \
		>"$data/org.mozilla.firefox.desktop"
	desktop() {
		printf '%s\n' '[Default Applications]' "text/html=$1" \
			"x-scheme-handler/http=$2;other.desktop;" >"$data/mimeapps.list"
		held -e WAYLAND_DISPLAY=wayland-0 -e TOOLBOX_PATH=x \
			-e "XDG_DATA_HOME=$T/data" -e XDG_DATA_DIRS=/nowhere
	}
	desktop firefox.desktop firefox.desktop
	grep '^file:///' "$T/opened"
	grep -F "url=$ADDRESS" "$T/page"
	# An editor would show it.
	desktop editor.desktop firefox.desktop
	assert_equal "$(cat "$T/opened")" "$ADDRESS"
	desktop org.mozilla.firefox.desktop org.mozilla.firefox.desktop
	assert_equal "$(cat "$T/opened")" "$ADDRESS"
}

@test "a browser that can't be told is said, and the way on is shown" {
	answers "{$BEGUN, \"LOGIN_WAIT\": {\"HEADLESS\": 1}}"
	mairu login contoso 2>"$T/said" 3>&- &
	wait_until grep -q 'mairu login --paste contoso' "$T/said"
	answers '{"LOGIN_WAIT": {"EXPIRES": 0}}'
	wait $!
	grep 'refused a browser that could not be shown to be yours' "$T/said"
	tail -1 "$T/said" | grep 'logged in to contoso'
}

@test "no browser is opened over SSH, without a display, or when not wanted" {
	a_browser browse
	a_browser xdg-open
	browsed -e WAYLAND_DISPLAY=wayland-0 -e TOOLBOX_PATH=x -e SSH_CONNECTION=x
	[ ! -e "$T/opened" ]
	browsed -e WAYLAND_DISPLAY=wayland-0 -e container=podman
	[ ! -e "$T/opened" ]
	browsed -e TOOLBOX_PATH=x
	[ ! -e "$T/opened" ]
	BROWSER=browse DISPLAY=:0 mairu login contoso
	BROWSER=browse DISPLAY=:0 mairu login --no-browser contoso
	[ ! -e "$T/opened" ]
}

@test "over SSH an editor that sets BROWSER opens the other machine's" {
	a_browser helper
	browsed -e "BROWSER=$T/bin/helper" -e 'SSH_CONNECTION=192.0.2.1 5 192.0.2.7 22'
	wait_until test -e "$T/opened"
	assert_equal "$(head -1 "$T/opened")" "$ADDRESS"
	assert_equal "$(heard 'r[0]["HEADLESS"]')" 0
}

@test "a browser that does not start is said, and harmless" {
	browsed -e BROWSER=missing
	has login 'cannot start the browser in BROWSER (missing)'
	has login 'mairu: logged in to contoso until it is revoked'
}

# --- logout

@test "logout names the sessions that are gone" {
	answers '{"LOGOUT": {"SERVER": "contoso", "MESSAGE": ""}}'
	run --separate-stderr mairu logout contoso
	assert_success
	assert_output ''
	assert_equal "$stderr" 'mairu: logged out of contoso'
	answers '{"LOGOUT": [["SERVER", "a"], ["MESSAGE", ""], ["SERVER", "b"], ["MESSAGE", ""]]}'
	run mairu logout --all
	assert_output 'mairu: logged out of a
mairu: logged out of b'
	assert_equal "$(heard '[q["SERVER"] for q in r]')" "['contoso', '']"
}

@test "logout where there is no session is no failure" {
	answers '{"LOGOUT": {}}'
	run mairu logout contoso
	assert_success
	assert_output 'mairu: there is no session of contoso'
	stop_peers
	run mairu logout contoso
	assert_success
	assert_output 'mairu: there is no session of contoso'
	[ ! -S "$SOCK" ]
	run -2 mairu logout --all contoso
}

@test "logout without a server takes that of the config here" {
	answers '{"LOGOUT": {"SERVER": "contoso", "MESSAGE": ""}}'
	project "$HOME/proj"
	allow "$HOME/proj"
	cd "$HOME/proj"
	mairu logout
	assert_equal "$(heard 'r[-1]["SERVER"]')" contoso
}

@test "logout tells what the server could not be told, and is no failure" {
	answers '{"LOGOUT": [["SERVER", "a"], ["MESSAGE", "a could not be told\u001b[2J"], ["SERVER", "b"], ["MESSAGE", ""]]}'
	run mairu logout --all
	assert_success
	assert_output 'mairu: logged out of a
mairu: a could not be told\x1b[2J
mairu: logged out of b'
	for one in '[["SERVER", "a"]]' '[["MESSAGE", "a"]]' \
		'[["SERVER", "a"], ["SERVER", "b"]]' '{"SERVER": "a", "EXPIRES": 1}'; do
		answers "{\"LOGOUT\": $one}"
		run -1 mairu logout --all
		assert_output --partial 'makes no sense'
	done
}

# --- list-sessions

SESSIONS_TWO="[[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"],
	[\"EXPIRES\", $LATER], [\"RENEWS\", 1], [\"ENDED\", 0], [\"SERVER\", \"b\\u001b[2J\"],
	[\"URL\", \"https://b.example.com/\"], [\"EXPIRES\", 0], [\"RENEWS\", 0], [\"ENDED\", 0]]"

@test "list-sessions is a table for people" {
	answers "{\"SESSIONS\": $SESSIONS_TWO}"
	TZ=UTC-1 run --separate-stderr mairu list-sessions
	assert_success
	assert_equal "$stderr" ''
	assert_line --index 0 --regexp '^SERVER +URL +EXPIRES +RENEWS$'
	assert_line --index 2 --regexp '^contoso +https://c\.example\.com/ +2100-01-01 15:05 \+0100 +yes$'
	assert_line --index 1 --regexp '^b\\x1b\[2J +https://b\.example\.com/ +when it is revoked +no$'
	TZ=UTC-1 run mairu list-sessions --utc
	assert_line --index 2 --partial ' 2100-01-01T14:05:00Z '
}

@test "list-sessions --json is for programs" {
	answers "{\"SESSIONS\": $SESSIONS_TWO}"
	mairu list-sessions --json >"$T/json"
	assert_equal "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[1])' "$T/json")" \
		"{'id': 'contoso', 'url': 'https://c.example.com/', 'expires_at': '2100-01-01T14:05:00Z', 'renews': True, 'expired': False, 'expired_at': None}"
}

# one_session EXPIRES RENEWS ENDED
one_session() {
	answers "{\"SESSIONS\": [[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"],
		[\"EXPIRES\", $1], [\"RENEWS\", $2], [\"ENDED\", $3]]}"
}

@test "a session that has ended is listed as expired, and counts nowhere as one" {
	one_session 1000 1 1000000000 # 2001-09-09 01:46:40
	run mairu list-sessions
	assert_success
	assert_line --index 1 --regexp ' expired 2001-09-09 01:46 \+0000 +no$'
	run mairu list-sessions --utc
	assert_line --index 1 --regexp ' expired 2001-09-09T01:46:40Z +no$'
	mairu list-sessions --json >"$T/json"
	assert_equal "$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1])))' "$T/json")" \
		"[{'id': 'contoso', 'url': 'https://c.example.com/', 'expires_at': '1970-01-01T00:16:40Z', 'renews': False, 'expired': True, 'expired_at': '2001-09-09T01:46:40Z'}]"
	project "$HOME/proj"
	cd "$HOME/proj"
	run mairu show
	assert_output --partial '"auto_logged_in": false'
	one_session 1000 1 0
	run mairu show
	assert_output --partial '"auto_logged_in": true'
}

@test "a session whose next use renews it says so" {
	one_session 1000 1 0
	run mairu list-sessions
	assert_line --index 1 --regexp ' renews when used +yes$'
}

@test "of two sessions by one name the one that holds counts" {
	answers "{\"SESSIONS\": [[\"SERVER\", \"contoso\"], [\"URL\", \"https://old.example.com/\"],
		[\"EXPIRES\", 5], [\"RENEWS\", 0], [\"ENDED\", 5],
		[\"SERVER\", \"contoso\"], [\"URL\", \"https://c.example.com/\"],
		[\"EXPIRES\", $LATER], [\"RENEWS\", 0], [\"ENDED\", 0]]}"
	project "$HOME/proj"
	cd "$HOME/proj"
	run mairu show
	assert_output --partial '"auto_logged_in": true'
	run mairu list-sessions
	assert_line --index 1 --partial 'https://c.example.com/'
	assert_line --index 2 --partial 'https://old.example.com/'
}

@test "list-sessions without a session or a broker says so and is no failure" {
	answers '{"SESSIONS": {}}'
	run --separate-stderr mairu list-sessions
	assert_success
	assert_output ''
	assert_equal "$stderr" 'mairu: no sessions. Run: mairu login'
	stop_peers
	run --separate-stderr mairu list-sessions --json
	assert_success
	assert_output '[]'
	[ ! -S "$SOCK" ]
}

# --- refresh

@test "refresh renews the session and says until when" {
	answers "{\"RENEW\": {\"SERVER\": \"contoso\", \"EXPIRES\": $LATER}}"
	TZ=UTC-1 run --separate-stderr mairu refresh contoso
	assert_success
	assert_output ''
	assert_equal "$stderr" 'mairu: renewed contoso until 2100-01-01 15:05'
	TZ=UTC-1 run mairu refresh --utc contoso
	assert_output 'mairu: renewed contoso until 2100-01-01T14:05:00Z'
	MAIRU_SERVER=other run mairu refresh
	assert_success
	assert_equal "$(heard 'r[-1]["type"], r[-1]["SERVER"]')" "('RENEW', 'other')"
}

@test "refresh tells what the broker says, with its status" {
	answers '{"RENEW": ["error", 11, "contoso: login required. Run: mairu login contoso"]}'
	run -4 mairu refresh contoso
	assert_output 'mairu: contoso: login required. Run: mairu login contoso'
	answers '{"RENEW": ["error", 12, "the session of contoso cannot be renewed"]}'
	run -5 mairu refresh contoso
	answers '{"RENEW": ["error", 13, "contoso: not reached"]}'
	run -1 mairu refresh contoso
	for one in '{}' '{"SERVER": "a"}' '{"EXPIRES": 1}' '{"SERVER": "a", "EXPIRES": 1, "URL": "x"}'; do
		answers "{\"RENEW\": $one}"
		run -1 mairu refresh contoso
		assert_output --partial 'makes no sense'
	done
}

@test "refresh without a broker needs a login, and starts none" {
	stop_peers
	run -4 mairu refresh contoso
	assert_output 'mairu: contoso: login required. Run: mairu login contoso'
	[ ! -S "$SOCK" ]
}

@test "what takes more than a second says what it waits for" {
	answers '{"RENEW": "hold"}'
	: >"$T/said"
	mairu refresh contoso 2>"$T/said" 3>&- &
	wait_until grep -qx 'mairu: waiting for contoso to renew the session' "$T/said"
	answers '{"RENEW": {"SERVER": "contoso", "EXPIRES": 0}}'
	wait $!
	answers '{"LOGOUT": "hold"}'
	: >"$T/said"
	mairu logout contoso 2>"$T/said" 3>&- &
	wait_until grep -qx 'mairu: waiting for the broker to tell the server' "$T/said"
	answers '{"LOGOUT": {}}'
	wait $!
	answers '{"LOGIN": "hold"}'
	: >"$T/said"
	mairu login contoso 2>"$T/said" 3>&- &
	wait_until grep -qx 'mairu: waiting for contoso to say where to log in' "$T/said"
	answers '{"LOGIN": {"SERVER": "contoso", "EXPIRES": 0}}'
	wait $!
	assert_equal "$(tail -1 "$T/said")" 'mairu: already logged in to contoso until it is revoked'
}
