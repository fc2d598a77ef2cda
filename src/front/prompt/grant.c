#include "front/prompt/grant.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/text.h"
#include "front/client/client.h"
#include "front/terminal/say.h"

int broker_is_silent(int code)
{
	return code == ERR_TIMEOUT || code == ERR_FOREIGN;
}

/* Fills a request about a project; the chain is written to `chain`. */
static int about(struct message *m, enum wire_type type,
    const struct project *p, struct buf *chain, struct err *e)
{
	buf_clear(chain);
	chain_text(p->hops, p->n_hops, p->region, p->account, chain);
	if (chain->failed)
		return err_set(
		    e, ERR_LIMIT, "the request to the broker is too large");
	*m = (struct message){.type = type,
	    .config = p->path,
	    .digest = p->digest,
	    .server = p->server,
	    .role = p->role,
	    .chain = buf_str(chain)};
	return 0;
}

int broker_grant(const struct project *p, int64_t deadline,
    struct broker_grant *g, struct err *e)
{
	struct buf chain = BUF_INIT(CHAIN_TEXT);
	struct message m;
	struct client c = {.fd = -1};
	int r = about(&m, WIRE_GRANT, p, &chain, e);

	if (r == 0)
		r = client_ask(&c, CLIENT_SPAWN, deadline, &m, &m, e);
	if (r == 0) {
		message_copy(g->url, sizeof(g->url), m.url);
		message_copy(g->token, sizeof(g->token), m.token);
		message_copy(g->need.server, sizeof(g->need.server), m.server);
		g->need.since = m.since;
	}
	client_close(&c);
	buf_release(&chain);
	return r;
}

/* An error about the keys does not keep the role out. */
static int read_keys(
    struct client *c, struct credentials *k, struct err *why, struct err *e)
{
	struct message m;
	int r = client_next(c, WIRE_PROJECT, &m, why);

	if (r < 0 && !client_answered(c)) {
		*e = *why;
		return r;
	}
	if (r == 0)
		r = credentials_take(k, &m, why);
	if (r == 0)
		why->code = (enum err_code)0;
	return 0;
}

int broker_keys(const struct project *p, int64_t deadline,
    struct credentials *k, struct err *why, struct err *e)
{
	struct buf chain = BUF_INIT(CHAIN_TEXT);
	struct client c = {.fd = -1};
	struct message m[2];
	int r = about(&m[0], WIRE_GRANT, p, &chain, e);

	if (r == 0) {
		m[1] = m[0];
		m[1].type = WIRE_PROJECT;
		r = client_open(&c, CLIENT_SPAWN, deadline, e);
	}
	if (r == 0)
		r = client_send(&c, m, 2, e);
	if (r == 0)
		r = client_next(&c, WIRE_GRANT, &m[0], e);
	if (r == 0)
		r = read_keys(&c, k, why, e);
	client_close(&c);
	buf_release(&chain);
	return r;
}

int broker_stash_put(const char *const value[VAR_COUNT], pid_t shell,
    int64_t deadline, unsigned char handle[STATE_HANDLE], struct err *e)
{
	struct buf rows = BUF_INIT(WIRE_MAX_BODY);
	struct message m = {.type = WIRE_STASH_PUT, .pid = shell};
	struct client c = {.fd = -1};
	int r;

	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (value[i] != NULL)
			message_put_row(&rows, WIRE_STASH_PUT,
			    &(struct message){.name = var_name((enum var_id)i),
				.value = value[i]});
	m.rows = message_rows(&rows);
	r = rows.failed ? err_set(e, ERR_LIMIT,
			      "the request to the broker is too large")
			: client_ask(&c, CLIENT_SPAWN, deadline, &m, &m, e);
	if (r == 0)
		memcpy(handle, m.handle, STATE_HANDLE);
	client_close(&c);
	buf_release(&rows);
	return r;
}

static int read_stash(struct message *m, struct broker_stash *s, struct err *e)
{
	struct message row;
	enum var_id id;

	while (message_row(&row, WIRE_STASH_GET, &m->rows)) {
		id = var_find(row.name, strlen(row.name));
		if (id == VAR_COUNT || s->value[id] != NULL)
			return client_nonsense(e);
		s->value[id] = text_dup(row.value);
		if (s->value[id] == NULL)
			say_oom();
	}
	return 0;
}

int broker_stash_get(const unsigned char handle[STATE_HANDLE], int64_t deadline,
    struct broker_stash *s, struct err *e)
{
	struct message m = {.type = WIRE_STASH_GET, .handle = handle};
	struct client c;
	int r = client_ask(&c, CLIENT_EXISTING, deadline, &m, &m, e);

	if (r == 0)
		r = read_stash(&m, s, e);
	client_close(&c);
	return r;
}

int broker_stash_hold(const unsigned char handle[STATE_HANDLE], pid_t shell,
    int held, int64_t deadline, struct err *e)
{
	const struct message m = {
	    .type = held ? WIRE_STASH_HOLD : WIRE_STASH_DROP,
	    .handle = handle,
	    .pid = shell};
	struct client c;
	int r = client_ask(&c, CLIENT_EXISTING, deadline, &m, NULL, e);

	client_close(&c);
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
