#include "base/sys/file.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

/* --- directories */

static void a_directory_is_made_with_its_parents_for_us_alone(void **state)
{
	(void)state;
	(void)umask(0);
	assert_int_equal(file_make_dir(in_scratch("a/b//c/"), 0, NULL), 0);
	assert_int_equal(mode_of("a"), 0700);
	assert_int_equal(mode_of("a/b"), 0700);
	assert_int_equal(mode_of("a/b/c"), 0700);
	assert_int_equal(file_make_dir(in_scratch("a/b/c"), 1, NULL), 0);
	assert_int_equal(file_make_dir(in_scratch("a/d"), 1, NULL), 0);
	assert_int_equal(mode_of("a/d"), 0700);
}

static void a_directory_that_is_there_keeps_its_mode_if_it_is_safe(void **state)
{
	(void)state;
	assert_int_equal(mkdir("a", 0755), 0);
	assert_int_equal(file_make_dir(in_scratch("a"), 0, NULL), 0);
	assert_int_equal(mode_of("a"), 0755);
	assert_int_equal(file_make_dir(in_scratch("a/b"), 1, NULL), 0);
	assert_int_equal(mode_of("a"), 0755);
}

static void a_directory_open_to_others_is_tightened(void **state)
{
	static const struct {
		mode_t mode;
		int private_;
		mode_t then;
	} cases[] = {
	    {0775, 0, 0700},
	    {0757, 0, 0700},
	    {0777, 0, 0700},
	    {01777, 0, 0700},
	    {0755, 1, 0700},
	    {0750, 1, 0700},
	    {0701, 1, 0700},
	    {0704, 1, 0700},
	    {0700, 1, 0700},
	    {0500, 1, 0500},
	    {0711, 0, 0711},
	};

	(void)state;
	assert_int_equal(mkdir("a", 0700), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(chmod("a", cases[i].mode), 0);
		assert_int_equal(
		    file_make_dir(in_scratch("a"), cases[i].private_, NULL), 0);
		assert_int_equal(mode_of("a"), cases[i].then);
	}
}

static void check_no_dir(const char *path, int code)
{
	struct err e = {0};

	assert_int_equal(file_make_dir(path, 1, &e), code);
	assert_int_equal(e.code, code);
	assert_non_null(strstr(e.msg, path));
}

static void a_directory_of_somebody_else_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(mkdir("a", 0777), 0);
	assert_int_equal(chown("a", NOBODY, (gid_t)-1), 0);
	assert_int_equal(chmod("a", 0777), 0);
	check_no_dir(in_scratch("a"), ERR_REFUSED);
	assert_int_equal(mode_of("a"), 0777);
}

static void what_is_no_directory_is_refused(void **state)
{
	(void)state;
	put("file", "text", 0600);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("file", "link"), 0);
	check_no_dir(in_scratch("file"), ERR_REFUSED);
	check_no_dir(in_scratch("fifo"), ERR_REFUSED);
	check_no_dir(in_scratch("link"), ERR_REFUSED);
	check_no_dir(in_scratch("file/below"), ERR_SYS);
}

static void a_link_to_a_directory_counts_only_when_it_is_ours(void **state)
{
	(void)state;
	assert_int_equal(mkdir("a", 0777), 0);
	assert_int_equal(chmod("a", 0777), 0);
	assert_int_equal(symlink("a", "link"), 0);
	assert_int_equal(symlink("missing", "dangling"), 0);
	check_no_dir(in_scratch("dangling"), ERR_SYS);
	check_no_dir(in_scratch("dangling/b"), ERR_SYS);
	if (geteuid() == 0) {
		assert_int_equal(lchown("link", NOBODY, (gid_t)-1), 0);
		check_no_dir(in_scratch("link"), ERR_REFUSED);
		assert_int_equal(mode_of("a"), 0777);
		assert_int_equal(lchown("link", 0, (gid_t)-1), 0);
	}
	assert_int_equal(file_make_dir(in_scratch("link"), 1, NULL), 0);
	assert_int_equal(mode_of("a"), 0700);
	assert_int_equal(file_make_dir(in_scratch("link/b"), 1, NULL), 0);
	assert_int_equal(mode_of("a/b"), 0700);
}

