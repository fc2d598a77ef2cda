#include "broker/files/files.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/core/bytes.h"
#include "base/core/wire.h"
#include "base/sys/fault.h"
#include "base/sys/plat.h"
#include "broker/files/child.h"
#include "net/runtime/child.h"
#include "net/runtime/harden.h"
#include "net/runtime/log.h"

enum {
	START_MS = 5000,     /* for a new child to become ready */
	MIN_HOLD_MS = 1000,  /* before another is started; doubled */
	MAX_HOLD_MS = 60000, /* each time */
	KEPT_MS = 10000,     /* a late answer */
	LAST_MS = 300,	     /* for pending writes at exit */
	MAX_SENT = 64,	     /* that have no answer yet */
	LOG_SENT = MAX_SENT / 2,
};

/* files_ask()'s view of its question. */
enum wait {
	WAIT_NOT, /* nobody stands there */
	WAIT_YET,
	WAIT_HAS,  /* the answer is there, and the entry its own */
	WAIT_LOST, /* there will be none; the same */
};

/* A question without an answer yet, or with a late one. */
struct entry {
	TAILQ_ENTRY(entry) entry;
	struct buf question; /* callers who might ask again */
	struct buf answer;
	int64_t at; /* when it was sent, or the answer came */
	enum wait wait;
	files_done *done;
	void *arg;
};
TAILQ_HEAD(entries, entry);

struct files {
	struct loop *loop;
	struct log *log;
	const char *dir;
	struct child child;
	int ready; /* the child said so */
	int slow;  /* nobody waits for it */
	int64_t ready_at, hold_until, hold_ms;
	struct loop_fd watch;
	struct loop_timer hang, news;
	void (*fn)(void *arg);
	void *arg;
	size_t n_sent;
	struct entries sent; /* in the order in which answers come */
	struct entries late;
	unsigned char *room; /* for one message */
	char problem[sizeof(((struct err *)0)->msg)];
};

static void free_entry(struct entry *en)
{
	buf_release(&en->question);
	buf_release(&en->answer);
	free(en);
}

static void drop_all(struct entries *all)
{
	struct entry *en;

	while ((en = TAILQ_FIRST(all))) {
		TAILQ_REMOVE(all, en, entry);
		free_entry(en);
	}
}

static void news_soon(struct files *f)
{
	if (f->fn && !loop_armed(&f->news))
		loop_arm(f->loop, &f->news, 0);
}

static void tell_news(void *arg)
{
	struct files *f = arg;

	f->fn(f->arg);
}

/* --- answers */

static void finish(struct entry *en)
{
	struct err e;

	en->done(en->arg, files_verdict(&en->answer, &e) < 0 ? &e : NULL);
	free_entry(en);
}

/* The caller is gone; the next one with this question gets the answer. */
static void keep_late(struct files *f, struct entry *en)
{
	struct entry *old, *next;

	for (old = TAILQ_FIRST(&f->late); old; old = next) {
		next = TAILQ_NEXT(old, entry);
		if (old->at + KEPT_MS > plat_ms() &&
		    (old->question.len != en->question.len ||
			memcmp(old->question.data, en->question.data,
			    en->question.len) != 0))
			continue;
		TAILQ_REMOVE(&f->late, old, entry);
		free_entry(old);
	}
	en->at = plat_ms();
	TAILQ_INSERT_TAIL(&f->late, en, entry);
	news_soon(f);
}

static void set_problem(struct files *f, const char *text)
{
	if (text && strcmp(text, f->problem) != 0)
		log_warn(f->log, "%s", text);
	(void)snprintf(f->problem, sizeof(f->problem), "%s", text ? text : "");
}

static void arm_hang(struct files *f)
{
	const struct entry *first = TAILQ_FIRST(&f->sent);

	if (f->child.id && !f->ready)
		loop_arm(f->loop, &f->hang, START_MS);
	else if (f->child.id && first)
		loop_arm(f->loop, &f->hang,
		    (first->at > f->ready_at ? first->at : f->ready_at) +
			FILES_HANG_MS - plat_ms());
	else
		loop_disarm(f->loop, &f->hang);
}

