/* Calls in line, with a clock and answers of the test's own:
 * net/http/throttle.h. */

#include "fake_http.h"

#include "base/sys/plat.h"
#include "net/http/throttle.h"

static const struct throttle_rule rule = {
    .per_second = 4, .at_once = 3, .tries = 4, .try_ms = 1000};
static const struct throttle_rule wide = {
    .per_second = 4, .at_once = 100, .tries = 3, .try_ms = 1000};
static const unsigned char one[HASH_SHA256] = {1}, two[HASH_SHA256] = {2};

static struct loop *loop;
static struct throttle *pace;
static int64_t now;
static struct err e;

struct asked {
	int told;
	unsigned status;
	struct err err;
	struct throttle_call *call;
	struct throttle_call **cancels; /* when it is told */
	int frees;
};

static int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static int setup(void **state)
{
	(void)state;
	now = 1000;
	memset(fake_calls, 0, sizeof(fake_calls));
	return loop_new(&loop, turned, &now) ||
	       throttle_new(&pace, loop, NULL, &e);
}

static int teardown(void **state)
{
	(void)state;
	throttle_free(pace);
	pace = NULL;
	http_free(NULL);
	loop_free(loop);
	return 0;
}

static void told(void *arg, const struct http_answer *a, const struct err *why)
{
	struct asked *k = arg;

	k->told++;
	k->call = NULL;
	k->status = a ? a->status : 0;
	if (!a)
		k->err = *why;
	if (k->cancels) {
		throttle_cancel(*k->cancels);
		*k->cancels = NULL;
	}
	if (k->frees) {
		throttle_free(pace);
		pace = NULL;
	}
}

static int start(struct asked *k, const struct throttle_rule *r,
    enum throttle_rank rank, const unsigned char *who, const char *name)
{
	struct http_ask ask;

	http_ask_init(&ask);
	buf_addf(&ask.url, "https://x.example/%s", name);
	http_ask_header(&ask, "Name", name, strlen(name));
	buf_adds(&ask.body, name);
	ask.content_type = "text/plain";
	return throttle_start(pace, r, rank, who, &ask, told, k, &k->call, &e);
}

static void ask_for(struct asked *k, enum throttle_rank rank, const char *name)
{
	memset(k, 0, sizeof(*k));
	assert_int_equal(start(k, &rule, rank, one, name), 0);
}

/* Whatever is due by then has happened. */
static void pass(int64_t ms)
{
	int64_t until = now + ms;

	for (;; now++) {
		for (int i = 0; i < 20; i++)
			assert_int_equal(loop_once(loop, 0, &e), 0);
		if (now >= until)
			return;
	}
}

static void assert_begun(size_t i, const char *name)
{
	assert_true(i < fake_n);
	assert_non_null(strstr(buf_str(&fake_calls[i].ask.url), name));
	assert_string_equal(fake_header(&fake_calls[i].ask, "Name"), name);
	assert_string_equal(buf_str(&fake_calls[i].ask.body), name);
	assert_string_equal(fake_calls[i].ask.content_type, "text/plain");
}

static void no_more_than_so_many_are_under_way(void **state)
{
	struct asked a, b, c, d;

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	ask_for(&b, THROTTLE_LIST, "b");
	ask_for(&c, THROTTLE_LIST, "c");
	ask_for(&d, THROTTLE_LIST, "d");
	pass(5000);
	assert_int_equal(fake_n, 3);
	fake_answer(1, 200, "", "");
	assert_int_equal(b.told, 1);
	assert_int_equal(b.status, 200);
	pass(0);
	assert_int_equal(fake_n, 4);
	assert_begun(3, "d");
}

static void no_more_than_so_many_begin_in_a_second(void **state)
{
	struct asked k[10];
	int64_t began[10];
	size_t seen = 0;

	(void)state;
	memset(k, 0, sizeof(k));
	for (int i = 0; i < 10; i++)
		assert_int_equal(
		    start(&k[i], &wide, THROTTLE_LIST, one, "x"), 0);
	while (seen < 10) {
		for (; seen < fake_n; seen++) {
			began[seen] = now;
			fake_answer(seen, 200, "", "");
		}
		pass(0);
		if (seen == fake_n)
			now++;
		assert_true(now < 20000);
	}
	for (size_t i = 4; i < 10; i++)
		assert_true(began[i] - began[i - 4] >= 1000);
	/* And not slower than that. */
	assert_true(began[9] - began[0] <= 2010);
}

