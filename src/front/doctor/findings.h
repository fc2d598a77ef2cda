#ifndef MAIRU_FRONT_DOCTOR_FINDINGS_H
#define MAIRU_FRONT_DOCTOR_FINDINGS_H

/*
 * What `mairu doctor` found: one line each, with the command that fixes it, as
 * text or as JSON.
 */

#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/jsonout.h"
#include "front/terminal/screen.h"

enum finding_level {
	FINDING_OK,
	FINDING_WARNING, /* may be intended, or may do harm later */
	FINDING_PROBLEM, /* something does not work */
};

struct finding {
	enum finding_level level;
	const char *area; /* a static string */
	char *text;
	char *run; /* the command, or NULL */
};

struct findings {
	struct finding *at;
	size_t n, room;
	size_t problems, warnings;
};

/* Adds a sentence without its full stop, sanitised.  Dies if out of memory. */
void findings_add(struct findings *f, enum finding_level level,
    const char *area, const char *fmt, ...) PRINTF(4, 5);
void findings_release(struct findings *f);

/* Sets the command that fixes the last finding.  This is the only way to set
 * one: text quoted in a sentence may look like a command. */
void findings_run(struct findings *f, const char *fmt, ...) PRINTF(2, 3);

/* The same for text that isn't sanitised, from outside or from an error
 * message.  run: where the command begins in it, after ERR_RUN, or 0. */
void findings_add_raw(struct findings *f, enum finding_level level,
    const char *area, const char *text, size_t run);

/* As text; one line each if the screen has no width. */
void findings_text(
    const struct findings *f, const struct screen *screen, struct buf *out);

/* The members "problems", "warnings" and "checks" of an object. */
void findings_json(const struct findings *f, struct jsonout *o);

#endif
