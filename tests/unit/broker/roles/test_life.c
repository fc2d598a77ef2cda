/*
 * Two days of a person who has logged in once, in a second: sessions, roles,
 * their catalog and their pace as they are, a server that rotates refresh
 * tokens and takes one that comes twice for stolen, a network that fails, and
 * a machine that sleeps.
 *
 * What is lost here is lost on its way to the server.  Of an answer that is
 * lost on its way back nobody could make anything but another login, if the
 * server has no patience with it.
 */

#include "fake_http.h"

#include "fake_provider.h"
#include "roles_world.h"

enum {
	STEP = 5, /* seconds */
	HOUR = 3600,
	DAY = 24 * HOUR,
	TOKEN_LIFE = HOUR,
	CREDENTIAL_LIFE = HOUR,
	ROLES = 3,
};

#define MONDAY_9 1767603600 /* 2026-01-05T09:00:00Z */

/* Back-offs of sessions and roles are drawn with this (it takes the place of
 * libsodium's): the same two days each time. */
void randombytes_buf(void *p, size_t len);

static uint64_t seed;

static uint32_t draw(void)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33);
}

void randombytes_buf(void *p, size_t len)
{
	unsigned char *to = p;

	for (size_t i = 0; i < len; i++)
		to[i] = (unsigned char)draw();
}

static int one_in(unsigned n)
{
	return draw() % n == 0;
}

/* --- the server */

static struct {
	int logins; /* of the person */
	int access; /* number of the token that is valid */
	int64_t access_ends;
	int refresh; /* number of the one that is good */
	int refreshes, raced, replayed;
	int roles_given, refused, failed, lost;
	int key; /* number of credentials */
} server;

static int online = 1;
static int64_t due[FAKE_CALLS]; /* when a call is answered; 0: not seen yet */

static void issue(char out[64])
{
	server.access++;
	server.refresh++;
	server.access_ends = wall + TOKEN_LIFE;
	(void)snprintf(
	    out, 64, "a%d r%d %d", server.access, server.refresh, TOKEN_LIFE);
}

static void serve_token(size_t i)
{
	char text[64];
	int n = -1;

	(void)sscanf(buf_str(&fake_calls[i].ask.body), "refresh=r%d", &n);
	if (n != server.refresh) {
		/* RFC 9700, section 4.14.2: all of it is worth nothing now. */
		server.replayed++;
		server.access_ends = 0;
		server.refresh = -1000;
		fake_says(i, 400, "");
		return;
	}
	server.refreshes++;
	issue(text);
	fake_says(i, 200, text);
}

static void serve_role(size_t i)
{
	const char *bearer = fake_header(&fake_calls[i].ask, "Bearer");
	char text[64];
	int n = -1;

	(void)sscanf(bearer, "a%d", &n);
	if (n != server.access || wall >= server.access_ends) {
		server.refused++;
		fake_says(i, 401, "");
		return;
	}
	server.roles_given++;
	(void)snprintf(
	    text, sizeof(text), "K%d %d", ++server.key, CREDENTIAL_LIFE);
	fake_says(i, 200, text);
}

static int is_token(size_t i)
{
	return strstr(buf_str(&fake_calls[i].ask.url), "/token") != NULL;
}

static void serve_one(size_t i)
{
	static const struct err no_route = {
	    ERR_UPSTREAM, 0, "corp.example is not reached", 0};

	if (!online) {
		server.lost++;
		fake_end(i, NULL, &no_route);
	} else if (one_in(8)) {
		server.failed++;
		if (one_in(2))
			fake_says(i, 500, "");
		else
			fake_answer_after(
			    i, 429, "text/plain", "", 5 + draw() % 60);
	} else if (is_token(i)) {
		serve_token(i);
	} else {
		serve_role(i);
	}
}

/* Answers take from one step to four. */
static void serve(void)
{
	size_t n = fake_n;
	int tokens = 0;

	for (size_t i = 0; i < n; i++)
		if (fake_calls[i].open && is_token(i))
			tokens++;
	server.raced += tokens > 1;
	for (size_t i = 0; i < n; i++) {
		if (!fake_calls[i].open)
			continue;
		if (!due[i])
			due[i] = now + STEP * 1000 * (1 + draw() % 4);
		else if (now >= due[i])
			serve_one(i);
	}
	if (fake_open() == 0) {
		memset(due, 0, sizeof(due));
		fake_n = 0;
	}
}

/* --- the person and her programs */

static struct {
	int asked, given, late, expired, told_login, odd;
	int64_t online_since;
} sdk;

struct program {
	struct asked a;
	struct role_ref role;
	int64_t next; /* by the wall clock */
	int waits;
};

static struct program programs[ROLES] = {
    {.role = {"corp", "Dev", ""}},
    {.role = {"corp", "Ops", ""}},
    {.role = {"corp", "Audit", ""}},
};

static int held; /* a job of the night runs */

static int is_held(void *arg, const unsigned char identity[HASH_SHA256])
{
	(void)arg;
	(void)identity;
	return held;
}

static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	(void)arg;
	if (is)
		roles_forgive(roles, identity);
}

static void person_logs_in(void)
{
	char text[64], access[32], refresh[32];

	server.logins++;
	issue(text);
	assert_int_equal(sscanf(text, "%31s %31s", access, refresh), 2);
	log_in_with(access, refresh, TOKEN_LIFE);
}

