if [[ $- == *i* ]]; then
	# Not in a subshell: what `x=$(cd /p; ...)` does is its own affair.
	__mairu_cd() { if ((BASH_SUBSHELL == 0)); then __mairu_hook cd; fi; }
	cd() { \builtin cd "$@" && __mairu_cd; }
	pushd() { \builtin pushd "$@" && __mairu_cd; }
	popd() { \builtin popd "$@" && __mairu_cd; }
fi
