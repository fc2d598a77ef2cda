#include "broker/trust/checker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/core/wire.h"
#include "broker/trust/child.h"
#include "net/runtime/child.h"
#include "net/runtime/health.h"
#include "net/runtime/log.h"

enum {
	LOOK_MS = 50,	  /* for one look, begun when its turn came */
	QUEUE_MS = 600,	  /* for its turn to come */
	START_MS = 2000,  /* for a new child to become ready */
	SUSPECT_MS = 900, /* before retrying what hung */
	/* Between children that exited by themselves without an answer: */
	MIN_RESTART_MS = 50, /* doubled each time */
	MAX_RESTART_MS = 2000,
	MAX_SENT = 16,
};

struct checker {
	struct loop *loop;
	struct log *log;
	struct health *problems;
	struct child child;
	int ready; /* the child said so */
	struct loop_fd watch;
	struct loop_timer flush, look, queue;
	/* In the order in which the child answers; NULL: forgotten. */
	struct check *sent[MAX_SENT];
	size_t n_sent;
	TAILQ_HEAD(check_list, check) queued;
	int64_t next_start, restart_ms;
	struct buf frame;
};

/* Answers a list of waiters; the check itself may be gone after that. */
static void answer(
    struct waits *waits, enum check_verdict verdict, const char *text)
{
	struct check_wait *w;

	while ((w = waits_next(waits)))
		w->fn(w->arg, verdict, text);
}

static void settle(struct check *k, struct waits *waits,
    enum check_verdict verdict, const char *text)
{
	void (*settled)(void *, enum check_verdict) = k->settled;
	void *arg = k->arg;
	struct waits local = {0};

	waits_take(waits, &local);
	answer(&local, verdict, text);
	if (settled)
		settled(arg, verdict);
}

static void flush_soon(struct checker *c)
{
	if (!TAILQ_EMPTY(&c->queued) && !loop_armed(&c->flush))
		loop_arm(c->loop, &c->flush, 0);
}

static void arm_queue(struct checker *c)
{
	struct check *k = TAILQ_FIRST(&c->queued);

	if (!k)
		loop_disarm(c->loop, &c->queue);
	else
		loop_arm(c->loop, &c->queue,
		    k->queued_at + QUEUE_MS - loop_now(c->loop));
}

static void enqueue(struct checker *c, struct check *k, int first)
{
	if (k->queued)
		return;
	k->queued = 1;
	if (first) {
		TAILQ_INSERT_HEAD(&c->queued, k, entry);
	} else {
		k->queued_at = loop_now(c->loop);
		TAILQ_INSERT_TAIL(&c->queued, k, entry);
	}
	arm_queue(c);
	flush_soon(c);
}

static void dequeue(struct checker *c, struct check *k)
{
	k->queued = 0;
	TAILQ_REMOVE(&c->queued, k, entry);
	arm_queue(c);
}

static void overdue(void *arg)
{
	struct checker *c = arg;
	struct check *k;

	while ((k = TAILQ_FIRST(&c->queued)) &&
	       k->queued_at + QUEUE_MS <= loop_now(c->loop)) {
		dequeue(c, k);
		settle(k, &k->queued_waits, CHECK_LATE, "");
	}
	arm_queue(c);
}

static struct check *shift_sent(struct checker *c)
{
	struct check *k = c->sent[0];

	c->n_sent--;
	memmove(&c->sent[0], &c->sent[1], c->n_sent * sizeof(c->sent[0]));
	if (k)
		k->sent = 0;
	if (c->n_sent)
		loop_arm(c->loop, &c->look, LOOK_MS);
	else
		loop_disarm(c->loop, &c->look);
	return k;
}

/* Questions asked during a look get the next one. */
static void look_again(struct checker *c, struct check *k)
{
	if (!waits_empty(&k->queued_waits))
		enqueue(c, k, 0);
}

/* --- the child */

static int64_t next_restart(int64_t ms)
{
	if (ms < MIN_RESTART_MS)
		return MIN_RESTART_MS;
	return ms * 2 < MAX_RESTART_MS ? ms * 2 : MAX_RESTART_MS;
}