static void a_second_goes_from_the_answer_on(void **state)
{
	struct asked k[6];

	(void)state;
	memset(k, 0, sizeof(k));
	for (int i = 0; i < 6; i++)
		assert_int_equal(
		    start(&k[i], &wide, THROTTLE_LIST, one, "x"), 0);
	assert_int_equal(fake_n, 4);
	/* Who knows when the server counted them. */
	pass(1500);
	assert_int_equal(fake_n, 4);
	fake_answer(2, 200, "", "");
	pass(999);
	assert_int_equal(fake_n, 4);
	pass(1);
	assert_int_equal(fake_n, 5);
	pass(5000);
	assert_int_equal(fake_n, 5);
	throttle_cancel(k[0].call);
	pass(1000);
	assert_int_equal(fake_n, 6);
}

static void a_role_goes_before_those_of_a_list(void **state)
{
	struct asked k[3], first, second, role, later;

	(void)state;
	for (int i = 0; i < 3; i++)
		ask_for(&k[i], THROTTLE_LIST, "k");
	ask_for(&first, THROTTLE_LIST, "first");
	ask_for(&second, THROTTLE_LIST, "second");
	ask_for(&role, THROTTLE_ROLE, "role");
	ask_for(&later, THROTTLE_ROLE, "later");
	pass(2000);
	for (size_t i = 0; i < 3; i++) {
		fake_answer(i, 200, "", "");
		pass(2000);
	}
	assert_begun(3, "role");
	assert_begun(4, "later");
	assert_begun(5, "first");
	fake_answer(3, 200, "", "");
	pass(2000);
	assert_begun(6, "second");
}

static void a_refused_call_is_made_again_and_all_wait_for_it(void **state)
{
	struct asked a, b;

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	fake_answer(0, 429, "", "");
	assert_int_equal(a.told, 0);
	ask_for(&b, THROTTLE_LIST, "b");
	pass(999);
	assert_int_equal(fake_n, 1);
	pass(1);
	assert_int_equal(fake_n, 3);
	/* First what was refused, with all that it was made of. */
	assert_begun(1, "a");
	assert_begun(2, "b");
	fake_answer(1, 429, "", "");
	pass(1999);
	assert_int_equal(fake_n, 3);
	pass(1);
	assert_begun(3, "a");
	fake_answer(3, 200, "", "");
	assert_int_equal(a.told, 1);
	assert_int_equal(a.status, 200);
}

static void refused_calls_keep_their_order(void **state)
{
	struct asked a, b, c;

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	ask_for(&b, THROTTLE_LIST, "b");
	ask_for(&c, THROTTLE_LIST, "c");
	for (size_t i = 0; i < 3; i++)
		fake_answer(i, 429, "", "");
	pass(1000);
	assert_begun(3, "a");
	assert_begun(4, "b");
	assert_begun(5, "c");
}

static void after_a_few_tries_the_refusal_is_told(void **state)
{
	struct asked a;

	(void)state;
	ask_for(&a, THROTTLE_ROLE, "a");
	for (size_t i = 0; i < 3; i++) {
		fake_answer(i, 429, "", "");
		assert_int_equal(a.told, 0);
		pass(1000 << i);
		assert_int_equal(fake_n, i + 2);
	}
	assert_begun(3, "a");
	fake_answer(3, 429, "", "");
	assert_int_equal(a.told, 1);
	assert_int_equal(a.status, 429);
	pass(60000);
	assert_int_equal(fake_n, 4);
}

static void a_server_may_say_when(void **state)
{
	struct asked a, b;

	(void)state;
	ask_for(&a, THROTTLE_ROLE, "a");
	fake_answer_after(0, 429, "", "", 7);
	pass(6999);
	assert_int_equal(fake_n, 1);
	pass(1);
	assert_int_equal(fake_n, 2);
	/* Less than the time that was due is not heeded. */
	fake_answer_after(1, 429, "", "", 1);
	pass(1999);
	assert_int_equal(fake_n, 2);
	pass(1);
	assert_int_equal(fake_n, 3);
	/* Later than it is worth waiting for: whoever asked is told. */
	fake_answer_after(2, 429, "", "", 3600);
	assert_int_equal(a.told, 1);
	assert_int_equal(a.status, 429);
	/* The rest waits, but not for an hour. */
	ask_for(&b, THROTTLE_ROLE, "b");
	pass(29999);
	assert_int_equal(fake_n, 3);
	pass(1);
	assert_int_equal(fake_n, 4);
}

