#ifndef MAIRU_BASE_SYS_OWNER_H
#define MAIRU_BASE_SYS_OWNER_H

/*
 * Who besides the user could change a file or a directory: whose it is, and who
 * may write it.
 *
 * Owned by others is what belongs neither to the effective user nor to root,
 * nor, in a user namespace, to a user that has no number there (what the
 * container's host made).  Others can write what is o+w; what an access control
 * list (acl(5)) lets another user or a shared group write; what is g+w for a
 * group that somebody else is in (group.h).  With a umask of 002 and a group of
 * one's own nothing is amiss.  The lists of NFSv4 are not read.
 */

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum owner_fault {
	OWNER_FINE,
	OWNER_OTHER, /* it belongs to somebody else */
	OWNER_OPEN,  /* others can write it */
};

struct owner {
	enum owner_fault fault;
	uid_t uid; /* whose it is */
	int is_dir;
	char path[PATH_MAX]; /* what is at fault */
};

/* Judges one thing by its stat; path (not a link's) is where its access control
 * list is, and is only looked at when the mode has g+w, without which no list
 * lets others write. */
enum owner_fault owner_judge(const char *path, const struct stat *st);

/* Judges the file at an absolute physical path, and each directory above it;
 * the first at fault is in *o.  One of root's is no end of the way: it may lie
 * in a directory of somebody's, who can put another in its place.  A directory
 * with the sticky bit may be written by others if what is below it belongs to
 * the user or root: they can't replace it.  A link is judged, and what it leads
 * to.  What can't be looked at is taken for somebody else's. */
enum owner_fault owner_walk(const char *path, struct owner *o);

/* The two parsers, for themselves. */

/* 1 when system.posix_acl_access of something that belongs to uid and gid lets
 * somebody else write it, as is_private() tells groups; or is damaged. */
int owner_acl_is_open(const unsigned char *acl, size_t len, uid_t user,
    gid_t gid, int (*is_private)(gid_t gid));

/* 1 when the text of /proc/self/uid_map gives this uid no number outside. */
int owner_is_unmapped(const char *map, size_t len, unsigned long uid);

#endif
