# mairu exec as a process: what it starts finds everything as if mairu had not
# been between, and what cannot be started is told in words.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

KEYS='{"KEY_ID": "AKID1", "SECRET_KEY": "se/cret+1", "SESSION_TOKEN": "token==1",
	"EXPIRES": 4102444800, "RENEW_AT": 4102444000}'
LENT='"LEND": {"URL": "http://127.0.0.1:1/v1/credentials", "TOKEN": "Bearer lent"}, "LENT": {}'

prepare() {
	export MAIRU_SERVER=contoso
	standin
	answers "{\"ROLE\": $KEYS, $LENT}"
}

# --- what is started

# As a process is started: with signals ignored and blocked, limits set, and
# descriptors open and closed.
STARTED='
import os, resource, signal, sys
if sys.argv[1] == "odd":
    for s in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGTSTP, signal.SIGUSR2):
        signal.signal(s, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD, signal.SIGALRM})
    resource.setrlimit(resource.RLIMIT_CORE, (4096, 8192))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    os.umask(0o057)
    os.nice(3)
    os.dup2(0, 7)
else:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[2], sys.argv[2:])
'

# Of the process that does it: no interpreter puts anything in between.
LOOK='grep -hE "^(Sig|Shd|Umask|NoNewPrivs|TracerPid|core|Max)|^[0-9]+ \(" \
	"/proc/$$/status" "/proc/$$/limits" | grep -v SigQ
	ls "/proc/$$/fd"
	ps -o nice=,pgid=,sid=,ppid= -p $$
	/usr/bin/python3 -c "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"'

@test "a command finds signals, limits, descriptors and its parent as exec found them" {
	local how

	# Sanitizers lower the limit of cores otherwise.
	export ASAN_OPTIONS=$ASAN_OPTIONS:disable_coredump=0
	for how in plain odd; do
		/usr/bin/python3 -c "$STARTED" $how sh -c "$LOOK" >"$T/without"
		/usr/bin/python3 -c "$STARTED" $how mairu exec "$ROLE" sh -c "$LOOK" >"$T/with"
		diff "$T/without" "$T/with"
	done
	/usr/bin/python3 -c "$STARTED" odd mairu exec -m static "$ROLE" sh -c "$LOOK" >"$T/with"
	diff "$T/without" "$T/with"
	grep -q '^SigIgn:.*[1-9a-f]' "$T/with"
	grep -q '^SigBlk:.*[1-9a-f]' "$T/with"
	grep -qE '^Max core file size +4096 +8192' "$T/with"
	grep -qx 7 "$T/with"
	assert_equal "$(tail -n 1 "$T/with")" 1
}

@test "standard descriptors that were closed are closed in the command" {
	local LS='ls "/proc/$$/fd" >"$T/fds"; :'

	mairu exec "$ROLE" bash -c "$LS" 0<&-
	run ! grep -x 0 "$T/fds"
	mairu exec "$ROLE" bash -c "$LS" 1>&-
	run ! grep -x 1 "$T/fds"
	mairu exec -m static "$ROLE" bash -c "$LS" 2>&-
	run ! grep -x 2 "$T/fds"
	mairu exec "$ROLE" bash -c "$LS" 0<&- 1>&- 2>&-
	run ! grep -x '[012]' "$T/fds"
	# What goes wrong without them has its status nevertheless.
	run -127 mairu exec "$ROLE" no-such-command 0<&- 2>&-
}

@test "the command's words and what else is in the environment are untouched" {
	local odd=$'a\nb\t\xff\e[1m $(x) `y` \'"'

	run mairu exec "$ROLE" printf '%s\n' '' "$odd" '*' -- --server
	assert_output "$(printf '%s\n' '' "$odd" '*' -- --server)"
	run env "ODD=$odd" mairu exec "$ROLE" printenv ODD
	assert_output "$odd"
	# A name that stands there twice: what a shell takes must not be the other.
	/usr/bin/python3 - "$ROLE" <<-'PY'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		words = [b"mairu", b"exec", sys.argv[1].encode(), b"bash", b"-c",
		         b'echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN $AWS_PROFILE"; env | grep -c ^AWS_CONTAINER_AUTH; tr "\\0" "\\n" </proc/$$/environ | grep NOTHING']
		env = [b"AWS_CONTAINER_AUTHORIZATION_TOKEN=one", b"AWS_PROFILE=one", b"=NOTHING",
		       b"AWS_CONTAINER_AUTHORIZATION_TOKEN=two", b"AWS_PROFILE=two"]
		env += [k.encode() + b"=" + os.environb[k.encode()] for k in os.environ]
		def array(l):
		    return (ctypes.c_char_p * (len(l) + 1))(*l, None)
		path = os.path.join(os.environ["MAIRU_BUILD"], "mairu").encode()
		if os.fork() == 0:
		    os.dup2(os.open(os.environ["T"] + "/twice", os.O_CREAT | os.O_WRONLY), 1)
		    libc.execve(path, array(words), array(env))
		os.wait()
	PY
	assert_equal "$(cat "$T/twice")" $'Bearer lent \n1\n=NOTHING'
}

