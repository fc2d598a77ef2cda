/* The process that does what the broker may not: net/runtime/helper.h and
 * broker/helper_child.h.  It is this program with `--helper`, and what it
 * starts this program with `--check`. */

#include "home.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/sys/plat.h"
#include "broker/helper_child.h"
#include "broker/notify/find_terminal.h"
#include "broker/notify/terminal.h"
#include "net/http/ca_bundle.h"
#include "net/runtime/helper.h"
#include "net/runtime/helper_talk.h"
#include "pty.h"

static struct loop *loop;
static int n_ended, n_lost;

static void ended(void *arg)
{
	(void)arg;
	n_ended++;
}

static void lost(void *arg)
{
	(void)arg;
	n_lost++;
}

static int setup(void **state)
{
	const struct helper_handler h = {.ended = ended, .lost = lost};
	struct err e;

	n_ended = n_lost = 0;
	return home_setup(state) != 0 || loop_new(&loop, NULL, NULL) < 0 ||
	       helper_begin(NULL, &e) < 0 || helper_attach(loop, &h, &e) < 0;
}

static int teardown(void **state)
{
	helper_end();
	helper_reap();
	loop_free(loop);
	return tear_down(state);
}

static void turn(void)
{
	assert_int_equal(loop_once(loop, 20, NULL), 0);
}

/* What a child says of itself: its pid and its parent's. */
static void hear(int fd, pid_t *pid, pid_t *parent)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	pid_t said[2];

	assert_int_equal(poll(&p, 1, 10000), 1);
	assert_int_equal(recv(fd, said, sizeof(said), 0), sizeof(said));
	*pid = said[0];
	*parent = said[1];
}

static int child_run(int fd)
{
	const pid_t said[2] = {getpid(), getppid()};
	char c;

	if (send(fd, said, sizeof(said), MSG_NOSIGNAL) < 0)
		return 1;
	return recv(fd, &c, 1, 0) != 0;
}

static int is_closed(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char c;

	return poll(&p, 1, 10000) == 1 && recv(fd, &c, 1, 0) == 0;
}

/* 1 when the process is gone, or will be in a moment. */
static int is_gone(pid_t pid)
{
	int64_t until = plat_ms() + 10000;

	while (kill(pid, 0) == 0 && plat_ms() < until)
		plat_nap(5);
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static pid_t start(int *fd, pid_t *pid, pid_t *worker)
{
	struct err e;
	pid_t id;

	assert_int_equal(helper_start("--check", &id, fd, &e), 0);
	hear(*fd, pid, worker);
	return id;
}

static void its_child_is_another_ones_child(void **state)
{
	pid_t pid, worker, id;
	int fd;

	(void)state;
	id = start(&fd, &pid, &worker);
	assert_int_not_equal(worker, getpid());
	while (helper_pid(id) == 0)
		turn();
	assert_int_equal(helper_pid(id), pid);
	assert_false(helper_ended(id));
	helper_kill(id);
	assert_true(is_closed(fd));
	while (!helper_ended(id))
		turn();
	while (n_ended == 0)
		turn();
	assert_true(is_gone(pid));
	(void)close(fd);
}

static void it_kills_children_of_the_broker_and_nobody_else(void **state)
{
	int pair[2], status;
	pid_t ours, theirs;

	(void)state;
	ours = fork();
	if (ours == 0)
		for (;;)
			(void)pause();
	/* One that is nobody's child of ours. */
	assert_int_equal(pipe(pair), 0);
	if (fork() == 0) {
		theirs = fork();
		if (theirs == 0)
			for (;;)
				(void)pause();
		_exit(write(pair[1], &theirs, sizeof(theirs)) < 0);
	}
	assert_int_equal(
	    read(pair[0], &theirs, sizeof(theirs)), sizeof(theirs));
	(void)close(pair[0]);
	(void)close(pair[1]);
	helper_kill_ours(theirs);
	helper_kill_ours(ours);
	assert_int_equal(waitpid(ours, &status, 0), ours);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(kill(theirs, 0), 0);
	assert_int_equal(kill(theirs, SIGKILL), 0);
}

static void what_is_not_in_the_list_is_not_started(void **state)
{
	static const char *const not [] = {
	    "", "--helper", "--check ", "/bin/sh", "--foreground"};
	struct err e;
	pid_t id;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
		assert_int_equal(helper_start(not [i], &id, &fd, &e), 0);
		assert_true(is_closed(fd));
		while (!helper_ended(id))
			turn();
		(void)close(fd);
	}
}

