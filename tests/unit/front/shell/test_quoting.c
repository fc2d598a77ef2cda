/* The statement that a hook evaluates: front/shell/quoting.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "front/shell/quoting.h"

static const char *quoted(enum shell sh, const char *s)
{
	static struct buf b = BUF_INIT(4096);

	buf_clear(&b);
	shell_quote(sh, &b, s);
	return buf_str(&b);
}

static void words_are_quoted_for_each_shell(void **state)
{
	(void)state;
	assert_string_equal(quoted(SHELL_BASH, ""), "''");
	assert_string_equal(quoted(SHELL_BASH, "a'b"), "'a'\"'\"'b'");
	assert_string_equal(quoted(SHELL_ZSH, "$`\"\\!%"), "'$`\"\\!%'");
	assert_string_equal(quoted(SHELL_FISH, "a'b\\c"), "'a'\"'\"'b'\\\\'c'");
	assert_string_equal(quoted(SHELL_FISH, "a\n\tb"), "'a\n\tb'");
	assert_string_equal(
	    quoted(SHELL_BASH, "a/b \xff\\"), "$'a/b\\040\\377\\134'");
	assert_string_equal(quoted(SHELL_ZSH, "\x1b'"), "$'\\033\\047'");
	assert_string_equal(
	    quoted(SHELL_FISH, "a\xad\\\x7f'"), "a\\Xad\\x5c\\x7f\\x27");
}

/* A backslash in quotes means something to fish, and another thing where it is
 * a Yen sign. */
static int has_backslash_in_quotes(const char *p)
{
	char open = '\0';

	for (; *p != '\0'; p++) {
		if (open != '\0' && *p == '\\')
			return 1;
		if (open == *p)
			open = '\0';
		else if (open == '\0' && (*p == '\'' || *p == '"'))
			open = *p;
	}
	return 0;
}

/* No byte that a locale could take for half a character: whatever the value. */
static void what_shells_read_is_ascii_in_any_locale(void **state)
{
	(void)state;
	for (unsigned sh = 0; sh < SHELL_UNKNOWN; sh++)
		for (unsigned a = 1; a < 256; a++)
			for (unsigned b = 1; b < 256; b++) {
				const char s[] = {(char)a, (char)b, '\0'};
				const char *q = quoted((enum shell)sh, s);

				for (const char *p = q; *p != '\0'; p++)
					assert_in_range(*p, 1, 0x7e);
				if (sh == SHELL_FISH)
					assert_false(
					    has_backslash_in_quotes(q));
			}
}

static void shells_are_found_by_name(void **state)
{
	(void)state;
	assert_int_equal(shell_find("bash"), SHELL_BASH);
	assert_int_equal(shell_find("fish"), SHELL_FISH);
	assert_int_equal(shell_find("sh"), SHELL_UNKNOWN);
	assert_int_equal(shell_find(""), SHELL_UNKNOWN);
}

/* What the hooks look for at the end. */
static const char *const ends[] = {
    "\\builtin : mairu; }\n",
    "\\builtin : mairu; }\n",
    "builtin true mairu; end\n",
};

static void the_end_comes_once_even_when_a_value_holds_it(void **state)
{
	struct plan p = {.n_steps = 2};

	(void)state;
	for (unsigned sh = 0; sh < SHELL_UNKNOWN; sh++) {
		struct buf b = BUF_INIT(65536);
		const char *end = ends[sh], *first;

		p.step[0] = (struct plan_step){
		    .id = VAR_REGION, .op = PLAN_SET, .value = "x", .first = 1};
		p.step[1] =
		    (struct plan_step){.id = VAR_PROFILE, .op = PLAN_UNSET};
		shell_statement((enum shell)sh,
		    &(struct shell_change){
			.plan = &p,
			.state = "1.state",
			.news = "mairu: in",
		    },
		    &b);
		first = strstr(buf_str(&b), end);
		assert_non_null(first);
		assert_int_equal(first + strlen(end) - buf_str(&b), b.len);
		buf_release(&b);
	}
}

static void every_variable_is_tested_before_any_is_changed(void **state)
{
	struct plan p = {.n_steps = 1};
	struct buf b = BUF_INIT(65536);
	const char *can, *change;

	(void)state;
	p.step[0] = (struct plan_step){.id = VAR_PROFILE, .op = PLAN_UNSET};
	shell_statement(SHELL_ZSH, &(struct shell_change){.plan = &p}, &b);
	can = strstr(buf_str(&b), "__mairu_can MAIRU_STATE AWS_PROFILE;");
	change = strstr(buf_str(&b), "unset AWS_PROFILE");
	assert_non_null(can);
	assert_true(change > can);
	buf_release(&b);
}

static void only_a_role_that_goes_is_dropped_where_it_is_blocked(void **state)
{
	struct plan p = {.n_steps = 1};
	struct shell_change c = {.plan = &p};

	(void)state;
	p.step[0] = (struct plan_step){.id = VAR_PROFILE, .op = PLAN_UNSET};
	(void)snprintf(p.next.config, sizeof(p.next.config), "/it's");
	for (unsigned sh = 0; sh < SHELL_UNKNOWN; sh++) {
		struct buf b = BUF_INIT(65536);

		c.drops = 0;
		shell_statement((enum shell)sh, &c, &b);
		assert_non_null(strstr(buf_str(&b), "stays as it was"));
		assert_null(strstr(buf_str(&b), "__mairu_drop"));
		buf_clear(&b);
		c.drops = 1;
		shell_statement((enum shell)sh, &c, &b);
		assert_non_null(strstr(buf_str(&b), "__mairu_drop"));
		assert_non_null(strstr(buf_str(&b),
		    sh == SHELL_FISH ? "'AWS_PROFILE /it'\"'\"'s'"
				     : "$__mairu_name' /it'\"'\"'s'"));
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_are_quoted_for_each_shell),
	    cmocka_unit_test(what_shells_read_is_ascii_in_any_locale),
	    cmocka_unit_test(shells_are_found_by_name),
	    cmocka_unit_test(the_end_comes_once_even_when_a_value_holds_it),
	    cmocka_unit_test(every_variable_is_tested_before_any_is_changed),
	    cmocka_unit_test(
		only_a_role_that_goes_is_dropped_where_it_is_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
