#include "front/trusting.h"

#include <string.h>

#include "base/buf.h"
#include "base/servers.h"
#include "base/text.h"
#include "base/trust.h"
#include "front/consent.h"
#include "front/say.h"

enum {
	/* A path, two names and a chain, none of them cut. */
	LINE_MAX_SHOWN = 64 * 1024
};

void trusting_show(const struct project *p, const char *what)
{
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);

	/* Past what say() takes: none of it may be cut. */
	buf_adds(&b, "mairu: ");
	text_path(&b, p->path);
	buf_addf(&b, " %s: ", what);
	project_describe(p, &b);
	buf_addc(&b, '\n');
	say_text(&b);
	for (size_t i = 0; i < p->n_unknown; i++) {
		buf_clear(&b);
		text_safe(&b, p->unknown[i], strlen(p->unknown[i]), 80);
		say("it has a key that this version ignores: %s", buf_str(&b));
	}
	buf_release(&b);
}

void trusting_show_server(const struct project *p)
{
	const struct servers_entry *one;
	struct servers s;
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);
	struct err e;
	int r = servers_load(&s, NULL, &e);

	if (r == 0) {
		r = servers_find(&s, p->server, &one, &e);
		servers_release(&s);
	}
	text_safe(&b, p->server, strlen(p->server), 256);
	if (r == ERR_NOT_FOUND)
		say("but the server %s is not configured. Run: mairu "
		    "list-servers",
		    buf_str(&b));
	else if (r < 0)
		say("%s", e.msg);
	buf_release(&b);
}

int trusting_ask(const struct verdict *v, struct err *e)
{
	const struct project *p = &v->project;
	struct buf b = BUF_INIT(4096);
	int r;

	verdict_what(v, &b);
	trusting_show(p, buf_str(&b));
	trusting_show_server(p);
	buf_clear(&b);
	text_path(&b, p->path);
	r = consent_to("trust it?")
		? trust_record(p, 1, e)
		: err_set(e, ERR_UNTRUSTED,
		      "%s was not trusted. Run: mairu allow", buf_str(&b));
	buf_release(&b);
	return r;
}
