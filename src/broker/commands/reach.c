/* Tests whether a server can be reached, for `mairu doctor`. */

#include "broker/commands/question.h"

#include "broker/broker.h"
#include "broker/servers/reach.h"

static void reached(void *arg, const struct reach_host *at, size_t n)
{
	struct buf rows = BUF_INIT(WIRE_MAX_BODY);
	struct ask *a = arg;

	for (size_t i = 0; i < n; i++)
		message_put_row(&rows, WIRE_REACH,
		    &(struct message){.url = at[i].url,
			.http_status = at[i].status,
			.ahead = at[i].ahead,
			.message = at[i].why.code ? at[i].why.msg : "",
			.names_itself = at[i].names_itself});
	a->own = NULL;
	ask_finish(a, &(struct message){.rows = message_rows(&rows)}, NULL);
	buf_release(&rows);
}

static void drop(struct ask *a)
{
	reach_cancel(a->own);
}

int ask_reach(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct catalog_entry server;
	struct reach *reach = NULL;
	struct ask *a;
	int rc = catalog_find(b->up.catalog, r->server, &server, e);

	(void)out;
	if (rc < 0)
		return rc;
	a = ask_new(b, c, r);
	if (!a)
		return ask_no_memory(e);
	rc = reach_start(
	    &b->up, &server, r->chain, r->wait, reached, a, &reach, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	a->own = reach;
	a->drop = drop;
	connections_set(c, a);
	return ASK_LATER;
}
