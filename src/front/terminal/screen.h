#ifndef MAIRU_FRONT_TERMINAL_SCREEN_H
#define MAIRU_FRONT_TERMINAL_SCREEN_H

/*
 * What a descriptor shows to a person: how wide it is, and whether it draws
 * and has colour.  Of anything but a terminal all of it is 0.
 */

#include <stddef.h>

struct screen {
	size_t columns; /* 0: no limit */
	int draws;	/* it obeys escape sequences, as TERM says */
	int colour;	/* it draws, and NO_COLOR does not say otherwise */
};

void screen_look(struct screen *s, int fd);

#endif
