#include "broker/upstream.h"

#include "broker/catalog.h"
#include "broker/http.h"
#include "broker/session.h"

int upstream_open(struct upstream *up, struct loop *loop, struct log *log,
    struct slab *slab, struct err *e)
{
	int rc;

	*up = (struct upstream){.loop = loop, .log = log, .slab = slab};
	rc = http_new(&up->http, loop, log, e);
	if (rc == 0)
		rc = catalog_new(&up->catalog, loop, slab, e);
	if (rc == 0)
		rc = sessions_new(&up->sessions, loop, log, e);
	return rc;
}

void upstream_close(struct upstream *up)
{
	sessions_free(up->sessions);
	catalog_free(up->catalog);
	http_free(up->http);
}
