#ifndef MAIRU_NET_HTTP_PEER_H
#define MAIRU_NET_HTTP_PEER_H

/*
 * Finds the owner of the other end of a loopback connection.  TCP has no peer
 * credentials, but Linux can look up any socket's owner by its addresses
 * (sock_diag(7)).
 *
 * Works for sockets of either family: a dual-stack one that talks to 127.0.0.1
 * is in the kernel's table as ::ffff:127.0.0.1, and that form is used for all
 * addresses here.
 */

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tcp_end {
	struct in6_addr addr; /* IPv4: ::ffff:a.b.c.d */
	in_port_t port;	      /* network byte order */
};

/* 0 if neither IPv4 nor IPv6. */
int tcp_end_of(struct tcp_end *end, const struct sockaddr *sa, size_t len);

enum peer {
	PEER_OURS,
	PEER_OTHER,   /* another uid's, or one that no process holds */
	PEER_UNKNOWN, /* no such socket visible (another network namespace), or
			 no way to ask */
};

/* A descriptor for the queries, or -1 with errno. */
int peer_open(void);

/* The socket's inode, as seen in /proc; 0 if unknown. */
uint64_t peer_inode(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours);

/* Looks up the socket at `peer` that is connected to `ours`.  asker may be -1.
 * Does not block: the kernel answers at once. */
enum peer peer_ask(
    int asker, const struct tcp_end *peer, const struct tcp_end *ours);

/* Looks up the server of a connection that we made: who accepted it, else who
 * listens.  PEER_OURS if owned by us or root; for PEER_OTHER *uid is the
 * owner. */
enum peer peer_server(int asker, const struct tcp_end *peer,
    const struct tcp_end *ours, uid_t *uid);

/* 1 and *uid if somebody listens there. */
int peer_listener(int asker, const struct tcp_end *at, uid_t *uid);

#endif
