#include "net/http/curl.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/core/url.h"
#include "base/core/version.h"
#include "net/http/ca.h"

enum {
	CA_SECONDS = 60, /* before a bundle is reread */
	/* OpenSSL's verification results (x509_vfy.h). */
	VERIFY_UNSPECIFIED = 1,
	VERIFY_EARLY = 9,
	VERIFY_EXPIRED = 10,
	VERIFY_SELF_SIGNED = 18,
	VERIFY_SELF_SIGNED_CHAIN = 19,
	VERIFY_NO_ISSUER = 20,
	VERIFY_NO_CHAIN = 21,
};

struct http_curl {
	struct loop *loop;
	CURLM *multi; /* NULL before the first transfer */
	struct loop_timer turn;
	TAILQ_HEAD(transfer_list, http_transfer) transfers;
	LIST_HEAD(watch_list, watch) watches;
};

/* 1 on failure, which can only be out of memory. */
#define SET(easy, option, value)                                               \
	(curl_easy_setopt(easy, option, value) != CURLE_OK)

/* A socket of libcurl's. */
struct watch {
	struct loop_fd fd;
	struct http_curl *curl;
	LIST_ENTRY(watch) entry;
};

/* --- why it failed */

static enum http_fault_kind slow(
    const struct http_transfer *t, struct http_fault *f)
{
	curl_off_t name = 0, ready = 0;
	CURL *easy = t->easy;

	(void)curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &name);
	(void)curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &ready);
	f->seconds = (unsigned)((t->connect_ms + 999) / 1000);
	if (name == 0)
		return HTTP_FAULT_SLOW_NAME;
	if (!t->connected) {
		f->at_proxy = http_transfer_at_proxy(t);
		return HTTP_FAULT_SLOW_CONNECT;
	}
	if (t->tls && ready == 0)
		return HTTP_FAULT_SLOW_TLS;
	f->seconds = (unsigned)((t->whole_ms + 999) / 1000);
	return HTTP_FAULT_SLOW_ANSWER;
}

static enum http_fault_kind refused(
    const struct http_transfer *t, struct http_fault *f)
{
	long why = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &why);
	f->sys_errno = (int)why;
	f->at_proxy = http_transfer_at_proxy(t);
	return HTTP_FAULT_CONNECT;
}

static enum http_fault_kind certificate(
    const struct http_transfer *t, struct http_fault *f)
{
	long host = 0, proxy = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &host);
	(void)curl_easy_getinfo(
	    t->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy);
	f->at_proxy = host == 0 && proxy != 0;
	switch (host ? host : proxy) {
	case 0:			 /* libcurl itself compares names, */
	case VERIFY_UNSPECIFIED: /* and begins with this */
		return HTTP_FAULT_CERT_NAME;
	case VERIFY_EARLY:
		return HTTP_FAULT_CERT_EARLY;
	case VERIFY_EXPIRED:
		return HTTP_FAULT_CERT_EXPIRED;
	case VERIFY_SELF_SIGNED:
	case VERIFY_SELF_SIGNED_CHAIN:
	case VERIFY_NO_ISSUER:
	case VERIFY_NO_CHAIN:
		return HTTP_FAULT_CERT_UNKNOWN;
	default:
		return HTTP_FAULT_CERT_OTHER;
	}
}

/* libcurl also reports out of memory for a header line beyond its own limit. */
static enum http_fault_kind no_memory(const struct http_transfer *t)
{
	curl_off_t began = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_STARTTRANSFER_TIME_T, &began);
	return began > 0 && !t->head_ended ? HTTP_FAULT_LARGE_HEAD
					   : HTTP_FAULT_MEMORY;
}

