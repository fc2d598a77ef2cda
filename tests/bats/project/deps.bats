# scripts/deps, with managers of packages that only write down what they were
# asked for.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2016 # what stands in for a program expands its words

load ../lib/common

prepare() {
	local tool

	ASKED=$T/asked
	HAS=$T/has
	BIN=$T/managers
	mkdir "$BIN"
	touch "$ASKED" "$HAS"
	for tool in sh cat tr sed sort grep env tee chmod rm dirname; do
		ln -s "$(command -v "$tool")" "$BIN/$tool"
	done
	fake id 'echo 0'
}

# fake NAME BODY: a program that runs BODY; $HAS lists what is installed, and
# `has NAME` asks for it.
fake() {
	printf '#!%s\nhas() { grep -qxF -- "$1" %s; }\nasked() { echo "$*" >>%s; }\n%s\n' \
		"$(command -v sh)" "$HAS" "$ASKED" "$2" >"$BIN/$1"
	chmod +x "$BIN/$1"
}

# manager NAME: one that is there, as it asks and answers.
manager() {
	case $1 in
	apt)
		fake dpkg-query 'has "$4" && echo installed'
		fake apt-get 'asked "apt-get $*"'
		;;
	dnf)
		fake rpm 'has "$4"'
		fake dnf 'asked "dnf $*"'
		;;
	pacman) fake pacman '[ "$1" != -T ] || { has "$2"; exit; }; asked "pacman $*"' ;;
	apk) fake apk '[ "$1" != info ] || { has "$3"; exit; }; asked "apk $*"' ;;
	brew) fake brew '[ "$1" != list ] || { has "$3"; exit; }; asked "brew $*"' ;;
	esac
}

deps() { run --separate-stderr env PATH="$BIN" "$BIN/sh" "$REPO/scripts/deps" "$@"; }

# by_hand NAME...: exactly these are to be installed by hand.
by_hand() {
	assert_equal "$(sed -n 's/^deps:   \([^ ]*\) .*/\1/p' <<<"$stderr" | xargs)" "$*"
	[[ $stderr = *'installed by hand'* ]]
	assert_failure 1
}

@test "deps asks each manager for the packages of the build by its own names" {
	manager apt
	deps build
	assert_success
	assert_equal "$(<"$ASKED")" "apt-get -q -y install --no-install-recommends gcc libbearssl-dev libc6-dev libcurl4-openssl-dev libexpat1-dev libjsmn-dev libmicrohttpd-dev libseccomp-dev libsodium-dev make musl-tools"

	rm "$BIN/apt-get" "$BIN/dpkg-query"
	: >"$ASKED"
	manager dnf
	deps build
	by_hand libbearssl-dev
	assert_equal "$(<"$ASKED")" "dnf -y --setopt=install_weak_deps=False install expat-devel gcc glibc-devel jsmn-devel libcurl-devel libmicrohttpd-devel libseccomp-devel libsodium-devel make"

	rm "$BIN/dnf"
	: >"$ASKED"
	manager pacman
	deps build
	by_hand libjsmn-dev
	assert_equal "$(<"$ASKED")" "pacman -S --needed --noconfirm bearssl curl expat gcc glibc libmicrohttpd libseccomp libsodium make"

	rm "$BIN/pacman"
	: >"$ASKED"
	manager apk
	deps build
	by_hand libjsmn-dev
	assert_equal "$(<"$ASKED")" "apk add --no-cache bearssl-dev curl-dev expat-dev gcc libmicrohttpd-dev libseccomp-dev libsodium-dev libsodium-static make musl-dev"

	rm "$BIN/apk"
	: >"$ASKED"
	manager brew
	fake id 'echo 1000'
	fake sudo 'asked "sudo $*"'
	deps build
	by_hand libbearssl-dev
	assert_equal "$(<"$ASKED")" "brew install curl expat gcc jsmn libmicrohttpd libseccomp libsodium make"

	rm "$BIN/brew"
	deps build
	assert_failure 1
	[[ $stderr = *'neither apt nor dnf'*libbearssl-dev* ]]
}

