/* The configuration: servers, the broker's settings, the project here, and
 * whether its server has a session. */

#include "front/doctor/doctor.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/config/settings.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/servers/server_check.h"
#include "front/terminal/when.h"

enum {
	TEXT_MAX = 16 * 1024,
	NAMES = 400, /* columns of ids in one line */
};

static void warn_unknown(struct doctor *d, const char *area, const char *path,
    char *const *keys, size_t n)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	path_text(&b, path);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s",
		    i > 0 ? ", " : ": these keys have no effect: ", keys[i]);
	if (n > 0)
		findings_add(&d->f, FINDING_WARNING, area, "%s", buf_str(&b));
	buf_release(&b);
}

/* --- servers */

static void check_one(struct doctor *d, size_t i, struct buf *names)
{
	const struct servers_entry *one = &d->servers.at[i];
	struct err e;

	switch (server_check(&d->servers, i, &e)) {
	case SERVER_FAULTY:
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "servers", one->fault, 0);
		break;
	case SERVER_AMBIGUOUS:
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "servers", e.msg, e.run);
		break;
	case SERVER_USABLE:
		buf_adds(names, names->len > 0 ? ", " : "");
		text_safe(names, one->id, strlen(one->id), NAMES);
		break;
	case SERVER_MENTIONED:
		break;
	}
	if (one->warning != NULL)
		findings_add_raw(&d->f, FINDING_WARNING, "servers",
		    one->warning, one->warning_run);
	warn_unknown(d, "servers", one->path, one->unknown, one->n_unknown);
}

void doctor_servers(struct doctor *d)
{
	struct buf names = BUF_INIT(TEXT_MAX);
	struct servers again;
	struct err e;

	if (d->servers.count == 0) {
		/* Find out why there is none. */
		if (servers_load(&again, NULL, &e) == 0) {
			servers_release(&again);
			(void)server_none(&e);
		}
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "servers", e.msg, e.run);
		return;
	}
	for (size_t i = 0; i < d->servers.count; i++)
		check_one(d, i, &names);
	if (names.failed)
		findings_add(&d->f, FINDING_OK, "servers", "%zu are there",
		    d->servers.count);
	else if (names.len > 0)
		findings_add(
		    &d->f, FINDING_OK, "servers", "%s", buf_str(&names));
	buf_release(&names);
}

/* --- settings */

static void check_bundle(struct doctor *d, const char *path)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	if (path == NULL || access(path, R_OK) == 0)
		return;
	path_text(&b, path);
	findings_add(&d->f, FINDING_PROBLEM, "settings",
	    "ca_bundle %s can't be read, so that no server is reached",
	    buf_str(&b));
	findings_run(&d->f, "mairu config unset ca_bundle");
	buf_release(&b);
}

void doctor_settings(struct doctor *d)
{
	struct buf names = BUF_INIT(TEXT_MAX);
	struct settings s = {{NULL}};
	struct err e;
	int r = settings_load(&s, &e);

	/* A running broker reports it as its problem. */
	if (r < 0 && r != ERR_NOT_FOUND && d->r.h.kind != BROKER_STATUS_RUNNING)
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "settings", e.msg, e.run);
	if (r < 0 && r != ERR_NOT_FOUND)
		return;
	for (int k = 0; k < SETTINGS_COUNT; k++)
		if (s.value[k] != NULL)
			buf_addf(&names, "%s%s", names.len > 0 ? ", " : "",
			    settings_name((enum settings_key)k));
	check_bundle(d, s.value[SETTINGS_CA_BUNDLE]);
	findings_add(&d->f, FINDING_OK, "settings", "broker.json %s%s",
	    names.len > 0 ? "sets " : "sets nothing", buf_str(&names));
	settings_release(&s);
	buf_release(&names);
}

/* --- the project */

static void project_good(struct doctor *d)
{
	const struct project *p = &d->r.v.project;
	struct buf b = BUF_INIT(TEXT_MAX);

	path_text(&b, p->path);
	buf_adds(&b, ": ");
	project_describe(p, NAMES, &b);
	findings_add(&d->f, FINDING_OK, "project", "%s", buf_str(&b));
	buf_release(&b);
	warn_unknown(d, "project", p->path, p->unknown, p->n_unknown);
}

void doctor_project(struct doctor *d)
{
	struct verdict *v = &d->r.v;

	switch (v->kind) {
	case VERDICT_NONE:
		findings_add(&d->f,
		    v->why.len > 0 ? FINDING_WARNING : FINDING_OK, "project",
		    "%s",
		    v->why.len > 0 ? buf_str(&v->why)
				   : "no .mairu.json here or above");
		return;
	case VERDICT_GOOD:
		project_good(d);
		break;
	case VERDICT_DENIED:
		findings_add_raw(&d->f, FINDING_WARNING, "project",
		    buf_str(&v->why), v->run);
		break;
	case VERDICT_BAD:
	case VERDICT_ASK:
		findings_add_raw(&d->f, FINDING_PROBLEM, "project",
		    buf_str(&v->why), v->run);
		break;
	}
	if (d->r.no_server.len > 0) {
		struct buf b = BUF_INIT(TEXT_MAX);

		size_t run = d->r.no_server_run;

		buf_adds(&b, "its server ");
		text_value(
		    &b, v->project.server, strlen(v->project.server), NAMES);
		buf_adds(&b, ": ");
		run += run > 0 ? b.len : 0;
		buf_adds(&b, buf_str(&d->r.no_server));
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "project", buf_str(&b), run);
		buf_release(&b);
	}
}

/* --- the session */

void doctor_session(struct doctor *d)
{
	const char *server = d->r.v.project.server;
	struct buf b = BUF_INIT(TEXT_MAX);

	if (d->r.v.kind != VERDICT_GOOD || d->r.no_server.len > 0 ||
	    d->r.h.kind == BROKER_STATUS_BAD)
		return;
	text_value(&b, server, strlen(server), NAMES);
	buf_adds(&b, ": ");
	if (d->r.session != NULL)
		logged_in_tell(d->r.session, &b);
	else
		buf_adds(&b, d->r.ended != NULL ? "the session has ended"
						: "not logged in");
	findings_add(&d->f, d->r.session != NULL ? FINDING_OK : FINDING_PROBLEM,
	    "session", "%s", buf_str(&b));
	if (d->r.session == NULL) {
		buf_clear(&b);
		text_word(&b, server, strlen(server));
		findings_run(&d->f, "mairu login %s", buf_str(&b));
	}
	buf_release(&b);
}