static void answered(struct files *f, struct entry *en)
{
	int64_t begun = en->at > f->ready_at ? en->at : f->ready_at;
	struct entry *next;

	TAILQ_REMOVE(&f->sent, en, entry);
	f->n_sent--;
	f->slow = plat_ms() - begun > FILES_PATIENCE_MS;
	f->hold_ms = 0;
	set_problem(f, NULL);
	/* The next question's turn starts only now. */
	next = TAILQ_FIRST(&f->sent);
	if (next)
		next->at = plat_ms();
	arm_hang(f);
	if (en->wait == WAIT_YET)
		en->wait = WAIT_HAS;
	else if (en->done)
		finish(en);
	else
		keep_late(f, en);
}

/* 1, or -1 if the child's message is invalid. */
static int take(struct files *f, size_t n)
{
	struct entry *en = TAILQ_FIRST(&f->sent);
	struct wire_frame m;
	size_t used;

	if (wire_parse(f->room, n, &m, &used, NULL) <= 0 || used != n ||
	    m.version != WIRE_VERSION)
		return -1;
	if (!f->ready) {
		f->ready = 1;
		f->ready_at = plat_ms();
		arm_hang(f);
		return 1;
	}
	if (!en)
		return -1;
	buf_add(&en->answer, f->room, n);
	if (en->answer.failed)
		return -1;
	if (m.type == WIRE_OK || m.type == WIRE_ERROR)
		answered(f, en);
	return 1;
}

/* The same; 0: no message. */
static int take_message(struct files *f)
{
	ssize_t n = recv(f->child.fd, f->room, FILES_MESSAGE, MSG_DONTWAIT);
	int rc;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	rc = take(f, (size_t)n);
	/* It may hold a client secret. */
	bytes_wipe(f->room, (size_t)n);
	return rc;
}

/* --- the child */

static void lose_child(struct files *f, const char *how)
{
	char text[sizeof(f->problem)], shown[FAULT_PATH];
	struct entries lost;
	struct entry *en;
	struct err e;
	long pid = files_pid(f);

	loop_unwatch(f->loop, &f->watch);
	child_kill(&f->child, NULL, 0);
	f->ready = 0;
	f->slow = 1;
	f->hold_ms = f->hold_ms ? f->hold_ms * 2 : MIN_HOLD_MS;
	if (f->hold_ms > MAX_HOLD_MS)
		f->hold_ms = MAX_HOLD_MS;
	f->hold_until = plat_ms() + f->hold_ms;
	arm_hang(f);
	TAILQ_INIT(&lost);
	TAILQ_CONCAT(&lost, &f->sent, entry);
	f->n_sent = 0;
	(void)snprintf(text, sizeof(text),
	    "%s does not answer (a dead mount?): what was read of it before "
	    "still holds",
	    fault_path(f->dir, shown));
	(void)err_set(
	    &e, ERR_TIMEOUT, "%s does not answer", fault_path(f->dir, shown));
	while ((en = TAILQ_FIRST(&lost))) {
		TAILQ_REMOVE(&lost, en, entry);
		if (en->done)
			en->done(en->arg, &e);
		if (en->wait == WAIT_YET)
			en->wait = WAIT_LOST;
		else
			free_entry(en);
	}
	log_warn(f->log, "the child for %s (pid %ld) %s", f->dir, pid, how);
	set_problem(f, text);
	news_soon(f);
}

static void hangs(void *arg)
{
	lose_child(arg, "hangs; killed");
}

static void take_messages(struct files *f)
{
	int rc = 1;

	while (rc > 0 && f->child.id)
		rc = take_message(f);
	if (rc < 0)
		lose_child(f, "ended");
}

static void child_speaks(void *arg, short revents)
{
	(void)revents;
	take_messages(arg);
}

