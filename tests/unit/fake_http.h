#ifndef MAIRU_TEST_FAKE_HTTP_H
#define MAIRU_TEST_FAKE_HTTP_H

/*
 * All of net/http/http.h without a network: calls are kept until the test
 * answers them.  It defines every function of that header, so that http.o is
 * not linked, and http_resolve(), which is curl.o's.  To be included by one
 * file of a program.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http/http.h"

struct http_call {
	struct http_ask ask;
	http_done *done;
	void *arg;
	int open; /* neither answered nor cancelled */
};

enum {
	FAKE_CALLS = 2048
};

static struct http_call fake_calls[FAKE_CALLS];
static size_t fake_n;	 /* how many were started */
static int fake_fails;	 /* http_start() does not work */
static int fake_is_full; /* nor does it, since there is no room here */
static struct http_clock fake_clock;

int http_new(struct http **h, struct loop *loop, struct log *log, struct err *e)
{
	(void)loop;
	(void)log;
	(void)e;
	*h = NULL;
	return 0;
}

void http_free(struct http *h)
{
	(void)h;
	for (size_t i = 0; i < fake_n; i++)
		if (fake_calls[i].open)
			http_cancel(&fake_calls[i]);
	fake_n = 0;
	fake_fails = fake_is_full = 0;
}

int http_configure(struct http *h, const struct settings *s, struct err *e)
{
	(void)h;
	(void)s;
	(void)e;
	return 0;
}

int http_start(struct http *h, struct http_ask *take_ask, http_done *done,
    void *arg, struct http_call **call, struct err *e)
{
	struct http_call *c = &fake_calls[fake_n];

	(void)h;
	if (fake_is_full) {
		http_ask_release(take_ask);
		return err_set(e, ERR_BUSY, "too many at once. Try again");
	}
	if (fake_fails) {
		http_ask_release(take_ask);
		return err_set(e, ERR_UPSTREAM, "there is no network");
	}
	assert_true(fake_n < FAKE_CALLS);
	fake_n++;
	c->ask = *take_ask;
	c->done = done;
	c->arg = arg;
	c->open = 1;
	*call = c;
	return 0;
}

void http_clock(const struct http *h, struct http_clock *c)
{
	(void)h;
	*c = fake_clock;
}

void http_cancel(struct http_call *c)
{
	if (!c)
		return;
	assert_true(c->open);
	c->open = 0;
	http_ask_release(&c->ask);
}

/* Enough of RFC 3986 for references without dots. */
int http_resolve(
    const char *base, const char *ref, struct buf *out, struct err *e)
{
	const char *path = strchr(strstr(base, "://") + 3, '/');
	const char *last = strrchr(base, '/');

	if (!ref)
		buf_adds(out, base);
	else if (strstr(ref, "://"))
		buf_adds(out, ref);
	else if (ref[0] == '/')
		buf_add(out, base, (size_t)(path - base));
	else
		buf_add(out, base, (size_t)(last + 1 - base));
	if (ref && !strstr(ref, "://"))
		buf_adds(out, ref);
	return out->failed ? err_set(e, ERR_LIMIT, "too long") : 0;
}

/* --- for tests */

/* A header of an ask, or NULL. */
static inline const char *fake_header(
    const struct http_ask *a, const char *name)
{
	const char *p = (const char *)a->headers.data;
	const char *end = p + a->headers.len;
	size_t len = strlen(name);

	for (; p < end; p += strlen(p) + 1)
		if (strncmp(p, name, len) == 0 && p[len] == ':')
			return p + len + 2;
	return NULL;
}

static inline void fake_make(
    struct http_answer *a, unsigned status, const char *type, const char *body)
{
	memset(a, 0, sizeof(*a));
	a->status = status;
	a->retry_after = -1;
	buf_init(&a->body, HTTP_MAX_BODY);
	buf_adds(&a->body, body);
	(void)snprintf(a->content_type, sizeof(a->content_type), "%s", type);
}

static inline size_t fake_open(void)
{
	size_t n = 0;

	for (size_t i = 0; i < fake_n; i++)
		n += fake_calls[i].open != 0;
	return n;
}

/* Ends the i-th call with that answer, or with that error. */
static inline void fake_end(
    size_t i, const struct http_answer *a, const struct err *e)
{
	struct http_call *c = &fake_calls[i];

	assert_true(i < fake_n && c->open);
	c->open = 0;
	http_ask_release(&c->ask);
	c->done(c->arg, a, e);
}

static inline void fake_answer_after(size_t i, unsigned status,
    const char *type, const char *body, int64_t retry_after)
{
	struct http_answer a;

	fake_make(&a, status, type, body);
	a.retry_after = retry_after;
	fake_end(i, &a, NULL);
	buf_release(&a.body);
}

static inline void fake_answer(
    size_t i, unsigned status, const char *type, const char *body)
{
	fake_answer_after(i, status, type, body, -1);
}

#endif
