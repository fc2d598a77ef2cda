/*
 * mairu-keeper: holds the endpoint's port between brokers, so that nobody else
 * can take it, and the key that tokens are made from, so that running programs
 * keep working with the next broker.
 *
 *  - It gives both to one broker at a time, of the same user, and only after
 *    the previous one has ended.
 *  - While no broker holds them it answers every request with the same 503.
 *  - It allocates nothing, starts nothing, opens nothing but /proc (and
 *    /dev/null at start-up), and wipes everything it reads.
 *  - It exits when told to, or when its user has no processes left.
 *
 * A broker starts it, with a base/sys/keeper.h socket as descriptor 3.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/stat.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/core/version.h"
#include "base/sys/keeper.h"

/* Poll slots; a free one has fd -1, which poll(2) ignores. */
enum {
	LISTENER,  /* -1 while a broker has it */
	DOOR,	   /* where the keeper is found: a path ... */
	SIDE_DOOR, /* ... and an abstract name */
	HOLDER,	   /* the connection of the broker that holds the listener */
	PIDFD,	   /* and its process */
	CALLERS,   /* our user's connections, before their first message */
	CLIENTS = CALLERS + 8, /* of HTTP */
	SLOTS = CLIENTS + 512,
	/* Descriptors outside the slots: the standard ones, /proc and files in
	 * it, and newly received ones. */
	BESIDE = 12,
};

enum {
	CALL_MS = 2000,	      /* for a complete message or request */
	DRAIN_MS = 1000,      /* for a client to read its answer */
	REST_MS = 100,	      /* after the system had no room for a
				 connection */
	FIRST_LOOK_MS = 5000, /* at the user's processes */
	LOOK_MS = 60 * 1000,
	AT_ONCE = 32, /* clients accepted before others are served */
	ANSWERED = 3, /* more consecutive line ends than any request has */
};

#define BODY                                                                   \
	"{\"code\":\"BrokerNotRunning\",\"message\":\"mairu: the broker has "  \
	"ended; the next prompt, or command that needs one, starts another. "  \
	"Run: cd . (or open a new prompt)\"}"
static const char answer[] =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
    "Content-Length: 161\r\nRetry-After: 1\r\nCache-Control: no-store\r\n"
    "Connection: close\r\n\r\n" BODY;
_Static_assert(sizeof(BODY) - 1 == 161, "the answer says how long it is");

static struct pollfd slots[SLOTS];
static int64_t until[SLOTS];	       /* when a caller or client is dropped */
static unsigned char line_ends[SLOTS]; /* consecutive line ends seen last */
static int listener = -1, proc = -1;
static int end_slot = SLOTS; /* lower if RLIMIT_NOFILE is: poll(2) obeys it
				too */
static int64_t now, rest, next_look;
static int confined;
static _Alignas(4096) unsigned char key[4096]; /* a page of its own */
static _Alignas(8) unsigned char scratch[8192];

static void wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}

static void read_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void hang_up(int i)
{
	if (slots[i].fd >= 0)
		(void)close(slots[i].fd);
	slots[i].fd = -1;
}

static void put(int i, int fd)
{
	hang_up(i);
	slots[i].fd = fd;
}

static int is_held(void)
{
	return slots[HOLDER].fd >= 0 || slots[PIDFD].fd >= 0;
}

/* A slot for a new connection: a free one, else the oldest's, so that flooding
 * costs the flooder. */
static int admit(int first, int end, int fd)
{
	int i, at = first;

	for (i = first; i < end && slots[at].fd >= 0; i++)
		if (slots[i].fd < 0 || until[i] < until[at])
			at = i;
	put(at, fd);
	until[at] = now + CALL_MS;
	line_ends[at] = 0;
	return at;
}

/* --- brokers */

/* Takes the descriptors that came with a message; the kernel has closed any
 * beyond our room. */
static size_t take_fds(struct msghdr *m, int fds[KEEPER_FDS])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	size_t n;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n > KEEPER_FDS)
		n = KEEPER_FDS;
	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	return n;
}

