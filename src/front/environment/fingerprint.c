#include "front/environment/fingerprint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config/trust.h"
#include "base/core/bytes.h"
#include "base/sys/sock.h"
#include "front/client/broker_lock.h"

/* The time and the mark as unpadded base64url. */
enum {
	DUE_BYTES = STATE_SCENE - STATE_MARK,
	SCENE_TEXT = BYTES_ENCODED(STATE_SCENE)
};

static void note(const struct stat *st, struct fingerprint_file *f)
{
	f->dev = (uint64_t)st->st_dev;
	f->ino = (uint64_t)st->st_ino;
	f->size = (uint64_t)st->st_size;
	f->ctime[0] = (uint64_t)st->st_ctim.tv_sec;
	f->ctime[1] = (uint64_t)st->st_ctim.tv_nsec;
	f->mtime[0] = (uint64_t)st->st_mtim.tv_sec;
	f->mtime[1] = (uint64_t)st->st_mtim.tv_nsec;
}

static int look_at(const char *path, mode_t kind, struct fingerprint_file *f)
{
	struct stat st;

	if (lstat(path, &st) < 0 || (st.st_mode & S_IFMT) != kind ||
	    st.st_uid != geteuid())
		return 0;
	note(&st, f);
	return 1;
}

/* Follows links, as SDKs do. */
static void look_at_aws(enum awsconf_file file, struct fingerprint_file *f)
{
	char path[PATH_MAX];
	struct stat st;

	memset(f, 0, sizeof(*f));
	if (awsconf_path(file, path, NULL) == 0 && stat(path, &st) == 0)
		note(&st, f);
}

void fingerprint_look(struct fingerprint *s, const struct project *p)
{
	char sock[SOCK_PATH_MAX], path[PATH_MAX];
	struct place place;

	s->whole = sock_path(sock, &place, PLACE_GLANCE, NULL) == 0 &&
		   look_at(sock, S_IFSOCK, &s->broker) &&
		   broker_lock_is_there(sock) &&
		   trust_file(p->path, path, NULL) == 0 &&
		   look_at(path, S_IFREG, &s->trust);
	if (!s->whole)
		return;
	look_at_aws(AWSCONF_CREDENTIALS, &s->aws[AWSCONF_CREDENTIALS]);
	look_at_aws(AWSCONF_CONFIG, &s->aws[AWSCONF_CONFIG]);
}

/* This only has to detect a damaged state. */
static uint64_t sum(const char *state, size_t len)
{
	uint64_t n = 14695981039346656037U;

	for (size_t i = 0; i < len; i++)
		n = (n ^ (unsigned char)state[i]) * 1099511628211U;
	return n;
}

static int mark(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state, int64_t due,
    char out[SCENE_TEXT])
{
	struct hash_part parts[6 + 2 * VAR_COUNT];
	unsigned char ids[VAR_COUNT], full[HASH_SHA256], raw[STATE_SCENE];
	uint64_t rest[5] = {(uint64_t)geteuid(), (uint64_t)getsid(0), 0,
	    (uint64_t)due, (uint64_t)s->shell};
	size_t n = 0;

	if (!s->whole)
		return 0;
	rest[2] = sum(state, state_length(state));
	parts[n++] = (struct hash_part){rest, sizeof(rest)};
	parts[n++] = (struct hash_part){&s->broker, sizeof(s->broker)};
	parts[n++] = (struct hash_part){&s->trust, sizeof(s->trust)};
	parts[n++] = (struct hash_part){s->aws, sizeof(s->aws)};
	/* The digest covers the path. */
	parts[n++] = (struct hash_part){p->digest, HASH_SHA384};
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		if (value[i] == NULL)
			continue;
		ids[i] = (unsigned char)i;
		parts[n++] = (struct hash_part){&ids[i], 1};
		parts[n++] = (struct hash_part){value[i], strlen(value[i]) + 1};
	}
	hash_sha256(parts, n, full);
	memcpy(raw, &due, DUE_BYTES);
	memcpy(raw + DUE_BYTES, full, STATE_MARK);
	(void)bytes_encode(BYTES_BASE64URL, raw, STATE_SCENE, out, SCENE_TEXT);
	return 1;
}

int fingerprint_same(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state, int64_t now)
{
	unsigned char raw[STATE_SCENE];
	char text[SCENE_TEXT];
	size_t at = state_length(state), n = 0;
	int64_t due;

	if (state[at] != '.' ||
	    bytes_decode(BYTES_BASE64URL, state + at + 1, STATE_SCENE_CHARS,
		raw, sizeof(raw), &n) < 0 ||
	    n != STATE_SCENE)
		return 0;
	memcpy(&due, raw, DUE_BYTES);
	if (due != 0 && now >= due)
		return 0;
	return mark(s, p, value, state, due, text) &&
	       strcmp(state + at + 1, text) == 0;
}

void fingerprint_put(const struct fingerprint *s, const struct project *p,
    const char *const value[VAR_COUNT], int64_t due, struct buf *state)
{
	char text[SCENE_TEXT];

	if (!mark(s, p, value, buf_str(state), due, text))
		return;
	buf_addc(state, '.');
	buf_adds(state, text);
}
