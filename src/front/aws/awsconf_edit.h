#ifndef MAIRU_FRONT_AWS_AWSCONF_EDIT_H
#define MAIRU_FRONT_AWS_AWSCONF_EDIT_H

/*
 * Sets the credential_process of a profile in an AWS config file.  All other
 * bytes stay as they are.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Appends to `out` the text with `[profile NAME]` having this command: replaces
 * its credential_process lines, else adds one to the section, else adds the
 * section at the end.  Keeps the file's indentation and line endings.  Appends
 * to `diff` the change, as unified diff hunks made safe for a terminal.
 * Returns 1 if something changes, 0 if not (then `out` is the text). */
int awsconf_set_process(const char *text, size_t len, const char *profile,
    const char *command, struct buf *out, struct buf *diff);

#endif
