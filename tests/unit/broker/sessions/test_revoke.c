/* What servers are told when nobody has their tokens any more:
 * broker/sessions/revoke.h. */

#include "session_world.h"

#include "broker/sessions/kept.h"

struct waited {
	struct revoke_wait wait;
	int n;
	struct err why;
};

static void ended(void *arg, const struct err *why)
{
	struct waited *w = arg;

	w->n++;
	w->why = why ? *why : (struct err){.code = 0};
}

/* Logs out of server n, and waits. */
static int log_out(struct waited *w, int n)
{
	memset(w, 0, sizeof(*w));
	w->wait.fn = ended;
	w->wait.arg = w;
	assert_int_equal(sessions_drop(sessions, server(n).identity), 1);
	return revoke_join(
	    sessions_revokes(sessions), server(n).identity, &w->wait);
}

static void assert_ended(const struct waited *w, const char *said)
{
	assert_int_equal(w->n, 1);
	if (!said && w->why.code)
		fail_msg("%s", w->why.msg);
	if (said && (!w->why.code || !strstr(w->why.msg, said)))
		fail_msg("%d %s", w->why.code, w->why.msg);
	assert_int_equal(sessions->revokes->n, 0);
}

static void a_logout_is_told_to_the_server(void **state)
{
	static struct waited w;

	(void)state;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	assert_null(find(1));
	assert_int_equal(fake_n, 1);
	assert_asked(0, "revoke", "ref");
	fake_says(0, 200, "");
	/* From the loop, when the call is over. */
	assert_int_equal(w.n, 0);
	turn();
	assert_ended(&w, NULL);
}

static void an_access_token_alone_is_revoked_too(void **state)
{
	static struct waited w;

	(void)state;
	put_with(1, "corp", NULL, 3600);
	assert_int_equal(log_out(&w, 1), 1);
	assert_asked(0, "revoke", "acc");
}

static void a_server_without_a_way_is_not_told(void **state)
{
	static struct waited w;

	(void)state;
	fake_provider.revoke_ask = NULL;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 0);
	assert_int_equal(fake_n, 0);
	wait_leave(&w.wait.wait);
}

static void where_to_tell_it_may_have_to_be_asked_first(void **state)
{
	static struct waited w;

	(void)state;
	fake_by_metadata = 1;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	assert_asked(0, "metadata", "");
	fake_says(0, 200, "yes");
	assert_asked(1, "revoke", "ref");
	fake_says(1, 200, "");
	turn();
	assert_ended(&w, NULL);
}

static void metadata_that_say_nothing_of_it_are_no_failure(void **state)
{
	static struct waited w;

	(void)state;
	fake_by_metadata = 1;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_says(0, 200, "");
	turn();
	assert_ended(&w, NULL);
	assert_int_equal(fake_n, 1);
	/* Nor is a server that has none. */
	fake_provider.metadata_ask = NULL;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	turn();
	assert_ended(&w, NULL);
	assert_int_equal(fake_n, 1);
}

static void metadata_that_are_not_there_may_be_elsewhere(void **state)
{
	static struct waited w;

	(void)state;
	fake_by_metadata = 1;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_says(0, 404, "");
	assert_asked(1, "metadata2", "");
	fake_says(1, 200, "yes");
	assert_asked(2, "revoke", "ref");
	fake_says(2, 200, "");
	turn();
	assert_ended(&w, NULL);
	/* Once. */
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_says(3, 404, "");
	fake_says(4, 404, "");
	turn();
	assert_ended(&w, NULL);
	assert_int_equal(fake_n, 5);
}

#define LEFT ". The session may live on there until it expires"

