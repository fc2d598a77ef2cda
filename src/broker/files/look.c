#include "broker/files/look.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config/settings.h"
#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "base/sys/file.h"
#include "base/sys/path.h"
#include "broker/files/sum.h"
#include "net/runtime/log_file.h"

enum {
	MAX_CLIENT = 64 * 1024,
};

struct question {
	enum files_op op;
	const void *value;
	size_t len;
	const unsigned char *handle, *sum; /* FILES_HANDLE, HASH_SHA256 */
	uint64_t grant;			   /* enum servers_grant */
};

struct telling {
	files_tell *fn;
	void *arg;
	struct buf frame;
};

static int take_field(struct question *q, const struct wire_field *f)
{
	switch (f->tag) {
	case WIRE_F_VALUE:
		q->value = f->p;
		q->len = f->len;
		return 0;
	case WIRE_F_HANDLE:
		q->handle = f->p;
		return f->len == FILES_HANDLE ? 0 : ERR_FORMAT;
	case WIRE_F_DIGEST:
		q->sum = f->p;
		return f->len == HASH_SHA256 ? 0 : ERR_FORMAT;
	case WIRE_F_GRANT:
		return wire_num(f, &q->grant);
	default:
		return ERR_FORMAT;
	}
}

static int parse(struct question *q, const void *question, size_t len)
{
	struct wire_field field;
	struct wire_frame f;
	struct wire_iter it;
	size_t used;
	int rc;

	memset(q, 0, sizeof(*q));
	if (wire_parse(question, len, &f, &used, NULL) <= 0 || used != len ||
	    f.version != WIRE_VERSION)
		return ERR_FORMAT;
	q->op = (enum files_op)f.type;
	wire_iter_init(&it, f.body, f.len);
	while ((rc = wire_next(&it, &field)) > 0)
		if (take_field(q, &field) < 0)
			return ERR_FORMAT;
	return rc;
}

static int tell(struct telling *t, size_t at)
{
	int rc;

	wire_end(&t->frame, at);
	rc = t->frame.failed ? ERR_LIMIT : t->fn(t->arg, &t->frame);
	buf_clear(&t->frame);
	return rc;
}

static int tell_bytes(struct telling *t, const struct buf *bytes)
{
	size_t at = wire_begin(&t->frame, WIRE_OK);

	wire_put(&t->frame, WIRE_F_VALUE, bytes->data, bytes->len);
	return tell(t, at);
}

static int tell_done(struct telling *t, int rc, const struct err *e)
{
	size_t at = wire_begin(&t->frame, rc < 0 ? WIRE_ERROR : WIRE_OK);

	if (rc < 0) {
		wire_putn(&t->frame, WIRE_F_CODE, (uint64_t)-rc);
		wire_puts(&t->frame, WIRE_F_MESSAGE, e->msg);
	}
	return tell(t, at);
}

/* --- servers.d and broker.json */

static int settings(struct telling *t)
{
	struct buf text = BUF_INIT(SETTINGS_MAX_BYTES);
	struct err e;
	int rc = settings_read(&text, &e);

	rc = rc < 0 ? tell_done(t, rc, &e) : tell_bytes(t, &text);
	buf_release(&text);
	return rc;
}

static int tell_server(void *arg, const struct servers_file *f)
{
	struct telling *t = arg;
	size_t at = wire_begin(&t->frame, (enum wire_type)FILES_PART);

	wire_puts(&t->frame, WIRE_F_CONFIG, f->path);
	wire_putn(&t->frame, WIRE_F_COUNT, (uint64_t)f->mode);
	wire_putn(&t->frame, WIRE_F_CODE, (uint64_t)-f->code);
	wire_puts(&t->frame, WIRE_F_MESSAGE, f->code < 0 ? f->why : "");
	wire_put(&t->frame, WIRE_F_VALUE, f->text, f->len);
	return tell(t, at);
}

static int servers(struct telling *t, const struct question *q)
{
	/* Before the files are read, so that no edit goes unnoticed in
	 * between. */
	unsigned char sum[HASH_SHA256] = {0};
	int settled = files_sum(sum) == 0, rc = 0;
	struct err e = {.code = ERR_LIMIT, .msg = "servers.d is too large"};
	size_t at;

	if (!settled || !q->sum || memcmp(sum, q->sum, sizeof(sum)) != 0)
		rc = servers_read(tell_server, t, &e);
	if (rc < 0)
		return tell_done(t, rc, &e);
	at = wire_begin(&t->frame, WIRE_OK);
	wire_put(&t->frame, WIRE_F_DIGEST, sum, sizeof(sum));
	wire_putn(&t->frame, WIRE_F_FRESH, (uint64_t)settled);
	return tell(t, at);
}

/* --- registered clients */

