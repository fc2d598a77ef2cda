#include "front/trust/ask.h"

#include <string.h>

#include "base/config/servers.h"
#include "base/config/trust.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/owner.h"
#include "base/sys/path.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	/* A path, two names and a chain, all uncut. */
	LINE_MAX_SHOWN = 64 * 1024
};

void trust_ask_show(const struct project *p, const char *what)
{
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);

	/* Longer than say() allows: none of it may be cut. */
	buf_adds(&b, "mairu: ");
	path_text(&b, p->path);
	if (project_is_simple(p)) {
		buf_addf(&b, " %s: ", what);
		project_describe(p, SIZE_MAX, &b);
		buf_addc(&b, '\n');
	} else {
		buf_addf(&b, " %s:\n", what);
		project_list(p, &b);
	}
	say_text(&b);
	for (size_t i = 0; i < p->n_unknown; i++) {
		buf_clear(&b);
		text_safe(&b, p->unknown[i], strlen(p->unknown[i]), 80);
		say("it has a key that this version ignores: %s", buf_str(&b));
	}
	buf_release(&b);
}

void trust_ask_show_server(const struct project *p)
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
	text_value(&b, p->server, strlen(p->server), 256);
	if (r == ERR_NOT_FOUND)
		say("but the server %s is not configured. Run: mairu "
		    "list-servers",
		    buf_str(&b));
	else if (r < 0)
		say("%s", e.msg);
	buf_release(&b);
}

void trust_ask_tell(const struct verdict *v)
{
	struct buf what = BUF_INIT(256);

	verdict_what(v, &what);
	trust_ask_show(&v->project, buf_str(&what));
	say("if that is what you want, run: mairu allow");
	buf_release(&what);
}

int trust_ask_owner(const struct project *p, struct buf *out)
{
	struct owner o;

	if (owner_walk(p->path, &o) == OWNER_FINE)
		return 0;
	if (o.fault == OWNER_OPEN)
		buf_adds(out, "others can write ");
	path_text(out, o.path);
	if (o.fault == OWNER_OTHER && o.uid == (uid_t)-1)
		buf_adds(out, " can't be looked at");
	else if (o.fault == OWNER_OTHER)
		buf_addf(out, " belongs to another user (uid %lu)",
		    (unsigned long)o.uid);
	return 1;
}

void trust_ask_warn(const struct project *p)
{
	struct buf b = BUF_INIT(LINE_MAX_SHOWN);

	if (trust_ask_owner(p, &b))
		say("%s: it may have changed since you saw it. A yes is for "
		    "what is shown here",
		    buf_str(&b));
	buf_release(&b);
}

int trust_ask(const struct verdict *v, struct err *e)
{
	const struct project *p = &v->project;
	struct buf b = BUF_INIT(4096);
	int r;

	verdict_what(v, &b);
	trust_ask_show(p, buf_str(&b));
	trust_ask_show_server(p);
	trust_ask_warn(p);
	buf_clear(&b);
	path_text(&b, p->path);
	r = consent_to("trust it?")
		? trust_record(p, 1, e)
		: err_set(e, ERR_UNTRUSTED,
		      "%s was not trusted. Run: mairu allow", buf_str(&b));
	buf_release(&b);
	return r;
}
