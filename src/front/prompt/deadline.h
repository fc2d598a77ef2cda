#ifndef MAIRU_FRONT_PROMPT_DEADLINE_H
#define MAIRU_FRONT_PROMPT_DEADLINE_H

/*
 * How long a prompt, or the user at one, may be blocked.
 */

/* Sanitizer builds start a hundred times slower. */
#ifndef MAIRU_PATIENCE
#define MAIRU_PATIENCE 1
#endif

enum {
	DEADLINE_MS = 200 * MAIRU_PATIENCE,
	/* Slightly less for the broker, to leave time for a message. */
	DEADLINE_BROKER_MS = 150 * MAIRU_PATIENCE,
	/* A prompt that begins this soon after its `cd` shares one wait with
	 * it, but gets at least DEADLINE_LEAST_MS. */
	DEADLINE_TOGETHER_MS = 300 * MAIRU_PATIENCE,
	DEADLINE_LEAST_MS = 40 * MAIRU_PATIENCE,
	DEADLINE_BROKER_LEAST_MS = 10 * MAIRU_PATIENCE,
	/* A run that took this long tells the next one when it began. */
	DEADLINE_NOTED_MS = 50 * MAIRU_PATIENCE,
	/* Mere conveniences must not wait noticeably long. */
	DEADLINE_ROLES_MS = 100 * MAIRU_PATIENCE,
};

/* Starts the clock: a timer whose default action ends this process, even in a
 * system call on a hung mount. */
void deadline_begin(int ms);

/* Milliseconds used so far. */
int deadline_spent(void);

#endif
