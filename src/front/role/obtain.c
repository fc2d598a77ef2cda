#include "front/role/obtain.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/signin/signin.h"
#include "front/terminal/say.h"

enum {
	OPEN_MS = 10000,
	/* Longer waits are explained. */
	SILENT_MS = 1000,
	/* The broker's time to answer, apart from waiting. */
	ANSWER_MS = 5000,
	MAX_TIMEOUT = 24 * 3600,
	SERVER_COLUMNS = 256,
	ROLE_COLUMNS = 512
};

static void add_name(const struct target *t, struct buf *b)
{
	text_safe(b, t->server, strlen(t->server), SERVER_COLUMNS);
	buf_addc(b, ' ');
	text_safe(b, t->acts, strlen(t->acts), ROLE_COLUMNS);
}

static int open_client(struct obtain *o, struct err *e)
{
	int r;

	if (o->is_open)
		return 0;
	o->is_open = 1;
	r = client_open(&o->client, CLIENT_SPAWN, plat_ms() + OPEN_MS, e);
	if (r < 0)
		obtain_close(o);
	return r;
}

void obtain_close(struct obtain *o)
{
	if (o->is_open)
		client_close(&o->client);
	o->is_open = 0;
}

/* The common part of all requests about a role. */
static struct message about_role(const struct obtain *o, enum wire_type type)
{
	return (struct message){.type = type,
	    .server = o->target->server,
	    .role = o->target->role,
	    .chain = o->target->chain,
	    .fresh = (o->fresh ? 1 : 0) | (o->lazy ? 2 : 0)};
}

static int broker_ended(const struct obtain *o, struct err *e)
{
	struct buf b = BUF_INIT(8192);
	int r;

	add_name(o->target, &b);
	r = err_set(e, ERR_FOREIGN,
	    "the broker ended before it returned the credentials of %s. Try "
	    "again",
	    buf_str(&b));
	buf_release(&b);
	return r;
}

static struct message question(const struct obtain *o, enum wire_type type)
{
	struct message m = about_role(o, type);

	if (type == WIRE_TOKEN)
		m = (struct message){
		    .type = type, .token = o->token, .fresh = o->fresh != 0};
	m.region = o->region;
	return m;
}

/* `type` is the request; *answer gets the result. */
static int ask_once(struct obtain *o, int64_t wait_ms, enum wire_type type,
    struct message *answer, struct err *e)
{
	struct message m = question(o, type);
	int r;

	m.wait = wait_ms;
	o->client.deadline = plat_ms() + wait_ms + ANSWER_MS;
	r = client_call(&o->client, &m, answer, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	return r;
}

static void say_waiting(const struct obtain *o)
{
	struct buf b = BUF_INIT(8192);

	add_name(o->target, &b);
	say("waiting for the credentials of %s", buf_str(&b));
	buf_release(&b);
}

/* Repeats until they are available, or certain not to be. */
static int ask(struct obtain *o, enum wire_type type, struct message *answer,
    struct err *e)
{
	int64_t end = plat_ms() + o->wait_ms, left = o->wait_ms;
	struct buf b = BUF_INIT(8192);
	int r;

	r = ask_once(o, left < SILENT_MS ? left : SILENT_MS, type, answer, e);
	left = end - plat_ms();
	if (r == ERR_TIMEOUT && client_answered(&o->client) && left > 0) {
		say_waiting(o);
		r = ask_once(o, left, type, answer, e);
	}
	if (r == ERR_TIMEOUT && client_answered(&o->client)) {
		add_name(o->target, &b);
		r = err_set(e, r,
		    "%s: no credentials within %lld s; --timeout sets how long "
		    "to wait",
		    buf_str(&b), (long long)(o->wait_ms / 1000));
	}
	buf_release(&b);
	return r;
}

/* Whatever the broker's message, name the command. */
static int login_required(const struct obtain *o, struct err *e)
{
	struct buf b = BUF_INIT(8192);

	if (strstr(e->msg, "mairu login") != NULL)
		return e->code;
	add_name(o->target, &b);
	buf_adds(&b, ": login required. Run: mairu login ");
	text_word(&b, o->target->server, strlen(o->target->server));
	(void)err_set(e, ERR_LOGIN, "%s", buf_str(&b));
	buf_release(&b);
	return ERR_LOGIN;
}

static int log_in(const struct obtain *o, struct err *e)
{
	struct signin s = {.server = o->target->server, .grant = o->grant};
	int r = signin_port(&s.port, e);

	if (r == 0)
		r = signin_run(&s, e);
	if (r == 0)
		signin_say(&s);
	return r;
}

static int obtain(struct obtain *o, enum wire_type type, struct message *answer,
    struct err *e)
{
	int r = open_client(o, e);

