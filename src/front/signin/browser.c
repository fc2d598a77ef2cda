#include "front/signin/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "front/signin/browser_kind.h"
#include "front/signin/machine.h"

enum {
	MAX_WORDS = 32,
	MAX_COMMAND = 4096,
	/* By then it is known whether the program could be executed. */
	START_MS = 2000,
};

/* As in $BROWSER: a command with %s for the URL. */
#ifdef __APPLE__
static const char *const openers[] = {"open", NULL};
#else
static const char *const openers[] = {"xdg-open", "wslview", NULL};
#endif
/* Windows' openers come first. */
static const char *const wsl_openers[] = {"wslview",
    "powershell.exe -NoProfile -NonInteractive -Command Start-Process '%s'",
    "xdg-open", NULL};

static const char *const *openers_here(void)
{
	return machine_is_wsl() ? wsl_openers : openers;
}

int browser_has_person(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static int is_on_path(const char *command)
{
	char path[PATH_MAX];

	return path_program(command, strcspn(command, " "), path);
}

int browser_has_opener(void)
{
	for (const char *const *o = openers_here(); *o != NULL; o++)
		if (is_on_path(*o))
			return 1;
	return 0;
}

/* In the grandchild: nothing of the terminal is left. */
_Noreturn static void run(char **argv, int note)
{
	int failed;

	plat_keep_one(note, FD_CLOEXEC);
	(void)execvp(argv[0], argv);
	failed = errno;
	(void)!write(PLAT_KEPT, &failed, sizeof(failed));
	_exit(127);
}

/* 0, or the errno of why it could not be executed. */
static int wait_started(int fd)
{
	int64_t end = plat_ms() + START_MS, left;
	int failed = 0;

	while ((left = end - plat_ms()) > 0) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(fd, &failed, sizeof(failed));
		if (n >= 0 || errno != EINTR)
			break;
	}
	return failed;
}

/* 0, or an errno. */
static int start(char **argv)
{
	int pipe_fd[2], failed = 0;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return errno;
	pid = fork();
	if (pid == 0) {
		/* Orphaned, in a session without a terminal. */
		(void)setsid();
		if (fork() == 0)
			run(argv, pipe_fd[1]);
		_exit(0);
	}
	if (pid < 0)
		failed = errno;
	(void)close(pipe_fd[1]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (failed == 0)
		failed = wait_started(pipe_fd[0]);
	(void)close(pipe_fd[0]);
	return failed;
}

/* Appends a word with each %s replaced by the URL; returns whether there was
 * one. */
static int add_word(
    struct buf *b, const char *word, size_t len, const char *url)
{
	int found = 0;

	for (size_t i = 0; i < len; i++) {
		if (word[i] == '%' && i + 1 < len && word[i + 1] == 's') {
			buf_adds(b, url);
			found = 1;
			i++;
		} else {
			buf_addc(b, word[i]);
		}
	}
	buf_add(b, "", 1);
	return found;
}

/* Starts one command of $BROWSER.  -1 if it is empty. */
static int start_command(const char *text, size_t len, const char *url)
{
	struct buf b = BUF_INIT(MAX_COMMAND);
	char *argv[MAX_WORDS + 2] = {NULL};
	size_t at[MAX_WORDS + 1] = {0}, n = 0;
	int has_url = 0, r = -1;

	for (size_t i = 0; i < len && n < MAX_WORDS;) {
		size_t word = 0;

		while (i < len && (text[i] == ' ' || text[i] == '\t'))
			i++;
		while (i + word < len && text[i + word] != ' ' &&
		       text[i + word] != '\t')
			word++;
		if (word == 0)
			break;
		at[n++] = b.len;
		has_url |= add_word(&b, text + i, word, url);
		i += word;
	}
	if (n > 0 && !has_url) {
		at[n++] = b.len;
		buf_add(&b, url, strlen(url) + 1);
	}
	for (size_t i = 0; i < n && !b.failed; i++)
		argv[i] = (char *)b.data + at[i];
	if (n > 0)
		r = b.failed ? E2BIG : start(argv);
	buf_release(&b);
	return r;
}

static int open_listed(const char *list, const char *url, struct err *e)
{
	struct buf shown = BUF_INIT(512);
	int failed = -1, r;

	for (const char *p = list; failed != 0; p++) {
		size_t len = strcspn(p, ":");
		int one = start_command(p, len, url);

		if (one >= 0)
			failed = one;
		p += len;
		if (*p == '\0')
			break;
	}
	if (failed <= 0)
		return failed == 0 ? 0
				   : err_set(e, ERR_NOT_FOUND, "no browser");
	text_safe(&shown, list, strlen(list), 100);
	errno = failed;
	r = err_sys(
	    e, "cannot start the browser in BROWSER (%s)", buf_str(&shown));
	buf_release(&shown);
	return r;
}

/* Any kind of quote would end PowerShell's string, and a blank the argument. */
static int is_quiet(const char *url)
{
	for (; *url != '\0'; url++)
		if (*url <= ' ' || *url > '~' || strchr("'\"`", *url) != NULL)
			return 0;
	return 1;
}

int browser_reads_files(void)
{
	const char *list = getenv("BROWSER");

	/* Over SSH it may be a helper that opens the browser of the other
	 * machine. */
	if (machine_is_ssh() || machine_is_wsl())
		return 0;
	if (list != NULL && *list != '\0')
		return strchr(list, ':') == NULL && browser_kind_is_plain(list);
	return is_on_path(openers[0]) && browser_kind_of_desktop();
}

int browser_open(const char *url, struct err *e)
{
	const char *list = getenv("BROWSER");
	const char *const *o = openers_here();

	/* A server may send something that is not a URL. */
	if (!is_quiet(url))
		return err_set(e, ERR_NOT_FOUND,
		    "that address is not safe to give to a browser");
	if (list != NULL && *list != '\0')
		return open_listed(list, url, e);
	for (; *o != NULL; o++)
		if (is_on_path(*o) && start_command(*o, strlen(*o), url) == 0)
			return 0;
	return err_set(e, ERR_SYS,
	    "nothing here can open a browser (%s was not found)", openers[0]);
}
