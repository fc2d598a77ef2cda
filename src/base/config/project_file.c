/*
 * Reads a config: the bytes that are hashed are the bytes that are parsed, and
 * no kind of directory entry can block the prompt.
 */

#include "base/config/project_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/fault.h"

enum project_look project_look(int dir, const char *name, int *fd, int *why)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;

	/* Follow links only on the second attempt: tells a dangling link from a
	 * missing file without an extra call. */
	*fd = openat(dir, name, flags | O_NOFOLLOW);
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return PROJECT_NONE;
	if (*fd < 0 && (errno == ELOOP || errno == EMLINK))
		*fd = openat(dir, name, flags);
	*why = errno;
	if (*fd < 0 && *why == EACCES &&
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return PROJECT_HIDDEN;
	return PROJECT_THERE;
}

/* Reports why p->path could not be opened. */
static int unusable(const struct project *p, int why, struct err *e)
{
	char shown[FAULT_PATH];

	(void)fault_path(p->path, shown);
	switch (why) {
	case ENOENT:
	case ENOTDIR:
		return err_set(e, ERR_REFUSED,
		    "%s is a link that leads nowhere: remove or mend it",
		    shown);
	case ELOOP:
		return err_set(e, ERR_REFUSED,
		    "%s is a link that leads in a circle: remove or mend it",
		    shown);
	case ENXIO:
	case ENODEV:
		return err_set(e, ERR_REFUSED,
		    "%s is a socket or a device, not a regular file: remove it",
		    shown);
	case EACCES:
		errno = why;
		return err_sys(e,
		    "cannot read %s (make it readable, or remove it)", shown);
	default:
		errno = why;
		return err_sys(e, "cannot open %s", shown);
	}
}

static const char *kind_name(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "a device";
	return "something else";
}

static int read_bytes(struct project *p, int fd, size_t size, struct err *e)
{
	char shown[FAULT_PATH];
	/* The extra byte detects the end of a file that has not grown. */
	size_t room = size + 1;

	for (;;) {
		unsigned char *to = buf_reserve(&p->bytes, room);
		ssize_t n;

		if (to == NULL)
			return err_set(e, ERR_NOMEM, "out of memory");
		n = read(fd, to, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(
			    e, "cannot read %s", fault_path(p->path, shown));
		if (n == 0)
			return 0;
		buf_commit(&p->bytes, (size_t)n);
		if (p->bytes.len > PROJECT_MAX_BYTES)
			return err_set(e, ERR_LIMIT,
			    "%s is larger than the %d KiB that it may have",
			    fault_path(p->path, shown),
			    PROJECT_MAX_BYTES / 1024);
		room -= (size_t)n;
		if (room == 0)
			room = p->bytes.max - p->bytes.len;
	}
}

int project_take(struct project *p, int fd, int why, struct err *e)
{
	char shown[FAULT_PATH];
	struct stat st;
	int r;

	if (fd < 0)
		return unusable(p, why, e);
	if (fstat(fd, &st) < 0)
		r = err_sys(e, "cannot look at %s", fault_path(p->path, shown));
	else if (!S_ISREG(st.st_mode))
		r = err_set(e, ERR_REFUSED,
		    "%s is %s, not a regular file: remove it",
		    fault_path(p->path, shown), kind_name(st.st_mode));
	else
		/* Reading to the limit detects larger files. */
		r = read_bytes(p, fd,
		    st.st_size > PROJECT_MAX_BYTES ? PROJECT_MAX_BYTES
						   : (size_t)st.st_size,
		    e);
	(void)close(fd);
	if (r == 0) {
		const struct hash_part parts[] = {
		    {"v0.auto\0", 9},
		    {p->path, strlen(p->path)},
		    {"\0", 2},
		    {buf_str(&p->bytes), p->bytes.len},
		};

		hash_sha384(parts, 4, p->digest);
	} else {
		buf_clear(&p->bytes);
	}
	return r;
}

int project_absent(const char *path, struct err *e)
{
	char shown[FAULT_PATH];

	return err_set(
	    e, ERR_NOT_FOUND, "there is no %s", fault_path(path, shown));
}

int project_read(struct project *p, const char *path, struct err *e)
{
	size_t len = strlen(path);
	int fd = -1, why = 0;

	if (path[0] != '/' || len >= PATH_MAX)
		return err_set(
		    e, ERR_USAGE, "the path of a config must be absolute");
	memmove(p->path, path, len + 1);
	buf_clear(&p->bytes);
	project_forget(p);
	if (project_look(AT_FDCWD, p->path, &fd, &why) != PROJECT_THERE)
		return project_absent(p->path, e);
	return project_take(p, fd, why, e);
}
