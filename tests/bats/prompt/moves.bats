# Entering, leaving, switching: behaviours 16 to 30 of the hook.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
}

# The shell as a user starts it within another.
again() {
	case $1 in
	bash) echo 'bash --noprofile' ;;
	zsh) echo 'zsh -d' ;;
	fish) echo fish ;;
	esac
}

# --- 16

b16() {
	rc "$1"
	session -C "$HOME/proj" "$1" <<-'SCRIPT'
		%as first
		creds
	SCRIPT
	said start "$ENTERED"
	said first "contoso $ROLE"
}

@test "bash 16: a shell that starts inside a trusted directory has the role before the first command" { b16 bash; }
@test "zsh 16: a shell that starts inside a trusted directory has the role before the first command" { b16 zsh; }
@test "fish 16: a shell that starts inside a trusted directory has the role before the first command" { b16 fish; }

# --- 17, 18

b17() {
	rc "$1" "$(hook_line "$@")"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj && creds
		%as leave
		cd / && creds
		%as round
		cd ~/proj && cd / && creds
	SCRIPT
	said enter "$ENTERED" "contoso $ROLE"
}

@test "bash 17: with the cd option cd and a command on one line use the new role" { b17 bash --cd; }
@test "zsh 17: cd and a command on one line use the new role" { b17 zsh; }
@test "fish 17: cd and a command on one line use the new role" { b17 fish; }

b18() {
	b17 "$@"
	said leave "$LEFT" none
	said round "$ENTERED" "$LEFT" none
}

@test "bash 18: with the cd option leaving and a command on one line do not use the old role" { b18 bash --cd; }
@test "zsh 18: leaving and a command on one line do not use the old role" { b18 zsh; }
@test "fish 18: leaving and a command on one line do not use the old role" { b18 fish; }

# --- 19

# b19 SHELL [--cd]: at the next prompt, and, where the hook hears of each
# change of directory, on the same line too.
b19() {
	local auto go same=$2

	case $1 in
	bash)
		auto='shopt -s autocd'
		go='go() { cd ~/proj; }'
		;;
	zsh)
		auto='setopt auto_cd'
		go='go() { cd ~/proj }'
		same=yes
		;;
	fish)
		auto=true
		go='function go; cd ~/proj; end'
		same=yes
		;;
	esac
	rc "$1" "$auto" "$go" "$(hook_line "$@")"
	session "$1" <<-'SCRIPT'
		pushd ~/proj
		%as pushd
		creds
		popd
		%as popd
		creds
		cd ~/proj
		cd /
		cd -
		%as dash
		creds
		cd /
		~/proj
		%as auto
		creds
		cd /
		go
		%as function
		creds
		cd /
		%as away
		creds
		%as pushd-now
		pushd ~/proj >/dev/null && creds
		%as popd-now
		popd >/dev/null && creds
		cd ~/proj
		cd /
		%as dash-now
		cd - >/dev/null && creds
		cd /
		%as auto-now
		~/proj && creds
		cd /
		%as function-now
		go && creds
	SCRIPT
	said pushd "contoso $ROLE"
	said popd none
	said dash "contoso $ROLE"
	said auto "contoso $ROLE"
	said function "contoso $ROLE"
	said away none
	[ -n "$same" ] || return 0
	has pushd-now "contoso $ROLE"
	has popd-now none
	has dash-now "contoso $ROLE"
	has auto-now "contoso $ROLE"
	has function-now "contoso $ROLE"
}

@test "bash 19: pushd, popd, cd -, autocd and a function do what cd does" { b19 bash; }
@test "bash 19: with the cd option pushd, popd, cd -, autocd and a function do what cd does" { b19 bash --cd; }
@test "zsh 19: pushd, popd, cd -, autocd and a function do what cd does" { b19 zsh; }
@test "fish 19: pushd, popd, cd -, autocd and a function do what cd does" { b19 fish; }

