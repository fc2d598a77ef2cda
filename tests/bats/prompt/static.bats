# "mode": "static" in the hook: the keys themselves are in the environment.
# Against a stand-in for the broker, which gives what each test wants.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

LOGIN="mairu: contoso $ROLE: login required. Run: mairu login contoso"
NO_KEYS='none none none none'

prepare() {
	project "$HOME/proj" "$(config "$ROLE" '"mode":"static"')"
	allow "$HOME/proj"
	# What of the keys a program sees.
	cat >"$T/bin/keys" <<-'SH'
		#!/bin/sh
		echo "${AWS_ACCESS_KEY_ID-none} ${AWS_SECRET_ACCESS_KEY-none}" \
			"${AWS_SESSION_TOKEN-none} ${AWS_CREDENTIAL_EXPIRATION-none}"
	SH
	# give KEYS: the answer to WIRE_PROJECT from now on.
	cat >"$T/bin/give" <<-SH
		#!/bin/sh
		printf '{"GRANT": {"URL": "http://127.0.0.1:1/v1/credentials",
			"TOKEN": "Bearer xyz"},
			"STASH_PUT": {"HANDLE": "0123456789abcdef"},
			"STASH_GET": [["NAME", "AWS_ACCESS_KEY_ID"], ["VALUE", "mine"],
				["NAME", "AWS_SECRET_ACCESS_KEY"], ["VALUE", "my'"'"'s"],
				["NAME", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
				["VALUE", "http://127.0.0.1:9/x"]],
			"REVOKE": {"COUNT": 1}, "PROJECT": %s}' "\$1" >$T/answers.new
		mv $T/answers.new $T/answers.json
	SH
	chmod +x "$T/bin/keys" "$T/bin/give"
	"$T/bin/give" '["error", 11, "not logged in. Run: mairu login contoso"]'
	# good N [EXPIRES [RENEW_AT]]: gives the set of keys number N.
	cat >"$T/bin/good" <<-'SH'
		#!/bin/sh
		exec give "{\"KEY_ID\": \"AKID$1\", \"SECRET_KEY\": \"se/cret+$1\",
			\"SESSION_TOKEN\": \"token==$1\", \"EXPIRES\": ${2:-4102444800},
			\"RENEW_AT\": ${3:-4102444000}}"
	SH
	# no CODE TEXT: an error.
	cat >"$T/bin/no" <<-'SH'
		#!/bin/sh
		exec give "[\"error\", $1, \"$2\"]"
	SH
	# past SECONDS: until the clock is so much further.
	cat >"$T/bin/past" <<-'SH'
		#!/usr/bin/env bash
		exec {nap}<> <(:)
		end=$((EPOCHSECONDS + $1))
		while ((EPOCHSECONDS < end)); do read -rt 0.1 -u "$nap" || :; done
	SH
	# lasting SECONDS: gives a set that ends then, and is due at once.  ended:
	# until it has.
	cat >"$T/bin/lasting" <<-SH
		#!/bin/sh
		echo \$((\$(date +%s) + \$1)) >$T/ends
		exec good 1 \$(cat $T/ends) 1
	SH
	cat >"$T/bin/ended" <<-SH
		#!/bin/sh
		exec past \$((\$(cat $T/ends) + 1 - \$(date +%s)))
	SH
	chmod +x "$T/bin/good" "$T/bin/no" "$T/bin/past" "$T/bin/lasting" "$T/bin/ended"
	PATH=$T/bin:$PATH
	standin
}

# set_of N [EXPIRATION]: what `keys` then shows.
set_of() {
	echo "AKID$1 se/cret+$1 token==$1 ${2:-2100-01-01T00:00:00Z}"
}

enters() {
	rc "$1"
	good 1
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		keys; env | grep -e ^AWS_CONTAINER
		%as leave
		cd /
		%as outside
		keys
	SCRIPT
	said enter "$ENTERED"
	said inside "$(set_of 1)"
	said leave "$LEFT"
	said outside "$NO_KEYS"
	assert_equal "$(heard '[(q["type"], q.get("WAIT")) for q in r]')" \
		"[('GRANT', None), ('PROJECT', 0)]"
}

