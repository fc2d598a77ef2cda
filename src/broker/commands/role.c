/* Requests for credentials: of a role, of a project, or of a token's grant. */

#include "broker/commands/question.h"

#include <string.h>

#include "broker/broker.h"
#include "broker/commands/reply.h"
#include "broker/endpoint/recall.h"
#include "broker/grants/grant.h"
#include "broker/notify/needs.h"

/* --- credentials */

/* Appends a part with a NUL, which it has none of; where it is in `texts`. */
static size_t add_part(struct buf *texts, const struct credential *c,
    const struct credential_part *part)
{
	size_t at = texts->len;

	buf_add(texts, credential_text(c, part), part->len);
	buf_addc(texts, '\0');
	return at;
}

static void finish(struct ask *a, const struct credential *c, struct err *e)
{
	struct buf texts = BUF_INIT(WIRE_MAX_BODY);
	size_t id = add_part(&texts, c, &c->key_id);
	size_t secret = add_part(&texts, c, &c->secret_key);
	size_t token = add_part(&texts, c, &c->token);
	const char *text = buf_str(&texts);

	if (texts.failed) {
		(void)ask_no_memory(e);
		ask_finish(a, NULL, e);
	} else {
		ask_finish(a,
		    &(struct message){
			.key_id = text + id,
			.secret_key = text + secret,
			.session_token = text + token,
			.expires = c->expires,
			.renew_at = credential_renew_at(c),
		    },
		    NULL);
	}
	buf_release(&texts);
}

static int unknown_token(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND,
	    "the broker does not know this token (any more): it was ended, "
	    "or what the token was given for has ended");
}

static void fetched(void *arg, const struct role_result *result)
{
	const struct grant *grant = NULL;
	struct ask *a = arg;
	struct err e;

	/* It may have been revoked while the server took its time. */
	if (a->token)
		grant = grants_find_bearer(
		    a->broker->grants, secret_bytes(a->token));
	if (a->token && !grant) {
		(void)unknown_token(&e);
		ask_finish(a, NULL, &e);
		return;
	}
	if (grant && !result->credential && result->e->code == ERR_LOGIN)
		needs_login(&a->broker->needs, grant);
	if (result->credential)
		finish(a, result->credential, &e);
	else
		ask_finish(a, NULL, ask_why(a, result, &e));
}

static void late(void *arg)
{
	struct ask *a = arg;
	struct err e;

	(void)err_set(&e, ERR_TIMEOUT,
	    "%s has not given credentials yet; it is still being asked",
	    a->server[0] ? a->server : "the server");
	ask_finish(a, NULL, &e);
}

const struct err *ask_why(
    const struct ask *a, const struct role_result *r, struct err *room)
{
	if (r->credential || a->for_prompt || r->ago == 0)
		return r->credential ? NULL : r->e;
	(void)err_set(room, r->e->code,
	    "%s (that was %lld s ago; it is asked again in %lld s)", r->e->msg,
	    (long long)r->ago, (long long)r->retry_after);
	return room;
}

void ask_fetch(struct ask *a, const struct role_ref *ref,
    void (*fn)(void *arg, const struct role_result *r),
    void (*when_late)(void *arg))
{
	a->role.fn = fn;
	a->timer.fn = when_late;
	a->role.arg = a->timer.arg = a;
	loop_arm(a->broker->loop, &a->timer, a->wait_ms);
	roles_ask(a->broker->roles, ref, a->how, &a->role);
}

static void fetch(struct ask *a, const struct project_ref *p)
{
	const struct role_ref ref = {p->server, p->role, p->chain};

	ask_fetch(a, &ref, fetched, late);
}

int ask_role(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct ask *a = ask_new(b, c, r);
	struct project_ref p;

	(void)out;
	if (!a)
		return ask_no_memory(e);
	connections_set(c, a);
	p = request_project(r);
	fetch(a, &p);
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
	ask_finish(a, NULL, &e);
}

int ask_project(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct project_ref p = request_project(r);
	struct grant *grant;
	struct ask *a;
	int rc = grants_get(b->grants, &p, &grant, e);

	(void)out;
	if (rc < 0)
		return rc;
	a = ask_new(b, c, r);
	if (!a)
		return ask_no_memory(e);
	connections_set(c, a);
	a->for_prompt = 1;
	a->grant = grant;
	a->check.fn = checked;
	a->check.arg = a;
	grant_check(b->grants, grant, &a->check);
	return ASK_LATER;
}

static void check(struct ask *a, struct grant *grant)
{
	a->grant = grant;
	a->how |= grant_is_lazy(grant) ? ROLES_LAZY : 0;
	a->check.fn = checked;
	grant_check(a->broker->grants, grant, &a->check);
}

/* An earlier broker may have issued it. */
static void recalled(void *arg, enum check_verdict verdict, const char *text)
{
	struct ask *a = arg;
	struct grant *grant =
	    grants_find_bearer(a->broker->grants, secret_bytes(a->token));
	struct err e;

	if (grant) {
		check(a, grant);
	} else if (verdict == CHECK_LATE) {
		checked(a, verdict, text);
	} else {
		(void)unknown_token(&e);
		ask_finish(a, NULL, &e);
	}
}

int ask_token(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct grant *grant = grants_find_bearer(b->grants, r->token);
	struct ask *a;
	int rc;

	(void)out;
	if (!grant && !recalls_may(b->recalls, r->token))
		return unknown_token(e);
	a = ask_new_about(b, c, r, grant ? grant_project(grant)->server : "");
	if (!a)
		return ask_no_memory(e);
	if (secret_new(&a->token, b->slab, r->token, strlen(r->token) + 1) <
	    0) {
		ask_free(a);
		return ask_no_memory(e);
	}
	a->check.arg = a;
	a->check.fn = recalled;
	rc = grant ? 1 : recalls_ask(b->recalls, r->token, &a->check);
	if (rc <= 0) {
		ask_free(a);
		return rc == 0 ? unknown_token(e)
			       : err_set(e, ERR_BUSY,
				     "the broker looks at too many projects "
				     "at once. Try again");
	}
	connections_set(c, a);
	if (grant)
		check(a, grant);
	return ASK_LATER;
}
