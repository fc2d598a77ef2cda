# Roles that are assumed by roles, in all ways in which a role is given, against
# an STS that verifies signatures, trust policies and parameters.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2016 # text for other programs in single quotes

load ../lib/common
load ../lib/sso

ONE=arn:aws:iam::123456789012:role/path/One
TWO=arn:aws:iam::210987654321:role/Two
THREE=arn:aws:iam::333333333333:role/Three
WHO='import boto3, sys
sts = boto3.client("sts", "eu-west-1", endpoint_url=sys.argv[1])
print(sts.get_caller_identity()["Arn"])'

prepare() {
	plain_memory
	export USER=alice
	start_server
	a_server contoso
	mairu config set endpoints.sts "${SERVER%/}"
}

# begin HOPS [MORE]: a project with that chain, and its user logged in.
begin() {
	chained "$HOME/proj" "$@"
	log_in contoso
}

# chained DIR HOPS [MORE]
chained() {
	project "$1" "$(config "$ROLE" "\"assume_role\":$2${3:+,$3}")"
	allow "$1"
}

# hop ARN [MORE]: an object of a chain.
hop() {
	echo "{\"role_arn\":\"$1\"${2:+,$2}}"
}

# trust JSON: who may assume what, from now on.
trust() {
	control "{\"set\": {\"trust\": $1}}" >/dev/null
}

# sts_says CODE [JSON MEMBERS]: once.
sts_says() {
	control "{\"sts_error\": {\"code\": \"$1\"${2:+, $2}}}" >/dev/null
}

# assumed: the roles that STS was asked for and gave, one after the other.
assumed() {
	recorded '" ".join(q["asked"]["RoleArn"].split("/")[-1] for q in at("sts") if "given" in q)'
}

