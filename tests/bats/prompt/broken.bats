# When the world is broken: behaviours 40 to 45 of the hook.
#
# 45 (static credentials that expire while the shell is idle) waits for static
# credentials.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
}

# What a prompt may take here: 200 ms for the program, and what a busy machine
# adds around it.
PROMPT_MS=$((800 * SLOW))

# quiet_exit BLOCK: nothing, or that the role is gone.
quiet_exit() {
	[ -z "$(out "$1")" ] || said "$1" "$LEFT"
}

# --- 40

b40() {
	local unset=unset

	[ "$1" != fish ] || unset='set -e'
	mkdir "$HOME/proj/gone" "$HOME/lost"
	rc "$1"
	session -e AWS_PROFILE=mine "$1" <<-SCRIPT
		%as outside
		cd ~/lost
		%run rmdir ~/lost
		%as lost
		true
		%as lost2
		true
		cd ~/proj/gone
		%as inside
		creds
		%run rmdir ~/proj/gone
		%as gone
		true
		%as gone2
		true
		%as after-gone
		creds 2>/dev/null; exported AWS_PROFILE 2>/dev/null
		cd /
		cd ~/proj
		%as inside2
		creds
		$unset HOME XDG_STATE_HOME XDG_CONFIG_HOME
		%as homeless
		true
		%as after-home
		creds
	SCRIPT
	silent outside lost lost2
	said inside "contoso $ROLE"
	quiet_exit gone
	silent gone2 homeless
	said after-gone none AWS_PROFILE=mine
	said inside2 "contoso $ROLE"
	said after-home none
}

@test "bash 40: a deleted working directory and no HOME are silent and leave no stale role" { b40 bash; }
@test "zsh 40: a deleted working directory and no HOME are silent and leave no stale role" { b40 zsh; }
@test "fish 40: a deleted working directory and no HOME are silent and leave no stale role" { b40 fish; }

b40unreadable() {
	mkdir -p "$HOME/proj/deep/down"
	rc "$1"
	session -u "$1" <<-'SCRIPT'
		cd ~/proj/deep/down
		%as inside
		creds
		%run chmod 000 ~/proj
		%as closed
		true
		%as closed2
		true
		%as after
		creds
		%run chmod 755 ~/proj
		%as open
		true
		%as again
		creds
		%run chmod 000 ~/proj/deep/down
		%as here
		true
		%as after-here
		creds
		%run chmod 755 ~/proj/deep/down
		cd /
	SCRIPT
	said inside "contoso $ROLE"
	quiet_exit closed
	silent closed2
	said after none
	said open "$ENTERED"
	said again "contoso $ROLE"
	quiet_exit here
	said after-here none
}

@test "bash 40: an unreadable parent is silent and leaves no stale role" { b40unreadable bash; }
@test "zsh 40: an unreadable parent is silent and leaves no stale role" { b40unreadable zsh; }
@test "fish 40: an unreadable parent is silent and leaves no stale role" { b40unreadable fish; }

# A directory that may be searched but not listed is a usual thing.
b40unlistable() {
	rc "$1"
	mkdir -p "$HOME/proj/deep"
	session -u "$1" <<-'SCRIPT'
		%run chmod 711 $HOME
		%run chmod 311 ~/proj
		cd ~/proj/deep
		%as inside
		creds
		%run chmod 755 ~/proj
	SCRIPT
	said inside "contoso $ROLE"
}

@test "bash 40: a directory that can't be listed is no obstacle" { b40unlistable bash; }
@test "zsh 40: a directory that can't be listed is no obstacle" { b40unlistable zsh; }
@test "fish 40: a directory that can't be listed is no obstacle" { b40unlistable fish; }

b40home() {
	local state=$XDG_STATE_HOME config=$XDG_CONFIG_HOME

	# bash and zsh find no rc file without HOME; it is taken away later.
	rc "$1"
	session "$1" <<-SCRIPT
		$2
		%as quiet
		true
		%as root
		cd /
		%as enter
		cd $HOME/proj
		%as next
		true
		%as inside
		creds
	SCRIPT
	export XDG_STATE_HOME=$state XDG_CONFIG_HOME=$config
	silent quiet root enter next
	said inside none
}

@test "bash 40: without HOME prompts and moves are silent and export nothing" { b40home bash 'unset HOME XDG_STATE_HOME XDG_CONFIG_HOME'; }
@test "zsh 40: without HOME prompts and moves are silent and export nothing" { b40home zsh 'unset HOME XDG_STATE_HOME XDG_CONFIG_HOME'; }
@test "fish 40: without HOME prompts and moves are silent and export nothing" { b40home fish 'set -e HOME XDG_STATE_HOME XDG_CONFIG_HOME'; }

