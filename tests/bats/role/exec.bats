# mairu exec and credential-process against the real broker and the fake
# credential server: what a command gets, for how long, and which credentials
# real SDKs then take.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common
load ../lib/sdks

OPS=123456789012/Ops

prepare() {
	export MAIRU_SERVER=contoso AWS_EC2_METADATA_DISABLED=true
	start_project
	which_key
	PATH=$T/bin:$PATH
}

# all_find NAME <WHICH-KEY'S OUTPUT: every SDK there is has a key of that role.
all_find() {
	local said

	said=$(cat)
	echo "$said"
	grep -q "^boto3 ASIAFAKE$1" <<<"$said" || return
	# The last four are the number, which is the same for all.
	grep -q '^cli \*\{16\}[0-9]\{4\} ' <<<"$said" || return
	! command -v npm >/dev/null || grep -q "^js ASIAFAKE$1" <<<"$said"
}

shadow() {
	mkdir -p "$HOME/.aws"
	printf '[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n' \
		>"$HOME/.aws/credentials"
}

# What the endpoint says to $URL and $TOKEN: a status.
status_of() {
	curl -sS -m 10 -o "$T/body" -w '%{http_code}' -H "Authorization: $TOKEN" "$URL"
}

# A command that tells what it was given, and goes on.
TELL='printf "%s\n" "$AWS_CONTAINER_CREDENTIALS_FULL_URI" "$AWS_CONTAINER_AUTHORIZATION_TOKEN" >"$T/new"; mv "$T/new" "$T/lent"'

told() {
	local -a got

	wait_until test -e "$T/lent"
	mapfile -t got <"$T/lent"
	URL=${got[0]} TOKEN=${got[1]}
}

refused() {
	[ "$(status_of)" = 401 ]
}

# --- what a command gets

@test "a command has the role from the endpoint, in every SDK" {
	log_in contoso
	mairu exec "$OPS" sh -c 'curl -sS -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"' >"$T/body"
	grep -q '"AccessKeyId":"ASIAFAKEOPS' "$T/body"
	mairu exec "$OPS" which-key | all_find OPS
	(cd "$HOME/proj" && mairu exec auto which-key) | all_find DEV
	assert_equal "$(asked assume-role)" 2
}

@test "a command has the role as keys in static mode, in every SDK" {
	log_in contoso
	mairu exec -m static "$OPS" which-key | all_find OPS
	run mairu exec -m static "$OPS" env
	assert_line --regexp '^AWS_SECRET_ACCESS_KEY=CANARY'
	refute_output --partial AWS_CONTAINER
}

@test "STS knows who a command is" {
	log_in contoso
	run mairu exec "$OPS" /usr/bin/aws --region eu-west-1 \
		--endpoint-url "$(server_root)/sts/" sts get-caller-identity
	assert_output --partial 'arn:aws:sts::123456789012:assumed-role/Ops/fake'
}

@test "input, output, status and signals are the command's own" {
	local mode

	log_in contoso
	head -c 300000 /dev/urandom >"$T/in"
	for mode in ecs static; do
		mairu exec -m "$mode" "$OPS" cat <"$T/in" >"$T/same" 2>"$T/err"
		cmp "$T/in" "$T/same"
		[ ! -s "$T/err" ]
		run -9 mairu exec -m "$mode" "$OPS" sh -c 'exit 9'
		run -143 mairu exec -m "$mode" "$OPS" sh -c 'kill -TERM $$'
		run -137 mairu exec -m "$mode" "$OPS" sh -c 'kill -KILL $$'
		run -127 mairu exec -m "$mode" "$OPS" "$T/nothing"
		run -126 mairu exec -m "$mode" "$OPS" "$T/in"
	done
}

# --- how long it has it

@test "what was lent ends with the process" {
	log_in contoso
	mairu exec "$OPS" sh -c "$TELL"'; read -r x' < <(
		wait_until test -e "$T/go"
		echo
	) 3>&- &
	told
	assert_equal "$(status_of)" 200
	touch "$T/go"
	wait $!
	wait_until refused
}

@test "what was lent ends with a process that is killed" {
	log_in contoso
	mairu exec "$OPS" sh -c "$TELL"'; exec sleep 1000' 3>&- &
	told
	assert_equal "$(status_of)" 200
	kill -KILL $!
	wait $! || :
	wait_until refused
}

