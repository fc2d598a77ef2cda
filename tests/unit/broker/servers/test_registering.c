/* A client that is there before anybody logs in: broker/servers/registering.h.
 */

#include "fake_http.h"

#include "servers_home.h"

#include "broker/servers/config.h"
#include "broker/servers/registering.h"
#include "broker/servers/registration.h"
#include "net/http/throttle.h"

static struct loop *loop;
static struct catalog *catalog;
static struct config *config;
static struct upstream up;
static struct throttle *pace;
static int64_t clock_ms;
static struct registering *r;
static int kept, there, told, code;
static int64_t expires;
static char id[64];

/* --- what it stands on */

int registration_find(struct registrations *all,
    const struct servers_entry *one, enum servers_grant g, int64_t now,
    struct provider_client *c)
{
	(void)all;
	(void)one;
	(void)now;
	if (!there)
		return 0;
	*c = (struct provider_client){
	    .id = strdup(g == SERVERS_CODE ? "kept-code" : "kept-device"),
	    .expires = 2000};
	return 1;
}

void registration_keep(struct registrations *all,
    const struct servers_entry *one, enum servers_grant g,
    const struct provider_client *c)
{
	(void)all;
	(void)g;
	assert_string_equal(one->id, "corp");
	assert_string_equal(c->id, "new");
	kept++;
}

static int client_ask(const struct provider_at *at, enum servers_grant g,
    struct http_ask *ask, struct err *err)
{
	(void)err;
	http_ask_init(ask);
	buf_addf(&ask->url, "%s%s", at->server->url,
	    g == SERVERS_CODE ? "code" : "device");
	return 0;
}

static int client_take(const struct provider_at *at,
    const struct http_answer *a, struct provider_client *c, struct err *err)
{
	(void)at;
	if (a->status != 200)
		return err_set(err, ERR_DENIED, "no client");
	c->id = strdup("new");
	c->expires = 3000;
	return 0;
}

static const struct throttle_rule rule = {
    .per_second = 4, .at_once = 2, .tries = 3, .try_ms = 1000, .more = 2};
static struct provider with = {
    .client_ask = client_ask, .client_take = client_take, .begin_pace = &rule};

const struct provider *provider_of(
    const struct servers_entry *one, struct err *err)
{
	(void)one;
	(void)err;
	return &with;
}

void provider_client_release(struct provider_client *c)
{
	free(c->id);
	memset(c, 0, sizeof(*c));
}

/* --- the world */

static int64_t turned(void *arg)
{
	(void)arg;
	return clock_ms;
}

static int begin(void **state)
{
	clock_ms = 1000;
	kept = there = told = code = 0;
	expires = -1;
	r = NULL;
	with.client_ask = client_ask;
	config = config_new();
	if (setup(state) || loop_new(&loop, turned, NULL) ||
	    throttle_new(&pace, loop, NULL, &e) ||
	    catalog_new(&catalog, loop, NULL, &e))
		return -1;
	up = (struct upstream){
	    .loop = loop, .config = config, .catalog = catalog, .pace = pace};
	put_server("a.json",
	    "{\"id\":\"corp\",\"url\":\"https://c.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}");
	return 0;
}

static int end(void **state)
{
	registering_cancel(r);
	assert_int_equal(fake_open(), 0);
	http_free(NULL);
	throttle_free(pace);
	catalog_free(catalog);
	config_free(config);
	loop_free(loop);
	return teardown(state);
}

static void done(
    void *arg, const struct provider_client *client, const struct err *why)
{
	(void)arg;
	told++;
	r = NULL;
	code = why ? why->code : 0;
	if (client) {
		expires = client->expires;
		(void)snprintf(
		    id, sizeof(id), "%s", client->id ? client->id : "none");
	}
}

static int fresh;

static int start(enum servers_grant g)
{
	struct catalog_entry found;

	assert_int_equal(catalog_find(catalog, "corp", &found, &e), 0);
	return registering_start(&up, &found, g, fresh, done, NULL, &r, &e);
}

static void turn(void)
{
	assert_int_equal(loop_once(loop, 0, &e), 0);
}

/* Until so many calls were made, or three seconds have passed. */
static void wait_for(size_t calls)
{
	for (int64_t until = clock_ms + 3000;
	     fake_n <= calls && clock_ms < until; clock_ms++)
		turn();
}

/* --- tests */

