#ifndef MAIRU_NET_HTTP_PEER_GATE_H
#define MAIRU_NET_HTTP_PEER_GATE_H

/*
 * Judges the peer of a new connection to a loopback listener, for httpd.h.
 * Another user's is refused, and logged once.
 */

#include <stdint.h>

#include "base/core/err.h"

#include "net/http/httpd.h"

struct log;

struct gate {
	struct log *log;
	const char *what; /* "the endpoint": static */
	int asker;	  /* of peer.h */
	int told;
};

/* Fails when out of descriptors or memory.  If the system can't tell a
 * connection's owner, all are HTTPD_UNKNOWN. */
int gate_init(struct gate *g, struct log *log, const char *what,
    struct err *e) MUST_CHECK;
void gate_release(struct gate *g);

/* For use as handler.peer of httpd.h. */
enum httpd_peer gate_judge(
    struct gate *g, const struct tcp_end *peer, const struct tcp_end *ours);

/* The inode of the client's socket; 0 if unknown. */
uint64_t gate_inode(const struct gate *g, const struct httpd_request *r);

#endif