static void tries_end_after_half_a_minute(void **state)
{
	struct asked a;

	(void)state;
	ask_for(&a, THROTTLE_ROLE, "a");
	fake_answer_after(0, 429, "", "", 20);
	pass(20000);
	assert_int_equal(fake_n, 2);
	fake_answer_after(1, 429, "", "", 10);
	assert_int_equal(a.told, 1);
}

static void other_refusals_are_told_at_once(void **state)
{
	struct asked a, b;

	(void)state;
	ask_for(&a, THROTTLE_ROLE, "a");
	ask_for(&b, THROTTLE_ROLE, "b");
	fake_answer_after(0, 503, "", "", 5);
	assert_int_equal(a.told, 1);
	assert_int_equal(a.status, 503);
	(void)err_set(&e, ERR_UPSTREAM, "gone");
	fake_end(1, NULL, &e);
	assert_int_equal(b.told, 1);
	assert_string_equal(b.err.msg, "gone");
	pass(5000);
	assert_int_equal(fake_n, 2);
}

static enum throttle_no says_busy(const struct http_answer *a)
{
	return strcmp(a->content_type, "busy") == 0 ? THROTTLE_TROUBLE
						    : THROTTLE_FINAL;
}

static const struct throttle_rule patient = {.per_second = 4,
    .at_once = 1,
    .tries = 2,
    .try_ms = 1000,
    .more = 2,
    .means = says_busy};

static void trouble_is_let_pass_twice(void **state)
{
	static const unsigned bad[] = {500, 502, 504, 400};
	struct asked a, b = {.told = 0};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		size_t n = fake_n;

		memset(&a, 0, sizeof(a));
		assert_int_equal(
		    start(&a, &patient, THROTTLE_ROLE, one, "a"), 0);
		pass(1000);
		fake_answer(n, bad[i], "busy", "");
		assert_int_equal(a.told, 0);
		/* Nobody else waits for it. */
		if (i == 0) {
			assert_int_equal(
			    start(&b, &patient, THROTTLE_LIST, one, "b"), 0);
			assert_begun(++n, "b");
			fake_answer(n, 200, "", "");
			assert_int_equal(b.told, 1);
		}
		pass(1001);
		assert_begun(n + 1, "a");
		(void)err_set(&e, ERR_UPSTREAM, "gone");
		fake_end(n + 1, NULL, &e);
		assert_int_equal(a.told, 0);
		pass(2001);
		assert_begun(n + 2, "a");
		fake_answer(n + 2, i == 1 ? 200 : bad[i], "busy", "");
		assert_int_equal(a.told, 1);
		assert_int_equal(a.status, i == 1 ? 200 : bad[i]);
		pass(5000);
		assert_int_equal(fake_n, n + 3);
	}
}

/* Calls that fail together do not come back together. */
static void trouble_is_let_pass_for_a_time_left_to_chance(void **state)
{
	enum {
		N = 16
	};
	struct asked a[N];
	int64_t first[N], last = 0, soonest = INT64_MAX;
	size_t n = 0, differ = 0;

	(void)state;
	memset(a, 0, sizeof(a));
	for (size_t i = 0; i < N; i++) {
		const unsigned char who[HASH_SHA256] = {(unsigned char)i, 9};

		assert_int_equal(
		    start(&a[i], &patient, THROTTLE_ROLE, who, "a"), 0);
	}
	for (size_t i = 0; i < N; i++)
		fake_answer(i, 503, "", "");
	for (int64_t ms = 0; ms <= 1001; ms++) {
		pass(1);
		for (; n < fake_n - N; n++)
			first[n] = ms;
	}
	assert_int_equal(n, N);
	for (size_t i = 0; i < N; i++) {
		differ += i > 0 && first[i] != first[i - 1];
		last = first[i] > last ? first[i] : last;
		soonest = first[i] < soonest ? first[i] : soonest;
	}
	/* All within 300 of 1,000 ms come once in 10^7 times. */
	assert_true(differ > N / 4);
	assert_true(last - soonest > 300);
}

