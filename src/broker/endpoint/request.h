#ifndef MAIRU_BROKER_ENDPOINT_REQUEST_H
#define MAIRU_BROKER_ENDPOINT_REQUEST_H

/*
 * The endpoint and a request to it: one module in two files, endpoint.c for who
 * may ask and what is answered, login.c for a request that has to wait for a
 * login.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "broker/endpoint/endpoint.h"
#include "broker/notify/find_terminal.h"
#include "net/http/httpd.h"
#include "net/http/peer_gate.h"

/* A request whose grant is being checked, whose role is being fetched, or that
 * rests until a login is over. */
struct waiting {
	struct wait rest; /* until a login is over: login.c's */
	struct endpoint *ep;
	struct httpd_request *request;
	struct check_wait check;
	struct role_wait role;
	struct loop_timer timer;
	int fetching;
	int64_t until; /* of the loop's clock: when it has to be answered */
	/* login.c's */
	struct find_terminal seek;
	struct loop_timer enough; /* of seeking */
	struct err why;
};

struct endpoint {
	struct loop *loop;
	struct httpd *httpd;
	struct grants *grants;
	struct recalls *recalls;
	struct roles *roles;
	struct log *log;
	struct gate gate;
	uint64_t unverified;
	struct endpoint_login login;
	struct waits resting;
	char host[32]; /* 127.0.0.1:PORT */
};

/* The grant of a request's token, or NULL. */
struct grant *endpoint_grant(
    const struct endpoint *ep, const struct httpd_request *r);

/* Asks for the role of its grant (again); it is answered, and gone, when this
 * returns, or waits. */
void endpoint_fetch(struct waiting *w);

/* Answers with what a role's server, or we, said; the request is gone then. */
void endpoint_fail(struct waiting *w, const struct err *e, int64_t retry_after);

/* --- login.c */

/* Its role can't be had without a login.  1: it waits; 0: it is to be told. */
int endpoint_waits(struct waiting *w, const struct err *why);

/* Leaves whatever it waited for. */
void endpoint_leave(struct waiting *w);

#endif
