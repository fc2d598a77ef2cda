#include "broker/endpoint/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/core/bearer.h"
#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "broker/endpoint/request.h"
#include "net/runtime/log.h"

enum {
	MAX_BODY = 8 * 1024, /* aws-crt takes less than 10,000 bytes */
	/* How long SDKs wait for us, less a margin: JS versions in use give up
	 * after 1 s, botocore after 2, the others after 5 or more. */
	PATIENCE_MS = 900,
	PATIENCE_BOTOCORE_MS = 1800,
	PATIENCE_LONG_MS = 4000,
	/* Go v1 and JS v2 sleep this long, whatever they are told. */
	MAX_RETRY_AFTER = 2,
	SERVER_COLUMNS = 256,

	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_UNAUTHORIZED = 401,
	HTTP_FORBIDDEN = 403,
	HTTP_NOT_FOUND = 404,
	HTTP_METHOD_NOT_ALLOWED = 405,
	HTTP_UNAVAILABLE = 503,
};

/* --- answers */

static void answer_after(const struct endpoint *ep, struct httpd_request *r,
    unsigned status, const char *code, const char *message, int last,
    int64_t seconds)
{
	struct httpd_field fields[4] = {
	    {"Content-Type", "application/json"},
	    {"Cache-Control", "no-store"},
	};
	struct buf body = BUF_INIT(MAX_BODY);
	char after[24];
	struct jsonout o;
	size_t n = 2;

	if (seconds > MAX_RETRY_AFTER)
		seconds = MAX_RETRY_AFTER;
	(void)snprintf(
	    after, sizeof(after), "%d", seconds > 0 ? (int)seconds : 1);

	jsonout_init(&o, &body, 0);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "code", code);
	jsonout_member(&o, "message", message);
	jsonout_end(&o, '}');
	if (status == HTTP_METHOD_NOT_ALLOWED)
		fields[n++] = (struct httpd_field){"Allow", "GET"};
	if (status == HTTP_UNAVAILABLE)
		fields[n++] = (struct httpd_field){"Retry-After", after};
	/* RFC 9110, section 15.5.2: a 401 names a scheme. */
	if (status == HTTP_UNAUTHORIZED)
		fields[n++] =
		    (struct httpd_field){"WWW-Authenticate", "Bearer"};
	log_debug(ep->log, "endpoint: %u %s", status, code);
	httpd_answer(r, status, fields, n, &body, last);
}

static void answer(const struct endpoint *ep, struct httpd_request *r,
    unsigned status, const char *code, const char *message)
{
	answer_after(ep, r, status, code, message, 0, 0);
}

static void answer_no_token(const struct endpoint *ep, struct httpd_request *r)
{
	answer(ep, r, HTTP_UNAUTHORIZED, "InvalidToken",
	    "mairu: this shell's token is not valid (any more): the project "
	    "changed, or somebody logged out or ended the broker. Run: cd . "
	    "(or open a new prompt)");
}

static void reply_credential(const struct endpoint *ep, struct httpd_request *r,
    const struct credential *c)
{
	static const struct httpd_field fields[] = {
	    {"Content-Type", "application/json"},
	    {"Cache-Control", "no-store"},
	};
	struct buf body = BUF_INIT(CREDENTIAL_MAX_BODY);

	buf_add(&body, secret_bytes(c->body), secret_len(c->body));
	log_debug(ep->log, "endpoint: credentials");
	httpd_answer(r, HTTP_OK, fields, 2, &body, 0);
}

