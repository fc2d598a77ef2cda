#include "broker/helper_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "base/sys/file.h"
#include "base/sys/plat.h"
#include "broker/notify/find_terminal.h"
#include "broker/notify/terminal.h"
#include "net/http/loopback.h"
#include "net/runtime/helper_talk.h"

enum {
	CHILDREN = 32,
	ERRANDS = 8,	     /* of them */
	ERRAND_SECONDS = 10, /* the caller has long given up */
	AGAIN_MS = 100,	     /* between two workers */
	LINE_COLUMNS = 4000,
	SAY_BYTES = 4096, /* what terminal_say() takes */
	CHILD_FD = 3,
	BUNDLE_BYTES = 8 * 1024 * 1024,
	/* exit statuses */
	DONE = 0,
	LOST = 111,
	NOT_RUN = 127,
};

/* The only things it starts: this very program, in these modes. */
static const char *const modes[] = {"--check", "--files", "--keep"};

enum kind {
	CHILD,
	ERRAND,
};

struct child {
	pid_t pid; /* 0: free */
	uint32_t id;
	enum kind kind;
};

struct helper {
	int fd;
	pid_t broker;
	struct child children[CHILDREN];
	sigset_t as_before; /* the signals that were blocked */
};

static void answer(struct helper *h, struct helper_talk *t, int fd)
{
	t->what = HELPER_ANSWER;
	/* Nobody is listening: we will soon see EOF on the socket. */
	(void)!helper_talk_send(h->fd, t, fd, 0);
}

static void tell(struct helper *h, uint32_t what, uint32_t id, int64_t number)
{
	const struct helper_talk t = {.what = what, .id = id, .number = number};

	(void)!helper_talk_send(h->fd, &t, -1, 0);
}

/* --- processes */

static struct child *room(struct helper *h)
{
	for (size_t i = 0; i < CHILDREN; i++)
		if (!h->children[i].pid)
			return &h->children[i];
	return NULL;
}

/* Nobody would know what an orphaned child is doing. */
static void die_with(pid_t worker)
{
#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	/* Had it ended before that, nothing would come. */
	if (getppid() != worker)
		_exit(LOST);
}

/* Like fork(), but records the child. */
static pid_t fork_child(struct helper *h, uint32_t id, enum kind kind)
{
	struct child *c = room(h);
	pid_t worker = getpid(), pid = c ? fork() : -1;

	if (pid == 0) {
		(void)signal(SIGCHLD, SIG_DFL);
		(void)sigprocmask(SIG_SETMASK, &h->as_before, NULL);
		die_with(worker);
	} else if (pid > 0) {
		*c = (struct child){pid, id, kind};
	}
	return pid;
}

static void reap(struct helper *h)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < CHILDREN; i++) {
			struct child *c = &h->children[i];

			if (c->pid != pid)
				continue;
			c->pid = 0;
			if (c->kind == CHILD)
				tell(h, HELPER_ENDED, c->id, 0);
		}
}

static void execute(const char *mode, int fd)
{
	char name[] = "mairu-broker", option[16];
	char *argv[] = {name, option, NULL};

	(void)snprintf(option, sizeof(option), "%s", mode);
	/* This, or exec, closes the helper's own end. */
	if (dup2(fd, CHILD_FD) == CHILD_FD)
		(void)execv("/proc/self/exe", argv);
}

/* fork, not vfork: exec may hang on the program's file system. */
static void start(struct helper *h, const struct helper_talk *t, int fd)
{
	const char *mode = NULL;
	pid_t pid;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(t->text, modes[i]) == 0)
			mode = modes[i];
	pid = mode && fd >= 0 ? fork_child(h, t->id, CHILD) : -1;
	if (pid == 0) {
		execute(mode, fd);
		_exit(NOT_RUN);
	}
	if (pid > 0)
		tell(h, HELPER_STARTED, t->id, pid);
	else
		tell(h, HELPER_ENDED, t->id, 0);
}

static void put_down(struct helper *h, uint32_t id)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		const struct child *c = &h->children[i];

		/* Not reaped yet, so the pid is still its own. */
		if (c->pid && c->kind == CHILD && c->id == id)
			(void)kill(c->pid, SIGKILL);
	}
}

/* The pid may have been reused: leave it alone unless it is the broker's own
 * child. */
static void put_down_theirs(struct helper *h, struct helper_talk *t)
{
	int64_t pid = t->number;

	if (pid > 1 && pid <= INT32_MAX && h->broker > 1 && pid != getppid() &&
	    plat_parent((pid_t)pid) == h->broker)
		(void)kill((pid_t)pid, SIGKILL);
	t->len = 0;
	t->error = 0;
	answer(h, t, -1);
}

/* --- answers at once */

static void listen_for(struct helper *h, struct helper_talk *t)
{
	int is_v6 = t->what == HELPER_LISTEN_V6, fd = -1;
	uint16_t port = (uint16_t)t->number;
	struct err e = {0};
	int rc = 0;

	t->len = 0;
	t->error = 0;
	if (t->number < 0 || t->number > UINT16_MAX)
		t->error = EINVAL;
	else
		rc = is_v6 ? loopback_listen_v6(port, &fd, &e)
			   : loopback_listen(port, &fd, &e);
	if (rc < 0)
		t->error = e.sys_errno ? e.sys_errno : EIO;
	answer(h, t, fd);
	if (fd >= 0)
		(void)close(fd);
}

