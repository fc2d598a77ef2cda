#ifndef MAIRU_NET_HTTP_PEER_H
#define MAIRU_NET_HTTP_PEER_H

/*
 * Whose socket is at the other end of a connection over loopback?  TCP has no
 * peer credentials, but Linux tells the owner of any socket by its addresses
 * (sock_diag(7)).
 *
 * A socket is found whatever family it is of: a dual-stack one that talks to
 * 127.0.0.1 stands in the kernel's table as ::ffff:127.0.0.1, and so is each
 * address here.
 */

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tcp_end {
	struct in6_addr addr; /* of IPv4: ::ffff:a.b.c.d */
	in_port_t port;	      /* in the network's order */
};

/* 0 when it is neither IPv4 nor IPv6. */
int tcp_end_of(struct tcp_end *end, const struct sockaddr *sa, size_t len);

enum peer {
	PEER_OURS,
	PEER_OTHER,   /* another uid's, or one that nobody holds */
	PEER_UNKNOWN, /* no such socket in sight (another network
			     namespace), or nobody to ask */
};

/* A descriptor to ask with, or -1: errno says why. */
int peer_open(void);

/* The inode of that socket, by which /proc names it; 0 where nobody knows. */
uint64_t peer_inode(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours);

/* Asks about the socket at `peer` that is connected to `ours`.  asker may be
 * -1.  Never waits: the kernel answers at once. */
enum peer peer_ask(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours);

/* Asks who serves a connection that we have made: who has accepted it, else
 * who listens.  Ours is what belongs to us or to root; of what is OTHER *uid
 * tells. */
enum peer peer_server(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, uid_t *uid);

/* 1 and *uid when somebody listens there. */
int peer_listener(int asker, const struct tcp_end *at, uid_t *uid);

#endif
