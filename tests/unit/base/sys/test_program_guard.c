#include "base/sys/program_guard.h"

#include "scratch.h"

/* The tree of each test: bin/mairu, which is "this program", and a broker in
 * libexec/mairu. */
#define SELF   "bin/mairu"
#define BROKER "libexec/mairu/mairu-broker"

static int set_up_tree(void **state)
{
	if (set_up(state))
		return -1;
	if (mkdir("bin", 0755) || mkdir("libexec", 0755) ||
	    mkdir("libexec/mairu", 0755))
		return -1;
	put(SELF, "", 0755);
	put(BROKER, "", 0755);
	return 0;
}

static int check(
    const char *path, const char *self, char out[PATH_MAX], struct err *e)
{
	char whole[PATH_MAX], own[PATH_MAX];

	(void)snprintf(whole, sizeof(whole), "%s/%s", scratch, path);
	(void)snprintf(own, sizeof(own), "%s/%s", scratch, self);
	return program_guard(whole, own, out, e);
}

static void check_taken(const char *path, const char *expected)
{
	char out[PATH_MAX];

	assert_int_equal(check(path, SELF, out, NULL), 0);
	assert_string_equal(out, in_scratch(expected));
}

/* Refused: the message names the broker, and what others can write. */
static void check_refused(const char *path, const char *culprit)
{
	char out[PATH_MAX], told[PATH_MAX];
	struct err e = {0};
	size_t len;

	assert_int_equal(check(path, SELF, out, &e), ERR_REFUSED);
	assert_int_equal(e.code, ERR_REFUSED);
	assert_non_null(strstr(e.msg, path));
	if (strcmp(culprit, path) == 0)
		(void)snprintf(told, sizeof(told), " it");
	else
		(void)snprintf(told, sizeof(told), " %s/%s", scratch, culprit);
	len = strlen(e.msg);
	assert_true(len > strlen(told));
	assert_string_equal(e.msg + len - strlen(told), told);
}

static void a_program_of_one_s_own_is_taken(void **state)
{
	(void)state;
	check_taken(BROKER, BROKER);
	check_taken("bin/../libexec/mairu/mairu-broker", BROKER);
}

static void what_is_no_program_is_not_found(void **state)
{
	char out[PATH_MAX];

	(void)state;
	assert_int_equal(check("libexec/none", SELF, out, NULL), ERR_NOT_FOUND);
	assert_int_equal(
	    check("libexec/mairu", SELF, out, NULL), ERR_NOT_FOUND);
	assert_int_equal(chmod(BROKER, 0644), 0);
	assert_int_equal(check(BROKER, SELF, out, NULL), ERR_NOT_FOUND);
	assert_int_equal(chmod(BROKER, 0755), 0);
	assert_int_equal(check(BROKER, "none/mairu", out, NULL), ERR_NOT_FOUND);
}

static void what_others_can_write_is_refused(void **state)
{
	static const char *const parts[] = {BROKER, "libexec/mairu", "libexec"};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		assert_int_equal(chmod(parts[i], 0757), 0);
		check_refused(BROKER, parts[i]);
		assert_int_equal(chmod(parts[i], 0775), 0);
		check_refused(BROKER, parts[i]);
		assert_int_equal(chmod(parts[i], 0755), 0);
		check_taken(BROKER, BROKER);
	}
}

static void the_group_that_can_replace_mairu_is_no_other(void **state)
{
	(void)state;
	/* As a umask of 002 leaves it. */
	assert_int_equal(chmod("libexec/mairu", 0775), 0);
	check_refused(BROKER, "libexec/mairu");
	assert_int_equal(chmod("bin", 0775), 0);
	check_taken(BROKER, BROKER);
	assert_int_equal(chmod("bin", 0755), 0);
	assert_int_equal(chmod(SELF, 0775), 0);
	check_taken(BROKER, BROKER);
	ONLY_ROOT();
	assert_int_equal(chown("libexec/mairu", 0, NOBODY), 0);
	assert_int_equal(chmod("libexec/mairu", 0775), 0);
	check_refused(BROKER, "libexec/mairu");
}

static void what_another_user_owns_is_refused(void **state)
{
	static const char *const parts[] = {BROKER, "libexec/mairu", "libexec"};

	(void)state;
	ONLY_ROOT();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		assert_int_equal(chown(parts[i], NOBODY, NOBODY), 0);
		check_refused(BROKER, parts[i]);
		assert_int_equal(chown(parts[i], 0, 0), 0);
	}
	/* Unless it is who could replace mairu. */
	assert_int_equal(chown(SELF, NOBODY, NOBODY), 0);
	assert_int_equal(chown(BROKER, NOBODY, NOBODY), 0);
	check_taken(BROKER, BROKER);
}

static void a_mairu_that_was_replaced_still_finds_its_broker(void **state)
{
	char out[PATH_MAX];

	(void)state;
	assert_int_equal(check(BROKER, "bin/mairu (deleted)", out, NULL), 0);
}

static void what_is_above_both_is_not_asked(void **state)
{
	(void)state;
	/* Who can write this directory can replace mairu. */
	assert_int_equal(chmod(".", 0777), 0);
	check_taken(BROKER, BROKER);
}

static void in_a_sticky_directory_the_owner_counts(void **state)
{
	(void)state;
	assert_int_equal(chmod("libexec", 01777), 0);
	check_taken(BROKER, BROKER);
	ONLY_ROOT();
	assert_int_equal(chown("libexec/mairu", NOBODY, NOBODY), 0);
	check_refused(BROKER, "libexec/mairu");
}

static void a_link_is_as_good_as_where_it_leads(void **state)
{
	char out[PATH_MAX];

	(void)state;
	assert_int_equal(symlink("../" BROKER, "bin/mairu-broker"), 0);
	check_taken("bin/mairu-broker", BROKER);
	assert_int_equal(chmod("libexec", 0777), 0);
	assert_int_equal(
	    check("bin/mairu-broker", SELF, out, NULL), ERR_REFUSED);
}

#define TREE(f) cmocka_unit_test_setup_teardown(f, set_up_tree, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TREE(a_program_of_one_s_own_is_taken),
	    TREE(what_is_no_program_is_not_found),
	    TREE(what_others_can_write_is_refused),
	    TREE(the_group_that_can_replace_mairu_is_no_other),
	    TREE(what_another_user_owns_is_refused),
	    TREE(a_mairu_that_was_replaced_still_finds_its_broker),
	    TREE(what_is_above_both_is_not_asked),
	    TREE(in_a_sticky_directory_the_owner_counts),
	    TREE(a_link_is_as_good_as_where_it_leads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