@test "bash: static mode exports the keys, and leaving takes them away" { enters bash; }
@test "zsh: static mode exports the keys, and leaving takes them away" { enters zsh; }
@test "fish: static mode exports the keys, and leaving takes them away" { enters fish; }

restores() {
	rc "$1"
	good 1
	session -e AWS_ACCESS_KEY_ID=mine -e "AWS_SECRET_ACCESS_KEY=my's" \
		-e AWS_PROFILE=p -e AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9/x \
		"$1" <<-'SCRIPT'
			cd ~/proj
			%as inside
			keys; env | grep -e ^AWS_PROFILE -e ^AWS_CONTAINER
			cd /
			%as outside
			keys; printenv AWS_PROFILE AWS_CONTAINER_CREDENTIALS_FULL_URI
		SCRIPT
	said inside "$(set_of 1)"
	said outside "mine my's none none" p http://127.0.0.1:9/x
}

@test "bash: what static mode replaced is restored" { restores bash; }
@test "zsh: what static mode replaced is restored" { restores zsh; }
@test "fish: what static mode replaced is restored" { restores fish; }

later() {
	rc "$1"
	session -e AWS_ACCESS_KEY_ID=mine -e "AWS_SECRET_ACCESS_KEY=my's" "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		keys
		%as again
		true
		%run no 7 "not there within 0 ms"
		%as fetched
		true
		%as fetching
		true
		%run good 1
		%as there
		true
		%as then
		keys
		cd /
		%as outside
		keys
	SCRIPT
	said enter "$LOGIN" "$ENTERED"
	said inside "$NO_KEYS"
	silent again fetching there
	said fetched "mairu: contoso $ROLE: its credentials are being fetched; a later prompt has them"
	said 'then' "$(set_of 1)"
	said outside "mine my's none none"
}

@test "bash: without a login the role has no keys, which is said once, and the next prompts ask again" { later bash; }
@test "zsh: without a login the role has no keys, which is said once, and the next prompts ask again" { later zsh; }
@test "fish: without a login the role has no keys, which is said once, and the next prompts ask again" { later fish; }

# --- 45, and the scene

renews() {
	rc "$1"
	good 1
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%run : >$T/requests
		%as quiet
		true
		%run ! test -s $T/requests
		%run good 2 4102444800 $(($(date +%s) + 1))
		%run touch $T/run/mairu/broker.*.sock
		%as touched
		true
		%as two
		keys
		%run good 3
		%run past 2
		%as due
		true
		%as three
		keys
		%run : >$T/requests
		%as settled
		true
		%run ! test -s $T/requests
	SCRIPT
	silent quiet touched due settled
	said two "$(set_of 2)"
	said three "$(set_of 3)"
}

@test "bash 45: an unchanged prompt asks nobody until the keys are due, and then has new ones" { renews bash; }
@test "zsh 45: an unchanged prompt asks nobody until the keys are due, and then has new ones" { renews zsh; }
@test "fish 45: an unchanged prompt asks nobody until the keys are due, and then has new ones" { renews fish; }

# plays SHELL SECONDS <SCRIPT: with keys that last so long, LIFE in the script,
# which tells in $T/good when it was where they still are good.  Where that was
# too late on a busy machine it is played once more, with keys that last longer.
plays() {
	local life=$2

	rc "$1"
	cat >"$T/script"
	for _ in 1 2 3; do
		session "$1" < <(sed "s/LIFE/$life/" "$T/script")
		[ "$(cat "$T/good")" -ge "$(cat "$T/ends")" ] || return 0
		life=$((life * 4))
	done
	echo 'this machine is too slow' >&2
	shown
}

