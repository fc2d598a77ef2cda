#ifndef MAIRU_BROKER_SERVERS_REGISTRATION_H
#define MAIRU_BROKER_SERVERS_REGISTRATION_H

/*
 * Clients registered with IAM Identity Center, one per server and grant.  They
 * are kept in memory and in files, so that a person need not consent to a new
 * one each time the broker starts.
 *
 * The files are those of Mairu 0.12, in ${state}/mairu/cache/.  The client
 * secret is useless without a login, but a reader MUST refuse a file that is
 * someone else's or that others can write: a client of theirs would let them
 * follow a login.  Problems with a file are only logged.
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/err.h"
#include "broker/kinds/provider.h"

enum {
	REGISTRATION_LEFT = 15 * 60, /* seconds; less is too short to log in */
};

struct files;
struct log;
struct registrations;
struct slab;

int registrations_new(struct registrations **r, struct slab *slab,
    struct log *log, struct err *e) MUST_CHECK;
void registrations_free(struct registrations *r);

/* From now on accesses the files through `files`; initially directly.  A file
 * that can't be read in time counts as missing; writes are not waited for. */
void registrations_through(struct registrations *r, struct files *files);

/* Finds this server's client for logins with that grant, in memory or in its
 * file, if valid for another REGISTRATION_LEFT: 1 and a copy in *c (to be
 * released), otherwise 0. */
int registration_find(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, int64_t now, struct provider_client *c);

/* Stores a copy in memory and in its file. */
void registration_keep(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, const struct provider_client *c);

/* Removes it from both. */
void registration_drop(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g);

/* Parses the contents of that server's file, whose times may be RFC 3339 or
 * seconds.  ERR_FORMAT: another server's, or not as expected. */
int registration_parse(const void *text, size_t len,
    const struct servers_entry *s, struct slab *slab, struct provider_client *c,
    struct err *e) MUST_CHECK;

#endif
