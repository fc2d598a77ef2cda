#ifndef MAIRU_FRONT_PROMPT_FORMAT_H
#define MAIRU_FRONT_PROMPT_FORMAT_H

/*
 * The role in force as a short text for a prompt or a status line.
 *
 * Prompts are expanded by whoever draws them, some of them twice, so nothing
 * that comes from outside may hold what a shell runs: no dollar, no backquote
 * and no backslash ever gets out, a question mark stands for each.
 */

#include "base/core/buf.h"
#include "front/environment/vars.h"

struct format {
	/* Borrowed; server and region may be NULL.  role: as
	 * MAIRU_ACTIVE_ROLE has it. */
	const char *server, *role, *region;
	int warns; /* see format_warns() */
};

/* Who draws it, and expands what in it. */
enum format_for {
	FORMAT_PLAIN, /* nobody, or bash or fish */
	FORMAT_ZSH,   /* doubles % */
	FORMAT_TMUX,  /* doubles # */
	FORMAT_UNKNOWN
};

/* Of "bash", "fish", "zsh", "tmux". */
enum format_for format_find(const char *name);

#define FORMAT_FORMAT "{server} {role}{mark}"

/* Appends format with its fields filled in: {server}, {role}, {name} (the
 * role's last part), {account} ("" where the role does not name it), {region}
 * and {mark} ("!" or "").  A field is cut at 64 columns.  What is none of
 * these stands as it is. */
void format_write(const struct format *s, const char *format,
    enum format_for whom, struct buf *out);

/* 1 when the role of these variables (NULL: not there) does not act, or may
 * not: its keys are missing or have expired by `utc` (as when_utc() has it), or
 * something else in the environment wins over it in some SDK. */
int format_warns(const char *const now[VAR_COUNT], const char *utc);

/* 1 when a role is in force in this shell: *s is filled, and borrows from the
 * environment.  Asks nobody; a login that is needed warns too, if the hook has
 * been told. */
int format_here(struct format *s);

#endif
