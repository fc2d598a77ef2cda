#include "net/runtime/child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/config/proxies.h"
#include "base/sys/plat.h"
#include "net/runtime/child_spawn.h"
#include "net/runtime/harden.h"
#include "net/runtime/helper.h"

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
	/* A program given by name is started by ourselves. */
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
	else if (kill(c->id, SIGKILL) < 0 && errno == EPERM)
		/* It was started before this process was confined. */
		helper_kill_ours(c->id);
}

static int has_ended(pid_t id, int helped)
{
	return helped ? helper_ended(id) : waitpid(id, NULL, WNOHANG) != 0;
}

int child_fork(struct child *c, int (*run)(int fd), int quiet, struct err *e)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "starting %s", c->what);
	pid = fork();
	if (pid == 0) {
#ifdef __linux__
		/* A confined parent can't kill it; with Landlock's signal scope
		 * this does not work either. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
		/* Must not keep the broker's lock, nor its starter's terminal
		 * or pipe. */
		if (dup2(pair[1], 3) < 0)
			_exit(111);
		plat_close_from(4);
		if (quiet)
			harden_silence();
		/* They may hold a password; spawned children don't get them
		 * (child_spawn.c). */
		proxies_forget();
		_exit(run(3));
	}
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		return err_sys(e, "starting %s", c->what);
	}
	c->helped = 0;
	c->id = pid;
	c->fd = pair[0];
	return 0;
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
	/* There is room: child_start() requires it. */
	for (i = 0; i < CHILD_DYING - 1 && c->dying[i].id; i++)
		;
	c->dying[i].id = c->id;
	c->dying[i].helped = c->helped;
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
		if (!c->dying[i].id ||
		    !has_ended(c->dying[i].id, c->dying[i].helped))
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
