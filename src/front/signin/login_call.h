#ifndef MAIRU_FRONT_SIGNIN_LOGIN_CALL_H
#define MAIRU_FRONT_SIGNIN_LOGIN_CALL_H

/*
 * The broker calls for a login.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/client/client.h"
#include "front/servers/target.h"

enum {
	LOGIN_URL_MAX = 16 * 1024, /* with NUL, like the next */
	LOGIN_CODE_MAX = 256,
	LOGIN_HOST_MAX = 264 /* with a port */
};

/* Values of WIRE_F_GRANT. */
enum login_grant_type {
	LOGIN_GRANT_ANY = 0,
	LOGIN_GRANT_CODE = 1,
	LOGIN_GRANT_DEVICE = 2
};

struct login_ask {
	const char *server; /* id or URL */
	enum login_grant_type grant;
	int headless; /* no browser here */
	uint16_t port;
	int force;
};

/* What to show the user; strings are as the server sent them. */
struct login_begun {
	char id[TARGET_NAME];
	int has_session; /* then only these are set: */
	int64_t expires; /* 0: unknown */
	int renews;	 /* then only the token expires */
	int stranger;	 /* a browser came that may not be this user's */
	enum login_grant_type grant;
	int64_t seconds;
	char url[LOGIN_URL_MAX];
	/* code: */
	char long_url[LOGIN_URL_MAX];
	uint16_t port;
	/* hosts that differ, at a first login, or both "": of the page, and the
	 * one that gets the code */
	char page_at[LOGIN_HOST_MAX], code_to[LOGIN_HOST_MAX];
	/* device: */
	char user_code[LOGIN_CODE_MAX];
	char complete[LOGIN_URL_MAX]; /* or "" */
};

/* Returns once there is something to show; after a second, says what it waits
 * for.  Overwrites *b; its id stays "" if nothing was begun. */
int login_call_begin(struct client *c, const struct login_ask *ask,
    struct login_begun *b, struct err *e) MUST_CHECK;

/* Asks to be notified of the end, without waiting. */
int login_call_join(struct client *c, const char *id, struct err *e) MUST_CHECK;
/* Waits for the end, and fills in the session in *b; or sets b->stranger, and
 * the login continues: join again. */
int login_call_end(struct client *c, const char *id, struct login_begun *b,
    struct err *e) MUST_CHECK;

/* Both use a connection of their own, since the other one is waiting. */

/* Passes on the address that a browser elsewhere ended at.  ERR_USAGE: it is
 * not such an address. */
int login_call_paste(
    const char *id, struct buf *text, struct err *e) MUST_CHECK;

/* Ends a login that nobody waits for; the caller has closed its waiting
 * connection. */
void login_call_stop(const char *server);

#endif
