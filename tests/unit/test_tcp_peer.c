/* Whose socket is at the other end of loopback: broker/tcp_peer.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "broker/tcp_peer.h"
#include "scratch.h"

static int asker, listener, ours = -1, theirs = -1;
static struct sockaddr_in here, peer;

static int setup(void **state)
{
	socklen_t len = sizeof(here);

	(void)state;
	(void)alarm(60);
	asker = tcp_peer_open();
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	here = (struct sockaddr_in){
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return asker < 0 || bind(listener, (struct sockaddr *)&here, len) < 0 ||
	       listen(listener, 4) < 0 ||
	       getsockname(listener, (struct sockaddr *)&here, &len) < 0;
}

static int teardown(void **state)
{
	(void)state;
	(void)close(asker);
	(void)close(listener);
	if (ours >= 0)
		(void)close(ours);
	if (theirs >= 0)
		(void)close(theirs);
	ours = theirs = -1;
	return 0;
}

static int dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&here, sizeof(here)) == 0 ? fd
									: -1;
}

static void answer(void)
{
	socklen_t len = sizeof(peer);

	ours = accept(listener, (struct sockaddr *)&peer, &len);
	assert_true(ours >= 0);
}

static void our_own_connection_is_ours(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(tcp_peer_ask(asker, &peer, &here), TCP_PEER_OURS);
	assert_int_equal(tcp_peer_ask(asker, &peer, &here), TCP_PEER_OURS);
}

static void a_connection_is_known_by_its_inode(void **state)
{
	struct sockaddr_in nobody = here;
	struct stat st;

	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(fstat(theirs, &st), 0);
	assert_int_equal(tcp_peer_inode(asker, &peer, &here), st.st_ino);
	nobody.sin_port = htons(1);
	assert_int_equal(tcp_peer_inode(asker, &nobody, &here), 0);
	assert_int_equal(tcp_peer_inode(-1, &peer, &here), 0);
}

static void half_closed_it_is_still_ours(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(shutdown(theirs, SHUT_WR), 0);
	assert_int_equal(tcp_peer_ask(asker, &peer, &here), TCP_PEER_OURS);
}

static void one_that_nobody_holds_any_more_is_refused(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(close(theirs), 0);
	theirs = -1;
	/* In FIN_WAIT it has no inode; its uid would say 0. */
	assert_int_equal(tcp_peer_ask(asker, &peer, &here), TCP_PEER_OTHER);
}

static void another_users_connection_is_told_apart(void **state)
{
	int status, go[2];
	char c;
	pid_t pid;

	(void)state;
	ONLY_ROOT();
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(go[1]);
		if (setgid(NOBODY) || setuid(NOBODY) || dial() < 0)
			_exit(1);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 2);
	}
	(void)close(go[0]);
	answer();
	assert_int_equal(tcp_peer_ask(asker, &peer, &here), TCP_PEER_OTHER);
	(void)close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void what_is_not_there_is_unknown(void **state)
{
	struct sockaddr_in nobody = here;

	(void)state;
	nobody.sin_addr.s_addr = htonl(0x7f000002);
	nobody.sin_port = htons(1);
	assert_int_equal(tcp_peer_ask(asker, &nobody, &here), TCP_PEER_UNKNOWN);
	/* A listener at that address is no connection. */
	assert_int_equal(tcp_peer_ask(asker, &here, &nobody), TCP_PEER_UNKNOWN);
}

static void without_anybody_to_ask_it_is_unknown(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(tcp_peer_ask(-1, &peer, &here), TCP_PEER_UNKNOWN);
}

int main(void)
{
#define S(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    S(our_own_connection_is_ours),
	    S(a_connection_is_known_by_its_inode),
	    S(half_closed_it_is_still_ours),
	    S(one_that_nobody_holds_any_more_is_refused),
	    S(another_users_connection_is_told_apart),
	    S(what_is_not_there_is_unknown),
	    S(without_anybody_to_ask_it_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
