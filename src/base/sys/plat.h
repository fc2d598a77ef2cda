#ifndef MAIRU_BASE_SYS_PLAT_H
#define MAIRU_BASE_SYS_PLAT_H

/*
 * Everything that differs between systems, each with a simple fallback: the
 * only file to port.
 */

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Makes sure that descriptors 0, 1 and 2 are open, on /dev/null if need be, so
 * that no file of ours ends up where messages go.  Those we opened close again
 * on exec. */
void plat_std_fds(void);

/* No core dumps, and no debuggers of the same user, until the next exec. */
int plat_undumpable(void);

/* 1 if the system can hibernate, or if unknown. */
int plat_hibernates(void);

/* Closes every descriptor from `first` up. */
void plat_close_from(int first);

/* For a child about to exec: resets signals, puts the standard descriptors on
 * /dev/null, moves fd to PLAT_KEPT with those flags (FD_CLOEXEC or 0) and
 * closes all others.  Exits on failure. */
#define PLAT_KEPT 3
void plat_keep_one(int fd, int flags);

/* Sleeps ms (0 < ms < 1000); a signal cuts it short. */
void plat_nap(int ms);

/* Milliseconds of the monotonic clock. */
int64_t plat_ms(void);

/* The same for a clock that keeps running during suspend. */
int64_t plat_lived_ms(void);

/* The physical path of the running program; ERR_NOT_FOUND if unavailable. */
int plat_self(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* The path of this process's terminal: the first of standard error, output and
 * input that is one; "" if none or unavailable. */
void plat_terminal(char out[PATH_MAX]);

/* A process's name, at most cap - 1 bytes; "" if unavailable. */
void plat_process_name(pid_t pid, char *out, size_t cap);

/* Its parent, or 0 if unavailable. */
pid_t plat_parent(pid_t pid);

/* The device number of its terminal, or 0. */
unsigned plat_terminal_number(pid_t pid);

/* The process that this one was forked from without an exec since: the shell of
 * a subshell.  pid itself if it is no such copy, or if unavailable. */
pid_t plat_original(pid_t pid);

/* When a process was started, in clock ticks since boot; 0 if unavailable.
 * Tells apart processes that had the same pid. */
uint64_t plat_started(pid_t pid);

/* A process's arguments, each with its NUL, up to out's maximum.  Nothing if
 * unavailable. */
void plat_arguments(pid_t pid, struct buf *out);

/* A close-on-exec descriptor that becomes readable when the process ends, or -1
 * with errno: ESRCH if it has ended, ENOSYS if unsupported.  While it is open
 * the pid is not reused. */
int plat_pidfd(pid_t pid);

/* Kills the process `pid` if its name is `name`; where the system has pidfds,
 * never one that has since reused the pid.  ERR_NOT_FOUND when it is gone,
 * ERR_FOREIGN when it is a different program. */
int plat_kill(pid_t pid, const char *name, struct err *e) MUST_CHECK;

#endif
