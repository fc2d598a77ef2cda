#include "broker/servers/catalog.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/wire.h"
#include "broker/files/files.h"
#include "net/runtime/loop.h"

enum {
	LOOK_EVERY = 1000, /* milliseconds */
};

struct catalog {
	struct loop *loop;
	struct slab *slab;
	struct servers servers;
	unsigned char (*identity)[HASH_SHA256]; /* NULL: nothing is loaded */
	unsigned char seen[HASH_SHA256];	/* of the directory */
	int64_t looked;
	int settled; /* seen can be relied on */
	int stale;
	struct files *files; /* NULL: reads directly */
};

int catalog_new(
    struct catalog **out, struct loop *loop, struct slab *slab, struct err *e)
{
	struct catalog *c = calloc(1, sizeof(*c));

	*out = c;
	if (!c)
		return err_set(e, ERR_NOMEM, "out of memory");
	c->loop = loop;
	c->slab = slab;
	return 0;
}

static void unload(struct catalog *c)
{
	servers_release(&c->servers);
	free(c->identity);
	c->identity = NULL;
}

void catalog_free(struct catalog *c)
{
	if (!c)
		return;
	unload(c);
	free(c);
}

/* --- identities */

/* The strings hold no control characters, so the byte for a missing one, and
 * the NUL after the others, separate them. */
static struct hash_part part(const char *text)
{
	struct hash_part p = {"\1", 1};

	if (text) {
		p.data = text;
		p.len = strlen(text) + 1;
	}
	return p;
}

static void identify(
    const struct servers_entry *s, unsigned char out[HASH_SHA256])
{
	const unsigned char kinds[] = {
	    (unsigned char)s->kind, (unsigned char)s->client_auth};
	const char *secret =
	    s->client_secret ? secret_bytes(s->client_secret) : NULL;
	const struct hash_part parts[] = {
	    {kinds, sizeof(kinds)},
	    part(s->id),
	    part(s->url),
	    part(s->region),
	    part(s->client_id),
	    part(secret),
	    part(s->token_endpoint),
	    part(s->device_endpoint),
	    part(s->authorization_endpoint),
	    part(s->revocation_endpoint),
	};

	hash_sha256(parts, sizeof(parts) / sizeof(parts[0]), out);
}

static int identify_all(struct catalog *c)
{
	c->identity = calloc(c->servers.count + 1, sizeof(*c->identity));
	if (!c->identity)
		return ERR_NOMEM;
	for (size_t i = 0; i < c->servers.count; i++)
		if (!c->servers.at[i].fault)
			identify(&c->servers.at[i], c->identity[i]);
	return 0;
}

/* --- what changed */

/* Parses one part of an answer into *s. */
static int take_part(struct servers *s, const struct wire_frame *f,
    struct slab *slab, struct err *e)
{
	char path[PATH_MAX + NAME_MAX + 2] = "", why[sizeof(e->msg)] = "";
	struct servers_file file = {.path = path, .why = why};
	struct wire_field field;
	struct wire_iter it;
	uint64_t n;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while ((rc = wire_next(&it, &field)) > 0) {
		if (field.tag == WIRE_F_CONFIG)
			rc = wire_text(&field, path, sizeof(path));
		else if (field.tag == WIRE_F_MESSAGE)
			rc = wire_text(&field, why, sizeof(why));
		else if (field.tag == WIRE_F_COUNT && !wire_num(&field, &n))
			file.mode = (mode_t)n;
		else if (field.tag == WIRE_F_CODE && !wire_num(&field, &n) &&
			 n <= -ERR_UPSTREAM)
			file.code = -(int)n;
		else if (field.tag == WIRE_F_VALUE)
			file.text = field.p, file.len = field.len;
		else
			rc = ERR_FORMAT;
		if (rc < 0)
			break;
	}
	if (rc < 0 || !path[0])
		return err_set(e, ERR_FORMAT, "a damaged answer");
	return servers_take(s, &file, slab, e);
}

/* The end of an answer: the sum, and whether it can be relied on. */
static int take_end(const struct wire_frame *f, unsigned char sum[HASH_SHA256],
    int *settled, struct err *e)
{
	struct wire_field field;
	struct wire_iter it;
	uint64_t n;

	wire_iter_init(&it, f->body, f->len);
	if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_DIGEST ||
	    field.len != HASH_SHA256)
		return err_set(e, ERR_FORMAT, "a damaged answer");
	memcpy(sum, field.p, HASH_SHA256);
	if (wire_next(&it, &field) <= 0 || field.tag != WIRE_F_FRESH ||
	    wire_num(&field, &n) < 0)
		return err_set(e, ERR_FORMAT, "a damaged answer");
	*settled = n == 1;
	return 0;
}

/* All that an answer says. */
struct answer {
	struct servers servers;
	unsigned char sum[HASH_SHA256];
	int settled; /* a file can't change without changing the sum */
};

