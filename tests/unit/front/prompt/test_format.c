/* The role in a prompt: front/prompt/format.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "front/prompt/format.h"

#define NOW "2026-01-02T12:00:00Z"

static struct buf out;

static int setup(void **state)
{
	(void)state;
	buf_init(&out, 4096);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

static void shows(const char *role, const char *format, enum format_for whom,
    const char *expected)
{
	const struct format s = {"contoso", role, "eu-west-1", 1};

	buf_clear(&out);
	format_write(&s, format, whom, &out);
	assert_false(out.failed);
	assert_string_equal(buf_str(&out), expected);
}

static void fields_are_filled_in(void **state)
{
	(void)state;
	shows("123456789012/Dev", FORMAT_FORMAT, FORMAT_PLAIN,
	    "contoso 123456789012/Dev!");
	shows("123456789012/Dev", "[{account}|{name}|{region}|{mark}{mark}]",
	    FORMAT_PLAIN, "[123456789012|Dev|eu-west-1|!!]");
	shows("arn:aws:iam::210987654321:role/a/Ops", "{account} {name}",
	    FORMAT_PLAIN, "210987654321 Ops");
	shows("r", "", FORMAT_PLAIN, "");
}

static void a_role_without_an_account_has_none(void **state)
{
	static const char *const roles[] = {"dev", "12345678901/Dev",
	    "1234567890123/Dev", "123456789012",
	    "arn:", "arn:a:b:", "arn:aws:iam::12345678901x:role/x",
	    "arn:aws:iam::123456789012/x", "x/123456789012/Dev"};

	(void)state;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		shows(roles[i], "<{account}>", FORMAT_PLAIN, "<>");
	shows("dev", "{name}", FORMAT_PLAIN, "dev");
	shows("a/", "<{name}>", FORMAT_PLAIN, "<>");
}

static void what_is_no_field_stands_as_it_is(void **state)
{
	(void)state;
	shows("r", "%F{red}{role}%f {Role} {role {} #[fg=red]$\\`", FORMAT_ZSH,
	    "%F{red}r%f {Role} {role {} #[fg=red]$\\`");
}

static void nothing_that_a_shell_runs_gets_out(void **state)
{
	static const char hostile[] = "$(id)`id` ${x} \\$ \\( \\e]0; %n #(id)";

	(void)state;
	shows(hostile, "{role}", FORMAT_PLAIN,
	    "?(id)?id? ?{x} ?? ?( ?e]0; %n #(id)");
	shows(hostile, "{role}", FORMAT_ZSH,
	    "?(id)?id? ?{x} ?? ?( ?e]0; %%n #(id)");
	shows(hostile, "{role}", FORMAT_TMUX,
	    "?(id)?id? ?{x} ?? ?( ?e]0; %n ##(id)");
	shows("a\033[2J\nb\xff", "{role}", FORMAT_PLAIN, "a?x1b[2J?x0ab?xff");
}

static void a_field_is_short(void **state)
{
	char role[2049];

	(void)state;
	memset(role, '%', sizeof(role) - 1);
	role[sizeof(role) - 1] = '\0';
	buf_clear(&out);
	format_write(&(const struct format){.role = role}, "{role}{server}",
	    FORMAT_ZSH, &out);
	assert_int_equal(out.len, 2 * 61 + 3);
	assert_string_equal(buf_str(&out) + 2 * 61, "...");
}

static void those_who_draw_prompts_are_known_by_name(void **state)
{
	(void)state;
	assert_int_equal(format_find("bash"), FORMAT_PLAIN);
	assert_int_equal(format_find("fish"), FORMAT_PLAIN);
	assert_int_equal(format_find("zsh"), FORMAT_ZSH);
	assert_int_equal(format_find("tmux"), FORMAT_TMUX);
	assert_int_equal(format_find(""), FORMAT_UNKNOWN);
	assert_int_equal(format_find("zshx"), FORMAT_UNKNOWN);
}

static void a_role_that_acts_has_no_mark(void **state)
{
	const char *endpoint[VAR_COUNT] = {[VAR_FULL_URI] = "http://",
	    [VAR_AUTH_TOKEN] = "Bearer",
	    [VAR_PROFILE] = "mairu",
	    [VAR_REGION] = "eu-west-1"};
	const char *keys[VAR_COUNT] = {[VAR_ACCESS_KEY_ID] = "A",
	    [VAR_SECRET_ACCESS_KEY] = "s",
	    [VAR_SESSION_TOKEN] = "t",
	    [VAR_CREDENTIAL_EXPIRATION] = "2026-01-02T12:00:01Z"};

	(void)state;
	assert_false(format_warns(endpoint, NOW));
	assert_false(format_warns(keys, NOW));
}

static void one_without_keys_has(void **state)
{
	const char *none[VAR_COUNT] = {[VAR_ACTIVE_ROLE] = "r"};

	(void)state;
	assert_true(format_warns(none, NOW));
}

static void so_has_one_whose_keys_have_expired(void **state)
{
	const char *keys[VAR_COUNT] = {[VAR_ACCESS_KEY_ID] = "A",
	    [VAR_CREDENTIAL_EXPIRATION] = "2026-01-02T12:00:00Z"};

	(void)state;
	assert_true(format_warns(keys, NOW));
}

static void so_has_one_that_another_wins_over(void **state)
{
	static const enum var_id rivals[] = {VAR_ACCESS_KEY_ID, VAR_PROFILE,
	    VAR_DEFAULT_PROFILE, VAR_WEB_IDENTITY_TOKEN_FILE, VAR_RELATIVE_URI,
	    VAR_TOKEN_FILE};
	const char *now[VAR_COUNT] = {[VAR_FULL_URI] = "http://"};

	(void)state;
	for (size_t i = 0; i < sizeof(rivals) / sizeof(rivals[0]); i++) {
		now[rivals[i]] = "work";
		assert_true(format_warns(now, NOW));
		now[rivals[i]] = NULL;
		assert_false(format_warns(now, NOW));
	}
}

int main(void)
{
#define N(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    N(fields_are_filled_in),
	    N(a_role_without_an_account_has_none),
	    N(what_is_no_field_stands_as_it_is),
	    N(nothing_that_a_shell_runs_gets_out),
	    N(a_field_is_short),
	    N(those_who_draw_prompts_are_known_by_name),
	    N(a_role_that_acts_has_no_mark),
	    N(one_without_keys_has),
	    N(so_has_one_whose_keys_have_expired),
	    N(so_has_one_that_another_wins_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
