# Where a shell might act in an account that is not the directory's: a state
# that was lost, changes of directory that no hook hears of, a helper that was
# interrupted, and what can't be changed or put back.

# shellcheck disable=SC2016 # text for other shells stands in single quotes
# shellcheck disable=SC2153 # ROLE comes from lib/common

load ../lib/common

PROD=222222222222/Prod
ENTERED_PROD="mairu: contoso $PROD"
GONE='mairu: MAIRU_STATE is gone, so the AWS role that this shell had was dropped. Set again what it had before, if anything'

prepare() {
	project "$HOME/proj"
	project "$HOME/prod" "$(config "$PROD")"
	allow "$HOME/proj"
	allow "$HOME/prod"
}

# The shell as a user starts it within another.
again() {
	case $1 in
	bash) echo 'bash --noprofile' ;;
	zsh) echo 'zsh -d' ;;
	fish) echo fish ;;
	esac
}

ours='AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN'
ours_unset=('AWS_CONTAINER_CREDENTIALS_FULL_URI unset'
	'AWS_CONTAINER_AUTHORIZATION_TOKEN unset')

# --- a state that is lost

# lost SHELL UNSET-MAIRU_STATE UNSET-ALL-OF-MAIRU
lost() {
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		%as lose
		$2
		%as inside
		creds
		%as leave
		cd /
		%as outside
		creds; exported $ours
		cd ~/proj
		%as elsewhere
		env -u MAIRU_STATE sh -c 'cd / && exec $(again "$1")'
		%as there
		creds; exported $ours
		%as quiet
		true
		exit
		%as all
		$3
		%as back
		creds
		cd ~/prod
		cd /
		%as last
		creds; exported $ours
	SCRIPT
	said lose "$GONE" "$ENTERED"
	said inside "contoso $ROLE"
	said leave "$LEFT"
	said outside none "${ours_unset[@]}"
	said elsewhere "$GONE"
	said there none "${ours_unset[@]}"
	silent quiet
	said all "$GONE" "$ENTERED"
	said back "contoso $ROLE"
	said last none "${ours_unset[@]}"
}

@test "bash: a shell that lost MAIRU_STATE does not keep the role for its own" {
	lost bash 'unset MAIRU_STATE' 'unset ${!MAIRU_*}'
}
@test "zsh: a shell that lost MAIRU_STATE does not keep the role for its own" {
	lost zsh 'unset MAIRU_STATE' 'unset ${(k)parameters[(I)MAIRU_*]}'
}
@test "fish: a shell that lost MAIRU_STATE does not keep the role for its own" {
	lost fish 'set -e MAIRU_STATE' 'for n in (set -n | string match "MAIRU_*"); set -e $n; end'
}

@test "what a role without its state had given is not taken for the user's" {
	local keys='[default]\naws_access_key_id = AKIAX\naws_secret_access_key = x\n'

	mkdir -p "$HOME/.aws"
	# shellcheck disable=SC2059 # its newlines are meant
	printf "$keys" >"$HOME/.aws/credentials"
	mairu setup-profile --yes >"$OUT/setup" 2>&1
	project "$HOME/proj" "$(config "$ROLE" '"region":"eu-west-1"')"
	allow "$HOME/proj"
	rc bash
	session bash <<-'SCRIPT'
		cd ~/proj
		%as inside
		echo $AWS_PROFILE $AWS_REGION
		unset MAIRU_STATE
		cd /
		%as outside
		echo ${AWS_PROFILE-unset} ${AWS_REGION-unset} ${AWS_DEFAULT_REGION-unset}
	SCRIPT
	said inside 'mairu eu-west-1'
	said outside 'unset unset unset'
}

# Without a role in the state it is no different.
lost_beside_message() {
	project "$HOME/wild" "$(config 123456789012/Wild)"
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		%as elsewhere
		env -u MAIRU_STATE sh -c 'cd ~/wild && exec $(again "$1")'
		%as there
		creds; exported $ours
	SCRIPT
	has elsewhere "$GONE"
	has elsewhere 'is not trusted'
	said there none "${ours_unset[@]}"
}

@test "bash: a lost state is noticed in a project that is not trusted" { lost_beside_message bash; }
@test "zsh: a lost state is noticed in a project that is not trusted" { lost_beside_message zsh; }
@test "fish: a lost state is noticed in a project that is not trusted" { lost_beside_message fish; }

