#include "base/config/project.h"

#include "home.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#define CONFIG "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"}\n"

static struct project p;
static struct err e;

static int setup(void **state)
{
	project_init(&p);
	memset(&e, 0, sizeof(e));
	return home_setup(state);
}

static int teardown(void **state)
{
	project_release(&p);
	return tear_down(state);
}

static void go(const char *tail)
{
	assert_int_equal(chdir(at_home(tail)), 0);
}

static void assert_none(void)
{
	assert_int_equal(project_find(&p, &e), ERR_NOT_FOUND);
	assert_int_equal(e.code, ERR_NOT_FOUND);
	assert_string_equal(p.path, "");
	assert_int_equal(p.bytes.len, 0);
}

static void assert_found(const char *tail)
{
	assert_int_equal(project_find(&p, &e), 0);
	assert_string_equal(p.path, at_home(tail));
}

/* The config is there, is named, and is of no use. */
static void assert_refused(int code, const char *why)
{
	assert_int_equal(project_find(&p, &e), code);
	assert_string_equal(p.path, at_home("p/.mairu.json"));
	assert_int_equal(p.bytes.len, 0);
	assert_non_null(strstr(e.msg, "~/p/.mairu.json"));
	if (strstr(e.msg, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.msg, why);
}

static void the_config_of_the_working_directory_is_found(void **state)
{
	(void)state;
	home_mkdir("p");
	home_puts("p/.mairu.json", CONFIG);
	go("p");
	assert_found("p/.mairu.json");
	assert_int_equal(p.bytes.len, strlen(CONFIG));
	assert_memory_equal(p.bytes.data, CONFIG, strlen(CONFIG));
}

static void the_nearest_of_several_counts_alone(void **state)
{
	(void)state;
	home_mkdir("p/q/r");
	home_puts("p/.mairu.json", CONFIG);
	go("p/q/r");
	assert_found("p/.mairu.json");
	home_puts("p/q/.mairu.json", "not even JSON");
	assert_found("p/q/.mairu.json");
	assert_int_equal(project_parse(&p, &e), ERR_FORMAT);
}

static void without_a_config_nothing_is_found(void **state)
{
	(void)state;
	home_mkdir("p");
	go("p");
	assert_none();
}

static int find_in_a_root_of_its_own(void)
{
	if (chroot(".") < 0 || chdir("/p") < 0)
		return 77;
	return project_find(&p, &e) == 0 && strcmp(p.path, "/.mairu.json") == 0
		   ? 0
		   : 1;
}

static void a_config_of_the_root_directory_is_found(void **state)
{
	int r;

	(void)state;
	ONLY_ROOT();
	home_mkdir("p");
	home_puts(".mairu.json", CONFIG);
	r = in_child(find_in_a_root_of_its_own, 0);
	if (r == 77)
		skip();
	assert_int_equal(r, 0);
}

static int find_from_outside_of_the_root(void)
{
	if (chroot("p") < 0)
		return 77;
	return project_find(&p, &e) == ERR_NOT_FOUND && e.sys_errno == ENOENT
		   ? 0
		   : 1;
}

static void a_working_directory_outside_of_the_root_has_none(void **state)
{
	int r;

	(void)state;
	ONLY_ROOT();
	home_mkdir("p");
	home_puts(".mairu.json", CONFIG);
	r = in_child(find_from_outside_of_the_root, 0);
	if (r == 77)
		skip();
	assert_int_equal(r, 0);
}

static void the_directory_is_physical_and_a_link_keeps_its_name(void **state)
{
	unsigned char digest[HASH_SHA384];

	(void)state;
	home_mkdir("real");
	home_puts("real/.mairu.json", CONFIG);
	assert_int_equal(symlink("real", at_home("alias")), 0);
	go("alias");
	assert_found("real/.mairu.json");
	memcpy(digest, p.digest, sizeof(digest));

	home_mkdir("p");
	home_puts("elsewhere.json", CONFIG);
	assert_int_equal(
	    symlink("../elsewhere.json", at_home("p/.mairu.json")), 0);
	go("p");
	assert_found("p/.mairu.json");
	assert_memory_equal(p.bytes.data, CONFIG, strlen(CONFIG));
	/* Its path is in the digest. */
	assert_memory_not_equal(p.digest, digest, sizeof(digest));
}

static void what_is_no_regular_file_is_refused_without_waiting(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = at_home("p/.mairu.json");
	int s;

	(void)state;
	home_mkdir("p");
	/* A config further up does not count. */
	home_puts(".mairu.json", CONFIG);
	go("p");

	assert_int_equal(mkfifo(path, 0644), 0);
	assert_refused(ERR_REFUSED, "a FIFO");
	assert_int_equal(unlink(path), 0);

	assert_int_equal(mkdir(path, 0755), 0);
	assert_refused(ERR_REFUSED, "a directory");
	assert_int_equal(rmdir(path), 0);

	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s >= 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_refused(ERR_REFUSED, "a socket");
	assert_int_equal(unlink(path), 0);
	(void)close(s);

	assert_int_equal(symlink("nowhere", path), 0);
	assert_refused(ERR_REFUSED, "leads nowhere");
	assert_int_equal(unlink(path), 0);

	assert_int_equal(symlink("/etc/passwd/x", path), 0);
	assert_refused(ERR_REFUSED, "leads nowhere");
	assert_int_equal(unlink(path), 0);

	assert_int_equal(symlink(".mairu.json", path), 0);
	assert_refused(ERR_REFUSED, "in a circle");
	assert_int_equal(unlink(path), 0);

	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_refused(ERR_REFUSED, "a device");
	assert_int_equal(unlink(path), 0);
}

static void a_file_of_64_kib_is_read_and_a_larger_one_refused(void **state)
{
	char *bytes = calloc(1, PROJECT_MAX_BYTES + 1);

	(void)state;
	assert_non_null(bytes);
	home_mkdir("p");
	go("p");
	home_write("p/.mairu.json", bytes, PROJECT_MAX_BYTES);
	assert_found("p/.mairu.json");
	assert_int_equal(p.bytes.len, PROJECT_MAX_BYTES);
	home_write("p/.mairu.json", bytes, PROJECT_MAX_BYTES + 1);
	assert_refused(ERR_LIMIT, "64 KiB");
	assert_int_equal(truncate(at_home("p/.mairu.json"), 100000000), 0);
	assert_refused(ERR_LIMIT, "64 KiB");
	free(bytes);
}

static void a_file_that_grows_past_what_fstat_said_is_read_whole(void **state)
{
	(void)state;
	/* Its size is 0 by fstat. */
	home_mkdir("p");
	go("p");
	assert_int_equal(
	    symlink("/proc/self/status", at_home("p/.mairu.json")), 0);
	assert_found("p/.mairu.json");
	assert_true(p.bytes.len > 100);
	assert_memory_equal(p.bytes.data, "Name:", 5);
}

static int find_unreadable(void)
{
	int r = project_find(&p, &e);

	return r == ERR_SYS && e.sys_errno == EACCES && p.path[0] == '/' &&
		       strstr(e.msg, "make it readable") != NULL
		   ? 0
		   : 1;
}

static int find_hidden(void)
{
	return project_find(&p, &e) == ERR_NOT_FOUND && p.path[0] == '\0' &&
		       e.sys_errno == EACCES
		   ? 0
		   : 1;
}

static int find_at_hidden(void)
{
	return project_find_at(&p, "p/.mairu.json", &e) == ERR_SYS ? 0 : 1;
}

static void an_unreadable_config_is_an_error(void **state)
{
	(void)state;
	ONLY_ROOT();
	home_mkdir("p");
	home_puts("p/.mairu.json", CONFIG);
	assert_int_equal(chmod(at_home("p/.mairu.json"), 0600), 0);
	go("p");
	assert_int_equal(in_child(find_unreadable, 1), 0);
	assert_int_equal(
	    rename(at_home("p/.mairu.json"), at_home("secret")), 0);
	assert_int_equal(symlink("../secret", at_home("p/.mairu.json")), 0);
	assert_int_equal(in_child(find_unreadable, 1), 0);
}

static void a_directory_that_is_not_searchable_is_passed_in_silence(
    void **state)
{
	(void)state;
	ONLY_ROOT();
	home_mkdir("p/q");
	home_puts("p/.mairu.json", CONFIG);
	go("p/q");
	/* The parent, then the working directory itself. */
	assert_int_equal(chmod(at_home("p"), 0644), 0);
	assert_int_equal(in_child(find_hidden, 1), 0);
	assert_int_equal(chmod(at_home("p"), 0755), 0);
	assert_int_equal(chmod(at_home("p/q"), 0), 0);
	assert_int_equal(in_child(find_hidden, 1), 0);
	/* A person who names it is told. */
	assert_int_equal(chmod(at_home("p"), 0644), 0);
	go(".");
	assert_int_equal(in_child(find_at_hidden, 1), 0);
}

static void a_deleted_working_directory_has_none(void **state)
{
	(void)state;
	home_mkdir("p/q");
	home_puts("p/.mairu.json", CONFIG);
	go("p/q");
	assert_int_equal(rmdir(at_home("p/q")), 0);
	assert_none();
	assert_int_equal(project_find_at(&p, ".", &e), ERR_NOT_FOUND);
	assert_string_equal(p.path, "");
	/* One whose name is what the kernel calls the deleted one. */
	home_mkdir("p/q (deleted)");
	home_puts("p/q (deleted)/.mairu.json", CONFIG);
	assert_int_equal(project_find_at(&p, ".", &e), ERR_NOT_FOUND);
}

static void a_given_path_is_a_directory_or_a_config(void **state)
{
	(void)state;
	home_mkdir("p/q");
	home_puts("p/.mairu.json", CONFIG);
	home_puts("p/other.json", CONFIG);
	assert_int_equal(symlink("p/q", at_home("alias")), 0);
	go(".");
	static const char *const good[] = {"p", "p/", "p/q", "alias", "p/q/..",
	    "p/.mairu.json", "./p//.mairu.json", "alias/../.mairu.json"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(project_find_at(&p, good[i], &e), 0);
		assert_string_equal(p.path, at_home("p/.mairu.json"));
		assert_int_equal(project_find_at(&p, at_home(good[i]), &e), 0);
		assert_string_equal(p.path, at_home("p/.mairu.json"));
	}
	go("p");
	assert_int_equal(project_find_at(&p, ".mairu.json", &e), 0);
	assert_string_equal(p.path, at_home("p/.mairu.json"));

	static const struct {
		const char *path;
		int code;
	} bad[] = {{"other.json", ERR_USAGE}, {"other.json/x", ERR_USAGE},
	    {"", ERR_USAGE}, {"missing", ERR_NOT_FOUND},
	    {"q/.mairu.json", ERR_NOT_FOUND},
	    {"missing/.mairu.json", ERR_NOT_FOUND}, {"..", ERR_NOT_FOUND}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    project_find_at(&p, bad[i].path, &e), bad[i].code);
		assert_string_equal(p.path, "");
		assert_true(strlen(e.msg) > 0);
	}
}

