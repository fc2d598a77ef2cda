#ifndef MAIRU_TEST_SESSION_WORLD_H
#define MAIRU_TEST_SESSION_WORLD_H

/*
 * Sessions with clocks, servers and answers of the test's own.  Server n has
 * the id that put() gave it, until fake_gone[n].
 */

#include "fake_http.h"

#include "fake_provider.h"

#include "broker/servers/config.h"
#include "broker/sessions/revoke.h"
#include "broker/sessions/session.h"

enum {
	SERVERS = SESSION_MAX + 8,
};

static struct loop *loop;
static struct slab *slab;
static struct sessions *sessions;
static struct config *config;
static int64_t now, wall;
static struct err e;
static char told[64];
static char fake_ids[SERVERS][32];
static int fake_gone[SERVERS];
static int held_n; /* whom a process has a grant of */

static inline int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static inline void tell(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	char one[8];

	(void)arg;
	(void)snprintf(one, sizeof(one), "%c%d", is ? '+' : '-', identity[0]);
	assert_true(strlen(told) + strlen(one) < sizeof(told));
	memcpy(told + strlen(told), one, strlen(one) + 1);
}

static inline int is_held(void *arg, const unsigned char identity[HASH_SHA256])
{
	(void)arg;
	return identity[0] == held_n;
}

/* The server of that number; put() logs in there. */
static inline struct catalog_entry server(int n)
{
	static struct servers_entry s;
	static char url[] = "https://c.example/";
	struct catalog_entry found = {&s, {0}};

	s.id = fake_ids[n];
	s.url = url;
	found.identity[0] = (unsigned char)n;
	found.identity[1] = (unsigned char)(n >> 8);
	return found;
}

int catalog_identified(struct catalog *c,
    const unsigned char identity[HASH_SHA256], struct catalog_entry *found,
    struct err *why)
{
	int n = identity[0] | identity[1] << 8;

	(void)c;
	if (fake_gone[n] || !fake_ids[n][0])
		return err_set(why, ERR_NOT_FOUND, "there is no such server");
	*found = server(n);
	return 0;
}

static inline int setup(void **state)
{
	(void)state;
	now = 1000;
	wall = 1000000;
	told[0] = '\0';
	held_n = -1;
	memset(fake_ids, 0, sizeof(fake_ids));
	memset(fake_gone, 0, sizeof(fake_gone));
	fake_provider_reset();
	config = config_new();
	if (!config || loop_new(&loop, turned, &now) ||
	    slab_new(&slab, 1 << 20, &e))
		return -1;
	loop_set_wall(loop, turned, &wall);
	if (sessions_new(&sessions,
		&(struct upstream){
		    .loop = loop, .slab = slab, .config = config},
		&e))
		return -1;
	sessions_watch(sessions, tell, NULL);
	sessions_watch_held(sessions, is_held, NULL);
	return 0;
}

/* Whatever was under way has been given up. */
static inline int teardown(void **state)
{
	(void)state;
	sessions_free(sessions);
	assert_int_equal(fake_open(), 0);
	http_free(NULL);
	config_free(config);
	slab_free(slab);
	loop_free(loop);
	return 0;
}

/* refresh NULL: there is none; seconds 0: not known. */
static inline void put_with(
    int n, const char *id, const char *refresh, int64_t seconds)
{
	struct provider_tokens t = {.expires = seconds ? wall + seconds : 0};
	struct catalog_entry found;

	(void)snprintf(fake_ids[n], sizeof(fake_ids[n]), "%s", id);
	found = server(n);
	assert_int_equal(secret_new(&t.access, slab, "acc", 3), 0);
	if (refresh)
		assert_int_equal(
		    secret_new(&t.refresh, slab, refresh, strlen(refresh)), 0);
	t.client.id = strdup("me");
	assert_int_equal(sessions_put(sessions, &found, &t, &e), 0);
	assert_null(t.access);
	assert_null(t.client.id);
}

static inline const struct session *find(int n)
{
	return sessions_find(sessions, server(n).identity);
}

static inline void turn(void)
{
	assert_int_equal(loop_once(loop, 0, &e), 0);
}

static inline void pass(int64_t seconds)
{
	now += seconds * 1000;
	wall += seconds;
	turn();
}

/* Time by small steps, as a loop has it. */
static inline void pass_slowly(int64_t seconds)
{
	for (; seconds > 0; seconds -= 10)
		pass(seconds < 10 ? seconds : 10);
}

static inline void assert_told(const char *text)
{
	assert_string_equal(told, text);
	told[0] = '\0';
}

/* What came of an ask. */
struct asked {
	struct session_wait wait;
	int n, code;
	char access[64], msg[1024];
	uint64_t serial;
	void (*then)(void);
};

static inline void heard(
    void *arg, const struct session *one, const struct err *why)
{
	struct asked *a = arg;

	a->n++;
	a->code = 0;
	if (one) {
		assert_non_null(session_access(one));
		(void)snprintf(a->access, sizeof(a->access), "%s",
		    (const char *)secret_bytes(session_access(one)));
		a->serial = session_serial(one);
	} else {
		a->code = why->code;
		(void)snprintf(a->msg, sizeof(a->msg), "%s", why->msg);
	}
	if (a->then)
		a->then();
}

static inline void prepare(struct asked *a)
{
	void (*then)(void) = a->then;

	memset(a, 0, sizeof(*a));
	a->then = then;
	a->wait.fn = heard;
	a->wait.arg = a;
}

static inline void ask_refused(struct asked *a, int n, uint64_t refused)
{
	prepare(a);
	sessions_ask(sessions, server(n).identity, refused, &a->wait);
}

static inline void ask(struct asked *a, int n)
{
	ask_refused(a, n, 0);
}

static inline void renew(struct asked *a, int n)
{
	prepare(a);
	sessions_renew(sessions, server(n).identity, &a->wait);
}

static inline void assert_got(const struct asked *a, const char *access)
{
	assert_int_equal(a->n, 1);
	if (a->code)
		fail_msg("%s", a->msg);
	assert_string_equal(a->access, access);
}

static inline void assert_not(const struct asked *a, int code, const char *said)
{
	assert_int_equal(a->n, 1);
	assert_int_equal(a->code, code);
	if (!strstr(a->msg, said))
		fail_msg("%s", a->msg);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
