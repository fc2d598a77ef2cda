# TAB in real shells: what mairu completion gives them.

# shellcheck disable=SC2016 # text for other shells stands in single quotes

load ../lib/common

BASH_COMPLETION=/usr/share/bash-completion/bash_completion

prepare() {
	a_silent_server contoso
	a_silent_server fabrikam:eu
	# Says how it was called, but for what completions ask.
	cat >"$T/bin/mairu" <<-SH
		#!/bin/sh
		case \$1 in candidates | completion) exec "$MAIRU_BUILD/mairu" "\$@" ;; esac
		printf '<%s>' mairu "\$@"
		echo
	SH
	# Another one, whose completion is its shell's own.
	cat >"$T/bin/gizmo" <<-'SH'
		#!/bin/sh
		printf '<%s>' gizmo "$@"
		echo
	SH
	chmod +x "$T/bin/mairu" "$T/bin/gizmo"
	: >"$HOME/a-file"
}

# The lines that load the completion, as a user has them in the rc file.
completion_line() {
	case $1 in
	bash) echo 'eval "$(mairu completion bash)"' ;;
	zsh) printf '%s\n' 'autoload -Uz compinit; compinit -D -u' \
		'source <(mairu completion zsh)' ;;
	fish) echo 'mairu completion fish | source' ;;
	esac
}

# gizmo_line SHELL: a completion that the shell has for gizmo.
gizmo_line() {
	case $1 in
	bash) echo '_gizmo() { COMPREPLY=($(compgen -W "spin --speed" -- "$2")) || :; }; complete -F _gizmo gizmo' ;;
	zsh) echo '_gizmo() { compadd -- spin --speed; }; compdef _gizmo gizmo' ;;
	fish) echo 'complete -c gizmo -f -a spin; complete -c gizmo -l speed' ;;
	esac
}

# line NAME TEXT: types it (\t: TAB) and Enter, as the block NAME.
line() {
	printf '%%as %s\n%%send %s\n%%key enter\n%%prompt\n' "$1" "$2"
}

# ran BLOCK WORD...: the line that was typed there became this command.
ran() {
	local block=$1

	shift
	has "$block" "$(printf '<%s>' "$@")"
}

role() {
	printf '["ROLE", "%s"], ["ACCOUNT", "%s"], ["ACCOUNT_NAME", "%s"], ["DESCRIPTION", ""],' \
		"$1" "${3:-}" "${2:-}"
}

# knows FIELDS: the roles that the stand-in for the broker knows.
knows() {
	answers "{\"ROLES_KNOWN\": [$1 [\"CURSOR\", 3], [\"MORE\", 0], [\"DONE\", 0], [\"TOTAL\", 0]]}"
}

completes() {
	standin
	knows "$(role 123456789012/Dev prod 123456789012)$(role 123456789012/Ops prod 123456789012)$(role 210987654321/Dev test 210987654321)"
	rc "$1" "$(completion_line "$1")" "$(gizmo_line "$1")" "${@:2}"
	{
		line command 'mairu list-ses\t'
		line option 'mairu list-sessions --u\t--j\t'
		line value 'mairu exec --mode st\tauto true'
		line glued 'mairu exec --mode=st\tauto true'
		line server 'mairu login con\t'
		line colon 'mairu login fab\t'
		line colon-more 'mairu login fabrikam:e\t'
		line server-option 'mairu exec --server=con\tx true'
		line server-colon 'mairu exec --server=fabrikam:\tx true'
		line role 'mairu exec --server contoso 2\ttrue'
		line role-slash 'mairu exec --server contoso 123456789012/O\ttrue'
		line role-of 'mairu credential-process contoso 123456789012/D\t'
		line repeats 'mairu exec --assume-role a --assume-role-d\t5 x true'
		line path 'mairu allow a-f\t'
		line other 'mairu exec auto giz\tsp\t'
		line dashes 'mairu exec auto -- giz\t--sp\t'
		line pieces 'mairu exec --mode=ecs --server=x:y auto giz\tsp\t'
		line other-file 'mairu exec auto cat a-f\t'
		line config 'mairu config unset endpoints.sts\t'
		line help 'mairu help kill\t'
	} >"$T/script"
	session "$1" <"$T/script"
	ran command mairu list-sessions
	ran option mairu list-sessions --utc --json
	ran value mairu exec --mode static auto true
	ran glued mairu exec --mode=static auto true
	ran server mairu login contoso
	ran colon mairu login fabrikam:eu
	ran colon-more mairu login fabrikam:eu
	ran server-option mairu exec --server=contoso x true
	ran server-colon mairu exec --server=fabrikam:eu x true
	ran role mairu exec --server contoso 210987654321/Dev true
	ran role-slash mairu exec --server contoso 123456789012/Ops true
	ran role-of mairu credential-process contoso 123456789012/Dev
	ran repeats mairu exec --assume-role a --assume-role-duration-seconds 5 x true
	ran path mairu allow a-file
	ran other mairu exec auto gizmo spin
	ran dashes mairu exec auto -- gizmo --speed
	ran pieces mairu exec --mode=ecs --server=x:y auto gizmo spin
	ran other-file mairu exec auto cat a-file
	ran config mairu config unset endpoints.sts
	ran help mairu help kill-agent
}

