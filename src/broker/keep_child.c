#include "broker/keep_child.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/keeping.h"

enum {
	FAILED = 111,
	NOT_RUN = 127,
};

static int send_doors(int fd, const struct keeping *k)
{
	int doors[KEEPER_FDS], rc;
	size_t n = 0;

	for (int d = 0; d < KEEPING_DOORS; d++)
		if (keeping_listen(k, (enum keeping_door)d, &doors[n], NULL) ==
		    0)
			n++;
	rc = keeping_ask(fd, KEEPER_GIVE, NULL, doors, n, NULL);
	while (n > 0)
		(void)close(doors[--n]);
	return rc;
}

int keep_child_run(int fd)
{
	static char text[KEEP_CHILD_ASK];
	char name[] = "mairu-keeper", where[SOCK_PATH_MAX];
	char *argv[] = {name, where, NULL}, *env[] = {NULL};
	ssize_t n = recv(fd, text, sizeof(text), 0);
	struct keeping k;
	const char *program;
	size_t len;
	pid_t pid;

	len = n > 0 ? strnlen(text, (size_t)n) : 0;
	if (len == 0 || len >= SOCK_PATH_MAX || len + 2 > (size_t)n ||
	    text[n - 1] != '\0')
		return FAILED;
	program = text + len + 1;
	keeping_of(&k, text);
	memcpy(where, keeping_path(&k), strlen(keeping_path(&k)) + 1);
	if (send_doors(fd, &k) < 0)
		return FAILED;
	/* Neither the helper's end nor the broker's is the keeper's. */
	pid = fork();
	if (pid != 0)
		return pid < 0 ? FAILED : 0;
	(void)setsid();
	(void)execve(program, argv, env);
	_exit(NOT_RUN);
}