static void why_it_could_not_be_told_is_said(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "c.example: no route", 0};
	struct err again;
	static struct waited w;

	(void)state;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_end(0, NULL, &why);
	turn();
	assert_ended(&w, "no route");

	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_says(1, 503, "");
	turn();
	assert_ended(&w, "trouble (503)");
	assert_string_equal(w.why.msg + strlen(w.why.msg) - strlen(LEFT), LEFT);

	(void)err_set(&again, ERR_UPSTREAM, "corp is busy. Try again later");
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_end(2, NULL, &again);
	turn();
	assert_ended(&w, "");
	assert_string_equal(w.why.msg, "corp is busy" LEFT);
	(void)err_set(&again, ERR_DENIED, "is its \"url\" right?");
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_end(3, NULL, &again);
	turn();
	assert_ended(&w, "right? The session may live on");

	fake_by_metadata = 1;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	fake_end(4, NULL, &why);
	turn();
	assert_ended(&w, "no route");

	fake_fails = 1;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	turn();
	assert_ended(&w, "there is no network");

	fake_fails = 0;
	put_with(1, "corp", "ref", 3600);
	fake_gone[1] = 1;
	assert_int_equal(log_out(&w, 1), 1);
	turn();
	assert_ended(&w, "its file is gone, or was changed since the login");
	assert_int_equal(fake_n, 5);
}

static void a_server_has_ten_seconds(void **state)
{
	static struct waited w;

	(void)state;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	pass(9);
	assert_int_equal(fake_open(), 1);
	pass(1);
	assert_int_equal(fake_open(), 0);
	turn();
	assert_ended(&w, "it has not answered within 10 seconds");
}

static void no_more_than_sixteen_are_told_at_once(void **state)
{
	static struct waited w[40];
	char id[16], ref[16];

	(void)state;
	sessions_watch(sessions, NULL, NULL);
	for (int i = 0; i < 40; i++) {
		(void)snprintf(id, sizeof(id), "s%d", i);
		(void)snprintf(ref, sizeof(ref), "r%d", i);
		put_with(i, id, ref, 3600);
	}
	for (int i = 0; i < 40; i++)
		assert_int_equal(log_out(&w[i], i), 1);
	assert_int_equal(fake_open(), 16);
	fake_says(3, 200, "");
	turn();
	assert_int_equal(w[3].n, 1);
	assert_int_equal(fake_open(), 16);
	assert_asked(16, "revoke", "r16");
	/* The time of those that wait has not begun. */
	pass(10);
	turn();
	pass(10);
	turn();
	for (size_t i = 0; i < 40; i++)
		if (i < fake_n && fake_calls[i].open)
			fake_says(i, 200, "");
	turn();
	for (int i = 0; i < 40; i++)
		assert_int_equal(w[i].n, 1);
	assert_int_equal(fake_n, 40);
	assert_int_equal(sessions->revokes->n, 0);
}

/* That might end what took its place. */
static void a_login_that_is_replaced_is_not_revoked(void **state)
{
	(void)state;
	put_with(1, "corp", "r1", 3600);
	put_with(1, "corp", "r2", 3600);
	assert_told("+1+1");
	assert_int_equal(fake_n, 0);
	assert_non_null(find(1));
	assert_int_equal(sessions->revokes->n, 0);
}

static void what_its_server_has_ended_is_not_told_to_it(void **state)
{
	static struct asked a = {.n = 0};

	(void)state;
	put_with(1, "corp", "ref", 3600);
	renew(&a, 1);
	fake_says(0, 400, "");
	put_with(2, "short", NULL, 10);
	pass(10);
	sessions_drop_all(sessions);
	assert_int_equal(fake_n, 1);
}

static void who_leaves_is_not_told(void **state)
{
	static struct waited w;

	(void)state;
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
	wait_leave(&w.wait.wait);
	wait_leave(&w.wait.wait);
	fake_says(0, 200, "");
	turn();
	assert_int_equal(w.n, 0);
	/* Nor who waits at the end of it all. */
	put_with(1, "corp", "ref", 3600);
	assert_int_equal(log_out(&w, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_logout_is_told_to_the_server),
	    T(an_access_token_alone_is_revoked_too),
	    T(a_server_without_a_way_is_not_told),
	    T(where_to_tell_it_may_have_to_be_asked_first),
	    T(metadata_that_say_nothing_of_it_are_no_failure),
	    T(metadata_that_are_not_there_may_be_elsewhere),
	    T(why_it_could_not_be_told_is_said),
	    T(a_server_has_ten_seconds),
	    T(no_more_than_sixteen_are_told_at_once),
	    T(a_login_that_is_replaced_is_not_revoked),
	    T(what_its_server_has_ended_is_not_told_to_it),
	    T(who_leaves_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