static void a_path_that_is_not_absolute_is_nonsense(void **state)
{
	(void)state;
	check_no_dir("a", ERR_USAGE);
	check_no_dir("", ERR_USAGE);
	check_no_dir("./a", ERR_USAGE);
	assert_int_equal(entries("."), 0);
}

static void a_path_that_is_too_long_makes_nothing(void **state)
{
	char path[PATH_MAX + 1];

	(void)state;
	memset(path, 'x', PATH_MAX);
	path[PATH_MAX] = '\0';
	path[0] = '/';
	assert_int_equal(file_make_dir(path, 0, NULL), ERR_LIMIT);
	/* One component that no file system takes. */
	path[PATH_MAX - 1] = '\0';
	assert_int_equal(file_make_dir(path, 0, NULL), ERR_SYS);
	path[1000] = '\0';
	memcpy(path, in_scratch("missing/"), strlen(in_scratch("missing/")));
	assert_int_equal(file_make_dir(path, 0, NULL), ERR_SYS);
}

static void the_root_directory_needs_no_making(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(file_make_dir("/", 0, NULL), 0);
	assert_int_equal(file_make_dir("///", 0, NULL), 0);
}

static int make_forbidden(void)
{
	struct err e;

	if (file_make_dir(in_scratch("closed/a/b"), 0, &e) != ERR_SYS)
		return 1;
	return e.sys_errno == EACCES ? 0 : 2;
}

static void a_parent_that_may_not_be_written_is_a_system_error(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(mkdir("closed", 0755), 0);
	assert_int_equal(in_child(make_forbidden, 1), 0);
	assert_int_equal(entries("closed"), 0);
}

static int make_deep(void)
{
	return file_make_dir(in_scratch("a/b/c/d/e/f/g/h"), 1, NULL) ? 1 : 0;
}

static void several_programs_can_make_the_same_directory(void **state)
{
	pid_t pid[8];
	int status, bad = 0;

	(void)state;
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 8; i++) {
			pid[i] = fork();
			if (pid[i] == 0)
				_exit(make_deep());
		}
		for (int i = 0; i < 8; i++) {
			assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
			bad += status != 0;
		}
		assert_int_equal(
		    nftw("a", remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	}
	assert_int_equal(bad, 0);
}

/* --- writing */