static void reply_error(const struct endpoint *ep, struct httpd_request *r,
    const struct err *e, int64_t retry_after)
{
	char text[sizeof(e->msg) + 8];

	(void)snprintf(text, sizeof(text), "mairu: %s", e->msg);
	switch (e->code) {
	case ERR_LOGIN:
		answer(ep, r, HTTP_FORBIDDEN, "LoginRequired", text);
		break;
	case ERR_DENIED:
		answer(ep, r, HTTP_FORBIDDEN, "AccessDenied", text);
		break;
	case ERR_UPSTREAM:
	case ERR_TIMEOUT:
	case ERR_NOMEM:
	case ERR_BUSY:
		answer_after(ep, r, HTTP_UNAVAILABLE, "ServerUnavailable", text,
		    0, retry_after);
		break;
	default:
		answer(ep, r, HTTP_FORBIDDEN, "NotConfigured", text);
		break;
	}
}

/* --- who may ask */

static enum httpd_peer judge_peer(
    void *arg, const struct tcp_end *peer, const struct tcp_end *ours)
{
	struct endpoint *ep = arg;

	return gate_judge(&ep->gate, peer, ours);
}

/* With or without the port: aws-crt leaves it out. */
static int is_our_host(const struct endpoint *ep, const char *host, size_t n)
{
	return n == 1 &&
	       (strcmp(host, ep->host) == 0 || strcmp(host, "127.0.0.1") == 0);
}

/* Browsers send this header, programs don't.  A page on another port of this
 * host is "same-site", but still a foreign page. */
static int is_of_page(const struct httpd_request *r)
{
	size_t n;
	const char *site = httpd_header(r, "Sec-Fetch-Site", &n);

	return n > 1 || (site && strcasecmp(site, "none") != 0 &&
			    strcasecmp(site, "same-origin") != 0);
}

/* Don't keep the connection. */
static int refuse(const struct endpoint *ep, struct httpd_request *r,
    unsigned status, const char *code, const char *message)
{
	answer_after(ep, r, status, code, message, 1, 0);
	return 1;
}

/* 1 if the request was refused because of its origin or form. */
static int refused(const struct endpoint *ep, struct httpd_request *r)
{
	enum httpd_peer peer = httpd_peer(r);
	const char *host;
	size_t n;

	if (peer == HTTPD_OTHER)
		return refuse(ep, r, HTTP_FORBIDDEN, "ForeignUser",
		    "mairu: this endpoint is another user's");
	if (peer == HTTPD_SURPLUS)
		return refuse(ep, r, HTTP_UNAVAILABLE, "TooManyConnections",
		    "mairu: the endpoint has too many connections");
	host = httpd_header(r, "Host", &n);
	if (!host || !is_our_host(ep, host, n))
		return refuse(ep, r, HTTP_FORBIDDEN, "ForeignHost",
		    "mairu: this endpoint answers to 127.0.0.1 only");
	if (httpd_header(r, "Origin", NULL))
		return refuse(ep, r, HTTP_FORBIDDEN, "ForeignOrigin",
		    "mairu: this endpoint does not answer to browsers");
	if (is_of_page(r))
		return refuse(ep, r, HTTP_FORBIDDEN, "ForeignSite",
		    "mairu: this endpoint does not answer to browsers");
	if (strcmp(httpd_method(r), "GET") != 0)
		return refuse(ep, r, HTTP_METHOD_NOT_ALLOWED,
		    "MethodNotAllowed", "mairu: this endpoint only knows GET");
	if (httpd_has_body(r))
		return refuse(ep, r, HTTP_BAD_REQUEST, "BadRequest",
		    "mairu: this endpoint takes no body");
	return 0;
}

struct grant *endpoint_grant(
    const struct endpoint *ep, const struct httpd_request *r)
{
	size_t n;
	const char *value = httpd_header(r, "Authorization", &n);

	return value && n == 1 ? grants_find_bearer(ep->grants, value) : NULL;
}

/* --- requests */

static void forget(struct waiting *w)
{
	wait_leave(&w->check.wait);
	wait_leave(&w->role.wait);
	loop_disarm(w->ep->loop, &w->timer);
	endpoint_leave(w);
	free(w);
}

