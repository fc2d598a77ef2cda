#ifndef MAIRU_BROKER_BROKER_H
#define MAIRU_BROKER_BROKER_H

/*
 * The whole broker.  Its parts are created in this order and wiped in reverse.
 * The commands (ask.h, question.h, table.h) work on it, and broker.c starts and
 * stops them: no other room knows this one.
 */

#include <limits.h>
#include <stdint.h>

#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "base/sys/place.h"
#include "broker/commands/ask.h"
#include "broker/notify/needs.h"
#include "broker/servers/upstream.h"
#include "net/runtime/confine.h"
#include "net/runtime/health.h"
#include "net/runtime/loop.h"

struct broker {
	struct loop *loop;
	struct log *log;
	struct health problems;
	struct signals *signals;
	struct slab *slab;
	/* Access to the user's files, and their directories. */
	struct files *config_files, *state_files;
	char config_dir[PATH_MAX], state_dir[PATH_MAX];
	struct config *config;
	int unread; /* broker.json could not be read in time */
	struct checker *checker;
	struct lease *lease;
	struct grants *grants;
	struct recalls *recalls;
	struct originals *stash;
	struct upstream up;
	struct roles *roles;
	struct logins *logins;
	struct listings *listings;
	struct notices *notices;
	struct needs needs;
	struct asks asks;	   /* requests that clients wait on */
	struct endpoint *endpoint; /* NULL while it can't listen */
	struct rendezvous *rendezvous;
	struct place place; /* the directories whose shells it serves */
	struct footing *footing;
	struct connections *server;
	struct confine confined;
	int64_t started; /* by the loop's clock */
	struct loop_timer warming;
};

/* Creates everything.  Takes ownership of the rendezvous, even on failure;
 * place is where our directories were when the socket was chosen. */
int broker_start(struct broker *b, struct rendezvous *take_rendezvous,
    const struct place *place, int foreground, struct err *e) MUST_CHECK;

/* Drops privileges no longer needed (net/runtime/confine.h).  Nothing is read
 * from the network before this. */
void broker_confine(struct broker *b);

/* Runs until told to quit, or until nobody can reach it. */
int broker_run(struct broker *b, struct err *e) MUST_CHECK;

/* Wipes and frees everything, the socket first. */
void broker_stop(struct broker *b);

/* Retries listening if that failed. */
int broker_endpoint(struct broker *b, struct err *e) MUST_CHECK;

/* (Re)reads broker.json; anything wrong with it is recorded as a problem.
 * ERR_TIMEOUT: not readable now; it is read as soon as it can be. */
int broker_reload(struct broker *b, struct err *e) MUST_CHECK;

/* Checks whether a state directory that hung responds again, for later use. */
void broker_try_state(struct broker *b);

/* Invalidates every token whose grant we do not hold (any more). */
void broker_renew_key(struct broker *b);

/* Soon fetches what newly requested grants need, after their shells have been
 * answered. */
void broker_warm(struct broker *b);

/* The session of the server with this id or URL, or NULL. */
const struct session *broker_session(struct broker *b, const char *server);

/* Forgets a session and everything derived from it: credentials, grants. */
void broker_logout(struct broker *b, const unsigned char identity[HASH_SHA256]);

/* The same for anything that outlived a session of this server; ERR_NOT_FOUND
 * if there is no such server. */
int broker_forget(
    struct broker *b, const char *server, struct err *e) MUST_CHECK;

/* The same for anything that outlived any session, and for the shells'
 * originals. */
void broker_forget_all(struct broker *b);

/* Stops accepting new clients; a successor may wait for our lock. */
void broker_leave(struct broker *b);

#endif
