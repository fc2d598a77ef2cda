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

/* Whatever grant there can be: one that is cut would end the child, and with it
 * the answers to all others. */
_Static_assert(PATH_MAX + 2 * REQUEST_NAME + CHAIN_TEXT < MAX_QUESTION / 2,
    "a question must fit");
_Static_assert(
    PATH_MAX + 2 * REQUEST_NAME + CHAIN_TEXT < CHECK_CHILD_ANSWER - 1024,
    "what is found must fit");

static int answer(int fd, enum check_verdict verdict, struct buf *text)
{
	struct buf out = BUF_INIT(CHECK_CHILD_ANSWER);
	size_t at = wire_begin(&out, WIRE_OK);
	ssize_t n = -1;

	wire_putn(&out, WIRE_F_CODE, (uint64_t)verdict);
	wire_puts(&out, WIRE_F_MESSAGE, buf_str(text));
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
	static struct request r;
	struct buf text = BUF_INIT(CHECK_CHILD_TEXT);
	enum check_verdict verdict;
	struct wire_frame f;
	size_t used;
	int rc;

	if (wire_parse(msg, n, &f, &used, NULL) <= 0 || used != n ||
	    request_parse(&r, &f, NULL) < 0 ||
	    (r.type != WIRE_GRANT && r.type != WIRE_FIND))
		return -1;
	if (r.type == WIRE_FIND) {
		rc = find(fd, r.config, &text);
	} else {
		verdict = probe_look(probe, &r.project, &text);
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
	struct wire_field field;
	struct wire_frame f;
	struct wire_iter it;
	uint64_t code;
	size_t used;

	if (wire_parse(msg, len, &f, &used, NULL) <= 0 || used != len ||
	    f.version != WIRE_VERSION)
		return ERR_FORMAT;
	a->found = f.type == WIRE_GRANT;
	if (a->found) {
		a->verdict = CHECK_ALLOWED;
		a->text[0] = '\0';
		return request_parse(&a->what, &f, NULL);
	}
	if (f.type != WIRE_OK)
		return ERR_FORMAT;
	wire_iter_init(&it, f.body, f.len);
	if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_CODE ||
	    wire_num(&field, &code) < 0 || code > CHECK_FAILED)
		return ERR_FORMAT;
	a->verdict = (enum check_verdict)code;
	if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_MESSAGE)
		return ERR_FORMAT;
	return wire_text(&field, a->text, sizeof(a->text));
}
