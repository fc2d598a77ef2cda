#ifndef MAIRU_TEST_LOGIN_WORLD_H
#define MAIRU_TEST_LOGIN_WORLD_H

/*
 * Logins in a process of their own, with what login_fakes.h fakes, a browser
 * that speaks to them over real loopback connections, and a clock that the
 * test turns.
 */

#include "home.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/core/bytes.h"
#include "broker/login/steps.h"
#include "broker/servers/config.h"
#include "login_fakes.h"
#include "net/runtime/log.h"
#include "pump.h"

enum {
	SLAB_BYTES = 64 * 1024,
};

static struct loop *loop;
static struct slab *slab;
static struct logins *logins;
static struct log *logger;
static struct config *config;
static int64_t ahead; /* of the real clock, in ms */
static int frozen;    /* the clock is `ahead` alone */
static int64_t slept; /* of the machine, in seconds: its timers stood still */
static int64_t set;   /* of the wall clock alone, in seconds */
static char answer[128 * 1024];
static size_t slab_room; /* of an empty slab, for one secret */

/* One browser's view of a login. */
struct view {
	unsigned port;
	const char *over; /* an IPv6 address to connect to; NULL: 127.0.0.1 */
	char host[64], door[64], location[1024], cookie[128], state[64];
	char challenge[64], redirect[128];
};

struct waiter {
	struct login_wait wait;
	int told;
	struct err e; /* code 0: it went well */
};

static inline int64_t clock_of_test(void *arg)
{
	(void)arg;
	return (frozen ? 0 : plat_ms()) + ahead;
}

static inline int64_t wall_of_test(void *arg)
{
	return 1700000000 + clock_of_test(arg) / 1000 + slept + set;
}

static inline int64_t lived_of_test(void *arg)
{
	return clock_of_test(arg) + slept * 1000;
}

/* As large a secret as there is room for. */
static inline size_t room_in_slab(void)
{
	static const char all[SLAB_BYTES];
	struct secret *secret = NULL;
	size_t n = SLAB_BYTES;

	while (n > 0 && secret_new(&secret, slab, all, n) < 0)
		n -= 8;
	secret_free(secret);
	return n;
}

static inline void expect_empty_slab(void)
{
	assert_int_equal(room_in_slab(), slab_room);
}

static inline int setup(void **state)
{
	struct upstream parts = {0};
	struct err e;

	if (home_setup(state) != 0)
		return -1;
	(void)signal(SIGPIPE, SIG_IGN);
	fake_reset();
	ahead = slept = set = 0;
	frozen = 0;
	if (loop_new(&loop, clock_of_test, NULL) < 0 ||
	    slab_new(&slab, SLAB_BYTES, &e) < 0)
		return -1;
	slab_room = room_in_slab();
	loop_set_wall(loop, wall_of_test, NULL);
	loop_set_lived(loop, lived_of_test, NULL);
	parts.loop = loop;
	parts.slab = slab;
	parts.registrations = (struct registrations *)(void *)slab;
	parts.config = config = config_new();
	parts.log = logger = log_new(LOG_DEBUG, 0);
	return logins_new(&logins, &parts, &e);
}

static inline int teardown(void **state)
{
	logins_free(logins);
	slab_free(slab);
	log_free(logger);
	config_free(config);
	loop_free(loop);
	return tear_down(state);
}

/* --- a browser */

