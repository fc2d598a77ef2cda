#ifndef MAIRU_BROKER_TCP_PEER_H
#define MAIRU_BROKER_TCP_PEER_H

/*
 * Whose socket is at the other end of a connection over loopback?  TCP has no
 * peer credentials, but Linux tells the owner of any socket by its addresses
 * (sock_diag(7)).
 */

#include <netinet/in.h>
#include <stdint.h>

enum tcp_peer {
	TCP_PEER_OURS,
	TCP_PEER_OTHER,	  /* another uid's, or one that nobody holds */
	TCP_PEER_UNKNOWN, /* no such socket in sight (another network
			     namespace), or nobody to ask */
};

/* A descriptor to ask with, or -1 where the system has none. */
int tcp_peer_open(void);

/* The inode of that socket, by which /proc names it; 0 where nobody knows. */
uint64_t tcp_peer_inode(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours);

/* Asks about the socket at `peer` that is connected to `ours`.  asker may be
 * -1.  Never waits: the kernel answers at once. */
enum tcp_peer tcp_peer_ask(
    int asker, const struct sockaddr_in *peer, const struct sockaddr_in *ours);

#endif