	if (r < 0)
		return r;
	r = ask(o, type, answer, e);
	if (r != ERR_LOGIN)
		return r;
	if (!o->may_log_in)
		return login_required(o, e);
	/* A login takes minutes, longer than idle connections last. */
	obtain_close(o);
	r = log_in(o, e);
	if (r == 0)
		r = open_client(o, e);
	return r < 0 ? r : ask(o, type, answer, e);
}

int obtain_keys(struct obtain *o, struct credentials *keys, struct err *e)
{
	struct message m;
	int r = obtain(o, o->token != NULL ? WIRE_TOKEN : WIRE_ROLE,
	    keys != NULL ? &m : NULL, e);

	return r == 0 && keys != NULL ? credentials_take(keys, &m, e) : r;
}

int obtain_in_force(struct obtain *o, struct credentials *keys, struct err *e)
{
	int r = obtain_keys(o, keys, e);

	o->token = NULL;
	if (r != ERR_NOT_FOUND || !target_is_lent())
		return r;
	return err_set(e, ERR_REFUSED,
	    "the role that `mairu exec` provided is not available, and mairu "
	    "uses no other in its place: %s",
	    e->msg);
}

int obtain_whoami(struct obtain *o, struct message *w, struct err *e)
{
	return obtain(o, WIRE_WHOAMI, w, e);
}

/* Includes the terminal at which to tell the user what the program needs. */
static struct message lend(const struct obtain *o, char terminal[PATH_MAX])
{
	struct message m = about_role(o, WIRE_LEND);

	terminal[0] = '\0';
	if (getenv("MAIRU_QUIET") == NULL)
		plat_terminal(terminal);
	m.tty = terminal;
	return m;
}

/* Waits for the loan, and confirms its receipt. */
static int take_lent(struct obtain *o, struct obtain_lent *lent, struct err *e)
{
	const struct message came = {.type = WIRE_LENT};
	struct message m;
	int r = client_next(&o->client, WIRE_LEND, &m, e);

	if (r < 0)
		return r;
	message_copy(lent->url, sizeof(lent->url), m.url);
	message_copy(lent->token, sizeof(lent->token), m.token);
	return client_call(&o->client, &came, NULL, e);
}

int obtain_lent(struct obtain *o, struct obtain_lent *lent, struct err *e)
{
	char terminal[PATH_MAX];
	struct message m = lend(o, terminal);
	int r = open_client(o, e);

	if (r < 0)
		return r;
	o->client.deadline = plat_ms() + ANSWER_MS;
	r = client_send(&o->client, &m, 1, e);
	if (r == 0)
		r = take_lent(o, lent, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	if (r == ERR_LOGIN)
		r = login_required(o, e);
	return r;
}

/* Both in one round trip, if the broker has credentials; else *later is 1. */
static int lent_at_once(
    struct obtain *o, struct obtain_lent *lent, int *later, struct err *e)
{
	char terminal[PATH_MAX];
	const struct message m[2] = {
	    about_role(o, WIRE_ROLE), lend(o, terminal)};
	int r = open_client(o, e);

	*later = 0;
	if (r < 0)
		return r;
	o->client.deadline = plat_ms() + ANSWER_MS;
	r = client_send(&o->client, m, 2, e);
	if (r == 0)
		r = client_next(&o->client, WIRE_ROLE, NULL, e);
	if (r == 0)
		r = take_lent(o, lent, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	*later =
	    (r == ERR_TIMEOUT || r == ERR_LOGIN) && client_answered(&o->client);
	/* An unconfirmed loan ends with the connection. */
	if (r < 0)
		obtain_close(o);
	return r;
}

int obtain_lent_checked(
    struct obtain *o, struct obtain_lent *lent, struct err *e)
{
	int later = 1;
	int r = o->fresh ? ERR_TIMEOUT : lent_at_once(o, lent, &later, e);

	if (!later)
		return r;
	r = obtain_keys(o, NULL, e);
	o->fresh = 0;
	return r < 0 ? r : obtain_lent(o, lent, e);
}

int obtain_timeout(const char *text, long seconds, int64_t *ms, struct err *e)
{
	if (text != NULL &&
	    text_number(text, strlen(text), 1, MAX_TIMEOUT, &seconds) < 0)
		return err_set(e, ERR_USAGE,
		    "--timeout must be seconds, from 1 to %d", MAX_TIMEOUT);
	*ms = (int64_t)seconds * 1000;
	return 0;
}
