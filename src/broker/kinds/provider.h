#ifndef MAIRU_BROKER_KINDS_PROVIDER_H
#define MAIRU_BROKER_KINDS_PROVIDER_H

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

#include "base/config/servers.h"
#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "net/aws/credential.h"
#include "net/http/http.h"
#include "net/http/throttle.h"

/* Whom it is about and what holds now; all borrowed. */
struct provider_at {
	const struct servers_entry *server;
	const struct settings *settings; /* of broker.json */
	struct slab *slab;		 /* for what an answer brings */
	int64_t now;			 /* wall clock */
};

/* A client that was registered with the server, whose secret a token request
 * needs.  Where clients are none of the server's business, or stand in its
 * file, it is all zero. */
struct provider_client {
	char *id;
	struct secret *secret;
	int64_t issued, expires; /* wall clock; 0: never */
};

void provider_client_release(struct provider_client *c);
int provider_client_copy(struct provider_client *to,
    const struct provider_client *from, struct slab *slab,
    struct err *e) MUST_CHECK;

/* What a server gave for a login. */
struct provider_tokens {
	struct secret *access, *refresh; /* refresh may be NULL */
	int64_t expires;		 /* of the access token; 0: not said */
	struct provider_client client;	 /* whose they are */
};

void provider_tokens_release(struct provider_tokens *t);

/* What a device authorization brought (RFC 8628, section 3.2).  Texts are not
 * sanitised. */
struct provider_device {
	struct secret *code;
	char *user_code;
	char *uri;	/* http or https, as it passed url_fault() */
	char *complete; /* the same with the code in it, or NULL */
	int64_t seconds, interval;
};

void provider_device_release(struct provider_device *d);

/* One login, or one renewal; all borrowed, and NULL what it does not need. */
struct provider_flow {
	const struct provider_client *client;
	/* authorization code */
	const char *redirect_uri;
	const char *state;
	const char *challenge; /* S256 */
	const char *verifier;  /* for the token request alone */
	const char *code;
	/* device authorization */
	const struct secret *device_code;
	/* renewal: what is to be renewed */
	const struct secret *refresh;
};

/* What a server says of itself, as far as it is believed (RFC 8414). */
struct provider_metadata {
	char *issuer;	  /* a URL */
	int sends_iss;	  /* with each answer to a login (RFC 9207) */
	char *revocation; /* its endpoint, which is not checked yet, or NULL */
};

void provider_metadata_release(struct provider_metadata *m);

enum {
	PROVIDER_DOCUMENTS = 2, /* in which it may say so */
};

/* What the answer to a token request says besides an error; 0 is a yes. */
enum {
	PROVIDER_PENDING = 1, /* the person has not decided yet */
	PROVIDER_SLOWER = 2,  /* the same, and wait 5 s more between tries */
	PROVIDER_CLIENT = 3,  /* the client is not known any more: register
				 another one, and begin anew; e says so */
};

/* One role of a list; all borrowed for the call. */
struct provider_role {
	const char *role; /* as .mairu.json has it */
	const char *account, *account_name, *description; /* or NULL */
};

/* A page of a list of roles that is to be asked for: page NULL is the first
 * one.  account is set where roles are listed by account. */
struct provider_page {
	const char *account, *account_name; /* or NULL */
	const char *token;		    /* of the page, or NULL */
};

/* Told what a page holds.  An error ends the reading of it. */
struct provider_list {
	void *arg;
	int (*role)(void *arg, const struct provider_role *r, struct err *e);
	/* there is another list to be asked for */
	int (*more)(void *arg, const struct provider_page *p, struct err *e);
	/* there is a role of a name that nobody can be shown, or can ask
	 * for */
	void (*unusable)(void *arg);
};

/* A function that writes a request begins with http_ask_init(), and leaves
 * nothing in it on an error; one that reads an answer fills all of *t or *c,
 * or leaves it zero.  NULL: this kind of server has no such thing. */
struct provider {
	const char *callback_path; /* "/oauth2callback" */

	/* A role's name begins with its account, and no role of another
	 * account is given for it. */
	int names_account;

	/* Tells the URLs of the hosts that it is asked at, for somebody who
	 * wants to know whether they can be reached. */
	int (*hosts)(const struct provider_at *at,
	    void (*found)(void *arg, const char *url), void *arg,
	    struct err *e);

	/* How calls with an access token are spread; NULL: as they come. */
	const struct throttle_rule *pace;

	/* The same of client_ask and device_ask, in a line of their own. */
	const struct throttle_rule *begin_pace;

	/* Registers a client for logins of this grant. */
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
	/* Or PROVIDER_CLIENT. */
	int (*device_take)(const struct provider_at *at,
	    const struct http_answer *a, struct provider_device *d,
	    struct err *e);

	/* Exchanges what flow has for tokens: refresh, else device_code, else
	 * code. */
	int (*token_ask)(const struct provider_at *at,
	    const struct provider_flow *flow, struct http_ask *ask,
	    struct err *e);
	/* 0, an error or one of the enum above; flow is the one asked with.
	 * t->client is left zero.  A refusal of flow->refresh is ERR_LOGIN. */
	int (*token_take)(const struct provider_at *at,
	    const struct provider_flow *flow, const struct http_answer *a,
	    struct provider_tokens *t, struct err *e);

	/* Appends where the code of a login goes. */
	int (*code_url)(
	    const struct provider_at *at, struct buf *url, struct err *e);

	/* Asks for the document of that number, from 0, in which the server
	 * may say what it is, as long as there is none (404): ERR_NOT_FOUND
	 * ends it, and is what metadata_take says of none, and of one that is
	 * of another issuer. */
	int (*metadata_ask)(const struct provider_at *at, unsigned number,
	    struct http_ask *ask, struct err *e);
	int (*metadata_take)(const struct provider_at *at,
	    const struct http_answer *a, struct provider_metadata *m,
	    struct err *e);

	/* Where the server can be told that a session has ended: a request
	 * that tells it.  ERR_NOT_FOUND: it has no way (that is known of).
	 * One of t->access and t->refresh may be NULL.  metadata is the answer
	 * to metadata_ask, or NULL. */
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

	/* The roles that one may have. */
	int (*list_ask)(const struct provider_at *at,
	    const struct provider_page *page, const struct secret *access,
	    struct http_ask *ask, struct err *e);
	int (*list_take)(const struct provider_at *at,
	    const struct provider_page *page, const struct http_answer *a,
	    const struct provider_list *list, struct err *e);
};

/* The one for a server, or NULL: there is none yet for its kind (then e says
 * so). */
const struct provider *provider_of(
    const struct servers_entry *s, struct err *e);

/* The credential server API (cli.md names it so). */
extern const struct provider provider_api;

/* IAM Identity Center. */
extern const struct provider provider_sso;

#endif
