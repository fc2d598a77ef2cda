#include "net/runtime/helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sys/plat.h"
#include "net/runtime/child_spawn.h"
#include "net/runtime/helper_talk.h"

enum {
	CHILDREN = 32,
	SULK_MS = 2000, /* no requests after one that timed out */
};

static struct {
	pid_t pid; /* 0: collected */
	int fd;	   /* -1: none */
	uint32_t last;
	int64_t sulks_until;
	struct loop *loop;
	struct loop_fd watch;
	struct loop_timer news; /* for the broker */
	int has_ended;
	struct helper_handler handler;
	LIST_HEAD(waits, helper_wait) waits;
	struct {
		uint32_t id; /* 0: free */
		pid_t pid;
	} children[CHILDREN];
} the = {.fd = -1, .watch.fd = -1};

int helper_begin(const char *exe, struct err *e)
{
	return child_spawn(exe ? exe : "/proc/self/exe", "--helper",
	    "the helper process", &the.pid, &the.fd, e);
}

int helper_is_there(void)
{
	return the.loop != NULL;
}

static uint32_t next_id(void)
{
	/* Keep it positive as a pid_t. */
	the.last = the.last >= INT32_MAX ? 1 : the.last + 1;
	return the.last;
}

static void forget_child(uint32_t id)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (id == 0 || the.children[i].id == id)
			the.children[i].id = 0;
}

static void finish(struct helper_wait *w, const char *text)
{
	LIST_REMOVE(w, entry);
	w->id = 0;
	(void)snprintf(
	    w->text, sizeof(w->text), "%.*s", HELPER_REPLY - 1, text);
	/* The waiter may be in the middle of another request. */
	loop_arm(w->loop, &w->timer, 0);
}

/* Pending requests will not be answered. */
static void finish_all(void)
{
	struct helper_wait *w;

	while ((w = LIST_FIRST(&the.waits)))
		finish(w, "");
	forget_child(0);
}

static void lose(void)
{
	if (the.fd < 0)
		return;
	if (the.loop) {
		loop_unwatch(the.loop, &the.watch);
		loop_arm(the.loop, &the.news, 0);
	}
	(void)close(the.fd);
	the.fd = -1;
	finish_all();
}

/* Deferred: we may be in the middle of a request. */
static void tell_ended(void)
{
	the.has_ended = 1;
	if (the.loop)
		loop_arm(the.loop, &the.news, 0);
}

static void take(const struct helper_talk *t)
{
	struct helper_wait *w;

	switch (t->what) {
	case HELPER_AGAIN:
		finish_all();
		tell_ended();
		return;
	case HELPER_STARTED:
		for (size_t i = 0; i < CHILDREN; i++)
			if (the.children[i].id == t->id)
				the.children[i].pid = (pid_t)t->number;
		return;
	case HELPER_ENDED:
		forget_child(t->id);
		tell_ended();
		return;
	default:
		break;
	}
	LIST_FOREACH(w, &the.waits, entry)
	if (w->id == t->id)
		break;
	if (w && t->what == HELPER_ANSWER)
		finish(w, t->text);
}

/* Receives a message; 0 if there is none. */
static int receive(struct helper_talk *t, int *fd)
{
	int rc = helper_talk_receive(the.fd, t, fd, MSG_DONTWAIT);

	if (rc == 0 || (rc < 0 && errno != EAGAIN && errno != EBADMSG))
		lose();
	return rc > 0;
}

static void speaks(void *arg, short revents)
{
	struct helper_talk t;
	int fd;

	(void)arg;
	(void)revents;
	while (the.fd >= 0 && receive(&t, &fd)) {
		/* The answer to a request that was given up. */
		if (fd >= 0)
			(void)close(fd);
		take(&t);
	}
}

static void news(void *arg)
{
	(void)arg;
	if (the.has_ended)
		the.handler.ended(the.handler.arg);
	the.has_ended = 0;
	if (the.fd < 0)
		the.handler.lost(the.handler.arg);
}

int helper_attach(
    struct loop *loop, const struct helper_handler *handler, struct err *e)
{
	the.watch.fn = speaks;
	the.news.fn = news;
	the.handler = *handler;
	if (the.fd < 0)
		return 0;
	if (loop_watch(loop, &the.watch, the.fd, POLLIN) < 0)
		return err_set(e, ERR_NOMEM, "out of memory");
	the.loop = loop;
	return 0;
}

void helper_end(void)
{
	lose();
	if (the.loop)
		loop_disarm(the.loop, &the.news);
	the.loop = NULL;
}

void helper_reap(void)
{
	if (the.pid > 0 && waitpid(the.pid, NULL, WNOHANG) == the.pid)
		the.pid = 0;
}

static int send_it(const struct helper_talk *t, int fd)
{
	if (the.fd < 0) {
		errno = ENOTCONN;
		return -1;
	}
	return helper_talk_send(the.fd, t, fd, MSG_DONTWAIT);
}

/* --- children */

/* Sends it with one end of a pair; *fd is the other. */
static int send_pair(const struct helper_talk *t, int *fd, struct err *e)
{
	int pair[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "making a socket");
	rc = send_it(t, pair[1]);
	if (rc < 0)
		rc = err_sys(e, "asking the helper process");
	(void)close(pair[1]);
	if (rc < 0)
		(void)close(pair[0]);
	else
		*fd = pair[0];
	return rc;
}

