#include "broker/tcp_peer.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

enum {
	/* From linux/tcp_states.h, which no user program sees. */
	STATE_LISTEN = 10,
};

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 req;
};

int tcp_peer_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_SOCK_DIAG);
}

static int ask(int asker, unsigned seq, const struct sockaddr_in *peer,
    const struct sockaddr_in *ours)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	struct question q;

	memset(&q, 0, sizeof(q));
	q.header.nlmsg_len = sizeof(q);
	q.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	q.header.nlmsg_flags = NLM_F_REQUEST;
	q.header.nlmsg_seq = seq;
	q.req.sdiag_family = AF_INET;
	q.req.sdiag_protocol = IPPROTO_TCP;
	q.req.idiag_states = ~0u;
	/* The socket is asked for as its owner sees it: we are its peer. */
	q.req.id.idiag_sport = peer->sin_port;
	q.req.id.idiag_dport = ours->sin_port;
	q.req.id.idiag_src[0] = peer->sin_addr.s_addr;
	q.req.id.idiag_dst[0] = ours->sin_addr.s_addr;
	q.req.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	q.req.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return sendto(asker, &q, sizeof(q), 0, (const struct sockaddr *)&kernel,
		   sizeof(kernel)) == sizeof(q)
		   ? 0
		   : -1;
}

/* 1 when it is that very socket.  The kernel falls back to a listener at that
 * address, which would say nothing about this connection. */
static int is_it(const struct inet_diag_msg *m, const struct sockaddr_in *peer,
    const struct sockaddr_in *ours)
{
	return m->idiag_family == AF_INET && m->idiag_state != STATE_LISTEN &&
	       m->id.idiag_sport == peer->sin_port &&
	       m->id.idiag_dport == ours->sin_port &&
	       m->id.idiag_src[0] == peer->sin_addr.s_addr &&
	       m->id.idiag_dst[0] == ours->sin_addr.s_addr;
}

/* 1 and *m when the kernel knows it. */
static int look(int asker, const struct sockaddr_in *peer,
    const struct sockaddr_in *ours, struct inet_diag_msg *m)
{
	static unsigned seq;
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} u;
	ssize_t n;

	if (asker < 0 || ask(asker, ++seq, peer, ours) < 0)
		return 0;
	/* Anything older than our question is skipped. */
	while ((n = recv(asker, &u, sizeof(u), MSG_DONTWAIT)) > 0) {
		if ((size_t)n < sizeof(u.header) || u.header.nlmsg_seq != seq)
			continue;
		if (u.header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		    (size_t)n < NLMSG_LENGTH(sizeof(*m)))
			return 0;
		memcpy(m, NLMSG_DATA(&u.header), sizeof(*m));
		return is_it(m, peer, ours);
	}
	return 0;
}

enum tcp_peer tcp_peer_ask(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours)
{
	struct inet_diag_msg m;

	if (!look(asker, peer, ours, &m))
		return TCP_PEER_UNKNOWN;
	/* Closed by its process, and then the uid means nothing. */
	if (!m.idiag_inode)
		return TCP_PEER_OTHER;
	return m.idiag_uid == geteuid() ? TCP_PEER_OURS : TCP_PEER_OTHER;
}

uint64_t tcp_peer_inode(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours)
{
	struct inet_diag_msg m;

	return look(asker, peer, ours, &m) ? m.idiag_inode : 0;
}

#else

int tcp_peer_open(void)
{
	return -1;
}

enum tcp_peer tcp_peer_ask(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return TCP_PEER_UNKNOWN;
}

uint64_t tcp_peer_inode(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return 0;
}

#endif
