#ifndef MAIRU_BROKER_FILES_LOOK_H
#define MAIRU_BROKER_FILES_LOOK_H

/*
 * The broker's questions about the user's files, and their answers, whichever
 * process looks.
 *
 * They name what is wanted, never a path: otherwise a compromised broker could
 * have any of the user's files read or written.
 *
 * A question is one frame of base/core/wire.h.  An answer is a sequence of
 * frames: any number of FILES_PART, then WIRE_OK or WIRE_ERROR (CODE MESSAGE).
 */

#include <stddef.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"

enum files_op {
	FILES_SETTINGS = 1,    /* -> VALUE: broker.json */
	FILES_SERVERS = 2,     /* DIGEST -> parts, then DIGEST FRESH: a sum of
				  servers.d, and 1 when it can be relied on.
				  No parts when that is the sum given and can
				  be.  A part is CONFIG COUNT (its mode) CODE
				  MESSAGE (why it can't be read) VALUE */
	FILES_CLIENT = 3,      /* HANDLE GRANT -> VALUE */
	FILES_CLIENT_KEEP = 4, /* HANDLE GRANT VALUE */
	FILES_CLIENT_DROP = 5, /* HANDLE GRANT */
	FILES_LOG = 6,	       /* VALUE: a line */
	FILES_PART = 64,
};

enum {
	FILES_QUESTION = 96 * 1024,
	FILES_MESSAGE = SERVERS_MAX_BYTES + 16 * 1024, /* one frame */
	FILES_ANSWER = SERVERS_MAX * FILES_MESSAGE,
	FILES_HANDLE = 32,
};

struct log_file;

/* State of the process that looks; the log is opened for its first line. */
struct files_look {
	struct log_file *log;
};
void files_look_release(struct files_look *l);

/* Answers a question (a whole frame), passing each frame of the answer to fn.
 * An error from fn stops it and is returned.  ERR_FORMAT: not a question. */
typedef int files_tell(void *arg, const struct buf *frame);
int files_look(struct files_look *l, const void *question, size_t len,
    files_tell *fn, void *arg) MUST_CHECK;

/* The same, with the whole answer in *answer; returns its verdict. */
int files_look_here(
    const struct buf *question, struct buf *answer, struct err *e) MUST_CHECK;

/* The verdict at the end of an answer: 0, or its error. */
int files_verdict(const struct buf *answer, struct err *e) MUST_CHECK;

#endif
