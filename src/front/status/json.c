/* What `mairu status` says to a program. */

#include <string.h>

#include "base/core/jsonout.h"
#include "base/core/version.h"
#include "base/sys/path.h"
#include "front/status/report.h"
#include "front/terminal/when.h"

enum {
	TEXT_MAX = 64 * 1024
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

static void member(struct jsonout *o, const char *key, const char *value)
{
	jsonout_key(o, key);
	jsonout_str(o, value);
}

/* What [default] has against the role; null when it has nothing. */
static void json_shadow(struct jsonout *o, const struct status_report *r)
{
	const struct awsconf *a = &r->shadow.conf;
	struct buf text = BUF_INIT(DEFAULT_PROFILE_LINE_MAX);

	jsonout_key(o, "default_profile");
	if (!default_profile_is_there(&r->shadow)) {
		jsonout_str(o, NULL);
		return;
	}
	default_profile_cause(&r->shadow, &text);
	jsonout_begin(o, '{');
	member(
	    o, "file", a->shadow.key != NULL ? a->path[a->shadow.file] : NULL);
	member(o, "key", a->shadow.key);
	member(o, "message", buf_str(&text));
	jsonout_key(o, "profile_used");
	jsonout_bool(o, default_profile_profile(&r->shadow) != NULL);
	jsonout_end(o, '}');
	buf_release(&text);
}

/* The role that this environment has and that is not the one from here. */
static void json_other(struct jsonout *o, const struct status_report *r)
{
	jsonout_key(o, "other");
	if (r->shell != STATUS_STALE && r->shell != STATUS_ELSE &&
	    r->shell != STATUS_EXEC && r->shell != STATUS_LOST) {
		jsonout_null(o);
		return;
	}
	jsonout_begin(o, '{');
	member(o, "server", r->server);
	member(o, "role", r->role);
	member(o, "config", r->config);
	jsonout_end(o, '}');
}

static void json_shell(struct jsonout *o, const struct status_report *r)
{
	struct buf outlook = BUF_INIT(TEXT_MAX);

	jsonout_key(o, "shell");
	jsonout_begin(o, '{');
	jsonout_key(o, "hook_seen");
	jsonout_bool(o, r->hook_seen);
	jsonout_key(o, "has_role");
	jsonout_bool(o, r->shell == STATUS_HERE);
	json_other(o, r);
	status_outlook(r, &outlook);
	member(o, "message", outlook.len > 0 ? buf_str(&outlook) : NULL);
	jsonout_key(o, "shadowed_by");
	jsonout_begin(o, '[');
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (status_shadows(r, (enum var_id)i))
			jsonout_str(o, var_name((enum var_id)i));
	jsonout_end(o, ']');
	jsonout_key(o, "differs");
	jsonout_begin(o, '[');
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (status_differs(r, (enum var_id)i) != NULL)
			jsonout_str(o, var_name((enum var_id)i));
	jsonout_end(o, ']');
	json_shadow(o, r);
	jsonout_end(o, '}');
	buf_release(&outlook);
}

static void json_session(struct jsonout *o, const struct status_report *r)
{
	const struct logged_in_one *one = r->session;
	char expires[WHEN_UTC] = "";

	if (one != NULL && one->expires != 0)
		when_utc(one->expires, expires);
	jsonout_key(o, "logged_in");
	if (r->h.kind == BROKER_STATUS_BAD)
		jsonout_null(o);
	else
		jsonout_bool(o, one != NULL);
	member(o, "session_expires_at", expires[0] != '\0' ? expires : NULL);
	jsonout_key(o, "session_renews");
	jsonout_bool(o, one != NULL && one->renews);
}

static void json_config(struct jsonout *o, struct status_report *r)
{
	const struct project *p = &r->v.project;

	member(o, "config", p->path[0] != '\0' ? p->path : NULL);
	member(o, "trust", trust_word(&r->v));
	member(
	    o, "trust_message", r->v.why.len > 0 ? buf_str(&r->v.why) : NULL);
	member(o, "digest", r->digest[0] != '\0' ? r->digest : NULL);
	member(o, "server", p->server);
	member(o, "server_message",
	    r->no_server.len > 0 ? buf_str(&r->no_server) : NULL);
	member(o, "role", p->role);
	jsonout_key(o, "assume_role");
	jsonout_begin(o, '[');
	for (size_t i = 0; i < p->n_hops; i++)
		jsonout_str(o, p->hops[i].role_arn);
	jsonout_end(o, ']');
	member(o, "account", p->account);
	member(o, "region", p->region);
	member(o, "mode",
	    p->server == NULL		? NULL
	    : p->mode == PROJECT_STATIC ? "static"
					: "ecs");
	jsonout_key(o, "ignored_keys");
	jsonout_begin(o, '[');
	for (size_t i = 0; i < p->n_unknown; i++)
		jsonout_str(o, p->unknown[i]);
	jsonout_end(o, ']');
	json_session(o, r);
}

static void json_problems(struct jsonout *o, struct status_report *r)
{
	const char *line = buf_str(&r->h.problems);
	struct buf one = BUF_INIT(TEXT_MAX);

	jsonout_key(o, "problems");
	jsonout_begin(o, '[');
	if (r->settings.len > 0)
		jsonout_str(o, buf_str(&r->settings));
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		buf_clear(&one);
		buf_add(&one, line, len);
		jsonout_str(o, buf_str(&one));
		line += len + (line[len] == '\n');
	}
	jsonout_end(o, ']');
	buf_release(&one);
}

