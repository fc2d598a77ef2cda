#ifndef MAIRU_BASE_CORE_ERR_H
#define MAIRU_BASE_CORE_ERR_H

/*
 * One error, filled where the failure is detected and passed up by pointer.  A
 * fallible function returns 0 or one of the negative codes below, the same as
 * in err->code.  The message is for the user: what failed, on what, and what to
 * do.  It never holds a secret; whoever prints it sanitises bytes from outside
 * (text_safe()).
 */

#include <stdarg.h>
#include <stddef.h>

#define MUST_CHECK   __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum err_code {
	ERR_SYS = -1,	    /* a system call failed: sys_errno says why */
	ERR_LIMIT = -2,	    /* too large, too deep, too many */
	ERR_FORMAT = -3,    /* malformed input */
	ERR_NOT_FOUND = -4, /* does not exist */
	ERR_REFUSED = -5,   /* unsafe: wrong owner, mode or file type */
	ERR_UNTRUSTED = -6, /* not allowed by the user, or denied */
	ERR_TIMEOUT = -7,   /* no answer in time */
	ERR_FOREIGN = -8,   /* another program, version or user */
	ERR_USAGE = -9,	    /* the caller asked for nonsense */
	ERR_NOMEM = -10,    /* out of memory */
	ERR_LOGIN = -11,    /* a login is needed first */
	ERR_DENIED = -12,   /* a server said no: asking again is pointless */
	ERR_UPSTREAM = -13, /* a server is unreachable, or talks nonsense */
	ERR_BUSY = -14,	    /* no room here now: retry; no server said so */
};

struct err {
	enum err_code code;
	int sys_errno; /* 0 if no system call failed */
	char msg[1024];
	/* Offset in msg of the command that fixes it; 0: none.  Never search
	 * msg for it: quoted text may look like one. */
	size_t run;
};

#define ERR_RUN ". Run: " /* comes before it */

/* Fills *e (may be NULL), overwriting it, and returns code. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);

/* The same for a failed system call: stores errno and appends its text. */
int err_sys(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Appends ERR_RUN and the command that fixes it to the message just set.  What
 * does not fit is cut, the command last.  Returns code. */
int err_run(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);

#endif