# In static mode the keys are the role.
@test "a role in static mode that lost MAIRU_STATE is dropped, and the user's own keys are not" {
	local static=(AWS_ACCESS_KEY_ID=ASIA AWS_SECRET_ACCESS_KEY=secret
		AWS_SESSION_TOKEN=session AWS_CREDENTIAL_EXPIRATION=then)

	rc bash
	session bash <<-SCRIPT
		env ${static[*]} MAIRU_ACTIVE_ROLE=$ROLE $(again bash)
		exported AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY MAIRU_ACTIVE_ROLE
		exit
		%as own
		env ${static[*]} $(again bash)
		%as has-own
		exported AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	SCRIPT
	said 1 "$GONE"
	said 2 'AWS_ACCESS_KEY_ID unset' 'AWS_SECRET_ACCESS_KEY unset' \
		'MAIRU_ACTIVE_ROLE unset'
	silent own
	said has-own AWS_ACCESS_KEY_ID=ASIA AWS_SECRET_ACCESS_KEY=secret
}

# What `mairu exec` gives to a shell is that shell's own.
lent() {
	start_server
	a_server contoso
	log_in contoso
	rc "$1"
	session "$1" <<-SCRIPT
		%as exec
		mairu exec --server contoso $ROLE $(again "$1")
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >\$T/one
		%as enter
		cd ~/prod
		%as inside
		creds
		%as leave
		cd /
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >\$T/two
		%as lose
		cd ~/prod
		$2
		cd /
		%as after
		exported $ours
		exit
		cd ~/proj
		%as auto
		mairu exec auto $(again "$1")
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >\$T/three
		cd /
		%as quiet
		true
		printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >\$T/four
	SCRIPT
	silent exec auto quiet
	said enter "$ENTERED_PROD"
	said inside "contoso $PROD"
	check test -s "$T/one"
	check cmp "$T/one" "$T/two"
	said after "${ours_unset[@]}"
	check test -s "$T/three"
	check cmp "$T/three" "$T/four"
}

@test "bash: a shell that mairu exec started keeps its role" { lent bash 'unset MAIRU_STATE'; }
@test "zsh: a shell that mairu exec started keeps its role" { lent zsh 'unset MAIRU_STATE'; }
@test "fish: a shell that mairu exec started keeps its role" { lent fish 'set -e MAIRU_STATE'; }

# --- changes of directory that a key makes

@test "zsh: a command after a key that changes directory has the role of where it runs" {
	rc zsh 'back() { popd -q; zle reset-prompt; }; zle -N back' \
		"bindkey '^[[1;3D' back" "$(counted zsh)"
	session zsh <<-'SCRIPT'
		cd ~/proj
		pushd -q ~/prod
		%as in-prod
		creds
		%key A-left
		%prompt
		%as in-proj
		creds
		%as quiet
		creds
		cd /
		pushd -q ~/proj
		%key A-left
		%prompt
		%as nowhere
		creds
	SCRIPT
	said in-prod "contoso $PROD"
	said in-proj "$ENTERED" "contoso $ROLE"
	said quiet "contoso $ROLE"
	said nowhere "$LEFT" none
}

@test "zsh: the hook before a command keeps its status, and runs nothing where nothing moved" {
	rc zsh 'back() { cd -q ~/proj; zle reset-prompt; }; zle -N back' \
		"bindkey '^[[1;3D' back" "$(counted zsh)"
	session zsh <<-'SCRIPT'
		%as runs
		wc -l <$T/runs
		%as again
		wc -l <$T/runs
		false
		%as status
		echo $?
		false
		%key A-left
		%prompt
		%as moved
		echo $?
	SCRIPT
	# One at each prompt.
	check test $(($(out again) - $(out runs))) = 1
	said status 1
	said moved "$ENTERED" 1
}

# --- a helper that is interrupted

# interrupt NAME LINE: a line whose helper is interrupted.
interrupt() {
	cat <<-SCRIPT
		%run rm -f $T/started; : >$T/block
		%as $1
		%type $2
		%run await $T/started
		%key C-c
		%prompt
		%run rm $T/block
	SCRIPT
}

interrupted() {
	mkfifo "$T/fifo"
	mkdir "$HOME/prod/sub" "$HOME/production"
	# shellcheck disable=SC2016
	rc "$1" "$2" "$(stand_in "${@:3}" <<<'
		if [ -e "$T/block" ]; then
			: >"$T/started"
			exec cat "$T/fifo"
		fi
		exec "$REAL" "$@"')"
	session "$1" <<-SCRIPT
		cd ~/prod
		$(interrupt project 'cd ~/proj')
		%as next
		creds
		%as after
		creds
		cd ~/prod
		$(interrupt nowhere 'cd ~')
		true
		cd ~/prod
		$(interrupt beside 'cd ../production')
		true
		cd ~/prod
		$(interrupt within 'cd sub')
		true
		cd /
		$(interrupt enter 'cd ~/proj')
		true
	SCRIPT
	has "${SAYS_IN:-project}" "mairu: interrupted, so this shell still has the role contoso $PROD"
	has next "contoso $PROD"
	said after "contoso $ROLE"
	[ -z "${SAYS_IN-}" ] || return 0
	has nowhere "mairu: interrupted, so this shell still has the role contoso $PROD"
	has beside "mairu: interrupted, so this shell still has the role contoso $PROD"
	lacks within mairu
	lacks enter mairu
}

