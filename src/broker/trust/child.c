#include "broker/trust/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/core/wire.h"
#include "broker/socket/request.h"
#include "broker/trust/probe.h"

enum {
	MAX_QUESTION = 64 * 1024,
};

/* Room for any possible grant: a truncated one would end the child, and with it
 * the answers to all others. */
_Static_assert(PATH_MAX + 2 * MESSAGE_NAME + CHAIN_TEXT < MAX_QUESTION / 2,
    "a question must fit");
_Static_assert(
    PATH_MAX + 2 * MESSAGE_NAME + CHAIN_TEXT < CHECK_CHILD_ANSWER - 1024,
    "what is found must fit");

static int answer(int fd, enum check_verdict verdict, struct buf *text)
{
	struct buf out = BUF_INIT(CHECK_CHILD_ANSWER);
	size_t at = wire_begin(&out, WIRE_OK);
	ssize_t n = -1;

	message_put_answer(&out, &(struct message){.type = WIRE_FIND,
				     .code = (int64_t)verdict,
				     .message = buf_str(text)});
	wire_end(&out, at);
	if (!out.failed)
		n = send(fd, out.data, out.len, MSG_NOSIGNAL);
	buf_release(&out);
	return n > 0 ? 0 : -1;
}

static int find(int fd, const char *config, struct buf *text)
{
	struct buf out = BUF_INIT(CHECK_CHILD_ANSWER);
	struct project_ref what;
	enum check_verdict verdict = probe_find(config, &what, text);
	ssize_t n = -1;

	if (verdict != CHECK_ALLOWED)
		return answer(fd, verdict, text);
	request_put_grant(&what, &out);
	if (!out.failed)
		n = send(fd, out.data, out.len, MSG_NOSIGNAL);
	buf_release(&out);
	return n > 0 ? 0 : -1;
}

static int serve_one(int fd, struct probe *probe, unsigned char *msg, size_t n)
{
	static unsigned char room[REQUEST_ROOM];
	struct message m;
	struct project_ref what;
	struct buf text = BUF_INIT(CHECK_CHILD_TEXT);
	enum check_verdict verdict;
	struct wire_frame f;
	size_t used;
	int rc;

	if (wire_parse(msg, n, &f, &used, NULL) <= 0 || used != n ||
	    request_read(&m, room, &f, NULL) < 0 ||
	    (m.type != WIRE_GRANT && m.type != WIRE_FIND))
		return -1;
	if (m.type == WIRE_FIND) {
		rc = find(fd, m.config, &text);
	} else {
		what = request_project(&m);
		verdict = probe_look(probe, &what, &text);
		rc = answer(fd, verdict, &text);
	}
	buf_release(&text);
	return rc;
}

int check_child_run(int fd)
{
	struct buf none = BUF_INIT(1);
	struct probe *probe = probe_new(NULL);
	unsigned char *msg = malloc(MAX_QUESTION);
	int rc = 111;
	ssize_t n;

	if (!probe || !msg || answer(fd, CHECK_FAILED, &none) < 0)
		goto out;
	for (;;) {
		n = recv(fd, msg, MAX_QUESTION, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = 0;
			break;
		}
		if (serve_one(fd, probe, msg, (size_t)n) < 0)
			break;
	}
out:
	buf_release(&none);
	probe_free(probe);
	free(msg);
	return rc;
}

int check_child_parse(struct check_child_answer *a, const void *msg, size_t len)
{
	struct wire_frame f;
	struct message m;
	size_t used;
	int rc;

	if (wire_parse(msg, len, &f, &used, NULL) <= 0 || used != len ||
	    f.version != WIRE_VERSION || f.len >= sizeof(a->room))
		return ERR_FORMAT;
	memcpy(a->room, f.body, f.len);
	a->room[f.len] = '\0';
	f.body = a->room;
	a->text = "";
	a->verdict = CHECK_ALLOWED;
	a->found = f.type == WIRE_GRANT;
	if (a->found) {
		rc = message_read_request(&m, &f, NULL);
		a->what = request_project(&m);
		return rc;
	}
	rc = f.type == WIRE_OK ? message_read_answer(&m, WIRE_FIND, &f, NULL)
			       : ERR_FORMAT;
	if (rc < 0 || m.code > CHECK_FAILED)
		return ERR_FORMAT;
	a->verdict = (enum check_verdict)m.code;
	a->text = m.message;
	return 0;
}
