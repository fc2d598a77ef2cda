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
	/* Who waits longer is told what for. */
	SILENT_MS = 1000,
	/* What the broker may take to answer, waiting aside. */
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

/* The fields that all requests about a role have. */
static size_t put_role(
    const struct obtain *o, struct buf *request, enum wire_type type)
{
	size_t at = client_begin(request, type);

	wire_puts(request, WIRE_F_SERVER, o->target->server);
	wire_puts(request, WIRE_F_ROLE, o->target->role);
	wire_puts(request, WIRE_F_CHAIN, o->target->chain);
	wire_putn(
	    request, WIRE_F_FRESH, (o->fresh ? 1U : 0U) | (o->lazy ? 2U : 0U));
	return at;
}

static size_t put_token(const struct obtain *o, struct buf *request)
{
	size_t at = client_begin(request, WIRE_TOKEN);

	wire_puts(request, WIRE_F_TOKEN, o->token);
	wire_putn(request, WIRE_F_FRESH, o->fresh != 0);
	return at;
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

/* Where the answer goes: to one of them, or nowhere. */
struct wanted {
	struct credentials *keys;
	struct whoami *whoami;
};

static size_t put_question(
    const struct obtain *o, const struct wanted *want, struct buf *request)
{
	size_t at;

	if (want->whoami == NULL)
		return o->token != NULL ? put_token(o, request)
					: put_role(o, request, WIRE_ROLE);
	at = put_role(o, request, WIRE_WHOAMI);
	wire_puts(request, WIRE_F_REGION, o->region != NULL ? o->region : "");
	return at;
}

static int ask_once(
    struct obtain *o, int64_t wait_ms, const struct wanted *want, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	size_t at = put_question(o, want, &request);
	int r;

	wire_putn(&request, WIRE_F_WAIT, (uint64_t)wait_ms);
	wire_end(&request, at);
	o->client.deadline = plat_ms() + wait_ms + ANSWER_MS;
	r = client_call(&o->client, &request, &f, e);
	if (r == 0 && want->keys != NULL)
		r = credentials_read(want->keys, &f, e);
	if (r == 0 && want->whoami != NULL)
		r = whoami_read(want->whoami, &f, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	buf_release(&request);
	return r;
}

static void say_waiting(const struct obtain *o)
{
	struct buf b = BUF_INIT(8192);

	add_name(o->target, &b);
	say("waiting for the credentials of %s", buf_str(&b));
	buf_release(&b);
}

/* Until they are there, or it is decided that they won't be. */
static int ask(struct obtain *o, const struct wanted *want, struct err *e)
{
	int64_t end = plat_ms() + o->wait_ms, left = o->wait_ms;
	struct buf b = BUF_INIT(8192);
	int r;

	r = ask_once(o, left < SILENT_MS ? left : SILENT_MS, want, e);
	left = end - plat_ms();
	if (r == ERR_TIMEOUT && client_answered(&o->client) && left > 0) {
		say_waiting(o);
		r = ask_once(o, left, want, e);
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

/* However the broker says it, the command is told. */
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

static int obtain(struct obtain *o, const struct wanted *want, struct err *e)
{
	int r = open_client(o, e);

	if (r < 0)
		return r;
	r = ask(o, want, e);
	if (r != ERR_LOGIN)
		return r;
	if (!o->may_log_in)
		return login_required(o, e);
	/* It takes minutes, longer than an idle connection is kept. */
	obtain_close(o);
	r = log_in(o, e);
	if (r == 0)
		r = open_client(o, e);
	return r < 0 ? r : ask(o, want, e);
}

int obtain_keys(struct obtain *o, struct credentials *keys, struct err *e)
{
	return obtain(o, &(struct wanted){.keys = keys}, e);
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

int obtain_whoami(struct obtain *o, struct whoami *w, struct err *e)
{
	return obtain(o, &(struct wanted){.whoami = w}, e);
}

static int read_lent(
    const struct wire_frame *f, struct obtain_lent *lent, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r, bad = 0;

	memset(lent, 0, sizeof(*lent));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		if (field.tag == WIRE_F_URL)
			bad |= wire_text(&field, lent->url, sizeof(lent->url));
		else if (field.tag == WIRE_F_TOKEN)
			bad |=
			    wire_text(&field, lent->token, sizeof(lent->token));
		else
			bad |= ERR_FORMAT;
	}
	return r < 0 || bad != 0 || lent->url[0] == '\0' ||
		       lent->token[0] == '\0'
		   ? client_nonsense(e)
		   : 0;
}

/* Says that the grant has come. */
static int take_lent(struct obtain *o, const struct wire_frame *lend,
    struct obtain_lent *lent, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	int r = read_lent(lend, lent, e);

	wire_end(&request, client_begin(&request, WIRE_LENT));
	if (r == 0)
		r = client_call(&o->client, &request, &f, e);
	buf_release(&request);
	return r;
}

/* With the terminal at which a person is to be told what the program needs. */
static void put_lend(const struct obtain *o, struct buf *request)
{
	size_t at = put_role(o, request, WIRE_LEND);
	char terminal[PATH_MAX] = "";

	if (getenv("MAIRU_QUIET") == NULL)
		plat_terminal(terminal);
	wire_puts(request, WIRE_F_TTY, terminal);
	wire_end(request, at);
}

int obtain_lent(struct obtain *o, struct obtain_lent *lent, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	int r = open_client(o, e);

	if (r < 0)
		return r;
	put_lend(o, &request);
	o->client.deadline = plat_ms() + ANSWER_MS;
	r = client_call(&o->client, &request, &f, e);
	if (r == 0)
		r = take_lent(o, &f, lent, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	if (r == ERR_LOGIN)
		r = login_required(o, e);
	buf_release(&request);
	return r;
}

/* Both in one round trip, for credentials that the broker has: when it has
 * none, *later is 1. */
static int lent_at_once(
    struct obtain *o, struct obtain_lent *lent, int *later, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	size_t at;
	int r = open_client(o, e);

	*later = 0;
	if (r < 0)
		return r;
	at = put_role(o, &request, WIRE_ROLE);
	wire_putn(&request, WIRE_F_WAIT, 0);
	wire_end(&request, at);
	put_lend(o, &request);
	o->client.deadline = plat_ms() + ANSWER_MS;
	r = client_call(&o->client, &request, &f, e);
	if (r == 0)
		r = client_next(&o->client, &f, e);
	if (r == 0)
		r = take_lent(o, &f, lent, e);
	if (r < 0 && client_hung_up(&o->client, e))
		r = broker_ended(o, e);
	*later =
	    (r == ERR_TIMEOUT || r == ERR_LOGIN) && client_answered(&o->client);
	/* What was lent and not taken goes with the connection. */
	if (r < 0)
		obtain_close(o);
	buf_release(&request);
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
