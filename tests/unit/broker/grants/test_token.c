/* Tokens as text: broker/grants/token.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/bytes.h"
#include "broker/grants/token.h"

static const unsigned char key[TOKEN_KEY] = "a key", other[TOKEN_KEY] = "b";
static const unsigned char digest[HASH_SHA384] = "a digest";

/* The text of a project's token, without its scheme. */
static char *text_of(const unsigned char *k, const char *config)
{
	static char text[2][TOKEN_TEXT];
	static int turn;
	const struct project_ref p = {config, digest, "s", "r", ""};
	unsigned char token[TOKEN_BYTES];
	struct buf b = BUF_INIT(TOKEN_TEXT);

	turn = !turn;
	token_make(k, &p, token);
	token_text(token, config, &b);
	assert_false(b.failed);
	(void)snprintf(text[turn], sizeof(text[turn]), "%s", buf_str(&b));
	buf_release(&b);
	return text[turn];
}

static void the_key_makes_the_token(void **state)
{
	(void)state;
	assert_string_equal(text_of(key, "/p"), text_of(key, "/p"));
	assert_string_not_equal(text_of(key, "/p"), text_of(other, "/p"));
}

static void a_token_says_where_its_config_is(void **state)
{
	char path[TOKEN_PATH + 1];

	(void)state;
	assert_true(
	    token_path(key, text_of(key, "/a b/\xc3\xa4/.mairu.json"), path));
	assert_string_equal(path, "/a b/\xc3\xa4/.mairu.json");
}

static void nobody_without_the_key_leads_a_broker_anywhere(void **state)
{
	char path[TOKEN_PATH + 1], text[TOKEN_TEXT];
	size_t len;

	(void)state;
	assert_false(token_path(other, text_of(key, "/p/.mairu.json"), path));
	(void)snprintf(
	    text, sizeof(text), "%s", text_of(key, "/p/.mairu.json"));
	len = strlen(text);
	for (size_t i = BEARER_MAC; i < len; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_false(token_path(key, text, path));
		text[i] = '\0';
		assert_false(token_path(key, text, path));
		text[i] = was;
	}
	assert_true(token_path(key, text, path));
	(void)snprintf(text + len, sizeof(text) - len, "A");
	assert_false(token_path(key, text, path));
	(void)snprintf(text + len, sizeof(text) - len, "=");
	assert_false(token_path(key, text, path));
}

static void what_a_grant_is_for_is_no_tag_of_a_path(void **state)
{
	unsigned char token[TOKEN_BYTES];
	const struct project_ref p = {"", digest, "", "", ""};

	(void)state;
	token_make(key, &p, token);
	assert_memory_not_equal(token, token + TOKEN_MAC, TOKEN_TAG);
}

static void a_long_path_is_left_out(void **state)
{
	char config[TOKEN_PATH + 2], path[TOKEN_PATH + 1];
	const char *text;

	(void)state;
	memset(config, 'x', sizeof(config));
	config[0] = '/';
	config[TOKEN_PATH] = '\0';
	text = text_of(key, config);
	assert_true(strlen(text) + 7 < BEARER_MAX);
	assert_true(token_path(key, text, path));
	assert_string_equal(path, config);
	config[TOKEN_PATH] = 'x';
	config[TOKEN_PATH + 1] = '\0';
	text = text_of(key, config);
	assert_int_equal(strlen(text), BEARER_MAC);
	assert_false(token_path(key, text, path));
}

static void tokens_look_as_the_front_expects(void **state)
{
	char text[BEARER_MAX + 8];

	(void)state;
	(void)snprintf(text, sizeof(text), "Bearer %s", text_of(key, "/p"));
	assert_true(bearer_is(text));
	text[7 + BEARER_MAC + 1] = '\0';
	assert_false(bearer_is(text));
	text[7 + BEARER_MAC] = '\0';
	assert_true(bearer_is(text));
	text[7 + BEARER_MAC - 1] = '\0';
	assert_false(bearer_is(text));
	assert_false(bearer_is(""));
	assert_false(bearer_is("Bearer "));
	(void)snprintf(text, sizeof(text), "Bearer %s", text_of(key, "/p"));
	text[20] = '"';
	assert_false(bearer_is(text));
	(void)snprintf(text, sizeof(text), "Bearer %s", text_of(key, "/p"));
	memset(text + strlen(text), 'A', BEARER_MAX - strlen(text));
	text[BEARER_MAX] = '\0';
	assert_false(bearer_is(text));
	text[BEARER_MAX - 1] = '\0';
	assert_true(bearer_is(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_key_makes_the_token),
	    cmocka_unit_test(a_token_says_where_its_config_is),
	    cmocka_unit_test(nobody_without_the_key_leads_a_broker_anywhere),
	    cmocka_unit_test(what_a_grant_is_for_is_no_tag_of_a_path),
	    cmocka_unit_test(a_long_path_is_left_out),
	    cmocka_unit_test(tokens_look_as_the_front_expects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
