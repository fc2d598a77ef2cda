#ifndef MAIRU_BROKER_LOGIN_CALLBACK_H
#define MAIRU_BROKER_LOGIN_CALLBACK_H

/*
 * The HTTP side of one login: a listener on loopback, the short URL that
 * redirects the browser to the server, and the callback it returns to.
 *
 *  - Only GET is answered, only to this user, and only for our own Host.  A
 *    prefetch has no effect, nor does anything but a top-level page.
 *  - A peer that can't be verified to be this user MUST NOT get into a login;
 *    the page, and whoever waits, are told what to do.
 *  - A request without the right state MUST NOT end or harm the login; nor may
 *    one without the cookie.
 *  - Secrets are compared in constant time.
 *  - A state works once.
 *
 * The cookie's name includes the port: browsers keep cookies by host,
 * regardless of port, and two logins may be in progress.
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
	/* The browser is back and waits for callback_end(), or a person pasted
	 * what it came back with: a code (a secret) and its issuer (RFC 9207;
	 * NULL: not given), both borrowed for the call, or (code NULL) the
	 * error that ends the login.  Called at most once. */
	void (*fn)(
	    void *arg, const char *code, const char *iss, const struct err *e);
	/* A peer with a secret of this login could not be verified to be this
	 * user, and was refused. */
	void (*stranger)(void *arg);
	void *arg;
};

/* Starts listening; copies its arguments.  ERR_SYS with EADDRINUSE: the port is
 * taken. */
int callback_new(struct callback **c, const struct callback_parts *parts,
    struct err *e) MUST_CHECK;

/* Not from within fn. */
void callback_free(struct callback *c);

uint16_t callback_port(const struct callback *c);

/* Appends the URL that the server sends the browser back to. */
void callback_redirect_uri(const struct callback *c, struct buf *out);

/* The path of that, borrowed. */
const char *callback_path(const struct callback *c);

/* redirect_is_issuer() for the login's server. */
int callback_is_issuer(const struct callback *c, const char *iss);

/* Borrowed; secret. */
const char *callback_state(const struct callback *c);

/* Sets (copies) the target of the short URL.  Until then no request is
 * answered. */
int callback_open(
    struct callback *c, const char *authorize_url, struct err *e) MUST_CHECK;

/* Appends the short URL. */
void callback_url(const struct callback *c, struct buf *out);

/* The target of the short URL; borrowed, "" before callback_open(). */
const char *callback_long_url(const struct callback *c);

/* What a browser on another machine came back with, pasted by a person: the
 * query of the callback's URL, whose state is compared, or only its code.  No
 * cookie is required, since the caller is connected to the broker as this user.
 * Both call fn, or leave the login alive (ERR_USAGE).  The first response wins,
 * whether from here or from a browser. */
int callback_take_query(
    struct callback *c, const char *query, struct err *e) MUST_CHECK;
int callback_take_code(
    struct callback *c, const char *code, struct err *e) MUST_CHECK;

/* Tells the waiting browser the result (e NULL: success).  Frees the port at
 * once; responses in flight are still delivered until callback_free(). */
void callback_end(struct callback *c, const struct err *e);

#endif
