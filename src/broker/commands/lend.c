/* Lends a grant to a process; it is not valid until that very process has
 * confirmed it. */

#include "broker/commands/question.h"

#include "broker/broker.h"
#include "broker/commands/reply.h"
#include "broker/endpoint/endpoint.h"
#include "broker/grants/grant.h"
#include "broker/notify/terminal.h"

static void lent_is_gone(void *arg)
{
	struct ask *a = arg;

	a->grant = NULL;
	connections_set(a->client, NULL);
	ask_free(a);
}

int ask_lend(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct project_ref p = request_project(r);
	struct message m = {.type = r->type};
	struct ask *a;
	int rc = broker_endpoint(b, e);

	if (rc < 0)
		return rc;
	if (connections_get(c))
		return err_set(e, ERR_USAGE, "one grant at a time");
	a = ask_new(b, c, r);
	if (!a)
		return ask_no_memory(e);
	rc = grants_lend(b->grants, &p, connections_pid(c), &a->grant, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	a->lent = 1;
	if (r->fresh & ROLES_LAZY)
		grant_set_lazy(a->grant);
	if (r->fresh & ROLES_FRESH)
		grant_set_since(a->grant);
	if (terminal_is_name(r->tty))
		grant_set_terminal(a->grant, r->tty);
	grant_watch(a->grant, lent_is_gone, a);
	connections_set(c, a);
	reply_grant(out, &m, b->endpoint, a->grant);
	return 0;
}

int ask_lent(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct ask *a = connections_get(c);

	(void)b;
	(void)r;
	(void)out;
	if (!a)
		return err_set(e, ERR_NOT_FOUND, "no grant was lent");
	grant_watch(a->grant, NULL, NULL);
	grant_lent(a->grant);
	a->grant = NULL;
	connections_set(c, NULL);
	ask_free(a);
	return 0;
}
