/* Requests to renew or end a session. */

#include "broker/commands/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/broker.h"
#include "broker/kinds/pieces.h"
#include "broker/sessions/revoke.h"
#include "net/http/words.h"

/* --- a renewal */

static void renewed(void *arg, const struct session *s, const struct err *e)
{
	struct message m;

	if (s)
		m = (struct message){
		    .server = session_id(s), .expires = session_expires(s)};
	ask_finish(arg, &m, e);
}

int ask_renew(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct catalog_entry found;
	struct ask *a;
	int rc = catalog_find(b->up.catalog, r->server, &found, e);

	(void)out;
	if (rc < 0)
		return rc;
	a = ask_new(b, c, r);
	if (!a)
		return ask_no_memory(e);
	connections_set(c, a);
	a->session.fn = renewed;
	a->session.arg = a;
	sessions_renew(b->up.sessions, found.identity, &a->session);
	return ASK_LATER;
}

/* --- a logout */

enum {
	TOLD_MS = 3000, /* time allowed to tell servers before we answer */
};

/* One session that was ended. */
struct logout_row {
	struct logout *of;
	struct revoke_wait told; /* while its server is being told */
	char *id;
	int slow, untold;
	char *why; /* if the server was not told; NULL if out of memory */
};

struct logout {
	struct ask *ask;
	size_t n, waiting;
	struct logout_row rows[SESSION_MAX];
};

static void free_logout(struct logout *l)
{
	for (size_t i = 0; l && i < l->n; i++) {
		wait_leave(&l->rows[i].told.wait);
		free(l->rows[i].id);
		free(l->rows[i].why);
	}
	free(l);
}

static void drop_logout(struct ask *a)
{
	free_logout(a->own);
	a->own = NULL;
}

static void put_logout(struct buf *out, const struct logout *l)
{
	char text[WORDS_NAME + sizeof(((struct err *)0)->msg)];
	char name[WORDS_NAME];

	for (size_t i = 0; i < l->n; i++) {
		const struct logout_row *row = &l->rows[i];

		text[0] = '\0';
		if (row->slow)
			(void)snprintf(text, sizeof(text),
			    "%s has not answered yet; it is still being told",
			    words_shown(row->id, name));
		else if (row->untold)
			(void)snprintf(text, sizeof(text),
			    "%s could not be told: %s",
			    words_shown(row->id, name),
			    row->why ? row->why : "the broker has no memory");
		message_put_row(out, WIRE_LOGOUT,
		    &(struct message){.server = row->id, .message = text});
	}
}

static void finish_logout(struct ask *a, const struct logout *l)
{
	struct buf rows = BUF_INIT(WIRE_MAX_BODY);

	put_logout(&rows, l);
	ask_finish(a, &(struct message){.rows = message_rows(&rows)}, NULL);
	buf_release(&rows);
}

static void say_why(struct logout_row *row, const char *why)
{
	row->untold = 1;
	row->why = strdup(why);
}

static void told(void *arg, const struct err *e)
{
	struct logout_row *row = arg;
	struct logout *l = row->of;

	if (e)
		say_why(row, e->msg);
	if (--l->waiting == 0)
		finish_logout(l->ask, l);
}

static void late(void *arg)
{
	struct ask *a = arg;
	struct logout *l = a->own;

	for (size_t i = 0; i < l->n; i++)
		if (!wait_idle(&l->rows[i].told.wait))
			l->rows[i].slow = 1;
	finish_logout(a, l);
}

/* Ends a session and records the outcome. */
static int log_out(
    struct broker *b, const struct session *s, struct logout *l, struct err *e)
{
	struct logout_row *row = &l->rows[l->n];
	unsigned char identity[HASH_SHA256];

	row->of = l;
	row->told.fn = told;
	row->told.arg = row;
	row->id = strdup(session_id(s));
	if (!row->id)
		return ask_no_memory(e);
	l->n++;
	memcpy(identity, session_identity(s), sizeof(identity));
	broker_logout(b, identity);
	l->waiting += (size_t)revoke_join(
	    sessions_revokes(b->up.sessions), identity, &row->told);
	return 0;
}

/* Credentials may have outlived their session, and a session the file it was
 * opened by, if an edit made that another server. */
static int log_out_all(
    struct broker *b, const char *server, struct logout *l, struct err *e)
{
	const struct session *s = broker_session(b, server);
	int all = *server == '\0', rc = 0;
	size_t i = 0;

	if (s)
		rc = log_out(b, s, l, e);
	while (rc == 0 && l->n < SESSION_MAX &&
	       (s = sessions_at(b->up.sessions, i))) {
		if (all || strcmp(session_id(s), server) == 0)
			rc = log_out(b, s, l, e);
		else
			i++;
	}
	if (rc < 0)
		return rc;
	if (all) {
		broker_forget_all(b);
		return 0;
	}
	rc = broker_forget(b, server, e);
	return l->n ? 0 : rc;
}

int ask_logout(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct logout *l = calloc(1, sizeof(*l));
	struct ask *a;
	int rc;

	if (!l)
		return ask_no_memory(e);
	rc = log_out_all(b, r->server, l, e);
	if (rc < 0 || l->waiting == 0) {
		if (rc == 0)
			put_logout(out, l);
		free_logout(l);
		return rc;
	}
	a = ask_new(b, c, r);
	if (!a) {
		free_logout(l);
		return ask_no_memory(e);
	}
	connections_set(c, a);
	l->ask = a;
	a->own = l;
	a->drop = drop_logout;
	a->timer.fn = late;
	a->timer.arg = a;
	loop_arm(b->loop, &a->timer, TOLD_MS);
	return ASK_LATER;
}
