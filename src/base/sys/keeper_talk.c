#include "base/sys/keeper_talk.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "base/sys/plat.h"

#define SOCK_END ".sock"
#define KEEP_END ".keep"

enum {
	BACKLOG = 16,
	NAME_BYTES = 16, /* of a hash */
};

/* An ending of the same length fits if the socket's path did. */
static void put_path(struct keeper_talk_place *at, const char *sock)
{
	size_t n = strlen(sock), end = sizeof(SOCK_END) - 1;

	if (n > end && strcmp(sock + n - end, SOCK_END) == 0)
		n -= end;
	if (n + sizeof(KEEP_END) > sizeof(at->addr.sun_path))
		return;
	memcpy(at->addr.sun_path, sock, n);
	memcpy(at->addr.sun_path + n, KEEP_END, sizeof(KEEP_END));
	at->len = sizeof(at->addr);
}

static void put_name(struct keeper_talk_place *at, const char *sock)
{
#ifdef __linux__
	const struct hash_part part = {sock, strlen(sock)};
	char text[BYTES_ENCODED(NAME_BYTES)];
	unsigned char hash[HASH_SHA256];
	int n;

	hash_sha256(&part, 1, hash);
	(void)bytes_encode(
	    BYTES_BASE64URL, hash, NAME_BYTES, text, sizeof(text));
	n = snprintf(at->addr.sun_path + 1, sizeof(at->addr.sun_path) - 1,
	    "mairu-keeper.%lu.%s", (unsigned long)geteuid(), text);
	at->len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
#else
	(void)at;
	(void)sock;
#endif
}

void keeper_talk_of(struct keeper_talk *k, const char *sock_path)
{
	memset(k, 0, sizeof(*k));
	for (int i = 0; i < KEEPER_TALK_DOORS; i++)
		k->at[i].addr.sun_family = AF_UNIX;
	put_path(&k->at[KEEPER_TALK_PATH], sock_path);
	put_name(&k->at[KEEPER_TALK_NAME], sock_path);
}

const char *keeper_talk_path(const struct keeper_talk *k)
{
	return k->at[KEEPER_TALK_PATH].addr.sun_path;
}

static int make_socket(struct err *e)
{
	int fd =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? err_sys(e, "cannot make a socket") : fd;
}

static int connect_at(
    const struct keeper_talk_place *at, int *fd, struct err *e)
{
	uid_t uid = (uid_t)-1;
	pid_t pid;
	int s;

	if (at->len == 0)
		return err_set(e, ERR_NOT_FOUND, "no keeper is running");
	s = make_socket(e);
	if (s < 0)
		return s;
	if (connect(s, (const struct sockaddr *)&at->addr, at->len) == 0 &&
	    sock_peer(s, &uid, &pid, NULL) == 0 && uid == geteuid()) {
		*fd = s;
		return 0;
	}
	(void)close(s);
	return err_set(e, ERR_NOT_FOUND, "no keeper is running");
}

int keeper_talk_connect(const struct keeper_talk *k, int *fd,
    enum keeper_talk_door *door, struct err *e)
{
	int r = ERR_NOT_FOUND;

	for (int i = 0; i < KEEPER_TALK_DOORS && r < 0; i++) {
		*door = (enum keeper_talk_door)i;
		r = connect_at(&k->at[i], fd, e);
	}
	return r;
}

/* Removes a stale socket, and nothing else: the path may come from a
 * compromised broker. */
static void clear(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)unlink(path);
}

int keeper_talk_listen(const struct keeper_talk *k, enum keeper_talk_door door,
    int *fd, struct err *e)
{
	const struct keeper_talk_place *at = &k->at[door];
	int s, r;

	*fd = -1;
	if (at->len == 0)
		return err_set(e, ERR_LIMIT, "there is no room for its path");
	s = make_socket(e);
	if (s < 0)
		return s;
	if (door == KEEPER_TALK_PATH)
		clear(at->addr.sun_path);
	if (bind(s, (const struct sockaddr *)&at->addr, at->len) == 0 &&
	    listen(s, BACKLOG) == 0) {
		*fd = s;
		return 0;
	}
	r = err_sys(e, "making a socket for the keeper");
	(void)close(s);
	return r;
}

int keeper_talk_ask(int fd, enum keeper_type type, const unsigned char *key,
    const int *fds, size_t n, struct err *e)
{
	_Alignas(
	    struct cmsghdr) char room[CMSG_SPACE(KEEPER_FDS * sizeof(int))] = {
	    0};
	struct keeper_msg m = {
	    .version = KEEPER_VERSION, .type = (uint8_t)type};
	struct iovec io = {&m, sizeof(m)};
	struct msghdr h = {.msg_iov = &io, .msg_iovlen = 1};
	struct cmsghdr *c = (struct cmsghdr *)(void *)room;
	int r = 0;

	if (key != NULL)
		memcpy(m.key, key, KEEPER_KEY);
	if (n > 0) {
		h.msg_control = room;
		h.msg_controllen = (socklen_t)CMSG_SPACE(n * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (socklen_t)CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	}
	if (sendmsg(fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		r = err_sys(e, "cannot talk to the keeper");
	bytes_wipe(&m, sizeof(m));
	return r;
}

static int wait_for(int fd, int64_t until, struct err *e)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int64_t left;

	while ((left = until - plat_ms()) > 0)
		if (poll(&p, 1, (int)left) > 0)
			return 0;
	return err_set(e, ERR_TIMEOUT, "the keeper does not answer");
}

int keeper_talk_answer(
    int fd, int ms, struct keeper_msg *m, int came[KEEPER_FDS], struct err *e)
{
	_Alignas(
	    struct cmsghdr) char room[CMSG_SPACE(KEEPER_FDS * sizeof(int))];
	struct iovec io = {m, sizeof(*m)};
	struct msghdr h = {.msg_iov = &io, .msg_iovlen = 1};
	int64_t until = plat_ms() + ms;
	struct cmsghdr *c;
	ssize_t n;

	for (int i = 0; i < KEEPER_FDS; i++)
		came[i] = -1;
	do {
		int r = ms > 0 ? wait_for(fd, until, e) : 0;

		if (r < 0)
			return r;
		/* CMSG_SPACE() would let one more in. */
		h.msg_control = room;
		h.msg_controllen = CMSG_LEN(KEEPER_FDS * sizeof(int));
		n = recvmsg(fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && (errno == EINTR || (errno == EAGAIN && ms > 0)));
	if (n < 0 && errno == EAGAIN)
		return err_set(e, ERR_TIMEOUT, "the keeper has said nothing");
	c = n < 0 ? NULL : CMSG_FIRSTHDR(&h);
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len <= CMSG_LEN(KEEPER_FDS * sizeof(int)))
		memcpy(came, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	if (n == (ssize_t)sizeof(*m))
		return 0;
	keeper_talk_close(came);
	return err_set(e, ERR_NOT_FOUND, "the keeper hung up");
}

void keeper_talk_close(int came[KEEPER_FDS])
{
	for (int i = 0; i < KEEPER_FDS; i++) {
		if (came[i] >= 0)
			(void)close(came[i]);
		came[i] = -1;
	}
}
