#include "broker/commands/table.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/core/version.h"
#include "base/sys/fault.h"
#include "base/sys/path.h"
#include "broker/broker.h"
#include "broker/commands/ask.h"
#include "broker/commands/reply.h"
#include "broker/endpoint/endpoint.h"
#include "broker/files/files.h"
#include "broker/grants/grant.h"
#include "broker/grants/originals.h"
#include "broker/login/login.h"
#include "broker/notify/needs.h"
#include "broker/roles/roles.h"
#include "broker/servers/config.h"
#include "broker/sessions/session.h"
#include "broker/socket/request.h"
#include "net/http/http.h"
#include "net/runtime/log.h"
#include "net/runtime/loop.h"

static int do_info(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)b;
	(void)r;
	(void)e;
	reply_self(out);
	return 0;
}

static int do_quit(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)e;
	log_info(b->log, "told to quit");
	/* Who makes room for another version wants it to go on with what this
	 * one has given; any other end is one of all that. */
	if (!r->upgrade)
		broker_renew_key(b);
	/* Whoever reads the answer finds no socket. */
	broker_leave(b);
	reply_self(out);
	return 0;
}

static int do_grant(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	const struct project_ref *p = &r->project;
	struct grant *grant = NULL;
	int rc;

	rc = broker_endpoint(b, e);
	if (rc == 0)
		rc = grants_get(b->grants, p, &grant, e);
	if (rc < 0)
		return rc;
	checker_warm(b->checker);
	broker_warm(b);
	reply_grant(out, b->endpoint, grant);
	needs_put(&b->needs, p->server, out);
	return 0;
}

static int do_revoke(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)e;
	wire_putn(
	    out, WIRE_F_COUNT, grants_revoke(b->grants, r->project.config));
	return 0;
}

static int do_stash_get(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	const void *p;
	size_t len;
	int rc = originals_get(b->stash, r->handle, &p, &len, e);

	if (rc == 0)
		buf_add(out, p, len);
	return rc;
}

static int do_stash_hold(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)out;
	return originals_hold(b->stash, r->handle, r->pid, e);
}

static int do_stash_drop(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)out;
	(void)e;
	originals_drop(b->stash, r->handle, r->pid);
	return 0;
}

static int do_reload(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)r;
	(void)out;
	return broker_reload(b, e);
}

enum {
	CLOCK_OFF = 60, /* seconds that nobody need hear of */
};

/* What STS has refused something for counts most. */
static void look_at_clock(struct broker *b, struct buf *out)
{
	int64_t ahead = roles_clock_ahead(b->roles);
	int is_off = ahead >= CLOCK_OFF || -ahead >= CLOCK_OFF;
	struct http_clock c;
	char text[512];

	http_clock(b->up.http, &c);
	if (is_off)
		(void)snprintf(c.host, sizeof(c.host), "AWS");
	else
		ahead = c.host[0] ? c.ahead : 0;
	wire_puts(out, WIRE_F_CLOCK_HOST, c.host);
	wire_put_ahead(out, c.host[0] ? ahead : WIRE_AHEAD_UNKNOWN);
	(void)snprintf(text, sizeof(text),
	    "the clock of this machine is %lld seconds %s that of %s%s. Set "
	    "it: sudo timedatectl set-ntp true",
	    (long long)(ahead < 0 ? -ahead : ahead),
	    ahead < 0 ? "ahead of" : "behind", c.host,
	    is_off ? ", which requests are signed by" : "");
	is_off = ahead >= CLOCK_OFF || -ahead >= CLOCK_OFF;
	health_set(&b->problems, HEALTH_CLOCK, is_off ? text : NULL, b->log);
}

static void put_problems(struct broker *b, struct buf *out)
{
	size_t i;

	look_at_clock(b, out);
	health_set(&b->problems, HEALTH_CONFIG, files_problem(b->config_files),
	    b->log);
	health_set(
	    &b->problems, HEALTH_STATE, files_problem(b->state_files), b->log);
	broker_try_state(b);
	health_set(&b->problems, HEALTH_LOG,
	    files_problem(b->state_files) ? NULL : log_problem(b->log), b->log);
	for (i = 0; i < HEALTH_COUNT; i++)
		if (b->problems.text[i][0])
			wire_puts(out, WIRE_F_PROBLEM, b->problems.text[i]);
}

