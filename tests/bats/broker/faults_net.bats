# Servers that can't be reached, or whom nobody should trust, and what goes
# wrong on this machine: what is said, that nothing is exported, and that the
# next try works.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line and took are set by ask
# shellcheck disable=SC2153 # URL and TOKEN are set by enter

load ../lib/common
load ../lib/ask
load ../lib/faults


prepare() {
	mkdir -p "$XDG_CONFIG_HOME/mairu/servers.d"
	FILE=$XDG_CONFIG_HOME/mairu/servers.d/contoso.json
	project "$HOME/proj"
	allow "$HOME/proj"
}

plain_server() {
	start_server --login auto "$@"
	a_server contoso
	HOST=$(server_root)
	HOST=${HOST#*://}
}

# A browser that trusts everybody and takes fake.test for this machine.
visit() {
	curl -sSLk -m 20 -b '' --noproxy '*' ${PORT:+--resolve "fake.test:$PORT:127.0.0.1"} "$1"
}

# login_ends STATUS [MESSAGE]
login_ends() {
	local status=0

	begin
	visit "$(login_url)" >"$T/page"
	wait "$LOGIN" || status=$?
	assert_equal "$status: $(tail -1 "$T/login")" "$1: ${2-$(tail -1 "$T/login")}"
	[ "$1" = 0 ] || grep -q '<code>mairu login contoso</code>' "$T/page"
}

# Once a second the broker looks whether a server's file was changed.
logs_in() {
	begin
	visit "$(login_url)" >"$T/page"
	wait "$LOGIN"
}

# role_ends STATUS MESSAGE: in a terminal, and to an SDK.
role_ends() {
	run -"$1" mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	unhurried
	assert_output "mairu: $2"
	run --separate-stderr -"$1" mairu credential-process --no-cache contoso "$ROLE"
	unhurried
	assert_output ''
	ask
	assert_equal "$status_line $(member message)" "503 mairu: $2"
}

no_session() {
	run mairu list-sessions
	assert_output 'mairu: no sessions. Run: mairu login'
}

no_secret() {
	run grep -rla CANARY "$T"
	assert_output ''
}

# token_at URL: where tokens are got from now on; without URL the right place.
token_at() {
	python3 - "$FILE" "${1:-}" <<-'PY'
		import json, sys
		s = json.load(open(sys.argv[1]))
		s["oauth"].pop("token_endpoint", None)
		if sys.argv[2]:
		    s["oauth"]["token_endpoint"] = sys.argv[2]
		open(sys.argv[1] + ".new", "w").write(json.dumps(s))
	PY
	chmod 600 "$FILE.new"
	mv "$FILE.new" "$FILE"
}

# --- the network

@test "a server that is down is named, and logged in to when it is back" {
	plain_server
	token_at http://127.0.0.1:9/token
	login_ends 1 "mairu: 127.0.0.1:9 can't be reached (Connection refused). Check the network, or the url in servers.d. $AGAIN"
	no_session
	token_at
	wait_until logs_in
	stop_servers
	enter "$HOME/proj"
	role_ends 1 "$HOST can't be reached (Connection refused). Check the network, or the url in servers.d"
	# Back, with another memory.
	start_server --login auto --port "${HOST##*:}"
	run -4 mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	assert_output "mairu: contoso does not accept the login any more. Run: mairu login contoso"
	login_ends 0
	runs
	ask
	assert_equal "$status_line" 200
	rm "$T/body"
	no_secret
}

@test "a name that no name server knows is said" {
	plain_server
	token_at https://nowhere.invalid/token
	login_ends 1
	run tail -1 "$T/login"
	assert_output --regexp "(the name nowhere.invalid is not known; check|no address of nowhere.invalid was found within [0-9]+ s. Check) the network.*\. $AGAIN\$"
	token_at
	wait_until logs_in
}

# --- TLS

@test "a certificate that nobody knows says how to add a CA, and then is known" {
	certificate
	plain_server --tls "$T/certificate.pem" "$T/certificate.key"
	unknown="the certificate of $HOST is not signed by a CA that this machine knows. If it is your company's own, run: mairu config set ca_bundle FILE"
	login_ends 1 "mairu: $unknown. $AGAIN"
	assert_equal "$(asked token)" 0
	run cat "$T/page"
	assert_output --partial 'mairu config set ca_bundle FILE.</p>'
	no_session
	mairu config set ca_bundle "$T/certificate.pem"
	login_ends 0
	runs
	mairu config unset ca_bundle
	mairu logout contoso
	mairu config set ca_bundle "$T/certificate.pem"
	login_ends 0
	mairu config unset ca_bundle
	enter "$HOME/proj"
	role_ends 1 "$unknown"
	# One that is not its CA either says which was looked in.
	certificate other
	mairu config set ca_bundle "$T/other.pem"
	role_ends 1 "the certificate of $HOST is not signed by a CA of $T/other.pem. See: mairu config get ca_bundle"
	mairu config set ca_bundle "$T/certificate.pem"
	runs
	no_secret
}

@test "a certificate of another name gets no token and no code" {
	certificate
	plain_server --name localhost --tls "$T/certificate.pem" "$T/certificate.key"
	mairu config set ca_bundle "$T/certificate.pem"
	login_ends 1 "mairu: the certificate of $HOST is one of another name. Check the network (a login page in between?), and the url. $AGAIN"
	assert_equal "$(asked token)" 0
	no_session
	# The fake answers to one name alone; the connection stands.
	token_at "https://127.0.0.1:${HOST##*:}/oauth/token"
	got_there() {
		! logs_in && grep -q 'contoso refuses this login (HTTP 421)' "$T/login"
	}
	wait_until got_there
}

# --- proxies

# name_certificate: $T/fake.pem and $T/fake.key, for fake.test.
name_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 2 -subj /CN=fake -addext subjectAltName=DNS:fake.test \
		-keyout "$T/fake.key" -out "$T/fake.pem" 2>"$T/openssl"
}

