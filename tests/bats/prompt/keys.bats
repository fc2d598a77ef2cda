# "mode": "static" from end to end: the hook, the real broker, and a login to
# the fake credential server.  What the broker may answer is varied more in
# the rest of this room.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2034,SC2153 # what lib/common sets and reads

load ../lib/common

LOGIN="mairu: contoso $ROLE: login required. Run: mairu login contoso"
READONLY=210987654321/ReadOnly
NO_KEYS='none none none none'

prepare() {
	start_server
	a_server contoso
	project "$HOME/proj" "$(config "$ROLE" '"mode":"static"')"
	project "$HOME/audit" "$(config "$READONLY" '"mode":"static"')"
	allow "$HOME/proj"
	allow "$HOME/audit"
	# What of the keys a program sees: the id, and how the secrets begin.
	cat >"$T/bin/keys" <<-'SH'
		#!/usr/bin/env bash
		s=${AWS_SECRET_ACCESS_KEY-none} t=${AWS_SESSION_TOKEN-none}
		echo "${AWS_ACCESS_KEY_ID-none} ${s:0:12} ${t:0:13}" \
			"${AWS_CREDENTIAL_EXPIRATION-none}"
	SH
	# ends: when the keys of the block `first` do; 0 where there are none.
	cat >"$T/bin/ends" <<-'SH'
		#!/bin/sh
		date -d "$(cut -d ' ' -f 4 "$T/out/first")" +%s 2>/dev/null || echo 0
	SH
	# left SECONDS: until these are good for no longer.
	cat >"$T/bin/left" <<-'SH'
		#!/usr/bin/env bash
		exec {nap}<> <(:)
		end=$(($(ends) - $1))
		while ((EPOCHSECONDS < end)); do read -rt 0.1 -u "$nap" || :; done
	SH
	# beside COMMAND...: what stands here and in lib/common, while a session
	# goes on.
	cat >"$T/bin/beside" <<-SH
		#!/usr/bin/env bash
		T=$T SERVER=$SERVER JOURNAL=$JOURNAL REPO=$REPO
		exec {nap_fd}<> <(:)
		$(declare -f log_in log_in_once login_url follow control server_root asked nap \
			wait_until number holds life refuse denied)
		"\$@"
	SH
	chmod +x "$T/bin/keys" "$T/bin/ends" "$T/bin/left" "$T/bin/beside"
}

# number N: the broker has the keys of ~/proj that the server gave as its Nth.
number() {
	cd ~/proj && mairu credential-process auto 2>/dev/null |
		grep -q "\"ASIAFAKE[A-Z0-9]*000$1\""
}

# holds DIR...: the broker has keys of each.
holds() {
	local dir

	for dir; do
		(cd "$dir" && mairu credential-process auto >/dev/null) || return
	done
}

# life SECONDS: of what the server gives from now on.
life() {
	control "{\"set\": {\"life\": $1}}"
}

# refuse STATUS: so the server does from now on.
refuse() {
	control "{\"fault\": {\"at\": \"assume-role\", \"do\": \"status\",
		\"status\": $1, \"body\": \"not today\"}}"
}

# denied: the broker knows that the server refuses the role of ~/proj.
denied() {
	cd ~/proj && mairu credential-process auto 2>&1 | grep -q 'not today'
}

# like BLOCK PATTERN: it printed one line, like that.
like() {
	if [ "$(out "$1" | wc -l)" != 1 ] || ! out "$1" | grep -qE "$2"; then
		echo "block $1 is not like $2" >&2
		shown
	fi
}

# keys_of NAME [NUMBER]: how `keys` shows those of a role.
keys_of() {
	echo "^ASIAFAKE$1${2:-X*[0-9]*} CANARYsecret CANARYsession 20[0-9T:-]*Z\$"
}

# --- a login

