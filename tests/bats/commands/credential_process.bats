# mairu credential-process as AWS SDKs run it: one profile in the AWS config for
# every project, script and editor; and what it does when something is wrong.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

OPS=123456789012/Ops

prepare() {
	export MAIRU_SERVER=contoso
	start_server
	a_server contoso
	project "$HOME/dev"
	project "$HOME/ops" "$(config "$OPS")"
	project "$HOME/new"
	allow "$HOME/dev"
	allow "$HOME/ops"
	mairu setup-profile -y 2>"$T/err"
}

# Started by something that knows nothing of mairu, like an editor, but for what
# is in CHANGED.
outside() {
	env -i "HOME=$HOME" PATH=/usr/bin:/bin T="$T" LANG=C.UTF-8 \
		"XDG_CONFIG_HOME=$XDG_CONFIG_HOME" "XDG_STATE_HOME=$XDG_STATE_HOME" \
		"XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR" AWS_EC2_METADATA_DISABLED=true \
		AWS_PROFILE=mairu AWS_DEFAULT_REGION=eu-west-1 "${CHANGED[@]}" "$@"
}

# boto DIR...: what boto3 makes of AWS_PROFILE=mairu in each.
boto() {
	outside /usr/bin/python3 - "$@" <<-'PY'
		import boto3, os, sys
		for at in sys.argv[1:]:
		    os.chdir(at)
		    try:
		        c = boto3.Session().get_credentials().get_frozen_credentials()
		        print(c.access_key[:-4].rstrip("X"), bool(c.secret_key and c.token))
		    except Exception as e:
		        print(str(e).strip())
	PY
}

# cli DIR: whom AWS takes the AWS CLI for there, or what the CLI says.
cli() {
	cd "$1" && outside /usr/bin/aws --no-cli-pager --endpoint-url "$(server_root)/sts/" \
		sts get-caller-identity --query Arn --output text 2>&1 | sed '/^$/d'
}

@test "one profile serves every project, from anything that runs an SDK" {
	local why='Error when retrieving credentials from custom-process: mairu:' new
	CHANGED=()

	new="$why ~/new/.mairu.json is not trusted: server contoso, role $ROLE. Run: mairu allow"
	run boto "$HOME/dev"
	assert_output "$why login required. Run: mairu login contoso"
	log_in contoso
	mkdir -p "$HOME/dev/deep/er"
	run boto "$HOME/dev/deep/er" "$HOME/ops" "$HOME/new" / "$HOME/dev"
	assert_output "ASIAFAKEDEV True
ASIAFAKEOPS True
$new
$why there is no .mairu.json here or above
ASIAFAKEDEV True"
	run cli "$HOME/ops"
	assert_output arn:aws:sts::123456789012:assumed-role/Ops/fake
	run cli "$HOME/new"
	assert_output "$new"
	assert_equal "$(asked assume-role)" 2
	# In what the hook's shell of one project starts in another, the role is
	# the shell's, by its token or by its config; a config that is not
	# trusted any more is not taken.
	CHANGED=("MAIRU_ACTIVE_CONFIG=$HOME/ops/.mairu.json" "MAIRU_ACTIVE_ROLE=$OPS")
	run boto "$HOME/dev" "$HOME/new" /
	assert_output $'ASIAFAKEOPS True\nASIAFAKEOPS True\nASIAFAKEOPS True'
	enter "$HOME/ops"
	CHANGED+=("AWS_CONTAINER_CREDENTIALS_FULL_URI=$URL" "AWS_CONTAINER_AUTHORIZATION_TOKEN=$TOKEN")
	run boto "$HOME/dev"
	assert_output 'ASIAFAKEOPS True'
	echo >>"$HOME/ops/.mairu.json"
	run boto "$HOME/ops"
	assert_output --partial '~/ops/.mairu.json has changed since it was allowed'
}

@test "as Go and others run it: by sh, at once, in few bytes, and many times" {
	local command i
	local -a runs=()

	log_in contoso
	cd "$HOME/dev"
	command=$(sed -n 's/^credential_process = //p' "$HOME/.aws/config")
	for i in {1..20}; do
		env -u PATH /bin/sh -c "$command" >"$T/said.$i" 2>"$T/err.$i" <&- 3>&- &
		runs+=($!)
	done
	wait "${runs[@]}"
	assert_equal "$(cat "$T"/said.* | wc -l)" 20
	assert_equal "$(sort -u "$T"/said.* | wc -l)" 1
	assert_equal "$(cat "$T"/err.*)" ''
	assert_equal "$(asked assume-role)" 1
	[ "$(wc -c <"$T/said.1")" -lt 8192 ]
	python3 - "$T/said.1" <<-'PY'
		import datetime, json, sys
		got = json.load(open(sys.argv[1]))
		assert type(got["Version"]) is int and got["Version"] == 1
		assert list(got) == ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
		datetime.datetime.strptime(got["Expiration"], "%Y-%m-%dT%H:%M:%SZ")
	PY
	# Options may stand anywhere.
	mairu credential-process --timeout=5 contoso "$ROLE" --no-cache | cmp -s - "$T/said.1" && false
	assert_equal "$(asked assume-role)" 2
	mairu credential-process contoso --timeout 5 -- "$ROLE" | grep -q ASIAFAKEDEV
	mairu credential-process auto --timeout 5 | grep -q ASIAFAKEDEV
}

@test "what cannot be printed is no success, and wrong usage prints nothing" {
	log_in contoso
	cd "$HOME/dev"
	run -1 bash -c 'mairu credential-process auto >/dev/full'
	assert_output 'mairu: cannot write to standard output: No space left on device'
	run bash -c '{ trap : PIPE; until ! echo; do :; done 2>/dev/null; mairu credential-process auto; echo "$?" >&2; } | :'
	assert_output 1
	run -1 bash -c 'mairu credential-process auto >&-'
	assert_output --partial 'cannot write to standard output'
	run -0 --separate-stderr bash -c 'mairu credential-process auto 2>&-'
	assert_equal "${#lines[@]}" 1
	run -0 bash -c 'mairu credential-process auto <&- | tail -n 1'
	assert_output --partial '"Version":1'
	for words in '' 'contoso' 'contoso r x' '--nonsense auto' '--timeout 0 auto' '--timeout auto' 'auto auto auto' '--account 1 auto'; do
		# shellcheck disable=SC2086 # these are several
		run -2 --separate-stderr mairu credential-process $words
		assert_output ''
		[[ $stderr == mairu:\ * ]]
	done
	run -1 --separate-stderr mairu credential-process nowhere "$ROLE"
	assert_output ''
}
