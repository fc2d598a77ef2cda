/* Whether a project is still trusted, asked of real files:
 * broker/trust/probe.h. */

#include "project_home.h"

#include <sys/inotify.h>
#include <sys/vfs.h>
#include <time.h>

#include "broker/trust/probe.h"

#define CONFIG "{\"server\":\"contoso\",\"role\":\"123/Dev\"}\n"
#define OTHER  "{\"server\":\"contoso\",\"role\":\"123/Ops\"}\n"

static struct probe *probe;
static struct buf text = BUF_INIT(2048);
static struct project_ref what;
static int64_t ahead; /* of the system's clock, in nanoseconds */

static int64_t wall(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec + ahead;
}

static int setup(void **state)
{
	if (project_setup(state, CONFIG) != 0)
		return -1;
	what = (struct project_ref){config, digest, "contoso", "123/Dev", ""};
	ahead = 0;
	probe = probe_new(wall);
	return probe ? 0 : -1;
}

static int teardown(void **state)
{
	probe_free(probe);
	buf_release(&text);
	return tear_down(state);
}

static enum check_verdict look(void)
{
	buf_clear(&text);
	return probe_look(probe, &what, &text);
}

static void refused(const char *why)
{
	assert_int_equal(look(), CHECK_REFUSED);
	if (!strstr(buf_str(&text), why))
		fail_msg("said \"%s\"", buf_str(&text));
}

static void what_was_allowed_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_int_equal(look(), CHECK_ALLOWED);
}

static void an_edit_is_refused_with_the_command_that_mends_it(void **state)
{
	(void)state;
	home_puts(".mairu.json", OTHER);
	refused("mairu: ~/.mairu.json has changed since it was allowed. "
		"Run: mairu allow /tmp/");
}

static void a_denial_is_refused(void **state)
{
	(void)state;
	assert_int_equal(look(), CHECK_ALLOWED);
	record(0);
	refused("~/.mairu.json is denied. Run: mairu allow ");
	home_puts(".mairu.json", OTHER);
	refused("is denied");
}

static void what_was_never_allowed_is_refused(void **state)
{
	(void)state;
	home_puts("other.json", CONFIG);
	what.config = at_home("other.json");
	refused("is not trusted. Run: mairu allow ");
}

static void an_edit_that_was_allowed_again_needs_a_new_grant(void **state)
{
	unsigned char old[HASH_SHA384];

	(void)state;
	memcpy(old, digest, sizeof(old));
	home_puts(".mairu.json", CONFIG " ");
	record(1);
	what.digest = old;
	refused("a new prompt");
}

static void a_file_that_is_gone_is_refused(void **state)
{
	(void)state;
	assert_int_equal(unlink(config), 0);
	refused("~/.mairu.json is gone.");
}

static void what_is_no_file_any_more_is_refused(void **state)
{
	(void)state;
	assert_int_equal(unlink(config), 0);
	assert_int_equal(mkfifo(config, 0600), 0);
	refused("has changed");
	assert_int_equal(unlink(config), 0);
	home_puts(".mairu.json", "not JSON");
	refused("has changed");
}

static void a_role_that_the_file_does_not_name_is_refused(void **state)
{
	(void)state;
	what.role = "123/Admin";
	refused("does not name");
	what.role = "123/Dev";
	what.server = "other";
	refused("does not name");
	what.server = "contoso";
	what.chain = "x";
	refused("does not name");
}

static void a_store_that_others_could_write_can_not_be_believed(void **state)
{
	char store[PATH_MAX];
	struct err e;

	(void)state;
	assert_int_equal(trust_file(config, store, &e), 0);
	assert_int_equal(chmod(store, 0666), 0);
	assert_int_not_equal(look(), CHECK_ALLOWED);
	assert_int_not_equal(buf_str(&text)[0], '\0');
}

