# What every test file loads: a world of its own for each test, sessions in
# interactive shells, and the end of that world.
#
# A test owns $T: its HOME, XDG directories and socket lie below it, and at the
# end no process may be left whose environment or working directory names it.

# shellcheck disable=SC2034 # what is set here is used by the test files

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

LIB=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
REPO=$(cd "$LIB/../../.." && pwd)
MAIRU_BUILD=$(cd "${MAIRU_BUILD:-$REPO/build}" && pwd) || exit 1
BASE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
AS_NOBODY=(setpriv --reuid 65534 --regid 65534 --clear-groups
	env "PATH=$MAIRU_BUILD:$LIB/bin:$BASE_PATH")
# The system's programs come first, as scripts/deps installs them: what a version
# manager puts in the place of python3 takes longer to start than many a test.
PATH=$BASE_PATH:$PATH
ROLE=123456789012/Dev
ENTERED="mairu: contoso $ROLE"
LEFT="mairu: left contoso $ROLE"
UNTRUSTED="mairu: ~/proj/.mairu.json is not trusted: server contoso, role $ROLE. Run: mairu allow"

# Programs that are built with sanitizers are not held to times.
SLOW=1
if grep -aq __asan_init "$MAIRU_BUILD/mairu-broker"; then
	SLOW=50
fi

# Seconds after which what is waited for is given up.  No test is about them: a
# machine that is busy may take long, and only what hangs gets there.
PATIENCE=$((SLOW > 1 ? 120 : 60))

exec {nap_fd}<> <(:)

setup() {
	local name

	for name in $(compgen -e); do
		case $name in
		AWS_* | MAIRU_* | XDG_* | NO_COLOR | CDPATH | BASH_ENV | ENV | ZDOTDIR)
			[ "$name" = MAIRU_BUILD ] || unset "$name"
			;;
		esac
	done
	# A short path: the address of a Unix socket holds 107 bytes.
	T=$(mktemp -d /tmp/mairu.XXXXXX)
	# For tests/soak, which ends what a test cannot that is cut off.
	[ -z "${WORLDS:-}" ] || echo "$T" >>"$WORLDS"
	unset WORLDS
	OUT=$T/out
	SESSIONS=0
	PEERS=() STALE=() SERVERS=()
	export HOME=$T/home XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state
	export XDG_RUNTIME_DIR=$T/run XDG_DATA_HOME=$T/data
	export TERM=xterm LANG=C.UTF-8 SHELL=/bin/sh T
	export PYTHONPATH=$LIB PYTHONDONTWRITEBYTECODE=1
	# The front leaves its memory to exit; the broker never sees this.
	export ASAN_OPTIONS=detect_leaks=0
	unset LC_ALL
	export PATH=$MAIRU_BUILD:$LIB/bin:$PATH
	STORE=$XDG_STATE_HOME/mairu/trust
	mkdir -p "$HOME" "$XDG_CONFIG_HOME/fish" "$XDG_STATE_HOME" "$OUT" "$T/bin"
	# fish fills this in the background when it is missing.
	mkdir -p "$XDG_DATA_HOME/fish/generated_completions"
	mkdir -m 0700 "$XDG_RUNTIME_DIR"
	SOCK=$(mairu-broker --where)
	cd "$HOME" || return
	if declare -F prepare >/dev/null; then prepare; fi
}

teardown() {
	local faults=0 pid
	local -a owner=()

	[ -n "${T:-}" ] || return 0
	cd /
	stop_peers
	stop_servers
	export HOME=$T/home XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state
	export XDG_RUNTIME_DIR=$T/run
	pid=$(broker_pid 2>/dev/null) || pid=
	[ -z "$pid" ] || kill -CONT "$pid" || :
	if [ -n "$pid" ]; then
		[ -O "$T" ] || owner=("${AS_NOBODY[@]}")
		"${owner[@]}" mairu kill-agent >"$T/kill-agent" 2>&1 || {
			echo "kill-agent failed:"
			cat "$T/kill-agent"
			faults=1
		}
		"$LIB/proc" gone "$pid" || {
			echo "the broker (pid $pid) lives on"
			kill -KILL "$pid" || :
			faults=1
		}
	fi
	if [ -S "$SOCK" ]; then
		echo "the socket is still there"
		faults=1
	fi
	end_keepers || faults=1
	"$LIB/proc" none "$T" || faults=1
	if printf '%s\n' "${output:-}" "${stderr:-}" |
		grep -a -e 'ERROR: [A-Za-z]*Sanitizer' -e 'runtime error:'; then
		faults=1
	fi
	if grep -ra -e 'ERROR: [A-Za-z]*Sanitizer' -e 'runtime error:' \
		"$OUT" "$T/state" 2>/dev/null; then
		faults=1
	fi
	chmod -R u+rwX "$T" 2>/dev/null || :
	rm -rf "$T"
	return "$faults"
}