@test "bash: an interrupted helper that leaves a role where it does not belong says so" { interrupted bash : bash; }
@test "bash: with the cd option an interrupted helper says so too" { interrupted bash : bash --cd; }
@test "bash: with an INT trap an interrupted helper says so too" { interrupted bash 'trap : INT' bash; }
@test "zsh: an interrupted helper that leaves a role where it does not belong says so" { interrupted zsh : zsh; }
@test "zsh: an interrupted helper of a prompt alone says so before the next command" {
	SAYS_IN=next interrupted zsh 'alias cd="cd -q"' zsh
	check test "$(head -n 1 "$OUT/next")" != "contoso $PROD"
}
@test "zsh: with a TRAPINT an interrupted helper of a prompt says so at once" {
	interrupted zsh 'alias cd="cd -q"; TRAPINT() { return 0; }' zsh
}
@test "fish: an interrupted helper that leaves a role where it does not belong says so" { interrupted fish : fish; }

# --- what can't be changed

# readonly_inside SHELL NAME: made read-only while a role is in force.
readonly_inside() {
	rc "$1"
	session -e AWS_PROFILE=mine "$1" <<-SCRIPT
		cd ~/proj
		readonly $2
		%as enter
		cd ~/prod
		%as quiet
		true
		%as in-prod
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN MAIRU_ACTIVE_ROLE | grep -v ^$2=; echo end
		%as leave
		cd /
		%as quiet2
		true
		%as nowhere
		exported AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN MAIRU_ACTIVE_ROLE | grep -v ^$2=; echo end
		%as back
		cd ~/proj
		%as in-proj
		creds
	SCRIPT
	one_message enter
	has enter "mairu: $2 is read-only in this shell, so its AWS role cannot change, and is unset as far as it can be"
	silent quiet quiet2
	lacks in-prod =
	one_message leave
	has leave "mairu: $2 is read-only"
	lacks nowhere =
	said back "$ENTERED"
	said in-proj "contoso $ROLE"
}

@test "bash: a role that a read-only variable keeps is unset as far as it can be" {
	readonly_inside bash AWS_CONTAINER_AUTHORIZATION_TOKEN
}
@test "zsh: a role that a read-only variable keeps is unset as far as it can be" {
	readonly_inside zsh AWS_CONTAINER_AUTHORIZATION_TOKEN
}

@test "fish: a role that a universal variable keeps is unset" {
	rc fish
	session fish <<-SCRIPT
		cd ~/proj
		set -Ux AWS_PROFILE everywhere
		%as enter
		cd ~/prod
		%as in-prod
		creds; exported AWS_PROFILE
		%as quiet
		true
		%as leave
		cd /
		%as nowhere
		creds; exported AWS_PROFILE
	SCRIPT
	one_message enter
	has enter 'AWS_PROFILE is an exported universal variable'
	has enter 'is unset as far as it can be'
	said in-prod none AWS_PROFILE=everywhere
	silent quiet
	said nowhere none AWS_PROFILE=everywhere
}

# --- what comes back on leaving

# back SHELL EXPORT-WORDS IS UNSET-WORDS
back() {
	rc "$1"
	session -e AWS_PROFILE=mine -e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=my+secret/key "$1" <<-SCRIPT
			cd ~/proj
			$2 AWS_PROFILE$3other
			$2 AWS_ACCESS_KEY_ID$3AKIAOTHER
			%as inside
			exported AWS_PROFILE AWS_ACCESS_KEY_ID
			$4 AWS_PROFILE
			$4 AWS_ACCESS_KEY_ID
			%as leave
			cd /
			%as outside
			exported AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
			cd ~/proj
			$2 AWS_SESSION_TOKEN$3other
			%as half
			cd /
			%as after-half
			exported AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
		SCRIPT
	said inside AWS_PROFILE=other AWS_ACCESS_KEY_ID=AKIAOTHER
	said leave "$LEFT"
	said outside AWS_PROFILE=mine AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		AWS_SECRET_ACCESS_KEY=my+secret/key
	said half "$LEFT" 'mairu: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY do not come back: another of the same set was set meanwhile'
	said after-half AWS_PROFILE=mine 'AWS_ACCESS_KEY_ID unset' \
		'AWS_SECRET_ACCESS_KEY unset' AWS_SESSION_TOKEN=other
}

