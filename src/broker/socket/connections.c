#include "broker/socket/connections.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys/sock.h"
#include "net/runtime/log.h"

enum {
	MAX_CLIENTS = 256, /* a script may have many waits for one login */
	SPARE_CLIENTS = 8, /* beyond those, told that we are full */
	ACCEPT_AT_ONCE = 64,
	IDLE_MS = 30 * 1000,
	FRAME_MS = 5 * 1000, /* from first to last byte of a frame, and for
				reading an answer */
	SPARE_MS = 1000,
	RETRY_ACCEPT_MS = 200,
	READ_STEP = 4096,
};

struct connections_client {
	struct connections *server;
	TAILQ_ENTRY(connections_client) entry;
	struct loop_fd watch;
	struct loop_timer deadline;
	struct buf in, out;
	size_t sent; /* of out */
	int spare;
	int busy;  /* a frame or an answer is in transit */
	int later; /* its answer is deferred */
	enum connections_then then;
	pid_t pid;
	void *data;
};

struct connections {
	struct loop *loop;
	struct log *log;
	struct connections_handler handler;
	struct loop_fd watch;
	struct loop_timer retry;
	int listener;
	TAILQ_HEAD(client_list, connections_client) clients;
	size_t n;
	int told_foreign;
};

static void drop(struct connections_client *c)
{
	struct connections *s = c->server;

	if (c->then == CONNECTIONS_QUIT)
		s->handler.quit(s->handler.arg);
	if (c->later || c->data)
		s->handler.gone(s->handler.arg, c);
	loop_unwatch(s->loop, &c->watch);
	loop_disarm(s->loop, &c->deadline);
	TAILQ_REMOVE(&s->clients, c, entry);
	s->n--;
	(void)close(c->watch.fd);
	buf_release(&c->in);
	buf_release(&c->out);
	free(c);
}

static void await(struct connections_client *c)
{
	struct loop *loop = c->server->loop;
	int busy = c->out.len > 0 || c->in.len > 0;

	/* While an answer is deferred the client may wait as long as it likes;
	 * anything it sends meanwhile is its next request. */
	if (c->later) {
		loop_events(loop, &c->watch, POLLIN);
		loop_disarm(loop, &c->deadline);
		c->busy = 0;
		return;
	}
	/* Don't read from a client that does not read its answer. */
	loop_events(loop, &c->watch, c->out.len > 0 ? POLLOUT : POLLIN);
	if (!c->spare && (!busy || !c->busy))
		loop_arm(loop, &c->deadline, busy ? FRAME_MS : IDLE_MS);
	c->busy = busy;
}

/* 0: all sent, or the rest is queued; -1: the client is gone. */
static int flush(struct connections_client *c)
{
	while (c->sent < c->out.len) {
		ssize_t n = send(c->watch.fd, c->out.data + c->sent,
		    c->out.len - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n <= 0) {
			drop(c);
			return -1;
		}
		c->sent += (size_t)n;
	}
	buf_clear(&c->out);
	c->sent = 0;
	if (c->then == CONNECTIONS_GO_ON)
		return 0;
	/* The client that asked us to quit sees EOF only when all is done. */
	if (c->then == CONNECTIONS_QUIT)
		c->server->handler.quit(c->server->handler.arg);
	else
		drop(c);
	return -1;
}

/* Answers the first frame in the buffer.  1: there was one; 0: need more; -1:
 * the client is gone. */
static int answer_one(struct connections_client *c)
{
	const struct connections_handler *h = &c->server->handler;
	struct wire_frame f;
	struct err why = {0};
	size_t used = 0;
	int rc;

	if (c->in.len == 0)
		return 0;
	rc = wire_parse(c->in.data, c->in.len, &f, &used, &why);
	if (rc == 0)
		return 0;
	c->busy = 0; /* the answer's time begins */
	if (rc < 0) {
		h->refuse(h->arg, &why, &c->out);
		c->then = CONNECTIONS_CLOSE;
		buf_clear(&c->in);
	} else {
		c->then = h->request(h->arg, c, &f, c->spare, &c->out);
		if (c->spare && c->then == CONNECTIONS_GO_ON)
			c->then = CONNECTIONS_CLOSE;
		buf_consume(&c->in, used);
	}
	if (c->out.failed) {
		drop(c);
		return -1;
	}
	if (c->then == CONNECTIONS_LATER) {
		c->then = CONNECTIONS_GO_ON;
		c->later = 1;
		return 0;
	}
	return flush(c) < 0 ? -1 : 1;
}

