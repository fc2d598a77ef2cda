# Asking the endpoint as an SDK does, for test files that have entered a
# project.  They load this after common.

# shellcheck disable=SC2034 # they are for whoever loads this

# ask [CURL-OPTION]...: status in $status_line, seconds in $took, header in
# $T/header, body in $T/body.
ask() {
	read -r status_line took < <(curl -sS -m 10 -D "$T/header" \
		-o "$T/body" -w '%{http_code} %{time_total}\n' \
		-H "Authorization: $TOKEN" "$@" "$URL")
}

# member NAME: of the last answer.
member() {
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$T/body" "$1"
}

# gives KEY-ID: there are credentials, of a role with such a key id.
gives() {
	ask
	[ "$status_line" = 200 ] || {
		echo "$status_line: $(cat "$T/body")" >&2
		return 1
	}
	[[ $(member AccessKeyId) == "$1"* ]]
}
