/* Files of the user's that other programs made: file_replace(). */

#include "base/sys/file.h"

#include "scratch.h"

static void check_content(const char *name, const char *want)
{
	struct buf b = BUF_INIT(100);

	assert_int_equal(file_read(name, &b, NULL), 0);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void the_mode_and_the_owner_are_kept(void **state)
{
	struct stat st;

	(void)state;
	put("a", "old", 0640);
	if (geteuid() == 0)
		assert_int_equal(chown("a", NOBODY, NOBODY), 0);
	assert_int_equal(file_replace("a", "new", 3, NULL), 0);
	check_content("a", "new");
	assert_int_equal(mode_of("a"), 0640);
	assert_int_equal(stat("a", &st), 0);
	if (geteuid() == 0)
		assert_int_equal(st.st_uid, NOBODY);
	assert_int_equal(entries("."), 1);
}

static void a_link_stays_and_its_target_is_replaced(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("far", 0700), 0);
	put("far/b", "old", 0644);
	assert_int_equal(symlink("far/b", "middle"), 0);
	assert_int_equal(symlink("middle", "a"), 0);
	assert_int_equal(file_replace("a", "new", 3, NULL), 0);
	check_content("far/b", "new");
	assert_int_equal(lstat("a", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(mode_of("far/b"), 0644);
	assert_int_equal(entries("far"), 1);
	assert_int_equal(entries("."), 3);
}

static void where_nothing_is_there_it_is_ours_alone(void **state)
{
	(void)state;
	(void)umask(0);
	assert_int_equal(file_replace("a", "new", 3, NULL), 0);
	assert_int_equal(mode_of("a"), 0600);
}

static void a_link_that_leads_nowhere_writes_nothing(void **state)
{
	(void)state;
	assert_int_equal(symlink("nowhere", "a"), 0);
	assert_int_equal(file_replace("a", "new", 3, NULL), ERR_SYS);
	assert_int_equal(entries("."), 1);
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(file_replace("d", "new", 3, NULL), ERR_REFUSED);
	assert_int_equal(mkfifo("f", 0600), 0);
	assert_int_equal(file_replace("f", "new", 3, NULL), ERR_REFUSED);
}

static int replace_as_nobody(void)
{
	return file_replace("a", "new", 3, NULL) == ERR_SYS ? 0 : 1;
}

static void a_file_that_may_not_be_written_is_left_alone(void **state)
{
	(void)state;
	ONLY_ROOT();
	/* The directory would let it. */
	assert_int_equal(chmod(".", 0777), 0);
	put("a", "old", 0444);
	assert_int_equal(chown("a", NOBODY, NOBODY), 0);
	assert_int_equal(in_child(replace_as_nobody, 1), 0);
	check_content("a", "old");
	assert_int_equal(chmod("a", 0666), 0);
	assert_int_equal(chown("a", 0, 0), 0);
	/* An owner that can't be kept. */
	assert_int_equal(in_child(replace_as_nobody, 1), 0);
	check_content("a", "old");
	assert_int_equal(entries("."), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_mode_and_the_owner_are_kept),
	    TEST(a_link_stays_and_its_target_is_replaced),
	    TEST(where_nothing_is_there_it_is_ours_alone),
	    TEST(a_link_that_leads_nowhere_writes_nothing),
	    TEST(what_is_no_file_is_refused),
	    TEST(a_file_that_may_not_be_written_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
