#include "base/sys/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

/* Reading; test_file_write.c has directories and writing. */

static void check_read(const char *path, size_t max, const char *expected)
{
	struct buf b = BUF_INIT(max);
	struct err e;

	assert_int_equal(file_read(path, &b, &e), 0);
	assert_string_equal(buf_str(&b), expected);
	assert_int_equal(b.len, strlen(expected));
	buf_release(&b);
}

/* Reading fails with this code, leaves nothing, and names the path. */
static void check_refused(const char *path, size_t max, int own, int code)
{
	struct buf b = BUF_INIT(max);
	struct err e = {0};

	buf_adds(&b, "before");
	assert_int_equal(
	    own ? file_read_own(path, &b, &e) : file_read(path, &b, &e), code);
	assert_int_equal(e.code, code);
	assert_int_equal(e.sys_errno != 0, code == ERR_SYS);
	assert_non_null(strstr(e.msg, path));
	assert_int_equal(b.len, 0);
	assert_false(b.failed);
	assert_int_equal(
	    own ? file_read_own(path, &b, NULL) : file_read(path, &b, NULL),
	    code);
	buf_release(&b);
}

static void a_file_is_read_whole(void **state)
{
	(void)state;
	put("a", "text\nof a file", 0644);
	check_read("a", 100, "text\nof a file");
	put("empty", "", 0600);
	check_read("empty", 100, "");
	check_read("empty", 0, "");
}

static void what_the_buffer_held_is_replaced(void **state)
{
	struct buf b = BUF_INIT(8);

	(void)state;
	put("a", "12345678", 0600);
	buf_adds(&b, "too much to fit");
	assert_true(b.failed);
	assert_int_equal(file_read("a", &b, NULL), 0);
	assert_string_equal(buf_str(&b), "12345678");
	buf_release(&b);
}

static void nuls_in_a_file_are_kept(void **state)
{
	struct buf b = BUF_INIT(100);
	int fd = open("a", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_int_equal(write(fd, "a\0b\0", 4), 4);
	assert_int_equal(close(fd), 0);
	assert_int_equal(file_read("a", &b, NULL), 0);
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.data, "a\0b\0", 4);
	buf_release(&b);
}

static void a_file_may_be_as_large_as_the_maximum_but_no_larger(void **state)
{
	(void)state;
	put("a", "12345678", 0600);
	check_read("a", 9, "12345678");
	check_read("a", 8, "12345678");
	check_refused("a", 7, 0, ERR_LIMIT);
	check_refused("a", 0, 0, ERR_LIMIT);
}

/* As files of /proc do: the size that fstat told is only a hint. */
static void a_file_larger_than_it_said_is_read_whole_or_refused(void **state)
{
	struct buf b = BUF_INIT(1 << 20);

	(void)state;
	assert_int_equal(file_read("/proc/self/status", &b, NULL), 0);
	assert_memory_equal(b.data, "Name:", 5);
	assert_non_null(strstr(buf_str(&b), "voluntary_ctxt_switches"));
	buf_release(&b);
	check_refused("/proc/self/status", 16, 0, ERR_LIMIT);
	check_refused("/proc/self/status", 0, 0, ERR_LIMIT);
}

static void a_link_to_a_file_is_followed(void **state)
{
	(void)state;
	put("a", "text", 0600);
	assert_int_equal(symlink("a", "link"), 0);
	check_read("link", 100, "text");
}

static void what_is_not_there_is_not_found(void **state)
{
	(void)state;
	put("file", "", 0600);
	check_refused("missing", 10, 0, ERR_NOT_FOUND);
	check_refused("missing/too", 10, 0, ERR_NOT_FOUND);
	check_refused("file/below", 10, 0, ERR_NOT_FOUND);
	check_refused("missing", 10, 1, ERR_NOT_FOUND);
}

static void a_link_that_leads_nowhere_is_a_system_error(void **state)
{
	struct buf b = BUF_INIT(10);
	struct err e;

	(void)state;
	assert_int_equal(symlink("missing", "dangling"), 0);
	check_refused("dangling", 10, 0, ERR_SYS);
	assert_int_equal(file_read("dangling", &b, &e), ERR_SYS);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_int_equal(symlink("loop", "loop"), 0);
	check_refused("loop", 10, 0, ERR_SYS);
	assert_int_equal(file_read("loop", &b, &e), ERR_SYS);
	assert_int_equal(e.sys_errno, ELOOP);
}

