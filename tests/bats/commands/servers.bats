# mairu list-servers and remove-server: the credential servers.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

prepare() {
	DIR=$XDG_CONFIG_HOME/mairu/servers.d
}

# server NAME JSON: a file of that name, as one of the user's own.
server() {
	mkdir -p "$DIR"
	printf '%s\n' "$2" >"$DIR/$1"
	chmod 0600 "$DIR/$1"
}

oauth() {
	printf '{"url":"%s","id":"%s","oauth":{"client_id":"me","code_grant":{}%s}}' \
		"$2" "$1" "${3:+,$3}"
}

sso() {
	printf '{"url":"%s","aws_sso":{"region":"us-east-1"}}' "$1"
}

@test "without any server list-servers says where to put a file, and exits 0" {
	rmdir "$XDG_CONFIG_HOME/mairu"
	run --separate-stderr mairu list-servers
	assert_success
	assert_output ''
	assert_regex "$stderr" "^mairu: no credential server .*$DIR .*man mairu-servers\$"
	[ ! -e "$XDG_CONFIG_HOME/mairu" ]
	mkdir -p "$DIR"
	run --separate-stderr mairu list-servers --json
	assert_success
	assert_output '[]'
	assert_regex "$stderr" '^mairu: no credential server '
}

@test "list-servers shows id, kind, URL and file of each, sorted by file name" {
	server b.json "$(oauth contoso https://cred.example.com/api/)"
	server a.json "$(sso https://d-1.awsapps.com/start)"
	server ignored.json~ '{'
	server .hidden.json '{'
	run --separate-stderr mairu list-servers
	assert_success
	assert_equal "$stderr" ''
	assert_equal "${#lines[@]}" 3
	assert_line --index 0 --regexp '^SERVER +KIND +URL +FILE$'
	assert_line --index 1 --regexp "^https://d-1\.awsapps\.com/start +aws_sso +https://d-1\.awsapps\.com/start +$DIR/a\.json\$"
	assert_line --index 2 --regexp "^contoso +oauth +https://cred\.example\.com/api/ +$DIR/b\.json\$"
}

@test "list-servers lines up ids of wide characters, and has one style of path" {
	export XDG_CONFIG_HOME=$HOME/.config
	DIR=$XDG_CONFIG_HOME/mairu/servers.d
	server a.json "$(oauth 日本 https://a.example.com/)"
	server b.json "$(oauth abcd https://b.example.com/)"
	server c.json "$(oauth c https://c.example.com/)"
	chmod 0666 "$DIR/c.json"
	run --separate-stderr -1 mairu list-servers
	assert_line --index 0 'SERVER  KIND   URL                     FILE'
	assert_line --index 1 '日本    oauth  https://a.example.com/  ~/.config/mairu/servers.d/a.json'
	assert_line --index 2 'abcd    oauth  https://b.example.com/  ~/.config/mairu/servers.d/b.json'
	assert_equal "$stderr" "mairu: ~/.config/mairu/servers.d/c.json can be written by others: look at what it holds, then run: chmod go-w $DIR/c.json"
}

@test "list-servers --json is an array of the same" {
	server a.json "$(sso HTTPS://D-1.AWSapps.com/start#/)"
	server b.json "$(oauth contoso https://cred.example.com)"
	mairu list-servers --json >"$T/all"
	python3 - "$T/all" "$DIR" <<-'PY'
		import json, sys
		d = sys.argv[2]
		assert json.load(open(sys.argv[1])) == [
		    {"id": "https://d-1.awsapps.com/start", "kind": "aws_sso",
		     "url": "https://d-1.awsapps.com/start", "file": d + "/a.json"},
		    {"id": "contoso", "kind": "oauth",
		     "url": "https://cred.example.com/", "file": d + "/b.json"}]
	PY
}

@test "a broken file is named on standard error with all that is wrong, hides no other, and the status is 1" {
	server a.json '{'
	server b.json "$(oauth contoso https://cred.example.com/)"
	server c.json '{"url":"http://cred.example.com/","id":7,"oauth":{"client_secret":"hunter2\n"}}'
	mkfifo "$DIR/d.json"
	run --separate-stderr -1 mairu list-servers
	assert_line --index 1 --regexp '^contoso +oauth '
	assert_equal "${#lines[@]}" 2
	assert_equal "${#stderr_lines[@]}" 3
	assert_regex "${stderr_lines[0]}" '^mairu: .*/a\.json: line 2, column '
	assert_regex "${stderr_lines[1]}" '^mairu: .*/c\.json: "url": it must begin with https://.*"id": expected .*, found 7; "oauth\.client_id" is missing: .*"oauth\.client_secret": expected '
	assert_regex "${stderr_lines[2]}" '^mairu: .*/d\.json is not a regular file$'
	[[ $stderr != *hunter2* ]]
	run --separate-stderr -1 mairu list-servers --json
	assert_equal "$(python3 -c 'import json, sys; print([s["id"] for s in json.load(sys.stdin)])' <<<"$output")" "['contoso']"
	assert_equal "${#stderr_lines[@]}" 3
}

