/* Requests from a prompt: its project's token, and the shell's original
 * secrets. */

#include "broker/commands/question.h"

#include "broker/broker.h"
#include "broker/commands/reply.h"
#include "broker/grants/grant.h"
#include "broker/grants/originals.h"

int ask_grant(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct project_ref p = request_project(r);
	struct message m = {.type = r->type};
	struct grant *grant = NULL;
	int rc;

	(void)c;
	rc = broker_endpoint(b, e);
	if (rc == 0)
		rc = grants_get(b->grants, &p, &grant, e);
	if (rc < 0)
		return rc;
	checker_warm(b->checker);
	broker_warm(b);
	m.since = needs_since(&b->needs, p.server, &m.server);
	if (!m.since)
		m.server = NULL;
	reply_grant(out, &m, b->endpoint, grant);
	return 0;
}

/* --- the stash: names and values are kept as received */

int ask_stash_put(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	unsigned char handle[ORIGINALS_HANDLE];
	int rc = originals_put(b->stash, r->rows.p,
	    (size_t)(r->rows.end - r->rows.p), (pid_t)r->pid, handle, e);

	(void)c;
	if (rc == 0)
		message_put_answer(
		    out, &(struct message){.type = r->type, .handle = handle});
	return rc;
}

int ask_stash_get(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const void *p;
	size_t len;
	int rc = originals_get(b->stash, r->handle, &p, &len, e);

	(void)c;
	if (rc == 0)
		buf_add(out, p, len);
	return rc;
}

int ask_stash_hold(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)out;
	return originals_hold(b->stash, r->handle, (pid_t)r->pid, e);
}

int ask_stash_drop(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)out;
	(void)e;
	originals_drop(b->stash, r->handle, (pid_t)r->pid);
	return 0;
}
