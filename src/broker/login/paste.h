#ifndef MAIRU_BROKER_LOGIN_PASTE_H
#define MAIRU_BROKER_LOGIN_PASTE_H

/*
 * What a person copied from a browser on another machine: the address of the
 * page it could not load, which is our callback's, or just the code in it.
 * Untrusted; not yet known to belong to the login.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	LOGIN_PASTE_CODE = 8 * 1024, /* of a bare code */
};

struct login_pasted {
	int is_code;	 /* text is a code, otherwise a query */
	struct buf text; /* a secret, without NULs */
};

/* path is the callback's.  Surrounding blanks and a pair of quotes are dropped.
 * ERR_USAGE says what is wrong without quoting the text; ERR_NOMEM.  Must be
 * released in any case. */
int login_paste_parse(struct login_pasted *p, const char *text,
    const char *path, struct err *e) MUST_CHECK;
void login_paste_release(struct login_pasted *p);

#endif
