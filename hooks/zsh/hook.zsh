# Read and run with the options that `emulate zsh` sets, not with the user's.
# Fails when one of these variables is read-only, and changes none.
__mairu_can() {
	for __mairu_name; do [[ ${(Pt)__mairu_name} != *readonly* ]] || \builtin return 1; done
}
__mairu_hook() {
	\builtin local __mairu_status=$? __mairu_out=
	\builtin setopt local_options no_xtrace no_err_exit no_err_return
	# A subshell or a completion that changes directory is not the user.
	(( ZSH_SUBSHELL )) || [[ -n ${WIDGET-} ]] && \builtin return $__mairu_status
	__mairu_pwd=$PWD
	# Still busy: the last run was interrupted, and is not tried again at once.
	[[ -z ${__mairu_busy-} ]] || { __mairu_busy=; __mairu_still; \builtin return $__mairu_status }
	# The `cd` before this prompt has waited for as long as a prompt may.
	[[ -z ${__mairu_skip-} || -n ${1-} ]] || { __mairu_skip=; \builtin return $__mairu_status }
	__mairu_busy=1
	[[ -x $__mairu_bin ]] && __mairu_out=$(\builtin exec "$__mairu_bin" export zsh ${__mairu_began-})
	case $?$__mairu_out in
	(0'{ '*'\builtin : mairu; }') __mairu_slow=; \builtin eval "$__mairu_out" ;;
	(0) __mairu_slow= ;;
	(130*) __mairu_still ;;
	(142*) __mairu_skip=${1-}; __mairu_late ;;
	(*) __mairu_lost ;;
	esac
	__mairu_busy=
	\builtin return $__mairu_status
}
__mairu_chpwd() { __mairu_hook cd }
# The role that there is belongs to this directory, or to none.
__mairu_here() { [[ -z ${MAIRU_ACTIVE_CONFIG-} ]] || [[ $(\builtin pwd -P 2>/dev/null)/ == "${MAIRU_ACTIVE_CONFIG%/*}"/* ]] }
# Given up after 200 ms: the role stays where it belongs; elsewhere none is
# better than a wrong one.
__mairu_late() {
	if __mairu_here; then
		[[ -n ${__mairu_slow-} ]] || \builtin print -r -u2 -- 'mairu: looking at this directory took too long, so this shell stays as it was'
	else
		__mairu_drop
		\builtin print -r -u2 -- 'mairu: looking at this directory took too long, so this shell has no role now'
	fi
	__mairu_slow=1
}
# Interrupted: the role stays as it was; where it does not belong, that is said.
__mairu_still() {
	__mairu_here ||
		\builtin print -r -u2 -- "mairu: interrupted, so this shell still has the role ${MAIRU_ACTIVE_SERVER-} ${MAIRU_ACTIVE_ROLE-}"
}
# What a key binding has changed since the prompt, or Ctrl-C left undone in it.
__mairu_preexec() { [[ $PWD == "${__mairu_pwd-}" && -z ${__mairu_busy-} ]] || __mairu_hook }
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
	\builtin print -r -u2 -- "mairu: no answer from $__mairu_bin; this shell has no role of it now"
}
if [[ -o interactive ]]; then
	precmd_functions=(__mairu_hook ${precmd_functions:#__mairu_hook})
	preexec_functions=(__mairu_preexec ${preexec_functions:#__mairu_preexec})
	chpwd_functions=(__mairu_chpwd ${chpwd_functions:#__mairu_(hook|chpwd)})
fi
