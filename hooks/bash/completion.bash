# What may come next is what the program says.
_mairu() {
	\builtin local __mairu_said= __mairu_word= __mairu_how=
	# One character in UTF-8 alone.
	\builtin local __mairu_utf8=$'\342\202\254'
	((${#__mairu_utf8} == 1)) || __mairu_utf8=
	COMPREPLY=()
	__mairu_said=$(\builtin exec mairu candidates ${__mairu_utf8:+--utf8} --line "${COMP_LINE:0:COMP_POINT}" bash "${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null) || \builtin return 0
	while IFS= \builtin read -r __mairu_word; do
		case $__mairu_how in
		'') __mairu_how=$__mairu_word ;;
		*) COMPREPLY+=("$__mairu_word") ;;
		esac
	done <<<"$__mairu_said"
	case $__mairu_how in
	files) \builtin compopt -o default 2>/dev/null || \builtin : ;;
	command\ *) __mairu_command "${__mairu_how#command }" ;;
	esac
	\builtin return 0
}
# Another command's line begins at that word; bash-completion knows how to go on.
__mairu_command() {
	\builtin local __mairu_word= __mairu_spec=
	if \builtin declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset "$1"
		\builtin return 0
	elif \builtin declare -F _command_offset >/dev/null; then
		_command_offset "$1"
		\builtin return 0
	fi
	for __mairu_word in "${COMP_WORDS[@]:0:$1}"; do
		__mairu_spec=${COMP_LINE#*"$__mairu_word"}
		((COMP_POINT -= ${#COMP_LINE} - ${#__mairu_spec})) || \builtin :
		COMP_LINE=$__mairu_spec
	done
	__mairu_spec=${COMP_LINE#"${COMP_LINE%%[! ]*}"}
	((COMP_POINT -= ${#COMP_LINE} - ${#__mairu_spec})) || \builtin :
	COMP_LINE=$__mairu_spec
	COMP_WORDS=("${COMP_WORDS[@]:$1}")
	((COMP_CWORD -= $1)) || \builtin :
	if ((COMP_CWORD == 0)); then
		while IFS= \builtin read -r __mairu_word; do
			COMPREPLY+=("$__mairu_word")
		done < <(\builtin compgen -c -- "${COMP_WORDS[0]}")
		\builtin return 0
	fi
	__mairu_spec=$(\builtin complete -p -- "${COMP_WORDS[0]##*/}" 2>/dev/null) || \builtin :
	case $__mairu_spec in
	*' -F '*)
		__mairu_spec=${__mairu_spec##* -F }
		"${__mairu_spec%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
		;;
	*) \builtin compopt -o default 2>/dev/null || \builtin : ;;
	esac
}
\builtin complete -F _mairu mairu
