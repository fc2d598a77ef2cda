#ifndef MAIRU_FRONT_PROMPT_LOGIN_NOTICE_H
#define MAIRU_FRONT_PROMPT_LOGIN_NOTICE_H

/*
 * A prompt's notice that a login is needed: once per shell, each time one
 * becomes needed.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "front/environment/state.h"

enum {
	LOGIN_NOTICE_SERVER = 2049, /* an id, its NUL included */
};

struct login_notice {
	char server[LOGIN_NOTICE_SERVER];
	int64_t since; /* seconds since 1970; 0: not needed */
};

/* Appends the notice for this role in force, and returns 1 if the shell has not
 * been told yet.  asked: the broker was asked about a role's server, and
 * answered this.  Always carries the mark over from `old` to `next`. */
int login_notice_tell(const struct login_notice *n, int asked, const char *role,
    const struct state *old, struct state *next, struct buf *line);

#endif