static int receive(struct connections_client *c)
{
	unsigned char *p = buf_reserve(&c->in, READ_STEP);
	ssize_t n;

	if (!p)
		return -1;
	n = recv(c->watch.fd, p, READ_STEP, MSG_DONTWAIT);
	if (n > 0) {
		buf_commit(&c->in, (size_t)n);
		return 0;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -1;
}

static void ready(void *arg, short revents)
{
	struct connections_client *c = arg;
	int rc = 1;

	if (c->out.len > 0) {
		if (revents & (POLLERR | POLLNVAL)) {
			drop(c);
			return;
		}
		if (flush(c) < 0)
			return;
	} else if (receive(c) < 0 || (c->later && c->in.len > READ_STEP)) {
		/* A client with a deferred answer has no reason to send
		 * much. */
		drop(c);
		return;
	}
	/* Frames that arrived together are answered in turn, as fast as the
	 * client reads the answers. */
	while (rc > 0 && c->out.len == 0 && !c->later)
		rc = answer_one(c);
	if (rc >= 0)
		await(c);
}

/* Sends what is queued, and answers requests made meanwhile. */
static void go_on(struct connections_client *c)
{
	int rc = 1;

	if (flush(c) < 0)
		return;
	while (rc > 0 && c->out.len == 0 && !c->later)
		rc = answer_one(c);
	if (rc >= 0)
		await(c);
}

void connections_answer(struct connections_client *c, struct buf *take_frame)
{
	buf_add(&c->out, take_frame->data, take_frame->len);
	c->out.failed |= take_frame->failed;
	buf_release(take_frame);
	c->later = 0;
	c->data = NULL;
	if (c->out.failed)
		drop(c);
	else
		go_on(c);
}

void connections_set(struct connections_client *c, void *data)
{
	c->data = data;
}

void *connections_get(const struct connections_client *c)
{
	return c->data;
}

pid_t connections_pid(const struct connections_client *c)
{
	return c->pid;
}

static void late(void *arg)
{
	struct connections_client *c = arg;
	const struct connections_handler *h = &c->server->handler;
	struct err why;

	if (c->out.len == 0 && (c->in.len > 0 || c->spare)) {
		(void)err_set(&why, c->spare ? ERR_LIMIT : ERR_TIMEOUT, "%s",
		    c->spare ? "the broker has too many clients"
			     : "the message was not finished in time");
		h->refuse(h->arg, &why, &c->out);
		c->then = CONNECTIONS_CLOSE;
		if (flush(c) < 0)
			return;
	}
	drop(c);
}

/* The spare client has had no answer yet; answer it now, to free the slot for
 * the next. */
static void make_room(struct connections *s)
{
	struct connections_client *c;

	TAILQ_FOREACH(c, &s->clients, entry)
	if (c->spare) {
		late(c);
		return;
	}
}

void connections_adopt(struct connections *s, int fd)
{
	struct connections_client *c;
	uid_t uid;

	if (s->n >= MAX_CLIENTS + SPARE_CLIENTS)
		make_room(s);
	c = calloc(1, sizeof(*c));
	if (!c) {
		(void)close(fd);
		return;
	}
	c->server = s;
	if (sock_peer(fd, &uid, &c->pid, NULL) < 0)
		c->pid = 0;
	c->spare = s->n >= MAX_CLIENTS;
	c->watch.fn = ready;
	c->deadline.fn = late;
	c->watch.arg = c->deadline.arg = c;
	/* One whole frame, plus the part of the next that a read may bring. */
	buf_init(&c->in, WIRE_HEADER + WIRE_MAX_BODY + READ_STEP);
	buf_init(&c->out, WIRE_HEADER + WIRE_MAX_BODY);
	if (loop_watch(s->loop, &c->watch, fd, POLLIN) < 0) {
		(void)close(fd);
		free(c);
		return;
	}
	TAILQ_INSERT_TAIL(&s->clients, c, entry);
	s->n++;
	loop_arm(s->loop, &c->deadline, c->spare ? SPARE_MS : IDLE_MS);
}

static int is_ours(struct connections *s, int fd)
{
	struct err e;
	uid_t uid;
	pid_t pid;

	if (sock_peer(fd, &uid, &pid, &e) < 0) {
		log_warn(s->log, "refusing a client: %s", e.msg);
		return 0;
	}
	if (uid == geteuid())
		return 1;
	if (!s->told_foreign)
		log_warn(s->log,
		    "refusing a client of uid %lu (pid %ld); this is said once",
		    (unsigned long)uid, (long)pid);
	s->told_foreign = 1;
	return 0;
}

static void pause_accepting(struct connections *s)
{
	loop_events(s->loop, &s->watch, 0);
	loop_arm(s->loop, &s->retry, RETRY_ACCEPT_MS);
}

static void resume_accepting(void *arg)
{
	struct connections *s = arg;

	loop_events(s->loop, &s->watch, POLLIN);
}

static void incoming(void *arg, short revents)
{
	struct connections *s = arg;
	int fd, i;

	(void)revents;
	for (i = 0; i < ACCEPT_AT_ONCE; i++) {
		fd = accept4(
		    s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0)
			break;
		if (is_ours(s, fd))
			connections_adopt(s, fd);
		else
			(void)close(fd);
	}
	/* Out of descriptors: the listener stays readable, so leave it alone
	 * for a while. */
	if (i < ACCEPT_AT_ONCE && errno != EAGAIN && errno != EINTR &&
	    errno != ECONNABORTED)
		pause_accepting(s);
}

int connections_new(struct connections **out, struct loop *loop,
    struct log *log, int listener, const struct connections_handler *h,
    struct err *e)
{
	struct connections *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (!s)
		return err_set(e, ERR_NOMEM, "out of memory");
	s->loop = loop;
	s->log = log;
	s->handler = *h;
	s->listener = listener;
	s->watch.fn = incoming;
	s->retry.fn = resume_accepting;
	s->watch.arg = s->retry.arg = s;
	TAILQ_INIT(&s->clients);
	if (listener >= 0 &&
	    loop_watch(loop, &s->watch, listener, POLLIN) < 0) {
		free(s);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	*out = s;
	return 0;
}

size_t connections_clients(const struct connections *s)
{
	return s->n;
}

void connections_stop_accepting(struct connections *s)
{
	loop_unwatch(s->loop, &s->watch);
	loop_disarm(s->loop, &s->retry);
}

void connections_free(struct connections *s)
{
	struct connections_client *c, *next;

	if (!s)
		return;
	connections_stop_accepting(s);
	for (c = TAILQ_FIRST(&s->clients); c; c = next) {
		next = TAILQ_NEXT(c, entry);
		c->then = CONNECTIONS_CLOSE;
		drop(c);
	}
	free(s);
}
