function __mairu_hook --on-event fish_prompt --on-variable PWD
	builtin status is-interactive; or builtin return
	# No value shows in a trace.
	builtin set -l fish_trace
	# Still busy: the last run was interrupted, and is not tried again at once.
	if builtin set -eg __mairu_busy
		__mairu_still
		builtin return
	end
	# The `cd` before this prompt has waited for as long as a prompt may; PWD
	# tells of one with words.
	if not builtin set -q argv[1]; and builtin set -eg __mairu_skip
		builtin return
	end
	builtin set -g __mairu_busy 1
	builtin set -l __mairu_out
	builtin set -l __mairu_status 127
	if builtin test -x "$__mairu_bin"
		builtin set __mairu_out ($__mairu_bin export fish $__mairu_began | builtin string collect)
		builtin set __mairu_status $pipestatus[1]
	end
	builtin set -eg __mairu_busy
	builtin test $__mairu_status = 0; and builtin set -eg __mairu_slow
	if builtin string match -q -- 'begin; *builtin true mairu; end' "$__mairu_out"; and builtin test $__mairu_status = 0
		builtin eval $__mairu_out
	else if builtin test "$__mairu_status" = 130
		__mairu_still
	else if builtin test "$__mairu_status" = 142
		builtin set -q argv[1]; and builtin set -g __mairu_skip 1
		__mairu_late
	else if builtin test "$__mairu_status$__mairu_out" != 0
		if builtin set -q MAIRU_ACTIVE_ROLE; or not builtin set -q __mairu_said
			builtin set -g __mairu_said 1
			__mairu_drop
			builtin echo "mairu: no answer from $__mairu_bin; this shell has no role of it now" >&2
		end
	end
	# It is for the prompt behind a `cd` alone.
	builtin set -q argv[1]; or builtin set -eg __mairu_began
end
# The role that there is belongs to this directory, or to none.
function __mairu_here
	builtin set -q MAIRU_ACTIVE_CONFIG; or builtin return 0
	builtin set -l __mairu_dir (builtin string replace -r '[^/]*$' '' -- "$MAIRU_ACTIVE_CONFIG" | builtin string collect)
	builtin set -l __mairu_pwd (builtin pwd -P 2>/dev/null | builtin string collect)
	builtin set -l __mairu_here (builtin string sub -l (builtin string length -- "$__mairu_dir") -- "$__mairu_pwd/" | builtin string collect)
	builtin test "$__mairu_here" = "$__mairu_dir"
end
# Given up after 200 ms: the role stays where it belongs; elsewhere none is
# better than a wrong one.
function __mairu_late
	if __mairu_here
		builtin set -q __mairu_slow; or builtin echo 'mairu: looking at this directory took too long, so this shell stays as it was' >&2
	else
		__mairu_drop
		builtin echo 'mairu: looking at this directory took too long, so this shell has no role now' >&2
	end
	builtin set -g __mairu_slow 1
end
# Interrupted: the role stays as it was; where it does not belong, that is said.
function __mairu_still
	__mairu_here; or builtin echo "mairu: interrupted, so this shell still has the role $MAIRU_ACTIVE_SERVER $MAIRU_ACTIVE_ROLE" >&2
end
# Unsets the role: better none than a wrong one.
function __mairu_drop
	# In static mode the keys are the role.
	builtin set -q MAIRU_ACTIVE_ROLE; and not builtin set -q AWS_CONTAINER_CREDENTIALS_FULL_URI
	and builtin set -eg AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
	builtin set -eg MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
end
