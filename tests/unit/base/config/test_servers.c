#include "base/config/servers.h"

#include "servers_home.h"

#include "base/sys/fault.h"

static void a_missing_directory_holds_none(void **state)
{
	char dir[PATH_MAX];

	(void)state;
	memset(&s, 0xff, sizeof(s));
	assert_int_equal(servers_load(&s, NULL, &e), 0);
	assert_int_equal(s.count, 0);
	assert_int_equal(servers_dir(dir, &e), 0);
	assert_string_equal(dir, at_home(DIR_TAIL));
	assert_int_equal(setenv("XDG_CONFIG_HOME", "/c", 1), 0);
	assert_int_equal(servers_dir(dir, &e), 0);
	assert_string_equal(dir, "/c/mairu/servers.d");
	assert_int_equal(load(), 0);
	assert_int_equal(unsetenv("HOME") | unsetenv("XDG_CONFIG_HOME"), 0);
	assert_int_equal(load(), ERR_NOT_FOUND);
}

static void something_else_in_its_place_is_an_error(void **state)
{
	(void)state;
	home_mkdir(".config/mairu");
	home_puts(DIR_TAIL, "");
	assert_int_equal(load(), ERR_SYS);
	assert_non_null(strstr(e.msg, "~/" DIR_TAIL));
	assert_int_equal(unlink(at_home(DIR_TAIL)), 0);
	assert_int_equal(symlink("nowhere", at_home(DIR_TAIL)), 0);
	assert_int_equal(load(), ERR_SYS);
}

static void files_are_sorted_by_name_and_others_left_alone(void **state)
{
	static const char *const names[] = {"b.json", "a.json", "B.json",
	    "10.json", "a.json~", ".a.json", ".#a.json", "a.json.bak", "json",
	    ".json", "README", "a.JSON", "#a.json#"};
	static const char *const sorted[] = {
	    "10.json", "B.json", "a.json", "b.json"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put_server(names[i], sso("\"region\":\"us-east-1\""));
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(s.at[i].path, at_home(tail_of(sorted[i])));
}

static void a_broken_file_hides_no_other(void **state)
{
	static char large[SERVERS_MAX_BYTES + 2];

	(void)state;
	put_server("1.json", "{");
	put_server("2.json", sso("\"region\":\"us-east-1\""));
	assert_int_equal(mkdir(at_home(tail_of("3.json")), 0700), 0);
	assert_int_equal(mkfifo(at_home(tail_of("4.json")), 0600), 0);
	assert_int_equal(symlink("nowhere", at_home(tail_of("5.json"))), 0);
	memset(large, ' ', SERVERS_MAX_BYTES + 1);
	put_server("6.json", large);
	put_server("7.json", oauth("\"client_secret\":\"x\""));
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 7);
	for (size_t i = 0; i < 7; i++) {
		int is_good = i == 1 || i == 6;

		assert_int_equal(s.at[i].fault == NULL, is_good);
		assert_int_equal(s.at[i].id != NULL, is_good);
		if (!is_good)
			assert_non_null(strstr(s.at[i].fault, ".json"));
	}
	assert_non_null(strstr(s.at[2].fault, "not a regular file"));
	assert_non_null(strstr(s.at[3].fault, "not a regular file"));
	assert_non_null(strstr(s.at[4].fault, "cannot open"));
	assert_non_null(strstr(s.at[5].fault, "larger than the 65536 bytes"));
}

static void a_file_may_be_as_large_as_it_may(void **state)
{
	static char text[SERVERS_MAX_BYTES + 1];
	const char *start = sso("\"region\":\"us-east-1\"");

	(void)state;
	memset(text, ' ', SERVERS_MAX_BYTES);
	memcpy(text, start, strlen(start));
	put_server("a.json", text);
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 1);
	assert_null(s.at[0].fault);
}

static void a_link_to_a_file_counts(void **state)
{
	(void)state;
	home_mkdir(DIR_TAIL);
	home_puts("real", sso("\"region\":\"us-east-1\""));
	assert_int_equal(
	    symlink(at_home("real"), at_home(tail_of("a.json"))), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 1);
	assert_null(s.at[0].fault);
}

static void a_name_that_shows_as_another_is_shown_safely(void **state)
{
	(void)state;
	put_server("a\x1b[31m\xe2\x80\xae.json", "{");
	put_server("b\x1b[31m.json", oauth("\"client_secret\":\"x\""));
	assert_int_equal(chmod(at_home(tail_of("b\x1b[31m.json")), 0644), 0);
	put_server("c\x1b[31m.json", "{}");
	assert_int_equal(chmod(at_home(tail_of("c\x1b[31m.json")), 0666), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 3);
	assert_true(fault_shows(s.at[0].fault, strlen(s.at[0].fault)));
	assert_true(fault_shows(s.at[1].warning, strlen(s.at[1].warning)));
	assert_true(fault_shows(s.at[2].fault, strlen(s.at[2].fault)));
}

