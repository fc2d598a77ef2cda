/* Renewals, logouts and lists of sessions, asked of a whole broker over its
 * socket; its servers are fakes (broker/commands/ask.h). */

#include "as_child.h"
#include "fake_http.h"

#include "fake_provider.h"
#include "pump.h"
#include "servers_home.h"

#include "base/core/version.h"
#include "base/sys/sock.h"
#include "broker/broker.h"
#include "broker/sessions/kept.h"
#include "broker/sessions/revoke.h"
#include "broker/socket/rendezvous.h"

static struct broker broker;
static char path[SOCK_PATH_MAX], text[8192];
static int fd;

static int dial(void)
{
	pid_t pid;
	int sock = -1;

	assert_int_equal(sock_connect(path, &sock, &pid, &e), 0);
	return sock;
}

static int begin(void **state)
{
	struct rendezvous *place;
	struct place here;

	fake_provider_reset();
	if (setup(state) != 0)
		return -1;
	unsetenv("MAIRU_LOG");
	unsetenv("MAIRU_AGENT_LOG");
	(void)snprintf(path, sizeof(path), "%s", at_home("run/s"));
	put_server("a.json",
	    "{\"id\":\"corp\",\"url\":\"https://c.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}");
	put_server("b.json",
	    "{\"id\":\"other\",\"url\":\"https://o.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}");
	if (place_find(&here, PLACE_MAKE, &e) < 0 ||
	    rendezvous_take(&place, path, 0, &e) != 1 ||
	    broker_start(&broker, place, &here, 0, &e) < 0)
		return -1;
	fd = dial();
	return 0;
}

static int end(void **state)
{
	(void)close(fd);
	broker_stop(&broker);
	assert_int_equal(fake_open(), 0);
	return teardown(state);
}

static struct catalog_entry server(const char *id)
{
	struct catalog_entry found;

	/* On a slow machine its file is read in the end. */
	while (catalog_find(broker.up.catalog, id, &found, &e) == ERR_TIMEOUT)
		assert_int_equal(loop_once(broker.loop, 20, &e), 0);
	return found;
}

/* seconds from now on; refresh NULL: there is none. */
static void log_in(const char *id, const char *refresh, int64_t seconds)
{
	struct provider_tokens t = {
	    .expires = loop_wall(broker.loop) + seconds};
	struct catalog_entry found = server(id);

	assert_int_equal(secret_new(&t.access, broker.slab, "acc", 3), 0);
	if (refresh)
		assert_int_equal(secret_new(&t.refresh, broker.slab, refresh,
				     strlen(refresh)),
		    0);
	assert_int_equal(sessions_put(broker.up.sessions, &found, &t, &e), 0);
}

static void send_about(enum wire_type type, const char *id)
{
	struct buf out = BUF_INIT(WIRE_MAX_BODY);
	size_t at = wire_begin(&out, type);

	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
	if (id)
		wire_puts(&out, WIRE_F_SERVER, id);
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
}

/* Turns the loop until n calls were made. */
static void wait_calls(size_t n)
{
	int64_t until = plat_ms() + PUMP_MS;

	while (fake_n < n) {
		assert_int_equal(loop_once(broker.loop, 20, &e), 0);
		assert_true(plat_ms() < until);
	}
	assert_int_equal(fake_n, n);
}

static struct wire_frame answer(void)
{
	return pump_frame(broker.loop, fd, text, sizeof(text));
}

static struct wire_frame ok(void)
{
	struct wire_frame f = answer();

	if (f.type != WIRE_OK)
		fail_msg("%.*s", (int)pump_field(&f, WIRE_F_MESSAGE, 0).len,
		    (const char *)pump_field(&f, WIRE_F_MESSAGE, 0).p);
	return f;
}

static void says(
    const struct wire_frame *f, unsigned tag, int n, const char *what)
{
	struct wire_field field = pump_field(f, tag, n);
	char said[4096];

	assert_int_equal(wire_text(&field, said, sizeof(said)), 0);
	assert_string_equal(said, what);
}

static void error(int code, const char *said)
{
	struct wire_frame f = answer();

	assert_int_equal(f.type, WIRE_ERROR);
	assert_int_equal(pump_number(&f, WIRE_F_CODE), -code);
	says(&f, WIRE_F_MESSAGE, 0, said);
}

