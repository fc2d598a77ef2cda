#include "broker/commands/ask.h"

#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/commands/question.h"
#include "broker/commands/reply.h"
#include "broker/grants/grant.h"

void ask_free(struct ask *a)
{
	LIST_REMOVE(a, entry);
	secret_free(a->token);
	wait_leave(&a->login.wait);
	wait_leave(&a->check.wait);
	wait_leave(&a->role.wait);
	wait_leave(&a->session.wait);
	if (a->drop)
		a->drop(a);
	loop_disarm(a->broker->loop, &a->timer);
	loop_disarm(a->broker->loop, &a->over);
	buf_release(&a->frame);
	if (a->lent && a->grant)
		grant_watch(a->grant, NULL, NULL);
	free(a);
}

static void over(void *arg)
{
	struct ask *a = arg;
	struct connections_client *client = a->client;
	struct buf frame = a->frame;

	buf_init(&a->frame, 0);
	ask_free(a);
	connections_answer(client, &frame);
}

struct ask *ask_new_about(struct broker *b, struct connections_client *c,
    const struct message *r, const char *server)
{
	size_t n = strlen(server) + 1;
	struct ask *a;

	/* A client has one ask at a time; any earlier one here is a lent grant
	 * it has not confirmed. */
	ask_gone(c);
	connections_set(c, NULL);
	a = calloc(1, sizeof(*a) + n);
	if (!a)
		return NULL;
	a->broker = b;
	a->client = c;
	a->type = r->type;
	a->wait_ms = r->wait;
	a->how = (int)r->fresh; /* enum roles_how has the same bits */
	memcpy(a->server, server, n);
	buf_init(&a->frame, WIRE_HEADER + WIRE_MAX_BODY);
	a->over.fn = over;
	a->over.arg = a;
	LIST_INSERT_HEAD(&b->asks, a, entry);
	return a;
}

struct ask *ask_new(
    struct broker *b, struct connections_client *c, const struct message *r)
{
	return ask_new_about(b, c, r, r->server ? r->server : "");
}

int ask_no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker is out of memory");
}

void ask_finish(
    struct ask *a, const struct message *answer, const struct err *e)
{
	struct message m;
	size_t at;

	if (a->frame.len > 0)
		return; /* it was too late already */
	if (e) {
		reply_error(&a->frame, e);
	} else {
		m = *answer;
		m.type = a->type;
		at = wire_begin(&a->frame, WIRE_OK);
		message_put_answer(&a->frame, &m);
		wire_end(&a->frame, at);
	}
	loop_disarm(a->broker->loop, &a->timer);
	loop_arm(a->broker->loop, &a->over, 0);
}

void ask_gone(struct connections_client *c)
{
	struct ask *a = connections_get(c);
	struct grant *grant;

	if (!a)
		return;
	grant = a->lent ? a->grant : NULL;
	ask_free(a);
	/* Never confirmed. */
	if (grant)
		grant_take_back(grant);
}

void asks_drop(struct asks *all)
{
	struct ask *a, *next;

	for (a = LIST_FIRST(all); a; a = next) {
		next = LIST_NEXT(a, entry);
		connections_set(a->client, NULL);
		ask_free(a);
	}
}
