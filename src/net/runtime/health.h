#ifndef MAIRU_NET_RUNTIME_HEALTH_H
#define MAIRU_NET_RUNTIME_HEALTH_H

/*
 * What the broker could not do but went on without, for `mairu status`.
 */

#include "base/core/err.h"

enum health_about {
	HEALTH_MEMORY,	 /* secrets are not locked */
	HEALTH_SETTINGS, /* broker.json is not in force */
	HEALTH_SOCKET,	 /* the socket is not watched */
	HEALTH_FOOTING,	 /* nor are the directories that it stands for */
	HEALTH_ENDPOINT, /* the loopback endpoint does not listen */
	HEALTH_CHECKER,	 /* trust can't be checked */
	HEALTH_HELPER,	 /* the other process of the broker is gone */
	HEALTH_CONFIG,	 /* the configuration can't be looked at */
	HEALTH_STATE,	 /* the state can't be either */
	HEALTH_LOG,	 /* the log is not written */
	HEALTH_CLOCK,	 /* it is not that of AWS */
	HEALTH_KEEPER,	 /* the endpoint's port ends with us */
	HEALTH_COUNT,
};

struct log;

struct health {
	char text[HEALTH_COUNT][512]; /* "" when there is none */
};

/* Remembers the message (NULL forgets), and logs one that is new. */
void health_set(struct health *p, enum health_about about, const char *message,
    struct log *log);

#endif
