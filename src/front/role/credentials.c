#include "front/role/credentials.h"

#include "base/core/bytes.h"
#include "base/core/jsonout.h"
#include "front/client/client.h"

int credentials_take(
    struct credentials *k, const struct message *m, struct err *e)
{
	message_copy(k->id, sizeof(k->id), m->key_id);
	message_copy(k->secret, sizeof(k->secret), m->secret_key);
	message_copy(k->token, sizeof(k->token), m->session_token);
	k->expires = m->expires;
	/* Nothing is checked before renew_at: not past `expires`. */
	k->renew_at = m->renew_at < m->expires ? m->renew_at : m->expires;
	when_utc(k->expires, k->expiration);
	if (k->expiration[0] != '\0')
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
