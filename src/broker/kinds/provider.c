#include "broker/kinds/provider.h"

#include <stdlib.h>
#include <string.h>

void provider_client_release(struct provider_client *c)
{
	free(c->id);
	secret_free(c->secret);
	memset(c, 0, sizeof(*c));
}

int provider_client_copy(struct provider_client *to,
    const struct provider_client *from, struct slab *slab, struct err *e)
{
	*to = (struct provider_client){
	    .issued = from->issued, .expires = from->expires};
	if (from->id)
		to->id = strdup(from->id);
	if ((from->id && !to->id) ||
	    (from->secret &&
		secret_new(&to->secret, slab, secret_bytes(from->secret),
		    secret_len(from->secret)) < 0)) {
		provider_client_release(to);
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a client");
	}
	return 0;
}

void provider_tokens_release(struct provider_tokens *t)
{
	secret_free(t->access);
	secret_free(t->refresh);
	provider_client_release(&t->client);
	memset(t, 0, sizeof(*t));
}

void provider_metadata_release(struct provider_metadata *m)
{
	free(m->issuer);
	free(m->revocation);
	memset(m, 0, sizeof(*m));
}

void provider_device_release(struct provider_device *d)
{
	secret_free(d->code);
	free(d->user_code);
	free(d->uri);
	free(d->complete);
	memset(d, 0, sizeof(*d));
}
