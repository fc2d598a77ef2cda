# README.md: what it shows is what happens.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common
load ../lib/sso

# readme [ARGUMENT]...: see lib/readme.
readme() {
	"$LIB/readme" "$@"
}

# plays DIR SECTION...: what stands there, typed in a bash that has the hook.
plays() {
	local dir=$1

	shift
	readme script "$@" >"$T/script"
	session -C "$dir" -e BROWSER="$REPO/tests/fakes/browser" \
		-e AWS_EC2_METADATA_DISABLED=true -e AWS_REGION=eu-west-1 \
		-t $((60 * (SLOW > 1 ? 6 : 1))) bash <"$T/script"
	readme compare "$OUT" "$@" || shown
}

@test "README: from the quick start to the logout, all goes as it shows" {
	start_sso_server --accounts 1
	mairu config set endpoints.sso "${SERVER%/}"
	mairu config set endpoints.sso_oidc "${SERVER%/}"
	mairu config set endpoints.sts "${SERVER}sts/"
	mkdir "$HOME/proj"
	printf 'all:\n\tprintenv AWS_CONTAINER_CREDENTIALS_FULL_URI\n' >"$HOME/proj/Makefile"
	printf '#!/bin/sh\nPATH=%s exec aws --endpoint-url %ssts/ "$@"\n' \
		"$BASE_PATH" "$SERVER" >"$T/bin/aws"
	chmod +x "$T/bin/aws"
	rc bash
	plays "$HOME" 'Quick start' 'A project'
	# What programs run that read profiles.
	readme blocks ini | sed -n 's/^credential_process = //p' >"$T/process"
	[ -s "$T/process" ]
	run sh "$T/process"
	assert_success
	assert_output --partial '"AccessKeyId":"ASIAFAKEOPS'
	plays "$HOME/proj" 'Every day'
	cd "$HOME/proj"
	run -4 mairu whoami auto
}

# understood N <TEXT: the N files in it are, each key of them.
understood() {
	local text

	"$PY" -c 'import json, sys
text, d = sys.stdin.read().strip(), json.JSONDecoder()
while text:
    value, at = d.raw_decode(text)
    text = text[at:].strip()
    print(json.dumps(value))' >"$T/json"
	assert_equal "$(wc -l <"$T/json")" "$1"
	while read -r text; do
		if [[ $text == *'"url"'* ]]; then
			mkdir -p "$XDG_CONFIG_HOME/mairu/servers.d"
			echo "$text" >"$XDG_CONFIG_HOME/mairu/servers.d/contoso.json"
			run --separate-stderr mairu list-servers
			assert_equal "$stderr" ''
		else
			project "$HOME/proj" "$text"
			run --separate-stderr mairu allow "$HOME/proj"
			refute_regex "$stderr" 'a key that'
		fi
		assert_success
	done <"$T/json"
}

@test "the files that README.md and the manual show are understood, each key of them" {
	local page

	readme blocks json | understood 2
	for page in mairu.json:4 mairu-servers:3; do
		mandoc -T utf8 "$REPO/man/${page%:*}.5" | col -bx |
			sed -n '/^EXAMPLES/,/^SEE/s/^           //p' | understood "${page#*:}"
	done
}

@test "README: the lines for shells are those that the tests load the hook by" {
	local shell file

	for shell in bash zsh fish; do
		file=$(rc_file "$shell")
		file=${file/#$HOME/\~}
		file=${file/#$XDG_CONFIG_HOME/\~/.config}
		grep -qxF "| $shell | \`$file\` | \`$(hook_line "$shell" | sed 's/|/\\|/')\` |" \
			"$REPO/README.md" || fail "$shell"
	done
}

@test "README: the scripts, the targets and the commands that it names are there" {
	local name

	(
		cd "$REPO"
		grep -o '`scripts/[a-z]*`' README.md | tr -d '`' | sort -u >"$T/scripts"
		assert_equal "$(wc -l <"$T/scripts")" 3
		while read -r name; do
			"$name" --help </dev/null >"$T/help"
			grep -q . "$T/help"
		done <"$T/scripts"
		readme script Install | sed -n 's/^\(sudo \)\?make/make -n/p' >"$T/make"
		assert_equal "$(wc -l <"$T/make")" 2
		env -u MAKEFLAGS bash -e "$T/make" >"$T/made"
	)
	readme commands >"$T/commands"
	[ "$(wc -l <"$T/commands")" -ge 14 ]
	while read -r name; do
		mairu help "$name" >"$T/help" || fail "mairu $name"
	done <"$T/commands"
}

@test "the links of the documents lead somewhere" {
	readme links README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md
}