@test "deps installs nothing, and needs no rights, when nothing is missing" {
	local m

	fake id 'asked id; echo 1000'
	fake cc cat
	for m in apt dnf pacman apk brew; do
		manager "$m"
		# All that it has names for, by the list of what is missing.
		deps --list build
		sed -n 's/^\([^( ][^ ]*\) .*/\1/p' <<<"$output" | tr ',' '\n' >"$HAS"
		deps build
		assert_success
		assert_equal "$output$stderr" ''
		[ ! -s "$ASKED" ]
		# One of them is.
		sed -i 's/^make$/other/' "$HAS"
		fake id 'echo 0'
		if [ "$m" = brew ]; then fake id 'echo 1000'; fi
		deps build
		assert_success
		[[ $(<"$ASKED") = *' make' ]]
		assert_equal "$(wc -l <"$ASKED")" 1
		fake id 'asked id; echo 1000'
		: >"$ASKED"
		rm -f "$BIN"/{apt-get,dpkg-query,dnf,rpm,pacman,apk,brew}
	done
}

@test "deps leaves commands alone that are there without a package" {
	manager pacman
	fake gcc :
	fake make :
	fake cc cat
	deps build
	assert_success
	assert_equal "$(<"$ASKED")" "pacman -S --needed --noconfirm bearssl curl expat glibc libmicrohttpd libseccomp libsodium"
}

@test "deps takes sudo where it is no root, and says what to run without it" {
	manager apk
	fake cc cat
	fake id 'echo 1000'
	fake sudo 'asked "sudo $*"'
	deps build
	assert_success
	[[ $(<"$ASKED") = 'sudo apk add --no-cache bearssl-dev '* ]]
	: >"$ASKED"
	rm "$BIN/sudo"
	deps build
	assert_failure 1
	[[ $stderr = *'this needs root. As root, run: apk add bearssl-dev '* ]]
	manager apt
	deps build
	assert_failure 1
	[[ $stderr = *'As root, run: apt-get install gcc '* ]]
	rm "$BIN"/{apk,apt-get,dpkg-query}
	manager brew
	fake id 'echo 0'
	deps build
	assert_failure 1
	[[ $stderr = *'brew does not run as root. Run: brew install '* ]]
	[ ! -s "$ASKED" ]
}

@test "deps fetches lists of packages anew when apt fails, and fails when a manager does" {
	manager apt
	fake apt-get 'asked "$*"; case $* in *update) : >'"$T"'/fresh ;; *) [ -e '"$T"'/fresh ] ;; esac'
	deps build
	assert_success
	assert_equal "$(cut -d ' ' -f 3 "$ASKED" | xargs)" 'install update install'
	rm "$BIN"/{apt-get,dpkg-query}
	manager dnf
	fake dnf 'exit 1'
	deps build
	assert_failure 1
	[[ $stderr = *'dnf could not install: '*expat-devel* ]]
}

@test "deps knows a name, or that there is none, for each package with each manager" {
	local m

	for m in dnf pacman apk brew; do
		manager "$m"
		deps --list build test demo real package bench
		assert_success
		refute_line --regexp '^ '
		# A table in which nothing is known would list nothing either.
		[ "${#lines[@]}" -ge 35 ]
		rm -f "$BIN"/{dnf,rpm,pacman,apk,brew}
	done
	comm -23 <(deps --list build test demo real package bench &&
		cut -d ' ' -f 1 <<<"$output" | sort -u) \
		<(sed -n '/^names()/,/^}/s/^\t\([a-z][^ ]*\) .*/\1/p' "$REPO/scripts/deps" |
			sort -u) >"$T/unnamed"
	assert_equal "$(<"$T/unnamed")" ''
}