static void what_is_no_regular_file_is_refused_without_waiting(void **state)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	check_refused("socket", 10, 0, ERR_REFUSED);
	check_refused("fifo", 10, 0, ERR_REFUSED);
	check_refused("dir", 10, 0, ERR_REFUSED);
	check_refused("dir/", 10, 0, ERR_REFUSED);
	check_refused("/dev/null", 10, 0, ERR_REFUSED);
	check_refused("/dev/zero", 10, 0, ERR_REFUSED);
	check_refused("fifo", 10, 1, ERR_REFUSED);
	close(fd);
}

static int read_forbidden(void)
{
	struct buf b = BUF_INIT(10);
	struct err e;

	if (file_read("closed", &b, &e) != ERR_SYS || e.sys_errno != EACCES)
		return 1;
	if (file_read("dir/a", &b, &e) != ERR_SYS || e.sys_errno != EACCES)
		return 2;
	return 0;
}

static void a_file_that_may_not_be_read_is_a_system_error(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(chmod(".", 0755), 0);
	put("closed", "text", 0600);
	assert_int_equal(mkdir("dir", 0700), 0);
	put("dir/a", "text", 0644);
	assert_int_equal(in_child(read_forbidden, 1), 0);
}

static void a_read_that_fails_leaves_nothing(void **state)
{
	(void)state;
	/* A regular file by its kind, whose first page is never there. */
	check_refused("/proc/self/mem", 10, 0, ERR_SYS);
}

static void a_file_of_ours_that_only_we_can_write_is_read(void **state)
{
	static const mode_t good[] = {0600, 0644, 0400, 0755, 0604};
	struct buf b = BUF_INIT(100);

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(unlink("a") == 0 || errno == ENOENT);
		put("a", "text", good[i]);
		assert_int_equal(file_read_own("a", &b, NULL), 0);
		assert_string_equal(buf_str(&b), "text");
	}
	buf_release(&b);
}

static void a_file_that_others_can_write_is_refused(void **state)
{
	static const mode_t bad[] = {0620, 0602, 0660, 0666, 0777};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put("a", "text", bad[i]);
		check_refused("a", 100, 1, ERR_REFUSED);
		check_read("a", 100, "text");
	}
}

static void a_file_of_somebody_else_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	put("a", "text", 0600);
	assert_int_equal(chown("a", NOBODY, (gid_t)-1), 0);
	check_refused("a", 100, 1, ERR_REFUSED);
	assert_int_equal(symlink("a", "link"), 0);
	check_refused("link", 100, 1, ERR_REFUSED);
}

static int read_config_as_nobody(void)
{
	struct buf b = BUF_INIT(100);
	mode_t mode = 0;
	int r = file_read_config("a", &b, &mode, NULL);

	buf_release(&b);
	return r == 0 ? mode == (S_IFREG | 0644) ? 0 : 1 : 2;
}

static void a_config_may_be_roots_too(void **state)
{
	struct buf b = BUF_INIT(100);
	mode_t mode = 1;

	(void)state;
	put("a", "text", 0644);
	assert_int_equal(file_read_config("a", &b, &mode, NULL), 0);
	assert_string_equal(buf_str(&b), "text");
	assert_int_equal(mode, S_IFREG | 0644);
	assert_int_equal(file_read_config("b", &b, &mode, NULL), ERR_NOT_FOUND);
	assert_int_equal(mode, 0);
	put("a", "text", 0664);
	assert_int_equal(file_read_config("a", &b, &mode, NULL), ERR_REFUSED);
	buf_release(&b);
	ONLY_ROOT();
	put("a", "text", 0644);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(in_child(read_config_as_nobody, 1), 0);
	assert_int_equal(chown("a", NOBODY, (gid_t)-1), 0);
	assert_int_equal(file_read_config("a", &b, &mode, NULL), ERR_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_is_read_whole),
	    TEST(what_the_buffer_held_is_replaced),
	    TEST(nuls_in_a_file_are_kept),
	    TEST(a_file_may_be_as_large_as_the_maximum_but_no_larger),
	    TEST(a_file_larger_than_it_said_is_read_whole_or_refused),
	    TEST(a_link_to_a_file_is_followed),
	    TEST(what_is_not_there_is_not_found),
	    TEST(a_link_that_leads_nowhere_is_a_system_error),
	    TEST(what_is_no_regular_file_is_refused_without_waiting),
	    TEST(a_file_that_may_not_be_read_is_a_system_error),
	    TEST(a_read_that_fails_leaves_nothing),
	    TEST(a_file_of_ours_that_only_we_can_write_is_read),
	    TEST(a_file_that_others_can_write_is_refused),
	    TEST(a_file_of_somebody_else_is_refused),
	    TEST(a_config_may_be_roots_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
