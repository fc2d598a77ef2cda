#include "front/signin/refresh.h"

#include <string.h>
#include <time.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/wait_notice.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

enum {
	/* More than a call of the broker may take. */
	BROKER_MS = 75000,
	SHOWN_COLUMNS = 256
};

static int read_renewed(
    struct refreshed *n, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r, bad = 0, has_expires = 0;

	memset(n, 0, sizeof(*n));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		if (field.tag == WIRE_F_SERVER) {
			bad |= wire_text(&field, n->id, sizeof(n->id));
		} else if (field.tag == WIRE_F_EXPIRES) {
			bad |= wire_num(&field, &n->expires);
			has_expires = 1;
		} else {
			bad = 1;
		}
	}
	return r < 0 || bad != 0 || n->id[0] == '\0' || !has_expires ||
		       n->expires > INT64_MAX
		   ? client_nonsense(e)
		   : 0;
}

/* No broker has no session. */
static int login_required(const char *server, struct err *e)
{
	struct buf b = BUF_INIT(2 * TARGET_NAME * 4);
	int r;

	text_safe(&b, server, strlen(server), SHOWN_COLUMNS);
	buf_adds(&b, ": login required. Run: mairu login ");
	text_word(&b, server, strlen(server));
	r = err_set(e, ERR_LOGIN, "%s", buf_str(&b));
	buf_release(&b);
	return r;
}

int refresh_session(const char *server, struct refreshed *n, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY), what = BUF_INIT(2048);
	struct wire_frame f = {0};
	struct client c;
	size_t at = client_begin(&request, WIRE_RENEW);
	int r;

	wire_puts(&request, WIRE_F_SERVER, server);
	wire_end(&request, at);
	buf_adds(&what, "waiting for ");
	text_safe(&what, server, strlen(server), SHOWN_COLUMNS);
	buf_adds(&what, " to renew the session");
	r = client_open(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, e);
	if (r == 0)
		r = wait_notice_call(&c, &request, buf_str(&what), &f, e);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		r = login_required(server, e);
	if (r == 0)
		r = read_renewed(n, &f, e);
	client_close(&c);
	buf_release(&what);
	buf_release(&request);
	return r;
}

void refresh_say(const struct refreshed *n, int utc)
{
	struct buf b = BUF_INIT(2048);
	int64_t expires = (int64_t)n->expires;

	buf_adds(&b, "renewed ");
	text_safe(&b, n->id, strlen(n->id), SHOWN_COLUMNS);
	buf_addc(&b, ' ');
	if (utc && expires != 0) {
		buf_adds(&b, "until ");
		when_table(&b, expires, 1);
	} else {
		when_until(&b, expires, (int64_t)time(NULL));
	}
	say("%s", buf_str(&b));
	buf_release(&b);
}
