# The shell stays the user's: behaviours 1 to 15 of the hook.

# shellcheck disable=SC2016 # text for other shells stands in single quotes

load ../lib/common

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
}

# --- 01

b01() {
	case $1 in
	bash)
		rc bash "$(hook_line bash)" \
			'later() { echo "later $?"; }' \
			'PROMPT_COMMAND="$PROMPT_COMMAND; later"'
		;;
	zsh)
		rc zsh 'later() { echo "later $?"; }' "$(hook_line zsh)" \
			'precmd_functions+=(later)'
		;;
	fish)
		rc fish "$(hook_line fish)" \
			'function later --on-event fish_prompt; echo "later $status"; end'
		;;
	esac
	session "$1" <<-SCRIPT
		%as one
		false
		%as user-one
		echo "user $(status_of "$1")"
		%as entering
		cd ~/proj; sh -c 'exit 7'
		%as user-seven
		echo "user $(status_of "$1")"
		%as inside
		false
		%as leaving
		cd /; false
		%as user-left
		echo "user $(status_of "$1")"
	SCRIPT
	said one "later 1"
	said user-one "user 1" "later 0"
	said entering "$ENTERED" "later 7"
	said user-seven "user 7" "later 0"
	said inside "later 1"
	said leaving "$LEFT" "later 1"
	said user-left "user 1" "later 0"
}

status_of() {
	case $1 in
	fish) echo '$status' ;;
	*) echo '$?' ;;
	esac
}

@test "bash 01: false before the prompt is still seen as 1 by the user and later prompt commands" { b01 bash; }
@test "zsh 01: false before the prompt is still seen as 1 by the user and later prompt commands" { b01 zsh; }
@test "fish 01: false before the prompt is still seen as 1 by the user and later prompt commands" { b01 fish; }

# --- 02

b02() {
	local strict body

	case $1 in
	bash) strict='set -e' ;;
	zsh) strict='setopt err_exit' ;;
	esac
	for body in 'exit 1' 'echo "export AWS_PROFILE=x"; exit 3' 'kill -KILL $$' \
		'exec "$REAL" "$@"'; do
		rc "$1" "$(stand_in "$1" <<<"$body")"
		session "$1" <<-SCRIPT
			$strict
			true
			! true
			true
			cd ~/proj
			! true
			cd /
			! true
			%as alive
			echo alive \$AWS_PROFILE
		SCRIPT
		said alive alive
	done
}

@test "bash 02: set -e survives a failing helper and a negated last command" { b02 bash; }
@test "zsh 02: ERR_EXIT survives a failing helper and a negated last command" { b02 zsh; }

# --- 03

b03() {
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as nothing
		true
		%as inside
		creds
		%as leave
		cd /
		%as outside
		creds
	SCRIPT
	silent start nothing
	said enter "$ENTERED"
	said inside "contoso $ROLE"
	said leave "$LEFT"
	said outside none
}

@test "bash 03: set -u with an unset PROMPT_COMMAND gives no error" {
	rc bash 'set -u' 'unset PROMPT_COMMAND' "$(hook_line bash)"
	b03 bash
}
@test "bash 03: set -u with an empty PROMPT_COMMAND gives no error" {
	rc bash 'set -u' 'PROMPT_COMMAND=' "$(hook_line bash)"
	b03 bash
}
@test "bash 03: set -u with an empty array PROMPT_COMMAND gives no error" {
	rc bash 'set -u' 'PROMPT_COMMAND=()' "$(hook_line bash)"
	b03 bash
}
@test "bash 03: set -u with the cd option gives no error" {
	rc bash 'set -u' 'unset PROMPT_COMMAND' "$(hook_line bash --cd)"
	b03 bash
}
@test "zsh 03: NO_UNSET with unset hook arrays gives no error" {
	rc zsh 'setopt no_unset' 'unset precmd_functions preexec_functions chpwd_functions' \
		"$(hook_line zsh)"
	b03 zsh
}
@test "zsh 03: NO_UNSET with empty hook arrays gives no error" {
	rc zsh 'setopt no_unset' 'precmd_functions=() preexec_functions=() chpwd_functions=()' \
		"$(hook_line zsh)"
	b03 zsh
}

# --- 04

