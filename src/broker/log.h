#ifndef MAIRU_BROKER_LOG_H
#define MAIRU_BROKER_LOG_H

/*
 * The broker's log: ${state}/mairu/log/mairu-broker.log, or standard error in
 * the foreground.  One line per event, in UTC, with control characters made
 * harmless.  It is for people who ask what happened, so it never matters to
 * what happens: what can't be written is dropped.
 *
 * No secret, token, or value of a stash MUST ever be passed to it.
 */

#include <limits.h>

#include "base/err.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG,
};

struct log;

/* "error", "warn", "info", "debug", in either case; others (NULL too) give
 * fallback. */
enum log_level log_level_of(const char *name, enum log_level fallback);

/* Never fails but for memory, and a NULL log is one that drops everything.
 * to_stderr != 0 opens no file. */
struct log *log_new(enum log_level level, int to_stderr);
void log_free(struct log *l);

/* The path of the file, "" when there is none; borrowed. */
const char *log_path(const struct log *l);

/* Why lines are being lost, or NULL; borrowed until the next line. */
const char *log_problem(const struct log *l);

void log_error(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_warn(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_info(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_debug(struct log *l, const char *fmt, ...) PRINTF(2, 3);

#endif
