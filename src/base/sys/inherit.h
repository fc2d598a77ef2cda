#ifndef MAIRU_BASE_SYS_INHERIT_H
#define MAIRU_BASE_SYS_INHERIT_H

/*
 * All that a broker learns from the shell that happens to start it.  LD_*,
 * SSLKEYLOGFILE, OPENSSL_CONF and a project's own variables are not among it:
 * the front leaves them behind, since some of them act before the first line
 * of a program runs, and the broker does once more, for whoever starts it by
 * hand.
 */

enum {
	INHERIT_MAX = 16
};

/* The names, ended by NULL; fewer than INHERIT_MAX. */
extern const char *const inherit_names[];

#endif
