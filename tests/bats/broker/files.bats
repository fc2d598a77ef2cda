# Files of the user's that lie on a file system which hangs: what the broker
# needs of them, and that nothing else waits for it.  What hangs is a child of
# the broker's that is stopped, which is what one on a dead mount looks like.

# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2154 # status_line and took are set by ask
# shellcheck disable=SC2153 # URL and TOKEN are set by enter

load ../lib/common
load ../lib/ask

prepare() {
	start_project
	HUNG=()
}

# children: the broker's that look at files, the configuration's first.
children() {
	pgrep -P "$(broker_pid)" -x mairu-files | sort -n
}

# hang: from now on neither the configuration nor the state answers.
hang() {
	mapfile -t HUNG < <(children)
	assert_equal "${#HUNG[@]}" 2
	kill -STOP "${HUNG[@]}"
}

# sdk_within MS: an SDK gets credentials in less than that, of which curl alone
# knows how long it was; the best counts, as with within.
sdk_within() {
	local limit=$(($1 * SLOW)) best=999999 end=$((SECONDS + PATIENCE))

	while ((best >= limit)); do
		if ((SECONDS >= end)); then
			echo "$best ms, not below $limit ms" >&2
			return 1
		fi
		ask
		assert_equal "$status_line" 200
		took=$((10#${took/./} / 1000))
		best=$((took < best ? took : best))
	done
}

# served MS: an SDK and a prompt get what they need in less than that.
served() {
	sdk_within "$1"
	within $(($1 * 2)) enter "$HOME/proj"
}

@test "SDKs and prompts are served while the user's files hang" {
	log_in contoso
	enter "$HOME/proj"
	wait_until gives ASIAFAKE
	hang
	# The first that wants a look at them pays for it, and others do not.
	served 200
	wait_until was_lost
	served 200
	run --separate-stderr mairu status
	assert_output --partial 'does not answer'
}

# was_lost: the children that hung have been given up.
was_lost() {
	mairu status --json 2>/dev/null | grep -q 'does not answer (a dead mount?)'
}

@test "a server that is known is logged in to while the user's files hang" {
	log_in contoso
	hang
	mairu logout contoso
	log_in contoso
}

# another ID: a server of that id, as contoso otherwise.
another() {
	local dir=$XDG_CONFIG_HOME/mairu/servers.d

	sed "s/\"id\":\"contoso\"/\"id\":\"$1\"/" "$dir/contoso.json" >"$T/$1.json"
	chmod 600 "$T/$1.json"
	mv "$T/$1.json" "$dir"
}

@test "a login of a server that is not known waits while its file is slow" {
	log_in contoso
	hang
	another other
	: >"$T/login"
	mairu login --no-browser other >"$T/login" 2>&1 3>&- &
	login=$!
	has_connected() {
		readlink "/proc/$login/fd/"* | grep -q '^socket:'
	}
	wait_until has_connected
	kill -CONT "${HUNG[@]}"
	wait_until grep -q /auth/ "$T/login"
	follow "$(login_url)" >"$T/page"
	wait "$login"
}

@test "a login of a server that is not known says that the files hang" {
	log_in contoso
	hang
	another other
	run mairu login --no-browser other
	assert_failure 1
	assert_output --partial 'config/mairu does not answer'
	# And it is found once another child has looked.
	found() {
		mairu list-roles --server other 2>&1 | grep -q 'Run: mairu login other'
	}
	wait_until found
}

@test "the log tells how many lines were lost while it hung" {
	export MAIRU_AGENT_LOG=debug
	log_in contoso
	hang
	enter "$HOME/proj"
	told() {
		mairu status >/dev/null
		grep -q 'lines were lost' "$XDG_STATE_HOME"/mairu/log/mairu-broker.log
	}
	wait_until told
}

@test "config set says that broker.json can't be read now" {
	log_in contoso
	hang
	run mairu config set use_fips true
	assert_failure
	assert_output --partial 'config/mairu does not answer'
	settled() {
		mairu status --json >"$T/status"
		grep -q '"problems": \[\]' "$T/status"
	}
	wait_until settled
	run mairu status
	assert_output --partial 'use_fips true'
}