@test "bash 19: the cd option keeps the status and the output of cd, pushd and popd" {
	rc bash "$(hook_line bash --cd)"
	session bash <<-'SCRIPT'
		%as missing
		cd /nowhere; echo "status $?"
		%as good
		cd /; echo "status $?"
		%as printed
		cd -; echo "status $?"
		%as pushed
		pushd /usr; echo "status $?"
		%as popped
		popd; echo "status $?"
		%as options
		cd -P -- /usr; pwd
	SCRIPT
	has missing "No such file or directory"
	has missing "status 1"
	said good "status 0"
	said printed "$HOME" "status 0"
	said pushed "/usr ~" "status 0"
	said popped "~" "status 0"
	said options /usr
}

# --- 20

b20() {
	local role="it's \"a\" \\back \$HOME \`id\` !! 100% ü"
	local dir=$'od\'d "\\ $HOME `id` !! %n\nnew ü'
	local bytes i

	# Every byte that a variable can hold.
	for ((i = 1; i < 256; i++)); do
		printf -v bytes '%s\\x%02x' "$bytes" "$i"
	done
	printf '%b' "$bytes" >"$T/bytes"
	bytes=$(printf '%b' "$bytes")
	mkdir -p "$HOME/$dir"
	python3 - "$HOME/$dir/.mairu.json" "$role" <<-'PY'
		import json, os, sys
		with open(os.fsencode(sys.argv[1]), "w") as f:
		    json.dump({"server": "con'toso", "role": sys.argv[2]}, f)
	PY
	allow "$HOME/$dir"
	printf '%s\n' "$HOME/$dir/.mairu.json" >"$T/config-path"
	printf '%s\n' "$role" >"$T/role"
	rc "$1"
	session -e AWS_PROFILE="$bytes" -e AWS_SECRET_ACCESS_KEY="$bytes" "$1" <<-'SCRIPT'
		cd ~/od*
		printenv MAIRU_ACTIVE_CONFIG >$T/got-config
		printenv MAIRU_ACTIVE_ROLE >$T/got-role
		printenv MAIRU_ACTIVE_SERVER >$T/got-server
		cd /
		printenv AWS_PROFILE | head -c 255 >$T/got-profile
		printenv AWS_SECRET_ACCESS_KEY | head -c 255 >$T/got-secret
	SCRIPT
	check cmp "$T/config-path" "$T/got-config"
	check cmp "$T/role" "$T/got-role"
	check test "$(cat "$T/got-server")" = "con'toso"
	check cmp "$T/bytes" "$T/got-profile"
	check cmp "$T/bytes" "$T/got-secret"
}

@test "bash 20: quotes, backslashes, newlines and all bytes arrive as they are" { b20 bash; }
@test "zsh 20: quotes, backslashes, newlines and all bytes arrive as they are" { b20 zsh; }
@test "fish 20: quotes, backslashes, newlines and all bytes arrive as they are" { b20 fish; }

# --- 21

# With CUT set the helper is one whose output ends after so many bytes: of what
# it prints now, or of what is in $T/whole, which is quicker.
cut_helper='
	if [ -z "$CUT" ]; then
		exec "$REAL" "$@"
	elif [ -e "$T/whole" ]; then
		exec head -c "$CUT" "$T/whole"
	else
		"$REAL" "$@" 2>/dev/null | head -c "$CUT"
	fi'

b21() {
	rc "$1" "$(stand_in "$1" <<<"$cut_helper")"
	session -t 120 -C "$HOME" -e AWS_PROFILE=mine "$1" <<-SCRIPT
		sh -c 'cd ~/proj; mairu export $1 2>/dev/null | head -c -1 >\$T/whole'
		$2
		%as length
		echo \$LEN
		%as cuts
		$3
		%run rm \$T/whole
		%as inside
		creds
		$4
		cd /
		%as shortly
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
		$5
		%as healed
		true
		%as outside
		creds; exported AWS_PROFILE
	SCRIPT
	check test "$(out length)" -gt 100
	lacks cuts applied
	has cuts "all cuts"
	# Then CUT is gone, and the prompt after it is whole again.
	has cuts "$ENTERED"
	said inside "contoso $ROLE"
	said shortly 'AWS_CONTAINER_CREDENTIALS_FULL_URI unset' \
		'AWS_CONTAINER_AUTHORIZATION_TOKEN unset'
	silent healed
	said outside none AWS_PROFILE=mine
}