static void what_will_not_pass_is_told_at_once(void **state)
{
	struct asked a, b, c, d;

	(void)state;
	memset(&a, 0, sizeof(a));
	assert_int_equal(start(&a, &patient, THROTTLE_ROLE, one, "a"), 0);
	fake_answer(0, 400, "", "");
	assert_int_equal(a.status, 400);
	/* It will be in trouble for longer than anybody waits. */
	memset(&b, 0, sizeof(b));
	assert_int_equal(start(&b, &patient, THROTTLE_ROLE, one, "b"), 0);
	fake_answer_after(1, 503, "", "", 60);
	assert_int_equal(b.status, 503);
	pass(1000);
	memset(&c, 0, sizeof(c));
	assert_int_equal(start(&c, &patient, THROTTLE_ROLE, one, "c"), 0);
	(void)err_set(&e, ERR_NOMEM, "no memory");
	fake_end(2, NULL, &e);
	assert_int_equal(c.told, 1);
	/* One that lets it pass can be cancelled, and let go with all. */
	memset(&d, 0, sizeof(d));
	assert_int_equal(start(&d, &patient, THROTTLE_ROLE, one, "d"), 0);
	fake_answer(3, 500, "", "");
	throttle_cancel(d.call);
	memset(&d, 0, sizeof(d));
	assert_int_equal(start(&d, &patient, THROTTLE_ROLE, one, "d"), 0);
	fake_answer(4, 500, "", "");
	assert_int_equal(d.told, 0);
	pass(0);
}

static void servers_do_not_wait_for_each_other(void **state)
{
	struct asked k[3], other = {.told = 0};

	(void)state;
	for (int i = 0; i < 3; i++)
		ask_for(&k[i], THROTTLE_LIST, "k");
	fake_answer(0, 429, "", "");
	assert_int_equal(start(&other, &rule, THROTTLE_LIST, two, "other"), 0);
	assert_int_equal(fake_n, 4);
	assert_begun(3, "other");
}

static void without_a_rule_a_call_goes_as_it_comes(void **state)
{
	struct asked k[20];

	(void)state;
	memset(k, 0, sizeof(k));
	for (int i = 0; i < 20; i++)
		assert_int_equal(
		    start(&k[i], NULL, THROTTLE_LIST, one, "k"), 0);
	assert_int_equal(fake_n, 20);
	fake_answer(3, 429, "", "");
	assert_int_equal(k[3].told, 1);
	assert_int_equal(k[3].status, 429);
	throttle_cancel(k[4].call);
	assert_int_equal(fake_calls[4].open, 0);
	pass(5000);
	assert_int_equal(fake_n, 20);
}

static void a_call_can_be_cancelled_in_each_state(void **state)
{
	struct asked a, b, c, waits, refused;

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	ask_for(&b, THROTTLE_LIST, "b");
	ask_for(&c, THROTTLE_LIST, "c");
	ask_for(&waits, THROTTLE_LIST, "waits");
	throttle_cancel(waits.call);
	/* One under way makes room for the next. */
	ask_for(&waits, THROTTLE_LIST, "next");
	pass(2000);
	assert_int_equal(fake_n, 3);
	throttle_cancel(a.call);
	assert_int_equal(fake_calls[0].open, 0);
	pass(0);
	assert_int_equal(fake_n, 4);
	assert_begun(3, "next");
	/* One that waits to be made again. */
	pass(2000);
	ask_for(&refused, THROTTLE_LIST, "refused");
	fake_answer(1, 200, "", "");
	pass(0);
	assert_begun(4, "refused");
	fake_answer(4, 429, "", "");
	throttle_cancel(refused.call);
	throttle_cancel(NULL);
	pass(5000);
	assert_int_equal(fake_n, 5);
	assert_int_equal(a.told + waits.told + refused.told, 0);
}

static void who_is_told_may_cancel_another_or_free_all(void **state)
{
	struct asked a, b, c, d;

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	ask_for(&b, THROTTLE_LIST, "b");
	ask_for(&c, THROTTLE_LIST, "c");
	ask_for(&d, THROTTLE_LIST, "d");
	a.cancels = &d.call;
	fake_answer(0, 200, "", "");
	assert_null(d.call);
	pass(2000);
	assert_int_equal(fake_n, 3);
	ask_for(&d, THROTTLE_LIST, "d");
	b.frees = 1;
	fake_answer(1, 200, "", "");
	assert_null(pace);
	assert_int_equal(fake_open(), 0);
	pass(5000);
	assert_int_equal(c.told + d.told, 0);
}

