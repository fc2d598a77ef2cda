#ifndef MAIRU_BROKER_TRUST_PROBE_H
#define MAIRU_BROKER_TRUST_PROBE_H

/*
 * One look at whether a project is still trusted: the checker's child, minus
 * its socket.  Blocks for as long as the file system does.
 *
 * It caches what it allowed along with the stat(2) result of every file
 * involved, and reads nothing while those are unchanged.  A cache entry
 *
 *  - MUST NOT be used if a file changed within the two seconds before it was
 *    read (git's "racily clean": a change within one tick of a file system's
 *    clock leaves no trace), nor on file systems whose clock or cache is not
 *    this machine's;
 *  - MUST NOT live longer than a second, since a page that a process has
 *    mapped may change without a trace.
 */

#include <stdint.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "broker/trust/check.h"

struct probe;

/* clock returns wall-clock nanoseconds; NULL is the system's.  NULL when out of
 * memory. */
struct probe *probe_new(int64_t (*clock)(void));
void probe_free(struct probe *p);

/* Fills text with a message for any verdict but CHECK_ALLOWED.  Never returns
 * CHECK_LATE or CHECK_GONE. */
enum check_verdict probe_look(
    struct probe *p, const struct project_ref *what, struct buf *text);

/* Finds what is trusted at a config's path: on CHECK_ALLOWED fills *what from
 * the file as it is now, borrowed until the next look; otherwise text says
 * why. */
enum check_verdict probe_find(
    const char *config, struct project_ref *what, struct buf *text);

#endif
