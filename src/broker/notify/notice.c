#include "broker/notify/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/text.h"
#include "broker/kinds/pieces.h"
#include "broker/notify/terminal.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

enum {
	ROLE_COLUMNS = 120,
	ROLE_BYTES = 4 * ROLE_COLUMNS + 1,
	LINE_BYTES = 4000, /* what terminal_say() takes */
	MS = 1000,
};

struct teller {
	char terminal[TERMINAL_PATH];
	char role[ROLE_BYTES]; /* sanitised; "" once told */
	int64_t next;	       /* by the loop's clock: when to try */
	int64_t until; /* if told: when it may be told again; otherwise when to
			  give up */
};

struct notice {
	unsigned char identity[HASH_SHA256];
	int64_t since; /* by the wall clock */
	int64_t seek_from, gap;
	struct teller tellers[NOTICE_TERMINALS]; /* the oldest first */
	size_t n_tellers;
	char id[];
};

struct notices {
	struct loop *loop;
	struct log *log;
	void (*fn)(void *arg);
	void *arg;
	struct loop_timer timer;
	struct notice *all[NOTICE_MAX]; /* the oldest first */
	size_t n;
};

static void turn(void *arg);

int notices_new(
    struct notices **out, struct loop *loop, struct log *log, struct err *e)
{
	struct notices *n = calloc(1, sizeof(*n));

	*out = n;
	if (!n)
		return err_set(e, ERR_NOMEM, "out of memory");
	n->loop = loop;
	n->log = log;
	n->timer.fn = turn;
	n->timer.arg = n;
	return 0;
}

static void forget_teller(struct notice *one, size_t i)
{
	one->n_tellers--;
	memmove(&one->tellers[i], &one->tellers[i + 1],
	    (one->n_tellers - i) * sizeof(one->tellers[0]));
}

static void drop(struct notices *n, size_t i)
{
	free(n->all[i]);
	n->n--;
	memmove(&n->all[i], &n->all[i + 1], (n->n - i) * sizeof(n->all[0]));
}

void notices_free(struct notices *n)
{
	if (!n)
		return;
	loop_disarm(n->loop, &n->timer);
	while (n->n > 0)
		drop(n, n->n - 1);
	free(n);
}

void notices_watch(struct notices *n, void (*fn)(void *arg), void *arg)
{
	n->fn = fn;
	n->arg = arg;
}

static void changed(struct notices *n)
{
	if (n->fn)
		n->fn(n->arg);
}

static struct notice *find(
    const struct notices *n, const unsigned char identity[HASH_SHA256])
{
	for (size_t i = 0; i < n->n; i++)
		if (memcmp(n->all[i]->identity, identity, HASH_SHA256) == 0)
			return n->all[i];
	return NULL;
}

void notice_raise(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *id)
{
	struct notice *one;
	size_t len = strlen(id) + 1;

	if (find(n, identity))
		return;
	/* An entry from before an edit of its file. */
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->all[i]->id, id) == 0)
			drop(n, i--);
	if (n->n >= NOTICE_MAX)
		return;
	one = calloc(1, sizeof(*one) + len);
	if (!one)
		return;
	memcpy(one->identity, identity, HASH_SHA256);
	memcpy(one->id, id, len);
	one->since = loop_wall(n->loop);
	n->all[n->n++] = one;
	log_info(n->log, "a login at %s is needed for what is in use", id);
	changed(n);
}

void notice_over(struct notices *n, const unsigned char *identity)
{
	size_t i = 0, before = n->n;

	while (i < n->n)
		if (!identity ||
		    memcmp(n->all[i]->identity, identity, HASH_SHA256) == 0)
			drop(n, i);
		else
			i++;
	if (n->n < before)
		changed(n);
}

int64_t notice_since(
    const struct notices *n, const unsigned char identity[HASH_SHA256])
{
	const struct notice *one = find(n, identity);

	return one ? one->since : 0;
}

const char *notice_at(const struct notices *n, size_t i)
{
	return i < n->n ? n->all[i]->id : NULL;
}

