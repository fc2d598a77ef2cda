#include "broker/seek.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "broker/terminal.h"

enum {
	/* Links looked at in one turn: well below a millisecond. */
	TURN = 128,
};

static void close_dir(DIR **d)
{
	if (*d)
		(void)closedir(*d);
	*d = NULL;
}

void seek_stop(struct seek *s)
{
	if (!s->loop)
		return;
	loop_disarm(s->loop, &s->timer);
	close_dir(&s->files);
	close_dir(&s->processes);
	s->loop = NULL;
}

static void over(struct seek *s, const char *terminal)
{
	seek_stop(s);
	s->fn(s->arg, terminal);
}

/* The next process, if it is one of ours; 0 when there are no more. */
static int next_process(struct seek *s)
{
	const struct dirent *d = readdir(s->processes);
	struct stat st;
	char path[40];
	long pid;
	int fd;

	if (!d)
		return 0;
	if (text_number(d->d_name, strlen(d->d_name), 1, INT32_MAX, &pid) < 0)
		return 1;
	(void)snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 1;
	/* As root we could look into everybody's. */
	s->files = fstat(fd, &st) == 0 && st.st_uid == geteuid() ? fdopendir(fd)
								 : NULL;
	if (!s->files)
		(void)close(fd);
	s->pid = (pid_t)pid;
	return 1;
}

/* 1 when the next file of the process is the socket. */
static int next_file(struct seek *s)
{
	const struct dirent *d = readdir(s->files);
	char text[sizeof(s->socket)];
	ssize_t n;

	if (!d) {
		close_dir(&s->files);
		return 0;
	}
	n = readlinkat(dirfd(s->files), d->d_name, text, sizeof(text));
	return n > 0 && (size_t)n == strlen(s->socket) &&
	       memcmp(text, s->socket, (size_t)n) == 0;
}

static void turn(void *arg)
{
	struct seek *s = arg;
	char path[TERMINAL_PATH] = "";

	for (int i = 0; i < TURN; i++) {
		if (s->files && next_file(s)) {
			terminal_of(s->pid, path);
			over(s, path);
			return;
		}
		if (!s->files && (!s->processes || !next_process(s))) {
			over(s, path);
			return;
		}
	}
	loop_arm(s->loop, &s->timer, 0);
}

void seek_begin(struct seek *s, struct loop *loop, uint64_t inode)
{
	s->loop = loop;
	s->timer.fn = turn;
	s->timer.arg = s;
	s->files = NULL;
	s->processes = opendir("/proc");
	(void)snprintf(
	    s->socket, sizeof(s->socket), "socket:[%" PRIu64 "]", inode);
	loop_arm(loop, &s->timer, 0);
}