@test "bash 21: of output that is cut at any byte nothing is applied" {
	b21 bash 'LEN=$(wc -c <$T/whole)' \
		'cd ~/proj; for ((n = 0; n < LEN; n++)); do CUT=$n; export CUT; eval "$PROMPT_COMMAND" 2>/dev/null; [ "${MAIRU_STATE+x}${AWS_CONTAINER_CREDENTIALS_FULL_URI+x}${AWS_CONTAINER_AUTHORIZATION_TOKEN+x}$AWS_PROFILE" = mine ] || echo "applied at $n"; done; echo all cuts; unset CUT' \
		'export CUT=40' 'unset CUT'
}
@test "zsh 21: of output that is cut at any byte nothing is applied" {
	b21 zsh 'LEN=$(wc -c <$T/whole)' \
		'cd ~/proj/ 2>/dev/null; unset MAIRU_STATE AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN ${(k)parameters[(I)MAIRU_ACTIVE*]}; export AWS_PROFILE=mine; for ((n = 0; n < LEN; n++)); do export CUT=$n; for f in $precmd_functions; do $f 2>/dev/null; done; [ "${MAIRU_STATE+x}${AWS_CONTAINER_CREDENTIALS_FULL_URI+x}${AWS_CONTAINER_AUTHORIZATION_TOKEN+x}$AWS_PROFILE" = mine ] || echo "applied at $n"; done; echo all cuts; unset CUT' \
		'export CUT=40' 'unset CUT'
}
@test "fish 21: of output that is cut at any byte nothing is applied" {
	b21 fish 'set LEN (wc -c <$T/whole)' \
		'set -gx CUT 0; cd ~/proj 2>/dev/null; for n in (seq 0 (math $LEN - 1)); set -gx CUT $n; emit fish_prompt 2>/dev/null; set -q MAIRU_STATE; or set -q AWS_CONTAINER_CREDENTIALS_FULL_URI; or set -q AWS_CONTAINER_AUTHORIZATION_TOKEN; or test "$AWS_PROFILE" != mine; and echo "applied at $n"; end; echo all cuts; set -e CUT' \
		'set -gx CUT 40' 'set -e CUT'
}

# --- 22

b22() {
	local name

	rc "$1" 'export AWS_SESSION_TOKEN=mine' 'readonly AWS_SESSION_TOKEN' \
		"$(hook_line "$1")"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_SESSION_TOKEN
		%as leave
		cd /
	SCRIPT
	one_message enter
	check grep -q -i 'read-\?only' "$OUT/enter"
	silent next
	said inside 'AWS_CONTAINER_CREDENTIALS_FULL_URI unset' \
		'AWS_CONTAINER_AUTHORIZATION_TOKEN unset' AWS_SESSION_TOKEN=mine
	lacks leave 'left'
	for name in AWS_PROFILE AWS_CONTAINER_AUTHORIZATION_TOKEN \
		AWS_CONTAINER_CREDENTIALS_FULL_URI MAIRU_STATE MAIRU_ACTIVE_ROLE; do
		case $name in
		AWS_*) rc "$1" "export $name=mine" "readonly $name" "$(hook_line "$1")" ;;
		*) rc "$1" "readonly $name" "$(hook_line "$1")" ;;
		esac
		session "$1" <<-SCRIPT
			%as enter
			cd ~/proj
			%as next
			true
			%as inside
			env | grep -e ^AWS_ -e ^MAIRU_ACTIVE
		SCRIPT
		one_message enter
		silent next
		if [[ $name = AWS_* ]]; then
			said inside "$name=mine"
		else
			lacks inside AWS_CONTAINER
		fi
	done
}

@test "bash 22: with a readonly variable in the way nothing is applied, and that is said once" { b22 bash; }
@test "zsh 22: with a readonly variable in the way nothing is applied, and that is said once" { b22 zsh; }

