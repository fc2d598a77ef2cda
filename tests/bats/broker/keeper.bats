# The keeper: the port and the tokens of a broker outlive it.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line is set by ask
# shellcheck disable=SC2153 # URL and TOKEN are set by enter
# shellcheck disable=SC2016 # text for other programs in single quotes

load ../lib/common
load ../lib/ask

# Ours goes before it.
eval "common_$(declare -f teardown)"

prepare() {
	plain_memory
	a_silent_server
	project "$HOME/proj"
	allow "$HOME/proj"
	enter "$HOME/proj"
	PORT=${URL#http://127.0.0.1:}
	PORT=${PORT%%/*}
}

# The status of an answer, and its code.
answers() {
	ask
	assert_equal "$status_line" "$1"
	assert_equal "$(member code)" "$2"
}

keeper_pid() {
	keepers | cut -d ' ' -f 1
}

# crash: the broker ends without a word.
crash() {
	local pid

	pid=$(broker_pid)
	kill -KILL "$pid"
	"$LIB/proc" gone "$pid"
}

# Any command that needs a broker starts one.
start_another() {
	(cd "$HOME/proj" && mairu export bash >/dev/null 2>&1)
}

# One that does not ask for what this test is about.
start_elsewhere() {
	project "$HOME/other" '{"server":"contoso","role":"other"}'
	allow "$HOME/other"
	(cd "$HOME/other" && mairu export bash >/dev/null 2>&1)
}

# No broker cleans up behind one that crashed.
teardown() {
	[ -n "$(broker_pid 2>/dev/null)" ] || rm -f "$SOCK"
	common_teardown
}

# as_other COMMAND...: as another user than this test's.
as_other() {
	setpriv --reuid 65533 --regid 65533 --clear-groups "$@"
}

bind_port='
import socket, sys
for reuse in 0, 1:
    for address in "127.0.0.1", "0.0.0.0":
        with socket.socket() as s:
            if reuse:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            try:
                s.bind((address, int(sys.argv[1])))
                s.listen()
            except OSError as e:
                print(e.strerror)
            else:
                print("bound")'

# may_not_bind: another user gets the port in no way.
may_not_bind() {
	run as_other python3 -c "$bind_port" "$PORT"
	assert_success
	assert_equal "$(sort -u <<<"$output")" 'Address already in use'
}

@test "a broker that is killed leaves its port to nobody, and who asks is told to wait" {
	need_root
	crash
	may_not_bind
	within 500 ask
	answers 503 BrokerNotRunning
	assert_regex "$(member message)" '^mairu: .*Run: cd \.'
	tr -d '\r' <"$T/header" >"$T/h"
	run cat "$T/h"
	assert_line 'Retry-After: 1'
	assert_line 'Content-Type: application/json'
	assert_line 'Connection: close'
	assert_line "Content-Length: $(stat -c %s "$T/body")"
	may_not_bind
}

@test "the next broker has the same port, and knows a token that it has not given" {
	local url=$URL token=$TOKEN

	crash
	# Nobody has asked it for this project's grant.
	start_elsewhere
	answers 403 LoginRequired
	enter "$HOME/other"
	assert_equal "$URL" "$url"
	refute [ "$TOKEN" = "$token" ]
	enter "$HOME/proj"
	assert_equal "$TOKEN" "$token"
}

@test "a config's path may be long: its token is known again up to 1000 bytes" {
	local dir=$HOME name old

	for name in {1..4}; do dir=$dir/$(printf 'd%.0s' {1..230}); done
	project "$dir"
	allow "$dir"
	enter "$dir"
	answers 403 LoginRequired
	crash
	start_elsewhere
	answers 403 LoginRequired
	dir=$dir/$(printf 'd%.0s' {1..230})
	project "$dir"
	allow "$dir"
	enter "$dir"
	old=$TOKEN
	answers 403 LoginRequired
	crash
	start_elsewhere
	answers 401 InvalidToken
	# As soon as a shell asks for it, it is there.
	enter "$dir"
	assert_equal "$TOKEN" "$old"
	answers 403 LoginRequired
}

@test "so it is after the broker was told to end" {
	local pid

	pid=$(broker_pid)
	kill -TERM "$pid"
	"$LIB/proc" gone "$pid"
	answers 503 BrokerNotRunning
	start_another
	answers 403 LoginRequired
}

@test "credential-process goes on with the token that its shell had" {
	crash
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=$URL
	export AWS_CONTAINER_AUTHORIZATION_TOKEN=$TOKEN
	export MAIRU_ACTIVE_SERVER=contoso MAIRU_ACTIVE_ROLE=$ROLE
	export MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json
	run --separate-stderr mairu credential-process auto
	assert_failure
	assert_regex "$stderr" 'login required'
}

@test "an edit while there is no broker revokes the token" {
	crash
	config 'other' >"$HOME/proj/.mairu.json"
	start_elsewhere
	answers 401 InvalidToken
	# Other bytes are another token, allowed or not.
	allow "$HOME/proj"
	answers 401 InvalidToken
}

@test "a denial while there is no broker revokes the token" {
	crash
	(cd "$HOME/proj" && mairu deny)
	start_elsewhere
	answers 401 InvalidToken
}

@test "kill-agent keeps the port, and no token" {
	mairu kill-agent
	answers 503 BrokerNotRunning
	start_another
	answers 401 InvalidToken
	enter "$HOME/proj"
	assert_equal "$URL" "http://127.0.0.1:$PORT/v1/credentials"
	answers 403 LoginRequired
}

@test "kill-agent of a broker that has died keeps no token either" {
	crash
	mairu kill-agent
	start_another
	answers 401 InvalidToken
}

@test "kill-agent of a broker that does not answer keeps no token either" {
	kill -STOP "$(broker_pid)"
	mairu kill-agent
	start_another
	answers 401 InvalidToken
}

@test "a logout is one of the tokens that were given, for the next broker too" {
	local old=$TOKEN

	mairu logout contoso
	answers 401 InvalidToken
	enter "$HOME/proj"
	refute [ "$TOKEN" = "$old" ]
	answers 403 LoginRequired
	crash
	start_another
	answers 403 LoginRequired
	TOKEN=$old
	answers 401 InvalidToken
}

@test "an upgrade: a broker of another place takes over" {
	local pid keeper

	keeper=$(keeper_pid)
	mkdir -p "$T/new"
	cp "$MAIRU_BUILD"/mairu{,-broker,-keeper} "$T/new"
	pid=$(broker_pid)
	kill -TERM "$pid"
	"$LIB/proc" gone "$pid"
	(cd "$HOME/proj" && "$T/new/mairu" export bash >/dev/null 2>&1)
	assert_equal "$(readlink "/proc/$(broker_pid)/exe")" "$T/new/mairu-broker"
	answers 403 LoginRequired
	assert_equal "$(keeper_pid)" "$keeper"
}

@test "brokers that start at once have one keeper, and one of them holds the port" {
	local i
	local -a pids=()

	crash
	for i in {1..20}; do
		start_another 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || :; done
	assert_equal "$(keepers | wc -l)" 1
	answers 403 LoginRequired
	mairu kill-agent --keeper
	pids=()
	for i in {1..20}; do
		start_another 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || :; done
	wait_until test -n "$(keepers)"
	assert_equal "$(keepers | wc -l)" 1
}

@test "a keeper that is killed is replaced, and the port stays" {
	local old

	old=$(keeper_pid)
	kill -KILL "$old"
	another_keeper() {
		[ -n "$(keeper_pid)" ] && [ "$(keeper_pid)" != "$old" ]
	}
	wait_until another_keeper
	answers 403 LoginRequired
	crash
	answers 503 BrokerNotRunning
	start_another
	answers 403 LoginRequired
}

@test "a keeper that dies again and again is a problem in status, and nothing more" {
	local i pid

	for i in 1 2; do
		wait_until test -n "$(keeper_pid)"
		pid=$(keeper_pid)
		kill -KILL "$pid"
		"$LIB/proc" gone "$pid"
		[ "$i" = 2 ] || wait_until keeper_pid_is_another "$pid"
	done
	status_tells() {
		mairu status | grep -q 'mairu-keeper ended twice'
	}
	wait_until status_tells
	answers 403 LoginRequired
}

keeper_pid_is_another() {
	[ -n "$(keeper_pid)" ] && [ "$(keeper_pid)" != "$1" ]
}

@test "without a keeper everything goes on, and status says so" {
	mkdir -p "$T/alone"
	cp "$MAIRU_BUILD"/mairu{,-broker} "$T/alone"
	mairu kill-agent --keeper
	PATH=$T/alone:$PATH
	enter "$HOME/proj"
	answers 403 LoginRequired
	run mairu status
	assert_output --partial 'there is no program at'
	assert_output --partial 'mairu-keeper'
	assert_equal "$(keepers)" ''
}

@test "a keeper that others could have put there is not run" {
	need_root
	mkdir -p "$T/open"
	cp "$MAIRU_BUILD"/mairu{,-broker,-keeper} "$T/open"
	chmod 0777 "$T/open/mairu-keeper"
	mairu kill-agent --keeper
	PATH=$T/open:$PATH
	enter "$HOME/proj"
	answers 403 LoginRequired
	assert_equal "$(keepers)" ''
	run mairu status
	assert_output --partial 'is not run, since others than you could have put it there'
}

@test "a runtime directory that was removed and made again: port and token stay" {
	local keeper

	keeper=$(keeper_pid)
	rm -rf "$XDG_RUNTIME_DIR"
	answers_503() {
		ask
		[ "$status_line" = 503 ]
	}
	wait_until answers_503
	answers 503 BrokerNotRunning
	mkdir -m 0700 "$XDG_RUNTIME_DIR"
	start_another
	answers 403 LoginRequired
	assert_equal "$(keeper_pid)" "$keeper"
	# It is found at its path again.
	[ -S "$(keepers | cut -d ' ' -f 2)" ]
}

# Another user's program at the name of our keeper, which claims to keep what we
# look for.
squat='
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.setgid(65533); os.setuid(65533)
l = socket.create_server(("127.0.0.1", 0))
s.bind("\0" + sys.argv[2][1:]); s.listen()
print("ready", flush=True)
while True:
    c, _ = s.accept()
    with open(sys.argv[1], "a") as f: f.write("asked\n")
    if c.recv(4096):
        socket.send_fds(c, [bytes([1, 129, 1, 0]) + b"\0" * 36], [l.fileno()])
'

@test "another user who sits at the keeper's name is told by his uid" {
	local name lost

	need_root
	name=$(keeper_name)
	mairu kill-agent --keeper
	install -m 0666 /dev/null "$T/squatted"
	chmod 0755 "$T"
	python3 -c "$squat" "$T/squatted" "$name" >"$T/ready" 3>&- &
	PEERS+=($!)
	wait_until test -s "$T/ready"
	enter "$HOME/proj"
	answers 403 LoginRequired
	assert_equal "$(keepers | wc -l)" 1
	# Where there is nothing but that name, nothing is taken from him.
	lost=$(keeper_pid)
	crash
	rm -rf "$XDG_RUNTIME_DIR"
	mkdir -m 0700 "$XDG_RUNTIME_DIR"
	enter "$HOME/proj"
	answers 403 LoginRequired
	test -s "$T/squatted"
	refute [ "$URL" = "http://127.0.0.1:$PORT/v1/credentials" ]
	# That of before can't be found by anybody.
	kill -KILL "$lost"
}

# The name of this test's keeper: that which its socket's inode has.
keeper_name() {
	python3 - "$(keeper_pid)" <<-'PY'
		import os, sys

		fds = f"/proc/{sys.argv[1]}/fd"
		ours = {os.readlink(f"{fds}/{n}") for n in os.listdir(fds)}
		for line in open("/proc/net/unix"):
		    f = line.split()
		    if f[-1].startswith("@mairu-keeper.") and f"socket:[{f[6]}]" in ours:
		        print(f[-1])
	PY
}

@test "the keeper is confined, undumpable and small" {
	local pid

	need_root
	pid=$(keeper_pid)
	run cat "/proc/$pid/status"
	assert_line --regexp '^NoNewPrivs:.*1$'
	if ! grep -aq __asan_init "$MAIRU_BUILD/mairu-keeper"; then
		assert_line --regexp '^Seccomp:.*2$'
		within_kb() { awk -v max="$1" '/^VmRSS/ { exit !($2 < max) }' "/proc/$pid/status"; }
		within_kb 1024
	fi
	run grep 'Max core file size' "/proc/$pid/limits"
	assert_output --regexp '^Max core file size +0 +0 '
	assert_equal "$(tr '\0' '\n' <"/proc/$pid/environ")" ''
	assert_equal "$(readlink "/proc/$pid/cwd")" /
	assert_equal "$(stat -c %U "/proc/$pid/maps")" root
	for fd in 0 1 2; do
		assert_equal "$(readlink "/proc/$pid/fd/$fd")" /dev/null
	done
	# Nothing is open but what it keeps, where it is found, and /proc.
	run bash -c "readlink /proc/$pid/fd/* | sed 's/[0-9][0-9]*/N/g' | sort -u"
	assert_output "$(printf '%s\n' /dev/null /proc 'anon_inode:[pidfd]' 'socket:[N]')"
}

@test "the keeper remembers nothing of what programs send" {
	local text

	need_root
	crash
	for _ in 1 2 3; do answers 503 BrokerNotRunning; done
	run "$LIB/memory" "$(keeper_pid)" BrokerNotRunning
	assert_success
	for text in "${TOKEN#Bearer }" "${TOKEN:7:20}" "${TOKEN: -20}" Authorization; do
		run "$LIB/memory" "$(keeper_pid)" "$text"
		assert_failure 1
	done
}

@test "the keeper ends when its user has no other process" {
	local pid

	need_root
	mairu kill-agent --keeper
	chown -R 65532:65532 "$T"
	(cd "$HOME/proj" && setpriv --reuid 65532 --regid 65532 --clear-groups \
		"$MAIRU_BUILD/mairu" export bash >/dev/null 2>&1)
	wait_until test -n "$(keepers)"
	pid=$(keeper_pid)
	assert_equal "$(stat -c %u "/proc/$pid")" 65532
	chown -R 0:0 "$T"
	kill -KILL "$("$LIB/proc" brokers "$T")"
	"$LIB/proc" gone "$pid"
	rm -rf "${SOCK:?}" "${SOCK%.sock}.keep"
}

@test "a flood of connections does not keep the keeper from answering" {
	crash
	python3 - "$PORT" <<-'PY' &
		import resource, socket, sys, time

		# As many as come and go, most of which say nothing.
		end = time.monotonic() + 3
		held, n = [], 0
		while time.monotonic() < end:
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
		    n += 1
		    if n % 3 == 0:
		        s.send(b"GET / HTTP/1.1\r\n")
		    held.append(s)
		    if len(held) > 400:
		        held.pop(0).close()
	PY
	PEERS+=($!)
	for _ in {1..20}; do answers 503 BrokerNotRunning; done
}

@test "a keeper that may have few descriptors answers all the same" {
	mairu kill-agent --keeper
	(
		ulimit -n 200
		cd "$HOME/proj" && mairu export bash >/dev/null 2>&1
	)
	enter "$HOME/proj"
	PORT=${URL#http://127.0.0.1:}
	PORT=${PORT%%/*}
	crash
	answers 503 BrokerNotRunning
	python3 - "$PORT" <<-'PY' &
		import select, socket, sys

		held = []
		for _ in range(500):
		    held.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10))
		select.select([], [], [], 60)
	PY
	PEERS+=($!)
	for _ in {1..20}; do answers 503 BrokerNotRunning; done
	start_another
	answers 403 LoginRequired
}

@test "what is no message ends nothing" {
	local path

	crash
	path=$(keepers | cut -d ' ' -f 2)
	python3 - "$path" <<-'PY'
		import array, os, random, socket, struct, sys

		def connect():
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.settimeout(5)
		    s.connect(sys.argv[1])
		    return s

		def msg(kind, key=b"\0" * 32, version=1):
		    return struct.pack("=BBBBI", version, kind, 0, 0, 0) + key

		random.seed(1)
		for i in range(300):
		    s = connect()
		    data = random.randbytes(random.randrange(1, 200))
		    if len(data) >= 40 and data[1] in (2, 3, 4):
		        continue
		    r, w = os.pipe()
		    socket.send_fds(s, [data], [r] * random.randrange(0, 9))
		    os.close(r), os.close(w)
		    assert s.recv(100)[1] in (130, 131)
		# Nor are descriptors kept that come with no byte.
		for i in range(20):
		    s = connect()
		    r, w = os.pipe()
		    socket.send_fds(s, [b""], [r] * 3)
		    os.close(r), os.close(w)
		    assert s.recv(100) == b""
		# A newer one says more, and is understood as far as it goes.
		s = connect()
		s.send(msg(77, version=9) + b"more")
		assert s.recv(100)[:2] == b"\x01\x83"
		# A key is set by nobody while somebody holds, nor is anything given
		# twice.
		a, b = connect(), connect()
		a.send(msg(2))
		data, fds, _, _ = socket.recv_fds(a, 100, 4)
		assert data[1] == 129 and len(fds) == 1, data
		for kind in 1, 2, 3:
		    b.send(msg(kind))
		    assert b.recv(100)[1] == 130
		    b.close()
		    b = connect()
	PY
	start_another
	answers 403 LoginRequired
	# Descriptors that came along are not kept.
	assert [ "$(find "/proc/$(keeper_pid)/fd" -mindepth 1 | wc -l)" -lt 14 ]
}

@test "boto3 goes on by itself when there is a broker again" {
	: >"$T/empty"
	start_server
	a_server fabrikam
	log_in fabrikam
	project "$HOME/live" "{\"server\":\"fabrikam\",\"role\":\"$ROLE\"}"
	allow "$HOME/live"
	enter "$HOME/live"
	mkfifo "$T/go"
	env -i PATH="$BASE_PATH" HOME="$HOME" AWS_REGION=eu-west-1 \
		AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$T/empty" \
		AWS_SHARED_CREDENTIALS_FILE="$T/empty" \
		AWS_CONTAINER_CREDENTIALS_FULL_URI="$URL" \
		AWS_CONTAINER_AUTHORIZATION_TOKEN="$TOKEN" \
		/usr/bin/python3 - "$T/go" >"$T/boto" 2>&1 3>&- <<-'PY' &
			import datetime, sys
			import boto3

			c = boto3.Session().get_credentials()
			print(c.get_frozen_credentials().access_key[:4], flush=True)
			for line in open(sys.argv[1]):
			    # What is held has as good as expired.
			    c._expiry_time = datetime.datetime.now(datetime.timezone.utc)
			    try:
			        print(c.get_frozen_credentials().access_key[:4], flush=True)
			    except Exception as e:
			        print("no", type(e).__name__, flush=True)
		PY
	PEERS+=($!)
	exec 7<>"$T/go"
	lines() { [ "$(wc -l <"$T/boto")" = "$1" ]; }
	wait_until lines 1
	crash
	echo 1 >&7
	wait_until lines 2
	log_in fabrikam
	echo 2 >&7
	wait_until lines 3
	exec 7>&-
	run cat "$T/boto"
	assert_line --index 0 ASIA
	assert_line --index 1 --partial 'no '
	assert_line --index 2 ASIA
}
