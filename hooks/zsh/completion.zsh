#compdef mairu
# What may come next is what the program says.
_mairu() {
	\builtin local -a __mairu_said
	# One character in UTF-8 alone.
	\builtin local __mairu_utf8=$'\342\202\254'
	(( ${#__mairu_utf8} == 1 )) || __mairu_utf8=
	__mairu_said=("${(@f)$(\builtin exec mairu candidates ${__mairu_utf8:+--utf8} zsh "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
	\builtin local __mairu_how=$__mairu_said[1]
	__mairu_said=("${(@)__mairu_said[2,-1]}")
	case $__mairu_how in
	(words\ *) _describe -t "${__mairu_how#words }" "${__mairu_how#words }" __mairu_said ;;
	(files) _files ;;
	(command\ *)
		# Another command's line begins at that word.
		\builtin shift "${__mairu_how#command }" words
		(( CURRENT -= ${__mairu_how#command } ))
		_normal
		;;
	esac
}
# As a file of fpath it is the function itself.
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
	_mairu "$@"
elif (( ${+functions[compdef]} )); then
	compdef _mairu mairu
else
	\builtin print -r -u2 -- 'mairu: the completion has no effect before compinit. Put this in front of it: autoload -Uz compinit && compinit'
fi
