# What servers say that is off: their clock, one name in a list, "not now" at
# the beginning of a login.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line is set by ask

load ../lib/common
load ../lib/ask
load ../lib/sso

prepare() {
	export BROWSER=browse
}

# ends_in SECONDS: when the credentials that an SDK got end, give or take a few.
ends_in() {
	gives ASIA || return
	python3 -c 'import datetime, sys
end = datetime.datetime.fromisoformat(sys.argv[1].replace("Z", "+00:00"))
left = end.timestamp() - datetime.datetime.now().timestamp()
print(left)
sys.exit(not -15 < left - float(sys.argv[2]) < 5)' "$(member Expiration)" "$1"
}

at_work() {
	project "$HOME/proj"
	allow "$HOME/proj"
	enter "$HOME/proj"
}

@test "credentials of a server whose clock is ten minutes ahead end when they end here" {
	start_server --life 3600
	a_server contoso
	log_in contoso
	control '{"fault": "assume-role:date,seconds=600"}' >/dev/null
	at_work
	ends_in 3000
}

@test "credentials of a server whose clock is ten minutes behind are no older than they are" {
	# By this machine's clock these would have but a minute to live.
	start_server --life 60
	a_server contoso
	log_in contoso
	control '{"fault": "assume-role:date,seconds=-600"}' >/dev/null
	at_work
	ends_in 660
}

@test "credentials that have ended by their server's clock are not given" {
	start_server --life 300
	a_server contoso
	log_in contoso
	control '{"fault": "assume-role:date,seconds=600"}' >/dev/null
	at_work
	ask
	assert_equal "$status_line" 503
	[[ $(member message) == *'have expired already'* ]]
}

@test "the portal's clock counts for the credentials of Identity Center" {
	start_sso_server --life 3600
	an_sso_server
	log_in_code
	control '{"fault": "credentials:date,seconds=600"}' >/dev/null
	at_work
	ends_in 3000
}

@test "one impossible name of a role hides no other" {
	start_server --role 123456789012/Dev --role "$(printf 'a\033[31mb')" --role 'Good role'
	a_server contoso
	log_in contoso
	run --separate-stderr mairu list-roles --server contoso -o oneline
	assert_success
	assert_line --partial '123456789012/Dev'
	assert_line --partial 'Good role'
	assert_equal "${#lines[@]}" 2
	assert_equal "$stderr" "mairu: contoso: skipped 1 role whose name can't be shown or used"
}

@test "a client is registered, and a device begun, at another try" {
	start_sso_server
	an_sso_server
	control '{"fault": "register:status,status=503,times=1"}' >/dev/null
	control '{"fault": "device:status,status=500,times=1"}' >/dev/null
	log_in_device
	assert_equal "$(asked register)" 2
	assert_equal "$(asked device)" 2
}
