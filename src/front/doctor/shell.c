/* The environment: whether it has the role from here or another, and whose. */

#include "front/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/signin/headless.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 300,
};

/* It has a role other than the one from here, if any. */
static void other_role(struct doctor *d)
{
	struct status_report *r = &d->r;
	struct buf b = BUF_INIT(TEXT_MAX);
	int wrong = r->v.kind == VERDICT_GOOD && r->shell != STATUS_EXEC;

	if (r->shell == STATUS_EXEC)
		buf_adds(&b, "has the role of mairu exec: ");
	else
		buf_adds(&b, r->shell == STATUS_STALE
				 ? "still has what was allowed before: "
				 : "has the role of another directory: ");
	status_held(r, &b);
	if (r->config != NULL) {
		buf_adds(&b, ", of ");
		path_text(&b, r->config);
	}
	if (r->shell == STATUS_STALE || r->shell == STATUS_ELSE) {
		struct buf outlook = BUF_INIT(TEXT_MAX);

		status_outlook(r, &outlook);
		if (outlook.len > 0)
			buf_addf(&b, "; that from here: %s", buf_str(&outlook));
		buf_release(&outlook);
	}
	findings_add(&d->f, wrong ? FINDING_WARNING : FINDING_OK, "shell", "%s",
	    buf_str(&b));
	buf_release(&b);
}

static void no_role(struct doctor *d)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	if (d->r.v.kind != VERDICT_GOOD) {
		findings_add(
		    &d->f, FINDING_OK, "shell", "has no role from here");
		return;
	}
	status_outlook(&d->r, &b);
	findings_add(&d->f, FINDING_PROBLEM, "shell",
	    "does not have this role: %s", buf_str(&b));
	buf_release(&b);
}

static void check_regions(struct doctor *d)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	for (unsigned i = 0; i < VAR_COUNT; i++) {
		const char *name = var_name((enum var_id)i);
		const char *want = status_differs(&d->r, (enum var_id)i);
		const char *now = getenv(name);

		if (want == NULL)
			continue;
		buf_clear(&b);
		buf_addf(&b, "%s is ", name);
		if (now != NULL)
			text_safe(&b, now, strlen(now), SHOWN);
		buf_addf(&b, "%s, not as the project has it",
		    now != NULL ? "" : "not set");
		findings_add(
		    &d->f, FINDING_WARNING, "shell", "%s", buf_str(&b));
		buf_clear(&b);
		text_word(&b, want, strlen(want));
		findings_run(&d->f, "export %s=%s", name, buf_str(&b));
	}
	buf_release(&b);
}

/* sudo and su keep the caller's variables. */
static void check_user(struct doctor *d)
{
	const char *text = getenv(VAR_STATE);
	struct state s;

	if (text == NULL)
		return;
	if (state_decode(&s, text, NULL) == ERR_FOREIGN) {
		findings_add(&d->f, FINDING_WARNING, "shell",
		    "its variables are of another user (sudo -E, su), whose "
		    "role is not believed");
		findings_run(&d->f, "sudo -i");
	}
	state_release(&s);
}

/* Where logins will happen, if unusual. */
static void check_place(struct doctor *d)
{
	switch (headless_here()) {
	case HEADLESS_SSH:
		findings_add(&d->f, FINDING_OK, "login",
		    "over SSH: mairu login shows what to open on the machine "
		    "that you sit at");
		break;
	case HEADLESS_CONTAINER:
		findings_add(&d->f, FINDING_OK, "login",
		    "in a container: mairu login shows what to open outside "
		    "of it");
		break;
	case HEADLESS_NO_DISPLAY:
	case HEADLESS_NO_OPENER:
		findings_add(&d->f, FINDING_OK, "login",
		    "no browser here: mairu login shows what to open in one");
		break;
	case HEADLESS_NOT:
		break;
	}
}

void doctor_shell(struct doctor *d)
{
	switch (d->r.shell) {
	case STATUS_HERE:
		findings_add(&d->f, FINDING_OK, "shell", "has this role");
		check_regions(d);
		break;
	case STATUS_STALE:
	case STATUS_ELSE:
	case STATUS_EXEC:
		other_role(d);
		break;
	case STATUS_LOST:
		findings_add(&d->f, FINDING_WARNING, "shell",
		    "has a role from mairu whose name is lost%s",
		    getenv("TMUX") != NULL ? ", as panes of tmux may have"
					   : "");
		findings_run(&d->f, "unset %s %s", var_name(VAR_FULL_URI),
		    var_name(VAR_AUTH_TOKEN));
		break;
	case STATUS_BARE:
	case STATUS_SPOILED:
		no_role(d);
		break;
	}
	check_user(d);
	check_place(d);
}
