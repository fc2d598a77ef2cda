# Where secrets may be, and nowhere else.  The fake server's begin with CANARY.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

prepare() {
	plain_memory
	start_project
}

work() {
	log_in contoso
	enter "$HOME/proj"
	has_some() {
		curl -sS -m 10 -H "Authorization: $TOKEN" "$URL" >"$T/body"
		grep -q ASIAFAKE "$T/body"
	}
	wait_until has_some
	rm "$T/body"
}

@test "no secret is in a file, an argument, an environment or the log" {
	export MAIRU_AGENT_LOG=debug
	work
	(cd "$HOME/proj" && mairu status && mairu status --json &&
		mairu list-sessions --json) >"$T/said" 2>&1
	run grep -ral -e CANARY -e ASIAFAKE "$T"
	assert_failure 1
	for pid in $(broker_pid) $(pgrep -P "$(broker_pid)"); do
		run grep -alc CANARY "/proc/$pid/cmdline" "/proc/$pid/environ"
		refute_output --partial /proc
	done
	# The log says what happened all the same.
	run cat "$XDG_STATE_HOME"/mairu/log/*
	assert_output --partial contoso
}

@test "after a logout the broker's memory holds no trace of a secret" {
	may_look
	work
	run "$LIB/memory" "$(broker_pid)" CANARY
	assert_success
	mairu logout contoso
	run "$LIB/memory" "$(broker_pid)" CANARY
	assert_output ''
	assert_failure 1
}

@test "while it works secrets lie in one place, and once" {
	may_look
	work
	# Of the access token and of the credentials one copy each: what came
	# over the network, and went out again, is wiped.
	for word in CANARYsession CANARY-access; do
		run "$LIB/memory" "$(broker_pid)" "$word"
		assert_equal "${#lines[@]}" 1
	done
	for word in CANARY-code CANARY-refresh; do
		run "$LIB/memory" "$(broker_pid)" "$word"
		assert_failure 1
	done
}

@test "after it has expired a credential leaves no trace" {
	may_look
	control '{"set": {"life": 12}}'
	work
	gone() {
		run "$LIB/memory" "$(broker_pid)" CANARYsession
		[ "$status" = 1 ]
	}
	# Nobody asks any more, and the server has no more to give.
	control '{"fault": {"at": "assume-role", "do": "status", "status": 403}}'
	wait_until gone
}

@test "a broker that dies leaves no core, and no secret anywhere" {
	work
	pid=$(broker_pid)
	(ulimit -c unlimited 2>/dev/null || :)
	kill -SEGV "$pid"
	"$LIB/proc" gone "$pid"
	rm -f "$SOCK"
	run grep -ral CANARY "$T"
	assert_failure 1
	run find "$T" -name 'core*' -type f
	assert_output ''
}

@test "not even root finds a secret that the broker works with, where that can be" {
	may_look
	mairu config set secret_memory true
	mairu kill-agent
	work
	mairu status --json | grep -q '"secret_memory": true' ||
		skip 'this kernel has no memfd_secret, or no room for it'
	run mairu status
	assert_output --partial "locked in memory that root can't read"
	run "$LIB/memory" "$(broker_pid)" CANARY
	assert_output ''
	assert_failure 1
	run "$LIB/memory" "$(broker_pid)" ASIAFAKE
	assert_output ''
	mairu config set secret_memory false
	mairu kill-agent
	work
	run "$LIB/memory" "$(broker_pid)" CANARY
	assert_success
}