static int do_status(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	struct buf settings = BUF_INIT(64 * 1024), url = BUF_INIT(256);
	struct buf confined = BUF_INIT(64);
	struct err ignored;

	(void)r;
	(void)e;
	/* An edit by hand counts from here on; what is wrong with it becomes a
	 * problem, and one that was mended goes. */
	(void)!broker_reload(b, &ignored);
	reply_self(out);
	if (b->endpoint)
		endpoint_url(b->endpoint, &url);
	wire_puts(out, WIRE_F_URL, buf_str(&url));
	buf_release(&url);
	wire_putn(out, WIRE_F_STARTED,
	    (uint64_t)(loop_now(b->loop) - b->started) / 1000);
	wire_putn(out, WIRE_F_CLIENTS, connections_clients(b->server));
	wire_putn(out, WIRE_F_GRANTS, grants_count(b->grants));
	wire_putn(out, WIRE_F_LOCKED,
	    slab_hidden(b->slab) ? 2 : (uint64_t)slab_locked(b->slab));
	wire_puts(out, WIRE_F_LOG, log_path(b->log));
	config_shown(b->config, &settings);
	wire_puts(out, WIRE_F_SETTINGS, buf_str(&settings));
	wire_putn(out, WIRE_F_UNVERIFIED,
	    b->endpoint ? endpoint_unverified(b->endpoint) : 0);
	confine_shown(b->confined.parts, &confined);
	wire_puts(out, WIRE_F_CONFINED, buf_str(&confined));
	wire_puts(out, WIRE_F_UNCONFINED, b->confined.why);
	put_problems(b, out);
	buf_release(&confined);
	buf_release(&settings);
	return 0;
}

/* The names and values are kept as they came. */
static int do_stash_put(struct broker *b, const struct wire_frame *f,
    const struct request *r, struct buf *out, struct err *e)
{
	struct buf values = BUF_INIT(WIRE_MAX_BODY);
	unsigned char handle[ORIGINALS_HANDLE];
	struct wire_field field;
	struct wire_iter it;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag == WIRE_F_NAME || field.tag == WIRE_F_VALUE)
			wire_put(&values, (enum wire_tag)field.tag, field.p,
			    field.len);
	rc = values.failed ? err_set(e, ERR_NOMEM, "out of memory")
			   : originals_put(b->stash, values.data, values.len,
				 r->pid, handle, e);
	if (rc == 0)
		wire_put(out, WIRE_F_HANDLE, handle, sizeof(handle));
	buf_release(&values);
	return rc;
}

/* --- logins and sessions */

static int do_login_stop(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)out;
	(void)e;
	login_give_up(b->logins, r->server);
	return 0;
}

static void put_session(struct buf *out, const struct session *s)
{
	wire_puts(out, WIRE_F_SERVER, session_id(s));
	wire_puts(out, WIRE_F_URL, session_url(s));
	wire_putn(out, WIRE_F_EXPIRES, (uint64_t)session_expires(s));
	wire_putn(out, WIRE_F_RENEWS, (uint64_t)session_renews(s));
	wire_putn(out, WIRE_F_ENDED, (uint64_t)session_ended(s));
}

static int do_sessions(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	const struct session *s;
	size_t i;

	(void)r;
	(void)e;
	for (i = 0; (s = sessions_at(b->up.sessions, i)); i++)
		put_session(out, s);
	return 0;
}

static int do_notices(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)r;
	(void)e;
	needs_put_all(&b->needs, out);
	return 0;
}

/* --- which function a request has */

typedef int do_request(
    struct broker *b, const struct request *r, struct buf *out, struct err *e);

static do_request *function_of(enum wire_type type)
{
	switch (type) {
	case WIRE_QUIT:
		return do_quit;
	case WIRE_INFO:
		return do_info;
	case WIRE_GRANT:
		return do_grant;
	case WIRE_REVOKE:
		return do_revoke;
	case WIRE_STASH_GET:
		return do_stash_get;
	case WIRE_STASH_HOLD:
		return do_stash_hold;
	case WIRE_STASH_DROP:
		return do_stash_drop;
	case WIRE_RELOAD:
		return do_reload;
	case WIRE_STATUS:
		return do_status;
	case WIRE_LOGIN_STOP:
		return do_login_stop;
	case WIRE_SESSIONS:
		return do_sessions;
	case WIRE_NOTICES:
		return do_notices;
	default:
		return NULL;
	}
}

/* Those whose answer may take its time. */
static ask_request *ask_of(enum wire_type type)
{
	switch (type) {
	case WIRE_LOGIN:
		return ask_login;
	case WIRE_LOGIN_WAIT:
		return ask_login_wait;
	case WIRE_LOGIN_PASTE:
		return ask_login_paste;
	case WIRE_RENEW:
		return ask_renew;
	case WIRE_LOGOUT:
		return ask_logout;
	case WIRE_ROLES:
		return ask_roles;
	case WIRE_ROLES_KNOWN:
		return ask_roles_known;
	case WIRE_START_URL:
		return ask_start_url;
	case WIRE_REGISTER:
		return ask_register;
	case WIRE_ROLE:
		return ask_role;
	case WIRE_PROJECT:
		return ask_project;
	case WIRE_TOKEN:
		return ask_token;
	case WIRE_WHOAMI:
		return ask_whoami;
	case WIRE_REACH:
		return ask_reach;
	case WIRE_LEND:
		return ask_lend;
	case WIRE_LENT:
		return ask_lent;
	default:
		return NULL;
	}
}

