/* The text output of `mairu status`. */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/core/json.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/status/report.h"
#include "front/terminal/fold.h"
#include "front/terminal/say.h"
#include "front/terminal/style.h"
#include "front/terminal/when.h"

enum {
	REPORT_MAX = 256 * 1024,
	LABEL = 9, /* columns */
	FIRST_STYLE = 1,
};

/* Rows are first collected: a byte for the label's style, the label, and a line
 * of text. */
static void row_as(struct buf *b, enum style style, const char *label)
{
	buf_addf(b, "%c%-*s", FIRST_STYLE + (int)style, LABEL, label);
}

static void row(struct buf *b, const char *label)
{
	row_as(b, STYLE_PLAIN, label);
}

static void row_safe(struct buf *b, const char *label, const char *value)
{
	row(b, label);
	text_safe(b, value, strlen(value), 2000);
	buf_addc(b, '\n');
}

static void row_note(
    struct buf *b, enum style style, const char *label, const struct buf *note)
{
	row_as(b, style, label);
	buf_add(b, note->data, note->len);
	buf_addc(b, '\n');
}

static void text_project(struct buf *b, const struct status_report *r)
{
	const struct project *p = &r->v.project;

	row_safe(b, "digest", r->digest);
	row_as(b, r->no_server.len > 0 ? STYLE_WARN : STYLE_PLAIN, "server");
	text_safe(b, p->server, strlen(p->server), 2000);
	buf_addc(b, '\n');
	if (r->no_server.len > 0)
		row_note(b, STYLE_PLAIN, "", &r->no_server);
	row_safe(b, "role", p->role);
	for (size_t i = 0; i < p->n_hops; i++) {
		row(b, "then");
		hop_describe(&p->hops[i], SIZE_MAX, b);
		buf_addc(b, '\n');
	}
	if (p->account != NULL)
		row_safe(b, "account", p->account);
	if (p->region != NULL)
		row_safe(b, "region", p->region);
	if (p->mode == PROJECT_STATIC)
		row_safe(b, "mode", "static");
	for (size_t i = 0; i < p->n_unknown; i++)
		row_safe(b, "ignored", p->unknown[i]);
}

/* The surrounding rows say what it is about. */
static void text_trust(struct buf *b, const struct verdict *v)
{
	if (v->kind == VERDICT_GOOD) {
		row_safe(b, "trust", "allowed");
		return;
	}
	if (v->kind == VERDICT_BAD || v->trust == TRUST_NARROWER ||
	    v->project.server == NULL) {
		row_note(b, STYLE_BAD, "trust", &v->why);
		return;
	}
	row_as(b, v->kind == VERDICT_DENIED ? STYLE_WARN : STYLE_BAD, "trust");
	if (v->kind == VERDICT_DENIED)
		buf_adds(b, "denied. To undo that, run: mairu allow\n");
	else if (v->trust == TRUST_CHANGED)
		buf_adds(b,
		    "not trusted: changed since it was allowed. Run: mairu "
		    "allow\n");
	else
		buf_adds(b, "not trusted. Run: mairu allow\n");
}

static void text_config(struct buf *b, const struct status_report *r)
{
	const struct project *p = &r->v.project;

	if (r->v.kind == VERDICT_NONE && r->v.why.len > 0) {
		row_note(b, STYLE_BAD, "config", &r->v.why);
		return;
	}
	row(b, "config");
	if (r->v.kind == VERDICT_NONE) {
		buf_adds(b, "none here or above\n");
		return;
	}
	path_text(b, p->path);
	buf_addc(b, '\n');
	text_trust(b, &r->v);
	if (p->server != NULL)
		text_project(b, r);
}

static void text_session(struct buf *b, const struct status_report *r)
{
	const struct logged_in_one *one = r->session;

	row_as(b,
	    one == NULL && r->h.kind != BROKER_STATUS_BAD ? STYLE_WARN
							  : STYLE_PLAIN,
	    "session");
	if (one != NULL) {
		logged_in_tell(one, b);
		buf_addc(b, '\n');
		return;
	}
	/* The broker's row says why. */
	if (r->h.kind == BROKER_STATUS_BAD) {
		buf_adds(b, "unknown: the broker can't be asked\n");
		return;
	}
	if (r->ended != NULL) {
		buf_adds(b, "ended at ");
		when_clock(b, r->ended->ended, (int64_t)time(NULL));
		buf_adds(b, ". Run: mairu login ");
	} else {
		buf_adds(b, "login required. Run: mairu login ");
	}
	text_word(b, r->v.project.server, strlen(r->v.project.server));
	buf_addc(b, '\n');
}