# impatient: a test about how long a prompt is held begins with this, and so has
# the program that users have; all others have one with longer limits (see
# build/patient in the Makefile), as a machine may be busy with other tests.
impatient() {
	[ "$MAIRU_BUILD" != "${MAIRU_BUILD%/patient}" ] || return 0
	PATH=${PATH/"$MAIRU_BUILD:"/"${MAIRU_BUILD%/patient}:"}
	MAIRU_BUILD=${MAIRU_BUILD%/patient}
}

# keepers: those of this test, a line for each: pid and path.
keepers() {
	"$LIB/proc" keepers "$T"
}

# Ends the keepers of this test's brokers, wherever their sockets were.
end_keepers() {
	local pid path sock faults=0
	local -a owner

	while read -r pid path; do
		kill -CONT "$pid"
		owner=()
		[ "$(stat -c %u "/proc/$pid")" != 65534 ] || owner=("${AS_NOBODY[@]}")
		for sock in "${path%.keep}.sock" "${path%.keep}"; do
			MAIRU_AGENT_SOCK=$sock "${owner[@]}" mairu kill-agent --keeper \
				>"$T/kill-agent" 2>&1 || cat "$T/kill-agent"
			[ -e "/proc/$pid" ] || break
		done
		"$LIB/proc" gone "$pid" || {
			echo "the keeper (pid $pid) lives on"
			kill -KILL "$pid"
			faults=1
		}
		if [ -e "$path" ]; then
			echo "the keeper's socket is still there"
			faults=1
		fi
	done < <(keepers)
	return "$faults"
}

# --- waiting

# A very short pause of a loop that waits for something.
nap() {
	read -rt 0.02 -u "$nap_fd" || :
}

# Runs a command until it succeeds, for as long as PATIENCE says.
wait_until() {
	local end=$((SECONDS + ${PATIENCE:-60}))

	until "$@"; do
		if ((SECONDS >= end)); then
			echo "waited in vain for: $*" >&2
			return 1
		fi
		nap
	done
}

# peer MODE: puts another program on the broker's socket (see lib/peer).
peer() {
	: >"$T/peer-ready"
	"$LIB/peer" "$SOCK" "$1" >"$T/peer-ready" 3>&- &
	PEERS+=($!)
	STALE+=("$SOCK")
	wait_until test -s "$T/peer-ready"
}

# standin: puts on the broker's socket what answers as `answers` says (see
# lib/standin).
standin() {
	: >"$T/peer-ready"
	[ -e "$T/answers.json" ] || echo '{}' >"$T/answers.json"
	"$LIB/standin" "$SOCK" "$T" >"$T/peer-ready" 3>&- &
	PEERS+=($!)
	STALE+=("$SOCK")
	wait_until test -s "$T/peer-ready"
}

# answers JSON: from now on.
answers() {
	printf '%s' "$1" >"$T/answers.new"
	mv "$T/answers.new" "$T/answers.json"
}

# heard EXPRESSION: what it is of `r`, the requests that the stand-in has had.
heard() {
	touch "$T/requests"
	python3 -c 'import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
print(eval(sys.argv[2]))' "$T/requests" "$1"
}

# was_asked TYPE: some request of that type has come.
was_asked() {
	grep -q "\"type\": \"$1\"" "$T/requests" 2>/dev/null
}

