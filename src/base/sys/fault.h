#ifndef MAIRU_BASE_SYS_FAULT_H
#define MAIRU_BASE_SYS_FAULT_H

/*
 * All that is wrong with one file of a person's, said in one message that
 * fits into a struct err whatever the file and its path hold.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

#define FAULT_PATH 200
#define FAULT_WORD 280

/* A path as a message shows it: sanitised, HOME as ~, its front cut off when
 * it is long (its end says which file it is).  Writes into out, returns it. */
const char *fault_path(const char *path, char out[FAULT_PATH]);

/* A path as a word of a command that a person is told to type, or "it" when
 * it would not fit.  Writes into out, returns it. */
const char *fault_word(const char *path, char out[FAULT_WORD]);

/* ERR_REFUSED: that directory, which is `what`, belongs to another user.  Says
 * what mends it: where HOME is not ours either, to take it would be harm. */
int fault_foreign(
    const char *what, const char *dir, unsigned long owner, struct err *e);

/* 1 when a terminal shows these bytes as they are: UTF-8 without control,
 * invisible or reordering characters.  What a person agrees to must be what is
 * used, so that names which would show as other ones are refused. */
int fault_shows(const char *s, size_t len);

struct fault_list {
	struct buf said;
	size_t left_out;
};

void fault_init(struct fault_list *f);

/* Adds one fault.  What it quotes of the file is sanitised and short. */
void fault_add(struct fault_list *f, const char *fmt, ...) PRINTF(2, 3);

/* 0 when there is no fault, else ERR_FORMAT and "PATH: fault; fault; and N
 * more".  Releases the list either way. */
int fault_end(struct fault_list *f, const char *path, struct err *e) MUST_CHECK;

#endif
