/* Requests of `mairu status` and others: the broker's own state, its sessions,
 * and where a login is needed. */

#include "broker/commands/question.h"

#include <stdio.h>
#include <unistd.h>

#include "base/core/version.h"
#include "broker/broker.h"
#include "broker/endpoint/endpoint.h"
#include "broker/files/files.h"
#include "broker/grants/grant.h"
#include "net/runtime/log.h"

enum {
	CLOCK_OFF = 60, /* seconds that nobody need hear of */
};

/* Prefer the skew learnt from an STS rejection. */
static void look_at_clock(struct broker *b, struct http_clock *c)
{
	int64_t by = roles_clock_ahead(b->roles);
	int is_off = by >= CLOCK_OFF || -by >= CLOCK_OFF;
	char text[512];

	http_clock(b->up.http, c);
	if (is_off)
		*c = (struct http_clock){.host = "AWS", .ahead = by};
	else if (!c->host[0])
		c->ahead = 0;
	by = c->ahead;
	(void)snprintf(text, sizeof(text),
	    "the clock of this machine is %lld seconds %s that of %s%s. Set "
	    "it: sudo timedatectl set-ntp true",
	    (long long)(by < 0 ? -by : by), by < 0 ? "ahead of" : "behind",
	    c->host, is_off ? ", which requests are signed by" : "");
	is_off = by >= CLOCK_OFF || -by >= CLOCK_OFF;
	health_set(&b->problems, HEALTH_CLOCK, is_off ? text : NULL, b->log);
	if (!c->host[0])
		c->ahead = WIRE_AHEAD_UNKNOWN;
}

static void put_problems(struct broker *b, struct buf *out)
{
	health_set(&b->problems, HEALTH_CONFIG, files_problem(b->config_files),
	    b->log);
	health_set(
	    &b->problems, HEALTH_STATE, files_problem(b->state_files), b->log);
	broker_try_state(b);
	health_set(&b->problems, HEALTH_LOG,
	    files_problem(b->state_files) ? NULL : log_problem(b->log), b->log);
	for (size_t i = 0; i < HEALTH_COUNT; i++)
		if (b->problems.text[i][0])
			message_put_row(out, WIRE_STATUS,
			    &(struct message){.problem = b->problems.text[i]});
}

int ask_status(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	struct buf settings = BUF_INIT(64 * 1024), url = BUF_INIT(256);
	struct buf confined = BUF_INIT(64);
	struct http_clock clock;
	struct err ignored;

	(void)c;
	(void)e;
	/* A manual edit takes effect here: an error in it becomes a problem,
	 * and a fixed one is cleared. */
	(void)!broker_reload(b, &ignored);
	if (b->endpoint)
		endpoint_url(b->endpoint, &url);
	config_shown(b->config, &settings);
	confine_shown(b->confined.parts, &confined);
	look_at_clock(b, &clock);
	message_put_answer(out,
	    &(struct message){
		.type = r->type,
		.version = MAIRU_VERSION,
		.pid = getpid(),
		.url = buf_str(&url),
		.started = (loop_now(b->loop) - b->started) / 1000,
		.clients = (int64_t)connections_clients(b->server),
		.grants = (int64_t)grants_count(b->grants),
		.locked = slab_hidden(b->slab) ? 2 : slab_locked(b->slab),
		.log = log_path(b->log),
		.settings = buf_str(&settings),
		.unverified =
		    b->endpoint ? (int64_t)endpoint_unverified(b->endpoint) : 0,
		.confined = buf_str(&confined),
		.unconfined = b->confined.why,
		.clock_host = clock.host,
		.ahead = clock.ahead,
	    });
	put_problems(b, out);
	buf_release(&confined);
	buf_release(&settings);
	buf_release(&url);
	return 0;
}

int ask_sessions(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const struct session *s;

	(void)c;
	(void)e;
	for (size_t i = 0; (s = sessions_at(b->up.sessions, i)); i++)
		message_put_row(out, r->type,
		    &(struct message){
			.server = session_id(s),
			.url = session_url(s),
			.expires = session_expires(s),
			.renews = session_renews(s),
			.ended = session_ended(s),
		    });
	return 0;
}

int ask_notices(struct broker *b, struct connections_client *c,
    const struct message *r, struct buf *out, struct err *e)
{
	const char *name;

	(void)c;
	(void)e;
	for (size_t i = 0; (name = needs_at(&b->needs, &i));)
		message_put_row(
		    out, r->type, &(struct message){.server = name});
	return 0;
}