/* 0, ASK_LATER, or an error. */
static int perform(struct broker *b, struct connections_client *c,
    const struct wire_frame *f, const struct request *r, struct buf *out,
    struct err *e)
{
	ask_request *ask = ask_of(r->type);
	do_request *fn = function_of(r->type);

	if (r->type == WIRE_STASH_PUT)
		return do_stash_put(b, f, r, out, e);
	if (ask)
		return ask(b, c, r, out, e);
	if (fn)
		return fn(b, r, out, e);
	return err_set(
	    e, ERR_USAGE, "the broker knows no request %u", (unsigned)f->type);
}

/* With MAIRU_AGENT_SOCK a shell may meet a broker that reads other directories
 * than its own: that would ask other servers, and go by another trust. */
static int check_place(
    const struct broker *b, const struct request *r, struct err *e)
{
	static const struct place none;
	char config[PATH_MAX], state[PATH_MAX];
	char shown[2][FAULT_PATH];

	if (r->type == WIRE_QUIT || r->type == WIRE_INFO ||
	    place_same(&r->place, &b->place) || place_same(&r->place, &none))
		return 0;
	if (path_in(PATH_CONFIG, NULL, config, e) < 0 ||
	    path_in(PATH_STATE, NULL, state, e) < 0)
		return (int)e->code;
	return err_set(e, ERR_REFUSED,
	    "this broker is for others than this shell: it reads %s and %s, "
	    "since it was started with another HOME, XDG_CONFIG_HOME or "
	    "XDG_STATE_HOME. Run: mairu kill-agent",
	    fault_path(config, shown[0]), fault_path(state, shown[1]));
}

static int parse_and_perform(struct broker *b, struct connections_client *c,
    const struct wire_frame *f, int spare, int64_t until, struct buf *out,
    struct err *e)
{
	static struct request r;
	int rc = request_parse(&r, f, e);

	if (rc == 0 && spare && r.type != WIRE_QUIT && r.type != WIRE_INFO)
		rc = err_set(e, ERR_LIMIT, "the broker has too many clients");
	if (rc == 0)
		rc = check_place(b, &r, e);
	if (rc == 0)
		rc = perform(b, c, f, &r, out, e);
	/* Only the user's files let us know so soon.  Whoever wrote broker.json
	 * is not kept: it will be read when it can be. */
	if (rc == ERR_TIMEOUT && r.type != WIRE_RELOAD &&
	    ask_park(b, c, &r, f, until) == ASK_LATER)
		rc = ASK_LATER;
	request_wipe(&r);
	return rc;
}

/* 0, ASK_LATER, or an error that is the answer. */
static int serve(struct broker *b, struct connections_client *c,
    const struct wire_frame *f, int spare, int64_t until, struct buf *answer)
{
	size_t start = answer->len, at = wire_begin(answer, WIRE_OK);
	struct err e = {0};
	int rc = parse_and_perform(b, c, f, spare, until, answer, &e);

	if (rc == ASK_LATER) {
		buf_truncate(answer, start);
		return rc;
	}
	if (rc == 0 && answer->failed) {
		/* Whatever there was of it is gone; say so in little. */
		rc = err_set(&e, ERR_NOMEM, "the broker is out of memory");
		buf_clear(answer);
		start = 0;
	}
	log_debug(b->log, "request %u%s%s", (unsigned)f->type,
	    rc < 0 ? ": " : "", rc < 0 ? e.msg : "");
	if (rc < 0) {
		buf_truncate(answer, start);
		reply_error(answer, &e);
	} else {
		wire_end(answer, at);
	}
	return rc;
}

static enum connections_then request(void *arg, struct connections_client *c,
    const struct wire_frame *f, int spare, struct buf *answer)
{
	if (serve(arg, c, f, spare, 0, answer) == ASK_LATER)
		return CONNECTIONS_LATER;
	if (f->type == WIRE_QUIT)
		return CONNECTIONS_QUIT;
	return request_damaged(f) ? CONNECTIONS_CLOSE : CONNECTIONS_GO_ON;
}

void commands_again(struct broker *b, struct connections_client *c,
    const struct wire_frame *f, int64_t until)
{
	struct buf answer = BUF_INIT(WIRE_HEADER + WIRE_MAX_BODY);

	if (serve(b, c, f, 0, until, &answer) != ASK_LATER)
		connections_answer(c, &answer);
	buf_release(&answer);
}

static void refuse(void *arg, const struct err *why, struct buf *answer)
{
	(void)arg;
	reply_error(answer, why);
}

static void quit(void *arg)
{
	struct broker *b = arg;

	loop_stop(b->loop);
}

static void gone(void *arg, struct connections_client *c)
{
	(void)arg;
	ask_gone(c);
}

void commands_init(struct connections_handler *h, struct broker *b)
{
	h->request = request;
	h->gone = gone;
	h->refuse = refuse;
	h->quit = quit;
	h->arg = b;
}
