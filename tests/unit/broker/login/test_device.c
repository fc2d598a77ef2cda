/* A login by device authorization, the client that is registered for one, and
 * which way a login takes: broker/login/login.h. */

#include "login_world.h"

/* The clock stands still but for pass(). */
static int setup_frozen(void **state)
{
	if (setup(state) != 0)
		return -1;
	frozen = 1;
	fake_servers[0].has_device = 1;
	return loop_once(loop, 0, NULL);
}

static void pass(int64_t ms)
{
	ahead += ms;
	for (int i = 0; i < 4; i++)
		assert_int_equal(loop_once(loop, 0, NULL), 0);
}

static struct login *begin_as(enum login_grant grant)
{
	const struct login_want want = {.server = "contoso", .grant = grant};
	struct login *login = NULL;
	struct err e;

	if (login_begin(logins, &want, &login, &e) < 0)
		fail_msg("%s", e.msg);
	return login;
}

/* As far as the code that is shown. */
static struct login *show(void)
{
	struct login *login = begin_as(LOGIN_DEVICE);

	assert_int_equal(fake_asked, FAKE_DEVICE);
	fake_answer(NULL);
	return login;
}

static void join_shown(struct login *login, struct waiter *w)
{
	memset(w, 0, sizeof(*w));
	w->wait.fn = told;
	w->wait.arg = w;
	login_join_shown(login, &w->wait);
	assert_int_equal(w->told, 0);
}

/* No poll before so many milliseconds, and one then. */
static void expect_poll_in(int64_t ms)
{
	int before = fake_calls;

	pass(ms - 1);
	assert_int_equal(fake_calls, before);
	pass(1);
	assert_int_equal(fake_calls, before + 1);
	assert_int_equal(fake_asked, FAKE_TOKEN);
}

static void answer_pending(void)
{
	fake_token_says = PROVIDER_PENDING;
	fake_answer(NULL);
	fake_token_says = 0;
}

static void answer_no(enum err_code code, const char *what)
{
	(void)err_set(&fake_take_fails, code, "%s", what);
	fake_answer(NULL);
	fake_take_fails.code = 0;
}

/* As the network says it. */
static void answer_lost(void)
{
	struct err e;

	(void)err_set(&e, ERR_UPSTREAM, "api.contoso.example did not answer");
	fake_answer(&e);
}

/* --- the way that it should go */

static void a_device_login_goes_all_the_way(void **state)
{
	struct login_view v;
	struct waiter w, seer;
	struct login *login = begin_as(LOGIN_DEVICE);

	(void)state;
	join(login, &w);
	join_shown(login, &seer);
	assert_int_equal(login_look(login, &v), 0);
	pass(0);
	assert_int_equal(seer.told, 0);
	fake_answer(NULL);
	pass(0);
	expect_told(&seer, 0, NULL);
	assert_int_equal(login_look(login, &v), 1);
	assert_int_equal(v.grant, SERVERS_DEVICE);
	assert_string_equal(v.server, "contoso");
	assert_string_equal(v.url, "https://contoso.example/device");
	assert_string_equal(
	    v.complete, "https://contoso.example/device?c=ABCD");
	/* A terminal must not obey it. */
	assert_string_equal(v.user_code, "AB\\x1bCD");
	assert_int_equal(v.seconds, 600);
	assert_int_equal(v.port, 0);
	expect_poll_in(5000);
	assert_string_equal(fake_code, "device-code");
	answer_pending();
	expect_poll_in(5000);
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	assert_int_equal(logins_count(), 0);
	expect_told(&w, 0, NULL);
	assert_int_equal(fake_sessions, 1);
	assert_memory_equal(fake_session, fake_identities[0], HASH_SHA256);
	assert_string_equal(fake_session_client, "");
	expect_empty_slab();
	/* And nothing more is asked. */
	pass(60 * 1000);
	assert_int_equal(fake_calls, 3);
}

static void the_servers_interval_counts_and_five_where_there_is_none(
    void **state)
{
	static const int64_t given[] = {1, 0, -7, 30};
	static const int64_t waits[] = {1000, 5000, 5000, 30000};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		fake_interval = given[i];
		(void)show();
		expect_poll_in(waits[i]);
		answer_pending();
		expect_poll_in(waits[i]);
		fake_answer(NULL);
		pass(0);
	}
}

