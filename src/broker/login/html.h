#ifndef MAIRU_BROKER_LOGIN_HTML_H
#define MAIRU_BROKER_LOGIN_HTML_H

/*
 * The pages that a browser lands on.  One mark, one headline, one sentence,
 * and sometimes the command that goes on.
 *
 *  - No script, nothing from elsewhere; the policy in the header allows the
 *    one style sheet by its hash and nothing else.
 *  - Every text may come from outside: it is made safe, cut, and escaped
 *    here.
 *  - Nothing of a page is kept by a browser.
 */

#include "base/core/buf.h"
#include "net/http/httpd.h"

enum {
	PAGE_MAX = 32 * 1024,
	PAGE_HEADLINE = 160, /* columns that are shown; more is cut */
	PAGE_TEXT = 1000,
};

enum page_mark {
	PAGE_DONE,
	PAGE_FAILED,
	PAGE_NOTE,
};

/* All borrowed. */
struct page {
	enum page_mark mark;
	const char *headline;
	const char *text;
	const char *command; /* that tries again, in a terminal; or NULL */
};

/* Appends the HTML. */
void page_write(struct buf *out, const struct page *p);

/* Appends the value of Content-Security-Policy that goes with it. */
void page_policy(struct buf *out);

/* Answers with the page, and closes the connection after it. */
void page_answer(
    struct httpd_request *r, unsigned status, const struct page *p);

#endif