static void all_is_let_go_while_calls_wait(void **state)
{
	struct asked k[5], refused;

	(void)state;
	ask_for(&refused, THROTTLE_ROLE, "refused");
	fake_answer(0, 429, "", "");
	for (int i = 0; i < 5; i++)
		ask_for(&k[i], i & 1 ? THROTTLE_LIST : THROTTLE_ROLE, "k");
	pass(1000);
	assert_int_equal(fake_open(), 3);
	throttle_free(pace);
	pace = NULL;
	assert_int_equal(fake_open(), 0);
	pass(60000);
	assert_int_equal(refused.told, 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(k[i].told, 0);
}

static void what_cannot_be_begun_is_told(void **state)
{
	struct asked a, b, c, d, none = {.told = 0};

	(void)state;
	ask_for(&a, THROTTLE_LIST, "a");
	ask_for(&b, THROTTLE_LIST, "b");
	ask_for(&c, THROTTLE_LIST, "c");
	ask_for(&d, THROTTLE_LIST, "d");
	fake_fails = 1;
	fake_answer(0, 200, "", "");
	pass(1000);
	assert_int_equal(d.told, 1);
	assert_string_equal(d.err.msg, "there is no network");
	assert_int_equal(
	    start(&none, &rule, THROTTLE_LIST, one, "none"), ERR_UPSTREAM);
	assert_null(none.call);
	pass(1000);
	assert_int_equal(none.told, 0);
}

static void so_many_wait_and_no_more(void **state)
{
	static struct asked k[2048];
	struct asked more = {.told = 0};

	(void)state;
	for (int i = 0; i < 2048; i++)
		ask_for(&k[i], THROTTLE_LIST, "k");
	assert_int_equal(
	    start(&more, &rule, THROTTLE_ROLE, one, "more"), ERR_BUSY);
	assert_null(more.call);
	throttle_cancel(k[7].call);
	assert_int_equal(start(&more, &rule, THROTTLE_ROLE, one, "more"), 0);
}

static void nothing_turns_the_loop_when_idle(void **state)
{
	struct asked a;
	int64_t before;

	(void)state;
	ask_for(&a, THROTTLE_ROLE, "a");
	fake_answer(0, 429, "", "");
	pass(1000);
	fake_answer(1, 200, "", "");
	pass(1000);
	/* A timer would be due by now, and end the wait. */
	now += 1000000;
	before = plat_ms();
	assert_int_equal(loop_once(loop, 40, &e), 0);
	assert_true(plat_ms() - before >= 39);
}

#define PACE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PACE_TEST(no_more_than_so_many_are_under_way),
	    PACE_TEST(no_more_than_so_many_begin_in_a_second),
	    PACE_TEST(a_second_goes_from_the_answer_on),
	    PACE_TEST(a_role_goes_before_those_of_a_list),
	    PACE_TEST(a_refused_call_is_made_again_and_all_wait_for_it),
	    PACE_TEST(refused_calls_keep_their_order),
	    PACE_TEST(after_a_few_tries_the_refusal_is_told),
	    PACE_TEST(a_server_may_say_when),
	    PACE_TEST(tries_end_after_half_a_minute),
	    PACE_TEST(other_refusals_are_told_at_once),
	    PACE_TEST(trouble_is_let_pass_twice),
	    PACE_TEST(trouble_is_let_pass_for_a_time_left_to_chance),
	    PACE_TEST(what_will_not_pass_is_told_at_once),
	    PACE_TEST(servers_do_not_wait_for_each_other),
	    PACE_TEST(without_a_rule_a_call_goes_as_it_comes),
	    PACE_TEST(a_call_can_be_cancelled_in_each_state),
	    PACE_TEST(who_is_told_may_cancel_another_or_free_all),
	    PACE_TEST(all_is_let_go_while_calls_wait),
	    PACE_TEST(what_cannot_be_begun_is_told),
	    PACE_TEST(so_many_wait_and_no_more),
	    PACE_TEST(nothing_turns_the_loop_when_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
