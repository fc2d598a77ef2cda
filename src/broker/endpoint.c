#include "broker/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "broker/httpd.h"
#include "broker/log.h"
#include "broker/tcp_peer.h"

#define TARGET "/v1/credentials"

enum {
	MAX_BODY = 8 * 1024, /* aws-crt takes less than 10,000 bytes */
	HTTP_BAD_REQUEST = 400,
	HTTP_UNAUTHORIZED = 401,
	HTTP_FORBIDDEN = 403,
	HTTP_NOT_FOUND = 404,
	HTTP_METHOD_NOT_ALLOWED = 405,
	HTTP_UNAVAILABLE = 503,
};

struct endpoint {
	struct httpd *httpd;
	struct grants *grants;
	struct log *log;
	int asker; /* of tcp_peer */
	uint64_t unverified;
	int told_other;
	char host[32]; /* 127.0.0.1:PORT */
};

/* A request whose grant is being checked. */
struct waiting {
	struct endpoint *ep;
	struct httpd_request *request;
	struct grant *grant;
	struct check_wait wait;
};

/* --- answers */

static void answer(const struct endpoint *ep, struct httpd_request *r,
    unsigned status, const char *code, const char *message, int last)
{
	struct httpd_field fields[4] = {
	    {"Content-Type", "application/json"},
	    {"Cache-Control", "no-store"},
	};
	struct buf body = BUF_INIT(MAX_BODY);
	struct jsonout o;
	size_t n = 2;

	jsonout_init(&o, &body, 0);
	jsonout_begin(&o, '{');
	jsonout_key(&o, "code");
	jsonout_str(&o, code);
	jsonout_key(&o, "message");
	jsonout_str(&o, message);
	jsonout_end(&o, '}');
	if (status == HTTP_METHOD_NOT_ALLOWED)
		fields[n++] = (struct httpd_field){"Allow", "GET"};
	if (status == HTTP_UNAVAILABLE)
		fields[n++] = (struct httpd_field){"Retry-After", "1"};
	/* RFC 9110, section 15.5.2: a 401 names a scheme. */
	if (status == HTTP_UNAUTHORIZED)
		fields[n++] =
		    (struct httpd_field){"WWW-Authenticate", "Bearer"};
	log_debug(ep->log, "endpoint: %u %s", status, code);
	httpd_answer(r, status, fields, n, &body, last);
}

static void answer_no_token(const struct endpoint *ep, struct httpd_request *r)
{
	answer(ep, r, HTTP_UNAUTHORIZED, "InvalidToken",
	    "mairu: this shell's token is not valid (any more): the broker was "
	    "restarted, or the project changed. Run: cd . (or open a new "
	    "prompt)",
	    0);
}

static void answer_login(const struct endpoint *ep, struct httpd_request *r,
    const struct project_ref *project)
{
	struct buf text = BUF_INIT(4096);

	buf_adds(&text, "mairu: login required. Run: mairu login ");
	text_word(&text, project->server, strlen(project->server));
	if (text.failed) {
		buf_clear(&text);
		buf_adds(&text, "mairu: login required. Run: mairu login");
	}
	answer(ep, r, HTTP_FORBIDDEN, "LoginRequired", buf_str(&text), 0);
	buf_release(&text);
}

/* --- who may ask */

static enum httpd_peer judge_peer(
    void *arg, const struct sockaddr_in *peer, const struct sockaddr_in *ours)
{
	struct endpoint *ep = arg;

	switch (tcp_peer_ask(ep->asker, peer, ours)) {
	case TCP_PEER_OURS:
		return HTTPD_OURS;
	case TCP_PEER_UNKNOWN:
		return HTTPD_UNKNOWN;
	case TCP_PEER_OTHER:
	default:
		break;
	}
	if (!ep->told_other)
		log_warn(ep->log,
		    "refusing another user's connection to the endpoint; this "
		    "is said once");
	ep->told_other = 1;
	return HTTPD_OTHER;
}

/* With or without the port: aws-crt leaves it out. */
static int is_our_host(const struct endpoint *ep, const char *host, size_t n)
{
	return n == 1 &&
	       (strcmp(host, ep->host) == 0 || strcmp(host, "127.0.0.1") == 0);
}

/* 1 when the request was refused for where it comes from or what it is; its
 * connection is not worth keeping then. */
