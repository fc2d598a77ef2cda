#ifndef MAIRU_FRONT_ENVIRONMENT_FINGERPRINT_H
#define MAIRU_FRONT_ENVIRONMENT_FINGERPRINT_H

/*
 * All that a prompt inside of a trusted project rests on, as one mark that
 * follows the state: the config's bytes, its record in the trust store, the
 * broker that gave the grant, the files of AWS SDKs, the values of all
 * variables of ours, and the state itself.  A prompt that finds the scene as
 * the last one left it has nobody to ask and nothing to change, until the time
 * that the mark names: keys in the environment are to be renewed then.
 *
 * The broker touches its socket whenever a grant of its goes, since a prompt
 * can't see every reason: then every shell asks again.
 */

#include <sys/types.h>

#include "base/config/project.h"
#include "base/core/buf.h"
#include "front/aws/awsconf.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"

/* What the file system says. */
struct fingerprint {
	int whole;   /* there is a broker, and a record */
	pid_t shell; /* where the mark is this shell's alone, else 0 */
	struct fingerprint_file {
		uint64_t dev, ino, size, ctime[2], mtime[2];
	} broker, trust, aws[AWSCONF_FILES]; /* zero: not there */
};

/* Looks at the broker, without waking it, at the trust record, and at the
 * files of AWS SDKs. */
void fingerprint_look(struct fingerprint *s, const struct project *p);

/* 1 when the state's text carries the mark of this scene, and its time has not
 * come by now (seconds since 1970). */
int fingerprint_same(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state, int64_t now);

/* Appends the mark to the state's text, if the scene is whole.  due: the time
 * at which it is void, or 0. */
void fingerprint_put(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], int64_t due, struct buf *state);

#endif
