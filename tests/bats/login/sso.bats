# IAM Identity Center from login to logout, against a fake that is as strict as
# AWS's: both ways to log in, the clients that are registered for them, and
# credentials in a real SDK.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line and took are set by ask
# shellcheck disable=SC2016 # text for other programs in single quotes

load ../lib/common
load ../lib/ask
load ../lib/sso

DEV=ASIAFAKEDEV

prepare() {
	export BROWSER=browse TZ=UTC
	start_sso_server --accounts 3 --roles 3
	an_sso_server
	project "$HOME/proj"
	allow "$HOME/proj"
}

# sdk SCRIPT: runs it with boto3 and the endpoint's environment alone.
sdk() {
	env -i PATH="$BASE_PATH" HOME="$HOME" LANG=C.UTF-8 \
		AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null \
		AWS_SHARED_CREDENTIALS_FILE=/dev/null \
		AWS_CONTAINER_CREDENTIALS_FULL_URI="$URL" \
		AWS_CONTAINER_AUTHORIZATION_TOKEN="$TOKEN" \
		"$PY" -c "$1" "$SERVER"
}

has_session() {
	mairu list-sessions --json | "$PY" -c 'import json, sys
sys.exit(not any(s["id"] == "contoso" and not s["expired"] for s in json.load(sys.stdin)))'
}

# ends STATUS PID: so it ends.
ends() {
	local status=0

	wait "$2" || status=$?
	assert_equal "$status" "$1"
}

@test "a login with a code gives boto3 credentials of the project's role" {
	enter "$HOME/proj"
	ask
	assert_equal "$status_line $(member code)" '403 LoginRequired'
	log_in_code
	run cat "$T/login"
	assert_line --regexp '^mairu: logged in to contoso until '
	run cat "$T/page"
	assert_output --partial 'Logged in to contoso'
	gives "$DEV"
	run sdk 'import boto3, sys
sts = boto3.client("sts", "eu-west-1", endpoint_url=sys.argv[1] + "sts/")
who = sts.get_caller_identity()
print(who["Arn"])'
	assert_success
	assert_output "arn:aws:sts::123456789012:assumed-role/Dev/fake"
	refused_none
	# Nobody logs in twice.
	run mairu login contoso
	assert_success
	assert_output --partial 'already logged in to contoso'
	assert_equal "$(asked authorize)" 1
}

@test "an expiration in milliseconds becomes one in seconds, without a fraction" {
	log_in_code
	enter "$HOME/proj"
	gives "$DEV"
	given=$(recorded 'at("credentials")[0]["expiration"]')
	assert_equal "$(member Expiration)" \
		"$(date -u -d "@$((given / 1000))" +%Y-%m-%dT%H:%M:%SZ)"
	run sdk 'import botocore.session
c = botocore.session.Session().get_credentials()
c.get_frozen_credentials()
print(int(c._expiry_time.timestamp()))'
	assert_output "$((given / 1000))"
	run mairu credential-process contoso 123456789012/Dev
	assert_success
	assert_output --partial "\"Expiration\":\"$(member Expiration)\""
}

@test "a login with a device waits for its approval, a second between questions" {
	begin_device
	run cat "$T/login"
	assert_line --partial "${SERVER}device"
	assert_line --regexp '^ +[B-Z]{4}-[B-Z]{4}$'
	asked_thrice() { [ "$(asked token)" -ge 3 ]; }
	wait_until asked_thrice
	follow "$(device_url)" >"$T/page"
	wait "$LOGIN_PID"
	run cat "$T/login"
	assert_line --regexp '^mairu: logged in to contoso until '
	assert_equal "$(recorded '{q["refused"] for q in at("token") if "refused" in q}')" \
		"{'AuthorizationPendingException: undecided'}"
	enter "$HOME/proj"
	gives "$DEV"
}

@test "told to slow down, it waits five seconds more, and gets there" {
	fails token SlowDownException '"times": 1'
	begin_device
	follow "$(device_url)" >"$T/page"
	wait "$LOGIN_PID"
	gap=$(recorded 'at("token")[1]["time"] - at("token")[0]["time"]')
	"$PY" -c "assert 5.9 < $gap < 9, $gap"
	assert_equal "$(recorded 'at("token")[-1]["status"]')" 200
}