# --- 23

region='"region":"eu-west-1"'
held='AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ROLE_ARN AWS_ACCESS_KEY_ID'
held+=' AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_REGION'
held+=' AWS_DEFAULT_REGION AWS_CONTAINER_CREDENTIALS_FULL_URI'

# show SHELL: a line that lists these variables with value and attributes.
show() {
	case $1 in
	bash) echo "for n in $held; do declare -p \$n 2>/dev/null || echo \$n unset; done" ;;
	zsh) echo "for n in $held; do typeset -p \$n 2>/dev/null || echo \$n unset; done" ;;
	fish) echo "for n in $held; set -q \$n; and set --show \$n | string match -v '*originally*'; or echo \$n unset; end" ;;
	esac
}

b23() {
	local shell=$1 shared='export ' plain='' is='='

	[ "$shell" != fish ] || shared='set -gx ' plain='set -g ' is=' '
	project "$HOME/proj" "$(config "$ROLE" "$region")"
	allow "$HOME/proj"
	rc "$shell" \
		"${shared}AWS_PROFILE${is}prod" \
		"${shared}AWS_DEFAULT_PROFILE${is}''" \
		"${plain}AWS_ROLE_ARN${is}not-exported" \
		"${shared}AWS_ACCESS_KEY_ID${is}AKIAIOSFODNN7EXAMPLE" \
		"${shared}AWS_SECRET_ACCESS_KEY${is}my+secret/key" \
		"${shared}AWS_SESSION_TOKEN${is}''" \
		"${plain}AWS_REGION${is}local-1" \
		"$(hook_line "$shell")"
	session "$shell" <<-SCRIPT
		%as before
		$(show "$shell")
		cd ~/proj
		%as inside
		creds; exported AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION
		true
		cd /
		%as after
		$(show "$shell")
	SCRIPT
	said inside "contoso $ROLE" 'AWS_PROFILE unset' \
		'AWS_DEFAULT_PROFILE unset' AWS_REGION=eu-west-1 \
		AWS_DEFAULT_REGION=eu-west-1
	said after "$(out before)"
}

@test "bash 23: what was set before entering is restored exactly on leaving" { b23 bash; }
@test "zsh 23: what was set before entering is restored exactly on leaving" { b23 zsh; }
@test "fish 23: what was set before entering is restored exactly on leaving" { b23 fish; }

# A nested shell sees only the environment, so the rc file sets nothing here.
b23nested() {
	rc "$1"
	session -e AWS_PROFILE=prod -e AWS_DEFAULT_PROFILE= \
		-e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=my+secret/key -e AWS_SESSION_TOKEN= \
		"$1" <<-SCRIPT
			%as before
			exported $held
			cd ~/proj
			$(again "$1")
			%as within
			creds
			cd /
			%as nested
			exported $held
			cd ~/proj
			$(again bash)
			cd /
			%as deeper
			exported $held
			exit
			exit
			%as outer
			creds
		SCRIPT
	said within "contoso $ROLE"
	said nested "$(out before)"
	said deeper "$(out before)"
	said outer "contoso $ROLE"
}

@test "bash 23: a nested shell restores what was set before the outer one entered" {
	b23nested bash
}
@test "zsh 23: a nested shell restores what was set before the outer one entered" {
	rc bash
	b23nested zsh
}
@test "fish 23: a nested shell restores what was set before the outer one entered" {
	rc bash
	b23nested fish
}

# What a container's own agent has set is the user's, too.
b23container() {
	rc "$1"
	session -e AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/x \
		-e AWS_CONTAINER_AUTHORIZATION_TOKEN=theirs "$1" <<-'SCRIPT'
		%as before
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
		cd ~/proj
		%as inside
		creds
		cd /
		%as after
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
	SCRIPT
	silent start
	said before AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.2/x \
		AWS_CONTAINER_AUTHORIZATION_TOKEN=theirs
	said inside "contoso $ROLE"
	said after "$(out before)"
}

