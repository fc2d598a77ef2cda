#include "broker/servers/start_url.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/url.h"
#include "net/http/http.h"

struct start_url {
	struct http *http;
	struct http_call *call;
	start_url_done *done;
	void *arg;
	int whole; /* asked with a GET */
	char url[];
};

enum {
	ALLOWED = URL_HTTPS | URL_HTTP_LOOPBACK | URL_QUERY
};

static int ask(struct start_url *s, struct err *e);

static void free_url(struct start_url *s)
{
	http_cancel(s->call);
	free(s);
}

static void end(struct start_url *s, const char *url, const struct err *e)
{
	start_url_done *done = s->done;
	void *arg = s->arg;

	done(arg, url, e);
	free_url(s);
}

/* The fragment is for the browser. */
static int usable(const char *location, char out[URL_MAX + 1])
{
	size_t len = strcspn(location, "#");

	if (len > URL_MAX)
		return 0;
	memcpy(out, location, len);
	out[len] = '\0';
	return url_fault(out, ALLOWED) == NULL;
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct start_url *s = arg;
	char to[URL_MAX + 1];
	struct err why;

	s->call = NULL;
	if (!a) {
		end(s, NULL, e);
		return;
	}
	/* Some servers don't support HEAD. */
	if ((a->status == 405 || a->status == 501) && !s->whole) {
		s->whole = 1;
		if (ask(s, &why) < 0)
			end(s, NULL, &why);
		return;
	}
	if (a->status >= 300 && a->status < 400 && a->location &&
	    usable(a->location, to))
		end(s, to, NULL);
	else
		end(s, s->url, NULL);
}

static int ask(struct start_url *s, struct err *e)
{
	struct http_ask ask;
	int rc;

	http_ask_init(&ask);
	ask.head = !s->whole;
	rc = http_resolve(s->url, NULL, &ask.url, e);
	if (rc == 0 && ask.url.failed)
		rc = err_set(e, ERR_NOMEM, "the broker is out of memory");
	if (rc < 0) {
		http_ask_release(&ask);
		return rc;
	}
	return http_start(s->http, &ask, answered, s, &s->call, e);
}

int start_url_ask(const struct upstream *up, const char *url,
    start_url_done *done, void *arg, struct start_url **out, struct err *e)
{
	const char *fault = url_fault(url, ALLOWED);
	size_t len = strlen(url) + 1;
	struct start_url *s;
	int rc;

	*out = NULL;
	if (fault)
		return err_set(e, ERR_USAGE, "the start URL: %s", fault);
	s = calloc(1, sizeof(*s) + len);
	if (!s)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	s->http = up->http;
	s->done = done;
	s->arg = arg;
	memcpy(s->url, url, len);
	rc = ask(s, e);
	if (rc < 0) {
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void start_url_cancel(struct start_url *s)
{
	if (s)
		free_url(s);
}
