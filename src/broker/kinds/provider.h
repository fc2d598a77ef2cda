#ifndef MAIRU_BROKER_KINDS_PROVIDER_H
#define MAIRU_BROKER_KINDS_PROVIDER_H

/*
 * A kind of server, as a table of functions that write requests and parse
 * answers.  None of them waits, sends or keeps state: sessions, roles and
 * logins do.
 *
 * An answer that means "no" sets the error: ERR_LOGIN (the token is no longer
 * valid), ERR_DENIED (retrying is pointless; includes the server's message,
 * sanitised and truncated), ERR_UPSTREAM (worth retrying).
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/aws/credential.h"
#include "net/http/http.h"
#include "net/http/throttle.h"

/* The server and the current circumstances; all borrowed. */
struct provider_at {
	const struct servers_entry *server;
	const struct settings *settings; /* of broker.json */
	struct slab *slab;		 /* for secrets in answers */
	int64_t now;			 /* wall clock */
};

/* A client registered with the server, whose secret token requests need.  All
 * zero if the server has no registration, or its file names the client. */
struct provider_client {
	char *id;
	struct secret *secret;
	int64_t issued, expires; /* wall clock; 0: never */
};

void provider_client_release(struct provider_client *c);
int provider_client_copy(struct provider_client *to,
    const struct provider_client *from, struct slab *slab,
    struct err *e) MUST_CHECK;

/* What a server issued for a login. */
struct provider_tokens {
	struct secret *access, *refresh; /* refresh may be NULL */
	int64_t expires;		 /* of the access token; 0: unknown */
	struct provider_client client;	 /* that they were issued to */
};

void provider_tokens_release(struct provider_tokens *t);

/* A device authorization response (RFC 8628, section 3.2).  Texts are not
 * sanitised. */
struct provider_device {
	struct secret *code;
	char *user_code;
	char *uri;	/* http or https, accepted by url_fault() */
	char *complete; /* the same with the code in it, or NULL */
	int64_t seconds, interval;
};

void provider_device_release(struct provider_device *d);

/* One login, or one renewal; all borrowed, NULL if not needed. */
struct provider_flow {
	const struct provider_client *client;
	/* authorization code */
	const char *redirect_uri;
	const char *state;
	const char *challenge; /* S256 */
	const char *verifier;  /* for the token request only */
	const char *code;
	/* device authorization */
	const struct secret *device_code;
	/* renewal */
	const struct secret *refresh;
};

/* The part of a server's metadata that we trust (RFC 8414). */
struct provider_metadata {
	char *issuer;	  /* a URL */
	int sends_iss;	  /* with each answer to a login (RFC 9207) */
	char *revocation; /* its endpoint, not yet checked, or NULL */
};

void provider_metadata_release(struct provider_metadata *m);

enum {
	PROVIDER_DOCUMENTS = 2, /* that may hold the metadata */
};

/* Results of a token request besides an error; 0 is success. */
enum {
	PROVIDER_PENDING = 1, /* the person has not decided yet */
	PROVIDER_SLOWER = 2,  /* the same, and wait 5 s more between tries */
	PROVIDER_CLIENT = 3,  /* the client is no longer known: register another
				 and start over; e says so */
};

/* One role of a list; all borrowed for the call. */
struct provider_role {
	const char *role; /* as .mairu.json has it */
	const char *account, *account_name, *description; /* or NULL */
};

/* A page of a list of roles, to be requested: token NULL is the first.  account
 * is set if roles are listed by account. */
struct provider_page {
	const char *account, *account_name; /* or NULL */
	const char *token;		    /* of the page, or NULL */
};

/* Callbacks for the contents of a page.  An error stops the parsing. */
struct provider_list {
	void *arg;
	int (*role)(void *arg, const struct provider_role *r, struct err *e);
	/* another page is to be requested */
	int (*more)(void *arg, const struct provider_page *p, struct err *e);
	/* a role's name cannot be displayed or requested */
	void (*unusable)(void *arg);
};

/* Functions that write a request start with http_ask_init(), and leave the ask
 * empty on error; those that parse an answer fill all of *t or *c, or leave it
 * zero.  NULL: not supported by this kind of server. */
