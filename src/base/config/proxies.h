#ifndef MAIRU_BASE_CONFIG_PROXIES_H
#define MAIRU_BASE_CONFIG_PROXIES_H

/*
 * The proxy variables in the environment of a starting broker.  A project may
 * have set them, and a proxy sees where connections go, so the broker uses them
 * only after its user has agreed to these exact values.  The answers are kept
 * in the state directory, as hashes, since a proxy's address may hold a
 * password.
 */

#include "base/core/err.h"

enum proxies_word {
	PROXIES_NONE,	 /* none are set */
	PROXIES_AGREED,	 /* yes to these values */
	PROXIES_REFUSED, /* no to them */
	PROXIES_UNSAID,
};

/* Their names, NULL-terminated: proxies first, by precedence, then the no_proxy
 * lists. */
extern const char *const proxies_names[];

/* 1 if it is one of these names. */
int proxies_has(const char *name);

/* The name (static) of the first proxy that is set and not empty, or NULL. */
const char *proxies_first(void);

/* The recorded answer for the current values.  An unreadable record counts as
 * PROXIES_UNSAID. */
enum proxies_word proxies_look(void);

/* Records an answer for the current values, ahead of earlier ones. */
int proxies_say(int yes, struct err *e) MUST_CHECK;

/* Wipes them and removes them from this process's environment. */
void proxies_forget(void);

/* The same unless the user has agreed to them.  1 if any were removed. */
int proxies_drop(void);

#endif
