# The broker: how it starts, whom it serves, what it keeps from whom, how it
# ends.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

prepare() {
	project "$HOME/proj"
}

brokers() {
	"$LIB/proc" brokers "$T"
}

one_broker() {
	[ "$(brokers | wc -l)" = 1 ]
}

# speak SCRIPT: plays a client of the socket, in Python.
speak() {
	python3 -c "
import sys, struct, socket, time
from wire import *
path = sys.argv[1]
$1" "$SOCK"
}

# --- how it starts

@test "a race of fifty leaves one broker" {
	local i
	local -a pids=()

	allow "$HOME/proj"
	cd "$HOME/proj"
	for i in {1..50}; do
		mairu export bash >"$T/race.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || :; done
	wait_until one_broker
	assert_equal "$(brokers)" "$(broker_pid)"
	# Those who got an answer all got the same one.
	run bash -c "grep -ohE 'Bearer [A-Za-z0-9_-]{43}' $T/race.* | sort -u | wc -l"
	assert_output 1
}

@test "the broker is detached: own session, root directory, nothing inherited" {
	local pid

	need_root
	allow "$HOME/proj"
	cd "$HOME/proj"
	: >"$T/held"
	(
		exec 5<"$T/held" 19<"$T/held"
		umask 000
		ulimit -c unlimited 2>/dev/null || :
		export LD_LIBRARY_PATH=/nowhere SSLKEYLOGFILE=$T/keys \
			OPENSSL_CONF=/nowhere AWS_ACCESS_KEY_ID=AKIAPROJECT \
			GIT_DIR=/nowhere MAIRU_QUIET=1
		mairu export bash >/dev/null 3>&-
	)
	pid=$(broker_pid)
	# shellcheck disable=SC2046 # fields of stat, after the name
	set -- $(sed 's/.*) //' "/proc/$pid/stat")
	assert_equal "$4" "$pid" # session
	assert_equal "$5" 0      # no terminal
	refute [ "$2" = $$ ]
	assert_equal "$(readlink "/proc/$pid/cwd")" /
	run bash -c "ls -l /proc/$pid/fd | sed 1d"
	refute_output --partial "$T/held"
	refute_output --partial pts
	for fd in 0 1 2; do
		assert_equal "$(readlink "/proc/$pid/fd/$fd")" /dev/null
	done
	run bash -c "tr '\0' '\n' </proc/$pid/environ"
	for name in LD_LIBRARY_PATH SSLKEYLOGFILE OPENSSL_CONF AWS_ GIT_DIR MAIRU_QUIET BATS; do
		refute_output --partial "$name"
	done
	run cat "/proc/$pid/status"
	assert_line --regexp '^Umask:.*0077$'
	assert_line --regexp '^NoNewPrivs:.*1$'
	run grep 'Max core file size' "/proc/$pid/limits"
	assert_output --regexp '^Max core file size +0 +0 '
}

@test "starting the broker keeps no pipe of the shell open" {
	local got

	allow "$HOME/proj"
	cd "$HOME/proj"
	# This waits for the end of the pipe, which a broker must not hold.
	got=$(timeout 10 sh -c 'mairu export bash 2>&1 3>&1 4>&1 5>&1 | cat')
	[[ $got = *AWS_CONTAINER* ]]
	one_broker
}

@test "the broker beside mairu is taken, never one on PATH" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	printf '#!/bin/sh\ntouch %s/ran\n' "$T" >"$T/bin/mairu-broker"
	chmod +x "$T/bin/mairu-broker"
	PATH=$T/bin:$PATH mairu export bash >/dev/null 2>&1
	one_broker
	[ ! -e "$T/ran" ]
}

# moved DIR: an installed tree, moved there as a whole.
moved() {
	mkdir -p "$1/bin" "$1/libexec/mairu"
	cp "$MAIRU_BUILD/mairu" "$1/bin"
	cp "$MAIRU_BUILD/mairu-broker" "$1/libexec/mairu"
}

@test "an installed tree that was moved as a whole finds its broker" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	moved "$T/opt"
	ln -s ../opt/bin/mairu "$T/bin/mairu"
	PATH=$T/bin:$PATH run --separate-stderr at_prompt mairu
	assert_success
	assert_output "contoso $ROLE"
	assert_equal "$(readlink "/proc/$(broker_pid)/exe")" \
		"$T/opt/libexec/mairu/mairu-broker"
}