static void ask_again(struct checker *c, struct check *k)
{
	k->sent = 0;
	waits_take(&k->sent_waits, &k->queued_waits);
	if (k->queued)
		dequeue(c, k);
	enqueue(c, k, 1);
}

/* The child is unusable.  Blame its first unanswered question; ask the others
 * again. */
static void lose_child(struct checker *c, int hung)
{
	struct check *blamed = c->n_sent ? shift_sent(c) : NULL;
	int64_t now = loop_now(c->loop);

	loop_unwatch(c->loop, &c->watch);
	loop_disarm(c->loop, &c->look);
	child_kill(
	    &c->child, blamed ? blamed->what.config : NULL, now + SUSPECT_MS);
	if (!c->ready)
		health_set(c->problems, HEALTH_CHECKER,
		    "trust can't be checked: the checker does not start",
		    c->log);
	c->ready = 0;
	while (c->n_sent) {
		struct check *k = c->sent[--c->n_sent];

		if (k)
			ask_again(c, k);
	}
	if (!hung) {
		c->next_start = now + c->restart_ms;
		c->restart_ms = next_restart(c->restart_ms);
	}
	if (blamed) {
		look_again(c, blamed);
		settle(blamed, &blamed->sent_waits, CHECK_LATE, "");
	}
	flush_soon(c);
}

static void look_late(void *arg)
{
	struct checker *c = arg;
	const struct check *k = c->n_sent ? c->sent[0] : NULL;

	log_warn(c->log, "the trust checker (pid %ld) hangs%s%s; killed",
	    child_pid(&c->child), k ? " on " : "", k ? k->what.config : "");
	lose_child(c, 1);
}

/* 1: took an answer; 0: there is none; -1: the child's answer is invalid. */
static int take_answer(struct checker *c)
{
	static unsigned char msg[CHECK_CHILD_ANSWER];
	static struct check_child_answer a;
	struct check *k;
	ssize_t n;

	n = recv(c->child.fd, msg, sizeof(msg), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0 || check_child_parse(&a, msg, (size_t)n) < 0)
		return -1;
	if (!c->ready) {
		c->ready = 1;
		loop_disarm(c->loop, &c->look);
		health_set(c->problems, HEALTH_CHECKER, NULL, c->log);
		return 1;
	}
	if (!c->n_sent)
		return -1;
	c->restart_ms = 0;
	k = shift_sent(c);
	if (k) {
		look_again(c, k);
		if (a.found && k->found)
			k->found(k->arg, &a.what);
		settle(k, &k->sent_waits, a.verdict, a.text);
	}
	return 1;
}

static void child_speaks(void *arg, short revents)
{
	struct checker *c = arg;
	int rc;

	(void)revents;
	while ((rc = take_answer(c)) > 0)
		;
	if (rc < 0) {
		log_warn(c->log, "the trust checker (pid %ld) ended",
		    child_pid(&c->child));
		lose_child(c, 0);
	}
	flush_soon(c);
}

static int start_child(struct checker *c)
{
	struct err e;

	if (child_start(&c->child, &e) < 0) {
		health_set(c->problems, HEALTH_CHECKER, e.msg, c->log);
		return ERR_SYS;
	}
	if (loop_watch(c->loop, &c->watch, c->child.fd, POLLIN) < 0) {
		child_kill(&c->child, NULL, 0);
		return ERR_NOMEM;
	}
	loop_arm(c->loop, &c->look, START_MS);
	return 0;
}

/* 1 if a child is ready for questions; otherwise one is being started. */
static int have_child(struct checker *c)
{
	int64_t wait = c->next_start - loop_now(c->loop);

	if (c->child.id)
		return c->ready;
	if (!child_room(&c->child)) {
		health_set(c->problems, HEALTH_CHECKER,
		    "trust can't be checked: several checks hang, on a dead "
		    "mount perhaps",
		    c->log);
		return 0;
	}
	if (wait > 0) {
		loop_arm(c->loop, &c->flush, wait);
	} else if (start_child(c) < 0) {
		c->next_start = loop_now(c->loop) + MAX_RESTART_MS;
		loop_arm(c->loop, &c->flush, MAX_RESTART_MS);
	}
	return 0;
}