stop_peers() {
	local pid

	for pid in "${PEERS[@]}"; do
		kill "$pid" || :
		wait "$pid" || :
	done
	[ ${#STALE[@]} = 0 ] || rm -f "${STALE[@]}"
	PEERS=() STALE=()
}

# version: that of the programs under test.
version() {
	mairu --version | sed -n '1s/^mairu //p'
}

broker_pid() {
	"$LIB/proc" peer "$SOCK"
}

# Starts the broker the way any command does.
start_broker() {
	project "$T/starter" && allow "$T/starter"
	(cd "$T/starter" && mairu export bash >/dev/null 2>&1)
	wait_until test -S "$SOCK"
}

# enter DIR: sets URL and TOKEN to what a shell in that project gets.
enter() {
	local -a got=()

	mapfile -t got < <(cd "$1" && bash -c '
		eval "$(mairu hook bash)"
		eval "$(mairu export bash)"
		echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"
		echo "$AWS_CONTAINER_AUTHORIZATION_TOKEN"' 2>"$T/enter")
	URL=${got[0]} TOKEN=${got[1]}
	if [ -z "$URL" ] || [ -z "$TOKEN" ]; then
		cat "$T/enter" >&2
		return 1
	fi
}

# within MS COMMAND...: the command takes less than that.  The best counts: a
# busy machine makes runs longer, never shorter, and one that its own timer ends
# says nothing.
within() {
	local limit=$(($1 * SLOW)) start took status best=999999
	local path=$PATH build=$MAIRU_BUILD end=$((SECONDS + PATIENCE))

	impatient
	shift
	while ((best >= limit)); do
		if ((SECONDS >= end)); then
			echo "$best ms, not below $limit ms: $*" >&2
			return 1
		fi
		status=0
		start=${EPOCHREALTIME/[.,]/}
		"$@" >"$T/within" 2>&1 || status=$?
		took=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
		if ((status == 0)); then
			best=$((took < best ? took : best))
		elif ((status != 128 + 14)); then
			cat "$T/within" >&2
			return "$status"
		fi
	done
	PATH=$path MAIRU_BUILD=$build
}

# unhurried: takes from what `run` has got what a command says that has waited
# for a second.
unhurried() {
	local says='^mairu: waiting for the credentials of '

	output=$(grep -v "$says" <<<"$output") || :
	mapfile -t lines <<<"$output"
	stderr=$(grep -v "$says" <<<"${stderr-}") || :
}

# --- credential servers

# start_server [OPTION]...: a fake one (see tests/fakes/credential_server).
# Sets SERVER to its URL and JOURNAL to the file of what it was asked; those
# of an earlier one may be kept and set again.
start_server() {
	start_fake credential_server "$@"
}

# start_fake PROGRAM [OPTION]...: the same with any of tests/fakes.
start_fake() {
	local ready=$T/server.${#SERVERS[@]} program=$1

	shift
	JOURNAL=$T/journal.${#SERVERS[@]}
	: >"$ready"
	: >"$JOURNAL"
	"$REPO/tests/fakes/$program" --journal "$JOURNAL" "$@" \
		>"$ready" 2>"$ready.err" 3>&- &
	SERVERS+=($!)
	wait_until grep -q '^ready ' "$ready" || {
		cat "$ready.err" >&2
		return 1
	}
	SERVER=$(sed -n 's/^ready //p' "$ready")
}

stop_servers() {
	local pid

	for pid in "${SERVERS[@]}"; do
		kill "$pid" || :
		wait "$pid" || :
	done
	SERVERS=()
}

# The host of $SERVER; what stands below it is the tests' own.
server_root() {
	local rest=${SERVER#*://}

	echo "${SERVER%%://*}://${rest%%/*}"
}

# certificate [NAME]: makes $T/NAME.pem and $T/NAME.key for 127.0.0.1, which
# trust nobody but themselves.
certificate() {
	local name=$T/${1:-certificate}

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 2 -subj /CN=fake -addext subjectAltName=IP:127.0.0.1 \
		-keyout "$name.key" -out "$name.pem" 2>"$T/openssl" || {
		cat "$T/openssl" >&2
		return 1
	}
}

# a_server ID: makes $SERVER known to mairu by that name.
a_server() {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d said

	mkdir -p "$dir"
	said=$(curl -sSfk -m 10 "$(server_root)/_server") || return
	printf '{"id":"%s",%s\n' "$1" "${said#\{}" >"$dir/$1.json"
	chmod 600 "$dir/$1.json" # it may hold a client_secret
}

# a_silent_server [ID]: one that is known to mairu and never answers, for tests
# in which nobody logs in.
a_silent_server() {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d id=${1:-contoso}

	mkdir -p "$dir"
	python3 -c 'import json, sys; print(json.dumps({"id": sys.argv[1],
"url": "http://127.0.0.1:9/", "oauth": {"client_id": "x", "code_grant": {}}}))' "$id" \
		>"$dir/$RANDOM$RANDOM.json"
}

# control JSON: tells $SERVER what to do from now on (see its --help), and
# prints what it has counted so far.
control() {
	curl -sSfk -m 10 --data-binary "$1" "$(server_root)/_control"
}

# What $SERVER was asked, a line of JSON for each request.
journal() {
	cat "$JOURNAL"
}

# asked AT: how many requests of that kind there were ("token", "roles"...).
asked() {
	grep -c "\"at\": \"$1\"" "$JOURNAL" || :
}

# follow [OPTION]... URL: goes where a browser would, logs in, and prints the
# page that it ends at (see tests/fakes/browser).
follow() {
	"$REPO/tests/fakes/browser" "$@" 3>&-
}

# user_code FILE: the code that a device login wrote there for a person.
user_code() {
	grep -ao '[B-Z]\{4\}-[B-Z]\{4\}' "$1" | head -n 1
}

# approve [CODE], deny [CODE]: what a person does on the page of a device login
# at $SERVER; without CODE to whatever waits there.  Fails if nothing does.
approve() {
	decide approve "${1:-}"
}

deny() {
	decide deny "${1:-}"
}

decide() {
	local whom=true

	[ -z "$2" ] || whom="\"$2\""
	control "{\"$1\": $whom}" >/dev/null
}

# expire KIND: ends all tokens or codes that $SERVER gave so far: "access",
# "refresh" or "device".
expire() {
	control "{\"expire\": \"$1\"}" >/dev/null
}

# counted_by_server NAME: a number that $SERVER keeps: "early" (polls of a
# device that did not wait), "reused" (refresh tokens that came again).
counted_by_server() {
	control '{}' | python3 -c 'import json, sys
print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# log_in SERVER [OPTION]...: `mairu login` with a browser beside it.  What it
# said is in $T/login, the last page in $T/page.  The broker's helper process has
# a quarter of a second to answer, and then two of rest: on a busy machine that
# may be too little.
log_in() {
	local end=$((SECONDS + ${PATIENCE:-60})) status

	while :; do
		status=0
		log_in_once "$@" || status=$?
		[ "$status" != 0 ] || return 0
		if ((SECONDS >= end)) ||
			! grep -q 'asking the helper process.*timed out' "$T/login"; then
			cat "$T/login" >&2
			return "$status"
		fi
		nap
	done
}

log_in_once() {
	local pid status=0

	: >"$T/login"
	mairu login --no-browser --oauth-grant-type code "$@" >"$T/login" 2>&1 3>&- &
	pid=$!
	# Nobody is asked to log in who is logged in.
	shown_or_over() {
		grep -q '/auth/' "$T/login" || ! kill -0 "$pid" 2>/dev/null
	}
	wait_until shown_or_over || {
		kill "$pid"
		return 1
	}
	if grep -q '/auth/' "$T/login"; then
		follow "$(login_url)" >"$T/page" || status=1
	fi
	wait "$pid" || status=$?
	[ "$status" = 0 ] || cat "$T/login" >&2
	return "$status"
}

# The short URL that a `mairu login` showed in $T/login.
login_url() {
	grep -aom 1 'http://127\.0\.0\.1:[0-9]*/auth/[^ ]*' "$T/login"
}

# --- projects

# project DIR [JSON]: makes DIR with a config.
project() {
	local json="{\"server\":\"contoso\",\"role\":\"$ROLE\"}"

	mkdir -p "$1"
	printf '%s\n' "${2:-$json}" >"$1/.mairu.json"
}

# config ROLE [MORE]: the text of a config.
config() {
	printf '{"server":"contoso","role":"%s"%s}' "$1" "${2:+,$2}"
}

allow() {
	(cd "$1" && mairu allow >"$OUT/allow" 2>&1) || {
		cat "$OUT/allow" >&2
		return 1
	}
}

# start_project: ~/proj, which is trusted, of a server that runs.
start_project() {
	start_server
	a_server contoso
	project "$HOME/proj"
	allow "$HOME/proj"
}

# agree_proxies: the yes that proxies of the environment need, as mairu keeps it.
agree_proxies() {
	(umask 077 && mkdir -p "$XDG_STATE_HOME/mairu")
	(umask 077 && python3 - >"$XDG_STATE_HOME/mairu/proxies") <<-'PY'
		import base64, hashlib, os

		names = "https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY"
		said = [f"{n}\0{os.environ[n]}\0" for n in names.split() if n in os.environ]
		hash = hashlib.sha256("".join(said).encode()).digest()
		print("yes", base64.urlsafe_b64encode(hash).decode().rstrip("="))
	PY
}

# --- shells

# The line that loads the hook, as a user has it in the rc file.
hook_line() {
	case $1 in
	fish) echo 'mairu hook fish | source' ;;
	*) echo "eval \"\$(mairu hook $1${2:+ $2})\"" ;;
	esac
}

rc_file() {
	case $1 in
	bash) echo "$HOME/.bashrc" ;;
	zsh) echo "$HOME/.zshrc" ;;
	fish) echo "$XDG_CONFIG_HOME/fish/config.fish" ;;
	esac
}

