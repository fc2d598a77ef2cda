#ifndef MAIRU_BASE_CORE_BEARER_H
#define MAIRU_BASE_CORE_BEARER_H

/*
 * How the broker's endpoint and its tokens look, in the form that SDKs want:
 * what tokens say is the broker's business (broker/grants/token.h).
 */

#define BEARER_TARGET "/v1/credentials"

enum {
	BEARER_MAC = 43,   /* characters of the first part */
	BEARER_MAX = 1536, /* room for all of it, its NUL included */
};

/* 1 when it is "Bearer ", the first part, and perhaps a dot and a second. */
int bearer_is(const char *text);

/* The port of an endpoint's URL; 0: it is none. */
long bearer_port(const char *url);

/* 1 for a token and the URL of an endpoint, as only mairu sets them; whether a
 * broker is there is another matter.  Either may be NULL. */
int bearer_goes(const char *token, const char *url);

#endif
