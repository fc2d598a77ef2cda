#include "net/runtime/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "base/sys/path.h"

enum {
	MAX_FILE = 256 * 1024,
	OLD_FILES = 2, /* mairu-broker.log.1 and .2 */
};

struct log_file {
	int fd;
	off_t size;
	struct err problem;
	char path[PATH_MAX];
};

static int open_file(struct log_file *f)
{
	char dir[PATH_MAX];
	struct stat st;
	int rc;

	f->path[0] = '\0';
	rc = path_in(PATH_STATE, "log", dir, &f->problem);
	if (rc == 0)
		rc = file_make_dir(dir, 1, &f->problem);
	if (rc == 0)
		rc = path_in(
		    PATH_STATE, "log/mairu-broker.log", f->path, &f->problem);
	if (rc < 0)
		return rc;
	f->fd = open(f->path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
		O_CLOEXEC | O_NOCTTY,
	    0600);
	if (f->fd < 0)
		return err_sys(&f->problem, "opening the log %s", f->path);
	if (fstat(f->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid()) {
		(void)close(f->fd);
		f->fd = -1;
		return err_set(&f->problem, ERR_REFUSED,
		    "the log %s is not a file of ours", f->path);
	}
	(void)fchmod(f->fd, 0600);
	f->size = st.st_size;
	return 0;
}

static void rotate(struct log_file *f)
{
	char from[PATH_MAX + 16], to[PATH_MAX + 16];
	int i;

	(void)close(f->fd);
	f->fd = -1;
	for (i = OLD_FILES; i > 0; i--) {
		(void)snprintf(to, sizeof(to), "%s.%d", f->path, i);
		if (i > 1)
			(void)snprintf(
			    from, sizeof(from), "%s.%d", f->path, i - 1);
		else
			(void)snprintf(from, sizeof(from), "%s", f->path);
		(void)rename(from, to);
	}
	(void)open_file(f);
}

struct log_file *log_file_new(void)
{
	struct log_file *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->fd = -1;
	(void)open_file(f);
	return f;
}

void log_file_free(struct log_file *f)
{
	if (!f)
		return;
	if (f->fd >= 0)
		(void)close(f->fd);
	free(f);
}

const char *log_file_path(const struct log_file *f)
{
	return f->path;
}

const char *log_file_problem(const struct log_file *f)
{
	return f->problem.msg[0] ? f->problem.msg : NULL;
}

static int unlinked(struct log_file *f)
{
	struct stat st;

	if (fstat(f->fd, &st) == 0 && st.st_nlink > 0)
		return 0;
	(void)close(f->fd);
	f->fd = -1;
	return 1;
}

int log_file_put(struct log_file *f, const void *lines, size_t len)
{
	ssize_t n;

	if ((f->fd < 0 || unlinked(f)) && open_file(f) < 0)
		return ERR_SYS;
	if (f->size + (off_t)len > MAX_FILE) {
		rotate(f);
		if (f->fd < 0)
			return ERR_SYS;
	}
	n = write(f->fd, lines, len);
	if (n == (ssize_t)len) {
		f->problem.msg[0] = '\0';
		f->size += n;
		return 0;
	}
	if (n >= 0)
		errno = ENOSPC;
	return err_sys(&f->problem, "writing the log %s", f->path);
}
