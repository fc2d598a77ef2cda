/* Requests to begin a login, wait for it, or supply what it needs. */

#include "broker/commands/question.h"

#include <stdlib.h>

#include "broker/broker.h"
#include "broker/commands/reply.h"

/* --- a login */

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
	ask_finish(a,
	    &(struct message){.expires = s ? session_expires(s) : 0,
		.renews = s && session_renews(s)},
	    e);
}

static void say_none(const struct ask *a, struct err *e)
{
	(void)err_set(e, ERR_LOGIN, "no login to %s is under way", a->server);
}

/* The waiting client reports it, and waits again. */
static void stranger(void *arg)
{
	ask_finish(arg, &(struct message){.form = 1, .headless = 1}, NULL);
}

static void start_login(struct ask *a)
{
	struct login *login = login_find_late(a->broker->logins, a->server);
	struct err e;

	a->login.fn = logged_in;
	a->login.stranger = stranger;
	a->login.arg = a;
	if (login) {
		login_join(login, &a->login);
		return;
	}
	/* It may have ended long ago. */
	say_none(a, &e);
	if (broker_session(a->broker, a->server))
		logged_in(a, NULL);
	else
		ask_finish(a, NULL, &e);
}

int ask_login_wait(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct ask *a = ask_new(b, c, r);

	(void)out;
	if (!a)
		return ask_no_memory(e);
	connections_set(c, a);
	start_login(a);
	return ASK_LATER;
}

/* --- its beginning */

static struct message view_message(const struct login_view *v)
{
	int by_device = v->grant == SERVERS_DEVICE;

	return (struct message){
	    .type = WIRE_LOGIN,
	    .form = by_device ? 2 : 1,
	    .server = v->server,
	    .grant = by_device ? LOGIN_DEVICE : LOGIN_CODE,
	    .seconds = v->seconds,
	    .url = v->url,
	    .long_url = v->long_url,
	    .port = v->port,
	    .page_at = v->page_at,
	    .code_to = v->page_at ? v->code_to : NULL,
	    .user_code = v->user_code,
	    .complete = v->complete,
	};
}

static struct message session_message(const struct session *s)
{
	return (struct message){
	    .type = WIRE_LOGIN,
	    .server = session_id(s),
	    .expires = session_expires(s),
	    .renews = session_renews(s),
	};
}

static void tell_session(struct ask *a, const struct session *session);

/* There is something to show, unless the login has already succeeded or been
 * given up before this round of the loop. */
static void shown(void *arg, const struct err *e)
{
	struct ask *a = arg;
	struct login *login = login_find(a->broker->logins, a->server);
	const struct session *session = broker_session(a->broker, a->server);
	struct login_view view;
	struct message m;
	struct err none;

	if (e) {
		ask_finish(a, NULL, e);
	} else if (login && login_look(login, &view)) {
		m = view_message(&view);
		ask_finish(a, &m, NULL);
	} else if (session) {
		tell_session(a, session);
	} else {
		say_none(a, &none);
		ask_finish(a, NULL, &none);
	}
}

static void wait_shown(struct ask *a, struct login *login)
{
	a->login.fn = shown;
	a->login.stranger = NULL;
	a->login.arg = a;
	login_join_shown(login, &a->login);
}

static void begin(struct ask *a)
{
	struct login *login;
	struct err e;

	if (login_begin(a->broker->logins, a->own, &login, &e) < 0)
		ask_finish(a, NULL, &e);
	else
		wait_shown(a, login);
}

/* It counts as logged in while it can be renewed, which only its server
 * knows. */
static void renewed(void *arg, const struct session *s, const struct err *e)
{
	struct ask *a = arg;
	struct message m;

	if (!s && e->code == ERR_LOGIN) {
		begin(a);
		return;
	}
	if (s)
		m = session_message(s);
	ask_finish(a, &m, e);
}

static void tell_session(struct ask *a, const struct session *session)
{
	a->session.fn = renewed;
	a->session.arg = a;
	sessions_ask(
	    a->broker->up.sessions, session_identity(session), 0, &a->session);
}

static void drop_want(struct ask *a)
{
	free(a->own);
}

static struct ask *ask_for(struct broker *b, struct connections_client *c,
    const struct message *r, const struct login_want *want)
{
	struct ask *a = ask_new(b, c, r);
	struct login_want *own = a ? malloc(sizeof(*own)) : NULL;

	if (!own) {
		if (a)
			ask_free(a);
		return NULL;
	}
	*own = *want;
	own->server = a->server;
	a->own = own;
	a->drop = drop_want;
	connections_set(c, a);
	return a;
}

int ask_login(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct session *session = broker_session(b, r->server);
	const struct login_want want = {
	    .server = r->server,
	    .grant = (enum login_grant)r->grant,
	    .headless = (int)r->headless,
	    .port = (uint16_t)r->port,
	};
	struct login_view view;
	struct login *login = NULL;
	struct message m;
	struct ask *a;
	int rc;

	if (r->force)
		session = NULL;
	if (session && session_access(session)) {
		m = session_message(session);
		message_put_answer(out, &m);
		return 0;
	}
	if (!session) {
		rc = login_begin(b->logins, &want, &login, e);
		if (rc < 0)
			return rc;
		if (login_look(login, &view)) {
			m = view_message(&view);
			message_put_answer(out, &m);
			return 0;
		}
	}
	a = ask_for(b, c, r, &want);
	if (!a)
		return ask_no_memory(e);
	if (session)
		tell_session(a, session);
	else
		wait_shown(a, login);
	return ASK_LATER;
}

int ask_login_paste(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)out;
	return login_paste(b->logins, r->server, r->text, e);
}

int ask_login_stop(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	(void)c;
	(void)out;
	(void)e;
	login_give_up(b->logins, r->server);
	return 0;
}