static void reply(int fd, enum keeper_type type)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = {0};
	struct keeper_msg m = {.version = KEEPER_VERSION,
	    .type = (uint8_t)type,
	    .confined = (uint8_t)confined,
	    .pid = (uint32_t)getpid()};
	struct iovec io = {&m, sizeof(m)};
	struct msghdr h = {.msg_iov = &io, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (type == KEEPER_HELD) {
		memcpy(m.key, key, KEEPER_KEY);
		h.msg_control = room;
		h.msg_controllen = sizeof(room);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &listener, sizeof(int));
	}
	(void)sendmsg(fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);
	wipe(&m, sizeof(m));
}

static int is_ours(int fd, struct ucred *who)
{
	socklen_t len = sizeof(*who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, who, &len) == 0 &&
	       who->uid == geteuid();
}

static void hold(int fd)
{
	struct ucred who = {0};

	(void)is_ours(fd, &who);
	put(HOLDER, fd);
	put(PIDFD, (int)syscall(SYS_pidfd_open, who.pid, 0));
}

static void let_go(void)
{
	hang_up(HOLDER);
	hang_up(PIDFD);
	next_look = now + FIRST_LOOK_MS;
}

static _Noreturn void end(void)
{
	wipe(key, sizeof(key));
	_exit(0);
}

/* Returns the type of the answer, or 0 for none.  Sets the fds it keeps to
 * -1. */
static int obey(int i, const struct keeper_msg *m, int fds[KEEPER_FDS])
{
	switch ((enum keeper_type)m->type) {
	case KEEPER_GIVE:
		if (i != HOLDER || listener >= 0 || fds[0] < 0)
			return KEEPER_BUSY;
		memcpy(key, m->key, KEEPER_KEY);
		listener = fds[0];
		put(DOOR, fds[1]);
		put(SIDE_DOOR, fds[2]);
		fds[0] = fds[1] = fds[2] = -1;
		return KEEPER_OK;
	case KEEPER_TAKE:
		if (is_held())
			return KEEPER_BUSY;
		for (int d = 0; d < 2; d++)
			if (fds[d] >= 0) {
				put(DOOR + d, fds[d]);
				fds[d] = -1;
			}
		return KEEPER_HELD;
	case KEEPER_SET:
		if (i != HOLDER && is_held())
			return KEEPER_BUSY;
		memcpy(key, m->key, KEEPER_KEY);
		return KEEPER_OK;
	case KEEPER_END:
		return KEEPER_END;
	default:
		return KEEPER_UNKNOWN;
	}
}

/* Handles one message.  0 if there is none, or the connection is closed. */
static int hear(int i)
{
	_Alignas(
	    struct cmsghdr) char room[CMSG_SPACE(KEEPER_FDS * sizeof(int))];
	int fds[KEEPER_FDS] = {-1, -1, -1}, fd = slots[i].fd, said;
	struct keeper_msg m = {0};
	struct iovec io = {&m, sizeof(m)};
	struct msghdr h = {.msg_iov = &io,
	    .msg_iovlen = 1,
	    .msg_control = room,
	    /* CMSG_SPACE() would let one more in. */
	    .msg_controllen = CMSG_LEN(KEEPER_FDS * sizeof(int))};
	ssize_t n = recvmsg(fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n >= 0)
		(void)take_fds(&h, fds);
	said = n < (ssize_t)sizeof(m) ? KEEPER_UNKNOWN : obey(i, &m, fds);
	wipe(&m, sizeof(m));
	for (int k = 0; k < KEEPER_FDS; k++)
		if (fds[k] >= 0)
			(void)close(fds[k]);
	if (n <= 0) {
		hang_up(i);
		return 0;
	}
	reply(fd, said == KEEPER_END ? KEEPER_OK : (enum keeper_type)said);
	if (said == KEEPER_END)
		end();
	if (said == KEEPER_HELD) {
		slots[i].fd = -1;
		hold(fd);
	}
	return 1;
}

/* Handle its last message before its exit. */
static void hear_holder(void)
{
	int is_over;

	while (slots[HOLDER].fd >= 0 && hear(HOLDER))
		;
	is_over = slots[PIDFD].revents != 0 ||
		  (slots[HOLDER].fd < 0 && slots[PIDFD].fd < 0);
	if (is_over && listener < 0)
		end(); /* it was never given anything */
	if (is_over)
		let_go();
}

