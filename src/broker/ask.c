#include "broker/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wire.h"
#include "broker/answer.h"
#include "broker/broker.h"
#include "broker/catalog.h"
#include "broker/checker.h"
#include "broker/endpoint.h"
#include "broker/grant.h"
#include "broker/login.h"
#include "broker/loop.h"
#include "broker/roles.h"
#include "broker/session.h"

struct ask {
	struct broker *broker;
	struct server_client *client;
	LIST_ENTRY(ask) entry;
	struct login_wait login;
	struct check_wait check;
	struct role_wait role;
	struct loop_timer timer;
	struct grant *grant;  /* while it is checked, or lent */
	struct secret *token; /* whose grant must still be there at the end */
	int64_t wait_ms;
	int fresh, lent;
	/* The answer, once there is one, and who sends it. */
	struct buf frame;
	struct loop_timer over;
	char server[]; /* as the client named it */
};

static void ask_free(struct ask *a)
{
	LIST_REMOVE(a, entry);
	secret_free(a->token);
	login_leave(&a->login);
	checker_cancel(&a->check);
	roles_cancel(&a->role);
	loop_disarm(a->broker->loop, &a->timer);
	loop_disarm(a->broker->loop, &a->over);
	buf_release(&a->frame);
	if (a->lent && a->grant)
		grant_watch(a->grant, NULL, NULL);
	free(a);
}

static void over(void *arg)
{
	struct ask *a = arg;
	struct server_client *client = a->client;
	struct buf frame = a->frame;

	buf_init(&a->frame, 0);
	ask_free(a);
	server_answer(client, &frame);
}

static struct ask *new_about(struct broker *b, struct server_client *c,
    const struct request *r, const char *server)
{
	size_t n = strlen(server) + 1;
	struct ask *a = calloc(1, sizeof(*a) + n);

	if (!a)
		return NULL;
	a->broker = b;
	a->client = c;
	a->wait_ms = r->wait_ms;
	a->fresh = r->fresh;
	memcpy(a->server, server, n);
	buf_init(&a->frame, WIRE_HEADER + WIRE_MAX_BODY);
	a->over.fn = over;
	a->over.arg = a;
	LIST_INSERT_HEAD(&b->asks, a, entry);
	return a;
}

static struct ask *ask_new(
    struct broker *b, struct server_client *c, const struct request *r)
{
	return new_about(b, c, r, r->server);
}

static int no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker is out of memory");
}

typedef void put_fields(struct buf *out, const void *what);

/* The answer is there: its fields, or an error.  It is sent in this round of
 * the loop, and the ask ends then: whoever calls this may still stand in the
 * middle of it. */
static void finish(
    struct ask *a, put_fields *put, const void *what, const struct err *e)
{
	size_t at;

	if (a->frame.len > 0)
		return; /* it was too late already */
	if (e) {
		answer_error(&a->frame, e);
	} else {
		at = wire_begin(&a->frame, WIRE_OK);
		put(&a->frame, what);
		wire_end(&a->frame, at);
	}
	loop_disarm(a->broker->loop, &a->timer);
	loop_arm(a->broker->loop, &a->over, 0);
}

/* --- a login */

static void put_expires(struct buf *out, const void *what)
{
	const struct session *s = what;

	wire_putn(out, WIRE_F_EXPIRES, s ? (uint64_t)session_expires(s) : 0);
}

static void logged_in(void *arg, const struct err *e)
{
	struct ask *a = arg;
	struct catalog_entry server;
	const struct session *s = NULL;
	struct err why;

	if (!e &&
	    catalog_find(a->broker->up.catalog, a->server, &server, &why) < 0)
		e = &why;
	if (!e)
		s = sessions_find(a->broker->up.sessions, server.identity);
	finish(a, put_expires, s, e);
}

static void start_login(struct ask *a)
{
	struct login *login = login_find(a->broker->logins, a->server);
	struct err e;

	a->login.fn = logged_in;
	a->login.arg = a;
	if (login) {
		login_join(login, &a->login);
		return;
	}
	/* It may have ended between the two requests. */
	(void)err_set(&e, ERR_LOGIN, "no login to %s is under way", a->server);
	if (broker_session(a->broker, a->server))
		logged_in(a, NULL);
	else
		finish(a, NULL, NULL, &e);
}

int ask_login(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e)
{
	struct ask *a = ask_new(b, c, r);

	(void)out;
	if (!a)
		return no_memory(e);
	server_set(c, a);
	start_login(a);
	return ASK_LATER;
}

/* --- credentials */

static void put_credential(struct buf *out, const void *what)
{
	answer_credential(out, what);
}

static int unknown_token(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND,
	    "the broker does not know this token (any more): it was restarted, "
	    "or what the token was given for has ended");
}

