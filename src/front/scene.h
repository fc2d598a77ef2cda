#ifndef MAIRU_FRONT_SCENE_H
#define MAIRU_FRONT_SCENE_H

/*
 * All that a prompt inside of a trusted project rests on, as one mark that
 * follows the state: the config's bytes, its record in the trust store, the
 * broker that gave the grant, the values of all variables of ours, and the
 * state itself.  A prompt that finds the scene as the last one left it has
 * nobody to ask and nothing to change.
 *
 * The broker touches its socket whenever a grant of its goes, since a prompt
 * can't see every reason: then every shell asks again.
 */

#include "base/buf.h"
#include "base/project.h"
#include "front/state.h"
#include "front/vars.h"

/* What the file system says. */
struct scene {
	int whole; /* there is a broker, and a record */
	struct scene_file {
		uint64_t dev, ino, size, ctime[2], mtime[2];
	} broker, trust;
};

/* Looks at the broker, without waking it, and at the trust record. */
void scene_look(struct scene *s, const struct project *p);

/* 1 when the state's text carries the mark of this scene. */
int scene_same(const struct scene *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state);

/* Appends the mark to the state's text, if the scene is whole. */
void scene_put(const struct scene *s, const struct project *p,
    const char *const value[VAR_COUNT], struct buf *state);

/* How much of the state's text is the state. */
size_t scene_at(const char *state);

#endif
