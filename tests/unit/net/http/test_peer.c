/* Whose socket is at the other end of loopback: net/http/peer.h. */

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "net/http/peer.h"
#include "scratch.h"

static int asker, listener, ours = -1, theirs = -1;
static struct sockaddr_in at;
static struct tcp_end here, peer;

static int setup(void **state)
{
	socklen_t len = sizeof(at);

	(void)state;
	(void)alarm(60);
	asker = peer_open();
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	at = (struct sockaddr_in){
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return asker < 0 || bind(listener, (struct sockaddr *)&at, len) < 0 ||
	       listen(listener, 4) < 0 ||
	       getsockname(listener, (struct sockaddr *)&at, &len) < 0 ||
	       !tcp_end_of(&here, (struct sockaddr *)&at, len);
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

	return connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 ? fd : -1;
}

/* As Java does it: one socket for both families. */
static int dial_dual(void)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), no = 0;
	struct sockaddr_in6 to = {
	    .sin6_family = AF_INET6, .sin6_port = at.sin_port};

	to.sin6_addr.s6_addr[10] = to.sin6_addr.s6_addr[11] = 0xff;
	memcpy(to.sin6_addr.s6_addr + 12, &at.sin_addr, 4);
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ? fd : -1;
}

/* Bound to a device, it is not found without naming that. */
static int dial_bound(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0)
		return -1;
	return connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 ? fd : -1;
}

static int dial_multipath(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262);

	return connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 ? fd : -1;
}

static void answer(void)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);

	ours = accept(listener, (struct sockaddr *)&from, &len);
	assert_true(ours >= 0);
	assert_true(tcp_end_of(&peer, (struct sockaddr *)&from, len));
}

static void our_own_connection_is_ours(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
}

static void a_connection_is_known_by_its_inode(void **state)
{
	struct tcp_end nobody = here;
	struct stat st;

	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(fstat(theirs, &st), 0);
	assert_int_equal(peer_inode(asker, &peer, &here), st.st_ino);
	nobody.port = htons(1);
	assert_int_equal(peer_inode(asker, &nobody, &here), 0);
	assert_int_equal(peer_inode(-1, &peer, &here), 0);
}

static void half_closed_it_is_still_ours(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(shutdown(theirs, SHUT_WR), 0);
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
}

static void one_that_nobody_holds_any_more_is_refused(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(close(theirs), 0);
	theirs = -1;
	/* In FIN_WAIT it has no inode; its uid would say 0. */
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OTHER);
}

static void our_dual_stack_connection_is_ours(void **state)
{
	struct stat st;

	(void)state;
	theirs = dial_dual();
	assert_true(theirs >= 0);
	answer();
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
	assert_int_equal(fstat(theirs, &st), 0);
	assert_int_equal(peer_inode(asker, &peer, &here), st.st_ino);
}

static void ours_that_is_bound_to_a_device_is_ours(void **state)
{
	(void)state;
	theirs = dial_bound();
	assert_true(theirs >= 0);
	answer();
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
}

static void as_another(int (*connects)(void))
{
	int status, go[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(go[1]);
		if (setgid(NOBODY) || setuid(NOBODY) || connects() < 0)
			_exit(1);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 2);
	}
	(void)close(go[0]);
	answer();
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OTHER);
	(void)close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void another_users_connection_is_told_apart(void **state)
{
	(void)state;
	ONLY_ROOT();
	as_another(dial);
}

static void so_is_another_users_dual_stack_one(void **state)
{
	(void)state;
	ONLY_ROOT();
	as_another(dial_dual);
}

static void so_is_one_that_is_bound_to_a_device(void **state)
{
	(void)state;
	ONLY_ROOT();
	as_another(dial_bound);
}

static void so_is_one_of_several_paths(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 262);

	(void)state;
	ONLY_ROOT();
	if (fd < 0) {
		print_message("[  NOTE  ] no MPTCP here\n");
		skip();
	}
	(void)close(fd);
	as_another(dial_multipath);
}

/* The network namespace in which the asker was made is the one it sees. */
static void one_of_another_network_namespace_is_unknown(void **state)
{
	int back = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), far;

	(void)state;
	ONLY_ROOT();
	if (unshare(CLONE_NEWNET) < 0) {
		print_message("[  NOTE  ] no network namespace to be had\n");
		(void)close(back);
		skip();
	}
	far = peer_open();
	assert_int_equal(setns(back, CLONE_NEWNET), 0);
	(void)close(back);
	assert_true(far >= 0);
	theirs = dial();
	answer();
	assert_int_equal(peer_ask(far, &peer, &here), PEER_UNKNOWN);
	assert_int_equal(peer_ask(asker, &peer, &here), PEER_OURS);
	(void)close(far);
}

/* --- who serves */