@test "bash completes commands, options, values, roles, and other commands after exec" { completes bash; }
@test "bash does with bash-completion, too" {
	completes bash "source $BASH_COMPLETION"
}
@test "zsh completes commands, options, values, roles, and other commands after exec" { completes zsh; }
@test "fish completes commands, options, values, roles, and other commands after exec" { completes fish; }

# --- names from a server that means harm

# shellcheck disable=SC1003 # a backslash at the end of a name
TYPED=('$(touch "$T/ran")' '`touch $T/ran`' "a'b" 'c"d' 'e\f' 'e\:f' 'e\' 'g h' 'i;touch' 'j&k' 'l*' 'm!1' 'n~' '~root'
	'#hash' '{p,q}' 'r|s' 't>u' '=ls' '%1' '^v' 'w[x]' 'y?' 'z$HOME' 'ü/é' 'k:l=m@n' '(o)' '<p>' 'q,r+s' '  t')

# each_alone NAME...: answers.0, answers.1... in which the stand-in knows no
# other role.
each_alone() {
	python3 - "$T" "$@" <<-'PY'
		import json, sys
		for i, name in enumerate(sys.argv[2:]):
		    with open(f"{sys.argv[1]}/answers.{i}", "w") as f:
		        json.dump({"ROLES_KNOWN": [
		            ["ROLE", name], ["ACCOUNT", "1"],
		            ["ACCOUNT_NAME", 'a\x1b[31mb:c\n$(touch "$T/ran")'],
		            ["DESCRIPTION", ""], ["CURSOR", 3], ["MORE", 0],
		            ["DONE", 0], ["TOTAL", 0]]}, f)
	PY
}

# tabs I...: has the shell complete the name of each.
tabs() {
	local i

	for i; do
		echo "%run cp \$T/answers.$i \$T/answers.json"
		line "role-$i" 'mairu exec --server contoso \ttrue'
	done
}

# is_typed SHELL I: that name came to be the command's word.
is_typed() {
	# It takes the tilde for a path's, whatever is done.
	if [ "$1" = fish ] && [ "${TYPED[$2]}" = '~root' ]; then
		ran "role-$2" mairu exec --server contoso true
	else
		ran "role-$2" mairu exec --server contoso "${TYPED[$2]}" true
	fi
}

hostile() {
	local i
	local -a again=()

	standin
	rc "$1" "$(completion_line "$1")" "${@:2}"
	each_alone "${TYPED[@]}" "it's a \$b" 'a b$c'
	{
		tabs "${!TYPED[@]}"
		echo "%run cp \$T/answers.${#TYPED[@]} \$T/answers.json"
		line double 'mairu exec --server contoso "it\t true'
		line within "mairu exec --server contoso it\\\\'s\\\\ \\t true"
		echo "%run cp \$T/answers.$((${#TYPED[@]} + 1)) \$T/answers.json"
		line single "mairu exec --server contoso 'a\\t true"
	} >"$T/script"
	session "$1" <"$T/script"
	# A busy machine may give no role in time: then one presses TAB again.
	for i in "${!TYPED[@]}"; do
		is_typed "$1" "$i" >/dev/null 2>&1 || again+=("$i")
	done
	if [ ${#again[@]} -gt 0 ]; then
		tabs "${again[@]}" >"$T/script"
		session "$1" <"$T/script"
	fi
	for i in "${!TYPED[@]}"; do
		is_typed "$1" "$i"
	done
	ran double mairu exec --server contoso "it's a \$b" true
	ran within mairu exec --server contoso "it's a \$b" true
	ran single mairu exec --server contoso 'a b$c' true
	[ ! -e "$T/ran" ]
}

@test "bash puts a role's name on the line so that it is read as nothing else" { hostile bash; }
@test "zsh puts a role's name on the line so that it is read as nothing else" {
	hostile zsh 'setopt extended_glob interactive_comments'
}
@test "fish puts a role's name on the line so that it is read as nothing else" { hostile fish; }

# --- where packages put it, and where it finds itself

installed() {
	local to

	case $1 in
	bash)
		to=$XDG_DATA_HOME/bash-completion/completions/mairu
		rc bash "source $BASH_COMPLETION"
		;;
	zsh)
		to=$T/site-functions/_mairu
		rc zsh "fpath=($T/site-functions \$fpath)" 'autoload -Uz compinit; compinit -D -u'
		;;
	fish)
		to=$XDG_DATA_HOME/fish/vendor_completions.d/mairu.fish
		rc fish "$(completion_line fish)"
		;;
	esac
	mkdir -p "${to%/*}"
	cp "$REPO/hooks/$1/completion.$1" "$to"
	{
		line first 'mairu list-ses\t'
		line second 'mairu list-ses\t--u\t'
	} >"$T/script"
	session "$1" <"$T/script"
	ran first mairu list-sessions
	ran second mairu list-sessions --utc
	diff "$to" <(mairu completion "$1")
}