static void a_client_that_is_kept_is_taken(void **state)
{
	(void)state;
	there = 1;
	assert_int_equal(start(SERVERS_DEVICE), 0);
	assert_int_equal(told, 0);
	turn();
	assert_int_equal(told, 1);
	assert_string_equal(id, "kept-device");
	assert_int_equal(expires, 2000);
	assert_int_equal(fake_n + (size_t)kept, 0);
}

static void one_that_is_kept_can_be_replaced(void **state)
{
	(void)state;
	there = 1;
	fresh = 1;
	assert_int_equal(start(SERVERS_CODE), 0);
	fresh = 0;
	assert_int_equal(fake_n, 1);
	assert_int_equal(kept, 0);
	fake_answer(0, 200, "", "");
	assert_string_equal(id, "new");
	assert_int_equal(kept, 1);
}

static void a_new_one_is_registered_and_kept(void **state)
{
	(void)state;
	assert_int_equal(start(SERVERS_CODE), 0);
	assert_string_equal(
	    buf_str(&fake_calls[0].ask.url), "https://c.example/code");
	fake_answer(0, 200, "", "");
	assert_int_equal(told, 1);
	assert_int_equal(kept, 1);
	assert_string_equal(id, "new");
	assert_int_equal(expires, 3000);
}

static void a_server_that_wants_none_needs_none(void **state)
{
	(void)state;
	with.client_ask = NULL;
	assert_int_equal(start(SERVERS_CODE), 0);
	turn();
	assert_int_equal(told, 1);
	assert_string_equal(id, "none");
	assert_int_equal(expires, 0);
}

static void a_refusal_is_told_and_nothing_is_kept(void **state)
{
	struct err why;

	(void)state;
	assert_int_equal(start(SERVERS_CODE), 0);
	fake_answer(0, 400, "", "");
	assert_int_equal(told, 1);
	assert_int_equal(code, ERR_DENIED);
	assert_int_equal(start(SERVERS_CODE), 0);
	for (size_t i = 1; i <= 3; i++) {
		assert_int_equal(told, 1);
		(void)err_set(&why, ERR_UPSTREAM, "no network");
		fake_end(i, NULL, &why);
		wait_for(i + 1);
	}
	assert_int_equal(told, 2);
	assert_int_equal(code, ERR_UPSTREAM);
	clock_ms += 5000;
	fake_fails = 1;
	assert_int_equal(start(SERVERS_CODE), ERR_UPSTREAM);
	assert_null(r);
	assert_int_equal(told, 2);
	assert_int_equal(kept, 0);
}

static void trouble_and_too_many_are_met_by_another_try(void **state)
{
	(void)state;
	assert_int_equal(start(SERVERS_CODE), 0);
	fake_answer(0, 503, "", "");
	assert_int_equal(told, 0);
	wait_for(1);
	fake_answer(1, 429, "", "");
	assert_int_equal(told, 0);
	wait_for(2);
	assert_int_equal(fake_n, 3);
	assert_string_equal(
	    buf_str(&fake_calls[2].ask.url), "https://c.example/code");
	fake_answer(2, 200, "", "");
	assert_int_equal(told, 1);
	assert_string_equal(id, "new");
	assert_int_equal(kept, 1);
}

static void a_client_of_a_file_that_was_edited_is_not_kept(void **state)
{
	(void)state;
	assert_int_equal(start(SERVERS_CODE), 0);
	put_server("a.json",
	    "{\"id\":\"corp\",\"url\":\"https://d.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}");
	catalog_stale(catalog);
	fake_answer(0, 200, "", "");
	assert_int_equal(code, ERR_NOT_FOUND);
	assert_int_equal(kept, 0);
}

static void one_that_is_cancelled_tells_nobody(void **state)
{
	(void)state;
	assert_int_equal(start(SERVERS_CODE), 0);
	registering_cancel(r);
	there = 1;
	assert_int_equal(start(SERVERS_CODE), 0);
	registering_cancel(r);
	r = NULL;
	turn();
	assert_int_equal(told, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_client_that_is_kept_is_taken),
	    T(one_that_is_kept_can_be_replaced),
	    T(a_new_one_is_registered_and_kept),
	    T(a_server_that_wants_none_needs_none),
	    T(a_refusal_is_told_and_nothing_is_kept),
	    T(trouble_and_too_many_are_met_by_another_try),
	    T(a_client_of_a_file_that_was_edited_is_not_kept),
	    T(one_that_is_cancelled_tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
