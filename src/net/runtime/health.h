#ifndef MAIRU_NET_RUNTIME_HEALTH_H
#define MAIRU_NET_RUNTIME_HEALTH_H

/*
 * Problems that the broker runs on despite, for `mairu status`.
 */

#include "base/core/err.h"

enum health_about {
	HEALTH_MEMORY,	 /* secrets are not locked */
	HEALTH_SETTINGS, /* broker.json is not in force */
	HEALTH_SOCKET,	 /* the socket is not watched */
	HEALTH_FOOTING,	 /* nor the directories it serves */
	HEALTH_ENDPOINT, /* the loopback endpoint does not listen */
	HEALTH_CHECKER,	 /* trust can't be checked */
	HEALTH_HELPER,	 /* the helper process is gone */
	HEALTH_CONFIG,	 /* the configuration can't be read */
	HEALTH_STATE,	 /* the state directory can't be read */
	HEALTH_LOG,	 /* the log is not written */
	HEALTH_CLOCK,	 /* differs from that of AWS */
	HEALTH_KEEPER,	 /* the endpoint's port won't outlive us */
	HEALTH_COUNT,
};

struct log;

struct health {
	char text[HEALTH_COUNT][512]; /* "": no problem */
};

/* Records the message (NULL clears), and logs it if new. */
void health_set(struct health *p, enum health_about about, const char *message,
    struct log *log);

#endif
