/*
 * A role assumed by another one: the last hop of a chain.  Its credentials come
 * from AWS STS, requested with those of the role below, which is a role like
 * any other: cached, renewed, and shared by all chains that begin with it.
 *
 * If an account is named, a final step on top passes on the credentials below
 * only once they are proved to belong to that account.
 */

#include "broker/roles/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/chain.h"
#include "base/core/text.h"
#include "broker/kinds/pieces.h"
#include "broker/sts/sts.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

enum {
	HTTP_OK = 200,
	HOUR = 3600, /* AWS's limit when a role assumes a role */
	/* What has been retried, each at most once. */
	TRIED_CLOCK = 1,
	TRIED_SOURCE = 2,
	TRIED_HOUR = 4,
};

struct role_chain {
	struct chain hops; /* the last is this role, unless an account is to be
			      proved */
	char *below;	   /* chain_text() of the hops before */
	/* At most one of these is in progress. */
	struct role_wait base;
	struct throttle_call *call;
	/* A copy of the credentials that STS is asked with. */
	struct credential by;
	char *by_arn; /* whose they are, if known */
	int asked_who;
	unsigned tried;
	int64_t ahead; /* what the call was signed by, of sts_at */
};

static void base_came(void *arg, const struct role_result *r);

/* --- its life */

void role_chain_free(struct role_chain *c)
{
	if (!c)
		return;
	chain_release(&c->hops);
	free(c->below);
	free(c->by_arn);
	credential_release(&c->by);
	free(c);
}

static int fill(struct role_chain *c, const char *text, struct err *e)
{
	struct buf below = BUF_INIT(CHAIN_TEXT);
	int rc = chain_read(&c->hops, text, e);

	if (rc < 0)
		return rc;
	chain_text(c->hops.hops, c->hops.n - (c->hops.account == NULL),
	    c->hops.region, NULL, &below);
	c->below = below.failed ? NULL : strdup(buf_str(&below));
	buf_release(&below);
	return c->below ? 0 : ERR_NOMEM;
}

int role_chain_new(struct role_chain **out, const char *text, struct err *e)
{
	struct role_chain *c = calloc(1, sizeof(*c));
	int rc = c ? fill(c, text, e) : ERR_NOMEM;

	*out = c;
	if (rc == 0)
		return 0;
	role_chain_free(c);
	*out = NULL;
	return rc == ERR_NOMEM ? err_set(e, ERR_NOMEM,
				     "the broker has no memory for a role")
			       : rc;
}

int role_chain_busy(const struct role_chain *c)
{
	return c->call || !wait_idle(&c->base.wait);
}

int role_chain_is_called(const struct role_chain *c)
{
	return c->call != NULL;
}

/* Drops the credentials it was asked with. */
static void put_down(struct role_chain *c)
{
	credential_release(&c->by);
	free(c->by_arn);
	c->by_arn = NULL;
}

void role_chain_hang_up(struct role_chain *c)
{
	throttle_cancel(c->call);
	c->call = NULL;
	wait_leave(&c->base.wait);
	put_down(c);
}

/* --- how it ends */

static void fail(struct role *role, const struct err *why, int64_t retry_after)
{
	put_down(role->chain);
	if (role->at_once)
		*role->at_once = *why;
	else
		role_failed(role, why, retry_after);
}

/* In a chain of several hops, says which one. */
static void fail_here(
    struct role *role, const struct err *why, int64_t retry_after)
{
	const struct role_chain *c = role->chain;
	struct err e = *why;

	if (c->hops.n > 1)
		(void)err_set(
		    &e, why->code, "hop %zu: %s", c->hops.n, why->msg);
	fail(role, &e, retry_after);
}

static struct hop *this_hop(struct role_chain *c)
{
	return &c->hops.hops[c->hops.n - 1];
}

static struct sts_at sts_at_of(const struct role *role)
{
	const struct upstream *up = &role->all->part;

	return (struct sts_at){
	    .settings = config_settings(up->config),
	    .region = role->chain->hops.region,
	    .slab = up->slab,
	    .now = loop_wall(up->loop),
	    .ahead = role->all->sts_ahead,
	};
}

/* Another role's answer may have corrected the clock since this request, so
 * this refusal need not be final. */
static struct sts_at sts_at_asked(
    const struct role *role, const struct http_answer *a)
{
	struct sts_at at = sts_at_of(role);

	if (a && a->status != HTTP_OK)
		at.ahead = role->chain->ahead;
	return at;
}

