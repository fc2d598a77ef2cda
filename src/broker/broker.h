#ifndef MAIRU_BROKER_BROKER_H
#define MAIRU_BROKER_BROKER_H

/*
 * The broker put together: what it holds, in the order in which it is made
 * and, backwards, wiped.  The commands (ask.h, question.h, table.h) work on it,
 * and broker.c begins and ends them: of all rooms theirs alone knows this one.
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
	/* What looks at the user's files, and where they lie. */
	struct files *config_files, *state_files;
	char config_dir[PATH_MAX], state_dir[PATH_MAX];
	struct config *config;
	int unread; /* broker.json did not come in time */
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
	struct asks asks;	   /* what clients wait for */
	struct endpoint *endpoint; /* NULL while it can't listen */
	struct rendezvous *rendezvous;
	struct place place; /* whose shells it serves */
	struct footing *footing;
	struct connections *server;
	struct confine confined;
	int64_t started; /* of the loop's clock */
	struct loop_timer warming;
};

/* Makes all of it.  rendezvous is taken over, also on failure; place is where
 * our directories were when the socket was chosen. */
int broker_start(struct broker *b, struct rendezvous *take_rendezvous,
    const struct place *place, int foreground, struct err *e) MUST_CHECK;

/* Gives up what it needs no more (net/runtime/confine.h).  All that is read of
 * the network is read after that. */
void broker_confine(struct broker *b);

/* Until it is told to quit or nobody can reach it any more. */
int broker_run(struct broker *b, struct err *e) MUST_CHECK;

/* Wipes and frees whatever there is; the socket goes first. */
void broker_stop(struct broker *b);

/* Tries again to listen where that failed. */
int broker_endpoint(struct broker *b, struct err *e) MUST_CHECK;

/* Reads broker.json (again); what is wrong with it is a problem.  ERR_TIMEOUT:
 * it can't be read now, and will be when it can. */
int broker_reload(struct broker *b, struct err *e) MUST_CHECK;

/* Looks whether a state that did not answer does again, for later. */
void broker_try_state(struct broker *b);

/* Whoever has a token of a grant that is none of ours (any more) has nothing.
 */
void broker_renew_key(struct broker *b);

/* Soon: gets what the grants that were just asked for need.  A shell has its
 * answer by then. */
void broker_warm(struct broker *b);

/* The session of a server by its id or URL, or NULL. */
const struct session *broker_session(struct broker *b, const char *server);

/* Forgets a session and all that came from it: credentials, grants. */
void broker_logout(struct broker *b, const unsigned char identity[HASH_SHA256]);

/* The same for what outlived a session of this server; ERR_NOT_FOUND when there
 * is no such server. */
int broker_forget(
    struct broker *b, const char *server, struct err *e) MUST_CHECK;

/* The same for what outlived any session, and for what shells had. */
void broker_forget_all(struct broker *b);

/* From now on nobody new can reach us, and a successor may wait for our
 * lock. */
void broker_leave(struct broker *b);

#endif
