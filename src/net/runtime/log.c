#include "net/runtime/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "net/runtime/log_file.h"

enum {
	MAX_LINE = 1024,
};

struct log {
	enum log_level level;
	int to_stderr;
	struct log_file *file;
	log_sink *sink;
	void *arg;
	unsigned long lost; /* lines */
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

struct log *log_new(enum log_level level, enum log_place place)
{
	struct log *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->level = level;
	l->to_stderr = place == LOG_TO_STDERR;
	if (place == LOG_TO_FILE)
		l->file = log_file_new();
	return l;
}

void log_free(struct log *l)
{
	if (!l)
		return;
	log_file_free(l->file);
	free(l);
}

void log_through(struct log *l, log_sink *sink, void *arg)
{
	if (!l || l->to_stderr)
		return;
	if (path_in(PATH_STATE, "log/mairu-broker.log", l->path, &l->problem) <
	    0)
		l->path[0] = '\0';
	l->sink = sink;
	l->arg = arg;
}

const char *log_path(const struct log *l)
{
	if (!l)
		return "";
	return l->file ? log_file_path(l->file) : l->path;
}

const char *log_problem(const struct log *l)
{
	if (!l)
		return NULL;
	if (l->file)
		return log_file_problem(l->file);
	return l->problem.msg[0] ? l->problem.msg : NULL;
}

void log_told(struct log *l, const struct err *e)
{
	if (!l)
		return;
	if (!e) {
		l->problem.msg[0] = '\0';
		return;
	}
	l->problem = *e;
	l->lost++;
}

/* A terminal stopped with ^S must not block the broker. */
static void to_stderr(struct log *l, const char *line, size_t len)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
	ssize_t n;

	if (poll(&p, 1, 0) != 1 || p.revents != POLLOUT)
		return;
	n = write(STDERR_FILENO, line, len);
	if (n == (ssize_t)len) {
		l->problem.msg[0] = '\0';
		return;
	}
	if (n >= 0)
		errno = ENOSPC;
	(void)err_sys(&l->problem, "writing the log");
}

static void put(struct log *l, const char *line, size_t len)
{
	if (l->to_stderr)
		to_stderr(l, line, len);
	else if (l->file)
		(void)!log_file_put(l->file, line, len);
	else if (l->sink && l->sink(l->arg, line, len) < 0)
		l->lost++;
}

static void stamp(struct buf *line, enum log_level level)
{
	char when[32] = "";
	time_t now = time(NULL);
	struct tm tm;

	if (gmtime_r(&now, &tm))
		(void)strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_addf(line, "%s %ld %s: ", when, (long)getpid(), names[(int)level]);
}

static void event(struct log *l, enum log_level level, const char *text)
{
	struct buf line = BUF_INIT(MAX_LINE * 5);
	unsigned long lost = l->lost;

	if (lost) {
		stamp(&line, LOG_WARN);
		buf_addf(&line, "%lu lines were lost\n", lost);
		l->lost = 0;
	}
	stamp(&line, level);
	text_safe(&line, text, strlen(text), MAX_LINE);
	buf_addc(&line, '\n');
	if (!line.failed)
		put(l, (const char *)line.data, line.len);
	/* Neither this line nor the count was written. */
	if (lost && l->lost)
		l->lost += lost;
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
