#ifndef MAIRU_BROKER_LOGIN_LOGIN_H
#define MAIRU_BROKER_LOGIN_LOGIN_H

/*
 * Logins in progress, one per server, and those who wait for them.  The flows
 * are in other files: the authorization code flow with PKCE (code.c, RFC 6749,
 * 7636, 8252) and device authorization (device.c, RFC 8628).  A client may have
 * to be registered first (client.c).
 *
 *  - A flow outlives its waiters, and ends after ten minutes, or when the
 *    server says so (for a device, within the hour).
 *  - What was shown stays valid: a flow is never restarted behind a person's
 *    back.
 *  - A different grant, requested by name, replaces the flow in progress; those
 *    waiting for its end are told (ERR_NOT_FOUND) to begin again, and join the
 *    new one.
 */

#include <stdint.h>

#include "base/config/servers.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "broker/servers/catalog.h"
#include "broker/servers/upstream.h"
#include "broker/sessions/session.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"
#include "net/runtime/waits.h"

struct logins;
struct login;

enum login_grant {
	LOGIN_ANY = 0, /* depends on the server's file and `headless` */
	LOGIN_CODE = 1,
	LOGIN_DEVICE = 2,
};

struct login_want {
	const char *server;
	enum login_grant grant;
	/* No browser here: LOGIN_ANY prefers the device grant if the server has
	 * it. */
	int headless;
	uint16_t port; /* of the callback; 0: what the server's file says */
};

/* What a person needs to go on; borrowed until the loop's next round. */
struct login_view {
	const char *server; /* its id */
	enum servers_grant grant;
	int64_t seconds; /* until it is given up */
	/* code: the short URL, its target, for a browser on another machine,
	 * and the callback's port */
	const char *url, *long_url;
	uint16_t port;
	/* NULL, or two different hosts: the page's, and the one that the code
	 * goes to, if nobody has logged in to this server before. */
	const char *page_at, *code_to;
	/* device: url is where to type the code; complete may be NULL */
	const char *user_code, *complete;
};

struct login_wait {
	struct wait wait; /* the logins' */
	/* e NULL: success. */
	void (*fn)(void *arg, const struct err *e);
	/* If not NULL, for login_join(), called instead of fn when a browser
	 * came that can't be verified to be this user's; the login continues.
	 * Join again. */
	void (*stranger)(void *arg);
	void *arg;
};

int logins_new(
    struct logins **l, const struct upstream *up, struct err *e) MUST_CHECK;
void logins_free(struct logins *l);

/* The server's flow, begun if there is none.  A running one keeps its port and,
 * unless another is requested by name, its grant; it ends (ERR_LOGIN) if the
 * server's file has changed.  Fills *login, borrowed until the loop's next
 * round.  ERR_NOT_FOUND: no such server.  ERR_USAGE: no such grant.  ERR_SYS
 * names a port that is taken. */
int login_begin(struct logins *l, const struct login_want *want,
    struct login **login, struct err *e) MUST_CHECK;

/* The one in progress, or NULL. */
struct login *login_find(struct logins *l, const char *server);

/* That, or one that has just ended: a client that saw it begin may be late to
 * wait for its end. */
struct login *login_find_late(struct logins *l, const char *server);

/* Calls w->fn once, from the loop, when there is something to show, or the
 * login has failed before that. */
void login_join_shown(struct login *login, struct login_wait *w);

/* 1 and *view once there is something to show. */
int login_look(struct login *login, struct login_view *view);

/* Calls w->fn once, from the loop, when it has ended.  The flow continues if w
 * leaves. */
void login_join(struct login *login, struct login_wait *w);

/* Takes what a person copied from a browser on another machine: the whole URL
 * it ended at, or only the code in it; a secret.  0: accepted, the login
 * continues; ERR_USAGE: neither, or of another login, and this one keeps
 * waiting; ERR_LOGIN: none in progress.  A refusal in the URL ends the
 * login. */
int login_paste(struct logins *l, const char *server, const char *text,
    struct err *e) MUST_CHECK;

/* Ends the flow if it has no waiters. */
void login_give_up(struct logins *l, const char *server);

#endif
