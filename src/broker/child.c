#include "broker/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/child_spawn.h"

void child_init(
    struct child *c, const char *exe, const char *mode, const char *what)
{
	memset(c, 0, sizeof(*c));
	c->exe = exe ? exe : "/proc/self/exe";
	c->mode = mode;
	c->what = what;
	c->fd = -1;
}

int child_start(struct child *c, struct err *e)
{
	return child_spawn(c->exe, c->mode, c->what, &c->pid, &c->fd, e);
}

static void remember(struct child *c, const char *on, int64_t until)
{
	size_t i = c->next_suspect;

	free(c->suspects[i].on);
	c->suspects[i].on = strdup(on);
	c->suspects[i].until = until;
	c->next_suspect = (i + 1) % CHILD_SUSPECTS;
}

void child_kill(struct child *c, const char *on, int64_t until)
{
	size_t i;

	if (!c->pid)
		return;
	(void)close(c->fd);
	(void)kill(c->pid, SIGKILL);
	/* There is room: none is started without. */
	for (i = 0; i < CHILD_DYING - 1 && c->dying[i].pid; i++)
		;
	c->dying[i].pid = c->pid;
	c->dying[i].on = on ? strdup(on) : NULL;
	c->pid = 0;
	if (on)
		remember(c, on, until);
	child_reap(c);
}

int child_suspect(const struct child *c, const char *on, int64_t now)
{
	size_t i;

	for (i = 0; i < CHILD_DYING; i++)
		if (c->dying[i].pid && c->dying[i].on &&
		    strcmp(c->dying[i].on, on) == 0)
			return 1;
	for (i = 0; i < CHILD_SUSPECTS; i++)
		if (c->suspects[i].until > now && c->suspects[i].on &&
		    strcmp(c->suspects[i].on, on) == 0)
			return 1;
	return 0;
}

int child_room(const struct child *c)
{
	size_t i;

	for (i = 0; i < CHILD_DYING; i++)
		if (!c->dying[i].pid)
			return 1;
	return 0;
}

void child_reap(struct child *c)
{
	size_t i;

	for (i = 0; i < CHILD_DYING; i++) {
		if (!c->dying[i].pid ||
		    waitpid(c->dying[i].pid, NULL, WNOHANG) == 0)
			continue;
		free(c->dying[i].on);
		c->dying[i].pid = 0;
		c->dying[i].on = NULL;
	}
}

void child_release(struct child *c)
{
	size_t i;

	child_kill(c, NULL, 0);
	for (i = 0; i < CHILD_DYING; i++)
		free(c->dying[i].on);
	for (i = 0; i < CHILD_SUSPECTS; i++)
		free(c->suspects[i].on);
	child_init(c, c->exe, c->mode, c->what);
}
