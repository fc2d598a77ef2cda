#ifndef MAIRU_BASE_CONFIG_PROXIES_H
#define MAIRU_BASE_CONFIG_PROXIES_H

/*
 * The proxy variables of the environment in which a broker happens to start.  A
 * project may have set them, and who has the connections sees where they go: a
 * broker takes them only once its user has said yes to these very values.  What
 * was said is kept in the state directory, as hashes: a proxy's address may
 * hold a password.
 */

#include "base/core/err.h"

enum proxies_word {
	PROXIES_NONE,	 /* there are none */
	PROXIES_AGREED,	 /* yes to these values */
	PROXIES_REFUSED, /* no to them */
	PROXIES_UNSAID,
};

/* Their names, ended by NULL: proxies first, by precedence, then the lists of
 * hosts that need none. */
extern const char *const proxies_names[];

/* 1 when it is one of these names. */
int proxies_has(const char *name);

/* The first proxy that is set and not empty, by its name (static), or NULL. */
const char *proxies_first(void);

/* What was said of the variables as they are.  What can't be read was not
 * said. */
enum proxies_word proxies_look(void);

/* Remembers a word on them, before those of before. */
int proxies_say(int yes, struct err *e) MUST_CHECK;

/* Takes them out of this process's environment, wiped. */
void proxies_forget(void);

/* The same unless they were agreed to.  1 when there were any. */
int proxies_drop(void);

#endif