@test "a hundred thousand words, no PATH, no HOME and no directory do not matter" {
	local -a many

	mapfile -t many < <(seq 100000)
	run mairu exec "$ROLE" sh -c 'echo $#' - "${many[@]}"
	assert_output 100000
	cd "$HOME"
	run env -i MAIRU_AGENT_SOCK="$SOCK" "$MAIRU_BUILD/mairu" exec --server contoso "$ROLE" sh -c 'echo "$MAIRU_ACTIVE_ROLE"'
	assert_output "$ROLE"
	run -127 env -i MAIRU_AGENT_SOCK="$SOCK" PATH= "$MAIRU_BUILD/mairu" exec --server contoso "$ROLE" sh
	assert_output 'mairu: exec: command not found: sh'
	run env -i "$MAIRU_BUILD/mairu" exec auto true
	assert_output --partial 'there is no .mairu.json here or above'
	mkdir "$T/gone"
	cd "$T/gone"
	rmdir "$T/gone"
	run mairu exec "$ROLE" printenv MAIRU_ACTIVE_ROLE
	assert_output "$ROLE"
	run -1 mairu exec auto true
	assert_output --partial 'working directory'
	cd /
	run -126 mairu exec "$ROLE" true "$(head -c 120000 /dev/zero | tr '\0' x)" "${many[@]}" "${many[@]}" "${many[@]}" "${many[@]}"
	assert_output --partial 'Argument list too long'
}

@test "job control is the command's, and Ctrl-C while exec waits ends it and its login" {
	local login='"LOGIN_STOP": {}, "LOGIN_WAIT": "hold", "LOGIN": {"SERVER": "contoso", "GRANT": 1,
		"SECONDS": 60, "URL": "http://127.0.0.1:4711/auth/x",
		"LONG_URL": "https://c.example.com/authorize", "PORT": 4711}'

	echo '{"ROLE": "hold"}' >"$T/holds.json"
	echo "{\"ROLE\": [\"error\", 11, \"x\"], $LENT, $login}" >"$T/login.json"
	rc bash true
	session -e MAIRU_SERVER=contoso -e BROWSER=true bash <<-SCRIPT
		%as stop
		%type mairu exec $ROLE sh -c 'trap "" QUIT; echo on; exec cat'
		%wait on
		%key C-z
		%prompt
		%as jobs
		jobs
		%as fg
		%type fg
		%send between\r
		%wait between\r?\nbetween
		%send \x1c
		%key C-c
		%prompt
		%as status
		echo \$?
		%run cp \$T/holds.json \$T/answers.json; rm \$T/requests
		%as wait
		%type mairu exec --no-cache $ROLE echo ran
		%run until grep -q ROLE \$T/requests; do :; done 2>/dev/null
		%key C-c
		%prompt
		%as waited
		echo \$?
		%run cp \$T/login.json \$T/answers.json
		%as login
		%type mairu exec $ROLE echo ran
		%wait auth/x
		%run until grep -q LOGIN_WAIT "\$T/requests"; do :; done
		%key C-c
		%prompt
		%as ended
		echo \$?
		%as tty
		stty -a | grep -o -e '-icanon' -e '-echo '
	SCRIPT
	has jobs Stopped
	has fg between
	said status 130
	lacks wait ran
	said waited 130
	lacks login ran
	said ended 130
	assert_equal "$(heard '[q["type"] for q in r][-1]')" LOGIN_STOP
	assert_equal "$(tr -d ' \n' <"$OUT/tty")" ''
}

