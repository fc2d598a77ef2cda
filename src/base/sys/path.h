#ifndef MAIRU_BASE_SYS_PATH_H
#define MAIRU_BASE_SYS_PATH_H

/*
 * Where things are: HOME and the XDG directories.  A variable that is unset,
 * empty or not absolute counts as unset, as the XDG specification wants.  No
 * NSS: without HOME there is no default.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum path_dir {
	PATH_CONFIG, /* ${XDG_CONFIG_HOME:-~/.config}/mairu */
	PATH_STATE,  /* ${XDG_STATE_HOME:-~/.local/state}/mairu */
};

/* Writes that directory, joined with the relative path `tail` (NULL for
 * none), NUL-terminated into out.  ERR_NOT_FOUND when neither the XDG variable
 * nor HOME is usable, ERR_LIMIT when it does not fit. */
int path_in(enum path_dir dir, const char *tail, char out[PATH_MAX],
    struct err *e) MUST_CHECK;

/* HOME when it is set and absolute, else NULL; borrowed. */
const char *path_home(void);

/* 1 when HOME is another user's (after su or sudo -E): then what lies below it
 * and is not ours is right, and HOME is wrong. */
int path_home_is_foreign(void);

/* Writes "DIR/NAME" for the next directory of a list such as PATH, of which an
 * empty one is the working directory, and moves *list on.  0: there is none
 * (NULL has none).  What does not fit is passed over. */
int path_next(
    const char **list, const char *name, size_t name_len, char out[PATH_MAX]);

/* The first file of that name on PATH that may be run; 0: there is none. */
int path_program(const char *name, size_t name_len, char out[PATH_MAX]);

/* 1 when both lead to one file. */
int path_same(const char *a, const char *b);

/* The length of the directories that two absolute paths share, without the
 * slash that follows them: 4 for /usr/bin and /usr/lib, 0 for / alone. */
size_t path_shared(const char *a, const char *b);

/* Appends path sanitised, with $HOME (when set, absolute and a proper prefix
 * by component) written as ~. */
void path_text(struct buf *out, const char *path);

/* The same as one word of a command: ~ where the rest needs no quotes, else
 * whole and quoted. */
void path_text_word(struct buf *out, const char *path);

#endif