# --- 41

# in_time SHELL BLOCK... <SCRIPT: with the program that users have these take no
# longer than a prompt may.  The best counts, as with within, and only where a
# block `holds` says that the role is in force.
in_time() {
	local path=$PATH build=$MAIRU_BUILD end=$((SECONDS + PATIENCE)) shell=$1

	impatient
	shift
	cat >"$T/timed"
	rc "$shell"
	until session "$shell" <"$T/timed" && quick "$@"; do
		if ((SECONDS >= end)); then
			echo "these take longer than $PROMPT_MS ms: $*" >&2
			shown
			return 1
		fi
	done
	PATH=$path MAIRU_BUILD=$build
}

quick() {
	local block

	[ ! -e "$OUT/holds" ] || [ "$(cat "$OUT/holds")" = "contoso $ROLE" ] || return
	for block; do
		[ "$(cat "$OUT/$block.ms")" -lt "$PROMPT_MS" ] || return
	done
}

b41stopped() {
	local pid

	start_broker
	pid=$(broker_pid)
	rc "$1"
	session "$1" <<-SCRIPT
		%run kill -STOP $pid
		%as enter
		cd ~/proj
		%as next
		true
		%as third
		true
		%as inside
		creds
		%run kill -CONT $pid
		%as healed
		true
		%as after
		creds
	SCRIPT
	one_message enter
	has enter "$pid"
	silent next third
	said inside none
	said healed "$ENTERED"
	said after "contoso $ROLE"
	in_time "$1" enter next holding <<-SCRIPT
		%run kill -STOP $pid
		%as enter
		cd ~/proj
		%time
		%as next
		true
		%time
		%run kill -CONT $pid
		true
		%as holds
		creds
		%run kill -STOP $pid
		%as holding
		true
		%time
		%run kill -CONT $pid
	SCRIPT
}

@test "bash 41: a stopped broker is named once, and prompts come back" { b41stopped bash; }
@test "zsh 41: a stopped broker is named once, and prompts come back" { b41stopped zsh; }
@test "fish 41: a stopped broker is named once, and prompts come back" { b41stopped fish; }

@test "41: export takes 200 ms at most with a stopped broker" {
	local pid

	start_broker
	pid=$(broker_pid)
	kill -STOP "$pid"
	cd "$HOME/proj"
	# Its timer, and what starting a process takes.
	within 250 mairu export bash
	run --separate-stderr at_prompt
	kill -CONT "$pid"
	assert_output none
	# shellcheck disable=SC2154
	assert_regex "$stderr" "$pid"
}

b41peer() {
	local shell=$1 mode

	shift
	for mode; do
		peer "$mode"
		rc "$shell"
		session "$shell" <<-'SCRIPT'
			%as enter
			cd ~/proj
			%as next
			true
			%as inside
			creds
			%as leave
			cd /
		SCRIPT
		one_message enter
		silent next leave
		said inside none
		in_time "$shell" enter next <<-'SCRIPT'
			%as enter
			cd ~/proj
			%time
			%as next
			true
			%time
		SCRIPT
		stop_peers
	done
}

@test "bash 41: a full queue or a mute peer is said once, and prompts come back" { b41peer bash full silent; }
@test "zsh 41: a full queue or a mute peer is said once, and prompts come back" { b41peer zsh full silent; }
@test "fish 41: a full queue or a mute peer is said once, and prompts come back" { b41peer fish full silent; }
@test "bash 41: a broker that hangs up or answers garbage is said once" { b41peer bash hangup garbage half huge flood; }
@test "zsh 41: a broker that hangs up or answers garbage is said once" { b41peer zsh hangup garbage half huge flood; }
@test "fish 41: a broker that hangs up or answers garbage is said once" { b41peer fish hangup garbage half huge flood; }
@test "bash 41: a broker of another version is named once" {
	b41peer bash version
	has enter 99.0
}

b41restart() {
	rc "$1"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >$T/old
		%run mairu kill-agent
		%as next
		true
		%as inside
		creds
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >$T/new
		%as answer
		curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" $AWS_CONTAINER_CREDENTIALS_FULL_URI; curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: wrong" $AWS_CONTAINER_CREDENTIALS_FULL_URI
	SCRIPT
	silent next
	said inside "contoso $ROLE"
	check test "$(cat "$T/old")" != "$(cat "$T/new")"
	check test "$(out answer | head -n 1)" != "$(out answer | tail -n 1)"
}

