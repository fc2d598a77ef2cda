# mairu export: what the hook calls, without a shell around it.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own

load ../lib/common

prepare() {
	project "$HOME/proj"
}

# refused: a prompt here says one clear line, exports no credentials, and is
# back in time.
refused() {
	within 200 mairu export bash
	run --separate-stderr at_prompt
	assert_success
	assert_output none
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: .{20,}'
	# The message itself is plain text.
	run grep -cP '[\x00-\x08\x0b-\x1f\x7f]' <<<"$stderr"
	assert_output 0
}

# bad BYTES PATTERN: a config of these bytes (as printf has them) is refused
# with a message that says why.
bad() {
	printf '%b' "$1" >.mairu.json
	refused
	assert_regex "$stderr" "^mairu: ~/proj/\.mairu\.json.*$2"
}

@test "export prints nothing outside a project" {
	local shell

	cd /
	for shell in bash zsh fish; do
		run --separate-stderr mairu export "$shell"
		assert_success
		assert_output ''
		assert_equal "$stderr" ''
	done
	[ ! -e "$SOCK" ]
}

@test "export in an allowed project prints one statement that its shell can parse" {
	local shell

	allow "$HOME/proj"
	cd "$HOME/proj"
	for shell in bash zsh fish; do
		mairu export "$shell" >"$T/statement"
		"$shell" -n "$T/statement"
		[ "$(wc -l <"$T/statement")" -le 1 ]
		grep -q AWS_CONTAINER_CREDENTIALS_FULL_URI "$T/statement"
	done
}

@test "export prints nothing when nothing changed" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	bash -c '
		eval "$(mairu hook bash)"
		eval "$(mairu export bash 2>/dev/null)" 2>/dev/null
		creds
		mairu export bash; mairu export zsh; mairu export fish' >"$T/again" 2>&1
	assert_equal "$(cat "$T/again")" "contoso $ROLE"
}

@test "export in an untrusted project never starts a broker" {
	cd "$HOME/proj"
	refused
	assert_equal "$stderr" "$UNTRUSTED"
	[ ! -e "$SOCK" ]
}

@test "export names the chain and the region of an untrusted config" {
	project "$HOME/proj" '{"server":"contoso","role":"a/b","region":"eu-west-1","assume_role":{"role_arn":"arn:aws:iam::123456789012:role/Hop"}}'
	cd "$HOME/proj"
	refused
	assert_regex "$stderr" 'server contoso, role a/b.*arn:aws:iam::123456789012:role/Hop.*region eu-west-1.*Run: mairu allow$'
}

@test "export takes only the three shells" {
	run --separate-stderr -2 mairu export tcsh
	assert_output ''
	assert_regex "$stderr" '^mairu: .*bash, zsh and fish$'
}

@test "export with MAIRU_NO_AUTO_AGENT and no broker says how to start one" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	export MAIRU_NO_AUTO_AGENT=1
	refused
	assert_regex "$stderr" 'Run: mairu agent'
	[ ! -e "$SOCK" ]
}

@test "a config that is not JSON is named with line and column" {
	cd "$HOME/proj"
	bad '' ''
	bad '{' 'line 1'
	bad '{"server":"a",\n"role":}' 'line 2'
	bad '{"server":"a","role":"b"} x' ''
	bad '{"server":"a","role":"b",}' ''
	bad '// c\n{"server":"a","role":"b"}' ''
	bad "{'server':'a','role':'b'}" ''
	bad '{"server":"a","role":"b","role":"c"}' 'already'
	bad '\xef\xbb\xbf{"server":"a","role":"b"}' 'BOM'
	bad '\xff\xfe{\x00}\x00' 'UTF-16'
	bad '{"server":"a","role":"b\x00c"}' ''
	bad '{"server":"a","role":"b\\u0000c"}' ''
	bad '{"server":"a","role":"b\xffc"}' ''
	bad '{"server":"a","role":"b\\ud800c"}' ''
	bad '{"server":"a","role":"b\x1bc"}' ''
	bad "$(printf '[%.0s' {1..5000})" ''
}

