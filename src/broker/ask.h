#ifndef MAIRU_BROKER_ASK_H
#define MAIRU_BROKER_ASK_H

/*
 * What a client waits for: the end of a login, credentials, or its own word
 * that a grant which it was lent has arrived.
 *
 * An ask belongs to its client and ends with it; the login or the call to a
 * server goes on.
 */

#include <stddef.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/err.h"
#include "broker/request.h"
#include "broker/server.h"

struct ask;
struct broker;
LIST_HEAD(asks, ask);

/* Each appends the fields of the answer and returns 0, or returns ASK_LATER
 * (the answer comes by server_answer()), or an error. */
enum {
	ASK_LATER = 1
};

int ask_login(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e) MUST_CHECK;
int ask_role(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e) MUST_CHECK;
int ask_project(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e) MUST_CHECK;
int ask_token(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e) MUST_CHECK;
int ask_lend(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e) MUST_CHECK;
int ask_lent(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e) MUST_CHECK;

/* A client is gone, and what it asked with it. */
void ask_gone(struct server_client *c);

/* Lets all clients go without an answer. */
void asks_drop(struct asks *a);

#endif