static void watch_child(struct files *f, int rc, const struct err *e)
{
	if (rc < 0) {
		f->hold_until = plat_ms() + MAX_HOLD_MS / 10;
		set_problem(f, e->msg);
		return;
	}
	if (loop_watch(f->loop, &f->watch, f->child.fd, POLLIN) < 0)
		child_kill(&f->child, NULL, 0);
	arm_hang(f);
}

static void start_child(struct files *f)
{
	struct err e;

	child_reap(&f->child);
	if (!f->child.id && plat_ms() >= f->hold_until && child_room(&f->child))
		watch_child(f, child_start(&f->child, &e), &e);
}

/* --- questions */

/* Sends and records it; NULL if that's not possible now. */
static struct entry *post(struct files *f, const struct buf *question)
{
	struct entry *en;
	ssize_t n;

	start_child(f);
	if (!f->child.id || f->n_sent == MAX_SENT)
		return NULL;
	en = calloc(1, sizeof(*en));
	if (!en)
		return NULL;
	buf_init(&en->question, FILES_QUESTION);
	buf_init(&en->answer, FILES_ANSWER);
	n = send(f->child.fd, question->data, question->len,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n != (ssize_t)question->len) {
		free_entry(en);
		return NULL;
	}
	en->at = plat_ms();
	TAILQ_INSERT_TAIL(&f->sent, en, entry);
	f->n_sent++;
	arm_hang(f);
	return en;
}

static struct entry *find(struct entries *all, const struct buf *question)
{
	struct entry *en;

	TAILQ_FOREACH(en, all, entry)
	if (en->question.len == question->len &&
	    memcmp(en->question.data, question->data, question->len) == 0)
		return en;
	return NULL;
}

static struct entry *late_one(struct files *f, const struct buf *question)
{
	struct entry *en = find(&f->late, question);

	if (!en)
		return NULL;
	TAILQ_REMOVE(&f->late, en, entry);
	if (en->at + KEPT_MS > plat_ms())
		return en;
	free_entry(en);
	return NULL;
}

/* Waits for a message from the child until `end` at most; 0 at that time. */
static int child_is_silent(struct files *f, int64_t end)
{
	int64_t left = end - plat_ms();
	struct pollfd p = {.fd = f->child.fd, .events = POLLIN};

	return left <= 0 || poll(&p, 1, (int)left) == 0;
}

static void stand_there(struct files *f, struct entry *en)
{
	int64_t end = plat_ms() + FILES_PATIENCE_MS;

	en->wait = WAIT_YET;
	while (en->wait == WAIT_YET && !child_is_silent(f, end))
		take_messages(f);
	if (en->wait != WAIT_YET)
		return;
	en->wait = WAIT_NOT;
	f->slow = 1;
}

static int take_answer(struct entry *en, struct buf *answer, struct err *e)
{
	buf_add(answer, en->answer.data, en->answer.len);
	free_entry(en);
	if (answer->failed)
		return err_set(e, ERR_NOMEM, "out of memory");
	return files_verdict(answer, e);
}

static struct entry *ask(struct files *f, const struct buf *question)
{
	struct entry *en = post(f, question);

	if (en)
		buf_add(&en->question, question->data, question->len);
	return en;
}

void files_foresee(struct files *f, enum files_op op)
{
	struct buf question = BUF_INIT(WIRE_HEADER);

	wire_end(&question, wire_begin(&question, (enum wire_type)op));
	if (!question.failed)
		(void)ask(f, &question);
	buf_release(&question);
}

int files_ask(struct files *f, const struct buf *question, struct buf *answer,
    struct err *e)
{
	char shown[FAULT_PATH];
	struct entry *en;

	if (question->failed)
		return err_set(e, ERR_NOMEM, "out of memory");
	if (!f)
		return files_look_here(question, answer, e);
	take_messages(f);
	en = late_one(f, question);
	if (en)
		return take_answer(en, answer, e);
	en = find(&f->sent, question);
	if (!en)
		en = ask(f, question);
	if (en && !f->slow) {
		stand_there(f, en);
		if (en->wait == WAIT_HAS)
			return take_answer(en, answer, e);
		if (en->wait == WAIT_LOST)
			free_entry(en);
	}
	return err_set(e, ERR_TIMEOUT,
	    "%s does not answer: the file system that it lies on may hang",
	    fault_path(f->dir, shown));
}

