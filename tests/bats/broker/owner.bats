# Whose a config is, and who else could write it.

# shellcheck disable=SC2154 # stderr is set by run
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own
# shellcheck disable=SC2088 # messages hold a tilde

load ../lib/common

prepare() {
	project "$HOME/proj"
	cd "$HOME/proj" || return
}

only_root() {
	[ "$(id -u)" = 0 ] || skip "only root can give files away"
}

# refused WHY [PATH]: allow without a terminal shows what it would trust, says
# why not, and takes exactly this for a yes.
refused() {
	local digest

	run --separate-stderr -3 mairu allow
	assert_output ''
	assert_regex "$stderr" 'mairu\.json asks for: server contoso, role 123456789012/Dev'
	assert_regex "$stderr" "$1"
	assert_regex "$stderr" 'was not allowed$'
	[ ! -e "$STORE" ]
	digest=$(grep -o 'digest=[^ ]*' <<<"$stderr")
	run -3 mairu allow "--${digest}x"
	mairu allow "--$digest" || return
	assert_equal "$(at_prompt 2>/dev/null)" "contoso $ROLE"
	mairu deny
	rm -r "$STORE"
}

# free: allow asks nothing.
free() {
	run --separate-stderr -0 mairu allow
	assert_regex "$stderr" 'is allowed: server contoso'
	refute_regex "$stderr" 'others|another user'
	rm -r "$STORE"
}

refute_regex() {
	[[ ! $1 =~ $2 ]] || {
		echo "it has: $2"
		echo "$1"
		return 1
	}
}

@test "allow wants a yes or a digest where the file is another user's" {
	only_root
	free
	chown 12345 .mairu.json
	refused '~/proj/\.mairu\.json belongs to another user \(uid 12345\)'
}

@test "allow wants a yes or a digest where a directory above is another user's" {
	only_root
	chown 12345 "$HOME"
	refused '/home belongs to another user \(uid 12345\)'
	chown 0 "$HOME"
	chown 12345 .
	refused '~/proj belongs to another user'
}

@test "allow wants a yes or a digest where all can write the file or its directory" {
	chmod o+w .mairu.json
	refused 'others can write ~/proj/\.mairu\.json'
	chmod o-w .mairu.json
	chmod o+w .
	refused 'others can write ~/proj'
	# Sticky: what is the user's can't be replaced.
	chmod +t .
	free
}

@test "with a umask of 002 and a group of one's own allow asks nothing" {
	grep -q "^$(id -un):[^:]*:$(id -g):" /etc/group ||
		skip "this user has no group of its own"
	umask 002
	project "$HOME/own/deep"
	cd "$HOME/own/deep"
	assert_equal "$(stat -c %A .mairu.json)" -rw-rw-r--
	free
}

@test "allow wants a yes or a digest where a group with another member can write" {
	only_root
	# Its user has it as the primary one; nobody is named in it.
	chgrp daemon .mairu.json
	free
	chmod g+w .mairu.json
	refused 'others can write ~/proj/\.mairu\.json'
	chmod g-w .mairu.json
	chgrp daemon .
	chmod 2775 .
	refused 'others can write ~/proj'
}

@test "allow wants a yes or a digest where an access control list lets others write" {
	acl() {
		python3 - "$@" <<-'PY'
			import os, struct, sys

			path, *entries = sys.argv[1:]
			data = struct.pack("<I", 2)
			for entry in entries:
			    tag, perm, who = (int(n, 16) for n in entry.split(":"))
			    data += struct.pack("<HHI", tag, perm, who or 0xFFFFFFFF)
			try:
			    os.setxattr(path, "system.posix_acl_access", data)
			except OSError as e:
			    sys.exit(e.strerror)
		PY
	}

	acl .mairu.json 1:6:0 2:6:3039 4:4:0 10:6:0 20:4:0 ||
		skip "this file system has no access control lists"
	assert_equal "$(stat -c %a .mairu.json)" 664
	refused 'others can write ~/proj/\.mairu\.json'
	# The mask takes it away.
	acl .mairu.json 1:6:0 2:6:3039 4:4:0 10:4:0 20:4:0
	free
	acl . 1:7:0 4:5:0 8:7:3039 10:7:0 20:5:0
	refused 'others can write ~/proj'
}

@test "a yes is for the bytes that were shown, whatever the file is by then" {
	chmod o+w .mairu.json
	rc bash true
	session -C "$HOME/proj" bash <<-'SCRIPT'
		%as swapped
		%type mairu allow; echo status $?
		%wait trust it.*y/N
		%run echo '{"server":"evil","role":"other"}' >"$HOME/proj/.mairu.json"
		%send y\r
		%prompt
		%as after
		mairu exec auto true </dev/null; echo status $?
		%as no
		%type mairu allow; echo status $?
		%wait trust it.*y/N
		%send n\r
		%prompt
	SCRIPT
	has swapped 'asks for: server contoso, role 123456789012/Dev'
	has swapped 'others can write ~/proj/.mairu.json'
	has swapped 'is allowed: server contoso, role 123456789012/Dev'
	has swapped 'status 0'
	has after 'has changed since it was allowed: server evil'
	has after 'status 3'
	has no 'asks for: server evil, role other'
	has no 'was not allowed'
	has no 'status 3'
}

@test "exec says whose a config is before it asks" {
	chmod o+w .mairu.json
	rc bash true
	session -C "$HOME/proj" bash <<-'SCRIPT'
		%as asked
		%type mairu exec auto true; echo status $?
		%wait trust it.*y/N
		%send n\r
		%prompt
	SCRIPT
	has asked 'others can write ~/proj/.mairu.json'
	has asked 'status 3'
}
