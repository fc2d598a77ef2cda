# SDKs that others wrote, and what they find.

setup_file() {
	local build

	build=$(cd "${MAIRU_BUILD:-$REPO/build}" && pwd)
	if command -v npm >/dev/null; then
		# Once, whichever file comes first.
		flock "$build" "$REPO/tests/bats/sdk/install" "$build/sdk"
	fi
}

# sdk_program NAME: puts it beside the SDK, at once, as another test may be about
# to run it there.
sdk_program() {
	cp "$REPO/tests/bats/sdk/$1" "$MAIRU_BUILD/sdk/$1.$BASHPID"
	mv "$MAIRU_BUILD/sdk/$1.$BASHPID" "$MAIRU_BUILD/sdk/$1"
}

# `which-key` says which access key each SDK finds, in a line each.
which_key() {
	cat >"$T/bin/which-key" <<-SH
		#!/bin/sh
		/usr/bin/python3 - <<'PY'
		import boto3
		try:
		    found = boto3.Session().get_credentials()
		    print("boto3", found.access_key if found else "none")
		except Exception as e:
		    print("boto3", e)
		PY
		/usr/bin/aws configure list 2>&1 |
			sed -n 's/^ *access_key *\(\S*\) *\(\S*\).*/cli \1 \2/p'
		command -v npm >/dev/null || exit 0
		echo "js \$(AWS_REGION=eu-west-1 node "$MAIRU_BUILD/sdk/which.mjs")"
	SH
	chmod +x "$T/bin/which-key"
	[ ! -d "$MAIRU_BUILD/sdk" ] || sdk_program which.mjs
}