# b04 SHELL WHAT-A-PROMPT-PRINTS LINE...: the lines are what the user has
# before the hook, run by the first reading of the rc file only.
b04() {
	local shell=$1 mine=$2

	shift 2
	case $shell in
	fish) rc fish 'if not set -q RC_ONCE' 'set -g RC_ONCE 1' "$@" end "$(counted fish)" ;;
	*) rc "$shell" 'if [ -z "${RC_ONCE-}" ]; then RC_ONCE=1' "$@" 'fi' "$(counted "$shell")" ;;
	esac
	session "$shell" <<-SCRIPT
		source $(rc_file "$shell")
		%run : >\$T/runs
		%as once
		true
		%run cp \$T/runs \$T/once
		source $(rc_file "$shell")
		%run : >\$T/runs
		%as thrice
		true
		%run cp \$T/runs \$T/thrice
		cd ~/proj
		%as inside
		creds
	SCRIPT
	assert_equal "$(wc -l <"$T/once")" 1
	assert_equal "$(wc -l <"$T/thrice")" 1
	assert_equal "$(out once)" "$mine"
	assert_equal "$(out thrice)" "$mine"
	assert_equal "$(out inside | head -n 1)" "contoso $ROLE"
}

@test "bash 04: an rc file sourced twice makes one hook" {
	b04 bash '' 'unset PROMPT_COMMAND'
}
@test "bash 04: an rc file sourced twice makes one hook beside a string" {
	b04 bash mine 'PROMPT_COMMAND="echo mine"'
}
@test "bash 04: an rc file sourced twice makes one hook beside an array of one" {
	b04 bash mine 'PROMPT_COMMAND=("echo mine")'
}
@test "bash 04: an rc file sourced twice makes one hook beside an array of three" {
	b04 bash $'a\nb\nc' 'PROMPT_COMMAND=("echo a" "echo b" "echo c")'
}
@test "zsh 04: an rc file sourced twice makes one hook" {
	b04 zsh '' :
}
@test "zsh 04: an rc file sourced twice makes one hook beside a precmd function" {
	b04 zsh mine 'precmd() { echo mine; }'
}
@test "zsh 04: an rc file sourced twice makes one hook beside an array of three" {
	b04 zsh $'a\nb\nc' 'a() { echo a; }; b() { echo b; }; c() { echo c; }' \
		'precmd_functions=(a b c)'
}
@test "fish 04: an rc file sourced twice makes one hook" {
	b04 fish mine 'function mine --on-event fish_prompt; echo mine; end'
}

# --- 05

@test "bash 05: others can still append to a PROMPT_COMMAND that ended in ; or a newline" {
	local had add

	for had in 'echo mine;' 'echo mine; ' $'echo mine\n' $'echo mine;\n' \
		$'echo mine;\n\t ' ' ;'; do
		# shellcheck disable=SC2016
		for add in 'PROMPT_COMMAND="$PROMPT_COMMAND; echo other"' \
			'PROMPT_COMMAND="$PROMPT_COMMAND"$'\''\n'\''"echo other"' \
			'PROMPT_COMMAND+=("echo other")'; do
			rc bash "PROMPT_COMMAND=$(printf %q "$had")" "$(counted bash)" "$add"
			session bash <<-'SCRIPT'
				%run : >$T/runs
				%as next
				true
				%run test "$(wc -l <$T/runs)" = 1
			SCRIPT
			case $had in
			*mine*) said next mine other ;;
			*) said next other ;;
			esac
		done
	done
}

# --- 06

# b06 SHELL LINE...: with these rc lines, where HOOK stands for the hook's.
b06() {
	local shell=$1 line
	local -a lines=()

	shift
	for line; do
		[ "$line" != HOOK ] || line=$(counted "$shell")
		lines+=("$line")
	done
	rc "$shell" "${lines[@]}"
	session "$shell" <<-SCRIPT
		%run test "\$(wc -l <\$T/runs)" = 1
		%run : >\$T/runs
		%as quiet
		true
		%run test "\$(wc -l <\$T/runs)" = 1
		%run : >\$T/runs
		%as wrong
		false
		%run test "\$(wc -l <\$T/runs)" = 1
		%as status
		echo "user $(status_of "$shell")"
		%as enter
		cd ~/proj
		%as inside
		creds
		%as leave
		cd /
		%as outside
		creds
	SCRIPT
	has status "user 1"
	has enter "$ENTERED"
	has inside "contoso $ROLE"
	has leave "$LEFT"
	has outside none
}