/* Sanitised again: the broker may be compromised. */
static void say(struct helper *h, struct helper_talk *t)
{
	struct buf line = BUF_INIT(SAY_BYTES);
	size_t n = strlen(t->text) + 1;

	t->number = TERMINAL_REFUSED;
	if (n <= t->len) {
		text_safe(&line, t->text + n, t->len - n, LINE_COLUMNS);
		if (!line.failed)
			t->number = terminal_say(t->text, buf_str(&line));
	}
	buf_release(&line);
	t->len = 0;
	t->error = 0;
	answer(h, t, -1);
}

/* --- errands */

static size_t errands(const struct helper *h)
{
	size_t n = 0;

	for (size_t i = 0; i < CHILDREN; i++)
		n += h->children[i].pid && h->children[i].kind == ERRAND;
	return n;
}

static void look(struct helper *h, struct helper_talk *t)
{
	char path[TERMINAL_PATH] = "";

	find_terminal_look((uint64_t)t->number, path);
	t->len = (uint32_t)strlen(path);
	memcpy(t->text, path, t->len);
	answer(h, t, -1);
}

/* The bytes as a memfd, or -1 with errno. */
static int in_memory(const struct buf *b)
{
#ifdef __linux__
	int fd = memfd_create("bundle", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && (write(fd, b->data, b->len) != (ssize_t)b->len ||
			   fcntl(fd, F_ADD_SEALS,
			       F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK |
				   F_SEAL_SEAL) < 0)) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
#else
	(void)b;
	errno = ENOSYS;
	return -1;
#endif
}

/* The path comes from broker.json, never from the broker: otherwise a
 * compromised broker could get any file. */
static void read_bundle(struct helper *h, struct helper_talk *t)
{
	struct buf bytes = BUF_INIT(BUNDLE_BYTES);
	struct settings s;
	const char *path;
	int fd = -1;

	t->len = 0;
	t->error = ENOENT;
	if (settings_load(&s, NULL) == 0) {
		path = s.value[SETTINGS_CA_BUNDLE];
		if (path && file_read(path, &bytes, NULL) == 0) {
			fd = in_memory(&bytes);
			t->error = fd < 0 ? errno : 0;
		}
	}
	answer(h, t, fd);
}

static void send_off(struct helper *h, struct helper_talk *t,
    void (*errand)(struct helper *h, struct helper_talk *t))
{
	pid_t pid = errands(h) < ERRANDS ? fork_child(h, 0, ERRAND) : -1;

	if (pid == 0) {
		(void)alarm(ERRAND_SECONDS);
		errand(h, t);
		_exit(DONE);
	}
	if (pid < 0) {
		t->error = EAGAIN;
		t->len = 0;
		answer(h, t, -1);
	}
}

/* --- the worker */

static void serve(struct helper *h, struct helper_talk *t, int fd)
{
	switch (t->what) {
	case HELPER_START:
		start(h, t, fd);
		return;
	case HELPER_KILL:
		put_down(h, t->id);
		return;
	case HELPER_KILL_OURS:
		put_down_theirs(h, t);
		return;
	case HELPER_LISTEN:
	case HELPER_LISTEN_V6:
		listen_for(h, t);
		return;
	case HELPER_SAY:
		say(h, t);
		return;
	case HELPER_SEEK:
		send_off(h, t, look);
		return;
	case HELPER_BUNDLE:
		send_off(h, t, read_bundle);
		return;
	default:
		return;
	}
}

static void caught(int signo)
{
	(void)signo;
}

/* SIGCHLD is unblocked only while we wait, so that none is missed. */
static void prepare(struct helper *h)
{
	struct sigaction sa = {.sa_handler = caught};
	sigset_t block;

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGCHLD, &sa, NULL);
	(void)sigemptyset(&block);
	(void)sigaddset(&block, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &block, &h->as_before);
}

static int work(struct helper *h, int is_first)
{
	static struct helper_talk t;
	int socket = h->fd;
	int fd, rc;

	h->broker = plat_parent(getppid());
	prepare(h);
	if (!is_first)
		tell(h, HELPER_AGAIN, 0, 0);
	for (;;) {
		struct pollfd p = {.fd = socket, .events = POLLIN};

		reap(h);
		if (ppoll(&p, 1, NULL, &h->as_before) <= 0)
			continue;
		rc = helper_talk_receive(socket, &t, &fd, MSG_DONTWAIT);
		if (rc == 0)
			return DONE;
		if (rc < 0 && errno != EAGAIN && errno != EBADMSG)
			return LOST;
		if (rc < 0)
			continue;
		serve(h, &t, fd);
		if (fd >= 0)
			(void)close(fd);
	}
}

/* --- its parent */

static int is_over(int socket)
{
	struct pollfd p = {.fd = socket, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP);
}

int helper_child_run(int socket)
{
	static struct helper h;
	int status, is_first = 1;
	sigset_t none;
	pid_t pid;

	/* A terminal's signals are not meant for us. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL);
	(void)signal(SIGALRM, SIG_DFL);
	h.fd = socket;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (;;) {
		pid = fork();
		if (pid == 0)
			_exit(work(&h, is_first));
		while (
		    pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (is_over(socket))
			return DONE;
		is_first = 0;
		plat_nap(AGAIN_MS);
	}
}
