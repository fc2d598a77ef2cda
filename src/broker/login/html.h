#ifndef MAIRU_BROKER_LOGIN_HTML_H
#define MAIRU_BROKER_LOGIN_HTML_H

/*
 * The pages that a browser lands on: a mark, a headline, a sentence, and
 * sometimes the command to run next.
 *
 *  - No scripts, nothing external; the policy in the header allows only the one
 *    style sheet, by its hash.
 *  - Any text may be untrusted: it is sanitised, truncated, and escaped here.
 *  - Browsers are told to cache nothing.
 */

#include "base/core/buf.h"
#include "net/http/httpd.h"

enum {
	PAGE_MAX = 32 * 1024,
	PAGE_HEADLINE = 160, /* columns; the rest is cut */
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
	const char *command; /* to try again in a terminal, or NULL */
};

/* Appends the HTML. */
void page_write(struct buf *out, const struct page *p);

/* Appends the value of its Content-Security-Policy. */
void page_policy(struct buf *out);

/* Answers with the page, and closes the connection after it. */
void page_answer(
    struct httpd_request *r, unsigned status, const struct page *p);

#endif
