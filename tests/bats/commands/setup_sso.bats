# mairu setup-sso, against a stand-in for the broker.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

URL=https://contoso.awsapps.com/start
OPTIONS=(-r eu-west-1 -u "$URL")

prepare() {
	DIR=$XDG_CONFIG_HOME/mairu/servers.d
	FILE=$DIR/contoso.json
	standin
	answers '{"REGISTER": {"EXPIRES": 0}}'
}

# holds URL [SCOPE]...: what the file of contoso is.
holds() {
	python3 - "$FILE" "$@" <<-'PY'
		import json, sys
		path, url, *scopes = sys.argv[1:]
		assert json.load(open(path)) == {"url": url, "id": "contoso", "aws_sso": {
		    "region": "eu-west-1", "scope": scopes or ["sso:account:access"]}}, open(path).read()
	PY
}

@test "setup-sso --yes shows the file, writes it, and registers the clients" {
	local text='{
  "url": "https://contoso.awsapps.com/start",
  "id": "contoso",
  "aws_sso": {
    "region": "eu-west-1",
    "scope": [
      "sso:account:access"
    ]
  }
}'

	run --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" --yes
	assert_success
	assert_output ''
	assert_equal "$stderr" "mairu: $FILE will contain:
$text
mairu: $FILE was written
mairu: the clients are registered. Run: mairu login contoso"
	printf '%s\n' "$text" | cmp - "$FILE"
	assert_equal "$(stat -c %a "$FILE" "$DIR" "${DIR%/*}")" "600
700
700"
	assert_equal "$(heard '[(q["type"], q["SERVER"]) for q in r]')" "[('REGISTER', 'contoso')]"
	run mairu list-servers
	assert_output --partial "contoso  aws_sso  $URL  "
	assert_equal "$(ls -A "$DIR")" contoso.json
}

@test "setup-sso tidies the start URL" {
	local url

	for url in HTTPS://Contoso.AWSapps.com/start "$URL/" "$URL/#/" \
		"$URL#/console?x=1" "$URL/?tab=accounts#x" \
		https://contoso.awsapps.com:443/start; do
		run mairu setup-sso contoso --region=eu-west-1 --start-url="$url" -y --overwrite
		assert_success
		holds "$URL"
	done
	run mairu setup-sso contoso -r eu-west-1 -u https://d-1.awsapps.com -y --overwrite
	assert_success
	holds https://d-1.awsapps.com/
	# Nobody was asked: they are AWS's own.
	assert_equal "$(heard '{q["type"] for q in r}')" "{'REGISTER'}"
}

@test "setup-sso takes several scopes, each for itself" {
	mairu setup-sso contoso "${OPTIONS[@]}" -s sso:account:access --scope codewhisperer:completions -y
	holds "$URL" sso:account:access codewhisperer:completions
	run -2 mairu setup-sso contoso "${OPTIONS[@]}" -s 'a b' -y --overwrite
	assert_output --partial 'these values do not make a valid server'
	holds "$URL" sso:account:access codewhisperer:completions
}

@test "setup-sso refuses what can be no server, and writes nothing" {
	run -2 mairu setup-sso contoso -r eu-west-1 -y
	assert_output --partial '--region and --start-url are required'
	run -2 mairu setup-sso contoso -u "$URL" -y
	run -2 mairu setup-sso "${OPTIONS[@]}" -y
	for region in '' eu EU-WEST-1 eu-west eu-west-1a eu--west-1 eu-west-1.evil.com e-west-1; do
		run -2 mairu setup-sso contoso -r "$region" -u "$URL" -y
		assert_output --partial 'a region looks like eu-west-1'
	done
	for url in '' contoso.awsapps.com http://contoso.awsapps.com/start \
		https://user:pw@contoso.awsapps.com/start ftp://x/ "https://a b/"; do
		run -2 mairu setup-sso contoso -r eu-west-1 -u "$url" -y
		assert_output --partial 'the start URL: '
	done
	for id in '' . .hidden a/b ../x "$(printf '%0201d' 1)" $'a\nb' $'a\xff'; do
		run -2 mairu setup-sso "$id" "${OPTIONS[@]}" -y
		assert_output --partial 'the id becomes a file name'
	done
	run -2 mairu setup-sso "${OPTIONS[@]}" -y -- -x
	assert_output --partial 'the id becomes a file name'
	# Text that reorders what is shown.
	run -2 mairu setup-sso $'a\u202eb' "${OPTIONS[@]}" -y
	[ ! -e "$DIR" ]
	[ ! -e "$T/requests" ]
}

@test "setup-sso without a terminal and without --yes is a wrong usage" {
	run -2 --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" </dev/null
	assert_equal "$stderr" 'mairu: setup-sso: there is no terminal to ask on; give --yes. Run: mairu setup-sso --help'
	[ ! -e "$DIR" ]
}

@test "setup-sso asks on a terminal, and writes after yes alone" {
	local answer

	rc bash
	for answer in n ''; do
		session bash <<-SCRIPT
			%as ask
			%type mairu setup-sso contoso ${OPTIONS[*]}; echo status \$?
			%wait write it\? \[y/N\]
			%send $answer\\n
			%prompt
		SCRIPT
		has ask '"region": "eu-west-1"'
		has ask 'mairu: nothing was written'
		has ask 'status 1'
		[ ! -e "$DIR" ]
	done
	session bash <<-SCRIPT
		%as ask
		%type mairu setup-sso contoso ${OPTIONS[*]}; echo status \$?
		%wait write it\? \[y/N\]
		%send y\\n
		%prompt
	SCRIPT
	has ask 'status 0'
	holds "$URL"
}

@test "a file that is there and says otherwise is not replaced without --overwrite" {
	mkdir -p "$DIR"
	printf '{"url": "https://other.awsapps.com/start", "id": "contoso", "aws_sso": {"region": "us-east-1", "local_port": 4711}}' >"$FILE"
	chmod 600 "$FILE"
	cp -p "$FILE" "$T/before"
	run -1 --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_equal "$stderr" "mairu: $FILE already exists and differs: URL https://other.awsapps.com/start instead of $URL, region us-east-1 instead of eu-west-1, local_port 4711
mairu: nothing was written. To replace it, run this again with --overwrite"
	cmp "$FILE" "$T/before"
	[ ! -e "$T/requests" ]
	run --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" -y --overwrite
	assert_success
	assert_regex "$stderr" 'and differs: URL '
	assert_equal "$(heard '[q["FRESH"] for q in r]')" '[1]'
	holds "$URL"
	# One that is no server of IAM Identity Center, and none at all.
	printf '{"url": "https://c.example/", "id": "contoso", "oauth": {"client_id": "x", "code_grant": {}}}' >"$FILE"
	run -1 mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_output --partial 'differs: an OAuth server, URL https://c.example/ instead of '
	printf '{' >"$FILE"
	run -1 mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_output --partial 'differs: it is not the file of a server'
}

@test "a file that says the same is left alone, and the clients are registered" {
	mkdir -p "$DIR"
	printf '{"aws_sso":{"region":"eu-west-1"},"id":"contoso","url":"%s/"}' "$URL" >"$FILE"
	chmod 600 "$FILE"
	run -1 mairu setup-sso contoso "${OPTIONS[@]}" -y
	printf '{"aws_sso":{"region":"eu-west-1"},"id":"contoso","url":"%s"}' "$URL" >"$FILE"
	cp -p "$FILE" "$T/before"
	run --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_success
	assert_equal "$stderr" "mairu: $FILE already says so
mairu: the clients are registered. Run: mairu login contoso"
	cmp "$FILE" "$T/before"
}

@test "a server with that id in another file is named, and nothing is written" {
	mkdir -p "$DIR"
	printf '{"aws_sso":{"region":"us-east-1"},"id":"contoso","url":"%s"}' "$URL" >"$DIR/mine.json"
	chmod 600 "$DIR/mine.json"
	run -1 mairu setup-sso contoso "${OPTIONS[@]}" -y --overwrite
	assert_output "mairu: $DIR/mine.json already has that id: remove it, or choose another id"
	[ ! -e "$FILE" ]
	# The same URL is no harm.
	sed -i 's/"id":"contoso",//' "$DIR/mine.json"
	run --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_success
	assert_regex "$stderr" "mairu: $DIR/mine.json has that URL too: name either of them by its id"
	holds "$URL"
}

@test "an address of one's own is asked where it leads" {
	answers "{\"REGISTER\": {\"EXPIRES\": 0}, \"START_URL\": {\"URL\": \"$URL/#/\"}}"
	run --separate-stderr mairu setup-sso contoso -r eu-west-1 -u https://SSO.example.com/ -y
	assert_success
	assert_regex "$stderr" "^mairu: https://sso.example.com/ redirects to $URL"
	holds "$URL"
	assert_equal "$(heard 'r[0]["type"], r[0]["URL"]')" "('START_URL', 'https://sso.example.com/')"
	# And taken as it is where that is not known.
	answers '{"REGISTER": {"EXPIRES": 0}, "START_URL": ["error", 13, "cannot reach sso.example.com"]}'
	run --separate-stderr mairu setup-sso contoso -r eu-west-1 -u https://sso.example.com/go -y --overwrite
	assert_success
	assert_regex "$stderr" '^mairu: could not find out where https://sso.example.com/go redirects to, so it is used as it is: cannot reach sso.example.com'
	holds https://sso.example.com/go
	# What the broker says is not believed either.
	answers '{"REGISTER": {"EXPIRES": 0}, "START_URL": {"URL": "http://evil.example/"}}'
	run --separate-stderr mairu setup-sso contoso -r eu-west-1 -u https://sso.example.com/go -y --overwrite
	holds https://sso.example.com/go
}

@test "when no client can be registered the file stays, and what to do is said" {
	answers '{"REGISTER": ["error", 12, "contoso refuses a client"]}'
	run -5 --separate-stderr mairu setup-sso contoso "${OPTIONS[@]}" -y
	assert_regex "$stderr" 'mairu: contoso refuses a client
mairu: the file stays, and a login will try again. Run: mairu login contoso$'
	holds "$URL"
}

@test "a region that is not known here is taken, and that is said" {
	run --separate-stderr mairu setup-sso contoso -r xx-moon-1 -u "$URL" -y
	assert_success
	assert_regex "$stderr" '^mairu: mairu does not know the region xx-moon-1'
}
