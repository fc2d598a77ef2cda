# Help, versions, options and mistakes of every command.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

commands() {
	mairu --help | sed -n '/^options:/q; s/^  \([a-z-]*\) .*/\1/p'
}

# agree PART: what the program, its source and its manual say of themselves is
# the same (see lib/agree).
agree() {
	"$LIB/agree" "$1" || fail "$1: these do not agree"
}

@test "mairu --help lists every command with its purpose" {
	local name

	run --separate-stderr mairu --help
	assert_success
	assert_line --index 0 --partial 'usage: mairu '
	assert_equal "$stderr" ''
	for name in hook export allow deny status show login logout \
		list-sessions refresh list-roles exec credential-process whoami setup-sso list-servers remove-server \
		setup-profile config agent kill-agent completion candidates prompt help; do
		assert_line --regexp "^  $name +[a-z].{10,}"
	done
	run mairu -h
	assert_line --index 0 --partial 'usage: mairu '
}

@test "every command has help: usage, purpose in one line, options, an example" {
	local name

	for name in $(commands); do
		run --separate-stderr mairu "$name" --help
		assert_success
		assert_equal "$stderr" ''
		assert_line --index 0 --regexp "^usage: mairu $name( |\$)"
		assert_line --index 1 --regexp '^[a-z].{10,76}$'
		assert_line 'options:'
		assert_line --regexp '^  -h, --help +show this help$'
		assert_line 'example:'
		assert_line --regexp "^  .*mairu $name"
		# It fits a terminal.
		refute_line --regexp '^.{81,}$'
	done
	[ "$(commands | wc -l)" -ge 10 ]
}

@test "help COMMAND, COMMAND -h and COMMAND --help print the same" {
	local name

	for name in $(commands); do
		diff <(mairu "$name" --help) <(mairu help "$name")
		diff <(mairu "$name" --help) <(mairu "$name" -h)
		# Also after other arguments, and without doing anything.
		diff <(mairu "$name" --help) <(mairu "$name" bash --help)
	done
}

@test "the page on the socket has the messages and fields of the table" { agree protocol; }
@test "the dispatcher, the overview and --help agree" { agree help; }
@test "the manual has exactly the commands, arguments and options of --help" { agree man; }
@test "the completion offers exactly the commands and options of --help" {
	a_silent_server contoso
	agree completion
}
@test "the variables and exit statuses of the manual are those of the source" {
	agree environment
	agree exits
}
@test "every example in --help, the manual and README is one that the parser takes" {
	agree examples
}

@test "help alone is the overview, help of nothing known is wrong usage" {
	diff <(mairu help) <(mairu --help)
	run --separate-stderr -2 mairu help alow
	assert_output ''
	assert_regex "$stderr" '^mairu: .*Did you mean: .*allow'
}

@test "--version prints the version, and which Mairu it is compatible with" {
	run --separate-stderr mairu --version
	assert_success
	assert_line --index 0 --regexp '^mairu [0-9]+\.[0-9]+\.[0-9]+(-dev)?$'
	assert_line --index 1 \
		'compatible with Mairu 0.12, the Rust program: its files and commands'
	assert_equal "${#lines[@]}" 2
	assert_equal "$(mairu -V)" "$output"
	assert_equal "$(mairu-broker --version)" "mairu-broker ${lines[0]#mairu }"
	assert_equal "$(mairu-keeper --version)" "mairu-keeper ${lines[0]#mairu }"
}

@test "without a command the overview is shown and the status is 2" {
	run -2 mairu
	assert_line --partial 'usage: mairu '
}

@test "an unknown command suggests the nearest and exits 2" {
	run --separate-stderr -2 mairu alow
	assert_output ''
	assert_regex "$stderr" '^mairu: unknown command: alow\. Did you mean: mairu allow$'
	run --separate-stderr -2 mairu stauts
	assert_regex "$stderr" 'mairu status$'
	run --separate-stderr -2 mairu kill
	assert_regex "$stderr" 'mairu kill-agent$'
	run --separate-stderr -2 mairu lgoin
	assert_regex "$stderr" 'mairu login$'
	for word in xyzzy foo ls to; do
		run --separate-stderr -2 mairu "$word"
		assert_regex "$stderr" "unknown command: $word\\. Run: mairu help\$"
	done
	refute [ "$(wc -l <<<"$stderr")" != 1 ]
}