@test "a config of the wrong shape is named with what was expected" {
	cd "$HOME/proj"
	bad '[]' 'expected .*found an array'
	bad '"x"' 'expected .*found'
	bad '{}' '"server" is missing.*"role" is missing'
	bad '{"server":"a"}' '"role" is missing'
	bad '{"server":null,"role":"b"}' '"server": expected .*found null'
	bad '{"server":"a","role":1.5}' '"role": expected .*found'
	bad '{"server":"","role":"b"}' '"server": expected'
	bad '{"server":"a","role":"b","mode":"docker"}' '"mode": expected "ecs" or "static"'
	bad '{"server":"a","role":"b","region":"eu west"}' '"region": expected'
	bad '{"server":"a","role":"b","assume_role":"x"}' '"assume_role": expected'
	bad '{"server":"a","role":"b","assume_role":{}}' 'role_arn'
	bad '{"server":"a","role":"b\\u001b[31m"}' '"role": expected .*control'
	bad '{"server":"a","role":"b\\u202ec"}' '"role": expected .*'
	bad '{"server":"a\\nb","role":"b"}' '"server": expected .*control'
}

@test "a config may be 64 KiB and not a byte more" {
	cd "$HOME/proj"
	config "$ROLE" >.mairu.json
	printf "%$((65536 - $(stat -c %s .mairu.json)))s" '' >>.mairu.json
	assert_equal "$(stat -c %s .mairu.json)" 65536
	allow .
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	printf ' ' >>.mairu.json
	refused
	assert_regex "$stderr" '64 KiB|65536'
}

@test "a config that others can write is still judged by its bytes" {
	allow "$HOME/proj"
	chmod 0666 "$HOME/proj/.mairu.json"
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
}

@test "a config that can't be read gives one clear message" {
	need_root
	chmod 0000 "$HOME/proj/.mairu.json"
	cd "$HOME/proj"
	chown -R 65534:65534 "$T"
	run --separate-stderr "${AS_NOBODY[@]}" at_prompt
	assert_success
	assert_output none
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: .*\.mairu\.json'
	chown -R 0:0 "$T"
}

@test "the config of a device node gives one clear message" {
	need_root
	cd "$HOME/proj"
	rm .mairu.json
	mknod .mairu.json c 1 5 || skip "this container may not make a device"
	refused
}

@test "without HOME and XDG directories export is silent, exports nothing and starts nothing" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	unset HOME XDG_STATE_HOME XDG_CONFIG_HOME
	run --separate-stderr at_prompt
	assert_success
	assert_output none
	assert_equal "$stderr" ''
	export HOME=$T/home XDG_STATE_HOME=$T/state XDG_CONFIG_HOME=$T/config
	[ ! -e "$SOCK" ]
}

@test "relative XDG directories count as unset" {
	export XDG_STATE_HOME=state XDG_CONFIG_HOME=config
	allow "$HOME/proj"
	cd "$HOME/proj"
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	[ -d "$HOME/.local/state/mairu/trust" ]
	[ ! -e state ] && [ ! -e "$HOME/state" ]
	# The socket went where the absolute one says.
	[ -S "$(mairu-broker --where)" ]
	assert_equal "$(dirname "$(mairu-broker --where)")" "$T/run/mairu"
	mairu kill-agent
}

@test "a relative runtime directory is passed over for the state directory" {
	local socket

	allow "$HOME/proj"
	cd "$HOME/proj"
	export XDG_RUNTIME_DIR=run
	if [ -d "/run/user/$(id -u)" ]; then
		skip "this machine has a runtime directory of this user's"
	fi
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	socket=$(echo "$XDG_STATE_HOME"/mairu/run/broker.*.sock)
	[ -S "$socket" ]
	assert_equal "$(stat -c %a "$XDG_STATE_HOME/mairu/run")" 700
	mairu kill-agent
	[ ! -e "$socket" ]
}