later() {
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		keys
		%as again
		true
		%run beside log_in contoso && beside holds ~/proj
		%as there
		true
		%as then
		keys
		%as leave
		cd /
		%as outside
		keys
	SCRIPT
	said enter "$LOGIN" "$ENTERED"
	said inside "$NO_KEYS"
	silent again there
	like 'then' "$(keys_of DEV)"
	said leave "$LEFT"
	said outside "$NO_KEYS"
}

@test "bash: logged out there are no keys, which is said once; after a login elsewhere the next prompt has them" { later bash; }
@test "zsh: logged out there are no keys, which is said once; after a login elsewhere the next prompt has them" { later zsh; }
@test "fish: logged out there are no keys, which is said once; after a login elsewhere the next prompt has them" { later fish; }

# --- 23

two() {
	rc "$1"
	log_in contoso
	holds ~/proj ~/audit
	session -e AWS_ACCESS_KEY_ID=mine -e "AWS_SECRET_ACCESS_KEY=my's" \
		-e AWS_PROFILE=p "$1" <<-'SCRIPT'
			%as enter
			cd ~/proj
			%as dev
			keys; env | grep -e ^AWS_PROFILE -e ^AWS_CONTAINER
			%as over
			cd ~/audit
			%as readonly
			keys
			cd ~/proj
			%as back
			keys
			cd /
			%as outside
			keys; printenv AWS_PROFILE
		SCRIPT
	said enter "$ENTERED"
	like dev "$(keys_of DEV)"
	said over "mairu: contoso $READONLY"
	like readonly "$(keys_of READONLY)"
	like back "$(keys_of DEV)"
	said outside "mine my's none none" p
	assert_equal "$(asked assume-role)" 2
}

@test "bash 23: each project has the keys of its role, and leaving restores one's own" { two bash; }
@test "zsh 23: each project has the keys of its role, and leaving restores one's own" { two zsh; }
@test "fish 23: each project has the keys of its role, and leaving restores one's own" { two fish; }

# --- 45

# plays SHELL <SCRIPT: with keys that last for 16 seconds, of which they are new
# for 6, and due after 12.  QUARTER stands for the rest.  The script tells when
# it was where they still are good, in $T/good; where that was too late on a busy
# machine it is played once more, with keys that last longer.
plays() {
	local life

	rc "$1"
	cat >"$T/script"
	for life in 16 60 240; do
		if [ "$life" != 16 ]; then
			mairu kill-agent 2>/dev/null
			stop_servers
			prepare
		fi
		life "$life"
		log_in contoso
		holds ~/proj
		session "$1" < <(sed "s/QUARTER/$((life / 4))/" "$T/script")
		[ "$(cat "$T/good")" -ge "$("$T/bin/ends")" ] || return 0
	done
	echo 'this machine is too slow' >&2
	shown
}

renews() {
	plays "$1" <<-'SCRIPT'
		cd ~/proj
		%as first
		keys
		%run beside life 3600
		%run left QUARTER
		%as due
		true
		%as held
		keys
		%run date +%s >$T/good
		%run beside wait_until number 2
		%as renewed
		true
		%as second
		keys
	SCRIPT
	like first "$(keys_of DEV 'X*0001')"
	silent due renewed
	# Never without: the old ones are good for some seconds more.
	like held "$(keys_of DEV 'X*000[12]')"
	like second "$(keys_of DEV 'X*0002')"
}

@test "bash 45: keys that are due are renewed at a prompt, without a word" { renews bash; }

expires() {
	plays "$1" <<-'SCRIPT'
		cd ~/proj
		%run beside refuse 503
		%as first
		keys
		%run left QUARTER
		%as due
		true
		%as held
		keys
		%run date +%s >$T/good
		%run left -1
		%as expired
		true
		%as gone
		keys; printenv MAIRU_ACTIVE_ROLE
		%as after
		true
		%run beside life 3600 && beside control '{"clear": true}'
		%run beside wait_until holds ~/proj
		true
		%as renewed
		keys
	SCRIPT
	like first "$(keys_of DEV)"
	# Below them is why they are not renewed.
	check grep -qE "$(keys_of DEV)" "$OUT/held"
	# Or why, if the server answers only now.
	if grep -q 'not today' "$OUT/due" "$OUT/held"; then
		has expired 'credentials have expired'
	else
		check grep -qE 'credentials have expired|not today' "$OUT/expired"
	fi
	has gone "$NO_KEYS"
	has gone "$ROLE"
	lacks after expired
	like renewed "$(keys_of DEV)"
}

