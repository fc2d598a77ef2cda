#include "front/scene.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/sock.h"
#include "base/trust.h"

/* A mark as unpadded base64url. */
#define SCENE_CHARS ((STATE_MARK * 8 + 5) / 6)
#define SCENE_TEXT  BYTES_ENCODED(STATE_MARK)

size_t scene_at(const char *state)
{
	size_t len = strlen(state);

	/* base64url has no dots; the one of the version is the second byte. */
	return len > SCENE_CHARS + 3 && state[len - SCENE_CHARS - 1] == '.'
		   ? len - SCENE_CHARS - 1
		   : len;
}

static int look_at(const char *path, mode_t kind, struct scene_file *f)
{
	struct stat st;

	if (lstat(path, &st) < 0 || (st.st_mode & S_IFMT) != kind ||
	    st.st_uid != geteuid())
		return 0;
	f->dev = (uint64_t)st.st_dev;
	f->ino = (uint64_t)st.st_ino;
	f->size = (uint64_t)st.st_size;
	f->ctime[0] = (uint64_t)st.st_ctim.tv_sec;
	f->ctime[1] = (uint64_t)st.st_ctim.tv_nsec;
	f->mtime[0] = (uint64_t)st.st_mtim.tv_sec;
	f->mtime[1] = (uint64_t)st.st_mtim.tv_nsec;
	return 1;
}

/* A broker holds the lock as long as it lives.  One that starts at the very
 * moment at which we try it tries again. */
static int is_alive(const char *sock)
{
	char path[SOCK_PATH_MAX + 8];
	int fd, held;

	(void)snprintf(path, sizeof(path), "%s" SOCK_LOCK, sock);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	held = flock(fd, LOCK_SH | LOCK_NB) < 0;
	(void)close(fd);
	return held;
}

void scene_look(struct scene *s, const struct project *p)
{
	char sock[SOCK_PATH_MAX], path[PATH_MAX];

	s->whole = sock_path(sock, NULL) == 0 &&
		   look_at(sock, S_IFSOCK, &s->broker) && is_alive(sock) &&
		   trust_file(p->path, path, NULL) == 0 &&
		   look_at(path, S_IFREG, &s->trust);
}

/* The state is only to be told from a damaged one. */
static uint64_t sum(const char *state, size_t len)
{
	uint64_t n = 14695981039346656037U;

	for (size_t i = 0; i < len; i++)
		n = (n ^ (unsigned char)state[i]) * 1099511628211U;
	return n;
}

static int mark(const struct scene *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state, char out[SCENE_TEXT])
{
	struct hash_part parts[5 + 2 * VAR_COUNT];
	unsigned char ids[VAR_COUNT], full[HASH_SHA256];
	uint64_t rest[3] = {(uint64_t)geteuid(), (uint64_t)getsid(0), 0};
	size_t n = 0;

	if (!s->whole)
		return 0;
	rest[2] = sum(state, scene_at(state));
	parts[n++] = (struct hash_part){rest, sizeof(rest)};
	parts[n++] = (struct hash_part){&s->broker, sizeof(s->broker)};
	parts[n++] = (struct hash_part){&s->trust, sizeof(s->trust)};
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
	(void)bytes_encode(BYTES_BASE64URL, full, STATE_MARK, out, SCENE_TEXT);
	return 1;
}

int scene_same(const struct scene *s, const struct project *p,
    const char *const value[VAR_COUNT], const char *state)
{
	char text[SCENE_TEXT];
	size_t at = scene_at(state);

	return state[at] == '.' && mark(s, p, value, state, text) &&
	       strcmp(state + at + 1, text) == 0;
}

void scene_put(const struct scene *s, const struct project *p,
    const char *const value[VAR_COUNT], struct buf *state)
{
	char text[SCENE_TEXT];

	if (!mark(s, p, value, buf_str(state), text))
		return;
	buf_addc(state, '.');
	buf_adds(state, text);
}