static int call_sts(struct role *role, struct http_ask *take_ask,
    http_done *done, struct err *e)
{
	struct role_chain *c = role->chain;
	int rc = throttle_start(role->all->part.pace, &sts_pace, THROTTLE_ROLE,
	    sts_line, take_ask, done, role, &c->call, e);

	c->ahead = role->all->sts_ahead;
	if (rc < 0)
		c->call = NULL;
	return rc;
}

static void send_it(struct role *role);
static void prove(struct role *role);

static void cut_to_an_hour(struct role *role)
{
	this_hop(role->chain)->duration_seconds = HOUR;
	log_warn(role->all->part.log,
	    "%s: AWS gives an hour at most to a role that is assumed by a "
	    "role, so \"duration_seconds\" counts as 3600",
	    this_hop(role->chain)->role_arn);
}

static void ask_base(struct role *role, int fresh);

/* 1 if it is retried. */
static int try_anew(struct role *role, int rc, const struct http_answer *a)
{
	static const unsigned bits[] = {[STS_CLOCK] = TRIED_CLOCK,
	    [STS_SOURCE] = TRIED_SOURCE,
	    [STS_HOUR] = TRIED_HOUR};
	struct role_chain *c = role->chain;

	if (rc <= 0 || (c->tried & bits[rc]))
		return 0;
	c->tried |= bits[rc];
	if (rc == STS_SOURCE) {
		put_down(c);
		ask_base(role, 1);
		return 1;
	}
	if (rc == STS_CLOCK)
		roles_set_clock(role->all, a->date);
	else
		cut_to_an_hour(role);
	if (c->hops.account)
		prove(role);
	else
		send_it(role);
	return 1;
}

static void assumed(void *arg, const struct http_answer *a, const struct err *e)
{
	struct role *role = arg;
	struct role_chain *c = role->chain;
	const struct sts_at at = sts_at_asked(role, a);
	struct credential got;
	struct err why;
	char *arn;
	int rc;

	c->call = NULL;
	if (!a) {
		fail_here(role, e, -1);
		return;
	}
	rc = sts_assume_take(&at, this_hop(c), c->by_arn, a, &got, &arn, &why);
	if (rc == 0) {
		got.no_cache = c->by.no_cache;
		put_down(c);
		role_got(role, &got, arn);
	} else if (!try_anew(role, rc, a)) {
		fail_here(role, &why, a->retry_after);
	}
}

/* --- the session name */

/* The one given; else that of the credentials; else the user's; else ours. */
static void name_session(struct role_chain *c, char out[STS_SESSION])
{
	const char *name = this_hop(c)->role_session_name;
	const char *user = getenv("USER");

	if (!name)
		name = sts_session_of(c->by_arn);
	if (name) {
		size_t n = strlen(name);

		memcpy(out, name, n + 1);
		return;
	}
	sts_session_make(user ? user : "", out);
	if (!out[0])
		memcpy(out, "mairu", sizeof("mairu"));
}

static void was_told_who(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct role *role = arg;
	struct role_chain *c = role->chain;
	const struct sts_at at = sts_at_asked(role, a);
	struct sts_identity id = {NULL, NULL, NULL};
	struct err why;
	int rc = -1;

	(void)e;
	c->call = NULL;
	if (a)
		rc = sts_identity_take(a, &at, &id, &why);
	if (rc == 0) {
		c->by_arn = id.arn;
		id.arn = NULL;
		role_note_arn(role, c->below, &c->by, c->by_arn);
		sts_identity_release(&id);
	}
	/* Fix what would also stop the role itself; otherwise it would only
	 * change the session's name. */
	c->asked_who = rc <= 0;
	if (try_anew(role, rc, a))
		return;
	/* Without an answer, use another name. */
	c->asked_who = 1;
	send_it(role);
}

/* --- the account */

/* The account in an ARN, as a new string; NULL if it has none. */
static char *account_of(const char *arn)
{
	const char *p = arn;

	for (int colons = 0; p && colons < 4; colons++) {
		p = strchr(p, ':');
		p += p != NULL;
	}
	return p && chain_account(p, strcspn(p, ":")) ? strndup(p, 12) : NULL;
}

/* What is known without asking: an assumed role's account is in the ARN that
 * STS returned, else in the one requested; and some servers only give roles of
 * the requested account. */