# A user's preexec function must hear of what was typed and of nothing else.
heard='preexec() { echo "heard $1"; }'
only_typed() {
	said quiet "heard true"
	said wrong "heard false"
}
# What ble.sh does: it runs the prompt commands itself, one after another.
ble='ble_commands=("${PROMPT_COMMAND[@]}"); PROMPT_COMMAND=(ble_run)
ble_run() { local s=$? c; for c in "${ble_commands[@]}"; do starship_set_return $s; eval "$c"; done; }
starship_set_return() { return $1; }'

@test "bash 06: the hook runs once a prompt after bash-preexec" {
	b06 bash "source $LIB/preexec.bash" "$heard" 'preexec_functions+=(preexec)' HOOK
	only_typed
}
@test "bash 06: the hook runs once a prompt before bash-preexec" {
	b06 bash HOOK "source $LIB/preexec.bash" "$heard" 'preexec_functions+=(preexec)'
	only_typed
}
@test "bash 06: the hook runs once a prompt after starship" {
	b06 bash "source $LIB/starship.bash" HOOK
}
@test "bash 06: the hook runs once a prompt before starship" {
	b06 bash HOOK "source $LIB/starship.bash"
}
@test "bash 06: the hook runs once a prompt before starship, all sourced twice" {
	b06 bash HOOK "source $LIB/starship.bash" HOOK "source $LIB/starship.bash"
}
@test "bash 06: the hook runs once a prompt between bash-preexec and starship" {
	b06 bash "source $LIB/preexec.bash" HOOK "source $LIB/starship.bash"
}
@test "bash 06: the hook runs once a prompt before bash-preexec and starship" {
	b06 bash HOOK "source $LIB/preexec.bash" "source $LIB/starship.bash"
}
@test "bash 06: the hook runs once a prompt after a wrapper that runs PROMPT_COMMAND itself" {
	b06 bash 'PROMPT_COMMAND="true; true"' "$ble" HOOK
}
@test "bash 06: the hook runs once a prompt before a wrapper that runs PROMPT_COMMAND itself" {
	b06 bash 'PROMPT_COMMAND="true; true"' HOOK "$ble"
}
@test "zsh 06: the hook runs once a prompt after starship" {
	b06 zsh 'starship_precmd() { STATUS=$?; }; precmd_functions+=(starship_precmd)' HOOK
}
@test "zsh 06: the hook runs once a prompt before starship" {
	b06 zsh HOOK 'starship_precmd() { STATUS=$?; }; precmd_functions+=(starship_precmd)'
}
@test "zsh 06: the hook runs once a prompt before add-zsh-hook and its removal" {
	b06 zsh HOOK 'autoload -Uz add-zsh-hook; f() { :; }' \
		'add-zsh-hook precmd f; add-zsh-hook -d precmd f'
}
@test "fish 06: the hook runs once a prompt after starship" {
	b06 fish 'function fish_prompt; set -g STATUS $status; printf "[#%s#] " ready; end' HOOK
}
@test "fish 06: the hook runs once a prompt before a prompt that wraps the old one" {
	b06 fish HOOK 'functions -c fish_prompt old_prompt' \
		'function fish_prompt; old_prompt; end'
}

# --- 07

b07() {
	local show=$2 line

	shift 2
	rc "$@"
	session "$1" <<-SCRIPT
		%as before
		$show
		true
		%as idle
		$show
		cd ~/proj
		%as inside
		$show
		cd /
		%as outside
		$show
	SCRIPT
	check [ -s "$OUT/before" ]
	for line in idle inside outside; do
		check diff "$OUT/before" "$OUT/$line"
	done
}

@test "bash 07: the user's INT trap is unchanged" {
	b07 bash 'trap -p INT; kill -INT $$' bash \
		"trap 'echo mine' INT" "$(hook_line bash)"
	said outside "trap -- 'echo mine' SIGINT" mine
}
@test "bash 07: an INT trap that ignores is unchanged" {
	b07 bash 'trap -p INT' bash "$(hook_line bash)" "trap '' INT"
	said outside "trap -- '' SIGINT"
}
@test "zsh 07: the user's INT trap is unchanged" {
	b07 zsh 'trap; kill -INT $$' zsh \
		"trap 'echo mine' INT" "$(hook_line zsh)"
	said outside "trap -- 'echo mine' INT" mine
}
@test "zsh 07: the user's TRAPINT is unchanged" {
	b07 zsh 'functions TRAPINT; kill -INT $$' zsh \
		'TRAPINT() { echo mine; return 0; }' "$(hook_line zsh)"
	has outside mine
}
@test "fish 07: the user's INT handler is unchanged" {
	b07 fish 'functions mine; kill -INT $fish_pid' fish \
		'function mine --on-signal INT; echo m""ine; end' "$(hook_line fish)"
}

