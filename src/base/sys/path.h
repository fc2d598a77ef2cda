#ifndef MAIRU_BASE_SYS_PATH_H
#define MAIRU_BASE_SYS_PATH_H

/*
 * HOME and the XDG directories.  A variable that is empty or not absolute
 * counts as unset, as the XDG specification requires.  No NSS: without HOME
 * there is no default.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum path_dir {
	PATH_CONFIG, /* ${XDG_CONFIG_HOME:-~/.config}/mairu */
	PATH_STATE,  /* ${XDG_STATE_HOME:-~/.local/state}/mairu */
};

/* Writes that directory, joined with the relative path `tail` (or NULL), into
 * out.  ERR_NOT_FOUND when neither the XDG variable nor HOME is usable,
 * ERR_LIMIT when it does not fit. */
int path_in(enum path_dir dir, const char *tail, char out[PATH_MAX],
    struct err *e) MUST_CHECK;

/* HOME if set and absolute, else NULL; borrowed. */
const char *path_home(void);

/* 1 if HOME is another user's (after su or sudo -E): then files below it that
 * are not ours are fine, and HOME is wrong. */
int path_home_is_foreign(void);

/* Writes "DIR/NAME" for the next directory of a list such as PATH, where an
 * empty entry is the working directory, and advances *list.  0 at the end (NULL
 * is an empty list).  Skips what does not fit. */
int path_next(
    const char **list, const char *name, size_t name_len, char out[PATH_MAX]);

/* The first executable of that name on PATH; 0: none. */
int path_program(const char *name, size_t name_len, char out[PATH_MAX]);

/* 1 if both are the same file. */
int path_same(const char *a, const char *b);

/* The length of the leading directories that two absolute paths share, without
 * the trailing slash: 4 for /usr/bin and /usr/lib, 0 for / alone. */
size_t path_shared(const char *a, const char *b);

/* Appends path, sanitised, with a leading $HOME (if set and absolute) as ~.
 * Only what is below $HOME, by whole components, is abbreviated. */
void path_text(struct buf *out, const char *path);

/* The same as one word of a command: with ~ if the rest needs no quotes, else
 * in full and quoted. */
void path_text_word(struct buf *out, const char *path);

#endif
