/* Requests whose file lookups timed out: retried once the files respond, so
 * that only the client that asked waits. */

#include "broker/commands/question.h"

#include <stdlib.h>

#include "broker/broker.h"
#include "broker/commands/table.h"
#include "broker/files/files.h"

enum {
	PARK_MS = FILES_HANG_MS + 1000, /* a child that hangs is killed then */
};

struct parked {
	struct buf frame; /* the request */
	int64_t until;
};

static void drop_parked(struct ask *a)
{
	struct parked *p = a->own;

	if (p)
		buf_release(&p->frame);
	free(p);
	a->own = NULL;
}

static void do_again(struct ask *a)
{
	struct parked *p = a->own;
	struct connections_client *c = a->client;
	struct broker *b = a->broker;
	struct wire_frame f;
	size_t used;

	a->own = NULL;
	ask_free(a);
	connections_set(c, NULL);
	if (wire_parse(p->frame.data, p->frame.len, &f, &used, NULL) > 0)
		commands_again(b, c, &f, p->until);
	buf_release(&p->frame);
	free(p);
}

static void too_late(void *arg)
{
	do_again(arg);
}

int ask_park(struct broker *b, struct connections_client *c,
    const struct message *r, const struct wire_frame *f, int64_t until)
{
	int64_t now = loop_now(b->loop);
	struct parked *p;
	struct ask *a;
	size_t at;

	if (!files_busy(b->config_files) || (until && until <= now))
		return ERR_TIMEOUT;
	p = calloc(1, sizeof(*p));
	a = p ? ask_new(b, c, r) : NULL;
	if (!a) {
		free(p);
		return ERR_NOMEM;
	}
	a->own = p;
	a->drop = drop_parked;
	buf_init(&p->frame, WIRE_HEADER + WIRE_MAX_BODY);
	at = wire_begin(&p->frame, (enum wire_type)f->type);
	buf_add(&p->frame, f->body, f->len);
	wire_end(&p->frame, at);
	p->until = until ? until : now + PARK_MS;
	if (p->frame.failed) {
		ask_free(a);
		return ERR_NOMEM;
	}
	connections_set(c, a);
	a->timer.fn = too_late;
	a->timer.arg = a;
	loop_arm(b->loop, &a->timer, p->until - now);
	return ASK_LATER;
}

void asks_again(struct broker *b)
{
	struct ask *a = LIST_FIRST(&b->asks);

	/* All at once, in the next round: a retried request may park itself
	 * again, or end others. */
	for (; a; a = LIST_NEXT(a, entry))
		if (a->drop == drop_parked)
			loop_arm(b->loop, &a->timer, 0);
}