static void at_most_256_files_are_read(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < SERVERS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%03d.json", i);
		put_server(name, "{}");
	}
	put_server("x.txt", "");
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, SERVERS_MAX);
	put_server("x.json", "{}");
	assert_int_equal(load(), ERR_LIMIT);
	assert_int_equal(s.count, 0);
	assert_string_equal(e.msg, "~/" DIR_TAIL " holds more than 256 files: "
				   "move some away");
}

static void what_others_can_write_is_refused(void **state)
{
	static const mode_t modes[] = {0620, 0602, 0666};

	(void)state;
	put_server("a.json", sso("\"region\":\"us-east-1\""));
	put_server("b.json", sso("\"region\":\"us-east-1\""));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
		    chmod(at_home(tail_of("a.json")), modes[i]), 0);
		assert_int_equal(load(), 0);
		assert_int_equal(s.count, 2);
		assert_non_null(
		    strstr(s.at[0].fault, "can be written by others"));
		assert_non_null(strstr(s.at[0].fault, "chmod go-w"));
		assert_null(s.at[1].fault);
	}
	assert_int_equal(chmod(at_home(DIR_TAIL), 0775), 0);
	assert_int_equal(load(), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "~/" DIR_TAIL " can be written"));
	assert_int_equal(s.count, 0);
	assert_int_equal(chmod(at_home(DIR_TAIL), 0757), 0);
	assert_int_equal(load(), ERR_REFUSED);
}

static void what_belongs_to_someone_else_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	put_server("a.json", sso("\"region\":\"us-east-1\""));
	assert_int_equal(chown(at_home(tail_of("a.json")), NOBODY, NOBODY), 0);
	assert_int_equal(load(), 0);
	assert_non_null(strstr(s.at[0].fault, "belongs to uid 65534"));
	assert_int_equal(chown(at_home(DIR_TAIL), NOBODY, NOBODY), 0);
	assert_int_equal(load(), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "belongs to uid 65534. If it is"));
	/* After sudo -E: to make it root's would be harm. */
	assert_int_equal(chown(getenv("HOME"), NOBODY, NOBODY), 0);
	assert_int_equal(load(), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "belongs to uid 65534, as HOME does"));
}

static int load_as_nobody(void)
{
	if (servers_load(&s, NULL, &e) < 0 || s.count != 2)
		return 1;
	return s.at[0].fault == NULL && s.at[1].fault != NULL ? 0 : 2;
}

static void a_file_of_roots_counts_and_one_we_cannot_read_is_named(void **state)
{
	(void)state;
	ONLY_ROOT();
	put_server("a.json", sso("\"region\":\"us-east-1\""));
	put_server("b.json", sso("\"region\":\"us-east-1\""));
	assert_int_equal(chmod(at_home(tail_of("a.json")), 0644), 0);
	assert_int_equal(in_child(load_as_nobody, 1), 0);
}

static void a_secret_that_others_can_read_is_warned_about(void **state)
{
	char path[PATH_MAX], said[3 * PATH_MAX];

	(void)state;
	put_server("a.json", oauth("\"client_secret\":\"x\""));
	put_server("b.json", sso("\"region\":\"us-east-1\""));
	assert_int_equal(chmod(at_home(tail_of("b.json")), 0644), 0);
	assert_int_equal(load(), 0);
	assert_null(s.at[0].warning);
	assert_null(s.at[1].warning);
	(void)snprintf(path, sizeof(path), "%s", at_home(tail_of("a.json")));
	(void)snprintf(said, sizeof(said),
	    "~/" DIR_TAIL "/a.json holds a client_secret, and others can read "
	    "it. Run: chmod go-r %s",
	    path);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(load(), 0);
	assert_string_equal(s.at[0].warning, said);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(load(), 0);
	assert_string_equal(s.at[0].warning, said);
	assert_null(s.at[0].fault);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(a_missing_directory_holds_none),
	    AT_HOME(something_else_in_its_place_is_an_error),
	    AT_HOME(files_are_sorted_by_name_and_others_left_alone),
	    AT_HOME(a_broken_file_hides_no_other),
	    AT_HOME(a_file_may_be_as_large_as_it_may),
	    AT_HOME(a_link_to_a_file_counts),
	    AT_HOME(a_name_that_shows_as_another_is_shown_safely),
	    AT_HOME(at_most_256_files_are_read),
	    AT_HOME(what_others_can_write_is_refused),
	    AT_HOME(what_belongs_to_someone_else_is_refused),
	    AT_HOME(a_file_of_roots_counts_and_one_we_cannot_read_is_named),
	    AT_HOME(a_secret_that_others_can_read_is_warned_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
