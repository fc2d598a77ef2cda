#ifndef MAIRU_FRONT_TERMINAL_CONSENT_H
#define MAIRU_FRONT_TERMINAL_CONSENT_H

/*
 * Yes/no questions at the terminal.
 */

/* 1 if there is a terminal to ask on. */
int consent_possible(void);

/* 1 if the user says yes. */
int consent_to(const char *question);

/* The same; if not, says that nothing was written. */
int consent(const char *question);

#endif
