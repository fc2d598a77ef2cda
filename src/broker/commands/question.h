#ifndef MAIRU_BROKER_COMMANDS_QUESTION_H
#define MAIRU_BROKER_COMMANDS_QUESTION_H

/*
 * An ask as the files of each kind of question share it.
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
	enum wire_type type; /* what it asked */
	/* What it may wait for; zero where it does not. */
	struct login_wait login;
	struct check_wait check;
	struct role_wait role;
	struct session_wait session;
	struct loop_timer timer;
	struct grant *grant;  /* while it is checked, or lent */
	struct secret *token; /* whose grant must still be there at the end */
	int64_t wait_ms;
	int how; /* enum roles_how */
	int lent;
	int for_prompt; /* which tells what it has not told yet */
	/* What only one kind of ask has, and how it is let go of; safe to be
	 * called whenever it is set. */
	void *own;
	void (*drop)(struct ask *a);
	/* The answer, once there is one, and who sends it. */
	struct buf frame;
	struct loop_timer over;
	char server[]; /* as the client named it */
};

/* Takes back what the client was lent and has not taken; NULL when out of
 * memory. */
struct ask *ask_new(
    struct broker *b, struct connections_client *c, const struct message *r);
struct ask *ask_new_about(struct broker *b, struct connections_client *c,
    const struct message *r, const char *server);
int ask_no_memory(struct err *e);

/* Asks for the credentials of a role: fn, or late when they are not there in
 * time, either of them with the ask, and fn perhaps before this returns. */
void ask_fetch(struct ask *a, const struct role_ref *ref,
    void (*fn)(void *arg, const struct role_result *r),
    void (*late)(void *arg));

/* Why there are none.  What happened a while ago is not told as if it had just
 * happened, but to a prompt: to that it would be news each time. */
const struct err *ask_why(
    const struct ask *a, const struct role_result *r, struct err *room);

/* Leaves whatever it waits for. */
void ask_free(struct ask *a);

/* The answer is there: what it says, or an error.  It is sent in this round of
 * the loop, and the ask ends then: whoever calls this may still stand in the
 * middle of it.  A second one is not taken. */
void ask_finish(
    struct ask *a, const struct message *answer, const struct err *e);

#endif
