#include "front/signin/login_call.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/wait_notice.h"

enum {
	/* A client may have to be registered at the server, and an
	 * authorization to be begun there. */
	BEGIN_MS = 75000,
	PASTE_MS = 5000,
	STOP_MS = 1000,
	SHOWN_COLUMNS = 256
};

/* It goes to a terminal and to a browser. */
static int is_web(const char *url)
{
	return strncmp(url, "https://", 8) == 0 ||
	       strncmp(url, "http://", 7) == 0;
}

static int take_port(struct login_begun *b, const struct wire_field *f)
{
	uint64_t n = 0;

	if (wire_num(f, &n) < 0 || n == 0 || n > UINT16_MAX)
		return ERR_FORMAT;
	b->port = (uint16_t)n;
	return 0;
}

static int take_grant(struct login_begun *b, const struct wire_field *f)
{
	uint64_t n = 0;

	if (wire_num(f, &n) < 0 ||
	    (n != LOGIN_GRANT_CODE && n != LOGIN_GRANT_DEVICE))
		return ERR_FORMAT;
	b->grant = (enum login_grant_type)n;
	return 0;
}

/* It is there when it is so. */
static int take_renews(struct login_begun *b, const struct wire_field *f)
{
	uint64_t n = 0;

	if (!b->has_session || wire_num(f, &n) < 0 || n != 1)
		return ERR_FORMAT;
	b->renews = 1;
	return 0;
}

static int take_seconds(int64_t *out, const struct wire_field *f)
{
	uint64_t n = 0;

	if (wire_num(f, &n) < 0 || n > INT64_MAX)
		return ERR_FORMAT;
	*out = (int64_t)n;
	return 0;
}

static int take(struct login_begun *b, const struct wire_field *f)
{
	switch (f->tag) {
	case WIRE_F_SERVER:
		return wire_text(f, b->id, sizeof(b->id));
	case WIRE_F_EXPIRES:
		b->has_session = 1;
		return take_seconds(&b->expires, f);
	case WIRE_F_RENEWS:
		return take_renews(b, f);
	case WIRE_F_GRANT:
		return take_grant(b, f);
	case WIRE_F_SECONDS:
		return take_seconds(&b->seconds, f);
	case WIRE_F_URL:
		return wire_text(f, b->url, sizeof(b->url));
	case WIRE_F_LONG_URL:
		return wire_text(f, b->long_url, sizeof(b->long_url));
	case WIRE_F_PORT:
		return take_port(b, f);
	case WIRE_F_USER_CODE:
		return wire_text(f, b->user_code, sizeof(b->user_code));
	case WIRE_F_PAGE_AT:
		return wire_text(f, b->page_at, sizeof(b->page_at));
	case WIRE_F_CODE_TO:
		return wire_text(f, b->code_to, sizeof(b->code_to));
	case WIRE_F_COMPLETE:
		return wire_text(f, b->complete, sizeof(b->complete));
	default:
		return ERR_FORMAT;
	}
}

/* Whether the fields are those of one of the three answers. */
static int is_whole(const struct login_begun *b)
{
	int is_code = b->port != 0 && is_web(b->long_url);
	int is_device = b->user_code[0] != '\0' &&
			(b->complete[0] == '\0' || is_web(b->complete));

	if (b->id[0] == '\0')
		return 0;
	if (b->has_session)
		return b->url[0] == '\0' && b->grant == LOGIN_GRANT_ANY;
	if (!is_web(b->url))
		return 0;
	return (b->grant == LOGIN_GRANT_CODE && is_code &&
		   b->user_code[0] == '\0') ||
	       (b->grant == LOGIN_GRANT_DEVICE && is_device && b->port == 0);
}

static int read_begun(
    struct login_begun *b, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(b, &field);
		if (r < 0)
			break;
	}
	return r < 0 || !is_whole(b) ? client_nonsense(e) : 0;
}

int login_call_begin(struct client *c, const struct login_ask *ask,
    struct login_begun *b, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY), what = BUF_INIT(2048);
	struct wire_frame f;
	size_t at = client_begin(&request, WIRE_LOGIN);
	int r;

	memset(b, 0, sizeof(*b));
	wire_puts(&request, WIRE_F_SERVER, ask->server);
	wire_putn(&request, WIRE_F_PORT, ask->port);
	wire_putn(&request, WIRE_F_FORCE, ask->force != 0);
	wire_putn(&request, WIRE_F_GRANT, ask->grant);
	wire_putn(&request, WIRE_F_HEADLESS, ask->headless != 0);
	wire_end(&request, at);
	buf_adds(&what, "waiting for ");
	text_safe(&what, ask->server, strlen(ask->server), SHOWN_COLUMNS);
	buf_adds(&what, " to say where to log in");
	c->deadline = plat_ms() + BEGIN_MS;
	r = wait_notice_call(c, &request, buf_str(&what), &f, e);
	if (r == 0)
		r = read_begun(b, &f, e);
	buf_release(&what);
	buf_release(&request);
	return r;
}

int login_call_join(struct client *c, const char *id, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	size_t at = client_begin(&request, WIRE_LOGIN_WAIT);
	int r;

	wire_puts(&request, WIRE_F_SERVER, id);
	wire_end(&request, at);
	r = client_send(c, &request, e);
	buf_release(&request);
	return r;
}

/* Exactly one EXPIRES, and perhaps RENEWS; or HEADLESS alone. */
static int read_end(
    struct login_begun *b, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	b->has_session = 1;
	b->renews = 0;
	b->stranger = 0;
	wire_iter_init(&it, f->body, f->len);
	if (wire_next(&it, &field) <= 0)
		return client_nonsense(e);
	if (field.tag == WIRE_F_HEADLESS) {
		b->has_session = 0;
		b->stranger = 1;
		return wire_next(&it, &field) == 0 ? 0 : client_nonsense(e);
	}
	if (field.tag != WIRE_F_EXPIRES ||
	    take_seconds(&b->expires, &field) < 0)
		return client_nonsense(e);
	r = wire_next(&it, &field);
	if (r > 0 && field.tag == WIRE_F_RENEWS && take_renews(b, &field) == 0)
		r = wire_next(&it, &field);
	return r == 0 ? 0 : client_nonsense(e);
}

int login_call_end(
    struct client *c, const char *id, struct login_begun *b, struct err *e)
{
	struct buf name = BUF_INIT(8192);
	struct wire_frame f;
	int r = client_next(c, &f, e);

	if (r == 0)
		r = read_end(b, &f, e);
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

int login_call_paste(const char *id, const struct buf *text, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	size_t at = client_begin(&request, WIRE_LOGIN_PASTE);
	int r;

	wire_puts(&request, WIRE_F_SERVER, id);
	wire_put(&request, WIRE_F_TEXT, text->data, text->len);
	wire_end(&request, at);
	r = client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + PASTE_MS, &request, &f, e);
	client_close(&c);
	buf_release(&request);
	return r;
}

void login_call_stop(const char *server)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	size_t at = client_begin(&request, WIRE_LOGIN_STOP);

	wire_puts(&request, WIRE_F_SERVER, server);
	wire_end(&request, at);
	/* If it fails, the login ends by itself some minutes later. */
	(void)!client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + STOP_MS, &request, &f, NULL);
	client_close(&c);
	buf_release(&request);
}
