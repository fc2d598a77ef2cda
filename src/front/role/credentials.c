#include "front/role/credentials.h"

#include "base/core/bytes.h"
#include "base/core/jsonout.h"
#include "front/client/client.h"

static int take_time(const struct wire_field *f, int64_t *t)
{
	uint64_t n = 0;
	int r = wire_num(f, &n);

	*t = (int64_t)n;
	return r < 0 || n > INT64_MAX ? ERR_FORMAT : 0;
}

static int take(struct credentials *k, const struct wire_field *f)
{
	switch (f->tag) {
	case WIRE_F_KEY_ID:
		return wire_text(f, k->id, sizeof(k->id));
	case WIRE_F_SECRET_KEY:
		return wire_text(f, k->secret, sizeof(k->secret));
	case WIRE_F_SESSION_TOKEN:
		return wire_text(f, k->token, sizeof(k->token));
	case WIRE_F_EXPIRES:
		return take_time(f, &k->expires);
	case WIRE_F_RENEW_AT:
		return take_time(f, &k->renew_at);
	default:
		return ERR_FORMAT;
	}
}

int credentials_read(
    struct credentials *k, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	credentials_wipe(k);
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(k, &field);
		if (r < 0)
			break;
	}
	/* Nothing is looked at before the one time, so not after the other. */
	if (k->renew_at > k->expires)
		k->renew_at = k->expires;
	when_utc(k->expires, k->expiration);
	/* Half of a set would be used with half of another. */
	if (r == 0 && k->id[0] != '\0' && k->secret[0] != '\0' &&
	    k->token[0] != '\0' && k->expires > 0 && k->renew_at > 0 &&
	    k->expiration[0] != '\0')
		return 0;
	credentials_wipe(k);
	return client_nonsense(e);
}

void credentials_wipe(struct credentials *k)
{
	bytes_wipe(k, sizeof(*k));
}

void credentials_json(const struct credentials *k, struct buf *b)
{
	struct jsonout o;

	jsonout_init(&o, b, 0);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "Version");
	jsonout_int(&o, 1);
	jsonout_key(&o, "AccessKeyId");
	jsonout_str(&o, k->id);
	jsonout_key(&o, "SecretAccessKey");
	jsonout_str(&o, k->secret);
	jsonout_key(&o, "SessionToken");
	jsonout_str(&o, k->token);
	jsonout_key(&o, "Expiration");
	jsonout_str(&o, k->expiration);
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}