struct provider {
	const char *callback_path; /* "/oauth2callback" */

	/* Role names begin with the account, and credentials for any other
	 * account are rejected. */
	int names_account;

	/* Reports the URLs of the hosts that it uses, for testing whether they
	 * can be reached. */
	int (*hosts)(const struct provider_at *at,
	    void (*found)(void *arg, const char *url), void *arg,
	    struct err *e);

	/* Pacing of calls with an access token; NULL: none. */
	const struct throttle_rule *pace;

	/* The same for client_ask and device_ask, in a queue of their own. */
	const struct throttle_rule *begin_pace;

	/* Registers a client for logins with this grant. */
	int (*client_ask)(const struct provider_at *at, enum servers_grant g,
	    struct http_ask *ask, struct err *e);
	int (*client_take)(const struct provider_at *at,
	    const struct http_answer *a, struct provider_client *c,
	    struct err *e);

	/* Appends the URL for the browser. */
	int (*authorize)(const struct provider_at *at,
	    const struct provider_flow *flow, struct buf *url, struct err *e);

	/* Begins a device authorization. */
	int (*device_ask)(const struct provider_at *at,
	    const struct provider_flow *flow, struct http_ask *ask,
	    struct err *e);
	/* May also return PROVIDER_CLIENT. */
	int (*device_take)(const struct provider_at *at,
	    const struct http_answer *a, struct provider_device *d,
	    struct err *e);

	/* Exchanges the flow's refresh, else device_code, else code for
	 * tokens. */
	int (*token_ask)(const struct provider_at *at,
	    const struct provider_flow *flow, struct http_ask *ask,
	    struct err *e);
	/* 0, an error, or a value of the enum above; flow is that of the
	 * request.  Leaves t->client zero.  A rejected flow->refresh is
	 * ERR_LOGIN. */
	int (*token_take)(const struct provider_at *at,
	    const struct provider_flow *flow, const struct http_answer *a,
	    struct provider_tokens *t, struct err *e);

	/* Appends the URL that a login's code is sent to. */
	int (*code_url)(
	    const struct provider_at *at, struct buf *url, struct err *e);

	/* Requests the server's metadata document of that number, from 0; call
	 * with the next number on a 404, until ERR_NOT_FOUND.  metadata_take
	 * returns ERR_NOT_FOUND if there is no document, or if it is another
	 * issuer's. */
	int (*metadata_ask)(const struct provider_at *at, unsigned number,
	    struct http_ask *ask, struct err *e);
	int (*metadata_take)(const struct provider_at *at,
	    const struct http_answer *a, struct provider_metadata *m,
	    struct err *e);

	/* Tells the server that a session has ended.  ERR_NOT_FOUND: it has no
	 * (known) way to be told.  One of t->access and t->refresh may be NULL.
	 * metadata is the answer to metadata_ask, or NULL. */
	int (*revoke_ask)(const struct provider_at *at,
	    const struct provider_tokens *t, const struct http_answer *metadata,
	    struct http_ask *ask, struct err *e);
	int (*revoke_take)(const struct provider_at *at,
	    const struct http_answer *a, struct err *e);

	/* Credentials of a role. */
	int (*role_ask)(const struct provider_at *at, const char *role,
	    const struct secret *access, struct http_ask *ask, struct err *e);
	int (*role_take)(const struct provider_at *at, const char *role,
	    const struct http_answer *a, struct credential *c, struct err *e);

	/* The roles available to the user. */
	int (*list_ask)(const struct provider_at *at,
	    const struct provider_page *page, const struct secret *access,
	    struct http_ask *ask, struct err *e);
	int (*list_take)(const struct provider_at *at,
	    const struct provider_page *page, const struct http_answer *a,
	    const struct provider_list *list, struct err *e);
};

/* The provider for a server, or NULL with e set if its kind is not supported
 * yet. */
const struct provider *provider_of(
    const struct servers_entry *s, struct err *e);

/* The credential server API (cli.md names it so). */
extern const struct provider provider_api;

/* IAM Identity Center. */
extern const struct provider provider_sso;

#endif