static enum http_fault_kind kind_of(
    const struct http_transfer *t, CURLcode code, struct http_fault *f)
{
	switch (code) {
	case CURLE_OK:
		return HTTP_FAULT_NONE;
	case CURLE_OUT_OF_MEMORY:
		return no_memory(t);
#if LIBCURL_VERSION_NUM >= 0x080600
	case CURLE_TOO_LARGE:
		return HTTP_FAULT_LARGE_HEAD;
#endif
	case CURLE_COULDNT_RESOLVE_HOST:
		return HTTP_FAULT_NAME;
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_FAULT_PROXY_NAME;
	case CURLE_COULDNT_CONNECT:
		return refused(t, f);
	case CURLE_OPERATION_TIMEDOUT:
		return slow(t, f);
	case CURLE_PARTIAL_FILE:
		return HTTP_FAULT_BROKEN;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return t->head_len ? HTTP_FAULT_BROKEN : HTTP_FAULT_EMPTY;
	case CURLE_FILESIZE_EXCEEDED:
		return HTTP_FAULT_LARGE_BODY;
	case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9, which is anything */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		return HTTP_FAULT_NOT_HTTP;
	case CURLE_SSL_CONNECT_ERROR:
		return HTTP_FAULT_TLS;
	case CURLE_PEER_FAILED_VERIFICATION:
		return certificate(t, f);
	case CURLE_SSL_CACERT_BADFILE:
		return HTTP_FAULT_BUNDLE;
	case CURLE_PROXY:
		return HTTP_FAULT_PROXY_REFUSES;
	default:
		f->why = curl_easy_strerror(code);
		return HTTP_FAULT_OTHER;
	}
}

/* --- the end */

void http_transfer_stop(struct http_transfer *t)
{
	if (t->easy) {
		TAILQ_REMOVE(&t->curl->transfers, t, entry);
		/* FORBID_REUSE: this closes the connection too. */
		(void)curl_multi_remove_handle(t->curl->multi, t->easy);
		curl_easy_cleanup(t->easy);
		t->easy = NULL;
	}
	free(t->lines);
	t->lines = NULL;
	http_ask_release(&t->ask);
}

/* Records the result and closes the connection. */
static void end(struct http_transfer *t, CURLcode code)
{
	struct http_fault *f = &t->fault;
	long status = 0, proxy_status = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(
	    t->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	f->kind = t->stopped ? t->stopped : kind_of(t, code, f);
	if (f->kind != HTTP_FAULT_NONE && proxy_status >= 300) {
		f->kind = HTTP_FAULT_PROXY_REFUSES;
		f->status = (unsigned)proxy_status;
	}
	/* Failures before the proxy's CONNECT succeeded are the proxy's. */
	if (proxy_status == 0 && t->tls &&
	    (f->kind == HTTP_FAULT_SLOW_TLS || f->kind == HTTP_FAULT_EMPTY))
		f->at_proxy = http_transfer_at_proxy(t);
	t->status = (unsigned)status;
	http_transfer_stop(t);
	t->over(t);
}

/* --- libcurl and the loop */

static void unwatch(struct watch *w)
{
	loop_unwatch(w->curl->loop, &w->fd);
	LIST_REMOVE(w, entry);
	free(w);
}

static void end_library(struct http_curl *h)
{
	struct watch *w, *next;

	if (!h->multi)
		return;
	(void)curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	h->multi = NULL;
	for (w = LIST_FIRST(&h->watches); w; w = next) {
		next = LIST_NEXT(w, entry);
		unwatch(w);
	}
	loop_disarm(h->loop, &h->turn);
}

static void act(struct http_curl *h, curl_socket_t fd, int what)
{
	struct http_transfer *t;
	CURLMsg *m;
	int n;

	if (curl_multi_socket_action(h->multi, fd, what, &n) != CURLM_OK) {
		/* Out of memory: nothing drives these any more, and libcurl
		 * considers its handle dead. */
		while ((t = TAILQ_FIRST(&h->transfers)))
			end(t, CURLE_OUT_OF_MEMORY);
		end_library(h);
		return;
	}
	while ((m = curl_multi_info_read(h->multi, &n))) {
		CURLcode code = m->data.result;

		if (m->msg == CURLMSG_DONE &&
		    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t) ==
			CURLE_OK)
			end(t, code);
	}
}