static size_t fields(const struct wire_frame *f, unsigned tag)
{
	struct wire_field field;
	struct wire_iter it;
	size_t n = 0;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		n += field.tag == tag;
	return n;
}

/* --- renewals */

static void a_renewal_says_until_when(void **state)
{
	struct wire_frame f;
	int64_t wall;

	(void)state;
	log_in("corp", "r1", 60);
	send_about(WIRE_RENEW, "corp");
	wait_calls(1);
	assert_asked(0, "token", "refresh=r1 client=");
	wall = loop_wall(broker.loop);
	fake_says(0, 200, "a2 r2 3600");
	f = ok();
	says(&f, WIRE_F_SERVER, 0, "corp");
	assert_in_range(
	    pump_number(&f, WIRE_F_EXPIRES), wall + 3600, wall + 3605);
}

static void what_can_not_be_renewed_is_said(void **state)
{
	(void)state;
	send_about(WIRE_RENEW, "corp");
	error(ERR_LOGIN, "login required. Run: mairu login corp");
	log_in("corp", NULL, 60);
	send_about(WIRE_RENEW, "corp");
	error(ERR_DENIED,
	    "the session of corp can't be renewed: its server gave no refresh "
	    "token. For another one, run: mairu login --force corp");
	log_in("other", "r1", 60);
	send_about(WIRE_RENEW, "other");
	wait_calls(1);
}

static void who_waits_for_a_renewal_may_leave(void **state)
{
	(void)state;
	log_in("corp", "r1", 60);
	send_about(WIRE_RENEW, "corp");
	wait_calls(1);
	(void)close(fd);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(broker.loop, 10, &e), 0);
	fd = dial();
	fake_says(0, 200, "a2 r2 3600");
	assert_int_equal(broker.asks.lh_first == NULL, 1);
}

/* --- logouts */

static void a_logout_is_answered_when_its_server_knows(void **state)
{
	struct wire_frame f;

	(void)state;
	log_in("corp", "r1", 60);
	send_about(WIRE_LOGOUT, "corp");
	wait_calls(1);
	assert_null(sessions_at(broker.up.sessions, 0));
	assert_false(pump_readable(fd));
	assert_asked(0, "revoke", "r1");
	fake_says(0, 200, "");
	f = ok();
	says(&f, WIRE_F_SERVER, 0, "corp");
	says(&f, WIRE_F_MESSAGE, 0, "");
}

static void a_server_that_could_not_be_told_is_named(void **state)
{
	const struct err why = {
	    ERR_UPSTREAM, 0, "o.example: no route. Try again later", 0};
	struct wire_frame f;

	(void)state;
	log_in("corp", "r1", 60);
	log_in("other", "r2", 60);
	send_about(WIRE_LOGOUT, "");
	wait_calls(2);
	fake_says(0, 200, "");
	fake_end(1, NULL, &why);
	f = ok();
	says(&f, WIRE_F_SERVER, 0, "corp");
	says(&f, WIRE_F_MESSAGE, 0, "");
	says(&f, WIRE_F_SERVER, 1, "other");
	says(&f, WIRE_F_MESSAGE, 1,
	    "other could not be told: o.example: no route. The session may "
	    "live on there until it expires");
}

static void a_server_that_can_not_be_told_is_not_waited_for(void **state)
{
	struct wire_frame f;

	(void)state;
	fake_provider.revoke_ask = NULL;
	log_in("corp", "r1", 60);
	send_about(WIRE_LOGOUT, "corp");
	f = ok();
	says(&f, WIRE_F_SERVER, 0, "corp");
	says(&f, WIRE_F_MESSAGE, 0, "");
	send_about(WIRE_LOGOUT, "corp");
	f = ok();
	assert_int_equal(fields(&f, WIRE_F_SERVER), 0);
	assert_int_equal(fake_n, 0);
}

