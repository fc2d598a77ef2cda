#include "broker/login/callback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/core/url.h"
#include "broker/login/callback_page.h"
#include "broker/login/redirect.h"
#include "broker/login/visit.h"
#include "net/http/httpd.h"
#include "net/http/loopback.h"
#include "net/http/peer_gate.h"
#include "net/runtime/log.h"

#define SHORT_PATH "/auth/"

enum {
	SHORT_BYTES = 16,
	COOKIE_BYTES = 16,
	STATE_BYTES = 32,
	/* Size of a request's header: a callback with a long code, and the
	 * cookies of every other program on this host. */
	HEADER_MAX = 64 * 1024,
	URL_ROOM = 16 * 1024 + 1,
	COOKIE_SECONDS = 600,
	COOKIE_NAME = sizeof("mairu-65535"),
	DOOR_AT = sizeof(SHORT_PATH) - 1,
	HTTP_PORT = 80,

	HTTP_FOUND = 302,
	HTTP_BAD_REQUEST = 400,
	HTTP_FORBIDDEN = 403,
	HTTP_NOT_FOUND = 404,
	HTTP_METHOD_NOT_ALLOWED = 405,
	HTTP_GONE = 410,
	HTTP_UNAVAILABLE = 503,
};

struct callback {
	struct log *log;
	struct slab *slab;
	struct httpd *httpd[LOOPBACK_N]; /* ::1 may have none */
	struct gate gate;
	char *server, *path;
	char *url;
	char *origin; /* of the authorization endpoint */
	const char *host;
	struct secret *door, *cookie, *state; /* base64url text */
	struct secret *authorize_url;
	void (*fn)(
	    void *arg, const char *code, const char *iss, const struct err *e);
	void (*stranger)(void *arg);
	void *arg;
	int used, ended; /* the state; the login */
	struct httpd_request *resting;
};

/* --- the secrets of the login */

static int is_door(const struct callback *c, const char *target)
{
	return strncmp(target, SHORT_PATH, DOOR_AT) == 0 &&
	       secret_is(c->door, target + DOOR_AT, strlen(target + DOOR_AT));
}

/* The callback's query, or NULL for any other path. */
static const char *query_of(const struct callback *c, const char *target)
{
	size_t path = strlen(c->path);

	if (strncmp(target, c->path, path) != 0)
		return NULL;
	if (target[path] == '?')
		return target + path + 1;
	return target[path] == '\0' ? target + path : NULL;
}

static int brings_state(const struct callback *c, const struct httpd_request *r)
{
	const char *query = query_of(c, httpd_target(r));
	struct redirect response;
	struct err e;
	int it_does;

	if (!query)
		return 0;
	it_does = redirect_parse(&response, query, &e) == 0 &&
		  redirect_has_state(&response, c->state);
	redirect_release(&response);
	return it_does;
}

/* --- who may ask */

static enum httpd_peer judge_peer(
    void *arg, const struct tcp_end *peer, const struct tcp_end *ours)
{
	struct callback *c = arg;

	return gate_judge(&c->gate, peer, ours);
}

/* To a browser, any other name for this address is another site (DNS
 * rebinding). */
static int is_our_host(const struct callback *c, const char *host)
{
	static const char *const names[] = {"127.0.0.1", "localhost"};
	char want[32];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(want, sizeof(want), "%s:%u", names[i],
		    (unsigned)callback_port(c));
		if (strcasecmp(host, want) == 0 ||
		    (callback_port(c) == HTTP_PORT &&
			strcasecmp(host, names[i]) == 0))
			return 1;
	}
	return 0;
}

/* It is said where whoever waits sees it, when it is the one who was sent
 * here. */
static void refuse_stranger(struct callback *c, struct httpd_request *r)
{
	callback_page_stranger(r, c->server);
	if (!c->ended && c->authorize_url &&
	    (is_door(c, httpd_target(r)) || brings_state(c, r)))
		c->stranger(c->arg);
}

static int refuse(struct httpd_request *r, unsigned status,
    const char *headline, const char *text)
{
	callback_page(r, status, headline, text);
	return 1;
}

