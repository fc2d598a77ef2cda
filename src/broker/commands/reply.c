#include "broker/commands/reply.h"

#include <unistd.h>

#include "base/core/version.h"
#include "base/core/wire.h"
#include "broker/endpoint/endpoint.h"
#include "broker/grants/grant.h"

void reply_self(struct buf *out)
{
	wire_puts(out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_putn(out, WIRE_F_PID, (uint64_t)getpid());
}

void reply_error(struct buf *out, const struct err *e)
{
	size_t at = wire_begin(out, WIRE_ERROR);

	wire_putn(out, WIRE_F_CODE, (uint64_t)(-(int)e->code));
	wire_puts(out, WIRE_F_MESSAGE, e->msg);
	reply_self(out);
	wire_end(out, at);
}

void reply_grant(
    struct buf *out, const struct endpoint *ep, const struct grant *grant)
{
	struct buf text = BUF_INIT(TOKEN_TEXT);

	endpoint_url(ep, &text);
	wire_put(out, WIRE_F_URL, text.data, text.len);
	buf_clear(&text);
	grant_token(grant, &text);
	wire_put(out, WIRE_F_TOKEN, text.data, text.len);
	out->failed |= text.failed;
	buf_release(&text);
}

static void put_part(struct buf *out, enum wire_tag tag,
    const struct credential *c, const struct credential_part *part)
{
	wire_put(out, tag, credential_text(c, part), part->len);
}

void reply_credential(struct buf *out, const struct credential *c)
{
	put_part(out, WIRE_F_KEY_ID, c, &c->key_id);
	put_part(out, WIRE_F_SECRET_KEY, c, &c->secret_key);
	put_part(out, WIRE_F_SESSION_TOKEN, c, &c->token);
	wire_putn(out, WIRE_F_EXPIRES, (uint64_t)c->expires);
	wire_putn(out, WIRE_F_RENEW_AT, (uint64_t)credential_renew_at(c));
}
