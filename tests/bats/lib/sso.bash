# A fake IAM Identity Center (see tests/fakes/sso_server) for test files that
# log in to one.  They load this after common.

START=https://contoso.awsapps.com/start
REGION=eu-west-1
CACHE=
PY=/usr/bin/python3 # whose boto3 is Debian's

# start_sso_server [OPTION]...: sets SERVER and JOURNAL as start_server does.
start_sso_server() {
	start_fake sso_server "$@"
	CACHE=$XDG_STATE_HOME/mairu/cache
}

# an_sso_server [ID]: makes $SERVER known to mairu by that name.
an_sso_server() {
	a_server "${1:-contoso}"
	mairu config set endpoints.sso "${SERVER%/}"
	mairu config set endpoints.sso_oidc "${SERVER%/}"
}

# log_in_code [SERVER]: with a browser.
log_in_code() {
	log_in "${1:-contoso}" --oauth-grant-type code "${@:2}"
}

# begin_device [SERVER] [OPTION]...: what it says is in $T/login.  Sets
# LOGIN_PID; it waits for somebody to approve it.
begin_device() {
	: >"$T/login"
	mairu login "${1:-contoso}" --oauth-grant-type device_code \
		"${@:2}" >"$T/login" 2>&1 3>&- &
	LOGIN_PID=$!
	begun_or_over() {
		grep -q 'user_code=' "$T/login" || ! kill -0 "$LOGIN_PID" 2>/dev/null
	}
	wait_until begun_or_over
	grep -q 'user_code=' "$T/login" || {
		cat "$T/login" >&2
		wait "$LOGIN_PID" || :
		return 1
	}
}

# The address with the code in it that a login with a device showed.
device_url() {
	grep -aom 1 'http[^ ]*user_code=[^ ]*' "$T/login"
}

# log_in_device [SERVER] [OPTION]...: with a code on another device.
log_in_device() {
	local status=0

	begin_device "$@" || return
	follow "$(device_url)" >"$T/page" || status=1
	wait "$LOGIN_PID" || status=$?
	[ "$status" = 0 ] || cat "$T/login" >&2
	return "$status"
}

# recorded EXPRESSION: what it is of `r`, the requests that $SERVER has had;
# `at(NAME)` are those of one kind.
recorded() {
	"$PY" -c 'import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
def at(name): return [q for q in r if q["at"] == name]
print(eval(sys.argv[2]))' "$JOURNAL" "$1"
}

# refused_none: nothing that was asked was wrong.
refused_none() {
	assert_equal "$(recorded '[q["refused"] for q in r if "refused" in q]')" '[]'
}

# fails AT TYPE [JSON MEMBERS]: such an error is the answer from now on.
fails() {
	control "{\"error\": {\"at\": \"$1\", \"type\": \"$2\"${3:+, $3}}}" >/dev/null
}

# cache_file GRANT: where the client of that grant is kept.
cache_file() {
	"$PY" -c 'import base64, hashlib, sys
key = hashlib.sha256("\0\0".join(sys.argv[2:]).encode()).digest()
key = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
print(f"awssso_c.{key}.{sys.argv[1]}.json")' "$1" v0 contoso "$START" \
		"$REGION" sso:account:access |
		sed "s|^|$CACHE/|"
}

# register GRANT: a client of that grant, made without mairu; its JSON.
register() {
	local more=

	[ "$1" = device ] || more=", \"issuerUrl\": \"$START\",
		\"grantTypes\": [\"authorization_code\", \"refresh_token\"],
		\"redirectUris\": [\"http://127.0.0.1/oauth/callback\"]"
	curl -sSfk -m 10 -H 'Content-Type: application/json' --data-binary "{
		\"clientName\": \"mairu\", \"clientType\": \"public\",
		\"scopes\": [\"sso:account:access\"]$more}" \
		"${SERVER}client/register"
}
