# Nothing from a file is run: behaviours 20 and 51 of the hook, in locales in
# which the last byte of one character and an ASCII character can be another
# character.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load lib/common

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
