#include "broker/loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/helper.h"

enum {
	BACKLOG = 512,
};

int loopback_listen(uint16_t port, int *out, struct err *e)
{
	const struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int yes = 1;
	int fd, rc;

	if (helper_is_there())
		return helper_listen(port, out, e);
	*out = -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(e, "making a socket");
	/* A port that was left a moment ago is free. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		rc = err_sys(
		    e, "listening on 127.0.0.1 port %u", (unsigned)port);
		(void)close(fd);
		return rc;
	}
	*out = fd;
	return 0;
}
