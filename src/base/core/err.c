#include "base/core/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Formatted into a separate buffer and copied, since the arguments often
 * include e->msg. */
__attribute__((format(printf, 4, 0))) static void fill(struct err *e,
    enum err_code code, int sys_errno, const char *fmt, va_list ap)
{
	char msg[sizeof(e->msg)];

	if (vsnprintf(msg, sizeof(msg), fmt, ap) < 0)
		msg[0] = '\0';
	e->code = code;
	e->sys_errno = sys_errno;
	memcpy(e->msg, msg, sizeof(e->msg));
	e->run = 0;
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;
	va_start(ap, fmt);
	fill(e, code, 0, fmt, ap);
	va_end(ap);
	return code;
}

int err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	const char *why;
	size_t len, tail;
	va_list ap;

	if (!e)
		return ERR_SYS;
	va_start(ap, fmt);
	fill(e, ERR_SYS, saved, fmt, ap);
	va_end(ap);

	/* Cut a long path rather than the reason, which says what to do. */
	why = strerror(saved);
	len = strlen(e->msg);
	tail = strlen(why) + sizeof(": ");
	if (tail <= sizeof(e->msg)) {
		if (len > sizeof(e->msg) - tail)
			len = sizeof(e->msg) - tail;
		(void)snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", why);
	}
	errno = saved;
	return ERR_SYS;
}

int err_run(struct err *e, enum err_code code, const char *fmt, ...)
{
	char command[sizeof(e->msg) - sizeof(ERR_RUN)];
	size_t len, tail;
	va_list ap;
	int n;

	if (!e)
		return code;
	va_start(ap, fmt);
	n = vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	/* Never print half a command. */
	if (n < 0 || (size_t)n >= sizeof(command))
		return code;
	len = strlen(e->msg);
	tail = (size_t)n + sizeof(ERR_RUN);
	if (len > sizeof(e->msg) - tail)
		len = sizeof(e->msg) - tail;
	(void)snprintf(
	    e->msg + len, sizeof(e->msg) - len, ERR_RUN "%s", command);
	e->run = len + strlen(ERR_RUN);
	return code;
}
