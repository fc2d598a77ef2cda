# Trust: behaviours 31 to 39 of the hook.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

prepare() {
	project "$HOME/proj"
}

# --- 31

b31() {
	mkdir "$HOME/proj/deep"
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as second
		true
		%as third
		true
		%as deep
		cd deep
		%as inside
		creds
		%as leave
		cd /
		%as again
		cd ~/proj
		%as nested
		sh -c creds
	SCRIPT
	said enter "$UNTRUSTED"
	silent second third deep leave
	said inside none
	said again "$UNTRUSTED"
	said nested none
}

@test "bash 31: an untrusted config exports nothing and is named once per entry" { b31 bash; }
@test "zsh 31: an untrusted config exports nothing and is named once per entry" { b31 zsh; }
@test "fish 31: an untrusted config exports nothing and is named once per entry" { b31 fish; }

b31denied() {
	rc "$1"
	(cd "$HOME/proj" && mairu deny >/dev/null)
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as inside
		creds
		%run echo >>~/proj/.mairu.json
		%as edited
		true
	SCRIPT
	silent enter edited
	said inside none
}

@test "bash 31: a denied config is silent, edited or not" { b31denied bash; }
@test "zsh 31: a denied config is silent, edited or not" { b31denied zsh; }
@test "fish 31: a denied config is silent, edited or not" { b31denied fish; }

# --- 32

b32() {
	local changed="mairu: ~/proj/.mairu.json has changed since it was allowed: server contoso, role 123456789012/Ops. Run: mairu allow"

	allow "$HOME/proj"
	config 123456789012/Ops >"$T/ops"
	echo >>"$T/ops"
	cp -p "$HOME/proj/.mairu.json" "$T/dev"
	assert_equal "$(stat -c %s "$T/ops")" "$(stat -c %s "$T/dev")"
	rc "$1"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%as before
		creds
		%run cat $T/dev >~/proj/.mairu.json; touch ~/proj/.mairu.json
		%as touched
		true
		%run cat $T/ops >~/proj/.mairu.json
		%as at-once
		true
		%as creds1
		creds
		%run cat $T/dev >~/proj/.mairu.json
		%as back1
		true
		%run touch -r ~/proj/.mairu.json $T/when; cat $T/ops >~/proj/.mairu.json; touch -r $T/when ~/proj/.mairu.json
		%as same-time
		true
		%as creds2
		creds
		%run cat $T/dev >~/proj/.mairu.json; touch -r $T/when ~/proj/.mairu.json
		%as back2
		true
		%run touch -r $T/when $T/ops; cp -p $T/ops $T/new; mv $T/new ~/proj/.mairu.json
		%as inode
		true
		%as creds3
		creds
	SCRIPT
	said before "contoso $ROLE"
	silent touched
	has at-once "$changed"
	said creds1 none
	said back1 "$ENTERED"
	has same-time "$changed"
	said creds2 none
	said back2 "$ENTERED"
	has inode "$changed"
	said creds3 none
}

b32back() {
	local needs="mairu: contoso needs a login for $ROLE. Run: mairu login contoso"

	a_silent_server
	allow "$HOME/proj"
	cp "$HOME/proj/.mairu.json" "$T/dev"
	cat >"$T/ask" <<-'SH'
		curl -sS -m 10 -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" \
			"$AWS_CONTAINER_CREDENTIALS_FULL_URI" | grep -o '"code":"[A-Za-z]*"'
	SH
	rc "$1"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		true
		%as meanwhile
		echo >>.mairu.json; sh $T/ask; sh $T/ask; cat $T/dev >.mairu.json
		%as after
		sh $T/ask
	SCRIPT
	said meanwhile '"code":"NotTrusted"' '"code":"InvalidToken"'
	# In the terminal, and at the prompt after it.
	said after "$needs" '"code":"LoginRequired"' "$needs"
}

@test "bash 32: a token that an edit revoked, taken back before the prompt, is replaced" { b32back bash; }
@test "zsh 32: a token that an edit revoked, taken back before the prompt, is replaced" { b32back zsh; }
@test "fish 32: a token that an edit revoked, taken back before the prompt, is replaced" { b32back fish; }

@test "bash 32: an edit within the second, a restored time and a new inode are noticed" { b32 bash; }
@test "zsh 32: an edit within the second, a restored time and a new inode are noticed" { b32 zsh; }
@test "fish 32: an edit within the second, a restored time and a new inode are noticed" { b32 fish; }

# --- 33

@test "33: export opens and reads the config once, trusted or not" {
	local shell

	watch() {
		(cd "$HOME/proj" && python3 "$LIB/opens" .mairu.json mairu export "$1" 2>/dev/null)
	}
	for shell in bash zsh fish; do
		run watch "$shell"
		assert_line --index 0 'opened 1, read 1'
	done
	allow "$HOME/proj"
	# Without a broker nobody else looks at it either.
	mairu kill-agent || :
	export MAIRU_NO_AUTO_AGENT=1
	run watch bash
	assert_line --index 0 'opened 1, read 1'
}

# --- 34