expires() {
	plays "$1" 5 <<-'SCRIPT'
		%run lasting LIFE
		cd ~/proj
		%run no 13 "contoso cannot be reached"
		%as failing
		true
		%as held
		keys
		%as again
		true
		%run date +%s >$T/good
		%run ended
		%as expired
		true
		%as gone
		keys
		%as after
		true
		%run good 2
		%as back
		true
		%as renewed
		keys
	SCRIPT
	said failing "mairu: contoso $ROLE: contoso cannot be reached"
	has held 'AKID1 se/cret+1 token==1 '
	silent again after back
	said expired "mairu: the credentials have expired and are unset: contoso $ROLE"
	said gone "$NO_KEYS"
	said renewed "$(set_of 2)"
}

@test "bash 45: keys that cannot be renewed stay until they expire, and are then unset" { expires bash; }
@test "zsh 45: keys that cannot be renewed stay until they expire, and are then unset" { expires zsh; }
@test "fish 45: keys that cannot be renewed stay until they expire, and are then unset" { expires fish; }

idle() {
	plays "$1" 3 <<-'SCRIPT'
		%run lasting LIFE
		cd ~/proj
		%run date +%s >$T/good
		%run no 11 "login required"
		%run ended
		%as expired
		true
		%as gone
		keys
		%as after
		true
	SCRIPT
	said expired "$LOGIN"
	said gone "$NO_KEYS"
	silent after
}

@test "bash 45: keys that expired while the shell was idle are unset, and that is said once" { idle bash; }
@test "zsh 45: keys that expired while the shell was idle are unset, and that is said once" { idle zsh; }
@test "fish 45: keys that expired while the shell was idle are unset, and that is said once" { idle fish; }

@test "a broker that is gone does not keep expired keys in force" {
	plays bash 3 <<-'SCRIPT'
		export MAIRU_NO_AUTO_AGENT=1
		%run lasting LIFE
		cd ~/proj
		%run mv $T/run/mairu/broker.*.sock $T/run/mairu/away
		%as failing
		true
		%run date +%s >$T/good
		%run ended
		%as expired
		true
		%as gone
		keys
		%run mv $T/run/mairu/away $(mairu-broker --where)
	SCRIPT
	said gone "$NO_KEYS"
	has expired 'have expired'
}

@test "after a logout the keys are gone at the next prompt" {
	rc bash
	good 1
	session bash <<-'SCRIPT'
		cd ~/proj
		%run no 11 "login required"
		%run touch $T/run/mairu/broker.*.sock
		%as out
		true
		%as gone
		keys
	SCRIPT
	said out "$LOGIN"
	said gone "$NO_KEYS"
}

# --- 22

b22() {
	rc "$1" 'export AWS_SESSION_TOKEN=mine' 'readonly AWS_SESSION_TOKEN' \
		"$(hook_line "$1")"
	good 1
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		keys
	SCRIPT
	one_message enter
	silent next
	said inside 'none none mine none'
	# Not exported, it is in the way of the keys alone.
	rc "$1" 'AWS_SESSION_TOKEN=mine' 'readonly AWS_SESSION_TOKEN' \
		"$(hook_line "$1")"
	no 11 'login required'
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%run good 1
		%as there
		true
		%as next
		true
		%as inside
		keys
	SCRIPT
	said enter "$LOGIN" "$ENTERED"
	one_message there
	silent next
	said inside "$NO_KEYS"
}

@test "bash 22: with a readonly AWS_SESSION_TOKEN no key is set, and that is said once" { b22 bash; }
@test "zsh 22: with a readonly AWS_SESSION_TOKEN no key is set, and that is said once" { b22 zsh; }

@test "fish 22: a universal AWS_SESSION_TOKEN never mixes with our keys" {
	rc fish 'set -Ux AWS_SESSION_TOKEN mine' "$(hook_line fish)"
	good 1
	session fish <<-'SCRIPT'
		cd ~/proj
		%as inside
		keys
		cd /
		%as outside
		keys
	SCRIPT
	said inside "$(set_of 1)"
	said outside 'none none mine none'
	no 11 'login required'
	session fish <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		keys
	SCRIPT
	# What mairu says does not wait for what the shell lets happen.
	has enter 'login required'
	has enter 'AWS_SESSION_TOKEN is an exported universal variable'
	check test "$(out enter | grep -c .)" = 2
	silent next
	said inside 'none none mine none'
}

