#include "broker/servers/registration.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/core/hash.h"
#include "base/core/json.h"
#include "base/core/jsonout.h"
#include "base/core/wire.h"
#include "broker/files/files.h"
#include "broker/kinds/pieces.h"
#include "net/aws/credential.h"
#include "net/runtime/log.h"

enum {
	EPOCH = 3, /* of the format */
	MAX_FILE = 64 * 1024,
	MAX_KEPT = 2 * SERVERS_MAX,
};

struct kept {
	TAILQ_ENTRY(kept) entry;
	unsigned char key[HASH_SHA256];
	enum servers_grant grant;
	struct provider_client client;
};

struct registrations {
	struct slab *slab;
	struct log *log;
	struct files *files; /* NULL: accesses files directly */
	size_t n;
	TAILQ_HEAD(kept_list, kept) kept;
};

int registrations_new(struct registrations **out, struct slab *slab,
    struct log *log, struct err *e)
{
	struct registrations *r = calloc(1, sizeof(*r));

	*out = r;
	if (!r)
		return err_set(e, ERR_NOMEM, "out of memory");
	r->slab = slab;
	r->log = log;
	TAILQ_INIT(&r->kept);
	return 0;
}

void registrations_through(struct registrations *r, struct files *files)
{
	r->files = files;
}

/* --- in memory */

static void forget(struct registrations *r, struct kept *k)
{
	TAILQ_REMOVE(&r->kept, k, entry);
	r->n--;
	provider_client_release(&k->client);
	free(k);
}

void registrations_free(struct registrations *r)
{
	struct kept *k;

	if (!r)
		return;
	while ((k = TAILQ_FIRST(&r->kept)))
		forget(r, k);
	free(r);
}

/* Any of these makes it a client of another login. */
static void key_of(
    const struct servers_entry *s, unsigned char key[HASH_SHA256])
{
	const char *scope = s->scope ? s->scope : "";
	const struct hash_part parts[] = {
	    {"v0\0", 4},
	    {s->id, strlen(s->id)},
	    {"\0", 2},
	    {s->url, strlen(s->url)},
	    {"\0", 2},
	    {s->region, strlen(s->region)},
	    {"\0", 2},
	    {scope, strlen(scope)},
	};

	hash_sha256(parts, sizeof(parts) / sizeof(parts[0]), key);
}

static struct kept *find(struct registrations *r,
    const unsigned char key[HASH_SHA256], enum servers_grant g)
{
	struct kept *k;

	TAILQ_FOREACH(k, &r->kept, entry)
	if (k->grant == g && memcmp(k->key, key, HASH_SHA256) == 0)
		return k;
	return NULL;
}

static void remember(struct registrations *r,
    const unsigned char key[HASH_SHA256], enum servers_grant g,
    const struct provider_client *c)
{
	struct kept *k = find(r, key, g);

	if (k)
		forget(r, k);
	/* Clients of servers edited since are never requested. */
	while (r->n >= MAX_KEPT)
		forget(r, TAILQ_FIRST(&r->kept));
	k = calloc(1, sizeof(*k));
	if (!k || provider_client_copy(&k->client, c, r->slab, NULL) < 0) {
		free(k);
		return; /* there is its file */
	}
	memcpy(k->key, key, HASH_SHA256);
	k->grant = g;
	TAILQ_INSERT_TAIL(&r->kept, k, entry);
	r->n++;
}

/* --- in its file */

/* Writes a question of that kind about the client's file. */
static void begin(struct buf *question, enum files_op op,
    const unsigned char key[HASH_SHA256], enum servers_grant g)
{
	_Static_assert(HASH_SHA256 == FILES_HANDLE, "a key names the file");

	(void)wire_begin(question, (enum wire_type)op);
	wire_put(question, WIRE_F_HANDLE, key, HASH_SHA256);
	wire_putn(question, WIRE_F_GRANT, (uint64_t)g);
}

static int take_time(const struct json_value *v, int64_t *t)
{
	size_t len = 0;
	const char *text = json_str(v, &len);
	int rc = text ? credential_parse_time(text, len, t) : json_int(v, t);

	return rc < 0 || *t < 0 ? ERR_FORMAT : 0;
}

/* What is wrong, or NULL. */
static const char *take(const struct json_value *root,
    const struct servers_entry *s, struct slab *slab, struct provider_client *c)
{
	const char *id = json_str(json_get(root, "id"), NULL);
	size_t len = 0;
	const char *client = json_str(json_get(root, "client_id"), &len);
	int64_t epoch;

	if (!id || strcmp(id, s->id) != 0)
		return "it is of another server";
	if (json_int(json_get(root, "epoch"), &epoch) < 0 || epoch != EPOCH)
		return "it is of another version";
	if (take_time(json_get(root, "issued_at"), &c->issued) < 0 ||
	    take_time(json_get(root, "expires_at"), &c->expires) < 0)
		return "its times are none";
	if (!client || !provider_is_token(client, len))
		return "its client_id is none";
	if (provider_token(root, "client_secret", slab, &c->secret, NULL) < 0)
		return "its client_secret is none, or there is no memory";
	c->id = strdup(client);
	return c->id ? NULL : "there is no memory";
}

