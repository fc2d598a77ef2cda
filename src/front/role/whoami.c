#include "front/role/whoami.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "front/client/client.h"
#include "front/environment/vars.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

static int take(struct whoami *w, const struct wire_field *f)
{
	uint64_t n = 0;
	int r;

	switch (f->tag) {
	case WIRE_F_SERVER:
		return wire_text(f, w->server, sizeof(w->server));
	case WIRE_F_ROLE:
		return wire_text(f, w->role, sizeof(w->role));
	case WIRE_F_ACCOUNT:
		return wire_text(f, w->account, sizeof(w->account));
	case WIRE_F_ARN:
		return wire_text(f, w->arn, sizeof(w->arn));
	case WIRE_F_ALIAS:
		return wire_text(f, w->alias, sizeof(w->alias));
	case WIRE_F_EXPIRES:
		r = wire_num(f, &n);
		w->expires = (int64_t)n;
		return n > INT64_MAX ? ERR_FORMAT : r;
	default:
		return ERR_FORMAT;
	}
}

int whoami_read(struct whoami *w, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	memset(w, 0, sizeof(*w));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(w, &field);
		if (r < 0)
			break;
	}
	return r == 0 && w->server[0] != '\0' && w->role[0] != '\0' &&
		       w->account[0] != '\0' && w->arn[0] != '\0' &&
		       w->expires > 0
		   ? 0
		   : client_nonsense(e);
}

/* --- as it is printed */

static void put_line(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%-8s ", name);
	text_safe(b, value, strlen(value), SIZE_MAX);
}

void whoami_text(struct buf *b, const struct whoami *w)
{
	int64_t now = (int64_t)time(NULL);

	put_line(b, "account", w->account);
	if (w->alias[0] != '\0') {
		buf_adds(b, " (");
		text_safe(b, w->alias, strlen(w->alias), SIZE_MAX);
		buf_addc(b, ')');
	}
	buf_addc(b, '\n');
	put_line(b, "arn", w->arn);
	buf_addc(b, '\n');
	put_line(b, "role", w->server);
	buf_addc(b, ' ');
	text_safe(b, w->role, strlen(w->role), SIZE_MAX);
	buf_addc(b, '\n');
	put_line(b, "expires", "");
	when_clock(b, w->expires, now);
	buf_adds(b, " (in ");
	when_span(b, w->expires > now ? w->expires - now : 0);
	buf_adds(b, ")\n");
}

static void member(struct jsonout *o, const char *key, const char *value)
{
	jsonout_key(o, key);
	jsonout_str(o, value != NULL && value[0] != '\0' ? value : NULL);
}

void whoami_json(struct buf *b, const struct whoami *w, const char *config)
{
	char at[WHEN_UTC];
	struct jsonout o;

	when_utc(w->expires, at);
	jsonout_init(&o, b, 1);
	jsonout_begin(&o, '{');
	member(&o, "account", w->account);
	member(&o, "account_alias", w->alias);
	member(&o, "arn", w->arn);
	member(&o, "server", w->server);
	member(&o, "role", w->role);
	member(&o, "config", config);
	member(&o, "expires_at", at);
	jsonout_end(&o, '}');
	buf_addc(b, '\n');
}

void whoami_say_other(const struct target *t)
{
	const char *server = getenv(var_name(VAR_ACTIVE_SERVER));
	const char *role = getenv(var_name(VAR_ACTIVE_ROLE));
	struct buf b = BUF_INIT(4096);

	if (t->config == NULL || server == NULL || role == NULL ||
	    (strcmp(server, t->server) == 0 && strcmp(role, t->acts) == 0))
		return;
	text_safe(&b, server, strlen(server), 256);
	buf_addc(&b, ' ');
	text_safe(&b, role, strlen(role), 512);
	say("but this shell has another role: %s", buf_str(&b));
	buf_release(&b);
}
