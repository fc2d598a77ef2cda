# That tests run alike whoever starts them.

load lib/common

@test "whatever a runner ignores, blocks or speaks, tests have it as it should be" {
	cat >"$T/probe" <<-'END'
		#!/bin/sh
		grep -E '^Sig(Ign|Blk)' /proc/self/status
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
SigBlk:	0000000000000000
SigIgn:	0000000000000000
0022
LANG=C.UTF-8"
}
