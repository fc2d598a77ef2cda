/* System calls, by libseccomp.
 *
 * An allowlist.  Other calls fail with ENOSYS, as on an older kernel: C
 * libraries and NSS modules have fallbacks for that, whatever new calls they
 * try first.  Calls that only an attacker would try kill the process. */

#include "net/runtime/confine.h"

#ifdef __linux__

#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* By name; those unknown to the architecture or to libseccomp are skipped. */
static const char *const allowed[] = {
    /* descriptors and files; Landlock decides which files */
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv",
    "pwritev", "close", "close_range", "lseek", "_llseek", "fcntl", "fcntl64",
    "dup", "dup2", "dup3", "pipe", "pipe2", "eventfd", "eventfd2", "flock",
    "open", "openat", "access", "faccessat", "faccessat2", "stat", "stat64",
    "lstat", "lstat64", "fstat", "fstat64", "newfstatat", "fstatat64", "statx",
    "statfs", "statfs64", "fstatfs", "fstatfs64", "readlink", "readlinkat",
    "getdents", "getdents64", "getcwd", "chdir", "umask", "ftruncate",
    "ftruncate64", "fsync", "fdatasync", "unlink", "unlinkat", "utimensat",
    "utimensat_time64",
    /* waiting */
    "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6",
    "pselect6_time64", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "timerfd_create",
    "timerfd_settime", "timerfd_settime64", "timerfd_gettime",
    "timerfd_gettime64", "wait4", "waitid", "waitpid", "pidfd_open",
    /* the network; socket, bind and listen below */
    "connect", "accept", "accept4", "getsockname", "getpeername", "getsockopt",
    "setsockopt", "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom",
    "recvmsg", "recvmmsg", "recvmmsg_time64", "shutdown",
    /* memory; mmap and mprotect below */
    "munmap", "mremap", "madvise", "brk", "mlock", "mlock2", "munlock", "msync",
    "mincore", "membarrier", "get_mempolicy",
    /* threads */
    "futex", "futex_time64", "futex_waitv", "set_robust_list",
    "get_robust_list", "rseq", "set_tid_address", "arch_prctl", "gettid",
    "set_thread_area", "get_thread_area", "sched_yield", "sched_getaffinity",
    "sched_getparam", "sched_getscheduler", "sched_get_priority_min",
    "sched_get_priority_max", "getcpu", "exit", "exit_group",
    /* signals; kill and tgkill below */
    "rt_sigaction", "sigaction", "rt_sigprocmask", "sigprocmask",
    "rt_sigreturn", "sigreturn", "rt_sigpending", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_sigtimedwait_time64", "sigaltstack",
    "restart_syscall", "alarm", "setitimer", "getitimer",
    /* who, when, how much */
    "getpid", "getppid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid",
    "getgid32", "getegid", "getegid32", "getresuid", "getresuid32", "getresgid",
    "getresgid32", "getgroups", "getgroups32", "getpgrp", "getpgid", "getsid",
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64",
    "clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "gettimeofday",
    "time", "times", "getrusage", "getrlimit", "ugetrlimit", "sysinfo", "uname",
    "getrandom"};

/* Never tried by us or a library. */
static const char *const fatal[] = {"execve", "execveat", "ptrace",
    "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd",
    "kcmp", "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "open_by_handle_at", "reboot",
    "swapon", "swapoff", "iopl", "ioperm", "modify_ldt"};

/* Libraries may try these, and cope without.  Some are beyond Landlock:
 * watching files, or chmod of what is only readable. */
