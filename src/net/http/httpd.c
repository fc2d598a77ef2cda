#include "net/http/httpd.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/bytes.h"

enum {
	MAX_CONNECTIONS = 1280, /* a thousand programs may start at once */
	SPARE_CONNECTIONS = 16, /* beyond those, to answer that we are full */
	MAX_OTHERS = 8,		/* other users', to be refused */
	MAX_UNKNOWN = 64,	/* to present a token or be dropped */
	IDLE_SECONDS = 30,
	REFUSED_SECONDS = 2,
	UNKNOWN_SECONDS = 5,
	/* Default limit of request line and header; beyond it 414 or 431. */
	CONNECTION_MEMORY = 16 * 1024,
};

struct connection {
	enum httpd_peer peer;
};

struct httpd {
	struct loop *loop;
	struct httpd_handler handler;
	struct MHD_Daemon *daemon;
	struct tcp_end addr;
	struct loop_fd watch;
	struct loop_timer turn;
	unsigned n[HTTPD_SURPLUS + 1]; /* connections of each kind */
	enum httpd_peer next;	       /* of the connection being accepted */
	TAILQ_HEAD(request_list, httpd_request) resting;
};

struct httpd_request {
	struct httpd *httpd;
	struct MHD_Connection *connection;
	TAILQ_ENTRY(httpd_request) entry;
	void *data;
	const char *method;
	struct MHD_Response *response; /* when answered */
	unsigned status;
	int seen, begun, resting, answered, has_body;
	size_t target_len;
	char target[];
};

/* --- connections */

static unsigned limit_of(enum httpd_peer peer)
{
	switch (peer) {
	case HTTPD_OURS:
		return MAX_CONNECTIONS;
	case HTTPD_UNKNOWN:
		return MAX_UNKNOWN;
	case HTTPD_SURPLUS:
		return SPARE_CONNECTIONS;
	case HTTPD_OTHER:
	default:
		return MAX_OTHERS;
	}
}

static unsigned idle_of(enum httpd_peer peer)
{
	switch (peer) {
	case HTTPD_OURS:
		return IDLE_SECONDS;
	case HTTPD_UNKNOWN:
		return UNKNOWN_SECONDS;
	case HTTPD_OTHER:
	case HTTPD_SURPLUS:
	default:
		return REFUSED_SECONDS;
	}
}

/* Possible other users have separate limits, so that they can't exhaust those
 * of our own user. */
static enum MHD_Result accept_policy(
    void *arg, const struct sockaddr *addr, socklen_t len)
{
	struct httpd *h = arg;
	struct tcp_end from;

	h->next = HTTPD_OTHER;
	if (tcp_end_of(&from, addr, len))
		h->next = h->handler.peer(h->handler.arg, &from, &h->addr);
	if (h->next == HTTPD_OURS && h->n[HTTPD_OURS] >= MAX_CONNECTIONS)
		h->next = HTTPD_SURPLUS;
	return h->n[h->next] < limit_of(h->next) ? MHD_YES : MHD_NO;
}

/* Called right after accept_policy() for the same connection. */
static void connection_begins(
    struct httpd *h, struct MHD_Connection *c, void **context)
{
	enum httpd_peer peer = h->next;

	struct connection *conn = malloc(sizeof(*conn));

	h->next = HTTPD_OTHER;
	if (conn)
		conn->peer = peer;
	else
		peer = HTTPD_OTHER; /* the default without a context */
	*context = conn;
	h->n[peer]++;
	if (peer != HTTPD_OURS)
		(void)MHD_set_connection_option(
		    c, MHD_CONNECTION_OPTION_TIMEOUT, idle_of(peer));
}

static void connection_changes(void *arg, struct MHD_Connection *c,
    void **context, enum MHD_ConnectionNotificationCode what)
{
	struct httpd *h = arg;
	struct connection *conn = *context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		connection_begins(h, c, context);
		return;
	}
	h->n[conn ? conn->peer : HTTPD_OTHER]--;
	free(conn);
	*context = NULL;
}

/* --- requests */

static void *request_begins(
    void *arg, const char *uri, struct MHD_Connection *c)
{
	size_t len = strlen(uri);
	struct httpd_request *r = calloc(1, sizeof(*r) + len + 1);

	if (!r)
		return NULL;
	r->httpd = arg;
	r->connection = c;
	r->target_len = len;
	memcpy(r->target, uri, len + 1);
	return r;
}

static void request_ends(void *arg, struct MHD_Connection *c, void **context,
    enum MHD_RequestTerminationCode code)
{
	struct httpd *h = arg;
	struct httpd_request *r = *context;

	(void)c;
	(void)code;
	*context = NULL;
	if (!r)
		return;
	if (r->resting)
		TAILQ_REMOVE(&h->resting, r, entry);
	if (r->begun && !r->answered)
		h->handler.gone(h->handler.arg, r);
	if (r->response)
		MHD_destroy_response(r->response);
	bytes_wipe(r->target, r->target_len);
	free(r);
}

static enum MHD_Result hand_over(struct httpd_request *r)
{
	enum MHD_Result rc;

