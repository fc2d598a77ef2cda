#include "front/signin/logout.h"

#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/wait_notice.h"
#include "front/terminal/say.h"

enum {
	/* The server may be told. */
	BROKER_MS = 15000,
	SHOWN_COLUMNS = 256,
	MESSAGE_COLUMNS = 2048
};

/* The server's name, or what its broker has to say of it. */
static void say_of(const char *what, const struct wire_field *f, size_t columns)
{
	struct buf b = BUF_INIT(8192);

	text_safe(&b, (const char *)f->p, f->len, columns);
	say("%s%s", what, buf_str(&b));
	buf_release(&b);
}

/* Pairs of SERVER and MESSAGE. */
static int is_whole(const struct wire_frame *f)
{
	struct wire_iter it;
	struct wire_field field;
	unsigned n = 0;
	int r;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0)
		if (field.tag !=
		    (n++ % 2 == 0 ? WIRE_F_SERVER : WIRE_F_MESSAGE))
			return 0;
	return r == 0 && n % 2 == 0;
}

/* The answer is looked at whole before any of it is said. */
static int read_answer(const struct wire_frame *f, size_t *n, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;

	if (!is_whole(f))
		return client_nonsense(e);
	wire_iter_init(&it, f->body, f->len);
	for (*n = 0; wire_next(&it, &field) > 0;) {
		if (field.tag == WIRE_F_SERVER) {
			say_of("logged out of ", &field, SHOWN_COLUMNS);
			++*n;
		} else if (field.len > 0) {
			/* A warning: here everything is forgotten. */
			say_of("", &field, MESSAGE_COLUMNS);
		}
	}
	return 0;
}

static void say_none(const char *server)
{
	struct buf b = BUF_INIT(2048);

	text_safe(&b, server, strlen(server), SHOWN_COLUMNS);
	if (b.len > 0)
		say("there is no session of %s", buf_str(&b));
	else
		say("there is no session");
	buf_release(&b);
}

int logout_server(const char *server, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	size_t n = 0, at = client_begin(&request, WIRE_LOGOUT);
	int r;

	wire_puts(&request, WIRE_F_SERVER, server);
	wire_end(&request, at);
	r = client_open(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, e);
	if (r == 0)
		r = wait_notice_call(&c, &request,
		    "waiting for the broker to tell the server", &f, e);
	if (r == 0)
		r = read_answer(&f, &n, e);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		/* No broker has no session. */
		r = 0;
	if (r == 0 && n == 0)
		say_none(server);
	client_close(&c);
	buf_release(&request);
	return r;
}