# What a test needs of a shell, and nothing that the hook could meet: a prompt
# that `term` knows, and no decoration around it.
prelude() {
	case $1 in
	bash)
		cat <<-'RC'
			PS1='[#\[\]ready#] '
			HISTFILE=
		RC
		;;
	zsh)
		cat <<-'RC'
			PS1='[#%{%}ready#] '
			unsetopt prompt_sp prompt_cr
		RC
		;;
	fish)
		cat <<-'RC'
			set -g fish_greeting
			function fish_title; end
			function fish_prompt; printf '[#%s#] ' ready; end
		RC
		;;
	esac
}

# rc SHELL [LINE...]: writes the rc file; without lines it loads the hook.
rc() {
	local shell=$1

	shift
	[ $# -gt 0 ] || set -- "$(hook_line "$shell")"
	{
		prelude "$shell"
		printf '%s\n' "$@"
	} >"$(rc_file "$shell")"
}

# session [-C DIR] [-e NAME=VALUE] [-t SECONDS] [-u] SHELL <SCRIPT: plays the script in an
# interactive shell (see lib/term); blocks of its output are then read by
# said, silent and out.  -t gives each wait more than PATIENCE.  -u makes sure that it is not root's, for whom no file
# is out of reach: nobody gets it, and all of $T.
session() {
	local dir=$PWD shell opt OPTIND=1 i
	local -a vars=("TERM_DEADLINE=$PATIENCE") run=()

	while getopts C:e:t:u opt; do
		case $opt in
		C) dir=$OPTARG ;;
		e) vars+=("$OPTARG") ;;
		t) vars+=("TERM_DEADLINE=$OPTARG") ;;
		u)
			[ "$(id -u)" != 0 ] || {
				chown -R 65534:65534 "$T"
				run=("${AS_NOBODY[@]}")
			}
			;;
		*) return 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	shell=$1
	case $shell in
	bash) run+=("$LIB/term" --out "$OUT" -- bash --noprofile) ;;
	zsh) run+=("$LIB/term" --out "$OUT" -- zsh -d) ;;
	fish) run+=("$LIB/term" --out "$OUT" -- fish) ;;
	esac
	# Files of an earlier session never answer for this one.
	find "$OUT" -type f ! -name 'transcript.*' -delete
	for i in HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_RUNTIME_DIR XDG_DATA_HOME; do
		[ -z "${!i+set}" ] || vars=("$i=${!i}" "${vars[@]}")
	done
	SESSIONS=$((SESSIONS + 1))
	(cd "$dir" && env -i PATH="$T/bin:$MAIRU_BUILD:$LIB/bin:$BASE_PATH" \
		T="$T" TERM=xterm LANG=C.UTF-8 SHELL=/bin/sh \
		ASAN_OPTIONS="$ASAN_OPTIONS" \
		"${vars[@]}" "${run[@]}") >"$OUT/transcript.$SESSIONS" 2>&1 || {
		cat "$OUT/transcript.$SESSIONS" >&2
		return 1
	}
}

