/* mairu status: what holds in this directory and this shell, and why. */

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/jsonout.h"
#include "base/project.h"
#include "base/text.h"
#include "base/version.h"
#include "front/cmd.h"
#include "front/health.h"
#include "front/say.h"
#include "front/vars.h"
#include "front/verdict.h"

enum {
	OPT_JSON,
	REPORT_MAX = 256 * 1024
};

struct report {
	struct verdict v;
	struct health h;
	char digest[PROJECT_DIGEST_TEXT];
	int in_shell;  /* this environment has the role of this config */
	int hook_seen; /* some hook has been at work in it */
};

static const char *trust_word(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_NONE:
		return NULL;
	case VERDICT_BAD:
		return "unusable";
	case VERDICT_DENIED:
		return "denied";
	case VERDICT_GOOD:
		return "allowed";
	case VERDICT_ASK:
		break;
	}
	return v->trust == TRUST_CHANGED    ? "changed"
	       : v->trust == TRUST_NARROWER ? "narrower"
					    : "unknown";
}

static void gather(struct report *r)
{
	const char *config = getenv(var_name(VAR_ACTIVE_CONFIG));
	const char *uri = getenv(var_name(VAR_FULL_URI));

	memset(r, 0, sizeof(*r));
	verdict_here(&r->v);
	health_ask(&r->h);
	if (r->v.project.server != NULL)
		project_digest_text(r->v.project.digest, r->digest);
	r->hook_seen = getenv(VAR_STATE) != NULL;
	r->in_shell =
	    config != NULL && uri != NULL &&
	    strcmp(config, r->v.project.path) == 0 &&
	    (r->h.endpoint[0] == '\0' || strcmp(uri, r->h.endpoint) == 0);
}

static void release(struct report *r)
{
	verdict_release(&r->v);
	health_release(&r->h);
}

/* Variables that win over the endpoint in some SDK. */
static int shadows(unsigned id)
{
	return (var_traits((enum var_id)id) & VAR_WINS) != 0 &&
	       getenv(var_name((enum var_id)id)) != NULL;
}

/* --- for a person */

static void row(struct buf *b, const char *label)
{
	buf_addf(b, "%-9s", label);
}

static void row_safe(struct buf *b, const char *label, const char *value)
{
	row(b, label);
	text_safe(b, value, strlen(value), 2000);
	buf_addc(b, '\n');
}

static void text_config(struct buf *b, const struct report *r)
{
	const struct project *p = &r->v.project;

	row(b, "config");
	if (r->v.kind == VERDICT_NONE) {
		buf_adds(b, "none here or above\n");
		return;
	}
	text_path(b, p->path);
	buf_addc(b, '\n');
	row(b, "trust");
	if (r->v.kind == VERDICT_GOOD)
		buf_adds(b, "allowed");
	else
		buf_add(b, r->v.why.data, r->v.why.len);
	buf_addc(b, '\n');
	if (p->server == NULL)
		return;
	row_safe(b, "digest", r->digest);
	row_safe(b, "server", p->server);
	row_safe(b, "role", p->role);
	for (size_t i = 0; i < p->n_hops; i++)
		row_safe(b, "then", p->hops[i].role_arn);
	if (p->region != NULL)
		row_safe(b, "region", p->region);
}

static void text_shell(struct buf *b, const struct report *r)
{
	if (r->v.kind == VERDICT_NONE && !r->in_shell)
		return;
	row(b, "shell");
	if (r->v.kind != VERDICT_GOOD)
		buf_adds(b, "has no role from here\n");
	else if (r->in_shell)
		buf_adds(b, "has this role\n");
	else if (r->hook_seen)
		buf_adds(b, "does not have this role yet; the next prompt "
			    "gives it\n");
	else
		buf_adds(b, "does not have this role: is the hook loaded? "
			    "Run: mairu help hook\n");
	for (unsigned i = 0; r->in_shell && i < VAR_COUNT; i++)
		if (shadows(i))
			buf_addf(b,
			    "%-9s%s is set in this shell and wins over the "
			    "role. Run: unset %s\n",
			    "shadow", var_name((enum var_id)i),
			    var_name((enum var_id)i));
	if (r->v.kind == VERDICT_GOOD) {
		row(b, "session");
		buf_adds(b, "login required. Run: mairu login ");
		text_word(b, r->v.project.server, strlen(r->v.project.server));
		buf_addc(b, '\n');
	}
}

