#include "broker/socket/rendezvous.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>
#endif

#include "base/core/bytes.h"
#include "base/sys/plat.h"

enum {
	BACKLOG = 512, /* a script may start hundreds of commands at once */
	NAP_MS = 5,
	MAX_NAP_MS = 50,
	LOOK_MS = 5000, /* if directories can't be watched */
};

struct rendezvous {
	char path[SOCK_PATH_MAX];
	char dir[SOCK_PATH_MAX];
	const char *name; /* the last component of path */
	int lock, listener, notify;
	dev_t dev;
	ino_t ino;
	uint32_t stamp, salt; /* see put_stamp() */
	struct loop *loop;
	struct loop_fd watch;
	struct loop_timer look;
	void (*lost)(void *arg);
	void *arg;
};

static struct rendezvous *make(const char *path)
{
	struct rendezvous *r = calloc(1, sizeof(*r));
	size_t n;

	if (!r)
		return NULL;
	r->lock = r->listener = r->notify = -1;
	bytes_random(&r->stamp, sizeof(r->stamp));
	bytes_random(&r->salt, sizeof(r->salt));
	(void)snprintf(r->path, sizeof(r->path), "%s", path);
	n = (size_t)(strrchr(r->path, '/') - r->path);
	memcpy(r->dir, r->path, n ? n : 1);
	r->name = r->path + n + 1;
	return r;
}

/* For processes that can't connect because our queue is full. */
static void note_pid(int fd)
{
	if (ftruncate(fd, 0) == 0)
		(void)dprintf(fd, "%ld\n", (long)getpid());
}

/* 1: the lock is ours; 0: somebody else has it. */
static int try_lock(struct rendezvous *r, struct err *e)
{
	char file[SOCK_PATH_MAX + 8];
	struct stat held, named;
	int fd;

	(void)snprintf(file, sizeof(file), "%s" SOCK_LOCK, r->path);
	fd = open(file,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    0600);
	if (fd < 0)
		return err_sys(e, "opening the lock file %s", file);
	if (fstat(fd, &held) < 0 || !S_ISREG(held.st_mode) ||
	    held.st_uid != geteuid()) {
		(void)close(fd);
		return err_set(e, ERR_REFUSED,
		    "the lock file %s is not a file of ours; remove it", file);
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int busy = errno == EWOULDBLOCK || errno == EINTR;
		int rc = busy ? 0 : err_sys(e, "locking %s", file);

		(void)close(fd);
		return rc;
	}
	/* A lock on a file that was removed meanwhile excludes nobody. */
	if (lstat(file, &named) < 0 || named.st_dev != held.st_dev ||
	    named.st_ino != held.st_ino) {
		(void)close(fd);
		return 0;
	}
	note_pid(fd);
	r->lock = fd;
	return 1;
}

static int answers(const char *path)
{
	pid_t pid;
	int fd;
	int rc = sock_connect(path, &fd, &pid, NULL);

	if (rc == 0)
		(void)close(fd);
	/* A full queue means that there is a broker. */
	return rc == 0 || rc == ERR_TIMEOUT;
}

int rendezvous_take(
    struct rendezvous **out, const char *path, int wait_ms, struct err *e)
{
	struct rendezvous *r;
	int64_t until = plat_ms() + wait_ms;
	int nap = NAP_MS, rc;

	*out = NULL;
	if (path[0] != '/' || strlen(path) >= SOCK_PATH_MAX ||
	    path[strlen(path) - 1] == '/')
		return err_set(e, ERR_USAGE,
		    "the socket must be an absolute path of at most %d bytes",
		    SOCK_PATH_MAX - 1);
	r = make(path);
	if (!r)
		return err_set(e, ERR_NOMEM, "out of memory");
	for (;;) {
		rc = sock_check_dir(path, 1, e);
		if (rc == 0)
			rc = try_lock(r, e);
		if (rc != 0)
			break;
		if (answers(path))
			goto out;
		if (plat_ms() >= until) {
			rc = err_set(e, ERR_TIMEOUT,
			    "another broker holds %s.lock but does not answer",
			    path);
			break;
		}
		plat_nap(nap);
		nap = nap * 2 > MAX_NAP_MS ? MAX_NAP_MS : nap * 2;
	}
	if (rc > 0) {
		*out = r;
		return rc;
	}
out:
	rendezvous_free(r);
	return rc;
}

/* The socket's change time is used as a number, not a time, so that setting the
 * clock back never repeats it: shells compare it with the one they saw.  A new
 * broker starts at a random one, further distinguished by nanoseconds if the
 * file system has them.  All file systems keep 31 bits of seconds. */