static void slow_down_makes_it_slower_for_good(void **state)
{
	(void)state;
	(void)show();
	expect_poll_in(5000);
	fake_token_says = PROVIDER_SLOWER;
	fake_answer(NULL);
	expect_poll_in(10000);
	fake_answer(NULL);
	expect_poll_in(15000);
	answer_pending();
	expect_poll_in(15000);
	answer_pending();
	expect_poll_in(15000);
}

static void a_poll_that_takes_long_is_the_only_one(void **state)
{
	(void)state;
	(void)show();
	expect_poll_in(5000);
	/* Two would abort. */
	pass(100 * 1000);
	assert_int_equal(fake_calls, 2);
	answer_pending();
	expect_poll_in(5000);
}

/* --- its end */

static void a_no_of_the_server_ends_it(void **state)
{
	struct waiter w;

	(void)state;
	join(show(), &w);
	expect_poll_in(5000);
	answer_no(ERR_DENIED, "contoso refuses this login");
	expect_told(&w, ERR_DENIED,
	    "contoso refuses this login. To try again, run: mairu login "
	    "contoso");
	pass(60 * 1000);
	assert_int_equal(fake_calls, 2);
	expect_empty_slab();
}

static void it_ends_with_the_life_of_the_code(void **state)
{
	struct waiter w;

	(void)state;
	join(show(), &w);
	for (int i = 0; i < 119; i++) {
		expect_poll_in(5000);
		answer_pending();
	}
	assert_int_equal(w.told, 0);
	pass(5000);
	expect_told(&w, ERR_TIMEOUT,
	    "nobody confirmed the code of the login within 10 minutes. Run: "
	    "mairu login contoso");
	assert_int_equal(fake_calls, 120);
	expect_empty_slab();
	fake_seconds = 90;
	join(show(), &w);
	pass(90 * 1000);
	/* The poll that was due at the same time. */
	if (fake_done)
		answer_pending();
	expect_told(&w, ERR_TIMEOUT, "within 90 seconds. Run: mairu login");
}

static void a_code_that_lives_for_ever_is_polled_for_an_hour(void **state)
{
	struct login *login;
	struct waiter w;

	(void)state;
	fake_seconds = INT64_MAX;
	fake_interval = INT64_MAX;
	login = show();
	join(login, &w);
	assert_int_equal(seconds_left(login), 3600);
	pass(3599 * 1000);
	assert_int_equal(w.told, 0);
	pass(1000);
	expect_told(&w, ERR_TIMEOUT, "within 60 minutes");
	fake_seconds = -1;
	join(show(), &w);
	expect_told(&w, ERR_TIMEOUT, "within 0 seconds");
}

static void tokens_that_come_late_still_count(void **state)
{
	struct waiter w;

	(void)state;
	fake_seconds = 6;
	join(show(), &w);
	expect_poll_in(5000);
	pass(5000);
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
	assert_int_equal(fake_sessions, 1);
	/* A "not yet" is one too many. */
	join(show(), &w);
	expect_poll_in(5000);
	pass(5000);
	answer_pending();
	expect_told(&w, ERR_TIMEOUT, "within 6 seconds");
}

