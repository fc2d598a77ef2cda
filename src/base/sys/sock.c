#include "base/sys/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

#define SOCK_NAME "broker."
#define SOCK_END  ".sock"

static int fits(int written, const char *what, struct err *e)
{
	if (written >= 0 && written < SOCK_PATH_MAX)
		return 0;
	return err_set(e, ERR_LIMIT,
	    "the path of the broker's socket (from %s) is longer than the %d "
	    "bytes that a socket may have; set MAIRU_AGENT_SOCK to a shorter "
	    "one, in a directory of your own of mode 0700",
	    what, SOCK_PATH_MAX - 1);
}

/* A reboot leaves the socket in the state directory behind; with the boot id in
 * its name it is never mistaken for a live one. */
static uint64_t boot_id(void)
{
	struct buf b = BUF_INIT(64);
	uint64_t id = 0;

	if (file_read("/proc/sys/kernel/random/boot_id", &b, NULL) == 0)
		for (size_t i = 0; i < b.len; i++)
			id = id * 31 + b.data[i];
	buf_release(&b);
	return id;
}

/* The socket's directory, unless the user named a socket.  *salt: for
 * place_name(). */
static int find_dir(
    char dir[PATH_MAX], const char **from, uint64_t *salt, struct err *e)
{
	const char *s = getenv("XDG_RUNTIME_DIR");
	struct stat st;

	*salt = 0;
	*from = "XDG_RUNTIME_DIR";
	/* If set but missing (after su, in a container) it counts as unset;
	 * somebody else's is refused on use. */
	if (s != NULL && s[0] == '/' &&
	    (stat(s, &st) == 0 || errno != ENOENT)) {
		/* If truncated here, it won't fit below either. */
		(void)snprintf(dir, PATH_MAX, "%.*s/mairu", SOCK_PATH_MAX, s);
		return 0;
	}
	*from = "/run/user";
	(void)snprintf(
	    dir, PATH_MAX, "/run/user/%lu", (unsigned long)geteuid());
	if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0) {
		(void)snprintf(dir, PATH_MAX, "/run/user/%lu/mairu",
		    (unsigned long)geteuid());
		return 0;
	}
	*from = "the state directory";
	*salt = boot_id();
	return path_in(PATH_STATE, "run", dir, e);
}

/* No HOME and no XDG directory: run with an empty environment. */
static int has_no_home(void)
{
	char path[PATH_MAX];

	return path_in(PATH_CONFIG, NULL, path, NULL) == ERR_NOT_FOUND &&
	       path_in(PATH_STATE, NULL, path, NULL) == ERR_NOT_FOUND;
}

int sock_path(char out[SOCK_PATH_MAX], struct place *place, enum place_how how,
    struct err *e)
{
	const char *s = getenv("MAIRU_AGENT_SOCK"), *from;
	char dir[PATH_MAX], name[PLACE_NAME];
	uint64_t salt;
	int r;

	if (s != NULL && s[0] != '\0' && s[0] != '/')
		return err_set(
		    e, ERR_USAGE, "MAIRU_AGENT_SOCK must be an absolute path");
	if (s != NULL && s[0] != '\0' && has_no_home())
		memset(place, 0, sizeof(*place));
	else if ((r = place_find(place, how, e)) < 0)
		return r;
	if (s != NULL && s[0] != '\0')
		return fits(snprintf(out, SOCK_PATH_MAX, "%s", s),
		    "MAIRU_AGENT_SOCK", e);
	r = find_dir(dir, &from, &salt, e);
	if (r < 0)
		return r;
	place_name(place, salt, name);
	return fits(snprintf(out, SOCK_PATH_MAX, "%s/" SOCK_NAME "%s" SOCK_END,
			dir, name),
	    from, e);
}

int sock_is_named(const char *path)
{
	const char *name = strrchr(path, '/');
	size_t len;

	name = name == NULL ? path : name + 1;
	len = strlen(name);
	return len == sizeof(SOCK_NAME) + PLACE_NAME + sizeof(SOCK_END) - 3 &&
	       strncmp(name, SOCK_NAME, sizeof(SOCK_NAME) - 1) == 0 &&
	       strcmp(name + len - (sizeof(SOCK_END) - 1), SOCK_END) == 0;
}

