#ifndef MAIRU_NET_RUNTIME_LOG_FILE_H
#define MAIRU_NET_RUNTIME_LOG_FILE_H

/*
 * The log files: ${state}/mairu/log/mairu-broker.log, and the two previous ones
 * it was rotated to.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/err.h"

struct log_file;

/* Opens it; log_file_problem() reports failures.  NULL only when out of
 * memory. */
struct log_file *log_file_new(void);
void log_file_free(struct log_file *f);

/* Its path, or "" if unknown; borrowed. */
const char *log_file_path(const struct log_file *f);

/* Why lines are being lost, or NULL; borrowed until the next line. */
const char *log_file_problem(const struct log_file *f);

/* Appends whole lines.  On error log_file_problem() says why. */
int log_file_put(struct log_file *f, const void *lines, size_t len) MUST_CHECK;

#endif