	/* Out of memory when answering: close. */
	if (!r->response)
		return MHD_NO;
	rc = MHD_queue_response(r->connection, r->status, r->response);
	MHD_destroy_response(r->response);
	r->response = NULL;
	return rc;
}

/* Before 0.9.77, which refuses NULs, the library cuts a value at one.  But each
 * line is still in place in its buffer, with NULs as separators: a line longer
 * than reported contains a NUL. */
struct lines {
	const char *next; /* start of the next line; NULL before the first */
	int damaged;
};

static enum MHD_Result look_at_line(void *arg, enum MHD_ValueKind kind,
    const char *key, size_t key_len, const char *value, size_t len)
{
	struct lines *l = arg;

	(void)kind;
	l->damaged |= l->next && l->next != key;
	l->damaged |= !value || strlen(value) != len || strlen(key) != key_len;
	/* A line ends with CR and LF. */
	l->next = value ? value + len + 2 : key;
	return MHD_YES;
}

static int has_nul(const struct httpd_request *r)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(
	    r->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	struct lines l = {0};

	if (strcmp(MHD_get_version(), "0.9.77") >= 0)
		return 0;
	(void)MHD_get_connection_values_n(
	    r->connection, MHD_HEADER_KIND, look_at_line, &l);
	/* An empty line ends the header. */
	return l.damaged ||
	       (l.next &&
		   (!size || l.next + 2 != r->method + size->header_size));
}

static void refuse(struct httpd_request *r)
{
	struct buf empty = BUF_INIT(0);

	httpd_answer(r, MHD_HTTP_BAD_REQUEST, NULL, 0, &empty, 1);
}

static int announces_body(const struct httpd_request *r)
{
	const char *length = httpd_header(r, "Content-Length", NULL);

	return httpd_header(r, "Transfer-Encoding", NULL) ||
	       (length && strcmp(length, "0") != 0);
}

/* Called with the header, then with each part of a body, then at the end.
 * Answering before the end makes the library close the connection afterwards,
 * which is what we do to requests with a body. */
static enum MHD_Result request_comes(void *arg, struct MHD_Connection *c,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **context)
{
	struct httpd *h = arg;
	struct httpd_request *r = *context;

	(void)url;
	(void)version;
	(void)upload;
	if (!r)
		return MHD_NO;
	*upload_size = 0;
	if (!r->seen) {
		r->seen = 1;
		r->method = method;
		r->has_body = announces_body(r);
		if (has_nul(r)) {
			refuse(r);
			return hand_over(r);
		}
		if (!r->has_body)
			return MHD_YES;
	}
	if (!r->begun) {
		r->begun = 1;
		h->handler.request(h->handler.arg, r);
	}
	if (r->answered)
		return hand_over(r);
	if (!r->resting) {
		r->resting = 1;
		TAILQ_INSERT_TAIL(&h->resting, r, entry);
		MHD_suspend_connection(c);
	}
	return MHD_YES;
}

static struct connection *connection_of(const struct httpd_request *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    r->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

enum httpd_peer httpd_peer(const struct httpd_request *r)
{
	const struct connection *conn = connection_of(r);

	return conn ? conn->peer : HTTPD_OTHER;
}

int httpd_ends(
    const struct httpd_request *r, struct tcp_end *peer, struct tcp_end *ours)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	*ours = r->httpd->addr;
	/* The library's address fits either family. */
	return info &&
	       tcp_end_of(peer, info->client_addr, sizeof(struct sockaddr_in6));
}

void httpd_peer_is_ours(const struct httpd_request *r)
{
	struct connection *conn = connection_of(r);

	if (!conn || conn->peer != HTTPD_UNKNOWN)
		return;
	conn->peer = HTTPD_OURS;
	r->httpd->n[HTTPD_UNKNOWN]--;
	r->httpd->n[HTTPD_OURS]++;
	(void)MHD_set_connection_option(
	    r->connection, MHD_CONNECTION_OPTION_TIMEOUT, idle_of(HTTPD_OURS));
}

const char *httpd_method(const struct httpd_request *r)
{
	return r->method;
}

int httpd_has_body(const struct httpd_request *r)
{
	return r->has_body;
}

const char *httpd_target(const struct httpd_request *r)
{
	return r->target;
}

struct search {
	const char *name, *value;
	size_t n;
};

static enum MHD_Result compare(
    void *arg, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct search *s = arg;

	(void)kind;
	if (strcasecmp(key, s->name) == 0) {
		s->value = value ? value : "";
		s->n++;
	}
	return MHD_YES;
}

const char *httpd_header(
    const struct httpd_request *r, const char *name, size_t *n)
{
	struct search s = {.name = name};

	(void)MHD_get_connection_values(
	    r->connection, MHD_HEADER_KIND, compare, &s);
	if (n)
		*n = s.n;
	return s.value;
}

void httpd_set(struct httpd_request *r, void *data)
{
	r->data = data;
}

void *httpd_get(const struct httpd_request *r)
{
	return r->data;
}

static void body_sent(void *arg)
{
	struct buf *body = arg;

	buf_release(body);
	free(body);
}

