# Runs at the first prompt of an interactive zsh and takes the bench's orders;
# drive.bash says which.

bench_stay() {
	local bench_i

	for ((bench_i = 0; bench_i < $2; bench_i++)); do "$1"; done
}

bench_enter() {
	local bench_i

	for ((bench_i = 0; bench_i < $2; bench_i++)); do
		unset MAIRU_STATE MAIRU_ACTIVE_SERVER MAIRU_ACTIVE_ROLE \
			MAIRU_ACTIVE_CONFIG AWS_CONTAINER_CREDENTIALS_FULL_URI \
			AWS_CONTAINER_AUTHORIZATION_TOKEN BENCH_VALUE \
			DIRENV_DIR DIRENV_FILE DIRENV_DIFF DIRENV_WATCHES
		"$1"
		[[ -z ${MAIRU_ACTIVE_ROLE-}${BENCH_VALUE-} ]] || ((bench_entered += 1))
	done
}

while read -r bench_kind bench_hook bench_program bench_count <$BENCH_ORDERS; do
	__mairu_bin=$bench_program
	bench_entered=0
	"bench_$bench_kind" "$bench_hook" "$bench_count"
	echo "$bench_entered" >$BENCH_ANSWERS
done
exit
