#ifndef MAIRU_BROKER_LOGIN_STEPS_H
#define MAIRU_BROKER_LOGIN_STEPS_H

/*
 * Logins, one module in six files, by the steps of one: a client is registered
 * (client.c), where the server wants one; there is something to be shown
 * (code.c, device.c); a person does what is needed; whose code it is that came
 * is looked at (issuer.c); tokens come; it ends (login.c).  What goes wrong is
 * said by progress.c.
 *
 *  - There is one call at a time, or none.
 *  - A step is told of failures by an error that it returns; what fails later,
 *    in a callback, goes to login_end().
 *  - After login_end() nothing of it goes on.
 */

#include <stdint.h>
#include <sys/queue.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "broker/kinds/provider.h"
#include "broker/login/callback.h"
#include "broker/login/login.h"
#include "broker/servers/catalog.h"
#include "broker/servers/metadata.h"
#include "broker/servers/upstream.h"
#include "net/http/http.h"
#include "net/http/server_address.h"
#include "net/runtime/loop.h"

enum {
	PEER_SHOWN = sizeof(((struct server_address *)0)->shown),
};

LIST_HEAD(login_list, login);

struct logins {
	struct upstream up;
	struct login_list running;
	struct login_list ended; /* their pages are on their way */
	/* Servers that have been logged in to; the oldest goes. */
	unsigned char met[SESSION_MAX][HASH_SHA256];
	size_t n_met;
};

struct login {
	struct logins *all;
	char *id, *url, *path; /* of the server and its file */
	unsigned char identity[HASH_SHA256];
	enum servers_grant grant;

	struct provider_client client; /* zero where none is registered */
	int anew;		       /* it is not the first one */
	struct http_call *call;
	struct throttle_call *paced; /* in place of that, before it is shown */

	/* SERVERS_CODE */
	struct callback *callback;
	struct secret *verifier;
	/* What the server says of itself, asked for meanwhile; what came back
	 * before that did waits for it: issuer.c. */
	struct metadata *metadata;
	struct loop_timer unknown; /* it is waited for no longer */
	struct provider_metadata is;
	struct secret *code;
	char *iss; /* who says that it gave it, or NULL */
	/* Hosts, with their ports, where they are to be told: "" otherwise. */
	char page_at[PEER_SHOWN], code_to[PEER_SHOWN];

	/* SERVERS_DEVICE */
	struct provider_device device;
	int64_t interval_ms;
	int64_t trouble_ms; /* the last wait since there is trouble, or 0 */
	struct err trouble;
	struct loop_timer poll;

	/* To be shown, and until when, of a clock that goes on while the
	 * machine sleeps: its server does not sleep. */
	int shown;
	struct buf text;
	int64_t seconds; /* in all */
	int64_t ends;	 /* of loop_lived() */
	struct loop_timer due;

	int strangers; /* came, and it was told */
	int ended, failed;
	struct err why;
	struct loop_timer tell;
	struct waits to_see, to_end;
	LIST_ENTRY(login) entry;
};

/* --- login.c: what the steps stand on */

/* What a step has to know of the server; borrowed until the loop's next
 * round. */
struct login_step {
	struct catalog_entry found;
	const struct provider *provider;
	struct provider_at at;
};

/* As the server's file says now: ERR_LOGIN when it was changed meanwhile, for
 * tokens of a server that was edited would belong to nobody. */
int login_step(const struct login *login, struct login_step *step,
    struct err *e) MUST_CHECK;

/* 1 when somebody has logged in to that server since the broker started. */
int login_has_met(
    const struct logins *l, const unsigned char identity[HASH_SHA256]);

/* Makes the call of the login; take_ask is taken over. */
int login_call(struct login *login, struct http_ask *take_ask, http_done *done,
    struct err *e) MUST_CHECK;

/* The same of one that begins a login, and may come twice: as the provider's
 * begin_pace says. */
int login_call_paced(struct login *login, const struct login_step *step,
    struct http_ask *take_ask, http_done *done, struct err *e) MUST_CHECK;

