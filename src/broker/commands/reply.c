#include "broker/commands/reply.h"

#include <unistd.h>

#include "base/core/version.h"
#include "broker/endpoint/endpoint.h"
#include "broker/grants/grant.h"

void reply_self(struct buf *out, enum wire_type type)
{
	message_put_answer(
	    out, &(struct message){
		     .type = type, .version = MAIRU_VERSION, .pid = getpid()});
}

void reply_error(struct buf *out, const struct err *e)
{
	size_t at = wire_begin(out, WIRE_ERROR);

	message_put_answer(out, &(struct message){.type = WIRE_ERROR,
				    .code = -(int64_t)e->code,
				    .message = e->msg,
				    .version = MAIRU_VERSION,
				    .pid = getpid()});
	wire_end(out, at);
}

void reply_grant(struct buf *out, struct message *m, const struct endpoint *ep,
    const struct grant *grant)
{
	struct buf url = BUF_INIT(TOKEN_TEXT), token = BUF_INIT(TOKEN_TEXT);

	endpoint_url(ep, &url);
	grant_token(grant, &token);
	m->url = buf_str(&url);
	m->token = buf_str(&token);
	message_put_answer(out, m);
	out->failed |= url.failed || token.failed;
	buf_release(&token);
	buf_release(&url);
}