# --- what cannot be started

# fails STATUS MESSAGE COMMAND...: and nobody is asked for credentials.
fails() {
	local wanted=$1 message=$2

	shift 2
	: >"$T/requests"
	run "-$wanted" mairu exec "$ROLE" "$@"
	assert_output "mairu: exec: $message"
}

@test "what cannot be run is told with its reason, as 126 or 127, before a role is got" {
	cd "$HOME"
	fails 127 'command not found: no-such-command' no-such-command
	fails 127 "command not found: ''" ''
	fails 127 'command not found: ./no' ./no
	fails 127 'command not found: a\x0ab\x1b' $'a\nb\e'
	echo x >text
	fails 127 'command not found: text' text
	fails 126 'cannot run ./text: Permission denied' ./text
	fails 127 'command not found: text/x' text/x
	mkdir dir
	fails 126 'cannot run ./dir: it is a directory' ./dir
	ln -s loop loop
	run -126 mairu exec "$ROLE" ./loop
	assert_output --partial 'cannot run ./loop: '
	assert_equal "$(heard 'len(r)')" 0
	# On PATH: what is there but not to be run, if there is no other.
	mkdir first second
	echo 'echo no' >first/tool
	mkdir second/tool
	PATH=$HOME/second:$HOME/first:$PATH \
		fails 126 "cannot run $HOME/first/tool: Permission denied" tool
	printf '#!/bin/sh\necho "$0" "$@"\n' >second/other
	: >first/other
	chmod +x second/other
	PATH=$HOME/first:$HOME/second:$PATH run mairu exec "$ROLE" other -x
	assert_output "$HOME/second/other -x"
	PATH=$HOME/none::$PATH run mairu exec "$ROLE" second/other
	assert_output 'second/other'
	cd second
	PATH=:$PATH run mairu exec "$ROLE" other
	assert_output './other'
}

@test "a script without #! is run by sh, and one with a wrong #! is explained" {
	cd "$HOME"
	echo 'echo "by sh: $0 $1 $MAIRU_ACTIVE_ROLE"; exit 3' >script
	printf '#!/no/python9 -u\n' >wrong
	printf '#!/bin/sh\r\necho x\r\n' >windows
	printf '\177ELF\0\0\0garbage' >other-machine
	: >-empty
	/usr/bin/python3 - <<-'PY'
		# A program for this machine, by a loader that does not exist.
		import os
		b = open(os.path.realpath("/bin/sh"), "rb").read()
		at = b.index(b"/ld-linux")
		open("no-loader", "wb").write(b[:at] + b"/no-linux" + b[at + 9:])
	PY
	chmod +x script wrong windows other-machine ./-empty no-loader
	run -3 mairu exec "$ROLE" ./script one
	assert_output "by sh: ./script one $ROLE"
	PATH=$HOME:$PATH run -3 mairu exec "$ROLE" script two
	assert_output "by sh: $HOME/script two $ROLE"
	mairu exec "$ROLE" -- ./-empty
	PATH=:$PATH mairu exec "$ROLE" -- -empty
	fails 126 'cannot run ./wrong: its interpreter /no/python9 does not exist' ./wrong
	fails 126 'cannot run ./windows: it has Windows line endings, so its interpreter cannot be found' ./windows
	fails 126 'cannot run ./other-machine: it is not a program for this machine' ./other-machine
	fails 126 'cannot run ./no-loader: the loader that it was built for does not exist' ./no-loader
}

# --- whose role it is

# What of it a command has.
SHOW='for v in AWS_REGION AWS_DEFAULT_REGION MAIRU_ACTIVE_ROLE MAIRU_ACTIVE_CONFIG AWS_ACCESS_KEY_ID AWS_PROFILE MAIRU_STATE; do
	printf "%s," "${!v-unset}"
done; echo'

