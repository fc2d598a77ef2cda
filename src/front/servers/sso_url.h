#ifndef MAIRU_FRONT_SERVERS_SSO_URL_H
#define MAIRU_FRONT_SERVERS_SSO_URL_H

/*
 * The start URL of IAM Identity Center as users have it, from an address bar or
 * an invitation.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

/* Appends it in the form used in files: no # or ? part, no trailing slash.
 * ERR_USAGE: not a start URL. */
int sso_url_tidy(struct buf *out, const char *url, struct err *e) MUST_CHECK;

/* 1 if its host is an AWS portal: any other may redirect to one. */
int sso_url_is_portal(const char *url);

/* Asks the broker where it redirects to, and replaces it by that. */
int sso_url_resolve(struct buf *url, struct err *e) MUST_CHECK;

#endif