@test "bash 45: keys that the server does not renew are unset when they expire, which is said, and come back" { expires bash; }
@test "zsh 45: keys that the server does not renew are unset when they expire, which is said, and come back" { expires zsh; }
@test "fish 45: keys that the server does not renew are unset when they expire, which is said, and come back" { expires fish; }

refused() {
	plays "$1" <<-'SCRIPT'
		cd ~/proj
		%run beside refuse 403
		%as first
		keys
		%run date +%s >$T/good
		%run left -1
		%as lost
		true
		%run beside wait_until denied
		true
		%as gone
		keys
		%as after
		true
	SCRIPT
	like first "$(keys_of DEV)"
	# At the first prompt, or once the server has answered.
	has lost.. "mairu: contoso $ROLE: contoso refuses"
	has lost.. 'not today'
	said gone "$NO_KEYS"
	silent after
}

@test "a role that the server refuses from now on loses its keys, with the server's words" { refused bash; }

@test "after a logout elsewhere the next prompt has no keys" {
	rc bash
	log_in contoso
	holds ~/proj
	session bash <<-'SCRIPT'
		cd ~/proj
		%as inside
		keys
		%run mairu logout contoso
		%as out
		true
		%as gone
		keys
	SCRIPT
	like inside "$(keys_of DEV)"
	said out "$LOGIN"
	said gone "$NO_KEYS"
}

# --- 22

b22() {
	rc "$1" 'export AWS_SESSION_TOKEN=mine' 'readonly AWS_SESSION_TOKEN' \
		"$(hook_line "$1")"
	log_in contoso
	holds ~/proj
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		keys
		%as leave
		cd /
		%as outside
		keys
	SCRIPT
	one_message enter
	silent next leave
	said inside 'none none mine none'
	said outside 'none none mine none'
}

@test "bash 22: with a readonly AWS_SESSION_TOKEN no key is set, and that is said" { b22 bash; }
@test "zsh 22: with a readonly AWS_SESSION_TOKEN no key is set, and that is said" { b22 zsh; }

# --- 13, 26

