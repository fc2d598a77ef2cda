#include "broker/child_spawn.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* All that a child needs: what else we have been given may hold a proxy's
 * password. */
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
		/* One that does not fit is of no use to anybody. */
		if (len < 0 || len >= MAX_ENTRY)
			continue;
		env[n++] = text;
		text += MAX_ENTRY;
	}
	return env;
}

static int spawn(pid_t *pid, const char *exe, const char *mode, int fd)
{
	char name[] = "mairu-broker", option[MAX_MODE];
	char *argv[] = {name, option, NULL};
	posix_spawn_file_actions_t fa;
	char **env = make_environment();
	int rc;

	(void)snprintf(option, sizeof(option), "%s", mode);
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

int child_spawn(const char *exe, const char *mode, const char *what, pid_t *pid,
    int *fd, struct err *e)
{
	int pair[2], rc;

	*pid = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, "starting %s", what);
	rc = spawn(pid, exe, mode, pair[1]);
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
