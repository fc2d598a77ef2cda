#include "broker/keeper/start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys/keeper_talk.h"
#include "base/sys/plat.h"
#include "base/sys/program_guard.h"

#define PROGRAM "mairu-keeper"

enum {
	FAILED = 111,
	NOT_RUN = 127,
};

int keep_child_program(char program[PATH_MAX], struct err *e)
{
	char self[PATH_MAX], path[PATH_MAX];
	int rc = plat_self(self, e), dir;

	if (rc < 0)
		return rc;
	/* Works even if an upgrade has removed our own file. */
	dir = (int)(strrchr(self, '/') - self);
	if (snprintf(path, sizeof(path), "%.*s/" PROGRAM, dir, self) >=
	    (int)sizeof(path))
		return err_set(e, ERR_LIMIT, "its path is long");
	return program_guard(path, self, program, e);
}

static int send_doors(int fd, const struct keeper_talk *k)
{
	int doors[KEEPER_FDS], rc;
	size_t n = 0;

	for (int d = 0; d < KEEPER_TALK_DOORS; d++)
		if (keeper_talk_listen(
			k, (enum keeper_talk_door)d, &doors[n], NULL) == 0)
			n++;
	rc = keeper_talk_ask(fd, KEEPER_GIVE, NULL, doors, n, NULL);
	while (n > 0)
		(void)close(doors[--n]);
	return rc;
}

int keep_child_run(int fd)
{
	char text[SOCK_PATH_MAX], program[PATH_MAX];
	char name[] = PROGRAM, where[SOCK_PATH_MAX];
	char *argv[] = {name, where, NULL}, *env[] = {NULL};
	ssize_t n = recv(fd, text, sizeof(text), MSG_TRUNC);
	struct keeper_talk k;
	pid_t pid;

	if (n < 2 || n > (ssize_t)sizeof(text) ||
	    strnlen(text, (size_t)n) != (size_t)n - 1 ||
	    keep_child_program(program, NULL) < 0)
		return FAILED;
	keeper_talk_of(&k, text);
	memcpy(where, keeper_talk_path(&k), strlen(keeper_talk_path(&k)) + 1);
	if (send_doors(fd, &k) < 0)
		return FAILED;
	/* The keeper must not keep the helper's or the broker's end. */
	pid = fork();
	if (pid != 0)
		return pid < 0 ? FAILED : 0;
	(void)setsid();
	(void)execve(program, argv, env);
	_exit(NOT_RUN);
}