static const char *const refused[] = {"fork", "vfork", "listen", "unshare",
    "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount",
    "open_tree", "fsopen", "fsmount", "fsconfig", "fspick", "mount_setattr",
    "keyctl", "add_key", "request_key", "setuid", "setgid", "setreuid",
    "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid",
    "capset", "personality", "seccomp", "chmod", "fchmod", "fchmodat", "chown",
    "lchown", "fchown", "fchownat", "mkdir", "mkdirat", "mknod", "mknodat",
    "link", "linkat", "symlink", "symlinkat", "rename", "renameat", "renameat2",
    "inotify_init", "inotify_init1", "inotify_add_watch", "setxattr",
    "lsetxattr", "fsetxattr", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "pidfd_send_signal", "quotactl", "acct", "syslog", "fanotify_init",
    "name_to_handle_at", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self"};

/* FIONREAD and the like, which describe a descriptor.  Not TIOCSTI and
 * TIOCLINUX, which inject input into terminals. */
static const unsigned long ioctls[] = {FIONREAD, FIONBIO, FIOCLEX, TCGETS,
    TIOCGWINSZ, TIOCOUTQ, 0x8910 /* SIOCGIFNAME */, 0x8912 /* SIOCGIFCONF */,
    0x8913 /* SIOCGIFFLAGS */, 0x8933 /* SIOCGIFINDEX */};

static const unsigned long prctls[] = {PR_SET_NAME, PR_GET_NAME,
    PR_GET_DUMPABLE, PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_CAPBSET_READ,
    0x53564d41 /* PR_SET_VMA: names for memory */};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WX	 (PROT_WRITE | PROT_EXEC)

/* 0, or libseccomp's error. */
static int rule(scmp_filter_ctx f, uint32_t action, const char *name,
    const struct scmp_arg_cmp *args, unsigned n)
{
	int nr = seccomp_syscall_resolve_name(name), rc;

	if (nr == __NR_SCMP_ERROR)
		return 0;
	rc = seccomp_rule_add_array(f, action, nr, n, args);
	/* Missing on this architecture, or with different arguments. */
	return rc == -EDOM ? 0 : rc;
}

static int each(
    scmp_filter_ctx f, uint32_t action, const char *const *names, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = rule(f, action, names[i], NULL, 0);
	return rc;
}

static int one(
    scmp_filter_ctx f, uint32_t action, const char *name, struct scmp_arg_cmp a)
{
	return rule(f, action, name, &a, 1);
}

/* Compares 32 bits: the kernel ignores the upper half. */
static struct scmp_arg_cmp is(unsigned arg, unsigned long value)
{
	return (struct scmp_arg_cmp){
	    arg, SCMP_CMP_MASKED_EQ, UINT32_MAX, value};
}

/* NSS modules may be mapped; writable memory never becomes executable. */
static int add_memory(scmp_filter_ctx f)
{
	static const struct {
		const char *name;
		scmp_datum_t mask, wanted;
		int allow;
	} rules[] = {
	    {"mmap", WX, 0, 1},
	    {"mmap", WX, PROT_WRITE, 1},
	    {"mmap", WX, PROT_EXEC, 1},
	    {"mmap", WX, WX, 0},
	    {"mmap2", WX, 0, 1},
	    {"mmap2", WX, PROT_WRITE, 1},
	    {"mmap2", WX, PROT_EXEC, 1},
	    {"mmap2", WX, WX, 0},
	    {"mprotect", PROT_EXEC, 0, 1},
	    {"mprotect", PROT_EXEC, PROT_EXEC, 0},
	    {"pkey_mprotect", PROT_EXEC, 0, 1},
	    {"pkey_mprotect", PROT_EXEC, PROT_EXEC, 0},
	};
	int rc = 0;

	for (size_t i = 0; i < COUNT(rules) && rc == 0; i++)
		rc = one(f,
		    rules[i].allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM),
		    rules[i].name,
		    (struct scmp_arg_cmp){
			2, SCMP_CMP_MASKED_EQ, rules[i].mask, rules[i].wanted});
	return rc;
}

static int add_network(scmp_filter_ctx f)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(families) && rc == 0; i++)
		rc = one(f, SCMP_ACT_ALLOW, "socket",
		    is(0, (unsigned long)families[i]));
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "socketpair", is(0, AF_UNIX));
	/* The resolver binds a netlink socket to query addresses; of the other
	 * families only a Unix address can be this short. */
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "bind",
		    is(2, sizeof(struct sockaddr_nl)));
#ifndef __GLIBC__
	/* musl's resolver binds its sockets. */
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "bind", is(2, 16));
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "bind", is(2, 28));
#endif
	return rc;
}

static int add_processes(scmp_filter_ctx f)
{
	int rc;

	/* Threads, for the resolver.  A filter can't see clone3's flags;
	 * without it libraries fall back to clone. */
	rc = one(f, SCMP_ACT_ALLOW, "clone",
	    (struct scmp_arg_cmp){
		0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD});
	if (rc == 0)
		rc = one(f, SCMP_ACT_ERRNO(EPERM), "clone",
		    (struct scmp_arg_cmp){
			0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0});
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "prlimit64",
		    (struct scmp_arg_cmp){0, SCMP_CMP_EQ, 0, 0});
	/* Signal 0 only tests for existence.  The helper kills hanging
	 * children, since not every Landlock can limit signals to our own. */
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "kill", is(1, 0));
	if (rc == 0)
		rc = one(f, SCMP_ACT_ERRNO(EPERM), "kill", is(1, SIGKILL));
	/* abort(3) */
	if (rc == 0)
		rc = one(f, SCMP_ACT_ALLOW, "tgkill",
		    is(0, (unsigned long)getpid()));
	return rc;
}

static int add_words(scmp_filter_ctx f)
{
	int rc = 0;

	for (size_t i = 0; i < COUNT(ioctls) && rc == 0; i++)
		rc = one(f, SCMP_ACT_ALLOW, "ioctl", is(1, ioctls[i]));
	for (size_t i = 0; i < COUNT(prctls) && rc == 0; i++)
		rc = one(f, SCMP_ACT_ALLOW, "prctl", is(0, prctls[i]));
	return rc;
}

static int make(scmp_filter_ctx f)
{
	int rc =
	    seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0)
		rc = each(f, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
	if (rc == 0)
		rc = each(f, SCMP_ACT_KILL_PROCESS, fatal, COUNT(fatal));
	if (rc == 0)
		rc = each(f, SCMP_ACT_ERRNO(EPERM), refused, COUNT(refused));
	if (rc == 0)
		rc = add_memory(f);
	if (rc == 0)
		rc = add_network(f);
	if (rc == 0)
		rc = add_processes(f);
	return rc ? rc : add_words(f);
}

unsigned confine_calls(struct buf *why)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int rc = f ? make(f) : -ENOMEM;

	if (rc == 0)
		rc = seccomp_load(f);
	seccomp_release(f);
	if (rc == 0)
		return CONFINE_CALLS;
	buf_addf(why, "%ssystem calls can't be filtered here (%s)",
	    why->len ? "; " : "", strerror(-rc));
	return 0;
}

#else

unsigned confine_calls(struct buf *why)
{
	buf_addf(why, "%sthis system can't filter system calls",
	    why->len ? "; " : "");
	return 0;
}

#endif
