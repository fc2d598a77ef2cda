#ifndef MAIRU_BROKER_LOGIN_REDIRECT_H
#define MAIRU_BROKER_LOGIN_REDIRECT_H

/*
 * An authorization response: the query with which a browser returns to the
 * callback (RFC 6749, section 4.1.2).
 *
 * `state` MUST be compared before anything else in it is looked at.
 *
 * `iss` (RFC 9207), if present, must be the server's URL or have the origin of
 * the authorization endpoint: a server's file names no issuer, and a mixed-up
 * server has another origin.  A server whose metadata names its issuer may have
 * yet another: issuer.c decides, given the `iss` along with the code.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/secret.h"
#include "net/http/query.h"

enum redirect_field {
	REDIRECT_STATE,
	REDIRECT_CODE,
	REDIRECT_ERROR,
	REDIRECT_DESCRIPTION,
	REDIRECT_ISS,
	REDIRECT_FIELDS,
};

struct redirect {
	struct query_field field[REDIRECT_FIELDS];
};

/* As query_parse(); must be released in any case. */
int redirect_parse(
    struct redirect *r, const char *query, struct err *e) MUST_CHECK;
void redirect_release(struct redirect *r);

int redirect_has_state(struct redirect *r, const struct secret *state);

/* The server that was asked; borrowed. */
struct redirect_server {
	const char *id;
	const char *url;    /* as url_normal() writes it */
	const char *origin; /* of the authorization endpoint */
};

/* 1 if iss may be the server's, judging by its file. */
int redirect_is_issuer(const struct redirect_server *server, const char *iss);

/* The value of `iss`, borrowed from r, or NULL. */
const char *redirect_issuer(struct redirect *r);

/* Stores the code, a secret borrowed from r, without checking whose it is.
 * ERR_DENIED with the server's message; ERR_UPSTREAM: no code, or another
 * server's message. */
int redirect_code(struct redirect *r, const struct redirect_server *server,
    const char **code, struct err *e) MUST_CHECK;

#endif
