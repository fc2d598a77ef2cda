# mairu hook: what a start-up file evaluates.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

@test "hook prints little, which the shell can parse" {
	local shell

	for shell in bash zsh fish; do
		mairu hook "$shell" >"$T/hook"
		"$shell" -n "$T/hook"
		[ "$(wc -l <"$T/hook")" -lt 80 ]
		grep -q __mairu "$T/hook"
	done
	mairu hook bash --cd >"$T/hook"
	bash -n "$T/hook"
	grep -q pushd "$T/hook"
}

@test "hook bash keeps to what bash 3.2 knows" {
	{ mairu hook bash --cd && mairu completion bash; } >"$T/hook"
	# Arrays that map, lower-casing, namerefs, |&, ;& and $EPOCH... came later.
	run grep -nE 'declare -[Ag]|local -n|\$\{[a-zA-Z_]+(\^|,,)|\|&|;;?&|EPOCH|mapfile|readarray|\[-1\]|&>>|printf -v [a-z]*\[|@Q' "$T/hook"
	assert_output ''
}

@test "hook names the program by its absolute path" {
	local shell

	for shell in bash zsh fish; do
		run mairu hook "$shell"
		assert_output --partial "$MAIRU_BUILD/mairu"
		(cd "$MAIRU_BUILD" && ./mairu hook "$shell") >"$T/relative"
		diff "$T/relative" <(mairu hook "$shell")
	done
}

@test "hook names a stable link on PATH rather than the file behind it" {
	ln -s "$MAIRU_BUILD/mairu" "$T/bin/mairu"
	PATH=$T/bin:$PATH run mairu hook bash
	assert_output --partial "$T/bin/mairu"
}

@test "hook refuses another shell, and --cd for one that needs it not" {
	run --separate-stderr -2 mairu hook tcsh
	assert_output ''
	assert_regex "$stderr" '^mairu: .*bash, zsh and fish$'
	run --separate-stderr -2 mairu hook zsh --cd
	assert_output ''
	assert_regex "$stderr" '^mairu: .*bash'
}
