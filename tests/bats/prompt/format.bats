# The role in a prompt: `mairu prompt`, and the lines of mairu(1), PROMPTS, as
# the page prints them, in real shells and in tmux.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

# What the name of a role may hold that means something to whoever draws it.
HOSTILE='1/D$(>~/ran)`>~/ran`$UID%n%F{1}#(>~/ran)#[dim]#{pid}\u\$!'

prepare() {
	project "$HOME/proj"
	allow "$HOME/proj"
}

# role VALUE COMMAND...: in a shell with that role.
role() {
	env MAIRU_ACTIVE_SERVER=contoso MAIRU_ACTIVE_ROLE="$1" \
		AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/x "${@:2}"
}

# prints TEXT COMMAND...: exactly that, and nothing on standard error.
prints() {
	local text=$1

	shift
	"$@" >"$T/prints" 2>"$T/errors" || fail "status $?: $*"
	printf %s "$text" | cmp - "$T/prints" || fail "$(cat "$T/prints")"
	[ ! -s "$T/errors" ] || fail "$(cat "$T/errors")"
}

@test "prompt prints the role in force, without a newline, or nothing" {
	prints 'contoso 123456789012/Dev' role "$ROLE" mairu prompt
	prints '' mairu prompt
	prints '' role '' mairu prompt
	prints '<Dev 123456789012 eu-west-1>' role "$ROLE" env \
		AWS_DEFAULT_REGION=eu-west-1 \
		mairu prompt --format '<{name} {account} {region}{mark}>'
	# As a person sees it, it is a line.
	assert_equal "$(role "$ROLE" "$LIB/term" --raw -- mairu prompt | od -An -c | tr -d ' \n')" 'contoso123456789012/Dev\r\n'
}

@test "prompt takes no format for a mistake, and only who it knows" {
	prints '{Role} {role' role "$ROLE" mairu prompt --format '{Role} {role'
	run --separate-stderr -2 mairu prompt --for tcsh
	assert_output ''
	assert_equal "$stderr" 'mairu: prompt: --for must be bash, fish, tmux or zsh'
	run --separate-stderr -2 mairu prompt here
}

@test "prompt needs no home, no working directory, no descriptors and no broker" {
	mkdir "$T/gone"
	cd "$T/gone"
	rmdir "$T/gone"
	prints 'contoso 123456789012/Dev' role "$ROLE" env -u HOME -u PATH \
		-u XDG_STATE_HOME -u XDG_RUNTIME_DIR "$MAIRU_BUILD/mairu" prompt <&-
	prints '' env -i "$MAIRU_BUILD/mairu" prompt --dir "$HOME/proj"
	prints '' mairu prompt --dir .
	run -1 role "$ROLE" bash -c 'mairu prompt >/dev/full'
	assert_output --partial 'mairu: cannot write to standard output'
	[ ! -e "$SOCK" ]
	# A state that is damaged is no reason to say anything.
	prints 'contoso 123456789012/Dev' role "$ROLE" env MAIRU_STATE=1.zzz mairu prompt
}

@test "prompt --dir tells the role that a trusted project names, and starts nothing" {
	local dir
	local arn=arn:aws:iam::210987654321:role/Ops

	mkdir -p "$HOME/proj/a/b"
	ln -s proj/a "$HOME/link"
	for dir in "$HOME/proj" "$HOME/proj/a/b" "$HOME/link" proj \
		"$HOME/proj/.mairu.json" "/proc/self/cwd/proj"; do
		prints 'contoso 123456789012/Dev' mairu prompt --dir "$dir"
	done
	(cd proj && prints 'contoso 123456789012/Dev' mairu prompt --dir .)
	# The shell's own role and marks are another matter.
	prints 'contoso 123456789012/Dev' role other env AWS_PROFILE=x mairu prompt --dir proj
	project "$HOME/chain" "$(config dev "\"region\":\"eu-west-1\",\"assume_role\":{\"role_arn\":\"$arn\"}")"
	allow "$HOME/chain"
	prints "210987654321/Ops eu-west-1" mairu prompt --dir chain --format '{account}/{name} {region}'
	[ ! -e "$SOCK" ]
}

@test "prompt --dir tells nothing of what is not trusted, not there or not to be used" {
	project "$HOME/new"
	project "$HOME/denied"
	(cd "$HOME/denied" && mairu deny) 2>/dev/null
	mkdir "$HOME/fifo"
	mkfifo "$HOME/fifo/.mairu.json"
	for dir in new denied fifo / "$T/none" '' "$T/prints"; do
		prints '' mairu prompt --dir "$dir"
	done
	echo >>"$HOME/proj/.mairu.json"
	prints '' mairu prompt --dir proj
}

