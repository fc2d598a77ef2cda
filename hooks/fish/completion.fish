# What may come next is what the program says.
function __mairu_complete
	builtin set -l __mairu_token (builtin commandline -ct)
	builtin set -l __mairu_words (builtin commandline -opc)
	# One character in UTF-8 alone.
	builtin set -l __mairu_utf8
	builtin test (builtin printf '\342\202\254' | builtin string length) = 1; and builtin set __mairu_utf8 --utf8
	builtin set -l __mairu_said (command mairu candidates $__mairu_utf8 fish $__mairu_words "$__mairu_token" 2>/dev/null)
	builtin set -l __mairu_how (builtin string split ' ' -- "$__mairu_said[1]")
	switch "$__mairu_how[1]"
		case words
			builtin printf '%s\n' $__mairu_said[2..]
		case files
			__fish_complete_path $__mairu_token
		case command
			# Another command's line begins at that word.
			builtin set -l __mairu_rest $__mairu_words[(builtin math $__mairu_how[2] + 1)..]
			builtin complete -C (builtin string join ' ' -- (builtin string escape -- $__mairu_rest) "$__mairu_token" | builtin string collect)
	end
end
complete -e -c mairu
complete -c mairu -f -a '(__mairu_complete)'
