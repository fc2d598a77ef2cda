#ifndef MAIRU_FRONT_PROMPT_FORMAT_H
#define MAIRU_FRONT_PROMPT_FORMAT_H

/*
 * The role in force as a short text for a prompt or a status line.
 *
 * Prompts are expanded when drawn, sometimes twice, so untrusted text must hold
 * nothing that a shell runs: each dollar, backquote and backslash becomes a
 * question mark.
 */

#include "base/core/buf.h"
#include "front/environment/vars.h"

struct format {
	/* Borrowed; server and region may be NULL.  role: as in
	 * MAIRU_ACTIVE_ROLE. */
	const char *server, *role, *region;
	int warns; /* see format_warns() */
};

/* Who draws it, and what it expands. */
enum format_for {
	FORMAT_PLAIN, /* no expansion, or bash or fish */
	FORMAT_ZSH,   /* doubles % */
	FORMAT_TMUX,  /* doubles # */
	FORMAT_UNKNOWN
};

/* By name: "bash", "fish", "zsh", "tmux". */
enum format_for format_find(const char *name);

#define FORMAT_FORMAT "{server} {role}{mark}"

/* Appends format with its fields filled in: {server}, {role}, {name} (the last
 * part of the role), {account} ("" if the role does not name it), {region} and
 * {mark} ("!" or "").  Fields are cut at 64 columns.  Everything else is
 * copied. */
void format_write(const struct format *s, const char *format,
    enum format_for whom, struct buf *out);

/* 1 if the role of these variables (NULL: absent) has no effect, or may have
 * none: its keys are missing or have expired by `utc` (see when_utc()), or
 * something else in the environment wins over it in some SDK. */
int format_warns(const char *const now[VAR_COUNT], const char *utc);

/* 1 if a role is in force in this shell: fills *s, borrowing from the
 * environment.  Asks nobody; also warns of a needed login, if the hook knows.
 */
int format_here(struct format *s);

#endif
