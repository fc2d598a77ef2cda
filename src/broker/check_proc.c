#include "broker/check_proc.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* All that a look needs: what else we have been given may hold a proxy's
 * password. */
static const char *const passed[] = {
    "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"};
enum {
	N_PASSED = sizeof(passed) / sizeof(passed[0]),
	MAX_ENTRY = PATH_MAX + 32,
};

static char **make_environment(void)
{
	char **env = calloc(
	    1, (N_PASSED + 1) * sizeof(char *) + (size_t)N_PASSED * MAX_ENTRY);
	char *text = env ? (char *)(env + N_PASSED + 1) : NULL;
	size_t i, n = 0;

	for (i = 0; env && i < N_PASSED; i++) {
		const char *v = getenv(passed[i]);
		int len;

		if (!v)
			continue;
		len = snprintf(text, MAX_ENTRY, "%s=%s", passed[i], v);
		/* One that does not fit is of no use to anybody. */
		if (len < 0 || len >= MAX_ENTRY)
			continue;
		env[n++] = text;
		text += MAX_ENTRY;
	}
	return env;
}

static int spawn(pid_t *pid, const char *exe, int fd)
{
	char name[] = "mairu-broker", mode[] = "--check";
	char *argv[] = {name, mode, NULL};
	posix_spawn_file_actions_t fa;
	char **env = make_environment();
	int rc;

	rc = env ? posix_spawn_file_actions_init(&fa) : ENOMEM;
	if (rc != 0) {
		free(env);
		return rc;
	}
	/* Everything else of ours closes when the program is executed. */
	rc = posix_spawn_file_actions_adddup2(&fa, fd, 3);
	if (rc == 0)
		rc = posix_spawn(pid, exe, &fa, NULL, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	free(env);
	return rc;
}

int check_proc_start(struct check_proc *p, const char *exe, struct err *e)
{
	int pair[2], rc;
	pid_t pid = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "starting the trust checker");
	rc = spawn(&pid, exe, pair[1]);
	(void)close(pair[1]);
	if (rc != 0) {
		(void)close(pair[0]);
		errno = rc;
		return err_sys(e, "starting the trust checker");
	}
	p->pid = pid;
	p->fd = pair[0];
	return 0;
}

static void remember(struct check_proc *p, const char *config, int64_t until)
{
	size_t i = p->next_suspect;

	free(p->suspects[i].config);
	p->suspects[i].config = strdup(config);
	p->suspects[i].until = until;
	p->next_suspect = (i + 1) % CHECK_PROC_SUSPECTS;
}

void check_proc_kill(struct check_proc *p, const char *config, int64_t until)
{
	size_t i;

	if (!p->pid)
		return;
	(void)close(p->fd);
	(void)kill(p->pid, SIGKILL);
	/* There is room: none is started without. */
	for (i = 0; i < CHECK_PROC_DYING - 1 && p->dying[i].pid; i++)
		;
	p->dying[i].pid = p->pid;
	p->dying[i].config = config ? strdup(config) : NULL;
	p->pid = 0;
	if (config)
		remember(p, config, until);
	check_proc_reap(p);
}

int check_proc_suspect(
    const struct check_proc *p, const char *config, int64_t now)
{
	size_t i;

	for (i = 0; i < CHECK_PROC_DYING; i++)
		if (p->dying[i].pid && p->dying[i].config &&
		    strcmp(p->dying[i].config, config) == 0)
			return 1;
	for (i = 0; i < CHECK_PROC_SUSPECTS; i++)
		if (p->suspects[i].until > now && p->suspects[i].config &&
		    strcmp(p->suspects[i].config, config) == 0)
			return 1;
	return 0;
}

int check_proc_room(const struct check_proc *p)
{
	size_t i;

	for (i = 0; i < CHECK_PROC_DYING; i++)
		if (!p->dying[i].pid)
			return 1;
	return 0;
}

void check_proc_reap(struct check_proc *p)
{
	size_t i;

	for (i = 0; i < CHECK_PROC_DYING; i++) {
		if (!p->dying[i].pid ||
		    waitpid(p->dying[i].pid, NULL, WNOHANG) == 0)
			continue;
		free(p->dying[i].config);
		p->dying[i].pid = 0;
		p->dying[i].config = NULL;
	}
}

void check_proc_release(struct check_proc *p)
{
	size_t i;

	check_proc_kill(p, NULL, 0);
	for (i = 0; i < CHECK_PROC_DYING; i++)
		free(p->dying[i].config);
	for (i = 0; i < CHECK_PROC_SUSPECTS; i++)
		free(p->suspects[i].config);
	memset(p, 0, sizeof(*p));
}