# --- 08

# What is waited for is in no line that is typed; and it is one process that
# says so and then waits, so that no signal falls between two.
b08() {
	rc bash "$(hook_line bash "${@}")"
	session bash <<-'SCRIPT'
		%type read -p 'waiting> ' x
		%wait waiting>
		%key C-c
		%prompt
		%type x=$(sh -c 'echo wait""ing >&2; exec cat')
		%wait waiting
		%key C-c
		%prompt
		cd ~/proj
		%type read -p 'waiting> ' x
		%wait waiting>
		%key C-c
		%prompt
		%type x=$(sh -c 'echo wait""ing >&2; exec cat')
		%wait waiting
		%key C-c
		%prompt
		%as alive
		echo alive $$; creds
		%run echo alive $TERM_PID >$T/pid
	SCRIPT
	said alive "$(cat "$T/pid")" "contoso $ROLE"
}

@test "bash 08: bash survives Ctrl-C in read and in a command substitution" { b08; }
@test "bash 08: bash with the cd option survives Ctrl-C in read and in a command substitution" { b08 --cd; }

# --- 09

b09() {
	mkfifo "$T/fifo"
	# shellcheck disable=SC2016
	rc "$1" "$(stand_in "$1" <<<'
		if [ -e "$T/block" ]; then
			: >"$T/started"
			exec cat "$T/fifo"
		fi
		exec "$REAL" "$@"')"
	session "$1" <<-'SCRIPT'
		%run : >$T/block; : >$T/runs
		%type cd ~/proj
		%run await $T/started
		%key C-c
		%prompt
		%run cp $T/runs $T/interrupted; rm $T/block
		%as retried
		true
		%as inside
		creds
		%run rm $T/started; : >$T/block; : >$T/runs
		%type cd /
		%run await $T/started
		%key C-c
		%prompt
		%run cp $T/runs $T/interrupted2; rm $T/block
		%as left
		true
		%as outside
		creds
	SCRIPT
	assert_equal "$(wc -l <"$T/interrupted")" 1
	said retried "$ENTERED"
	said inside "contoso $ROLE"
	assert_equal "$(wc -l <"$T/interrupted2")" 1
	said left "$LEFT"
	said outside none
}

@test "bash 09: Ctrl-C while the helper runs gives the prompt back and retries nothing" { b09 bash; }
@test "zsh 09: Ctrl-C while the helper runs gives the prompt back and retries nothing" { b09 zsh; }
@test "fish 09: Ctrl-C while the helper runs gives the prompt back and retries nothing" { b09 fish; }

# b09env SHELL EXPORT-WORDS: the environment after the interruption is looked at
# by a program that the hook has no part in.
b09env() {
	mkfifo "$T/fifo"
	# shellcheck disable=SC2016
	rc "$1" "$(stand_in "$1" <<<'
		if [ -e "$T/block" ]; then
			: >"$T/started"
			exec cat "$T/fifo"
		fi
		exec "$REAL" "$@"')"
	session "$1" <<-'SCRIPT'
		env -0 | sort -z | grep -zav -e ^_= -e ^OLDPWD= -e ^PWD= -e ^SHLVL= >$T/before
		%run : >$T/block
		%type cd ~/proj
		%run await $T/started
		%key C-c
		%prompt
		env -0 | sort -z | grep -zav -e ^_= -e ^OLDPWD= -e ^PWD= -e ^SHLVL= >$T/after; rm $T/block
	SCRIPT
	cmp "$T/before" "$T/after"
}

@test "bash 09: after Ctrl-C the environment is as it was" { b09env bash; }
@test "zsh 09: after Ctrl-C the environment is as it was" { b09env zsh; }
@test "fish 09: after Ctrl-C the environment is as it was" { b09env fish; }

