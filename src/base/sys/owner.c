#include "base/sys/owner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/file.h"
#include "base/sys/group.h"

#define ACL_NAME "system.posix_acl_access"

/* linux/posix_acl_xattr.h: a version, and entries; all little-endian. */
enum {
	ACL_VERSION = 2,
	ACL_HEADER = 4,
	ACL_ENTRY = 8, /* tag u16, permissions u16, id u32 */
	ACL_MAX = ACL_HEADER + 1024 * ACL_ENTRY,
	ACL_WRITE = 2,
};

enum acl_tag {
	ACL_USER_OBJ = 0x01,
	ACL_USER = 0x02,
	ACL_GROUP_OBJ = 0x04,
	ACL_GROUP = 0x08,
	ACL_MASK = 0x10,
	ACL_OTHER = 0x20,
};

static unsigned long little(const unsigned char *p, int n)
{
	unsigned long v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* The mask, which limits all entries except owner and others. */
static unsigned long find_mask(const unsigned char *acl, size_t len)
{
	for (size_t i = ACL_HEADER; i < len; i += ACL_ENTRY)
		if (little(acl + i, 2) == ACL_MASK)
			return little(acl + i + 2, 2);
	return ACL_WRITE;
}

int owner_acl_is_open(const unsigned char *acl, size_t len, uid_t user,
    gid_t gid, int (*is_private)(gid_t gid))
{
	unsigned long mask, may, id;

	if (len < ACL_HEADER || (len - ACL_HEADER) % ACL_ENTRY != 0 ||
	    little(acl, 4) != ACL_VERSION)
		return 1;
	mask = find_mask(acl, len);
	for (size_t i = ACL_HEADER; i < len; i += ACL_ENTRY) {
		may = little(acl + i + 2, 2) & ACL_WRITE;
		id = little(acl + i + 4, 4);
		switch (little(acl + i, 2)) {
		case ACL_USER_OBJ:
		case ACL_MASK:
			break;
		case ACL_USER:
			if ((may & mask) != 0 && id != user && id != 0)
				return 1;
			break;
		case ACL_GROUP_OBJ:
			if ((may & mask) != 0 && !is_private(gid))
				return 1;
			break;
		case ACL_GROUP:
			if ((may & mask) != 0 && !is_private((gid_t)id))
				return 1;
			break;
		case ACL_OTHER:
			if (may != 0)
				return 1;
			break;
		default:
			return 1;
		}
	}
	return 0;
}

static int is_open(const char *path, const struct stat *st)
{
	unsigned char acl[ACL_MAX];
	ssize_t n;

	if ((st->st_mode & S_IWOTH) != 0)
		return 1;
	/* With an ACL these bits are its mask. */
	if ((st->st_mode & S_IWGRP) == 0)
		return 0;
	n = getxattr(path, ACL_NAME, acl, sizeof(acl));
	if (n >= 0)
		return owner_acl_is_open(
		    acl, (size_t)n, geteuid(), st->st_gid, group_is_private);
	if (errno != ENODATA && errno != ENOTSUP)
		return 1;
	return !group_is_private(st->st_gid);
}

/* Parses the next number of a line. */
static int take_number(const char **p, const char *end, unsigned long *n)
{
	const char *from = *p;
	size_t len;
	long v;

	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	for (len = 0; from + len < end && from[len] >= '0' && from[len] <= '9';)
		len++;
	if (text_number(from, len, 0, UINT32_MAX, &v) < 0)
		return 0;
	*n = (unsigned long)v;
	*p = from + len;
	return 1;
}

int owner_is_unmapped(const char *map, size_t len, unsigned long uid)
{
	const char *p = map, *end = map + len;
	unsigned long inside, outside, count;

	if (len == 0)
		return 0;
	while (p < end) {
		if (!take_number(&p, end, &inside) ||
		    !take_number(&p, end, &outside) ||
		    !take_number(&p, end, &count))
			return 0;
		if (uid >= inside && uid - inside < count)
			return 0;
		while (p < end && (*p == ' ' || *p == '\n'))
			p++;
	}
	return 1;
}

static int read_overflow(unsigned long *uid)
{
	struct buf b = BUF_INIT(64);
	const char *p;
	int is = 0;

	if (file_read("/proc/sys/kernel/overflowuid", &b, NULL) == 0) {
		p = buf_str(&b);
		is = take_number(&p, p + b.len, uid);
	}
	buf_release(&b);
	return is;
}

/* In a user namespace all unmapped users appear as one uid, which nobody inside
 * can have. */
static int is_outside(uid_t uid)
{
	struct buf map = BUF_INIT(64 * 1024);
	unsigned long overflow;
	int is = 0;

	if (read_overflow(&overflow) && uid == overflow &&
	    file_read("/proc/self/uid_map", &map, NULL) == 0)
		is = owner_is_unmapped(buf_str(&map), map.len, uid);
	buf_release(&map);
	return is;
}

static int is_safe_owner(uid_t uid)
{
	return uid == geteuid() || uid == 0 || is_outside(uid);
}

enum owner_fault owner_judge(const char *path, const struct stat *st)
{
	if (!is_safe_owner(st->st_uid))
		return OWNER_OTHER;
	/* A link's mode is meaningless. */
	return !S_ISLNK(st->st_mode) && is_open(path, st) ? OWNER_OPEN
							  : OWNER_FINE;
}

/* Judges o->path; `above` is set if it holds something of the user's or
 * root's. */
static int judge_one(struct owner *o, int above, struct stat *st)
{
	if (lstat(o->path, st) < 0) {
		o->fault = OWNER_OTHER;
		o->uid = (uid_t)-1;
		return 0;
	}
	o->uid = st->st_uid;
	o->is_dir = S_ISDIR(st->st_mode);
	o->fault = owner_judge(o->path, st);
	if (o->fault == OWNER_OPEN && above && (st->st_mode & S_ISVTX) != 0)
		o->fault = OWNER_FINE;
	return o->fault == OWNER_FINE;
}

/* Strips the last component; 0 at the root. */
static int up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || path[1] == '\0')
		return 0;
	slash[slash == path ? 1 : 0] = '\0';
	return 1;
}

static int walk_up(struct owner *o, int *is_link)
{
	struct stat st;
	int above = 0;

	*is_link = 0;
	for (;;) {
		if (!judge_one(o, above, &st))
			return 0;
		*is_link |= S_ISLNK(st.st_mode);
		if (!up(o->path))
			return 1;
		above = 1;
	}
}

enum owner_fault owner_walk(const char *path, struct owner *o)
{
	char real[PATH_MAX];
	int is_link;

	memset(o, 0, sizeof(*o));
	(void)snprintf(o->path, sizeof(o->path), "%s", path);
	if (!walk_up(o, &is_link) || !is_link)
		return o->fault;
	/* Dangling, or the target is not visible to us. */
	if (realpath(path, real) == NULL) {
		o->fault = OWNER_OTHER;
		o->uid = (uid_t)-1;
		(void)snprintf(o->path, sizeof(o->path), "%s", path);
		return o->fault;
	}
	(void)snprintf(o->path, sizeof(o->path), "%s", real);
	(void)walk_up(o, &is_link);
	return o->fault;
}