static int refuse(const char *dir, const char *why, struct err *e)
{
	struct buf b = BUF_INIT(2048);
	int r;

	path_text(&b, dir);
	r = err_set(e, ERR_REFUSED,
	    "%s is no safe place for the broker's socket: %s", buf_str(&b),
	    why);
	buf_release(&b);
	return r;
}

/* Never chmod a directory that the user named: it may be /tmp. */
static int too_open(const char *dir, struct err *e)
{
	const char *named = getenv("MAIRU_AGENT_SOCK");
	char w[FAULT_WORD];

	if (named != NULL && named[0] != '\0')
		return refuse(dir,
		    "others may enter it. Choose a directory of your own, of "
		    "mode 0700, for MAIRU_AGENT_SOCK",
		    e);
	(void)refuse(dir, "others may enter it", e);
	return err_run(e, ERR_REFUSED, "chmod 700 %s", fault_word(dir, w));
}

int sock_check_dir(const char *path, int make, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char dir[SOCK_PATH_MAX];
	struct stat st;
	int r;

	(void)snprintf(dir, sizeof(dir), "%.*s",
	    slash == NULL || slash == path ? 1 : (int)(slash - path), path);
	if (lstat(dir, &st) < 0) {
		if (errno != ENOENT)
			return err_sys(e, "cannot look at %s", dir);
		if (!make)
			return err_set(
			    e, ERR_NOT_FOUND, "%s does not exist", dir);
		r = file_make_dir(dir, 1, e);
		if (r < 0)
			return r;
		if (lstat(dir, &st) < 0)
			return err_sys(e, "cannot look at %s", dir);
	}
	if (!S_ISDIR(st.st_mode))
		return refuse(dir,
		    "it is not a directory. Move it away, or set "
		    "MAIRU_AGENT_SOCK to another path",
		    e);
	if (st.st_uid != geteuid())
		return refuse(dir,
		    "it belongs to another user. Set MAIRU_AGENT_SOCK to a "
		    "path in a directory of your own, of mode 0700",
		    e);
	if ((st.st_mode & 077) != 0)
		return too_open(dir, e);
	return 0;
}

int sock_peer(int fd, uid_t *uid, pid_t *pid, struct err *e)
{
#ifdef SO_PEERCRED
	struct ucred c;
	socklen_t len = sizeof(c);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) < 0)
		return err_sys(e, "cannot tell who is at the other end");
	*uid = c.uid;
	*pid = c.pid;
#else
	gid_t gid;

	*pid = 0;
	if (getpeereid(fd, uid, &gid) < 0)
		return err_sys(e, "cannot tell who is at the other end");
#endif
	return 0;
}

int sock_connect(const char *path, int *fd, pid_t *pid, struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	uid_t uid = (uid_t)-1;
	int s, r;

	if (strlen(path) >= sizeof(a.sun_path))
		return fits(-1, "the caller", e);
	memcpy(a.sun_path, path, strlen(path) + 1);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0)
		return err_sys(e, "cannot make a socket");
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) < 0) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			r = err_set(e, ERR_NOT_FOUND, "no broker is running");
		else if (errno == EAGAIN)
			r = err_set(e, ERR_TIMEOUT,
			    "the broker at %s takes no more callers. Try "
			    "again, or run: mairu kill-agent",
			    path);
		else
			r = err_sys(e, "cannot reach the broker at %s", path);
		goto out;
	}
	r = sock_peer(s, &uid, pid, e);
	if (r < 0)
		goto out;
	if (uid != geteuid()) {
		r = err_set(e, ERR_FOREIGN,
		    "the program at %s runs as another user (uid %lu); set "
		    "MAIRU_AGENT_SOCK to a place of your own",
		    path, (unsigned long)uid);
		goto out;
	}
	*fd = s;
	return 0;
out:
	(void)close(s);
	return r;
}
