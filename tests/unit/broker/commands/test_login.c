/* What a client hears of a login: the answers of broker/commands/ask.h, over
 * the real logins and a client that is no more than what it is told. */

#include "login_world.h"

#include "broker/broker.h"
#include "broker/commands/question.h"
#include "broker/commands/reply.h"
#include "broker/grants/grant.h"
#include "broker/login/steps.h"

static struct broker broker;
static struct message request;
static struct buf heard = BUF_INIT(WIRE_HEADER + WIRE_MAX_BODY);
static int hearings, has_session;
static struct waits renews; /* until the session is renewed, or not */
static void *of_client;

/* --- the rest of a broker */

struct session {
	int64_t expires;
	int expired;
};

static struct session one;

const struct session *broker_session(struct broker *b, const char *server)
{
	(void)b;
	(void)server;
	return has_session ? &one : NULL;
}

const struct session *sessions_find(
    const struct sessions *s, const unsigned char identity[HASH_SHA256])
{
	(void)s;
	(void)identity;
	return fake_sessions ? &one : NULL;
}

const char *session_id(const struct session *s)
{
	(void)s;
	return "contoso";
}

const unsigned char *session_identity(const struct session *s)
{
	(void)s;
	return fake_identities[0];
}

const struct secret *session_access(const struct session *s)
{
	return s->expired ? NULL : (const void *)s;
}

/* A renewal does not end before the test says how. */
void sessions_ask(struct sessions *s, const unsigned char identity[HASH_SHA256],
    uint64_t refused, struct session_wait *w)
{
	(void)s;
	assert_memory_equal(identity, fake_identities[0], HASH_SHA256);
	assert_int_equal(refused, 0);
	assert_true(waits_empty(&renews));
	if (one.expired)
		waits_add(&renews, &w->wait);
	else
		w->fn(w->arg, &one, NULL);
}

int64_t session_expires(const struct session *s)
{
	return s->expires;
}

int session_renews(const struct session *s)
{
	return s->expires == 99;
}

void connections_set(struct connections_client *c, void *data)
{
	(void)c;
	of_client = data;
}

void *connections_get(const struct connections_client *c)
{
	(void)c;
	return of_client;
}

void connections_answer(struct connections_client *c, struct buf *take_frame)
{
	(void)c;
	of_client = NULL;
	hearings++;
	buf_clear(&heard);
	buf_add(&heard, take_frame->data, take_frame->len);
	buf_release(take_frame);
}

void reply_error(struct buf *out, const struct err *e)
{
	size_t at = wire_begin(out, WIRE_ERROR);

	wire_putn(out, WIRE_F_CODE, (uint64_t)(-(int)e->code));
	wire_puts(out, WIRE_F_MESSAGE, e->msg);
	wire_end(out, at);
}

void grant_watch(struct grant *grant, void (*gone)(void *arg), void *arg)
{
	(void)grant;
	(void)gone;
	(void)arg;
}

void grant_take_back(struct grant *grant)
{
	(void)grant;
}

/* --- a client */

static int setup_broker(void **state)
{
	if (setup(state) != 0)
		return -1;
	memset(&broker, 0, sizeof(broker));
	memset(&request, 0, sizeof(request));
	broker.loop = loop;
	broker.logins = logins;
	hearings = has_session = 0;
	one = (struct session){77, 0};
	renews = (struct waits){0};
	of_client = NULL;
	fake_servers[0].has_device = 1;
	request.server = "contoso";
	return 0;
}

static int teardown_broker(void **state)
{
	asks_drop(&broker.asks);
	buf_release(&heard);
	return teardown(state);
}

/* The fields of an answer that comes at once are a frame of their own here. */
static int ask(ask_request *fn, struct err *e)
{
	size_t at;
	int rc;

	request.type = fn == ask_login	      ? WIRE_LOGIN
		       : fn == ask_login_wait ? WIRE_LOGIN_WAIT
					      : WIRE_LOGIN_PASTE;
	buf_clear(&heard);
	at = wire_begin(&heard, WIRE_OK);
	rc = fn(&broker, NULL, &request, &heard, e);
	wire_end(&heard, at);
	return rc;
}

static struct wire_frame frame(void)
{
	struct wire_frame f;
	struct err e;
	size_t used;

	assert_int_equal(wire_parse(heard.data, heard.len, &f, &used, &e), 1);
	return f;
}

static void expect_text(unsigned tag, const char *what)
{
	struct wire_frame f = frame();
	struct wire_field field = pump_field(&f, tag, 0);
	char text[1024];

	assert_int_equal(wire_text(&field, text, sizeof(text)), 0);
	if (!strstr(text, what))
		fail_msg("not %s but %s", what, text);
}

static void expect_number(unsigned tag, uint64_t n)
{
	struct wire_frame f = frame();

	assert_int_equal(pump_number(&f, tag), n);
}

