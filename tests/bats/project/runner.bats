# That tests run alike whoever starts them.

load ../lib/common

@test "whatever a runner ignores, blocks or speaks, tests have it as it should be" {
	cat >"$T/probe" <<-'END'
		#!/bin/sh
		# 32 and 33 are the C library's own: no program reaches them by it.
		while read -r name mask; do
			case $name in
			SigIgn: | SigBlk:)
				printf '%s %x\n' "$name" $((0x$mask & ~0x180000000)) ;;
			esac
		done </proc/self/status
		umask
		env | grep -E '^(LC_|LANG|PLAIN)'
	END
	chmod +x "$T/probe"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run env --block-signal=USR1,CHLD bash -c '
		exec 2>/dev/null
		trap "" INT QUIT PIPE TERM HUP TSTP
		umask 077
		export LC_ALL=de_DE.UTF-8 LC_TIME=C LANGUAGE=fr LANG=ja_JP.eucJP
		"$1/tests/unit/run" 1 "$2"' bash "$REPO" "$T/probe"
	assert_success
	assert_output "# $T/probe
SigBlk: 0
SigIgn: 0
0022
LANG=C.UTF-8"
}

# a_test_file NAME <TEXT: in which a line "test ..." is what begins one.
a_test_file() {
	sed 's/^test/@test/' >"$T/$1.bats"
}

@test "soak tells which test failed how often, and ends what it has started" {
	# As without bats around it.
	local -a soak=(env -i PATH="$PATH" "BATS_LIB_PATH=$BATS_LIB_PATH"
		"$REPO/tests/soak" --build "$T/build")

	mkdir -p "$T/build/patient"
	printf '#!/bin/sh\n' >"$T/build/patient/mairu"
	chmod +x "$T/build/patient/mairu"
	cp "$T/build/patient/mairu" "$T/build/patient/mairu-broker"
	cd "$T"
	a_test_file some <<-END
		test "holds" { true; }
		test "ignores nothing" { ! trap -p INT | grep "''"; }
		test "fails the second time" { mkdir "$T/first"; }
	END
	run -1 "${soak[@]}" --runs 2 some.bats
	assert_line --regexp '^ok - run 1: 3 passed, 0 failed \([0-9]* s\)$'
	assert_line --regexp '^not ok - run 2, beside 2 busy loops, with SIGINT ignored: 2 passed, 1 failed \([0-9]* s\)$'
	assert_line 'failed 1 of 2 (in 2): fails the second time'
	assert_line --index -1 '1 passed, 1 failed'
	grep -q '^not ok 3' build/soak/*-2.log
	run -0 "${soak[@]}" --runs 1 --filter '^(holds|ignores)' some.bats
	assert_line --regexp '^ok - run 1: 2 passed'
	# Cut off: what a test would have ended goes too.
	a_test_file stays <<-END
		load $LIB/common
		test "stays" {
			echo "\$T" >$T/world
			setsid tail -f /dev/null 3>&- &
			echo "\$!" >$T/left
			wait
		}
	END
	"${soak[@]}" --busy stays.bats >soaked 2>&1 3>&- &
	wait_until test -s left
	kill -TERM $!
	wait $! || status=$?
	assert_equal "$status" 143
	wait_until test ! -e "/proc/$(cat left)"
	[ ! -e "$(cat world)" ]
}
