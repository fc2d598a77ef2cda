#include "front/signin/wait_signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

enum {
	N_ENDING = sizeof(ending) / sizeof(ending[0])
};

static volatile sig_atomic_t caught, paused;
static int wake[2] = {-1, -1};
static struct sigaction before[N_ENDING], before_pause;
static int holds_pause;

static void on_signal(int sig)
{
	int saved = errno;

	caught = sig;
	(void)!write(wake[1], "", 1);
	errno = saved;
}

static void on_pause(int sig)
{
	(void)sig;
	paused = 1;
}

int wait_signals_begin(struct err *e)
{
	struct sigaction sa = {.sa_handler = on_signal};

	caught = paused = 0;
	holds_pause = 0;
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make a pipe");
	(void)sigemptyset(&sa.sa_mask);
	for (int i = 0; i < N_ENDING; i++) {
		(void)sigaction(ending[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(ending[i], &sa, NULL);
	}
	return 0;
}

int wait_signals_fd(void)
{
	return wake[0];
}

int wait_signals_signal(void)
{
	return caught;
}

static void catch_pause(void)
{
	struct sigaction sa = {.sa_handler = on_pause};

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGTSTP, &sa, NULL);
}

void wait_signals_hold_pause(void)
{
	(void)sigaction(SIGTSTP, NULL, &before_pause);
	/* Shells without job control ignore it. */
	if (before_pause.sa_handler == SIG_IGN)
		return;
	holds_pause = 1;
	catch_pause();
}

int wait_signals_is_paused(void)
{
	return paused;
}

void wait_signals_pause(void)
{
	paused = 0;
	if (!holds_pause)
		return;
	(void)signal(SIGTSTP, SIG_DFL);
	(void)raise(SIGTSTP);
	catch_pause();
}

void wait_signals_end(void)
{
	for (int i = 0; i < N_ENDING; i++)
		(void)sigaction(ending[i], &before[i], NULL);
	if (holds_pause)
		(void)sigaction(SIGTSTP, &before_pause, NULL);
	holds_pause = 0;
	(void)close(wake[0]);
	(void)close(wake[1]);
}

void wait_signals_die(int sig)
{
	sigset_t one;

	(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&one);
	(void)sigaddset(&one, sig);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
	(void)raise(sig);
}