static char *known_account(const struct role *role)
{
	const struct role_chain *c = role->chain;
	struct catalog_entry server;
	const struct provider *p;

	if (c->by_arn)
		return account_of(c->by_arn);
	if (c->hops.n > 0)
		return account_of(c->hops.hops[c->hops.n - 1].role_arn);
	if (catalog_identified(
		role->all->part.catalog, role->identity, &server, NULL) == 0 &&
	    (p = provider_of(server.server, NULL)) != NULL &&
	    p->names_account &&
	    chain_account(role->name, strcspn(role->name, "/")))
		return strndup(role->name, 12);
	return NULL;
}

static void give_on(struct role *role, const char *account)
{
	struct role_chain *c = role->chain;
	struct credential got = c->by;
	char *arn = c->by_arn;
	char shown[WORDS_NAME], of[WORDS_NAME];
	struct err e;

	if (strcmp(account, c->hops.account) != 0) {
		(void)err_set(&e, ERR_DENIED,
		    "%s is of account %s, but account %s is wanted, so nothing "
		    "is given",
		    words_shown(role->name, shown), words_shown(account, of),
		    c->hops.account);
		fail(role, &e, -1);
		return;
	}
	memset(&c->by, 0, sizeof(c->by));
	c->by_arn = NULL;
	role_got(role, &got, arn);
}

static void was_proved(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct role *role = arg;
	struct role_chain *c = role->chain;
	const struct sts_at at = sts_at_asked(role, a);
	struct sts_identity id = {NULL, NULL, NULL};
	struct err why;
	int rc = 0;

	c->call = NULL;
	if (a)
		rc = sts_identity_take(a, &at, &id, &why);
	else
		why = *e;
	if (rc > 0 && try_anew(role, rc, a))
		return;
	if (!a || rc != 0) {
		fail(role, &why, a ? a->retry_after : -1);
		return;
	}
	free(c->by_arn); /* one that names no account */
	c->by_arn = id.arn;
	id.arn = NULL;
	role_note_arn(role, c->below, &c->by, c->by_arn);
	give_on(role, id.account);
	sts_identity_release(&id);
}

static void prove(struct role *role)
{
	struct role_chain *c = role->chain;
	char *account = known_account(role);
	const struct sts_at at = sts_at_of(role);
	struct http_ask ask;
	struct err e;
	int rc;

	if (account) {
		give_on(role, account);
		free(account);
		return;
	}
	rc = sts_identity_ask(&at, NULL, &c->by, &ask, &e);
	if (rc == 0)
		rc = call_sts(role, &ask, was_proved, &e);
	if (rc < 0)
		fail(role, &e, -1);
}

/* --- asking */

/* Requests the role, or first the caller's identity if it is needed. */
static void send_it(struct role *role)
{
	struct role_chain *c = role->chain;
	const struct sts_at at = sts_at_of(role);
	const struct hop *hop = this_hop(c);
	char session[STS_SESSION];
	struct http_ask ask;
	struct err e;
	int who, rc;

	who = !hop->role_session_name && !c->by_arn && !c->asked_who;
	c->asked_who |= who;
	name_session(c, session);
	rc = who ? sts_identity_ask(&at, hop->role_arn, &c->by, &ask, &e)
		 : sts_assume_ask(&at, hop, session, &c->by, &ask, &e);
	if (rc == 0)
		rc = call_sts(role, &ask, who ? was_told_who : assumed, &e);
	if (rc < 0)
		fail_here(role, &e, -1);
}

static void base_came(void *arg, const struct role_result *r)
{
	struct role *role = arg;
	struct role_chain *c = role->chain;
	struct err e;

	if (!r->credential) {
		fail(role, r->e, r->retry_after > 0 ? r->retry_after : -1);
		return;
	}
	if (credential_copy(&c->by, r->credential, role->all->part.slab, &e) <
	    0) {
		fail_here(role, &e, -1);
		return;
	}
	c->by_arn = text_dup(role_arn_below(role, c->below, &role->call_login));
	if (c->hops.account)
		prove(role);
	else
		send_it(role);
}

static void ask_base(struct role *role, int fresh)
{
	struct role_chain *c = role->chain;
	const struct role_ref ref = {role->id, role->name, c->below};
	int how = role_in_use(role) ? 0 : ROLES_LAZY;

	c->base.fn = base_came;
	c->base.arg = role;
	/* It must not be evicted to make room for the role below it. */
	role->held++;
	roles_ask(role->all, &ref, fresh ? how | ROLES_FRESH : how, &c->base);
	role_let_go(role);
}

void role_chain_call(struct role *role)
{
	role->chain->tried = 0;
	role->chain->asked_who = 0;
	/* What is merely passed on is as fresh as what is below. */
	ask_base(role, role->chain->hops.account && role->fresh);
}
