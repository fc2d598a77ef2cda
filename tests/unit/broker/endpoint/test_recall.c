/* Tokens of a broker before this one: broker/endpoint/recall.h.  */

#include "grants_world.h"

#include <signal.h>

static const unsigned char key[TOKEN_KEY] = "of a keeper";

static void says(const char *role)
{
	char text[128];

	(void)snprintf(text, sizeof(text),
	    "{\"server\":\"contoso\",\"role\":\"%s\"}\n", role);
	home_puts(".mairu.json", text);
}

/* What a broker gave for the file as it is. */
static void token(char text[TOKEN_TEXT])
{
	static struct project p;
	struct buf b = BUF_INIT(TOKEN_TEXT);
	struct grant *g;
	struct err e;

	project_init(&p);
	assert_int_equal(project_read(&p, config, &e), 0);
	assert_int_equal(project_parse(&p, &e), 0);
	assert_int_equal(
	    grants_get(grants,
		&(struct project_ref){config, p.digest, p.server, p.role, ""},
		&g, &e),
	    0);
	grant_token(g, &b);
	(void)snprintf(text, TOKEN_TEXT, "%s", buf_str(&b));
	buf_release(&b);
	project_release(&p);
	/* That was another one. */
	(void)grants_revoke(grants, config);
	assert_null(grants_find_bearer(grants, text));
}

static int setup(void **state)
{
	if (grants_setup(state,
		"{\"server\":\"contoso\",\"role\":\"123/Dev\"}\n", NULL) != 0)
		return -1;
	return grants_set_key(grants, key);
}

struct answer {
	struct check_wait w;
	int told;
	enum check_verdict verdict;
};

static void tell(void *arg, enum check_verdict verdict, const char *text)
{
	struct answer *a = arg;

	(void)text;
	a->told++;
	a->verdict = verdict;
}

/* 1: it was found; 0: it is none; however slow the machine. */
static int is_known(const char *text)
{
	int64_t end = plat_ms() + PUMP_MS;
	struct answer a;

	do {
		assert_true(plat_ms() < end);
		a = (struct answer){.w = {.fn = tell, .arg = &a}};
		if (!recalls_ask(recalls, text, &a.w))
			return 0;
		assert_int_equal(a.told, 0);
		pump_until(loop, &a.told);
		assert_int_equal(a.told, 1);
	} while (a.verdict == CHECK_LATE);
	return grants_find_bearer(grants, text) != NULL;
}

static void what_there_is_no_room_for_is_not_called_unknown(void **state)
{
	static struct answer a[GRANT_MAX + 1];
	static const unsigned char none[HASH_SHA384];
	char path[64];
	struct grant *g;
	struct err e;
	int rc = 1, i;

	(void)state;
	for (i = 0; rc == 1 && i <= GRANT_MAX; i++) {
		struct buf b = BUF_INIT(TOKEN_TEXT);

		(void)snprintf(path, sizeof(path), "/p/%d/.mairu.json", i);
		assert_int_equal(grants_get(grants,
				     &(struct project_ref){
					 path, none, "contoso", "123/Dev", ""},
				     &g, &e),
		    0);
		grant_token(g, &b);
		(void)grants_revoke(grants, path);
		a[i].w = (struct check_wait){.fn = tell, .arg = &a[i]};
		rc = recalls_ask(recalls, buf_str(&b), &a[i].w);
		buf_release(&b);
	}
	assert_int_equal(i, GRANT_MAX + 1);
	assert_int_equal(rc, ERR_BUSY);
}

static void a_token_of_what_is_trusted_is_known_again(void **state)
{
	char text[TOKEN_TEXT];
	const struct grant *g;

	(void)state;
	token(text);
	assert_true(is_known(text));
	g = grants_find_bearer(grants, text);
	assert_string_equal(grant_project(g)->config, config);
	assert_string_equal(grant_project(g)->server, "contoso");
	assert_string_equal(grant_project(g)->role, "123/Dev");
	assert_int_equal(grants_count(grants), 1);
}