@test "a broker that another user could have put there is not run" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	moved "$T/opt"
	chmod 0777 "$T/opt/libexec"
	run --separate-stderr at_prompt "$T/opt/bin/mairu"
	assert_success
	assert_output none
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: .*mairu-broker is not run'
	[ ! -e "$SOCK" ]
	chmod 0755 "$T/opt/libexec"
	run --separate-stderr at_prompt "$T/opt/bin/mairu"
	assert_output "contoso $ROLE"
}

@test "without a broker program one message says where it was looked for" {
	[ ! -e /usr/local/libexec/mairu/mairu-broker ] || skip "mairu is installed here"
	allow "$HOME/proj"
	cd "$HOME/proj"
	mkdir "$T/alone"
	cp "$MAIRU_BUILD/mairu" "$T/alone/"
	run --separate-stderr at_prompt "$T/alone/mairu"
	assert_success
	assert_output none
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: .*mairu-broker'
}

@test "a broker program that ends or says nothing is no hang" {
	local body pid

	allow "$HOME/proj"
	cd "$HOME/proj"
	mkdir "$T/alone" "$T/quick"
	cp "$MAIRU_BUILD/mairu" "$T/alone/"
	(impatient && cp "$MAIRU_BUILD/mairu" "$T/quick/")
	mkfifo "$T/fifo"
	for body in 'exit 0' 'exit 1' 'kill -KILL $$' 'echo nonsense >&3' "exec cat $T/fifo"; do
		printf '#!/bin/sh\necho $$ >>%s\n%s\n' "$T/pids" "$body" >"$T/alone/mairu-broker"
		chmod +x "$T/alone/mairu-broker"
		cp "$T/alone/mairu-broker" "$T/quick/"
		within 250 "$T/quick/mairu" export bash
		run --separate-stderr at_prompt "$T/alone/mairu"
		assert_success
		assert_output none
		assert_equal "$(wc -l <<<"$stderr")" 1
	done
	# Those that blocked are still there.
	while read -r pid; do kill "$pid" 2>/dev/null || :; done <"$T/pids"
}

# --- what it keeps from whom

@test "nobody but root can look into the broker or trace it" {
	local pid

	need_root
	chown -R 65534:65534 "$T"
	"${AS_NOBODY[@]}" sh -c "cd $HOME/proj && mairu allow && mairu export bash" >/dev/null 2>&1
	pid=$(broker_pid)
	assert_equal "$(sed -n 's/^Uid:\t\([0-9]*\)\t.*/\1/p' "/proc/$pid/status")" 65534
	# The kernel gives the files of an undumpable process to root.
	assert_equal "$(stat -c %u "/proc/$pid/environ")" 0
	cat >"$T/look" <<-'PY'
		import ctypes, os, sys

		pid = int(sys.argv[1])
		libc = ctypes.CDLL(None, use_errno=True)
		for name in "environ", "mem", "maps", "fd", "cwd":
		    path = f"/proc/{pid}/{name}"
		    try:
		        if name == "fd":
		            os.listdir(path)
		        elif name == "cwd":
		            os.readlink(path)
		        else:
		            open(path, "rb").read(1)
		        print("can", name)
		    except PermissionError:
		        print("cannot", name)
		    except OSError as e:
		        print("can", name, e)
		PTRACE_ATTACH, PTRACE_DETACH = 16, 17
		if libc.ptrace(PTRACE_ATTACH, pid, None, None) == 0:
		    os.waitpid(pid, 0)
		    libc.ptrace(PTRACE_DETACH, pid, None, None)
		    print("can trace")
		else:
		    print("cannot trace")
	PY
	run "${AS_NOBODY[@]}" python3 "$T/look" "$pid"
	assert_success
	refute_line --partial 'can '
	assert_line 'cannot trace'
	assert_line 'cannot mem'
	# The same looks into a process of nobody's that hides nothing.
	mkfifo "$T/fifo"
	chown 65534 "$T/fifo"
	"${AS_NOBODY[@]}" cat "$T/fifo" 3>&- &
	run "${AS_NOBODY[@]}" python3 "$T/look" $!
	kill $!
	assert_line 'can environ'
	if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" = 0 ]; then
		assert_line 'can trace'
	fi
}

@test "another user at the socket is refused before a word, and that is logged" {
	need_root
	start_broker
	# As open as it can be: only the check of the peer is left.
	chmod 0755 "$T" "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/mairu"
	chmod 0777 "$SOCK"
	cat >"$T/ask" <<-'PY'
		import os, sys
		from wire import *

		os.setgroups([])
		os.setgid(65534)
		os.setuid(65534)
		client = Client(sys.argv[1])
		try:
		    client.send(frame(INFO))
		    print(client.receive())
		except (EOFError, ConnectionError) as e:
		    print("refused")
	PY
	run python3 "$T/ask" "$SOCK"
	assert_output refused
	run cat "$XDG_STATE_HOME/mairu/log/mairu-broker.log"
	assert_output --partial 65534
	chmod 0700 "$XDG_RUNTIME_DIR/mairu"
	# The owner is served as before.
	run speak 'print(Client(path).ask(INFO)[0])'
	assert_output 128
}