@test "what was lent ends though a grandchild lives on" {
	log_in contoso
	mairu exec "$OPS" sh -c "$TELL"'; sleep 1000 >/dev/null 2>&1 3>&- & echo $! >"$T/child"'
	told
	wait_until refused
	kill -0 "$(cat "$T/child")"
	kill "$(cat "$T/child")"
}

@test "a front that dies before it has said that the token arrived leaves nothing" {
	log_in contoso
	run python3 - "$SOCK" <<-'PY'
		import sys, urllib.error, urllib.request
		import wire

		def lend(c):
		    body = wire.own_version() + wire.field(18, b"contoso")
		    body += wire.field(19, b"123456789012/Dev") + wire.field(20, b"")
		    body += wire.field(34, wire.number(0)) + wire.field(92, b"")
		    kind, got = c.ask(29, body)
		    assert kind == wire.OK, got
		    return got[21].decode(), got[22].decode()

		def status(url, token):
		    try:
		        r = urllib.request.Request(url, headers={"Authorization": token})
		        return urllib.request.urlopen(r, timeout=10).status
		    except urllib.error.HTTPError as e:
		        return e.code

		def grants():
		    c = wire.Client(sys.argv[1])
		    got = c.ask(wire.STATUS, wire.own_version())[1]
		    return int.from_bytes(got[42], "big")

		c = wire.Client(sys.argv[1])
		url, token = lend(c)
		assert status(url, token) == 401
		assert grants() == 1
		c.close()
		while grants():
		    pass
		assert status(url, token) == 401
		c = wire.Client(sys.argv[1])
		url, token = lend(c)
		assert c.ask(30, wire.own_version())[0] == wire.OK
		assert status(url, token) in (200, 503)
		c.close()
		assert status(url, token) in (200, 503)
		print("good")
	PY
	assert_output good
}

# --- what goes wrong

@test "where a login is needed the status is 4, and nothing is run" {
	run -4 mairu exec "$OPS" touch "$T/ran" </dev/null
	assert_output 'mairu: login required. Run: mairu login contoso'
	run -4 mairu credential-process contoso "$OPS"
	assert_output 'mairu: login required. Run: mairu login contoso'
	run -4 mairu exec -m static "$OPS" touch "$T/ran" </dev/null
	rc bash true
	session -e MAIRU_SERVER=contoso bash <<-SCRIPT
		%as no
		mairu exec --no-login $OPS touch $T/ran; echo \$?
	SCRIPT
	said no 'mairu: login required. Run: mairu login contoso' 4
	[ ! -e "$T/ran" ]
}

@test "each fault has its status: not trusted 3, refused 5, unreachable 1" {
	log_in contoso
	project "$HOME/new"
	cd "$HOME/new"
	run -3 mairu exec auto true
	run -3 mairu credential-process auto
	run -5 mairu exec 123456789012/Admin true
	assert_output --partial 'you may not assume this role'
	run -5 mairu credential-process contoso 123456789012/Admin
	stop_servers
	run -1 mairu exec --timeout 5 "$OPS" touch "$T/ran"
	assert_output --partial "can't be reached"
	[ ! -e "$T/ran" ]
}

@test "a server that does not answer is waited for as long as --timeout says" {
	log_in contoso
	control '{"fault": {"at": "assume-role", "do": "hold"}}'
	run -1 mairu exec --timeout 2 "$OPS" touch "$T/ran"
	assert_line "mairu: waiting for the credentials of contoso $OPS"
	assert_line "mairu: contoso $OPS: no credentials within 2 s; --timeout sets how long to wait"
	[ ! -e "$T/ran" ]
	control '{"release": true}'
	mairu exec "$OPS" true
}

@test "--no-cache asks the server anew" {
	log_in contoso
	mairu exec "$OPS" true
	mairu exec "$OPS" true
	mairu credential-process contoso "$OPS" >/dev/null
	assert_equal "$(asked assume-role)" 1
	mairu exec --no-cache -m static "$OPS" true
	assert_equal "$(asked assume-role)" 2
	mairu credential-process --no-cache contoso "$OPS" >/dev/null
	assert_equal "$(asked assume-role)" 3
	mairu exec "$OPS" mairu credential-process --no-cache auto >/dev/null
	assert_equal "$(asked assume-role)" 4
	# Once for each command, when that asks and not before.
	mairu exec --no-cache --no-preflight-check "$OPS" true
	assert_equal "$(asked assume-role)" 4
	mairu exec --no-cache --no-preflight-check "$OPS" sh -c 'for i in 1 2 3; do curl -sSf \
		-H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; done' >"$T/body"
	assert_equal "$(asked assume-role)" 5
	assert_equal "$(grep -o 'ASIAFAKEOPS[A-Z]*[0-9]*' "$T/body" | sort -u | wc -l)" 1
}