static void one_of_what_changed_is_not(void **state)
{
	char text[TOKEN_TEXT];

	(void)state;
	token(text);
	says("123/Other");
	assert_false(is_known(text));
	assert_int_equal(grants_count(grants), 0);
	record(1);
	assert_false(is_known(text));
	says("123/Dev");
	record(0);
	assert_false(is_known(text));
	assert_int_equal(unlink(config), 0);
	assert_false(is_known(text));
	says("123/Dev");
	record(1);
	assert_true(is_known(text));
}

static void with_another_key_nothing_is_looked_at(void **state)
{
	static const unsigned char other[TOKEN_KEY] = "after a logout";
	char text[TOKEN_TEXT];
	struct answer a = {.w = {.fn = tell, .arg = &a}};

	(void)state;
	token(text);
	assert_int_equal(grants_set_key(grants, other), 0);
	assert_false(recalls_may(recalls, text));
	assert_int_equal(recalls_ask(recalls, text, &a.w), 0);
	assert_int_equal(checker_pid(checker), 0);
}

static void a_token_that_is_nearly_one_is_none(void **state)
{
	char text[TOKEN_TEXT];

	(void)state;
	token(text);
	/* It leads to its config, and is no token of that. */
	text[10] = text[10] == 'A' ? 'B' : 'A';
	assert_true(recalls_may(recalls, text));
	assert_false(is_known(text));
	token(text);
	assert_false(recalls_may(recalls, text + 7));
	text[strlen(text) - 1] = '\0';
	assert_false(recalls_may(recalls, text));
	text[7 + BEARER_MAC] = '\0';
	assert_false(recalls_may(recalls, text));
	assert_false(recalls_may(recalls, "Bearer "));
	assert_false(recalls_may(recalls, ""));
}

static void those_that_come_at_once_are_all_told(void **state)
{
	enum {
		MANY = 200
	};
	static struct answer a[MANY];
	int64_t end = plat_ms() + PUMP_MS;
	char text[TOKEN_TEXT];
	size_t i, told;

	(void)state;
	token(text);
	assert_true(is_known(text));
	(void)grants_revoke(grants, config);
	for (i = 0; i < MANY; i++) {
		a[i] = (struct answer){.w = {.fn = tell, .arg = &a[i]}};
		assert_int_equal(recalls_ask(recalls, text, &a[i].w), 1);
	}
	wait_leave(&a[0].w.wait);
	do {
		assert_true(plat_ms() < end);
		assert_int_equal(loop_once(loop, 20, NULL), 0);
		for (told = 0, i = 0; i < MANY; i++)
			told += (size_t)a[i].told;
	} while (told < MANY - 1);
	assert_int_equal(a[0].told, 0);
	assert_non_null(grants_find_bearer(grants, text));
}

/* Nor does one that is still asked about at the end hurt. */
static void it_may_end_at_any_time(void **state)
{
	static struct answer a;
	char text[TOKEN_TEXT];

	(void)state;
	token(text);
	a = (struct answer){.w = {.fn = tell, .arg = &a}};
	assert_int_equal(recalls_ask(recalls, text, &a.w), 1);
}

int main(int argc, char **argv)
{
#define C(f) cmocka_unit_test_setup_teardown(f, setup, grants_teardown)
	const struct CMUnitTest tests[] = {
	    C(a_token_of_what_is_trusted_is_known_again),
	    C(what_there_is_no_room_for_is_not_called_unknown),
	    C(one_of_what_changed_is_not),
	    C(with_another_key_nothing_is_looked_at),
	    C(a_token_that_is_nearly_one_is_none),
	    C(those_that_come_at_once_are_all_told),
	    C(it_may_end_at_any_time),
	};

	if (argc == 2 && strcmp(argv[1], "--check") == 0)
		return check_child_run(3);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
