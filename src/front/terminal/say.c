#include "front/terminal/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/terminal/style.h"

static int write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* One line, in one write, without using the heap. */
__attribute__((format(printf, 2, 0))) static void say_as(
    enum style style, const char *fmt, va_list ap)
{
	char line[8192];
	struct screen s;
	size_t from, len;
	int n;

	memset(&s, 0, sizeof(s));
	if (style != STYLE_PLAIN)
		screen_look(&s, STDERR_FILENO);
	from = len = (size_t)snprintf(line, sizeof(line), "%smairu:%s ",
	    style_on(&s, style), style_off(&s, style));
	n = vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	if (n < 0)
		return;
	len += (size_t)n < sizeof(line) - len - 1 ? (size_t)n
						  : sizeof(line) - len - 2;
	/* The parts were sanitised on input; this is the terminal's last line
	 * of defence. */
	for (size_t i = from; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	(void)write_all(STDERR_FILENO, line, len);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as(STYLE_PLAIN, fmt, ap);
	va_end(ap);
}

void say_text(const struct buf *b)
{
	(void)write_all(STDERR_FILENO, (const char *)b->data, b->len);
}

static int is_null(int fd)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && S_ISCHR(a.st_mode) &&
	       stat("/dev/null", &b) == 0 && S_ISCHR(b.st_mode) &&
	       a.st_rdev == b.st_rdev;
}

int say_shown(const struct buf *b, struct err *e)
{
	if (b->failed)
		say_oom();
	if (is_null(STDERR_FILENO))
		errno = EBADF;
	else if (write_all(STDERR_FILENO, (const char *)b->data, b->len) == 0)
		return 0;
	return err_sys(e, "cannot write to standard error");
}

void say_failure(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as(STYLE_BAD, fmt, ap);
	va_end(ap);
}

int say_err(const struct err *e)
{
	say_failure("%s", e->msg);
	switch (e->code) {
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_UNTRUSTED:
		return EXIT_UNTRUSTED;
	case ERR_LOGIN:
		return EXIT_LOGIN;
	case ERR_DENIED:
		return EXIT_DENIED;
	case ERR_UPSTREAM:
	case ERR_SYS:
	case ERR_LIMIT:
	case ERR_FORMAT:
	case ERR_NOT_FOUND:
	case ERR_REFUSED:
	case ERR_TIMEOUT:
	case ERR_FOREIGN:
	case ERR_NOMEM:
	case ERR_BUSY:
		break;
	}
	return EXIT_FAILED;
}

int say_data(const struct buf *b)
{
	if (b->failed)
		say_oom();
	if (write_all(STDOUT_FILENO, (const char *)b->data, b->len) < 0) {
		if (errno != EPIPE)
			say("cannot write to standard output: %s",
			    strerror(errno));
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

_Noreturn void say_oom(void)
{
	say("out of memory");
	_exit(EXIT_FAILED);
}