static int take_answer(
    struct answer *a, const struct buf *bytes, struct slab *slab, struct err *e)
{
	const unsigned char *p = bytes->data;
	size_t left = bytes->len, used;
	struct wire_frame f;
	int rc = 0;

	memset(a, 0, sizeof(*a));
	for (; rc == 0 && left > 0; p += used, left -= used) {
		if (wire_parse(p, left, &f, &used, e) <= 0)
			return err_set(e, ERR_FORMAT, "a damaged answer");
		rc = f.type == WIRE_OK ? take_end(&f, a->sum, &a->settled, e)
				       : take_part(&a->servers, &f, slab, e);
	}
	return rc;
}

static int ask(const struct catalog *c, struct buf *answer, struct err *e)
{
	struct buf question = BUF_INIT(WIRE_HEADER + 64);
	size_t at = wire_begin(&question, (enum wire_type)FILES_SERVERS);
	int rc;

	if (c->identity && c->settled)
		wire_put(&question, WIRE_F_DIGEST, c->seen, sizeof(c->seen));
	wire_end(&question, at);
	rc = files_ask(c->files, &question, answer, e);
	buf_release(&question);
	return rc;
}

static int load(struct catalog *c, const struct buf *bytes, struct err *e)
{
	struct answer a;
	int rc;

	rc = take_answer(&a, bytes, c->slab, e);
	if (rc == 0 && c->identity && a.settled &&
	    memcmp(a.sum, c->seen, sizeof(a.sum)) == 0) {
		servers_release(&a.servers);
		return 0;
	}
	unload(c);
	if (rc < 0) {
		servers_release(&a.servers);
		return rc;
	}
	c->servers = a.servers;
	c->settled = a.settled;
	memcpy(c->seen, a.sum, sizeof(a.sum));
	if (identify_all(c) < 0) {
		unload(c);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	return 0;
}

/* Updates what is loaded.  If the directory does not respond, the old state
 * stays. */
static int look(struct catalog *c, struct err *e)
{
	struct buf answer = BUF_INIT(FILES_ANSWER);
	int rc = ask(c, &answer, e);

	if (rc == 0)
		rc = load(c, &answer, e);
	else if (rc != ERR_TIMEOUT)
		unload(c);
	buf_release(&answer);
	c->stale = 0;
	if (rc == 0 || rc == ERR_TIMEOUT)
		c->looked = loop_now(c->loop);
	return rc;
}

static int current(const struct catalog *c)
{
	return c->identity && !c->stale &&
	       loop_now(c->loop) - c->looked < LOOK_EVERY;
}

void catalog_through(struct catalog *c, struct files *files)
{
	c->files = files;
}

void catalog_warm(struct catalog *c)
{
	struct err e;

	if (!c->identity)
		(void)!look(c, &e);
}

void catalog_stale(struct catalog *c)
{
	c->stale = 1;
}

/* --- finding */

static void fill(const struct catalog *c, size_t i, struct catalog_entry *found)
{
	found->server = &c->servers.at[i];
	if (c->identity) /* as it is where there are servers */
		memcpy(found->identity, c->identity[i], HASH_SHA256);
}

int catalog_find(struct catalog *c, const char *name,
    struct catalog_entry *found, struct err *e)
{
	int rc = 0, looked = 0, late, stale = c->stale;
	const struct servers_entry *s = NULL;

	memset(found, 0, sizeof(*found));
	if (!current(c)) {
		rc = look(c, e);
		looked = 1;
	}
	late = rc == ERR_TIMEOUT;
	if (late && stale)
		return rc;
	if (late && c->identity)
		rc = 0;
	if (rc == 0)
		rc = servers_find(&c->servers, name, &s, e);
	/* A file just written or fixed must be found; and if the files could
	 * not be read, say so. */
	if (rc < 0 && (!looked || (late && c->identity))) {
		rc = look(c, e);
		if (rc == 0)
			rc = servers_find(&c->servers, name, &s, e);
	}
	if (rc == 0)
		fill(c, (size_t)(s - c->servers.at), found);
	return rc;
}

int catalog_identified(struct catalog *c,
    const unsigned char identity[HASH_SHA256], struct catalog_entry *found,
    struct err *e)
{
	int rc = current(c) ? 0 : look(c, e);

	memset(found, 0, sizeof(*found));
	if (rc == ERR_TIMEOUT && c->identity)
		rc = 0;
	for (size_t i = 0; rc == 0 && c->identity && i < c->servers.count;
	     i++) {
		if (c->servers.at[i].fault ||
		    memcmp(c->identity[i], identity, HASH_SHA256) != 0)
			continue;
		fill(c, i, found);
		return 0;
	}
	if (rc < 0)
		return rc;
	return err_set(e, ERR_NOT_FOUND,
	    "that server is not configured any more. Run: mairu list-servers");
}