int notice_may_seek(
    struct notices *n, const unsigned char identity[HASH_SHA256])
{
	struct notice *one = find(n, identity);
	int64_t now = loop_now(n->loop);

	if (!one || now < one->seek_from)
		return 0;
	one->gap = one->gap ? one->gap * 2 : NOTICE_AGAIN;
	if (one->gap > NOTICE_QUIET)
		one->gap = NOTICE_QUIET;
	one->seek_from = now + one->gap * MS;
	return 1;
}

/* --- terminals */

static enum terminal_said say(const struct notice *one, const struct teller *t)
{
	struct buf b = BUF_INIT(LINE_BYTES);
	enum terminal_said said = TERMINAL_REFUSED;
	char name[WORDS_NAME];

	buf_adds(&b, "mairu: ");
	buf_adds(&b, words_shown(one->id, name));
	buf_adds(&b, " needs a login for ");
	buf_adds(&b, t->role);
	buf_adds(&b, ERR_RUN "mairu login ");
	text_word(&b, one->id, strlen(one->id));
	if (!b.failed)
		said = terminal_say(t->terminal, buf_str(&b));
	buf_release(&b);
	return said;
}

/* Sets the timer for the next line to try. */
static void schedule(struct notices *n)
{
	int64_t at = INT64_MAX, now = loop_now(n->loop);

	for (size_t i = 0; i < n->n; i++)
		for (size_t k = 0; k < n->all[i]->n_tellers; k++) {
			const struct teller *t = &n->all[i]->tellers[k];

			if (*t->role && t->next < at)
				at = t->next;
		}
	if (at < INT64_MAX)
		loop_arm(n->loop, &n->timer, at > now ? at - now : 0);
	else
		loop_disarm(n->loop, &n->timer);
}

/* 0 if it is not worth another try. */
static int try_to_say(
    struct notices *n, const struct notice *one, struct teller *t)
{
	int64_t now = loop_now(n->loop);

	switch (say(one, t)) {
	case TERMINAL_SAID:
		log_info(n->log, "told %s so", t->terminal);
		t->role[0] = '\0';
		t->until = now + NOTICE_QUIET * MS;
		return 1;
	case TERMINAL_BUSY:
		t->next = now + NOTICE_AGAIN * MS;
		return t->next <= t->until;
	case TERMINAL_REFUSED:
	default:
		return 0;
	}
}

static void try_all(struct notices *n, struct notice *one)
{
	int64_t now = loop_now(n->loop);
	size_t i = 0;

	while (i < one->n_tellers) {
		struct teller *t = &one->tellers[i];

		if (!*t->role || t->next > now || try_to_say(n, one, t))
			i++;
		else
			forget_teller(one, i);
	}
}

static void turn(void *arg)
{
	struct notices *n = arg;

	for (size_t i = 0; i < n->n; i++)
		try_all(n, n->all[i]);
	schedule(n);
}

static struct teller *teller_of(struct notice *one, const char *terminal)
{
	struct teller *t;

	for (size_t i = 0; i < one->n_tellers; i++)
		if (strcmp(one->tellers[i].terminal, terminal) == 0)
			return &one->tellers[i];
	if (one->n_tellers >= NOTICE_TERMINALS)
		forget_teller(one, 0);
	t = &one->tellers[one->n_tellers++];
	memset(t, 0, sizeof(*t));
	memcpy(t->terminal, terminal, strlen(terminal) + 1);
	return t;
}

void notice_tell(struct notices *n, const unsigned char identity[HASH_SHA256],
    const char *role, const char *terminal)
{
	struct buf b = BUF_INIT(ROLE_BYTES);
	struct notice *one = find(n, identity);
	int64_t now = loop_now(n->loop);
	struct teller *t;

	if (!one || !terminal_is_name(terminal))
		return;
	t = teller_of(one, terminal);
	if (*t->role || now < t->until)
		return;
	text_safe(&b, role, strlen(role), ROLE_COLUMNS);
	(void)snprintf(t->role, sizeof(t->role), "%s", buf_str(&b));
	buf_release(&b);
	t->next = now;
	t->until = now + NOTICE_QUIET * MS;
	schedule(n);
}