@test "a device that is refused ends the login" {
	begin_device
	control '{"deny": true}' >/dev/null
	ends 5 "$LOGIN_PID"
	run cat "$T/login"
	assert_line --regexp '^mairu: contoso .*refuse'
}

@test "a browser that is refused ends the login" {
	control '{"fault": "callback:denied"}' >/dev/null
	: >"$T/login"
	mairu login --oauth-grant-type code contoso >"$T/login" 2>&1 3>&- &
	pid=$!
	wait_until grep -q /auth/ "$T/login"
	run follow "$(login_url)"
	ends 5 "$pid"
	assert_equal "$(asked token)" 0
}

@test "the URL for the browser is the one that AWS understands" {
	log_in_code
	# The fake has checked the rest; this is what only a browser shows.
	: >"$T/login"
	mairu login --force --oauth-grant-type code contoso >"$T/login" 2>&1 3>&- &
	pid=$!
	wait_until grep -q /auth/ "$T/login"
	run follow --stop-at /authorize "$(login_url)"
	assert_success
	assert_output --regexp "^${SERVER}authorize\?response_type=code&"
	assert_output --partial '&scopes=sso%3Aaccount%3Aaccess'
	assert_output --regexp '&redirect_uri=http%3A%2F%2F127\.0\.0\.1%3A[0-9]+%2Foauth%2Fcallback'
	refute_output --partial '&scope='
	kill "$pid"
	wait "$pid" || :
}

@test "several scopes are registered one by one, and asked for together" {
	start_sso_server --scope sso:account:access --scope codewhisperer:completions
	an_sso_server
	run log_in_code
	assert_success
	log_in_device contoso --force
	assert_equal "$(asked register)" 2
	refused_but_pending
}

@test "an endpoint with a path of its own has all calls below it, but the browser's" {
	start_sso_server --base /aws/
	an_sso_server
	log_in_code
	run mairu credential-process contoso 123456789012/Dev
	assert_success
	assert_equal "$(recorded '[q["path"] for q in r]')" \
		"['/aws/client/register', '/authorize', '/aws/token', '/aws/federation/credentials']"
}

@test "another login leaves the portal's session alone, on which both rest" {
	log_in_code
	log_in_code contoso --force
	log_in_device contoso --force
	assert_equal "$(asked logout)" 0
	run mairu credential-process contoso 123456789012/Dev
	assert_success
	mairu refresh contoso
	mairu logout contoso
	assert_equal "$(asked logout)" 1
}

# --- clients

@test "a client is registered for each grant, kept, and used again" {
	log_in_code
	log_in_device contoso --force
	assert_equal "$(recorded '[q["grants"] for q in at("register")]')" \
		"[['authorization_code', 'refresh_token'], []]"
	for grant in code device; do
		file=$(cache_file "$grant")
		assert_equal "$(stat -c %a "$file")" 600
		# As Mairu 0.12 reads it.
		"$PY" -c 'import json, re, sys
c = json.load(open(sys.argv[1]))
assert set(c) == {"id", "epoch", "issued_at", "expires_at", "client_id", "client_secret"}, set(c)
assert c["id"] == "contoso" and c["epoch"] == 3, (c["id"], c["epoch"])
for name in "issued_at", "expires_at":
    assert re.fullmatch("20[0-9-]{8}T[0-9:]{8}Z", c[name]), c[name]
assert c["client_secret"].startswith("eyJ")' "$file"
	done
	assert_equal "$(stat -c %a "$CACHE")" 700
	mairu kill-agent
	log_in_code contoso
	log_in_device contoso --force
	assert_equal "$(asked register)" 2
	assert_equal "$(recorded 'len({q["client"] for q in at("token")})')" 2
}