static void turn(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void ready(void *arg, short revents)
{
	struct watch *w = arg;
	int what = 0;

	if (revents & (POLLIN | POLLHUP))
		what |= CURL_CSELECT_IN;
	if (revents & POLLOUT)
		what |= CURL_CSELECT_OUT;
	if (revents & (POLLERR | POLLNVAL))
		what |= CURL_CSELECT_ERR;
	act(w->curl, w->fd.fd, what);
}

static struct watch *watch(struct http_curl *h, curl_socket_t fd, short events)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->curl = h;
	w->fd.fn = ready;
	w->fd.arg = w;
	if (loop_watch(h->loop, &w->fd, fd, events) < 0) {
		free(w);
		return NULL;
	}
	LIST_INSERT_HEAD(&h->watches, w, entry);
	(void)curl_multi_assign(h->multi, fd, w);
	return w;
}

static int socket_wants(
    CURL *easy, curl_socket_t fd, int what, void *arg, void *data)
{
	struct http_curl *h = arg;
	struct http_transfer *t = NULL;
	struct watch *w = data;
	short events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
			       (what & CURL_POLL_OUT ? POLLOUT : 0));

	if (what == CURL_POLL_REMOVE) {
		if (w)
			unwatch(w);
		return 0;
	}
	if (events & POLLIN)
		(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
	if (t)
		http_transfer_look(t, fd);
	if (w)
		loop_events(h->loop, &w->fd, events);
	else if (!watch(h, fd, events))
		return -1; /* fails every call, see act() */
	return 0;
}

static int timer_wants(CURLM *multi, long ms, void *arg)
{
	struct http_curl *h = arg;

	(void)multi;
	if (ms < 0)
		loop_disarm(h->loop, &h->turn);
	else
		loop_arm(h->loop, &h->turn, ms);
	return 0;
}

/* libcurl's own sockets would be inherited by children. */
static curl_socket_t open_socket(
    void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	int fd = socket(a->family, a->socktype, a->protocol);

	(void)purpose;
	if (fd < 0)
		return CURL_SOCKET_BAD;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	http_transfer_goes(arg, &a->addr, a->addrlen);
	return fd;
}

/* Called when connected, before anything is sent. */
static int may_send(
    void *arg, char *peer, char *own, int peer_port, int own_port)
{
	return http_transfer_is_ours(arg, peer, peer_port, own, own_port)
		   ? CURL_PREREQFUNC_OK
		   : CURL_PREREQFUNC_ABORT;
}

/* --- starting */

static int start_library(struct http_curl *h)
{
	CURLM *m;

	if (h->multi)
		return 0;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -1;
	m = h->multi = curl_multi_init();
	if (!m) {
		curl_global_cleanup();
		return -1;
	}
	(void)curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, socket_wants);
	(void)curl_multi_setopt(m, CURLMOPT_SOCKETDATA, h);
	(void)curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, timer_wants);
	(void)curl_multi_setopt(m, CURLMOPT_TIMERDATA, h);
	return 0;
}

