#include "net/http/peer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int tcp_end_of(struct tcp_end *end, const struct sockaddr *sa, size_t len)
{
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	memset(end, 0, sizeof(*end));
	if (len >= sizeof(in) && sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		end->port = in.sin_port;
		end->addr.s6_addr[10] = end->addr.s6_addr[11] = 0xff;
		memcpy(end->addr.s6_addr + 12, &in.sin_addr, 4);
		return 1;
	}
	if (len >= sizeof(in6) && sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		end->port = in6.sin6_port;
		end->addr = in6.sin6_addr;
		return 1;
	}
	return 0;
}

#ifdef __linux__

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

enum {
	/* From linux/tcp_states.h, which is not exported to user space. */
	STATE_LISTEN = 10,
	/* The index of lo, in every network namespace. */
	LOOPBACK = 1,
};

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 req;
};

int peer_open(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_SOCK_DIAG);
}

static int is_v4(const struct tcp_end *end)
{
	return IN6_IS_ADDR_V4MAPPED(&end->addr);
}

/* The address in sock_diag's form: IPv4 is in the first of four words. */
static void put_addr(__be32 to[4], const struct tcp_end *end, int v4)
{
	memcpy(to, end->addr.s6_addr + (v4 ? 12 : 0), v4 ? 4 : 16);
}

static int ask(int asker, unsigned seq, const struct tcp_end *peer,
    const struct tcp_end *ours)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	int v4 = is_v4(peer) && is_v4(ours);
	struct question q;

	memset(&q, 0, sizeof(q));
	q.header.nlmsg_len = sizeof(q);
	q.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	q.header.nlmsg_flags = NLM_F_REQUEST;
	q.header.nlmsg_seq = seq;
	q.req.sdiag_family = v4 ? AF_INET : AF_INET6;
	q.req.sdiag_protocol = IPPROTO_TCP;
	q.req.idiag_states = ~0u;
	/* From the socket owner's point of view: we are the peer. */
	q.req.id.idiag_sport = peer->port;
	q.req.id.idiag_dport = ours->port;
	put_addr(q.req.id.idiag_src, peer, v4);
	put_addr(q.req.id.idiag_dst, ours, v4);
	/* A socket bound to lo (SO_BINDTODEVICE) is only found this way. */
	q.req.id.idiag_if = LOOPBACK;
	q.req.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	q.req.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return sendto(asker, &q, sizeof(q), 0, (const struct sockaddr *)&kernel,
		   sizeof(kernel)) == sizeof(q)
		   ? 0
		   : -1;
}

static int is_end(
    int family, const __be32 addr[4], __be16 port, const struct tcp_end *end)
{
	struct tcp_end found;

	memset(&found, 0, sizeof(found));
	found.port = port;
	if (family == AF_INET) {
		found.addr.s6_addr[10] = found.addr.s6_addr[11] = 0xff;
		memcpy(found.addr.s6_addr + 12, addr, 4);
	} else {
		memcpy(found.addr.s6_addr, addr, 16);
	}
	return found.port == end->port &&
	       memcmp(&found.addr, &end->addr, sizeof(found.addr)) == 0;
}

/* 1 if it is exactly that socket, of either family.  The kernel falls back to a
 * listener at that address, which says nothing about this connection. */
static int is_it(const struct inet_diag_msg *m, const struct tcp_end *peer,
    const struct tcp_end *ours)
{
	return m->idiag_state != STATE_LISTEN &&
	       is_end(
		   m->idiag_family, m->id.idiag_src, m->id.idiag_sport, peer) &&
	       is_end(
		   m->idiag_family, m->id.idiag_dst, m->id.idiag_dport, ours);
}

/* 1 and *m if the kernel finds one. */
static int look_up(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, struct inet_diag_msg *m)
{
	static unsigned seq;
	union {
		struct nlmsghdr header;
		char bytes[4096];
	} u;
	ssize_t n;

	if (asker < 0 || ask(asker, ++seq, peer, ours) < 0)
		return 0;
	/* Skip replies to earlier queries. */
	while ((n = recv(asker, &u, sizeof(u), MSG_DONTWAIT)) > 0) {
		if ((size_t)n < sizeof(u.header) || u.header.nlmsg_seq != seq)
			continue;
		if (u.header.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		    (size_t)n < NLMSG_LENGTH(sizeof(*m)))
			return 0;
		memcpy(m, NLMSG_DATA(&u.header), sizeof(*m));
		return 1;
	}
	return 0;
}

static int look(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, struct inet_diag_msg *m)
{
	return look_up(asker, peer, ours, m) && is_it(m, peer, ours);
}

enum peer peer_ask(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	struct inet_diag_msg m;

	if (!look(asker, peer, ours, &m))
		return PEER_UNKNOWN;
	/* Already closed by its process: the uid is meaningless. */
	if (!m.idiag_inode)
		return PEER_OTHER;
	return m.idiag_uid == geteuid() ? PEER_OURS : PEER_OTHER;
}

uint64_t peer_inode(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	struct inet_diag_msg m;

	return look(asker, peer, ours, &m) ? m.idiag_inode : 0;
}

int peer_listener(int asker, const struct tcp_end *at, uid_t *uid)
{
	struct tcp_end nobody = *at;
	struct inet_diag_msg m;

	/* No connection has such a peer, so the kernel falls back to the
	 * listener at this or the wildcard address. */
	nobody.port = 0;
	if (!look_up(asker, at, &nobody, &m) || m.idiag_state != STATE_LISTEN ||
	    m.id.idiag_sport != at->port)
		return 0;
	*uid = m.idiag_uid;
	return 1;
}

static enum peer judge_server(uid_t uid)
{
	return uid == 0 || uid == geteuid() ? PEER_OURS : PEER_OTHER;
}

enum peer peer_server(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, uid_t *uid)
{
	struct inet_diag_msg m, again;

	*uid = 0;
	if (!look(asker, peer, ours, &m))
		return PEER_UNKNOWN;
	if (m.idiag_inode == 0) {
		/* Not accepted yet, which shows as uid 0: it belongs to the
		 * listener, provided it still exists after we looked that up,
		 * since a closing listener takes its unaccepted connections
		 * along. */
		if (!peer_listener(asker, peer, uid) ||
		    !look(asker, peer, ours, &again))
			return PEER_UNKNOWN;
		if (again.idiag_inode == 0)
			return judge_server(*uid);
		m = again;
	}
	*uid = m.idiag_uid;
	return judge_server(*uid);
}

#else

int peer_open(void)
{
	errno = ENOSYS;
	return -1;
}

enum peer peer_ask(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return PEER_UNKNOWN;
}

uint64_t peer_inode(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours)
{
	(void)asker;
	(void)peer;
	(void)ours;
	return 0;
}

enum peer peer_server(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, uid_t *uid)
{
	(void)asker;
	(void)peer;
	(void)ours;
	*uid = 0;
	return PEER_UNKNOWN;
}

int peer_listener(int asker, const struct tcp_end *at, uid_t *uid)
{
	(void)asker;
	(void)at;
	(void)uid;
	return 0;
}

#endif