b34() {
	local kind

	mkdir -p "$HOME"/{fifo,device,directory,dangling,loop,huge}
	mkfifo "$HOME/fifo/.mairu.json"
	ln -s /dev/zero "$HOME/device/.mairu.json"
	mkdir "$HOME/directory/.mairu.json"
	ln -s nowhere "$HOME/dangling/.mairu.json"
	ln -s .mairu.json "$HOME/loop/.mairu.json"
	truncate -s 100M "$HOME/huge/.mairu.json"
	rc "$1"
	for kind in fifo device directory dangling loop huge; do
		session "$1" <<-SCRIPT
			%as enter
			cd ~/$kind
			%time
			%as next
			true
			%as inside
			creds
			%as leave
			cd /
			%as again
			cd ~/$kind
		SCRIPT
		one_message enter
		has enter "mairu: ~/$kind/.mairu.json"
		silent next leave
		said inside none
		check diff "$OUT/enter" "$OUT/again"
		# Far below what a user takes for a hang, far above a slow machine.
		check test "$(cat "$OUT/enter.ms")" -lt $((1000 * SLOW))
	done
}

@test "bash 34: a config that is no plain file gives one clear message and no hang" { b34 bash; }
@test "zsh 34: a config that is no plain file gives one clear message and no hang" { b34 zsh; }
@test "fish 34: a config that is no plain file gives one clear message and no hang" { b34 fish; }

@test "34: export itself takes less than 200 ms over a config that is no plain file" {
	cd "$T"
	mkfifo .mairu.json
	within 200 mairu export bash
	rm .mairu.json
	ln -s /dev/zero .mairu.json
	within 200 mairu export bash
	rm .mairu.json
	truncate -s 100M .mairu.json
	within 200 mairu export bash
	rm .mairu.json
}

# --- 35

# refused SHELL COMMAND: the store as it is now is refused in one message that
# holds the command that mends it.
refused() {
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj
		%as next
		true
		%as inside
		creds
	SCRIPT
	one_message enter
	has enter "$2"
	silent next
	said inside none
}

b35() {
	local file

	allow "$HOME/proj"
	file=$(echo "$STORE"/trust.*.json)
	[ -f "$file" ]
	chmod 0666 "$file"
	refused "$1" "rm $file && mairu allow"
	chmod 0620 "$file"
	refused "$1" "rm $file && mairu allow"
	chmod 0600 "$file"
	chmod 0777 "$STORE"
	rc "$1"
	session -C "$HOME/proj" "$1" <<-'SCRIPT'
		%as inside
		creds
	SCRIPT
	said inside "contoso $ROLE"
	assert_equal "$(stat -c %a "$STORE")" 700
}

@test "bash 35: a trust file that others may write is refused, an open store of ours is tightened" { b35 bash; }
@test "zsh 35: a trust file that others may write is refused, an open store of ours is tightened" { b35 zsh; }
@test "fish 35: a trust file that others may write is refused, an open store of ours is tightened" { b35 fish; }

b35others() {
	need_root
	allow "$HOME/proj"
	chown 65534 "$STORE"
	refused "$1" "chown -R \"\$USER\" $STORE"
	chown 0 "$STORE"
	chown 65534 "$STORE"/trust.*.json
	refused "$1" "rm $(echo "$STORE"/trust.*.json) && mairu allow"
}

@test "bash 35: a trust store or file of someone else is refused" { b35others bash; }
@test "zsh 35: a trust store or file of someone else is refused" { b35others zsh; }
@test "fish 35: a trust store or file of someone else is refused" { b35others fish; }

# --- 36

b36() {
	mkdir -p "$HOME/proj-evil" "$HOME/proj/in"
	cp "$HOME/proj/.mairu.json" "$HOME/proj-evil/"
	cp "$HOME/proj/.mairu.json" "$HOME/proj/in/"
	allow "$HOME/proj"
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/proj-evil
		%as inside
		creds
		%as below
		cd ~/proj/in
		%as in-below
		creds
		cd ~/proj
		%as allowed
		creds
	SCRIPT
	has enter "mairu: ~/proj-evil/.mairu.json is not trusted"
	said inside none
	has below "mairu: ~/proj/in/.mairu.json is not trusted"
	said in-below none
	said allowed "contoso $ROLE"
}

@test "bash 36: a trusted directory says nothing of its neighbours" { b36 bash; }
@test "zsh 36: a trusted directory says nothing of its neighbours" { b36 zsh; }
@test "fish 36: a trusted directory says nothing of its neighbours" { b36 fish; }

# --- 37

b37() {
	ln -s proj "$HOME/link"
	mkdir -p "$HOME/linked"
	config 123456789012/Ops >"$T/real.json"
	ln -s "$T/real.json" "$HOME/linked/.mairu.json"
	allow "$HOME/proj"
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/link
		%as inside
		creds; exported MAIRU_ACTIVE_CONFIG
		cd /
		%as file
		cd ~/linked
		%as in-file
		creds
		%run cd ~/linked && mairu allow
		true
		%as allowed
		creds; exported MAIRU_ACTIVE_CONFIG
		%run echo >>$T/real.json
		%as edited
		true
		%as after
		creds
	SCRIPT
	said enter "$ENTERED"
	said inside "contoso $ROLE" "MAIRU_ACTIVE_CONFIG=$HOME/proj/.mairu.json"
	has file "mairu: ~/linked/.mairu.json is not trusted"
	said in-file none
	said allowed "contoso 123456789012/Ops" \
		"MAIRU_ACTIVE_CONFIG=$HOME/linked/.mairu.json"
	has edited "mairu: ~/linked/.mairu.json has changed"
	said after none
}