static void since(struct buf *b, unsigned long long s)
{
	if (s < 120)
		buf_addf(b, "%llu s", s);
	else if (s < 7200)
		buf_addf(b, "%llu min", s / 60);
	else
		buf_addf(b, "%llu h", s / 3600);
}

/* "proxy http://...", "endpoints.sts https://..." */
static void text_settings(
    struct buf *b, const char *group, const struct json_value *v)
{
	for (size_t i = 0; i < json_count(v); i++) {
		const struct json_value *member = json_at(v, i);
		const char *key = json_key_at(v, i),
			   *s = json_str(member, NULL);

		if (json_kind(member) == JSON_OBJECT) {
			text_settings(b, key, member);
			continue;
		}
		row(b, "setting");
		if (group != NULL)
			buf_addf(b, "%s.", group);
		buf_addf(b, "%s ", key);
		if (s == NULL)
			s = json_bool(member) == 1 ? "true" : "false";
		text_safe(b, s, strlen(s), 2000);
		buf_addc(b, '\n');
	}
}

static void text_broker(struct buf *b, struct report *r)
{
	struct health *h = &r->h;
	struct json *settings = NULL;
	const char *line;

	row(b, "broker");
	if (h->kind != HEALTH_RUNNING) {
		buf_addf(b, "%s\n",
		    h->kind == HEALTH_NONE
			? "not running; the first need of it starts it"
			: h->why.msg);
		return;
	}
	buf_addf(b, "pid %ld, version %s, up ", (long)h->pid, h->version);
	since(b, h->seconds);
	buf_addf(b, ", %llu grant%s, secrets %slocked in memory\n",
	    (unsigned long long)h->grants, h->grants == 1 ? "" : "s",
	    h->locked ? "" : "NOT ");
	if (h->unverified > 0)
		buf_addf(b,
		    "%-9s%llu caller%s from another network namespace, "
		    "let in by the token alone\n",
		    "", (unsigned long long)h->unverified,
		    h->unverified == 1 ? "" : "s");
	row_safe(b, "endpoint", h->endpoint);
	row(b, "socket");
	text_path(b, h->socket);
	buf_addc(b, '\n');
	row(b, "log");
	if (h->log[0] != '\0')
		text_path(b, h->log);
	else
		buf_adds(b, "standard error of the broker");
	buf_addc(b, '\n');
	if (json_parse(&settings, h->settings.data, h->settings.len, NULL) == 0)
		text_settings(b, NULL, json_root(settings));
	json_free(settings);
	for (line = buf_str(&h->problems); *line != '\0';) {
		size_t len = strcspn(line, "\n");

		row(b, "problem");
		text_safe(b, line, len, 2000);
		buf_addc(b, '\n');
		line += len + (line[len] == '\n');
	}
}

/* --- for a program */

static void json_shell(struct jsonout *o, const struct report *r)
{
	jsonout_key(o, "shell");
	jsonout_begin(o, '{');
	jsonout_key(o, "hook_seen");
	jsonout_bool(o, r->hook_seen);
	jsonout_key(o, "has_role");
	jsonout_bool(o, r->in_shell && r->v.kind == VERDICT_GOOD);
	jsonout_key(o, "shadowed_by");
	jsonout_begin(o, '[');
	for (unsigned i = 0; r->in_shell && i < VAR_COUNT; i++)
		if (shadows(i))
			jsonout_str(o, var_name((enum var_id)i));
	jsonout_end(o, ']');
	jsonout_end(o, '}');
}

