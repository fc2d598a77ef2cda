/*
 * Checks which server issued the code that a browser brought.  A hostile server
 * can redirect the browser to the login page of another, which the person knows
 * and logs in to: the code that comes back is the other's, and we would hand it
 * to the hostile server with all that is needed to redeem it (RFC 9700, section
 * 4.4).  So if a server says that it names itself in each answer (RFC 8414, RFC
 * 9207), it has to.
 *
 * The metadata is fetched while the person logs in.  If it is not available,
 * nothing is demanded.
 */

#include "broker/login/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "net/runtime/log.h"

enum {
	WAIT_MS = 5 * 1000, /* from the start of the login */
	ISS_COLUMNS = 80,
};

void login_issuer_stop(struct login *login)
{
	loop_disarm(login->all->up.loop, &login->unknown);
	metadata_cancel(login->metadata);
	login->metadata = NULL;
	provider_metadata_release(&login->is);
	secret_free(login->code);
	login->code = NULL;
	free(login->iss);
	login->iss = NULL;
}

/* --- the code */

static int is_issuer(const struct login *login, const char *iss)
{
	if (login->is.issuer && strcmp(iss, login->is.issuer) == 0)
		return 1;
	return !login->is.sends_iss && callback_is_issuer(login->callback, iss);
}

static int is_wrong(const struct login *login, const char *iss, struct err *e)
{
	struct buf shown = BUF_INIT(1024);

	if (!iss && !login->is.sends_iss)
		return 0;
	if (!iss)
		return err_set(e, ERR_UPSTREAM,
		    "the answer to the login to %s does not say which server "
		    "it is from, as that one says that it does",
		    login->id);
	if (is_issuer(login, iss))
		return 0;
	text_safe(&shown, iss, strlen(iss), ISS_COLUMNS);
	(void)err_set(e, ERR_UPSTREAM,
	    "the answer to the login to %s came from another server (%s)",
	    login->id, buf_str(&shown));
	buf_release(&shown);
	return ERR_UPSTREAM;
}

static void check(struct login *login, const char *code, const char *iss)
{
	struct err e;

	if (is_wrong(login, iss, &e))
		login_end(login, &e);
	else
		login_code_exchange(login, code);
}

void login_issuer_check(struct login *login, const char *code, const char *iss)
{
	struct err e;

	if (!login->metadata) {
		check(login, code, iss);
		return;
	}
	login->iss = text_dup(iss);
	if ((iss && !login->iss) ||
	    secret_new(&login->code, login->all->up.slab, code, strlen(code)) <
		0) {
		(void)err_set(
		    &e, ERR_NOMEM, "the broker has no memory for a login");
		login_end(login, &e);
	}
}

int login_issuer_wants(const struct login *login)
{
	return login->is.sends_iss;
}

/* Continues with a code that waited. */
static void known(struct login *login)
{
	struct secret *code = login->code;
	char *iss = login->iss;

	loop_disarm(login->all->up.loop, &login->unknown);
	if (!code)
		return;
	login->code = NULL;
	login->iss = NULL;
	check(login, secret_bytes(code), iss);
	secret_free(code);
	free(iss);
}

/* --- the metadata */

static void have_metadata(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	struct login_step step;
	struct err e;
	int rc;

	login->metadata = NULL;
	if (a) {
		rc = login_step(login, &step, &e);
		if (rc == 0)
			rc = step.provider->metadata_take(
			    &step.at, a, &login->is, &e);
	} else {
		e = *failed;
		rc = e.code;
	}
	if (rc < 0)
		log_debug(login->all->up.log,
		    "login to %s: no issuer is known: %s", login->id, e.msg);
	known(login);
}

static void give_up(void *arg)
{
	struct login *login = arg;

	log_warn(login->all->up.log,
	    "login to %s: what the server says of itself did not come in time",
	    login->id);
	metadata_cancel(login->metadata);
	login->metadata = NULL;
	known(login);
}

void login_issuer_ask(struct login *login, const struct login_step *step)
{
	const struct upstream *up = &login->all->up;
	struct err e;

	login->unknown.fn = give_up;
	login->unknown.arg = login;
	if (metadata_start(up->http, step->provider, &step->at, have_metadata,
		login, &login->metadata, &e) == 0)
		loop_arm(up->loop, &login->unknown, WAIT_MS);
}

/* --- where it goes */

void login_issuer_hosts(
    struct login *login, const struct login_step *step, const char *page)
{
	struct buf to = BUF_INIT(HTTP_MAX_URL);
	struct server_address at, code;

	if (step->provider->code_url &&
	    !login_has_met(login->all, login->identity) &&
	    step->provider->code_url(&step->at, &to, NULL) == 0) {
		server_address_of(&at, page);
		server_address_of(&code, buf_str(&to));
		if (strcmp(at.shown, code.shown) != 0) {
			memcpy(login->page_at, at.shown, sizeof(at.shown));
			memcpy(login->code_to, code.shown, sizeof(code.shown));
		}
	}
	buf_release(&to);
}