/* What such a call brings: 1 when the login goes on with it, of the server as
 * it is now. */
int login_begun(struct login *login, const struct http_answer *a,
    const struct err *failed, struct login_step *step);

/* From now on it can be looked at, for so many seconds. */
void login_show(struct login *login, int64_t seconds);

/* Milliseconds that are left of them. */
int64_t login_left(const struct login *login);

/* 1 when it has ended by now: its time was over, though nobody has looked
 * since the machine slept. */
int login_end_if_late(struct login *login);

/* Keeps a session with the tokens of the answer to a token request: 0, an
 * error, or what PROVIDER_... says.  A client that the server does not know is
 * forgotten, and an error: what was shown was its own. */
int login_take(struct login *login, const struct provider_flow *flow,
    const struct http_answer *a, struct err *e) MUST_CHECK;

/* Well, when e is NULL.  Its secrets are wiped and its port is free at once;
 * those who wait are told from the loop. */
void login_end(struct login *login, const struct err *e);

/* A browser came that can't be told to be this user's: those who wait for the
 * end are told, the first time. */
void login_stranger(struct login *login);

/* Nobody did what is needed in time, or the server was not reached in the
 * end. */
void login_expire(struct login *login);

/* --- client.c */

/* Goes on with a client, when there is one or none is needed, else after it
 * was registered. */
int login_with_client(struct login *login, const struct login_step *step,
    struct err *e) MUST_CHECK;

/* The server does not know the client any more. */
void login_forget_client(struct login *login, const struct login_step *step);

/* The same before anything was shown: registers another one and begins anew,
 * once.  why is the error otherwise. */
int login_other_client(struct login *login, const struct login_step *step,
    const struct err *why, struct err *e) MUST_CHECK;

/* --- code.c */

/* Listens for the browser. */
int login_code_listen(struct login *login, const struct login_step *step,
    uint16_t port, struct err *e) MUST_CHECK;
int login_code_begin(struct login *login, const struct login_step *step,
    struct err *e) MUST_CHECK;
int login_code_paste(
    struct login *login, const char *text, struct err *e) MUST_CHECK;
void login_code_look(struct login *login, struct login_view *view);

/* With a code that has been found to be this server's. */
void login_code_exchange(struct login *login, const char *code);

/* --- issuer.c */

/* Asks the server what it says of itself. */
void login_issuer_ask(struct login *login, const struct login_step *step);

/* Goes on with a code, when it is known what the server says of itself, or
 * ends the login: it is another server's.  iss NULL: nobody has said whose. */
void login_issuer_check(struct login *login, const char *code, const char *iss);

/* 1 when a code alone, without iss, is not taken. */
int login_issuer_wants(const struct login *login);

void login_issuer_stop(struct login *login);

/* Where the code goes, if that is another host than the one that asks a person
 * for it, and nobody has logged in there yet. */
void login_issuer_hosts(
    struct login *login, const struct login_step *step, const char *page);

/* --- device.c */

int login_device_begin(struct login *login, const struct login_step *step,
    struct err *e) MUST_CHECK;
void login_device_look(struct login *login, struct login_view *view);

/* --- progress.c: messages */

/* What it is, and the command that tries again. */
int login_say(
    struct err *e, enum err_code code, const char *id, const char *what);

/* Adds the command that tries again, for a terminal; a page has it in a place
 * of its own. */
void login_say_again(struct err *e, const char *id);

/* Nobody came in time. */
int login_say_late(const struct login *login, struct err *e);

/* The server's file lacks the grant (LOGIN_ANY: all that can be had). */
int login_say_lacks(
    const struct servers_entry *s, enum login_grant g, struct err *e);

/* 0 when there are descriptors for all that a login opens.  A browser that
 * finds none just waits, and who sits before it does too. */
int login_say_room(const char *id, struct err *e) MUST_CHECK;

/* The port of a callback is taken. */
int login_say_taken(const struct logins *l, const struct servers_entry *s,
    uint16_t port, struct err *e);

#endif
