#include "front/prompt/deadline.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static int given;

void deadline_begin(int ms)
{
	const struct itimerval t = {
	    .it_value = {ms / 1000, (suseconds_t)(ms % 1000) * 1000}};
	sigset_t alarm;

	given = ms;
	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &t, NULL);
	/* The shell's parent may have had it blocked. */
	(void)sigemptyset(&alarm);
	(void)sigaddset(&alarm, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &alarm, NULL);
}

int deadline_spent(void)
{
	struct itimerval left = {0};

	(void)getitimer(ITIMER_REAL, &left);
	return given - (int)(left.it_value.tv_sec * 1000 +
			     left.it_value.tv_usec / 1000);
}