# in_shell COMMAND: in a shell with the hook, in the project.
in_shell() {
	(cd "${DIR:-$HOME/proj}" && MAIRU_QUIET=1 bash -c "
		eval \"\$(mairu hook bash)\"
		eval \"\$(mairu export bash)\"
		$1")
}

# ask: asks the endpoint of $URL; status in $status_line, body in $T/body.
ask() {
	status_line=$(curl -sS -m 10 -o "$T/body" -w '%{http_code}\n' \
		-H "Authorization: $TOKEN" "$URL")
}

# answers_with STATUS WORDS: so the endpoint does.
answers_with() {
	ask
	[ "$status_line" = "$1" ] && grep -q -e "$2" "$T/body"
}

log_of_broker() {
	cat "$XDG_STATE_HOME"/mairu/log/*
}

# --- ways to a role

@test "a hop in .mairu.json is the role that boto3 has in a shell" {
	begin "$(hop $ONE)"
	rc bash
	# shellcheck disable=SC2086 # the endpoint's address
	session -e AWS_EC2_METADATA_DISABLED=true bash <<-SCRIPT
		cd ~/proj
		%as who
		$PY -c '$(tr '\n' ';' <<<"$WHO")' $SERVER
	SCRIPT
	said who 'arn:aws:sts::123456789012:assumed-role/One/fake'
	refused_none
}

@test "three hops are gone through one by one, each with the one before" {
	begin "[$(hop $ONE),$(hop $TWO),$(hop $THREE)]" '"region":"eu-west-1"'
	trust "{\"$ONE\": {\"by\": [\"arn:aws:iam::123456789012:role/Dev\"]},
		\"$TWO\": {\"by\": [\"$ONE\"]}, \"$THREE\": {\"by\": [\"$TWO\"]}}"
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::333333333333:assumed-role/Three/fake'
	assert_equal "$(assumed)" 'One Two Three'
	assert_equal "$(recorded '{q["region"] for q in at("sts")}')" "{'eu-west-1'}"
	refused_none
}

@test "an odd form of the same answers is understood" {
	control '{"set": {"sts_form": "blank"}}' >/dev/null
	begin "[$(hop $ONE),$(hop $TWO)]"
	run in_shell 'mairu exec -m static auto printenv AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY'
	unhurried
	assert_line --index 0 --regexp '^ASIAFAKETWO'
	assert_line --index 1 --regexp '^CANARYsecret.{28}$'
	control '{"set": {"sts_form": "plain"}}' >/dev/null
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
}

@test "exec --assume-role goes from hop to hop, with what is said of each" {
	log_in contoso
	trust "{\"$TWO\": {\"by\": [\"$ONE\"], \"external_id\": \"e:/-1\"}}"
	for mode in ecs static; do
		run mairu exec -m "$mode" --assume-role $ONE \
			--assume-role-session-name first --assume-role $TWO \
			--assume-role-external-id e:/-1 "$ROLE" \
			"$PY" -c "$WHO" "$SERVER"
		unhurried
		assert_output 'arn:aws:sts::210987654321:assumed-role/Two/first'
	done
	assert_equal "$(assumed)" 'One Two'
	refused_none
}

@test "exec --assume-role goes on from where the project ends" {
	begin "$(hop $ONE)" '"region":"eu-central-1"'
	cd "$HOME/proj"
	run mairu exec --assume-role $TWO auto "$PY" -c "$WHO" "$SERVER"
	unhurried
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
	assert_equal "$(assumed)" 'One Two'
}

@test "credential-process auto gives the end of the chain" {
	begin "[$(hop $ONE),$(hop $TWO)]"
	cd "$HOME/proj"
	run mairu credential-process auto
	assert_success
	assert_output --partial '"AccessKeyId":"ASIAFAKETWO'
	run mairu credential-process --assume-role $THREE contoso "$ROLE"
	assert_success
	assert_output --partial '"AccessKeyId":"ASIAFAKETHREE'
}

@test "in static mode a shell has the keys of the end of the chain" {
	begin "[$(hop $ONE),$(hop $TWO)]" '"mode":"static"'
	has_keys() {
		run in_shell 'echo "$AWS_ACCESS_KEY_ID"'
		[[ $output == ASIAFAKETWO* ]]
	}
	wait_until has_keys
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
}

@test "a chain stands on a role of IAM Identity Center" {
	start_sso_server
	an_sso_server corp
	mairu config set endpoints.sts "${SERVER%/}"
	project "$HOME/proj" "{\"server\":\"corp\",\"role\":\"$ROLE\",
		\"assume_role\":[$(hop $ONE),$(hop $TWO)],\"account\":\"210987654321\"}"
	allow "$HOME/proj"
	log_in_code corp
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
	refused_none
	# The portal gives no role but of the account that was asked for.
	before=$(asked sts)
	run mairu exec --account 123456789012 --server corp "$ROLE" true
	assert_success
	run mairu exec --account 210987654321 --server corp "$ROLE" true
	assert_equal "$status" 5
	assert_equal "$(asked sts)" "$before"
}

# --- names of sessions

@test "a session has the name that is given, else that of who asks" {
	log_in contoso
	mairu credential-process --assume-role $ONE --assume-role $TWO \
		--assume-role-session-name 'a+b=c,@-.d' --assume-role $THREE \
		contoso "$ROLE" >"$T/said"
	assert_equal "$(recorded '[q["asked"]["RoleSessionName"] for q in at("sts") if "given" in q]')" \
		"['fake', 'a+b=c,@-.d', 'a+b=c,@-.d']"
	# Who asks was asked once, where no answer had said it.
	assert_equal "$(recorded '[q["action"] for q in at("sts")].count("GetCallerIdentity")')" 1
}

@test "where STS does not say who asks, the session has the user's name" {
	log_in contoso
	sts_says AccessDenied '"action": "GetCallerIdentity"'
	mairu credential-process --assume-role $ONE contoso "$ROLE" >"$T/said"
	assert_equal "$(recorded '[q["asked"]["RoleSessionName"] for q in at("sts") if "given" in q]')" \
		"['alice']"
}

# --- what arrives

@test "tags, policies, a source identity and a duration arrive" {
	begin "[$(hop $ONE '"duration_seconds":900,"source_identity":"alice",
		"tags":{"team":"a/b c","équipe":"日本"},"transitive_tag_keys":["team"],
		"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}",
		"policy_arns":["arn:aws:iam::aws:policy/ReadOnlyAccess"]'),$(hop $TWO)]"
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
	run recorded '[q["asked"] for q in at("sts") if "given" in q][0]'
	assert_output --partial "'DurationSeconds': 900"
	assert_output --partial "'SourceIdentity': 'alice'"
	assert_output --partial "{'Key': 'team', 'Value': 'a/b c'}, {'Key': 'équipe', 'Value': '日本'}"
	assert_output --partial "'TransitiveTagKeys': ['team']"
	assert_output --partial "'Policy': '{\"Version\":\"2012-10-17\",\"Statement\":[]}'"
	assert_output --partial "'PolicyArns': [{'arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess'}]"
	refused_none
}

@test "more than an hour counts as an hour, and it is said" {
	begin "$(hop $ONE '"duration_seconds":7200')"
	run mairu allow "$HOME/proj"
	assert_line "mairu: but 7200 s for $ONE count as 3600: AWS gives a role assumed by a role an hour at most"
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::123456789012:assumed-role/One/fake'
	assert_equal "$(recorded '[q["asked"]["DurationSeconds"] for q in at("sts") if q["action"] == "AssumeRole"]')" \
		'[7200, 3600]'
	run log_of_broker
	assert_output --partial "$ONE: AWS gives an hour at most"
	assert_output --partial '"duration_seconds" counts as 3600'
	run mairu exec --assume-role $TWO --assume-role-duration-seconds 4000 "$ROLE" true
	assert_success
	unhurried
	assert_output 'mairu: 4000 s count as 3600: AWS gives a role assumed by a role an hour at most'
}

@test "projects that begin alike share the beginning" {
	begin "[$(hop $ONE),$(hop $TWO)]"
	chained "$HOME/other" "[$(hop $ONE),$(hop $THREE)]"
	for _ in 1 2; do
		for DIR in "$HOME/proj" "$HOME/other"; do
			in_shell "$PY -c '$WHO' $SERVER"
		done
	done
	assert_equal "$(assumed)" 'One Two Three'
	assert_equal "$(asked assume-role)" 1
}

# --- what goes wrong

@test "a no names the hop, who asked and the role" {
	trust "{\"$TWO\": {\"by\": [\"333333333333\"]}}"
	begin "[$(hop $ONE),$(hop $TWO)]"
	run in_shell 'mairu credential-process auto'
	assert_equal "$status" 5
	assert_output --partial "hop 2: can't assume $TWO as arn:aws:sts::123456789012:assumed-role/One/fake"
	assert_output --partial 'is not authorized to perform: sts:AssumeRole'
	run mairu exec --assume-role $TWO "$ROLE" true
	assert_equal "$status" 5
	assert_output --partial "can't assume $TWO as arn:aws:sts::123456789012:assumed-role/Dev/fake"
	enter "$HOME/proj"
	wait_until answers_with 403 "hop 2: can't assume"
	# Asking again does not ask AWS again.
	before=$(asked sts)
	for _ in 1 2 3 4 5; do ask; done
	assert_equal "$(asked sts)" "$before"
}

@test "every error of STS is told in words, and says what to do" {
	log_in contoso
	for code in AccessDenied InvalidClientTokenId MissingAuthenticationToken \
		IncompleteSignature ValidationError MalformedPolicyDocument \
		PackedPolicyTooLarge InvalidIdentityToken IDPRejectedClaim \
		RegionDisabledException; do
		sts_says $code '"action": "AssumeRole", "text": "because\u202e\nof it"'
		run mairu credential-process --assume-role $ONE \
			--assume-role-session-name "s$code" contoso "$ROLE"
		assert_equal "$status" 5
		assert_output --partial "mairu: "
		assert_output --partial "can't assume $ONE"
		assert_output --partial 'because'
		refute_output --partial $'\u202e'
		assert_equal "${#lines[@]}" 1
	done
}

@test "an external id that is wrong is refused" {
	trust "{\"$ONE\": {\"external_id\": \"right\"}}"
	log_in contoso
	run mairu exec --assume-role $ONE --assume-role-external-id wrong "$ROLE" true
	assert_equal "$status" 5
	run mairu exec --assume-role $ONE --assume-role-external-id right "$ROLE" true
	assert_success
}

@test "credentials below that have ended are got anew, once" {
	begin "[$(hop $ONE),$(hop $TWO)]"
	in_shell 'mairu credential-process auto' >"$T/said"
	control '{"end_keys": "ASIAFAKEONE"}' >/dev/null
	run mairu credential-process --assume-role $ONE --assume-role $THREE contoso "$ROLE"
	assert_success
	assert_output --partial ASIAFAKETHREE
	assert_equal "$(assumed)" 'One Two One Three'
	control '{"end_keys": "ASIAFAKEDEV"}' >/dev/null
	run mairu credential-process --assume-role $THREE contoso "$ROLE"
	assert_success
	assert_equal "$(asked assume-role)" 2
}

@test "a clock that is off is corrected once, and signatures go on" {
	control '{"set": {"sts_clock": 1800}}' >/dev/null
	begin "[$(hop $ONE),$(hop $TWO)]"
	run in_shell 'mairu credential-process auto'
	assert_success
	assert_output --partial ASIAFAKETWO
	mairu credential-process --assume-role $THREE contoso "$ROLE" >"$T/said"
	assert_equal "$(recorded 'sum("refused" in q for q in at("sts"))')" 1
	run log_of_broker
	assert_output --regexp 'clock of this machine is (1799|1800|1801) seconds off'
}

@test "an end is told by this machine's clock, however far off that is" {
	for off in 1800 -1800; do
		control "{\"set\": {\"sts_clock\": $off}}" >/dev/null
		[ "$off" = 1800 ] || mairu kill-agent
		log_in contoso
		mairu credential-process --assume-role $ONE contoso "$ROLE" >"$T/said"
		"$PY" -c 'import datetime, json, sys, time
end = json.load(open(sys.argv[1]))["Expiration"].replace("Z", "+00:00")
left = datetime.datetime.fromisoformat(end).timestamp() - time.time()
assert 3540 < left < 3605, left' "$T/said"
	done
}

# left_alone FAULT TRIES SECONDS: with that fault STS gets so many requests, and
# then none for so long, and longer each time.
left_alone() {
	log_in contoso
	control "{\"fault\": \"sts:$1\"}" >/dev/null
	# With a name, for which it is asked itself otherwise.
	chained "$HOME/proj" "$(hop $ONE '"role_session_name":"it"')"
	enter "$HOME/proj"
	for _ in 1 2 3 4 5 6 7 8; do ask; done
	[ "$status_line" = 503 ] || cat "$T/body" >&2
	assert_equal "$status_line" 503
	run recorded '[q["time"] for q in at("sts")]'
	assert_output --regexp '^\[[0-9]'
	"$PY" -c 'import json, sys
t, n, pause = json.loads(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for i, (a, b) in enumerate(zip(t, t[n:])):
    assert b - a >= pause * 2 ** (i // n), t' "$output" "$2" "$3"
}

@test "STS that is in trouble is left alone for a while, or for as long as it says" {
	left_alone 'status,status=503,body=<html>,retry_after=30' 1 30
}

@test "STS that is asked too often is left alone for as long as it says" {
	left_alone status,status=429,retry_after=30 1 30
}

# A second at first, of which half is left to chance.
@test "STS whose answer is none is left alone for a while" {
	left_alone garbage 1 0.5
}

# There are three tries, and each may begin on a connection that is closed.
@test "STS that does not answer is left alone for a while" {
	left_alone close 6 0.5
}

@test "a throttled STS is asked again" {
	log_in contoso
	sts_says Throttling '"action": "AssumeRole", "text": "Rate exceeded"'
	run mairu credential-process --assume-role $ONE contoso "$ROLE"
	if [ "$status" != 0 ]; then
		assert_output --partial 'AWS is asked too often'
	fi
	goes() {
		mairu credential-process --assume-role $ONE contoso "$ROLE" >"$T/said" 2>&1
	}
	wait_until goes
}

# --- the account

# gives_nothing: in no way that there is.
gives_nothing() {
	enter "$HOME/proj"
	wait_until answers_with 403 'account 333333333333 is wanted'
	cd "$HOME/proj" || return
	run mairu credential-process auto
	assert_equal "$status" 5
	assert_output --partial 'account 333333333333 is wanted'
	refute_output --partial ASIAFAKE
	for mode in ecs static; do
		run mairu exec -m "$mode" auto printenv AWS_ACCESS_KEY_ID
		assert_equal "$status" 5
		assert_output --partial 'account 333333333333 is wanted'
		refute_output --partial ASIAFAKE
	done
	cd "$HOME" || return
}

@test "a role of the account that is wanted works" {
	project "$HOME/proj" "$(config "$ROLE" '"account":"123456789012"')"
	allow "$HOME/proj"
	log_in contoso
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::123456789012:assumed-role/Dev/fake'
	chained "$HOME/proj" "$(hop $TWO)" '"account":"210987654321"'
	run in_shell "$PY -c '$WHO' $SERVER"
	assert_output 'arn:aws:sts::210987654321:assumed-role/Two/fake'
}

@test "a role of another account than wanted gives nothing anywhere, and says so" {
	project "$HOME/proj" "$(config "$ROLE" '"account":"333333333333"')"
	allow "$HOME/proj"
	log_in contoso
	gives_nothing
	project "$HOME/proj" "$(config "$ROLE" '"account":"333333333333","mode":"static"')"
	allow "$HOME/proj"
	for _ in 1 2 3; do
		run in_shell 'env | grep -c ASIAFAKE'
		assert_line 0
	done
	run mairu exec --account 333333333333 "$ROLE" true
	assert_equal "$status" 5
	run mairu credential-process --account 333333333333 contoso "$ROLE"
	assert_equal "$status" 5
	refute_output --partial ASIAFAKE
}

@test "a chain that ends in another account than wanted gives nothing" {
	chained "$HOME/proj" "$(hop $TWO)" '"account":"333333333333"'
	log_in contoso
	gives_nothing
}

@test "where AWS does not say which account it is, nothing is given" {
	project "$HOME/proj" "$(config "$ROLE" '"account":"123456789012"')"
	allow "$HOME/proj"
	log_in contoso
	control '{"fault": "sts:status,status=503,body=<html>"}' >/dev/null
	cd "$HOME/proj"
	run mairu credential-process auto
	assert_failure
	refute_output --partial ASIAFAKE
}

# --- the end

@test "logging out takes all of a chain back" {
	begin "[$(hop $ONE),$(hop $TWO)]"
	enter "$HOME/proj"
	wait_until answers_with 200 ASIAFAKETWO
	run mairu logout contoso
	assert_success
	ask
	assert_equal "$status_line" 401
	run in_shell 'mairu credential-process auto'
	assert_equal "$status" 4
	refute_output --partial ASIAFAKE
	log_in contoso
	in_shell 'mairu credential-process auto' >"$T/said"
	assert_equal "$(assumed)" 'One Two One Two'
}

@test "after a logout the broker's memory holds no trace of a hop" {
	may_look
	export MAIRU_AGENT_LOG=debug
	begin "[$(hop $ONE),$(hop $TWO),$(hop $THREE)]"
	enter "$HOME/proj"
	wait_until answers_with 200 ASIAFAKETHREE
	rm "$T/body"
	run "$LIB/memory" "$(broker_pid)" CANARYhop
	assert_success
	mairu logout contoso
	run "$LIB/memory" "$(broker_pid)" CANARY
	assert_output ''
	assert_failure 1
}

@test "no key, signature or token of a hop is in a file or the log" {
	export MAIRU_AGENT_LOG=debug
	begin "[$(hop $ONE),$(hop $TWO)]"
	enter "$HOME/proj"
	wait_until answers_with 200 ASIAFAKETWO
	sts_says AccessDenied
	run mairu credential-process --assume-role $THREE contoso "$ROLE"
	rm "$T/body"
	(cd "$HOME/proj" && mairu status) >"$T/status" 2>&1
	# The journal is the fake's.
	run grep -ral -e CANARY -e ASIAFAKE -e AWS4-HMAC "$T" --exclude='journal.*'
	assert_failure 1
	run log_of_broker
	refute_output --partial ASIA
}
