#include "net/runtime/child_spawn.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys/sock.h"

/* All that a child needs: other variables may hold a proxy's password. */
static const char *const passed[] = {
    "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"};
enum {
	N_PASSED = sizeof(passed) / sizeof(passed[0]),
	MAX_ENTRY = PATH_MAX + 32,
	MAX_MODE = 16,
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
		/* Too long to be a usable path. */
		if (len < 0 || len >= MAX_ENTRY)
			continue;
		env[n++] = text;
		text += MAX_ENTRY;
	}
	return env;
}

struct start {
	const char *exe;
	char *const *argv, *const *env;
	short flags;
};

static int spawn(const struct start *s, pid_t *pid, int fd)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int rc = posix_spawn_file_actions_init(&fa);

	if (rc != 0)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc != 0) {
		posix_spawn_file_actions_destroy(&fa);
		return rc;
	}
	rc = posix_spawnattr_setflags(&attr, s->flags);
	/* All our other descriptors are close-on-exec. */
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&fa, fd, 3);
	if (rc == 0)
		rc = posix_spawn(pid, s->exe, &fa, &attr, s->argv, s->env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fa);
	return rc;
}

static int start(
    const struct start *s, const char *what, pid_t *pid, int *fd, struct err *e)
{
	int pair[2], rc;

	*pid = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "starting %s", what);
	rc = s->env ? spawn(s, pid, pair[1]) : ENOMEM;
	(void)close(pair[1]);
	if (rc != 0) {
		(void)close(pair[0]);
		*pid = 0;
		errno = rc;
		return err_sys(e, "starting %s", what);
	}
	*fd = pair[0];
	return 0;
}

int child_spawn(const char *exe, const char *mode, const char *what, pid_t *pid,
    int *fd, struct err *e)
{
	char name[] = "mairu-broker", option[MAX_MODE];
	char *argv[] = {name, option, NULL};
	char **env = make_environment();
	const struct start s = {exe, argv, env, 0};
	int rc;

	(void)snprintf(option, sizeof(option), "%s", mode);
	rc = start(&s, what, pid, fd, e);
	free(env);
	return rc;
}

int child_spawn_keeper(
    const char *exe, const char *path, pid_t *pid, int *fd, struct err *e)
{
	char name[] = "mairu-keeper", where[SOCK_PATH_MAX];
	char *argv[] = {name, where, NULL}, *env[] = {NULL};
	const struct start s = {exe, argv, env, POSIX_SPAWN_SETSID};

	(void)snprintf(where, sizeof(where), "%s", path);
	return start(&s, "the keeper", pid, fd, e);
}
