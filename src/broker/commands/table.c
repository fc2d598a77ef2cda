#include "broker/commands/table.h"

#include <limits.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/sys/fault.h"
#include "base/sys/path.h"
#include "broker/broker.h"
#include "broker/commands/ask.h"
#include "broker/commands/reply.h"
#include "broker/socket/request.h"
#include "net/runtime/log.h"
#include "net/runtime/loop.h"

static const struct {
	enum wire_type type;
	ask_request *fn;
} commands[] = {
    {WIRE_GRANT, ask_grant},
    {WIRE_PROJECT, ask_project},
    {WIRE_STASH_PUT, ask_stash_put},
    {WIRE_STASH_GET, ask_stash_get},
    {WIRE_STASH_HOLD, ask_stash_hold},
    {WIRE_STASH_DROP, ask_stash_drop},
    {WIRE_QUIT, ask_quit},
    {WIRE_INFO, ask_info},
    {WIRE_RELOAD, ask_reload},
    {WIRE_REVOKE, ask_revoke},
    {WIRE_STATUS, ask_status},
    {WIRE_SESSIONS, ask_sessions},
    {WIRE_NOTICES, ask_notices},
    {WIRE_LOGIN, ask_login},
    {WIRE_LOGIN_WAIT, ask_login_wait},
    {WIRE_LOGIN_PASTE, ask_login_paste},
    {WIRE_LOGIN_STOP, ask_login_stop},
    {WIRE_RENEW, ask_renew},
    {WIRE_LOGOUT, ask_logout},
    {WIRE_ROLE, ask_role},
    {WIRE_TOKEN, ask_token},
    {WIRE_WHOAMI, ask_whoami},
    {WIRE_LEND, ask_lend},
    {WIRE_LENT, ask_lent},
    {WIRE_ROLES, ask_roles},
    {WIRE_ROLES_KNOWN, ask_roles_known},
    {WIRE_START_URL, ask_start_url},
    {WIRE_REGISTER, ask_register},
    {WIRE_REACH, ask_reach},
};

/* 0, ASK_LATER, or an error. */
static int perform(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].type == r->type)
			return commands[i].fn(b, c, r, out, e);
	return err_set(
	    e, ERR_USAGE, "the broker knows no request %u", (unsigned)r->type);
}

/* With MAIRU_AGENT_SOCK a shell may reach a broker that reads different
 * directories: it would use other servers and other trust. */
static int check_place(
    const struct broker *b, const struct message *r, struct err *e)
{
	static const struct place none;
	struct place place = none;
	char config[PATH_MAX], state[PATH_MAX];
	char shown[2][FAULT_PATH];

	if (r->place)
		memcpy(&place, r->place, sizeof(place));
	if (r->type == WIRE_QUIT || r->type == WIRE_INFO ||
	    place_same(&place, &b->place) || place_same(&place, &none))
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
	static unsigned char room[REQUEST_ROOM];
	struct message r;
	int rc = request_read(&r, room, f, e);

	if (rc == 0 && spare && r.type != WIRE_QUIT && r.type != WIRE_INFO)
		rc = err_set(e, ERR_LIMIT, "the broker has too many clients");
	if (rc == 0)
		rc = check_place(b, &r, e);
	if (rc == 0)
		rc = perform(b, c, &r, out, e);
	/* Only lookups of the user's files time out this soon.  A reload is not
	 * parked: broker.json is read when it can be. */
	if (rc == ERR_TIMEOUT && r.type != WIRE_RELOAD &&
	    ask_park(b, c, &r, f, until) == ASK_LATER)
		rc = ASK_LATER;
	bytes_wipe(room, f->len);
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
		/* Drop whatever was written, and send a short error instead. */
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
