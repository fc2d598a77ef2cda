# Proxies of the environment, which need a yes, and directories that a project
# has set.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2016 # typed into another shell

load ../lib/common

prepare() {
	project "$HOME/proj"
	cd "$HOME/proj" || return
	export HTTPS_PROXY=http://user:CANARY@evil.example:3128
}

# environment: what proxies the broker that runs has taken, as it says itself.
environment() {
	broker_pid >/dev/null && mairu status | grep '^setting'
}

@test "a broker takes no proxy of the environment before a yes, at a prompt or elsewhere" {
	mairu allow 2>/dev/null
	run --separate-stderr mairu export bash
	assert_regex "$stderr" 'mairu: HTTPS_PROXY is set here, but the broker uses it only if you agree. Run: mairu config set proxy "\$HTTPS_PROXY"'
	[[ $stderr != *CANARY* && $stderr != *evil.example* ]]
	run environment
	refute_output --partial evil.example
	run mairu status
	assert_line --regexp '^proxy +HTTPS_PROXY is set here, but the broker uses it only'
	refute_output --partial CANARY
	mairu kill-agent
	# By hand as well.
	mairu-broker --foreground >"$T/log" 2>&1 3>&- &
	wait_until test -S "$SOCK"
	run mairu status
	refute_output --partial evil.example
	mairu kill-agent
	grep -q 'the proxy variables of the environment are not used' "$T/log"
	run ! grep -r CANARY "$T/log" "$XDG_STATE_HOME"
}

@test "at a terminal mairu agent asks once, shows no password, and keeps yes and no" {
	rc bash true
	session -e HTTPS_PROXY="$HTTPS_PROXY" -C "$HOME/proj" bash <<-'SCRIPT'
		%as no
		%type MAIRU_AGENT_LOG=info mairu agent
		%wait y/N
		%send n\r
		%wait serves
		%key C-c
		%prompt
		%as again
		%type mairu agent
		%wait serves
		%run mairu status >$T/refused; :
		%key C-c
		%prompt
		%as other
		%type HTTPS_PROXY=http://good.example:1 mairu agent
		%wait y/N
		%send y\r
		%wait serves
		%run mairu status >$T/agreed; :
		%key C-c
		%prompt
		%as once
		%type HTTPS_PROXY=http://good.example:1 mairu agent
		%wait serves
		%key C-c
		%prompt
	SCRIPT
	has no 'HTTPS_PROXY is http://evil.example:3128 in this shell'
	lacks no CANARY
	lacks again 'y/N'
	lacks once 'y/N'
	run cat "$T/refused"
	refute_output --partial evil.example
	run cat "$T/agreed"
	assert_output --partial good.example
	assert_equal "$(stat -c %a "$XDG_STATE_HOME/mairu/proxies")" 600
	run grep -c . "$XDG_STATE_HOME/mairu/proxies"
	assert_output 2
	run ! grep -r 'CANARY\|example' "$XDG_STATE_HOME/mairu/proxies"
}

@test "a yes holds for these values alone, exceptions included" {
	agree_proxies
	start_broker
	run environment
	assert_line --partial evil.example
	mairu kill-agent
	export NO_PROXY=contoso.example
	start_broker
	run environment
	refute_output --partial example
}

@test "no process has a proxy's password but the broker" {
	may_look
	agree_proxies
	start_broker
	pid=$(broker_pid)
	run environment
	assert_line --partial evil.example
	children=$(pgrep -P "$pid")
	assert [ "$(wc -l <<<"$children")" -ge 3 ]
	for child in $children; do
		run -1 "$LIB/memory" "$child" CANARY
	done
	run -0 "$LIB/memory" "$pid" CANARY
}

# --- directories

for_each() {
	rc "$1"
	unset HTTPS_PROXY
	mairu allow
	mkdir -p "$T/evil"
	session "$1" <<-SCRIPT
		%as enter
		cd ~/proj
		%as next
		true
		%as moved
		$2
		true
		%as again
		true
		%as status
		mairu status
		mairu kill-agent
	SCRIPT
	lacks enter 'lives in'
	has moved "this shell's mairu lives in $T/evil/mairu and $T/state/mairu, not where it does when the hook was loaded"
	lacks again 'lives in'
	has status "reads    $T/evil/mairu and $T/state/mairu"
	has status "warning  this shell's mairu lives in"
}

@test "bash: one line says that the directories have changed since the hook was loaded" { for_each bash 'mkdir -p $T/evil/mairu; export XDG_CONFIG_HOME=$T/evil'; }
@test "zsh: one line says that the directories have changed since the hook was loaded" { for_each zsh 'mkdir -p $T/evil/mairu; export XDG_CONFIG_HOME=$T/evil'; }
@test "fish: one line says that the directories have changed since the hook was loaded" { for_each fish 'mkdir -p $T/evil/mairu; set -gx XDG_CONFIG_HOME $T/evil'; }
