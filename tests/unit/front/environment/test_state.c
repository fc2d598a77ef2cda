/* The hook's memory between prompts: front/environment/state.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/core/bytes.h"
#include "front/environment/state.h"

static void fill(struct state *s)
{
	state_init(s);
	s->active = 1;
	memcpy(s->config, "/p/.mairu.json", 15);
	memset(s->digest, 9, sizeof(s->digest));
	s->server = state_dup("contoso");
	s->role = state_dup("r\xc3\xb6le");
	s->expires = 4102444800;
	s->renew_at = 4102441200;
	s->has_told = s->has_handle = s->has_needed = 1;
	memset(s->needed, 5, sizeof(s->needed));
	memset(s->told, 3, sizeof(s->told));
	memset(s->handle, 4, sizeof(s->handle));
	s->var[VAR_PROFILE].touch = STATE_UNSET;
	s->var[VAR_PROFILE].before = STATE_VALUE;
	s->var[VAR_PROFILE].original = state_dup("");
	s->var[VAR_SESSION_TOKEN].touch = STATE_UNSET;
	s->var[VAR_SESSION_TOKEN].before = STATE_STASHED;
	s->var[VAR_FULL_URI].touch = STATE_SET;
	state_mark(
	    var_name(VAR_FULL_URI), "http://x", s->var[VAR_FULL_URI].mark);
}

static char *text_of(const struct state *s)
{
	struct buf b = BUF_INIT(STATE_MAX * 2);
	char *copy;

	state_encode(s, &b);
	copy = state_dup(buf_str(&b));
	buf_release(&b);
	return copy;
}

static void a_state_comes_back_as_it_was(void **state)
{
	struct state a, b;
	char *text, *again;

	(void)state;
	fill(&a);
	text = text_of(&a);
	assert_int_equal(state_decode(&b, text, NULL), 0);
	assert_string_equal(b.config, a.config);
	assert_string_equal(b.role, a.role);
	assert_int_equal(b.expires, a.expires);
	assert_int_equal(b.renew_at, a.renew_at);
	assert_string_equal(b.var[VAR_PROFILE].original, "");
	assert_int_equal(b.var[VAR_SESSION_TOKEN].before, STATE_STASHED);
	assert_true(state_is_ours(&b, VAR_FULL_URI, "http://x"));
	assert_false(state_is_ours(&b, VAR_FULL_URI, "http://y"));
	assert_true(state_is_ours(&b, VAR_PROFILE, NULL));
	again = text_of(&b);
	assert_string_equal(text, again);
	free(text);
	free(again);
	state_release(&a);
	state_release(&b);
}

static void the_text_needs_no_quotes(void **state)
{
	struct state a;
	char *text;

	(void)state;
	fill(&a);
	text = text_of(&a);
	assert_int_equal(
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
			 "qrstuvwxyz0123456789-_."),
	    strlen(text));
	free(text);
	state_release(&a);
}

static void a_state_cut_or_changed_anywhere_is_damaged(void **state)
{
	struct state a, b;
	char *text;
	size_t len;

	(void)state;
	fill(&a);
	text = text_of(&a);
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		char kept = text[i];

		text[i] = kept == 'A' ? 'B' : 'A';
		assert_int_equal(state_decode(&b, text, NULL), ERR_FORMAT);
		text[i] = '\0';
		assert_int_equal(state_decode(&b, text, NULL), ERR_FORMAT);
		text[i] = kept;
	}
	assert_int_equal(state_decode(&b, "", NULL), ERR_FORMAT);
	assert_int_equal(state_decode(&b, "1.", NULL), ERR_FORMAT);
	assert_true(state_empty(&b));
	free(text);
	state_release(&a);
}

static void a_state_of_another_uid_is_foreign(void **state)
{
	struct state a, b;
	char *text;

	(void)state;
	fill(&a);
	a.uid = geteuid() + 1;
	text = text_of(&a);
	assert_int_equal(state_decode(&b, text, NULL), ERR_FOREIGN);
	assert_true(state_is_ours(&b, VAR_FULL_URI, "http://x"));
	free(text);
	state_release(&a);
	state_release(&b);
}

static void no_value_that_was_set_is_in_the_state(void **state)
{
	unsigned char raw[4096];
	struct state a;
	size_t len = 0;
	char *text;

	(void)state;
	fill(&a);
	state_mark(var_name(VAR_AUTH_TOKEN), "Bearer canary",
	    a.var[VAR_AUTH_TOKEN].mark);
	a.var[VAR_AUTH_TOKEN].touch = STATE_SET;
	text = text_of(&a);
	assert_int_equal(bytes_decode(BYTES_BASE64URL, text + 2,
			     strlen(text) - 2, raw, sizeof(raw), &len),
	    0);
	assert_null(memmem(raw, len, "canary", 6));
	assert_non_null(memmem(raw, len, "contoso", 7));
	free(text);
	state_release(&a);
}

static void an_original_with_a_mark_of_a_stash_needs_a_handle(void **state)
{
	struct state a, b;
	char *text;

	(void)state;
	fill(&a);
	a.has_handle = 0;
	text = text_of(&a);
	assert_int_equal(state_decode(&b, text, NULL), ERR_FORMAT);
	free(text);
	state_release(&a);
}

static void the_longest_path_and_values_fit(void **state)
{
	struct state a, b;
	char *text;

	(void)state;
	fill(&a);
	memset(a.config, 'x', sizeof(a.config) - 1);
	a.config[sizeof(a.config) - 1] = '\0';
	free(a.var[VAR_PROFILE].original);
	a.var[VAR_PROFILE].original = calloc(1, 32769);
	memset(a.var[VAR_PROFILE].original, 'y', 32768);
	text = text_of(&a);
	assert_int_equal(state_decode(&b, text, NULL), 0);
	assert_int_equal(strlen(b.var[VAR_PROFILE].original), 32768);
	free(text);
	state_release(&a);
	state_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_state_comes_back_as_it_was),
	    cmocka_unit_test(the_text_needs_no_quotes),
	    cmocka_unit_test(a_state_cut_or_changed_anywhere_is_damaged),
	    cmocka_unit_test(a_state_of_another_uid_is_foreign),
	    cmocka_unit_test(no_value_that_was_set_is_in_the_state),
	    cmocka_unit_test(an_original_with_a_mark_of_a_stash_needs_a_handle),
	    cmocka_unit_test(the_longest_path_and_values_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