static int refused(struct callback *c, struct httpd_request *r)
{
	const char *host;
	size_t n;

	switch (httpd_peer(r)) {
	case HTTPD_OURS:
		break;
	case HTTPD_UNKNOWN:
		refuse_stranger(c, r);
		return 1;
	case HTTPD_SURPLUS:
		return refuse(r, HTTP_UNAVAILABLE, "Too many connections",
		    "Close some pages and load this one again.");
	case HTTPD_OTHER:
	default:
		return refuse(r, HTTP_FORBIDDEN, "Not your login",
		    "This address belongs to another user of this machine.");
	}
	host = httpd_header(r, "Host", &n);
	if (!host || n != 1 || !is_our_host(c, host))
		return refuse(r, HTTP_FORBIDDEN, "Not this address",
		    "mairu answers to 127.0.0.1 and localhost only.");
	if (strcmp(httpd_method(r), "GET") != 0)
		return refuse(r, HTTP_METHOD_NOT_ALLOWED, "Not this way",
		    "This address can only be opened as a page.");
	if (httpd_has_body(r))
		return refuse(r, HTTP_BAD_REQUEST, "Not this way",
		    "This address takes no content.");
	switch (visit_of(r)) {
	case VISIT_PART:
		return refuse(r, HTTP_FORBIDDEN, "Not this way",
		    "This address can only be opened as a page.");
	case VISIT_AHEAD:
		return refuse(
		    r, HTTP_UNAVAILABLE, "Not yet", "Open this page to go on.");
	case VISIT_PAGE:
	default:
		return 0;
	}
}

/* --- off to the server */

static void cookie_name(const struct callback *c, char out[COOKIE_NAME])
{
	(void)snprintf(
	    out, COOKIE_NAME, "mairu-%u", (unsigned)callback_port(c));
}

/* The same cookie each time: the URL may be opened again, and in another
 * browser. */
static void send_off(const struct callback *c, struct httpd_request *r)
{
	struct buf cookie = BUF_INIT(256), empty = BUF_INIT(0);
	struct httpd_field fields[] = {
	    {"Location", secret_bytes(c->authorize_url)},
	    {"Set-Cookie", NULL},
	    {"Cache-Control", "no-store"},
	    {"Referrer-Policy", "no-referrer"},
	};
	char name[COOKIE_NAME];

	/* Not Secure, since this is http. */
	cookie_name(c, name);
	buf_addf(&cookie, "%s=%s; HttpOnly; SameSite=Lax; Path=/; Max-Age=%d",
	    name, (const char *)secret_bytes(c->cookie), COOKIE_SECONDS);
	fields[1].value = buf_str(&cookie);
	empty.failed |= cookie.failed;
	httpd_answer(r, HTTP_FOUND, fields, sizeof(fields) / sizeof(fields[0]),
	    &empty, 1);
	buf_release(&cookie);
}

/* --- and back */

/* RFC 6265, section 4.2.1.  A browser may hold several of that name. */
static int has_cookie(const struct callback *c, const struct httpd_request *r)
{
	char name[COOKIE_NAME];
	const char *at;
	size_t n, len, name_len;
	int found = 0;

	at = httpd_header(r, "Cookie", &n);
	if (!at || n != 1)
		return 0;
	cookie_name(c, name);
	name_len = strlen(name);
	for (; *at; at += len + (at[len] == ';')) {
		at += strspn(at, " ");
		len = strcspn(at, ";");
		if (len > name_len && strncmp(at, name, name_len) == 0 &&
		    at[name_len] == '=')
			found |= secret_is(
			    c->cookie, at + name_len + 1, len - name_len - 1);
	}
	return found;
}

/* r is the waiting browser's request, if any. */
static void finish(
    struct callback *c, struct httpd_request *r, struct redirect *response)
{
	const struct redirect_server server = {c->server, c->url, c->origin};
	const char *code;
	struct err e;
	int rc = redirect_code(response, &server, &code, &e);

	c->used = 1;
	c->resting = r;
	c->fn(c->arg, code, redirect_issuer(response), rc < 0 ? &e : NULL);
}

