/* Asks AWS whose credentials a role's are, using them. */

#include "broker/commands/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/chain.h"
#include "base/core/text.h"
#include "broker/broker.h"
#include "broker/sts/account_alias.h"
#include "broker/sts/sts.h"

enum {
	ALIAS_MS = 2000, /* what nobody waits for any longer */
};

struct whoami {
	char *role, *chain;
	char *region; /* region for STS, or NULL */
	char *arn;    /* of the last hop, for the partition; or NULL */
	struct credential by;
	struct throttle_call *call; /* of STS */
	struct http_call *of_alias; /* of IAM */
	int tried_clock, tried_source;
	int64_t ahead;		/* what the call was signed by, of sts_at */
	struct sts_identity id; /* once it is known */
	char *alias;
};

static void drop(struct ask *a)
{
	struct whoami *w = a->own;

	throttle_cancel(w->call);
	http_cancel(w->of_alias);
	credential_release(&w->by);
	sts_identity_release(&w->id);
	free(w->alias);
	free(w->arn);
	free(w->region);
	free(w->chain);
	free(w->role);
	free(w);
	a->own = NULL;
}

/* --- the answer */

/* No result is needed any more. */
static void finish(struct ask *a, const struct err *e)
{
	struct whoami *w = a->own;
	struct catalog_entry server;
	int found =
	    catalog_find(a->broker->up.catalog, a->server, &server, NULL) == 0;

	throttle_cancel(w->call);
	http_cancel(w->of_alias);
	w->call = NULL;
	w->of_alias = NULL;
	wait_leave(&a->role.wait);
	ask_finish(a,
	    &(struct message){
		.server = found ? server.server->id : a->server,
		.role = w->role,
		.account = w->id.account,
		.arn = w->id.arn,
		.alias = w->alias,
		.expires = w->by.expires,
	    },
	    e);
}

static void late(void *arg)
{
	struct ask *a = arg;
	struct whoami *w = a->own;
	struct err e;

	if (w->id.arn) {
		finish(a, NULL);
		return;
	}
	(void)err_set(&e, ERR_TIMEOUT, "%s has not answered yet",
	    w->by.body ? "AWS STS" : a->server);
	finish(a, &e);
}

/* --- the alias, which may fail silently */

static void was_told_alias(
    void *arg, const struct http_answer *answer, const struct err *e)
{
	struct ask *a = arg;
	struct whoami *w = a->own;

	(void)e;
	w->of_alias = NULL;
	if (answer)
		w->alias = iam_alias_take(answer);
	finish(a, NULL);
}

static void ask_alias(struct ask *a)
{
	struct broker *b = a->broker;
	struct whoami *w = a->own;
	struct http_ask ask;

	if (iam_alias_ask(w->id.arn, config_settings(b->config),
		loop_wall(b->loop) + roles_clock_ahead(b->roles), &w->by, &ask,
		NULL) < 0 ||
	    http_start(
		b->up.http, &ask, was_told_alias, a, &w->of_alias, NULL) < 0) {
		w->of_alias = NULL;
		finish(a, NULL);
		return;
	}
	loop_arm(b->loop, &a->timer, ALIAS_MS);
}

/* --- the identity */

static struct sts_at sts_at_of(const struct ask *a)
{
	const struct broker *b = a->broker;
	const struct whoami *w = a->own;

	return (struct sts_at){
	    .settings = config_settings(b->config),
	    .region = w->region,
	    .slab = b->slab,
	    .now = loop_wall(b->loop),
	    .ahead = roles_clock_ahead(b->roles),
	};
}

static void fetched(void *arg, const struct role_result *r);
static void ask_identity(struct ask *a);

/* 1 if it is retried. */
static int try_anew(struct ask *a, int rc, const struct http_answer *answer)
{
	struct whoami *w = a->own;
	const struct role_ref ref = {a->server, w->role, w->chain};

	if (rc == STS_CLOCK && !w->tried_clock) {
		w->tried_clock = 1;
		roles_set_clock(a->broker->roles, answer->date);
		ask_identity(a);
		return 1;
	}
	if (rc != STS_SOURCE || w->tried_source)
		return 0;
	w->tried_source = 1;
	credential_release(&w->by);
	roles_ask(a->broker->roles, &ref, 1, &a->role);
	return 1;
}

static void was_told_who(
    void *arg, const struct http_answer *answer, const struct err *e)
{
	struct ask *a = arg;
	struct whoami *w = a->own;
	struct sts_at at = sts_at_of(a);
	struct err why;
	int rc;

	w->call = NULL;
	if (!answer) {
		finish(a, e);
		return;
	}
	/* Another request may have corrected the clock meanwhile. */
	at.ahead = w->ahead;
	rc = sts_identity_take(answer, &at, &w->id, &why);
	if (rc == 0)
		ask_alias(a);
	else if (!try_anew(a, rc, answer))
		finish(a, &why);
}

static void ask_identity(struct ask *a)
{
	struct whoami *w = a->own;
	const struct sts_at at = sts_at_of(a);
	struct http_ask ask;
	struct err e;
	int rc = sts_identity_ask(&at, w->arn, &w->by, &ask, &e);

	w->ahead = at.ahead;
	if (rc == 0)
		rc =
		    throttle_start(a->broker->up.pace, &sts_pace, THROTTLE_ROLE,
			sts_line, &ask, was_told_who, a, &w->call, &e);
	if (rc == 0)
		return;
	w->call = NULL;
	finish(a, &e);
}

static void fetched(void *arg, const struct role_result *r)
{
	struct ask *a = arg;
	struct whoami *w = a->own;
	struct err e;

	if (!r->credential)
		finish(a, ask_why(a, r, &e));
	else if (credential_copy(&w->by, r->credential, a->broker->slab, &e) <
		 0)
		finish(a, &e);
	else
		ask_identity(a);
}

/* --- the question */

/* The region: the one given, the chain's, or, if no hop determines the
 * partition, that of IAM Identity Center; any of them may be missing. */
static int choose_place(
    struct broker *b, const struct message *r, struct whoami *w, struct err *e)
{
	struct catalog_entry server;
	struct chain c;
	int rc = chain_read(&c, r->chain, e);

	if (rc < 0)
		return rc;
	if (*r->region)
		w->region = text_dup(r->region);
	else if (c.region)
		w->region = text_dup(c.region);
	else if (c.n == 0 &&
		 catalog_find(b->up.catalog, r->server, &server, NULL) == 0 &&
		 server.server->region)
		w->region = text_dup(server.server->region);
	if (c.n > 0)
		w->arn = text_dup(c.hops[c.n - 1].role_arn);
	chain_release(&c);
	return 0;
}

static int fill(struct ask *a, const struct message *r, struct err *e)
{
	struct whoami *w = calloc(1, sizeof(*w));

	if (!w)
		return ask_no_memory(e);
	a->own = w;
	a->drop = drop;
	w->role = text_dup(r->role);
	w->chain = text_dup(r->chain);
	if (!w->role || !w->chain)
		return ask_no_memory(e);
	return choose_place(a->broker, r, w, e);
}

int ask_whoami(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct role_ref ref = {r->server, r->role, r->chain};
	struct ask *a = ask_new(b, c, r);
	int rc;

	(void)out;
	if (!a)
		return ask_no_memory(e);
	rc = fill(a, r, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	connections_set(c, a);
	ask_fetch(a, &ref, fetched, late);
	return ASK_LATER;
}