static void expect_lacks(unsigned tag)
{
	struct wire_frame f = frame();
	struct wire_field field;
	struct wire_iter it;

	wire_iter_init(&it, f.body, f.len);
	while (wire_next(&it, &field) > 0)
		assert_int_not_equal(field.tag, tag);
}

static void expect_error(enum err_code code, const char *what)
{
	assert_int_equal(frame().type, WIRE_ERROR);
	expect_number(WIRE_F_CODE, (uint64_t)-code);
	expect_text(WIRE_F_MESSAGE, what);
}

/* --- */

static void a_code_login_is_shown_at_once(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(ask(ask_login, &e), 0);
	expect_text(WIRE_F_SERVER, "contoso");
	expect_text(WIRE_F_URL, "/auth/");
	expect_text(WIRE_F_LONG_URL, "https://login.contoso.example/authorize");
	expect_number(WIRE_F_GRANT, LOGIN_CODE);
	expect_number(WIRE_F_SECONDS, 600);
	expect_lacks(WIRE_F_USER_CODE);
	expect_lacks(WIRE_F_EXPIRES);
}

static void a_session_is_enough_unless_it_is_forced(void **state)
{
	struct err e;

	(void)state;
	has_session = 1;
	assert_int_equal(ask(ask_login, &e), 0);
	expect_number(WIRE_F_EXPIRES, 77);
	expect_lacks(WIRE_F_RENEWS);
	assert_int_equal(logins_count(), 0);
	request.force = 1;
	assert_int_equal(ask(ask_login, &e), 0);
	expect_lacks(WIRE_F_EXPIRES);
	assert_int_equal(logins_count(), 1);
}

/* The answer to a renewal; code 0: well. */
static void end_renewal(enum err_code code, const char *says)
{
	struct session_wait *w = waits_next(&renews);
	struct err why;

	assert_non_null(w);
	(void)err_set(&why, code, "%s", says);
	if (!code)
		one = (struct session){99, 0};
	else if (code == ERR_LOGIN)
		has_session = 0;
	w->fn(w->arg, code ? NULL : &one, code ? &why : NULL);
	pump_until(loop, &hearings);
	assert_int_equal(hearings, 1);
}

/* There is a session from before, which is not what was waited for. */
static void who_comes_late_to_an_end_is_told_of_it(void **state)
{
	struct err e, why;

	(void)state;
	has_session = 1;
	request.force = 1;
	assert_int_equal(ask(ask_login, &e), 0);
	(void)err_set(&why, ERR_DENIED, "contoso refused the login");
	login_end(login_find(logins, "contoso"), &why);
	assert_int_equal(ask(ask_login_wait, &e), ASK_LATER);
	pump_until(loop, &hearings);
	expect_error(ERR_DENIED, "contoso refused the login");
}

static void a_session_that_has_expired_is_renewed_first(void **state)
{
	struct err e;

	(void)state;
	has_session = one.expired = 1;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(hearings, 0);
	end_renewal(0, "");
	expect_text(WIRE_F_SERVER, "contoso");
	expect_number(WIRE_F_EXPIRES, 99);
	expect_number(WIRE_F_RENEWS, 1);
	assert_int_equal(logins_count(), 0);
}

static void one_that_is_not_renewed_any_more_needs_a_login(void **state)
{
	struct err e;

	(void)state;
	has_session = one.expired = 1;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	/* What was asked for then counts, not what others ask for now. */
	request.grant = LOGIN_DEVICE;
	end_renewal(ERR_LOGIN, "login required");
	expect_number(WIRE_F_GRANT, LOGIN_CODE);
	expect_text(WIRE_F_URL, "/auth/");
	assert_int_equal(logins_count(), 1);
}

static void a_login_that_can_not_begin_then_is_told(void **state)
{
	struct err e;

	(void)state;
	has_session = one.expired = 1;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	fake_gone[0] = 1;
	end_renewal(ERR_LOGIN, "login required");
	expect_error(ERR_NOT_FOUND, "there is no server contoso");
}

static void trouble_with_a_renewal_is_no_reason_for_a_login(void **state)
{
	struct err e;

	(void)state;
	has_session = one.expired = 1;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	end_renewal(ERR_UPSTREAM, "contoso is in trouble");
	expect_error(ERR_UPSTREAM, "contoso is in trouble");
	assert_int_equal(logins_count(), 0);
	/* Who goes does not wait for it. */
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	assert_false(waits_empty(&renews));
	ask_gone(NULL);
	assert_true(waits_empty(&renews));
	/* Nor who wants another login anyway. */
	request.force = 1;
	assert_int_equal(ask(ask_login, &e), 0);
	assert_true(waits_empty(&renews));
	assert_int_equal(logins_count(), 1);
}