# Bytes are compared, whatever they are.
shown() {
	echo "--- what the session printed:"
	cat "$OUT/transcript.$SESSIONS"
	return 1
} >&2

# out BLOCK: what a line of the session printed; BLOCK.. is what that one and
# all later ones did.  So a test reads what may be said at more than one prompt,
# as it depends on when the broker has heard of it.
out() {
	local name=${1%..} block

	[ -e "$OUT/$name" ] || {
		echo "there is no block $name" >&2
		shown
	}
	if [ "$name" = "$1" ]; then
		cat "$OUT/$name"
	else
		sed -n "/^$name\$/,\$p" "$OUT/.blocks" | while read -r block; do
			cat "$OUT/$block"
		done
	fi
}

# said BLOCK LINE...: it printed exactly these lines.
said() {
	local block=$1

	shift
	if ! diff -a <(printf '%s\n' "$@") <(out "$block"); then
		echo "in block $block" >&2
		shown
	fi
}

# silent BLOCK...: they printed nothing.
silent() {
	local block

	for block; do
		if [ -n "$(out "$block" | tr -d '\0')" ]; then
			echo "block $block is not silent" >&2
			shown
		fi
	done
}

# has BLOCK TEXT: it printed TEXT somewhere.
has() {
	if ! out "$1" | grep -aqF -e "$2"; then
		echo "block $1 does not hold: $2" >&2
		shown
	fi
}

