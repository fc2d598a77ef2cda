# A prompt that takes too long: behaviours 9 and 41 of the hook.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

STAYS='mairu: looking at this directory took too long, so this shell stays as it was'
GOES='mairu: looking at this directory took too long, so this shell has no role now'

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
	mkdir "$HOME/proj/sub" "$HOME/production"
}

# A helper that ends as the timer ends the real one, as long as $T/slow is there.
late_helper='
	if [ -e "$T/slow" ]; then
		kill -ALRM $$
	fi
	exec "$REAL" "$@"'

late() {
	ln -s "$HOME/proj" "$HOME/link"
	rc "$1" "$(stand_in "$@" <<<"$late_helper")"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%run : >$T/slow
		%as late
		true
		%as again
		true
		%as inside
		creds
		%as below
		cd sub
		%as linked
		cd ~/link/sub
		%as linked2
		creds
		%run rm $T/slow
		%as good
		true
		%run : >$T/slow
		%as anew
		true
		%as leave
		cd ~/production
		%as elsewhere
		creds
		%run rm $T/slow
		%as healed
		true
		%as enter
		cd ~/proj
	SCRIPT
	said late "$STAYS"
	silent again below linked good
	said inside "contoso $ROLE"
	said linked2 "contoso $ROLE"
	said anew "$STAYS"
	check grep -qx "$GOES" "$OUT/leave"
	check test "$(out elsewhere | head -n 1)" = none
	said healed "$LEFT"
	said enter "$ENTERED"
}

@test "bash 41: a prompt that takes too long leaves the role where it belongs, and says so once" { late bash; }
@test "bash 41: with the cd option it leaves the role where it belongs, too" { late bash --cd; }
@test "zsh 41: a prompt that takes too long leaves the role where it belongs, and says so once" { late zsh; }
@test "fish 41: a prompt that takes too long leaves the role where it belongs, and says so once" { late fish; }

# Nothing could bring that one back.
late_lent() {
	standin
	answers '{"ROLE": {"KEY_ID": "AKID", "SECRET_KEY": "s", "SESSION_TOKEN": "t", "EXPIRES": 4000000000, "RENEW_AT": 3999999999},
		"LEND": {"URL": "http://127.0.0.1:1/v1/credentials", "TOKEN": "Bearer lent"}, "LENT": {}}'
	rc "$1" "$(stand_in "$1" <<<"$late_helper")"
	rc "$3" true
	session -e MAIRU_SERVER=contoso "$3" <<-SCRIPT
		%run : >\$T/slow
		%as slow
		mairu exec other/Role $2
		%as inside
		exported AWS_CONTAINER_AUTHORIZATION_TOKEN
		%run rm \$T/slow
		%as after
		exported AWS_CONTAINER_AUTHORIZATION_TOKEN
	SCRIPT
	said slow "$STAYS"
	said inside 'AWS_CONTAINER_AUTHORIZATION_TOKEN=Bearer lent'
	said after 'AWS_CONTAINER_AUTHORIZATION_TOKEN=Bearer lent'
}

@test "bash 41: a prompt that takes too long leaves the role of mairu exec" { late_lent bash 'bash --noprofile' zsh; }
@test "zsh 41: a prompt that takes too long leaves the role of mairu exec" { late_lent zsh 'zsh -d' bash; }
@test "fish 41: a prompt that takes too long leaves the role of mairu exec" { late_lent fish fish bash; }

# --- the two together

# waits SHELL LINE... <MORE: the runs of the program that one line makes take no
# longer than one may.
together() {
	local pid limit=$((240 * SLOW))

	# So much longer are the limits there.
	[ "$MAIRU_BUILD" = "${MAIRU_BUILD%/patient}" ] || limit=$((limit * 20))
	start_broker
	pid=$(broker_pid)
	rc "$1" "$(stand_in "$@" <<<'
		set -- "$@"
		began=$(date +%s%N)
		"$REAL" "$@"
		status=$?
		echo $((($(date +%s%N) - began) / 1000000)) >>"$T/took"
		exit $status')"
	session "$1" <<-SCRIPT
		%run kill -STOP $pid; rm -f \$T/took
		cd ~/proj
		%run cp \$T/took \$T/first; kill -CONT $pid; rm -f \$T/took
		%as healed
		true
		%run kill -STOP $pid; rm -f \$T/took
		cd ~
		cd ~/proj
		%run kill -CONT $pid
	SCRIPT
	has healed "$ENTERED"
	check test "$(wc -l <"$T/first")" = 2
	# What it takes to start the second is not the program's.
	check test "$(awk '{ n += $1 } END { print n }' "$T/first")" -lt "$limit"
}

@test "bash 41: with the cd option a stopped broker costs one wait at a cd, not two" { together bash --cd; }
@test "zsh 41: a stopped broker costs one wait at a cd, not two" { together zsh; }
@test "fish 41: a stopped broker costs one wait at a cd, not two" { together fish; }

# --- the timer

# timed_out COMMAND...: ends by SIGALRM within what a prompt may take, though
# nobody takes what it prints, and though who started it has the signal blocked
# and ignored.
timed_out() {
	impatient
	python3 - "$SLOW" "$PATIENCE" "$@" <<-'PY'
		import fcntl, os, signal, subprocess, sys, time

		slow, patience, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
		r, w = os.pipe()
		fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
		try:
		    while True:
		        os.write(w, b"x" * 4096)
		except BlockingIOError:
		    pass
		try:
		    while True:
		        os.write(w, b"x")
		except BlockingIOError:
		    pass
		fcntl.fcntl(w, fcntl.F_SETFL, 0)

		def block():
		    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
		    signal.signal(signal.SIGALRM, signal.SIG_IGN)

		# The best counts, as with within.
		took, end = 9999, time.monotonic() + patience
		while took >= 2 * slow and time.monotonic() < end:
		    began = time.monotonic()
		    p = subprocess.Popen(argv, stdout=w, stderr=subprocess.DEVNULL,
		                         preexec_fn=block, restore_signals=False)
		    try:
		        p.wait(patience)
		    except subprocess.TimeoutExpired:
		        p.kill()
		        sys.exit("no timer")
		    took = time.monotonic() - began
		    assert p.returncode == -signal.SIGALRM, p.returncode
		    assert 0.15 < took, took
		assert took < 2 * slow, took
	PY
}

@test "41: what a prompt runs ends after 200 ms, whatever holds it and whoever started it" {
	a_silent_server contoso
	cd "$HOME/proj"
	timed_out mairu export bash
	timed_out mairu candidates fish mairu ''
	timed_out mairu prompt --dir .
}

@test "41: what the hook says of its last run is believed for a moment, and no nonsense" {
	local now=$(($(awk '{ printf "%d", $1 * 1000 }' /proc/uptime)))
	local word

	start_broker
	kill -STOP "$(broker_pid)"
	cd "$HOME/proj"
	for word in x 0 99999999999999999999 $((now + 3600000)) 1 ''; do
		run --separate-stderr mairu export bash "$word"
		assert_success
		assert_regex "$stderr" 'does not respond'
		assert_regex "$output" '^\{ __mairu_began=[0-9]+; if '
	done
	kill -CONT "$(broker_pid)"
	run mairu export bash
	refute_regex "$output" __mairu_began
}
