function __mairu_hook --on-event fish_prompt --on-variable PWD
	builtin status is-interactive; or builtin return
	# No value shows in a trace.
	builtin set -l fish_trace
	# Still busy: the last run was interrupted, and is not tried again at once.
	if builtin set -eg __mairu_busy
		__mairu_still
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
	else if builtin test "$__mairu_status" = 130
		__mairu_still
	else if builtin test "$__mairu_status$__mairu_out" != 0
		if builtin set -q MAIRU_ACTIVE_ROLE; or not builtin set -q __mairu_said
			builtin set -g __mairu_said 1
			__mairu_drop
			builtin echo "mairu: no answer from $__mairu_bin; this shell has no role of it now" >&2
		end
	end
end
# Interrupted: the role stays as it was; where it does not belong, that is said.
function __mairu_still
	builtin set -q MAIRU_ACTIVE_CONFIG; or builtin return
	builtin set -l __mairu_dir (builtin string replace -r '[^/]*$' '' -- "$MAIRU_ACTIVE_CONFIG" | builtin string collect)
	builtin set -l __mairu_here (builtin string sub -l (builtin string length -- "$__mairu_dir") -- "$PWD/" | builtin string collect)
	builtin test "$__mairu_here" = "$__mairu_dir"; or builtin echo "mairu: interrupted, so this shell still has the role $MAIRU_ACTIVE_SERVER $MAIRU_ACTIVE_ROLE" >&2
end
# Unsets the role: better none than a wrong one.
function __mairu_drop
	# In static mode the keys are the role.
	builtin set -q MAIRU_ACTIVE_ROLE; and not builtin set -q AWS_CONTAINER_CREDENTIALS_FULL_URI
	and builtin set -eg AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
	builtin set -eg MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
end
