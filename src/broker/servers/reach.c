#include "broker/servers/reach.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/chain.h"
#include "broker/servers/metadata.h"
#include "broker/sts/sts.h"
#include "net/aws/hosts.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"

struct reach;

struct reach_call {
	struct reach *reach;
	struct http_call *http;
	int over;
};

struct reach {
	const struct upstream *up;
	reach_done *done;
	void *arg;
	int64_t wait_ms;
	struct loop_timer end; /* time is up, or nothing more to come */
	unsigned char identity[HASH_SHA256];
	struct metadata *metadata;
	struct reach_host at[REACH_HOSTS];
	struct reach_call call[REACH_HOSTS];
	size_t n;
};

/* --- which hosts */

/* Adds the part before the path of a checked URL; each host once. */
static void add(void *arg, const char *url)
{
	struct reach *r = arg;
	const char *authority = strstr(url, "://");
	struct reach_host *host = &r->at[r->n];
	size_t len;

	if (!authority || r->n == REACH_HOSTS)
		return;
	len = (size_t)(authority + 3 - url) + strcspn(authority + 3, "/?#");
	if (len > URL_MAX)
		return;
	memcpy(host->url, url, len);
	host->url[len] = '\0';
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->at[i].url, host->url) == 0)
			return;
	host->ahead = INT64_MIN;
	r->n++;
}

static int add_hosts(
    struct reach *r, const struct servers_entry *s, struct err *e)
{
	const struct provider *p = provider_of(s, NULL);
	const struct provider_at at = upstream_at(r->up, s);

	return p ? p->hosts(&at, add, r, e) : 0;
}

static int add_sts(struct reach *r, const char *text, struct err *e)
{
	struct sts_at at = {.settings = config_settings(r->up->config)};
	struct aws_endpoint to;
	struct chain c;
	int rc = chain_read(&c, text, e);

	if (rc < 0)
		return rc;
	if (c.n > 0) {
		at.region = c.region;
		rc = sts_endpoint(&at, c.hops[c.n - 1].role_arn, &to, e);
		if (rc == 0)
			add(r, to.url);
	}
	chain_release(&c);
	return rc;
}

/* --- asking them */

static void end(void *arg)
{
	struct reach *r = arg;
	reach_done *done = r->done;

	for (size_t i = 0; i < r->n; i++)
		if (!r->call[i].over)
			(void)err_set(&r->at[i].why, ERR_TIMEOUT,
			    "%s gave no answer within %lld s. Check the "
			    "network, and: mairu config get proxy",
			    strstr(r->at[i].url, "://") + 3,
			    (long long)(r->wait_ms / 1000));
	done(r->arg, r->at, r->n);
	reach_cancel(r);
}

static void end_if_over(struct reach *r)
{
	size_t left = r->metadata != NULL;

	for (size_t i = 0; i < r->n; i++)
		left += !r->call[i].over;
	if (left == 0)
		loop_arm(r->up->loop, &r->end, 0);
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct reach_call *call = arg;
	struct reach *r = call->reach;
	struct reach_host *host = &r->at[call - r->call];

	call->http = NULL;
	call->over = 1;
	if (!a) {
		host->why = *e;
	} else {
		host->status = a->status;
		if (a->date)
			host->ahead = a->date - loop_wall(r->up->loop);
	}
	end_if_over(r);
}

static void have_metadata(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct reach *r = arg;
	struct provider_metadata m;
	const struct provider *p;
	struct provider_at at;
	struct err none;

	(void)e; /* the hosts say what is wrong */
	r->metadata = NULL;
	if (a && upstream_find(r->up, r->identity, &at, &p, &none) == 0 &&
	    p->metadata_take(&at, a, &m, &none) == 0) {
		r->at[0].names_itself = m.sends_iss;
		provider_metadata_release(&m);
	}
	end_if_over(r);
}

static void ask_metadata(struct reach *r, const struct catalog_entry *server)
{
	const struct provider *p = provider_of(server->server, NULL);
	const struct provider_at at = upstream_at(r->up, server->server);
	struct err none;

	if (!p || !server->server->has_code)
		return;
	memcpy(r->identity, server->identity, HASH_SHA256);
	(void)!metadata_start(
	    r->up->http, p, &at, have_metadata, r, &r->metadata, &none);
}

static void ask(struct reach *r, size_t i)
{
	struct reach_call *call = &r->call[i];
	struct http_ask a;

	call->reach = r;
	http_ask_init(&a);
	a.head = 1;
	buf_addf(&a.url, "%s/", r->at[i].url);
	if (http_start(r->up->http, &a, answered, call, &call->http,
		&r->at[i].why) == 0)
		return;
	call->http = NULL;
	call->over = 1;
}

int reach_start(const struct upstream *up, const struct catalog_entry *server,
    const char *chain, int64_t wait_ms, reach_done *done, void *arg,
    struct reach **out, struct err *e)
{
	struct reach *r = calloc(1, sizeof(*r));
	size_t over = 0;
	int rc;

	*out = NULL;
	if (!r)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	*r = (struct reach){
	    .up = up, .done = done, .arg = arg, .wait_ms = wait_ms};
	r->end.fn = end;
	r->end.arg = r;
	rc = add_hosts(r, server->server, e);
	if (rc == 0)
		rc = add_sts(r, chain, e);
	if (rc < 0) {
		free(r);
		return rc;
	}
	for (size_t i = 0; i < r->n; i++) {
		ask(r, i);
		over += (size_t)r->call[i].over;
	}
	ask_metadata(r, server);
	loop_arm(up->loop, &r->end, over == r->n && !r->metadata ? 0 : wait_ms);
	*out = r;
	return 0;
}

void reach_cancel(struct reach *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++)
		http_cancel(r->call[i].http);
	metadata_cancel(r->metadata);
	loop_disarm(r->up->loop, &r->end);
	free(r);
}