static void a_path_is_read_exactly_and_only_it(void **state)
{
	char path[PATH_MAX];

	(void)state;
	home_mkdir("p/q");
	home_puts("p/.mairu.json", CONFIG);
	(void)snprintf(path, sizeof(path), "%s", at_home("p/.mairu.json"));
	assert_int_equal(project_read(&p, path, &e), 0);
	assert_string_equal(p.path, path);
	/* Its own path again, as the broker does. */
	assert_int_equal(project_read(&p, p.path, &e), 0);
	assert_int_equal(p.bytes.len, strlen(CONFIG));
	assert_int_equal(
	    project_read(&p, at_home("p/q/.mairu.json"), &e), ERR_NOT_FOUND);
	assert_int_equal(project_read(&p, ".mairu.json", &e), ERR_USAGE);
}

static int digest_in_a_root_of_its_own(void)
{
	char text[PROJECT_DIGEST_TEXT];

	if (chroot(".") < 0)
		return 77;
	if (project_read(&p, "/home/u/proj/.mairu.json", &e) < 0)
		return 1;
	project_digest_text(p.digest, text);
	return strcmp(text, "F_Igku3paMcKl9dOGyWfasLc-E_u3VwNXQ1noWgDdx-"
			    "k1RoW3ZAlr2ng5yAbcLJ4") == 0
		   ? 0
		   : 2;
}

