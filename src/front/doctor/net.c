/* Reachability: servers from the broker, the broker's endpoint from here; and
 * wrong clocks. */

#include "front/doctor/doctor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/bearer.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "base/core/wire.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 300,
	ENDPOINT_MS = 1000,
	OFF = 60,      /* tolerated clock error, in seconds */
	TOO_FAR = 300, /* from here on AWS rejects signatures */
	SERVER_FAILS = 500,
};

/* --- the endpoint */

static int wait_for(int fd, short events)
{
	struct pollfd p = {.fd = fd, .events = events};

	return poll(&p, 1, ENDPOINT_MS) == 1;
}

/* 1 if an HTTP server answers.  Without a token the request has no effect. */
static int answers(unsigned port)
{
	static const char ask[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
				  "Connection: close\r\n\r\n";
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char got[5] = "";
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int good = 0;

	if (fd < 0)
		return 0;
	if ((connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ||
		errno == EINPROGRESS) &&
	    wait_for(fd, POLLOUT) &&
	    send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) ==
		(ssize_t)(sizeof(ask) - 1) &&
	    wait_for(fd, POLLIN))
		good = recv(fd, got, sizeof(got), 0) == (ssize_t)sizeof(got) &&
		       memcmp(got, "HTTP/", sizeof(got)) == 0;
	(void)close(fd);
	return good;
}

/* A container or namespace may share the socket file but not the network. */
static void check_endpoint(struct doctor *d)
{
	const struct broker_status *h = &d->r.h;
	const char *uri = getenv(var_name(VAR_FULL_URI));
	long port = bearer_port(h->says.url);

	if (h->kind != BROKER_STATUS_RUNNING || port == 0)
		return;
	if (!answers((unsigned)port))
		findings_add(&d->f, FINDING_PROBLEM, "network",
		    "the broker's endpoint 127.0.0.1:%ld is not reached from "
		    "here: SDKs need the network namespace of the broker, or "
		    "\"mode\": \"static\"",
		    port);
	else if (uri != NULL && d->sdk_ours[SDK_GO] &&
		 d->sdk[SDK_GO].source == SDK_ENDPOINT &&
		 strcmp(uri, h->says.url) != 0)
		findings_add(&d->f, FINDING_PROBLEM, "network",
		    "this environment names the endpoint of a broker that has "
		    "ended; in a shell with the hook the next prompt mends "
		    "that");
	else
		findings_add(&d->f, FINDING_OK, "network",
		    "SDKs reach the endpoint 127.0.0.1:%ld", port);
	if (h->says.unverified > 0)
		findings_add(&d->f, FINDING_OK, "network",
		    "%lld caller%s of unknown user, admitted by token alone",
		    (long long)h->says.unverified,
		    h->says.unverified == 1 ? "" : "s");
}

/* --- servers */

static void check_host(struct doctor *d, const struct reached *one)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	text_safe(&b, one->server, strlen(one->server), SHOWN);
	buf_adds(&b, ": ");
	if (one->why[0] != '\0') {
		text_safe(&b, one->why, strlen(one->why), TEXT_MAX);
		findings_add(
		    &d->f, FINDING_PROBLEM, "network", "%s", buf_str(&b));
	} else if (one->status >= SERVER_FAILS) {
		text_safe(&b, one->url, strlen(one->url), SHOWN);
		findings_add(&d->f, FINDING_WARNING, "network",
		    "%s is reached, and answers with an error of its own "
		    "(status %u)",
		    buf_str(&b), one->status);
	} else {
		text_safe(&b, one->url, strlen(one->url), SHOWN);
		findings_add(
		    &d->f, FINDING_OK, "network", "%s is reached", buf_str(&b));
	}
	buf_release(&b);
}

void doctor_network(struct doctor *d)
{
	for (size_t i = 0; i < d->n_reached; i++)
		check_host(d, &d->reached[i]);
	if (d->unasked.code != 0 && d->n_reached == 0)
		findings_add_raw(&d->f, FINDING_PROBLEM, "network",
		    d->unasked.msg, d->unasked.run);
	if (d->offline)
		findings_add(&d->f, FINDING_OK, "network",
		    "servers were not asked, as --offline was given");
	check_endpoint(d);
}

/* --- clocks */

static int64_t size_of(int64_t ahead)
{
	return ahead < 0 ? -ahead : ahead;
}

/* The host closest to this machine's clock: if even that is far off, it is this
 * machine's clock that is wrong. */
static const char *nearest(const struct doctor *d, int64_t *ahead)
{
	const char *host = NULL;

	for (size_t i = 0; i < d->n_reached; i++) {
		const struct reached *one = &d->reached[i];

		if (one->ahead == WIRE_AHEAD_UNKNOWN ||
		    (host != NULL && size_of(one->ahead) >= size_of(*ahead)))
			continue;
		host = url_host(one->url);
		*ahead = one->ahead;
	}
	if (host == NULL && d->r.h.kind == BROKER_STATUS_RUNNING &&
	    d->r.h.says.clock_host[0] != '\0') {
		host = d->r.h.says.clock_host;
		*ahead = d->r.h.says.ahead;
	}
	return host;
}

static void add_clock(struct doctor *d, const char *host, int64_t ahead)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	int64_t off = size_of(ahead);

	text_safe(&b, host, strlen(host), SHOWN);
	if (off < OFF) {
		findings_add(&d->f, FINDING_OK, "clock",
		    "is that of %s, give or take a minute", buf_str(&b));
	} else {
		findings_add(&d->f,
		    off < TOO_FAR ? FINDING_WARNING : FINDING_PROBLEM, "clock",
		    "it is %lld seconds %s that of %s%s", (long long)off,
		    ahead < 0 ? "ahead of" : "behind", buf_str(&b),
		    off < TOO_FAR ? ""
				  : ": AWS refuses what SDKs sign with it");
		findings_run(&d->f, "sudo timedatectl set-ntp true");
	}
	buf_release(&b);
}

void doctor_clock(struct doctor *d)
{
	int64_t ahead = 0;
	const char *host = nearest(d, &ahead);

	if (host == NULL)
		return;
	add_clock(d, host, ahead);
	if (size_of(ahead) >= OFF)
		return;
	for (size_t i = 0; i < d->n_reached; i++) {
		const struct reached *one = &d->reached[i];

		if (one->ahead != WIRE_AHEAD_UNKNOWN &&
		    size_of(one->ahead) >= OFF)
			findings_add(&d->f, FINDING_WARNING, "clock",
			    "that of %s is %lld seconds off; tell those who "
			    "run it",
			    url_host(one->url), (long long)size_of(one->ahead));
	}
}
