#ifndef MAIRU_TEST_HTTP_WORLD_H
#define MAIRU_TEST_HTTP_WORLD_H

/*
 * A caller of net/http/http.h and what it was told; a server inside the test's
 * own loop is its peer.
 */

#include "home.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/http/http.h"
#include "pump.h"

static struct loop *loop;
static struct http *http;

/* What one call came to. */
struct result {
	int done;
	unsigned status;
	char type[HTTP_TYPE], error_type[HTTP_TYPE], location[256];
	int64_t retry_after, date;
	size_t len;
	char body[4096];
	struct err err;
	struct http_call *call;
};

static inline void take_result(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct result *r = arg;

	r->done++;
	r->call = NULL;
	r->err = *e;
	if (!a)
		return;
	assert_int_equal(e->code, 0);
	r->status = a->status;
	r->retry_after = a->retry_after;
	r->date = a->date;
	r->len = a->body.len;
	(void)snprintf(r->type, sizeof(r->type), "%s", a->content_type);
	(void)snprintf(
	    r->error_type, sizeof(r->error_type), "%s", a->error_type);
	(void)snprintf(r->location, sizeof(r->location), "%s",
	    a->location ? a->location : "none");
	if (a->body.len < sizeof(r->body) && a->body.len > 0)
		memcpy(r->body, a->body.data, a->body.len);
}

static inline int http_world_setup(void **state)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY",
	    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};
	struct err e;

	if (home_setup(state) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unsetenv(names[i]);
	return loop_new(&loop, NULL, NULL) < 0 ||
	       http_new(&http, loop, NULL, &e) < 0;
}

static inline int http_world_teardown(void **state)
{
	http_free(http);
	http = NULL;
	loop_free(loop);
	return tear_down(state);
}

static inline void begin(struct result *r, const char *url, const char *type,
    const void *body, size_t len)
{
	struct http_ask a;
	struct err e;

	memset(r, 0, sizeof(*r));
	http_ask_init(&a);
	buf_adds(&a.url, url);
	http_ask_header(&a, "Accept", "application/json", 16);
	http_ask_header(&a, "Authorization", "Bearer sesame", 13);
	buf_add(&a.body, body, len);
	a.content_type = type;
	assert_int_equal(http_start(http, &a, take_result, r, &r->call, &e), 0);
}

static inline void get(struct result *r, const char *url)
{
	begin(r, url, NULL, NULL, 0);
}

static inline void wait_for(const struct result *r)
{
	pump_until(loop, &r->done);
	assert_int_equal(r->done, 1);
}

/* It failed, and said all of these. */
static inline void assert_fault(const struct result *r, const char *text)
{
	if (r->err.code != ERR_UPSTREAM || !strstr(r->err.msg, text))
		fail_msg("%d %s\nwithout: %s", r->err.code, r->err.msg, text);
	assert_null(strstr(r->err.msg, "sesame"));
}

/* A socket of 127.0.0.1, not listening yet. */
static inline int bound(unsigned *port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Turns the loop until fd has something to read. */
static inline void turn_until_readable(int fd)
{
	int64_t end = plat_ms() + PUMP_MS;

	while (!pump_readable(fd)) {
		assert_int_equal(loop_once(loop, 5, NULL), 0);
		assert_true(plat_ms() < end);
	}
}

static inline int taken(int listener)
{
	turn_until_readable(listener);
	return accept(listener, NULL, NULL);
}

/* One whole request, header and body of Content-Length. */
static inline size_t hear(int fd, char *out, size_t cap)
{
	size_t have = 0, want = 0;
	char *end, *length;
	ssize_t n;

	memset(out, 0, cap);
	while (want == 0 || have < want) {
		turn_until_readable(fd);
		n = recv(fd, out + have, cap - 1 - have, 0);
		if (n <= 0)
			break;
		have += (size_t)n;
		end = strstr(out, "\r\n\r\n");
		length = strstr(out, "Content-Length: ");
		if (end)
			want = (size_t)(end + 4 - out) +
			       (length && length < end
				       ? strtoul(length + 16, NULL, 10)
				       : 0);
	}
	return have;
}

static inline void say(int fd, const char *what)
{
	assert_int_equal(
	    send(fd, what, strlen(what), MSG_NOSIGNAL), strlen(what));
}

/* Nothing but the end comes from there. */
static inline void assert_closed(int fd)
{
	char c;

	turn_until_readable(fd);
	assert_true(recv(fd, &c, 1, 0) <= 0);
	assert_int_equal(close(fd), 0);
}

/* A round of the loop waits as long as it may. */
static inline void assert_idle(void)
{
	int64_t before = plat_ms();

	/* What a closed connection leaves to be done is done now. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(loop, 0, NULL), 0);
	before = plat_ms();
	assert_int_equal(loop_once(loop, 300, NULL), 0);
	assert_true(plat_ms() - before >= 299);
}

#endif
