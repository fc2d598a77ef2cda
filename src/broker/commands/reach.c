/* Whether a server can be reached, for `mairu doctor`. */

#include "broker/commands/question.h"

#include "base/core/wire.h"
#include "broker/broker.h"
#include "broker/servers/reach.h"

struct reached {
	const struct reach_host *at;
	size_t n;
};

static void put(struct buf *out, const void *what)
{
	const struct reached *r = what;

	for (size_t i = 0; i < r->n; i++) {
		wire_puts(out, WIRE_F_URL, r->at[i].url);
		wire_putn(out, WIRE_F_HTTP_STATUS, r->at[i].status);
		wire_put_ahead(out, r->at[i].ahead);
		wire_puts(out, WIRE_F_MESSAGE,
		    r->at[i].why.code ? r->at[i].why.msg : "");
		if (r->at[i].names_itself)
			wire_putn(out, WIRE_F_NAMES_ITSELF, 1);
	}
}

static void reached(void *arg, const struct reach_host *at, size_t n)
{
	struct ask *a = arg;

	a->own = NULL;
	ask_finish(a, put, &(struct reached){at, n}, NULL);
}

static void drop(struct ask *a)
{
	reach_cancel(a->own);
}

int ask_reach(struct broker *b, struct connections_client *c,
    const struct request *r, struct buf *out, struct err *e)
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
	    &b->up, &server, r->chain, r->wait_ms, reached, a, &reach, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	a->own = reach;
	a->drop = drop;
	connections_set(c, a);
	return ASK_LATER;
}