# --- credential-process

# Whose key it prints: the name in it, without the number.
of_whom() {
	"$@" | python3 -c 'import json, sys; print(json.load(sys.stdin)["AccessKeyId"][8:-4].rstrip("X"))'
}

@test "credential-process prints one line of JSON, and boto3 reads it" {
	log_in contoso
	run --separate-stderr mairu credential-process contoso "$OPS"
	assert_equal "${#lines[@]} $stderr" '1 '
	assert_output --regexp '^\{"Version":1,"AccessKeyId":"ASIAFAKEOPS.*Z"\}$'
	mkdir "$HOME/.aws"
	printf '[profile ops]\ncredential_process = %s credential-process contoso %s\n' \
		"$MAIRU_BUILD/mairu" "$OPS" >"$HOME/.aws/config"
	AWS_PROFILE=ops which-key | all_find OPS
}

@test "credential-process auto has the role of exec, wherever it goes" {
	log_in contoso
	assert_equal "$(mairu exec "$OPS" bash -c 'cd ~/proj && mairu credential-process auto' | grep -o ASIAFAKEOPS)" ASIAFAKEOPS
	cd "$HOME/proj"
	assert_equal "$(of_whom mairu exec "$OPS" mairu credential-process auto)" OPS
	assert_equal "$(of_whom mairu credential-process auto)" DEV
	assert_equal "$(of_whom mairu exec auto bash -c 'cd / && mairu credential-process auto')" DEV
}

@test "credential-process auto in exec never takes another role instead" {
	log_in contoso
	cd "$HOME/proj"
	mairu exec "$OPS" bash -c 'mairu kill-agent; mairu credential-process auto; echo $?' \
		>"$T/out.json" 2>"$T/err"
	assert_equal "$(tail -n 1 "$T/out.json")" 1
	run cat "$T/err"
	assert_output --partial 'the role that `mairu exec` provided is not available, and mairu uses no other in its place'
	log_in contoso
	run -1 mairu exec -m static "$OPS" mairu credential-process auto
	assert_output --partial 'mairu uses no other in its place'
}

@test "credential-process auto goes back to the config when the broker was restarted" {
	log_in contoso
	cd "$HOME/proj"
	cat >"$T/again" <<-'SH'
		mairu kill-agent >&2
		. "$T/log_in" >&2
		cd /
		mairu credential-process auto
	SH
	{
		declare -p REPO SECONDS nap_fd LIB
		declare -f log_in log_in_once wait_until nap follow login_url
		echo 'exec {nap_fd}<> <(:)'
		echo 'log_in contoso'
	} >"$T/log_in"
	assert_equal "$(of_whom mairu exec auto bash "$T/again")" DEV
}

@test "credential-process auto shows its token to nobody but our endpoint" {
	local url

	log_in contoso
	cd "$HOME/proj"
	for url in http://127.0.0.1:1/other http://127.0.0.2:1/v1/credentials \
		http://127.0.0.1:/v1/credentials http://127.0.0.1:123456/v1/credentials; do
		export AWS_CONTAINER_CREDENTIALS_FULL_URI=$url
		export AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer other"
		assert_equal "$(of_whom mairu credential-process auto)" DEV
	done
}

@test "a config that is denied meanwhile gives nothing by its token" {
	log_in contoso
	enter "$HOME/proj"
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=$URL AWS_CONTAINER_AUTHORIZATION_TOKEN=$TOKEN
	export MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json MAIRU_ACTIVE_ROLE=$ROLE
	cd "$HOME/proj"
	assert_equal "$(of_whom mairu credential-process auto)" DEV
	mairu deny
	run -3 mairu credential-process auto
	refute_output --partial ASIAFAKE
}

@test "what is revoked while a server takes its time is not given" {
	log_in contoso
	control '{"fault": {"at": "assume-role", "do": "hold"}}'
	enter "$HOME/proj"
	export AWS_CONTAINER_CREDENTIALS_FULL_URI=$URL AWS_CONTAINER_AUTHORIZATION_TOKEN=$TOKEN
	export MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json MAIRU_ACTIVE_ROLE=$ROLE
	cd /
	mairu credential-process auto >"$T/out.json" 2>"$T/err" 3>&- &
	wait_until grep -q 'waiting for the credentials' "$T/err"
	(cd "$HOME/proj" && mairu deny)
	control '{"release": true}'
	run wait $!
	assert_failure
	assert_equal "$(cat "$T/out.json")" ''
}

