#ifndef MAIRU_BROKER_FILES_FILES_H
#define MAIRU_BROKER_FILES_FILES_H

/*
 * Accesses the user's files through a child process, so that a hung file system
 * (a dead NFS or FUSE mount) blocks only what needs it.
 *
 *  - The loop blocks for at most FILES_PATIENCE_MS per answer, and stops
 *    blocking until answers are quick again.  Most answers take a tenth of a
 *    millisecond; making every caller asynchronous would be another program.
 *  - A late answer is kept for the next caller with the same question, and
 *    watchers are told that it is there: so merely slow file systems work.
 *  - A child that has not answered for FILES_HANG_MS is killed.  The next
 *    question some time later starts another.
 *
 * Each instance has one child: one for the configuration, one for the state,
 * which may be on different file systems.
 *
 * The child holds no secrets except those in the files.
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
 * dir, borrowed, is used in messages. */
int files_new(struct files **f, struct loop *loop, struct log *log,
    const char *exe, const char *dir, struct err *e) MUST_CHECK;

/* Gives posted writes a moment to complete. */
void files_free(struct files *f);

/* Forks the first child; see child_fork(). */
void files_fork(struct files *f, int quiet);

/* Waits up to ms for the child to be ready: only while nobody else can be
 * waiting. */
void files_await(struct files *f, int ms);

/* Calls fn from the loop when a late answer has arrived, or never will. */
void files_watch(struct files *f, void (*fn)(void *arg), void *arg);

/* Asks.  0: the answer is in *answer, frame by frame, the last a WIRE_OK.
 * ERR_TIMEOUT: not in time; otherwise the error in the answer.  With f NULL
 * this process looks, blocking. */
int files_ask(struct files *f, const struct buf *question, struct buf *answer,
    struct err *e) MUST_CHECK;

/* Prefetches the answer to an op without fields that will be asked in a
 * moment. */
void files_foresee(struct files *f, enum files_op op);

/* Asks without waiting.  Calls done once, possibly before this returns, with e
 * NULL on success; never if f is freed first. */
typedef void files_done(void *arg, const struct err *e);
void files_post(
    struct files *f, const struct buf *question, files_done *done, void *arg);

/* Whether there is room for another post.  A log must not fill it. */
int files_room(const struct files *f);

/* Both accept NULL.  1 while a question of files_ask() is pending. */
int files_busy(const struct files *f);

/* Why no answer can be expected, or NULL. */
const char *files_problem(const struct files *f);

/* Reaps our children; call on SIGCHLD. */
void files_reap(struct files *f);

/* The pid of the child, or 0. */
long files_pid(const struct files *f);

#endif