static void a_server_that_hangs_is_waited_for_three_seconds(void **state)
{
	int64_t before = plat_ms();
	struct wire_frame f;

	(void)state;
	log_in("corp", "r1", 60);
	send_about(WIRE_LOGOUT, "corp");
	f = ok();
	assert_true(plat_ms() - before >= 2900);
	says(&f, WIRE_F_MESSAGE, 0,
	    "corp has not answered yet; it is still being told");
	assert_true(fake_calls[0].open);
	/* The broker's end waits for nobody. */
}

static void who_waits_for_a_logout_may_leave(void **state)
{
	(void)state;
	log_in("corp", "r1", 60);
	send_about(WIRE_LOGOUT, "corp");
	wait_calls(1);
	(void)close(fd);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(broker.loop, 10, &e), 0);
	assert_true(fake_calls[0].open);
	fake_says(0, 200, "");
	fd = dial();
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(broker.loop, 10, &e), 0);
	assert_int_equal(broker.up.sessions->revokes->n, 0);
}

/* --- what is there */

static void what_has_ended_is_listed_until_a_logout(void **state)
{
	struct wire_frame f;

	(void)state;
	log_in("corp", NULL, -5);
	log_in("other", "r1", 60);
	send_about(WIRE_SESSIONS, NULL);
	f = ok();
	assert_int_equal(fields(&f, WIRE_F_SERVER), 2);
	says(&f, WIRE_F_SERVER, 0, "corp");
	assert_true(pump_number(&f, WIRE_F_ENDED) > 0);
	assert_null(broker_session(&broker, "corp"));
	fake_provider.revoke_ask = NULL;
	send_about(WIRE_LOGOUT, "corp");
	f = ok();
	says(&f, WIRE_F_SERVER, 0, "corp");
	send_about(WIRE_SESSIONS, NULL);
	f = ok();
	assert_int_equal(fields(&f, WIRE_F_SERVER), 1);
	says(&f, WIRE_F_SERVER, 0, "other");
	assert_int_equal(pump_number(&f, WIRE_F_ENDED), 0);
	assert_int_equal(pump_number(&f, WIRE_F_RENEWS), 1);
}

static int is_held(const char *id)
{
	const struct sessions *all = broker.up.sessions;

	return all->held(all->held_arg, server(id).identity);
}

static void lend(void)
{
	struct buf out = BUF_INIT(WIRE_MAX_BODY);
	size_t at = wire_begin(&out, WIRE_LEND);

	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_puts(&out, WIRE_F_SERVER, "corp");
	wire_puts(&out, WIRE_F_ROLE, "Dev");
	wire_puts(&out, WIRE_F_CHAIN, "");
	wire_putn(&out, WIRE_F_FRESH, 0);
	wire_puts(&out, WIRE_F_TTY, "");
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
	(void)ok();
}

static void a_grant_that_was_lent_holds_its_session(void **state)
{
	(void)state;
	lend();
	/* It is worth nothing before its process has said that it has it. */
	assert_false(is_held("corp"));
	send_about(WIRE_LENT, NULL);
	(void)ok();
	assert_true(is_held("corp"));
	assert_false(is_held("other"));
}

static void who_asks_for_something_else_has_not_taken_it(void **state)
{
	(void)state;
	lend();
	send_about(WIRE_RENEW, "corp");
	error(ERR_LOGIN, "login required. Run: mairu login corp");
	send_about(WIRE_LENT, NULL);
	error(ERR_NOT_FOUND, "no grant was lent");
	assert_true(LIST_EMPTY(&broker.asks));
	/* Another one can be. */
	lend();
	send_about(WIRE_LENT, NULL);
	(void)ok();
	assert_true(is_held("corp"));
}

int main(int argc, char **argv)
{
#define B(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    B(a_renewal_says_until_when),
	    B(what_can_not_be_renewed_is_said),
	    B(who_waits_for_a_renewal_may_leave),
	    B(a_logout_is_answered_when_its_server_knows),
	    B(a_server_that_could_not_be_told_is_named),
	    B(a_server_that_can_not_be_told_is_not_waited_for),
	    B(a_server_that_hangs_is_waited_for_three_seconds),
	    B(who_waits_for_a_logout_may_leave),
	    B(what_has_ended_is_listed_until_a_logout),
	    B(a_grant_that_was_lent_holds_its_session),
	    B(who_asks_for_something_else_has_not_taken_it),
	};

	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
