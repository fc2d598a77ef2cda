#include "front/haste.h"

#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

void haste_begin(void)
{
	const struct itimerval t = {
	    .it_value = {HASTE_MS / 1000, HASTE_MS % 1000 * 1000}};

	(void)signal(SIGALRM, SIG_DFL);
	(void)setitimer(ITIMER_REAL, &t, NULL);
}