/* 1: sent; 0: later; -1: the child is lost. */
static int ask(struct checker *c, struct check *k)
{
	ssize_t n;

	buf_clear(&c->frame);
	if (k->found)
		request_put_find(k->what.config, &c->frame);
	else
		request_put_grant(&k->what, &c->frame);
	if (c->frame.failed)
		return 0;
	n = send(c->child.fd, c->frame.data, c->frame.len,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR))
		return 0;
	if (n < 0)
		return -1;
	dequeue(c, k);
	k->sent = 1;
	waits_take(&k->queued_waits, &k->sent_waits);
	c->sent[c->n_sent++] = k;
	if (c->n_sent == 1)
		loop_arm(c->loop, &c->look, LOOK_MS);
	return 1;
}

static void refuse_suspects(struct checker *c)
{
	struct check *k;

	child_reap(&c->child);
	k = TAILQ_FIRST(&c->queued);
	while (k) {
		if (!child_suspect(
			&c->child, k->what.config, loop_now(c->loop))) {
			k = TAILQ_NEXT(k, entry);
			continue;
		}
		dequeue(c, k);
		settle(k, &k->queued_waits, CHECK_LATE, "");
		/* Anything may have happened to the list. */
		k = TAILQ_FIRST(&c->queued);
	}
}

static void flush(void *arg)
{
	struct checker *c = arg;
	struct check *k, *next;
	int rc = 1;

	refuse_suspects(c);
	if (TAILQ_EMPTY(&c->queued) || !have_child(c))
		return;
	for (k = TAILQ_FIRST(&c->queued); k && rc > 0 && c->n_sent < MAX_SENT;
	     k = next) {
		next = TAILQ_NEXT(k, entry);
		rc = ask(c, k);
	}
	if (rc < 0)
		lose_child(c, 0);
}

/* --- what others see */

int checker_new(struct checker **out, struct loop *loop, struct log *log,
    struct health *problems, const char *exe)
{
	struct checker *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (!c)
		return ERR_NOMEM;
	c->loop = loop;
	c->log = log;
	c->problems = problems;
	child_init(&c->child, exe, "--check", "the trust checker");
	c->watch.fn = child_speaks;
	c->flush.fn = flush;
	c->look.fn = look_late;
	c->queue.fn = overdue;
	c->watch.arg = c->flush.arg = c->look.arg = c->queue.arg = c;
	buf_init(&c->frame, WIRE_HEADER + WIRE_MAX_BODY);
	TAILQ_INIT(&c->queued);
	*out = c;
	return 0;
}

void checker_free(struct checker *c)
{
	if (!c)
		return;
	loop_unwatch(c->loop, &c->watch);
	loop_disarm(c->loop, &c->flush);
	loop_disarm(c->loop, &c->look);
	loop_disarm(c->loop, &c->queue);
	child_release(&c->child);
	buf_release(&c->frame);
	free(c);
}

void checker_warm(struct checker *c)
{
	if (!c->child.id)
		(void)have_child(c);
}

void checker_ask(struct checker *c, struct check *k, struct check_wait *w)
{
	waits_add(&k->queued_waits, &w->wait);
	if (!k->sent)
		enqueue(c, k, 0);
}

void checker_forget(struct checker *c, struct check *k)
{
	struct waits all = {0};
	size_t i;

	for (i = 0; i < c->n_sent; i++)
		if (c->sent[i] == k)
			c->sent[i] = NULL;
	if (k->queued)
		dequeue(c, k);
	k->sent = 0;
	waits_take(&k->queued_waits, &all);
	waits_take(&k->sent_waits, &all);
	answer(&all, CHECK_GONE, "");
}

void checker_reap(struct checker *c)
{
	child_reap(&c->child);
	flush_soon(c);
}

long checker_pid(const struct checker *c)
{
	return child_pid(&c->child);
}