static void fetched(void *arg, const struct role_result *result)
{
	struct ask *a = arg;
	struct err e;

	/* What was revoked while the server took its time is revoked. */
	if (a->token &&
	    !grants_find_bearer(a->broker->grants, secret_bytes(a->token))) {
		(void)unknown_token(&e);
		finish(a, NULL, NULL, &e);
		return;
	}
	finish(a, put_credential, result->credential,
	    result->credential ? NULL : result->e);
}

static void late(void *arg)
{
	struct ask *a = arg;
	struct err e;

	(void)err_set(&e, ERR_TIMEOUT,
	    "%s has not given credentials yet; it is still being asked",
	    a->server);
	finish(a, NULL, NULL, &e);
}

static void fetch(struct ask *a, const struct project_ref *p)
{
	const struct role_ref ref = {p->server, p->role, p->chain};

	a->role.fn = fetched;
	a->timer.fn = late;
	a->role.arg = a->timer.arg = a;
	loop_arm(a->broker->loop, &a->timer, a->wait_ms);
	roles_ask(a->broker->roles, &ref, a->fresh, &a->role);
}

int ask_role(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e)
{
	struct ask *a = ask_new(b, c, r);

	(void)out;
	if (!a)
		return no_memory(e);
	server_set(c, a);
	fetch(a, &r->project);
	return ASK_LATER;
}

/* --- credentials of a project */

static void checked(void *arg, enum check_verdict verdict, const char *text)
{
	struct ask *a = arg;
	struct grant *grant = a->grant;
	struct err e;

	a->grant = NULL;
	if (verdict == CHECK_ALLOWED) {
		fetch(a, grant_project(grant));
		return;
	}
	if (verdict == CHECK_LATE)
		(void)err_set(&e, ERR_TIMEOUT,
		    "looking whether the project is still trusted took too "
		    "long");
	else
		(void)err_set(&e, ERR_UNTRUSTED, "%s",
		    *text ? text : "the project changed meanwhile");
	finish(a, NULL, NULL, &e);
}

int ask_project(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e)
{
	struct grant *grant;
	struct ask *a;
	int rc = grants_get(b->grants, &r->project, &grant, e);

	(void)out;
	if (rc < 0)
		return rc;
	a = ask_new(b, c, r);
	if (!a)
		return no_memory(e);
	server_set(c, a);
	a->grant = grant;
	a->check.fn = checked;
	a->check.arg = a;
	grant_check(b->grants, grant, &a->check);
	return ASK_LATER;
}

int ask_token(struct broker *b, struct server_client *c,
    const struct request *r, struct buf *out, struct err *e)
{
	struct grant *grant = grants_find_bearer(b->grants, r->token);
	struct ask *a;

	(void)out;
	if (!grant)
		return unknown_token(e);
	a = new_about(b, c, r, grant_project(grant)->server);
	if (!a)
		return no_memory(e);
	a->grant = grant;
	if (secret_new(&a->token, b->slab, r->token, strlen(r->token) + 1) <
	    0) {
		ask_free(a);
		return no_memory(e);
	}
	server_set(c, a);
	a->check.fn = checked;
	a->check.arg = a;
	grant_check(b->grants, grant, &a->check);
	return ASK_LATER;
}

/* --- a grant that is lent */

static void lent_is_gone(void *arg)
{
	struct ask *a = arg;

	a->grant = NULL;
	server_set(a->client, NULL);
	ask_free(a);
}

int ask_lend(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e)
{
	struct ask *a;
	int rc = broker_endpoint(b, e);

	if (rc < 0)
		return rc;
	if (server_get(c))
		return err_set(e, ERR_USAGE, "one grant at a time");
	a = ask_new(b, c, r);
	if (!a)
		return no_memory(e);
	rc = grants_lend(b->grants, &r->project, server_pid(c), &a->grant, e);
	if (rc < 0) {
		ask_free(a);
		return rc;
	}
	a->lent = 1;
	grant_watch(a->grant, lent_is_gone, a);
	server_set(c, a);
	answer_grant(out, b->endpoint, a->grant);
	return 0;
}

int ask_lent(struct broker *b, struct server_client *c, const struct request *r,
    struct buf *out, struct err *e)
{
	struct ask *a = server_get(c);

	(void)b;
	(void)r;
	(void)out;
	if (!a)
		return err_set(e, ERR_NOT_FOUND, "no grant was lent");
	grant_watch(a->grant, NULL, NULL);
	grant_lent(a->grant);
	a->grant = NULL;
	server_set(c, NULL);
	ask_free(a);
	return 0;
}

void ask_gone(struct server_client *c)
{
	struct ask *a = server_get(c);
	struct grant *grant;

	if (!a)
		return;
	grant = a->lent ? a->grant : NULL;
	ask_free(a);
	/* One that nobody took. */
	if (grant)
		grant_take_back(grant);
}

void asks_drop(struct asks *all)
{
	struct ask *a, *next;

	for (a = LIST_FIRST(all); a; a = next) {
		next = LIST_NEXT(a, entry);
		server_set(a->client, NULL);
		ask_free(a);
	}
}
