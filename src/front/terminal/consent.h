#ifndef MAIRU_FRONT_TERMINAL_CONSENT_H
#define MAIRU_FRONT_TERMINAL_CONSENT_H

/*
 * A question to the person at the terminal, who has seen what it is about.
 */

/* 1 when there is a terminal to ask on. */
int consent_possible(void);

/* 1 when the person says yes. */
int consent_to(const char *question);

/* The same, and else it is said that nothing was written. */
int consent(const char *question);

#endif
