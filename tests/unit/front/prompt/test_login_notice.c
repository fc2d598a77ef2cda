/* What a prompt says of a login that is needed: front/prompt/login_notice.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "front/prompt/login_notice.h"

static struct login_notice need;
static struct state before, after;
static char line[4096];

static int setup(void **state)
{
	(void)state;
	need = (struct login_notice){.server = "con toso", .since = 1000};
	state_init(&before);
	state_init(&after);
	return unsetenv("MAIRU_QUIET");
}

/* 1 when a prompt says something; the next one follows it. */
static int prompt(int asked)
{
	struct buf b = BUF_INIT(sizeof(line) - 1);
	int says =
	    login_notice_tell(&need, asked, "123/Dev", &before, &after, &b);

	memset(line, 0, sizeof(line));
	memcpy(line, buf_str(&b), b.len);
	assert_int_equal(says, b.len > 0);
	buf_release(&b);
	before = after;
	return says;
}

static void a_need_is_said_with_the_command(void **state)
{
	(void)state;
	assert_true(prompt(1));
	assert_string_equal(line, "'con toso' needs a login for 123/Dev. Run: "
				  "mairu login 'con toso'");
	assert_false(state_empty(&after));
}

static void it_is_said_once(void **state)
{
	(void)state;
	assert_true(prompt(1));
	assert_false(prompt(1));
	/* Nor after a while outside of any project. */
	assert_false(prompt(0));
	assert_false(prompt(1));
}

static void the_next_need_is_another(void **state)
{
	(void)state;
	assert_true(prompt(1));
	need.since = 2000;
	assert_true(prompt(1));
	need.since = 0;
	assert_false(prompt(1));
	assert_true(state_empty(&after));
	need.since = 2000;
	assert_true(prompt(1));
}

static void another_server_is_another_need(void **state)
{
	(void)state;
	assert_true(prompt(1));
	memcpy(need.server, "other", 6);
	assert_true(prompt(1));
}

static void another_terminal_is_told_anew(void **state)
{
	(void)state;
	assert_true(prompt(1));
	before.session++;
	assert_true(prompt(1));
}

static void a_quiet_shell_is_told_nothing(void **state)
{
	(void)state;
	assert_int_equal(setenv("MAIRU_QUIET", "1", 1), 0);
	assert_false(prompt(1));
	/* But its prompt may show it. */
	assert_true(after.has_needed);
	assert_int_equal(unsetenv("MAIRU_QUIET"), 0);
	assert_true(prompt(1));
}

static void a_terminal_obeys_nothing_in_it(void **state)
{
	(void)state;
	memcpy(need.server, "a\033[2J", 6);
	assert_true(prompt(1));
	assert_null(strchr(line, '\033'));
}

int main(void)
{
#define N(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
	    N(a_need_is_said_with_the_command),
	    N(it_is_said_once),
	    N(the_next_need_is_another),
	    N(another_server_is_another_need),
	    N(another_terminal_is_told_anew),
	    N(a_quiet_shell_is_told_nothing),
	    N(a_terminal_obeys_nothing_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