/* Options common to all calls. */
static int set_rules(CURL *easy, const struct http_rules *r)
{
	const struct {
		CURLoption option;
		long value;
	} rules[] = {
	    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
	    {CURLOPT_FOLLOWLOCATION, 0},
	    {CURLOPT_PATH_AS_IS, 1},
	    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
	    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
	    /* One connection per call: its buffers hold tokens. */
	    {CURLOPT_FRESH_CONNECT, 1},
	    {CURLOPT_FORBID_REUSE, 1},
	    {CURLOPT_SSL_SESSIONID_CACHE, 0},
	    {CURLOPT_CA_CACHE_TIMEOUT, CA_SECONDS},
	    {CURLOPT_SSL_VERIFYPEER, 1},
	    {CURLOPT_SSL_VERIFYHOST, 2},
	    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	    {CURLOPT_PROXY_SSL_VERIFYPEER, 1},
	    {CURLOPT_PROXY_SSL_VERIFYHOST, 2},
	    {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
	    /* Keep our headers from the proxy, and its headers out of the
	     * answer. */
	    {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE},
	    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
	    {CURLOPT_HTTP_CONTENT_DECODING, 0},
	    {CURLOPT_MAXFILESIZE, HTTP_MAX_BODY},
	    {CURLOPT_NOSIGNAL, 1},
	    /* Cancelling must not wait for a name server. */
	    {CURLOPT_QUICK_EXIT, 1},
	    {CURLOPT_CONNECTTIMEOUT_MS, r->connect_ms},
	    {CURLOPT_TIMEOUT_MS, r->whole_ms},
	};
	int failed = 0;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		failed |= SET(easy, rules[i].option, rules[i].value);
	return failed ? -1 : 0;
}

static int set_peers(struct http_transfer *t, const struct http_rules *r)
{
	const char *proxy = t->host.loopback ? ""
			    : r->proxy	     ? r->proxy
					     : server_address_proxy();
	CURL *easy = t->easy;
	char *cas = NULL; /* the system's directory */
	int failed;

	(void)curl_easy_getinfo(easy, CURLINFO_CAPATH, &cas);
	server_address_of_proxy(&t->proxy, proxy);
	/* "" means no proxy and overrides the environment. */
	failed = SET(easy, CURLOPT_PROXY, proxy) ||
		 SET(easy, CURLOPT_NOPROXY, r->no_proxy) ||
		 SET(easy, CURLOPT_URL, buf_str(&t->ask.url)) ||
		 SET(easy, CURLOPT_PROTOCOLS_STR, t->tls ? "https" : "http") ||
		 SET(easy, CURLOPT_USERAGENT, "mairu/" MAIRU_VERSION);
	/* Instead of the system's CAs, not in addition. */
	if (r->bundle)
		failed = failed || SET(easy, CURLOPT_CAINFO, r->bundle) ||
			 SET(easy, CURLOPT_CAPATH, NULL) ||
			 SET(easy, CURLOPT_PROXY_CAINFO, r->bundle) ||
			 SET(easy, CURLOPT_PROXY_CAPATH, NULL);
	else if (cas && http_ca_hashed(cas))
		failed = failed || SET(easy, CURLOPT_CAINFO, NULL) ||
			 SET(easy, CURLOPT_PROXY_CAINFO, NULL);
	return failed ? -1 : 0;
}

/* Build libcurl's list over our own buffer: one copy of a token less. */
static int set_request(struct http_transfer *t)
{
	static char no_expect[] = "Expect:", no_type[] = "Content-Type:";
	struct http_ask *a = &t->ask;
	size_t i, n = 0, at = 0;
	int failed;

	for (i = 0; i < a->headers.len; i++)
		n += a->headers.data[i] == '\0';
	t->lines = calloc(n + 2, sizeof(*t->lines));
	if (!t->lines)
		return -1;
	for (i = 0; i < n; i++) {
		t->lines[i].data = (char *)a->headers.data + at;
		t->lines[i].next = &t->lines[i + 1];
		at += strlen(t->lines[i].data) + 1;
	}
	t->lines[n].data = no_expect;
	if (a->content_type && !*a->content_type) {
		t->lines[n].next = &t->lines[n + 1];
		t->lines[n + 1].data = no_type;
	}
	failed = SET(t->easy, CURLOPT_HTTPHEADER, t->lines);
	/* A HEAD has a Content-Length but no body. */
	if (a->head)
		failed = failed || SET(t->easy, CURLOPT_NOBODY, 1L) ||
			 SET(t->easy, CURLOPT_MAXFILESIZE, 0L);
	if (a->content_type)
		failed =
		    failed || SET(t->easy, CURLOPT_POST, 1L) ||
		    SET(t->easy, CURLOPT_POSTFIELDSIZE, (long)a->body.len) ||
		    SET(t->easy, CURLOPT_POSTFIELDS, buf_str(&a->body));
	return failed ? -1 : 0;
}

static int set_callbacks(struct http_transfer *t)
{
	CURL *easy = t->easy;
	int failed = SET(easy, CURLOPT_PRIVATE, t) ||
		     SET(easy, CURLOPT_HEADERFUNCTION, http_transfer_head) ||
		     SET(easy, CURLOPT_HEADERDATA, t) ||
		     SET(easy, CURLOPT_WRITEFUNCTION, http_transfer_body) ||
		     SET(easy, CURLOPT_WRITEDATA, t) ||
		     SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) ||
		     SET(easy, CURLOPT_OPENSOCKETDATA, t);

	/* With TLS the certificate identifies the server. */
	if (!t->tls)
		failed = failed ||
			 SET(easy, CURLOPT_PREREQFUNCTION, may_send) ||
			 SET(easy, CURLOPT_PREREQDATA, t);
	return failed ? -1 : 0;
}

