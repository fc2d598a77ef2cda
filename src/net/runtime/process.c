#include "net/runtime/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/sys/plat.h"

enum {
	LOOK_MS = 1000, /* polling interval without pidfds */
};

static void over(struct process *p)
{
	process_forget(p);
	p->ended(p->arg);
}

static void readable(void *arg, short revents)
{
	(void)revents;
	over(arg);
}

/* Detects reuse of the pid. */
static int is_gone(const struct process *p)
{
	return (kill(p->pid, 0) < 0 && errno == ESRCH) ||
	       plat_started(p->pid) != p->started;
}

int process_has_ended(const struct process *p)
{
	struct pollfd one = {.fd = p->watch.fd, .events = POLLIN};

	if (!p->loop)
		return 1;
	return p->watch.fd >= 0 ? poll(&one, 1, 0) == 1 : is_gone(p);
}

static void look(void *arg)
{
	struct process *p = arg;

	if (is_gone(p))
		over(p);
	else
		loop_arm(p->loop, &p->timer, LOOK_MS);
}

int process_watch(struct process *p, struct loop *loop, pid_t pid,
    void (*ended)(void *arg), void *arg, struct err *e)
{
	int fd;

	*p = (struct process){
	    .loop = loop, .pid = pid, .ended = ended, .arg = arg};
	p->watch.fn = readable;
	p->timer.fn = look;
	p->watch.arg = p->timer.arg = p;
	p->watch.fd = -1;
	if (pid <= 0)
		return err_set(
		    e, ERR_NOT_FOUND, "the system does not tell who asks");
	fd = plat_pidfd(pid);
	if (fd < 0 && errno == ENOSYS &&
	    (kill(pid, 0) == 0 || errno == EPERM)) {
		p->started = plat_started(pid);
		loop_arm(loop, &p->timer, LOOK_MS);
		return 0;
	}
	if (fd < 0 && errno == ESRCH)
		return err_set(
		    e, ERR_NOT_FOUND, "process %ld has ended", (long)pid);
	if (fd < 0)
		return err_sys(e, "watching process %ld", (long)pid);
	if (loop_watch(loop, &p->watch, fd, POLLIN) < 0) {
		(void)close(fd);
		p->watch.fd = -1;
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	return 0;
}

void process_forget(struct process *p)
{
	if (!p->loop)
		return;
	loop_unwatch(p->loop, &p->watch);
	loop_disarm(p->loop, &p->timer);
	if (p->watch.fd >= 0)
		(void)close(p->watch.fd);
	p->watch.fd = -1;
	p->loop = NULL;
}
