#include "broker/upstream_open.h"

#include "broker/servers/catalog.h"
#include "broker/servers/registration.h"
#include "broker/sessions/session.h"
#include "net/http/http.h"
#include "net/http/throttle.h"

int upstream_open(struct upstream *up, struct loop *loop, struct log *log,
    struct slab *slab, const struct config *config, struct err *e)
{
	int rc;

	*up = (struct upstream){
	    .loop = loop, .log = log, .slab = slab, .config = config};
	rc = http_new(&up->http, loop, log, e);
	if (rc == 0)
		rc = throttle_new(&up->pace, loop, up->http, e);
	if (rc == 0)
		rc = catalog_new(&up->catalog, loop, slab, e);
	if (rc == 0)
		rc = registrations_new(&up->registrations, slab, log, e);
	if (rc == 0)
		rc = sessions_new(&up->sessions, up, e);
	return rc;
}

void upstream_close(struct upstream *up)
{
	sessions_free(up->sessions);
	registrations_free(up->registrations);
	catalog_free(up->catalog);
	throttle_free(up->pace);
	http_free(up->http);
}
