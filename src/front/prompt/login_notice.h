#ifndef MAIRU_FRONT_PROMPT_LOGIN_NOTICE_H
#define MAIRU_FRONT_PROMPT_LOGIN_NOTICE_H

/*
 * That a login is needed for what is in use, as a prompt says it: once for
 * each time that it comes to be needed, in each shell.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "front/environment/state.h"

enum {
	LOGIN_NOTICE_SERVER = 2049, /* an id, its NUL included */
};

struct login_notice {
	char server[LOGIN_NOTICE_SERVER];
	int64_t since; /* seconds since 1970; 0: it is not needed */
};

/* Appends what there is to be said, of this role in force, and returns 1 when
 * the shell does not know yet.  asked: the broker was asked for a role's
 * server, and said this.  `next` takes the note of it over from `old`, in any
 * case. */
int login_notice_tell(const struct login_notice *n, int asked, const char *role,
    const struct state *old, struct state *next, struct buf *line);

#endif