# behind_proxy: fake.test, which only a proxy leads to.
behind_proxy() {
	name_certificate
	start_server --login auto --name fake.test --write-to "$FILE" \
		--tls "$T/fake.pem" "$T/fake.key"
	HOST=${SERVER#https://}
	HOST=${HOST%/}
	PORT=${HOST##*:}
	: >"$T/proxy-ready"
	echo "$PORT" >"$T/mode"
	"$LIB/proxy" "$T/mode" >"$T/proxy-ready" 3>&- &
	SERVERS+=($!)
	wait_until test -s "$T/proxy-ready"
	PROXY=127.0.0.1:$(head -1 "$T/proxy-ready")
	mairu config set ca_bundle "$T/fake.pem"
	mairu config set proxy "http://$PROXY"
}

@test "a proxy that refuses, or is none, is told from the server, in a login" {
	behind_proxy
	echo 403 >"$T/mode"
	login_ends 1 "mairu: the proxy $PROXY refuses to connect to $HOST (status 403). See: mairu config get proxy. $AGAIN"
	echo 407 >"$T/mode"
	login_ends 1 "mairu: the proxy $PROXY wants a user name and password, or refuses those it got. See: mairu config get proxy. $AGAIN"
	echo garbage >"$T/mode"
	login_ends 1
	run tail -1 "$T/login"
	assert_output --partial "the proxy $PROXY "
	echo close >"$T/mode"
	login_ends 1 "mairu: the proxy $PROXY closed the connection without an answer. See: mairu config get proxy. $AGAIN"
	mairu config set proxy http://127.0.0.1:9
	login_ends 1 "mairu: the proxy 127.0.0.1:9 can't be reached (Connection refused). See: mairu config get proxy. $AGAIN"
	no_session
	assert_equal "$(asked token)" 0
	echo "$PORT" >"$T/mode"
	mairu config set proxy "http://$PROXY"
	login_ends 0
	runs
	no_secret
}

@test "a proxy that refuses, or is none, is told from the server, of a role" {
	behind_proxy
	login_ends 0
	echo 403 >"$T/mode"
	enter "$HOME/proj"
	role_ends 1 "the proxy $PROXY refuses to connect to $HOST (status 403). See: mairu config get proxy"
	echo 407 >"$T/mode"
	role_ends 1 "the proxy $PROXY wants a user name and password, or refuses those it got. See: mairu config get proxy"
	mairu config set proxy http://127.0.0.1:9
	role_ends 1 "the proxy 127.0.0.1:9 can't be reached (Connection refused). See: mairu config get proxy"
	mairu config set proxy "http://$PROXY"
	# Somebody else behind the same name.
	certificate
	first=$JOURNAL
	start_server --tls "$T/certificate.pem" "$T/certificate.key"
	cat "$T/fake.pem" "$T/certificate.pem" >"$T/both.pem"
	mairu config set ca_bundle "$T/both.pem"
	other=${SERVER##*:}
	echo "${other%/}" >"$T/mode"
	role_ends 1 "the certificate of $HOST is one of another name. Check the network (a login page in between?), and the url"
	assert_equal "$(asked assume-role)" 0
	JOURNAL=$first
	assert_equal "$(asked assume-role)" 0
	echo "$PORT" >"$T/mode"
	runs
	no_secret
}

@test "without its proxy the name of a server is not known, and a proxy's may not be either" {
	behind_proxy
	login_ends 0
	mairu config unset proxy
	run -1 mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	assert_output --regexp "mairu: (the name $HOST is not known; check|no address of $HOST was found within [0-9]+ s. Check) the network"
	mairu config set proxy http://nowhere.invalid:3128
	run -1 mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	assert_output --regexp "mairu: (the proxy nowhere.invalid:3128 is not known. See: mairu config get proxy|no address of the proxy nowhere.invalid:3128 was found)"
	mairu config set proxy "http://$PROXY"
	runs
}

# --- this machine

@test "a port that is taken is named, and another one does" {
	plain_server
	MAIRU_LOCAL_PORT=${HOST##*:} run -1 mairu login --no-browser contoso
	assert_output --partial "port ${HOST##*:} of this machine, where the browser comes back after the login to contoso, is taken by another program."
	assert_output --partial 'MAIRU_LOCAL_PORT=PORT before the command, or local_port in'
	refute_output --partial /auth/
	login_ends 0
}

@test "at a terminal without a browser the address is there to open" {
	plain_server
	mkdir "$T/few"
	rc bash 'true'
	session -e DISPLAY=:0 -e TOOLBOX_PATH=x bash <<-SCRIPT
		%as login
		%type PATH=$T/few $MAIRU_BUILD/mairu login contoso
		%wait open that address yourself
		%key C-c
		%prompt
	SCRIPT
	run out login
	assert_line --regexp '^mairu: log in to contoso in your browser: http://127.0.0.1:[0-9]+/auth/'
	assert_line --regexp '^mairu: nothing here can open a browser \([a-z-]+ was not found\); open that address yourself'
	no_session
	login_ends 0
}

@test "a broker that is killed during a login is told, and the next one begins anew" {
	local status=0

	plain_server
	begin
	old=$(login_url)
	pid=$(broker_pid)
	kill -KILL "$pid"
	wait "$LOGIN" || status=$?
	assert_equal "$status" 1
	assert_equal "$(tail -1 "$T/login")" 'mairu: the broker ended before the login did. Run: mairu login contoso'
	run curl -sS -m 5 "$old"
	assert_failure
	login_ends 0
	[ "$(login_url)" != "$old" ]
	[ "$(broker_pid)" != "$pid" ]
	runs
}

held() { [[ $(control '{}') == *'"holding": 1'* ]]; }

@test "a broker that is killed while exec waits is told, and nothing runs" {
	local status=0 waits

	plain_server
	for waits in '' 'waiting for the credentials'; do
		login_ends 0
		control '{"clear": true, "fault": {"at": "assume-role", "do": "hold"}}' >/dev/null
		mairu exec --no-login --server contoso "$ROLE" echo ran >"$T/exec" 2>&1 3>&- &
		exec=$!
		wait_until held
		[ -z "$waits" ] || wait_until grep -q "$waits" "$T/exec"
		kill -KILL "$(broker_pid)"
		status=0
		wait "$exec" || status=$?
		assert_equal "$status" 1
		run tail -1 "$T/exec"
		assert_output "mairu: the broker ended before it returned the credentials of contoso $ROLE. Try again"
		run grep -c '^ran' "$T/exec"
		assert_output 0
		# The logins were in its memory.
		run -4 mairu exec --no-login --server contoso "$ROLE" echo ran
		assert_output --partial 'Run: mairu login contoso'
		control '{"clear": true, "release": true}' >/dev/null
	done
	login_ends 0
	runs
}

@test "a broker that is killed amid an SDK's request leaves no half of an answer" {
	local status=0

	plain_server
	login_ends 0
	control '{"fault": {"at": "assume-role", "do": "hold"}}' >/dev/null
	enter "$HOME/proj"
	curl -sS -m 10 -o "$T/body" -H 'User-Agent: aws-sdk-go' \
		-H "Authorization: $TOKEN" "$URL" 2>"$T/curl" 3>&- &
	sdk=$!
	wait_until held
	kill -KILL "$(broker_pid)"
	wait "$sdk" || status=$?
	[ "$status" != 0 ]
	[ ! -s "$T/body" ]
	control '{"clear": true, "release": true}' >/dev/null
	login_ends 0
	old=$URL
	enter "$HOME/proj"
	# The port is the same, and so is the token (see keeper.bats).
	assert_equal "$URL" "$old"
	ask
	assert_equal "$status_line" 200
}