static void check_content(const char *path, const char *expected)
{
	struct buf b = BUF_INIT(1000);

	assert_int_equal(file_read(path, &b, NULL), 0);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_file_is_written_for_us_alone_whatever_the_umask(void **state)
{
	(void)state;
	(void)umask(0);
	assert_int_equal(file_write(in_scratch("a"), "text", 4, NULL), 0);
	check_content("a", "text");
	assert_int_equal(mode_of("a"), 0600);
	(void)umask(0777);
	assert_int_equal(file_write("b", "text", 4, NULL), 0);
	assert_int_equal(mode_of("b"), 0600);
	assert_int_equal(file_write("./c", "", 0, NULL), 0);
	check_content("c", "");
	assert_int_equal(entries("."), 3);
}

static void a_file_is_replaced_and_not_written_over(void **state)
{
	(void)state;
	put("a", "the old content", 0644);
	assert_int_equal(link("a", "old"), 0);
	assert_int_equal(file_write("a", "new", 3, NULL), 0);
	check_content("a", "new");
	assert_int_equal(mode_of("a"), 0600);
	check_content("old", "the old content");
	assert_int_equal(entries("."), 2);
}

static void a_link_is_replaced_and_not_followed(void **state)
{
	struct stat st;

	(void)state;
	put("target", "untouched", 0644);
	assert_int_equal(symlink("target", "a"), 0);
	assert_int_equal(file_write("a", "new", 3, NULL), 0);
	assert_int_equal(lstat("a", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	check_content("a", "new");
	check_content("target", "untouched");
}

static void a_large_file_is_written_whole(void **state)
{
	const size_t len = 3 << 20;
	unsigned char *data = test_malloc(len);
	struct buf b = BUF_INIT(len);

	(void)state;
	for (size_t i = 0; i < len; i++)
		data[i] = (unsigned char)(i * 31 >> 3);
	assert_int_equal(file_write("a", data, len, NULL), 0);
	assert_int_equal(file_read_own("a", &b, NULL), 0);
	assert_int_equal(b.len, len);
	assert_memory_equal(b.data, data, len);
	buf_release(&b);
	test_free(data);
}

static void check_not_written(const char *path, int code, int sys_errno)
{
	struct err e = {0};

	assert_int_equal(file_write(path, "new", 3, &e), code);
	assert_int_equal(e.code, code);
	assert_int_equal(e.sys_errno, sys_errno);
}

static void a_path_that_names_no_file_writes_nothing(void **state)
{
	char name[NAME_MAX + 1];

	(void)state;
	assert_int_equal(mkdir("d", 0700), 0);
	check_not_written("", ERR_USAGE, 0);
	check_not_written("d/", ERR_USAGE, 0);
	check_not_written("missing/a", ERR_SYS, ENOENT);
	check_not_written("d", ERR_SYS, EISDIR);
	memset(name, 'x', NAME_MAX);
	name[NAME_MAX] = '\0';
	check_not_written(name, ERR_LIMIT, 0);
	assert_int_equal(entries("."), 1);
	assert_int_equal(entries("d"), 0);
}

static void a_path_that_is_too_long_writes_nothing(void **state)
{
	char path[PATH_MAX + 3];

	(void)state;
	memset(path, '/', sizeof(path));
	memcpy(path + PATH_MAX, "/a", 3);
	check_not_written(path, ERR_LIMIT, 0);
}

static int write_past_the_limit(void)
{
	static char large[100000];
	const struct rlimit limit = {20000, 20000};
	struct err e;

	if (setrlimit(RLIMIT_FSIZE, &limit) ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return 1;
	if (file_write("a", large, sizeof(large), &e) != ERR_SYS)
		return 2;
	return e.sys_errno == EFBIG ? 0 : 3;
}

static void a_write_that_fails_half_way_leaves_the_old_file(void **state)
{
	(void)state;
	put("a", "old", 0600);
	assert_int_equal(in_child(write_past_the_limit, 0), 0);
	check_content("a", "old");
	assert_int_equal(entries("."), 1);
}

enum {
	NO_MOUNT = 77
};

/* In a mount namespace of its own, so that nothing is left behind. */
static int write_to_a_full_disk(void)
{
	static char large[300000];
	struct buf b = BUF_INIT(100);
	struct err e;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "small", "tmpfs", 0, "size=64k") || chdir("small"))
		return NO_MOUNT;
	if (file_write("a", "old", 3, NULL))
		return 1;
	if (file_write("a", large, sizeof(large), &e) != ERR_SYS)
		return 2;
	if (e.sys_errno != ENOSPC)
		return 3;
	if (entries(".") != 1)
		return 4;
	if (file_read_own("a", &b, NULL) || strcmp(buf_str(&b), "old") != 0)
		return 5;
	/* And what fits can be written again. */
	return file_write("a", "new", 3, NULL) ? 6 : 0;
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	int rc;

	(void)state;
	assert_int_equal(mkdir("small", 0700), 0);
	rc = in_child(write_to_a_full_disk, 0);
	if (rc == NO_MOUNT)
		skip();
	assert_int_equal(rc, 0);
}

static int write_forbidden(void)
{
	struct err e;

	if (file_write("a", "new", 3, &e) != ERR_SYS)
		return 1;
	return e.sys_errno == EACCES ? 0 : 2;
}

static void a_directory_that_may_not_be_written_keeps_its_file(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(chmod(".", 0755), 0);
	put("a", "old", 0644);
	assert_int_equal(in_child(write_forbidden, 1), 0);
	check_content("a", "old");
	assert_int_equal(entries("."), 1);
}

enum {
	WRITERS = 4,
	ROUNDS = 40,
	PIECE = 50000
};

static int write_often(char letter)
{
	static char data[PIECE];

	memset(data, letter, sizeof(data));
	for (int i = 0; i < ROUNDS; i++)
		if (file_write("a", data, sizeof(data), NULL))
			return 1;
	return 0;
}

static void a_reader_sees_one_writer_s_file_whole(void **state)
{
	struct buf b = BUF_INIT(PIECE + 1);
	int status, running = WRITERS, bad = 0;

	(void)state;
	assert_int_equal(write_often('z'), 0);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			_exit(write_often((char)('a' + i)));
	while (running) {
		if (waitpid(-1, &status, WNOHANG) > 0) {
			bad += status != 0;
			running--;
		}
		assert_int_equal(file_read_own("a", &b, NULL), 0);
		assert_int_equal(b.len, PIECE);
		for (size_t i = 1; i < b.len; i++)
			bad += b.data[i] != b.data[0];
	}
	assert_int_equal(bad, 0);
	assert_int_equal(entries("."), 1);
	buf_release(&b);
}

static void no_descriptor_is_left_open(void **state)
{
	struct buf b = BUF_INIT(4);
	size_t before = entries("/proc/self/fd");

	(void)state;
	put("a", "text", 0666);
	put("large", "larger", 0600);
	assert_int_equal(file_read("a", &b, NULL), 0);
	assert_int_equal(file_read("large", &b, NULL), ERR_LIMIT);
	assert_int_equal(file_read(".", &b, NULL), ERR_REFUSED);
	assert_int_equal(file_read_own("a", &b, NULL), ERR_REFUSED);
	assert_int_equal(file_make_dir(in_scratch("d/e"), 1, NULL), 0);
	assert_int_equal(file_make_dir(in_scratch("a"), 1, NULL), ERR_REFUSED);
	assert_int_equal(file_write("d/x", "x", 1, NULL), 0);
	assert_int_equal(file_write("d/e", "x", 1, NULL), ERR_SYS);
	assert_int_equal(entries("/proc/self/fd"), before);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(no_descriptor_is_left_open),
	    TEST(a_directory_is_made_with_its_parents_for_us_alone),
	    TEST(a_directory_that_is_there_keeps_its_mode_if_it_is_safe),
	    TEST(a_directory_open_to_others_is_tightened),
	    TEST(a_directory_of_somebody_else_is_refused),
	    TEST(what_is_no_directory_is_refused),
	    TEST(a_link_to_a_directory_counts_only_when_it_is_ours),
	    TEST(a_path_that_is_not_absolute_is_nonsense),
	    TEST(a_path_that_is_too_long_makes_nothing),
	    TEST(the_root_directory_needs_no_making),
	    TEST(a_parent_that_may_not_be_written_is_a_system_error),
	    TEST(several_programs_can_make_the_same_directory),
	    TEST(a_file_is_written_for_us_alone_whatever_the_umask),
	    TEST(a_file_is_replaced_and_not_written_over),
	    TEST(a_link_is_replaced_and_not_followed),
	    TEST(a_large_file_is_written_whole),
	    TEST(a_path_that_names_no_file_writes_nothing),
	    TEST(a_path_that_is_too_long_writes_nothing),
	    TEST(a_write_that_fails_half_way_leaves_the_old_file),
	    TEST(a_full_disk_leaves_the_old_file),
	    TEST(a_directory_that_may_not_be_written_keeps_its_file),
	    TEST(a_reader_sees_one_writer_s_file_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
