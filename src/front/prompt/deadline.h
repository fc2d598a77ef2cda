#ifndef MAIRU_FRONT_PROMPT_DEADLINE_H
#define MAIRU_FRONT_PROMPT_DEADLINE_H

/*
 * How long a prompt, or who is at one, may be held.
 */

/* Programs built with sanitizers start a hundred times slower. */
#ifndef MAIRU_PATIENCE
#define MAIRU_PATIENCE 1
#endif

enum {
	DEADLINE_MS = 200 * MAIRU_PATIENCE,
	/* The broker is waited for a little less, to have time to say so. */
	DEADLINE_BROKER_MS = 150 * MAIRU_PATIENCE,
	/* A `cd` and the prompt behind it are one wait: what begins so soon
	 * after the other.  It still gets so much. */
	DEADLINE_TOGETHER_MS = 300 * MAIRU_PATIENCE,
	DEADLINE_LEAST_MS = 40 * MAIRU_PATIENCE,
	DEADLINE_BROKER_LEAST_MS = 10 * MAIRU_PATIENCE,
	/* Who has taken so long tells the next one when it began. */
	DEADLINE_NOTED_MS = 50 * MAIRU_PATIENCE,
	/* What is only a help is not waited for longer than one notices. */
	DEADLINE_ROLES_MS = 100 * MAIRU_PATIENCE,
};

/* From now on so many milliseconds: a timer whose default action ends this
 * process, be it in a system call on a mount that hangs. */
void deadline_begin(int ms);

/* How many of them are over. */
int deadline_spent(void);

#endif
