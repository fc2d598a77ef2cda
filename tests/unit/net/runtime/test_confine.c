/* What a confined process can't do, tried from inside, each in a process of its
 * own: net/runtime/confine.h.  Every attempt is made before too, where it has
 * to work, or it would prove nothing. */

#include "home.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/sys/plat.h"
#include "net/runtime/confine.h"

static char own[PATH_MAX];
static pid_t other; /* a process of ours, outside */
static unsigned parts;

/* What an attempt returns: 0 when it worked, else errno. */
typedef int attempt(void);

static int or_errno(long rc)
{
	return rc < 0 ? errno : 0;
}

/* Runs it in a child, confined or not.  Its result, or -signal. */
static int try(attempt *fn, int confined)
{
	const struct rlimit no_core = {0, 0};
	struct confine c;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)alarm(20);
		(void)setrlimit(RLIMIT_CORE, &no_core);
		/* As harden() does: without it there is no filter. */
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			_exit(255);
		if (confined)
			confine(&c, own);
		_exit(fn());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void sleep_outside(void)
{
	other = fork();
	if (other == 0)
		for (;;)
			(void)pause();
	assert_true(other > 0);
}

static int setup(void **state)
{
	struct confine c;
	int pair[2];
	pid_t pid;

	if (home_setup(state) != 0)
		return -1;
	home_mkdir("run");
	home_mkdir(".ssh");
	home_puts(".ssh/id", "secret");
	home_puts("run/a", "");
	(void)snprintf(own, sizeof(own), "%s", at_home("run"));
	sleep_outside();
	/* Which parts this kernel has. */
	if (pipe(pair) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		confine(&c, own);
		_exit(write(pair[1], &c, sizeof(c)) != sizeof(c));
	}
	(void)close(pair[1]);
	if (read(pair[0], &c, sizeof(c)) != sizeof(c))
		return -1;
	(void)close(pair[0]);
	(void)waitpid(pid, NULL, 0);
	parts = c.parts;
	/* Whatever is missing has a reason. */
	return (parts == CONFINE_ALL) != (c.why[0] == '\0');
}

static int teardown(void **state)
{
	(void)kill(other, SIGKILL);
	(void)waitpid(other, NULL, 0);
	return tear_down(state);
}

static void need(unsigned part)
{
	if (parts & part)
		return;
	print_message("this kernel, or this build, does not confine that\n");
	skip();
}

#define WORKS(fn)  assert_int_equal(try(fn, 0), 0)
#define STILL(fn)  assert_int_equal(try(fn, 1), 0)
#define DENIED(fn) assert_in_range(try(fn, 1), 1, 254)
#define KILLED(fn) assert_int_equal(try(fn, 1), -SIGSYS)

/* --- other programs and processes */

static int run_program(void)
{
	char *const argv[] = {(char *)(uintptr_t) "true", NULL};

	(void)execv("/bin/true", argv);
	return errno;
}

static int run_program_at(void)
{
	char *const argv[] = {(char *)(uintptr_t) "true", NULL};

	(void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0);
	return errno;
}

static int make_process(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : or_errno(waitpid(pid, &status, 0));
}

/* As system(3) does. */
static int run_shell(void)
{
	char *const argv[] = {(char *)(uintptr_t) "sh",
	    (char *)(uintptr_t) "-c", (char *)(uintptr_t) ":", NULL};
	int status, rc;
	pid_t pid;

	rc = posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ);
	return rc ? rc : or_errno(waitpid(pid, &status, 0));
}

static int trace(void)
{
	return or_errno(ptrace(PTRACE_SEIZE, other, NULL, NULL));
}

static int read_memory(void)
{
	static char from;
	char to;
	struct iovec here = {&to, 1}, there = {&from, 1};

	return or_errno(process_vm_readv(other, &here, 1, &there, 1, 0));
}

static int write_memory(void)
{
	static char to;
	struct iovec here = {&to, 1}, there = {&to, 1};

	return or_errno(process_vm_writev(other, &here, 1, &there, 1, 0));
}

static int steal_descriptor(void)
{
	int fd = plat_pidfd(other);

	return fd < 0 ? errno : or_errno(syscall(SYS_pidfd_getfd, fd, 0, 0));
}

static void no_program_and_no_process_is_started(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	WORKS(run_program);
	KILLED(run_program);
	WORKS(run_program_at);
	KILLED(run_program_at);
	WORKS(make_process);
	DENIED(make_process);
	WORKS(run_shell);
	DENIED(run_shell);
}

static void nobody_elses_memory_is_seen(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	WORKS(trace);
	KILLED(trace);
	WORKS(read_memory);
	KILLED(read_memory);
	WORKS(write_memory);
	KILLED(write_memory);
	WORKS(steal_descriptor);
	KILLED(steal_descriptor);
}

static int bpf(void)
{
	return or_errno(syscall(SYS_bpf, 0, NULL, 0));
}

