#include "net/http/peer_gate.h"

#include <errno.h>
#include <unistd.h>

#include "net/http/peer.h"
#include "net/runtime/log.h"

int gate_init(struct gate *g, struct log *log, const char *what, struct err *e)
{
	*g = (struct gate){.log = log, .what = what, .asker = peer_open()};
	if (g->asker < 0 && (errno == EMFILE || errno == ENFILE ||
				errno == ENOMEM || errno == ENOBUFS))
		return err_sys(e, "asking whose connections are for %s", what);
	return 0;
}

void gate_release(struct gate *g)
{
	if (g->asker >= 0)
		(void)close(g->asker);
	g->asker = -1;
}

enum httpd_peer gate_judge(
    struct gate *g, const struct tcp_end *peer, const struct tcp_end *ours)
{
	switch (peer_ask(g->asker, peer, ours)) {
	case PEER_OURS:
		return HTTPD_OURS;
	case PEER_UNKNOWN:
		return HTTPD_UNKNOWN;
	case PEER_OTHER:
	default:
		break;
	}
	if (!g->told)
		log_warn(g->log,
		    "refusing another user's connection to %s; this is said "
		    "once",
		    g->what);
	g->told = 1;
	return HTTPD_OTHER;
}

uint64_t gate_inode(const struct gate *g, const struct httpd_request *r)
{
	struct tcp_end peer, ours;

	return httpd_ends(r, &peer, &ours) ? peer_inode(g->asker, &peer, &ours)
					   : 0;
}
