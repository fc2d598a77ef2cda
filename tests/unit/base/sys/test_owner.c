/* Who besides the user could change a file: base/sys/owner.h, base/sys/group.h.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sys/group.h"
#include "base/sys/owner.h"

#define PASSWD                                                                 \
	"root:x:0:0:root:/root:/bin/sh\n"                                      \
	"# a comment\n"                                                        \
	"daemon:x:1:1::/:/bin/false\n"                                         \
	"ann:x:1000:1000:Ann:/home/ann:/bin/sh\n"                              \
	"ann2:x:1000:1000:Ann:/home/ann:/bin/sh\n"                             \
	"bob:x:1001:100:Bob:/home/bob:/bin/sh\n"                               \
	"broken\n:x:7:7\n\n"

#define GROUP                                                                  \
	"root:x:0:\n"                                                          \
	"users:x:100:\n"                                                       \
	"ann:x:1000:\n"                                                        \
	"own:x:2000:ann\n"                                                     \
	"ours:x:2001:ann,ann2,root\n"                                          \
	"dev:x:2002:ann,bob\n"                                                 \
	"later:x:2003:bob\n"                                                   \
	"twice:x:2004:\n"                                                      \
	"twice2:x:02004:bob\n"                                                 \
	"end:x:2005:bo"

static enum group_kind judge(uid_t uid, gid_t gid)
{
	return group_judge(
	    PASSWD, sizeof(PASSWD) - 1, GROUP, sizeof(GROUP) - 1, uid, gid);
}

static void a_group_of_ones_own_is_private(void **state)
{
	(void)state;
	assert_int_equal(judge(1000, 1000), GROUP_PRIVATE);
	assert_int_equal(judge(1000, 2000), GROUP_PRIVATE);
	/* Another name of the same user, and root. */
	assert_int_equal(judge(1000, 2001), GROUP_PRIVATE);
}

static void a_group_with_another_member_is_shared(void **state)
{
	(void)state;
	assert_int_equal(judge(1000, 2002), GROUP_SHARED);
	assert_int_equal(judge(1000, 2003), GROUP_SHARED);
	/* Two lines of one number, one of them spelled oddly. */
	assert_int_equal(judge(1000, 2004), GROUP_SHARED);
	/* The last line has no end. */
	assert_int_equal(judge(1000, 2005), GROUP_SHARED);
	/* Somebody's primary group, in which nobody is named. */
	assert_int_equal(judge(1000, 100), GROUP_SHARED);
	assert_int_equal(judge(1001, 1000), GROUP_SHARED);
}

static void what_the_files_do_not_know_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(judge(1000, 3000), GROUP_UNKNOWN);
	assert_int_equal(judge(5000, 2000), GROUP_SHARED);
	/* A user of a directory service, in a group of the files. */
	assert_int_equal(judge(5000, 0), GROUP_UNKNOWN);
	assert_int_equal(group_judge("", 0, "", 0, 1000, 1000), GROUP_UNKNOWN);
}

static int only_1000(gid_t gid)
{
	return gid == 1000;
}

#define ENTRY(tag, perm, id) tag, 0, perm, 0, (id)&0xff, (id) >> 8, 0, 0

static int is_open(const unsigned char *acl, size_t len)
{
	return owner_acl_is_open(acl, len, 1000, 1000, only_1000);
}

#define OPEN(...)                                                              \
	is_open((const unsigned char[]){2, 0, 0, 0, __VA_ARGS__},              \
	    sizeof((const unsigned char[]){2, 0, 0, 0, __VA_ARGS__}))

static void a_list_that_lets_others_write_is_found(void **state)
{
	(void)state;
	/* u::rwx,u:1001:rw,g::r,m::rwx,o::r */
	assert_true(OPEN(ENTRY(1, 7, 0), ENTRY(2, 6, 1001), ENTRY(4, 4, 0),
	    ENTRY(0x10, 7, 0), ENTRY(0x20, 4, 0)));
	assert_true(OPEN(ENTRY(1, 7, 0), ENTRY(4, 4, 0), ENTRY(8, 2, 1001),
	    ENTRY(0x10, 7, 0), ENTRY(0x20, 4, 0)));
	assert_true(OPEN(ENTRY(1, 7, 0), ENTRY(4, 4, 0), ENTRY(0x20, 6, 0)));
}

static void a_list_that_lets_nobody_else_write_is_fine(void **state)
{
	(void)state;
	/* Oneself, root, one's own group, readers. */
	assert_false(OPEN(ENTRY(1, 7, 0), ENTRY(2, 6, 1000), ENTRY(2, 6, 0),
	    ENTRY(2, 5, 1001), ENTRY(4, 7, 0), ENTRY(8, 6, 1000),
	    ENTRY(8, 5, 1001), ENTRY(0x10, 7, 0), ENTRY(0x20, 5, 0)));
	/* What the mask takes away is not given. */
	assert_false(OPEN(ENTRY(1, 7, 0), ENTRY(2, 6, 1001), ENTRY(4, 4, 0),
	    ENTRY(0x10, 4, 0), ENTRY(0x20, 4, 0)));
}

static void a_damaged_list_counts_as_open(void **state)
{
	(void)state;
	assert_true(is_open((const unsigned char *)"", 0));
	assert_true(is_open((const unsigned char *)"\1\0\0\0", 4));
	assert_true(is_open((const unsigned char *)"\2\0\0\0\1", 5));
	assert_true(OPEN(ENTRY(0x40, 0, 0)));
}

