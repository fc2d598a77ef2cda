#include "base/sys/program_guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/fault.h"
#include "base/sys/path.h"

/* This program: its file, and the directory where it could be replaced. */
struct self {
	struct stat file, dir;
};

static int look_at_self(const char *self, struct self *out)
{
	char dir[PATH_MAX];
	size_t len = strlen(self);

	while (len > 1 && self[len - 1] != '/')
		len--;
	if (len >= sizeof(dir))
		return ERR_NOT_FOUND;
	memcpy(dir, self, len);
	dir[len] = '\0';
	if (lstat(dir, &out->dir) < 0)
		return ERR_NOT_FOUND;
	/* An upgrade may have replaced it since it started. */
	if (lstat(self, &out->file) < 0)
		out->file = out->dir;
	return 0;
}

static int group_writes(const struct stat *st, gid_t gid)
{
	return st->st_gid == gid && (st->st_mode & S_IWGRP) != 0;
}

static int is_guarded(const struct stat *st, const struct self *self)
{
	if (st->st_uid != 0 && st->st_uid != geteuid() &&
	    st->st_uid != self->file.st_uid)
		return 0;
	/* In a sticky directory others can add files, which they own, but not
	 * replace any. */
	if (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0)
		return 1;
	if ((st->st_mode & S_IWOTH) != 0)
		return 0;
	return (st->st_mode & S_IWGRP) == 0 ||
	       group_writes(&self->file, st->st_gid) ||
	       group_writes(&self->dir, st->st_gid);
}

int program_guard(
    const char *path, const char *self, char real[PATH_MAX], struct err *e)
{
	char shown[FAULT_PATH], where[FAULT_PATH];
	struct self me;
	struct stat st;

	if (realpath(path, real) == NULL || access(real, X_OK) < 0 ||
	    lstat(real, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_NOT_FOUND, "there is no program at %s",
		    fault_path(path, shown));
	if (look_at_self(self, &me) < 0)
		return err_set(e, ERR_NOT_FOUND, "cannot look at %s",
		    fault_path(self, shown));
	for (char *p = real + path_shared(real, self) + 1;;) {
		char *end = strchr(p, '/');

		if (end != NULL)
			*end = '\0';
		if (lstat(real, &st) < 0 || !is_guarded(&st, &me))
			return err_set(e, ERR_REFUSED,
			    "%s is not run, since others than you could have "
			    "put it there: see who owns and who can write %s",
			    fault_path(path, shown),
			    end == NULL ? "it" : fault_path(real, where));
		if (end == NULL)
			return 0;
		*end = '/';
		p = end + 1;
	}
}
