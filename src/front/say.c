#include "front/say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

void say(const char *fmt, ...)
{
	char line[8192] = "mairu: ";
	va_list ap;
	size_t len;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line + 7, sizeof(line) - 8, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	len = 7 + ((size_t)n < sizeof(line) - 9 ? (size_t)n : sizeof(line) - 9);
	/* The parts are sanitised where they come in; this is the last line of
	 * defence for the terminal. */
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	(void)write_all(STDERR_FILENO, line, len);
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
	return err_sys(e, "cannot show anything on standard error");
}

int say_err(const struct err *e)
{
	say("%s", e->msg);
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
