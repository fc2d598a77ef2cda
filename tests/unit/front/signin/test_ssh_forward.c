/* How a port gets to this machine by SSH: front/signin/ssh_forward.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "front/signin/ssh_forward.h"

static const char *command(const char *connection, const char *user)
{
	static struct buf b = BUF_INIT(2048);
	struct ssh_forward f;
	int known = ssh_forward_parse(&f, connection) == 0;

	buf_clear(&b);
	ssh_forward_command(&b, known ? &f : NULL, user, 65535);
	return buf_str(&b);
}

#define LINE "ssh -N -L 65535:127.0.0.1:65535 "

static void the_server_of_the_connection_is_named(void **state)
{
	(void)state;
	assert_string_equal(command("192.0.2.1 50000 198.51.100.7 22", "alice"),
	    LINE "alice@198.51.100.7");
	assert_string_equal(
	    command("192.0.2.1 50000 198.51.100.7 2222", "alice"),
	    LINE "-p 2222 alice@198.51.100.7");
	assert_string_equal(command("::1 1 2001:DB8::7 65535", "alice"),
	    LINE "-p 65535 alice@2001:DB8::7");
}

static void what_is_no_connection_names_nobody(void **state)
{
	static const char *const bad[] = {"", " ", "   ", "192.0.2.1",
	    "192.0.2.1 5 192.0.2.7", "192.0.2.1 5 192.0.2.7 ",
	    "192.0.2.1 5 192.0.2.7 22 ", "192.0.2.1 5 192.0.2.7 22 9",
	    " 192.0.2.1 5 192.0.2.7 22", "192.0.2.1  5 192.0.2.7 22",
	    "192.0.2.1 5 192.0.2.7 0", "192.0.2.1 5 192.0.2.7 65536",
	    "192.0.2.1 0 192.0.2.7 22", "192.0.2.1 5 192.0.2.7 +22",
	    "192.0.2.1 5 192.0.2.7 022", "host 5 192.0.2.7 22",
	    "192.0.2.1 5 host 22", "192.0.2.1 5 -oProxyCommand=x 22",
	    "192.0.2.1 5 $(touch\tx) 22", "192.0.2.1 5 [::1] 22",
	    "fe80::1 5 fe80::2%eth0 22", "192.0.2.1\t5\t192.0.2.7\t22",
	    "1 5 "
	    "1234567890123456789012345678901234567890123456789012345678901234 "
	    "22"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(command(bad[i], "alice"), LINE "HOST");
}

static void a_user_is_one_word_and_no_option(void **state)
{
	const char *c = "192.0.2.1 5 192.0.2.7 22";

	(void)state;
	assert_string_equal(command(c, NULL), LINE "192.0.2.7");
	assert_string_equal(command(c, ""), LINE "192.0.2.7");
	assert_string_equal(command(c, "-l"), LINE "192.0.2.7");
	assert_string_equal(
	    command(c, "a'b;c\033"), LINE "'a'\\''b;c\\x1b@192.0.2.7'");
	assert_string_equal(command(c, "DOM\\a"), LINE "'DOM\\a@192.0.2.7'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_server_of_the_connection_is_named),
	    cmocka_unit_test(what_is_no_connection_names_nobody),
	    cmocka_unit_test(a_user_is_one_word_and_no_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
