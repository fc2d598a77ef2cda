#include "front/signin/refresh.h"

#include <string.h>
#include <time.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/wait_notice.h"
#include "front/servers/target.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

enum {
	/* Longer than any call by the broker. */
	BROKER_MS = 75000,
	SHOWN_COLUMNS = 256
};

/* Without a broker there is no session. */
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

static void say_renewed(const struct message *m, int utc)
{
	struct buf b = BUF_INIT(2048);

	buf_adds(&b, "renewed ");
	text_safe(&b, m->server, strlen(m->server), SHOWN_COLUMNS);
	buf_addc(&b, ' ');
	if (utc && m->expires != 0) {
		buf_adds(&b, "until ");
		when_table(&b, m->expires, 1);
	} else {
		when_until(&b, m->expires, (int64_t)time(NULL));
	}
	say("%s", buf_str(&b));
	buf_release(&b);
}

int refresh_session(const char *server, int utc, struct err *e)
{
	struct message m = {.type = WIRE_RENEW, .server = server};
	struct buf what = BUF_INIT(2048);
	struct client c;
	int r;

	buf_adds(&what, "waiting for ");
	text_safe(&what, server, strlen(server), SHOWN_COLUMNS);
	buf_adds(&what, " to renew the session");
	r = client_open(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, e);
	if (r == 0)
		r = wait_notice_call(&c, &m, buf_str(&what), &m, e);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		r = login_required(server, e);
	if (r == 0)
		say_renewed(&m, utc);
	client_close(&c);
	buf_release(&what);
	return r;
}