static int refused(const struct endpoint *ep, struct httpd_request *r)
{
	enum httpd_peer peer = httpd_peer(r);
	const char *host;
	size_t n;

	if (peer == HTTPD_OTHER) {
		answer(ep, r, HTTP_FORBIDDEN, "ForeignUser",
		    "mairu: this endpoint is another user's", 1);
		return 1;
	}
	if (peer == HTTPD_SURPLUS) {
		answer(ep, r, HTTP_UNAVAILABLE, "TooManyConnections",
		    "mairu: the endpoint has too many connections", 1);
		return 1;
	}
	host = httpd_header(r, "Host", &n);
	if (!host || !is_our_host(ep, host, n)) {
		answer(ep, r, HTTP_FORBIDDEN, "ForeignHost",
		    "mairu: this endpoint answers to 127.0.0.1 only", 1);
		return 1;
	}
	if (httpd_header(r, "Origin", NULL)) {
		answer(ep, r, HTTP_FORBIDDEN, "ForeignOrigin",
		    "mairu: this endpoint does not answer to browsers", 1);
		return 1;
	}
	if (strcmp(httpd_method(r), "GET") != 0) {
		answer(ep, r, HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
		    "mairu: this endpoint only knows GET", 1);
		return 1;
	}
	if (httpd_has_body(r)) {
		answer(ep, r, HTTP_BAD_REQUEST, "BadRequest",
		    "mairu: this endpoint takes no body", 1);
		return 1;
	}
	return 0;
}

/* RFC 9110, section 11.1: the scheme in any case.  SDKs send what the
 * variable holds, untouched. */
static struct grant *find_grant(
    const struct endpoint *ep, const struct httpd_request *r)
{
	unsigned char token[GRANT_TOKEN];
	struct grant *grant = NULL;
	size_t n, len;
	const char *value = httpd_header(r, "Authorization", &n);

	if (!value || n != 1 || strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	value += 7;
	if (bytes_decode(BYTES_BASE64URL, value, strlen(value), token,
		sizeof(token), &len) == 0 &&
	    len == sizeof(token))
		grant = grants_find(ep->grants, token, len);
	bytes_wipe(token, sizeof(token));
	return grant;
}

/* --- requests */

static void checked(void *arg, enum check_verdict verdict, const char *text)
{
	struct waiting *w = arg;
	const struct endpoint *ep = w->ep;
	struct httpd_request *r = w->request;

	switch (verdict) {
	case CHECK_ALLOWED:
		answer_login(ep, r, grant_project(w->grant));
		break;
	case CHECK_REFUSED:
	case CHECK_FAILED:
		answer(ep, r, HTTP_FORBIDDEN, "NotTrusted", text, 0);
		break;
	case CHECK_GONE:
		answer_no_token(ep, r);
		break;
	case CHECK_LATE:
	default:
		answer(ep, r, HTTP_UNAVAILABLE, "TrustCheckTimeout",
		    "mairu: looking whether the project is still trusted took "
		    "too long",
		    0);
		break;
	}
	free(w);
}

static void requested(void *arg, struct httpd_request *r)
{
	struct endpoint *ep = arg;
	struct grant *grant;
	struct waiting *w;

	if (refused(ep, r))
		return;
	if (strcmp(httpd_target(r), TARGET) != 0) {
		answer(ep, r, HTTP_NOT_FOUND, "NotFound",
		    "mairu: there is only " TARGET " here", 0);
		return;
	}
	grant = find_grant(ep, r);
	if (!grant) {
		answer_no_token(ep, r);
		return;
	}
	if (httpd_peer(r) == HTTPD_UNKNOWN) {
		ep->unverified++;
		httpd_peer_is_ours(r);
	}
	w = calloc(1, sizeof(*w));
	if (!w) {
		answer(ep, r, HTTP_UNAVAILABLE, "OutOfMemory",
		    "mairu: the broker is out of memory", 0);
		return;
	}
	w->ep = ep;
	w->request = r;
	w->grant = grant;
	w->wait.fn = checked;
	w->wait.arg = w;
	httpd_set(r, w);
	grant_check(ep->grants, grant, &w->wait);
}

static void gone(void *arg, struct httpd_request *r)
{
	struct waiting *w = httpd_get(r);

	(void)arg;
	if (!w)
		return;
	checker_cancel(&w->wait);
	free(w);
}

int endpoint_new(struct endpoint **out, struct loop *loop,
    struct grants *grants, struct log *log, struct err *e)
{
	struct endpoint *ep = calloc(1, sizeof(*ep));
	const struct httpd_handler handler = {
	    .peer = judge_peer,
	    .request = requested,
	    .gone = gone,
	    .arg = ep,
	};
	int rc;

	*out = NULL;
	if (!ep)
		return err_set(e, ERR_NOMEM, "out of memory");
	ep->grants = grants;
	ep->log = log;
	ep->asker = tcp_peer_open();
	rc = httpd_new(&ep->httpd, loop, 0, &handler, e);
	if (rc < 0) {
		endpoint_free(ep);
		return rc;
	}
	(void)snprintf(ep->host, sizeof(ep->host), "127.0.0.1:%u",
	    (unsigned)httpd_port(ep->httpd));
	*out = ep;
	return 0;
}

void endpoint_free(struct endpoint *ep)
{
	if (!ep)
		return;
	httpd_free(ep->httpd);
	if (ep->asker >= 0)
		(void)close(ep->asker);
	free(ep);
}

void endpoint_url(const struct endpoint *ep, struct buf *out)
{
	buf_addf(out, "http://%s" TARGET, ep->host);
}

uint64_t endpoint_unverified(const struct endpoint *ep)
{
	return ep->unverified;
}