# users SHELL SET: keys that the user sets inside.
users() {
	local set=$2

	rc "$1"
	good 1
	session "$1" <<-SCRIPT
		cd ~/proj
		$set AWS_ACCESS_KEY_ID${3}theirs
		%as inside
		keys
		%as again
		keys
		cd /
		%as outside
		keys
	SCRIPT
	said inside 'theirs none none none'
	said again 'theirs none none none'
	said outside 'theirs none none none'
}

@test "bash: a key that the user sets inside ends ours, so that no set is mixed" { users bash export =; }
@test "zsh: a key that the user sets inside ends ours, so that no set is mixed" { users zsh export =; }
@test "fish: a key that the user sets inside ends ours, so that no set is mixed" { users fish 'set -gx' ' '; }

# --- 13, 26

traces() {
	rc "$1"
	good 1
	session "$1" <<-SCRIPT
		$2
		cd ~/proj
		%as inside
		env -0 >\$T/env
		$3 >\$T/all
		cd /
	SCRIPT
	check grep -qa 'env -0' "$OUT"/inside.raw
	check grep -qazF 'AWS_SECRET_ACCESS_KEY=se/cret+1' "$T/env"
	run grep -laF -e 'se/cret+1' -e 'token==1' -r "$OUT"
	assert_output ''
	# Nor is there a second copy in any variable.
	assert_equal "$(grep -aoF 'se/cret+1' "$T/env" | wc -l)" 1
	assert_equal "$(grep -aocF 'se/cret+1' "$T/all")" 1
}

@test "bash: no key is in the trace of set -x, nor in a second variable" { traces bash 'set -x' 'declare -p'; }
@test "zsh: no key is in the trace of set -x, nor in a second variable" { traces zsh 'set -x' 'typeset -p'; }
@test "fish: no key is in the trace of fish_trace, nor in a second variable" { traces fish 'set -g fish_trace 1' 'set -g'; }

# --- around it

loses() {
	good 1
	rc "$1" "$(stand_in "$1" <<<'[ ! -e $T/dead ] || exit 1; exec "$REAL" "$@"')"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%run touch $T/dead
		%as lost
		true
		%as gone
		keys
	SCRIPT
	has lost 'this shell has no role of it now'
	said gone "$NO_KEYS"
}

@test "bash: without an answer of mairu the keys go" { loses bash; }
@test "zsh: without an answer of mairu the keys go" { loses zsh; }
@test "fish: without an answer of mairu the keys go" { loses fish; }

@test "an unexported key of the user's own is back after each turn" {
	local turn='no 11 "login required"'

	rc bash 'AWS_SECRET_ACCESS_KEY=plain' "$(hook_line bash)"
	good 1
	session bash <<-SCRIPT
		cd ~/proj
		%run $turn
		%run touch \$T/run/mairu/broker.*.sock
		true
		%as without
		keys; declare -p AWS_SECRET_ACCESS_KEY
		%run good 2
		true
		%as with
		keys
		cd /
		%as outside
		keys; declare -p AWS_SECRET_ACCESS_KEY
	SCRIPT
	said without "$NO_KEYS" 'declare -- AWS_SECRET_ACCESS_KEY="plain"'
	said with "$(set_of 2)"
	said outside "$NO_KEYS" 'declare -- AWS_SECRET_ACCESS_KEY="plain"'
}

@test "changing the mode of a config changes which variables are set" {
	rc bash
	good 1
	session bash <<-SCRIPT
		cd ~/proj
		%run printf '%s\n' '{"server":"contoso","role":"$ROLE"}' >~/proj/.mairu.json; cd ~/proj; mairu allow
		true
		%as ecs
		keys; printenv AWS_CONTAINER_AUTHORIZATION_TOKEN
		%run printf '%s\n' '{"server":"contoso","role":"$ROLE","mode":"static"}' >~/proj/.mairu.json; cd ~/proj; mairu allow
		true
		%as static
		keys; env | grep ^AWS_CONTAINER
	SCRIPT
	said ecs "$NO_KEYS" 'Bearer xyz'
	said static "$(set_of 1)"
}