@test "bash 23: an endpoint that was set before entering is restored" { b23container bash; }
@test "zsh 23: an endpoint that was set before entering is restored" { b23container zsh; }
@test "fish 23: an endpoint that was set before entering is restored" { b23container fish; }

b23lost() {
	rc "$1"
	session -e AWS_PROFILE=prod -e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=my+secret/key "$1" <<-'SCRIPT'
		cd ~/proj
		%run mairu kill-agent
		%as leave
		cd /
		%as next
		true
		%as after
		creds; exported AWS_PROFILE AWS_SECRET_ACCESS_KEY
	SCRIPT
	check test "$(out leave | grep -c 'broker no longer has')" = 1
	has leave "$LEFT"
	silent next
	said after none AWS_PROFILE=prod 'AWS_SECRET_ACCESS_KEY unset'
}

@test "bash 23: secrets that the broker has lost are left unset, and that is said once" { b23lost bash; }
@test "zsh 23: secrets that the broker has lost are left unset, and that is said once" { b23lost zsh; }
@test "fish 23: secrets that the broker has lost are left unset, and that is said once" { b23lost fish; }

# No shell can put such a one aside: fish exports it past any other scope.
@test "fish 23: an exported universal variable in the way is never mixed with a role, and that is said once" {
	rc fish
	session fish <<-'SCRIPT'
		set -Ux AWS_PROFILE everywhere
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		creds; exported AWS_PROFILE
		cd /
		%as outside
		exported AWS_PROFILE; set -Uq AWS_PROFILE; and echo universal
		%as global
		set -gq AWS_PROFILE; or echo not global
		%as gone
		set -eU AWS_PROFILE
		cd ~/proj
		%as back
		creds
	SCRIPT
	one_message enter
	has enter AWS_PROFILE
	silent next
	said inside none AWS_PROFILE=everywhere
	said outside AWS_PROFILE=everywhere universal
	said global 'not global'
	said back "contoso $ROLE"
}

# --- 24

b24() {
	local shared='export ' is='='

	[ "$1" != fish ] || shared='set -gx ' is=' '
	project "$HOME/proj" "$(config "$ROLE" "$region")"
	allow "$HOME/proj"
	rc "$1"
	session -e AWS_PROFILE=prod -e AWS_DEFAULT_PROFILE=dev "$1" <<-SCRIPT
		cd ~/proj
		${shared}AWS_PROFILE${is}changed
		${shared}AWS_REGION${is}mars-1
		true
		%as inside
		exported AWS_PROFILE AWS_REGION
		%as leave
		cd /
		%as outside
		exported AWS_PROFILE AWS_DEFAULT_PROFILE AWS_REGION AWS_DEFAULT_REGION
		%as creds
		creds
		cd ~/proj
		%as again
		exported AWS_PROFILE
		cd /
		%as last
		exported AWS_PROFILE AWS_REGION
	SCRIPT
	said inside AWS_PROFILE=changed AWS_REGION=mars-1
	said outside AWS_PROFILE=changed AWS_DEFAULT_PROFILE=dev \
		AWS_REGION=mars-1 'AWS_DEFAULT_REGION unset'
	said creds none
	said again 'AWS_PROFILE unset'
	said last AWS_PROFILE=changed AWS_REGION=mars-1
}

@test "bash 24: a variable that the user changed inside keeps the user's value" { b24 bash; }
@test "zsh 24: a variable that the user changed inside keeps the user's value" { b24 zsh; }
@test "fish 24: a variable that the user changed inside keeps the user's value" { b24 fish; }

# --- 25

