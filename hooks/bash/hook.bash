# Fails when one of these variables is read-only (local there is too), and
# changes none.
__mairu_can() { for __mairu_name; do \builtin local "$__mairu_name" || \builtin return; done; } 2>/dev/null
__mairu_hook() {
	\builtin local __mairu_status=$? __mairu_trace= __mairu_out=
	# No value shows in a trace; `local -` puts -x back even after Ctrl-C.
	{ case $- in *x*) __mairu_trace=x; \builtin local - || :; \builtin set +x ;; esac; } 2>/dev/null
	# Still busy: the last run was interrupted, and is not tried again at once.
	[[ -z ${__mairu_busy-} ]] || { __mairu_busy=; __mairu_still; \builtin return "$__mairu_status"; }
	# The `cd` before this prompt has waited for as long as a prompt may.
	[[ -z ${__mairu_skip-} || -n ${1-} ]] || { __mairu_skip=; \builtin return "$__mairu_status"; }
	__mairu_busy=1
	[[ -x $__mairu_bin ]] && __mairu_out=$(\builtin exec "$__mairu_bin" export bash ${__mairu_began:+"$__mairu_began"})
	case $?$__mairu_out in
	0'{ '*'\builtin : mairu; }') __mairu_slow=; \builtin eval "$__mairu_out" ;;
	0) __mairu_slow= ;;
	130*) __mairu_still ;;
	142*) __mairu_skip=${1-}; __mairu_late ;;
	*) __mairu_lost ;;
	esac
	__mairu_busy=
	# It is for the prompt behind a `cd` alone.
	[[ -n ${1-} ]] || __mairu_began=
	[[ -z $__mairu_trace ]] || { \builtin set -x; } 2>/dev/null
	\builtin return "$__mairu_status"
}
# The role that there is belongs to this directory, or to none.
__mairu_here() { [[ -z ${MAIRU_ACTIVE_CONFIG-} ]] || [[ $(\builtin pwd -P 2>/dev/null)/ == "${MAIRU_ACTIVE_CONFIG%/*}"/* ]]; }
# Given up after 200 ms: the role stays where it belongs; elsewhere none is
# better than a wrong one.
__mairu_late() {
	if __mairu_here; then
		[[ -n ${__mairu_slow-} ]] || \builtin printf 'mairu: looking at this directory took too long, so this shell stays as it was\n' >&2
	else
		__mairu_drop
		\builtin printf 'mairu: looking at this directory took too long, so this shell has no role now\n' >&2
	fi
	__mairu_slow=1
}
# Interrupted: the role stays as it was; where it does not belong, that is said.
__mairu_still() {
	__mairu_here ||
		\builtin printf 'mairu: interrupted, so this shell still has the role %s\n' "${MAIRU_ACTIVE_SERVER-} ${MAIRU_ACTIVE_ROLE-}" >&2
}
# Unsets the role, as far as it can be: better none than a wrong one.
__mairu_drop() {
	# In static mode the keys are the role.
	[[ -z ${MAIRU_ACTIVE_ROLE-} || -n ${AWS_CONTAINER_CREDENTIALS_FULL_URI-} ]] ||
		__mairu_unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION
	__mairu_unset MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
}
__mairu_unset() { for __mairu_name; do __mairu_can "$__mairu_name" && \builtin unset "$__mairu_name"; done; \builtin :; }
__mairu_lost() {
	[[ -z ${MAIRU_ACTIVE_ROLE-} && -n ${__mairu_said-} ]] && \builtin return
	__mairu_said=1
	__mairu_drop
	\builtin printf 'mairu: no answer from %s; this shell has no role of it now\n' "$__mairu_bin" >&2
}
if [[ $- == *i* ]]; then
	case ${PROMPT_COMMAND[*]-}${STARSHIP_PROMPT_COMMAND-} in
	*__mairu_hook*) ;;
	*)
		# What others append must find a command before it.
		while [[ ${PROMPT_COMMAND-} == *[$' ;\t\n'] ]]; do PROMPT_COMMAND=${PROMPT_COMMAND%?}; done
		# `&& :` hands the status on, and past `set -e`.
		PROMPT_COMMAND="__mairu_hook && :${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
		;;
	esac
fi
