#ifndef MAIRU_NET_RUNTIME_LOG_H
#define MAIRU_NET_RUNTIME_LOG_H

/*
 * The broker's log: ${state}/mairu/log/mairu-broker.log, or standard error in
 * the foreground.  One line per event, in UTC, with control characters escaped.
 * Logging never affects anything else: what can't be written is dropped.
 *
 * It MUST never be passed a secret, a token or a stash value.
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
	LOG_TO_NOTHING, /* unless log_through() is called */
};

struct log;

/* "error", "warn", "info" or "debug", ignoring case; fallback for anything else
 * (or NULL). */
enum log_level log_level_of(const char *name, enum log_level fallback);

/* Fails only when out of memory; a NULL log drops everything. */
struct log *log_new(enum log_level level, enum log_place place);
void log_free(struct log *l);

/* Passes lines to sink from now on.  It returns an error when it has no room:
 * lost lines are counted, and the next line says how many.  No effect when
 * logging to standard error. */
typedef int log_sink(void *arg, const char *line, size_t len);
void log_through(struct log *l, log_sink *sink, void *arg);

/* The outcome of a line that the sink accepted: NULL, or why it is lost. */
void log_told(struct log *l, const struct err *e);

/* The path of the file, or ""; borrowed. */
const char *log_path(const struct log *l);

/* Why lines are being lost, or NULL; borrowed until the next line. */
const char *log_problem(const struct log *l);

void log_warn(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_info(struct log *l, const char *fmt, ...) PRINTF(2, 3);
void log_debug(struct log *l, const char *fmt, ...) PRINTF(2, 3);

#endif