static void come_back(
    struct callback *c, struct httpd_request *r, const char *query)
{
	struct redirect response;
	struct err e;

	if (redirect_parse(&response, query, &e) < 0) {
		log_warn(c->log, "login to %s: a callback is damaged: %s",
		    c->server, e.msg);
		callback_page(r, HTTP_BAD_REQUEST, "This address is damaged",
		    "The login goes on: open the address that the terminal "
		    "shows once more.");
	} else if (!redirect_has_state(&response, c->state)) {
		callback_page(r, HTTP_FORBIDDEN, "This is another login",
		    "This page does not belong to the login that is under way. "
		    "Open the address that the terminal shows.");
	} else if (!has_cookie(c, r)) {
		callback_page(r, HTTP_FORBIDDEN, "Begun in another browser",
		    "The login was begun in another browser than this one. "
		    "Open the address that the terminal shows in this one, or "
		    "go on in the other.");
	} else if (c->used) {
		callback_page_busy(r);
	} else {
		finish(c, r, &response);
	}
	redirect_release(&response);
}

/* --- the same, pasted by a person */

static int can_take(const struct callback *c, struct err *e)
{
	if (!c->authorize_url || c->ended)
		return err_set(e, ERR_USAGE,
		    "the login to %s has not come so far that there is "
		    "something to paste",
		    c->server);
	if (c->used)
		return err_set(e, ERR_USAGE,
		    "the login to %s is being finished: what came before is "
		    "what counts",
		    c->server);
	return 0;
}

int callback_take_query(struct callback *c, const char *query, struct err *e)
{
	struct redirect response;
	struct err why;
	int rc;

	rc = redirect_parse(&response, query, &why);
	if (rc < 0)
		rc = err_set(e, rc == ERR_NOMEM ? ERR_NOMEM : ERR_USAGE,
		    "this address is damaged (%s): copy it as a whole once "
		    "more",
		    why.msg);
	else if (!redirect_has_state(&response, c->state))
		rc = err_set(e, ERR_USAGE,
		    "this address belongs to another login than the one to %s "
		    "that is under way: open the address that the terminal "
		    "shows, and copy the one that it ends at",
		    c->server);
	else
		rc = can_take(c, e);
	if (rc == 0)
		finish(c, NULL, &response);
	redirect_release(&response);
	return rc;
}

int callback_take_code(struct callback *c, const char *code, struct err *e)
{
	int rc = can_take(c, e);

	if (rc < 0)
		return rc;
	c->used = 1;
	c->fn(c->arg, code, NULL, NULL);
	return 0;
}

/* --- requests */

static void requested(void *arg, struct httpd_request *r)
{
	struct callback *c = arg;
	const char *target = httpd_target(r), *query = query_of(c, target);

	if (refused(c, r))
		return;
	if (c->ended || !c->authorize_url) {
		callback_page(r, HTTP_GONE, "This login is over",
		    "You may close this page and go back to the terminal.");
	} else if (is_door(c, target)) {
		if (c->used)
			callback_page_busy(r);
		else
			send_off(c, r);
	} else if (query) {
		come_back(c, r, query);
	} else {
		callback_page(r, HTTP_NOT_FOUND, "Nothing here",
		    "Open the address that the terminal shows.");
	}
}

/* The tab was closed: the login continues without it. */
static void gone(void *arg, struct httpd_request *r)
{
	struct callback *c = arg;

	if (c->resting == r)
		c->resting = NULL;
}

/* --- lifetime */

static int no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker has no memory for a login");
}

static int prepare(
    struct callback *c, const struct callback_parts *parts, struct err *e)
{
	if (!c->server || !c->path || !c->url ||
	    secret_draw(&c->door, c->slab, SHORT_BYTES) < 0 ||
	    secret_draw(&c->cookie, c->slab, COOKIE_BYTES) < 0 ||
	    secret_draw(&c->state, c->slab, STATE_BYTES) < 0)
		return no_memory(e);
	c->host = parts->use_localhost ? "localhost" : "127.0.0.1";
	return 0;
}

