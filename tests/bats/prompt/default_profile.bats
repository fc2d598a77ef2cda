# The shadow of [default]: what the hook does where a default profile would win
# over the role, and which credentials real SDKs then take.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2034 # SDK is read by the stand-ins

load ../lib/common
load ../lib/sdks

SHADOWED="mairu: this role is shadowed: [default] in ~/.aws/credentials has aws_access_key_id, which most SDKs take instead. Run: mairu setup-profile (or write \"mode\": \"static\" into .mairu.json)"

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
	mkdir "$HOME/.aws"
	KEYS='aws_access_key_id = AKIADEFAULT
aws_secret_access_key = not-a-secret'
	NOWHERE=(-e AWS_EC2_METADATA_DISABLED=true -e AWS_REGION=eu-west-1)
	stand_ins
}

# The profile's credential_process is played by $T/stand/mairu.
stand_ins() {
	mkdir "$T/stand"
	cat >"$T/stand/mairu" <<-'SH'
		#!/bin/sh
		[ "$*" = "credential-process auto" ] || exit 1
		echo '{"Version": 1, "AccessKeyId": "AKIAPROCESS",' \
			'"SecretAccessKey": "s", "SessionToken": "t",' \
			'"Expiration": "2099-01-01T00:00:00Z"}'
	SH
	chmod +x "$T/stand/mairu"
	which_key
}

shadow() {
	printf '[default]\n%s\n' "$KEYS" >"$HOME/.aws/credentials"
}

profile() {
	printf '[profile mairu]\ncredential_process = %s credential-process auto\n' \
		"$T/stand/mairu" >"$HOME/.aws/config"
}

# keys BLOCK KEY SOURCE: every SDK there is took this key.
keys() {
	has "$1" "boto3 $2"
	has "$1" "cli ****************${2: -4} $3"
	! command -v npm >/dev/null || has "$1" "js $2"
}

# --- the profile is there

profiled() {
	shadow
	profile
	rc "$1"
	session "${NOWHERE[@]}" -e AWS_PROFILE=mine "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		creds; printenv AWS_PROFILE
		%as sdk
		which-key
		%as leave
		cd /
		printenv AWS_PROFILE
	SCRIPT
	said enter "$ENTERED"
	said inside "contoso $ROLE" mairu
	keys sdk AKIAPROCESS custom-process
	has leave "$LEFT"
}

@test "bash: where [default] shadows, the profile of mairu is used in every SDK" { profiled bash; }
@test "zsh: where [default] shadows, the profile of mairu is used in every SDK" { profiled zsh; }
@test "fish: where [default] shadows, the profile of mairu is used in every SDK" { profiled fish; }

restored() {
	shadow
	profile
	rc "$1"
	session -e AWS_PROFILE=mine -e AWS_DEFAULT_PROFILE=other "$1" <<-'SCRIPT'
		cd ~/proj
		%as inside
		printenv AWS_PROFILE; printenv AWS_DEFAULT_PROFILE; echo end
		cd /
		%as outside
		printenv AWS_PROFILE; printenv AWS_DEFAULT_PROFILE; printenv MAIRU_STATE; echo end
	SCRIPT
	said inside mairu end
	said outside mine other end
}

@test "bash: the user's own profile is put back on leaving" { restored bash; }
@test "zsh: the user's own profile is put back on leaving" { restored zsh; }
@test "fish: the user's own profile is put back on leaving" { restored fish; }

b24() {
	local set=$2

	shadow
	profile
	rc "$1"
	session -e AWS_PROFILE=before "$1" <<-SCRIPT
		cd ~/proj
		$set
		%as inside
		printenv AWS_PROFILE
		cd /
		%as outside
		printenv AWS_PROFILE
	SCRIPT
	said inside mine
	said outside mine
}

@test "bash 24: a profile that the user chose inside stays, shadow or not" { b24 bash 'export AWS_PROFILE=mine'; }
@test "zsh 24: a profile that the user chose inside stays, shadow or not" { b24 zsh 'export AWS_PROFILE=mine'; }
@test "fish 24: a profile that the user chose inside stays, shadow or not" { b24 fish 'set -gx AWS_PROFILE mine'; }

# --- it is not

unprofiled() {
	shadow
	rc "$1"
	session "${NOWHERE[@]}" "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as again
		true
		%as inside
		creds; printenv AWS_PROFILE; echo end
		%as sdk
		which-key
		%as leave
		cd /
		%as outside
		true
		%as back
		cd ~/proj
	SCRIPT
	said enter "$ENTERED" "$SHADOWED"
	silent again outside
	said inside "contoso $ROLE" end
	keys sdk AKIADEFAULT shared-credentials-file
	said leave "$LEFT"
	said back "$ENTERED"
}

@test "bash: without that profile the shell is told once, by what and what to do" { unprofiled bash; }
@test "zsh: without that profile the shell is told once, by what and what to do" { unprofiled zsh; }
@test "fish: without that profile the shell is told once, by what and what to do" { unprofiled fish; }

# --- what changes while a shell is inside

appears() {
	rc "$1"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%as shadow
		printf '[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n' >~/.aws/credentials
		%as profile
		printf '[profile mairu]\ncredential_process = mairu credential-process auto\n' >~/.aws/config
		%as inside
		printenv AWS_PROFILE
		%as gone
		rm ~/.aws/config
		%as after
		printenv AWS_PROFILE; echo end
		rm ~/.aws/credentials
		%as free
		printenv AWS_PROFILE; creds
	SCRIPT
	said shadow "$SHADOWED"
	silent profile
	said inside mairu
	silent gone
	said after end
	said free "contoso $ROLE"
}

