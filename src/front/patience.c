#include "front/patience.h"

#include <errno.h>
#include <poll.h>

#include "base/plat.h"
#include "front/say.h"

enum {
	SILENT_MS = 1000
};

/* 1 when there is nothing to be read by then. */
static int is_slow(const struct client *c)
{
	struct pollfd p[2] = {
	    {.fd = c->fd, .events = POLLIN}, {.fd = c->wake, .events = POLLIN}};
	int64_t end = plat_ms() + SILENT_MS, left;
	int n;

	do {
		left = end - plat_ms();
		n = left > 0 ? poll(p, 2, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	return n == 0;
}

int patience_call(struct client *c, const struct buf *request, const char *what,
    struct wire_frame *answer, struct err *e)
{
	int r = client_send(c, request, e);

	if (r < 0)
		return r;
	if (is_slow(c))
		say("%s", what);
	return client_next(c, answer, e);
}