@test "after sudo -E or su nothing of the other user's is believed, nor given" {
	[ "$(id -u)" = 0 ] || skip 'to become another user needs root'
	log_in contoso
	chmod 755 "$T"
	cat >"$T/other" <<-'SH'
		for command in 'exec auto env' 'exec 123456789012/Dev env' 'exec -m static 123456789012/Dev env' \
			'credential-process auto'; do
			mairu $command </dev/null; echo $?
		done 2>&1
	SH
	cd "$HOME/proj"
	run mairu exec "$OPS" "${AS_NOBODY[@]}" sh "$T/other"
	assert_equal "$(grep -cx 1 <<<"$output")" 4
	refute_output --partial ASIAFAKE
	refute_output --partial AWS_
	assert_line --partial 'as HOME does: set HOME to a directory of your own'
	# With a place of its own the other one asks a broker of its own, which
	# knows nothing of this.
	mkdir -m 0700 "$T/nobody"
	chown 65534:65534 "$T/nobody"
	cp -r "$XDG_CONFIG_HOME" "$T/nobody/config"
	chown -R 65534:65534 "$T/nobody/config"
	run mairu exec --region us-east-1 "$OPS" "${AS_NOBODY[@]}" env HOME="$T/nobody" XDG_CONFIG_HOME="$T/nobody/config" \
		XDG_STATE_HOME= XDG_RUNTIME_DIR="$T/nobody" sh -c 'cd /
			mairu exec 123456789012/Dev env; echo $?; mairu credential-process auto; echo $?
			mairu kill-agent --keeper'
	unhurried
	assert_output 'mairu: login required. Run: mairu login contoso
4
mairu: the role that `mairu exec` provided is not available, and mairu uses no other in its place: the broker does not know this token (any more): it was ended, or what the token was given for has ended
1'
	# And the other way round: root does not take what is a user's.
	mairu kill-agent --keeper
	chown -R 65534:65534 "$T"
	run sh "$T/other"
	assert_equal "$(grep -cx 1 <<<"$output")" 4
	assert_equal "$(grep -c 'as HOME does' <<<"$output")" 4
	chown -R 0:0 "$T"
}

# --- the shadow of [default]

@test "where [default] shadows the role, exec refuses before anything is waited for" {
	shadow
	run -1 mairu exec "$OPS" touch "$T/ran"
	assert_output "mairu: exec: this role is shadowed: [default] in ~/.aws/credentials has aws_access_key_id, which most SDKs take instead. Run: mairu setup-profile (or give --mode static, or --allow-shadow)"
	cd "$HOME/proj"
	run -1 mairu exec auto touch "$T/ran"
	[ ! -e "$T/ran" ]
	[ ! -e "$SOCK" ]
	log_in contoso
	mairu exec -m static auto which-key | all_find DEV
	run mairu exec --allow-shadow auto which-key
	assert_line 'boto3 AKIADEFAULT'
	printf '[profile mairu]\ncredential_process = other\n' >"$HOME/.aws/config"
	run -1 mairu exec auto true
	assert_output --partial 'profile mairu is there, but does not run mairu'
}

@test "with the profile of mairu every SDK has the role, under exec and in a shell" {
	shadow
	mairu setup-profile -y 2>"$T/err"
	log_in contoso
	(cd "$HOME/proj" && mairu exec "$OPS" which-key) | all_find OPS
	mairu exec "$OPS" bash -c 'cd ~/proj && which-key' | all_find OPS
	(cd "$HOME/proj" && mairu exec auto bash -c 'cd / && which-key') | all_find DEV
	run -0 mairu exec -m static "$OPS" printenv AWS_ACCESS_KEY_ID
	run -1 mairu exec -m static "$OPS" printenv AWS_PROFILE
	rc bash
	session -e AWS_EC2_METADATA_DISABLED=true bash <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		which-key
	SCRIPT
	said enter "$ENTERED"
	out inside | all_find DEV
}