@test "a client that Mairu 0.12 has registered is used" {
	mkdir -p "$CACHE"
	chmod 700 "$CACHE"
	for grant in code device; do
		register "$grant" >"$T/client"
		"$PY" -c 'import datetime, json, sys
c = json.load(open(sys.argv[1]))
def when(s): return datetime.datetime.utcfromtimestamp(s).strftime("%Y-%m-%dT%H:%M:%SZ")
json.dump({"id": "contoso", "epoch": 3, "issued_at": when(c["clientIdIssuedAt"]),
	"expires_at": when(c["clientSecretExpiresAt"]), "client_id": c["clientId"],
	"client_secret": c["clientSecret"]}, open(sys.argv[2], "w"), indent=2)' \
			"$T/client" "$(cache_file "$grant")"
		chmod 600 "$(cache_file "$grant")"
	done
	log_in_code
	log_in_device contoso --force
	assert_equal "$(asked register)" 2
	refused_but_pending
}

# Nothing was refused, but for a device that was not approved yet.
refused_but_pending() {
	assert_equal "$(recorded '{q["refused"] for q in r if "refused" in q and "Pending" not in q["refused"]}')" 'set()'
}

@test "a client that AWS does not know any more is registered anew" {
	log_in_device
	control '{"forget_clients": true}' >/dev/null
	log_in_device contoso --force
	assert_equal "$(asked register)" 2
	assert_equal "$(recorded 'at("device")[1]["status"], at("device")[2]["status"]')" '(401, 200)'
	mairu kill-agent
	log_in_device
	assert_equal "$(asked register)" 2
}

@test "a client that AWS does not know at the token is registered anew" {
	log_in_code
	fails token InvalidClientException '"times": 1'
	run log_in_code contoso --force
	mairu logout contoso
	log_in_code
	assert_equal "$(asked register)" 2
}

@test "a client that AWS has forgotten at a renewal is registered anew by the next login" {
	log_in_code
	control '{"forget_clients": true}' >/dev/null
	run -4 mairu refresh contoso
	log_in_code
	assert_equal "$(asked register)" 2
}

@test "a client that has almost expired is not used" {
	control '{"set": {"client_life": 600}}' >/dev/null
	log_in_code
	control '{"set": {"client_life": 7776000}}' >/dev/null
	log_in_code contoso --force
	assert_equal "$(asked register)" 2
}

@test "a client in a file that is damaged is registered anew" {
	log_in_code
	echo '{"id": 3' >"$(cache_file code)"
	mairu kill-agent
	log_in_code
	assert_equal "$(asked register)" 2
	mairu kill-agent
	log_in_code
	assert_equal "$(asked register)" 2
}

@test "a name that AWS would not take becomes one that it takes" {
	a_server 'Café du Nord'
	log_in_code 'Café du Nord'
	refused_none
}

# --- renewal

@test "a session is renewed with the client that it came by" {
	log_in_device
	device=$(recorded 'at("register")[0]["client"]')
	# Another one is there by then.
	log_in_code contoso --force
	log_in_device contoso --force
	run mairu refresh contoso
	assert_success
	assert_equal "$(recorded 'at("token")[-1]["grant"], at("token")[-1]["client"]')" \
		"('refresh_token', '$device')"
	run mairu refresh contoso
	assert_success
	refused_but_pending
}

@test "a refresh token that comes with no answer is kept" {
	control '{"set": {"rotate": "none"}}' >/dev/null
	log_in_code
	mairu refresh contoso
	mairu refresh contoso
	control '{"set": {"rotate": "same"}}' >/dev/null
	mairu refresh contoso
	mairu refresh contoso
	refused_none
}

@test "a session that the portal does not take is renewed, and nobody logs in" {
	log_in_code
	enter "$HOME/proj"
	gives "$DEV"
	control '{"revoke": true}' >/dev/null
	run mairu credential-process contoso 123456789012/Ops
	assert_success
	assert_output --partial ASIAFAKEOPS
	assert_equal "$(recorded '[(q["at"], q["status"]) for q in r][-3:]')" \
		"[('credentials', 401), ('token', 200), ('credentials', 200)]"
	has_session
}

