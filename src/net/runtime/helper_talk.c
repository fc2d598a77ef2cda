#include "net/runtime/helper_talk.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEAD = offsetof(struct helper_talk, text),
};

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int helper_talk_send(int to, const struct helper_talk *t, int fd, int flags)
{
	/* sendmsg(2) does not write there. */
	struct iovec part = {(void *)(uintptr_t)t, HEAD + t->len};
	union control c = {.room = {0}};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		m.msg_control = &c;
		m.msg_controllen = sizeof(c);
		c.head.cmsg_level = SOL_SOCKET;
		c.head.cmsg_type = SCM_RIGHTS;
		c.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&c.head), &fd, sizeof(fd));
	}
	do
		n = sendmsg(to, &m, flags | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

static int fd_of(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int fd = -1;

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

int helper_talk_receive(int from, struct helper_talk *t, int *fd, int flags)
{
	struct iovec part = {t, sizeof(*t) - 1};
	union control c;
	struct msghdr m = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = &c,
	    /* The room itself would let a second descriptor in. */
	    .msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t n;

	*fd = -1;
	do
		n = recvmsg(from, &m, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	*fd = fd_of(&m);
	if (n < HEAD || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
	    t->len != (size_t)n - HEAD) {
		if (*fd >= 0)
			(void)close(*fd);
		*fd = -1;
		errno = EBADMSG;
		return -1;
	}
	t->text[t->len] = '\0';
	return 1;
}
