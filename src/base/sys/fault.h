#ifndef MAIRU_BASE_SYS_FAULT_H
#define MAIRU_BASE_SYS_FAULT_H

/*
 * Everything wrong with one user file, reported in one message that fits into a
 * struct err whatever the file and its path contain.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

#define FAULT_PATH 200
#define FAULT_WORD 280

/* A path for a message: sanitised, HOME as ~, and cut at the front when long,
 * since the end says which file it is.  Returns out. */
const char *fault_path(const char *path, char out[FAULT_PATH]);

/* A path as a word of a command for the user to type, or "it" when it would not
 * fit.  Returns out. */
const char *fault_word(const char *path, char out[FAULT_WORD]);

/* Sets ERR_REFUSED: the directory `dir`, described by `what`, belongs to
 * another user.  Says how to fix it; never suggests chown when HOME is not ours
 * either. */
int fault_foreign(
    const char *what, const char *dir, unsigned long owner, struct err *e);

/* 1 if these bytes are safe to display: UTF-8 without control, invisible or
 * reordering characters.  What the user agrees to must be what is used, so
 * names that would display as something else are refused. */
int fault_shows(const char *s, size_t len);

struct fault_list {
	struct buf said;
	size_t left_out;
};

void fault_init(struct fault_list *f);

/* Adds one fault.  Anything it quotes from the file must be sanitised and
 * short. */
void fault_add(struct fault_list *f, const char *fmt, ...) PRINTF(2, 3);

/* 0 when there are no faults, else ERR_FORMAT and "PATH: fault; fault; and N
 * more".  Always releases the list. */
int fault_end(struct fault_list *f, const char *path, struct err *e) MUST_CHECK;

#endif
