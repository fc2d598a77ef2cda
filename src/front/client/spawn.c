#include "front/client/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config/proxies.h"
#include "base/sys/inherit.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "base/sys/program_guard.h"
#include "front/client/proxy_unused.h"

#define BROKER "mairu-broker"

/* The broker's path if the installed tree was moved as a whole: as far from
 * dir, where this program is, as LIBEXECDIR is from BINDIR.  "" if dir is not
 * named like BINDIR. */
static void moved(const char *dir, char out[PATH_MAX])
{
	static const char bin[] = MAIRU_BINDIR, lib[] = MAIRU_LIBEXECDIR;
	size_t same = path_shared(bin, lib), len = strlen(dir);
	size_t tail = sizeof(bin) - 1 - same;
	int n = -1;

	if (len >= tail && strcmp(dir + len - tail, bin + same) == 0)
		n = snprintf(out, PATH_MAX, "%.*s%s/" BROKER, (int)(len - tail),
		    dir, lib + same);
	if (n < 0 || n >= PATH_MAX)
		out[0] = '\0';
}

int spawn_find(char found[PATH_MAX], struct err *e)
{
	char self[PATH_MAX], dir[PATH_MAX], here[PATH_MAX] = "";
	char places[3][PATH_MAX] = {"", "", MAIRU_LIBEXECDIR "/" BROKER};
	struct err why = {0}, refused = {0};

	if (plat_self(self, NULL) < 0)
		(void)snprintf(self, sizeof(self), MAIRU_BINDIR "/mairu");
	(void)snprintf(dir, sizeof(dir), "%s", self);
	*strrchr(dir, '/') = '\0';
	if (snprintf(places[0], PATH_MAX, "%s/" BROKER, dir) >= PATH_MAX)
		places[0][0] = '\0';
	moved(dir, places[1]);
	for (size_t i = 0; i < 3; i++) {
		if (program_guard(places[i], self, found != NULL ? found : here,
			&why) == 0)
			return 0;
		if (why.code == ERR_REFUSED && refused.code == 0)
			refused = why;
	}
	if (refused.code != 0)
		return err_set(e, refused.code, "%s", refused.msg);
	return err_set(e, ERR_NOT_FOUND,
	    "cannot find " BROKER
	    " next to mairu, where it would be if both were moved, or at %s; "
	    "is mairu fully installed?",
	    places[2]);
}

static int build_env(char *env[INHERIT_MAX])
{
	int proxies = proxies_look() == PROXIES_AGREED;
	size_t n = 0;

	for (size_t i = 0; inherit_names[i] != NULL; i++) {
		const char *value = getenv(inherit_names[i]);

		if (value == NULL ||
		    (!proxies && proxies_has(inherit_names[i])))
			continue;
		if (asprintf(&env[n], "%s=%s", inherit_names[i], value) < 0)
			return ERR_NOMEM;
		n++;
	}
	env[n] = NULL;
	return 0;
}

/* In the child: nothing of the shell is left but the ready pipe. */
_Noreturn static void run_broker(
    const char *path, const char *socket_path, int ready, char **env)
{
	char *const argv[] = {strdup(BROKER), strdup("--ready-fd"), strdup("3"),
	    strdup("--socket"), strdup(socket_path), NULL};

	(void)setsid();
	plat_keep_one(ready, 0);
	if (chdir("/") < 0)
		_exit(111);
	(void)execve(path, argv, env);
	_exit(127);
}

/* Reads the broker's message before it listens: "ok", or the error. */
static int wait_ready(int fd, int64_t deadline, struct err *e)
{
	char line[sizeof(e->msg) + 2];
	size_t len = 0;

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline - plat_ms();
		ssize_t n;

		if (left <= 0 || (n = poll(&p, 1, (int)left)) == 0)
			return err_set(e, ERR_TIMEOUT,
			    "the broker is still starting; the next command "
			    "or prompt will find it");
		if (n < 0 && errno == EINTR)
			continue;
		n = read(fd, line + len, sizeof(line) - 1 - len);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
		if (line[len - 1] == '\n' || len == sizeof(line) - 1)
			break;
	}
	line[len] = '\0';
	if (strcmp(line, "ok\n") == 0)
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return err_set(e, ERR_SYS, "the broker did not start: %s",
	    line[0] != '\0' ? line : "it ended without a message");
}

int spawn_broker(const char *socket_path, int64_t deadline, struct err *e)
{
	char path[PATH_MAX], *env[INHERIT_MAX];
	int pipe_fd[2], r;
	pid_t pid;

	r = spawn_find(path, e);
	if (r < 0)
		return r;
	if (build_env(env) < 0)
		return err_set(e, ERR_NOMEM, "out of memory");
	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return err_sys(e, "cannot make a pipe");
	proxy_unused_say();
	pid = fork();
	if (pid < 0) {
		r = err_sys(e, "cannot start the broker");
		(void)close(pipe_fd[1]);
		goto out;
	}
	if (pid == 0)
		run_broker(path, socket_path, pipe_fd[1], env);
	(void)close(pipe_fd[1]);
	/* Never reaped: this process ends before it does, which orphans it. */
	r = wait_ready(pipe_fd[0], deadline, e);
out:
	(void)close(pipe_fd[0]);
	return r;
}

int spawn_foreground(struct err *e)
{
	char path[PATH_MAX], *env[INHERIT_MAX];
	char name[] = BROKER, mode[] = "--foreground";
	char *const argv[] = {name, mode, NULL};
	int r = spawn_find(path, e);

	if (r < 0)
		return r;
	if (build_env(env) < 0)
		return err_set(e, ERR_NOMEM, "out of memory");
	(void)signal(SIGPIPE, SIG_DFL);
	(void)execve(path, argv, env);
	return err_sys(e, "cannot run %s", path);
}
