#include "broker/trust/probe.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#ifdef __linux__
#include <sys/vfs.h>
#endif

#include "base/config/trust.h"
#include "base/core/hash.h"
#include "base/core/text.h"
#include "base/sys/path.h"

#define SECOND INT64_C(1000000000)

enum {
	MEMORY = 256, /* a power of two */
	RACY_SECONDS = 2,
	LIFE_SECONDS = 1,
};

/* What shows whether a file has changed. */
struct snap {
	dev_t dev;
	ino_t ino;
	mode_t mode;
	uid_t uid;
	off_t size;
	int64_t mtime, ctime; /* nanoseconds */
};

enum {
	SNAP_LINK,	/* the config itself */
	SNAP_CONFIG,	/* what it links to */
	SNAP_TRUST,	/* the verdict's file */
	SNAP_TRUST_DIR, /* who may write there */
	SNAP_COUNT,
};

struct memory {
	unsigned char key[HASH_SHA256]; /* of the whole question */
	char *trust;
	struct snap snaps[SNAP_COUNT];
	int64_t looked_at; /* 0: empty */
};

struct probe {
	int64_t (*clock)(void);
	char trust_dir[PATH_MAX];
	struct memory memory[MEMORY];
};

static int64_t wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

struct probe *probe_new(int64_t (*clock)(void))
{
	struct probe *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->clock = clock ? clock : wall_clock;
	if (path_in(PATH_STATE, "trust", p->trust_dir, NULL) < 0)
		p->trust_dir[0] = '\0';
	return p;
}

void probe_free(struct probe *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < MEMORY; i++)
		free(p->memory[i].trust);
	free(p);
}

static int snap(struct snap *s, const char *path, int follow)
{
	struct stat st;

	memset(s, 0, sizeof(*s)); /* compared as bytes */
	if ((follow ? stat(path, &st) : lstat(path, &st)) < 0)
		return -1;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->mode = st.st_mode;
	s->uid = st.st_uid;
	s->size = st.st_size;
	s->mtime = st.st_mtim.tv_sec * SECOND + st.st_mtim.tv_nsec;
	s->ctime = st.st_ctim.tv_sec * SECOND + st.st_ctim.tv_nsec;
	return 0;
}

static int snap_all(const struct probe *p, struct snap s[SNAP_COUNT],
    const char *config, const char *trust)
{
	return snap(&s[SNAP_LINK], config, 0) == 0 &&
		       snap(&s[SNAP_CONFIG], config, 1) == 0 &&
		       snap(&s[SNAP_TRUST], trust, 0) == 0 &&
		       snap(&s[SNAP_TRUST_DIR], p->trust_dir, 1) == 0
		   ? 0
		   : -1;
}

/* Only local file systems with a fine-grained clock. */
static int is_local(const char *path)
{
#ifdef __linux__
	static const uint32_t known[] = {
	    0xef53,	/* ext4 */
	    0x58465342, /* xfs */
	    0x9123683e, /* btrfs */
	    0xf2f52010, /* f2fs */
	    0x2fc12fc1, /* zfs */
	    0x01021994, /* tmpfs */
	    0x794c7630, /* overlayfs */
	};
	struct statfs fs;
	size_t i;

	if (statfs(path, &fs) < 0)
		return 0;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((uint32_t)fs.f_type == known[i])
			return 1;
#else
	(void)path;
#endif
	return 0;
}

static int is_racy(const struct snap s[SNAP_COUNT], int64_t looked_at)
{
	int64_t settled = looked_at - RACY_SECONDS * SECOND;
	size_t i;

	for (i = 0; i < SNAP_COUNT; i++)
		if (s[i].mtime > settled || s[i].ctime > settled)
			return 1;
	return 0;
}

static struct memory *recall(struct probe *p, const struct project_ref *what,
    unsigned char key[HASH_SHA256])
{
	/* Each string's NUL separates it from the next. */
	const struct hash_part parts[] = {
	    {what->digest, HASH_SHA384},
	    {what->config, strlen(what->config) + 1},
	    {what->server, strlen(what->server) + 1},
	    {what->role, strlen(what->role) + 1},
	    {what->chain, strlen(what->chain) + 1},
	};

	hash_sha256(parts, sizeof(parts) / sizeof(parts[0]), key);
	return &p->memory[key[0] & (MEMORY - 1)];
}

static int is_unchanged(const struct probe *p, const struct memory *m,
    const unsigned char key[HASH_SHA256], const char *config)
{
	struct snap now[SNAP_COUNT];
	int64_t age = p->clock() - m->looked_at;

	return m->looked_at && memcmp(m->key, key, sizeof(m->key)) == 0 &&
	       age >= 0 && age < LIFE_SECONDS * SECOND &&
	       snap_all(p, now, config, m->trust) == 0 &&
	       memcmp(now, m->snaps, sizeof(now)) == 0;
}

static void sentence(
    struct buf *text, const char *config, const char *what, int allow)
{
	buf_clear(text);
	buf_adds(text, "mairu: ");
	path_text(text, config);
	buf_adds(text, what);
	if (allow) {
		buf_adds(text, " Run: mairu allow ");
		text_word(text, config, strlen(config));
	}
	if (!text->failed)
		return;
	/* A path of thousands of characters, escaped, did not fit. */
	buf_clear(text);
	buf_adds(text, "mairu: the project");
	buf_adds(text, what);
	if (allow)
		buf_adds(text, " Run there: mairu allow");
}

