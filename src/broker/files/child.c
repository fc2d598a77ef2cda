#include "broker/files/child.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/core/bytes.h"
#include "broker/files/look.h"

static int say(void *arg, const struct buf *frame)
{
	const int *fd = arg;
	ssize_t n;

	do
		n = send(*fd, frame->data, frame->len, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)frame->len ? 0 : ERR_SYS;
}

static int say_ready(int fd)
{
	struct buf hello = BUF_INIT(WIRE_HEADER);
	int rc;

	wire_end(&hello, wire_begin(&hello, WIRE_OK));
	rc = hello.failed ? ERR_NOMEM : say(&fd, &hello);
	buf_release(&hello);
	return rc;
}

int files_child_run(int fd)
{
	unsigned char *question = malloc(FILES_QUESTION);
	struct files_look look = {NULL};
	int rc = 111;
	ssize_t n;

	if (!question || say_ready(fd) < 0)
		goto out;
	for (;;) {
		n = recv(fd, question, FILES_QUESTION, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = 0;
			break;
		}
		if (files_look(&look, question, (size_t)n, say, &fd) < 0)
			break;
		/* It may have held a client secret. */
		bytes_wipe(question, (size_t)n);
	}
out:
	files_look_release(&look);
	free(question);
	return rc;
}
