#include "broker/servers/upstream.h"

#include "broker/servers/catalog.h"
#include "net/http/words.h"

int upstream_find(const struct upstream *up,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e)
{
	struct catalog_entry found;
	int rc = catalog_identified(up->catalog, identity, &found, e);

	if (rc < 0)
		return rc;
	*at = upstream_at(up, found.server);
	*p = provider_of(found.server, e);
	return *p ? 0 : e->code;
}

int upstream_still(const struct upstream *up, const char *id,
    const unsigned char identity[HASH_SHA256], struct provider_at *at,
    const struct provider **p, struct err *e)
{
	char name[WORDS_NAME];
	int rc = upstream_find(up, identity, at, p, e);

	if (rc == ERR_NOT_FOUND)
		return err_set(e, ERR_UPSTREAM,
		    "the file of %s was changed meanwhile: try again",
		    words_shown(id, name));
	return rc;
}
