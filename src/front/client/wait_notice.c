#include "front/client/wait_notice.h"

#include <errno.h>
#include <poll.h>

#include "base/sys/plat.h"
#include "front/terminal/say.h"

enum {
	SILENT_MS = 1000
};

int wait_notice_ends(const struct client *c, int64_t since)
{
	struct pollfd p[2] = {
	    {.fd = c->fd, .events = POLLIN}, {.fd = c->wake, .events = POLLIN}};
	int64_t end = since + SILENT_MS, left;
	int n;

	do {
		left = end - plat_ms();
		n = poll(p, 2, left > 0 ? (int)left : 0);
	} while (n < 0 && errno == EINTR);
	return n == 0;
}

int wait_notice_call(struct client *c, const struct message *request,
    const char *what, struct message *answer, struct err *e)
{
	int r = client_send(c, request, 1, e);

	if (r < 0)
		return r;
	if (wait_notice_ends(c, plat_ms()))
		say("%s", what);
	return client_next(c, request->type, answer, e);
}
