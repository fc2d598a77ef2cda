#include "front/client/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/core/version.h"
#include "base/sys/plat.h"
#include "front/client/spawn.h"

enum {
	TELL_MS = 2000,
	/* After this, find out whether the broker is to blame. */
	LOOK_MS = 1500,
	LOOK_AGAIN_MS = 10000,
	ALIVE_MS = 1000, /* shorter than LOOK_MS: no nested look */
};

int client_open(
    struct client *c, enum client_start start, int64_t deadline, struct err *e)
{
	int r;

	c->fd = -1;
	c->wake = -1;
	c->pid = 0;
	c->deadline = deadline;
	c->taken = 0;
	c->path[0] = '\0';
	buf_init(&c->in, WIRE_HEADER + WIRE_MAX_BODY);
	c->path[0] = '\0';
	r = sock_path(c->path, &c->place,
	    start == CLIENT_SPAWN ? PLACE_MAKE : PLACE_CHECK, e);
	if (r < 0)
		return r;
	/* Before trusting anything in it: whose directory is it? */
	r = sock_check_dir(c->path, start == CLIENT_SPAWN, e);
	if (r == ERR_NOT_FOUND)
		return err_set(e, r, "no broker is running");
	if (r < 0)
		return r;
	r = sock_connect(c->path, &c->fd, &c->pid, e);
	if (r != ERR_NOT_FOUND || start == CLIENT_EXISTING)
		return r;
	if (getenv("MAIRU_NO_AUTO_AGENT") != NULL) {
		(void)err_set(e, ERR_NOT_FOUND,
		    "no broker is running, and MAIRU_NO_AUTO_AGENT is set");
		return err_run(e, ERR_NOT_FOUND, "mairu agent");
	}
	r = spawn_broker(c->path, deadline, e);
	if (r < 0)
		return r;
	return sock_connect(c->path, &c->fd, &c->pid, e);
}

void client_close(struct client *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
	buf_release(&c->in);
}

static int silent(const struct client *c, struct err *e)
{
	return err_set(e, ERR_TIMEOUT,
	    "the broker (pid %ld) does not respond. If it is stopped, kill "
	    "-CONT %ld resumes it; to end it, run: mairu kill-agent",
	    (long)c->pid, (long)c->pid);
}

/* Identifies what answers there, if it is not our broker. */
static int foreign(const struct client *c, struct err *e)
{
	char name[32] = "";
	struct buf b = BUF_INIT(1024);
	/* An HTTP/2 server begins with a SETTINGS frame (type 4 after a 24-bit
	 * length); so does the Rust program's agent. */
	int http2 = c->in.len >= 4 && c->in.data[0] == 0 && c->in.data[3] == 4;
	int r;

	if (c->pid > 0)
		plat_process_name(c->pid, name, sizeof(name));
	text_safe(&b, name, strlen(name), 32);
	r = err_set(e, ERR_FOREIGN,
	    "another program%s%s (pid %ld)%s answers at %.108s. Stop it, or "
	    "set MAIRU_AGENT_SOCK to another path",
	    b.len > 0 ? ", " : "", buf_str(&b), (long)c->pid,
	    http2 ? ", apparently the agent of Mairu " MAIRU_COMPATIBLE ","
		  : "",
	    c->path);
	buf_release(&b);
	return r;
}