int http_transfer_start(
    struct http_curl *h, struct http_transfer *t, const struct http_rules *r)
{
	t->curl = h;
	t->connect_ms = r->connect_ms;
	t->whole_ms = r->whole_ms;
	t->excepts = r->no_proxy || getenv("no_proxy") || getenv("NO_PROXY");
	t->tls = strncasecmp(buf_str(&t->ask.url), "https:", 6) == 0;
	server_address_of(&t->host, buf_str(&t->ask.url));
	t->fault.host = t->host.shown;
	t->fault.proxy = t->proxy.shown;
	t->head.retry_after = -1;
	buf_init(&t->body, HTTP_MAX_BODY);
	if (start_library(h) < 0 || !(t->easy = curl_easy_init()))
		return ERR_NOMEM;
	TAILQ_INSERT_TAIL(&h->transfers, t, entry);
	if (set_rules(t->easy, r) == 0 && set_peers(t, r) == 0 &&
	    set_request(t) == 0 && set_callbacks(t) == 0 &&
	    curl_multi_add_handle(h->multi, t->easy) == CURLM_OK)
		return 0;
	http_transfer_stop(t);
	return ERR_NOMEM;
}

struct http_curl *http_curl_new(struct loop *loop)
{
	struct http_curl *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->loop = loop;
	h->turn.fn = turn;
	h->turn.arg = h;
	TAILQ_INIT(&h->transfers);
	return h;
}

void http_curl_free(struct http_curl *h)
{
	struct http_transfer *t;

	if (!h)
		return;
	while ((t = TAILQ_FIRST(&h->transfers)))
		http_transfer_stop(t);
	end_library(h);
	free(h);
}

int http_resolve(
    const char *base, const char *ref, struct buf *out, struct err *e)
{
	CURLU *u = curl_url();
	char *whole = NULL;
	CURLUcode rc;

	if (!u)
		return err_set(e, ERR_NOMEM, "out of memory");
	rc = curl_url_set(u, CURLUPART_URL, base, CURLU_DISALLOW_USER);
	if (rc == CURLUE_OK && ref)
		rc = curl_url_set(u, CURLUPART_URL, ref, CURLU_DISALLOW_USER);
	if (rc == CURLUE_OK)
		rc = curl_url_get(u, CURLUPART_URL, &whole, 0);
	curl_url_cleanup(u);
	if (rc == CURLUE_OUT_OF_MEMORY)
		return err_set(e, ERR_NOMEM, "out of memory");
	/* Parsed by libcurl and by us; our check is final. */
	if (rc != CURLUE_OK ||
	    url_fault(whole, URL_HTTPS | URL_HTTP_LOOPBACK | URL_QUERY)) {
		curl_free(whole);
		return err_set(e, ERR_FORMAT,
		    "the url of a server can't be joined with one of its "
		    "paths. Check the file in servers.d");
	}
	buf_adds(out, whole);
	curl_free(whole);
	return 0;
}
