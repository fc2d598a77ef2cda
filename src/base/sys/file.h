#ifndef MAIRU_BASE_SYS_FILE_H
#define MAIRU_BASE_SYS_FILE_H

/*
 * Files and directories that matter: bounded reads of the whole file, atomic
 * writes, and checks that nobody else could have tampered with them.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Reads a whole regular file into out (whose max bounds it): one open that does
 * not block, one fstat, then the bytes.  ERR_NOT_FOUND when nothing is there (a
 * dangling link is ERR_SYS), ERR_REFUSED when it is not a regular file,
 * ERR_LIMIT when it is larger than out->max.  Messages name the path. */
int file_read(const char *path, struct buf *out, struct err *e) MUST_CHECK;

/* The same, but refuses (ERR_REFUSED) a file that is not owned by the effective
 * uid or is writable by group or others. */
int file_read_own(const char *path, struct buf *out, struct err *e) MUST_CHECK;

/* The same, but root may own it too, as an administrator may have installed it.
 * *mode is its mode, 0 if unknown. */
int file_read_config(
    const char *path, struct buf *out, mode_t *mode, struct err *e) MUST_CHECK;

/* Creates dir and its missing parents, 0700 each.  An existing dir must be a
 * directory owned by the effective uid, else ERR_REFUSED; if group or others
 * may write it (or, with private_, read or search it), it is tightened to 0700.
 * dir is absolute. */
int file_make_dir(const char *dir, int private_, struct err *e) MUST_CHECK;

/* Replaces path by these bytes, mode 0600: a temporary file beside it, fsync,
 * rename, fsync of the directory.  On error the old file is intact and no
 * temporary one is left. */
int file_write(
    const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The same for a user's file that other programs made: keeps its mode and
 * owner, and follows a link at path.  ERR_REFUSED when it is not a regular
 * file; a file that is not writable is left alone.  If nothing is there, this
 * is file_write(). */
int file_replace(
    const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

#endif