b25() {
	project "$HOME/proj/sub" "$(config 123456789012/Ops)"
	project "$HOME/proj/wild" "$(config 123456789012/Wild)"
	project "$HOME/twin"
	mkdir -p "$HOME/proj/dir/deep"
	allow "$HOME/proj/sub"
	allow "$HOME/twin"
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN MAIRU_STATE >$T/one
		%as deep
		cd dir/deep
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN MAIRU_STATE >$T/two
		%as config
		exported MAIRU_ACTIVE_CONFIG
		%as sub
		cd ~/proj/sub
		%as in-sub
		creds
		%as up
		cd ..
		%as in-up
		creds
		%as wild
		cd wild
		%as in-wild
		creds
		%as up2
		cd ..
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >$T/three
		%as twin
		cd ~/twin
		%as in-twin
		creds; exported MAIRU_ACTIVE_CONFIG
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >$T/four
	SCRIPT
	said enter "$ENTERED"
	silent deep
	check cmp "$T/one" "$T/two"
	said config "MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json"
	said sub "mairu: contoso 123456789012/Ops"
	said in-sub "contoso 123456789012/Ops"
	said up "$ENTERED"
	said in-up "contoso $ROLE"
	has wild 'is not trusted'
	said in-wild none
	said up2 "$ENTERED"
	silent twin
	said in-twin "contoso $ROLE" "MAIRU_ACTIVE_CONFIG=$HOME/twin/.mairu.json"
	check test "$(head -n 1 "$T/one")" = "$(cat "$T/three")"
	check test "$(cat "$T/three")" != "$(cat "$T/four")"
}

@test "bash 25: the nearest config alone counts, and switches are silent where the role stays" { b25 bash; }
@test "zsh 25: the nearest config alone counts, and switches are silent where the role stays" { b25 zsh; }
@test "fish 25: the nearest config alone counts, and switches are silent where the role stays" { b25 fish; }

# --- 26

b26() {
	local secret=Held/By+The+Broker0123456789abcdefghij
	local session=SessionTokenOfTheUser/0123456789+abcdef
	local container=TokenOfTheContainerThatThisRunsIn

	rc "$1"
	session -e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=$secret -e AWS_SESSION_TOKEN=$session \
		-e AWS_CONTAINER_AUTHORIZATION_TOKEN=$container "$1" <<-SCRIPT
			cd ~/proj
			%as inside
			creds
			env -0 >\$T/env
			$2 >\$T/all
		SCRIPT
	said inside "contoso $ROLE"
	python3 - "$T/env" "$T/all" "$secret" "$session" "$container" <<-'PY'
		import base64, re, sys

		env = open(sys.argv[1], "rb").read()
		everything = open(sys.argv[2], "rb").read()
		token = re.search(rb"Bearer ([\w-]{43})", env).group(1)
		secrets = [s.encode() for s in sys.argv[3:]]
		assert env.count(token) == 1, "the token is there twice"
		for name in re.findall(rb"(\w+)=[^\0]*" + token, env):
		    assert name == b"AWS_CONTAINER_AUTHORIZATION_TOKEN", name
		hay = [env, everything]
		for word in re.findall(rb"[A-Za-z0-9+/_-]{16,}", env + everything):
		    clean = word.replace(b"+", b"-").replace(b"/", b"_")
		    for start in range(4):
		        part = clean[start : len(clean) - (len(clean) - start) % 4]
		        hay.append(base64.urlsafe_b64decode(part))
		    if re.fullmatch(rb"(?:[0-9A-Fa-f]{2})+", word):
		        hay.append(bytes.fromhex(word.decode()))
		raw = base64.urlsafe_b64decode(token + b"=")
		state = re.search(rb"(?:^|\0)MAIRU_STATE=\d+\.([\w-]+)", env).group(1)
		for secret in secrets:
		    for text in hay:
		        assert secret not in text and secret[::-1] not in text, text[:60]
		decoded = base64.urlsafe_b64decode(state + b"=" * (-len(state) % 4))
		assert raw not in decoded and token not in decoded, "token in the state"
	PY
}

@test "bash 26: no variable holds a second copy of a secret" { b26 bash 'set'; }
@test "zsh 26: no variable holds a second copy of a secret" { b26 zsh 'set'; }
@test "fish 26: no variable holds a second copy of a secret" { b26 fish 'set -L'; }

# --- 27

