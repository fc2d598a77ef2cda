# mairu candidates: what may come next, as the completions ask for it.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common
load ../lib/sso

prepare() {
	DIR=$XDG_CONFIG_HOME/mairu/servers.d
	a_silent_server contoso
}

# next WORD...: what fish is told for that line, without what each is.
next() {
	mairu candidates fish mairu "$@" | cut -f 1
}

# offers LINE... : WORD...: exactly these come next, whatever their order.
offers() {
	local -a line=()

	while [ "$1" != : ]; do
		line+=("$1")
		shift
	done
	shift
	diff <(printf '%s\n' "$@" | sed '/^$/d' | sort) <(next "${line[@]}" | sed 1d | sort) ||
		fail "after: ${line[*]}"
}

role() {
	printf '["ROLE", "%s"], ["ACCOUNT", ""], ["ACCOUNT_NAME", "%s"], ["DESCRIPTION", "%s"],' \
		"$1" "${2:-}" "${3:-}"
}

knows() {
	answers "{\"ROLES_KNOWN\": [$1 [\"CURSOR\", 3], [\"MORE\", 0], [\"DONE\", 0], [\"TOTAL\", 0]]}"
}

@test "values are those that the command takes" {
	offers exec --mode '' : ecs static
	offers exec --mode s : ecs static
	offers exec -m '' : ecs static
	offers exec -mst : -mstatic
	offers exec --mode=st : --mode=static
	offers exec "--mode='st" : --mode=static
	offers exec --oauth-grant-type '' : code device_code
	offers login contoso --oauth-grant-type d : code device_code
	offers list-roles -o '' : text oneline json
	for name in hook export completion candidates; do
		offers "$name" '' : bash zsh fish
	done
	offers config '' : get set unset
	offers config get use : use_fips use_dualstack
	# shellcheck disable=SC2046 # they are words
	offers config unset '' : $(mairu config get nothing 2>&1 | sed 's/.*Settings: *//; s/,//g')
	offers config set use_fips '' : true false
	offers config unset use_fips '' :
	offers config set proxy '' :
	assert_equal "$(next config set ca_bundle '')" files
	assert_equal "$(next allow '')" files
	assert_equal "$(next deny ./x)" files
	# Nobody knows these, so options are what may come.
	offers setup-sso x --scope '' :
	offers exec --region '' :
	assert_equal "$(next setup-profile '' | sed -n 2p)" --yes
}

@test "options that were given are left out, unless they may repeat" {
	offers status --json - : -h --help
	offers status - : --json -h --help
	offers show -f --q : --quiet
	offers show -fq --q :
	offers show -x --q :
	offers show --help --q :
	offers setup-sso x -s a --s : --scope --start-url --yes
	next exec --mode ecs --assume-role a - >"$T/left"
	grep -qx -- --assume-role "$T/left"
	refute grep -qxE -e '-m|--mode' "$T/left"
	# Among arguments there are none, unless no argument is known.
	offers login '' : contoso
	offers list-servers '' : --json --help
	offers list-servers x '' : --json --help
	offers list-servers -- '' :
	offers allow -- - :
	offers nothing '' :
	offers - : -h --help -V --version
}

@test "behind exec's role the line is another command's" {
	assert_equal "$(next exec auto '')" 'command 3'
	assert_equal "$(next exec auto gi)" 'command 3'
	assert_equal "$(next exec auto -- -)" 'command 4'
	assert_equal "$(next exec -- auto -)" 'command 4'
	assert_equal "$(next exec --mode ecs auto --no-cache git -)" 'command 6'
	assert_equal "$(next exec auto git -- '')" 'command 3'
	next exec auto - | grep -qx -- --no-cache
	# What bash has in pieces is counted as bash has it.
	assert_equal "$(mairu candidates --line 'mairu exec --mode=ecs auto git' \
		bash mairu exec --mode = ecs auto git)" 'command 6'
	# fish tells of what stands before the command.
	assert_equal "$(mairu candidates fish A=b and /usr/bin/mairu exec auto '')" 'command 5'
}

