#ifndef MAIRU_BROKER_KINDS_SSO_H
#define MAIRU_BROKER_KINDS_SSO_H

/*
 * Shared by the files for IAM Identity Center.  Its logins (OIDC) look like
 * OAuth but are not: JSON with camelCase keys both ways, except in errors.
 */

#include "broker/kinds/pieces.h"
#include "broker/kinds/provider.h"
#include "net/aws/hosts.h"

/* Begins a request to that service; on error the ask is released. */
int sso_begin(const struct provider_at *at, enum aws_service service,
    const char *path, struct http_ask *ask, struct err *e) MUST_CHECK;

/* The error type of an answer: "SlowDownException", "slow_down", or "".  root
 * is its body, or NULL. */
void sso_error_type(const struct http_answer *a, const struct json_value *root,
    char out[HTTP_TYPE]);

/* sso_oidc.c: logins. */
int sso_client_ask(const struct provider_at *at, enum servers_grant g,
    struct http_ask *ask, struct err *e) MUST_CHECK;
int sso_client_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_client *c, struct err *e) MUST_CHECK;
int sso_authorize(const struct provider_at *at,
    const struct provider_flow *flow, struct buf *url,
    struct err *e) MUST_CHECK;
int sso_device_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask,
    struct err *e) MUST_CHECK;
int sso_device_take(const struct provider_at *at, const struct http_answer *a,
    struct provider_device *d, struct err *e) MUST_CHECK;
int sso_token_ask(const struct provider_at *at,
    const struct provider_flow *flow, struct http_ask *ask,
    struct err *e) MUST_CHECK;
int sso_token_take(const struct provider_at *at,
    const struct provider_flow *flow, const struct http_answer *a,
    struct provider_tokens *t, struct err *e) MUST_CHECK;

/* sso_refusals.c: OIDC answers other than 200. */

/* What was requested. */
enum sso_on {
	SSO_CLIENT = 1,
	SSO_DEVICE = 2,
	SSO_CODE = 4,
	SSO_POLL = 8,
	SSO_REFRESH = 16,
};

/* For a call that may be repeated: whether this refusal is temporary. */
enum throttle_no sso_oidc_means(const struct http_answer *a);

/* An error, or PROVIDER_PENDING, _SLOWER or _CLIENT. */
int sso_refused(const struct provider_at *at, enum sso_on on,
    const struct http_answer *a, struct err *e) MUST_CHECK;

#endif
