# Logging in where the browser is on another machine: over SSH, in a container,
# without a display.  The environment says which; a stand-in is the broker.

# shellcheck disable=SC2016 # text for other programs stands in single quotes

load ../lib/common

SHORT=http://127.0.0.1:4711/auth/Abc123
LONG="https://c.example.com/oauth/authorize?state=S"
CODE="\"LOGIN\": {\"SERVER\": \"contoso\", \"GRANT\": 1, \"SECONDS\": 600, \"URL\": \"$SHORT\", \"LONG_URL\": \"$LONG\", \"PORT\": 4711}"
FROM='192.0.2.1 50000 198.51.100.7'

prepare() {
	standin
	answers "{$CODE, \"LOGIN_WAIT\": {\"EXPIRES\": 0}}"
	rc bash 'true'
	ln -s "$(type -P true)" "$T/bin/xdg-open"
	PATH=$T/bin:$PATH
}

# headless NAME=VALUE...: what a login in that environment tells the broker.
headless() {
	env "$@" mairu login contoso >"$T/said" 2>&1
	heard 'r[-2]["HEADLESS"]'
}

@test "the environment says whether there is a browser" {
	local here=(WAYLAND_DISPLAY=wayland-0 TOOLBOX_PATH=x)

	assert_equal "$(headless "${here[@]}")" 0
	assert_equal "$(headless DISPLAY=:0 DISTROBOX_ENTER_PATH=x)" 0
	assert_equal "$(headless TOOLBOX_PATH=x)" 1
	assert_equal "$(headless "${here[@]}" SSH_CONNECTION="$FROM 22")" 1
	assert_equal "$(headless "${here[@]}" SSH_TTY=/dev/pts/1)" 1
	assert_equal "$(headless "${here[@]}" SSH_CLIENT='192.0.2.1 5 22')" 1
	assert_equal "$(headless DISPLAY=:0 container=podman)" 1
	assert_equal "$(headless DISPLAY=:0 KUBERNETES_SERVICE_HOST=10.0.0.1)" 1
	assert_equal "$(headless "${here[@]}" PATH="$MAIRU_BUILD:$T/none")" 1
	assert_equal "$(headless BROWSER=browse container=podman)" 0
	assert_equal "$(headless BROWSER=browse SSH_CONNECTION="$FROM 22")" 0
	# What nobody filled in says nothing.
	assert_equal "$(headless "${here[@]}" SSH_CONNECTION= SSH_TTY=)" 0
	assert_equal "$(headless BROWSER= TOOLBOX_PATH=x)" 1
}

@test "--no-browser opens none, and says nothing of whether there is one" {
	BROWSER=browse mairu login --no-browser contoso
	TOOLBOX_PATH=x mairu login --no-browser contoso
	assert_equal "$(heard '[q["HEADLESS"] for q in r if q["type"] == "LOGIN"]')" '[0, 1]'
}

# forward CONNECTION [NAME=VALUE]...: the command that a login over SSH names.
forward() {
	local connection=$1

	shift
	env LOGNAME=alice SSH_CONNECTION="$connection" "$@" mairu login contoso 2>&1 |
		sed -n 's/^    \(ssh .*\)/\1/p'
}

@test "over SSH the command that forwards the port is named, whole" {
	local line='ssh -N -L 4711:127.0.0.1:4711'

	assert_equal "$(forward "$FROM 22")" "$line alice@198.51.100.7"
	assert_equal "$(forward "$FROM 2222")" "$line -p 2222 alice@198.51.100.7"
	assert_equal "$(forward '2001:db8::1 5 2001:db8::7 22')" "$line alice@2001:db8::7"
	assert_equal "$(forward "$FROM 22" LOGNAME= USER=bob)" "$line bob@198.51.100.7"
	assert_equal "$(forward "$FROM 22" LOGNAME= USER=)" "$line 198.51.100.7"
	assert_equal "$(forward "$FROM 22" LOGNAME='a b;rm')" "$line 'a b;rm@198.51.100.7'"
	assert_equal "$(forward "$FROM 22" LOGNAME=-oProxyCommand=x)" "$line 198.51.100.7"
}

@test "where it cannot be told, HOST stands for this machine" {
	local one line='ssh -N -L 4711:127.0.0.1:4711 HOST'

	for one in x "$FROM" "$FROM 22 x" "$FROM 99999" "$FROM -1" '192.0.2.1 5 $(x) 22' \
		'192.0.2.1 5 -oProxyCommand=x 22' 'fe80::1%eth0 5 fe80::2%eth0 22'; do
		assert_equal "$(forward "$one")" "$line"
	done
	assert_equal "$(forward '' SSH_TTY=/dev/pts/1)" "$line"
}

@test "over SSH it says what to do, terminal or not" {
	local line="ssh -N -L 4711:127.0.0.1:4711 alice@198.51.100.7"

	LOGNAME=alice SSH_CONNECTION="$FROM 22" run mairu login contoso
	assert_line --index 0 "mairu: log in to contoso in your browser: $SHORT"
	assert_line --partial 'port 4711 must reach this machine'
	assert_line "    $line"
	assert_line --partial 'mairu login --paste contoso'
	answers "{$CODE, \"LOGIN_WAIT\": \"hold\", \"LOGIN_STOP\": {}}"
	session -e LOGNAME=alice -e SSH_CONNECTION="$FROM 22" bash <<-'SCRIPT'
		%as login
		%type mairu login contoso
		%wait is not shown
		%run until grep -q LOGIN_WAIT "$T/requests"; do :; done
		%key C-c
		%prompt
	SCRIPT
	run out login
	assert_line "    $LONG"
	assert_line "mairu: or this one: $SHORT"
	assert_line "    $line"
}

@test "in a container, and without a display, the port is named without SSH" {
	local one

	for one in container=podman TOOLBOX_PATH=x; do
		run env "$one" mairu login contoso
		assert_line "mairu: log in to contoso in your browser: $SHORT"
		assert_line "mairu: port 4711 of the browser's machine must reach this machine"
		refute_output --partial ssh
	done
}

@test "at a browser there is no word of all that" {
	BROWSER=browse run mairu login contoso
	assert_output "mairu: log in to contoso in your browser: $SHORT
mairu: logged in to contoso until it is revoked"
}
