# What the broker has given up before it reads an answer of the network, and
# that it works all the same: mairu-broker(8), CONFINEMENT.  That each single
# thing is denied is shown from inside such a process by
# tests/unit/net/runtime/test_confine.c.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common
load ../lib/ask

prepare() {
	start_project
}

confined() {
	[ "$SLOW" = 1 ] || skip 'a broker with sanitizers is not confined'
}

# helpers: the pids of the broker's helper: the parent, then its child.
helpers() {
	local parent

	parent=$(pgrep -P "$(broker_pid)" -x mairu-helper) || return
	echo "$parent"
	pgrep -P "$parent" -x mairu-helper
}

two_helpers() {
	[ "$(helpers | wc -l)" = 2 ]
}

# field PID NAME: a line of /proc/PID/status.
field() {
	sed -n "s/^$2:[[:blank:]]*//p" "/proc/$1/status"
}

@test "the broker is confined, and status says so" {
	start_broker
	pid=$(broker_pid)
	assert_equal "$(field "$pid" NoNewPrivs)" 1
	run --separate-stderr mairu status --json
	assert_success
	if [ "$SLOW" != 1 ]; then
		assert_output --partial '"confined": []'
		assert_output --partial '"unconfined": "it is built with sanitizers"'
		return
	fi
	assert_equal "$(field "$pid" Seccomp)" 2
	# What this kernel has not of it has a reason.
	if [ "$(python3 -c 'import json, sys; print(len(json.load(sys.stdin)["broker"]["confined"]))' <<<"$output")" = 4 ]; then
		assert_output --partial '"unconfined": null'
		run mairu status
		assert_line 'confined system calls, files, ports, signals'
	else
		refute_output --partial '"unconfined": null'
		run mairu status
		assert_line --regexp '^confined system calls.*; no more, since .*Landlock'
	fi
}

@test "it is so before it speaks to any server, and starts nothing after" {
	confined
	strace -f -qq -e trace=execve,seccomp,connect,clone,clone3,fork,vfork \
		-o "$T/trace" mairu-broker --foreground 2>"$OUT/broker" 3>&- &
	strace=$!
	wait_until broker_pid
	pid=$(broker_pid)
	enter "$HOME/proj"
	log_in contoso
	gives ASIAFAKEDEV
	# strace stays as long as any of them.
	mairu kill-agent --keeper
	wait "$strace"
	run python3 - "$T/trace" "$pid" <<-'END'
		import re, sys
		lines = [l.split(None, 1)[1] for l in open(sys.argv[1])
		         if l.split(None, 1)[0] == sys.argv[2]]
		confined = next(i for i, l in enumerate(lines)
		                if re.match(r"seccomp\(SECCOMP_SET_MODE_FILTER, 0", l)
		                and l.rstrip().endswith("= 0"))
		before, after = lines[:confined], lines[confined:]
		net = re.compile(r"connect\(.*AF_INET")
		assert any(net.match(l) for l in after), "it spoke to nobody"
		assert not any(net.match(l) for l in before), "it spoke before"
		for l in after:
		    assert not re.match("execve|fork|vfork", l), l
		    assert "clone" not in l[:6] or "CLONE_THREAD" in l \
		        or "ENOSYS" in l, l
	END
	assert_success
}

@test "its helper holds no secret" {
	may_look
	start_broker
	enter "$HOME/proj"
	log_in contoso
	gives ASIAFAKEDEV
	wait_until two_helpers
	for pid in $(helpers); do
		run -1 "$LIB/memory" "$pid" ASIAFAKEDEV
	done
	run -0 "$LIB/memory" "$(broker_pid)" ASIAFAKEDEV
}

@test "a helper that dies is there again, and that there is none is said" {
	start_broker
	enter "$HOME/proj"
	log_in contoso
	wait_until two_helpers
	worker=$(helpers | tail -1)
	kill -KILL "$worker"
	other() {
		two_helpers && [ "$(helpers | tail -1)" != "$worker" ]
	}
	wait_until other
	mairu logout contoso
	log_in contoso
	enter "$HOME/proj"
	gives ASIAFAKEDEV
	# The parent first, which would start another.
	helpers | xargs kill -KILL
	lost() {
		mairu status | grep -q '^problem  *the helper process has ended'
	}
	wait_until lost
	# Nothing is given out that can't be checked; the session stays.
	refused() {
		ask
		[ "$status_line" = 503 ]
	}
	wait_until refused
	run mairu list-sessions
	assert_output --partial contoso
	run --separate-stderr mairu login --force contoso
	assert_failure
	assert_regex "$stderr" 'helper process'
	mairu kill-agent
	log_in contoso
	enter "$HOME/proj"
	gives ASIAFAKEDEV
}

@test "SSL_CERT_FILE of a shell is nothing to it" {
	SSL_CERT_FILE=$T/nothing SSL_CERT_DIR=$T log_in contoso
	enter "$HOME/proj"
	gives ASIAFAKEDEV
}