static inline int try_dial(unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static inline int try_dial_v6(unsigned port, const char *addr)
{
	struct sockaddr_in6 a = {
	    .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(inet_pton(AF_INET6, addr, &a.sin6_addr), 1);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

/* Sends a request and does not wait. */
static inline int send_get(
    const struct view *v, const char *target, const char *more)
{
	static char text[64 * 1024];
	int fd = v->over ? try_dial_v6(v->port, v->over) : try_dial(v->port);
	int n;

	assert_true(fd >= 0);
	n = snprintf(text, sizeof(text),
	    "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", target, v->host, more);
	assert_int_equal(send(fd, text, (size_t)n, MSG_NOSIGNAL), n);
	return fd;
}

static inline void hear(int fd)
{
	(void)pump_read(loop, fd, answer, sizeof(answer), 0);
	assert_int_equal(close(fd), 0);
}

static inline void raw(const struct view *v, const char *text)
{
	int fd = try_dial(v->port);

	assert_true(fd >= 0);
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	hear(fd);
}

static inline void get(
    const struct view *v, const char *target, const char *more)
{
	hear(send_get(v, target, more));
}

static inline void expect(int status, const char *what)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strncmp(answer, line, strlen(line)) != 0 || !strstr(answer, what))
		fail_msg("not %d %s but %s", status, what, answer);
	assert_non_null(strstr(answer, "\r\nCache-Control: no-store\r\n"));
	assert_non_null(strstr(answer, "\r\nReferrer-Policy: no-referrer\r\n"));
	assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
	if (status == 302)
		return;
	assert_non_null(
	    strstr(answer, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(
	    strstr(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
	assert_non_null(strstr(answer,
	    "\r\nContent-Security-Policy: default-src 'none'; style-src "
	    "'sha256-"));
}

/* What stands between two texts of the answer. */
static inline void pick(
    const char *from, const char *before, const char *stop, char *out, size_t n)
{
	const char *at = strstr(from, before);
	size_t len;

	if (!at) {
		fail_msg("no %s in %s", before, from);
		return;
	}
	at += strlen(before);
	len = strcspn(at, stop);
	assert_true(len < n);
	memcpy(out, at, len);
	out[len] = '\0';
}

static inline int begin_with(
    const char *server, uint16_t port, struct login **login, struct err *e)
{
	const struct login_want want = {.server = server, .port = port};

	return login_begin(logins, &want, login, e);
}

/* How many are under way. */
static inline size_t logins_count(void)
{
	const struct login *login;
	size_t n = 0;

	LIST_FOREACH(login, &logins->running, entry)
	n++;
	return n;
}

static inline int64_t seconds_left(struct login *login)
{
	struct login_view v;

	assert_int_equal(login_look(login, &v), 1);
	return v.seconds;
}

static inline struct login *begin(
    const char *server, uint16_t port, struct view *v)
{
	struct login_view shown;
	struct login *login = NULL;
	struct buf b = BUF_INIT(256);
	struct err e;

	memset(v, 0, sizeof(*v));
	if (begin_with(server, port, &login, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(login_look(login, &shown), 1);
	buf_adds(&b, shown.url);
	pick(buf_str(&b), "http://", "/", v->host, sizeof(v->host));
	pick(buf_str(&b), v->host, "", v->door, sizeof(v->door));
	buf_release(&b);
	v->port = (unsigned)strtoul(strchr(v->host, ':') + 1, NULL, 10);
	return login;
}

/* Opens the short URL and goes where it leads. */
static inline void open_door(struct view *v)
{
	get(v, v->door, "");
	expect(302, "\r\nSet-Cookie: mairu-");
	pick(answer, "\r\nLocation: ", "\r", v->location, sizeof(v->location));
	pick(answer, "\r\nSet-Cookie: ", ";", v->cookie, sizeof(v->cookie));
	pick(v->location, "?r=", "&", v->redirect, sizeof(v->redirect));
	pick(v->location, "&s=", "&", v->state, sizeof(v->state));
	pick(v->location, "&c=", "", v->challenge, sizeof(v->challenge));
}

/* The server sends the browser back. */
static inline int come_back(const struct view *v, const char *parameters)
{
	static char target[40 * 1024];
	char cookie[256];

	(void)snprintf(target, sizeof(target), "/oauth2callback?state=%s%s",
	    v->state, parameters);
	(void)snprintf(cookie, sizeof(cookie),
	    "Cookie: other=1; %s; mairu=x\r\n", v->cookie);
	return send_get(v, target, cookie);
}

static inline void pump_calls(int n)
{
	int64_t end = plat_ms() + PUMP_MS;

	while (fake_calls < n) {
		assert_int_equal(loop_once(loop, 20, NULL), 0);
		assert_true(plat_ms() < end);
	}
}

/* --- waiters */

static inline void told(void *arg, const struct err *e)
{
	struct waiter *w = arg;

	w->told++;
	if (e)
		w->e = *e;
}

static inline void join(struct login *login, struct waiter *w)
{
	memset(w, 0, sizeof(*w));
	w->wait.fn = told;
	w->wait.arg = w;
	login_join(login, &w->wait);
	assert_int_equal(w->told, 0);
}

static inline void expect_told(struct waiter *w, int code, const char *what)
{
	pump_until(loop, &w->told);
	assert_int_equal(w->told, 1);
	assert_int_equal(w->e.code, code);
	if (code && !strstr(w->e.msg, what))
		fail_msg("not %s but %s", what, w->e.msg);
	assert_true(wait_idle(&w->wait.wait));
}

static inline void expect_closed(const struct view *v)
{
	assert_int_equal(try_dial(v->port), -1);
}

/* The whole way, with one who waits. */
static inline void finish(struct login *login, struct view *v)
{
	struct waiter w;
	int fd, before = fake_calls;

	join(login, &w);
	open_door(v);
	fd = come_back(v, "&code=abc");
	pump_calls(before + 1);
	fake_answer(NULL);
	hear(fd);
	expect(200, "Logged in to ");
	pump_until(loop, &w.told);
	assert_int_equal(w.e.code, 0);
}

#endif