@test "a role in another takes all of its place, the region too, and gives it back" {
	project "$HOME/p" "$(config "$ROLE" '"region":"eu-west-1"')"
	allow "$HOME/p"
	cd "$HOME/p"
	run mairu exec --region us-east-1 -m static one bash -c "mairu exec two bash -c '$SHOW'
		mairu exec -m static two bash -c '$SHOW'
		mairu exec --region ap-south-1 two bash -c 'mairu exec three bash -c \"\$0\"' '$SHOW'
		mairu exec auto bash -c '$SHOW'; $SHOW
		AWS_REGION=mine mairu exec two bash -c '$SHOW'"
	assert_output "unset,unset,two,unset,unset,unset,unset,
unset,unset,two,unset,AKID1,unset,unset,
unset,unset,three,unset,unset,unset,unset,
eu-west-1,eu-west-1,$ROLE,$HOME/p/.mairu.json,unset,unset,unset,
us-east-1,us-east-1,one,unset,AKID1,unset,unset,
mine,unset,two,unset,unset,unset,unset,"
	# What was there before comes back for the inner one, each by itself.
	AWS_REGION=eu-north-1 AWS_PROFILE=p AWS_DEFAULT_REGION='no region' run mairu exec auto bash -c "$SHOW
		mairu exec two bash -c '$SHOW'"
	assert_line --index 0 "eu-west-1,eu-west-1,$ROLE,$HOME/p/.mairu.json,unset,unset,unset,"
	assert_line --index 1 'eu-north-1,unset,two,unset,unset,unset,unset,'
	# A role that goes on from the config's is not the config's.
	answers "{\"ROLE\": $KEYS, $LENT, \"TOKEN\": [\"error\", 4, \"unknown\"]}"
	run mairu exec --assume-role arn:aws:iam::222222222222:role/Hop auto bash -c "$SHOW; mairu credential-process auto"
	assert_line --index 0 'eu-west-1,eu-west-1,arn:aws:iam::222222222222:role/Hop,unset,unset,unset,unset,'
	assert_line --index 1 --partial 'mairu uses no other in its place'
	run mairu exec --assume-role arn:aws:iam::222222222222:role/Hop -m static auto mairu credential-process auto
	assert_output --partial 'mairu uses no other in its place'
	# Nor is what somebody made of these variables believed.
	local forged
	for forged in '1 x' "$$ 0000000000000000 0 - /" "$$ 0000000000000000 1 us-east-1,;,x /" \
		"$$ 0000000000000000 1 us-east-1" "$$ 0000000000000000 1 us-east-1,eu-north-1" "$(printf '1%.0s' {1..5000})"; do
		MAIRU_EXEC=$forged AWS_REGION=us-east-1 MAIRU_STATE=1.forged \
			run mairu exec two bash -c "$SHOW"
		assert_output 'us-east-1,unset,two,unset,unset,unset,unset,'
	done
}

@test "in a shell with the hook another role leaves the project's behind, and the shell keeps it" {
	answers "{\"ROLE\": $KEYS, $LENT, \"GRANT\": {\"URL\": \"http://127.0.0.1:1/v1/credentials\",
		\"TOKEN\": \"Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}"
	project "$HOME/p" "$(config "$ROLE" '"region":"eu-west-1"')"
	allow "$HOME/p"
	printf '%s\n' '#!/bin/bash' "$SHOW" >"$T/bin/show"
	chmod +x "$T/bin/show"
	rc bash
	session -C "$HOME/p" -e MAIRU_SERVER=contoso -e AWS_REGION=eu-north-1 -e MAIRU_QUIET=1 bash <<-'SCRIPT'
		%as exec
		mairu exec two show; mairu exec auto show; mairu exec -m static two show
		%as forced
		AWS_REGION=mine mairu exec two show
		%as shell
		show | cut -d, -f1-4
		cd /
		%as left
		show
	SCRIPT
	said exec 'eu-north-1,unset,two,unset,unset,unset,unset,' \
		"eu-west-1,eu-west-1,$ROLE,$HOME/p/.mairu.json,unset,unset,unset," \
		'eu-north-1,unset,two,unset,AKID1,unset,unset,'
	said forced 'mine,unset,two,unset,unset,unset,unset,'
	said shell "eu-west-1,eu-west-1,$ROLE,$HOME/p/.mairu.json"
	said left 'eu-north-1,unset,unset,unset,unset,unset,unset,'
}

@test "a script that stands for a command and finds itself again ends with a word" {
	printf '#!/bin/sh\necho x >>"$T/times"\nexec mairu exec "$ROLE" tool "$@"\n' >"$T/bin/tool"
	chmod +x "$T/bin/tool"
	export PATH=$T/bin:$PATH ROLE
	run -1 tool
	assert_output "mairu: exec: nested 16 levels deep. If $T/bin/tool itself runs \`mairu exec\`, have it name the program by its full path"
	assert_equal "$(wc -l <"$T/times")" 17
	sed -i 's/exec mairu/mairu/' "$T/bin/tool"
	run -1 tool
	assert_output --partial 'nested 16 levels deep'
}