@test "mairu does not talk to another user's program on the socket" {
	need_root
	allow "$HOME/proj"
	peer other
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_success
	assert_output none
	assert_regex "$stderr" '^mairu: .*another user \(uid 65534\)'
	run mairu status
	assert_output --partial 'another user'
	run -1 mairu kill-agent
	run -1 mairu config set use_fips true
	stop_peers
}

@test "the log is the user's alone and holds no token" {
	allow "$HOME/proj"
	export MAIRU_AGENT_LOG=debug
	enter "$HOME/proj"
	curl -s -o "$T/body" -H "Authorization: $TOKEN" "$URL"
	curl -s -o "$T/body" -H "Authorization: Bearer wrong-token-of-mine" "$URL"
	assert_equal "$(stat -c %a "$XDG_STATE_HOME"/mairu/log/*.log)" 600
	run grep -rF -e "${TOKEN#Bearer }" -e wrong-token-of-mine "$XDG_STATE_HOME"
	assert_output ''
}

# --- who else sits there

@test "ssh-agent on the socket is named" {
	local pid

	command -v ssh-agent >/dev/null || skip "there is no ssh-agent here"
	allow "$HOME/proj"
	mkdir -m 0700 "$XDG_RUNTIME_DIR/mairu"
	ssh-agent -D -a "$SOCK" >/dev/null 2>&1 3>&- &
	pid=$!
	PEERS+=("$pid")
	STALE+=("$SOCK")
	wait_until test -S "$SOCK"
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_success
	assert_output none
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" "^mairu: .*$pid"
	assert_regex "$stderr" "$SOCK"
	stop_peers
}

@test "a broker of another version is named with the command that ends it" {
	allow "$HOME/proj"
	peer version
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_success
	assert_output none
	assert_regex "$stderr" "^mairu: .*99\.0.*mairu $(version)\. Run: mairu kill-agent\$"
	run mairu status
	assert_output --partial 99.0
	stop_peers
}

@test "the broker refuses a mairu of another version, and both are named" {
	start_broker
	run speak '
for body, version in ((field(VERSION, b"0.0.1"), 1), (b"", 2)):
    client = Client(path)
    client.send(frame(STATUS, body, version))
    kind, got = client.receive()
    assert kind == ERROR, kind
    assert own_version()[6:] == got[VERSION], got
    assert got[MESSAGE], got
    print(got[MESSAGE].decode())
# To be known and to be ended is possible across versions.
client = Client(path)
client.send(frame(INFO, b"", 2))
kind, got = client.receive()
assert kind == OK and VERSION in got and PID in got, (kind, got)
client.send(frame(QUIT, field(VERSION, b"0.0.1"), 7))
assert client.receive()[0] == OK
client.ends()'
	assert_success
	wait_until test ! -e "$SOCK"
}

# --- caps

@test "as many clients as there may be are served, the next is told, and all goes on after" {
	start_broker
	run speak '
me = own_version()
clients = [Client(path) for _ in range(256)]
for c in clients:
    assert c.ask(STATUS, me)[0] == OK
more = Client(path)
kind, got = more.ask(STATUS, me)
assert kind == ERROR, kind
assert b"too many" in got[MESSAGE], got
more.ends()
# One that says nothing is told as well, and does not stay.
mute = Client(path)
kind, got = mute.receive()
assert kind == ERROR and b"too many" in got[MESSAGE], (kind, got)
mute.ends()
for c in clients:
    assert c.ask(STATUS, me)[0] == OK
for c in clients:
    c.close()
deadline = time.monotonic() + 10
while True:
    kind, got = Client(path).ask(STATUS, me)
    if kind == OK:
        break
    assert time.monotonic() < deadline
print("fine")'
	assert_output fine
}

@test "a full house can still be told to quit" {
	start_broker
	run speak '
clients = [Client(path) for _ in range(256)]
for c in clients:
    assert c.ask(INFO)[0] == OK
more = Client(path)
assert more.ask(QUIT)[0] == OK
for c in clients:
    c.ends()
print("ended")'
	assert_output ended
	wait_until test ! -e "$SOCK"
}

