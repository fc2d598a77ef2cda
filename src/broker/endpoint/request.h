#ifndef MAIRU_BROKER_ENDPOINT_REQUEST_H
#define MAIRU_BROKER_ENDPOINT_REQUEST_H

/*
 * The endpoint and a request to it, one module in two files: endpoint.c decides
 * who may ask and what they get; login.c handles requests that wait for a
 * login.
 */

#include <stdint.h>

#include "base/core/err.h"
#include "broker/endpoint/endpoint.h"
#include "broker/notify/find_terminal.h"
#include "net/http/httpd.h"
#include "net/http/peer_gate.h"

/* A request whose grant is being checked, whose role is being fetched, or that
 * waits for a login. */
struct waiting {
	struct wait rest; /* for a login: login.c's */
	struct endpoint *ep;
	struct httpd_request *request;
	struct check_wait check;
	struct role_wait role;
	struct loop_timer timer;
	int fetching;
	int64_t until; /* deadline for the answer, by the loop's clock */
	/* login.c's */
	struct find_terminal seek;
	struct loop_timer enough; /* ends the search */
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

/* Requests the role of its grant (again).  When this returns, w has been
 * answered and freed, or waits. */
void endpoint_fetch(struct waiting *w);

/* Answers with an error, the role server's or ours, and frees the request. */
void endpoint_fail(struct waiting *w, const struct err *e, int64_t retry_after);

/* --- login.c */

/* Its role needs a login.  1: it waits for one; 0: answer it now. */
int endpoint_waits(struct waiting *w, const struct err *why);

/* Cancels all its waits. */
void endpoint_leave(struct waiting *w);

#endif
