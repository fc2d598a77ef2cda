#ifndef MAIRU_NET_HTTP_PEER_GATE_H
#define MAIRU_NET_HTTP_PEER_GATE_H

/*
 * Whose connection to a loopback listener is it: the verdict that httpd.h asks
 * for when one comes.  Another user's is to be refused, and the log says so
 * once.
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

/* Fails for want of descriptors or memory; where the system can't tell whose
 * a connection is, all of them are unknown. */
int gate_init(struct gate *g, struct log *log, const char *what,
    struct err *e) MUST_CHECK;
void gate_release(struct gate *g);

/* As handler.peer of httpd.h. */
enum httpd_peer gate_judge(
    struct gate *g, const struct tcp_end *peer, const struct tcp_end *ours);

/* The inode of the socket that asks, 0 where nobody knows. */
uint64_t gate_inode(const struct gate *g, const struct httpd_request *r);

#endif
