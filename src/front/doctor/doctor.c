#include "front/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/bearer.h"
#include "base/core/jsonout.h"
#include "base/core/version.h"

/* The server id and the chain of the project here, if usable; the chain may be
 * "". */
static const char *project_server(const struct doctor *d, struct buf *chain)
{
	const struct project *p = &d->r.v.project;
	const struct servers_entry *one;
	struct err e;

	if (d->r.v.kind != VERDICT_GOOD ||
	    servers_find(&d->servers, p->server, &one, &e) < 0)
		return NULL;
	chain_text(p->hops, p->n_hops, p->region, p->account, chain);
	return chain->failed ? NULL : one->id;
}

static void ask_hosts(struct doctor *d)
{
	struct buf chain = BUF_INIT(CHAIN_TEXT);
	const char *id = project_server(d, &chain);

	if (reach_ask(&d->servers, id, buf_str(&chain), &d->reached,
		&d->n_reached, &d->unasked) == 0 &&
	    d->n_reached > 0 && d->r.h.kind == BROKER_STATUS_NONE)
		d->started = 1;
	buf_release(&chain);
}

static int is_ours(const struct doctor *d, const struct sdk_choice *c)
{
	const struct status_report *r = &d->r;

	switch (c->source) {
	case SDK_ENDPOINT:
		return bearer_goes(getenv(var_name(VAR_AUTH_TOKEN)),
		    getenv(var_name(VAR_FULL_URI)));
	case SDK_ENV_KEYS:
		/* Static mode sets keys, and no endpoint. */
		return state_is_ours(&r->state, VAR_ACCESS_KEY_ID,
			   getenv(var_name(VAR_ACCESS_KEY_ID))) ||
		       ((r->shell == STATUS_EXEC || r->shell == STATUS_HERE) &&
			   getenv(var_name(VAR_FULL_URI)) == NULL);
	case SDK_PROFILE_MAIRU:
		return 1;
	case SDK_TOKEN_FILE:
	case SDK_ECS:
	case SDK_WEB_IDENTITY:
	case SDK_PROFILE:
	case SDK_MACHINE:
	case SDK_FAILS:
		break;
	}
	return 0;
}

void doctor_look(struct doctor *d)
{
	static struct sdk_world world; /* large; choices borrow from it */
	struct err e;

	if (servers_load(&d->servers, NULL, &e) < 0)
		d->servers.count = 0;
	status_gather(&d->r);
	if (!d->offline && d->servers.count > 0 &&
	    d->r.h.kind != BROKER_STATUS_BAD && d->r.obstacle.len == 0)
		ask_hosts(d);
	if (d->started) {
		status_release(&d->r);
		status_gather(&d->r);
	}
	sdk_look(&world);
	for (int i = 0; i < SDK_COUNT; i++) {
		sdk_choose((enum sdk)i, &world, &d->sdk[i]);
		d->sdk_ours[i] = is_ours(d, &d->sdk[i]);
	}
}

void doctor_release(struct doctor *d)
{
	findings_release(&d->f);
	status_release(&d->r);
	servers_release(&d->servers);
	free(d->reached);
	d->reached = NULL;
}

static void (*const checks[])(struct doctor *d) = {
    doctor_program,
    doctor_broker,
    doctor_memory,
    doctor_hook,
    doctor_files,
    doctor_servers,
    doctor_mix_up,
    doctor_settings,
    doctor_project,
    doctor_session,
    doctor_shell,
    doctor_sdk,
    doctor_profile,
    doctor_terraform,
    doctor_proxy,
    doctor_network,
    doctor_clock,
};

void doctor_check(struct doctor *d)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](d);
}

static const char *source_name(enum sdk_source source)
{
	static const char *const names[] = {
	    [SDK_ENDPOINT] = "endpoint",
	    [SDK_TOKEN_FILE] = "token-file",
	    [SDK_ECS] = "ecs",
	    [SDK_ENV_KEYS] = "keys",
	    [SDK_WEB_IDENTITY] = "web",
	    [SDK_PROFILE] = "profile",
	    [SDK_PROFILE_MAIRU] = "mairu",
	    [SDK_MACHINE] = "machine",
	    [SDK_FAILS] = "fails",
	};

	return names[source];
}

static void sdks_json(const struct doctor *d, struct jsonout *o)
{
	jsonout_key(o, "sdks");
	jsonout_begin(o, '[');
	for (int i = 0; i < SDK_COUNT; i++) {
		const struct sdk_choice *c = &d->sdk[i];

		jsonout_begin(o, '{');
		jsonout_key(o, "sdk");
		jsonout_str(o, sdk_name((enum sdk)i));
		jsonout_key(o, "source");
		jsonout_str(o, source_name(c->source));
		jsonout_key(o, "setting");
		jsonout_str(o,
		    c->source == SDK_PROFILE ? awsconf_key_name(c->key) : NULL);
		jsonout_key(o, "profile");
		jsonout_str(o, c->profile);
		jsonout_key(o, "variable");
		jsonout_str(o, c->by != VAR_COUNT ? var_name(c->by) : NULL);
		jsonout_key(o, "mairu");
		jsonout_bool(o, d->sdk_ours[i]);
		jsonout_end(o, '}');
	}
	jsonout_end(o, ']');
}

void doctor_json(const struct doctor *d, struct buf *b)
{
	struct jsonout o;

	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "version");
	jsonout_str(&o, MAIRU_VERSION);
	findings_json(&d->f, &o);
	sdks_json(d, &o);
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}
