#include "broker/notify/find_terminal.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/text.h"

enum {
	NAME = 32, /* of a socket, as the system prints it */
};

_Static_assert((int)TERMINAL_PATH <= (int)HELPER_REPLY, "it must fit");

/* The open files of a process, if it is ours. */
static DIR *files_of(long pid)
{
	struct stat st;
	char path[40];
	DIR *d = NULL;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	/* As root we could inspect everyone's. */
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid())
		d = fdopendir(fd);
	if (!d)
		(void)close(fd);
	return d;
}

static int holds(long pid, const char *name)
{
	DIR *files = files_of(pid);
	const struct dirent *d;
	char text[NAME];
	int is = 0;
	ssize_t n;

	while (files && !is && (d = readdir(files))) {
		n = readlinkat(dirfd(files), d->d_name, text, sizeof(text));
		is = n > 0 && (size_t)n == strlen(name) &&
		     memcmp(text, name, (size_t)n) == 0;
	}
	if (files)
		(void)closedir(files);
	return is;
}

void find_terminal_look(uint64_t inode, char terminal[TERMINAL_PATH])
{
	DIR *processes = opendir("/proc");
	const struct dirent *d;
	char name[NAME];
	long pid;

	terminal[0] = '\0';
	(void)snprintf(name, sizeof(name), "socket:[%" PRIu64 "]", inode);
	while (processes && (d = readdir(processes)))
		if (text_number(d->d_name, strlen(d->d_name), 1, INT32_MAX,
			&pid) == 0 &&
		    holds(pid, name)) {
			terminal_of((pid_t)pid, terminal);
			break;
		}
	if (processes)
		(void)closedir(processes);
}

static void look(void *arg)
{
	struct find_terminal *s = arg;
	char terminal[TERMINAL_PATH];

	s->loop = NULL;
	find_terminal_look(s->inode, terminal);
	s->fn(s->arg, terminal);
}

void find_terminal_begin(
    struct find_terminal *s, struct loop *loop, uint64_t inode)
{
	if (helper_is_there()) {
		s->wait.fn = s->fn;
		s->wait.arg = s->arg;
		helper_seek(&s->wait, loop, inode);
		return;
	}
	s->timer.fn = look;
	s->timer.arg = s;
	s->inode = inode;
	s->loop = loop;
	loop_arm(loop, &s->timer, 0);
}

void find_terminal_stop(struct find_terminal *s)
{
	helper_cancel(&s->wait);
	if (s->loop)
		loop_disarm(s->loop, &s->timer);
	s->loop = NULL;
}
