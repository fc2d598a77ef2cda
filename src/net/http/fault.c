#include "net/http/fault.h"

#include <stddef.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/path.h"

enum {
	MAX_HOST = 300,
	MAX_MESSAGE = 1000,
};

/* The subject of the message: "HOST", or "the proxy HOST". */
static void add_host(struct buf *out, const char *host, int proxy)
{
	if (proxy && (!host || !*host)) {
		buf_adds(out, "the proxy");
		return;
	}
	if (proxy)
		buf_adds(out, "the proxy ");
	/* A proxy from the environment can be any text. */
	text_safe(out, host, strlen(host), MAX_HOST);
}

static void say_certificate(
    const struct http_fault *f, const char *who, struct buf *out)
{
	buf_addf(out, "the certificate of %s ", who);
	switch (f->kind) {
	case HTTP_FAULT_CERT_NAME:
		buf_adds(out, "is one of another name. Check the network (a "
			      "login page in between?), and the url");
		break;
	case HTTP_FAULT_CERT_EXPIRED:
		buf_adds(out, "has expired. Check the clock of this machine, "
			      "or tell those who run that server");
		break;
	case HTTP_FAULT_CERT_EARLY:
		buf_adds(out, "is not valid yet. Check the clock of this "
			      "machine");
		break;
	case HTTP_FAULT_CERT_UNKNOWN:
		if (f->bundle) {
			buf_adds(out, "is not signed by a CA of ");
			path_text(out, f->bundle);
			buf_adds(out, ". See: mairu config get ca_bundle");
			break;
		}
		buf_adds(out, "is not signed by a CA that this machine knows. "
			      "If it is your company's own, run: mairu config "
			      "set ca_bundle FILE");
		break;
	default:
		buf_adds(out, "is not to be trusted. Tell those who run that "
			      "server");
	}
}

static void say_proxy(
    const struct http_fault *f, const char *who, struct buf *out)
{
	if (f->kind == HTTP_FAULT_PROXY_NAME)
		buf_addf(out, "%s is not known. ", who);
	else if (f->status == 407)
		buf_addf(out,
		    "%s wants a user name and password, or refuses "
		    "those it got. ",
		    who);
	else if (f->status)
		buf_addf(out, "%s refuses to connect to %s (status %u). ", who,
		    f->host, f->status);
	else
		buf_addf(out, "%s refuses to connect to %s. ", who, f->host);
	buf_adds(out, "See: mairu config get proxy");
}

static void say_connection(
    const struct http_fault *f, const char *who, struct buf *out)
{
	const char *advice = f->at_proxy
				 ? "See: mairu config get proxy"
				 : "Check the network, or the url in servers.d";

	switch (f->kind) {
	case HTTP_FAULT_NAME:
		buf_addf(out,
		    "the name %s is not known; check the network, "
		    "or the url in servers.d",
		    who);
		break;
	case HTTP_FAULT_SLOW_NAME:
		buf_addf(out,
		    "no address of %s was found within %u s. Check "
		    "the network and its name servers",
		    who, f->seconds);
		break;
	case HTTP_FAULT_SLOW_CONNECT:
		buf_addf(out, "%s did not take a connection within %u s. %s",
		    who, f->seconds, advice);
		break;
	case HTTP_FAULT_SLOW_TLS:
		if (f->at_proxy) {
			buf_addf(out,
			    "%s did not connect to %s within %u s. %s", who,
			    f->host, f->seconds, advice);
			break;
		}
		buf_addf(out, "%s took longer than %u s to begin with TLS. %s",
		    who, f->seconds, advice);
		break;
	default:
		buf_addf(out, "%s can't be reached", who);
		if (f->sys_errno)
			buf_addf(out, " (%s)", strerror(f->sys_errno));
		buf_addf(out, ". %s", advice);
	}
}