@test "a session that the portal does not take twice has ended" {
	log_in_code
	fails credentials UnauthorizedException '"text": "Session token not found or invalid"'
	run mairu credential-process contoso 123456789012/Dev
	assert_equal "$status" 4
	assert_output --partial 'Run: mairu login contoso'
	assert_equal "$(recorded '[q["at"] for q in r if q["at"] in ("credentials", "token")]')" \
		"['token', 'credentials', 'token', 'credentials']"
}

@test "a session that can't be renewed asks for a login" {
	log_in_code
	control '{"end": true}' >/dev/null
	run mairu credential-process contoso 123456789012/Dev
	assert_equal "$status" 4
	assert_output --partial 'Run: mairu login contoso'
	run ! has_session
	log_in_code
	run mairu credential-process contoso 123456789012/Dev
	assert_success
}

@test "many roles that find the session too old renew it once" {
	local i pids=()

	control '{"set": {"accounts": 8}}' >/dev/null
	log_in_code
	control '{"revoke": true}' >/dev/null
	for i in 1 2 3 4 5 6 7; do
		mairu credential-process contoso "21000000000$i/Dev" >"$T/got.$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	assert_equal "$(recorded 'sum(q.get("grant") == "refresh_token" for q in r)')" 1
	assert_equal "$(cat "$T"/got.* | grep -c AccessKeyId)" 7
}

# --- what is refused

@test "a role that one may not have is told, and the session stays" {
	control '{"set": {"forbidden": ["123456789012/Ops"]}}' >/dev/null
	log_in_code
	run mairu credential-process contoso 123456789012/Ops
	assert_equal "$status" 5
	assert_output --partial 'No access'
	has_session
	project "$HOME/ops" "$(config 123456789012/Ops)"
	allow "$HOME/ops"
	enter "$HOME/ops"
	ask
	assert_equal "$status_line $(member code)" '403 AccessDenied'
	assert_equal "$(recorded 'sum(q.get("grant") == "refresh_token" for q in r)')" 0
	# It is asked for once more at most: AWS says so now and then for no reason.
	[ "$(asked credentials)" -le 4 ]
}

@test "a role without an account in it is refused before AWS is asked" {
	log_in_code
	for role in Dev /Dev 12345678901/Dev 123456789012/ 123456789012; do
		run mairu credential-process contoso "$role"
		assert_failure
		assert_output --partial 'mairu: '
	done
	assert_equal "$(asked credentials)" 0
}

@test "a permission set with a slash and other signs arrives as it is" {
	log_in_code
	run mairu credential-process contoso '123456789012/My Role+x/y=&%'
	assert_equal "$(recorded 'at("credentials")[-1]["role"]')" '123456789012/My Role+x/y=&%'
}

# --- logout

@test "logging out tells the portal, and the credentials are gone" {
	log_in_code
	enter "$HOME/proj"
	gives "$DEV"
	run mairu logout contoso
	assert_success
	assert_equal "$(recorded 'at("logout")[0]["status"]')" 200
	ask
	assert_equal "$status_line $(member code)" '401 InvalidToken'
	run ! has_session
	# The registrations stay: another login needs no other consent.
	log_in_code
	assert_equal "$(asked register)" 1
}

@test "logging out where the portal knows no such session any more is no fault" {
	log_in_code
	control '{"end": true}' >/dev/null
	run mairu logout contoso
	assert_success
	refute_output --partial 'could not'
	run ! has_session
}

@test "logging out forgets the session whatever the portal says, and tells that it could not be told" {
	log_in_code
	control '{"fault": "logout:status,status=500"}' >/dev/null
	run mairu logout contoso
	assert_success
	assert_line 'mairu: logged out of contoso'
	assert_line --partial 'mairu: contoso could not be told'
	run ! has_session
}

# --- secrets

@test "no secret of a session is in a file, but the client's, nor in what is shown" {
	log_in_code
	log_in_device contoso --force
	mairu refresh contoso
	mairu credential-process contoso 123456789012/Dev >/dev/null
	run grep -rlaE 'CANARY-(access|refresh|code|device)' "$T" --include='*'
	assert_output ''
	run grep -rla 'CANARY' "$XDG_STATE_HOME/mairu/log"
	assert_output ''
}
