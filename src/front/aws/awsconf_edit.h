#ifndef MAIRU_FRONT_AWS_AWSCONF_EDIT_H
#define MAIRU_FRONT_AWS_AWSCONF_EDIT_H

/*
 * One change of an AWS config file: that a profile has a credential_process.
 * All other bytes stay as they are.
 */

#include <stddef.h>

#include "base/core/buf.h"

/* Appends to `out` the text with `[profile NAME]` having this command: its
 * credential_process lines are replaced, else one is put into the section,
 * else the section is put at the end.  Indentation and line ends are those of
 * the file.  Appends to `diff` what changes, as hunks of a unified diff made
 * safe for a terminal.  Returns 1 when something changes, 0 when the text
 * already has it (then `out` is the text). */
int awsconf_set_process(const char *text, size_t len, const char *profile,
    const char *command, struct buf *out, struct buf *diff);

#endif
