#include "front/trust/verdict.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"

enum {
	WHY_MAX = 4096,
	DESCRIPTION_MAX = 64 * 1024,
	SHOWN_COLUMNS = 600,
	VALUE_COLUMNS = 100
};

static void bad(struct verdict *v, const struct err *e)
{
	v->kind = VERDICT_BAD;
	buf_clear(&v->why);
	buf_adds(&v->why, e->msg);
	v->run = e->run;
}

static void add_run(struct verdict *v, const char *command)
{
	buf_adds(&v->why, ERR_RUN);
	v->run = v->why.len;
	buf_adds(&v->why, command);
}

/* As much as fits in a message along with the command. */
static void add_description(struct verdict *v)
{
	struct buf b = BUF_INIT(DESCRIPTION_MAX);
	size_t len;

	project_describe(&v->project, VALUE_COLUMNS, &b);
	len = b.len;
	text_safe(&v->why, buf_str(&b), len, SHOWN_COLUMNS);
	buf_clear(&b);
	project_describe(&v->project, SIZE_MAX, &b);
	if (b.len != len || text_columns(buf_str(&b), b.len) > SHOWN_COLUMNS)
		buf_adds(&v->why, " (all of it: mairu status)");
	buf_release(&b);
}

void verdict_what(const struct verdict *v, struct buf *out)
{
	if (v->trust == TRUST_CHANGED)
		buf_adds(out, "has changed since it was allowed");
	else if (v->trust == TRUST_NARROWER)
		buf_addf(out,
		    "was allowed by a version that did not show its %s",
		    v->key);
	else
		buf_adds(out, "is not trusted");
}

/* "~/p/.mairu.json is not trusted: server ..., role .... Run: mairu allow" */
static void ask(struct verdict *v)
{
	v->kind = VERDICT_ASK;
	path_text(&v->why, v->project.path);
	buf_addc(&v->why, ' ');
	verdict_what(v, &v->why);
	buf_adds(&v->why, ": ");
	add_description(v);
	add_run(v, "mairu allow");
}

void verdict_here(struct verdict *v)
{
	struct err e;
	int found = verdict_find(v, &e);

	verdict_judge(v, found, &e);
}

static void begin(struct verdict *v)
{
	memset(v, 0, sizeof(*v));
	buf_init(&v->why, WHY_MAX);
	project_init(&v->project);
}

void verdict_at(struct verdict *v, const char *path)
{
	struct err e;
	int found;

	begin(v);
	found = project_read(&v->project, path, &e);
	verdict_judge(v, found, &e);
}

void verdict_near(struct verdict *v, const char *where)
{
	struct err e;
	int found;

	begin(v);
	found = project_find_at(&v->project, where, &e);
	verdict_judge(v, found, &e);
}

int verdict_find(struct verdict *v, struct err *e)
{
	begin(v);
	return project_find(&v->project, e);
}

void verdict_judge(struct verdict *v, int found, struct err *e)
{
	int r = found;

	if (r == ERR_NOT_FOUND) {
		if (e->sys_errno != 0)
			buf_adds(&v->why, e->msg);
		return;
	}
	if (r < 0 || project_parse(&v->project, e) < 0) {
		/* A denial stands, whatever has become of the file. */
		if (v->project.path[0] != '\0' &&
		    trust_denied(v->project.path, NULL) == 1) {
			v->kind = VERDICT_DENIED;
			v->trust = TRUST_DENIED;
			path_text(&v->why, v->project.path);
			buf_addf(&v->why,
			    " is denied, and could not be used anyway: %s",
			    e->msg);
			return;
		}
		bad(v, e);
		return;
	}
	r = trust_check(&v->project, &v->trust, &v->key, e);
	if (r < 0) {
		bad(v, e);
		v->homeless = r == ERR_NOT_FOUND;
		return;
	}
	if (v->trust == TRUST_ALLOWED) {
		v->kind = VERDICT_GOOD;
	} else if (v->trust == TRUST_DENIED) {
		v->kind = VERDICT_DENIED;
		path_text(&v->why, v->project.path);
		buf_adds(&v->why, " is denied");
		add_run(v, "mairu allow");
	} else {
		ask(v);
	}
}

void verdict_release(struct verdict *v)
{
	project_release(&v->project);
	buf_release(&v->why);
}