@test "more clients than any cap never keep a prompt over 200 ms" {
	allow "$HOME/proj"
	start_broker
	cat >"$T/crowd" <<-'PY'
		import sys
		from wire import *

		crowd = []
		for _ in range(600):
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
		    s.setblocking(False)
		    try:
		        s.connect(sys.argv[1])
		    except OSError:
		        pass
		    crowd.append(s)
		print("ready", flush=True)
		sys.stdin.read()
	PY
	mkfifo "$T/go"
	python3 "$T/crowd" "$SOCK" <"$T/go" >"$T/crowd-ready" 3>&- &
	exec 6>"$T/go"
	wait_until test -s "$T/crowd-ready"
	cd "$HOME/proj"
	within 250 mairu export bash
	exec 6>&-
	wait
	# And the broker gets over it.
	served() {
		[ "$(at_prompt 2>/dev/null)" = "contoso $ROLE" ]
	}
	wait_until served
}

@test "an oversized message is refused and the client dropped, others go on" {
	start_broker
	run speak '
other = Client(path)
client = Client(path)
client.send(b"mairu" + struct.pack(">BHI", 1, STATUS, MAX_BODY + 1))
kind, got = client.receive()
assert kind == ERROR and b"limit" in got[MESSAGE], (kind, got)
assert client.ends() < 5
# The largest that is allowed is read, and refused for what it is.
client = Client(path)
client.send(frame(STATUS, own_version() + field(999, b"x" * (MAX_BODY - 200))))
kind, got = client.receive()
assert kind == ERROR, kind
assert other.ask(INFO)[0] == OK
print("fine")'
	assert_output fine
}

@test "bytes that are no message, damaged fields and unknown requests are refused" {
	start_broker
	run speak '
other = Client(path)
for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, b"mairv" + b"\0" * 7,
             b"\x00\x00\x00\x01\x0b"):
    client = Client(path)
    client.send(junk)
    try:
        kind, _ = client.receive()
        assert kind == ERROR, kind
    except EOFError:
        pass
    assert client.ends() < 5
me = own_version()
for kind, body in ((STATUS, b"\0"), (STATUS, me + b"\0\2\xff\xff\xff\xff"),
                   (STATUS, me + struct.pack(">HI", 16, 9) + b"short"),
                   (77, me), (OK, me), (16, me),
                   (16, me + field(16, b"/a\0b") + field(17, b"x" * 48)),
                   (19, me + field(26, b"too short"))):
    client = Client(path)
    client.send(frame(kind, body))
    got, _ = client.receive()
    assert got == ERROR, (kind, got)
assert other.ask(INFO)[0] == OK
print("fine")'
	assert_output fine
	one_broker
}

@test "a message that comes byte by byte is read, several at once are answered in turn" {
	start_broker
	run speak '
client = Client(path)
for byte in frame(INFO):
    client.send(bytes([byte]))
assert client.receive()[0] == OK
client.send(frame(INFO) * 50)
for _ in range(50):
    assert client.receive()[0] == OK
print("fine")'
	assert_output fine
}

@test "a half message is given up after seconds, a silent client after half a minute" {
	start_broker
	run speak '
silent = Client(path, 45)
half = Client(path, 45)
half.send(frame(INFO)[:7])
took = half.ends()
assert 1 < took < 15, took
took += silent.ends()
assert 15 < took < 40, took
assert Client(path).ask(INFO)[0] == OK
print("fine")'
	assert_output fine
}

@test "a client that takes no answers is dropped and does no harm" {
	start_broker
	run speak '
greedy = Client(path, 30)
greedy.sock.setblocking(False)
me = own_version()
try:
    while True:
        greedy.sock.send(frame(STATUS, me) * 100)
except OSError:
    pass
began = time.monotonic()
assert Client(path).ask(INFO)[0] == OK
assert time.monotonic() - began < 2
print("fine")'
	assert_output fine
}

# --- how it ends

@test "the broker ends when its socket is removed" {
	local pid

	start_broker
	pid=$(broker_pid)
	rm "$SOCK"
	"$LIB/proc" gone "$pid"
}

@test "the broker ends when its socket's directory is moved away" {
	local pid

	start_broker
	pid=$(broker_pid)
	mv "$XDG_RUNTIME_DIR/mairu" "$XDG_RUNTIME_DIR/elsewhere"
	"$LIB/proc" gone "$pid"
	rm -rf "$XDG_RUNTIME_DIR/elsewhere"
}

@test "the broker ends when its socket is replaced, and leaves the other alone" {
	local pid

	start_broker
	pid=$(broker_pid)
	: >"$T/other"
	mv "$T/other" "$SOCK"
	"$LIB/proc" gone "$pid"
	[ -f "$SOCK" ]
	rm "$SOCK"
}