static int put_stamp(const struct rendezvous *r, const char *path)
{
	const struct timespec times[2] = {
	    {.tv_nsec = UTIME_OMIT},
	    {.tv_sec = (time_t)(r->stamp & INT32_MAX),
		.tv_nsec = (long)(r->salt % 1000000000U)},
	};

	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

/* Binds from within the directory: a path that just fits leaves no room for a
 * different name. */
static int bind_beside(struct rendezvous *r, const char *temporary)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int rc, keep;

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", temporary);
	if (chdir(r->dir) < 0)
		return -1;
	(void)unlink(temporary);
	rc = bind(r->listener, (const struct sockaddr *)&a, sizeof(a));
	if (rc == 0)
		rc = listen(r->listener, BACKLOG);
	if (rc == 0) {
		(void)put_stamp(r, temporary);
		rc = rename(temporary, r->path);
	}
	keep = errno;
	if (rc < 0)
		(void)unlink(temporary);
	if (chdir("/") < 0)
		rc = -1;
	errno = keep;
	return rc;
}

int rendezvous_open(struct rendezvous *r, int *fd, struct err *e)
{
	char temporary[32];
	struct stat st;

	r->listener =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->listener < 0)
		return err_sys(e, "making a socket");
	(void)snprintf(
	    temporary, sizeof(temporary), ".mairu.%ld", (long)getpid());
	if (bind_beside(r, temporary) < 0)
		return err_sys(e, "making the socket %s", r->path);
	if (lstat(r->path, &st) < 0)
		return err_sys(e, "looking at the socket %s", r->path);
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	*fd = r->listener;
	return 0;
}

static int still_ours(const struct rendezvous *r)
{
	struct stat st;

	return r->ino && lstat(r->path, &st) == 0 && st.st_dev == r->dev &&
	       st.st_ino == r->ino;
}

static void unwatch(struct rendezvous *r)
{
	if (!r->loop)
		return;
	loop_unwatch(r->loop, &r->watch);
	loop_disarm(r->loop, &r->look);
	if (r->notify >= 0)
		(void)close(r->notify);
	r->notify = -1;
}

static int gone(struct rendezvous *r)
{
	if (still_ours(r))
		return 0;
	unwatch(r);
	r->lost(r->arg);
	return 1;
}

static void look(void *arg)
{
	struct rendezvous *r = arg;

	if (!gone(r))
		loop_arm(r->loop, &r->look, LOOK_MS);
}

static void noticed(void *arg, short revents)
{
	struct rendezvous *r = arg;
	char events[4096];

	(void)revents;
	/* What happened does not matter, only how things stand now. */
	while (read(r->notify, events, sizeof(events)) > 0)
		;
	(void)gone(r);
}

static int notify_open(struct rendezvous *r, struct err *e)
{
#ifdef __linux__
	const uint32_t mask = IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF |
			      IN_MOVE_SELF | IN_UNMOUNT | IN_ONLYDIR;

	r->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (r->notify < 0 || inotify_add_watch(r->notify, r->dir, mask) < 0 ||
	    loop_watch(r->loop, &r->watch, r->notify, POLLIN) < 0)
		return err_sys(e, "watching the directory %s", r->dir);
	return 0;
#else
	return err_set(
	    e, ERR_NOT_FOUND, "this system can't watch the directory");
#endif
}

int rendezvous_watch(struct rendezvous *r, struct loop *loop,
    void (*lost)(void *arg), void *arg, struct err *e)
{
	int rc;

	r->loop = loop;
	r->lost = lost;
	r->arg = arg;
	r->watch.fn = noticed;
	r->look.fn = look;
	r->watch.arg = r->look.arg = r;
	rc = notify_open(r, e);
	/* The socket may have disappeared before the watch began. */
	if (rc < 0 || !still_ours(r))
		loop_arm(loop, &r->look, rc < 0 ? LOOK_MS : 0);
	return rc;
}

const char *rendezvous_path(const struct rendezvous *r)
{
	return r->path;
}

const char *rendezvous_dir(const struct rendezvous *r)
{
	return r->dir;
}

void rendezvous_touch(struct rendezvous *r)
{
	if (!still_ours(r))
		return;
	r->stamp++;
	(void)put_stamp(r, r->path);
}

void rendezvous_close(struct rendezvous *r)
{
	if (!r)
		return;
	unwatch(r);
	if (still_ours(r))
		(void)unlink(r->path);
	r->ino = 0;
	if (r->listener >= 0)
		(void)close(r->listener);
	r->listener = -1;
}

void rendezvous_free(struct rendezvous *r)
{
	if (!r)
		return;
	rendezvous_close(r);
	if (r->lock >= 0)
		(void)close(r->lock);
	free(r);
}