static int client_path(const struct question *q, char dir[PATH_MAX],
    char path[PATH_MAX], struct err *e)
{
	char text[BYTES_ENCODED(FILES_HANDLE)], tail[100];
	int rc = path_in(PATH_STATE, "cache", dir, e);

	if (rc < 0)
		return rc;
	(void)bytes_encode(
	    BYTES_BASE64URL, q->handle, FILES_HANDLE, text, sizeof(text));
	(void)snprintf(tail, sizeof(tail), "cache/awssso_c.%s.%s.json", text,
	    q->grant == SERVERS_DEVICE ? "device" : "code");
	return path_in(PATH_STATE, tail, path, e);
}

static int client_read(struct telling *t, const char *dir, const char *path)
{
	struct buf text = BUF_INIT(MAX_CLIENT);
	struct stat st;
	struct err e;
	int rc;

	if (stat(dir, &st) < 0 && errno == ENOENT)
		rc = err_set(&e, ERR_NOT_FOUND, "there is no %s", dir);
	else /* Anyone who can write to it could redirect our files. */
		rc = file_make_dir(dir, 1, &e);
	if (rc == 0)
		rc = file_read_own(path, &text, &e);
	rc = rc < 0 ? tell_done(t, rc, &e) : tell_bytes(t, &text);
	buf_release(&text);
	return rc;
}

static int client(struct telling *t, const struct question *q)
{
	char dir[PATH_MAX], path[PATH_MAX];
	struct err e;
	int rc = q->handle ? client_path(q, dir, path, &e) : ERR_FORMAT;

	if (!q->handle)
		return ERR_FORMAT;
	if (rc == 0 && q->op == FILES_CLIENT)
		return client_read(t, dir, path);
	if (rc == 0 && q->op == FILES_CLIENT_KEEP) {
		rc = file_make_dir(dir, 1, &e);
		if (rc == 0)
			rc = file_write(path, q->value, q->len, &e);
	} else if (rc == 0 && unlink(path) < 0 && errno != ENOENT) {
		rc = err_sys(&e, "cannot remove it");
	}
	return tell_done(t, rc, &e);
}

/* --- the log */

static int put_line(
    struct files_look *l, struct telling *t, const struct question *q)
{
	struct err e = {0};
	int rc = 0;

	if (!l->log)
		l->log = log_file_new();
	if (!l->log)
		rc = err_set(&e, ERR_NOMEM, "out of memory");
	else if (log_file_put(l->log, q->value, q->len) < 0)
		rc = err_set(&e, ERR_SYS, "%s", log_file_problem(l->log));
	return tell_done(t, rc, &e);
}

void files_look_release(struct files_look *l)
{
	log_file_free(l->log);
	l->log = NULL;
}

int files_look(struct files_look *l, const void *question, size_t len,
    files_tell *fn, void *arg)
{
	struct telling t = {fn, arg, BUF_INIT(FILES_MESSAGE)};
	struct question q;
	int rc = parse(&q, question, len);

	if (rc < 0)
		return rc;
	switch (q.op) {
	case FILES_SETTINGS:
		rc = settings(&t);
		break;
	case FILES_SERVERS:
		rc = servers(&t, &q);
		break;
	case FILES_CLIENT:
	case FILES_CLIENT_KEEP:
	case FILES_CLIENT_DROP:
		rc = client(&t, &q);
		break;
	case FILES_LOG:
		rc = put_line(l, &t, &q);
		break;
	case FILES_PART:
	default:
		rc = ERR_FORMAT;
	}
	buf_release(&t.frame);
	return rc;
}

/* --- who asked */

int files_verdict(const struct buf *answer, struct err *e)
{
	const unsigned char *p = answer->data;
	size_t left = answer->len, used;
	struct wire_frame f = {0};
	char text[sizeof(e->msg)];
	struct wire_field field;
	struct wire_iter it;
	uint64_t code;

	for (; left > 0; p += used, left -= used)
		if (wire_parse(p, left, &f, &used, NULL) <= 0)
			return err_set(e, ERR_FORMAT, "a damaged answer");
	if (f.type == WIRE_OK)
		return 0;
	wire_iter_init(&it, f.body, f.len);
	if (f.type != WIRE_ERROR || wire_next(&it, &field) <= 0 ||
	    wire_num(&field, &code) < 0 || code == 0 || code > -ERR_UPSTREAM ||
	    wire_next(&it, &field) <= 0 ||
	    wire_text(&field, text, sizeof(text)) < 0)
		return err_set(e, ERR_FORMAT, "a damaged answer");
	return err_set(e, (enum err_code) - (int)code, "%s", text);
}

static int add_frame(void *arg, const struct buf *frame)
{
	struct buf *answer = arg;

	buf_add(answer, frame->data, frame->len);
	return answer->failed ? ERR_LIMIT : 0;
}

int files_look_here(
    const struct buf *question, struct buf *answer, struct err *e)
{
	struct files_look look = {NULL};
	int rc =
	    files_look(&look, question->data, question->len, add_frame, answer);

	files_look_release(&look);
	return rc < 0 ? err_set(e, rc, "the answer is too large")
		      : files_verdict(answer, e);
}