static void a_device_login_is_shown_once_its_code_is_there(void **state)
{
	struct err e;

	(void)state;
	request.headless = 1;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(hearings, 0);
	fake_answer(NULL);
	pump_until(loop, &hearings);
	expect_text(WIRE_F_URL, "https://contoso.example/device");
	expect_text(WIRE_F_USER_CODE, "AB\\x1bCD");
	expect_text(WIRE_F_COMPLETE, "?c=ABCD");
	expect_number(WIRE_F_GRANT, LOGIN_DEVICE);
	expect_lacks(WIRE_F_LONG_URL);
	expect_lacks(WIRE_F_PORT);
	/* The next one sees it at once. */
	assert_int_equal(ask(ask_login, &e), 0);
	expect_text(WIRE_F_USER_CODE, "AB\\x1bCD");
	assert_int_equal(hearings, 1);
}

static void a_login_that_fails_before_is_told(void **state)
{
	struct err e;

	(void)state;
	request.grant = LOGIN_DEVICE;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	(void)err_set(&fake_take_fails, ERR_DENIED, "contoso has no codes");
	fake_answer(NULL);
	pump_until(loop, &hearings);
	expect_error(ERR_DENIED,
	    "contoso has no codes. To try again, run: mairu login contoso");
	assert_true(LIST_EMPTY(&broker.asks));
}

static void another_grant_answers_those_who_wait_for_the_first(void **state)
{
	struct err e;

	(void)state;
	request.grant = LOGIN_DEVICE;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	request.grant = LOGIN_CODE;
	assert_int_equal(ask(ask_login, &e), 0);
	pump_until(loop, &hearings);
	expect_number(WIRE_F_GRANT, LOGIN_CODE);
	expect_text(WIRE_F_URL, "/auth/");
}

static void what_ended_before_it_was_seen_is_told(void **state)
{
	struct err e;

	(void)state;
	for (int is = 0; is < 2; is++) {
		hearings = 0;
		request.grant = LOGIN_DEVICE;
		assert_int_equal(ask(ask_login, &e), ASK_LATER);
		request.grant = LOGIN_CODE;
		fake_answer(NULL);
		/* In the same round: shown, replaced, finished. */
		assert_int_equal(ask(ask_login, &e), 0);
		assert_int_equal(login_paste(logins, "contoso", "code", &e), 0);
		fake_answer(NULL);
		has_session = is;
		pump_until(loop, &hearings);
		if (is)
			expect_number(WIRE_F_EXPIRES, 77);
		else
			expect_error(ERR_LOGIN, "no login to contoso is under");
	}
}

static void one_waits_for_the_end(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(ask(ask_login, &e), 0);
	assert_int_equal(ask(ask_login_wait, &e), ASK_LATER);
	request.text = "a b";
	assert_int_equal(ask(ask_login_paste, &e), ERR_USAGE);
	request.text = "code";
	assert_int_equal(ask(ask_login_paste, &e), 0);
	assert_string_equal(fake_code, "code");
	fake_answer(NULL);
	pump_until(loop, &hearings);
	expect_number(WIRE_F_EXPIRES, 77);
	assert_int_equal(ask(ask_login_paste, &e), ERR_LOGIN);
	/* There is none to wait for. */
	hearings = 0;
	request.server = "fabrikam";
	assert_int_equal(ask(ask_login_wait, &e), ASK_LATER);
	pump_until(loop, &hearings);
	expect_error(ERR_LOGIN, "no login to fabrikam is under way");
}

static void one_who_goes_leaves_nothing_behind(void **state)
{
	struct err e;

	(void)state;
	request.grant = LOGIN_DEVICE;
	assert_int_equal(ask(ask_login, &e), ASK_LATER);
	ask_gone(NULL);
	assert_true(LIST_EMPTY(&broker.asks));
	fake_answer(NULL);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_int_equal(hearings, 0);
	assert_int_equal(logins_count(), 1);
}

int main(void)
{
#define A(f) cmocka_unit_test_setup_teardown(f, setup_broker, teardown_broker)
	const struct CMUnitTest tests[] = {
	    A(a_code_login_is_shown_at_once),
	    A(a_session_is_enough_unless_it_is_forced),
	    A(who_comes_late_to_an_end_is_told_of_it),
	    A(a_session_that_has_expired_is_renewed_first),
	    A(one_that_is_not_renewed_any_more_needs_a_login),
	    A(a_login_that_can_not_begin_then_is_told),
	    A(trouble_with_a_renewal_is_no_reason_for_a_login),
	    A(a_device_login_is_shown_once_its_code_is_there),
	    A(a_login_that_fails_before_is_told),
	    A(another_grant_answers_those_who_wait_for_the_first),
	    A(what_ended_before_it_was_seen_is_told),
	    A(one_waits_for_the_end),
	    A(one_who_goes_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
