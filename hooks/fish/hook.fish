function __mairu_hook --on-event fish_prompt --on-variable PWD
	builtin status is-interactive; or builtin return
	# No value shows in a trace.
	builtin set -l fish_trace
	# Still busy: the last run was interrupted, and is not tried again at once.
	if builtin set -eg __mairu_busy
		builtin return
	end
	builtin set -g __mairu_busy 1
	builtin set -l __mairu_out
	builtin set -l __mairu_status 127
	if builtin test -x "$__mairu_bin"
		builtin set __mairu_out ($__mairu_bin export fish | builtin string collect)
		builtin set __mairu_status $pipestatus[1]
	end
	builtin set -eg __mairu_busy
	if builtin string match -q -- 'begin; *builtin true mairu; end' "$__mairu_out"; and builtin test $__mairu_status = 0
		builtin eval $__mairu_out
	else if not builtin contains -- "$__mairu_status$__mairu_out" 0 130
		# Without an answer, no role is better than a wrong one.
		if builtin set -q MAIRU_ACTIVE_ROLE; or not builtin set -q __mairu_said
			builtin set -g __mairu_said 1
			builtin set -eg MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
			builtin echo "mairu: no answer from $__mairu_bin; this shell has no role of it now" >&2
		end
	end
end
