#ifndef MAIRU_FRONT_SERVERS_SSO_URL_H
#define MAIRU_FRONT_SERVERS_SSO_URL_H

/*
 * The start URL of IAM Identity Center as a person brings it, from an address
 * bar or an invitation.
 */

#include "base/core/buf.h"
#include "base/core/err.h"

/* Appends it in the form in which files have it: without what stands behind a
 * # or ?, without a slash at the end of a path.  ERR_USAGE: it is none. */
int sso_url_tidy(struct buf *out, const char *url, struct err *e) MUST_CHECK;

/* 1 when its host is one of AWS's portals: any other may redirect to one. */
int sso_url_is_portal(const char *url);

/* Replaces it by what the broker says that it leads to. */
int sso_url_resolve(struct buf *url, struct err *e) MUST_CHECK;

#endif
