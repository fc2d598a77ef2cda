#include "front/role/exec_program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "front/terminal/say.h"

enum {
	SHOWN_COLUMNS = 200,
	/* What the kernel reads of a first line. */
	HEAD_MAX = 256,
	/* Same as in shells. */
	EXIT_CANNOT_RUN = 126,
	EXIT_NO_COMMAND = 127
};

/* The default of shells and env(1) without PATH. */
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

static void (*pipe_was)(int) = SIG_DFL;

void exec_program_begin(void)
{
	plat_std_fds();
	pipe_was = signal(SIGPIPE, SIG_IGN);
}

/* --- finding it */

static int cannot(
    enum err_code code, const char *name, const char *why, struct err *e)
{
	struct buf b = BUF_INIT(1024);
	int r;

	text_safe(&b, name, strlen(name), SHOWN_COLUMNS);
	r = err_set(e, code, "cannot run %s: %s", buf_str(&b), why);
	buf_release(&b);
	return r;
}

static int there_is_none(const char *name, struct err *e)
{
	struct buf b = BUF_INIT(1024);
	int r;

	text_safe(&b, name, strlen(name), SHOWN_COLUMNS);
	r = err_set(e, ERR_NOT_FOUND, "command not found: %s",
	    b.len > 0 ? buf_str(&b) : "''");
	buf_release(&b);
	return r;
}

static int is_gone(int failed)
{
	return failed == ENOENT || failed == ENOTDIR;
}

/* Whether this file can be executed. */
static int judge(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return is_gone(errno)
			   ? there_is_none(path, e)
			   : cannot(ERR_REFUSED, path, strerror(errno), e);
	if (S_ISDIR(st.st_mode))
		return cannot(ERR_REFUSED, path, "it is a directory", e);
	if (access(path, X_OK) < 0)
		return cannot(ERR_REFUSED, path, strerror(errno), e);
	return 0;
}

static int search(const char *name, char **found, struct err *e)
{
	const char *list = getenv("PATH");
	char path[PATH_MAX];
	struct stat st;
	struct err one;
	int r = there_is_none(name, e);

	if (list == NULL)
		list = DEFAULT_PATH;
	while (path_next(&list, name, strlen(name), path)) {
		if (judge(path, &one) == 0) {
			*found = text_dup(path);
			return 0;
		}
		/* Remember the first that exists, in case none is better. */
		if (r == ERR_NOT_FOUND && one.code == ERR_REFUSED &&
		    stat(path, &st) == 0 && !S_ISDIR(st.st_mode)) {
			*e = one;
			r = one.code;
		}
	}
	return r;
}

int exec_program_find(const char *name, char **path, struct err *e)
{
	int r;

	*path = NULL;
	if (name[0] == '\0') {
		r = there_is_none(name, e);
	} else if (strchr(name, '/') == NULL) {
		r = search(name, path, e);
	} else {
		r = judge(name, e);
		*path = r == 0 ? text_dup(name) : NULL;
	}
	if (r == 0 && *path == NULL)
		say_oom();
	return r;
}

/* --- executing it */

/* Reads its first line, at most HEAD_MAX bytes.  Returns the number of bytes
 * read from the file; < 0 if unreadable. */
static ssize_t read_head(const char *path, char head[HEAD_MAX + 1])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, head, HEAD_MAX);

	if (fd >= 0)
		(void)close(fd);
	head[n > 0 ? n : 0] = '\0';
	return n;
}

/* Foreign binaries are not for sh, whose error messages are no help. */
static int is_text(const char *path)
{
	char head[HEAD_MAX + 1];
	ssize_t n = read_head(path, head);

	return n >= 0 && memchr(head, '\0', (size_t)n) == NULL;
}

/* Returns the errno of the failure. */
static int run_by_sh(const char *path, const char *const *args)
{
	struct buf script = BUF_INIT(PATH_MAX + 2);
	const char **words;
	size_t n = 0;
	int failed;

	while (args[n] != NULL)
		n++;
	words = calloc(n + 2, sizeof(*words));
	if (words == NULL)
		say_oom();
	/* So that it isn't taken for an option. */
	buf_adds(&script, path[0] == '-' ? "./" : "");
	buf_adds(&script, path);
	if (script.failed)
		say_oom();
	words[0] = "sh";
	words[1] = buf_str(&script);
	for (size_t i = 1; i < n; i++)
		words[i + 1] = args[i];
	(void)execv("/bin/sh", (char *const *)(uintptr_t)words);
	failed = errno;
	free(words);
	buf_release(&script);
	return failed;
}

/* The file exists, yet the kernel says ENOENT. */
static int lacks_interpreter(const char *path, struct err *e)
{
	char head[HEAD_MAX + 1], *name = head + 2;
	struct buf b = BUF_INIT(1024);
	int r;

	if (read_head(path, head) < 2 || head[0] != '#' || head[1] != '!')
		return cannot(ERR_REFUSED, path,
		    "the loader that it was built for does not exist", e);
	head[strcspn(head, "\n")] = '\0';
	if (strchr(head, '\r') != NULL)
		return cannot(ERR_REFUSED, path,
		    "it has Windows line endings, so its interpreter cannot be "
		    "found",
		    e);
	name += strspn(name, " \t");
	name[strcspn(name, " \t")] = '\0';
	buf_adds(&b, "its interpreter ");
	text_safe(&b, name, strlen(name), SHOWN_COLUMNS);
	buf_adds(&b, " does not exist");
	r = cannot(ERR_REFUSED, path, buf_str(&b), e);
	buf_release(&b);
	return r;
}

int exec_program(const char *path, const char *const *args, struct err *e)
{
	struct stat st;
	int failed;

	(void)signal(SIGPIPE, pipe_was);
	/* execv() does not modify them. */
	(void)execv(path, (char *const *)(uintptr_t)args);
	failed = errno;
	if (failed == ENOEXEC && is_text(path)) {
		failed = run_by_sh(path, args);
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if (failed == ENOEXEC)
		return cannot(ERR_REFUSED, path,
		    "it is not a program for this machine", e);
	if (is_gone(failed) && stat(path, &st) == 0)
		return lacks_interpreter(path, e);
	return is_gone(failed) ? there_is_none(path, e)
			       : cannot(ERR_REFUSED, path, strerror(failed), e);
}

int exec_program_say(const struct err *e)
{
	say_failure("exec: %s", e->msg);
	return e->code == ERR_NOT_FOUND ? EXIT_NO_COMMAND : EXIT_CANNOT_RUN;
}