/* Judged by User-Agent; botocore sends that of its HTTP library, JS none. */
static int patience(const struct httpd_request *r)
{
	static const char *const patient[] = {
	    "aws-sdk-go", "aws-sdk-java", "aws-sdk-rust"};
	const char *agent = httpd_header(r, "User-Agent", NULL);

	if (!agent)
		return PATIENCE_MS;
	for (size_t i = 0; i < sizeof(patient) / sizeof(patient[0]); i++)
		if (strncmp(agent, patient[i], strlen(patient[i])) == 0)
			return PATIENCE_LONG_MS;
	if (strncmp(agent, "python-urllib3/", 15) == 0 ||
	    strncmp(agent, "Boto3/", 6) == 0 ||
	    strncmp(agent, "Botocore/", 9) == 0 ||
	    strncmp(agent, "aws-cli/", 8) == 0)
		return PATIENCE_BOTOCORE_MS;
	return PATIENCE_MS;
}

static void fetched(void *arg, const struct role_result *result)
{
	struct waiting *w = arg;

	/* It may have been revoked while the server took its time. */
	if (!endpoint_grant(w->ep, w->request))
		answer_no_token(w->ep, w->request);
	else if (result->credential)
		reply_credential(w->ep, w->request, result->credential);
	else if (result->e->code == ERR_LOGIN && endpoint_waits(w, result->e))
		return;
	else
		reply_error(w->ep, w->request, result->e, result->retry_after);
	forget(w);
}

void endpoint_fail(struct waiting *w, const struct err *e, int64_t retry_after)
{
	reply_error(w->ep, w->request, e, retry_after);
	forget(w);
}

static void answer_unchecked(const struct endpoint *ep, struct httpd_request *r)
{
	answer(ep, r, HTTP_UNAVAILABLE, "TrustCheckTimeout",
	    "mairu: looking whether the project is still trusted took too "
	    "long");
}

static void late(void *arg)
{
	struct waiting *w = arg;
	const struct grant *grant = endpoint_grant(w->ep, w->request);
	struct buf text = BUF_INIT(MAX_BODY / 2);
	const char *server = grant ? grant_project(grant)->server : "";

	buf_adds(&text, "mairu: ");
	text_safe(&text, server, strlen(server), SERVER_COLUMNS);
	buf_adds(
	    &text, !wait_idle(&w->rest)
		       ? ": somebody is logging in. Try again"
		       : " has not answered yet; the call goes on. Try again");
	if (!w->fetching)
		answer_unchecked(w->ep, w->request);
	else if (grant)
		answer(w->ep, w->request, HTTP_UNAVAILABLE,
		    "CredentialsPending", buf_str(&text));
	else /* revoked meanwhile */
		answer_no_token(w->ep, w->request);
	buf_release(&text);
	forget(w);
}

void endpoint_fetch(struct waiting *w)
{
	const struct grant *grant = endpoint_grant(w->ep, w->request);
	const struct project_ref *p;
	const struct credential *c;
	struct role_ref ref;
	int how;

	if (!grant) {
		answer_no_token(w->ep, w->request);
		forget(w);
		return;
	}
	p = grant_project(grant);
	ref = (struct role_ref){p->server, p->role, p->chain};
	how = grant_is_lazy(grant) ? ROLES_LAZY : 0;
	if (roles_cached(w->ep->roles, &ref, how, grant_since(grant), &c)) {
		reply_credential(w->ep, w->request, c);
		forget(w);
		return;
	}
	w->fetching = 1;
	/* The cached ones are too old for this request. */
	if (roles_cached(w->ep->roles, &ref, ROLES_LAZY, INT64_MIN, &c))
		how |= ROLES_FRESH;
	roles_ask(w->ep->roles, &ref, how, &w->role);
}

static void checked(void *arg, enum check_verdict verdict, const char *text)
{
	struct waiting *w = arg;
	const struct endpoint *ep = w->ep;
	struct httpd_request *r = w->request;

	switch (verdict) {
	case CHECK_ALLOWED:
		endpoint_fetch(w);
		return;
	case CHECK_REFUSED:
	case CHECK_FAILED:
		answer(ep, r, HTTP_FORBIDDEN, "NotTrusted", text);
		break;
	case CHECK_GONE:
		answer_no_token(ep, r);
		break;
	case CHECK_LATE:
	default:
		answer_unchecked(ep, r);
		break;
	}
	forget(w);
}

