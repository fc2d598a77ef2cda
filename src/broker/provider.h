#ifndef MAIRU_BROKER_PROVIDER_H
#define MAIRU_BROKER_PROVIDER_H

/*
 * A kind of server, as a table of functions that write requests and read
 * answers.  None of them waits, sends or remembers anything: sessions, roles
 * and logins do.
 *
 * An answer that means "no" fills the error: ERR_LOGIN (the token is worth
 * nothing any more), ERR_DENIED (asking again is pointless; the server's words
 * are in it, sanitised and cut), ERR_UPSTREAM (worth another try).
 */

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/servers.h"
#include "broker/credential.h"
#include "broker/http.h"

/* What a server gave for a login. */
struct provider_tokens {
	struct secret *access, *refresh; /* refresh may be NULL */
	int64_t expires;		 /* wall clock; 0: it did not say */
};

void provider_tokens_release(struct provider_tokens *t);

/* One authorization code flow; all borrowed. */
struct provider_flow {
	const char *redirect_uri;
	const char *state;
	const char *challenge; /* S256 */
	const char *verifier;  /* for the token request alone */
	const char *code;
};

/* A function that writes a request begins with http_ask_init(), and leaves
 * nothing in it on an error; one that reads an answer fills all of *t or *c,
 * or leaves it zero. */
struct provider {
	const char *callback_path; /* "/oauth2callback" */

	/* Appends the URL for the browser. */
	int (*authorize)(const struct servers_entry *s,
	    const struct provider_flow *flow, struct buf *url, struct err *e);

	/* Exchanges the code. */
	int (*token_ask)(const struct servers_entry *s,
	    const struct provider_flow *flow, struct http_ask *ask,
	    struct err *e);
	int (*token_take)(const struct servers_entry *s,
	    const struct http_answer *a, int64_t now, struct slab *slab,
	    struct provider_tokens *t, struct err *e);

	/* Credentials of a role. */
	int (*role_ask)(const struct servers_entry *s, const char *role,
	    const struct secret *access, struct http_ask *ask, struct err *e);
	int (*role_take)(const struct servers_entry *s, const char *role,
	    const struct http_answer *a, int64_t now, struct slab *slab,
	    struct credential *c, struct err *e);
};

/* The one for a server, or NULL: there is none yet for its kind (then e says
 * so). */
const struct provider *provider_of(
    const struct servers_entry *s, struct err *e);

/* The credential server API (cli.md names it so). */
extern const struct provider provider_api;

#endif
