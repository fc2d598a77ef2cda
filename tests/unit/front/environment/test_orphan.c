/* A role in an environment that lost its state: front/environment/orphan.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "front/environment/orphan.h"

#define URI   "http://127.0.0.1:40123/v1/credentials"
#define TOKEN "Bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_x"

static int drop[VAR_COUNT];

static int find(const char *uri, const char *token, int lent)
{
	const char *now[VAR_COUNT] = {
	    [VAR_FULL_URI] = uri, [VAR_AUTH_TOKEN] = token};

	memset(drop, 0, sizeof(drop));
	return orphan_find(now, lent, drop);
}

static void our_endpoint_is_known_by_its_form(void **state)
{
	(void)state;
	assert_true(find(URI, TOKEN, 0));
	assert_true(drop[VAR_FULL_URI]);
	assert_true(drop[VAR_AUTH_TOKEN]);
	assert_true(drop[VAR_ACTIVE_ROLE]);
	assert_false(drop[VAR_PROFILE]);
	assert_false(drop[VAR_ACCESS_KEY_ID]);
}

static void another_endpoint_is_the_users(void **state)
{
	static const char *const uris[] = {NULL, "", "http://127.0.0.1:1/",
	    "http://127.0.0.1:/v1/credentials", URI "/",
	    "http://127.0.0.1:123456/v1/credentials",
	    "http://localhost:1/v1/credentials",
	    "http://169.254.170.2/v1/credentials"};
	static const char *const tokens[] = {NULL, "", "Bearer x", TOKEN "x",
	    "Bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_=",
	    "bearer abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123-_x"};

	(void)state;
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++)
		assert_false(find(uris[i], TOKEN, 0));
	for (size_t i = 0; i < sizeof(tokens) / sizeof(*tokens); i++)
		assert_false(find(URI, tokens[i], 0));
	assert_false(drop[VAR_FULL_URI]);
}

static void the_profile_that_asks_mairu_is_ours(void **state)
{
	const char *now[VAR_COUNT] = {[VAR_FULL_URI] = URI,
	    [VAR_AUTH_TOKEN] = TOKEN,
	    [VAR_PROFILE] = "mairu"};

	(void)state;
	memset(drop, 0, sizeof(drop));
	assert_true(orphan_find(now, 0, drop));
	assert_true(drop[VAR_PROFILE]);
}

static void what_exec_gave_stays(void **state)
{
	(void)state;
	assert_false(find(URI, TOKEN, 1));
	assert_false(drop[VAR_FULL_URI]);
}

static void keys_are_ours_beside_our_names(void **state)
{
	const char *now[VAR_COUNT] = {[VAR_ACCESS_KEY_ID] = "ASIA",
	    [VAR_SECRET_ACCESS_KEY] = "secret",
	    [VAR_SESSION_TOKEN] = "session",
	    [VAR_CREDENTIAL_EXPIRATION] = "then"};

	(void)state;
	memset(drop, 0, sizeof(drop));
	assert_false(orphan_find(now, 0, drop));
	now[VAR_ACTIVE_ROLE] = "1/Dev";
	assert_false(orphan_find(now, 1, drop));
	assert_true(orphan_find(now, 0, drop));
	assert_true(drop[VAR_SECRET_ACCESS_KEY]);
	assert_true(drop[VAR_ACTIVE_SERVER]);
	assert_false(drop[VAR_FULL_URI]);
	now[VAR_CREDENTIAL_EXPIRATION] = NULL;
	assert_false(orphan_find(now, 0, drop));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(our_endpoint_is_known_by_its_form),
	    cmocka_unit_test(another_endpoint_is_the_users),
	    cmocka_unit_test(the_profile_that_asks_mairu_is_ours),
	    cmocka_unit_test(what_exec_gave_stays),
	    cmocka_unit_test(keys_are_ours_beside_our_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
