#ifndef MAIRU_NET_RUNTIME_HEALTH_H
#define MAIRU_NET_RUNTIME_HEALTH_H

/*
 * What the broker could not do but went on without, for `mairu status`.
 */

#include "base/core/err.h"

enum problem_about {
	PROBLEM_MEMORY,	  /* secrets are not locked */
	PROBLEM_SETTINGS, /* broker.json is not in force */
	PROBLEM_SOCKET,	  /* the socket is not watched */
	PROBLEM_FOOTING,  /* nor are the directories that it stands for */
	PROBLEM_ENDPOINT, /* the loopback endpoint does not listen */
	PROBLEM_CHECKER,  /* trust can't be checked */
	PROBLEM_HELPER,	  /* the other process of the broker is gone */
	PROBLEM_CONFIG,	  /* the configuration can't be looked at */
	PROBLEM_STATE,	  /* the state can't be either */
	PROBLEM_LOG,	  /* the log is not written */
	PROBLEM_CLOCK,	  /* it is not that of AWS */
	PROBLEM_KEEPER,	  /* the endpoint's port ends with us */
	PROBLEM_COUNT,
};

struct log;

struct problems {
	char text[PROBLEM_COUNT][512]; /* "" when there is none */
};

/* Remembers the message (NULL forgets), and logs one that is new. */
void problem_set(struct problems *p, enum problem_about about,
    const char *message, struct log *log);

#endif
