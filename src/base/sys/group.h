#ifndef MAIRU_BASE_SYS_GROUP_H
#define MAIRU_BASE_SYS_GROUP_H

/*
 * Whether a group has anybody in it besides one user, and where that one is at
 * home, as far as /etc/passwd and /etc/group say it: the front knows no NSS.
 */

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

enum group_kind {
	GROUP_PRIVATE, /* nobody but this user, and root */
	GROUP_SHARED,  /* somebody else too */
	GROUP_UNKNOWN, /* the files do not know the group or the user */
};

/* What the text of both files says of the group.  A member by name or by a
 * primary group counts; lines that are damaged are passed over. */
enum group_kind group_judge(const char *passwd, size_t passwd_len,
    const char *group, size_t group_len, uid_t uid, gid_t gid);

/* The same of this machine's files and the effective user.  Where they do not
 * know it, as with users of a directory service, only the user's own primary
 * group of the same number counts as private: that is how such services give
 * each user a group, where they do; a primary group that all share has another
 * number. */
int group_is_private(gid_t gid);

/* 1 when /etc/passwd has a home directory of that user: it is in out. */
int group_user_home(uid_t uid, char out[PATH_MAX]);

#endif
