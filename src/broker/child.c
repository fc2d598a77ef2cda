#include "broker/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/child_spawn.h"
#include "broker/helper.h"

void child_init(
    struct child *c, const char *exe, const char *mode, const char *what)
{
	memset(c, 0, sizeof(*c));
	c->exe = exe;
	c->mode = mode;
	c->what = what;
	c->fd = -1;
}

int child_start(struct child *c, struct err *e)
{
	/* Who asked for a program by name gets that very one. */
	c->helped = !c->exe && helper_is_there();
	if (c->helped)
		return helper_start(c->mode, &c->id, &c->fd, e);
	return child_spawn(c->exe ? c->exe : "/proc/self/exe", c->mode, c->what,
	    &c->id, &c->fd, e);
}

long child_pid(const struct child *c)
{
	return (long)(c->helped && c->id ? helper_pid(c->id) : c->id);
}

static void put_down(const struct child *c)
{
	if (c->helped)
		helper_kill(c->id);
	else
		(void)kill(c->id, SIGKILL);
}

static int has_ended(const struct child *c, pid_t id)
{
	return c->helped ? helper_ended(id) : waitpid(id, NULL, WNOHANG) != 0;
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

	if (!c->id)
		return;
	(void)close(c->fd);
	put_down(c);
	/* There is room: none is started without. */
	for (i = 0; i < CHILD_DYING - 1 && c->dying[i].id; i++)
		;
	c->dying[i].id = c->id;
	c->dying[i].on = on ? strdup(on) : NULL;
	c->id = 0;
	if (on)
		remember(c, on, until);
	child_reap(c);
}

int child_suspect(const struct child *c, const char *on, int64_t now)
{
	size_t i;

	for (i = 0; i < CHILD_DYING; i++)
		if (c->dying[i].id && c->dying[i].on &&
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
		if (!c->dying[i].id)
			return 1;
	return 0;
}

void child_reap(struct child *c)
{
	size_t i;

	for (i = 0; i < CHILD_DYING; i++) {
		if (!c->dying[i].id || !has_ended(c, c->dying[i].id))
			continue;
		free(c->dying[i].on);
		c->dying[i].id = 0;
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
