# A login and a role of contoso, which something is wrong with.
# shellcheck shell=bash

# shellcheck disable=SC2034 # tests read it
AGAIN='To try again, run: mairu login contoso'

# begin: `mairu login` that waits for its browser, as $LOGIN.
begin() {
	: >"$T/login"
	mairu login --no-browser contoso >"$T/login" 2>&1 3>&- &
	LOGIN=$!
	wait_until grep -q /auth/ "$T/login"
}

runs() {
	run -0 mairu exec --no-login --no-cache --server contoso "$ROLE" echo ran
	unhurried
	assert_output ran
}