@test "bash: a variable set and unset again inside comes back, and what does not is named" { back bash export = unset; }
@test "zsh: a variable set and unset again inside comes back, and what does not is named" { back zsh export = unset; }
@test "fish: a variable set and unset again inside comes back, and what does not is named" { back fish 'set -gx' ' ' 'set -e'; }

# owed SHELL: keys that wait with a broker that does not answer.
owed() {
	local pid waits='mairu: what this shell had in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY waits with the broker, and is lost if that ends: '

	start_broker
	pid=$(broker_pid)
	project "$HOME/wild" "$(config 123456789012/Wild)"
	rc "$1"
	session -e AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		-e AWS_SECRET_ACCESS_KEY=my+secret/key "$1" <<-SCRIPT
			cd ~/proj
			%run kill -STOP $pid
			%as switch
			cd ~/prod
			%as quiet
			true
			%as leave
			cd /
			%as quiet2
			true
			%run kill -CONT $pid
			true
			%as healed
			exported AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
			cd ~/proj
			%run kill -STOP $pid
			%as wild
			cd ~/wild
			%run kill -CONT $pid
			true
			%as healed2
			exported AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
		SCRIPT
	silent quiet quiet2
	check test "$(out switch | tail -n 1)" = "$LEFT"
	has switch "$waits"
	has switch kill-agent
	check test "$(out switch | grep -c .)" = 2
	has leave "$waits"
	has wild "$waits"
	has wild 'is not trusted'
	said healed AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE \
		AWS_SECRET_ACCESS_KEY=my+secret/key
	said healed2 "$(out healed)"
}

@test "bash: what waits with a broker that does not answer is named before the way to end it" { owed bash; }
@test "zsh: what waits with a broker that does not answer is named before the way to end it" { owed zsh; }
@test "fish: what waits with a broker that does not answer is named before the way to end it" { owed fish; }

# --- what is said

# What tells of a file that is not trusted is never the shell's to print, so it
# comes before what the shell says once it has let the role go.
order() {
	project "$HOME/wild" "$(config 123456789012/Wild)"
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		%as wild
		cd ~/wild
		%as back
		cd ~/proj
	SCRIPT
	said wild "mairu: ~/wild/.mairu.json is not trusted: server contoso, role 123456789012/Wild. Run: mairu allow" "$LEFT"
	said back "$ENTERED"
}

@test "bash: why there is no role is said, and then that one is left" { order bash; }
@test "zsh: why there is no role is said, and then that one is left" { order zsh; }
@test "fish: why there is no role is said, and then that one is left" { order fish; }

kept_out() {
	project "$HOME/wild" "$(config 123456789012/Wild)"
	rc "$1"
	session "$1" <<-SCRIPT
		cd ~/proj
		$2
		%as wild
		cd ~/wild
		%as next
		true
		%as third
		true
	SCRIPT
	has wild 'is not trusted'
	has wild "$3"
	silent next third
}

@test "bash: why there is no role is said once, though the shell keeps a variable" { kept_out bash 'readonly AWS_CONTAINER_AUTHORIZATION_TOKEN' 'is read-only'; }
@test "zsh: why there is no role is said once, though the shell keeps a variable" { kept_out zsh 'readonly AWS_CONTAINER_AUTHORIZATION_TOKEN' 'is read-only'; }

# A message alone is no role that another user could have left behind.
foreign() {
	need_root
	mkdir -p "$T/nobody/.config/mairu" "$T/nobody/state" \
		"$T/nobody/fish/generated_completions"
	project "$HOME/wild" "$(config 123456789012/Wild)"
	rc "$1"
	cp "$(rc_file "$1")" "$T/nobody/"
	mkdir -p "$T/nobody/.config/fish"
	cp -r "$XDG_CONFIG_HOME/fish" "$T/nobody/.config/"
	chown -R 65534:65534 "$T/nobody"
	chmod 0755 "$T" "$HOME" "$HOME/wild"
	chmod -R a+rX "$HOME" "$XDG_CONFIG_HOME"
	session "$1" <<-SCRIPT
		%as mine
		cd ~/wild
		%as theirs
		setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=$T/nobody XDG_CONFIG_HOME=$T/nobody/.config XDG_DATA_HOME=$T/nobody XDG_STATE_HOME=$T/nobody/state $(again "$1")
		exit
	SCRIPT
	has mine 'is not trusted'
	lacks theirs 'another user'
}

@test "bash: a state of another user that holds no role is dropped silently" { foreign bash; }
@test "zsh: a state of another user that holds no role is dropped silently" { foreign zsh; }
@test "fish: a state of another user that holds no role is dropped silently" { foreign fish; }