# --- trust

@test "at a terminal exec auto shows a config that is not trusted, and asks" {
	project "$HOME/p" '{"server":"nowhere","role":"r/1","region":"eu-west-1","odd":1}'
	rc bash true
	session -C "$HOME/p" -e MAIRU_SERVER=contoso bash <<-'SCRIPT'
		%as no
		%type mairu exec auto echo ran; echo $?
		%wait y/N
		%send no, not that one, thank you; echo typed\r
		%prompt
		%as end
		%type mairu exec auto echo ran; echo $?
		%wait y/N
		%key C-d
		%prompt
		%as break
		%type mairu exec auto echo ran
		%wait y/N
		%key C-c
		%prompt
		%as status
		echo $?
		%as piped
		mairu exec auto echo ran </dev/null; echo $?
		%as wrong
		mairu exec --confirm-trust x auto echo ran; echo $?
		%as meanwhile
		%type mairu exec auto echo ran; echo $?
		%wait y/N
		%run echo '{"server":"nowhere","role":"other"}' >"$HOME/p/.mairu.json"
		%send y\r
		%prompt
		%as yes
		%type mairu exec auto echo ran; echo $?
		%wait y/N
		%send yEs\r
		%prompt
		%as after
		mairu exec --show-auto auto echo ran
		%as denied
		mairu deny 2>/dev/null; mairu exec auto echo ran; echo $?
	SCRIPT
	local shown='mairu: ~/p/.mairu.json is not trusted: server nowhere, role r/1, region eu-west-1
mairu: it has a key that this version ignores: odd
mairu: but the server nowhere is not configured. Run: mairu list-servers'
	local no='mairu: ~/p/.mairu.json was not trusted. Run: mairu allow'
	said no "$shown" 'mairu: trust it? [y/N] no, not that one, thank you; echo typed' "$no" 3
	has end "$no"
	lacks break "$no"
	said status 130
	said piped 'mairu: ~/p/.mairu.json is not trusted: server nowhere, role r/1, region eu-west-1. Run: mairu allow' 3
	has wrong 'not the one given'
	lacks wrong 'y/N'
	has meanwhile 'mairu: ~/p/.mairu.json has changed since it was allowed: server nowhere, role other. Run: mairu allow'
	has yes 'mairu: ~/p/.mairu.json has changed since it was allowed: server nowhere, role other'
	has yes ran
	said after 'mairu: nowhere other, from ~/p/.mairu.json' ran
	has denied 'is denied. Run: mairu allow'
	assert_equal "$(cat "$OUT"/{no,end,break,piped,wrong,meanwhile,denied} | grep -cx ran)" 0
}

@test "keys typed before a question are no answer to it" {
	mkfifo "$T/gate"
	project "$HOME/p"
	rc bash true
	session -C "$HOME/p" bash <<-'SCRIPT'
		%as early
		%type cat $T/gate; mairu exec auto echo ran; echo status $?
		%send y\ry
		%wait y\ny
		%run echo >$T/gate
		%wait trust it.*y/N
		%send \r
		%prompt
		%as profile
		%type cat $T/gate; mairu setup-profile; echo status $?
		%send y\ry
		%wait y\ny
		%run echo >$T/gate
		%wait write it.*y/N
		%send \r
		%prompt
	SCRIPT
	has early 'was not trusted. Run: mairu allow'
	has early 'status 3'
	lacks early ran
	has profile 'nothing was written'
	[ ! -e "$HOME/.aws" ]
}

@test "MAIRU_SHOW_AUTO_ROLE is a switch, as in Mairu 0.12" {
	local value

	project "$HOME/p"
	allow "$HOME/p"
	cd "$HOME/p"
	for value in '' 0 false No OFF f; do
		MAIRU_SHOW_AUTO_ROLE=$value run mairu exec auto true
		assert_output ''
	done
	for value in 1 true yes; do
		MAIRU_SHOW_AUTO_ROLE=$value run mairu exec auto true
		assert_output "mairu: contoso $ROLE, from ~/p/.mairu.json"
	done
}