static void open_door(int door)
{
	int fd = accept4(slots[door].fd, NULL, NULL, SOCK_CLOEXEC);
	struct ucred who;

	if (fd < 0 && errno != EAGAIN && errno != EINTR &&
	    errno != ECONNABORTED)
		hang_up(door);
	else if (fd >= 0 && is_ours(fd, &who))
		(void)admit(CALLERS, CLIENTS, fd);
	else if (fd >= 0)
		(void)close(fd);
}

/* --- clients */

/* A request ends with an empty line, CRLF or LF; its contents don't matter. */
static int is_whole(int i, size_t n)
{
	for (size_t k = 0; k < n && line_ends[i] < 2; k++)
		if (scratch[k] == '\n')
			line_ends[i]++;
		else if (scratch[k] != '\r')
			line_ends[i] = 0;
	return line_ends[i] == 2;
}

/* Closes only after the client has: closing with unread data would reset the
 * connection and lose the answer. */
static void serve(int i)
{
	ssize_t n = recv(slots[i].fd, scratch, sizeof(scratch), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(i);
		return;
	}
	if (line_ends[i] != ANSWERED && is_whole(i, (size_t)n)) {
		line_ends[i] = ANSWERED;
		until[i] = now + DRAIN_MS;
		(void)send(slots[i].fd, answer, sizeof(answer) - 1,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		(void)shutdown(slots[i].fd, SHUT_WR);
	}
	wipe(scratch, (size_t)n);
}

static void let_in(void)
{
	int fd;

	for (int n = 0; n < AT_ONCE; n++) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0 && errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED)
			rest = now + REST_MS;
		if (fd < 0)
			return;
		serve(admit(CLIENTS, end_slot, fd));
	}
}

/* --- the user */

struct entry {
	uint64_t inode;
	int64_t offset;
	uint16_t length;
	uint8_t kind;
	char name[];
};

/* Failed for lack of resources, which says nothing about the file. */
static int has_no_room(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM;
}

/* Whether a process in /proc is the user's and not one of mairu's own, which
 * would keep each other alive for ever. */
