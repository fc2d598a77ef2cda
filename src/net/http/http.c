#include "net/http/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include "base/core/bytes.h"
#include "net/http/ca_bundle.h"
#include "net/http/curl.h"
#include "net/http/fault.h"
#include "net/http/header.h"
#include "net/http/server_address.h"
#include "net/runtime/log.h"

enum {
	MAX_CALLS = 256,   /* under way at once */
	CONNECT_MS = 5000, /* including DNS and TLS */
	WHOLE_MS = 30000,
};

struct http {
	struct loop *loop;
	struct log *log;
	struct http_curl *curl;
	char *proxy, *no_proxy, *bundle;
	struct ca_bundle read; /* of that */
	long connect_ms, whole_ms;
	struct loop_timer sweep; /* reports finished calls */
	struct http_clock clock;
	size_t n;
	TAILQ_HEAD(call_list, http_call) calls, over;
};

struct http_call {
	struct http *http;
	TAILQ_ENTRY(http_call) entry;
	struct http_transfer transfer;
	http_done *done;
	void *arg;
	struct err err; /* once finished; code 0: there is an answer */
	int is_over;
};

static void release(struct http_call *c)
{
	http_transfer_stop(&c->transfer);
	buf_release(&c->transfer.body);
	free(c);
}

/* One at a time, and with no libcurl frame on the stack, so that done may
 * start, cancel and free anything. */
static void sweep(void *arg)
{
	struct http *h = arg;
	struct http_call *c = TAILQ_FIRST(&h->over);
	struct http_answer a = {0};
	struct http_head head;
	struct err e;
	http_done *done;

	if (!c)
		return;
	TAILQ_REMOVE(&h->over, c, entry);
	h->n--;
	if (!TAILQ_EMPTY(&h->over))
		loop_arm(h->loop, &h->sweep, 0);
	a.status = c->transfer.status;
	a.body = c->transfer.body;
	buf_init(&c->transfer.body, 0);
	head = c->transfer.head;
	http_head_end(&head, loop_wall(h->loop), &a);
	e = c->err;
	done = c->done;
	arg = c->arg;
	release(c);
	done(arg, e.code ? NULL : &a, &e);
	buf_release(&a.body);
}

static void note_clock(struct http *h, const struct http_transfer *t)
{
	if (t->head.date == 0)
		return;
	h->clock.ahead = t->head.date - loop_wall(h->loop);
	(void)snprintf(
	    h->clock.host, sizeof(h->clock.host), "%s", t->host.shown);
}

void http_clock(const struct http *h, struct http_clock *c)
{
	*c = h->clock;
}

static void transfer_over(struct http_transfer *t)
{
	struct http_call *c = t->arg;
	struct http *h = c->http;

	t->fault.bundle = h->bundle;
	if (t->fault.kind)
		(void)http_fault_say(&t->fault, &c->err);
	if (c->err.code)
		log_warn(h->log, "%s", c->err.msg);
	else
		log_debug(
		    h->log, "%s answered with %u", t->fault.host, t->status);
	if (!c->err.code)
		note_clock(h, t);
	c->is_over = 1;
	TAILQ_REMOVE(&h->calls, c, entry);
	TAILQ_INSERT_TAIL(&h->over, c, entry);
	loop_arm(h->loop, &h->sweep, 0);
}

static int ask_fault(const struct http *h, struct http_ask *a, struct err *e)
{
	struct server_address host;

	server_address_of(&host, buf_str(&a->url));
	if (a->content_type && *a->content_type)
		http_ask_header(a, "Content-Type", a->content_type,
		    strlen(a->content_type));
	if (a->url.failed || a->headers.failed || a->body.failed)
		return err_set(e, ERR_LIMIT,
		    "a request to %s is too large, or has control characters "
		    "in its header",
		    host.shown);
	if (strncasecmp(buf_str(&a->url), "https://", 8) != 0 && !host.loopback)
		return err_set(e, ERR_REFUSED,
		    "nothing is sent to %s without TLS: its url must begin "
		    "with https://",
		    host.shown);
	if (h->n >= MAX_CALLS)
		return err_set(
		    e, ERR_BUSY, "too many requests are under way. Try again");
	return 0;
}

