#include "base/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

#define SOCK_NAME "mairu-broker.sock"

enum {
	BOOT_CHARS = 8 /* of the boot's id: those before its first dash */
};

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

/* A reboot leaves the state directory's socket behind; with the boot's own id
 * in its name it is never taken for a live one.  32 random bits of it will do,
 * and leave room for a longer HOME. */
static void boot_id(char *out, size_t cap)
{
	struct buf b = BUF_INIT(64);
	const char *id;

	if (file_read("/proc/sys/kernel/random/boot_id", &b, NULL) < 0)
		buf_clear(&b);
	id = buf_str(&b);
	(void)snprintf(
	    out, cap, "%.*s", (int)strspn(id, "0123456789abcdef"), id);
	if (out[0] == '\0')
		(void)snprintf(out, cap, "0");
	buf_release(&b);
}

int sock_path(char out[SOCK_PATH_MAX], struct err *e)
{
	const char *s = getenv("MAIRU_AGENT_SOCK");
	char dir[PATH_MAX], id[BOOT_CHARS + 1];
	struct stat st;
	int r;

	if (s != NULL && s[0] != '\0') {
		if (s[0] != '/')
			return err_set(e, ERR_USAGE,
			    "MAIRU_AGENT_SOCK must be an absolute path");
		return fits(snprintf(out, SOCK_PATH_MAX, "%s", s),
		    "MAIRU_AGENT_SOCK", e);
	}
	s = getenv("XDG_RUNTIME_DIR");
	/* One that is set but not there (after su, in a container) counts as
	 * unset; one that is somebody else's is refused when it is used. */
	if (s != NULL && s[0] == '/' && (stat(s, &st) == 0 || errno != ENOENT))
		return fits(
		    snprintf(out, SOCK_PATH_MAX, "%s/mairu/" SOCK_NAME, s),
		    "XDG_RUNTIME_DIR", e);
	(void)snprintf(
	    dir, sizeof(dir), "/run/user/%lu", (unsigned long)geteuid());
	if (stat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && (st.st_mode & 077) == 0)
		return fits(
		    snprintf(out, SOCK_PATH_MAX, "%s/mairu/" SOCK_NAME, dir),
		    dir, e);
	r = path_in(PATH_STATE, "run", dir, e);
	if (r < 0)
		return r;
	boot_id(id, sizeof(id));
	return fits(
	    snprintf(out, SOCK_PATH_MAX, "%s/mairu-broker.%s.sock", dir, id),
	    "the state directory", e);
}

static int refuse(const char *dir, const char *why, struct err *e)
{
	struct buf b = BUF_INIT(2048);
	int r;

	text_path(&b, dir);
	r = err_set(e, ERR_REFUSED,
	    "%s is no safe place for the broker's socket: %s", buf_str(&b),
	    why);
	buf_release(&b);
	return r;
}

/* To close one that the user has named may be harm: it may be /tmp. */
static int too_open(const char *dir, struct err *e)
{
	const char *named = getenv("MAIRU_AGENT_SOCK");
	char why[FAULT_WORD + 64], w[FAULT_WORD];

	if (named != NULL && named[0] != '\0')
		return refuse(dir,
		    "others may enter it. Choose a directory of your own, of "
		    "mode 0700, for MAIRU_AGENT_SOCK",
		    e);
	(void)snprintf(why, sizeof(why),
	    "others may enter it. Run: chmod 700 %s", fault_word(dir, w));
	return refuse(dir, why, e);
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