@test "servers are those that can be used" {
	a_silent_server https://x.example/
	a_silent_server twice
	a_silent_server twice
	a_silent_server -dash
	echo '{' >"$DIR/broken.json"
	offers login '' : contoso https://x.example/
	offers logout c : contoso
	offers refresh '' : contoso https://x.example/
	offers remove-server '' : contoso https://x.example/
	offers list-roles --server=con : --server=contoso
	offers whoami --server '' : contoso https://x.example/
	offers credential-process '' : auto contoso https://x.example/
	assert_equal "$(mairu candidates zsh mairu login http)" 'words servers
https\://x.example/:http://127.0.0.1:9/'
	assert_equal "$(mairu candidates --line 'mairu login https:' bash mairu login https :)" \
		'words servers
//x.example/'
	rm "$DIR"/*
	offers login '' :
	[ ! -e "$SOCK" ]
}

@test "roles are those of the server that the line names, else the only one" {
	standin
	knows "$(role Dev)$(role Ops)"
	offers exec --server contoso '' : Dev Ops
	offers exec --server=fabrikam D : Dev
	offers exec '' : auto Dev Ops
	offers whoami o : auto Ops
	offers credential-process contoso '' : Dev Ops
	MAIRU_SERVER=named offers exec '' : auto Dev Ops
	assert_equal "$(heard '[q["SERVER"] for q in r]')" \
		"['contoso', 'fabrikam', 'contoso', 'contoso', 'contoso', 'named']"
	a_silent_server second
	offers exec '' : auto
}

@test "what roles are is told in zsh and fish, and obeys nothing" {
	standin
	knows "$(role a prod 'for work')$(role b '' 'for play')$(role c '' 'x\u001b[31m\ny')"
	assert_equal "$(mairu candidates fish mairu exec --server contoso '')" 'words roles
a	prod
b	for play
c	x\x1b[31m\x0ay'
	assert_equal "$(mairu candidates zsh mairu exec --server contoso '')" 'words roles
a:prod
b:for play
c:x\\x1b[31m\\x0ay'
	assert_equal "$(mairu candidates --line 'mairu exec --server contoso ' \
		bash mairu exec --server contoso '')" 'words roles
a
b
c'
}

@test "a name that can't be typed safely is left out" {
	local name

	standin
	# A terminal obeys it or does not show it, an option, nothing.
	for name in 'a\u001b]0;x\u0007' 'b\nc' 'c\td' 'd\u202ee' 'e\u200bf' \
		'f\u007fg' 'g\u009bh' '-h' ''; do
		knows "$(role "$name")$(role ok)"
		offers exec --server contoso '' : ok
		assert_equal "$(mairu candidates zsh mairu exec --server contoso '')" 'words roles
ok'
		assert_equal "$(mairu candidates --line 'mairu exec --server contoso ' \
			bash mairu exec --server contoso '')" 'words roles
ok'
	done
}

@test "without a broker there are no roles, and none is started" {
	offers exec '' : auto
	offers exec --server contoso '' :
	[ ! -e "$SOCK" ]
	mkdir -p "${SOCK%/*}"
	chmod 755 "${SOCK%/*}"
	offers exec '' : auto
}

@test "a broker that is stopped, silent, foreign or confused gives none, soon and silently" {
	local bad

	standin
	for bad in '{"ROLES_KNOWN": "hangup"}' '{"ROLES_KNOWN": ["error", 11, "login"]}' \
		'{"ROLES_KNOWN": [["ROLE", "x"]]}' '{"ROLES_KNOWN": "hold"}'; do
		answers "$bad"
		run --separate-stderr mairu candidates fish mairu exec ''
		assert_success
		assert_equal "$stderr" ''
		assert_output $'words roles\nauto\tthe role of the project here'
	done
	within 200 mairu candidates fish mairu exec ''
	stop_peers
	start_broker
	kill -STOP "$(broker_pid)"
	within 200 mairu candidates fish mairu exec ''
	assert_equal "$(sed -n 2p "$T/within")" $'auto\tthe role of the project here'
}

@test "the first to ask has the list fetched, and the next has it" {
	start_sso_server --accounts 60 --roles 4
	an_sso_server fabrikam
	rm "$DIR"/[0-9]*.json
	# Without a login nothing is asked.
	offers exec '' : auto
	log_in_code fabrikam
	assert_equal "$(asked account-roles)" 0
	offers exec '' : auto
	all_there() { [ "$(next exec '' | wc -l)" = 242 ]; }
	wait_until all_there
	# More than one answer of the broker holds, and only what fits.
	offers exec 123456789012/De : 123456789012/Dev
	assert_equal "$(mairu candidates zsh mairu exec 123456789012/de)" 'words roles
123456789012/Dev:account-1'
	assert_equal "$(mairu list-roles -o oneline | wc -l)" 240
	assert_equal "$(asked account-roles)" 60
	mairu logout fabrikam
	offers exec '' : auto
}

@test "candidates is silent where nothing can be said, and strict to scripts" {
	local words

	for words in "mairu" "mairu nothing ''" "''" "mairu exec --nope ''"; do
		eval "run --separate-stderr mairu candidates zsh $words"
		assert_success
		assert_equal "$output$stderr" ''
	done
	run --separate-stderr mairu candidates --line "mairu exec \\" bash mairu exec "\\"
	assert_success
	assert_equal "$output$stderr" ''
	run -2 mairu candidates tcsh mairu ''
	run -2 mairu candidates bash mairu ''
	run -2 mairu candidates --line x zsh mairu ''
	run -2 mairu candidates zsh
	run -2 mairu completion tcsh
	assert_output 'mairu: completion: the shells are bash, zsh and fish'
}
