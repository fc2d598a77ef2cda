# Every error that IAM Identity Center has, at every call: what a person reads,
# the status of the command, and what becomes of the session.

# shellcheck disable=SC2154 # set by run

load ../lib/common
load ../lib/sso

WORDS='the words of AWS'

prepare() {
	export BROWSER=browse TZ=UTC
	start_sso_server --rate 0 --roles 5
	an_sso_server
}

# each COMMAND <TABLE: for each row of the table, TYPE STATUS TEXT, lets the
# service say no with that error where $AT says, and runs the command: it
# ends with the status, and a line that begins as ours has the text.  A `+` in
# front of the text: the service's words are in it too.
each() {
	local type want text bad=0 rows=0

	while read -r type want text; do
		[ -n "$type" ] || continue
		rows=$((rows + 1))
		control '{"clear": true}' >/dev/null
		fails "$AT" "$type" "\"text\": \"$WORDS\""
		run --separate-stderr "$@"
		if [ "$status" != "$want" ] || ! told "$text"; then
			echo "$AT $type: status $status, and said: $stderr"
			bad=1
		fi
	done
	control '{"clear": true}' >/dev/null
	# Every error that the model has for this call is in the table.
	assert_equal "$rows" "$(modelled)"
	return "$bad"
}

# How many errors the call has that is at $AT.
modelled() {
	(cd "$REPO/tests/fakes" && "$PY" -B -c '
import runpy, sso_model, sys
server = runpy.run_path("sso_server", run_name="imported")
at = sys.argv[1]
name = {**server["OIDC"], **server["PORTAL"]}[at]
model = sso_model.find()["sso-oidc" if at in server["OIDC"] else "sso"]
found = {e["shape"] for e in model["operations"][name]["errors"]}
print(len(found) + (at in ("accounts", "account-roles", "credentials")))' "$AT")
}

told() {
	local text=$1

	printf '%s\n' "$stderr" >"$T/said"
	if [[ $text == +* ]]; then
		text=${text#+}
		grep -qF "$WORDS" "$T/said" || return
	fi
	# No name of AWS's own has to be known to understand it, and no secret
	# is in it.
	! grep -q CANARY "$T/said" || return
	grep '^mairu: ' "$T/said" | grep -qF -e "$text"
}

with_code() {
	log_in_code contoso --force >/dev/null
}

# In a login that nobody has to approve.
with_device() {
	log_in_device contoso --force >/dev/null
}

# What the login said is said by the command.
login_said() {
	local status=0

	"$@" 2>"$T/other" || status=$?
	[ "$status" = 0 ] || cat "$T/login" >&2
	return "$status"
}

# One for each row: a refusal is remembered for a while.
another_role() {
	local names=(Dev Ops ReadOnly Admin Billing)

	mairu credential-process contoso "123456789012/${names[rows - 1]}"
}

has_session() {
	mairu list-sessions --json | "$PY" -c 'import json, sys
sys.exit(not any(s["id"] == "contoso" and not s["expired"] for s in json.load(sys.stdin)))'
}

@test "registering a client: each error is told" {
	AT=register
	each mairu login --oauth-grant-type code contoso <<-TABLE
		InvalidRequestException 5 +Are the "url" ($START) and the "region" (eu-west-1) of its file right?
		InvalidScopeException 5 +is the "scope" of its file right?
		InvalidClientMetadataException 5 +give the server an "id" of plain letters
		InvalidRedirectUriException 5 +log in with --oauth-grant-type device_code
		UnsupportedGrantTypeException 5 +try the other --oauth-grant-type
		SlowDownException 1 +Try again later
		InternalServerException 1 +Try again later
	TABLE
}

@test "beginning a login with a device: each error is told" {
	AT=device
	each mairu login --oauth-grant-type device_code contoso <<-TABLE
		InvalidRequestException 5 +Are the "url" ($START) and the "region" (eu-west-1) of its file right?
		InvalidClientException 4 Run: mairu login contoso
		UnauthorizedClientException 4 Run: mairu login contoso
		SlowDownException 1 +Try again later
		InternalServerException 1 +Try again later
	TABLE
}

@test "the token of a login with a code: each error is told" {
	AT=token
	each login_said with_code <<-TABLE
		InvalidRequestException 5 +does not understand
		InvalidClientException 4 Run: mairu login contoso
		InvalidGrantException 5 +Run: mairu login contoso
		UnauthorizedClientException 4 Run: mairu login contoso
		UnsupportedGrantTypeException 5 +try the other --oauth-grant-type
		InvalidScopeException 5 +is the "scope" of its file right?
		AuthorizationPendingException 5 contoso
		SlowDownException 1 +Try again later
		AccessDeniedException 5 +refuses this login
		ExpiredTokenException 5 +Run: mairu login contoso
		InternalServerException 1 +Try again later
	TABLE
}

@test "the token of a login with a device: each error that ends it is told" {
	AT=token
	modelled() { echo 7; }
	each login_said with_device <<-TABLE
		InvalidRequestException 5 +does not understand
		InvalidGrantException 5 +Run: mairu login contoso
		UnsupportedGrantTypeException 5 +try the other --oauth-grant-type
		InvalidScopeException 5 +is the "scope" of its file right?
		AccessDeniedException 5 +refuses this login
		ExpiredTokenException 5 +Run: mairu login contoso
		InvalidClientException 4 Run: mairu login contoso
	TABLE
}

@test "a renewal: each error is told, and only those that mean it end the session" {
	local type want ends

	AT=token
	while read -r type want ends; do
		control '{"clear": true}' >/dev/null
		with_code
		fails token "$type" "\"text\": \"$WORDS\""
		run --separate-stderr mairu refresh contoso
		told '' || {
			echo "$type: $stderr"
			return 1
		}
		assert_equal "$type $status" "$type $want"
		if [ "$ends" = ends ]; then
			told 'Run: mairu login contoso'
			run ! has_session
		else
			has_session
		fi
	done <<-TABLE
		InvalidGrantException 4 ends
		ExpiredTokenException 4 ends
		InvalidClientException 4 ends
		UnauthorizedClientException 4 ends
		AccessDeniedException 4 ends
		InvalidRequestException 4 ends
		SlowDownException 1 stays
		InternalServerException 1 stays
	TABLE
}

@test "credentials: each error is told, and only the one that means it asks for a login" {
	with_code
	AT=credentials
	each another_role <<-TABLE
		InvalidRequestException 5 +contoso refuses 123456789012/Dev
		ResourceNotFoundException 5 +no role Ops in it
		ForbiddenException 5 +no role ReadOnly in account 123456789012
		TooManyRequestsException 1 contoso
		UnauthorizedException 4 Run: mairu login contoso
	TABLE
}

# each_of_list WHAT: of `list-roles`, which asks for that.
each_of_list() {
	with_code
	each mairu list-roles --fresh --server contoso <<-TABLE
		InvalidRequestException 5 +contoso refuses $1
		ResourceNotFoundException 5 +contoso refuses $1
		ForbiddenException 5 +contoso refuses $1
		TooManyRequestsException 1 contoso
		UnauthorizedException 4 Run: mairu login contoso
	TABLE
}

@test "the list of accounts: each error is told" {
	AT=accounts
	each_of_list 'the list of accounts'
}

@test "the list of an account's roles: each error is told" {
	AT=account-roles
	each_of_list 'the roles of account'
}

@test "logging out: whatever the portal says, it is forgotten here" {
	AT=logout
	while read -r type text; do
		control '{"clear": true}' >/dev/null
		with_code
		fails logout "$type" "\"text\": \"$WORDS\""
		run --separate-stderr mairu logout contoso
		assert_success
		told "$text"
		run ! has_session
	done <<-TABLE
		InvalidRequestException contoso could not be told
		UnauthorizedException logged out of contoso
		TooManyRequestsException contoso could not be told
	TABLE
}

@test "where the portal says what its error is makes no difference" {
	for style in header body; do
		control "{\"set\": {\"error_type\": \"$style\", \"forbidden\": [\"123456789012/Dev\"]}}" >/dev/null
		with_code
		run --separate-stderr mairu credential-process contoso 123456789012/Dev
		assert_equal "$status" 5
		told 'no role Dev in account 123456789012'
		has_session
	done
}
