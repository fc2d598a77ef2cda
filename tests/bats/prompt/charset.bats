# Nothing from a file is run: behaviours 20 and 51 of the hook, in locales in
# which the last byte of one character and an ASCII character can be another
# character.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

# Locale, and a character of UTF-8 whose last byte makes one character of it
# together with a backslash.
HALVES=(zh_CN.GBK 中 zh_TW.BIG5 中 ja_JP.SHIFT_JIS ぃ)

setup_file() {
	local made=$BATS_FILE_TMPDIR name

	# localedef warns of Shift-JIS, whose backslash is a Yen sign.
	for name in zh_CN.GBK zh_TW.BIG5 ja_JP.SHIFT_JIS; do
		localedef -c -i "${name%.*}" -f "${name#*.}" "$made/$name" \
			>"$made/$name.log" 2>&1 || :
		[ -s "$made/$name/LC_CTYPE" ] || {
			cat "$made/$name.log" >&2
			return 1
		}
	done
}

# in_locale LOCALE [OPTION]... SHELL <SCRIPT: a session in it.  The rc file sets
# it: the program is not to depend on what its own environment says.  In fish,
# which would write the values that it has read in another charset, the
# environment does.
in_locale() {
	local name=$1 shell=${*: -1}
	local -a vars=(-e LOCPATH="$BATS_FILE_TMPDIR")

	shift
	if [ "$shell" = fish ]; then
		rc fish
		vars+=(-e LC_ALL="$name")
	else
		rc "$shell" "LC_ALL=$name" "$(hook_line "$shell")"
	fi
	session "${vars[@]}" "$@"
}

# hostile LEAD MARK: values that leave their quotes wherever LEAD swallows what
# comes next, and then make the file MARK.
hostile() {
	local lead=$1 mark=$2

	printf '%s\n' "$lead'; touch $mark; '" "$lead\\'; touch $mark; '" \
		"$lead\"; touch $mark; \"" "$lead; touch $mark #" \
		"$lead\$(touch $mark)" "$lead(touch $mark)" "$lead\`touch $mark\`" \
		"$lead"
}