int http_start(struct http *h, struct http_ask *take_ask, http_done *done,
    void *arg, struct http_call **call, struct err *e)
{
	struct http_rules rules = {h->proxy, h->no_proxy,
	    ca_bundle_path(&h->read, h->bundle, loop_now(h->loop)),
	    h->connect_ms, h->whole_ms};
	struct http_call *c = calloc(1, sizeof(*c));
	struct http_ask ask = *take_ask;
	int rc;

	*call = NULL;
	http_ask_init(take_ask);
	rc = c ? ask_fault(h, &ask, e) : err_set(e, ERR_NOMEM, "out of memory");
	if (!c || rc < 0) {
		http_ask_release(&ask);
		free(c);
		return rc;
	}
	c->http = h;
	c->done = done;
	c->arg = arg;
	c->transfer.ask = ask;
	c->transfer.over = transfer_over;
	c->transfer.arg = c;
	if (http_transfer_start(h->curl, &c->transfer, &rules) < 0) {
		release(c);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	TAILQ_INSERT_TAIL(&h->calls, c, entry);
	h->n++;
	*call = c;
	return 0;
}

void http_cancel(struct http_call *c)
{
	struct http *h;

	if (!c)
		return;
	h = c->http;
	if (c->is_over)
		TAILQ_REMOVE(&h->over, c, entry);
	else
		TAILQ_REMOVE(&h->calls, c, entry);
	h->n--;
	release(c);
}

int http_new(
    struct http **out, struct loop *loop, struct log *log, struct err *e)
{
	struct http *h = calloc(1, sizeof(*h));

	*out = NULL;
	if (h)
		h->curl = http_curl_new(loop);
	if (!h || !h->curl) {
		free(h);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	ca_bundle_init(&h->read);
	h->loop = loop;
	h->log = log;
	h->connect_ms = CONNECT_MS;
	h->whole_ms = WHOLE_MS;
	h->sweep.fn = sweep;
	h->sweep.arg = h;
	TAILQ_INIT(&h->calls);
	TAILQ_INIT(&h->over);
	*out = h;
	return 0;
}

static void replace(char **old, char *value)
{
	if (*old)
		bytes_wipe(*old, strlen(*old)); /* a proxy's password */
	free(*old);
	*old = value;
}

void http_free(struct http *h)
{
	struct http_call *c;

	if (!h)
		return;
	while ((c = TAILQ_FIRST(&h->calls)) || (c = TAILQ_FIRST(&h->over)))
		http_cancel(c);
	http_curl_free(h->curl);
	loop_disarm(h->loop, &h->sweep);
	replace(&h->proxy, NULL);
	replace(&h->no_proxy, NULL);
	replace(&h->bundle, NULL);
	ca_bundle_release(&h->read);
	free(h);
}

int http_configure(struct http *h, const struct settings *s, struct err *e)
{
	static const enum settings_key keys[] = {
	    SETTINGS_PROXY, SETTINGS_NO_PROXY, SETTINGS_CA_BUNDLE};
	char **to[] = {&h->proxy, &h->no_proxy, &h->bundle};
	char *fresh[] = {NULL, NULL, NULL};
	int failed = 0;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *v = s->value[keys[i]];

		fresh[i] = v ? strdup(v) : NULL;
		failed |= v && !fresh[i];
	}
	if (!failed &&
	    (!fresh[2] || !h->bundle || strcmp(fresh[2], h->bundle) != 0))
		ca_bundle_forget(&h->read);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (failed)
			replace(&fresh[i], NULL);
		else
			replace(to[i], fresh[i]);
	}
	return failed ? err_set(e, ERR_NOMEM, "out of memory") : 0;
}

void http_set_limits(struct http *h, long connect_ms, long whole_ms)
{
	h->connect_ms = connect_ms;
	h->whole_ms = whole_ms;
}
