#include "front/servers/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/servers.h"
#include "base/config/trust.h"
#include "base/core/bearer.h"
#include "base/core/text.h"
#include "front/environment/vars.h"
#include "front/servers/server_check.h"

enum {
	MAX_NAMED = 8, /* servers named in a message */
	SHOWN_COLUMNS = 60
};

int target_copy(char out[TARGET_NAME], const char *name, struct err *e)
{
	size_t len = strlen(name);

	if (len == 0 || len >= TARGET_NAME)
		return err_set(e, ERR_USAGE,
		    "the name of a server or role is empty or too long");
	memcpy(out, name, len + 1);
	return 0;
}

/* "which server? There are a, b and others. ..." */
static int which(const struct servers *s, struct err *e)
{
	struct buf b = BUF_INIT(sizeof(e->msg));
	size_t named = 0;
	int r;

	for (size_t i = 0; i < s->count; i++) {
		if (s->at[i].fault != NULL)
			continue;
		if (named++ == MAX_NAMED) {
			buf_adds(&b, ", ...");
			break;
		}
		buf_adds(&b, named > 1 ? ", " : "");
		text_safe(&b, s->at[i].id, strlen(s->at[i].id), SHOWN_COLUMNS);
	}
	r = err_set(e, ERR_USAGE,
	    "which server? Name it, or set MAIRU_SERVER. Configured: %s",
	    buf_str(&b));
	buf_release(&b);
	return r;
}

static int none(const struct servers *s, struct err *e)
{
	if (s->count > 0) {
		(void)err_set(
		    e, ERR_NOT_FOUND, "no credential server can be used");
		return err_run(e, ERR_NOT_FOUND, "mairu list-servers");
	}
	return server_none(e);
}

static int only_one(char out[TARGET_NAME], struct err *e)
{
	const struct servers_entry *one = NULL;
	struct servers s;
	size_t n = 0;
	int r;

	r = servers_load(&s, NULL, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s.count; i++) {
		if (s.at[i].fault != NULL)
			continue;
		one = &s.at[i];
		n++;
	}
	r = n == 0  ? none(&s, e)
	    : n > 1 ? which(&s, e)
		    : target_copy(out, one->id, e);
	servers_release(&s);
	return r;
}

int target_server(char out[TARGET_NAME], struct err *e)
{
	const char *name = getenv("MAIRU_SERVER");

	if (name != NULL && name[0] != '\0')
		return target_copy(out, name, e);
	return only_one(out, e);
}

int target_server_here(char out[TARGET_NAME], struct err *e)
{
	struct verdict v;
	int r = 0;

	verdict_here(&v);
	if (v.kind == VERDICT_GOOD)
		r = target_copy(out, v.project.server, e);
	else if (v.kind == VERDICT_ASK)
		r = err_set(e, ERR_UNTRUSTED, "%s", buf_str(&v.why));
	else if (v.kind == VERDICT_BAD && !v.homeless)
		r = err_set(e, ERR_FORMAT, "%s", buf_str(&v.why));
	else
		r = target_server(out, e);
	verdict_release(&v);
	return r;
}

static void init(struct target *t)
{
	memset(t, 0, sizeof(*t));
	t->mode = PROJECT_ECS;
	t->acts = t->role;
}

/* A denial stands until `mairu allow`. */
static int confirm_trust(struct verdict *v, const char *confirm, struct err *e)
{
	char digest[PROJECT_DIGEST_TEXT];
	int r;

	if (v->kind != VERDICT_ASK || confirm == NULL)
		return 0;
	project_digest_text(v->project.digest, digest);
	if (strcmp(digest, confirm) != 0)
		return err_set(e, ERR_UNTRUSTED,
		    "the digest of " PROJECT_NAME " is %s, not the one given; "
		    "it was not trusted",
		    digest);
	r = trust_record(&v->project, 1, e);
	if (r == 0)
		v->kind = VERDICT_GOOD;
	return r;
}