static void it_listens_on_this_machine_alone(void **state)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	struct err e = {0};
	int fd, other, is = 0;

	(void)state;
	assert_int_equal(helper_listen(0, &fd, &e), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	assert_int_equal(at.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	len = sizeof(is);
	assert_int_equal(
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is, &len), 0);
	assert_true(is);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(
	    helper_listen(ntohs(at.sin_port), &other, &e), ERR_SYS);
	assert_int_equal(e.sys_errno, EADDRINUSE);
	(void)close(fd);
}

static void it_listens_on_the_other_family_too(void **state)
{
	struct sockaddr_in6 at;
	socklen_t len = sizeof(at);
	struct err e = {0};
	int fd, other, rc;

	(void)state;
	/* They are two: what has one has not the other.  Of the other the port
	 * may be somebody else's. */
	do {
		len = sizeof(at);
		assert_int_equal(helper_listen_v6(0, &fd, &e), 0);
		assert_int_equal(
		    getsockname(fd, (struct sockaddr *)&at, &len), 0);
		rc = helper_listen(ntohs(at.sin6_port), &other, &e);
		if (rc < 0)
			(void)close(fd);
	} while (rc < 0 && e.sys_errno == EADDRINUSE);
	assert_int_equal(rc, 0);
	assert_true(IN6_IS_ADDR_LOOPBACK(&at.sin6_addr));
	assert_int_equal(
	    helper_listen_v6(ntohs(at.sin6_port), &rc, &e), ERR_SYS);
	assert_int_equal(e.sys_errno, EADDRINUSE);
	(void)close(other);
	(void)close(fd);
}

static void it_says_a_line_and_makes_it_harmless(void **state)
{
	(void)state;
	pty_open();
	assert_int_equal(helper_say(pty_path, "mairu: hello"), TERMINAL_SAID);
	assert_string_equal(pty_shown(), "\r\r\nmairu: hello\r\r\n");
	assert_int_equal(
	    helper_say(pty_path, "a\033]0;b\007\nc"), TERMINAL_SAID);
	assert_string_equal(pty_shown(), "\r\r\na\\x1b]0;b\\x07\\x0ac\r\r\n");
	assert_int_equal(helper_say("/dev/null", "x"), TERMINAL_REFUSED);
	pty_close();
}

/* --- searches */

struct found {
	struct helper_wait wait;
	char text[HELPER_REPLY];
	int n;
};

static void is_found(void *arg, const char *text)
{
	struct found *f = arg;

	f->n++;
	(void)snprintf(f->text, sizeof(f->text), "%s", text);
}

static void seek(struct found *f, uint64_t inode)
{
	memset(f, 0, sizeof(*f));
	f->wait.fn = is_found;
	f->wait.arg = f;
	helper_seek(&f->wait, loop, inode);
}

static void it_looks_into_other_processes(void **state)
{
	struct found f;
	struct stat st;
	int pair[2];
	char ready;
	pid_t pid;

	(void)state;
	pty_open();
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(fstat(pair[0], &st), 0);
	pid = fork();
	if (pid == 0) {
		(void)dup2(pty_slave, 2);
		(void)!write(pair[0], "", 1);
		for (;;)
			(void)pause();
	}
	/* It is there, and has the terminal. */
	assert_int_equal(read(pair[1], &ready, 1), 1);
	/* That child alone. */
	(void)close(pair[0]);
	seek(&f, st.st_ino);
	while (!f.n)
		turn();
	assert_string_equal(f.text, pty_path);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)close(pair[1]);
	seek(&f, UINT64_MAX);
	while (!f.n)
		turn();
	assert_string_equal(f.text, "");
	assert_int_equal(f.n, 1);
	pty_close();
}

static void who_has_left_is_told_nothing(void **state)
{
	struct found f, g;

	(void)state;
	seek(&f, UINT64_MAX);
	helper_cancel(&f.wait);
	helper_cancel(&f.wait);
	seek(&g, UINT64_MAX);
	while (!g.n)
		turn();
	assert_int_equal(f.n, 0);
}

/* --- a bundle of CAs */

static const char *content(const char *path)
{
	static char text[64];
	FILE *f = fopen(path, "re");

	memset(text, 0, sizeof(text));
	if (!f || !fgets(text, sizeof(text), f))
		(void)snprintf(text, sizeof(text), "?");
	if (f)
		(void)fclose(f);
	return text;
}

static void write_settings(const char *bundle)
{
	char json[PATH_MAX + 64];

	(void)snprintf(
	    json, sizeof(json), "{\"ca_bundle\": \"%s\"}", at_home(bundle));
	home_mkdir(".config/mairu");
	home_puts(".config/mairu/broker.json", json);
	assert_int_equal(chmod(at_home(".config/mairu/broker.json"), 0600), 0);
}