@test "other profiles, and those with a source_profile, go on to work" {
	shadow
	mairu setup-profile -y 2>"$T/err"
	log_in contoso
	cat >>"$HOME/.aws/config" <<-INI
		[profile other]
		aws_access_key_id = AKIAOTHER
		aws_secret_access_key = x
		[profile on-default]
		role_arn = arn:aws:iam::123456789012:role/Target
		source_profile = default
		[profile on-mairu]
		role_arn = arn:aws:iam::123456789012:role/Target
		source_profile = mairu
	INI
	run mairu exec "$OPS" /usr/bin/aws --profile other configure list
	assert_line --regexp '^ *access_key +\*{16}THER '
	command -v npm >/dev/null || skip "there is no npm here"
	# The AWS CLI of Debian knows no other STS than the real one.
	sdk_program whoami.mjs
	cat >"$T/ask" <<-SH
		AWS_ENDPOINT_URL_STS=$(server_root)/sts/ AWS_REGION=eu-west-1
		export AWS_ENDPOINT_URL_STS AWS_REGION
		for profile in mairu on-default on-mairu; do
			AWS_PROFILE=\$profile node "$MAIRU_BUILD/sdk/whoami.mjs"
		done
	SH
	run mairu exec "$OPS" sh "$T/ask"
	unhurried
	# Both came as far as AssumeRole: with the key of [default], which the fake
	# does not know, and with ours, which it does.
	assert_output 'answered
InvalidClientTokenId: The security token included in the request is invalid.
answered'
	grep -q '"role": "123456789012/Ops", "action": "AssumeRole"' "$JOURNAL"
}

# --- a shell with the hook in exec

# `creds` for what was lent, which has no config.
SHOW='echo "$MAIRU_ACTIVE_ROLE" "$(curl -sS -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI" | grep -o "ASIAFAKE[A-Z]*[A-WYZ]")"'

in_exec() {
	local start=$1

	log_in contoso
	project "$HOME/other" "$(config 210987654321/ReadOnly)"
	allow "$HOME/other"
	printf '%s\n' "$SHOW" >"$T/bin/roles"
	chmod +x "$T/bin/roles"
	rc "$start"
	session -C "$HOME/proj" -e MAIRU_SERVER=contoso "$start" <<-SCRIPT
		%as exec
		mairu exec $OPS $start
		%as here
		roles
		%as sub
		mkdir -p sub; cd sub
		roles
		%as outside
		cd /
		%as outside-role
		roles
		%as other
		cd ~/other
		%as other-role
		roles; creds
		%as left
		cd /
		%as left-role
		roles; printenv MAIRU_ACTIVE_CONFIG; printenv MAIRU_STATE; echo end
		%as other-again
		cd ~/other
		%as back
		cd ~/proj
		%as back-role
		roles
		%as end
		exit
		%as parent
		roles; creds
	SCRIPT
	silent exec sub outside
	said here "$OPS ASIAFAKEOPS"
	said outside-role "$OPS ASIAFAKEOPS"
	said other 'mairu: contoso 210987654321/ReadOnly'
	said other-role '210987654321/ReadOnly ASIAFAKEREADONLY' 'contoso 210987654321/ReadOnly'
	said left "mairu: contoso $OPS"
	said left-role "$OPS ASIAFAKEOPS" end
	said back "mairu: contoso $OPS"
	said back-role "$OPS ASIAFAKEOPS"
	said parent "$ROLE ASIAFAKEDEV" "contoso $ROLE"
}

@test "bash: a shell of exec keeps its role where it began and outside, and other projects have theirs" { in_exec bash; }
@test "zsh: a shell of exec keeps its role where it began and outside, and other projects have theirs" { in_exec zsh; }
@test "fish: a shell of exec keeps its role where it began and outside, and other projects have theirs" { in_exec fish; }

@test "once the process of exec has ended, the hook takes over where it began" {
	log_in contoso
	cd "$HOME/proj"
	rc bash
	# What tmux does: the shell is no child of what mairu exec became.
	mairu exec "$OPS" bash -c 'env -0 >"$T/env"'
	session -C "$HOME/proj" -e "$(tr '\0' '\n' <"$T/env" | grep ^MAIRU_EXEC=)" \
		-e "$(tr '\0' '\n' <"$T/env" | grep ^AWS_CONTAINER_CREDENTIALS)" \
		-e "$(tr '\0' '\n' <"$T/env" | grep ^AWS_CONTAINER_AUTH)" \
		-e "MAIRU_ACTIVE_ROLE=$OPS" -e MAIRU_ACTIVE_SERVER=contoso bash <<-'SCRIPT'
			%as inside
			creds
			%as left
			cd /
			%as outside
			creds
		SCRIPT
	said start "mairu: the \`mairu exec\` that gave this shell its AWS role has ended, so the role was dropped" \
		"$ENTERED"
	said inside "contoso $ROLE"
	said left "$LEFT"
	said outside none
}