/* Copies what the verdict's config says. */
static int copy_chain(struct target *t, const struct project *p, struct err *e)
{
	struct buf b = BUF_INIT(CHAIN_TEXT);
	int r = 0;

	chain_text(p->hops, p->n_hops, p->region, p->account, &b);
	if (b.failed)
		r = err_set(e, ERR_NOMEM, "out of memory");
	else
		memcpy(t->chain, buf_str(&b), b.len + 1);
	buf_release(&b);
	return r;
}

static int from_verdict(struct target *t, const char *confirm, struct err *e)
{
	struct verdict *v = &t->verdict;
	const struct project *p = &v->project;
	int r = confirm_trust(v, confirm, e);

	if (r < 0)
		return r;
	if (v->kind == VERDICT_NONE)
		return err_set(e, ERR_NOT_FOUND, "%s",
		    v->why.len > 0 ? buf_str(&v->why)
				   : "there is no " PROJECT_NAME
				     " here or above");
	if (v->kind != VERDICT_GOOD)
		return err_set(e,
		    v->kind == VERDICT_BAD ? ERR_FORMAT : ERR_UNTRUSTED, "%s",
		    buf_str(&v->why));
	r = target_copy(t->server, p->server, e);
	if (r == 0)
		r = target_copy(t->role, p->role, e);
	if (r == 0)
		r = copy_chain(t, p, e);
	if (p->n_hops > 0)
		t->acts = p->hops[p->n_hops - 1].role_arn;
	t->config = p->path;
	t->region = p->region;
	t->mode = p->mode;
	return r;
}

int target_auto(struct target *t, const char *confirm, struct err *e)
{
	init(t);
	verdict_here(&t->verdict);
	return from_verdict(t, confirm, e);
}

static const char *value_of(enum var_id id)
{
	const char *value = getenv(var_name(id));

	return value != NULL ? value : "";
}

/* For display only. */
static void name(char out[TARGET_NAME], enum var_id id)
{
	static const char none[] = "(unknown)";

	if (target_copy(out, value_of(id), NULL) < 0)
		memcpy(out, none, sizeof(none));
}

const char *target_token(struct target *t)
{
	const char *token = value_of(VAR_AUTH_TOKEN);

	init(t);
	if (!bearer_goes(token, value_of(VAR_FULL_URI)))
		return NULL;
	name(t->server, VAR_ACTIVE_SERVER);
	name(t->role, VAR_ACTIVE_ROLE);
	return token;
}

int target_is_lent(void)
{
	return value_of(VAR_ACTIVE_ROLE)[0] != '\0' &&
	       value_of(VAR_ACTIVE_CONFIG)[0] == '\0';
}

int target_active(struct target *t, const char *confirm, struct err *e)
{
	const char *path = getenv(var_name(VAR_ACTIVE_CONFIG));

	if (target_is_lent()) {
		init(t);
		return err_set(e, ERR_NOT_FOUND,
		    "the role that `mairu exec` provided is no longer in "
		    "effect, and mairu uses no other in its place");
	}
	if (path == NULL || path[0] != '/')
		return target_auto(t, confirm, e);
	init(t);
	verdict_at(&t->verdict, path);
	if (t->verdict.kind == VERDICT_GOOD)
		return from_verdict(t, NULL, e);
	target_release(t);
	return target_auto(t, confirm, e);
}

int target_role(
    struct target *t, const char *server, const char *role, struct err *e)
{
	int r;

	init(t);
	r = target_copy(t->role, role, e);
	if (r < 0)
		return r;
	return server != NULL ? target_copy(t->server, server, e)
			      : target_server(t->server, e);
}

int target_chosen(struct target *t, const char *server, const char *role,
    const char *confirm, struct err *e)
{
	if (strcmp(role, "auto") != 0)
		return target_role(t, server, role, e);
	if (server != NULL)
		return err_set(e, ERR_USAGE,
		    "auto uses the server in " PROJECT_NAME
		    ", so --server cannot be given");
	return target_auto(t, confirm, e);
}

void target_release(struct target *t)
{
	if (t->verdict.project.path[0] != '\0' || t->verdict.why.cap > 0)
		verdict_release(&t->verdict);
}
