#include "base/sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/sys/fault.h"

static int open_retrying(const char *path, int flags)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t read_retrying(int fd, void *p, size_t len)
{
	ssize_t n;

	do
		n = read(fd, p, len);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Reports why an open failed.  A dangling link is an error, not a missing file:
 * somebody meant something to be there. */
static int open_failed(const char *path, struct err *e)
{
	char shown[FAULT_PATH];
	int saved = errno;
	struct stat st;

	(void)fault_path(path, shown);
	if (saved == ENXIO || saved == ENODEV)
		return err_set(
		    e, ERR_REFUSED, "%s is not a regular file", shown);
	if (saved == ENOTDIR || (saved == ENOENT && lstat(path, &st) < 0))
		return err_set(e, ERR_NOT_FOUND, "%s does not exist", shown);
	errno = saved;
	return err_sys(e, "cannot open %s", shown);
}

/* Acceptable owners. */
enum owner {
	OWNER_ANY,
	OWNER_SELF,
	OWNER_SELF_OR_ROOT,
};

static int check_owner(
    const char *path, enum owner owner, const struct stat *st, struct err *e)
{
	char shown[FAULT_PATH], w[FAULT_WORD];

	if (owner == OWNER_ANY)
		return 0;
	if (st->st_uid != geteuid() && (owner == OWNER_SELF || st->st_uid != 0))
		return err_set(e, ERR_REFUSED,
		    "%s belongs to uid %lu, not to you: remove it, or make it "
		    "yours",
		    fault_path(path, shown), (unsigned long)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_REFUSED,
		    "%s can be written by others: look at what it holds, then "
		    "run: chmod go-w %s",
		    fault_path(path, shown), fault_word(path, w));
	return 0;
}

static int too_large(const char *path, const struct buf *out, struct err *e)
{
	char shown[FAULT_PATH];

	return err_set(e, ERR_LIMIT, "%s is larger than the %zu bytes allowed",
	    fault_path(path, shown), out->max);
}

/* Reads to the end.  Asks for one byte more than the file's size, so that one
 * read(2) usually suffices to see EOF. */
static int read_all(
    int fd, size_t size, const char *path, struct buf *out, struct err *e)
{
	char shown[FAULT_PATH];

	for (;;) {
		size_t room = size >= out->len ? size - out->len + 1 : 4096;
		unsigned char probe, *to = &probe;
		ssize_t n;

		if (room > out->max - out->len)
			room = out->max - out->len;
		if (room) {
			to = buf_reserve(out, room);
			if (!to)
				return err_set(e, ERR_NOMEM, "out of memory");
		}
		n = read_retrying(fd, to, room ? room : 1);
		if (n < 0)
			return err_sys(
			    e, "cannot read %s", fault_path(path, shown));
		if (n == 0)
			return 0;
		if (!room)
			return too_large(path, out, e);
		buf_commit(out, (size_t)n);
		if (out->len == size && (size_t)n < room)
			return 0;
	}
}

/* Without a stat, st->st_mode is 0. */
static int read_checked(const char *path, enum owner owner, struct buf *out,
    struct stat *st, struct err *e)
{
	char shown[FAULT_PATH];
	int fd, rc;

	buf_clear(out);
	st->st_mode = 0;
	fd = open_retrying(path, O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		return open_failed(path, e);
	if (fstat(fd, st) < 0)
		rc = err_sys(e, "cannot look at %s", fault_path(path, shown));
	else if (!S_ISREG(st->st_mode))
		rc = err_set(e, ERR_REFUSED, "%s is not a regular file",
		    fault_path(path, shown));
	else if (check_owner(path, owner, st, e))
		rc = ERR_REFUSED;
	else if ((uintmax_t)st->st_size > out->max)
		rc = too_large(path, out, e);
	else
		rc = read_all(fd, (size_t)st->st_size, path, out, e);
	(void)close(fd);
	if (rc)
		buf_clear(out);
	return rc;
}

int file_read(const char *path, struct buf *out, struct err *e)
{
	struct stat st;

	return read_checked(path, OWNER_ANY, out, &st, e);
}

int file_read_own(const char *path, struct buf *out, struct err *e)
{
	struct stat st;

	return read_checked(path, OWNER_SELF, out, &st, e);
}

int file_read_config(
    const char *path, struct buf *out, mode_t *mode, struct err *e)
{
	struct stat st;
	int rc = read_checked(path, OWNER_SELF_OR_ROOT, out, &st, e);

	*mode = st.st_mode;
	return rc;
}

/* mkdir -p: climbs to the first existing parent, then descends. */
static int make_parents(char *path)
{
	size_t len = strlen(path), cut = len;

	while (mkdir(path, 0700) < 0) {
		if (errno == EEXIST)
			break;
		if (errno != ENOENT)
			return -1;
		while (cut && path[cut - 1] != '/')
			cut--;
		while (cut && path[cut - 1] == '/')
			cut--;
		if (!cut) {
			errno = ENOENT;
			return -1;
		}
		path[cut] = '\0';
	}
	while (cut < len) {
		path[cut] = '/';
		cut += strlen(path + cut);
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -1;
	}
	return 0;
}

/* Opens the directory at path.  Follows a link only if it is ours: somebody
 * else's (in /tmp, say) must not choose what we chmod and write to. */
static int open_dir(const char *path, int *fd, struct err *e)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;
	char shown[FAULT_PATH];
	struct stat st;

	*fd = open_retrying(path, flags | O_NOFOLLOW);
	if (*fd < 0 && (errno == ELOOP || errno == ENOTDIR) &&
	    lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		if (st.st_uid != geteuid())
			return err_set(e, ERR_REFUSED,
			    "%s is a link that belongs to uid %lu: remove it",
			    fault_path(path, shown), (unsigned long)st.st_uid);
		*fd = open_retrying(path, flags);
	}
	if (*fd >= 0)
		return 0;
	if (errno == ENOTDIR)
		return err_set(e, ERR_REFUSED,
		    "%s is not a directory: move it away",
		    fault_path(path, shown));
	return err_sys(
	    e, "cannot open the directory %s", fault_path(path, shown));
}

int file_make_dir(const char *dir, int private_, struct err *e)
{
	mode_t open_to = private_ ? 077 : 022;
	char path[PATH_MAX], shown[FAULT_PATH];
	size_t len = strlen(dir);
	struct stat st;
	int fd = -1, rc;

	if (dir[0] != '/')
		return err_set(e, ERR_USAGE, "%s is not an absolute path",
		    fault_path(dir, shown));
	while (len > 1 && dir[len - 1] == '/')
		len--;
	if (len >= sizeof(path))
		return err_set(e, ERR_LIMIT, "the path of %s is too long",
		    fault_path(dir, shown));
	memcpy(path, dir, len);
	path[len] = '\0';

	if (make_parents(path) < 0)
		return err_sys(
		    e, "cannot make the directory %s", fault_path(dir, shown));
	rc = open_dir(path, &fd, e);
	if (rc)
		return rc;
	if (fstat(fd, &st) < 0)
		rc = err_sys(e, "cannot look at %s", fault_path(path, shown));
	else if (st.st_uid != geteuid())
		rc = err_set(e, ERR_REFUSED,
		    "the directory %s belongs to uid %lu, not to you",
		    fault_path(path, shown), (unsigned long)st.st_uid);
	else if ((st.st_mode & open_to) && fchmod(fd, 0700) < 0)
		rc = err_sys(e, "cannot close %s to other users (chmod 700)",
		    fault_path(path, shown));
	(void)close(fd);
	return rc;
}

/* The directory part of path, and the name in it. */
static int split(
    const char *path, char dir[PATH_MAX], const char **name, struct err *e)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	*name = slash ? slash + 1 : path;
	if (!**name)
		return err_set(e, ERR_USAGE, "'%s' names no file", path);
	len = slash ? (size_t)(slash - path) + 1 : 1;
	if (len >= PATH_MAX)
		return err_set(
		    e, ERR_LIMIT, "the path of %s is too long", *name);
	memcpy(dir, slash ? path : ".", len);
	dir[len] = '\0';
	return 0;
}