static int serve(struct callback *c, const struct callback_parts *parts,
    const struct httpd_handler *handler, struct err *e)
{
	int fd[LOOPBACK_N] = {-1, -1}, i;
	int rc = parts->use_localhost
		     ? loopback_listen_all(parts->port, fd, e)
		     : loopback_listen(parts->port, &fd[LOOPBACK_V4], e);

	for (i = 0; i < LOOPBACK_N; i++) {
		if (rc == 0 && fd[i] >= 0)
			rc = httpd_new(
			    &c->httpd[i], parts->loop, fd[i], handler, e);
		else if (fd[i] >= 0)
			(void)close(fd[i]);
	}
	return rc;
}

int callback_new(
    struct callback **out, const struct callback_parts *parts, struct err *e)
{
	struct callback *c = calloc(1, sizeof(*c));
	const struct httpd_handler handler = {
	    .peer = judge_peer,
	    .request = requested,
	    .gone = gone,
	    .arg = c,
	    .header_max = HEADER_MAX,
	};
	int rc;

	*out = NULL;
	if (!c)
		return no_memory(e);
	c->slab = parts->slab;
	c->log = parts->log;
	c->fn = parts->fn;
	c->stranger = parts->stranger;
	c->arg = parts->arg;
	c->server = strdup(parts->server);
	c->path = strdup(parts->path);
	c->url = strdup(parts->url);
	rc = gate_init(&c->gate, c->log, "a login", e);
	if (rc == 0)
		rc = prepare(c, parts, e);
	if (rc == 0)
		rc = serve(c, parts, &handler, e);
	if (rc < 0) {
		callback_free(c);
		return rc;
	}
	*out = c;
	return 0;
}

void callback_free(struct callback *c)
{
	if (!c)
		return;
	for (int i = 0; i < LOOPBACK_N; i++)
		httpd_free(c->httpd[i]);
	gate_release(&c->gate);
	secret_free(c->door);
	secret_free(c->cookie);
	secret_free(c->state);
	secret_free(c->authorize_url);
	free(c->server);
	free(c->path);
	free(c->url);
	free(c->origin);
	free(c);
}

uint16_t callback_port(const struct callback *c)
{
	return httpd_port(c->httpd[LOOPBACK_V4]);
}

void callback_redirect_uri(const struct callback *c, struct buf *out)
{
	buf_addf(out, "http://%s:%u%s", c->host, (unsigned)callback_port(c),
	    c->path);
}

const char *callback_path(const struct callback *c)
{
	return c->path;
}

int callback_is_issuer(const struct callback *c, const char *iss)
{
	const struct redirect_server server = {c->server, c->url, c->origin};

	return redirect_is_issuer(&server, iss);
}

const char *callback_state(const struct callback *c)
{
	return secret_bytes(c->state);
}

int callback_open(struct callback *c, const char *authorize_url, struct err *e)
{
	struct buf origin = BUF_INIT(URL_ROOM);

	url_origin(&origin, authorize_url);
	free(c->origin);
	c->origin = strdup(buf_str(&origin));
	buf_release(&origin);
	secret_free(c->authorize_url);
	if (!c->origin || secret_new(&c->authorize_url, c->slab, authorize_url,
			      strlen(authorize_url)) < 0)
		return no_memory(e);
	return 0;
}

void callback_url(const struct callback *c, struct buf *out)
{
	buf_addf(out, "http://%s:%u" SHORT_PATH "%s", c->host,
	    (unsigned)callback_port(c), (const char *)secret_bytes(c->door));
}

const char *callback_long_url(const struct callback *c)
{
	return c->authorize_url ? secret_bytes(c->authorize_url) : "";
}

void callback_end(struct callback *c, const struct err *e)
{
	struct httpd_request *r = c->resting;

	c->ended = 1;
	c->resting = NULL;
	for (int i = 0; i < LOOPBACK_N; i++)
		if (c->httpd[i])
			httpd_quiesce(c->httpd[i]);
	if (!r)
		return;
	if (e)
		callback_page_failed(r, c->server, e);
	else
		callback_page_done(r, c->server);
}
