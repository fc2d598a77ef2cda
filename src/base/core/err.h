#ifndef MAIRU_BASE_CORE_ERR_H
#define MAIRU_BASE_CORE_ERR_H

/*
 * One error, filled once where the fault is detected and passed up by pointer.
 * A fallible function returns 0 or one of the negative codes below, the same
 * that it left in err->code.  The message is for a person: what failed, on
 * what, and what to do.  It never holds a secret, and bytes that came from
 * outside are sanitised by whoever prints it (text_safe()).
 */

#include <stdarg.h>
#include <stddef.h>

#define MUST_CHECK   __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum err_code {
	ERR_SYS = -1,	    /* a system call failed: sys_errno says why */
	ERR_LIMIT = -2,	    /* too large, too deep, too many */
	ERR_FORMAT = -3,    /* bytes that do not follow their format */
	ERR_NOT_FOUND = -4, /* what was asked for does not exist */
	ERR_REFUSED = -5,   /* unsafe: wrong owner, mode or kind */
	ERR_UNTRUSTED = -6, /* not allowed by the user, or denied */
	ERR_TIMEOUT = -7,   /* no answer in time */
	ERR_FOREIGN = -8,   /* another program, version or user */
	ERR_USAGE = -9,	    /* the caller asked for nonsense */
	ERR_NOMEM = -10,    /* out of memory */
	ERR_LOGIN = -11,    /* a login is needed first */
	ERR_DENIED = -12,   /* a server said no: asking again is pointless */
	ERR_UPSTREAM =
	    -13,	/* a server that is not reached, or talks nonsense */
	ERR_BUSY = -14, /* there is no room for it here now: worth another
			   try, and nothing that anybody has said */
};

struct err {
	enum err_code code;
	int sys_errno; /* 0 when no system call is to blame */
	char msg[1024];
	/* Where in msg the command begins that mends it; 0: there is none.  It
	 * is never looked for: what is quoted in msg may look like one. */
	size_t run;
};

#define ERR_RUN ". Run: " /* stands before it */

/* Fills *e (which may be NULL) and returns code.  Overwrites what was there. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);

/* The same for a failed system call: keeps errno and appends its text. */
int err_sys(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Appends the command that mends it, after ERR_RUN, to what was just set; what
 * has no room goes, the command last.  Returns code. */
int err_run(struct err *e, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);

#endif