static void text_shadow(struct buf *b, const struct status_report *r)
{
	if (!default_profile_is_there(&r->shadow))
		return;
	if (default_profile_profile(&r->shadow) != NULL) {
		row(b, "profile");
		buf_adds(b, "AWS_PROFILE=" AWSCONF_PROFILE " is used, as ");
		default_profile_cause(&r->shadow, b);
	} else {
		row_as(b, STYLE_BAD, "shadow");
		default_profile_warning(&r->shadow, b);
	}
	buf_addc(b, '\n');
}

/* The directory that a role came from. */
static void held_place(struct buf *b, const char *config)
{
	const char *slash = strrchr(config, '/');
	char dir[PATH_MAX];

	if (slash != NULL && slash != config &&
	    strcmp(slash + 1, PROJECT_NAME) == 0 &&
	    (size_t)(slash - config) < sizeof(dir)) {
		memcpy(dir, config, (size_t)(slash - config));
		dir[slash - config] = '\0';
		config = dir;
	}
	buf_adds(b, " (");
	path_text(b, config);
	buf_adds(b, ")\n");
}

/* This shell has no role. */
static void text_bare(struct buf *b, const struct status_report *r)
{
	row_as(
	    b, r->v.kind == VERDICT_GOOD ? STYLE_WARN : STYLE_PLAIN, "shell");
	if (r->v.kind != VERDICT_GOOD) {
		buf_adds(b, "has no role from here\n");
		return;
	}
	buf_adds(
	    b, r->hook_seen && r->obstacle.len == 0 && r->shell == STATUS_BARE
		   ? "does not have this role yet; "
		   : "does not have this role: ");
	status_outlook(r, b);
	buf_addc(b, '\n');
}

/* It has a role, but not the one from here. */
static void text_other(struct buf *b, const struct status_report *r)
{
	struct buf outlook = BUF_INIT(REPORT_MAX);

	row_as(b, r->shell == STATUS_EXEC ? STYLE_PLAIN : STYLE_WARN, "shell");
	if (r->shell == STATUS_LOST) {
		buf_addf(b,
		    "has a role from mairu whose name is lost. Run: unset %s "
		    "%s\n",
		    var_name(VAR_FULL_URI), var_name(VAR_AUTH_TOKEN));
		return;
	}
	if (r->shell == STATUS_EXEC) {
		buf_adds(b, "has the role of mairu exec: ");
		status_held(r, b);
		buf_addc(b, '\n');
		return;
	}
	buf_adds(b, r->shell == STATUS_ELSE ? "has another role: "
					    : "still has what was allowed "
					      "before: ");
	status_held(r, b);
	held_place(b, r->config);
	status_outlook(r, &outlook);
	if (outlook.len > 0) {
		row(b, "");
		buf_adds(b, "as to the role from here: ");
		buf_add(b, outlook.data, outlook.len);
		buf_addc(b, '\n');
	}
	buf_release(&outlook);
}

static void text_here(struct buf *b, const struct status_report *r)
{
	row_safe(b, "shell", "has this role");
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		const char *name = var_name((enum var_id)i), *region;
		const char *now = getenv(name);

		if (status_shadows(r, (enum var_id)i)) {
			row_as(b, STYLE_BAD, "shadow");
			buf_addf(b,
			    "%s is set in this shell and takes precedence over "
			    "the role. Run: unset %s\n",
			    name, name);
		}
		region = status_differs(r, (enum var_id)i);
		if (region == NULL)
			continue;
		row_as(b, STYLE_WARN, "differs");
		buf_addf(b, "%s is ", name);
		if (now != NULL)
			text_safe(b, now, strlen(now), 80);
		else
			buf_adds(b, "not set");
		buf_addf(b, " in this shell. Run: export %s=", name);
		text_word(b, region, strlen(region));
		buf_addc(b, '\n');
	}
}

