#ifndef MAIRU_BASE_SYS_FILE_H
#define MAIRU_BASE_SYS_FILE_H

/*
 * Files and directories that matter: read whole and bounded, written whole or
 * not at all, and only where nobody else could have had a hand in them.
 */

#include <stddef.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Reads a whole regular file into out (whose max bounds it): one open that
 * does not block, one fstat, then the bytes.  ERR_NOT_FOUND when nothing is
 * there (a dangling link is ERR_SYS), ERR_REFUSED when it is no regular file,
 * ERR_LIMIT when it is larger than out->max.  path is named in messages. */
int file_read(const char *path, struct buf *out, struct err *e) MUST_CHECK;

/* The same, and refuses (ERR_REFUSED) a file that is not owned by the
 * effective uid or that group or others can write. */
int file_read_own(const char *path, struct buf *out, struct err *e) MUST_CHECK;

/* The same for what an administrator may have put there: root may own it too.
 * *mode is its mode, 0 where there is none to tell. */
int file_read_config(
    const char *path, struct buf *out, mode_t *mode, struct err *e) MUST_CHECK;

/* Makes dir and its missing parents, 0700 each.  An existing dir must be a
 * directory of the effective uid, else ERR_REFUSED; when group or others may
 * write it (or, with private_, read or search it) its mode is tightened to
 * 0700.  dir is absolute. */
int file_make_dir(const char *dir, int private_, struct err *e) MUST_CHECK;

/* Replaces path by these bytes, mode 0600: a temporary file beside it, fsync,
 * rename, fsync of the directory.  On any error the old file stands and no
 * temporary one is left. */
int file_write(
    const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

/* The same for a file of the user's that other programs made: it keeps its
 * mode and owner, and where path is a link what it leads to is replaced.
 * ERR_REFUSED when it is no regular file; one that may not be written is left
 * alone.  Where nothing is there it is file_write(). */
int file_replace(
    const char *path, const void *data, size_t len, struct err *e) MUST_CHECK;

#endif
