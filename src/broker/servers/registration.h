#ifndef MAIRU_BROKER_SERVERS_REGISTRATION_H
#define MAIRU_BROKER_SERVERS_REGISTRATION_H

/*
 * The clients that were registered with IAM Identity Center, one for each
 * server and grant: kept in memory and, so that a person is not asked to
 * consent to a new one at every start of the broker, in files.
 *
 * The files are those of Mairu 0.12, in ${state}/mairu/cache/.  Their client
 * secret is no key to anything without a login, but a reader MUST refuse a
 * file that is someone else's or that others can write: a client of theirs
 * would let them follow a login.  What is wrong with a file is only logged.
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "broker/kinds/provider.h"

enum {
	REGISTRATION_LEFT = 15 * 60, /* seconds; fewer are too few to log in */
};

struct files;
struct log;
struct registrations;
struct slab;

int registrations_new(struct registrations **r, struct slab *slab,
    struct log *log, struct err *e) MUST_CHECK;
void registrations_free(struct registrations *r);

/* Who reads and writes the files from now on; at first it is done here.  A
 * file that can't be read in time is none, and writing waits for nobody. */
void registrations_through(struct registrations *r, struct files *files);

/* The client of this server for logins of that grant, from memory or from its
 * file, if it lasts for REGISTRATION_LEFT yet: 1 and a copy in *c (to be
 * released), else 0. */
int registration_find(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, int64_t now, struct provider_client *c);

/* Keeps a copy, in memory and in its file. */
void registration_keep(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, const struct provider_client *c);

/* Forgets it in both. */
void registration_drop(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g);

/* Fills *c from the bytes of the file of that server, whose times may be RFC
 * 3339 or numbers of seconds.  ERR_FORMAT: they are of another server, or say
 * something else than is expected. */
int registration_parse(const void *text, size_t len,
    const struct servers_entry *s, struct slab *slab, struct provider_client *c,
    struct err *e) MUST_CHECK;

#endif