# lacks BLOCK TEXT
lacks() {
	if out "$1" | grep -aqF -e "$2"; then
		echo "block $1 holds: $2" >&2
		shown
	fi
}

# one_message BLOCK: one line of ours, and no other.
one_message() {
	if [ "$(out "$1" | wc -l)" != 1 ] || ! out "$1" | grep -aq '^mairu: '; then
		echo "block $1 is not one message" >&2
		shown
	fi
}

# check COMMAND...: a condition on which the session is shown when it fails.
check() {
	"$@" || {
		echo "this does not hold: $*" >&2
		shown
	}
}

# --- standing in for the program

# stand_in SHELL [HOOK OPTION] <BODY: writes a program that the hook of SHELL
# runs in mairu's place, and prints the rc line that loads that hook.  The body
# is sh; "$REAL" is the real program, and each run is counted in $T/runs.
stand_in() {
	local helper=$T/helper.$1 text

	{
		printf '#!/bin/sh\nREAL=%s/mairu\n' "$MAIRU_BUILD"
		printf 'echo run >>%s/runs\n' "$T"
		cat
	} >"$helper"
	chmod +x "$helper"
	: >"$T/runs"
	text=$(mairu hook "$@")
	case $text in
	*"$MAIRU_BUILD/mairu"*) ;;
	*)
		echo "the hook does not name $MAIRU_BUILD/mairu:" >&2
		echo "$text" >&2
		return 1
		;;
	esac
	printf '%s\n' "${text//"$MAIRU_BUILD/mairu"/"$helper"}" >"$T/hook.$1"
	case $1 in
	fish) echo "source $T/hook.fish" ;;
	*) echo "eval \"\$(cat $T/hook.$1)\"" ;;
	esac
}

# A stand-in that does what the real program does.
counted() {
	# shellcheck disable=SC2016 # expanded by the stand-in
	stand_in "$@" <<<'exec "$REAL" "$@"'
}

need_root() {
	[ "$(id -u)" = 0 ] || skip "only root can act as another user"
}

# plain_memory: a broker that starts from now on keeps secrets where root finds
# them.
plain_memory() {
	mkdir -p "$XDG_CONFIG_HOME/mairu"
	printf '{"secret_memory": false}\n' >"$XDG_CONFIG_HOME/mairu/broker.json"
	chmod 600 "$XDG_CONFIG_HOME/mairu/broker.json"
}

# may_look: only root can read the memory of the broker.
may_look() {
	[ "$(id -u)" = 0 ] || skip 'the memory of an undumpable process needs root'
	! grep -aq __asan_init "$MAIRU_BUILD/mairu-broker" ||
		skip 'sanitizers keep freed memory'
}
