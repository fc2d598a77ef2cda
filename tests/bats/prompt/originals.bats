# The keys of its own that a shell had before a role took their place: the
# broker keeps them for that shell, and no longer than it.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2016 # text for other shells stands in single quotes

load ../lib/common

prepare() {
	plain_memory
	a_silent_server
	project "$HOME/proj"
	allow "$HOME/proj"
	start_broker
	mkfifo "$T/go" "$T/go2"
}

# has_own, has_none: whether the broker's memory holds keys of a shell.
has_own() {
	"$LIB/memory" "$(broker_pid)" CANARYown >/dev/null
}
has_none() {
	! has_own
}

# shell FILE [COMMAND]...: runs them in a bash that has keys of its own and has
# entered the project; what it says is in FILE.
shell() {
	local out=$1

	shift
	: >"$out"
	AWS_ACCESS_KEY_ID=AKIAOWN AWS_SECRET_ACCESS_KEY=CANARYown \
		bash -c 'eval "$(mairu hook bash)"
			prompt() { eval "$(mairu export bash)"; }
			cd ~/proj && prompt && echo entered
			'"$*" >"$out" 2>&1 3>&- &
	SHELL_PID=$!
	wait_until grep -q entered "$out"
}

@test "a shell's own keys are dropped when that shell has ended" {
	may_look
	shell "$T/a" 'read <"$T/go"'
	has_own
	# Killed, so that it says nothing to anybody.
	kill -KILL "$SHELL_PID"
	wait_until has_none
}

@test "a shell's own keys are dropped when they are restored" {
	may_look
	shell "$T/a" 'cd; prompt; echo "own $AWS_SECRET_ACCESS_KEY"; read <"$T/go"'
	wait_until grep -q 'own CANARYown' "$T/a"
	wait_until has_none
	echo >"$T/go"
}

@test "a shell's own keys are dropped by a logout of all, and it is told" {
	may_look
	shell "$T/a" 'read <"$T/go"; cd; prompt; echo "own ${AWS_SECRET_ACCESS_KEY-}."'
	mairu logout --all
	has_none
	echo >"$T/go"
	wait_until grep -q "own \." "$T/a"
	run cat "$T/a"
	assert_output --partial 'the broker no longer has what this shell had in AWS_ACCESS_KEY_ID'
}

@test "a shell inside of the shell holds its keys from its first prompt on" {
	may_look
	# One has had a prompt when the outer one ends, the other has not.
	cat >"$T/inner" <<-'SH'
		eval "$(mairu hook bash)"
		prompt() { eval "$(mairu export bash)"; }
		[ "$1" = late ] || prompt
		echo ready
		read <"$T/$2"
		cd; prompt
		echo "$1 ${AWS_SECRET_ACCESS_KEY-}."
	SH
	mkfifo "$T/x"
	shell "$T/a" 'bash "$T/inner" early go >"$T/early" 2>&1 &
		bash "$T/inner" late go2 >"$T/late" 2>&1 &
		read <"$T/x"'
	wait_until grep -q ready "$T/early"
	wait_until grep -q ready "$T/late"
	kill -KILL "$SHELL_PID"
	"$LIB/proc" gone "$SHELL_PID"
	has_own
	echo >"$T/go"
	wait_until grep -q 'early CANARYown\.' "$T/early"
	wait_until has_none
	echo >"$T/go2"
	wait_until grep -q 'late \.' "$T/late"
	run cat "$T/late"
	assert_output --partial 'the broker no longer has what this shell had in'
}

@test "a subshell that asks for the shell does not hold its keys" {
	may_look
	# The parent of mairu is a copy of the shell here, which ends at once.
	: >"$T/a"
	AWS_ACCESS_KEY_ID=AKIAOWN AWS_SECRET_ACCESS_KEY=CANARYown \
		bash -c 'eval "$(mairu hook bash)"
			prompt() { eval "$(mairu export bash; :)"; }
			cd ~/proj && prompt && echo entered
			read <"$T/go"; cd; prompt; echo "own $AWS_SECRET_ACCESS_KEY"' >"$T/a" 2>&1 3>&- &
	wait_until grep -q entered "$T/a"
	has_own
	echo >"$T/go"
	wait_until grep -q 'own CANARYown' "$T/a"
	wait_until has_none
}