static void text_shell(struct buf *b, const struct status_report *r)
{
	switch (r->shell) {
	case STATUS_HERE:
		text_here(b, r);
		break;
	case STATUS_STALE:
	case STATUS_ELSE:
	case STATUS_EXEC:
	case STATUS_LOST:
		text_other(b, r);
		break;
	case STATUS_BARE:
	case STATUS_SPOILED:
		if (r->v.kind != VERDICT_NONE)
			text_bare(b, r);
		break;
	}
	if (r->v.kind == VERDICT_NONE)
		return;
	text_shadow(b, r);
	if (r->v.kind == VERDICT_GOOD &&
	    (r->session != NULL || r->no_server.len == 0))
		text_session(b, r);
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

static void text_problems(struct buf *b, struct broker_status *h)
{
	for (const char *line = buf_str(&h->problems); *line != '\0';) {
		size_t len = strcspn(line, "\n");

		row_as(b, STYLE_BAD, "problem");
		text_safe(b, line, len, 2000);
		buf_addc(b, '\n');
		line += len + (line[len] == '\n');
	}
}

/* The configuration that this shell uses. */
static void text_place(struct buf *b, struct status_report *r)
{
	char config[PATH_MAX], state[PATH_MAX];

	if (path_in(PATH_CONFIG, NULL, config, NULL) < 0 ||
	    path_in(PATH_STATE, NULL, state, NULL) < 0)
		return;
	row(b, "reads");
	path_text(b, config);
	buf_adds(b, " and ");
	path_text(b, state);
	buf_addc(b, '\n');
	if (r->elsewhere.len > 0)
		row_note(b, STYLE_WARN, "warning", &r->elsewhere);
	if (r->proxy.len > 0)
		row_note(b, STYLE_WARN, "proxy", &r->proxy);
}

static void text_broker(struct buf *b, struct status_report *r)
{
	struct broker_status *h = &r->h;
	struct json *settings = NULL;

	if (h->kind != BROKER_STATUS_RUNNING && r->obstacle.len > 0)
		row_note(b, STYLE_BAD, "broker", &r->obstacle);
	else if (h->kind != BROKER_STATUS_RUNNING)
		row_safe(
		    b, "broker", "not running; it starts when it is needed");
	if (r->settings.len > 0)
		row_note(b, STYLE_BAD, "problem", &r->settings);
	if (h->kind != BROKER_STATUS_RUNNING)
		return;
	row_as(b, h->says.locked ? STYLE_PLAIN : STYLE_WARN, "broker");
	buf_addf(b, "pid %ld, version %s, up ", (long)h->pid, h->says.version);
	when_span(b, h->says.started);
	buf_addf(b, ", %lld grant%s, secrets %s\n", (long long)h->says.grants,
	    h->says.grants == 1 ? "" : "s",
	    h->says.locked == 2 ? "locked in memory that root can't read"
	    : h->says.locked
		? "locked in memory"
		: "NOT locked in memory: raise ulimit -l, then run: "
		  "mairu kill-agent");
	if (h->says.unverified > 0) {
		row(b, "");
		buf_addf(b,
		    "%lld caller%s of unknown user, admitted by token alone\n",
		    (long long)h->says.unverified,
		    h->says.unverified == 1 ? "" : "s");
	}
	row_as(b, h->says.unconfined[0] != '\0' ? STYLE_WARN : STYLE_PLAIN,
	    "confined");
	text_safe(b, h->says.confined, strlen(h->says.confined), 100);
	if (h->says.unconfined[0] != '\0') {
		buf_adds(b, "; no more, since ");
		text_safe(
		    b, h->says.unconfined, strlen(h->says.unconfined), 1000);
	}
	buf_addc(b, '\n');
	row_safe(b, "endpoint", h->says.url);
	if (r->shell == STATUS_HERE && r->obstacle.len > 0)
		row_note(b, STYLE_BAD, "problem", &r->obstacle);
	row(b, "socket");
	path_text(b, h->socket);
	buf_addc(b, '\n');
	row(b, "log");
	if (h->says.log[0] != '\0')
		path_text(b, h->says.log);
	else
		buf_adds(b, "standard error of the broker");
	buf_addc(b, '\n');
	if (json_parse(&settings, h->says.settings, strlen(h->says.settings),
		NULL) == 0)
		text_settings(b, NULL, json_root(settings));
	json_free(settings);
	text_problems(b, h);
}

/* Prints a row for the screen.  Most of it is sanitised already; a message with
 * a newline in a path is not a row, but its rest is still shown. */
static void put_row(
    struct buf *out, const char *row, size_t len, const struct screen *s)
{
	enum style style = (enum style)(row[0] - FIRST_STYLE);
	struct buf text = BUF_INIT(REPORT_MAX);
	int is_row = len > LABEL && row[0] >= FIRST_STYLE &&
		     row[0] <= FIRST_STYLE + STYLE_LAST;
	size_t skip = is_row ? LABEL + 1 : 0;

	if (is_row) {
		buf_adds(out, style_on(s, style));
		buf_add(out, row + 1, LABEL);
		buf_adds(out, style_off(s, style));
	}
	text_safe(&text, row + skip, len - skip, SIZE_MAX);
	if (text.failed)
		say_oom();
	fold_put(out, buf_str(&text), text.len, is_row ? LABEL : 0, s->columns);
	buf_addc(out, '\n');
	buf_release(&text);
}

void status_text(
    struct status_report *r, const struct screen *s, struct buf *out)
{
	struct buf rows = BUF_INIT(REPORT_MAX);

	text_config(&rows, r);
	text_shell(&rows, r);
	text_place(&rows, r);
	text_broker(&rows, r);
	if (rows.failed)
		say_oom();
	for (const char *row = buf_str(&rows); *row != '\0';) {
		size_t len = strcspn(row, "\n");

		put_row(out, row, len, s);
		row += len + (row[len] == '\n');
	}
	buf_release(&rows);
}
