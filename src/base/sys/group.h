#ifndef MAIRU_BASE_SYS_GROUP_H
#define MAIRU_BASE_SYS_GROUP_H

/*
 * Whether a group has any member besides one user, and that user's home
 * directory, going by /etc/passwd and /etc/group alone: the front does not use
 * NSS.
 */

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

enum group_kind {
	GROUP_PRIVATE, /* only this user, and root */
	GROUP_SHARED,  /* somebody else is a member */
	GROUP_UNKNOWN, /* the group or the user is not in the files */
};

/* Judges the group by the text of both files.  Members by name and by primary
 * group both count; malformed lines are skipped. */
enum group_kind group_judge(const char *passwd, size_t passwd_len,
    const char *group, size_t group_len, uid_t uid, gid_t gid);

/* The same for this machine's files and the effective user.  If they don't know
 * the group or user (a directory service, say), only the user's own primary
 * group with gid == uid counts as private: services that give each user a group
 * number it so; a shared primary group has another number. */
int group_is_private(gid_t gid);

/* 1 if /etc/passwd has that user's home directory, stored in out. */
int group_user_home(uid_t uid, char out[PATH_MAX]);

#endif
