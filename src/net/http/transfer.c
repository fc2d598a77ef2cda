/* The part of a transfer that does not need libcurl: received data, and the
 * peer. */

#include "net/http/curl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/http/peer.h"

enum {
	MAX_HEAD = 64 * 1024,
};

/* libcurl reports only the port, and does not say whether no_proxy matched. */
int http_transfer_at_proxy(const struct http_transfer *t)
{
	unsigned own = t->host.port ? t->host.port : 443;

	return t->proxy.port && t->port == t->proxy.port &&
	       (own != t->port || !t->excepts);
}

/* libcurl reports the connect time only together with that of TLS.  During a
 * name lookup it polls a socket pair of its own. */
void http_transfer_look(struct http_transfer *t, int fd)
{
	struct sockaddr_storage peer = {0};
	socklen_t len = sizeof(peer);

	if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
	    peer.ss_family != AF_UNIX)
		t->connected = 1;
}

void http_transfer_goes(
    struct http_transfer *t, const struct sockaddr *to, size_t len)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (to->sa_family == AF_INET) {
		memcpy(&in, to, sizeof(in));
		t->port = ntohs(in.sin_port);
	} else if (to->sa_family == AF_INET6 && len >= sizeof(in6)) {
		memcpy(&in6, to, sizeof(in6));
		t->port = ntohs(in6.sin6_port);
	}
}

static int end_of(struct tcp_end *end, const char *ip, int port)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr_in in = {.sin_family = AF_INET};

	in.sin_port = in6.sin6_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, ip, &in.sin_addr) == 1)
		return tcp_end_of(
		    end, (const struct sockaddr *)&in, sizeof(in));
	return inet_pton(AF_INET6, ip, &in6.sin6_addr) == 1 &&
	       tcp_end_of(end, (const struct sockaddr *)&in6, sizeof(in6));
}

int http_transfer_is_ours(struct http_transfer *t, const char *peer,
    int peer_port, const char *own, int own_port)
{
	struct tcp_end far, near;
	enum peer who = PEER_UNKNOWN;
	int asker = peer_open();
	int is_full = asker < 0 && (errno == EMFILE || errno == ENFILE);
	uid_t uid = 0;

	if (end_of(&far, peer, peer_port) && end_of(&near, own, own_port))
		who = peer_server(asker, &far, &near, &uid);
	if (asker >= 0)
		(void)close(asker);
	t->fault.uid = uid;
	t->fault.sys_errno = is_full ? EMFILE : 0;
	if (who != PEER_OURS)
		t->stopped =
		    who == PEER_OTHER ? HTTP_FAULT_SQUATTED : HTTP_FAULT_UNTOLD;
	return who == PEER_OURS;
}

size_t http_transfer_head(char *line, size_t one, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	(void)one; /* is 1 */
	if (n > MAX_HEAD - t->head_len) {
		t->stopped = HTTP_FAULT_LARGE_HEAD;
		return 0;
	}
	t->head_len += n;
	/* An interim answer's header is followed by another. */
	t->head_ended = n > 0 && (line[0] == '\r' || line[0] == '\n');
	http_head_line(&t->head, line, n);
	return n;
}

size_t http_transfer_body(char *data, size_t one, size_t n, void *arg)
{
	struct http_transfer *t = arg;

	(void)one;
	if (n > HTTP_MAX_BODY - t->body.len) {
		t->stopped = HTTP_FAULT_LARGE_BODY;
		return 0;
	}
	buf_add(&t->body, data, n);
	if (t->body.failed) {
		t->stopped = HTTP_FAULT_MEMORY;
		return 0;
	}
	return n;
}
