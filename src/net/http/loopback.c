#include "net/http/loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http/peer.h"
#include "net/runtime/helper.h"

enum {
	BACKLOG = 1280, /* a thousand programs may start at once */
	/* Attempts to find a port that is free on ::1, too. */
	MAX_TRIES = 16,
};

static int listen_at(
    const struct sockaddr *at, socklen_t len, const char *name, struct err *e)
{
	const int yes = 1;
	struct sockaddr_in in;
	int fd, rc;

	fd = socket(
	    at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		(void)err_sys(e, "making a socket");
		return -1;
	}
	/* Allow a port in TIME_WAIT.  The other family has its own socket. */
	rc = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (rc == 0 && at->sa_family == AF_INET6)
		rc = setsockopt(
		    fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	if (rc == 0 && bind(fd, at, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	/* The port is at the same offset in both. */
	in = *(const struct sockaddr_in *)(const void *)at;
	(void)err_sys(
	    e, "listening on %s port %u", name, (unsigned)ntohs(in.sin_port));
	(void)close(fd);
	return -1;
}

int loopback_listen(uint16_t port, int *out, struct err *e)
{
	const struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	if (helper_is_there())
		return helper_listen(port, out, e);
	*out =
	    listen_at((const struct sockaddr *)&at, sizeof(at), "127.0.0.1", e);
	return *out < 0 ? ERR_SYS : 0;
}

int loopback_listen_v6(uint16_t port, int *out, struct err *e)
{
	const struct sockaddr_in6 at = {.sin6_family = AF_INET6,
	    .sin6_port = htons(port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	if (helper_is_there())
		return helper_listen_v6(port, out, e);
	*out = listen_at((const struct sockaddr *)&at, sizeof(at), "::1", e);
	return *out < 0 ? ERR_SYS : 0;
}

/* 1 if there is no IPv6, or none on loopback. */
static int is_without_v6(const struct err *e)
{
	return e->sys_errno == EAFNOSUPPORT || e->sys_errno == EADDRNOTAVAIL;
}

static int listen_both(uint16_t port, int fd[LOOPBACK_N], struct err *e)
{
	struct sockaddr_in at = {.sin_family = 0};
	socklen_t len = sizeof(at);
	int rc = loopback_listen(port, &fd[LOOPBACK_V4], e);

	if (rc < 0)
		return rc;
	if (getsockname(fd[LOOPBACK_V4], (struct sockaddr *)&at, &len) < 0)
		rc = err_sys(e, "looking at a port of 127.0.0.1");
	else
		rc =
		    loopback_listen_v6(ntohs(at.sin_port), &fd[LOOPBACK_V6], e);
	if (rc < 0 && is_without_v6(e))
		rc = 0;
	if (rc < 0) {
		(void)close(fd[LOOPBACK_V4]);
		fd[LOOPBACK_V4] = -1;
	}
	return rc;
}

int loopback_listen_all(uint16_t port, int fd[LOOPBACK_N], struct err *e)
{
	int rc = 0;

	fd[LOOPBACK_V4] = fd[LOOPBACK_V6] = -1;
	for (int i = 0; i < MAX_TRIES; i++) {
		rc = listen_both(port, fd, e);
		if (rc == 0 || port != 0 || e->sys_errno != EADDRINUSE)
			break;
	}
	return rc;
}

void loopback_taken_by(struct buf *out, uint16_t port, int all)
{
	const struct sockaddr_in v4 = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
	    .sin6_port = htons(port),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const char *where = "127.0.0.1";
	int asker = peer_open(), known;
	struct tcp_end at;
	uid_t uid = 0;

	(void)tcp_end_of(&at, (const struct sockaddr *)&v4, sizeof(v4));
	known = peer_listener(asker, &at, &uid);
	if (!known && all) {
		where = "::1";
		(void)tcp_end_of(&at, (const struct sockaddr *)&v6, sizeof(v6));
		known = peer_listener(asker, &at, &uid);
	}
	if (asker >= 0)
		(void)close(asker);
	if (known && uid != geteuid())
		buf_addf(out, "a program of another user (uid %lu)",
		    (unsigned long)uid);
	else
		buf_adds(out, "another program");
	if (known && all)
		buf_addf(out, " at %s", where);
}