static void a_bundle_is_read_by_it_and_again_when_replaced(void **state)
{
	struct ca_bundle b;
	const char *path;
	int fd;

	(void)state;
	ca_bundle_init(&b);
	assert_null(ca_bundle_path(&b, NULL, 0));
	home_puts("ca.pem", "one");
	write_settings("ca.pem");
	path = ca_bundle_path(&b, at_home("ca.pem"), 0);
	assert_string_not_equal(path, at_home("ca.pem"));
	assert_string_equal(content(path), "one");
	/* Nobody changes what all others read. */
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), -1);
	(void)close(fd);
	home_puts("new.pem", "two");
	assert_int_equal(rename(at_home("new.pem"), at_home("ca.pem")), 0);
	assert_string_equal(
	    content(ca_bundle_path(&b, at_home("ca.pem"), 59999)), "one");
	path = ca_bundle_path(&b, at_home("ca.pem"), 60000);
	assert_string_equal(content(path), "two");
	/* One that is gone for a moment is used as it was. */
	assert_int_equal(unlink(at_home("ca.pem")), 0);
	path = ca_bundle_path(&b, at_home("ca.pem"), 120000);
	assert_string_equal(content(path), "two");
	/* Nor is it asked for again at every call. */
	home_puts("ca.pem", "three");
	path = ca_bundle_path(&b, at_home("ca.pem"), 179999);
	assert_string_equal(content(path), "two");
	path = ca_bundle_path(&b, at_home("ca.pem"), 180000);
	assert_string_equal(content(path), "three");
	assert_int_equal(unlink(at_home("ca.pem")), 0);
	/* Of another one nothing is known, and so the error names it. */
	ca_bundle_forget(&b);
	assert_string_equal(
	    ca_bundle_path(&b, at_home("ca.pem"), 180001), at_home("ca.pem"));
	ca_bundle_release(&b);
}

static void it_reads_the_one_that_the_settings_name(void **state)
{
	struct ca_bundle b;

	(void)state;
	home_puts("ca.pem", "one");
	home_puts("secret", "not this");
	write_settings("ca.pem");
	ca_bundle_init(&b);
	assert_string_equal(
	    content(ca_bundle_path(&b, at_home("secret"), 0)), "one");
	ca_bundle_release(&b);
}

/* --- its own end */

static void a_worker_that_dies_is_replaced(void **state)
{
	pid_t pid, worker, other, id;
	struct found f;
	struct err e;
	int fd, again;

	(void)state;
	id = start(&fd, &pid, &worker);
	assert_int_equal(kill(worker, SIGSTOP), 0);
	seek(&f, UINT64_MAX);
	assert_int_equal(kill(worker, SIGKILL), 0);
	/* What it started goes with it. */
	assert_true(is_closed(fd));
	assert_true(is_gone(pid));
	while (!helper_ended(id) || !f.n)
		turn();
	assert_string_equal(f.text, "");
	(void)close(fd);
	(void)start(&again, &pid, &other);
	assert_int_not_equal(other, worker);
	assert_int_equal(n_lost, 0);
	assert_int_equal(helper_listen(0, &fd, &e), 0);
	(void)close(fd);
	(void)close(again);
}

static void one_that_hangs_holds_nobody_up(void **state)
{
	pid_t pid, worker;
	struct err e;
	int64_t from;
	int fd, port;

	(void)state;
	(void)start(&fd, &pid, &worker);
	assert_int_equal(kill(worker, SIGSTOP), 0);
	from = plat_ms();
	assert_int_equal(helper_listen(0, &port, &e), ERR_SYS);
	assert_in_range(plat_ms() - from, HELPER_LISTEN_MS - 5, 5000);
	assert_int_equal(e.sys_errno, ETIMEDOUT);
	/* Nor again at once. */
	from = plat_ms();
	assert_int_equal(helper_say("/dev/pts/0", "x"), -1);
	assert_in_range(plat_ms() - from, 0, HELPER_PATIENCE_MS / 2);
	assert_int_equal(kill(worker, SIGCONT), 0);
	(void)close(fd);
}

static void one_that_is_gone_is_told_of(void **state)
{
	pid_t pid, worker;
	struct found f;
	struct err e;
	int fd;

	(void)state;
	(void)start(&fd, &pid, &worker);
	assert_int_equal(kill(plat_parent(worker), SIGKILL), 0);
	assert_int_equal(kill(worker, SIGKILL), 0);
	while (!n_lost)
		turn();
	assert_int_equal(n_lost, 1);
	assert_true(helper_is_there());
	seek(&f, 1);
	while (!f.n)
		turn();
	assert_string_equal(f.text, "");
	(void)close(fd);
	assert_int_equal(helper_start("--check", &pid, &fd, &e), ERR_SYS);
	assert_int_equal(helper_listen(0, &fd, &e), ERR_SYS);
}

