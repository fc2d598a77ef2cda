#include "broker/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

enum {
	MAX_FILE = 256 * 1024,
	MAX_LINE = 1024,
	OLD_FILES = 2, /* mairu-broker.log.1 and .2 */
};

struct log {
	enum log_level level;
	int fd;
	int to_stderr;
	off_t size;
	struct err problem;
	char path[PATH_MAX];
};

static const char *const names[] = {"error", "warn", "info", "debug"};

enum log_level log_level_of(const char *name, enum log_level fallback)
{
	size_t i;

	for (i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return (enum log_level)i;
	return fallback;
}

static int open_file(struct log *l)
{
	char dir[PATH_MAX];
	struct stat st;
	int rc;

	l->path[0] = '\0';
	rc = path_in(PATH_STATE, "log", dir, &l->problem);
	if (rc == 0)
		rc = file_make_dir(dir, 1, &l->problem);
	if (rc == 0)
		rc = path_in(
		    PATH_STATE, "log/mairu-broker.log", l->path, &l->problem);
	if (rc < 0)
		return rc;
	l->fd = open(l->path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
		O_CLOEXEC | O_NOCTTY,
	    0600);
	if (l->fd < 0)
		return err_sys(&l->problem, "opening the log %s", l->path);
	if (fstat(l->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid()) {
		(void)close(l->fd);
		l->fd = -1;
		return err_set(&l->problem, ERR_REFUSED,
		    "the log %s is not a file of ours", l->path);
	}
	(void)fchmod(l->fd, 0600);
	l->size = st.st_size;
	return 0;
}

static void rotate(struct log *l)
{
	char from[PATH_MAX + 16], to[PATH_MAX + 16];
	int i;

	(void)close(l->fd);
	l->fd = -1;
	for (i = OLD_FILES; i > 0; i--) {
		(void)snprintf(to, sizeof(to), "%s.%d", l->path, i);
		if (i > 1)
			(void)snprintf(
			    from, sizeof(from), "%s.%d", l->path, i - 1);
		else
			(void)snprintf(from, sizeof(from), "%s", l->path);
		(void)rename(from, to);
	}
	(void)open_file(l);
}

struct log *log_new(enum log_level level, int to_stderr)
{
	struct log *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->level = level;
	l->to_stderr = to_stderr;
	l->fd = to_stderr ? STDERR_FILENO : -1;
	if (!to_stderr)
		(void)open_file(l);
	return l;
}

void log_free(struct log *l)
{
	if (!l)
		return;
	if (!l->to_stderr && l->fd >= 0)
		(void)close(l->fd);
	free(l);
}

const char *log_path(const struct log *l)
{
	return l ? l->path : "";
}

const char *log_problem(const struct log *l)
{
	return l && l->problem.msg[0] ? l->problem.msg : NULL;
}

/* A terminal that is stopped with ^S must not stop the broker. */
static int writable(const struct log *l)
{
	struct pollfd p = {.fd = l->fd, .events = POLLOUT};

	return !l->to_stderr || (poll(&p, 1, 0) == 1 && p.revents == POLLOUT);
}

static int unlinked(struct log *l)
{
	struct stat st;

	if (fstat(l->fd, &st) == 0 && st.st_nlink > 0)
		return 0;
	(void)close(l->fd);
	l->fd = -1;
	return 1;
}

static void put(struct log *l, const char *line, size_t len)
{
	ssize_t n;

	if (!l->to_stderr && (l->fd < 0 || unlinked(l)) && open_file(l) < 0)
		return;
	if (!l->to_stderr && l->size + (off_t)len > MAX_FILE) {
		rotate(l);
		if (l->fd < 0)
			return;
	}
	if (!writable(l))
		return;
	n = write(l->fd, line, len);
	if (n == (ssize_t)len) {
		l->problem.msg[0] = '\0';
		l->size += n;
		return;
	}
	if (n >= 0)
		errno = ENOSPC;
	(void)err_sys(&l->problem, "writing the log %s", l->path);
}

static void event(struct log *l, enum log_level level, const char *text)
{
	struct buf line = BUF_INIT(MAX_LINE * 5);
	char stamp[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		(void)strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_addf(
	    &line, "%s %ld %s: ", stamp, (long)getpid(), names[(int)level]);
	text_safe(&line, text, strlen(text), MAX_LINE);
	buf_addc(&line, '\n');
	if (!line.failed)
		put(l, (const char *)line.data, line.len);
	buf_release(&line);
}

#define LOG_AT(at)                                                             \
	do {                                                                   \
		char text[MAX_LINE];                                           \
		va_list ap;                                                    \
		if (!l || (at) > l->level)                                     \
			return;                                                \
		va_start(ap, fmt);                                             \
		(void)vsnprintf(text, sizeof(text), fmt, ap);                  \
		va_end(ap);                                                    \
		event(l, (at), text);                                          \
	} while (0)

void log_error(struct log *l, const char *fmt, ...)
{
	LOG_AT(LOG_ERROR);
}

void log_warn(struct log *l, const char *fmt, ...)
{
	LOG_AT(LOG_WARN);
}

void log_info(struct log *l, const char *fmt, ...)
{
	LOG_AT(LOG_INFO);
}

void log_debug(struct log *l, const char *fmt, ...)
{
	LOG_AT(LOG_DEBUG);
}