static void ends_of_theirs(struct tcp_end *far, struct tcp_end *near)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);

	assert_int_equal(getpeername(theirs, (struct sockaddr *)&a, &len), 0);
	assert_true(tcp_end_of(far, (struct sockaddr *)&a, len));
	len = sizeof(a);
	assert_int_equal(getsockname(theirs, (struct sockaddr *)&a, &len), 0);
	assert_true(tcp_end_of(near, (struct sockaddr *)&a, len));
}

static void our_own_server_is_ours_before_and_after_it_accepts(void **state)
{
	struct tcp_end far, near;
	uid_t uid;

	(void)state;
	theirs = dial();
	ends_of_theirs(&far, &near);
	assert_int_equal(peer_server(asker, &far, &near, &uid), PEER_OURS);
	answer();
	assert_int_equal(peer_server(asker, &far, &near, &uid), PEER_OURS);
	assert_int_equal(peer_server(-1, &far, &near, &uid), PEER_UNKNOWN);
	assert_true(peer_listener(asker, &here, &uid));
	assert_int_equal(uid, geteuid());
	near.port = htons(1);
	assert_int_equal(peer_server(asker, &far, &near, &uid), PEER_UNKNOWN);
}

/* What another user's server does in its child. */
static int serve_at(int family, int accepts, int ready)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), no = 0;
	struct sockaddr_in6 any = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);
	struct tcp_end end;
	int bound;

	if (family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) < 0)
		return -1;
	bound = family == AF_INET6
		    ? bind(fd, (struct sockaddr *)&any, sizeof(any))
		    : bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	if (bound < 0 || listen(fd, 4) < 0 ||
	    getsockname(fd, (struct sockaddr *)&name, &len) < 0 ||
	    !tcp_end_of(&end, (struct sockaddr *)&name, len) ||
	    write(ready, &end.port, sizeof(end.port)) != sizeof(end.port))
		return -1;
	/* Told again once it is accepted, and its listener gone. */
	if (accepts && (accept(fd, NULL, NULL) < 0 || close(fd) < 0 ||
			   write(ready, "x", 1) != 1))
		return -1;
	return 0;
}

static void squatted(int family, int accepts)
{
	int status, go[2], ready[2];
	struct tcp_end far, near;
	uid_t uid = 0;
	char c;
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(go[1]);
		if (setgid(NOBODY) || setuid(NOBODY) ||
		    serve_at(family, accepts, ready[1]) < 0)
			_exit(1);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 2);
	}
	(void)close(go[0]);
	(void)close(ready[1]);
	assert_int_equal(read(ready[0], &at.sin_port, sizeof(at.sin_port)),
	    sizeof(at.sin_port));
	theirs = dial();
	assert_true(theirs >= 0);
	ends_of_theirs(&far, &near);
	if (accepts)
		assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(peer_server(asker, &far, &near, &uid), PEER_OTHER);
	assert_int_equal(uid, NOBODY);
	(void)close(go[1]);
	(void)close(ready[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void another_users_server_is_told_before_it_accepts(void **state)
{
	(void)state;
	ONLY_ROOT();
	squatted(AF_INET, 0);
	(void)close(theirs);
	squatted(AF_INET6, 0);
}

static void another_users_server_is_told_after_it_accepted(void **state)
{
	(void)state;
	ONLY_ROOT();
	squatted(AF_INET, 1);
	(void)close(theirs);
	squatted(AF_INET6, 1);
}

/* --- nobody */

static void what_is_not_there_is_unknown(void **state)
{
	struct tcp_end nobody = here;
	uid_t uid;

	(void)state;
	nobody.addr.s6_addr[15] = 2;
	nobody.port = htons(1);
	assert_false(peer_listener(asker, &nobody, &uid));
	assert_int_equal(peer_ask(asker, &nobody, &here), PEER_UNKNOWN);
	/* A listener at that address is no connection. */
	assert_int_equal(peer_ask(asker, &here, &nobody), PEER_UNKNOWN);
}

static void without_anybody_to_ask_it_is_unknown(void **state)
{
	(void)state;
	theirs = dial();
	answer();
	assert_int_equal(peer_ask(-1, &peer, &here), PEER_UNKNOWN);
}

int main(void)
{
#define S(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    S(our_own_connection_is_ours),
	    S(a_connection_is_known_by_its_inode),
	    S(half_closed_it_is_still_ours),
	    S(one_that_nobody_holds_any_more_is_refused),
	    S(our_dual_stack_connection_is_ours),
	    S(ours_that_is_bound_to_a_device_is_ours),
	    S(another_users_connection_is_told_apart),
	    S(so_is_another_users_dual_stack_one),
	    S(so_is_one_that_is_bound_to_a_device),
	    S(so_is_one_of_several_paths),
	    S(one_of_another_network_namespace_is_unknown),
	    S(our_own_server_is_ours_before_and_after_it_accepts),
	    S(another_users_server_is_told_before_it_accepts),
	    S(another_users_server_is_told_after_it_accepted),
	    S(what_is_not_there_is_unknown),
	    S(without_anybody_to_ask_it_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
