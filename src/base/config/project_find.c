/*
 * Finds the nearest config and reads it once.  Runs at every prompt: one system
 * call per directory without one.
 */

#include "base/config/project_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys/fault.h"

/* The kernel walks every component of a full path, so climbing by paths is
 * quadratic; deeper than this we climb by descriptors. */
#define FIND_NEAR 64

/* Levels searched from one descriptor. */
#define FIND_STEP 16
#define FIND_UP	  "../../../../../../../../../../../../../../../../"

/* Room that a path must leave for the name. */
#define FIND_TAIL (sizeof("/" PROJECT_NAME))

static int absent(struct project *p, struct err *e)
{
	p->path[0] = '\0';
	return err_set(
	    e, ERR_NOT_FOUND, "there is no " PROJECT_NAME " here or above");
}

/* Not worth a message in a prompt; explicit commands report it. */
static int hidden(struct project *p, int why, struct err *e)
{
	p->path[0] = '\0';
	errno = why;
	(void)err_sys(e, why == ENOENT ? "cannot look for a " PROJECT_NAME
					 ", as the working directory is gone"
				       : "cannot look for a " PROJECT_NAME
					 " here or above");
	if (e != NULL)
		e->code = ERR_NOT_FOUND;
	return ERR_NOT_FOUND;
}

static int too_long(struct project *p, struct err *e)
{
	p->path[0] = '\0';
	return err_set(e, ERR_LIMIT,
	    "the path of the " PROJECT_NAME " here or above is longer than "
	    "%d bytes: move the project to a shorter one",
	    PATH_MAX - 1);
}

/* The kernel's path of an open directory, as getcwd() returns it; "" on error:
 * ERR_NOT_FOUND if it has none (any more), ERR_LIMIT if too long. */
static int dir_path(int dir, char out[PATH_MAX], struct err *e)
{
	struct stat named, open_;
	char link[32];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, out, PATH_MAX);
	out[n < 0 || n >= PATH_MAX ? 0 : n] = '\0';
	if (n >= PATH_MAX || (n < 0 && errno == ENAMETOOLONG))
		return err_set(e, ERR_LIMIT, "the path is too long");
	if (n < 0)
		return err_sys(e, "cannot read %s (is /proc mounted?)", link);
	/* For a removed directory, or one outside the root, the kernel returns
	 * a note that is not a usable path. */
	if (out[0] != '/' || stat(out, &named) < 0 || fstat(dir, &open_) < 0 ||
	    named.st_dev != open_.st_dev || named.st_ino != open_.st_ino) {
		out[0] = '\0';
		return err_set(
		    e, ERR_NOT_FOUND, "the directory has no path any more");
	}
	return 0;
}

/* Sets p->path to the config in an open directory. */
static int name_in(struct project *p, int dir, struct err *e)
{
	size_t len;
	int r = dir_path(dir, p->path, e);

	if (r == ERR_LIMIT)
		return too_long(p, e);
	if (r < 0)
		return r;
	len = strlen(p->path);
	if (len == 1)
		len = 0; /* the root */
	if (len + FIND_TAIL > PATH_MAX)
		return too_long(p, e);
	memcpy(p->path + len, "/" PROJECT_NAME, FIND_TAIL);
	return 0;
}