@test "the locales are there, and their characters end in a backslash" {
	local i

	for ((i = 0; i < ${#HALVES[@]}; i += 2)); do
		run env LOCPATH="$BATS_FILE_TMPDIR" LC_ALL="${HALVES[i]}" \
			python3 -c 'import ctypes, locale, os, sys
locale.setlocale(locale.LC_ALL, "")
half = os.fsencode(sys.argv[1])[-1]
print(ctypes.CDLL(None).mblen(bytes([half, 92]), 2))' "${HALVES[i + 1]}"
		assert_output 2
	done
}

# --- 51

b51() {
	local i=0 j lead role n

	project "$HOME/proj"
	allow "$HOME/proj"
	for ((j = 0; j < ${#HALVES[@]}; j += 2)); do
		lead=${HALVES[j + 1]}
		n=0
		while IFS= read -r role; do
			n=$((n + 1))
			mkdir -p "$HOME/evil.$n"
			python3 - "$HOME/evil.$n/.mairu.json" "$role" <<-'PY'
				import json, sys
				role = sys.argv[2]
				with open(sys.argv[1], "w") as f:
				    json.dump({"server": role, "role": role, "region": "eu-west-1",
				               role: role}, f)
			PY
		done < <(hostile "$lead" "$T/pwned")
		in_locale "${HALVES[j]}" "$1" < <(
			for ((i = 1; i <= n; i++)); do
				printf '%s\n' 'cd $HOME/proj' "%as in.$i" creds \
					"%as evil.$i" "cd \$HOME/evil.$i" "%as out.$i" creds
			done
		)
		check test ! -e "$T/pwned"
		# fish decorates its output there.
		for ((i = 1; i <= n; i++)); do
			has "in.$i" "contoso $ROLE"
			has "evil.$i" 'is not trusted'
			has "out.$i" none
		done
	done
}

@test "bash 51: in no locale is anything of an untrusted config run" { b51 bash; }
@test "zsh 51: in no locale is anything of an untrusted config run" { b51 zsh; }
@test "fish 51: in no locale is anything of an untrusted config run" { b51 fish; }

# The same of one that is trusted, and of its directory's name.
b20() {
	local i=0 j lead value n

	for ((j = 0; j < ${#HALVES[@]}; j += 2)); do
		lead=${HALVES[j + 1]}
		n=0
		while IFS= read -r value; do
			n=$((n + 1))
			value=${value/touch */touch pwned}
			python3 - "$HOME/$n.${value//\//_}" "$value" "$T/want.$n" <<-'PY'
				import json, os, sys
				where, role, want = map(os.fsencode, sys.argv[1:])
				os.mkdir(where)
				with open(where + b"/.mairu.json", "w") as f:
				    json.dump({"server": "contoso", "role": role.decode(),
				               "region": "x"}, f)
				with open(want, "wb") as f:
				    f.write(role + b"\n" + where + b"/.mairu.json\n")
			PY
			allow "$HOME/$n.${value//\//_}"
		done < <(hostile "$lead" "$T/pwned")
		in_locale "${HALVES[j]}" -e AWS_PROFILE="$lead'\\;" "$1" < <(
			for ((i = 1; i <= n; i++)); do
				printf '%s\n' "cd \$HOME/$i.*" \
					"sh -c 'printenv MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG >\$T/got.$i'" \
					'cd /' "sh -c 'printenv AWS_PROFILE >\$T/profile.$i'"
			done
		)
		for ((i = 1; i <= n; i++)); do
			check cmp "$T/want.$i" "$T/got.$i"
			check test "$(cat "$T/profile.$i")" = "$lead'\\;"
			rm -r "${HOME:?}/$i."*
		done
		run find "$T" -name '*pwned' -type f
		assert_output ''
	done
}

@test "bash 20: half a character and a backslash arrive as they are in any locale" { b20 bash; }
@test "zsh 20: half a character and a backslash arrive as they are in any locale" { b20 zsh; }
@test "fish 20: half a character and a backslash arrive as they are in any locale" { b20 fish; }

# --- completion

role() {
	python3 -c 'import json, sys
print(json.dumps(["ROLE", sys.argv[1]]) + """, ["ACCOUNT", ""],
["ACCOUNT_NAME", ""], """ + json.dumps(["DESCRIPTION", sys.argv[1]]) + ",")' "$1"
}

knows() {
	answers "{\"ROLES_KNOWN\": [$1 [\"CURSOR\", 3], [\"MORE\", 0], [\"DONE\", 0], [\"TOTAL\", 0]]}"
}

# A shell with completion, in which mairu says how it was called.
completes() {
	cat >"$T/bin/mairu" <<-SH
		#!/bin/sh
		case \$1 in candidates | completion | hook | export) exec "$MAIRU_BUILD/mairu" "\$@" ;; esac
		printf '<%s>' mairu "\$@"
		echo
	SH
	printf '#!/bin/sh\n: >"$T/pwned"\n' >"$T/bin/pwn"
	chmod +x "$T/bin/mairu" "$T/bin/pwn"
	hook_line() {
		case $1 in
		bash) echo 'eval "$(mairu completion bash)"' ;;
		zsh) printf '%s\n' 'autoload -Uz compinit; compinit -D -u' \
			'source <(mairu completion zsh)' ;;
		fish) echo 'mairu completion fish | source' ;;
		esac
	}
}

complete_hostile() {
	local j lead end

	a_silent_server contoso
	standin
	completes "$1"
	for ((j = 0; j < ${#HALVES[@]}; j += 2)); do
		lead=${HALVES[j + 1]}
		for end in ';pwn' '|pwn' '&pwn'; do
			knows "$(role "$lead$end")"
			in_locale "${HALVES[j]}" -C "$T" "$1" <<-'SCRIPT'
				%as tab
				%send mairu exec --server contoso \t true
				%key enter
				%prompt
			SCRIPT
			check test ! -e "$T/pwned"
			has tab '<exec><--server><contoso>'
			# Nor does a newline go into the character before it.
			knows "$(role "o$lead")$(role pwn)$(role ok)"
			in_locale "${HALVES[j]}" -C "$T" "$1" <<-'SCRIPT'
				%as tab
				%send mairu exec --server contoso o\t true
				%key enter
				%prompt
			SCRIPT
			has tab '<exec><--server><contoso><ok><true>'
		done
	done
}

@test "bash 51: in no locale does a completed name run anything" { complete_hostile bash; }
@test "zsh 51: in no locale does a completed name run anything" { complete_hostile zsh; }
@test "fish 51: in no locale does a completed name run anything" { complete_hostile fish; }

complete_utf8() {
	a_silent_server contoso
	standin
	completes "$1"
	knows "$(role 'Größe;中')"
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as tab
		%send mairu exec --server contoso Gr\t true
		%key enter
		%prompt
	SCRIPT
	has tab '<contoso><Größe;中><true>'
}

@test "bash: in UTF-8 a name that is not ASCII is completed" { complete_utf8 bash; }
@test "zsh: in UTF-8 a name that is not ASCII is completed" { complete_utf8 zsh; }
@test "fish: in UTF-8 a name that is not ASCII is completed" { complete_utf8 fish; }

@test "candidates are ASCII unless the shell says that it has UTF-8" {
	a_silent_server contoso
	standin
	knows "$(role ok)$(role 中)"
	run mairu candidates zsh mairu exec --server contoso ''
	assert_output $'words roles\nok:ok'
	run mairu candidates --utf8 fish mairu exec --server contoso ''
	assert_output $'words roles\nok\tok\n中\t中'
	knows '["ROLE", "ok"], ["ACCOUNT", ""], ["ACCOUNT_NAME", "中"], ["DESCRIPTION", ""],'
	run mairu candidates fish mairu exec --server contoso ''
	assert_output $'words roles\nok\t???'
}