static void json_config(struct jsonout *o, struct report *r)
{
	const struct project *p = &r->v.project;

	jsonout_key(o, "config");
	jsonout_str(o, p->path[0] != '\0' ? p->path : NULL);
	jsonout_key(o, "trust");
	jsonout_str(o, trust_word(&r->v));
	jsonout_key(o, "trust_message");
	jsonout_str(o, r->v.why.len > 0 ? buf_str(&r->v.why) : NULL);
	jsonout_key(o, "digest");
	jsonout_str(o, r->digest[0] != '\0' ? r->digest : NULL);
	jsonout_key(o, "server");
	jsonout_str(o, p->server);
	jsonout_key(o, "role");
	jsonout_str(o, p->role);
	jsonout_key(o, "assume_role");
	jsonout_begin(o, '[');
	for (size_t i = 0; i < p->n_hops; i++)
		jsonout_str(o, p->hops[i].role_arn);
	jsonout_end(o, ']');
	jsonout_key(o, "region");
	jsonout_str(o, p->region);
	jsonout_key(o, "logged_in");
	jsonout_bool(o, 0);
}

static void json_broker(struct jsonout *o, struct report *r)
{
	struct health *h = &r->h;

	jsonout_key(o, "broker");
	jsonout_begin(o, '{');
	jsonout_key(o, "running");
	jsonout_bool(o, h->kind == HEALTH_RUNNING);
	jsonout_key(o, "message");
	jsonout_str(o, h->kind == HEALTH_BAD ? h->why.msg : NULL);
	jsonout_key(o, "socket");
	jsonout_str(o, h->socket[0] != '\0' ? h->socket : NULL);
	if (h->kind == HEALTH_RUNNING) {
		jsonout_key(o, "pid");
		jsonout_int(o, h->pid);
		jsonout_key(o, "version");
		jsonout_str(o, h->version);
		jsonout_key(o, "seconds");
		jsonout_int(o, (int64_t)h->seconds);
		jsonout_key(o, "clients");
		jsonout_int(o, (int64_t)h->clients);
		jsonout_key(o, "grants");
		jsonout_int(o, (int64_t)h->grants);
		jsonout_key(o, "locked");
		jsonout_bool(o, h->locked != 0);
		jsonout_key(o, "unverified_peers");
		jsonout_int(o, (int64_t)h->unverified);
		jsonout_key(o, "endpoint");
		jsonout_str(o, h->endpoint);
		jsonout_key(o, "log");
		jsonout_str(o, h->log);
		jsonout_key(o, "problems");
		jsonout_str(
		    o, h->problems.len > 0 ? buf_str(&h->problems) : NULL);
	}
	jsonout_end(o, '}');
}

static int status_run(const struct cmd_line *line)
{
	struct buf b = BUF_INIT(REPORT_MAX);
	struct report r;
	struct jsonout o;
	int status;

	gather(&r);
	if (line->option[OPT_JSON] != NULL) {
		jsonout_init(&o, &b, 1);
		jsonout_begin(&o, '{');
		jsonout_key(&o, "version");
		jsonout_str(&o, MAIRU_VERSION);
		json_config(&o, &r);
		json_shell(&o, &r);
		json_broker(&o, &r);
		jsonout_end(&o, '}');
		buf_addc(&b, '\n');
	} else {
		text_config(&b, &r);
		text_shell(&b, &r);
		text_broker(&b, &r);
	}
	status = say_data(&b);
	buf_release(&b);
	release(&r);
	return status;
}

const struct cmd cmd_status = {
    .name = "status",
    .synopsis = "",
    .purpose = "tells what holds in this directory and shell, and why",
    .example = "mairu status",
    .options = {[OPT_JSON] = {"json", 0, NULL, "the same for a program"}},
    .run = status_run,
};