void files_post(
    struct files *f, const struct buf *question, files_done *done, void *arg)
{
	struct buf answer = BUF_INIT(FILES_ANSWER);
	char shown[FAULT_PATH];
	struct entry *en;
	struct err e;

	if (question->failed) {
		(void)err_set(&e, ERR_NOMEM, "out of memory");
	} else if (!f) {
		int rc = files_look_here(question, &answer, &e);

		buf_release(&answer);
		done(arg, rc < 0 ? &e : NULL);
		return;
	} else {
		en = post(f, question);
		if (en) {
			en->done = done;
			en->arg = arg;
			return;
		}
		(void)err_set(&e, ERR_TIMEOUT, "%s does not answer",
		    fault_path(f->dir, shown));
	}
	done(arg, &e);
}

/* --- what others see */

int files_new(struct files **out, struct loop *loop, struct log *log,
    const char *exe, const char *dir, struct err *e)
{
	struct files *f = calloc(1, sizeof(*f));

	*out = NULL;
	if (f)
		f->room = malloc(FILES_MESSAGE);
	if (!f || !f->room) {
		free(f);
		return err_set(e, ERR_NOMEM, "out of memory");
	}
	f->loop = loop;
	f->log = log;
	f->dir = dir;
	child_init(&f->child, exe, "--files", "a child that reads files");
	f->watch.fn = child_speaks;
	f->hang.fn = hangs;
	f->news.fn = tell_news;
	f->watch.arg = f->hang.arg = f->news.arg = f;
	TAILQ_INIT(&f->sent);
	TAILQ_INIT(&f->late);
	*out = f;
	return 0;
}

/* The child exits when its questions are done, which closes its end of the
 * pair. */
static void let_end(struct files *f)
{
	int64_t end = plat_ms() + LAST_MS;
	ssize_t n = 1;

	if (!f->child.id || f->slow)
		return;
	(void)shutdown(f->child.fd, SHUT_WR);
	while (n != 0 && !child_is_silent(f, end)) {
		n = recv(f->child.fd, f->room, FILES_MESSAGE, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return;
	}
}

void files_free(struct files *f)
{
	if (!f)
		return;
	let_end(f);
	loop_unwatch(f->loop, &f->watch);
	loop_disarm(f->loop, &f->hang);
	loop_disarm(f->loop, &f->news);
	child_release(&f->child);
	drop_all(&f->sent);
	drop_all(&f->late);
	bytes_wipe(f->room, FILES_MESSAGE);
	free(f->room);
	free(f);
}

static int run_child(int fd)
{
	harden_name("mairu-files");
	return files_child_run(fd);
}

void files_fork(struct files *f, int quiet)
{
	struct err e;

	watch_child(f, child_fork(&f->child, run_child, quiet, &e), &e);
}

void files_await(struct files *f, int ms)
{
	int64_t end = plat_ms() + ms;

	while (f->child.id && !f->ready && !child_is_silent(f, end))
		take_messages(f);
}

void files_watch(struct files *f, void (*fn)(void *arg), void *arg)
{
	f->fn = fn;
	f->arg = arg;
}

int files_room(const struct files *f)
{
	return f->n_sent < LOG_SENT;
}

int files_busy(const struct files *f)
{
	const struct entry *en;

	if (!f)
		return 0;
	TAILQ_FOREACH(en, &f->sent, entry)
	if (!en->done)
		return 1;
	return 0;
}

const char *files_problem(const struct files *f)
{
	return f && f->problem[0] ? f->problem : NULL;
}

void files_reap(struct files *f)
{
	child_reap(&f->child);
}

long files_pid(const struct files *f)
{
	return child_pid(&f->child);
}
