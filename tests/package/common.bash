# What the parts of tests/package/run share: a directory of their own, copies
# of the tree, and lines that say what passed.

REPO=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
T=$(mktemp -d /tmp/mairu-pkg.XXXXXX) || exit 1
chmod 755 "$T"
trap 'end_broker; rm -rf "$T"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
unset MAKEFLAGS MAKELEVEL MFLAGS CI

# check NAME COMMAND...: it passed if the command did; what it said is shown
# otherwise.
check() {
	local name=$1

	shift
	if "$@" >"$T/said" 2>&1; then
		echo "ok - $name"
	else
		cat "$T/said"
		echo "not ok - $name"
	fi
}

# skip NAME WHY: neither passed nor failed.
skip() { echo "skipped - $1: $2"; }

# copy DIR [SORT-OPTION]: the tree as it would be committed, its files made in
# the order of their names, or another one.
copy() {
	mkdir -p "$1" && (
		cd "$REPO" &&
			git ls-files -z --cached --others --exclude-standard |
			sort -zu ${2:+"$2"} | tar -c --null -T - | tar -x -C "$1"
	)
}

# As the program says it; Debian's has a tilde, which sorts before the release.
version() { sed -n 's/^#define MAIRU_VERSION "\(.*\)"/\1/p' "$REPO/src/base/core/version.h"; }

# used MAIRU: what a user does first, in a HOME of its own.  The broker has to
# be that of the same tree, BROKER.
used() {
	local mairu=$1 broker=$2 pid

	export HOME=$T/home XDG_RUNTIME_DIR=$T/run
	unset XDG_CONFIG_HOME XDG_STATE_HOME MAIRU_AGENT_SOCK
	rm -rf "$HOME" "$XDG_RUNTIME_DIR"
	mkdir -p "$HOME/proj" && mkdir -m 700 "$XDG_RUNTIME_DIR" || return
	printf '{"server":"contoso","role":"123456789012/Dev"}\n' \
		>"$HOME/proj/.mairu.json"
	cd "$HOME/proj" && user=$mairu &&
		"$mairu" --version | grep -xF "mairu $(version)" &&
		"$mairu" hook bash | bash -n &&
		"$mairu" allow && "$mairu" export bash >"$T/statement" &&
		grep AWS_CONTAINER_CREDENTIALS_FULL_URI "$T/statement" &&
		"$mairu" status >"$T/status" && cat "$T/status" || return
	pid=$(sed -n 's/^broker *pid \([0-9]*\).*/\1/p' "$T/status")
	[ "$(readlink "/proc/$pid/exe")" = "$broker" ] || {
		echo "the broker is $(readlink "/proc/$pid/exe"), not $broker"
		return 1
	}
	"$mairu" kill-agent --keeper && ! has_socket "$XDG_RUNTIME_DIR"
}

# has_socket RUNTIME_DIR: a broker's socket is there.
has_socket() {
	compgen -G "$1/mairu/broker.*.sock" >/dev/null
}

user=
end_broker() {
	[ ! -x "$user" ] || ! has_socket "$T/run" ||
		"$user" kill-agent --keeper >/dev/null 2>&1
}