int helper_start(const char *mode, pid_t *id, int *fd, struct err *e)
{
	struct helper_talk t = {.what = HELPER_START};
	size_t i = 0;
	int rc;

	*id = 0;
	while (i < CHILDREN && the.children[i].id)
		i++;
	if (i == CHILDREN)
		return err_set(e, ERR_LIMIT, "too many processes hang");
	t.id = next_id();
	t.len = (uint32_t)snprintf(t.text, sizeof(t.text), "%s", mode);
	rc = send_pair(&t, fd, e);
	if (rc < 0)
		return rc;
	the.children[i].id = t.id;
	the.children[i].pid = 0;
	*id = (pid_t)t.id;
	return 0;
}

void helper_kill(pid_t id)
{
	const struct helper_talk t = {.what = HELPER_KILL, .id = (uint32_t)id};

	/* If this fails, the child ends when its socket closes, unless it
	 * hangs. */
	(void)!send_it(&t, -1);
}

int helper_ended(pid_t id)
{
	struct helper_talk t;
	int fd;

	/* Read pending messages first, to be up to date. */
	while (the.fd >= 0 && receive(&t, &fd)) {
		if (fd >= 0)
			(void)close(fd);
		take(&t);
	}
	for (size_t i = 0; i < CHILDREN; i++)
		if (the.children[i].id == (uint32_t)id)
			return 0;
	return 1;
}

pid_t helper_pid(pid_t id)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (the.children[i].id == (uint32_t)id)
			return the.children[i].pid;
	return 0;
}

/* --- synchronous requests */

/* Waits for the answer, handling other messages meanwhile. */
static int await(uint32_t id, int patience, struct helper_talk *answer, int *fd)
{
	int64_t until = plat_ms() + patience, left;
	struct pollfd p = {.events = POLLIN};

	while (the.fd >= 0 && (left = until - plat_ms()) > 0) {
		p.fd = the.fd;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		if (!receive(answer, fd))
			continue;
		if (answer->what == HELPER_ANSWER && answer->id == id)
			return 0;
		if (*fd >= 0)
			(void)close(*fd);
		take(answer);
	}
	the.sulks_until = plat_ms() + SULK_MS;
	errno = the.fd < 0 ? ENOTCONN : ETIMEDOUT;
	return -1;
}

/* 0 and the answer, or -1 with errno. */
static int ask(struct helper_talk *t, int patience, int *fd)
{
	uint32_t id = next_id();

	*fd = -1;
	t->id = id;
	if (plat_ms() < the.sulks_until) {
		errno = ETIMEDOUT;
		return -1;
	}
	if (send_it(t, -1) < 0)
		return -1;
	return await(id, patience, t, fd);
}

void helper_kill_ours(pid_t pid)
{
	struct helper_talk t = {.what = HELPER_KILL_OURS, .number = pid};
	int fd, rc = ask(&t, HELPER_PATIENCE_MS, &fd);

	if (fd >= 0)
		(void)close(fd);
	/* Even when we may not wait for an answer, send it. */
	if (rc < 0)
		(void)!send_it(&t, -1);
}

static int listen_at(enum helper_talk_what what, const char *where,
    uint16_t port, int *fd, struct err *e)
{
	struct helper_talk t = {.what = what, .number = port};

	if (ask(&t, HELPER_LISTEN_MS, fd) < 0)
		return err_sys(e, "asking the helper process to listen");
	if (t.error == 0 && *fd >= 0)
		return 0;
	errno = t.error ? t.error : EBADMSG;
	return err_sys(e, "listening on %s port %u", where, (unsigned)port);
}

int helper_listen(uint16_t port, int *fd, struct err *e)
{
	return listen_at(HELPER_LISTEN, "127.0.0.1", port, fd, e);
}

int helper_listen_v6(uint16_t port, int *fd, struct err *e)
{
	return listen_at(HELPER_LISTEN_V6, "::1", port, fd, e);
}

int helper_say(const char *terminal, const char *line)
{
	struct helper_talk t = {.what = HELPER_SAY};
	size_t a = strlen(terminal) + 1, b = strlen(line);
	int fd, rc;

	if (a + b > HELPER_TALK_TEXT)
		return -1;
	memcpy(t.text, terminal, a);
	memcpy(t.text + a, line, b);
	t.len = (uint32_t)(a + b);
	rc = ask(&t, HELPER_PATIENCE_MS, &fd);
	if (fd >= 0)
		(void)close(fd);
	return rc < 0 ? -1 : (int)t.number;
}

int helper_bundle(int *fd)
{
	struct helper_talk t = {.what = HELPER_BUNDLE};

	if (ask(&t, HELPER_PATIENCE_MS, fd) < 0)
		return -1;
	if (t.error == 0 && *fd >= 0)
		return 0;
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
	return -1;
}

/* --- asynchronous requests */

static void tell(void *arg)
{
	struct helper_wait *w = arg;

	w->loop = NULL;
	w->fn(w->arg, w->text);
}

void helper_seek(struct helper_wait *w, struct loop *loop, uint64_t inode)
{
	const struct helper_talk t = {
	    .what = HELPER_SEEK, .id = next_id(), .number = (int64_t)inode};

	w->timer.fn = tell;
	w->timer.arg = w;
	w->loop = loop;
	w->id = t.id;
	LIST_INSERT_HEAD(&the.waits, w, entry);
	if (send_it(&t, -1) < 0)
		finish(w, "");
}

void helper_cancel(struct helper_wait *w)
{
	if (w->id)
		LIST_REMOVE(w, entry);
	if (w->loop)
		loop_disarm(w->loop, &w->timer);
	w->id = 0;
	w->loop = NULL;
}
