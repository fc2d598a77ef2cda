#ifndef MAIRU_BROKER_LOGIN_PASTE_H
#define MAIRU_BROKER_LOGIN_PASTE_H

/*
 * What a person copied from a browser on another machine: the address of the
 * page that it could not load, which is that of our callback, or just the code
 * in it.  Anybody's text; whether it belongs to the login is not known yet.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	LOGIN_PASTE_CODE = 8 * 1024, /* of a code alone */
};

struct login_pasted {
	int is_code;	 /* not 0: text is a code, else a query */
	struct buf text; /* a secret, without NULs */
};

/* path is that of the callback.  Blanks and a pair of quotes around the text
 * are dropped.  ERR_USAGE says what it is not, and quotes nothing of it;
 * ERR_NOMEM.  Must be released in any case. */
int login_paste_parse(struct login_pasted *p, const char *text,
    const char *path, struct err *e) MUST_CHECK;
void login_paste_release(struct login_pasted *p);

#endif