static void the_digest_is_that_of_mairu_0_11(void **state)
{
	int r;

	(void)state;
	ONLY_ROOT();
	home_mkdir("home/u/proj");
	home_puts("home/u/proj/.mairu.json", CONFIG);
	go(".");
	r = in_child(digest_in_a_root_of_its_own, 0);
	if (r == 77)
		skip();
	assert_int_equal(r, 0);
}

static void no_descriptor_is_left_open(void **state)
{
	int before, after;

	(void)state;
	home_mkdir("p/q");
	go("p/q");
	before = dup(0);
	(void)close(before);
	assert_none();
	home_puts("p/.mairu.json", CONFIG);
	assert_found("p/.mairu.json");
	assert_int_equal(project_find_at(&p, "..", &e), 0);
	assert_int_equal(project_find_at(&p, "../.mairu.json", &e), 0);
	assert_int_equal(unlink(at_home("p/.mairu.json")), 0);
	assert_int_equal(mkfifo(at_home("p/.mairu.json"), 0644), 0);
	assert_int_equal(project_find(&p, &e), ERR_REFUSED);
	after = dup(0);
	(void)close(after);
	assert_int_equal(before, after);
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(the_config_of_the_working_directory_is_found),
	    AT_HOME(the_nearest_of_several_counts_alone),
	    AT_HOME(without_a_config_nothing_is_found),
	    AT_HOME(a_config_of_the_root_directory_is_found),
	    AT_HOME(a_working_directory_outside_of_the_root_has_none),
	    AT_HOME(the_directory_is_physical_and_a_link_keeps_its_name),
	    AT_HOME(what_is_no_regular_file_is_refused_without_waiting),
	    AT_HOME(a_file_of_64_kib_is_read_and_a_larger_one_refused),
	    AT_HOME(a_file_that_grows_past_what_fstat_said_is_read_whole),
	    AT_HOME(an_unreadable_config_is_an_error),
	    AT_HOME(a_directory_that_is_not_searchable_is_passed_in_silence),
	    AT_HOME(a_deleted_working_directory_has_none),
	    AT_HOME(a_given_path_is_a_directory_or_a_config),
	    AT_HOME(a_path_is_read_exactly_and_only_it),
	    AT_HOME(the_digest_is_that_of_mairu_0_11),
	    AT_HOME(no_descriptor_is_left_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