@test "bash 41: after the broker is gone the next prompt has a new one's token" { b41restart bash; }
@test "zsh 41: after the broker is gone the next prompt has a new one's token" { b41restart zsh; }
@test "fish 41: after the broker is gone the next prompt has a new one's token" { b41restart fish; }

# --- 42

# What a terminal gets, byte for byte: neither of these may make a difference
# for the worse, and where it is no terminal there is nothing but text.
b42() {
	local run='source $HOOK; eval "$($BIN export bash)"'

	case $1 in
	zsh) run='source $HOOK; eval "$($BIN export zsh)"' ;;
	fish) run='source $HOOK; $BIN export fish | source' ;;
	esac
	project "$HOME/other" "$(config 123456789012/Ops)"
	cd "$HOME/other" || return
	mairu hook "$1" >"$T/hook"
	export HOOK=$T/hook BIN=$MAIRU_BUILD/mairu
	"$1" -c "$run" >"$T/stdout" 2>"$T/stderr"
	check grep -q '^mairu: ~/other/.mairu.json is not trusted' "$T/stderr"
	check test "$(wc -l <"$T/stderr")" = 1
	check test ! -s "$T/stdout"
	TERM=dumb "$LIB/term" --raw -- "$1" -c "$run" >"$T/dumb"
	check grep -q 'is not trusted' "$T/dumb"
	NO_COLOR=1 "$LIB/term" --raw -- "$1" -c "$run" >"$T/plain"
	check grep -q 'is not trusted' "$T/plain"
	run grep -aclF $'\x1b' "$T/stderr" "$T/dumb" "$T/plain"
	assert_output ''
	# Closed: the message lands nowhere else, and the statement is the same.
	mairu export "$1" >"$T/open" 2>"$T/stderr"
	mairu export "$1" >"$T/closed" 2>&-
	cut -d "'" -f 1 "$T/open" | diff - <(cut -d "'" -f 1 "$T/closed")
}

@test "bash 42: without a terminal, with NO_COLOR or TERM=dumb there are no escapes" { b42 bash; }
@test "zsh 42: without a terminal, with NO_COLOR or TERM=dumb there are no escapes" { b42 zsh; }
@test "fish 42: without a terminal, with NO_COLOR or TERM=dumb there are no escapes" { b42 fish; }

b42closed() {
	rc "$1" "$(hook_line "$@")"
	session "$1" <<-SCRIPT
		%as enter
		cd ~/proj 2>&-; creds
		%as leave
		cd / 2>&-; creds
		%as status
		sh -c 'exit 5'
		%as five
		echo $([ "$1" = fish ] && echo '$status' || echo '$?')
	SCRIPT
	# fish keeps its own way to the terminal for what events print.
	check test "$(out enter | tail -n 1)" = "contoso $ROLE"
	check test "$(out leave | tail -n 1)" = none
	said five 5
}

@test "bash 42: with standard error closed the role still comes and goes" { b42closed bash --cd; }
@test "zsh 42: with standard error closed the role still comes and goes" { b42closed zsh; }
@test "fish 42: with standard error closed the role still comes and goes" { b42closed fish; }

# --- 43

# install DIR: both programs, as another installation.
install_in() {
	mkdir -p "$1"
	cp "$MAIRU_BUILD/mairu" "$MAIRU_BUILD/mairu-broker" "$1/"
}

b43removed() {
	install_in "$T/inst"
	"$T/inst/mairu" hook "$1" >"$T/hook"
	rc "$1" "source $T/hook"
	session "$1" <<-SCRIPT
		cd ~/proj
		%as inside
		creds
		%run rm \$T/inst/mairu
		%as removed
		true
		%as second
		true
		%as after
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN
		%as move
		cd /
		%as alive
		echo alive
		%run cp $MAIRU_BUILD/mairu \$T/inst/mairu
		true
		cd ~/proj
		%as back
		creds
	SCRIPT
	said inside "contoso $ROLE"
	one_message removed
	silent second move
	said after 'AWS_CONTAINER_CREDENTIALS_FULL_URI unset' \
		'AWS_CONTAINER_AUTHORIZATION_TOKEN unset'
	said alive alive
	said back "contoso $ROLE"
}

@test "bash 43: after the program is removed the shell has no role, says so once and stays usable" { b43removed bash; }
@test "zsh 43: after the program is removed the shell has no role, says so once and stays usable" { b43removed zsh; }
@test "fish 43: after the program is removed the shell has no role, says so once and stays usable" { b43removed fish; }