static void judge(struct waiting *w, struct grant *grant)
{
	if (httpd_peer(w->request) == HTTPD_UNKNOWN) {
		w->ep->unverified++;
		httpd_peer_is_ours(w->request);
	}
	w->check.fn = checked;
	grant_check(w->ep->grants, grant, &w->check);
}

/* An invalid token gets the same answer, whatever was found at its path. */
static void recalled(void *arg, enum check_verdict verdict, const char *text)
{
	struct waiting *w = arg;
	struct grant *grant = endpoint_grant(w->ep, w->request);

	if (grant) {
		judge(w, grant);
	} else if (verdict == CHECK_LATE) {
		checked(w, verdict, text);
	} else {
		answer_no_token(w->ep, w->request);
		forget(w);
	}
}

/* Like recalls_ask(): whether an earlier broker may have issued the token. */
static int recall(struct waiting *w)
{
	size_t n;
	const char *value = httpd_header(w->request, "Authorization", &n);

	w->check.fn = recalled;
	return value && n == 1 ? recalls_ask(w->ep->recalls, value, &w->check)
			       : 0;
}

static void find(struct waiting *w)
{
	int rc = recall(w);

	if (rc > 0)
		return;
	/* Lack of room says nothing about the token. */
	if (rc < 0)
		answer_unchecked(w->ep, w->request);
	else
		answer_no_token(w->ep, w->request);
	forget(w);
}

static void requested(void *arg, struct httpd_request *r)
{
	struct endpoint *ep = arg;
	struct grant *grant;
	struct waiting *w;
	int ms;

	if (refused(ep, r))
		return;
	if (strcmp(httpd_target(r), BEARER_TARGET) != 0) {
		answer(ep, r, HTTP_NOT_FOUND, "NotFound",
		    "mairu: there is only " BEARER_TARGET " here");
		return;
	}
	w = calloc(1, sizeof(*w));
	if (!w) {
		answer(ep, r, HTTP_UNAVAILABLE, "OutOfMemory",
		    "mairu: the broker is out of memory");
		return;
	}
	w->ep = ep;
	w->request = r;
	w->role.fn = fetched;
	w->timer.fn = late;
	w->check.arg = w->role.arg = w->timer.arg = w;
	httpd_set(r, w);
	/* Counts from arrival: the client has been waiting since then. */
	ms = patience(r);
	w->until = loop_now(ep->loop) + ms;
	loop_arm(ep->loop, &w->timer, ms);
	grant = endpoint_grant(ep, r);
	if (grant)
		judge(w, grant);
	else
		find(w);
}

static void gone(void *arg, struct httpd_request *r)
{
	struct waiting *w = httpd_get(r);

	(void)arg;
	if (w)
		forget(w);
}

int endpoint_new(struct endpoint **out, struct loop *loop, int take_listener,
    struct grants *grants, struct recalls *recalls, struct roles *roles,
    struct log *log, struct err *e)
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
	if (!ep) {
		(void)close(take_listener);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	ep->loop = loop;
	ep->grants = grants;
	ep->recalls = recalls;
	ep->roles = roles;
	ep->log = log;
	rc = gate_init(&ep->gate, log, "the endpoint", e);
	if (rc < 0)
		(void)close(take_listener);
	else
		rc = httpd_new(&ep->httpd, loop, take_listener, &handler, e);
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
	gate_release(&ep->gate);
	free(ep);
}

void endpoint_url(const struct endpoint *ep, struct buf *out)
{
	buf_addf(out, "http://%s" BEARER_TARGET, ep->host);
}

uint64_t endpoint_unverified(const struct endpoint *ep)
{
	return ep->unverified;
}
