#ifndef MAIRU_BROKER_LOGIN_STEPS_H
#define MAIRU_BROKER_LOGIN_STEPS_H

/*
 * Logins, one module in six files, by the steps of a login: a client is
 * registered (client.c), if the server wants one; there is something to show
 * (code.c, device.c); a person acts on it; the issuer of the code that came
 * back is checked (issuer.c); tokens arrive; it ends (login.c).  progress.c has
 * the error messages.
 *
 *  - At most one call is in progress at a time.
 *  - A step returns an error if it fails at once; failures later, in a
 *    callback, go to login_end().
 *  - After login_end() no part of it continues.
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
	struct login_list ended; /* their pages are being delivered */
	/* Servers that have been logged in to; the oldest is evicted. */
	unsigned char met[SESSION_MAX][HASH_SHA256];
	size_t n_met;
};

struct login {
	struct logins *all;
	char *id, *url, *path; /* of the server and its file */
	unsigned char identity[HASH_SHA256];
	enum servers_grant grant;

	struct provider_client client; /* zero where none is registered */
	int anew;		       /* it replaces an earlier one */
	struct http_call *call;
	struct throttle_call *paced; /* used instead of call until shown */

	/* SERVERS_CODE */
	struct callback *callback;
	struct secret *verifier;
	/* The server's metadata, fetched in parallel; a code that comes back
	 * earlier waits for it: issuer.c. */
	struct metadata *metadata;
	struct loop_timer unknown; /* limits that wait */
	struct provider_metadata is;
	struct secret *code;
	char *iss; /* the issuer that came with it, or NULL */
	/* Hosts, with ports, if they are to be shown; otherwise "". */
	char page_at[PEER_SHOWN], code_to[PEER_SHOWN];

	/* SERVERS_DEVICE */
	struct provider_device device;
	int64_t interval_ms;
	int64_t trouble_ms; /* the latest retry delay, or 0 if no trouble */
	struct err trouble;
	struct loop_timer poll;

	/* What to show, and until when, by a clock that includes suspend: the
	 * server does not sleep. */
	int shown;
	struct buf text;
	int64_t seconds; /* in total */
	int64_t ends;	 /* by loop_lived() */
	struct loop_timer due;

	int strangers; /* number seen; waiters are told of the first */
	int ended, failed;
	struct err why;
	struct loop_timer tell;
	struct waits to_see, to_end;
	LIST_ENTRY(login) entry;
};

/* --- login.c: the basis of the steps */

/* What a step needs to know about the server; borrowed until the loop's next
 * round. */
struct login_step {
	struct catalog_entry found;
	const struct provider *provider;
	struct provider_at at;
};

/* From the server's file as it is now; ERR_LOGIN if it has changed since, as
 * tokens for an edited server would belong to nobody. */
int login_step(const struct login *login, struct login_step *step,
    struct err *e) MUST_CHECK;

/* 1 if somebody has logged in to that server since the broker started. */
int login_has_met(
    const struct logins *l, const unsigned char identity[HASH_SHA256]);

/* Starts the login's call; takes over take_ask. */
int login_call(struct login *login, struct http_ask *take_ask, http_done *done,
    struct err *e) MUST_CHECK;

/* The same for a call that begins a login and may be repeated, according to the
 * provider's begin_pace. */
int login_call_paced(struct login *login, const struct login_step *step,
    struct http_ask *take_ask, http_done *done, struct err *e) MUST_CHECK;

/* Handles the result of such a call: 1 if the login continues, with the server
 * as it is now in *step. */
int login_begun(struct login *login, const struct http_answer *a,
    const struct err *failed, struct login_step *step);

/* From now on it can be shown, for this many seconds. */
void login_show(struct login *login, int64_t seconds);

/* Milliseconds left of them. */
int64_t login_left(const struct login *login);

/* Ends it if its time is over, which may go unnoticed after a suspend; 1 if it
 * has ended. */
int login_end_if_late(struct login *login);

/* Creates a session from the answer to a token request: 0, an error, or a
 * PROVIDER_... value.  A client unknown to the server is forgotten, which is an
 * error, as what was shown was for that client. */
int login_take(struct login *login, const struct provider_flow *flow,
    const struct http_answer *a, struct err *e) MUST_CHECK;

/* Ends it; e NULL is success.  Secrets are wiped and the port freed at once;
 * waiters are told from the loop. */
void login_end(struct login *login, const struct err *e);

/* A browser came that can't be verified to be this user's: those waiting for
 * the end are told, the first time. */
void login_stranger(struct login *login);

/* Ends it on timeout: the person did not act, or the server could not be
 * reached. */
void login_expire(struct login *login);

/* --- client.c */

/* Continues with a client, registering one first if needed. */
int login_with_client(struct login *login, const struct login_step *step,
    struct err *e) MUST_CHECK;

/* Forgets a client that the server no longer knows. */
void login_forget_client(struct login *login, const struct login_step *step);

/* The same before anything was shown: registers another and starts over, once.
 * After that the error is why. */
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

/* Continues with a code known to be this server's. */
void login_code_exchange(struct login *login, const char *code);

/* --- issuer.c */

/* Requests the server's metadata. */
void login_issuer_ask(struct login *login, const struct login_step *step);

/* Once the metadata is known, continues with the code, or ends the login if it
 * is another server's.  iss NULL: none was given. */
void login_issuer_check(struct login *login, const char *code, const char *iss);

/* 1 if a code without iss is not accepted. */
int login_issuer_wants(const struct login *login);

void login_issuer_stop(struct login *login);

/* Notes the host that the code goes to, if it differs from the page's and
 * nobody has logged in there yet. */
void login_issuer_hosts(
    struct login *login, const struct login_step *step, const char *page);

/* --- device.c */

int login_device_begin(struct login *login, const struct login_step *step,
    struct err *e) MUST_CHECK;
void login_device_look(struct login *login, struct login_view *view);

/* --- progress.c: messages */

/* Sets an error with a message and the command to try again. */
int login_say(
    struct err *e, enum err_code code, const char *id, const char *what);

/* Adds the command to try again, for a terminal; a page shows it separately. */
void login_say_again(struct err *e, const char *id);

/* Nobody responded in time. */
int login_say_late(const struct login *login, struct err *e);

/* The server's file lacks the grant (LOGIN_ANY: all supported ones). */
int login_say_lacks(
    const struct servers_entry *s, enum login_grant g, struct err *e);

/* 0 if there are enough descriptors for a login.  Without one, the browser and
 * its user would just wait. */
int login_say_room(const char *id, struct err *e) MUST_CHECK;

/* The port of a callback is taken. */
int login_say_taken(const struct logins *l, const struct servers_entry *s,
    uint16_t port, struct err *e);

#endif
