#ifndef MAIRU_FRONT_SIGNIN_LOGIN_CALL_H
#define MAIRU_FRONT_SIGNIN_LOGIN_CALL_H

/*
 * What the broker is asked about a login, and what it answers.
 */

#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/client/client.h"
#include "front/servers/target.h"

enum {
	LOGIN_URL_MAX = 16 * 1024, /* its NUL included, as in the next */
	LOGIN_CODE_MAX = 256,
	LOGIN_HOST_MAX = 264 /* with a port */
};

/* As WIRE_F_GRANT has them. */
enum login_grant_type {
	LOGIN_GRANT_ANY = 0,
	LOGIN_GRANT_CODE = 1,
	LOGIN_GRANT_DEVICE = 2
};

struct login_ask {
	const char *server; /* id or URL */
	enum login_grant_type grant;
	int headless; /* there is no browser here */
	uint16_t port;
	int force;
};

/* What a person is shown; texts are as the server has them. */
struct login_begun {
	char id[TARGET_NAME];
	int has_session; /* and nothing else but: */
	int64_t expires; /* 0: it is not known */
	int renews;	 /* then that is the end of its token alone */
	int stranger; /* a browser came that can't be told to be this user's */
	enum login_grant_type grant;
	int64_t seconds;
	char url[LOGIN_URL_MAX];
	/* code: */
	char long_url[LOGIN_URL_MAX];
	uint16_t port;
	/* hosts that differ, at a first login, or both "": that of the page,
	 * and where the code goes */
	char page_at[LOGIN_HOST_MAX], code_to[LOGIN_HOST_MAX];
	/* device: */
	char user_code[LOGIN_CODE_MAX];
	char complete[LOGIN_URL_MAX]; /* or "" */
};

/* Returns when there is something to be shown; says after a second what it
 * waits for.  *b is overwritten; its id stays "" when nothing was begun. */
int login_call_begin(struct client *c, const struct login_ask *ask,
    struct login_begun *b, struct err *e) MUST_CHECK;

/* Asks to be told of the end, without waiting for it. */
int login_call_join(struct client *c, const char *id, struct err *e) MUST_CHECK;
/* Waits for that, and takes what *b says of a session; or b->stranger, and
 * then it goes on: join again. */
int login_call_end(struct client *c, const char *id, struct login_begun *b,
    struct err *e) MUST_CHECK;

/* Both over a connection of their own, since the other one waits. */

/* Brings what a browser elsewhere ended at.  ERR_USAGE: it is none of that. */
int login_call_paste(
    const char *id, struct buf *text, struct err *e) MUST_CHECK;

/* Ends a login for which nobody waits; whoever asks has closed the connection
 * that does. */
void login_call_stop(const char *server);

#endif
