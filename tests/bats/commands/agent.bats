# mairu agent and mairu kill-agent.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

# agent: runs the broker in the foreground, as job $agent_pid.
agent() {
	mairu agent >"$T/agent.out" 2>"$T/agent.err" 3>&- &
	agent_pid=$!
	wait_until broker_pid
}

# ended_by SIGNAL: a broker in the foreground ends with it, tidily.
ended_by() {
	# A job of a script ignores INT; this one does not.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' mairu agent 2>"$T/agent.err" 3>&- &
	agent_pid=$!
	wait_until broker_pid
	kill -s "$1" "$agent_pid"
	"$LIB/proc" gone "$agent_pid"
	wait "$agent_pid" || :
	[ ! -e "$SOCK" ]
}

@test "agent runs in the foreground with its log on standard error" {
	agent
	assert_equal "$(broker_pid)" "$agent_pid"
	project "$HOME/proj"
	allow "$HOME/proj"
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	assert_equal "$(broker_pid)" "$agent_pid"
	mairu kill-agent
	wait "$agent_pid"
	[ ! -e "$SOCK" ]
	[ -s "$T/agent.err" ]
	[ ! -s "$T/agent.out" ]
}

@test "agent ends with TERM and INT, and takes its socket along" {
	ended_by TERM
	ended_by INT
}

@test "agent in the foreground ends when its terminal hangs up" {
	ended_by HUP
}

@test "agent says when another broker is already there" {
	start_broker
	run --separate-stderr mairu agent
	assert_regex "$stderr" "$(broker_pid)|already|another"
	[ -S "$SOCK" ]
}

@test "agent takes the log level from MAIRU_AGENT_LOG" {
	export MAIRU_AGENT_LOG=error
	agent
	mairu kill-agent
	wait "$agent_pid"
	[ ! -s "$T/agent.err" ]
	export MAIRU_AGENT_LOG=debug
	agent
	mairu kill-agent
	wait "$agent_pid"
	[ -s "$T/agent.err" ]
}

@test "kill-agent without a broker says so and succeeds" {
	run --separate-stderr mairu kill-agent
	assert_success
	assert_output ''
	assert_equal "$stderr" 'mairu: no broker is running'
}

@test "kill-agent returns when the broker and its socket are gone" {
	local pid

	start_broker
	pid=$(broker_pid)
	run mairu kill-agent
	assert_success
	assert_output ''
	[ ! -e "$SOCK" ]
	"$LIB/proc" gone "$pid"
	# And the next need of one starts another.
	start_broker
	[ "$(broker_pid)" != "$pid" ]
}

@test "kill-agent kills a stopped broker and says so" {
	local pid

	start_broker
	pid=$(broker_pid)
	kill -STOP "$pid"
	run --separate-stderr mairu kill-agent
	assert_success
	assert_regex "$stderr" "^mairu: .*$pid.*killed"
	"$LIB/proc" gone "$pid"
	# What it left behind is in nobody's way.
	start_broker
	mairu kill-agent
	[ ! -e "$SOCK" ]
}

@test "kill-agent does not touch another program on the socket" {
	local pid

	peer garbage
	pid=${PEERS[0]}
	run --separate-stderr mairu kill-agent
	assert_failure 1
	assert_regex "$stderr" "^mairu: another program.*$pid"
	kill -0 "$pid"
	stop_peers
	peer silent
	pid=${PEERS[0]}
	run --separate-stderr mairu kill-agent
	assert_failure 1
	assert_regex "$stderr" "$pid"
	kill -0 "$pid"
	stop_peers
}

@test "kill-agent ends a broker of another version" {
	# Such a broker answers the request to quit as this one does.
	peer version
	run --separate-stderr mairu kill-agent
	assert_regex "$stderr" '99\.0|another'
	stop_peers
}
