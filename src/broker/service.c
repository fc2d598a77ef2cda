#include "broker/service.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/version.h"
#include "broker/broker.h"
#include "broker/config.h"
#include "broker/endpoint.h"
#include "broker/grant.h"
#include "broker/log.h"
#include "broker/loop.h"
#include "broker/request.h"
#include "broker/stash.h"

static void put_self(struct buf *out)
{
	wire_puts(out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_putn(out, WIRE_F_PID, (uint64_t)getpid());
}

static void put_error(struct buf *out, const struct err *e)
{
	size_t at = wire_begin(out, WIRE_ERROR);

	wire_putn(out, WIRE_F_CODE, (uint64_t)(-(int)e->code));
	wire_puts(out, WIRE_F_MESSAGE, e->msg);
	put_self(out);
	wire_end(out, at);
}

static int do_info(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)b;
	(void)r;
	(void)e;
	put_self(out);
	return 0;
}

static int do_quit(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)r;
	(void)e;
	log_info(b->log, "told to quit");
	/* Whoever reads the answer finds no socket. */
	broker_leave(b);
	put_self(out);
	return 0;
}

static int do_grant(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT(256);
	char trust_dir[PATH_MAX];
	struct grant *grant = NULL;
	int rc;

	rc = broker_endpoint(b, e);
	if (rc == 0)
		rc = path_in(PATH_STATE, "trust", trust_dir, e);
	if (rc == 0)
		rc = grants_get(b->grants, &r->project, &grant, e);
	if (rc < 0)
		return rc;
	checker_warm(b->checker);
	endpoint_url(b->endpoint, &text);
	wire_put(out, WIRE_F_URL, text.data, text.len);
	buf_clear(&text);
	grant_token(grant, &text);
	wire_put(out, WIRE_F_TOKEN, text.data, text.len);
	wire_puts(out, WIRE_F_TRUST_DIR, trust_dir);
	out->failed |= text.failed;
	buf_release(&text);
	return 0;
}

static int do_revoke(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)e;
	wire_putn(
	    out, WIRE_F_COUNT, grants_revoke(b->grants, r->project.config));
	return 0;
}

static int do_stash_get(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	const void *p;
	size_t len;
	int rc = stash_get(b->stash, r->handle, &p, &len, e);

	if (rc == 0)
		buf_add(out, p, len);
	return rc;
}

static int do_reload(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	(void)r;
	(void)out;
	return broker_reload(b, e);
}

static void put_problems(struct broker *b, struct buf *out)
{
	size_t i;

	problem_set(&b->problems, PROBLEM_LOG, log_problem(b->log), b->log);
	for (i = 0; i < PROBLEM_COUNT; i++)
		if (b->problems.text[i][0])
			wire_puts(out, WIRE_F_PROBLEM, b->problems.text[i]);
}

static int do_status(
    struct broker *b, const struct request *r, struct buf *out, struct err *e)
{
	struct buf settings = BUF_INIT(64 * 1024), url = BUF_INIT(256);
	char trust_dir[PATH_MAX];

	(void)r;
	put_self(out);
	if (path_in(PATH_STATE, "trust", trust_dir, e) == 0)
		wire_puts(out, WIRE_F_TRUST_DIR, trust_dir);
	if (b->endpoint)
		endpoint_url(b->endpoint, &url);
	wire_puts(out, WIRE_F_URL, buf_str(&url));
	buf_release(&url);
	wire_putn(out, WIRE_F_STARTED,
	    (uint64_t)(loop_now(b->loop) - b->started) / 1000);
	wire_putn(out, WIRE_F_CLIENTS, server_clients(b->server));
	wire_putn(out, WIRE_F_GRANTS, grants_count(b->grants));
	wire_putn(out, WIRE_F_LOCKED, (uint64_t)slab_locked(b->slab));
	wire_puts(out, WIRE_F_LOG, log_path(b->log));
	config_shown(b->config, &settings);
	wire_puts(out, WIRE_F_SETTINGS, buf_str(&settings));
	wire_putn(out, WIRE_F_UNVERIFIED,
	    b->endpoint ? endpoint_unverified(b->endpoint) : 0);
	put_problems(b, out);
	buf_release(&settings);
	return 0;
}

/* The names and values are kept as they came. */
static int do_stash_put(struct broker *b, const struct wire_frame *f,
    struct buf *out, struct err *e)
{
	struct buf values = BUF_INIT(WIRE_MAX_BODY);
	unsigned char handle[STASH_HANDLE];
	struct wire_field field;
	struct wire_iter it;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag != WIRE_F_VERSION)
			wire_put(&values, (enum wire_tag)field.tag, field.p,
			    field.len);
	rc = values.failed
		 ? err_set(e, ERR_NOMEM, "out of memory")
		 : stash_put(b->stash, values.data, values.len, handle, e);
	if (rc == 0)
		wire_put(out, WIRE_F_HANDLE, handle, sizeof(handle));
	buf_release(&values);
	return rc;
}

typedef int do_request(
    struct broker *b, const struct request *r, struct buf *out, struct err *e);

static do_request *function_of(enum wire_type type)
{
	switch (type) {
	case WIRE_QUIT:
		return do_quit;
	case WIRE_INFO:
		return do_info;
	case WIRE_GRANT:
		return do_grant;
	case WIRE_REVOKE:
		return do_revoke;
	case WIRE_STASH_GET:
		return do_stash_get;
	case WIRE_RELOAD:
		return do_reload;
	case WIRE_STATUS:
		return do_status;
	default:
		return NULL;
	}
}

static int perform(struct broker *b, const struct wire_frame *f, int spare,
    struct buf *out, struct err *e)
{
	static struct request r;
	do_request *fn;
	int rc;

	rc = request_parse(&r, f, e);
	if (rc < 0)
		return rc;
	if (spare && r.type != WIRE_QUIT && r.type != WIRE_INFO)
		return err_set(e, ERR_LIMIT, "the broker has too many clients");
	if (r.type == WIRE_STASH_PUT)
		return do_stash_put(b, f, out, e);
	fn = function_of(r.type);
	if (!fn)
		return err_set(e, ERR_USAGE, "the broker knows no request %u",
		    (unsigned)f->type);
	return fn(b, &r, out, e);
}

static enum server_then request(
    void *arg, const struct wire_frame *f, int spare, struct buf *answer)
{
	struct broker *b = arg;
	size_t start = answer->len, at = wire_begin(answer, WIRE_OK);
	struct err e = {0};
	int rc = perform(b, f, spare, answer, &e);

	if (rc == 0 && answer->failed) {
		/* Whatever there was of it is gone; say so in little. */
		rc = err_set(&e, ERR_NOMEM, "the broker is out of memory");
		buf_clear(answer);
		start = 0;
	}
	log_debug(b->log, "request %u%s%s", (unsigned)f->type,
	    rc < 0 ? ": " : "", rc < 0 ? e.msg : "");
	if (rc < 0) {
		buf_truncate(answer, start);
		put_error(answer, &e);
	} else {
		wire_end(answer, at);
	}
	if (f->type == WIRE_QUIT)
		return SERVER_QUIT;
	return request_damaged(f) ? SERVER_CLOSE : SERVER_GO_ON;
}

static void refuse(void *arg, const struct err *why, struct buf *answer)
{
	(void)arg;
	put_error(answer, why);
}

static void quit(void *arg)
{
	struct broker *b = arg;

	loop_stop(b->loop);
}

void service_init(struct server_handler *h, struct broker *b)
{
	h->request = request;
	h->refuse = refuse;
	h->quit = quit;
	h->arg = b;
}
