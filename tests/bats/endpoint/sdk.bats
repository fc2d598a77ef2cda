# Real SDKs at the endpoint: each reads it, and those that show messages show
# ours.  No call leaves the machine: there are no other credentials, and every
# service is sent to a closed port of the loopback interface.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common
load ../lib/sdks

prepare() {
	a_silent_server
	project "$HOME/proj"
	allow "$HOME/proj"
	: >"$T/empty"
	CLOSED=http://127.0.0.1:$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
	NOWHERE=(PATH="$BASE_PATH" HOME="$HOME" LANG=C.UTF-8 AWS_REGION=eu-west-1
		AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE="$T/empty"
		AWS_SHARED_CREDENTIALS_FILE="$T/empty" AWS_ENDPOINT_URL="$CLOSED")
	LOGIN='mairu: login required. Run: mairu login contoso'
}

# through_relay: lets requests to the endpoint pass where they can be seen.
through_relay() {
	local port=${URL#http://127.0.0.1:}

	: >"$T/relay"
	"$LIB/relay" "${port%%/*}" >"$T/relay" 3>&- &
	PEERS+=($!)
	wait_until test -s "$T/relay"
	port=$(head -n 1 "$T/relay")
	URL=http://127.0.0.1:$port/v1/credentials
}

# sdk COMMAND...: runs it with the endpoint's environment and no other way.
sdk() {
	env -i "${NOWHERE[@]}" AWS_CONTAINER_CREDENTIALS_FULL_URI="$URL" \
		AWS_CONTAINER_AUTHORIZATION_TOKEN="$TOKEN" "$@"
}

whoami_boto3='
import boto3
try:
    boto3.client("sts").get_caller_identity()
    print("answered")
except Exception as e:
    print(type(e).__name__, e)'

@test "AWS CLI shows that a login is required" {
	enter "$HOME/proj"
	run sdk /usr/bin/aws --endpoint-url "$CLOSED" sts get-caller-identity
	assert_failure
	assert_output --partial "$LOGIN"
}

@test "AWS CLI shows that a token is no longer valid" {
	enter "$HOME/proj"
	TOKEN="Bearer $(printf 'A%.0s' {1..43})"
	run sdk /usr/bin/aws --endpoint-url "$CLOSED" sts get-caller-identity
	assert_failure
	assert_output --partial 'mairu: '
	refute_output --partial "$LOGIN"
}

@test "boto3 shows that a login is required" {
	enter "$HOME/proj"
	run sdk /usr/bin/python3 -c "$whoami_boto3"
	assert_output --partial "$LOGIN"
}

@test "boto3 sends our token as it is" {
	enter "$HOME/proj"
	through_relay
	run sdk /usr/bin/python3 -c "$whoami_boto3"
	assert_output --partial "$LOGIN"
	grep -qFx "GET /v1/credentials $TOKEN 403" "$T/relay"
	stop_peers
}

@test "the SDK for JavaScript sends our token as it is, and has no credentials" {
	command -v npm >/dev/null || skip "there is no npm here"
	sdk_program whoami.mjs
	enter "$HOME/proj"
	through_relay
	run sdk node "$MAIRU_BUILD/sdk/whoami.mjs"
	assert_output --partial CredentialsProviderError
	grep -qFx "GET /v1/credentials $TOKEN 403" "$T/relay"
	# Without the endpoint's environment it asks nobody.
	stop_peers
	through_relay
	run env -i "${NOWHERE[@]}" node "$MAIRU_BUILD/sdk/whoami.mjs"
	assert_output --partial CredentialsProviderError
	assert_equal "$(wc -l <"$T/relay")" 1
	stop_peers
}

@test "aws in a shell with the hook: not trusted, allowed, login required, left" {
	rm -rf "$STORE"
	rc bash
	session -e AWS_REGION=eu-west-1 -e AWS_EC2_METADATA_DISABLED=true \
		-e AWS_CONFIG_FILE="$T/empty" \
		-e AWS_SHARED_CREDENTIALS_FILE="$T/empty" bash <<-SCRIPT
			%as untrusted
			cd ~/proj
			%as before
			/usr/bin/aws --endpoint-url $CLOSED sts get-caller-identity
			%as allow
			mairu allow
			%as inside
			/usr/bin/aws --endpoint-url $CLOSED sts get-caller-identity
			%as leave
			cd /
			%as outside
			/usr/bin/aws --endpoint-url $CLOSED sts get-caller-identity
		SCRIPT
	said untrusted "$UNTRUSTED"
	has before 'Unable to locate credentials'
	has allow "$ENTERED"
	has inside "$LOGIN"
	said leave "$LEFT"
	has outside 'Unable to locate credentials'
}

# Where each would take its credentials from, if another source were there.

@test "doctor says what the SDKs for Python and JavaScript and the AWS CLI take, in each of many environments" {
	local -a js=()

	! command -v npm >/dev/null || js=(--js "$MAIRU_BUILD/sdk" JavaScript)
	run "$BATS_TEST_DIRNAME/../sdk/chains.py" "${js[@]}" boto3 "AWS CLI"
	assert_success
	assert_output --regexp '^[0-9]+ cases, [23] SDKs, 0 differ$'
}