static int unmapped(const char *map, unsigned long uid)
{
	return owner_is_unmapped(map, strlen(map), uid);
}

static void only_a_number_that_is_not_mapped_is_outside(void **state)
{
	(void)state;
	assert_false(unmapped("         0          0 4294967295\n", 65534));
	assert_false(unmapped("0 1000 1\n1 100000 65536\n", 65534));
	assert_true(unmapped("0 1000 1\n", 65534));
	assert_true(unmapped("0 1000 1\n1 100000 65533\n", 65534));
	/* What can't be read is no excuse. */
	assert_false(unmapped("", 65534));
	assert_false(unmapped("0 1000 1\n1 x 65533\n", 65534));
	assert_false(unmapped("0 1000 99999999999\n", 65534));
}

static char dir[64], file[96], mid[80];

static int setup(void **state)
{
	FILE *f;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/mairu-owner.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(mid, sizeof(mid), "%s/mid", dir);
	(void)snprintf(file, sizeof(file), "%s/file", mid);
	(void)umask(022);
	if (mkdir(mid, 0755) < 0 || (f = fopen(file, "w")) == NULL)
		return -1;
	return fclose(f);
}

static int teardown(void **state)
{
	(void)state;
	static const char *const made[] = {"mid/file", "mid", "link", ""};
	char path[96];

	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, made[i]);
		(void)remove(path);
	}
	return 0;
}

static enum owner_fault walk(struct owner *o)
{
	return owner_walk(file, o);
}

static void what_is_ones_own_below_tmp_is_fine(void **state)
{
	struct owner o;

	(void)state;
	assert_int_equal(walk(&o), OWNER_FINE);
	assert_int_equal(chmod(mid, 0700) | chmod(dir, 0755), 0);
	assert_int_equal(walk(&o), OWNER_FINE);
}

static void what_all_can_write_is_found(void **state)
{
	struct owner o;

	(void)state;
	assert_int_equal(chmod(file, 0606), 0);
	assert_int_equal(walk(&o), OWNER_OPEN);
	assert_string_equal(o.path, file);
	assert_false(o.is_dir);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(chmod(mid, 0707), 0);
	assert_int_equal(walk(&o), OWNER_OPEN);
	assert_string_equal(o.path, mid);
	assert_true(o.is_dir);
	/* Others can add to it, and not replace what is the user's. */
	assert_int_equal(chmod(mid, 01777), 0);
	assert_int_equal(walk(&o), OWNER_FINE);
}

static void a_list_of_a_file_is_read(void **state)
{
	static const unsigned char acl[] = {2, 0, 0, 0, 1, 0, 6, 0, 0xff, 0xff,
	    0xff, 0xff, 2, 0, 6, 0, 0x39, 0x30, 0, 0, 4, 0, 4, 0, 0xff, 0xff,
	    0xff, 0xff, 0x10, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 0x20, 0, 0, 0,
	    0xff, 0xff, 0xff, 0xff};
	struct owner o;

	(void)state;
	if (setxattr(file, "system.posix_acl_access", acl, sizeof(acl), 0) < 0)
		skip(); /* a file system without */
	assert_int_equal(walk(&o), OWNER_OPEN);
	assert_string_equal(o.path, file);
	/* The mask is the group's bits. */
	assert_int_equal(chmod(file, 0640), 0);
	assert_int_equal(walk(&o), OWNER_FINE);
}

static void what_others_own_is_found(void **state)
{
	struct owner o;

	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can give it away */
	assert_int_equal(chown(mid, 12345, 0), 0);
	assert_int_equal(walk(&o), OWNER_OTHER);
	assert_string_equal(o.path, mid);
	assert_int_equal(o.uid, 12345);
	/* What is root's can be replaced in a directory of somebody's. */
	assert_int_equal(chown(dir, 12345, 0) | chown(mid, 0, 0), 0);
	assert_int_equal(walk(&o), OWNER_OTHER);
	assert_string_equal(o.path, dir);
	assert_int_equal(chown(dir, 0, 0), 0);
	assert_int_equal(chown(file, 12345, 0), 0);
	assert_int_equal(walk(&o), OWNER_OTHER);
	assert_string_equal(o.path, file);
	assert_int_equal(chown(file, 0, 0), 0);
}

static void a_link_is_followed_to_what_it_leads_to(void **state)
{
	char link_[96];
	struct owner o;

	(void)state;
	(void)snprintf(link_, sizeof(link_), "%s/link", dir);
	assert_int_equal(symlink(file, link_), 0);
	assert_int_equal(owner_walk(link_, &o), OWNER_FINE);
	assert_int_equal(chmod(mid, 0777), 0);
	assert_int_equal(owner_walk(link_, &o), OWNER_OPEN);
	assert_string_equal(o.path, mid);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(owner_walk(link_, &o), OWNER_OTHER);
	assert_string_equal(o.path, link_);
}

int main(void)
{
#define T(f) cmocka_unit_test(f)
#define F(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_group_of_ones_own_is_private),
	    T(a_group_with_another_member_is_shared),
	    T(what_the_files_do_not_know_is_unknown),
	    T(a_list_that_lets_others_write_is_found),
	    T(a_list_that_lets_nobody_else_write_is_fine),
	    T(a_damaged_list_counts_as_open),
	    T(only_a_number_that_is_not_mapped_is_outside),
	    F(what_is_ones_own_below_tmp_is_fine),
	    F(what_all_can_write_is_found),
	    F(a_list_of_a_file_is_read),
	    F(what_others_own_is_found),
	    F(a_link_is_followed_to_what_it_leads_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
