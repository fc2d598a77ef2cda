# Stands in for starship's bash initialisation in the tests: it hides the whole
# PROMPT_COMMAND that it finds in a variable and evaluates it from within its
# own function, with the status of the last command put back, and draws PS1.
# Where bash-preexec is loaded it joins that one's functions instead.

starship_set_return() {
	return "${1:-0}"
}

starship_precmd() {
	# shellcheck disable=SC2034
	STARSHIP_CMD_STATUS=$? STARSHIP_PIPE_STATUS=("${PIPESTATUS[@]}")
	jobs &>/dev/null
	starship_set_return "$STARSHIP_CMD_STATUS"
	eval "${STARSHIP_PROMPT_COMMAND-}"
	PS1="$(printf '[#%s#] ' ready)"
}

# shellcheck disable=SC2128,SC2154,SC2178 # the first element, as starship does
if [[ ${#preexec_functions[@]} -gt 0 || ${#precmd_functions[@]} -gt 0 || -n ${__pre_text-} ]]; then
	precmd_functions+=(starship_precmd)
elif [[ -z ${PROMPT_COMMAND-} ]]; then
	PROMPT_COMMAND=starship_precmd
elif [[ $PROMPT_COMMAND != *starship_precmd* ]]; then
	STARSHIP_PROMPT_COMMAND=$PROMPT_COMMAND
	PROMPT_COMMAND=starship_precmd
fi