static enum check_verdict failed(struct buf *text, const struct err *e)
{
	buf_adds(text, "mairu: ");
	text_safe(text, e->msg, strlen(e->msg), 1024);
	return CHECK_FAILED;
}

static enum check_verdict unreadable(
    struct buf *text, const char *config, const struct err *e)
{
	switch (e->code) {
	case ERR_NOT_FOUND:
		sentence(text, config, " is gone.", 0);
		return CHECK_REFUSED;
	case ERR_REFUSED:
	case ERR_LIMIT:
	case ERR_FORMAT:
		sentence(text, config, " has changed since it was allowed.", 1);
		return CHECK_REFUSED;
	default:
		return failed(text, e);
	}
}

/* The trust store's verdict for the current bytes. */
static enum check_verdict judge(
    const struct project *p, const struct project_ref *what, struct buf *text)
{
	enum trust_verdict verdict = TRUST_UNKNOWN;
	const char *why;
	struct err e;

	if (trust_check(p, &verdict, NULL, &e) < 0)
		return failed(text, &e);
	switch (verdict) {
	case TRUST_ALLOWED:
		if (memcmp(p->digest, what->digest, HASH_SHA384) == 0)
			return CHECK_ALLOWED;
		sentence(text, what->config,
		    " has changed and was allowed again; a new prompt (or: cd "
		    ".) takes it up.",
		    0);
		return CHECK_REFUSED;
	case TRUST_DENIED:
		why = " is denied.";
		break;
	case TRUST_CHANGED:
		why = " has changed since it was allowed.";
		break;
	case TRUST_NARROWER:
		why = " says more than was shown when it was allowed.";
		break;
	case TRUST_UNKNOWN:
	default:
		why = " is not trusted.";
		break;
	}
	sentence(text, what->config, why, 1);
	return CHECK_REFUSED;
}

/* Don't trust the requester of the grant: the role comes from the file. */
static int says_so(const struct project *p, const struct project_ref *what)
{
	struct buf chain = BUF_INIT(CHAIN_TEXT);
	int same;

	chain_text(p->hops, p->n_hops, p->region, p->account, &chain);
	same = !chain.failed && strcmp(p->server, what->server) == 0 &&
	       strcmp(p->role, what->role) == 0 &&
	       strcmp(buf_str(&chain), what->chain) == 0;
	buf_release(&chain);
	return same;
}

static enum check_verdict look(const struct project_ref *what, struct buf *text)
{
	static struct project p;
	enum check_verdict verdict;
	struct err e = {0};

	project_init(&p);
	if (project_read(&p, what->config, &e) < 0 || project_parse(&p, &e) < 0)
		verdict = unreadable(text, what->config, &e);
	else
		verdict = judge(&p, what, text);
	if (verdict == CHECK_ALLOWED && !says_so(&p, what)) {
		sentence(text, what->config,
		    " does not name the server and role of this token.", 0);
		verdict = CHECK_REFUSED;
	}
	project_release(&p);
	return verdict;
}

enum check_verdict probe_find(
    const char *config, struct project_ref *what, struct buf *text)
{
	static struct project p;
	static char chain[CHAIN_TEXT];
	struct buf b = BUF_INIT(CHAIN_TEXT);
	enum check_verdict verdict;
	struct err e = {0};

	project_release(&p);
	project_init(&p);
	if (project_read(&p, config, &e) < 0 || project_parse(&p, &e) < 0)
		return unreadable(text, config, &e);
	chain_text(p.hops, p.n_hops, p.region, p.account, &b);
	(void)snprintf(chain, sizeof(chain), "%s", buf_str(&b));
	*what = (struct project_ref){config, p.digest, p.server, p.role, chain};
	verdict = b.failed ? CHECK_FAILED : judge(&p, what, text);
	buf_release(&b);
	return verdict;
}

enum check_verdict probe_look(
    struct probe *p, const struct project_ref *what, struct buf *text)
{
	unsigned char key[HASH_SHA256];
	struct memory *m = recall(p, what, key);
	struct snap before[SNAP_COUNT], after[SNAP_COUNT];
	int64_t now = p->clock();
	char trust[PATH_MAX];
	enum check_verdict verdict;
	int rememberable;

	if (is_unchanged(p, m, key, what->config))
		return CHECK_ALLOWED;
	rememberable =
	    p->trust_dir[0] && trust_file(what->config, trust, NULL) == 0 &&
	    snap_all(p, before, what->config, trust) == 0 &&
	    !is_racy(before, now) && is_local(what->config) && is_local(trust);
	verdict = look(what, text);
	free(m->trust);
	m->trust = NULL;
	m->looked_at = 0;
	if (verdict != CHECK_ALLOWED || !rememberable ||
	    snap_all(p, after, what->config, trust) < 0 ||
	    memcmp(before, after, sizeof(after)) != 0)
		return verdict;
	m->trust = strdup(trust);
	if (!m->trust)
		return verdict;
	memcpy(m->key, key, sizeof(m->key));
	memcpy(m->snaps, after, sizeof(m->snaps));
	m->looked_at = now;
	return verdict;
}