@test "bash: a change of the files is seen at the next prompt" { appears bash; }
@test "zsh: a change of the files is seen at the next prompt" { appears zsh; }
@test "fish: a change of the files is seen at the next prompt" { appears fish; }

unexported() {
	local set=$2

	shadow
	rc "$1"
	session "$1" <<-SCRIPT
		$set
		cd ~/proj
		printf '[profile mairu]\ncredential_process = mairu credential-process auto\n' >~/.aws/config
		%as used
		printenv AWS_PROFILE
		rm ~/.aws/config
		%as gone
		echo \$AWS_PROFILE; printenv AWS_PROFILE; echo end
		cd /
		%as outside
		echo \$AWS_PROFILE; printenv AWS_PROFILE; echo end
	SCRIPT
	said used mairu
	said gone mine end
	said outside mine end
}

@test "bash: a profile that is no program's business survives ours" { unexported bash 'AWS_PROFILE=mine'; }
@test "zsh: a profile that is no program's business survives ours" { unexported zsh 'AWS_PROFILE=mine'; }
@test "fish: a profile that is no program's business survives ours" { unexported fish 'set -g AWS_PROFILE mine'; }

# --- no shadow

@test "a default profile without credentials is no shadow, and SDKs ask the endpoint" {
	printf '[default]\nregion = eu-west-1\n' >"$HOME/.aws/config"
	rc bash
	session "${NOWHERE[@]}" bash <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		creds; printenv AWS_PROFILE; echo end
		%as sdk
		which-key
	SCRIPT
	said enter "$ENTERED"
	said inside "contoso $ROLE" end
	has sdk 'boto3 Error when retrieving credentials from container-role'
	lacks sdk AKIADEFAULT
}

@test "the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name are read" {
	shadow
	mv "$HOME/.aws/credentials" "$T/elsewhere"
	cp "$T/elsewhere" "$T/other"
	rc bash
	session -e AWS_SHARED_CREDENTIALS_FILE="$T/elsewhere" bash <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as null
		export AWS_SHARED_CREDENTIALS_FILE=/dev/null
		%as config
		export AWS_CONFIG_FILE=$T/other
	SCRIPT
	has enter "[default] in $T/elsewhere has aws_access_key_id"
	silent null
	has config "[default] in $T/other has aws_access_key_id"
}

@test "a credentials file that cannot be read is said once, and the role is given" {
	mkfifo "$HOME/.aws/credentials"
	rc bash
	session bash <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as again
		true
		%as inside
		creds
	SCRIPT
	said enter "$ENTERED" "mairu: cannot tell whether [default] wins over this role: ~/.aws/credentials is not a regular file. Run: mairu setup-profile (or write \"mode\": \"static\" into .mairu.json)"
	silent again
	said inside "contoso $ROLE"
}

@test "a profile of that name that has keys too is not used, and that is said" {
	shadow
	profile
	printf '[mairu]\n%s\n' "$KEYS" >>"$HOME/.aws/credentials"
	rc bash
	session bash <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		printenv AWS_PROFILE; echo end
	SCRIPT
	has enter 'profile mairu is not used as it has aws_access_key_id in ~/.aws/credentials'
	said inside end
}

@test "an unchanged prompt in the shadow asks nobody and prints nothing" {
	shadow
	start_broker
	command -v strace >/dev/null || skip "there is no strace here"
	(
		cd "$HOME/proj"
		eval "$(mairu hook bash)"
		eval "$(mairu export bash)"
		strace -f -o "$T/calls" mairu export bash >"$T/second"
	) 2>"$T/said"
	assert_equal "$(cat "$T/said")" "$ENTERED
$SHADOWED"
	assert_equal "$(cat "$T/second")" ''
	run ! grep -q 'connect(' "$T/calls"
	run ! grep -q 'open.*\.aws/' "$T/calls"
	assert_equal "$(grep -c '\.aws/' "$T/calls")" 2
}

@test "status tells of the shadow, and of the profile that is used instead" {
	shadow
	rc bash
	session bash <<-'SCRIPT'
		cd ~/proj
		%as status
		mairu status | cat
		%as json
		mairu status --json
		printf '[profile mairu]\ncredential_process = mairu credential-process auto\n' >~/.aws/config
		%as used
		mairu status | cat
		%as used-json
		mairu status --json
		export AWS_PROFILE=mine
		%as mine
		mairu status | cat
	SCRIPT
	check grep -qFx "shadow   ${SHADOWED#mairu: }" "$OUT/status"
	check grep -qFx 'profile  AWS_PROFILE=mairu is used, as [default] in ~/.aws/credentials has aws_access_key_id' "$OUT/used"
	lacks used shadow
	has mine 'AWS_PROFILE is set in this shell and takes precedence over the role'
	check python3 - "$HOME" "$OUT" <<-'PY'
		import json, sys
		home, out = sys.argv[1:]
		for name, used in ("json", False), ("used-json", True):
		    with open(out + "/" + name) as f:
		        shell = json.load(f)["shell"]
		    assert shell["shadowed_by"] == []
		    found = shell["default_profile"]
		    assert found["file"] == home + "/.aws/credentials"
		    assert found["key"] == "aws_access_key_id"
		    assert found["profile_used"] is used
	PY
	rm "$HOME/.aws/credentials"
	run mairu status --json
	assert_output --partial '"default_profile": null'
}

@test "in static mode the files of AWS SDKs are nobody's business" {
	shadow
	project "$HOME/proj" "$(config "$ROLE" '"mode":"static"')"
	allow "$HOME/proj"
	cd "$HOME/proj"
	run mairu status
	refute_output --partial shadow
	run mairu export bash
	refute_output --partial shadow
	refute_output --partial AWS_PROFILE=
}
