#ifndef MAIRU_TEST_UPSTREAM_WORLD_H
#define MAIRU_TEST_UPSTREAM_WORLD_H

/*
 * The server "corp" and a session of it, with clocks and answers of the test's
 * own.
 */

#include "fake_http.h"

#include "servers_home.h"

#include "broker/servers/config.h"
#include "broker/servers/upstream.h"
#include "broker/sessions/session.h"
#include "net/http/throttle.h"

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

static struct loop *loop;
static struct sessions *sessions;
static struct config *config;
static struct upstream up;
static int64_t now, wall;

static inline int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static inline void write_server(const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"corp\",\"url\":\"https://c.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}%s}}",
	    more);
	put_server("a.json", text);
}

static inline int begin_upstream(void **state, int64_t at)
{
	now = 1000;
	wall = at;
	if (setup(state) || slab_new(&slab, 1 << 21, &e) ||
	    loop_new(&loop, turned, &now))
		return -1;
	loop_set_wall(loop, turned, &wall);
	config = config_new();
	up = (struct upstream){.loop = loop, .slab = slab, .config = config};
	if (!config || catalog_new(&up.catalog, loop, slab, &e) ||
	    throttle_new(&up.pace, loop, NULL, &e) ||
	    sessions_new(&sessions, &up, &e))
		return -1;
	up.sessions = sessions;
	write_server("");
	return 0;
}

static inline int end_upstream(void **state)
{
	sessions_free(sessions);
	assert_int_equal(fake_open(), 0);
	http_free(NULL);
	throttle_free(up.pace);
	config_free(config);
	catalog_free(up.catalog);
	loop_free(loop);
	return teardown(state);
}

static inline struct catalog_entry corp(void)
{
	struct catalog_entry found;

	assert_int_equal(catalog_find(up.catalog, "corp", &found, &e), 0);
	return found;
}

/* refresh NULL: there is none; seconds 0: not known. */
static inline void log_in_with(
    const char *access, const char *refresh, int64_t seconds)
{
	struct provider_tokens t = {.expires = seconds ? wall + seconds : 0};
	struct catalog_entry found = corp();

	assert_int_equal(
	    secret_new(&t.access, slab, access, strlen(access)), 0);
	if (refresh)
		assert_int_equal(
		    secret_new(&t.refresh, slab, refresh, strlen(refresh)), 0);
	assert_int_equal(sessions_put(sessions, &found, &t, &e), 0);
}

static inline void log_in(const char *token)
{
	log_in_with(token, NULL, 0);
}

#endif
