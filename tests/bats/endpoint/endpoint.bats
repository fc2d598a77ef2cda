# The loopback endpoint that SDKs ask: who gets which answer.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line and took are set by ask
# shellcheck disable=SC2016 # text for other programs in single quotes
# shellcheck disable=SC2153 # URL and TOKEN are set by enter

load ../lib/common
load ../lib/ask

prepare() {
	a_silent_server
	project "$HOME/proj"
	allow "$HOME/proj"
	enter "$HOME/proj"
	BASE=${URL%/v1/credentials}
	PORT=${BASE##*:}
}

# answers CODE [MEMBER-CODE]: what the last answer was.
answers() {
	assert_equal "$status_line" "$1"
	[ $# -lt 2 ] || assert_equal "$(member code)" "$2"
}

# raw BYTES...: sends them as they are; the answer on standard output.
raw() {
	python3 - "$PORT" "$@" <<-'PY'
		import socket, sys

		s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
		for part in sys.argv[2:]:
		    s.sendall(part.encode("latin-1").decode("unicode_escape").encode("latin-1"))
		s.settimeout(10)
		try:
		    while True:
		        data = s.recv(65536)
		        if not data:
		            break
		        sys.stdout.write(data.decode("latin-1"))
		except OSError as e:
		    print(e)
	PY
}

@test "the right token is told that a login is required, in the form that SDKs read" {
	ask
	answers 403 LoginRequired
	assert_equal "$(member message)" 'mairu: login required. Run: mairu login contoso'
	assert_equal "$(python3 -c 'import json, sys; print(sorted(json.load(open(sys.argv[1]))))' "$T/body")" \
		"['code', 'message']"
	tr -d '\r' <"$T/header" >"$T/h"
	run cat "$T/h"
	assert_line --index 0 --regexp '^HTTP/1\.1 403'
	assert_line 'Content-Type: application/json'
	assert_line --regexp "^Content-Length: $(stat -c %s "$T/body")\$"
	refute_output --partial Transfer-Encoding
	assert_line --regexp '^Cache-Control: no-store$'
}

@test "a project has its endpoint however long its path is" {
	local n dir

	# With the longest name that a token carries, and with a longer one.
	for n in 60 100 900 1100; do
		dir=$HOME/$n
		while [ ${#dir} -lt "$n" ]; do dir+=/$(printf '%050d' 0); done
		project "$dir" && allow "$dir"
		enter "$dir"
		ask
		answers 403 LoginRequired
	done
}

@test "the answer comes well within a second" {
	within 900 ask
	answers 403 LoginRequired
}

@test "a server id with quotes is shown as a word to type" {
	a_silent_server 'it'\''s "x" $(id)'
	project "$HOME/quote" '{"server":"it'\''s \"x\" $(id)","role":"r"}'
	allow "$HOME/quote"
	enter "$HOME/quote"
	ask
	answers 403 LoginRequired
	eval "set -- $(member message | sed 's/.*mairu login //')"
	assert_equal "$1" "it's \"x\" \$(id)"
	assert_equal $# 1
}

@test "no token, a wrong one and a damaged one are 401" {
	local token

	status_line=$(curl -sS -o "$T/body" -w '%{http_code}' "$URL")
	answers 401
	for token in wrong 'Bearer wrong' "${TOKEN#Bearer }" "${TOKEN}A" \
		"${TOKEN%?}" "Basic ${TOKEN#Bearer }" "Bearer  ${TOKEN#Bearer }x" \
		"Bearer $(tr 'A-Za-z0-9' 'B-ZAb-za1-90' <<<"${TOKEN#Bearer }")" \
		'Bearer ' "$TOKEN, $TOKEN"; do
		status_line=$(curl -sS -o "$T/body" -w '%{http_code}' -H "Authorization: $token" "$URL")
		answers 401
	done
	ask -H "Authorization: $TOKEN"
	answers 401
	ask
	answers 403 LoginRequired
}

@test "a browser's Origin is 403" {
	ask -H 'Origin: http://127.0.0.1'
	answers 403
	ask -H "Origin: $BASE"
	answers 403
	ask -H 'Origin: null'
	answers 403
	refute [ "$(member code)" = LoginRequired ]
}

@test "a foreign Host is 403, ours is good with and without the port" {
	local host

	for host in example.com localhost "localhost:$PORT" "127.0.0.1:1" \
		"127.0.0.1.example.com" "127.0.0.2:$PORT" '[::1]' ''; do
		ask -H "Host: $host"
		refute [ "$status_line" = 200 ]
		refute [ "$(member code 2>/dev/null)" = LoginRequired ]
		[ -z "$host" ] || answers 403
	done
	ask -H 'Host: 127.0.0.1'
	answers 403 LoginRequired
	ask -H "Host: 127.0.0.1:$PORT"
	answers 403 LoginRequired
	run raw "GET /v1/credentials HTTP/1.1\r\nAuthorization: $TOKEN\r\nHost: 127.0.0.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"
	refute_output --partial LoginRequired
	run raw "GET /v1/credentials HTTP/1.0\r\nAuthorization: $TOKEN\r\n\r\n"
	refute_output --partial LoginRequired
}

@test "other methods are 405 and name the one that there is" {
	local method

	for method in POST PUT DELETE PATCH OPTIONS TRACE; do
		ask -X "$method"
		answers 405
		run grep -i '^allow: GET' "$T/header"
		assert_success
	done
	ask -I
	answers 405
	ask -d body
	answers 405
}

@test "other paths and queries are 404" {
	local path

	for path in / /v1 /v1/credentials/ /v1/credentialsx '/v1/credentials?x=1' \
		/v1/../v1/credentials //v1/credentials /v1/%63redentials; do
		status_line=$(curl -sS --path-as-is -o "$T/body" -w '%{http_code}' -H "Authorization: $TOKEN" "$BASE$path")
		answers 404
	done
}

@test "another user with the right token is 403" {
	need_root
	cat >"$T/curlrc" <<-RC
		silent
		header = "Authorization: $TOKEN"
		url = $URL
	RC
	run "${AS_NOBODY[@]}" curl -K - <"$T/curlrc"
	refute_output --partial LoginRequired
	assert_output --partial ForeignUser
	# The owner goes on.
	ask
	answers 403 LoginRequired
}

@test "an edit revokes at once, before any prompt" {
	ask
	answers 403 LoginRequired
	echo >>"$HOME/proj/.mairu.json"
	ask
	refute [ "$(member code)" = LoginRequired ]
	[[ $status_line = 40[13] ]]
	[[ $(member message) = mairu:* ]]
}

@test "deny revokes at once, until the very same is allowed again" {
	local old=$TOKEN

	(cd "$HOME/proj" && mairu deny)
	ask
	answers 401
	ask
	answers 401
	allow "$HOME/proj"
	ask
	answers 403 LoginRequired
	enter "$HOME/proj"
	assert_equal "$TOKEN" "$old"
}

@test "a config that is deleted or unreadable, or a trust that is gone, gives nothing" {
	mv "$HOME/proj/.mairu.json" "$T/kept"
	ask
	refute [ "$(member code)" = LoginRequired ]
	mkfifo "$HOME/proj/.mairu.json"
	ask
	refute [ "$(member code)" = LoginRequired ]
	rm "$HOME/proj/.mairu.json"
	mv "$T/kept" "$HOME/proj/.mairu.json"
	rm "$STORE"/trust.*
	ask
	refute [ "$(member code)" = LoginRequired ]
	[[ $status_line = 40[13] ]]
}

@test "two shells and two kinds of shell get the same token, another config another" {
	local one=$TOKEN

	enter "$HOME/proj"
	assert_equal "$TOKEN" "$one"
	[[ $(cd "$HOME/proj" && mairu export fish 2>/dev/null) = *"$one"* ]]
	project "$HOME/twin"
	allow "$HOME/twin"
	enter "$HOME/twin"
	refute [ "$TOKEN" = "$one" ]
	project "$HOME/proj" "$(config 123456789012/Ops)"
	allow "$HOME/proj"
	enter "$HOME/proj"
	refute [ "$TOKEN" = "$one" ]
}

@test "a change of the chain changes the token" {
	local one=$TOKEN

	project "$HOME/proj" "{\"server\":\"contoso\",\"role\":\"$ROLE\",\"assume_role\":{\"role_arn\":\"arn:aws:iam::123456789012:role/Hop\"}}"
	allow "$HOME/proj"
	enter "$HOME/proj"
	refute [ "$TOKEN" = "$one" ]
}

@test "after kill-agent nobody has the role, and a new broker has another token" {
	local old=$TOKEN

	mairu kill-agent
	ask
	answers 503 BrokerNotRunning
	enter "$HOME/proj"
	refute [ "$TOKEN" = "$old" ]
	status_line=$(curl -sS -o "$T/body" -w '%{http_code}' -H "Authorization: $old" "$URL")
	answers 401
}

@test "the endpoint listens on 127.0.0.1 alone" {
	run python3 - "$PORT" <<-'PY'
		import sys

		port = f"{int(sys.argv[1]):04X}"
		for name in "/proc/net/tcp", "/proc/net/tcp6":
		    try:
		        lines = open(name).read().splitlines()[1:]
		    except FileNotFoundError:
		        continue
		    for line in lines:
		        _, local, _, state = line.split()[:4]
		        if state == "0A" and local.endswith(":" + port):
		            print(local)
	PY
	assert_output "0100007F:$(printf %04X "$PORT")"
}

@test "one connection serves many requests" {
	run python3 - "$PORT" "$TOKEN" <<-'PY'
		import http.client, sys

		port, token = int(sys.argv[1]), sys.argv[2]
		c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
		c.connect()
		first = c.sock
		for i in range(1000):
		    c.request("GET", "/v1/credentials", headers={"Authorization": token})
		    r = c.getresponse()
		    assert r.status == 403, r.status
		    assert b"LoginRequired" in r.read()
		    assert c.sock is first, f"closed after {i}"
		print("fine")
	PY
	assert_output fine
}

@test "sixty-four connections at once are all answered" {
	run python3 - "$PORT" "$TOKEN" <<-'PY'
		import http.client, sys

		port, token = int(sys.argv[1]), sys.argv[2]
		crowd = []
		for _ in range(64):
		    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
		    c.request("GET", "/v1/credentials", headers={"Authorization": token})
		    crowd.append(c)
		for c in crowd:
		    r = c.getresponse()
		    assert r.status == 403 and b"LoginRequired" in r.read()
		print("fine")
	PY
	assert_output fine
}

@test "connections that say nothing, or half a request, do not keep others from answers" {
	run python3 - "$PORT" "$TOKEN" <<-'PY'
		import http.client, socket, sys, time

		port, token = int(sys.argv[1]), sys.argv[2]
		held = []
		for i in range(260):
		    s = socket.create_connection(("127.0.0.1", port), 10)
		    if i % 2:
		        s.sendall(b"GET /v1/cred")
		    held.append(s)


		def ask():
		    c = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
		    try:
		        c.request("GET", "/v1/credentials", headers={"Authorization": token})
		        return c.getresponse().status
		    except (OSError, http.client.HTTPException) as e:
		        return repr(e)


		# With the house full an SDK is told to try again, at once.
		began = time.monotonic()
		print("full:", ask())
		assert time.monotonic() - began < 5
		for s in held:
		    s.close()
		deadline = time.monotonic() + 15
		while ask() != 403:
		    assert time.monotonic() < deadline
		print("fine")
	PY
	assert_success
	assert_line fine
	assert_line --regexp '^full: (403|503)$'
}

@test "requests that are none, too large or damaged are refused and do no harm" {
	local junk

	for junk in '\x00\x01\x02\r\n\r\n' 'GET\r\n\r\n' \
		'GET /v1/credentials HTTP/9.9\r\n\r\n' \
		'GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n' \
		'GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999999999999\r\n\r\n' \
		"GET /$(printf 'x%.0s' {1..40000}) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" \
		"GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nX: $(printf 'x%.0s' {1..40000})\r\n\r\n" \
		"GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\n$(printf 'X: y\\r\\n%.0s' {1..3000})\r\n"; do
		run raw "$junk"
		refute_output --partial LoginRequired
	done
	# Two requests hidden in one are not one with a body.
	run raw "GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: $TOKEN\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: $TOKEN\r\n\r\n"
	refute_output --partial LoginRequired
	ask
	answers 403 LoginRequired
}

@test "a request that comes byte by byte is answered" {
	local i request="GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: $TOKEN\r\nConnection: close\r\n\r\n"
	local -a parts=()

	for ((i = 0; i < ${#request}; i++)); do
		if [ "${request:i:1}" = \\ ]; then
			parts+=("${request:i:2}")
			i=$((i + 1))
		else
			parts+=("${request:i:1}")
		fi
	done
	run raw "${parts[@]}"
	assert_output --partial LoginRequired
}

@test "a stopped helper of the broker does not hold an SDK" {
	local pid child

	need_root
	ask
	pid=$(broker_pid)
	child=$(cat "/proc/$pid/task/$pid/children")
	for pid in $child; do kill -STOP "$pid"; done
	within 900 ask
	for pid in $child; do kill -CONT "$pid" 2>/dev/null || :; done
	[[ $status_line = 503 || $(member code) = LoginRequired ]]
	# And then it finds its feet again.
	recovered() {
		ask
		[ "$(member code)" = LoginRequired ]
	}
	wait_until recovered
}