static struct MHD_Response *make_response(struct buf *take_body)
{
	struct buf *body = malloc(sizeof(*body));
	struct MHD_Response *response = NULL;

	if (body)
		*body = *take_body;
	else
		buf_release(take_body);
	if (body && !body->failed)
		response =
		    MHD_create_response_from_buffer_with_free_callback_cls(
			body->len, body->data, body_sent, body);
	if (body && !response)
		body_sent(body);
	return response;
}

void httpd_answer(struct httpd_request *r, unsigned status,
    const struct httpd_field *fields, size_t n, struct buf *take_body, int last)
{
	struct httpd *h = r->httpd;
	struct MHD_Response *response = make_response(take_body);
	int failed = !response;
	size_t i;

	for (i = 0; !failed && i < n; i++)
		failed = MHD_add_response_header(response, fields[i].name,
			     fields[i].value) == MHD_NO;
	if (!failed && last)
		failed = MHD_add_response_header(response,
			     MHD_HTTP_HEADER_CONNECTION, "close") == MHD_NO;
	if (failed && response) {
		MHD_destroy_response(response);
		response = NULL;
	}
	r->response = response;
	r->status = status;
	r->answered = 1;
	if (!r->resting)
		return; /* still inside request_comes() */
	r->resting = 0;
	TAILQ_REMOVE(&h->resting, r, entry);
	MHD_resume_connection(r->connection);
	if (!loop_armed(&h->turn) || h->turn.at > loop_now(h->loop))
		loop_arm(h->loop, &h->turn, 0);
}

/* --- the loop */

static void turn(void *arg)
{
	struct httpd *h = arg;
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(h->daemon);
	if (MHD_get_timeout(h->daemon, &ms) == MHD_NO)
		loop_disarm(h->loop, &h->turn);
	else
		loop_arm(h->loop, &h->turn, ms > INT_MAX ? INT_MAX : (int)ms);
}

static void ready(void *arg, short revents)
{
	(void)revents;
	turn(arg);
}

/* The daemon owns the listener once started. */
static int start(struct httpd *h, int listener, struct err *e)
{
	const union MHD_DaemonInfo *info;
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof(at);

	if (getsockname(listener, (struct sockaddr *)&at, &len) < 0 ||
	    !tcp_end_of(&h->addr, (struct sockaddr *)&at, len)) {
		int rc = err_sys(e, "looking at a port of loopback");

		(void)close(listener);
		return rc;
	}

	/* No messages from the library: they would quote headers, including
	 * tokens. */
	h->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO |
		(at.ss_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0u),
	    0, accept_policy, h, request_comes, h, MHD_OPTION_LISTEN_SOCKET,
	    listener, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)(MAX_CONNECTIONS + SPARE_CONNECTIONS + MAX_OTHERS +
		       MAX_UNKNOWN),
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    h->handler.header_max ? h->handler.header_max
				  : (size_t)CONNECTION_MEMORY,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
	    1, MHD_OPTION_URI_LOG_CALLBACK, request_begins, h,
	    MHD_OPTION_NOTIFY_COMPLETED, request_ends, h,
	    MHD_OPTION_NOTIFY_CONNECTION, connection_changes, h,
	    MHD_OPTION_END);
	/* The library closes the listener in most failure paths: better to leak
	 * a descriptor than to close somebody else's. */
	if (!h->daemon)
		return err_sys(e, "serving port %u of loopback",
		    (unsigned)ntohs(h->addr.port));
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info || loop_watch(h->loop, &h->watch, info->epoll_fd, POLLIN) < 0)
		return err_set(e, ERR_NOMEM, "out of memory");
	return 0;
}

int httpd_new(struct httpd **out, struct loop *loop, int take_listener,
    const struct httpd_handler *handler, struct err *e)
{
	struct httpd *h = calloc(1, sizeof(*h));
	int rc;

	*out = NULL;
	if (!h) {
		(void)close(take_listener);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	h->loop = loop;
	h->handler = *handler;
	h->watch.fn = ready;
	h->turn.fn = turn;
	h->watch.arg = h->turn.arg = h;
	TAILQ_INIT(&h->resting);
	rc = start(h, take_listener, e);
	if (rc < 0) {
		httpd_free(h);
		return rc;
	}
	*out = h;
	return 0;
}

void httpd_quiesce(struct httpd *h)
{
	MHD_socket fd = MHD_quiesce_daemon(h->daemon);

	if (fd != MHD_INVALID_SOCKET)
		(void)close(fd);
}

void httpd_free(struct httpd *h)
{
	struct httpd_request *r;

	if (!h)
		return;
	loop_unwatch(h->loop, &h->watch);
	/* The library aborts if a daemon stops with suspended connections. */
	while ((r = TAILQ_FIRST(&h->resting))) {
		TAILQ_REMOVE(&h->resting, r, entry);
		r->resting = 0;
		MHD_resume_connection(r->connection);
	}
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	loop_disarm(h->loop, &h->turn);
	free(h);
}

uint16_t httpd_port(const struct httpd *h)
{
	return ntohs(h->addr.port);
}