@test "a runtime directory of someone else's is refused with one message" {
	need_root
	allow "$HOME/proj"
	mkdir -m 0700 "$XDG_RUNTIME_DIR/mairu"
	chown 65534 "$XDG_RUNTIME_DIR/mairu"
	cd "$HOME/proj"
	refused
	assert_regex "$stderr" 'belongs to (another user|uid)'
}

@test "a runtime directory that others can enter is refused with the command that mends it" {
	allow "$HOME/proj"
	mkdir -m 0755 "$XDG_RUNTIME_DIR/mairu"
	cd "$HOME/proj"
	refused
	assert_regex "$stderr" 'chmod 700'
	chmod 0700 "$XDG_RUNTIME_DIR/mairu"
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
}

@test "a runtime directory that can't be made gives one message" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	: >"$T/file"
	export XDG_RUNTIME_DIR=$T/file/run
	refused
}

@test "a socket path that is too long gives one message" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	XDG_RUNTIME_DIR=$T/$(printf 'x%.0s' {1..120})
	mkdir -m 0700 "$XDG_RUNTIME_DIR"
	refused
	assert_regex "$stderr" 'MAIRU_AGENT_SOCK'
}

@test "MAIRU_AGENT_SOCK names another socket, and must be absolute" {
	allow "$HOME/proj"
	cd "$HOME/proj"
	mkdir -m 0700 "$T/s"
	export MAIRU_AGENT_SOCK=$T/s/sock
	run --separate-stderr at_prompt
	assert_output "contoso $ROLE"
	[ -S "$T/s/sock" ] && [ ! -e "$SOCK" ]
	mairu kill-agent
	[ ! -e "$T/s/sock" ]
	export MAIRU_AGENT_SOCK=s/sock
	refused
	assert_regex "$stderr" 'MAIRU_AGENT_SOCK'
}

@test "a state directory that can't be written does not keep a role away" {
	need_root
	allow "$HOME/proj"
	chown -R 65534:65534 "$T"
	chmod -R a-w "$XDG_STATE_HOME"
	cd "$HOME/proj"
	# The log can't be written; the rest goes on.
	run --separate-stderr "${AS_NOBODY[@]}" at_prompt
	assert_success
	assert_output "contoso $ROLE"
	chmod -R u+w "$XDG_STATE_HOME"
}

@test "a path of 4,000 levels is survived in time" {
	impatient
	# No path of that length can be named: one step after another.
	run python3 - "$SLOW" "$PATIENCE" <<-'PY'
		import os, signal, subprocess, sys, time

		for _ in range(4000):
		    os.mkdir("level-of-many")
		    os.chdir("level-of-many")
		best, limit = 9.0, 0.25 * int(sys.argv[1])
		end = time.monotonic() + int(sys.argv[2])
		while best >= limit and time.monotonic() < end:
		    began = time.monotonic()
		    done = subprocess.run(["mairu", "export", "bash"], capture_output=True)
		    if done.returncode != -signal.SIGALRM:
		        best = min(best, time.monotonic() - began)
		print(done.returncode, done.stdout, done.stderr, best)
		assert done.returncode == 0
		assert b"AWS_CONTAINER" not in done.stdout
		assert done.stdout.count(b"\n") <= 1
		assert best < limit, best
	PY
	assert_success
	rm -rf "$HOME/level-of-many"
}

@test "a config a thousand levels up is found in time" {
	impatient
	allow "$HOME/proj"
	cd "$HOME/proj"
	run python3 - "$SLOW" "$PATIENCE" <<-'PY'
		import os, subprocess, sys, time

		for _ in range(1000):
		    os.mkdir("d")
		    os.chdir("d")
		best, limit = 9.0, 0.25 * int(sys.argv[1])
		end = time.monotonic() + int(sys.argv[2])
		while best >= limit and time.monotonic() < end:
		    began = time.monotonic()
		    done = subprocess.run(["mairu", "export", "bash"], capture_output=True)
		    if b"AWS_CONTAINER_CREDENTIALS_FULL_URI=" in done.stdout:
		        best = min(best, time.monotonic() - began)
		print(done.stdout, done.stderr, best)
		assert best < limit, best
	PY
	assert_success
}
