#ifndef MAIRU_BASE_CORE_BEARER_H
#define MAIRU_BASE_CORE_BEARER_H

/*
 * The form of the broker's endpoint and tokens, as SDKs require it.  What a
 * token contains is the broker's business (broker/grants/token.h).
 */

#define BEARER_TARGET "/v1/credentials"

enum {
	BEARER_MAC = 43,   /* characters of the first part */
	BEARER_MAX = 1536, /* the whole, with its NUL */
};

/* 1 if it is "Bearer ", the first part, and optionally a dot and a second. */
int bearer_is(const char *text);

/* The port of an endpoint's URL; 0 if it is none. */
long bearer_port(const char *url);

/* 1 if these are a token and an endpoint's URL as only mairu sets them, whether
 * or not a broker is running.  Either may be NULL. */
int bearer_goes(const char *token, const char *url);

#endif
