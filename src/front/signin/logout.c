#include "front/signin/logout.h"

#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/wait_notice.h"
#include "front/terminal/say.h"

enum {
	/* Includes telling the server. */
	BROKER_MS = 15000,
	SHOWN_COLUMNS = 256,
	MESSAGE_COLUMNS = 2048
};

/* Prints the server's name, or the broker's message about it. */
static void say_of(const char *what, const char *text, size_t columns)
{
	struct buf b = BUF_INIT(8192);

	text_safe(&b, text, strlen(text), columns);
	say("%s%s", what, buf_str(&b));
	buf_release(&b);
}

/* Returns the number of sessions. */
static size_t say_ended(struct wire_iter rows)
{
	struct message row;
	size_t n = 0;

	for (; message_row(&row, WIRE_LOGOUT, &rows); n++) {
		say_of("logged out of ", row.server, SHOWN_COLUMNS);
		/* Only a warning: locally everything is forgotten. */
		if (row.message[0] != '\0')
			say_of("", row.message, MESSAGE_COLUMNS);
	}
	return n;
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
	struct message m = {.type = WIRE_LOGOUT, .server = server};
	struct client c;
	size_t n = 0;
	int r = client_open(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, e);

	if (r == 0)
		r = wait_notice_call(
		    &c, &m, "waiting for the broker to tell the server", &m, e);
	if (r == 0)
		n = say_ended(m.rows);
	else if (r == ERR_NOT_FOUND && c.fd < 0)
		/* Without a broker there is no session. */
		r = 0;
	if (r == 0 && n == 0)
		say_none(server);
	client_close(&c);
	return r;
}