@test "the mark comes with a rival, without keys and when they have expired" {
	local keys=(AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_SESSION_TOKEN=c)

	prints '!' role "$ROLE" env AWS_PROFILE=work mairu prompt --format '{mark}'
	prints '' role "$ROLE" env AWS_PROFILE=mairu mairu prompt --format '{mark}'
	static() {
		prints "$1" env MAIRU_ACTIVE_SERVER=contoso MAIRU_ACTIVE_ROLE="$ROLE" \
			"${@:2}" mairu prompt --format '{mark}'
	}
	static '!'
	static '' "${keys[@]}" AWS_CREDENTIAL_EXPIRATION=2100-01-01T00:00:00Z
	static '!' "${keys[@]}" AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z
}

@test "the mark comes when a login is needed, and goes after it" {
	local quiet
	local grant='["URL", "http://127.0.0.1:1/v1/credentials"], ["TOKEN", "Bearer xyz"]'

	echo "{\"GRANT\": [$grant,
		[\"SERVER\", \"contoso\"], [\"SINCE\", 1000]]}" >"$T/needed.json"
	echo "{\"GRANT\": [$grant]}" >"$T/fine.json"
	standin
	rc bash "$(hook_line bash)" 'ask() { mairu prompt --format "<{mark}>"; echo; }'
	for quiet in '' 1; do
		cp "$T/needed.json" "$T/answers.json"
		session -C "$HOME/proj" ${quiet:+-e MAIRU_QUIET=1} bash <<-SCRIPT
			%as needed
			ask
			%run cp $T/fine.json $T/answers.json; touch $SOCK
			%as told
			true
			%as after
			ask
			cd /
			%as outside
			ask
		SCRIPT
		said needed '<!>'
		said after '<>'
		silent outside
	done
}

# --- the lines of the page

# lines_for WORD: what the page says behind "WORD, in" or "WORD, at".
lines_for() {
	mandoc -T utf8 "$REPO/man/mairu.1" | col -bx |
		awk -v word="     $1" '/^[A-Z]/ { on = /^PROMPTS/ }
			on && index($0, word) == 1 { hit = 1 }
			hit && sub(/^           /, "") { print; got = 1 }
			got && /^     [^ ]/ { exit }' | sed '/^$/d'
}

@test "the lines for prompts in README.md are those of the page" {
	local word

	for word in bash tmux; do
		diff <("$LIB/readme" blocks "$word") <(lines_for "$word")
		[ -n "$(lines_for "$word")" ]
	done
}

# hostile: a project whose role's name is $HOSTILE.
hostile() {
	python3 -c 'import json, sys
print(json.dumps({"server": "contoso", "role": sys.argv[1]}))' "$HOSTILE" \
		>"$T/hostile.json"
	project "$HOME/hostile" "$(cat "$T/hostile.json")"
	allow "$HOME/hostile"
}

# plays SHELL: into a project, another, and out.
plays() {
	hostile
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as hostile
		cd ~/hostile
		%as stays
		false
		%as leave
		cd /
		%as outside
		true
	SCRIPT
	[ ! -e "$HOME/ran" ] || fail 'the name of a role was run'
}

# shown_in SHELL: what plays() shows where the line puts "(ROLE) " before the
# prompt.
shown_in() {
	said enter "$ENTERED" "($ROLE) "
	said hostile "mairu: contoso '$HOSTILE'" "(${3:-$HOSTILE}) "
	said stays "(${3:-$HOSTILE}) "
	said leave "mairu: left contoso '$HOSTILE'"
	silent outside
}

@test "bash: the line of the page shows the role and runs nothing of its name" {
	rc bash "$(hook_line bash)" "$(lines_for bash)"
	plays bash
	shown_in bash
	# What is set up before the hook sees its role as well.
	rc bash "$(lines_for bash)" "$(hook_line bash)" 'shopt -s promptvars'
	plays bash
	shown_in bash
}

@test "zsh: the line of the page shows the role and runs nothing of its name" {
	rc zsh "$(hook_line zsh)" "$(lines_for zsh)"
	plays zsh
	shown_in zsh
}

@test "fish: the line of the page shows the role and runs nothing of its name" {
	local line

	line=$(lines_for fish)
	rc fish "$(hook_line fish)" "$line"
	hostile
	session fish <<-SCRIPT
		cd ~/proj
		%wait 123456789012/Dev
		cd ~/hostile
		%wait [{]pid[}].u.[\$]!
	SCRIPT
	[ ! -e "$HOME/ran" ]
	# As a line of a prompt of one's own.
	rc fish "$(hook_line fish)" 'function fish_prompt' \
		"$(sed -n 's/printf %s/printf "(%s) "/p' <<<"$line")" \
		'printf "[#%s#] " ready; end'
	plays fish
	shown_in fish
}

@test "mairu prompt in PS1 and PROMPT runs nothing of the name of a role either" {
	local safe=${HOSTILE//[\$\`\\]/\?}

	lines_for 'With the mark' >"$T/lines"
	rc bash "$(hook_line bash)" "$(head -n 1 "$T/lines")"
	plays bash
	shown_in bash "$HOSTILE" "$safe"
	rc zsh "$(hook_line zsh)" "$(tail -n +2 "$T/lines")"
	plays zsh
	shown_in zsh "$HOSTILE" "$safe"
	# Also where it is put into PS1 by value, and expanded there.
	rc bash "$(hook_line bash)" 'BASE=$PS1' \
		'PROMPT_COMMAND+="; PS1=\$(mairu prompt --format \"({role}) \")\$BASE"'
	plays bash
	shown_in bash "$HOSTILE" "$safe"
	rc zsh "$(hook_line zsh)" 'setopt prompt_subst; BASE=$PROMPT' \
		'own() { PROMPT="$(mairu prompt --for zsh --format "({role}) ")$BASE"; }' \
		'precmd_functions+=(own)'
	plays zsh
	shown_in zsh "$HOSTILE" "$safe"
}

@test "tmux: the line of the page shows the role of the pane's directory, in any directory" {
	local evil=$HOME/$'evil\ntouch ran; $(touch ran) #{pid}' pane

	hostile
	project "$evil"
	allow "$evil"
	# The page's line, and what makes a test quick and the text whole.
	printf '%s\n' "$(lines_for tmux)" 'set -g status-interval 1' \
		'set -g status-right-length 78' 'set -g status-left ""' \
		'set -g window-status-current-format ""' >"$T/tmux.conf"
	# Each has a server of its own: one that is ending turns clients away.
	rc bash "pane() { (cd \"\$2\" && tmux -L \$1 -f $T/tmux.conf new-session cat); }"
	if ! session -e TMUX_TMPDIR="$T" -e EVIL="$evil" bash <<-SCRIPT
		%type pane a ~/proj
		%wait contoso 123456789012/Dev
		%run TMUX_TMPDIR=$T tmux -L a kill-server
		%prompt
		%type pane b "\$EVIL"
		%wait contoso 123456789012/Dev
		%run TMUX_TMPDIR=$T tmux -L b kill-server
		%prompt
		%type pane c ~/hostile
		%wait $(sed 's/[$`\\]/?/g; s/[^A-Za-z0-9/]/[&]/g; s/\[\[]/\\[/g' <<<"contoso $HOSTILE")
		%run TMUX_TMPDIR=$T tmux -L c kill-server
		%prompt
	SCRIPT
	then
		for pane in a b c; do
			TMUX_TMPDIR=$T tmux -L "$pane" kill-server || :
		done
		return 1
	fi
	[ -z "$(find "$HOME" / -maxdepth 2 -name ran 2>/dev/null)" ]
}

# What starship does in bash (lib/starship.bash), with a program that draws the
# one module of the page in its place: starship itself is not run.
@test "starship: the module of the page is one that starship knows, and comes after the hook" {
	lines_for starship >"$T/starship.toml"
	cat >"$T/bin/drawn" <<-'PY'
		#!/usr/bin/python3
		import os, re, tomllib
		with open(os.environ["T"] + "/starship.toml", "rb") as f:
		    conf = tomllib.load(f)
		(module,) = conf["env_var"].values()
		assert list(conf) == ["env_var"] and set(module) <= {
		    "variable", "default", "symbol", "style", "format", "disabled", "description"}
		assert list(conf["env_var"]) == [module["variable"]]
		value = os.environ.get(module["variable"])
		if value:
		    text = re.sub(r"\[(.*?)\]\(\$style\)", r"\1", module["format"])
		    text = text.replace("$env_value", value)
		    print(re.sub(r"[\\$\x60]", r"\\\g<0>", text).replace("\\", "\\\\"), end="")
		print("[#%s#] " % "ready", end="")
	PY
	chmod +x "$T/bin/drawn"
	sed 's/printf .*ready/drawn/' "$LIB/starship.bash" >"$T/starship.bash"
	grep -q 'PS1="$(drawn)"' "$T/starship.bash"
	for order in 1 2; do
		if [ "$order" = 1 ]; then
			rc bash "$(hook_line bash)" ". $T/starship.bash"
		else
			rc bash ". $T/starship.bash" "$(hook_line bash)"
		fi
		session bash <<-'SCRIPT'
			%as enter
			cd ~/proj
			%as leave
			cd /
		SCRIPT
		said enter "$ENTERED" "as $ROLE "
		said leave "$LEFT"
	done
}

# powerlevel10k calls the function before each prompt and expands what it is
# given as zsh does a prompt; a stand-in for `p10k` does that here.
@test "powerlevel10k: the segment of the page shows the role and runs nothing of its name" {
	cat >"$T/p10k.zsh" <<-'ZSH'
		typeset -ga POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS=(time)
		prompt_time() { :; }
		p10k() {
			[[ $1 == segment && $2 == -f && $4 == -t && $# == 5 ]] || print "wrong: $*"
			drawn+="(${(%)5}) "
		}
		draw() {
			drawn=
			for e in $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS; do prompt_$e; done
			psvar[1]=$drawn
		}
		PROMPT="%1v$PROMPT"
	ZSH
	rc zsh ". $T/p10k.zsh" "$(lines_for powerlevel10k)" \
		"$(hook_line zsh)" 'precmd_functions+=(draw)'
	plays zsh
	shown_in zsh
}
