/* mairu logout: forgets sessions and all that came from them. */

#include <string.h>

#include "base/buf.h"
#include "base/plat.h"
#include "base/text.h"
#include "front/client.h"
#include "front/cmd.h"
#include "front/say.h"
#include "front/target.h"

enum {
	OPT_ALL,
	/* The server may be told. */
	BROKER_MS = 15000,
	SHOWN_COLUMNS = 256
};

static void say_out_of(const struct wire_field *f)
{
	struct buf b = BUF_INIT(2048);

	text_safe(&b, (const char *)f->p, f->len, SHOWN_COLUMNS);
	say("logged out of %s", buf_str(&b));
	buf_release(&b);
}

/* The answer is looked at whole before any of it is said. */
static int read_answer(const struct wire_frame *f, size_t *n, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0)
		if (field.tag != WIRE_F_SERVER)
			return client_nonsense(e);
	if (r < 0)
		return client_nonsense(e);
	wire_iter_init(&it, f->body, f->len);
	for (*n = 0; wire_next(&it, &field) > 0; ++*n)
		say_out_of(&field);
	return 0;
}

static void say_none(const char *server)
{
	struct buf b = BUF_INIT(2048);

	text_safe(&b, server, strlen(server), SHOWN_COLUMNS);
	if (b.len > 0)
		say("there was no session of %s", buf_str(&b));
	else
		say("there was no session");
	buf_release(&b);
}

/* server "": all. */
static int forget(const char *server, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	size_t n = 0, at = client_begin(&request, WIRE_LOGOUT);
	int r;

	wire_puts(&request, WIRE_F_SERVER, server);
	wire_end(&request, at);
	r = client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + BROKER_MS, &request, &f, e);
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

static int logout_run(const struct cmd_line *line)
{
	char server[TARGET_NAME] = "";
	struct err e;
	int r = 0;

	if (line->option[OPT_ALL] != NULL && line->n_args > 0) {
		say("logout: it takes a server or --all, not both. Run: mairu "
		    "logout --help");
		return EXIT_USAGE;
	}
	if (line->n_args > 0)
		r = target_copy(server, line->args[0], &e);
	else if (line->option[OPT_ALL] == NULL)
		r = target_server_here(server, &e);
	if (r == 0)
		r = forget(server, &e);
	return r < 0 ? say_err(&e) : EXIT_OK;
}

const struct cmd cmd_logout = {
    .name = "logout",
    .synopsis = "[SERVER]",
    .purpose = "forgets a session, and every credential that came from it",
    .details = "Without SERVER, that which `mairu login` would take.",
    .example = "mairu logout contoso",
    .max_args = 1,
    .options = {[OPT_ALL] = {"all", 0, NULL, "of every server"}},
    .run = logout_run,
};
