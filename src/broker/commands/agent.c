/* What is asked of the broker itself: who it is, to end, to read its settings
 * again, and to take back what it has given. */

#include "broker/commands/question.h"

#include "broker/broker.h"
#include "broker/commands/reply.h"
#include "broker/grants/grant.h"
#include "net/runtime/log.h"

int ask_info(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)b;
	(void)c;
	(void)e;
	reply_self(out, r->type);
	return 0;
}

int ask_quit(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)e;
	log_info(b->log, "told to quit");
	/* Who makes room for another version wants it to go on with what this
	 * one has given; any other end is one of all that. */
	if (!r->foreign)
		broker_renew_key(b);
	/* Whoever reads the answer finds no socket. */
	broker_leave(b);
	reply_self(out, r->type);
	return 0;
}

int ask_reload(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)r;
	(void)out;
	return broker_reload(b, e);
}

int ask_revoke(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)e;
	message_put_answer(
	    out, &(struct message){.type = r->type,
		     .count = (int64_t)grants_revoke(b->grants, r->config)});
	return 0;
}