static void program_heard(void *arg, const struct role_result *r)
{
	struct program *p = arg;

	p->waits = 0;
	if (r->credential) {
		sdk.given++;
		sdk.expired += r->credential->expires <= wall;
		return;
	}
	sdk.told_login += r->e->code == ERR_LOGIN;
	sdk.odd += r->e->code != ERR_LOGIN && r->e->code != ERR_UPSTREAM;
	/* Trouble while all was well for two minutes before. */
	sdk.late += online && now - sdk.online_since > 120 * 1000;
	/* It tries again soon, as SDKs do. */
	p->next = wall + 20;
	if (r->e->code == ERR_LOGIN)
		held |= 2;
}

static int64_t hour(void)
{
	return wall % DAY / HOUR;
}

static int works(void)
{
	return hour() >= 9 && hour() < 18;
}

static void run_programs(void)
{
	for (int i = 0; i < ROLES; i++) {
		struct program *p = &programs[i];

		if (p->waits || wall < p->next ||
		    (!works() && !(i == 0 && held & 1)))
			continue;
		p->next = wall + (works() ? 60 + draw() % 400 : 40 * 60);
		p->waits = 1;
		p->a.wait.fn = program_heard;
		p->a.wait.arg = p;
		sdk.asked++;
		roles_ask(roles, &p->role, 0, &p->a.wait);
	}
	if (held & 2) {
		held &= ~2;
		person_logs_in();
	}
}

/* --- the world */

static void network(void)
{
	static int64_t ends;

	if (!online && wall >= ends) {
		online = 1;
		sdk.online_since = now;
	} else if (online && one_in(2 * HOUR / STEP)) {
		online = 0;
		ends = wall + (one_in(4) ? HOUR : 60 + draw() % 600);
	}
}

/* The wall clock goes on; connections are dead afterwards. */
static void sleep_for(int64_t seconds)
{
	static const struct err reset = {
	    ERR_UPSTREAM, 0, "corp.example: the connection was reset", 0};
	size_t n = fake_n;

	wall += seconds;
	for (size_t i = 0; i < n; i++)
		if (fake_calls[i].open)
			fake_end(i, NULL, &reset);
	sdk.online_since = now;
}

static void one_step(void)
{
	int64_t before = hour();

	pass(STEP);
	network();
	serve();
	/* Somebody ends tokens of an hour before their time. */
	if (one_in(3 * HOUR / STEP))
		server.access_ends = wall;
	held = hour() >= 18 && hour() < 22;
	run_programs();
	if (before == 12 && hour() == 13)
		sleep_for(HOUR / 2); /* the lid is closed for lunch */
	if (before == 22 && hour() == 23)
		sleep_for(8 * HOUR);
}

static void live(void)
{
	while (wall < MONDAY_9 + 2 * DAY)
		one_step();
	assert_int_equal(server.logins, 1);
	assert_int_equal(sdk.told_login, ROLES);
	assert_int_equal(sdk.expired, 0);
	assert_int_equal(server.raced, 0);
	assert_int_equal(server.replayed, 0);
	assert_int_equal(sdk.odd, 0);
	/* Nobody is asked more than it takes. */
	assert_true(server.refreshes < 70);
	assert_true(server.roles_given < 200);
	assert_true(sdk.late * 20 < sdk.given);
}

static int begin_life(void **state)
{
	int rc;

	fake_provider_reset();
	memset(&server, 0, sizeof(server));
	memset(&sdk, 0, sizeof(sdk));
	for (int i = 0; i < ROLES; i++)
		programs[i].next = programs[i].waits = 0;
	online = 1;
	rc = begin_at(state, MONDAY_9);
	if (rc == 0) {
		sessions_watch(sessions, session_changed, NULL);
		sessions_watch_held(sessions, is_held, NULL);
	}
	return rc;
}

static void two_days_take_one_login(void **state)
{
	(void)state;
	seed = 20260105;
	live();
	print_message(
	    "# two days: %d login, %d requests, %d given credentials, %d of "
	    "them expired ones, %d told of trouble out of the blue; the "
	    "session was renewed %d times, %d raced, %d with a token that was "
	    "replaced; the server gave %d credentials, refused %d tokens, "
	    "failed %d times, and was not reached %d times\n",
	    server.logins, sdk.asked, sdk.given, sdk.expired, sdk.late,
	    server.refreshes, server.raced, server.replayed, server.roles_given,
	    server.refused, server.failed, server.lost);
	/* It was a life: all that is told of has come about. */
	assert_true(sdk.given > 300);
	assert_true(server.refreshes > 20);
	assert_true(server.refused > 0);
	assert_true(server.failed > 0);
	assert_true(server.lost > 20);
}

static void other_days_do_too(void **state)
{
	int requests = 0, renewals = 0;

	for (seed = 1; seed <= 30; seed++) {
		uint64_t this = seed;

		live();
		requests += sdk.asked;
		renewals += server.refreshes;
		assert_int_equal(end(state), 0);
		assert_int_equal(begin_life(state), 0);
		seed = this;
	}
	print_message("# thirty times two days: %d requests, %d renewals, a "
		      "login each\n",
	    requests, renewals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		two_days_take_one_login, begin_life, end),
	    cmocka_unit_test_setup_teardown(other_days_do_too, begin_life, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
