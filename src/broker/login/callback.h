#ifndef MAIRU_BROKER_LOGIN_CALLBACK_H
#define MAIRU_BROKER_LOGIN_CALLBACK_H

/*
 * The HTTP side of one login: a listener on loopback, the short URL that
 * sends a browser off, and the callback that it comes back to.
 *
 *  - GET alone is answered, to this user alone, for our own Host alone.  A
 *    prefetch changes nothing, nor does anything that is not a page of its own
 *    in a browser.
 *  - Who can't be told to be this user MUST NOT get into a login; what there is
 *    to be done is said on the page, and to whoever waits.
 *  - What does not bring the right state MUST NOT end or harm the login;
 *    neither may what does not bring the cookie.
 *  - Secrets are compared in time that tells nothing about them.
 *  - A state works once.
 *
 * The cookie's name holds the port: browsers keep cookies by host, whatever
 * the port, and two logins may be under way.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"
#include "net/runtime/loop.h"

struct callback;
struct log;

struct callback_parts {
	struct loop *loop;
	struct slab *slab;
	struct log *log;
	const char *server; /* its id */
	const char *url;    /* its URL */
	const char *path;   /* of the callback */
	uint16_t port;	    /* 0: any */
	int use_localhost;  /* in URLs: then ::1 is listened on too */
	/* The browser is back and rests until callback_end(), or a person
	 * brought what it came back with: a code (a secret) and who says that
	 * it gave it (RFC 9207; NULL: it was not said), both borrowed for the
	 * call, or (code NULL) what ends the login.  Called once at most. */
	void (*fn)(
	    void *arg, const char *code, const char *iss, const struct err *e);
	/* Somebody brought a secret of this login who can't be told to be this
	 * user, and was refused. */
	void (*stranger)(void *arg);
	void *arg;
};

/* Listens; copies what it is given.  ERR_SYS with EADDRINUSE: the port is
 * taken. */
int callback_new(struct callback **c, const struct callback_parts *parts,
    struct err *e) MUST_CHECK;

/* Not from within fn. */
void callback_free(struct callback *c);

uint16_t callback_port(const struct callback *c);

/* Appends what the server sends the browser back to. */
void callback_redirect_uri(const struct callback *c, struct buf *out);

/* The path of that, borrowed. */
const char *callback_path(const struct callback *c);

/* redirect_is_issuer() of the login's server. */
int callback_is_issuer(const struct callback *c, const char *iss);

/* Borrowed; secret. */
const char *callback_state(const struct callback *c);

/* Where the short URL leads to, which is copied.  Until then nothing is
 * answered. */
int callback_open(
    struct callback *c, const char *authorize_url, struct err *e) MUST_CHECK;

/* Appends the short URL. */
void callback_url(const struct callback *c, struct buf *out);

/* The long one that it leads to; borrowed, and "" before callback_open(). */
const char *callback_long_url(const struct callback *c);

/* What a browser elsewhere came back with, as a person brings it: the query of
 * the callback's URL, whose state is compared, or its code alone.  No cookie
 * is asked for: whoever brings it speaks to the broker as this user.  Both
 * call fn, or leave the login alive (ERR_USAGE).  The first one counts, be it
 * from here or from a browser. */
int callback_take_query(
    struct callback *c, const char *query, struct err *e) MUST_CHECK;
int callback_take_code(
    struct callback *c, const char *code, struct err *e) MUST_CHECK;

/* Tells the browser that rests how it went (e NULL: well).  The port is free
 * at once; what is on its way to a browser still gets there until
 * callback_free(). */
void callback_end(struct callback *c, const struct err *e);

#endif
