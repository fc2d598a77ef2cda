#ifndef MAIRU_BROKER_FILES_FILES_H
#define MAIRU_BROKER_FILES_FILES_H

/*
 * Asks a child process about files of the user's, so that one that lies on a
 * file system that hangs (a dead NFS or FUSE mount) holds up nothing but what
 * needs it.
 *
 *  - The loop waits FILES_PATIENCE_MS at most for an answer, and does not wait
 *    again until answers have become quick.  What most callers want is there
 *    in a tenth of a millisecond; all of them made to wait for an event would
 *    be another program.
 *  - An answer that comes too late for who asked is kept for whoever asks the
 *    same next, and that there is one is told: so what is merely slow works.
 *  - A child that has not answered for FILES_HANG_MS is killed.  The next one
 *    is started when something is asked a while after that.
 *
 * Each of these has one child: there is one for the configuration and one for
 * the state, which may lie on different file systems.
 *
 * The child holds no secret but what the files hold.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "broker/files/look.h"
#include "net/runtime/loop.h"

enum {
	FILES_PATIENCE_MS = 50,
	FILES_HANG_MS = 2000,
};

struct files;
struct log;

/* exe NULL is this very program, started as `exe --files` with descriptor 3.
 * dir, borrowed, is named in messages. */
int files_new(struct files **f, struct loop *loop, struct log *log,
    const char *exe, const char *dir, struct err *e) MUST_CHECK;

/* What was posted is given a moment to be written. */
void files_free(struct files *f);

/* Makes the first child, as child_fork() does. */
void files_fork(struct files *f, int quiet);

/* Waits until the child takes questions, at most ms: only where nobody else
 * can be waiting yet. */
void files_await(struct files *f, int ms);

/* fn is called from the loop when what was late has come, or will not. */
void files_watch(struct files *f, void (*fn)(void *arg), void *arg);

/* Asks.  0: the answer is in *answer, frame by frame, the last a WIRE_OK.
 * ERR_TIMEOUT: it has not come in time; else what the answer says.  f NULL
 * looks here and now. */
int files_ask(struct files *f, const struct buf *question, struct buf *answer,
    struct err *e) MUST_CHECK;

/* Asks what will be asked in a moment, an op without fields, so that the answer
 * is there by then. */
void files_foresee(struct files *f, enum files_op op);

/* Asks, and goes on.  done is called once, perhaps before
 * this returns; e is NULL when all went well.  Not when f is freed. */
typedef void files_done(void *arg, const struct err *e);
void files_post(
    struct files *f, const struct buf *question, files_done *done, void *arg);

/* Room for another one that is posted.  A log must not fill it. */
int files_room(const struct files *f);

/* Both are right with f NULL.  1 while a question of files_ask() is under way.
 */
int files_busy(const struct files *f);

/* Why no answer is to be expected, or NULL. */
const char *files_problem(const struct files *f);

/* A child of the process has ended: collects those that were ours. */
void files_reap(struct files *f);

/* The pid of the child, 0 when there is none. */
long files_pid(const struct files *f);

#endif
