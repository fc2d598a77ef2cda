#ifndef MAIRU_FRONT_TERMINAL_SCREEN_H
#define MAIRU_FRONT_TERMINAL_SCREEN_H

/*
 * Properties of a terminal: its width, and whether it supports escape sequences
 * and colour.  All 0 for anything else.
 */

#include <stddef.h>

struct screen {
	size_t columns; /* 0: no limit */
	int draws;	/* supports escape sequences, according to TERM */
	int colour;	/* `draws`, and NO_COLOR is not set */
};

void screen_look(struct screen *s, int fd);

#endif
