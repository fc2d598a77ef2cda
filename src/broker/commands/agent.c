/* Requests about the broker itself: identify, quit, reload the settings, and
 * revoke what it has issued. */

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
	/* If asked to make room for another version, leave tokens valid for it;
	 * any other quit ends them. */
	if (!r->foreign)
		broker_renew_key(b);
	/* By the time the answer is read the socket is gone. */
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
