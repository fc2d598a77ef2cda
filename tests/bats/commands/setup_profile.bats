# mairu setup-profile: the AWS profile that asks mairu.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

prepare() {
	FILE=$HOME/.aws/config
	LINE="credential_process = $MAIRU_BUILD/mairu credential-process auto"
	PROFILE="[profile mairu]
$LINE"
}

@test "setup-profile --yes shows the difference and makes the file for its user alone" {
	run --separate-stderr mairu setup-profile --yes
	assert_success
	assert_output ''
	assert_equal "$(cat "$FILE")" "$PROFILE"
	assert_equal "$(stat -c %a "$FILE" "$HOME/.aws")" "600
700"
	assert_equal "$stderr" "mairu: changes to ~/.aws/config:
--- ~/.aws/config
+++ ~/.aws/config
@@ -0,0 +1,2 @@ [profile mairu]
+[profile mairu]
+$LINE
mairu: profile mairu was written: shells where [default] has credentials use it from the next prompt on"
}

@test "setup-profile asks on a terminal, and writes after yes alone" {
	local answer

	rc bash
	for answer in n no '' never; do
		session bash <<-SCRIPT
			%as ask
			%type mairu setup-profile; echo status \$?
			%wait \[y/N\]
			%send $answer\\n
			%prompt
		SCRIPT
		has ask "+$LINE"
		has ask 'mairu: nothing was written'
		has ask 'status 1'
		[ ! -e "$HOME/.aws" ]
	done
	session bash <<-'SCRIPT'
		%as ask
		%type mairu setup-profile; echo status $?
		%wait \[y/N\]
		%send yes\n
		%prompt
	SCRIPT
	has ask 'status 0'
	assert_equal "$(cat "$FILE")" "$PROFILE"
}

@test "setup-profile without a terminal and without --yes refuses and says what to do" {
	run -1 --separate-stderr mairu setup-profile </dev/null
	assert_regex "$stderr" 'no terminal to ask on. Run: mairu setup-profile --yes$'
	run -1 --separate-stderr mairu setup-profile other </dev/null
	assert_regex "$stderr" 'Run: mairu setup-profile --yes other$'
	[ ! -e "$HOME/.aws" ]
}

@test "setup-profile a second time has nothing to do" {
	mairu setup-profile -y
	cp -p "$FILE" "$T/before"
	run mairu setup-profile </dev/null
	assert_success
	assert_output 'mairu: profile mairu is already in ~/.aws/config: nothing to do'
	cmp "$FILE" "$T/before"
	assert_equal "$(stat -c %Y "$FILE")" "$(stat -c %Y "$T/before")"
}

@test "setup-profile keeps the other bytes, the mode and the link of the file" {
	mkdir "$HOME/.aws" "$HOME/dotfiles"
	printf '; mine\n[default]\nregion = eu-west-1\ns3 =\n  a = b' >"$HOME/dotfiles/aws"
	cp "$HOME/dotfiles/aws" "$T/before"
	chmod 640 "$HOME/dotfiles/aws"
	ln -s ../dotfiles/aws "$FILE"
	run mairu setup-profile -y
	assert_success
	assert_output --partial 'the region of [default] does not apply to this profile'
	[ -L "$FILE" ]
	assert_equal "$(stat -c %a "$HOME/dotfiles/aws")" 640
	printf '\n\n%s\n' "$PROFILE" | cat "$T/before" - | cmp - "$FILE"
	assert_equal "$(ls -A "$HOME/dotfiles")" aws
	assert_equal "$(ls -A "$HOME/.aws")" config
}

@test "setup-profile replaces only the process of a profile of that name" {
	mkdir "$HOME/.aws"
	printf '[profile mairu]\nregion = x\ncredential_process = /old/one\noutput = json\n[profile z]\n' >"$FILE"
	run mairu setup-profile -y
	assert_success
	assert_line '-credential_process = /old/one'
	assert_line "+$LINE"
	printf '[profile mairu]\nregion = x\n%s\noutput = json\n[profile z]\n' "$LINE" | cmp - "$FILE"
}

