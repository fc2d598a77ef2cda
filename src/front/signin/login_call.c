#include "front/signin/login_call.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/wait_notice.h"

enum {
	/* Time to register a client and begin an authorization. */
	BEGIN_MS = 75000,
	PASTE_MS = 5000,
	STOP_MS = 1000,
	SHOWN_COLUMNS = 256
};

/* It will be shown on a terminal and passed to a browser. */
static int is_web(const char *url)
{
	return strncmp(url, "https://", 8) == 0 ||
	       strncmp(url, "http://", 7) == 0;
}

/* Takes the session from the answer: its end, and whether it is renewed until
 * then. */
static void take_session(struct login_begun *b, const struct message *m)
{
	b->has_session = 1;
	b->expires = m->expires;
	b->renews = m->renews != 0;
}

static int take_begun(
    struct login_begun *b, const struct message *m, struct err *e)
{
	message_copy(b->id, sizeof(b->id), m->server);
	if (m->form == 0) {
		take_session(b, m);
		return 0;
	}
	if (!is_web(m->url) || (m->long_url && !is_web(m->long_url)) ||
	    (m->complete && m->complete[0] && !is_web(m->complete)))
		return client_nonsense(e);
	b->grant = (enum login_grant_type)m->grant;
	b->seconds = m->seconds;
	b->port = (uint16_t)m->port;
	message_copy(b->url, sizeof(b->url), m->url);
	message_copy(b->long_url, sizeof(b->long_url), m->long_url);
	message_copy(b->page_at, sizeof(b->page_at), m->page_at);
	message_copy(b->code_to, sizeof(b->code_to), m->code_to);
	message_copy(b->user_code, sizeof(b->user_code), m->user_code);
	message_copy(b->complete, sizeof(b->complete), m->complete);
	return 0;
}

int login_call_begin(struct client *c, const struct login_ask *ask,
    struct login_begun *b, struct err *e)
{
	struct buf what = BUF_INIT(2048);
	struct message m = {
	    .type = WIRE_LOGIN,
	    .server = ask->server,
	    .port = ask->port,
	    .force = ask->force != 0,
	    .grant = (int64_t)ask->grant,
	    .headless = ask->headless != 0,
	};
	int r;

	memset(b, 0, sizeof(*b));
	buf_adds(&what, "waiting for ");
	text_safe(&what, ask->server, strlen(ask->server), SHOWN_COLUMNS);
	buf_adds(&what, " to say where to log in");
	c->deadline = plat_ms() + BEGIN_MS;
	r = wait_notice_call(c, &m, buf_str(&what), &m, e);
	if (r == 0)
		r = take_begun(b, &m, e);
	buf_release(&what);
	return r;
}

int login_call_join(struct client *c, const char *id, struct err *e)
{
	return client_send(
	    c, &(struct message){.type = WIRE_LOGIN_WAIT, .server = id}, 1, e);
}

int login_call_end(
    struct client *c, const char *id, struct login_begun *b, struct err *e)
{
	struct buf name = BUF_INIT(8192);
	struct message m;
	int r = client_next(c, WIRE_LOGIN_WAIT, &m, e);

	b->stranger = r == 0 && m.form == 1;
	b->has_session = 0;
	if (r == 0 && !b->stranger)
		take_session(b, &m);
	if (r < 0 && client_hung_up(c, e)) {
		text_word(&name, id, strlen(id));
		r = err_set(e, ERR_FOREIGN,
		    "the broker ended before the login did. Run: mairu login "
		    "%s",
		    buf_str(&name));
	}
	buf_release(&name);
	return r;
}

/* Makes a call whose answer is ignored. */
static int tell(const struct message *m, int64_t ms, struct err *e)
{
	struct client c;
	int r = client_ask(&c, CLIENT_EXISTING, plat_ms() + ms, m, NULL, e);

	client_close(&c);
	return r;
}

int login_call_paste(const char *id, struct buf *text, struct err *e)
{
	return tell(
	    &(struct message){
		.type = WIRE_LOGIN_PASTE, .server = id, .text = buf_str(text)},
	    PASTE_MS, e);
}

void login_call_stop(const char *server)
{
	/* If this fails, the login ends by itself a few minutes later. */
	(void)!tell(
	    &(struct message){.type = WIRE_LOGIN_STOP, .server = server},
	    STOP_MS, NULL);
}
