#ifndef MAIRU_BROKER_COMMANDS_QUESTION_H
#define MAIRU_BROKER_COMMANDS_QUESTION_H

/*
 * struct ask, shared by the files that implement the requests.
 */

#include <sys/queue.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"
#include "broker/commands/ask.h"
#include "broker/login/login.h"
#include "broker/roles/roles.h"
#include "broker/sessions/session.h"
#include "broker/trust/checker.h"
#include "net/runtime/loop.h"

struct ask {
	struct broker *broker;
	struct connections_client *client;
	LIST_ENTRY(ask) entry;
	enum wire_type type; /* of the request */
	/* What it may be waiting on; zero if it is not. */
	struct login_wait login;
	struct check_wait check;
	struct role_wait role;
	struct session_wait session;
	struct loop_timer timer;
	struct grant *grant;  /* while being checked, or lent */
	struct secret *token; /* whose grant must still exist at the end */
	int64_t wait_ms;
	int how; /* enum roles_how */
	int lent;
	int for_prompt; /* shows only what it has not shown yet */
	/* Data private to one kind of ask, and its destructor, which must be
	 * safe to call whenever it is set. */
	void *own;
	void (*drop)(struct ask *a);
	/* The answer, once there is one, and the timer that sends it. */
	struct buf frame;
	struct loop_timer over;
	char server[]; /* as the client named it */
};

/* Revokes anything lent to the client that it has not confirmed; NULL when out
 * of memory. */
struct ask *ask_new(
    struct broker *b, struct connections_client *c, const struct message *r);
struct ask *ask_new_about(struct broker *b, struct connections_client *c,
    const struct message *r, const char *server);
int ask_no_memory(struct err *e);

/* Requests the credentials of a role: calls fn, or late if they do not arrive
 * in time, either with the ask; fn possibly before this returns. */
void ask_fetch(struct ask *a, const struct role_ref *ref,
    void (*fn)(void *arg, const struct role_result *r),
    void (*late)(void *arg));

/* Why there are none.  A remembered error says how long ago it happened, except
 * to a prompt, which would take it for news each time. */
const struct err *ask_why(
    const struct ask *a, const struct role_result *r, struct err *room);

/* Cancels all its waits. */
void ask_free(struct ask *a);

/* Sets the answer, or the error.  It is sent, and the ask freed, later in this
 * round of the loop, since the caller may still be using it.  A second answer
 * is ignored. */
void ask_finish(
    struct ask *a, const struct message *answer, const struct err *e);

#endif
