#include "net/runtime/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct signals {
	struct loop *loop;
	struct loop_fd watch;
	int pipe[2];
	void (*fn)(void *arg, int signo);
	void *arg;
};

/* The handler has no argument, so its end of the pipe is global. */
static volatile sig_atomic_t write_end = -1;

static void caught(int signo)
{
	unsigned char c = (unsigned char)signo;
	int keep = errno, fd = write_end;
	ssize_t n;

	if (fd >= 0) {
		/* If the pipe is full, the loop wakes up anyway. */
		n = write(fd, &c, 1);
		(void)n;
	}
	errno = keep;
}

static void deliver(void *arg, short revents)
{
	struct signals *s = arg;
	unsigned char c[64], seen[256] = {0};
	ssize_t n, i;

	(void)revents;
	while ((n = read(s->pipe[0], c, sizeof(c))) > 0)
		for (i = 0; i < n; i++)
			seen[c[i]] = 1;
	for (i = 1; i < 256; i++)
		if (seen[i])
			s->fn(s->arg, (int)i);
}

static void set(int signo, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};

	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	(void)sigaction(signo, &sa, NULL);
}

int signals_new(struct signals **out, struct loop *loop, int foreground,
    void (*fn)(void *arg, int signo), void *arg, struct err *e)
{
	struct signals *s = calloc(1, sizeof(*s));
	sigset_t none;

	*out = NULL;
	if (!s)
		return err_set(e, ERR_NOMEM, "out of memory");
	s->loop = loop;
	s->fn = fn;
	s->arg = arg;
	s->watch.fn = deliver;
	s->watch.arg = s;
	if (pipe2(s->pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		int rc = err_sys(e, "making a pipe for signals");

		free(s);
		return rc;
	}
	if (loop_watch(loop, &s->watch, s->pipe[0], POLLIN) < 0) {
		signals_free(s);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	write_end = s->pipe[1];
	set(SIGPIPE, SIG_IGN);
	set(SIGHUP, foreground ? caught : SIG_IGN);
	set(SIGINT, foreground ? caught : SIG_IGN);
	set(SIGTERM, caught);
	set(SIGQUIT, caught);
	set(SIGCHLD, caught);
	/* Our parent may have blocked them. */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	*out = s;
	return 0;
}

void signals_free(struct signals *s)
{
	if (!s)
		return;
	if (write_end == s->pipe[1]) {
		set(SIGHUP, SIG_IGN);
		set(SIGINT, SIG_IGN);
		set(SIGTERM, SIG_IGN);
		set(SIGQUIT, SIG_IGN);
		set(SIGCHLD, SIG_DFL);
		write_end = -1;
	}
	loop_unwatch(s->loop, &s->watch);
	(void)close(s->pipe[0]);
	(void)close(s->pipe[1]);
	free(s);
}
