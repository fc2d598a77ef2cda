#ifndef MAIRU_BROKER_COMMANDS_ASK_H
#define MAIRU_BROKER_COMMANDS_ASK_H

/*
 * A request that a client waits on: a step of a login, credentials, a list, or
 * its own confirmation that a lent grant has arrived.
 *
 * An ask belongs to its client and ends with it; the login or server call
 * behind it continues.
 */

#include <stddef.h>
#include <sys/queue.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "broker/socket/connections.h"
#include "broker/socket/request.h"

struct ask;
struct broker;
LIST_HEAD(asks, ask);

/* Each appends the fields of the answer and returns 0, or returns ASK_LATER
 * (connections_answer() delivers the answer), or an error. */
enum {
	ASK_LATER = 1
};

typedef int ask_request(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e);

/* prompt.c */
ask_request ask_grant MUST_CHECK;
ask_request ask_stash_put MUST_CHECK;
ask_request ask_stash_get MUST_CHECK;
ask_request ask_stash_hold MUST_CHECK;
ask_request ask_stash_drop MUST_CHECK;
/* agent.c */
ask_request ask_info MUST_CHECK;
ask_request ask_quit MUST_CHECK;
ask_request ask_reload MUST_CHECK;
ask_request ask_revoke MUST_CHECK;
/* status.c */
ask_request ask_status MUST_CHECK;
ask_request ask_sessions MUST_CHECK;
ask_request ask_notices MUST_CHECK;
/* login.c */
ask_request ask_login MUST_CHECK;
ask_request ask_login_wait MUST_CHECK;
ask_request ask_login_paste MUST_CHECK;
ask_request ask_login_stop MUST_CHECK;
/* session.c */
ask_request ask_renew MUST_CHECK;
ask_request ask_logout MUST_CHECK;
/* list.c */
ask_request ask_roles MUST_CHECK;
ask_request ask_roles_known MUST_CHECK;
ask_request ask_start_url MUST_CHECK;
ask_request ask_register MUST_CHECK;
/* role.c */
ask_request ask_role MUST_CHECK;
ask_request ask_project MUST_CHECK;
ask_request ask_token MUST_CHECK;
/* reach.c */
ask_request ask_reach MUST_CHECK;
/* whoami.c */
ask_request ask_whoami MUST_CHECK;
/* lend.c */
ask_request ask_lend MUST_CHECK;
ask_request ask_lent MUST_CHECK;

/* parked.c: defers a request whose file lookup timed out, until the files
 * respond or until `until` (by the loop's clock; 0: a while from now).
 * ASK_LATER, or an error if it cannot be deferred. */
int ask_park(struct broker *b, struct connections_client *c,
    const struct message *r, const struct wire_frame *f,
    int64_t until) MUST_CHECK;

/* Retries the deferred requests. */
void asks_again(struct broker *b);

/* Drops the asks of a client that is gone. */
void ask_gone(struct connections_client *c);

/* Drops all asks without an answer. */
void asks_drop(struct asks *a);

#endif
