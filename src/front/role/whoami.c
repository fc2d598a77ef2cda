#include "front/role/whoami.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "front/environment/vars.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

static void put_line(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%-8s ", name);
	text_safe(b, value, strlen(value), SIZE_MAX);
}

void whoami_text(struct buf *b, const struct message *w)
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

void whoami_json(struct buf *b, const struct message *w, const char *config)
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
