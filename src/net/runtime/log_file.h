#ifndef MAIRU_NET_RUNTIME_LOG_FILE_H
#define MAIRU_NET_RUNTIME_LOG_FILE_H

/*
 * The log as files: ${state}/mairu/log/mairu-broker.log, and its two
 * predecessors when it has grown too large.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/err.h"

struct log_file;

/* Opens it; what is wrong is told by log_file_problem().  NULL when out of
 * memory. */
struct log_file *log_file_new(void);
void log_file_free(struct log_file *f);

/* Where it lies, "" when that can't be told; borrowed. */
const char *log_file_path(const struct log_file *f);

/* Why lines are being lost, or NULL; borrowed until the next line. */
const char *log_file_problem(const struct log_file *f);

/* Appends whole lines.  An error is the problem. */
int log_file_put(struct log_file *f, const void *lines, size_t len) MUST_CHECK;

#endif
