#ifndef MAIRU_BROKER_LOGIN_CALLBACK_PAGE_H
#define MAIRU_BROKER_LOGIN_CALLBACK_PAGE_H

/*
 * What a browser is shown of a login to a server, whose id is borrowed.  Each
 * answers the request.
 */

#include "base/core/err.h"
#include "net/http/httpd.h"

void callback_page(struct httpd_request *r, unsigned status,
    const char *headline, const char *text);

/* It went well, or it did not. */
void callback_page_done(struct httpd_request *r, const char *server);
void callback_page_failed(
    struct httpd_request *r, const char *server, const struct err *e);

/* Somebody has brought it to its end before. */
void callback_page_busy(struct httpd_request *r);

/* This browser can't be told to be this user's. */
void callback_page_stranger(struct httpd_request *r, const char *server);

#endif
