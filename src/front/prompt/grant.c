#include "front/prompt/grant.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/wire.h"
#include "front/client/client.h"
#include "front/terminal/say.h"

enum {
	REQUEST_MAX = WIRE_HEADER + WIRE_MAX_BODY
};

int broker_is_silent(int code)
{
	return code == ERR_TIMEOUT || code == ERR_FOREIGN;
}

/* 1 when it is a field of what is needed; *bad when it is damaged. */
static int read_need(
    const struct wire_field *f, struct login_notice *n, int *bad)
{
	uint64_t since = 0;

	if (f->tag == WIRE_F_SERVER) {
		*bad |= wire_text(f, n->server, sizeof(n->server));
		return 1;
	}
	if (f->tag != WIRE_F_SINCE)
		return 0;
	*bad |= wire_num(f, &since);
	n->since = since > INT64_MAX ? INT64_MAX : (int64_t)since;
	return 1;
}

static int read_grant(
    const struct wire_frame *f, struct broker_grant *g, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r, bad = 0;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		if (field.tag == WIRE_F_URL)
			bad |= wire_text(&field, g->url, sizeof(g->url));
		else if (field.tag == WIRE_F_TOKEN)
			bad |= wire_text(&field, g->token, sizeof(g->token));
		else if (!read_need(&field, &g->need, &bad))
			bad |= ERR_FORMAT;
	}
	if (r < 0 || bad != 0 || g->url[0] == '\0' || g->token[0] == '\0')
		return client_nonsense(e);
	return 0;
}

/* Starts a request about a project. */
static size_t put_project(
    struct buf *request, enum wire_type type, const struct project *p)
{
	size_t at = client_begin(request, type);
	struct buf chain = BUF_INIT(CHAIN_TEXT);

	chain_text(p->hops, p->n_hops, p->region, p->account, &chain);
	request->failed |= chain.failed;
	wire_puts(request, WIRE_F_CONFIG, p->path);
	wire_put(request, WIRE_F_DIGEST, p->digest, HASH_SHA384);
	wire_puts(request, WIRE_F_SERVER, p->server);
	wire_puts(request, WIRE_F_ROLE, p->role);
	wire_puts(request, WIRE_F_CHAIN, buf_str(&chain));
	buf_release(&chain);
	return at;
}

int broker_grant(const struct project *p, int64_t deadline,
    struct broker_grant *g, struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_MAX);
	struct wire_frame f;
	struct client c;
	int r;

	wire_end(&request, put_project(&request, WIRE_GRANT, p));
	r = client_ask(&c, CLIENT_SPAWN, deadline, &request, &f, e);
	if (r == 0)
		r = read_grant(&f, g, e);
	client_close(&c);
	buf_release(&request);
	return r;
}

/* What the broker says of the keys is not what keeps the role out. */
static int read_keys(
    struct client *c, struct credentials *k, struct err *why, struct err *e)
{
	struct wire_frame f;
	int r = client_next(c, &f, why);

	if (r < 0 && !client_answered(c)) {
		*e = *why;
		return r;
	}
	if (r == 0)
		r = credentials_read(k, &f, why);
	if (r == 0)
		why->code = (enum err_code)0;
	return 0;
}

int broker_keys(const struct project *p, int64_t deadline,
    struct credentials *k, struct err *why, struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_MAX);
	struct broker_grant g = {0};
	struct wire_frame f;
	struct client c;
	size_t at;
	int r;

	wire_end(&request, put_project(&request, WIRE_GRANT, p));
	at = put_project(&request, WIRE_PROJECT, p);
	wire_putn(&request, WIRE_F_WAIT, 0);
	wire_end(&request, at);
	r = client_ask(&c, CLIENT_SPAWN, deadline, &request, &f, e);
	if (r == 0)
		r = read_grant(&f, &g, e);
	if (r == 0)
		r = read_keys(&c, k, why, e);
	bytes_wipe(&g, sizeof(g));
	client_close(&c);
	buf_release(&request);
	return r;
}

int broker_stash_put(const char *const value[VAR_COUNT], pid_t shell,
    int64_t deadline, unsigned char handle[STATE_HANDLE], struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_MAX);
	struct wire_iter it;
	struct wire_field field;
	struct wire_frame f;
	struct client c;
	size_t at;
	int r;

	at = client_begin(&request, WIRE_STASH_PUT);
	wire_putn(&request, WIRE_F_PID, (uint64_t)shell);
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		if (value[i] == NULL)
			continue;
		wire_puts(&request, WIRE_F_NAME, var_name((enum var_id)i));
		wire_puts(&request, WIRE_F_VALUE, value[i]);
	}
	wire_end(&request, at);
	r = client_ask(&c, CLIENT_SPAWN, deadline, &request, &f, e);
	if (r < 0)
		goto out;
	wire_iter_init(&it, f.body, f.len);
	if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_HANDLE ||
	    field.len != STATE_HANDLE)
		r = client_nonsense(e);
	else
		memcpy(handle, field.p, STATE_HANDLE);
out:
	client_close(&c);
	buf_release(&request);
	return r;
}

static int read_stash(
    const struct wire_frame *f, struct broker_stash *s, struct err *e)
{
	enum var_id id = VAR_COUNT;
	struct wire_iter it;
	struct wire_field field;
	int r;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		if (field.tag == WIRE_F_NAME) {
			id = var_find((const char *)field.p, field.len);
			continue;
		}
		if (field.tag != WIRE_F_VALUE || id == VAR_COUNT ||
		    s->value[id] != NULL)
			return client_nonsense(e);
		s->value[id] = calloc(1, field.len + 1);
		if (s->value[id] == NULL)
			say_oom();
		if (wire_text(&field, s->value[id], field.len + 1) < 0)
			return client_nonsense(e);
	}
	return r < 0 ? client_nonsense(e) : 0;
}

int broker_stash_get(const unsigned char handle[STATE_HANDLE], int64_t deadline,
    struct broker_stash *s, struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_MAX);
	struct wire_frame f;
	struct client c;
	size_t at;
	int r;

	at = client_begin(&request, WIRE_STASH_GET);
	wire_put(&request, WIRE_F_HANDLE, handle, STATE_HANDLE);
	wire_end(&request, at);
	r = client_ask(&c, CLIENT_EXISTING, deadline, &request, &f, e);
	if (r == 0)
		r = read_stash(&f, s, e);
	client_close(&c);
	buf_release(&request);
	return r;
}

int broker_stash_hold(const unsigned char handle[STATE_HANDLE], pid_t shell,
    int held, int64_t deadline, struct err *e)
{
	struct buf request = BUF_INIT(REQUEST_MAX);
	struct wire_frame f;
	struct client c;
	size_t at;
	int r;

	at = client_begin(&request, held ? WIRE_STASH_HOLD : WIRE_STASH_DROP);
	wire_put(&request, WIRE_F_HANDLE, handle, STATE_HANDLE);
	wire_putn(&request, WIRE_F_PID, (uint64_t)shell);
	wire_end(&request, at);
	r = client_ask(&c, CLIENT_EXISTING, deadline, &request, &f, e);
	client_close(&c);
	buf_release(&request);
	return r;
}

void broker_stash_release(struct broker_stash *s)
{
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		if (s->value[i] != NULL)
			bytes_wipe(s->value[i], strlen(s->value[i]));
		free(s->value[i]);
		s->value[i] = NULL;
	}
}