@test "bash-completion loads it by its name" { installed bash; }
@test "zsh loads it from fpath" { installed zsh; }
@test "fish loads it from where vendors put it, also beside the rc line" { installed fish; }

@test "zsh without compinit says what is missing" {
	rc zsh 'source <(mairu completion zsh)'
	session zsh <<<true
	one_message start
	has start 'autoload -Uz compinit && compinit'
}

# --- the shell stays the user's

# The names of its variables and functions, and its options.
inventory() {
	case $1 in
	bash) echo '{ compgen -v; compgen -A function; set -o; shopt; } | grep -vE "^(COMP_|COMPREPLY|_$|PIPESTATUS|BASH_|FUNCNAME|LINENO|__mairu|_mairu)"' ;;
	zsh) echo '{ print -rl -- ${(ko)parameters} ${(ko)functions}; setopt; } | grep -vE "__mairu|_mairu|^(.* )?[?_]$"' ;;
	fish) echo 'begin; set -n; functions -an; end | grep -vE "__mairu|history|status|__fish_complete|^__fish"' ;;
	esac
}

unchanged() {
	rc "$1" "${@:2}" "$(completion_line "$1")" "$(gizmo_line "$1")"
	{
		# What the shell loads for itself is there before.
		line one 'gizmo sp\t'
		[ "$1" = bash ] || line path 'cat a-f\t'
		echo '%as before'
		inventory "$1"
		line two 'mairu list-ses\t--u\t'
		line three 'mairu exec auto giz\tsp\t'
		line four 'mairu allow a-f\t'
		line five 'mairu exec --server con\t'
		echo '%as after'
		inventory "$1"
	} >"$T/script"
	session "$1" <"$T/script"
	ran two mairu list-sessions --utc
	ran three mairu exec auto gizmo spin
	ran four mairu allow a-file
	ran five mairu exec --server contoso
	check [ -s "$OUT/before" ]
	check diff "$OUT/before" "$OUT/after"
}

@test "bash keeps its variables, functions and options, whatever they are" {
	unchanged bash "alias local=false exec=false read=false builtin=false" \
		'set -eu; shopt -s nocasematch nullglob failglob; IFS=:'
}
@test "zsh keeps its variables, functions and options, whatever they are" {
	unchanged zsh 'alias local=false exec=false shift=false builtin=false' \
		'setopt ksh_arrays sh_word_split no_unset glob_subst null_glob extended_glob'
}
@test "fish keeps its variables, functions and options, whatever they are" {
	unchanged fish 'function set; false; end; functions -e set'
}

# --- what is shown, and how soon

@test "zsh and fish show what commands, options and roles are" {
	standin
	knows "$(role 123456789012/Dev 'prod:one\u001b[31m' 123456789012)$(role 123456789012/Ops 'an account whose name takes a whole line here' 123456789012)"
	rc zsh "$(completion_line zsh)"
	session zsh <<-'SCRIPT'
		%send mairu log\t
		%wait login +-- log in to a credential server
		%send \x15
		%key enter
		%prompt
		%send mairu exec --server contoso 123456789012/\t
		%wait Dev +-- prod:one.x1b.31m
		%send \x15
		%key enter
		%prompt
	SCRIPT
	rc fish "$(completion_line fish)"
	session fish <<-'SCRIPT'
		%send mairu log\t
		%wait log in to a credential server
		%send \e\x15
		%key enter
		%prompt
		%send mairu exec --server contoso 123456789012/\t
		%wait prod:one.x1b.31m
		%send \e\x15
		%key enter
		%prompt
	SCRIPT
}

stopped() {
	local shell best i tab end

	start_broker
	impatient
	sed -i s,/patient/,/, "$T/bin/mairu"
	kill -STOP "$(broker_pid)"
	for shell in bash zsh fish; do
		rc "$shell" "$(completion_line "$shell")"
		for i in 1 2 3; do
			printf '%%as tab%s\nmairu exec a\ttrue\n%%time\n' "$i"
		done >"$T/script"
		best=999999 end=$((SECONDS + PATIENCE))
		# As with within.
		while ((best >= 200 * SLOW && SECONDS < end)); do
			session -e MAIRU_SERVER=contoso "$shell" <"$T/script"
			read -r best tab < <(for i in 1 2 3; do
				echo "$(out "tab$i.ms") tab$i"
			done | sort -n)
		done
		ran "$tab" mairu exec auto true
		check [ "$best" -lt $((200 * SLOW)) ]
	done
}

@test "a broker that is stopped does not hold the prompt" { stopped; }
