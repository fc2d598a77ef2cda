#ifndef MAIRU_BASE_SYS_PLACE_H
#define MAIRU_BASE_SYS_PLACE_H

/*
 * The two directories that a broker reads, configuration and state, which
 * identify it: a shell whose XDG_CONFIG_HOME, XDG_STATE_HOME or HOME lead
 * elsewhere has another broker, and never meets this one.  They are compared by
 * device and inode, so two spellings of one path are the same place, and a
 * replaced directory is a new one.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "base/sys/path.h"

enum {
	PLACE_NAME = 13, /* of place_name(), with its NUL */
};

/* Compared with memcmp(): there is no padding. */
struct place {
	struct place_dir {
		uint64_t dev, ino;
	} dir[2]; /* by enum path_dir */
};

enum place_how {
	PLACE_GLANCE, /* only looks, without checks: for prompts */
	PLACE_CHECK,  /* refuses what others could have tampered with */
	PLACE_MAKE,   /* also creates what is missing */
};

/* Finds both.  To start a broker (PLACE_MAKE), missing ones are created, 0700,
 * since creating them later would change the place.  Otherwise ERR_NOT_FOUND:
 * there is no broker.  ERR_REFUSED: one belongs to another user (root may own
 * the configuration), or others can write it (owner.h); the message has the
 * command that fixes it. */
int place_find(struct place *p, enum place_how how, struct err *e) MUST_CHECK;

/* 1 if both are the same directories. */
int place_same(const struct place *a, const struct place *b);

/* A short name for it, 12 hexadecimal digits.  salt: 0, or anything else the
 * name should depend on.  Names may collide, so the broker compares the places
 * themselves. */
void place_name(const struct place *p, uint64_t salt, char out[PLACE_NAME]);

#endif
