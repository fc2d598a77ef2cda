#ifndef MAIRU_NET_RUNTIME_LOG_H
#define MAIRU_NET_RUNTIME_LOG_H

/*
 * The broker's log: ${state}/mairu/log/mairu-broker.log, or standard error in
 * the foreground.  One line per event, in UTC, with control characters made
 * harmless.  It is for people who ask what happened, so it never matters to
 * what happens: what can't be written is dropped.
 *
 * No secret, token, or value of a stash MUST ever be passed to it.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/err.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG,
};

enum log_place {
	LOG_TO_FILE,
	LOG_TO_STDERR,
	LOG_TO_NOTHING, /* unless log_through() says where */
};

struct log;

/* "error", "warn", "info", "debug", in either case; others (NULL too) give
 * fallback. */
enum log_level log_level_of(const char *name, enum log_level fallback);

/* Never fails but for memory, and a NULL log is one that drops everything. */
struct log *log_new(enum log_level level, enum log_place place);
void log_free(struct log *l);

/* From now on lines are given to sink, which returns 0 or, when it has no room
 * now, an error: lines that were lost are counted, and the next one says how
 * many.  No use where they go to standard error. */
typedef int log_sink(void *arg, const char *line, size_t len);
void log_through(struct log *l, log_sink *sink, void *arg);

/* What has become of a line that the sink took: e NULL, or why it is lost. */
void log_told(struct log *l, const struct err *e);

/* The path of the file, "" when there is none; borrowed. */
const char *log_path(const struct log *l);

/* Why lines are being lost, or NULL; borrowed until the next line. */
const char *log_problem(const struct log *l);

void log_warn(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_info(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_debug(struct log *l, const char *fmt, ...) PRINTF(2, 3);

#endif
