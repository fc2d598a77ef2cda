#include "broker/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "broker/loop.h"

enum {
	LOOK_EVERY = 1000, /* milliseconds */
	SETTLED = 2,	   /* seconds after which a time stamp is believed */
	MAX_NAMES = 4096,  /* of a directory, of whatever kind */
};

struct catalog {
	struct loop *loop;
	struct slab *slab;
	struct servers servers;
	unsigned char (*identity)[HASH_SHA256]; /* NULL: nothing is loaded */
	unsigned char seen[HASH_SHA256];	/* of the directory */
	int64_t looked;
	int stale;
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

/* No such text holds a control character, so the byte that stands for a
 * missing one, and the NUL that ends each other, keep them apart. */
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

struct sweep {
	unsigned char sum[HASH_SHA256];
	time_t newest;
};

/* Takes all of a file that an edit changes. */
static void sweep_one(struct sweep *w, const char *name, const struct stat *st)
{
	unsigned char one[HASH_SHA256];
	const int64_t stamp[] = {
	    (int64_t)st->st_dev,
	    (int64_t)st->st_ino,
	    (int64_t)st->st_mode,
	    (int64_t)st->st_uid,
	    (int64_t)st->st_size,
	    (int64_t)st->st_mtim.tv_sec,
	    (int64_t)st->st_mtim.tv_nsec,
	    (int64_t)st->st_ctim.tv_sec,
	    (int64_t)st->st_ctim.tv_nsec,
	};
	const struct hash_part parts[] = {
	    {name, strlen(name) + 1}, {stamp, sizeof(stamp)}};

	hash_sha256(parts, 2, one);
	/* The order in which a directory is read means nothing. */
	for (size_t i = 0; i < sizeof(one); i++)
		w->sum[i] ^= one[i];
	if (st->st_ctim.tv_sec > w->newest)
		w->newest = st->st_ctim.tv_sec;
}

static void sweep_files(struct sweep *w, DIR *d)
{
	const struct dirent *one;
	struct stat st;

	for (int n = 0; n < MAX_NAMES && (one = readdir(d)); n++) {
		if (one->d_name[0] == '.' && strcmp(one->d_name, ".") != 0)
			continue;
		/* What can't be looked at counts by its name. */
		if (fstatat(dirfd(d), one->d_name, &st, 0) < 0)
			memset(&st, 0, sizeof(st));
		sweep_one(w, one->d_name, &st);
	}
}

/* Sums up the directory.  0: its files can't have changed since without
 * changing the sum; a clock's tick is too long for those of the last two
 * seconds. */
static int sweep(unsigned char sum[HASH_SHA256])
{
	struct sweep w = {.newest = 0};
	char path[PATH_MAX];
	struct timespec now;
	DIR *d;

	if (servers_dir(path, NULL) < 0)
		return -1;
	d = opendir(path);
	if (d) {
		sweep_files(&w, d);
		(void)closedir(d);
	} else if (errno != ENOENT) {
		return -1;
	}
	memcpy(sum, w.sum, sizeof(w.sum));
	clock_gettime(CLOCK_REALTIME, &now);
	return w.newest + SETTLED > now.tv_sec ? -1 : 0;
}

/* Brings what is loaded up to date. */
static int look(struct catalog *c, struct err *e)
{
	/* Before the files are read, so that no edit comes in between. */
	unsigned char sum[HASH_SHA256];
	int settled = sweep(sum) == 0, rc;

	c->stale = 0;
	if (c->identity && settled && memcmp(sum, c->seen, sizeof(sum)) == 0) {
		c->looked = loop_now(c->loop);
		return 0;
	}
	unload(c);
	rc = servers_load(&c->servers, c->slab, e);
	if (rc < 0)
		return rc;
	if (identify_all(c) < 0) {
		unload(c);
		(void)err_set(e, ERR_NOMEM, "out of memory");
		return ERR_NOMEM;
	}
	memset(c->seen, 0, sizeof(c->seen));
	if (settled)
		memcpy(c->seen, sum, sizeof(sum));
	c->looked = loop_now(c->loop);
	return 0;
}

static int current(const struct catalog *c)
{
	return c->identity && !c->stale &&
	       loop_now(c->loop) - c->looked < LOOK_EVERY;
}

void catalog_stale(struct catalog *c)
{
	c->stale = 1;
}

/* --- finding */

static void fill(const struct catalog *c, size_t i, struct catalog_entry *found)
{
	found->server = &c->servers.at[i];
	memcpy(found->identity, c->identity[i], HASH_SHA256);
}

int catalog_find(struct catalog *c, const char *name,
    struct catalog_entry *found, struct err *e)
{
	const struct servers_entry *s = NULL;
	int fresh = 0, rc = 0;

	memset(found, 0, sizeof(*found));
	if (!current(c)) {
		rc = look(c, e);
		fresh = 1;
	}
	if (rc == 0)
		rc = servers_find(&c->servers, name, &s, e);
	/* A file that was just written or mended should be found. */
	if (rc < 0 && !fresh) {
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
	for (size_t i = 0; rc == 0 && i < c->servers.count; i++) {
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
