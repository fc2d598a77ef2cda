#ifndef MAIRU_BROKER_TRUST_PROBE_H
#define MAIRU_BROKER_TRUST_PROBE_H

/*
 * One look at whether a project is still trusted: the checker's child, minus
 * its socket.  Blocks for as long as the file system does.
 *
 * It remembers what it allowed together with what stat(2) said of every file
 * that took part, and reads nothing while that is the same.  Such memory
 *
 *  - MUST NOT be believed when a file changed within the two seconds before
 *    it was read (git's "racily clean": a change within one tick of a file
 *    system's clock leaves no trace), nor on file systems whose clock or
 *    cache is not this machine's;
 *  - MUST NOT live longer than a second, since a page that a process has
 *    mapped may change without a trace.
 */

#include <stdint.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "broker/trust/check.h"

struct probe;

/* clock tells the nanoseconds of the wall clock; NULL is the system's.  NULL
 * when out of memory. */
struct probe *probe_new(int64_t (*clock)(void));
void probe_free(struct probe *p);

/* Fills text with the message of any verdict but CHECK_ALLOWED.  Never says
 * CHECK_LATE or CHECK_GONE. */
enum check_verdict probe_look(
    struct probe *p, const struct project_ref *what, struct buf *text);

/* What is trusted at a config's path: with CHECK_ALLOWED *what is filled, as
 * the file is now; borrowed until the next look.  Else text says why. */
enum check_verdict probe_find(
    const char *config, struct project_ref *what, struct buf *text);

#endif