static int is_users(const char *pid)
{
	char path[32] = {0}, name[6] = {0};
	struct statx st;
	size_t n = strlen(pid);
	int fd;

	if (*pid < '1' || *pid > '9' || n > sizeof(path) - sizeof("/comm"))
		return 0;
	/* It has just exited. */
	if (syscall(SYS_statx, proc, pid, 0, STATX_UID, &st) < 0)
		return has_no_room();
	if (st.stx_uid != geteuid())
		return 0;
	memcpy(path, pid, n + 1);
	memcpy(path + n, "/comm", sizeof("/comm"));
	fd = (int)syscall(SYS_openat, proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return has_no_room();
	(void)!read(fd, name, sizeof(name));
	(void)close(fd);
	return memcmp(name, "mairu-", sizeof(name)) != 0;
}

static int user_is_there(void)
{
	const struct entry *e;
	long n, at;

	if (proc < 0 || lseek(proc, 0, SEEK_SET) < 0)
		return 1; /* nobody knows */
	while (
	    (n = syscall(SYS_getdents64, proc, scratch, sizeof(scratch))) > 0)
		for (at = 0; at < n; at += e->length) {
			e = (const void *)(scratch + at);
			if (is_users(e->name))
				return 1;
		}
	return n < 0;
}

/* --- the loop */

/* Milliseconds until something is due; -1 (for ever) while there is only the
 * broker. */
static int pause_ms(void)
{
	int64_t next = is_held() ? INT64_MAX : next_look;

	if (!is_held() && rest > now && rest < next)
		next = rest;
	for (int i = CALLERS; i < end_slot; i++)
		if (slots[i].fd >= 0 && until[i] < next)
			next = until[i];
	if (next == INT64_MAX)
		return -1;
	return next > now ? (int)(next - now) : 0;
}

static void turn(void)
{
	slots[LISTENER].fd = is_held() || rest > now ? -1 : listener;
	if (poll(slots, (nfds_t)end_slot, pause_ms()) < 0)
		for (int i = 0; i < SLOTS; i++)
			slots[i].revents = 0;
	read_clock();
	for (int i = CALLERS; i < end_slot; i++) {
		if (slots[i].fd < 0)
			continue;
		if (i < CLIENTS && slots[i].revents != 0)
			(void)hear(i);
		else if (slots[i].revents != 0)
			serve(i);
		if (until[i] <= now)
			hang_up(i);
	}
	if (slots[HOLDER].revents != 0 || slots[PIDFD].revents != 0)
		hear_holder();
	if (slots[DOOR].revents != 0)
		open_door(DOOR);
	if (slots[SIDE_DOOR].revents != 0)
		open_door(SIDE_DOOR);
	if (slots[LISTENER].revents != 0 && !is_held())
		let_in();
	if (!is_held() && next_look <= now) {
		if (!user_is_there())
			end();
		next_look = now + LOOK_MS;
	}
}

/* --- before all that */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

/* Restricts us to these system calls: from here on nothing can be executed,
 * connected, created or written except through existing descriptors. */
static int confine(void)
{
#if defined(ARCH) && !defined(__SANITIZE_ADDRESS__)
#define IS(k, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)
#define GET(field)                                                             \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SAY(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ALLOW(nr) IS(nr, 0, 1), SAY(SECCOMP_RET_ALLOW)
	struct sock_filter code[] = {
	    GET(arch),
	    IS(ARCH, 1, 0),
	    SAY(SECCOMP_RET_KILL_PROCESS),
	    GET(nr),
	    ALLOW(SYS_recvmsg),
	    ALLOW(SYS_sendmsg),
	    ALLOW(SYS_recvfrom),
	    ALLOW(SYS_sendto),
	    ALLOW(SYS_accept4),
	    ALLOW(SYS_shutdown),
	    ALLOW(SYS_getsockopt),
	    ALLOW(SYS_close),
	    ALLOW(SYS_read),
	    ALLOW(SYS_lseek),
	    ALLOW(SYS_getdents64),
	    ALLOW(SYS_statx),
	    ALLOW(SYS_pidfd_open),
	    ALLOW(SYS_getpid),
	    ALLOW(SYS_geteuid),
	    ALLOW(SYS_clock_gettime),
	    ALLOW(SYS_ppoll),
#ifdef SYS_poll
	    ALLOW(SYS_poll),
#endif
	    ALLOW(SYS_restart_syscall),
	    ALLOW(SYS_rt_sigreturn),
	    ALLOW(SYS_exit_group),
	    IS(SYS_openat, 0, 3), /* reads only */
	    GET(args[2]),
	    IS(O_RDONLY | O_CLOEXEC, 0, 1),
	    SAY(SECCOMP_RET_ALLOW),
	    SAY(SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
#else
	return 0;
#endif
}

/* 0, unless not started by a broker. */
static int prepare(void)
{
	const struct rlimit no_core = {0, 0};
	struct rlimit room;
	struct ucred who;
	int null;

	if (prctl(PR_SET_DUMPABLE, 0) < 0 ||
	    setrlimit(RLIMIT_CORE, &no_core) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    !is_ours(KEEPER_FD, &who) || chdir("/") < 0)
		return -1;
	/* If refused, the key may be swapped out; the broker reports that for
	 * its own memory. */
	(void)mlock(key, sizeof(key));
	(void)madvise(key, sizeof(key), MADV_DONTDUMP);
	if (getrlimit(RLIMIT_NOFILE, &room) == 0) {
		room.rlim_cur = room.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &room);
		if (room.rlim_cur <= CLIENTS + BESIDE)
			return -1;
		if (room.rlim_cur < SLOTS + BESIDE)
			end_slot = (int)room.rlim_cur - BESIDE;
	}
	/* Hold no terminal or pipe open. */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -1;
	for (int i = 0; i <= 2; i++)
		(void)dup2(null, i);
	(void)close(null);
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < SLOTS; i++)
		slots[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	return 0;
}

static int say(int fd, const char *text)
{
	return write(fd, text, strlen(text)) < 0;
}

int main(int argc, char **argv)
{
	static const char usage[] =
	    "usage: mairu-keeper PATH\n\n"
	    "Keeps the port of mairu-broker(8) while there is no broker. It is "
	    "started by one,\nand found at PATH. To end it: mairu kill-agent "
	    "--keeper\n";

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return say(1, "mairu-keeper " MAIRU_VERSION "\n");
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return say(1, usage);
	if (argc != 2 || prepare() < 0) {
		(void)say(2, usage);
		return 2;
	}
	confined = confine();
	read_clock();
	hold(KEEPER_FD);
	for (;;)
		turn();
}
