/* The JSON output of `mairu status`. */

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

/* What in [default] shadows the role; null if nothing. */
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
	jsonout_member(
	    o, "file", a->shadow.key != NULL ? a->path[a->shadow.file] : NULL);
	jsonout_member(o, "key", a->shadow.key);
	jsonout_member(o, "message", buf_str(&text));
	jsonout_member_bool(
	    o, "profile_used", default_profile_profile(&r->shadow) != NULL);
	jsonout_end(o, '}');
	buf_release(&text);
}

/* The environment's role, if not the one from here. */
static void json_other(struct jsonout *o, const struct status_report *r)
{
	jsonout_key(o, "other");
	if (r->shell != STATUS_STALE && r->shell != STATUS_ELSE &&
	    r->shell != STATUS_EXEC && r->shell != STATUS_LOST) {
		jsonout_null(o);
		return;
	}
	jsonout_begin(o, '{');
	jsonout_member(o, "server", r->server);
	jsonout_member(o, "role", r->role);
	jsonout_member(o, "config", r->config);
	jsonout_end(o, '}');
}

static void json_shell(struct jsonout *o, const struct status_report *r)
{
	struct buf outlook = BUF_INIT(TEXT_MAX);

	jsonout_open(o, "shell", '{');
	jsonout_member_bool(o, "hook_seen", r->hook_seen);
	jsonout_member_bool(o, "has_role", r->shell == STATUS_HERE);
	json_other(o, r);
	status_outlook(r, &outlook);
	jsonout_member(
	    o, "message", outlook.len > 0 ? buf_str(&outlook) : NULL);
	jsonout_open(o, "shadowed_by", '[');
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (status_shadows(r, (enum var_id)i))
			jsonout_str(o, var_name((enum var_id)i));
	jsonout_end(o, ']');
	jsonout_open(o, "differs", '[');
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
	jsonout_member(
	    o, "session_expires_at", expires[0] != '\0' ? expires : NULL);
	jsonout_member_bool(o, "session_renews", one != NULL && one->renews);
}

static void json_config(struct jsonout *o, struct status_report *r)
{
	const struct project *p = &r->v.project;

	jsonout_member(o, "config", p->path[0] != '\0' ? p->path : NULL);
	jsonout_member(o, "trust", trust_word(&r->v));
	jsonout_member(
	    o, "trust_message", r->v.why.len > 0 ? buf_str(&r->v.why) : NULL);
	jsonout_member(o, "digest", r->digest[0] != '\0' ? r->digest : NULL);
	jsonout_member(o, "server", p->server);
	jsonout_member(o, "server_message",
	    r->no_server.len > 0 ? buf_str(&r->no_server) : NULL);
	jsonout_member(o, "role", p->role);
	jsonout_open(o, "assume_role", '[');
	for (size_t i = 0; i < p->n_hops; i++)
		jsonout_str(o, p->hops[i].role_arn);
	jsonout_end(o, ']');
	jsonout_member(o, "account", p->account);
	jsonout_member(o, "region", p->region);
	jsonout_member(o, "mode",
	    p->server == NULL		? NULL
	    : p->mode == PROJECT_STATIC ? "static"
					: "ecs");
	jsonout_open(o, "ignored_keys", '[');
	for (size_t i = 0; i < p->n_unknown; i++)
		jsonout_str(o, p->unknown[i]);
	jsonout_end(o, ']');
	json_session(o, r);
}

static void json_problems(struct jsonout *o, struct status_report *r)
{
	const char *line = buf_str(&r->h.problems);
	struct buf one = BUF_INIT(TEXT_MAX);

	jsonout_open(o, "problems", '[');
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

/* null until a server has told the time. */
static void json_clock(struct jsonout *o, const struct broker_status *h)
{
	jsonout_key(o, "clock");
	if (h->says.clock_host[0] == '\0') {
		jsonout_null(o);
		return;
	}
	jsonout_begin(o, '{');
	jsonout_member(o, "host", h->says.clock_host);
	jsonout_member_int(o, "ahead_seconds", h->says.ahead);
	jsonout_end(o, '}');
}

static void json_confined(struct jsonout *o, const struct broker_status *h)
{
	const char *p =
	    strcmp(h->says.confined, "none") == 0 ? "" : h->says.confined;

	jsonout_open(o, "confined", '[');
	while (*p != '\0') {
		size_t len = strcspn(p, ",");

		jsonout_strn(o, p, len);
		p += len + strspn(p + len, ", ");
	}
	jsonout_end(o, ']');
	jsonout_member(o, "unconfined",
	    h->says.unconfined[0] != '\0' ? h->says.unconfined : NULL);
}

static void json_broker(struct jsonout *o, struct status_report *r)
{
	struct broker_status *h = &r->h;
	char path[PATH_MAX];

	jsonout_open(o, "broker", '{');
	jsonout_member_bool(o, "running", h->kind == BROKER_STATUS_RUNNING);
	jsonout_member(
	    o, "message", h->kind == BROKER_STATUS_BAD ? h->why.msg : NULL);
	if (path_in(PATH_CONFIG, NULL, path, NULL) == 0)
		jsonout_member(o, "config_dir", path);
	if (path_in(PATH_STATE, NULL, path, NULL) == 0)
		jsonout_member(o, "state_dir", path);
	jsonout_member(o, "elsewhere",
	    r->elsewhere.len > 0 ? buf_str(&r->elsewhere) : NULL);
	jsonout_member(
	    o, "proxy", r->proxy.len > 0 ? buf_str(&r->proxy) : NULL);
	jsonout_member(o, "socket", h->socket[0] != '\0' ? h->socket : NULL);
	if (h->kind == BROKER_STATUS_RUNNING) {
		jsonout_member_int(o, "pid", h->pid);
		jsonout_member(o, "version", h->says.version);
		jsonout_member_int(o, "seconds", h->says.started);
		jsonout_member_int(o, "clients", h->says.clients);
		jsonout_member_int(o, "grants", h->says.grants);
		jsonout_member_bool(o, "locked", h->says.locked != 0);
		jsonout_member_bool(o, "secret_memory", h->says.locked == 2);
		json_confined(o, h);
		jsonout_member_int(o, "unverified_peers", h->says.unverified);
		json_clock(o, h);
		jsonout_member(o, "endpoint", h->says.url);
		jsonout_member(o, "log", h->says.log);
	}
	json_problems(o, r);
	jsonout_end(o, '}');
}

void status_json(struct status_report *r, struct buf *out)
{
	struct jsonout o;

	jsonout_init(&o, out, 1);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "version", MAIRU_VERSION);
	json_config(&o, r);
	json_shell(&o, r);
	json_broker(&o, r);
	jsonout_end(&o, '}');
	buf_addc(out, '\n');
}
