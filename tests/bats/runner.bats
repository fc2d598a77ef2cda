# That tests run alike whoever starts them.

load lib/common

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