static int io_uring(void)
{
	return or_errno(syscall(SYS_io_uring_setup, 1, NULL));
}

static int faults(void)
{
	return or_errno(syscall(SYS_userfaultfd, 0));
}

static int perf(void)
{
	return or_errno(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
}

static int module(void)
{
	return or_errno(syscall(SYS_finit_module, -1, "", 0));
}

static int kexec(void)
{
	return or_errno(syscall(SYS_kexec_file_load, -1, -1, 0, "", 0));
}

static void what_only_an_intruder_tries_ends_it(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	KILLED(bpf);
	KILLED(io_uring);
	KILLED(faults);
	KILLED(perf);
	KILLED(module);
	KILLED(kexec);
}

static int namespaces(void)
{
	return or_errno(unshare(CLONE_NEWUSER));
}

static int keys(void)
{
	return or_errno(syscall(SYS_keyctl, 0, -3, 1));
}

static int code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int code_later(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED
		   ? errno
		   : or_errno(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int packets(void)
{
	return or_errno(socket(AF_ALG, SOCK_SEQPACKET, 0));
}

static int strange_call(void)
{
	return or_errno(syscall(100000)) == ENOSYS ? 0 : 1;
}

static void what_a_library_might_try_is_refused(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	WORKS(namespaces);
	DENIED(namespaces);
	DENIED(keys);
	WORKS(code);
	DENIED(code);
	WORKS(code_later);
	DENIED(code_later);
	DENIED(packets);
	STILL(strange_call);
}

static int null;

static int type_into_terminal(void)
{
	char c = 'x';
	int rc = ioctl(null, TIOCSTI, &c);

	/* The device says ENOTTY; that it was not asked is ENOSYS. */
	return rc < 0 && errno == ENOTTY ? 0 : errno;
}

static void nothing_is_typed_into_a_terminal(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	WORKS(type_into_terminal);
	DENIED(type_into_terminal);
	(void)close(null);
}

/* --- the network */

static int bound(struct sockaddr *a, socklen_t len)
{
	int fd = socket(a->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : or_errno(bind(fd, a, len));
}

static int bind_port(void)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	return bound((struct sockaddr *)&a, sizeof(a));
}

static int bind_port6(void)
{
	struct sockaddr_in6 a = {
	    .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	return bound((struct sockaddr *)&a, sizeof(a));
}

static int bind_unix(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%.90s/s", own);
	return bound((struct sockaddr *)&a, sizeof(a));
}

/* Unbound, the system chooses a port for it. */
static int listen_anyhow(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno : or_errno(listen(fd, 1));
}

static int ask_for_addresses(void)
{
	struct sockaddr_nl a = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno
		      : or_errno(bind(fd, (struct sockaddr *)&a, sizeof(a)));
}

static void no_port_is_taken(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	WORKS(bind_port);
	DENIED(bind_port);
	WORKS(bind_port6);
	DENIED(bind_port6);
	WORKS(listen_anyhow);
	DENIED(listen_anyhow);
	DENIED(bind_unix);
	STILL(ask_for_addresses);
}

static int listener = -1;
static struct sockaddr_in listens;

static int call_out(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? errno
		      : or_errno(connect(
			    fd, (struct sockaddr *)&listens, sizeof(listens)));
}

static int take_call(void)
{
	int rc = call_out();

	return rc ? rc : or_errno(accept(listener, NULL, NULL));
}

static void calls_go_out_and_come_in(void **state)
{
	socklen_t len = sizeof(listens);

	(void)state;
	listens = (struct sockaddr_in){
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&listens, len), 0);
	assert_int_equal(listen(listener, 9), 0);
	assert_int_equal(
	    getsockname(listener, (struct sockaddr *)&listens, &len), 0);
	STILL(call_out);
	STILL(take_call);
	(void)close(listener);
}

/* --- files */

static int opened(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	return fd < 0 ? errno : 0;
}

static int read_key(void)
{
	return opened(at_home(".ssh/id"), O_RDONLY);
}

static int write_home(void)
{
	return opened(at_home("new"), O_WRONLY | O_CREAT);
}

static int write_etc(void)
{
	return opened("/etc/hosts", O_WRONLY | O_APPEND);
}

static int read_terminal(void)
{
	return opened("/dev/ptmx", O_RDWR | O_NOCTTY);
}

static int list_home(void)
{
	return opened(at_home("."), O_RDONLY | O_DIRECTORY);
}

static int read_environment(void)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "/proc/%ld/environ", (long)other);
	return opened(path, O_RDONLY);
}

static int list_descriptors(void)
{
	char path[40];

	(void)snprintf(path, sizeof(path), "/proc/%ld/fd", (long)other);
	return opened(path, O_RDONLY | O_DIRECTORY);
}

static int write_own_memory(void)
{
	return opened("/proc/self/mem", O_RDWR);
}

static int write_own(void)
{
	return opened(at_home("run/new"), O_WRONLY | O_CREAT);
}

static int overwrite_own(void)
{
	return opened(at_home("run/a"), O_WRONLY);
}

static int move_own(void)
{
	return or_errno(rename(at_home("run/a"), at_home("run/b")));
}

static int change_mode(void)
{
	int fd = open("/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? 0 : or_errno(fchmod(fd, 0755));
}

static int make_link(void)
{
	return or_errno(symlink("/etc", at_home("run/link")));
}

static void no_file_of_the_users_is_seen_or_written(void **state)
{
	(void)state;
	need(CONFINE_FILES);
	WORKS(read_key);
	DENIED(read_key);
	WORKS(list_home);
	DENIED(list_home);
	WORKS(write_home);
	DENIED(write_home);
	DENIED(write_etc);
	WORKS(read_terminal);
	DENIED(read_terminal);
	WORKS(write_own);
	DENIED(write_own);
	WORKS(overwrite_own);
	DENIED(overwrite_own);
	WORKS(move_own);
	home_puts("run/a", "");
	DENIED(move_own);
	DENIED(change_mode);
	WORKS(make_link);
	DENIED(make_link);
}

static void nor_is_another_process(void **state)
{
	(void)state;
	need(CONFINE_FILES);
	WORKS(read_environment);
	DENIED(read_environment);
	WORKS(list_descriptors);
	DENIED(list_descriptors);
	WORKS(write_own_memory);
	DENIED(write_own_memory);
}

static int read_etc(void)
{
	return opened("/etc/nsswitch.conf", O_RDONLY);
}

static int leave_own(void)
{
	return or_errno(unlink(at_home("run/a")));
}

static void what_libraries_read_is_there(void **state)
{
	(void)state;
	STILL(read_etc);
	STILL(leave_own);
}

static int end_other(void)
{
	return or_errno(kill(other, 0));
}

static int kill_other(void)
{
	return or_errno(kill(other, SIGKILL));
}

static void nobody_is_killed(void **state)
{
	(void)state;
	/* Whatever Landlock says. */
	need(CONFINE_CALLS);
	DENIED(kill_other);
	WORKS(kill_other);
}

static void nobody_is_signalled(void **state)
{
	(void)state;
	need(CONFINE_OTHERS);
	WORKS(end_other);
	DENIED(end_other);
}

/* --- what goes on */

static int resolve(void)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int rc = getaddrinfo("localhost", "443", &hints, &found);

	if (rc == 0)
		freeaddrinfo(found);
	return rc == 0 ? 0 : 1;
}

static void *in_thread(void *arg)
{
	*(int *)arg = resolve();
	return NULL;
}

static int resolve_in_thread(void)
{
	int rc = 1;
	pthread_t t;

	if (pthread_create(&t, NULL, in_thread, &rc) != 0)
		return 2;
	return pthread_join(t, NULL) == 0 ? rc : 3;
}

static void names_are_resolved_in_threads(void **state)
{
	(void)state;
	STILL(resolve);
	STILL(resolve_in_thread);
}

static int give_up(void)
{
	abort();
}

static void an_abort_is_one(void **state)
{
	(void)state;
	if (confine_is_off())
		skip();
	assert_int_equal(try(give_up, 1), -SIGABRT);
}

static int is_filtered(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 &&
		       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		   ? 0
		   : 1;
}

static void it_can_be_seen_from_within(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	STILL(is_filtered);
}

static int no_longer(void)
{
	struct buf why = BUF_INIT(512);
	struct confine c;

	/* A second time it can't be had; that is told, and survived. */
	confine(&c, own);
	if (c.parts != 0 || !strstr(c.why, "Landlock") ||
	    !strstr(c.why, "filtered"))
		return 1;
	confine_shown(0, &why);
	if (strcmp(buf_str(&why), "none") != 0)
		return 2;
	buf_clear(&why);
	confine_shown(CONFINE_ALL, &why);
	return strcmp(buf_str(&why), "system calls, files, ports, signals") ? 3
									    : 0;
}

static void a_kernel_that_has_none_of_it_is_survived(void **state)
{
	(void)state;
	need(CONFINE_CALLS);
	STILL(no_longer);
}

int main(void)
{
#define C(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    C(no_program_and_no_process_is_started),
	    C(nobody_elses_memory_is_seen),
	    C(what_only_an_intruder_tries_ends_it),
	    C(what_a_library_might_try_is_refused),
	    C(nothing_is_typed_into_a_terminal),
	    C(no_port_is_taken),
	    C(calls_go_out_and_come_in),
	    C(no_file_of_the_users_is_seen_or_written),
	    C(nor_is_another_process),
	    C(what_libraries_read_is_there),
	    C(nobody_is_killed),
	    C(nobody_is_signalled),
	    C(names_are_resolved_in_threads),
	    C(an_abort_is_one),
	    C(it_can_be_seen_from_within),
	    C(a_kernel_that_has_none_of_it_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
