#include "front/client/broker_lock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/sock.h"

enum {
	PID_CHARS = 24
};

/* The lock file, if it is held; else -1.  A broker starting at the very moment
 * we probe it tries again. */
static int open_held(const char *sock)
{
	char path[SOCK_PATH_MAX + sizeof(SOCK_LOCK)];
	int fd;

	(void)snprintf(path, sizeof(path), "%s" SOCK_LOCK, sock);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) < 0)
		return fd;
	(void)close(fd);
	return -1;
}

int broker_lock_is_there(const char *sock)
{
	int fd = open_held(sock);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

pid_t broker_lock_pid(const char *sock)
{
	char text[PID_CHARS] = "";
	int fd = open_held(sock);
	ssize_t n;
	long pid = 0;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0 ||
	    text_number(text, strcspn(text, "\n"), 1, INT32_MAX, &pid) < 0)
		return 0;
	return (pid_t)pid;
}