int registration_parse(const void *text, size_t len,
    const struct servers_entry *s, struct slab *slab, struct provider_client *c,
    struct err *e)
{
	struct json *doc = NULL;
	const char *why;
	int rc;

	memset(c, 0, sizeof(*c));
	rc = json_parse(&doc, len ? text : "", len, e);
	if (rc < 0)
		return rc;
	why = take(json_root(doc), s, slab, c);
	json_free(doc);
	if (!why)
		return 0;
	provider_client_release(c);
	return err_set(e, ERR_FORMAT, "%s", why);
}

static int load(struct registrations *r, const struct servers_entry *s,
    const unsigned char key[HASH_SHA256], enum servers_grant g,
    struct provider_client *c, struct err *e)
{
	struct buf question = BUF_INIT(FILES_QUESTION);
	struct buf answer = BUF_INIT(FILES_MESSAGE);
	struct wire_field bytes;
	struct wire_frame f;
	struct wire_iter it;
	size_t used;
	int rc;

	begin(&question, FILES_CLIENT, key, g);
	wire_end(&question, 0);
	rc = files_ask(r->files, &question, &answer, e);
	if (rc == 0 && wire_parse(answer.data, answer.len, &f, &used, e) <= 0)
		rc = ERR_FORMAT;
	if (rc == 0) {
		wire_iter_init(&it, f.body, f.len);
		rc = wire_next(&it, &bytes) > 0
			 ? registration_parse(
			       bytes.p, bytes.len, s, r->slab, c, e)
			 : err_set(e, ERR_FORMAT, "a damaged answer");
	}
	buf_release(&question);
	buf_release(&answer);
	return rc;
}

static void print(const struct servers_entry *s,
    const struct provider_client *c, struct buf *out)
{
	char issued[CREDENTIAL_TIME], expires[CREDENTIAL_TIME];
	struct jsonout o;

	credential_time(c->issued, issued);
	credential_time(c->expires, expires);
	jsonout_init(&o, out, 1);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "id", s->id);
	jsonout_member_int(&o, "epoch", EPOCH);
	jsonout_member(&o, "issued_at", issued);
	jsonout_member(&o, "expires_at", expires);
	jsonout_member(&o, "client_id", c->id);
	jsonout_key(&o, "client_secret");
	jsonout_strn(&o, secret_bytes(c->secret), secret_len(c->secret));
	jsonout_end(&o, '}');
	buf_addc(out, '\n');
}

/* --- both */

static void complain(
    struct registrations *r, const char *what, const struct err *e)
{
	log_warn(r->log, "%s %s", what, e->msg);
}

static void is_saved(void *arg, const struct err *e)
{
	if (e)
		complain(arg, "the client of a server is not kept:", e);
}

static void is_removed(void *arg, const struct err *e)
{
	if (e)
		complain(arg, "a client that is not known any more stays:", e);
}

static int lasts(const struct provider_client *c, int64_t now)
{
	return c->expires == 0 || c->expires >= now + REGISTRATION_LEFT;
}

static int is_kept(const struct servers_entry *s)
{
	const struct provider *p = provider_of(s, NULL);

	return p && p->client_ask && s->id && s->url && s->region;
}

int registration_find(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, int64_t now, struct provider_client *c)
{
	unsigned char key[HASH_SHA256];
	struct kept *k;
	struct err e;
	int rc;

	memset(c, 0, sizeof(*c));
	if (!is_kept(s))
		return 0;
	key_of(s, key);
	k = find(r, key, g);
	if (k && lasts(&k->client, now))
		return provider_client_copy(c, &k->client, r->slab, &e) == 0;
	/* Another program may have registered one meanwhile. */
	rc = load(r, s, key, g, c, &e);
	if (rc < 0 && rc != ERR_NOT_FOUND)
		complain(r, "a client that was registered is not used:", &e);
	if (rc < 0)
		return 0;
	if (!lasts(c, now)) {
		provider_client_release(c);
		return 0;
	}
	remember(r, key, g, c);
	return 1;
}

void registration_keep(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g, const struct provider_client *c)
{
	struct buf question = BUF_INIT(FILES_QUESTION),
		   text = BUF_INIT(MAX_FILE);
	unsigned char key[HASH_SHA256];

	if (!is_kept(s) || !c->id || !c->secret)
		return;
	key_of(s, key);
	remember(r, key, g, c);
	/* The format cannot express one that never expires. */
	if (c->expires == 0)
		return;
	print(s, c, &text);
	begin(&question, FILES_CLIENT_KEEP, key, g);
	wire_put(&question, WIRE_F_VALUE, text.data, text.len);
	wire_end(&question, 0);
	question.failed |= text.failed;
	files_post(r->files, &question, is_saved, r);
	buf_release(&question);
	buf_release(&text);
}

void registration_drop(struct registrations *r, const struct servers_entry *s,
    enum servers_grant g)
{
	struct buf question = BUF_INIT(FILES_QUESTION);
	unsigned char key[HASH_SHA256];
	struct kept *k;

	if (!is_kept(s))
		return;
	key_of(s, key);
	k = find(r, key, g);
	if (k)
		forget(r, k);
	begin(&question, FILES_CLIENT_DROP, key, g);
	wire_end(&question, 0);
	files_post(r->files, &question, is_removed, r);
	buf_release(&question);
}