static void say_answer(
    const struct http_fault *f, const char *who, struct buf *out)
{
	switch (f->kind) {
	case HTTP_FAULT_SLOW_ANSWER:
		buf_addf(out, "%s gave no whole answer within %u s. Try again",
		    who, f->seconds);
		break;
	case HTTP_FAULT_EMPTY:
		buf_addf(out, "%s closed the connection without an answer. %s",
		    who,
		    f->at_proxy ? "See: mairu config get proxy" : "Try again");
		break;
	case HTTP_FAULT_BROKEN:
		buf_addf(out,
		    "the connection to %s broke off in the middle "
		    "of the answer. Try again",
		    who);
		break;
	case HTTP_FAULT_LARGE_HEAD:
		buf_addf(out,
		    "%s answered with a header of more than 64 KiB. "
		    "Check the url in servers.d",
		    who);
		break;
	case HTTP_FAULT_LARGE_BODY:
		buf_addf(out,
		    "%s answered with more than 1 MiB. Check the url "
		    "in servers.d",
		    who);
		break;
	case HTTP_FAULT_NOT_HTTP:
		buf_addf(out,
		    "%s answered with something that is not HTTP. "
		    "Check the url in servers.d",
		    who);
		break;
	case HTTP_FAULT_SQUATTED:
		buf_addf(out,
		    "the port of %s is one of another user of this machine "
		    "(uid %lu), and nothing was sent there. Free the port, or "
		    "check the url in servers.d",
		    who, f->uid);
		break;
	case HTTP_FAULT_UNTOLD:
		if (f->sys_errno) {
			buf_addf(out,
			    "nothing was sent to %s: the broker has no file "
			    "descriptor left. Raise its limit (ulimit -n), "
			    "then "
			    "run: mairu kill-agent",
			    who);
			break;
		}
		buf_addf(out,
		    "whose program answers at %s can't be told, and nothing "
		    "was sent there. Check the url in servers.d: with https:// "
		    "its certificate tells",
		    who);
		break;
	case HTTP_FAULT_TLS:
		buf_addf(out,
		    "no TLS 1.2 or later could be agreed on with "
		    "%s. Check the url in servers.d, or tell those "
		    "who run that server",
		    who);
		break;
	default:
		buf_addf(out, "talking to %s failed: %s", who,
		    f->why ? f->why : "for a reason that is not known");
	}
}

int http_fault_say(const struct http_fault *f, struct err *e)
{
	struct buf who = BUF_INIT(2 * MAX_HOST), out = BUF_INIT(MAX_MESSAGE);
	int at_proxy = f->at_proxy || f->kind == HTTP_FAULT_PROXY_NAME ||
		       f->kind == HTTP_FAULT_PROXY_REFUSES;

	add_host(&who, at_proxy ? f->proxy : f->host, at_proxy);
	if (f->kind == HTTP_FAULT_BUNDLE) {
		buf_adds(&out, "the CAs can't be read from ");
		path_text(&out, f->bundle ? f->bundle : "the system's file");
		buf_adds(&out, ". Run: mairu config set ca_bundle FILE");
	} else if (f->kind >= HTTP_FAULT_PROXY_NAME &&
		   f->kind <= HTTP_FAULT_PROXY_REFUSES) {
		say_proxy(f, buf_str(&who), &out);
	} else if (f->kind >= HTTP_FAULT_CERT_UNKNOWN &&
		   f->kind <= HTTP_FAULT_CERT_OTHER) {
		say_certificate(f, buf_str(&who), &out);
	} else if (f->kind >= HTTP_FAULT_NAME &&
		   f->kind <= HTTP_FAULT_SLOW_TLS) {
		say_connection(f, buf_str(&who), &out);
	} else if (f->kind != HTTP_FAULT_MEMORY) {
		say_answer(f, buf_str(&who), &out);
	}
	if (f->kind == HTTP_FAULT_MEMORY || who.failed || out.failed)
		(void)err_set(e, ERR_NOMEM, "out of memory");
	else
		(void)err_set(e, ERR_UPSTREAM, "%s", buf_str(&out));
	buf_release(&who);
	buf_release(&out);
	return f->kind == HTTP_FAULT_MEMORY ? ERR_NOMEM : ERR_UPSTREAM;
}