b43upgraded() {
	install_in "$T/inst"
	"$T/inst/mairu" hook "$1" >"$T/hook"
	rc "$1" "source $T/hook"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%run cp $T/inst/mairu $T/inst/new; mv -f $T/inst/new $T/inst/mairu; cp $T/inst/mairu-broker $T/inst/new; mv -f $T/inst/new $T/inst/mairu-broker
		%as upgraded
		true
		%as inside
		creds
		cd /
		%as outside
		creds
	SCRIPT
	silent upgraded
	said inside "contoso $ROLE"
	said outside none
}

@test "bash 43: an upgrade under a running shell is not noticed" { b43upgraded bash; }
@test "zsh 43: an upgrade under a running shell is not noticed" { b43upgraded zsh; }
@test "fish 43: an upgrade under a running shell is not noticed" { b43upgraded fish; }

b43path() {
	local dir

	for dir in 'with space' 'with $HOME' 'with "quotes"' "it's" 'back\slash' \
		'a`id`b' '!! %n *[?]~#' $'two\nlines' 'ünïcode' -dash; do
		install_in "$T/inst/$dir"
		"$T/inst/$dir/mairu" hook "$1" >"$T/hook"
		rc "$1" "source $T/hook"
		session "$1" <<-'SCRIPT'
			cd ~/proj
			%as inside
			creds
			cd /
			%as outside
			creds
		SCRIPT
		silent start
		said inside "contoso $ROLE"
		said outside none
	done
}

@test "bash 43: the program works from under a path with spaces, quotes and dollars" { b43path bash; }
@test "zsh 43: the program works from under a path with spaces, quotes and dollars" { b43path zsh; }
@test "fish 43: the program works from under a path with spaces, quotes and dollars" { b43path fish; }

# --- 44

# plain COMMAND...: its output is that of a shell without a hook.
plain() {
	run timeout 20 env -i PATH="$PATH" HOME="$HOME" T="$T" LANG=C.UTF-8 \
		XDG_CONFIG_HOME="$XDG_CONFIG_HOME" XDG_DATA_HOME="$XDG_DATA_HOME" \
		XDG_STATE_HOME="$XDG_STATE_HOME" \
		XDG_RUNTIME_DIR="$XDG_RUNTIME_DIR" "$@" </dev/null
	assert_output none
	assert_success
}

b44() {
	local script="cd ~/proj; true; $LIB/bin/creds"

	printf '%s\n' "$script" >"$T/script"
	rc "$1" "$(hook_line "$@")"
	case $1 in
	bash)
		plain bash -c "$script"
		plain bash "$T/script"
		plain bash -l -c "$script"
		plain BASH_ENV="$HOME/.bashrc" bash -c "$script"
		plain BASH_ENV="$HOME/.bashrc" bash "$T/script"
		plain BASH_ENV="$HOME/.bashrc" bash -c "bash -c '$script'"
		# What sshd starts for a command reads the rc file.
		plain SSH_CLIENT='192.0.2.1 4 22' SHLVL=0 bash -c "$script"
		plain SSH_CLIENT='192.0.2.1 4 22' SHLVL=0 BASH_ENV="$HOME/.bashrc" bash -c "$script"
		;;
	zsh)
		cp "$HOME/.zshrc" "$HOME/.zshenv"
		plain zsh -d -c "$script"
		plain zsh -d "$T/script"
		plain zsh -d -c "zsh -d -c '$script'"
		rm "$HOME/.zshenv"
		;;
	fish)
		plain fish -c "$script"
		plain fish "$T/script"
		plain fish -c "fish -c '$script'"
		;;
	esac
}

@test "bash 44: scripts, bash -c, ssh commands and BASH_ENV see and hear nothing" { b44 bash; }
@test "bash 44: with the cd option scripts, bash -c, ssh commands and BASH_ENV see and hear nothing" { b44 bash --cd; }
@test "zsh 44: scripts and zsh -c see and hear nothing, with the hook in .zshenv too" { b44 zsh; }
@test "fish 44: scripts and fish -c see and hear nothing" { b44 fish; }

@test "bash 44: an exported BASH_ENV with the hook in it makes no recursion" {
	rc bash "$(counted bash)"
	session -e BASH_ENV="$HOME/.bashrc" bash <<-'SCRIPT'
		%run : >$T/runs
		%as enter
		cd ~/proj
		%run test "$(wc -l <$T/runs)" = 1
		%as script
		bash -c 'creds'
		%run test "$(wc -l <$T/runs)" = 2
		%as inside
		creds
	SCRIPT
	said enter "$ENTERED"
	said script "contoso $ROLE"
	said inside "contoso $ROLE"
}