/* null while no server has told the time. */
static void json_clock(struct jsonout *o, const struct broker_status *h)
{
	jsonout_key(o, "clock");
	if (h->clock_host[0] == '\0') {
		jsonout_null(o);
		return;
	}
	jsonout_begin(o, '{');
	member(o, "host", h->clock_host);
	jsonout_key(o, "ahead_seconds");
	jsonout_int(o, h->ahead);
	jsonout_end(o, '}');
}

static void json_confined(struct jsonout *o, const struct broker_status *h)
{
	const char *p = strcmp(h->confined, "none") == 0 ? "" : h->confined;

	jsonout_key(o, "confined");
	jsonout_begin(o, '[');
	while (*p != '\0') {
		size_t len = strcspn(p, ",");

		jsonout_strn(o, p, len);
		p += len + strspn(p + len, ", ");
	}
	jsonout_end(o, ']');
	member(
	    o, "unconfined", h->unconfined[0] != '\0' ? h->unconfined : NULL);
}

static void json_broker(struct jsonout *o, struct status_report *r)
{
	struct broker_status *h = &r->h;
	char path[PATH_MAX];

	jsonout_key(o, "broker");
	jsonout_begin(o, '{');
	jsonout_key(o, "running");
	jsonout_bool(o, h->kind == BROKER_STATUS_RUNNING);
	member(o, "message", h->kind == BROKER_STATUS_BAD ? h->why.msg : NULL);
	if (path_in(PATH_CONFIG, NULL, path, NULL) == 0)
		member(o, "config_dir", path);
	if (path_in(PATH_STATE, NULL, path, NULL) == 0)
		member(o, "state_dir", path);
	member(o, "elsewhere",
	    r->elsewhere.len > 0 ? buf_str(&r->elsewhere) : NULL);
	member(o, "proxy", r->proxy.len > 0 ? buf_str(&r->proxy) : NULL);
	member(o, "socket", h->socket[0] != '\0' ? h->socket : NULL);
	if (h->kind == BROKER_STATUS_RUNNING) {
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
		jsonout_key(o, "secret_memory");
		jsonout_bool(o, h->locked == 2);
		json_confined(o, h);
		jsonout_key(o, "unverified_peers");
		jsonout_int(o, (int64_t)h->unverified);
		json_clock(o, h);
		jsonout_key(o, "endpoint");
		jsonout_str(o, h->endpoint);
		jsonout_key(o, "log");
		jsonout_str(o, h->log);
	}
	json_problems(o, r);
	jsonout_end(o, '}');
}

void status_json(struct status_report *r, struct buf *out)
{
	struct jsonout o;

	jsonout_init(&o, out, 1);
	jsonout_begin(&o, '{');
	member(&o, "version", MAIRU_VERSION);
	json_config(&o, r);
	json_shell(&o, r);
	json_broker(&o, r);
	jsonout_end(&o, '}');
	buf_addc(out, '\n');
}