@test "an unknown command is shown without its escapes, and cut" {
	run --separate-stderr -2 mairu $'\e]0;x\a'"$(printf 'y%.0s' {1..5000})"
	[[ $stderr != *$'\e'* && $stderr != *$'\a'* ]]
	[ "${#stderr}" -lt 300 ]
}

@test "an unknown option, a missing value and a needless one are wrong usage" {
	run --separate-stderr -2 mairu allow --nope
	assert_regex "$stderr" '^mairu: allow: .*--nope.*Run: mairu allow --help$'
	run --separate-stderr -2 mairu allow --digest
	assert_regex "$stderr" '^mairu: allow: .*--digest.*Run: mairu allow --help$'
	run --separate-stderr -2 mairu status --json=yes
	assert_regex "$stderr" '^mairu: status: .*--json'
	run --separate-stderr -2 mairu show -x
	assert_regex "$stderr" '^mairu: show: .*-x'
	run --separate-stderr -2 mairu show --fail-when-missing-autos
	assert_regex "$stderr" '^mairu: show: '
}

@test "too few and too many arguments are wrong usage" {
	run --separate-stderr -2 mairu hook
	assert_regex "$stderr" '^mairu: hook: .*SHELL.*Run: mairu hook --help$'
	run --separate-stderr -2 mairu hook bash zsh
	assert_regex "$stderr" '^mairu: hook: .*zsh'
	run --separate-stderr -2 mairu export
	run --separate-stderr -2 mairu allow a b
	run --separate-stderr -2 mairu status here
	run --separate-stderr -2 mairu kill-agent now
	run --separate-stderr -2 mairu config
}

@test "options may come before and after arguments, with = or a space, and -- ends them" {
	local digest

	project "$HOME/proj"
	project "$HOME/-dash"
	mkdir "$HOME/--"
	digest=$(cd "$HOME/proj" && mairu status --json | sed -n 's/.*"digest": "\(.*\)".*/\1/p')
	[ -n "$digest" ]
	run mairu allow --digest "$digest" proj
	assert_success
	run mairu allow proj --digest "$digest"
	assert_success
	run mairu allow "--digest=$digest" proj
	assert_success
	run mairu allow proj "--digest=$digest"
	assert_success
	run mairu allow -- -dash
	assert_success
	assert_output --partial '/-dash/.mairu.json is allowed'
	run -2 mairu allow -dash
	run mairu allow --digest "$digest" -- proj
	assert_success
	# After -- there are no options, not even --.
	run -1 mairu allow -- --
	assert_output --partial mairu
	diff <(mairu hook bash --cd) <(mairu hook --cd bash)
}

@test "letters may stand together" {
	run -1 mairu show -fq
	assert_output ''
	run -1 mairu show -qf
	assert_output ''
}

@test "a closed or full standard output is an error" {
	run --separate-stderr bash -c 'mairu hook bash >/dev/full'
	assert_failure 1
	assert_regex "$stderr" '^mairu: '
	run --separate-stderr bash -c 'mairu --help >/dev/full'
	assert_failure 1
	run --separate-stderr bash -c 'mairu --help >&-'
	assert_failure 1
	assert_regex "$stderr" '^mairu: '
}

@test "an option where a command should be is called one" {
	run --separate-stderr -2 mairu -v
	assert_equal "$stderr" 'mairu: unknown option: -v. Did you mean: mairu --version'
	run --separate-stderr -2 mairu --verison
	assert_equal "$stderr" 'mairu: unknown option: --verison. Did you mean: mairu --version'
	run --separate-stderr -2 mairu --json status
	assert_equal "$stderr" 'mairu: unknown option: --json. Run: mairu help'
	run --separate-stderr -2 mairu -V extra
	assert_equal "$stderr" 'mairu: unexpected argument: extra. Run: mairu help'
}

@test "an empty name is shown, and a cut one ends in three dots" {
	run --separate-stderr -2 mairu ''
	assert_equal "$stderr" "mairu: unknown command: ''. Run: mairu help"
	run --separate-stderr -2 mairu status ''
	assert_equal "$stderr" "mairu: status: unexpected argument: ''. Run: mairu status --help"
	run --separate-stderr -2 mairu "$(printf 'y%.0s' {1..100})"
	assert_regex "$stderr" 'y\.\.\. Run: mairu help$'
	run --separate-stderr -2 mairu status "$(printf 'y%.0s' {1..100})"
	assert_regex "$stderr" 'y\.\.\. Run: mairu status --help$'
}