static void a_path_that_a_terminal_would_obey_is_made_harmless(void **state)
{
	char path[PATH_MAX];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s", at_home("a\033[31m.json"));
	what.config = path;
	refused("a\\x1b[31m.json is gone");
}

static void a_path_too_long_to_show_is_left_out(void **state)
{
	char path[PATH_MAX];

	(void)state;
	memset(path, '\001', sizeof(path));
	path[0] = '/';
	path[PATH_MAX - 200] = '\0';
	what.config = path;
	assert_int_not_equal(look(), CHECK_ALLOWED);
	assert_false(text.failed);
	assert_memory_equal(buf_str(&text), "mairu: ", 7);
}

/* --- what it remembers */

static int opened; /* descriptor that tells of opened files */

static void watch(void)
{
	opened = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	assert_true(inotify_add_watch(opened, config, IN_OPEN) >= 0);
}

/* 1 when the config was opened since it was last asked. */
static int was_opened(void)
{
	char events[4096];
	int n = 0;

	while (read(opened, events, sizeof(events)) > 0)
		n = 1;
	return n;
}

static int known_file_system(void)
{
	struct statfs fs;

	assert_int_equal(statfs(config, &fs), 0);
	return fs.f_type == 0xef53 || fs.f_type == 0x01021994 ||
	       fs.f_type == 0x794c7630 || fs.f_type == 0x58465342;
}

static void what_changed_just_now_is_read_each_time(void **state)
{
	(void)state;
	watch();
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_true(was_opened());
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_true(was_opened());
	(void)close(opened);
}

static void what_has_settled_is_read_once_a_second(void **state)
{
	(void)state;
	if (!known_file_system())
		skip();
	watch();
	ahead = INT64_C(10000000000);
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_true(was_opened());
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_false(was_opened());
	/* Another question of the same file is another question. */
	what.role = "123/Admin";
	assert_int_equal(look(), CHECK_REFUSED);
	what.role = "123/Dev";
	was_opened();
	ahead += 1000000000;
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_true(was_opened());
	/* A clock that was set back tells nothing. */
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_false(was_opened());
	ahead -= INT64_C(5000000000);
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_true(was_opened());
	(void)close(opened);
}

static void settle(void)
{
	ahead = INT64_C(10000000000);
	assert_int_equal(look(), CHECK_ALLOWED);
	assert_int_equal(look(), CHECK_ALLOWED);
}

static void an_edit_of_equal_size_and_time_is_seen(void **state)
{
	struct timespec times[2];
	struct stat st;

	(void)state;
	settle();
	assert_int_equal(stat(config, &st), 0);
	home_puts(".mairu.json", OTHER);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, config, times, 0), 0);
	refused("has changed");
}

static void another_file_of_that_name_is_seen(void **state)
{
	(void)state;
	home_puts("new", OTHER);
	settle();
	assert_int_equal(rename(at_home("new"), config), 0);
	refused("has changed");
}

static void a_link_that_points_elsewhere_is_seen(void **state)
{
	(void)state;
	assert_int_equal(rename(config, at_home("real")), 0);
	home_puts("real2", OTHER);
	assert_int_equal(symlink("real", config), 0);
	settle();
	assert_int_equal(symlink("real2", at_home("new")), 0);
	assert_int_equal(rename(at_home("new"), config), 0);
	refused("has changed");
}

static void a_denial_and_a_lost_store_are_seen(void **state)
{
	char store[PATH_MAX];
	struct err e;

	(void)state;
	settle();
	assert_int_equal(trust_file(config, store, &e), 0);
	assert_int_equal(unlink(store), 0);
	refused("is not trusted");
	record(1);
	settle();
	record(0);
	refused("is denied");
}

static void a_store_that_opens_to_others_is_seen(void **state)
{
	char store[PATH_MAX];
	struct err e;

	(void)state;
	ONLY_ROOT();
	settle();
	assert_int_equal(trust_file(config, store, &e), 0);
	assert_int_equal(chown(store, NOBODY, NOBODY), 0);
	assert_int_not_equal(look(), CHECK_ALLOWED);
}

int main(void)
{
#define P(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    P(what_was_allowed_is_allowed),
	    P(an_edit_is_refused_with_the_command_that_mends_it),
	    P(a_denial_is_refused),
	    P(what_was_never_allowed_is_refused),
	    P(an_edit_that_was_allowed_again_needs_a_new_grant),
	    P(a_file_that_is_gone_is_refused),
	    P(what_is_no_file_any_more_is_refused),
	    P(a_role_that_the_file_does_not_name_is_refused),
	    P(a_store_that_others_could_write_can_not_be_believed),
	    P(a_path_that_a_terminal_would_obey_is_made_harmless),
	    P(a_path_too_long_to_show_is_left_out),
	    P(what_changed_just_now_is_read_each_time),
	    P(what_has_settled_is_read_once_a_second),
	    P(an_edit_of_equal_size_and_time_is_seen),
	    P(another_file_of_that_name_is_seen),
	    P(a_link_that_points_elsewhere_is_seen),
	    P(a_denial_and_a_lost_store_are_seen),
	    P(a_store_that_opens_to_others_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