# --- 10

b10() {
	local shell=$1 name
	local -a aliases=() functions=() names=(export unset eval command)
	local load="source $T/hook.$1"

	mairu hook "$shell" >"$T/hook.$shell"
	# In fish the other two are reserved words.
	[ "$shell" != fish ] || names=(export unset)
	for name in "${names[@]}"; do
		case $shell in
		fish)
			aliases+=("alias $name 'printf hijacked'")
			functions+=("function $name; printf hijacked; end")
			;;
		*)
			aliases+=("alias $name='printf hijacked'")
			functions+=("function $name { printf hijacked; }")
			;;
		esac
	done
	rc "$shell" "$load" "${aliases[@]}"
	b03 "$shell"
	rc "$shell" "${aliases[@]}" "$load"
	b03 "$shell"
	rc "$shell" "$load" "${functions[@]}"
	b03 "$shell"
	rc "$shell" "${functions[@]}" "$load"
	b03 "$shell"
}

@test "bash 10: aliases and functions named export, unset, eval, command change nothing" { b10 bash; }
@test "zsh 10: aliases and functions named export, unset, eval, command change nothing" { b10 zsh; }
@test "fish 10: aliases and functions named export and unset change nothing" { b10 fish; }

# --- 11

b11() {
	local options

	for options; do
		# shellcheck disable=SC2086
		rc zsh "setopt $options" "$(hook_line zsh)"
		b03 zsh
		rc zsh "$(hook_line zsh)" "setopt $options"
		b03 zsh
	done
}

@test "zsh 11: KSH_ARRAYS, SH_WORD_SPLIT, WARN_CREATE_GLOBAL and NO_UNSET give no error or warning" {
	b11 ksh_arrays sh_word_split warn_create_global no_unset \
		'ksh_arrays sh_word_split warn_create_global no_unset'
}
@test "zsh 11: options that change quoting, globbing and failing give no error or warning" {
	b11 warn_nested_var glob_subst rc_expand_param ksh_glob err_return \
		posix_builtins 'no_bare_glob_qual no_nomatch' 'extended_glob bsd_echo' \
		'rc_quotes ignore_braces' posix_identifiers ksh_typeset \
		'no_equals magic_equal_subst' 'pipe_fail' posix_traps
}

# --- 12

common_names='vars out output status ret result tmp i n x s name value key line cmd err
	state dir file prev old new environment code statement shell trace export_out REPLY'

b12() {
	local shell=$1 name set='' show='' list kind
	local -a kept=()

	for name in $common_names; do
		# Not a user's to set in these two.
		[ "$name" != status ] || [ "$shell" = bash ] || continue
		case $shell in
		fish) set+="set -g $name 'keep $name'; " ;;
		*) set+="$name='keep $name'; " ;;
		esac
		show+="echo \"\$$name\"; "
		kept+=("keep $name")
	done
	case $shell in
	bash) list='compgen -v; compgen -A function' ;;
	zsh) list='print -l ${(k)parameters} ${(k)functions}' ;;
	fish) list='set -n; functions -an' ;;
	esac
	for kind in without with; do
		if [ $kind = without ]; then
			rc "$shell" :
		else
			rc "$shell" "$(hook_line "$shell")"
		fi
		session "$shell" <<-SCRIPT
			$set
			cd ~/proj
			%as inside
			$show
			$list >\$T/$kind.inside
			cd /
			%as outside
			$show
			$list >\$T/$kind.outside
		SCRIPT
		said inside "${kept[@]}"
		said outside "${kept[@]}"
	done
	for kind in inside outside; do
		comm -13 <(sort -u "$T/without.$kind") <(sort -u "$T/with.$kind") >"$T/ours"
		run cat "$T/ours"
		assert_line --regexp '^__mairu'
		# What a shell's own interface to hooks is called is not ours,
		# nor what fish loads for its completions, sooner or later.
		run grep -v -e '^__fish_' -e '^__mairu' -e '^MAIRU_' -e '^AWS_CONTAINER_' \
			-e '^precmd_functions$' -e '^chpwd_functions$' \
			-e '^preexec_functions$' \
			-e '^PROMPT_COMMAND$' "$T/ours"
		assert_output ''
	done
}

