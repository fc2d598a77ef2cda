#include "broker/servers/registering.h"

#include <stdlib.h>
#include <string.h>

#include "broker/kinds/pieces.h"
#include "broker/servers/registration.h"
#include "net/http/http.h"
#include "net/http/throttle.h"
#include "net/runtime/log.h"

struct registering {
	struct upstream up;
	unsigned char identity[HASH_SHA256];
	enum servers_grant grant;
	int fresh;
	struct provider_client client;
	struct throttle_call *call;
	struct loop_timer over; /* there was one already */
	registering_done *done;
	void *arg;
};

void registering_cancel(struct registering *r)
{
	if (!r)
		return;
	throttle_cancel(r->call);
	loop_disarm(r->up.loop, &r->over);
	provider_client_release(&r->client);
	free(r);
}

static void end(struct registering *r, const struct err *e)
{
	r->done(r->arg, e ? NULL : &r->client, e);
	registering_cancel(r);
}

static void over(void *arg)
{
	end(arg, NULL);
}

static int take(
    struct registering *r, const struct http_answer *a, struct err *e)
{
	const struct provider *provider;
	struct provider_at at;
	int rc;

	/* Its file may have been edited meanwhile. */
	rc = upstream_find(&r->up, r->identity, &at, &provider, e);
	if (rc < 0)
		return rc;
	rc = provider->client_take(&at, a, &r->client, e);
	if (rc < 0)
		return rc;
	log_info(r->up.log, "registered a client with %s", at.server->id);
	registration_keep(r->up.registrations, at.server, r->grant, &r->client);
	return 0;
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct registering *r = arg;
	struct err why;

	r->call = NULL;
	if (!a)
		end(r, e);
	else
		end(r, take(r, a, &why) < 0 ? &why : NULL);
}

static int start(
    struct registering *r, const struct servers_entry *server, struct err *e)
{
	const struct provider *provider = provider_of(server, e);
	struct provider_at at = upstream_at(&r->up, server);
	unsigned char line[HASH_SHA256];
	struct http_ask ask;
	int rc;

	if (!provider)
		return e->code;
	if (!provider->client_ask ||
	    (!r->fresh && registration_find(r->up.registrations, server,
			      r->grant, at.now, &r->client))) {
		loop_arm(r->up.loop, &r->over, 0);
		return 0;
	}
	rc = provider->client_ask(&at, r->grant, &ask, e);
	if (rc < 0)
		return rc;
	/* Like logins, with which it shares a queue. */
	throttle_line(r->identity, "begin", line);
	return throttle_start(r->up.pace, provider->begin_pace, THROTTLE_ROLE,
	    line, &ask, answered, r, &r->call, e);
}

int registering_start(const struct upstream *up,
    const struct catalog_entry *server, enum servers_grant g, int fresh,
    registering_done *done, void *arg, struct registering **out, struct err *e)
{
	struct registering *r = calloc(1, sizeof(*r));
	int rc;

	*out = NULL;
	if (!r)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	r->up = *up;
	memcpy(r->identity, server->identity, HASH_SHA256);
	r->grant = g;
	r->fresh = fresh;
	r->done = done;
	r->arg = arg;
	r->over.fn = over;
	r->over.arg = r;
	rc = start(r, server->server, e);
	if (rc < 0) {
		r->call = NULL;
		registering_cancel(r);
		return rc;
	}
	*out = r;
	return 0;
}