@test "setup-profile refuses where other settings of the profile would win" {
	mkdir "$HOME/.aws"
	printf '[profile mairu]\nrole_arn = x\n' >"$FILE"
	run -1 mairu setup-profile -y
	assert_output 'mairu: profile mairu has role_arn in ~/.aws/config, which takes precedence over what would be written: remove it there, or choose another name'
	: >"$FILE"
	printf '[mairu]\ncredential_process = x\n' >"$HOME/.aws/credentials"
	run -1 mairu setup-profile -y
	assert_output --partial 'profile mairu has credential_process in ~/.aws/credentials'
	[ ! -s "$FILE" ]
}

@test "setup-profile takes another name, and names that are none are refused" {
	run mairu setup-profile -y work
	assert_success
	assert_output --partial 'AWS_PROFILE=work'
	assert_equal "$(cat "$FILE")" "${PROFILE/mairu/work}"
	run -2 mairu setup-profile -y default
	run -2 mairu setup-profile -y 'a]b'
	run -2 mairu setup-profile -y ''
	assert_equal "$(cat "$FILE")" "${PROFILE/mairu/work}"
}

@test "setup-profile writes where AWS_CONFIG_FILE says" {
	AWS_CONFIG_FILE=$T/elsewhere run mairu setup-profile -y
	assert_success
	assert_equal "$(cat "$T/elsewhere")" "$PROFILE"
	AWS_CONFIG_FILE=/dev/null run -1 mairu setup-profile -y
	assert_output --partial '/dev/null is not a regular file'
	[ ! -e "$HOME/.aws" ]
}

@test "setup-profile quotes a path with blanks and quotes so that SDKs run it" {
	local dir="$T/a \$b'c"

	mkdir "$dir"
	cp "$MAIRU_BUILD/mairu" "$dir/"
	"$dir/mairu" setup-profile -y
	# The stand-in takes the program's place.
	printf '#!/bin/sh\n[ "$*" = "credential-process auto" ] && echo %s\n' \
		"'{\"Version\": 1, \"AccessKeyId\": \"AKIAPROCESS\", \"SecretAccessKey\": \"s\"}'" >"$dir/mairu"
	run env AWS_PROFILE=mairu /usr/bin/python3 -c \
		'import boto3; print(boto3.Session().get_credentials().access_key)'
	assert_output AKIAPROCESS
	run sh -c "$(sed -n 's/^credential_process = //p' "$FILE")"
	assert_output --partial AKIAPROCESS
	mkdir "$T/a #b"
	cp "$MAIRU_BUILD/mairu" "$T/a #b/"
	run -1 "$T/a #b/mairu" setup-profile -y
	assert_output --partial 'cannot hold the path of this program'
}

@test "setup-profile does not write over a change made while it asked" {
	mkdir "$HOME/.aws"
	echo '[default]' >"$FILE"
	rc bash
	session bash <<-'SCRIPT'
		%as ask
		%type mairu setup-profile; echo status $?
		%wait \[y/N\]
		%run echo '[other]' >>$HOME/.aws/config
		%send y\n
		%prompt
	SCRIPT
	has ask 'has changed in the meantime'
	has ask 'status 1'
	assert_equal "$(cat "$FILE")" '[default]
[other]'
}

@test "setup-profile on a full disk leaves the old file" {
	need_root
	unshare -m true || skip "this container may not mount a file system"
	mkdir "$HOME/.aws"
	cat >"$T/full" <<-'SH'
		set -eu
		mount -t tmpfs -o size=64k,mode=0700 none "$1"
		head -c 20000 /dev/zero | tr '\0' '\n' >"$1/config"
		cp "$1/config" "$T/before"
		cat /dev/zero >"$1/fill" 2>/dev/null || :
		! mairu setup-profile -y || exit 9
		cmp "$1/config" "$T/before"
		rm "$1/fill"
		ls -A "$1"
	SH
	run unshare -m sh "$T/full" "$HOME/.aws"
	assert_success
	assert_output --partial 'No space left'
	assert_line --index -1 config
}
