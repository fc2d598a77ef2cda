#ifndef MAIRU_FRONT_ENVIRONMENT_FINGERPRINT_H
#define MAIRU_FRONT_ENVIRONMENT_FINGERPRINT_H

/*
 * Everything a prompt in a trusted project depends on, as one mark that follows
 * the state: the config's bytes, its trust record, the broker that gave the
 * grant, the files of AWS SDKs, the values of all our variables, and the state
 * itself.  If nothing differs from the last prompt, there is nobody to ask and
 * nothing to change, until the time in the mark: then keys in the environment
 * need renewal.
 *
 * The broker touches its socket whenever one of its grants goes, since a prompt
 * can't see every reason: then every shell asks again.
 */

#include <sys/types.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "front/aws/awsconf.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"

/* File metadata. */
struct fingerprint {
	int whole;   /* there are a broker and a record */
	pid_t shell; /* set if the mark is this shell's alone, else 0 */
	struct fingerprint_file {
		uint64_t dev, ino, size, ctime[2], mtime[2];
	} broker, trust, aws[AWSCONF_FILES]; /* zero: missing */
};

/* Looks at the broker, without waking it, the trust record, and the files of
 * AWS SDKs. */
void fingerprint_look(struct fingerprint *s, const struct project *p);

/* 1 if the state's text carries this mark, and its time has not come by now
 * (seconds since 1970). */
int fingerprint_same(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state, int64_t now);

/* Appends the mark to the state's text, if `whole`.  due: when it becomes void,
 * or 0. */
void fingerprint_put(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], int64_t due, struct buf *state);

#endif
