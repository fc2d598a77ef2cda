/* The programs: mairu, the broker's, and the running broker. */

#include "front/doctor/doctor.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/core/version.h"
#include "base/sys/path.h"
#include "front/client/self.h"
#include "front/client/spawn.h"

enum {
	TEXT_MAX = 8192,
	LOCKED_KIB = 2304, /* memory that a broker wants to lock */
};

/* Prefixes of broker problems that have their own check. */
#define ABOUT_MEMORY "secrets could not be locked"
#define ABOUT_CLOCK  "the clock of this machine"

static void add_dir(struct buf *out, const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) : 0;

	memcpy(dir, path, len);
	dir[len] = '\0';
	path_text_word(out, dir);
}

static void look_at_path(struct doctor *d, const char *self)
{
	struct buf here = BUF_INIT(TEXT_MAX), b = BUF_INIT(TEXT_MAX);
	char first[PATH_MAX];

	path_text(&here, self);
	if (self_on_path(first)) {
		path_text(&b, first);
		findings_add(&d->f, FINDING_OK, "program",
		    "mairu " MAIRU_VERSION ", %s", buf_str(&b));
	} else if (first[0] != '\0') {
		path_text(&b, first);
		findings_add(&d->f, FINDING_WARNING, "program",
		    "this is mairu " MAIRU_VERSION " at %s, but PATH leads to "
		    "another one: %s; remove one of them",
		    buf_str(&here), buf_str(&b));
	} else {
		add_dir(&b, self);
		findings_add(&d->f, FINDING_WARNING, "program",
		    "mairu " MAIRU_VERSION
		    " at %s is not in PATH, where shells "
		    "and AWS profiles look for it",
		    buf_str(&here));
		findings_run(&d->f, "export PATH=%s:\"$PATH\"", buf_str(&b));
	}
	buf_release(&here);
	buf_release(&b);
}

void doctor_program(struct doctor *d)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	char path[PATH_MAX];
	struct err e;

	if (self_path(path, &e) < 0)
		findings_add_raw(
		    &d->f, FINDING_WARNING, "program", e.msg, e.run);
	else
		look_at_path(d, path);
	if (spawn_find(path, &e) < 0) {
		findings_add_raw(
		    &d->f, FINDING_PROBLEM, "program", e.msg, e.run);
	} else {
		path_text(&b, path);
		findings_add(&d->f, FINDING_OK, "program", "its broker, %s",
		    buf_str(&b));
	}
	buf_release(&b);
}

static int begins(const char *line, const char *what)
{
	return strncmp(line, what, strlen(what)) == 0;
}

static void add_problems(struct doctor *d)
{
	const char *line = buf_str(&d->r.h.problems);
	struct buf b = BUF_INIT(TEXT_MAX);

	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		int memory = begins(line, ABOUT_MEMORY);

		buf_clear(&b);
		text_safe(&b, line, len, 2000);
		/* Both are covered by this program's own checks. */
		if (!begins(line, ABOUT_CLOCK) && !memory)
			findings_add(&d->f, FINDING_PROBLEM, "broker", "%s",
			    buf_str(&b));
		line += len + (line[len] == '\n');
	}
	buf_release(&b);
}

void doctor_broker(struct doctor *d)
{
	const struct broker_status *h = &d->r.h;
	struct buf *obstacle = &d->r.obstacle, b = BUF_INIT(TEXT_MAX);

	if (obstacle->len > 0)
		findings_add_raw(&d->f, FINDING_PROBLEM, "broker",
		    buf_str(obstacle), d->r.obstacle_run);
	if (h->kind == BROKER_STATUS_NONE && obstacle->len == 0)
		findings_add(&d->f, FINDING_OK, "broker",
		    "does not run; it starts when it is needed");
	if (h->kind != BROKER_STATUS_RUNNING)
		return;
	text_safe(&b, h->says.version, strlen(h->says.version), TEXT_MAX);
	findings_add(&d->f, FINDING_OK, "broker", "runs%s: pid %ld, version %s",
	    d->started ? ", started for these checks" : "", (long)h->pid,
	    buf_str(&b));
	buf_release(&b);
	add_problems(d);
}

/* How much a broker started from this shell could lock. */
static void look_at_limit(struct doctor *d)
{
	struct rlimit l;
	unsigned long long kib;

	if (getrlimit(RLIMIT_MEMLOCK, &l) < 0)
		return;
	kib = (unsigned long long)l.rlim_cur / 1024;
	if (l.rlim_cur == RLIM_INFINITY || kib >= LOCKED_KIB ||
	    geteuid() == 0) {
		findings_add(&d->f, FINDING_OK, "memory",
		    "the broker can lock its secrets");
		return;
	}
	findings_add(&d->f, FINDING_WARNING, "memory",
	    "the limit of locked memory is %llu KiB here: secrets of a broker "
	    "started from here may reach the swap",
	    kib);
	findings_run(&d->f, "ulimit -l %d", (int)LOCKED_KIB);
}

void doctor_memory(struct doctor *d)
{
	if (d->r.h.kind == BROKER_STATUS_NONE)
		look_at_limit(d);
	if (d->r.h.kind != BROKER_STATUS_RUNNING)
		return;
	if (d->r.h.says.locked) {
		findings_add(&d->f, FINDING_OK, "memory",
		    "the broker's secrets are locked in memory");
	} else {
		findings_add(&d->f, FINDING_WARNING, "memory",
		    "secrets are not locked in memory and may reach the swap");
		findings_run(
		    &d->f, "ulimit -l %d && mairu kill-agent", (int)LOCKED_KIB);
	}
}
