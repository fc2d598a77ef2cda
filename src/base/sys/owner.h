#ifndef MAIRU_BASE_SYS_OWNER_H
#define MAIRU_BASE_SYS_OWNER_H

/*
 * Who besides the user could change a file or directory: its owner, and who may
 * write it.
 *
 * Fine owners are the effective user, root and, in a user namespace, an
 * unmapped uid (files made by the container's host).  Others can write it if it
 * is o+w; if an access control list (acl(5)) lets another user or a shared
 * group write; or if it is g+w for a group with other members (group.h).  A
 * umask of 002 with a private group is fine.  NFSv4 ACLs are not read.
 */

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum owner_fault {
	OWNER_FINE,
	OWNER_OTHER, /* somebody else owns it */
	OWNER_OPEN,  /* others can write it */
};

struct owner {
	enum owner_fault fault;
	uid_t uid; /* whose it is */
	int is_dir;
	char path[PATH_MAX]; /* what is at fault */
};

/* Judges one file or directory by its stat.  path (not a link) is used to read
 * its ACL, and only when the mode has g+w, without which no ACL lets others
 * write. */
enum owner_fault owner_judge(const char *path, const struct stat *st);

/* Judges the file at an absolute physical path, and each directory above it; *o
 * is the first at fault.  Does not stop at a directory of root's: its parent
 * may belong to somebody who can replace it.  Others may write a sticky
 * directory if the entry below it belongs to the user or root, since they can't
 * replace that.  A link and its target are both judged.  What can't be examined
 * counts as somebody else's. */
enum owner_fault owner_walk(const char *path, struct owner *o);

/* The two parsers, exposed for tests. */

/* 1 if this system.posix_acl_access, of a file owned by user and gid, lets
 * somebody else write it (is_private() judges groups), or is malformed. */
int owner_acl_is_open(const unsigned char *acl, size_t len, uid_t user,
    gid_t gid, int (*is_private)(gid_t gid));

/* 1 if /proc/self/uid_map, given as text, does not map this uid. */
int owner_is_unmapped(const char *map, size_t len, unsigned long uid);

#endif