static int write_all(int fd, const unsigned char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Sets mode and owner of a new file: private, or like the one it replaces. */
static int dress(int fd, const struct stat *like)
{
	struct stat st;

	if (!like)
		return fchmod(fd, 0600);
	if (fstat(fd, &st) < 0)
		return -1;
	if ((st.st_uid != like->st_uid || st.st_gid != like->st_gid) &&
	    fchown(fd, like->st_uid, like->st_gid) < 0)
		return -1;
	return fchmod(fd, like->st_mode & 07777);
}

/* Writes and syncs the temporary file `name` in dir. */
static int write_temp(int dir, const char *name, const void *data, size_t len,
    const struct stat *like)
{
	int fd, rc, saved;

	do
		fd = openat(dir, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -1;
	rc = dress(fd, like);
	if (!rc)
		rc = write_all(fd, data, len);
	if (!rc)
		rc = fsync(fd);
	saved = errno;
	/* Network file systems report a full disk here.  After EINTR the
	 * descriptor is closed nevertheless. */
	if (close(fd) < 0 && errno != EINTR && !rc) {
		saved = errno;
		rc = -1;
	}
	if (rc) {
		(void)unlinkat(dir, name, 0);
		errno = saved;
	}
	return rc;
}

static int put_file(const char *path, const void *data, size_t len,
    const struct stat *like, struct err *e)
{
	unsigned char random[9];
	char dir[PATH_MAX], suffix[BYTES_ENCODED(sizeof(random))];
	char temp[NAME_MAX + 1], shown[FAULT_PATH];
	const char *name;
	int fd, n, rc;

	rc = split(path, dir, &name, e);
	if (rc)
		return rc;
	bytes_random(random, sizeof(random));
	bytes_encode(
	    BYTES_BASE64URL, random, sizeof(random), suffix, sizeof(suffix));
	n = snprintf(temp, sizeof(temp), ".%s.%s", name, suffix);
	if (n < 0 || (size_t)n >= sizeof(temp))
		return err_set(e, ERR_LIMIT, "the name of %s is too long",
		    fault_path(path, shown));

	fd = open_retrying(dir, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return err_sys(e, "cannot open the directory of %s",
		    fault_path(path, shown));
	if (write_temp(fd, temp, data, len, like) < 0) {
		rc = err_sys(e, "cannot write %s", fault_path(path, shown));
	} else if (renameat(fd, temp, fd, name) < 0) {
		rc = err_sys(e, "cannot replace %s", fault_path(path, shown));
		(void)unlinkat(fd, temp, 0);
	} else {
		/* Too late to fail: the new file is in place. */
		(void)fsync(fd);
	}
	(void)close(fd);
	return rc;
}

int file_write(const char *path, const void *data, size_t len, struct err *e)
{
	return put_file(path, data, len, NULL, e);
}

int file_replace(const char *path, const void *data, size_t len, struct err *e)
{
	char target[PATH_MAX], shown[FAULT_PATH];
	struct stat st;

	if (lstat(path, &st) < 0 && errno == ENOENT)
		return file_write(path, data, len, e);
	if (!realpath(path, target) || stat(target, &st) < 0)
		return err_sys(
		    e, "cannot find what %s leads to", fault_path(path, shown));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REFUSED, "%s is not a regular file",
		    fault_path(path, shown));
	/* rename(2) would ignore a read-only target. */
	if (access(target, W_OK) < 0)
		return err_sys(e, "cannot write %s", fault_path(target, shown));
	return put_file(target, data, len, &st, e);
}
