#include "base/sys/plat.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#else
#include <sys/resource.h>
#endif

#include "base/core/buf.h"
#include "base/sys/file.h"

void plat_std_fds(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		/* open() returns the lowest free descriptor: the missing one.
		 * Writes to standard output must still fail. */
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null",
			(fd == 1 ? O_RDONLY : O_RDWR) | O_CLOEXEC) < 0)
			_exit(111);
	}
}

int plat_undumpable(void)
{
#ifdef __linux__
	return prctl(PR_SET_DUMPABLE, 0);
#else
	struct rlimit rl;

	/* Keep the hard limit, so that other programs can raise the soft one
	 * again. */
	if (getrlimit(RLIMIT_CORE, &rl) < 0)
		return -1;
	rl.rlim_cur = 0;
	return setrlimit(RLIMIT_CORE, &rl);
#endif
}

int plat_hibernates(void)
{
	struct buf b = BUF_INIT(256);
	int r = file_read("/sys/power/state", &b, NULL);
	int can =
	    r < 0 ? r != ERR_NOT_FOUND : strstr(buf_str(&b), "disk") != NULL;

	buf_release(&b);
	return can;
}

void plat_close_from(int first)
{
	long max;

#if defined(__linux__) && defined(SYS_close_range)
	if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
		return;
#endif
	max = sysconf(_SC_OPEN_MAX);
	if (max < 0 || max > 65536)
		max = 65536;
	for (int fd = first; fd < max; fd++)
		(void)close(fd);
}

void plat_keep_one(int fd, int flags)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
	    (fd != PLAT_KEPT && dup2(fd, PLAT_KEPT) < 0) ||
	    fcntl(PLAT_KEPT, F_SETFD, flags) < 0)
		_exit(111);
	plat_close_from(PLAT_KEPT + 1);
}

void plat_nap(int ms)
{
	const struct timespec t = {0, ms * 1000000L};

	(void)nanosleep(&t, NULL);
}

int64_t plat_ms(void)
{
	struct timespec t;

#ifdef __linux__
	/* The vDSO only pays off from the third call on: it costs three page
	 * faults and a symbol lookup. */
	(void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
#else
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
#endif
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t plat_lived_ms(void)
{
	struct timespec t;

#ifdef CLOCK_BOOTTIME
	(void)clock_gettime(CLOCK_BOOTTIME, &t);
#else
	/* On other systems it does not stop. */
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
#endif
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int plat_self(char out[PATH_MAX], struct err *e)
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);

	if (n < 0)
		return err_set(e, ERR_NOT_FOUND,
		    "cannot tell where this program lies (is /proc there?)");
	out[n] = '\0';
	return 0;
}

void plat_terminal(char out[PATH_MAX])
{
	char link[32];
	ssize_t n;

	for (int fd = 2; fd >= 0; fd--) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, out, PATH_MAX - 1);
		out[n > 0 ? n : 0] = '\0';
		if ((strncmp(out, "/dev/pts/", 9) == 0 ||
			strncmp(out, "/dev/tty", 8) == 0) &&
		    isatty(fd))
			return;
	}
	out[0] = '\0';
}

void plat_process_name(pid_t pid, char *out, size_t cap)
{
	struct buf b = BUF_INIT(64);
	char path[32];
	const char *name;

	out[0] = '\0';
	(void)snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	if (file_read(path, &b, NULL) == 0) {
		name = buf_str(&b);
		(void)snprintf(
		    out, cap, "%.*s", (int)strcspn(name, "\n"), name);
	}
	buf_release(&b);
}

enum {
	STAT_PARENT = 4, /* as proc(5) counts */
	STAT_TERMINAL = 7,
	STAT_STARTED = 22,
	STAT_STACK = 28,
};

/* A number from /proc/PID/stat, "PID (NAME) STATE PARENT ...", where NAME may
 * contain anything; 0 if missing. */
static uint64_t stat_number(pid_t pid, int field)
{
	struct buf b = BUF_INIT(4096);
	const char *at = NULL;
	char path[32];
	uint64_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	if (file_read(path, &b, NULL) == 0)
		at = strrchr(buf_str(&b), ')');
	for (int i = 2; at != NULL && i < field; i++) {
		at = strchr(at, ' ');
		at = at == NULL ? NULL : at + 1;
	}
	if (at != NULL)
		n = strtoull(at, NULL, 10);
	buf_release(&b);
	return n;
}

pid_t plat_parent(pid_t pid)
{
	uint64_t n = stat_number(pid, STAT_PARENT);

	return n <= INT32_MAX ? (pid_t)n : 0;
}

unsigned plat_terminal_number(pid_t pid)
{
	uint64_t n = stat_number(pid, STAT_TERMINAL);

	return n <= INT32_MAX ? (unsigned)n : 0;
}

uint64_t plat_started(pid_t pid)
{
	return stat_number(pid, STAT_STARTED);
}

pid_t plat_original(pid_t pid)
{
	/* Every exec randomizes the start of the stack. */
	uint64_t stack = stat_number(pid, STAT_STACK);
	pid_t parent = plat_parent(pid);

	for (int i = 0; i < 16 && stack > 1 && parent > 1; i++) {
		if (stat_number(parent, STAT_STACK) != stack)
			break;
		pid = parent;
		parent = plat_parent(pid);
	}
	return pid;
}

void plat_arguments(pid_t pid, struct buf *out)
{
	unsigned char *room = buf_reserve(out, out->max - out->len);
	char path[40];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = room != NULL ? read(fd, room, out->max - out->len) : 0;
	buf_commit(out, n > 0 ? (size_t)n : 0);
	(void)close(fd);
}

static int has_name(pid_t pid, const char *name)
{
	char now[32];

	plat_process_name(pid, now, sizeof(now));
	return strcmp(now, name) == 0;
}

int plat_pidfd(pid_t pid)
{
#if defined(__linux__) && defined(SYS_pidfd_open)
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	errno = ENOSYS;
	return -1;
#endif
}

int plat_kill(pid_t pid, const char *name, struct err *e)
{
	int r = 0;

#if defined(__linux__) && defined(SYS_pidfd_open)
	int fd = plat_pidfd(pid);

	if (fd < 0)
		return err_set(
		    e, ERR_NOT_FOUND, "process %ld is gone", (long)pid);
	if (!has_name(pid, name))
		r = err_set(
		    e, ERR_FOREIGN, "process %ld is no %s", (long)pid, name);
	else if (syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) < 0)
		r = err_sys(e, "cannot end process %ld", (long)pid);
	(void)close(fd);
#else
	(void)name;
	if (kill(pid, SIGKILL) < 0)
		r = err_sys(e, "cannot end process %ld", (long)pid);
#endif
	return r;
}