# decoded: every word of the environment, as base64.
decoded() {
	python3 -c 'import base64, re, sys
for word in re.findall(rb"[A-Za-z0-9+/_-]{8,}", sys.stdin.buffer.read()):
    word = word.replace(b"-", b"+").replace(b"_", b"/")
    for at in range(4):
        part = word[at:]
        sys.stdout.buffer.write(base64.b64decode(part[: len(part) // 4 * 4]))'
}

traces() {
	rc "$1"
	log_in contoso
	holds ~/proj
	session -e AWS_ACCESS_KEY_ID=mine -e AWS_SECRET_ACCESS_KEY=OWNSECRET \
		"$1" <<-SCRIPT
			$2
			cd ~/proj
			%as inside
			env -0 >\$T/env
			$3 >\$T/all
			printenv MAIRU_STATE >\$T/hook-state
			cd /
		SCRIPT
	check grep -qa 'env -0' "$OUT"/inside.raw
	check grep -qazE '^AWS_SECRET_ACCESS_KEY=CANARYsecret' "$T/env"
	# The trace is in what the terminal showed.
	run grep -la -e CANARY -e OWNSECRET -r "$OUT"
	assert_output ''
	check test -s "$T/hook-state"
	decoded <"$T/hook-state" >"$T/hook-decoded"
	check grep -qa proj "$T/hook-decoded"
	run grep -la -e CANARY -e OWNSECRET "$T/hook-state" "$T/hook-decoded"
	assert_output ''
	# One secret, one token, and no second copy in any variable.
	assert_equal "$(grep -aoz CANARY "$T/env" | tr -dc '\0' | wc -c)" 2
	assert_equal "$(grep -ao CANARY "$T/all" | wc -l)" 2
	run grep -la OWNSECRET "$T/env" "$T/all"
	assert_output ''
}

@test "bash 13, 26: no key is in the trace of set -x, in MAIRU_STATE or in a second variable" { traces bash 'set -x' 'declare -p'; }
@test "zsh 13, 26: no key is in the trace of set -x, in MAIRU_STATE or in a second variable" { traces zsh 'set -x' 'typeset -p'; }
@test "fish 13, 26: no key is in the trace of fish_trace, in MAIRU_STATE or in a second variable" { traces fish 'set -g fish_trace 1' 'set -g'; }

# --- SDKs

clients() {
	rc "$1"
	log_in contoso
	holds ~/proj
	cat >"$T/bin/whoami_boto3" <<-SH
		#!/bin/sh
		exec /usr/bin/python3 -c 'import boto3
		print(boto3.client("sts", endpoint_url="${SERVER}sts/")
		    .get_caller_identity()["Arn"])'
	SH
	cat >"$T/bin/whoami_aws" <<-SH
		#!/bin/sh
		exec /usr/bin/aws --endpoint-url ${SERVER}sts/ sts \
			get-caller-identity --query Arn --output text
	SH
	chmod +x "$T/bin/whoami_boto3" "$T/bin/whoami_aws"
	session -e AWS_REGION=eu-west-1 -e AWS_DEFAULT_REGION=eu-west-1 \
		-e AWS_EC2_METADATA_DISABLED=true -t 60 "$1" <<-'SCRIPT'
			cd ~/proj
			%as boto3
			whoami_boto3
			%as aws
			whoami_aws
			cd /
			%as outside
			whoami_boto3 2>&1 | tail -n 1
		SCRIPT
	said boto3 arn:aws:sts::123456789012:assumed-role/Dev/fake
	said aws arn:aws:sts::123456789012:assumed-role/Dev/fake
	has outside 'Unable to locate credentials'
}

@test "bash: boto3 and the AWS CLI act with the keys" { clients bash; }
@test "zsh: boto3 and the AWS CLI act with the keys" { clients zsh; }
@test "fish: boto3 and the AWS CLI act with the keys" { clients fish; }

# A set is given whole or not at all; without a word an SDK would go on with
# another account.
own_key_inside() {
	log_in contoso
	holds "$HOME/proj"
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		%as own
		$2
		%as quiet
		keys | cut -d ' ' -f 1
		%as status
		mairu status | grep '^shell'
		$3
		true
		%as again
		keys | cut -d ' ' -f 1 | cut -c 1-8
	SCRIPT
	said own "mairu: $ROLE: AWS_SECRET_ACCESS_KEY was set in this shell, so the role's keys are not. Run: $3"
	said quiet none
	said status 'shell    does not have this role: AWS_SECRET_ACCESS_KEY is not what mairu set. Run: unset AWS_SECRET_ACCESS_KEY'
	said again ASIAFAKE
}

@test "bash: a key that the user sets inside keeps the rest away, and that is said" {
	own_key_inside bash 'export AWS_SECRET_ACCESS_KEY=mine' 'unset AWS_SECRET_ACCESS_KEY'
}
@test "zsh: a key that the user sets inside keeps the rest away, and that is said" {
	own_key_inside zsh 'export AWS_SECRET_ACCESS_KEY=mine' 'unset AWS_SECRET_ACCESS_KEY'
}
@test "fish: a key that the user sets inside keeps the rest away, and that is said" {
	own_key_inside fish 'set -gx AWS_SECRET_ACCESS_KEY mine' 'set -e AWS_SECRET_ACCESS_KEY'
}