@test "a stale socket and a killed broker are replaced" {
	local pid

	allow "$HOME/proj"
	mkdir -m 0700 "$XDG_RUNTIME_DIR/mairu"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SOCK"
	[ -S "$SOCK" ]
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	pid=$(broker_pid)
	kill -KILL "$pid"
	"$LIB/proc" gone "$pid"
	[ -S "$SOCK" ]
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	refute [ "$(broker_pid)" = "$pid" ]
}

@test "a broker that dies in the middle is no hang and the next prompt has another" {
	allow "$HOME/proj"
	start_broker
	kill -KILL "$(broker_pid)"
	cd "$HOME/proj"
	run --separate-stderr mairu export bash
	assert_success
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
}

@test "TERM ends the broker tidily, INT and HUP of a terminal do not reach it" {
	local pid

	start_broker
	pid=$(broker_pid)
	kill -INT "$pid"
	kill -HUP "$pid"
	run speak 'print(Client(path).ask(INFO)[0])'
	assert_output 128
	kill -TERM "$pid"
	"$LIB/proc" gone "$pid"
	[ ! -e "$SOCK" ]
}

@test "the end of the broker takes its helper processes along" {
	local pid child

	allow "$HOME/proj"
	enter "$HOME/proj"
	curl -s -o "$T/body" -H "Authorization: $TOKEN" "$URL"
	pid=$(broker_pid)
	child=$(cat "/proc/$pid/task/$pid/children")
	kill -KILL "$pid"
	"$LIB/proc" gone "$pid"
	for pid in $child; do
		# That is not one of them.
		[ "$pid" = "$(keepers | cut -d ' ' -f 1)" ] || "$LIB/proc" gone "$pid"
	done
	rm "$SOCK"
}

@test "mairu-broker itself has help and refuses nonsense" {
	run mairu-broker --help
	assert_success
	assert_line --index 0 --partial 'usage: mairu-broker'
	run -2 mairu-broker --nope
	assert_output --partial 'usage: mairu-broker'
	run -1 mairu-broker --foreground --socket relative.sock
	assert_output --partial 'absolute'
}

# --- brokers beside each other

@test "a shell of other directories has a broker of its own, which no other meets" {
	local ours theirs

	start_broker
	ours=$(broker_pid)
	mkdir "$T/project"
	(
		export XDG_CONFIG_HOME=$T/project
		project "$HOME/p2"
		allow "$HOME/p2"
		cd "$HOME/p2" && at_prompt >/dev/null 2>&1
		run mairu status --json
		theirs=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["broker"]["pid"])' <<<"$output")
		[ "$theirs" -gt 0 ] && [ "$theirs" != "$ours" ]
		[ "$(mairu-broker --where)" != "$SOCK" ]
		assert_equal "$("$LIB/proc" peer "$(mairu-broker --where)")" "$theirs"
		# It ends, and ours does not.
		mairu kill-agent
		"$LIB/proc" gone "$theirs"
	)
	assert_equal "$(broker_pid)" "$ours"
}

@test "a broker ends when its directories are replaced, and is not found by then" {
	local pid

	start_broker
	pid=$(broker_pid)
	mv "$XDG_CONFIG_HOME/mairu" "$XDG_CONFIG_HOME/away"
	wait_until test ! -e "$SOCK"
	"$LIB/proc" gone "$pid"
	mkdir -m 0700 "$XDG_CONFIG_HOME/mairu"
	[ "$(mairu-broker --where)" != "$SOCK" ]
	grep -q 'ending: the directories' "$XDG_STATE_HOME/mairu/log/mairu-broker.log"
}

@test "a broker takes no socket whose name tells of other directories" {
	local other=$XDG_RUNTIME_DIR/mairu/broker.0123456789ab.sock

	run -1 mairu-broker --foreground --socket "$other"
	assert_output --partial 'is for a broker that reads other directories'
	[ ! -e "$other" ]
}

@test "directories that others can write have no broker, and the command that mends it" {
	chmod 0777 "$XDG_CONFIG_HOME/mairu"
	run -1 mairu list-sessions
	assert_output --regexp "others can write mairu's configuration directory.* run: chmod go-w "
	run -1 mairu-broker --foreground
	assert_output --partial "others can write mairu's configuration directory"
	chmod go-w "$XDG_CONFIG_HOME/mairu"
	run -0 mairu list-sessions
	[ "$(id -u)" = 0 ] || return 0
	chown 12345 "$XDG_STATE_HOME/mairu"
	run -1 mairu list-sessions
	assert_output --partial "mairu's state directory"
	assert_output --partial 'belongs to uid 12345'
	chown 0 "$XDG_STATE_HOME/mairu"
}