/* Opens the directory `levels` (at most FIND_STEP) up. */
static int open_up(int dir, size_t levels)
{
	static const char path[] = FIND_UP ".";

	return openat(dir, path + 3 * (FIND_STEP - levels),
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Looks in `dir` and up to FIND_STEP levels above; *levels is where it was
 * found. */
static enum project_look look_up(int dir, size_t *levels, int *fd, int *why)
{
	static const char path[] = FIND_UP PROJECT_NAME;
	enum project_look l = PROJECT_NONE;

	for (*levels = 0; *levels < FIND_STEP; ++*levels) {
		l = project_look(
		    dir, path + 3 * (FIND_STEP - *levels), fd, why);
		if (l != PROJECT_NONE)
			break;
	}
	return l;
}

/* Moves `levels` up.  0 at the root. */
static int step_up(int *dir, size_t levels)
{
	struct stat here, above;
	int up = open_up(*dir, levels);

	if (up < 0)
		return 0;
	if (fstat(*dir, &here) < 0 || fstat(up, &above) < 0 ||
	    (here.st_dev == above.st_dev && here.st_ino == above.st_ino)) {
		(void)close(up);
		return 0;
	}
	(void)close(*dir);
	*dir = up;
	return 1;
}

/* Climbs from the directory `dir`, and closes it. */
static int climb_fds(struct project *p, int dir, struct err *e)
{
	int fd = -1, why = 0, r, up;
	enum project_look l;
	size_t levels;

	do
		l = look_up(dir, &levels, &fd, &why);
	while (l == PROJECT_NONE && step_up(&dir, FIND_STEP));
	up = l == PROJECT_THERE ? open_up(dir, levels) : -1;
	if (up < 0) {
		r = l == PROJECT_NONE	 ? absent(p, e)
		    : l == PROJECT_THERE ? hidden(p, errno, e)
					 : hidden(p, why, e);
	} else {
		r = name_in(p, up, e);
		(void)close(up);
		if (r == 0) {
			r = project_take(p, fd, why, e);
			fd = -1;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	(void)close(dir);
	return r;
}

/* Climbs from p->path, an absolute directory.  Returns 1 if it is too deep for
 * this method. */
static int climb_paths(struct project *p, struct err *e)
{
	size_t n = strlen(p->path), depth = 0;
	int fd, why = 0;

	for (size_t i = 0; i < n; i++)
		depth += p->path[i] == '/';
	if (depth > FIND_NEAR || n + FIND_TAIL > PATH_MAX)
		return 1;
	for (;;) {
		while (n > 0 && p->path[n - 1] == '/')
			n--;
		memcpy(p->path + n, "/" PROJECT_NAME, FIND_TAIL);
		switch (project_look(AT_FDCWD, p->path, &fd, &why)) {
		case PROJECT_THERE:
			return project_take(p, fd, why, e);
		case PROJECT_HIDDEN:
			return hidden(p, why, e);
		case PROJECT_NONE:
			if (n == 0)
				return absent(p, e);
		}
		while (n > 0 && p->path[n - 1] != '/')
			n--;
	}
}

static void start(struct project *p)
{
	project_forget(p);
	buf_clear(&p->bytes);
	memset(p->digest, 0, sizeof(p->digest));
	p->path[0] = '\0';
}

/* The raw system call: if the path is too long, glibc's getcwd() falls back to
 * reading every parent directory, which takes a second. */
static int working_dir(char out[PATH_MAX])
{
#ifdef SYS_getcwd
	return syscall(SYS_getcwd, out, (size_t)PATH_MAX) < 0 ? -1 : 0;
#else
	return getcwd(out, PATH_MAX) == NULL ? -1 : 0;
#endif
}

int project_find(struct project *p, struct err *e)
{
	int dir, r = 1;

	start(p);
	if (working_dir(p->path) == 0) {
		/* Outside the root it is "(unreachable)/...". */
		if (p->path[0] != '/')
			return hidden(p, ENOENT, e);
		r = climb_paths(p, e);
	} else if (errno != ENAMETOOLONG && errno != ERANGE) {
		return hidden(p, errno, e);
	}
	if (r != 1)
		return r;
	dir = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? hidden(p, errno, e) : climb_fds(p, dir, e);
}

static int open_dir(const char *path, int *dir, struct err *e)
{
	char shown[FAULT_PATH];

	*dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir >= 0)
		return 0;
	if (errno == ENOENT)
		return err_set(e, ERR_NOT_FOUND,
		    "%s: no such file or directory", fault_path(path, shown));
	if (errno == ENOTDIR)
		return err_set(e, ERR_USAGE,
		    "%s is neither a directory nor a file named " PROJECT_NAME,
		    fault_path(path, shown));
	return err_sys(
	    e, "cannot open the directory %s", fault_path(path, shown));
}

/* Reads the config of that name in `dir`; closes dir. */
static int find_in(struct project *p, int dir, struct err *e)
{
	int fd = -1, why = 0, r;

	r = name_in(p, dir, e);
	if (r == 0) {
		switch (project_look(dir, PROJECT_NAME, &fd, &why)) {
		case PROJECT_THERE:
			r = project_take(p, fd, why, e);
			break;
		case PROJECT_HIDDEN:
			r = project_take(p, -1, why, e);
			break;
		case PROJECT_NONE:
			r = project_absent(p->path, e);
			p->path[0] = '\0';
		}
	}
	(void)close(dir);
	return r;
}

int project_find_at(struct project *p, const char *where, struct err *e)
{
	const char *slash = strrchr(where, '/');
	const char *name = slash == NULL ? where : slash + 1;
	size_t len = slash == NULL ? 0 : (size_t)(name - where);
	char before[PATH_MAX] = ".";
	int dir, r;

	start(p);
	if (where[0] == '\0')
		return err_set(e, ERR_USAGE, "an empty path names no config");
	if (strlen(where) >= PATH_MAX)
		return too_long(p, e);
	if (strcmp(name, PROJECT_NAME) != 0) {
		r = open_dir(where, &dir, e);
		if (r < 0)
			return r;
		r = dir_path(dir, p->path, e);
		if (r == 0)
			r = climb_paths(p, e);
		if (r == 1 || r == ERR_LIMIT)
			return climb_fds(p, dir, e);
		(void)close(dir);
		return r;
	}
	if (len > 0) {
		memcpy(before, where, len);
		before[len] = '\0';
	}
	r = open_dir(before, &dir, e);
	return r < 0 ? r : find_in(p, dir, e);
}
