# Stands in for bash-preexec 0.5 in the tests: it treats PROMPT_COMMAND and the
# DEBUG trap the way that one does, so that a hook meets the same neighbour.
#
# Loading it appends an installer to PROMPT_COMMAND.  At the first prompt the
# installer takes itself out of the text again, puts its own function first
# and a marker last, and sets the trap.  What stands in PROMPT_COMMAND by name
# is not reported as a command of the user.

precmd_functions=(${precmd_functions[@]+"${precmd_functions[@]}"})
preexec_functions=(${preexec_functions[@]+"${preexec_functions[@]}"})
__pre_text=$'__pre_old_trap=$(trap -p DEBUG)\ntrap - DEBUG\n__pre_install'
__pre_waiting=
__pre_busy=0

# __pre_trim VAR TEXT: TEXT without blanks and one semicolon at either end.
__pre_trim() {
	local text=$2 round
	for round in 1 2; do
		text=${text#"${text%%[![:space:]]*}"}
		text=${text%"${text##*[![:space:]]}"}
		[ "$round" = 2 ] || {
			text=${text%;}
			text=${text#;}
		}
	done
	printf -v "$1" '%s' "$text"
}

__pre_status() {
	return "${1:-0}"
}

__pre_precmd() {
	__pre_last=$?
	((__pre_busy > 0)) && return
	local __pre_busy=1 f
	for f in "${precmd_functions[@]}"; do
		if type -t "$f" >/dev/null; then
			__pre_status "$__pre_last"
			"$f"
		fi
	done
	__pre_status "$__pre_last"
}

__pre_ready() {
	__pre_waiting=yes
}

__pre_is_prompt_command() {
	local part parts trimmed
	IFS=$'\n;' read -rd '' -a parts <<<"${PROMPT_COMMAND[*]}"
	for part in "${parts[@]}"; do
		__pre_trim trimmed "$part"
		[[ $trimmed == "$1" ]] && return 0
	done
	return 1
}

__pre_debug() {
	((__pre_busy > 0)) && return
	local __pre_busy=1 command f
	[[ -t 1 && -z ${COMP_LINE:-} && -n $__pre_waiting ]] || return
	((BASH_SUBSHELL > 0)) || __pre_waiting=
	__pre_trim command "${BASH_COMMAND:-}"
	if __pre_is_prompt_command "$command"; then
		__pre_waiting=
		return
	fi
	for f in "${preexec_functions[@]}"; do
		if type -t "$f" >/dev/null; then
			__pre_status "${__pre_last:-0}"
			"$f" "$command"
		fi
	done
	return 0
}

__pre_install() {
	[[ ${PROMPT_COMMAND[*]} != *__pre_precmd* ]] || return 1
	trap '__pre_debug "$_"' DEBUG
	local rest=${PROMPT_COMMAND:-}
	rest=${rest//"$__pre_text"/:}
	rest=${rest//$'\n:\n'/$'\n'}
	__pre_trim rest "$rest"
	rest=${rest%$'\n':}
	[ "$rest" != : ] || rest=
	# shellcheck disable=SC2178,SC2128 # the first element, as it does
	PROMPT_COMMAND=__pre_precmd${rest:+$'\n'$rest}
	PROMPT_COMMAND+=(__pre_ready)
	__pre_precmd
	__pre_ready
}

__pre_trim __pre_rest "${PROMPT_COMMAND:-}"
# shellcheck disable=SC2178,SC2179
PROMPT_COMMAND=${__pre_rest:+$__pre_rest$'\n'}$__pre_text
unset __pre_rest
