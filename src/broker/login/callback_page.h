#ifndef MAIRU_BROKER_LOGIN_CALLBACK_PAGE_H
#define MAIRU_BROKER_LOGIN_CALLBACK_PAGE_H

/*
 * The pages a browser is shown during a login.  Each function answers the
 * request; server ids are borrowed.
 */

#include "base/core/err.h"
#include "net/http/httpd.h"

void callback_page(struct httpd_request *r, unsigned status,
    const char *headline, const char *text);

/* Success, or failure. */
void callback_page_done(struct httpd_request *r, const char *server);
void callback_page_failed(
    struct httpd_request *r, const char *server, const struct err *e);

/* The login has already been completed. */
void callback_page_busy(struct httpd_request *r);

/* This browser can't be verified to be this user's. */
void callback_page_stranger(struct httpd_request *r, const char *server);

#endif