static void it_ends_with_the_broker(void **state)
{
	pid_t pid, worker, parent;
	int fd;

	(void)state;
	(void)start(&fd, &pid, &worker);
	parent = plat_parent(worker);
	helper_end();
	assert_true(is_gone(worker));
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	assert_true(is_gone(pid));
	(void)close(fd);
}

static void what_makes_no_sense_is_dropped(void **state)
{
	struct helper_talk t = {.what = HELPER_SAY, .id = 7, .len = 3};
	int pair[2], fd;
	pid_t pid;

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		(void)close(pair[0]);
		_exit(helper_child_run(pair[1]));
	}
	(void)close(pair[1]);
	/* Too short, of a wrong length, of no kind, with a stray descriptor. */
	assert_int_equal(send(pair[0], "x", 1, 0), 1);
	t = (struct helper_talk){.what = HELPER_LISTEN, .len = 9};
	assert_true(
	    send(pair[0], &t, offsetof(struct helper_talk, text) + 8, 0) > 0);
	assert_true(send(pair[0], &t, sizeof(t), 0) > 0);
	t = (struct helper_talk){.what = 99};
	assert_int_equal(helper_talk_send(pair[0], &t, pair[0], 0), 0);
	t = (struct helper_talk){.what = HELPER_START, .id = 5};
	assert_int_equal(helper_talk_send(pair[0], &t, -1, 0), 0);
	assert_int_equal(helper_talk_receive(pair[0], &t, &fd, 0), 1);
	assert_int_equal(t.what, HELPER_ENDED);
	/* A line without a terminal, and a port that is none. */
	t = (struct helper_talk){
	    .what = HELPER_SAY, .id = 6, .len = 3, .text = "abc"};
	assert_int_equal(helper_talk_send(pair[0], &t, -1, 0), 0);
	assert_int_equal(helper_talk_receive(pair[0], &t, &fd, 0), 1);
	assert_int_equal(t.id, 6);
	assert_int_equal(t.number, TERMINAL_REFUSED);
	t = (struct helper_talk){
	    .what = HELPER_LISTEN, .id = 8, .number = 1L << 16};
	assert_int_equal(helper_talk_send(pair[0], &t, -1, 0), 0);
	assert_int_equal(helper_talk_receive(pair[0], &t, &fd, 0), 1);
	assert_int_equal(t.id, 8);
	assert_int_equal(t.error, EINVAL);
	assert_int_equal(fd, -1);
	(void)close(pair[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* One that nobody knows of would stay open for ever. */
static void no_more_than_one_descriptor_is_taken(void **state)
{
	struct helper_talk t = {.what = HELPER_SEEK};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} c = {.room = {0}};
	struct iovec part = {&t, offsetof(struct helper_talk, text)};
	struct msghdr m = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &c,
	    .msg_controllen = sizeof(c)};
	int pair[2], ends[2], fd;
	struct pollfd p = {.events = POLLIN};

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(pipe(ends), 0);
	c.head.cmsg_level = SOL_SOCKET;
	c.head.cmsg_type = SCM_RIGHTS;
	c.head.cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(&c.head), (int[]){ends[1], ends[1]}, 2 * sizeof(int));
	assert_int_equal(sendmsg(pair[0], &m, 0), part.iov_len);
	(void)close(ends[1]);
	assert_int_equal(helper_talk_receive(pair[1], &t, &fd, 0), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(fd, -1);
	p.fd = ends[0];
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_true(p.revents & POLLHUP);
	(void)close(ends[0]);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

int main(int argc, char **argv)
{
#define C(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    C(its_child_is_another_ones_child),
	    C(it_kills_children_of_the_broker_and_nobody_else),
	    C(what_is_not_in_the_list_is_not_started),
	    C(it_listens_on_this_machine_alone),
	    C(it_listens_on_the_other_family_too),
	    C(it_says_a_line_and_makes_it_harmless),
	    C(it_looks_into_other_processes),
	    C(who_has_left_is_told_nothing),
	    C(a_bundle_is_read_by_it_and_again_when_replaced),
	    C(it_reads_the_one_that_the_settings_name),
	    C(a_worker_that_dies_is_replaced),
	    C(one_that_hangs_holds_nobody_up),
	    C(one_that_is_gone_is_told_of),
	    C(it_ends_with_the_broker),
	    C(what_makes_no_sense_is_dropped),
	    C(no_more_than_one_descriptor_is_taken),
	};

	if (argc == 2 && strcmp(argv[1], "--check") == 0)
		return child_run(3);
	if (argc == 2 && strcmp(argv[1], "--helper") == 0)
		return helper_child_run(3);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