/* A broker busy with something slow still tells others who it is. */
static int is_at_work(const struct client *c)
{
	const struct message request = {.type = WIRE_INFO};
	struct client other;
	int r =
	    client_open(&other, CLIENT_EXISTING, plat_ms() + ALIVE_MS, NULL);
	int is;

	other.wake = c->wake;
	if (r == 0)
		r = client_call(&other, &request, NULL, NULL);
	is = r != ERR_TIMEOUT || client_answered(&other);
	client_close(&other);
	return is;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The bytes so far may be the beginning of an answer. */
static int hung_up(struct client *c, struct err *e)
{
	buf_clear(&c->in);
	return err_set(e, ERR_FOREIGN,
	    "the program at %.108s (pid %ld) hung up before it answered; it "
	    "may have just ended. Try again, or run: mairu kill-agent",
	    c->path, (long)c->pid);
}

static int wait_for(struct client *c, short events, struct err *e)
{
	struct pollfd p[2] = {
	    {.fd = c->fd, .events = events}, {.fd = c->wake, .events = POLLIN}};
	int64_t now = plat_ms(), look = now + LOOK_MS;
	int n = 0;

	do {
		if (n == 0 && now >= look) {
			if (!is_at_work(c))
				return silent(c, e);
			now = plat_ms();
			look = now + LOOK_AGAIN_MS;
		}
		if (now >= c->deadline)
			return silent(c, e);
		n = poll(p, 2, (int)(least(look, c->deadline) - now));
		now = plat_ms();
	} while (n == 0 || (n < 0 && errno == EINTR));
	if (n > 0 && p[1].revents != 0) {
		errno = EINTR;
		return err_sys(e, "gave up waiting for the broker");
	}
	return n > 0 ? 0 : silent(c, e);
}

static int send_all(struct client *c, const struct buf *b, struct err *e)
{
	size_t at = 0;
	int r;

	while (at < b->len) {
		ssize_t n =
		    send(c->fd, b->data + at, b->len - at, MSG_NOSIGNAL);

		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			/* It may have said why before hanging up. */
			return errno == EPIPE || errno == ECONNRESET
				   ? 0
				   : err_sys(e, "cannot write to the broker");
		r = wait_for(c, POLLOUT, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int receive(struct client *c, struct wire_frame *f, struct err *e)
{
	size_t used = 0;
	ssize_t n;
	int r;

	for (;;) {
		unsigned char *room;

		if (c->in.len > 0) {
			r = wire_parse(c->in.data, c->in.len, f, &used, e);
			if (r < 0)
				return foreign(c, e);
			if (r > 0)
				break;
		}
		room = buf_reserve(&c->in, 4096);
		if (room == NULL)
			return foreign(c, e);
		n = recv(c->fd, room, 4096, 0);
		if (n > 0) {
			buf_commit(&c->in, (size_t)n);
			continue;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return hung_up(c, e);
		r = wait_for(c, POLLIN, e);
		if (r < 0)
			return r;
	}
	c->taken = used;
	return 0;
}

/* Converts the broker's error into ours; its format never changes. */
static int broker_error(
    const struct client *c, const struct wire_frame *f, struct err *e)
{
	char message[sizeof(e->msg)] = "it gave no reason", version[32] = "";
	uint64_t code = (uint64_t)-ERR_FORMAT;
	struct wire_iter it;
	struct wire_field field;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0) {
		if (field.tag == WIRE_F_MESSAGE)
			(void)!wire_text(&field, message, sizeof(message));
		else if (field.tag == WIRE_F_VERSION)
			(void)!wire_text(&field, version, sizeof(version));
		else if (field.tag == WIRE_F_CODE)
			(void)!wire_num(&field, &code);
	}
	if (f->version != WIRE_VERSION ||
	    (version[0] != '\0' && strcmp(version, MAIRU_VERSION) != 0)) {
		(void)err_set(e, ERR_FOREIGN,
		    "the broker (pid %ld) is version %s, this is mairu %s",
		    (long)c->pid, version[0] != '\0' ? version : "unknown",
		    MAIRU_VERSION);
		return err_run(e, ERR_FOREIGN, "mairu kill-agent");
	}
	if (code == 0 || code > -ERR_BUSY)
		code = (uint64_t)-ERR_FORMAT;
	return err_set(e, (enum err_code) - (int)code, "%s", message);
}

/* The directories may not have existed when it was opened. */
static void put_request(
    const struct client *c, const struct message *request, struct buf *out)
{
	struct message m = *request;

	m.version = MAIRU_VERSION;
	m.place = (const unsigned char *)&c->place;
	message_put_request(out, &m);
}

int client_send(
    struct client *c, const struct message *requests, size_t n, struct err *e)
{
	struct buf frames = BUF_INIT(WIRE_HEADER + WIRE_MAX_BODY);
	int r;

	for (size_t i = 0; i < n; i++)
		put_request(c, &requests[i], &frames);
	buf_consume(&c->in, c->taken);
	c->taken = 0;
	r = frames.failed ? err_set(e, ERR_LIMIT,
				"the request to the broker is too large")
			  : send_all(c, &frames, e);
	buf_release(&frames);
	return r;
}

int client_call(struct client *c, const struct message *request,
    struct message *answer, struct err *e)
{
	int r = client_send(c, request, 1, e);

	return r < 0 ? r : client_next(c, request->type, answer, e);
}

/* The body is moved over the end of its header, to make room for a NUL. */
static int read_answer(struct client *c, enum wire_type to,
    struct wire_frame *f, struct message *answer, struct err *e)
{
	unsigned char *body = c->in.data + WIRE_HEADER - 1;

	memmove(body, f->body, f->len);
	body[f->len] = '\0';
	f->body = body;
	return message_read_answer(answer, to, f, NULL) < 0 ? client_nonsense(e)
							    : 0;
}

int client_next(
    struct client *c, enum wire_type to, struct message *answer, struct err *e)
{
	struct wire_frame f;
	int r;

	buf_consume(&c->in, c->taken);
	c->taken = 0;
	r = receive(c, &f, e);
	if (r < 0)
		return r;
	if (f.type == WIRE_ERROR)
		return broker_error(c, &f, e);
	if (f.version != WIRE_VERSION) {
		(void)err_set(e, ERR_FOREIGN,
		    "the broker (pid %ld) is not the same version as this "
		    "mairu %s",
		    (long)c->pid, MAIRU_VERSION);
		return err_run(e, ERR_FOREIGN, "mairu kill-agent");
	}
	if (f.type != WIRE_OK)
		return foreign(c, e);
	return answer != NULL ? read_answer(c, to, &f, answer, e) : 0;
}

int client_ask(struct client *c, enum client_start start, int64_t deadline,
    const struct message *request, struct message *answer, struct err *e)
{
	int r = client_open(c, start, deadline, e);

	return r < 0 ? r : client_call(c, request, answer, e);
}

int client_tell(const struct message *request, struct err *e)
{
	struct client c;
	int r = client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + TELL_MS, request, NULL, e);

	client_close(&c);
	return r == ERR_NOT_FOUND ? 0 : r;
}

int client_answered(const struct client *c)
{
	return c->taken > 0;
}

int client_hung_up(const struct client *c, const struct err *e)
{
	return e->code == ERR_FOREIGN && c->in.len == 0;
}

int client_nonsense(struct err *e)
{
	(void)err_set(e, ERR_FORMAT, "the broker's reply makes no sense");
	return err_run(e, ERR_FORMAT, "mairu kill-agent");
}
