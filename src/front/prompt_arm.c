#include "front/prompt.h"

#include <signal.h>
#include <sys/time.h>

void prompt_arm(void)
{
	const struct itimerval t = {
	    .it_value = {PROMPT_MS / 1000, PROMPT_MS % 1000 * 1000}};

	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &t, NULL);
}
