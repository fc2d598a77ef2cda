#ifndef MAIRU_BASE_SYS_PLACE_H
#define MAIRU_BASE_SYS_PLACE_H

/*
 * The two directories that a broker reads, its configuration and its state, by
 * which brokers are told apart: a shell whose XDG_CONFIG_HOME, XDG_STATE_HOME
 * or HOME lead elsewhere has another broker, and never meets this one.  They
 * are told by device and inode, so that two spellings of one path are one
 * place, and a directory that was replaced is another.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "base/sys/path.h"

enum {
	PLACE_NAME = 13, /* place_name(), its NUL included */
};

/* Compared as bytes: there is no padding. */
struct place {
	struct place_dir {
		uint64_t dev, ino;
	} dir[2]; /* by enum path_dir */
};

enum place_how {
	PLACE_GLANCE, /* only tells: for a prompt, which asks nobody */
	PLACE_CHECK,  /* refuses what others have a hand in */
	PLACE_MAKE,   /* makes what is missing, too */
};

/* Finds both.  What is missing is made, 0700, when a broker is to be started:
 * made later, they would be another place.  Else ERR_NOT_FOUND, and there is no
 * broker.  ERR_REFUSED: one is another user's (root's configuration is as good
 * as one's own), or others can write it (owner.h); the message holds the
 * command that mends it. */
int place_find(struct place *p, enum place_how how, struct err *e) MUST_CHECK;

/* 1 when both are the same directories. */
int place_same(const struct place *a, const struct place *b);

/* A short name of it, of 12 hexadecimal digits.  salt: 0, or what else the name
 * is to change with.  It is no more than a name: that two places do not share
 * one is likely and not certain, so that the broker compares the places. */
void place_name(const struct place *p, uint64_t salt, char out[PLACE_NAME]);

#endif