b27nested() {
	rc "$1"
	session -e AWS_PROFILE=prod "$1" <<-SCRIPT
		cd ~/proj
		%as nested
		$(again "$1")
		%as within
		creds
		%as exec
		exec $(again "$1")
		%as after-exec
		creds
		exit
		%as elsewhere
		sh -c 'cd / && exec $(again "$1")'
		%as dropped
		creds; exported AWS_PROFILE
		%as next
		true
		exit
		%as outer
		creds
	SCRIPT
	silent nested exec next
	said within "contoso $ROLE"
	said after-exec "contoso $ROLE"
	said elsewhere "$LEFT"
	said dropped none AWS_PROFILE=prod
	said outer "contoso $ROLE"
}

@test "bash 27: a nested shell keeps the role silently, and drops it in another directory" { b27nested bash; }
@test "zsh 27: a nested shell keeps the role silently, and drops it in another directory" { b27nested zsh; }
@test "fish 27: a nested shell keeps the role silently, and drops it in another directory" { b27nested fish; }

# inherited SHELL: the environment of a shell inside the project, as arguments
# for another session.
inherited() {
	local entry

	rc "$1"
	session -e AWS_PROFILE=prod "$1" <<-'SCRIPT'
		cd ~/proj
		env -0 >$T/env
	SCRIPT
	INHERITED=()
	while IFS= read -rd '' entry; do
		case $entry in
		AWS_* | MAIRU_*) INHERITED+=(-e "$entry") ;;
		esac
	done <"$T/env"
	((${#INHERITED[@]} > 4))
}

b27pane() {
	inherited "$1"
	session -C "$HOME/proj" "${INHERITED[@]}" "$1" <<-SCRIPT
		%as next
		true
		%as inside
		creds
		%as nested
		$(again "$1")
		exit
		cd /
		%as outside
		creds; exported AWS_PROFILE
	SCRIPT
	said start "$ENTERED"
	silent next nested
	said inside "contoso $ROLE"
	said outside none AWS_PROFILE=prod
	session -C / "${INHERITED[@]}" "$1" <<-'SCRIPT'
		%as first
		creds; exported AWS_PROFILE
		%as next
		true
	SCRIPT
	said first none AWS_PROFILE=prod
	silent next
}

@test "bash 27: a new terminal shows an inherited role once, and drops it in another directory" { b27pane bash; }
@test "zsh 27: a new terminal shows an inherited role once, and drops it in another directory" { b27pane zsh; }
@test "fish 27: a new terminal shows an inherited role once, and drops it in another directory" { b27pane fish; }

b27stale() {
	inherited "$1"
	(cd "$HOME/proj" && mairu deny >/dev/null)
	session -C "$HOME/proj" "${INHERITED[@]}" "$1" <<-'SCRIPT'
		%as first
		creds; exported AWS_PROFILE
	SCRIPT
	said first none AWS_PROFILE=prod
}

@test "bash 27: an inherited role that was denied since is dropped" { b27stale bash; }
@test "zsh 27: an inherited role that was denied since is dropped" { b27stale zsh; }
@test "fish 27: an inherited role that was denied since is dropped" { b27stale fish; }

# --- 28

b28() {
	local state damage entry at letter
	local -a others=() damages=()

	inherited "$1"
	for entry in "${INHERITED[@]}"; do
		case $entry in
		-e) ;;
		MAIRU_STATE=*) state=${entry#*=} ;;
		*) others+=(-e "$entry") ;;
		esac
	done
	# One letter changed, here and there: in lengths, in names, in values.
	for at in 2 50 120 200 300 $((${#state} / 2)) $((${#state} - 30)); do
		letter=A
		[ "${state:at:1}" != A ] || letter=B
		damages+=("${state:0:at}$letter${state:at+1}")
	done
	for damage in garbage '!!!' "${state:0:${#state}/2}" "${state%?}" \
		"${state}AAAA" "$(printf 'A%.0s' {1..100000})" \
		AAAAAAAAAAAAAAAAAAAA "${damages[@]}"; do
		session "${others[@]}" -e MAIRU_STATE="$damage" "$1" <<-'SCRIPT'
			%as first
			creds
			%as next
			true
			%as enter
			cd ~/proj
			%as inside
			creds
			%as leave
			cd /
			%as outside
			creds
		SCRIPT
		one_message start
		said first none
		silent next
		said enter "$ENTERED"
		said inside "contoso $ROLE"
		said leave "$LEFT"
		said outside none
	done
}

@test "bash 28: with corrupt state the credentials go, one message comes, and the next prompt is healthy" { b28 bash; }
@test "zsh 28: with corrupt state the credentials go, one message comes, and the next prompt is healthy" { b28 zsh; }
@test "fish 28: with corrupt state the credentials go, one message comes, and the next prompt is healthy" { b28 fish; }

# --- 29

b29() {
	local nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"

	need_root
	rc "$1"
	mkdir -p "$T/nobody/.config" "$T/nobody/fish/generated_completions"
	cp -r "$(rc_file "$1")" "$T/nobody/"
	cp -r "$XDG_CONFIG_HOME/fish" "$T/nobody/.config/"
	chown -R 65534:65534 "$T/nobody"
	chmod 0755 "$T" "$HOME" "$HOME/proj"
	chmod -R a+rX "$HOME" "$XDG_CONFIG_HOME"
	session -e AWS_PROFILE=prod "$1" <<-SCRIPT
		cd ~/proj
		%as outer
		creds
		%as su
		$nobody env HOME=$T/nobody XDG_CONFIG_HOME=$T/nobody/.config XDG_DATA_HOME=$T/nobody XDG_STATE_HOME=$T/nobody/state $(again "$1")
		%as in-su
		id -u; creds; exported AWS_PROFILE
		cd /
		%as in-su-root
		creds
		exit
		%as sudo
		$nobody $(again "$1")
		%as in-sudo
		creds
		exit
		%as back
		creds
	SCRIPT
	said outer "contoso $ROLE"
	# It is not undone either: what it says was there before is as doubtful.
	has su 'another user (uid 0)'
	said in-su 65534 none 'AWS_PROFILE unset'
	said in-su-root none
	has in-sudo none
	said back "contoso $ROLE"
}

@test "bash 29: under another uid an inherited role is not believed" { b29 bash; }
@test "zsh 29: under another uid an inherited role is not believed" { b29 zsh; }
@test "fish 29: under another uid an inherited role is not believed" { b29 fish; }

# --- 30

b30() {
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		%run mv ~/proj/.mairu.json \$T/kept
		%as deleted
		true
		%as after-deleted
		creds
		%run mv \$T/kept ~/proj/.mairu.json
		%as restored
		true
		%as after-restored
		creds
		%run cd ~/proj && mairu deny
		%as denied
		true
		%as after-denied
		creds
		%run cd ~/proj && mairu allow
		%as allowed
		true
		%run echo '$(config 123456789012/Admin)' >~/proj/.mairu.json
		%as edited
		true
		%as after-edited
		creds
		%as quiet
		true
	SCRIPT
	said deleted "$LEFT"
	said after-deleted none
	said restored "$ENTERED"
	said after-restored "contoso $ROLE"
	said denied "$LEFT"
	said after-denied none
	said allowed "$ENTERED"
	has edited "mairu: ~/proj/.mairu.json has changed since it was allowed: server contoso, role 123456789012/Admin. Run: mairu allow"
	said after-edited none
	silent quiet
}

@test "bash 30: the role is gone at the prompt after its config is deleted, denied or edited" { b30 bash; }
@test "zsh 30: the role is gone at the prompt after its config is deleted, denied or edited" { b30 zsh; }
@test "fish 30: the role is gone at the prompt after its config is deleted, denied or edited" { b30 fish; }

b30quiet() {
	rc "$1"
	session -e MAIRU_QUIET=1 "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		creds
		%as leave
		cd /
	SCRIPT
	silent enter leave
	said inside "contoso $ROLE"
}

@test "bash: MAIRU_QUIET silences entering and leaving" { b30quiet bash; }
@test "zsh: MAIRU_QUIET silences entering and leaving" { b30quiet zsh; }
@test "fish: MAIRU_QUIET silences entering and leaving" { b30quiet fish; }
