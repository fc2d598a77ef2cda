#ifndef MAIRU_BROKER_LOGIN_LOGIN_H
#define MAIRU_BROKER_LOGIN_LOGIN_H

/*
 * Logins under way, one for each server, and who waits for them.  How one goes
 * is another file's: the authorization code flow with PKCE (code.c, RFC
 * 6749, 7636, 8252), or a device authorization (device.c, RFC 8628),
 * before which a client may have to be registered (client.c).
 *
 *  - A flow outlives those who wait for it, and ends after ten minutes, or
 *    when the server says so (of a device, within the hour).
 *  - What was shown holds: nothing of it is begun anew behind a person's back.
 *  - Another grant, asked for by name, takes the place of the one under way;
 *    whoever waits for the end of it is told (ERR_NOT_FOUND) to begin again,
 *    and joins it.
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
	LOGIN_ANY = 0, /* what the server's file and `headless` make of it */
	LOGIN_CODE = 1,
	LOGIN_DEVICE = 2,
};

struct login_want {
	const char *server;
	enum login_grant grant;
	/* There is no browser here: with LOGIN_ANY the device grant if the
	 * server has it. */
	int headless;
	uint16_t port; /* of the callback; 0: what the server's file says */
};

/* What a person needs to go on; borrowed until the loop's next round. */
struct login_view {
	const char *server; /* its id */
	enum servers_grant grant;
	int64_t seconds; /* until it is given up */
	/* code: the short URL, the long one that it leads to, for a browser
	 * elsewhere, and the callback's port */
	const char *url, *long_url;
	uint16_t port;
	/* NULL, or hosts that differ: that of the page, and the one that the
	 * code goes to, of a server that nobody has logged in to before. */
	const char *page_at, *code_to;
	/* device: url is where to type the code; complete may be NULL */
	const char *user_code, *complete;
};

struct login_wait {
	struct wait wait; /* the logins' */
	/* e NULL: well. */
	void (*fn)(void *arg, const struct err *e);
	/* Of the end, instead of fn, when not NULL: it goes on, and a browser
	 * came that can't be told to be this user's.  Join again. */
	void (*stranger)(void *arg);
	void *arg;
};

int logins_new(
    struct logins **l, const struct upstream *up, struct err *e) MUST_CHECK;
void logins_free(struct logins *l);

/* The flow of this server, begun if there is none.  One that runs keeps its
 * port and, unless another is asked for by name, its grant; it ends
 * (ERR_LOGIN) if the server's file was changed meanwhile.  Fills *login,
 * borrowed until the loop's next round.  ERR_NOT_FOUND: no such server.
 * ERR_USAGE: it has no such grant.  ERR_SYS names a port that is taken. */
int login_begin(struct logins *l, const struct login_want *want,
    struct login **login, struct err *e) MUST_CHECK;

/* The one under way, or NULL. */
struct login *login_find(struct logins *l, const char *server);

/* That, or one that has ended a moment ago: who has seen it begin, and comes to
 * wait for the end of it, may be late. */
struct login *login_find_late(struct logins *l, const char *server);

/* Calls w->fn once, from the loop, when there is something to be shown, or
 * when the login has failed before. */
void login_join_shown(struct login *login, struct login_wait *w);

/* 1 and *view once there is something to be shown. */
int login_look(struct login *login, struct login_view *view);

/* Calls w->fn once, from the loop, when it has ended.  The flow goes on when w
 * leaves. */
void login_join(struct login *login, struct login_wait *w);

/* What a person brought from a browser elsewhere: the whole URL that it ended
 * at, or no more than the code in it.  A secret.  0: the login goes on with it;
 * ERR_USAGE: it is neither, or of another login, and this one waits on;
 * ERR_LOGIN: there is none under way.  What the URL says of a refusal ends the
 * login. */
int login_paste(struct logins *l, const char *server, const char *text,
    struct err *e) MUST_CHECK;

/* Ends the flow if nobody waits for it. */
void login_give_up(struct logins *l, const char *server);

#endif
