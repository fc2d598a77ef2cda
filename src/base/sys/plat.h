#ifndef MAIRU_BASE_SYS_PLAT_H
#define MAIRU_BASE_SYS_PLAT_H

/*
 * What differs between systems, each with a plain fallback: this file is the
 * port.
 */

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"

/* Makes sure that descriptors 0, 1 and 2 are open (on /dev/null), so that no
 * file of ours lands where messages go.  A program that takes our place finds
 * them closed as they were. */
void plat_std_fds(void);

/* Neither core dumps nor debuggers of the same user, until another program
 * takes our place. */
int plat_undumpable(void);

/* 1 when the system can hibernate, or it can't be told. */
int plat_hibernates(void);

/* Closes every descriptor from `first` up. */
void plat_close_from(int first);

/* In a child that another program takes the place of: signals are as at the
 * start, standard descriptors are /dev/null, and fd is PLAT_KEPT with those
 * flags (FD_CLOEXEC, or 0), the only other one.  Exits where that fails. */
#define PLAT_KEPT 3
void plat_keep_one(int fd, int flags);

/* Sleeps ms (0 < ms < 1000), or less when a signal comes. */
void plat_nap(int ms);

/* Milliseconds of the monotonic clock. */
int64_t plat_ms(void);

/* The same of a clock that goes on while the machine sleeps. */
int64_t plat_lived_ms(void);

/* The path of the running program, physical; ERR_NOT_FOUND where the system
 * does not tell. */
int plat_self(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* The path of the terminal that this process talks to, over standard error,
 * output or input, in this order; "" when there is none, or the system does not
 * tell. */
void plat_terminal(char out[PATH_MAX]);

/* The name that the system shows for a process, at most cap - 1 bytes; "" when
 * it does not tell. */
void plat_process_name(pid_t pid, char *out, size_t cap);

/* The process that started it, or 0 when the system does not tell. */
pid_t plat_parent(pid_t pid);

/* The number of its terminal, or 0. */
unsigned plat_terminal_number(pid_t pid);

/* The process of which this one is a copy that has executed nothing since: the
 * shell of a subshell.  The process itself where it is none, or the system does
 * not tell. */
pid_t plat_original(pid_t pid);

/* When a process was started, in the system's ticks since it was; 0 when the
 * system does not tell.  No two processes of one pid have the same. */
uint64_t plat_started(pid_t pid);

/* The words that a process was started with, each with its NUL; at most out's
 * maximum of them.  Nothing when the system does not tell. */
void plat_arguments(pid_t pid, struct buf *out);

/* A descriptor, closed on exec, that becomes readable when the process ends, or
 * -1 with errno: ESRCH when it has ended, ENOSYS where there is no such thing.
 * While it is open no other process gets the pid. */
int plat_pidfd(pid_t pid);

/* Ends a process at once that is known by its pid, provided that its name is
 * `name`: never another one that got the pid meanwhile, where the system has
 * the means.  ERR_NOT_FOUND when it is gone, ERR_FOREIGN when it is another. */
int plat_kill(pid_t pid, const char *name, struct err *e) MUST_CHECK;

#endif