@test "a secret that others can read and keys without effect are warned about" {
	server a.json "$(oauth contoso https://cred.example.com/ '"client_secret":"hunter2","colour":1')"
	chmod 0644 "$DIR/a.json"
	run --separate-stderr mairu list-servers
	assert_success
	assert_line --index 1 --regexp '^contoso +oauth '
	assert_equal "${#stderr_lines[@]}" 2
	assert_equal "${stderr_lines[0]}" "mairu: $DIR/a.json holds a client_secret, and others can read it. Run: chmod go-r $DIR/a.json"
	assert_equal "${stderr_lines[1]}" "mairu: $DIR/a.json: these keys have no effect: oauth.colour"
	[[ $output$stderr != *hunter2* ]]
	bash -c "${stderr_lines[0]#*Run: }"
	run --separate-stderr mairu list-servers
	assert_equal "${#stderr_lines[@]}" 1
}

@test "a file or directory that others can write is refused" {
	server a.json "$(sso https://d-1.awsapps.com/start)"
	server b.json "$(oauth contoso https://cred.example.com/)"
	chmod 0664 "$DIR/a.json"
	run --separate-stderr -1 mairu list-servers
	assert_line --index 1 --regexp '^contoso '
	assert_regex "$stderr" '^mairu: .*/a\.json can be written by others: .*chmod go-w'
	chmod 0777 "$DIR"
	run --separate-stderr -1 mairu list-servers
	assert_output ''
	assert_regex "$stderr" '^mairu: .*servers\.d can be written by others: .*chmod go-w'
	run -1 mairu remove-server contoso
	[ -e "$DIR/b.json" ]
}

@test "an id that several files have is an error that names them" {
	server a.json "$(oauth contoso https://a.example.com/)"
	server b.json "$(oauth contoso https://b.example.com/)"
	server c.json "$(oauth other https://b.example.com/)"
	run --separate-stderr -1 mairu list-servers
	assert_equal "${#lines[@]}" 4
	assert_equal "${#stderr_lines[@]}" 1
	assert_regex "$stderr" '^mairu: 2 files of .*servers\.d have the id contoso: a\.json, b\.json\. '
	run --separate-stderr -1 mairu remove-server contoso
	assert_output ''
	assert_regex "$stderr" '^mairu: 2 files of .* have the id contoso: a\.json, b\.json\. '
	run --separate-stderr -1 mairu remove-server https://b.example.com
	assert_regex "$stderr" '^mairu: 2 files of .* have the URL https://b\.example\.com: b\.json, c\.json\. '
	assert_equal "$(ls "$DIR")" $'a.json\nb.json\nc.json'
}

@test "what a file says is shown without escapes" {
	server $'a\e]0;x\a.json' "$(oauth contoso https://cred.example.com/)"
	server $'b\e]0;x\a.json' '{"\u001b]0;":1}'
	run --separate-stderr -1 mairu list-servers
	[[ $output$stderr != *$'\e'* && $output$stderr != *$'\a'* ]]
	assert_output --partial 'a\x1b]0;x\x07.json'
	run --separate-stderr mairu remove-server contoso
	assert_success
	[[ $stderr != *$'\e'* ]]
}

@test "remove-server removes the file of that id or URL, says which, and no other" {
	server a.json "$(oauth contoso https://a.example.com/)"
	server b.json "$(sso https://d-1.awsapps.com/start)"
	server c.json '{'
	server contoso.json~ 'x'
	run --separate-stderr mairu remove-server contoso
	assert_success
	assert_output ''
	assert_equal "$stderr" "mairu: removed $DIR/a.json, the file of the server contoso"
	assert_equal "$(ls "$DIR")" $'b.json\nc.json\ncontoso.json~'
	run --separate-stderr mairu remove-server 'https://d-1.awsapps.com/start/#/'
	assert_success
	assert_regex "$stderr" '/b\.json, the file of the server https://d-1\.awsapps\.com/start$'
	assert_equal "$(ls "$DIR")" $'c.json\ncontoso.json~'
}

@test "remove-server of a link removes the link and not what it leads to" {
	server real "$(oauth contoso https://a.example.com/)"
	ln -s real "$DIR/a.json"
	mairu remove-server contoso
	assert_equal "$(ls "$DIR")" real
}

@test "remove-server of nothing known exits 1 and says how to see what there is" {
	run --separate-stderr -1 mairu remove-server contoso
	assert_output ''
	assert_equal "$stderr" 'mairu: there is no server contoso. Run: mairu list-servers'
	server a.json '{'
	run --separate-stderr -1 mairu remove-server contoso
	assert_equal "$stderr" 'mairu: there is no server contoso; 1 of the 1 files could not be used. Run: mairu list-servers'
	[ -e "$DIR/a.json" ]
	run -1 mairu remove-server ''
	run -2 mairu remove-server
	run -2 mairu remove-server a b
	run -2 mairu list-servers a
}

@test "an id that begins with a dash follows --" {
	server a.json "$(oauth -x https://a.example.com/)"
	run mairu remove-server -- -x
	assert_success
	[ ! -e "$DIR/a.json" ]
}

@test "remove-server that may not remove says so" {
	need_root
	server a.json "$(oauth contoso https://a.example.com/)"
	chmod 0755 "$T" "$XDG_CONFIG_HOME" "$XDG_CONFIG_HOME/mairu" "$DIR"
	chmod 0644 "$DIR/a.json"
	run --separate-stderr -1 "${AS_NOBODY[@]}" mairu remove-server contoso
	assert_equal "$stderr" "mairu: cannot remove $DIR/a.json: Permission denied"
	[ -e "$DIR/a.json" ]
}

@test "without HOME list-servers fails with one clear message" {
	unset HOME XDG_CONFIG_HOME
	run --separate-stderr -1 mairu list-servers
	assert_regex "$stderr" '^mairu: .*HOME'
	assert_equal "${#stderr_lines[@]}" 1
}