static void a_machine_that_slept_through_it_asks_no_more(void **state)
{
	struct login *login = show();
	struct waiter w;

	(void)state;
	join(login, &w);
	expect_poll_in(5000);
	answer_pending();
	slept = 300;
	assert_int_equal(seconds_left(login), 295);
	expect_poll_in(5000);
	answer_pending();
	slept = 600;
	pass(5000);
	assert_int_equal(fake_calls, 3);
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
	/* While a poll was under way. */
	join(show(), &w);
	expect_poll_in(5000);
	slept += 601;
	answer_pending();
	expect_told(&w, ERR_TIMEOUT, "within 10 minutes");
	/* A clock that was set does no harm. */
	join(show(), &w);
	set = -100000;
	expect_poll_in(5000);
	answer_pending();
	set = 100000;
	expect_poll_in(5000);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

/* --- trouble */

static void trouble_makes_it_slower_while_it_lasts(void **state)
{
	static const int64_t waits[] = {10000, 20000, 40000, 60000, 60000};
	struct waiter w;

	(void)state;
	join(show(), &w);
	expect_poll_in(5000);
	for (size_t i = 0; i < 5; i++) {
		if (i % 2)
			answer_no(ERR_UPSTREAM, "contoso is in trouble");
		else
			answer_lost();
		expect_poll_in(waits[i]);
	}
	answer_pending();
	expect_poll_in(5000);
	answer_lost();
	expect_poll_in(10000);
	assert_int_equal(w.told, 0);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

static void a_want_of_room_is_waited_out_too(void **state)
{
	struct waiter w;
	struct err none;

	(void)state;
	join(show(), &w);
	expect_poll_in(5000);
	(void)err_set(&none, ERR_NOMEM, "out of memory");
	fake_answer(&none);
	(void)err_set(&fake_start_fails, ERR_BUSY, "too many requests");
	pass(10000);
	fake_start_fails.code = 0;
	assert_int_equal(w.told, 0);
	expect_poll_in(20000);
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

static void a_servers_retry_after_is_waited_for(void **state)
{
	(void)state;
	(void)show();
	expect_poll_in(5000);
	fake_retry_after = 90;
	answer_no(ERR_UPSTREAM, "contoso is asked too often");
	expect_poll_in(90 * 1000);
	fake_retry_after = 2;
	answer_no(ERR_UPSTREAM, "contoso is asked too often");
	expect_poll_in(20 * 1000);
}

static void the_last_trouble_is_what_is_told(void **state)
{
	struct waiter w;

	(void)state;
	fake_retry_after = INT64_MAX;
	join(show(), &w);
	expect_poll_in(5000);
	answer_no(ERR_UPSTREAM, "contoso is in trouble");
	pass(594 * 1000);
	assert_int_equal(w.told, 0);
	pass(1000);
	expect_told(&w, ERR_UPSTREAM,
	    "contoso is in trouble. To try again, run: mairu login contoso");
	assert_int_equal(fake_calls, 2);
}

static void trouble_is_never_faster_than_the_interval(void **state)
{
	(void)state;
	fake_interval = 100;
	(void)show();
	expect_poll_in(100 * 1000);
	answer_lost();
	expect_poll_in(100 * 1000);
}

static void an_edit_between_two_polls_ends_it(void **state)
{
	struct waiter w;
	int step;

	(void)state;
	for (step = 0; step < 3; step++) {
		struct login *login = begin_as(LOGIN_DEVICE);

		join(login, &w);
		if (step > 0)
			fake_answer(NULL);
		if (step > 1)
			expect_poll_in(5000);
		fake_identities[0][0]++;
		if (step == 1)
			pass(5000);
		else
			fake_answer(NULL);
		expect_told(&w, ERR_LOGIN,
		    "the server's file was changed while the login was under "
		    "way. Run: mairu login contoso");
		assert_int_equal(fake_sessions, 0);
		expect_empty_slab();
	}
}

static void what_fails_before_it_is_shown_is_told_to_all(void **state)
{
	struct waiter w, seer;
	struct login *login;
	struct err e;

	(void)state;
	for (int i = 0; i < 2; i++) {
		login = begin_as(LOGIN_DEVICE);
		join(login, &w);
		join_shown(login, &seer);
		if (i == 0)
			answer_lost();
		else
			answer_no(ERR_UPSTREAM, "api.contoso.example did not");
		expect_told(&w, ERR_UPSTREAM, "api.contoso.example did not");
		expect_told(&seer, ERR_UPSTREAM, "run: mairu login contoso");
		/* One who is late. */
		join_shown(login, &seer);
		expect_told(&seer, ERR_UPSTREAM, "run: mairu login contoso");
		assert_int_equal(logins_count(), 0);
	}
	(void)err_set(&fake_ask_fails, ERR_LIMIT, "too long");
	assert_int_equal(login_begin(logins,
			     &(struct login_want){
				 .server = "contoso", .grant = LOGIN_DEVICE},
			     &login, &e),
	    ERR_LIMIT);
	fake_ask_fails.code = 0;
	(void)err_set(&fake_start_fails, ERR_NOMEM, "no memory");
	assert_int_equal(login_begin(logins,
			     &(struct login_want){
				 .server = "contoso", .grant = LOGIN_DEVICE},
			     &login, &e),
	    ERR_NOMEM);
	assert_null(login);
	assert_int_equal(logins_count(), 0);
}

static void one_who_looks_later_is_told_at_once(void **state)
{
	struct login *login = show();
	struct waiter seer;

	(void)state;
	pass(0);
	join_shown(login, &seer);
	pass(0);
	assert_int_equal(seer.told, 1);
	assert_int_equal(seer.e.code, 0);
	/* It is nobody's to give up while somebody waits for it. */
	expect_poll_in(5000);
	answer_pending();
	login_give_up(logins, "contoso");
	pass(0);
	login = begin_as(LOGIN_DEVICE);
	join_shown(login, &seer);
	login_give_up(logins, "contoso");
	assert_int_equal(logins_count(), 1);
	wait_leave(&seer.wait.wait);
	login_give_up(logins, "contoso");
	assert_int_equal(logins_count(), 0);
	assert_int_equal(fake_cancelled, 1);
}

/* --- clients */

static void a_client_is_registered_once(void **state)
{
	struct login_view v;
	struct login *login;

	(void)state;
	fake_with_clients();
	login = begin_as(LOGIN_DEVICE);
	assert_int_equal(fake_asked, FAKE_CLIENT);
	assert_int_equal(login_look(login, &v), 0);
	fake_answer(NULL);
	assert_int_equal(fake_asked, FAKE_DEVICE);
	assert_string_equal(fake_client, "client1");
	assert_string_equal(fake_kept[SERVERS_DEVICE], "client1");
	fake_answer(NULL);
	expect_poll_in(5000);
	assert_string_equal(fake_client, "client1");
	fake_answer(NULL);
	assert_string_equal(fake_session_client, "client1");
	pass(0);
	expect_empty_slab();
	(void)show();
	assert_int_equal(fake_clients, 1);
	assert_string_equal(fake_client, "client1");
	/* Each grant has its own. */
	assert_string_equal(fake_kept[SERVERS_CODE], "");
	(void)begin_as(LOGIN_CODE);
	assert_int_equal(fake_asked, FAKE_CLIENT);
	fake_answer(NULL);
	assert_string_equal(fake_kept[SERVERS_CODE], "client2");
}

static void a_client_that_the_server_forgot_is_registered_anew(void **state)
{
	struct waiter seer;
	struct login *login;

	(void)state;
	fake_with_clients();
	(void)snprintf(fake_kept[SERVERS_DEVICE], 32, "old");
	fake_device_says = PROVIDER_CLIENT;
	login = show();
	join_shown(login, &seer);
	assert_int_equal(fake_drops, 1);
	assert_int_equal(fake_asked, FAKE_CLIENT);
	fake_answer(NULL);
	assert_int_equal(fake_asked, FAKE_DEVICE);
	assert_string_equal(fake_client, "client1");
	fake_device_says = 0;
	fake_answer(NULL);
	expect_told(&seer, 0, NULL);
	expect_poll_in(5000);
	fake_answer(NULL);
	assert_string_equal(fake_session_client, "client1");
}

static void a_client_that_is_forgotten_twice_ends_it(void **state)
{
	struct waiter w, seer;
	struct login *login;

	(void)state;
	fake_with_clients();
	fake_device_says = PROVIDER_CLIENT;
	(void)snprintf(fake_kept[SERVERS_DEVICE], 32, "old");
	login = show();
	join(login, &w);
	join_shown(login, &seer);
	fake_answer(NULL);
	fake_answer(NULL);
	expect_told(&w, ERR_DENIED,
	    "the client is unknown. To try again, run: mairu login contoso");
	expect_told(&seer, ERR_DENIED, "the client is unknown");
	assert_string_equal(fake_kept[SERVERS_DEVICE], "");
	assert_int_equal(fake_clients, 1);
	expect_empty_slab();
	/* Where clients are none of the server's business, at once. */
	fake_provider.client_ask = NULL;
	join(show(), &w);
	expect_told(&w, ERR_DENIED, "the client is unknown");
	assert_int_equal(fake_drops, 2);
}

/* The person would not be shown another code. */
static void a_client_that_is_forgotten_later_is_forgotten_here(void **state)
{
	struct waiter w;

	(void)state;
	fake_with_clients();
	(void)snprintf(fake_kept[SERVERS_DEVICE], 32, "old");
	join(show(), &w);
	expect_poll_in(5000);
	fake_token_says = PROVIDER_CLIENT;
	fake_answer(NULL);
	expect_told(&w, ERR_DENIED,
	    "the client is unknown. To try again, run: mairu login contoso");
	assert_string_equal(fake_kept[SERVERS_DEVICE], "");
	assert_int_equal(fake_calls, 2);
}

static void a_registration_that_fails_is_told(void **state)
{
	struct waiter w, seer;
	struct login *login;
	int step;

	(void)state;
	fake_with_clients();
	for (step = 0; step < 4; step++) {
		login = begin_as(step % 2 ? LOGIN_CODE : LOGIN_DEVICE);
		assert_int_equal(fake_asked, FAKE_CLIENT);
		join(login, &w);
		join_shown(login, &seer);
		if (step < 2)
			answer_no(ERR_DENIED, "contoso registers nobody");
		else
			answer_lost();
		expect_told(&w, step < 2 ? ERR_DENIED : ERR_UPSTREAM, "To try");
		expect_told(
		    &seer, step < 2 ? ERR_DENIED : ERR_UPSTREAM, "To try");
	}
	/* Changed meanwhile: whose client would it be? */
	login = begin_as(LOGIN_DEVICE);
	join(login, &w);
	fake_identities[0][0]++;
	fake_answer(NULL);
	expect_told(&w, ERR_LOGIN, "file was changed");
	assert_string_equal(fake_kept[SERVERS_DEVICE], "");
}

/* Nothing is registered for a port that is taken, and the port that is shown
 * is ours. */
static void a_code_login_listens_before_its_client_is_there(void **state)
{
	struct login_view shown;
	struct waiter seer;
	struct login *login, *none = NULL;
	struct err e;

	(void)state;
	fake_with_clients();
	login = begin_as(LOGIN_CODE);
	join_shown(login, &seer);
	assert_int_equal(login_look(login, &shown), 0);
	fake_answer(NULL);
	expect_told(&seer, 0, NULL);
	assert_int_equal(login_look(login, &shown), 1);
	assert_string_equal(fake_kept[SERVERS_CODE], "client1");
	assert_non_null(strstr(
	    shown.long_url, "https://login.contoso.example/authorize?r=http"));
	assert_int_equal(strncmp(shown.url, "http://127.0.0.1:", 17), 0);
	assert_int_equal(shown.seconds, 600);
	assert_int_equal(
	    begin_with("fabrikam", shown.port, &none, &e), ERR_SYS);
	assert_int_equal(fake_calls, 1);
	/* With the client that the URL was made for. */
	assert_int_equal(login_paste(logins, "contoso", "code", &e), 0);
	assert_string_equal(fake_client, "client1");
	fake_token_says = PROVIDER_CLIENT;
	join(login, &seer);
	fake_answer(NULL);
	expect_told(&seer, ERR_DENIED, "the client is unknown");
	assert_string_equal(fake_kept[SERVERS_CODE], "");
}

/* --- which way */

static void expect_way(
    enum login_grant grant, int headless, enum servers_grant is)
{
	const struct login_want want = {
	    .server = "contoso", .grant = grant, .headless = headless};
	struct login *login = NULL;
	struct err e;
	int before = fake_calls;

	if (login_begin(logins, &want, &login, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(fake_calls, before + (is == SERVERS_DEVICE));
	login_give_up(logins, "contoso");
	assert_int_equal(logins_count(), 0);
}

static void expect_no_way(enum login_grant grant, const char *what)
{
	const struct login_want want = {.server = "contoso", .grant = grant};
	struct login *login = NULL;
	struct err e;

	assert_int_equal(login_begin(logins, &want, &login, &e), ERR_USAGE);
	assert_null(login);
	assert_string_equal(e.msg, what);
	assert_int_equal(logins_count(), 0);
}

static void the_grant_is_what_is_wanted_and_what_there_is(void **state)
{
	struct servers_entry *s = &fake_servers[0];

	(void)state;
	s->default_grant = SERVERS_CODE;
	expect_way(LOGIN_ANY, 0, SERVERS_CODE);
	expect_way(LOGIN_ANY, 1, SERVERS_DEVICE);
	expect_way(LOGIN_CODE, 1, SERVERS_CODE);
	expect_way(LOGIN_DEVICE, 0, SERVERS_DEVICE);
	s->default_grant = SERVERS_DEVICE;
	expect_way(LOGIN_ANY, 0, SERVERS_DEVICE);
	expect_way(LOGIN_CODE, 0, SERVERS_CODE);
	s->has_code = 0;
	expect_way(LOGIN_ANY, 0, SERVERS_DEVICE);
	expect_no_way(LOGIN_CODE,
	    "contoso has no login by browser: /etc/servers.d/contoso.json "
	    "says nothing of code_grant");
	s->default_grant = SERVERS_CODE;
	expect_way(LOGIN_ANY, 0, SERVERS_DEVICE);
	s->has_code = 1;
	s->has_device = 0;
	expect_way(LOGIN_ANY, 1, SERVERS_CODE);
	expect_no_way(LOGIN_DEVICE,
	    "contoso has no login by a device code: "
	    "/etc/servers.d/contoso.json says nothing of device_grant");
	/* What a kind of server lacks, no file can give it. */
	s->has_device = 1;
	s->default_grant = SERVERS_DEVICE;
	fake_provider.device_ask = NULL;
	expect_way(LOGIN_ANY, 1, SERVERS_CODE);
	expect_no_way(LOGIN_DEVICE,
	    "mairu has no such login to contoso yet, whatever "
	    "/etc/servers.d/contoso.json says");
	s->has_code = 0;
	expect_no_way(LOGIN_ANY,
	    "mairu has no such login to contoso yet, whatever "
	    "/etc/servers.d/contoso.json says");
}

static void another_grant_takes_its_place_and_that_is_told(void **state)
{
	const struct login_want any = {.server = "contoso"};
	struct waiter w, seer;
	struct login *code, *device, *again;
	struct login_view v;
	struct err e;
	uint16_t port;

	(void)state;
	code = begin_as(LOGIN_CODE);
	join(code, &w);
	assert_int_equal(login_look(code, &v), 1);
	port = v.port;
	assert_ptr_equal(begin_as(LOGIN_CODE), code);
	/* One that can't begin leaves it as it is. */
	(void)err_set(&fake_start_fails, ERR_NOMEM, "no memory");
	assert_int_equal(login_begin(logins,
			     &(struct login_want){
				 .server = "contoso", .grant = LOGIN_DEVICE},
			     &again, &e),
	    ERR_NOMEM);
	fake_start_fails.code = 0;
	assert_ptr_equal(login_find(logins, "contoso"), code);
	device = begin_as(LOGIN_DEVICE);
	assert_ptr_not_equal(device, code);
	assert_ptr_equal(login_find(logins, "contoso"), device);
	assert_int_equal(logins_count(), 1);
	assert_int_equal(try_dial(port), -1);
	/* What its terminal shows is of no use any more. */
	expect_told(&w, ERR_NOT_FOUND, "goes on in another way");
	assert_int_equal(login_begin(logins, &any, &again, &e), 0);
	assert_ptr_equal(again, device);
	pass(10 * 1000); /* the old one is gone */
	join(device, &w);
	/* And back, with one who has not seen anything yet. */
	join_shown(device, &seer);
	code = begin_as(LOGIN_CODE);
	assert_int_equal(fake_cancelled, 1);
	assert_int_equal(login_begin(logins, &any, &again, &e), 0);
	assert_ptr_equal(again, code);
	expect_told(&seer, 0, NULL);
	expect_told(&w, ERR_NOT_FOUND, "goes on in another way");
	join(code, &w);
	assert_int_equal(login_paste(logins, "contoso", "a-code", &e), 0);
	assert_string_equal(fake_code, "a-code");
	fake_answer(NULL);
	expect_told(&w, 0, NULL);
}

/* --- the whole stops */

static void it_stops_in_each_state(void **state)
{
	enum {
		REGISTERING,
		BEGINNING,
		WAITING,
		POLLING,
		TROUBLED,
		ENDED,
		ALL
	};
	struct upstream parts = {
	    .loop = loop,
	    .slab = slab,
	    .log = logger,
	    .config = config,
	    .registrations = (struct registrations *)(void *)slab,
	};
	struct waiter w, seer;
	struct login *login;
	struct err e;

	(void)state;
	for (int at = REGISTERING; at < ALL; at++) {
		fake_reset_provider();
		if (at == REGISTERING)
			fake_with_clients();
		fake_cancelled = 0;
		login = begin_as(LOGIN_DEVICE);
		join(login, &w);
		join_shown(login, &seer);
		if (at > BEGINNING)
			fake_answer(NULL);
		if (at > WAITING)
			expect_poll_in(5000);
		if (at == TROUBLED)
			answer_lost();
		if (at == ENDED)
			fake_answer(NULL);
		logins_free(logins);
		assert_int_equal(fake_cancelled,
		    at == REGISTERING || at == BEGINNING || at == POLLING);
		assert_int_equal(w.told, 0);
		assert_true(wait_idle(&w.wait.wait));
		assert_true(wait_idle(&seer.wait.wait));
		expect_empty_slab();
		/* No timer of it is left. */
		pass(3600 * 1000);
		assert_int_equal(logins_new(&logins, &parts, &e), 0);
	}
}

static void the_log_holds_no_code(void **state)
{
	FILE *f;

	(void)state;
	(void)show();
	expect_poll_in(5000);
	answer_lost();
	expect_poll_in(10000);
	answer_no(ERR_DENIED, "contoso refuses this login");
	f = fopen(log_path(logger), "re");
	assert_non_null(f);
	memset(answer, 0, sizeof(answer));
	assert_true(fread(answer, 1, sizeof(answer) - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(answer,
	    "login to contoso goes on in spite of: api.contoso.example did"));
	assert_non_null(strstr(answer, "login to contoso failed: contoso ref"));
	assert_null(strstr(answer, "device-code"));
	assert_null(strstr(answer, "ABCD"));
}

int main(void)
{
#define L(f) cmocka_unit_test_setup_teardown(f, setup_frozen, teardown)
	const struct CMUnitTest tests[] = {
	    L(a_device_login_goes_all_the_way),
	    L(the_servers_interval_counts_and_five_where_there_is_none),
	    L(slow_down_makes_it_slower_for_good),
	    L(a_poll_that_takes_long_is_the_only_one),
	    L(a_no_of_the_server_ends_it),
	    L(it_ends_with_the_life_of_the_code),
	    L(a_code_that_lives_for_ever_is_polled_for_an_hour),
	    L(tokens_that_come_late_still_count),
	    L(a_machine_that_slept_through_it_asks_no_more),
	    L(trouble_makes_it_slower_while_it_lasts),
	    L(a_want_of_room_is_waited_out_too),
	    L(a_servers_retry_after_is_waited_for),
	    L(the_last_trouble_is_what_is_told),
	    L(trouble_is_never_faster_than_the_interval),
	    L(an_edit_between_two_polls_ends_it),
	    L(what_fails_before_it_is_shown_is_told_to_all),
	    L(one_who_looks_later_is_told_at_once),
	    L(a_client_is_registered_once),
	    L(a_client_that_the_server_forgot_is_registered_anew),
	    L(a_client_that_is_forgotten_twice_ends_it),
	    L(a_client_that_is_forgotten_later_is_forgotten_here),
	    L(a_registration_that_fails_is_told),
	    L(a_code_login_listens_before_its_client_is_there),
	    L(the_grant_is_what_is_wanted_and_what_there_is),
	    L(another_grant_takes_its_place_and_that_is_told),
	    L(it_stops_in_each_state),
	    L(the_log_holds_no_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
