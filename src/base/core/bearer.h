#ifndef MAIRU_BASE_CORE_BEARER_H
#define MAIRU_BASE_CORE_BEARER_H

/*
 * How tokens of the broker's endpoint look, in the form that SDKs want: what
 * they say is the broker's business (broker/grants/token.h).
 */

enum {
	BEARER_MAC = 43,   /* characters of the first part */
	BEARER_MAX = 1536, /* room for all of it, its NUL included */
};

/* 1 when it is "Bearer ", the first part, and perhaps a dot and a second. */
int bearer_is(const char *text);

#endif
