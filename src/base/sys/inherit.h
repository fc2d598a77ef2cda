#ifndef MAIRU_BASE_SYS_INHERIT_H
#define MAIRU_BASE_SYS_INHERIT_H

/*
 * The only variables a broker inherits from the shell that happens to start it;
 * never LD_*, SSLKEYLOGFILE, OPENSSL_CONF or a project's own.  The front
 * filters because some take effect before main() runs; the broker filters again
 * in case it was started by hand.
 */

enum {
	INHERIT_MAX = 16
};

/* The names, NULL-terminated; fewer than INHERIT_MAX. */
extern const char *const inherit_names[];

#endif