@test "bash 37: a linked directory has the verdict of the real one, a linked config its own path and bytes" { b37 bash; }
@test "zsh 37: a linked directory has the verdict of the real one, a linked config its own path and bytes" { b37 zsh; }
@test "fish 37: a linked directory has the verdict of the real one, a linked config its own path and bytes" { b37 fish; }

# --- 38

b38() {
	local dir=$'evil\e]0;pwned\a\e[36m%n%F{red}\u202e\u009b31m\r\n'

	project "$HOME/$dir" '{"server":"con%ntoso","role":"a%F{red}b\u202ec\u200bd"}'
	project "$HOME/ctrl" '{"server":"contoso","role":"a\u001b]0;pwned\u0007b"}'
	rc "$1"
	session "$1" <<-'SCRIPT'
		%as enter
		cd ~/evil*
		%as allow
		mairu allow
		%as status
		mairu status
		%as show
		mairu show
		%as leave
		cd /
		%as value
		cd ~/ctrl
		%as value-allow
		mairu allow
	SCRIPT
	one_message enter
	check grep -qi '\\x1b' "$OUT/enter"
	has enter '%n%F{red}'
	one_message value
	has enter '\x0d\x0a'
	for block in enter allow status show value value-allow; do
		check test -s "$OUT/$block"
		# Neither the sequences nor the characters that hide text.
		if grep -qaP '\x1b\]0;pwned|\x1b\[36m|\xe2\x80\xae|\xe2\x80\x8b|\xc2\x9b|\x07' \
			"$OUT/$block.raw"; then
			cat -v "$OUT/$block.raw" >&2
			shown
		fi
	done
}

@test "bash 38: what comes from a path or a value is shown without its escapes" { b38 bash; }
@test "zsh 38: what comes from a path or a value is shown without its escapes" { b38 zsh; }
@test "fish 38: what comes from a path or a value is shown without its escapes" { b38 fish; }

# --- 39

intact() {
	python3 - "$STORE" "$1" <<-'PY'
		import json, os, stat, sys

		store, expected = sys.argv[1], int(sys.argv[2])
		assert stat.S_IMODE(os.stat(store).st_mode) == 0o700
		names = os.listdir(store)
		assert len(names) == expected, names
		for name in names:
		    path = os.path.join(store, name)
		    mode = stat.S_IMODE(os.stat(path).st_mode)
		    assert mode == 0o600, (name, oct(mode))
		    with open(path) as f:
		        entry = json.load(f)
		    assert set(entry) == {"path", "trust", "digest", "content", "updated_at"}, entry
	PY
}

@test "39: fifty shells that allow at once leave an intact store" {
	local i n
	local -a pids=()

	for i in {1..10}; do project "$HOME/p$i" "$(config "123456789012/R$i")"; done
	for i in {1..50}; do
		(cd "$HOME/p$((i % 10 + 1))" && exec mairu allow >/dev/null 2>&1) 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	intact 10
	# run has its own use for i.
	for n in {1..10}; do
		run --separate-stderr bash -c "cd '$HOME/p$n' && at_prompt"
		assert_output "contoso 123456789012/R$n"
	done
}

b39() {
	rc "$1"
	session "$1" <<-'SCRIPT'
		cd ~/proj
		%as both
		sh -c 'mairu allow >/dev/null & mairu allow >/dev/null; wait'
		true
		%as inside
		creds
	SCRIPT
	said inside "contoso $ROLE"
	intact 1
}

@test "bash 39: two shells that allow at once leave an intact store" { b39 bash; }
@test "zsh 39: two shells that allow at once leave an intact store" { b39 zsh; }
@test "fish 39: two shells that allow at once leave an intact store" { b39 fish; }

@test "39: on a full disk allow fails and the store stays as it was" {
	need_root
	unshare -m true || skip "this container may not mount a file system"
	mkdir -p "$STORE"
	project "$HOME/more" "$(config 123456789012/Ops)"
	cat >"$T/full" <<-'SH'
		set -eu
		mount -t tmpfs -o size=64k,mode=0700 none "$1"
		cd "$HOME/proj"
		mairu allow
		ls "$1" >"$T/before"
		cat "$1"/trust.* >"$T/content"
		cat /dev/zero >"$1/fill" 2>/dev/null || :
		cd "$HOME/more"
		! mairu allow || exit 9
		cd "$HOME/proj"
		echo >>.mairu.json
		! mairu allow || exit 8
		rm "$1/fill"
		ls "$1" >"$T/after"
		cat "$1"/trust.* | cmp - "$T/content"
	SH
	run unshare -m sh "$T/full" "$STORE"
	assert_success
	assert_output --partial 'No space left'
	cmp "$T/before" "$T/after"
}
