/* What processes of the broker's own say to it, should one of them be somebody
 * else's by then: the answers of the checker's child, and messages of the
 * helper, over a real socket. */

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/trust/child.h"
#include "must.h"
#include "net/runtime/helper_talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_answer(const uint8_t *data, size_t size)
{
	struct check_child_answer a;

	memset(&a, 0xff, sizeof(a));
	if (check_child_parse(&a, data, size) == 0)
		must(memchr(a.text, '\0', sizeof(a.text)) != NULL);
}

static void check_talk(const uint8_t *data, size_t size)
{
	static int pair[2] = {-1, -1};
	struct helper_talk t;
	int fd = -1, got;

	if (pair[0] < 0)
		must(socketpair(
			 AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
	/* An empty one is the end. */
	if (size == 0 ||
	    send(pair[0], data, size, MSG_DONTWAIT) != (ssize_t)size)
		return;
	memset(&t, 0xff, sizeof(t));
	got = helper_talk_receive(pair[1], &t, &fd, MSG_DONTWAIT);
	must(fd == -1 && (got == 1 || got == -1));
	if (got == 1) {
		must(t.len <= HELPER_TALK_TEXT);
		must(t.text[t.len] == '\0');
	}
	/* Nothing of it is left for the next one. */
	must(recv(pair[1], &t, sizeof(t), MSG_DONTWAIT) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_answer(data, size);
	check_talk(data, size);
	return 0;
}