@test "bash 12: variables with common names are untouched, and every name of ours is marked" { b12 bash; }
@test "zsh 12: variables with common names are untouched, and every name of ours is marked" { b12 zsh; }
@test "fish 12: variables with common names are untouched, and every name of ours is marked" { b12 fish; }

b12ifs() {
	rc "$1"
	session "$1" <<-SCRIPT
		$2
		%as enter
		cd ~/proj
		%as inside
		creds
		%as leave
		cd /
		%as outside
		creds
		%as kept
		echo "\$IFS"
	SCRIPT
	said enter "$ENTERED"
	said inside "contoso $ROLE"
	said leave "$LEFT"
	said outside none
	said kept /eo
}

@test "bash 12: a strange IFS is untouched and does not matter" { b12ifs bash 'IFS=/eo'; }
@test "zsh 12: a strange IFS is untouched and does not matter" { b12ifs zsh 'IFS=/eo'; }
@test "fish 12: a strange IFS is untouched and does not matter" { b12ifs fish 'set -g IFS /eo'; }

# --- 13

b13() {
	local secret=Not/For+The+Trace0123456789abcdefghijklm

	rc "$1"
	session -e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=$secret "$1" <<-SCRIPT
		$2
		cd ~/proj
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >\$T/token
		true
		cd /
		printenv AWS_SECRET_ACCESS_KEY >\$T/secret
		%as tracing
		$3
	SCRIPT
	assert_equal "$(cat "$T/secret")" "$secret"
	assert_regex "$(cat "$T/token")" '^Bearer .{43}\..+$'
	has tracing tracing
	# The trace itself is there, or nothing would be proved.
	check grep -qa printenv "$OUT"/3.raw
	run grep -laF -e "$secret" -e "$(cut -d ' ' -f 2 "$T/token")" -r "$OUT"
	assert_output ''
}

@test "bash 13: no secret is in the trace of set -x" {
	b13 bash 'set -x' '[[ $- == *x* ]] && echo tracing'
}
@test "zsh 13: no secret is in the trace of set -x" {
	b13 zsh 'set -x' '[[ -o xtrace ]] && echo tracing'
}
@test "fish 13: no secret is in the trace of fish_trace" {
	b13 fish 'set -g fish_trace 1' 'test "$fish_trace" = 1; and echo tracing'
}

# --- 14

@test "zsh 14: a subshell that changes directory exports and says nothing" {
	rc zsh "$(counted zsh)"
	session zsh <<-'SCRIPT'
		%run : >$T/runs
		%as assign
		x=$(cd ~/proj; pwd; creds)
		%as value
		print -r -- "$x"
		%as group
		(cd ~/proj; creds)
		%as pipe
		{ cd ~/proj; creds; } | cat
		%as outside
		creds
	SCRIPT
	silent assign
	said value "$HOME/proj" none
	said group none
	said outside none
}

@test "zsh 14: a completion that changes directory exports and says nothing" {
	rc zsh 'autoload -Uz compinit; compinit -D -u' \
		'_visit() { local x=$(cd ~/proj; pwd); compadd sub-${x:t}; }' \
		'_stay() { cd ~/proj; compadd here-${PWD:t}; cd $OLDPWD; }' \
		'visit() { print -r -- "got $1"; }; stay() { print -r -- "got $1"; }' \
		'compdef _visit visit; compdef _stay stay' "$(hook_line zsh)"
	session zsh <<-'SCRIPT'
		%send visit s
		%key tab
		%wait visit sub-proj
		%as visit
		%key enter
		%prompt
		%as after-visit
		creds
		%send stay h
		%key tab
		%wait stay here-proj
		%as stay
		%key enter
		%prompt
		%as after-stay
		creds
	SCRIPT
	has visit 'got sub-proj'
	lacks visit mairu
	said after-visit none
	has stay 'got here-proj'
	lacks stay mairu
	said after-stay none
}

# --- 15

@test "fish 15: after a directory key binding into a trusted directory the next command has its role" {
	rc fish 'function fish_prompt; printf "%s [#%s#] " (prompt_pwd) ready; end' \
		"$(hook_line fish)"
	session fish <<-'SCRIPT'
		cd ~/proj
		cd ~
		%as before
		creds
		%key A-left
		%prompt
		%as inside
		creds
		%key A-right
		%prompt
		%as outside
		creds
	SCRIPT
	has before none
	has inside "contoso $ROLE"
	has outside none
}
