#include "front/status/preflight.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/fault.h"
#include "base/sys/sock.h"
#include "front/client/spawn.h"

/* Cuts a path to its directory, in place. */
static void up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		slash = path + 1;
	*slash = '\0';
}

/* Checks a directory in which a broker creates files. */
static int check_writable(const char *dir, struct err *e)
{
	char shown[FAULT_PATH];
	int saved;

	if (access(dir, W_OK | X_OK) == 0)
		return 0;
	saved = errno;
	(void)fault_path(dir, shown);
	errno = saved;
	return err_sys(e,
	    "the broker cannot make its socket in %s: make that directory "
	    "writable, or set MAIRU_AGENT_SOCK to a path in one of your own, "
	    "of mode 0700",
	    shown);
}

static int check_lock(const char *sock, struct err *e)
{
	char path[SOCK_PATH_MAX + sizeof(SOCK_LOCK)], shown[FAULT_PATH];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s" SOCK_LOCK, sock);
	if (lstat(path, &st) < 0)
		return 0;
	if (S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    access(path, R_OK | W_OK) == 0)
		return 0;
	return err_set(e, ERR_REFUSED,
	    "the broker cannot use its lock file: it is not a file that you "
	    "can read and write. Remove it: %s",
	    fault_path(path, shown));
}

/* What a broker needs to start. */
static int check_start(const char *sock, struct err *e)
{
	char path[SOCK_PATH_MAX];
	struct stat st;
	int r;

	if (getenv("MAIRU_NO_AUTO_AGENT") != NULL) {
		(void)err_set(e, ERR_NOT_FOUND,
		    "no broker is running, and MAIRU_NO_AUTO_AGENT is set");
		return err_run(e, ERR_NOT_FOUND, "mairu agent");
	}
	r = spawn_find(NULL, e);
	/* Without a place, its directories are created first. */
	if (r < 0 || sock[0] == '\0')
		return r;
	(void)snprintf(path, sizeof(path), "%s", sock);
	do
		up(path);
	while (lstat(path, &st) < 0 && errno == ENOENT && path[1] != '\0');
	r = check_writable(path, e);
	return r < 0 ? r : check_lock(sock, e);
}

int preflight_find(const struct broker_status *h, struct err *e)
{
	switch (h->kind) {
	case BROKER_STATUS_BAD:
		*e = h->why;
		return (int)e->code;
	case BROKER_STATUS_NONE:
		return check_start(h->socket, e);
	case BROKER_STATUS_RUNNING:
		break;
	}
	return 0;
}
