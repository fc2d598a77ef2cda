#include "broker/roles/listing.h"

#include <stdlib.h>
#include <string.h>

#include "broker/kinds/pieces.h"
#include "broker/roles/listing_call.h"
#include "net/http/words.h"

/* A cursor is a generation and, in the low bits, an index, so that it can't be
 * mistaken for one of a later list. */
enum {
	INDEX_BITS = 17,
	GENERATIONS = 1 << 15, /* of which 0 is none: 32 bits in all */
};

_Static_assert(LISTING_MAX_ROLES < 1 << INDEX_BITS, "an index must fit");

int listings_new(
    struct listings **out, const struct upstream *up, struct err *e)
{
	struct listings *all = calloc(1, sizeof(*all));

	*out = all;
	if (!all)
		return err_set(e, ERR_NOMEM, "out of memory");
	all->up = *up;
	return 0;
}

static void listing_free(struct listing *l)
{
	while (waits_next(&l->waits))
		;
	listing_stop(l);
	loop_disarm(l->all->up.loop, &l->tell);
	loop_disarm(l->all->up.loop, &l->rest);
	listing_store_release(&l->store);
	LIST_REMOVE(l, entry);
	free(l);
}

void listings_free(struct listings *all)
{
	struct listing *l, *next;

	if (!all)
		return;
	for (l = LIST_FIRST(&all->all); l; l = next) {
		next = LIST_NEXT(l, entry);
		listing_free(l);
	}
	free(all);
}

/* --- telling */

static void look(
    const struct listing *l, size_t from, struct listing_part *part)
{
	*part = (struct listing_part){
	    .at = l->store.at ? l->store.at + from : NULL,
	    .n = l->store.n - from,
	    .cursor = (uint64_t)l->generation << INDEX_BITS | from,
	    .more = !l->whole,
	    .done = l->done,
	    .total = l->total,
	    .unusable = l->unusable,
	};
}

void listing_look(const struct listing_wait *w, struct listing_part *part)
{
	look(w->listing, w->from, part);
}

static struct listing_wait *to_be_told(struct listing *l)
{
	struct listing_wait *w = waits_after(&l->waits, NULL);

	while (w && !listing_ended(l) && l->store.n <= w->from)
		w = waits_after(&l->waits, &w->wait);
	return w;
}

/* Sets how long it stays while nobody waits. */
static void let_rest(struct listing *l)
{
	struct loop *loop = l->all->up.loop;
	int64_t ms = LISTING_LINGER;

	if (l->whole)
		ms = l->finished + LISTING_KEEP - loop_now(loop);
	loop_arm(loop, &l->rest, ms > 0 ? ms : 0);
}

static void tell(void *arg)
{
	struct listing *l = arg;
	struct listing_wait *w;
	struct listing_part part;

	while ((w = to_be_told(l))) {
		look(l, w->from, &part);
		wait_leave(&w->wait);
		if (part.n > 0 || l->whole)
			w->fn(w->arg, &part, NULL);
		else
			w->fn(w->arg, NULL, &l->failed);
	}
	if (!waits_empty(&l->waits))
		return;
	if (l->gone)
		listing_free(l);
	else
		let_rest(l);
}

/* Hides it; it is freed once its waiters have been called. */
static void leave_behind(struct listing *l)
{
	l->gone = 1;
	loop_disarm(l->all->up.loop, &l->rest);
	loop_arm(l->all->up.loop, &l->tell, 0);
}

static void rested(void *arg)
{
	struct listing *l = arg;
	struct err e;

	(void)err_set(&e, ERR_TIMEOUT, "nobody waited for the list any more");
	listing_fail(l, &e);
	leave_behind(l);
}

/* --- asking */

static struct listing *find(
    const struct listings *all, const unsigned char identity[HASH_SHA256])
{
	struct listing *l;

	LIST_FOREACH(l, &all->all, entry)
	if (!l->gone && memcmp(l->identity, identity, HASH_SHA256) == 0)
		return l;
	return NULL;
}

/* 1 if a new caller must get something newer. */
static int outdated(const struct listing *l, int fresh)
{
	const struct session *s;

	if (!listing_ended(l))
		return 0;
	s = sessions_find(l->all->up.sessions, l->identity);
	return fresh || l->has_failed || !s ||
	       session_login_serial(s) != l->login;
}

static struct listing *begin(
    struct listings *all, const struct catalog_entry *server)
{
	const char *id = server->server->id;
	size_t len = strlen(id) + 1;
	struct listing *l = calloc(1, sizeof(*l) + len);

	if (!l)
		return NULL;
	l->all = all;
	all->generation = all->generation % (GENERATIONS - 1) + 1;
	l->generation = all->generation;
	memcpy(l->identity, server->identity, HASH_SHA256);
	memcpy(l->id, id, len);
	TAILQ_INIT(&l->pages);
	l->tell.fn = tell;
	l->rest.fn = rested;
	l->tell.arg = l->rest.arg = l;
	LIST_INSERT_HEAD(&all->all, l, entry);
	return l;
}

/* The list of a cursor, and the position in it. */
static struct listing *pick_up(const struct listings *all,
    const struct catalog_entry *server, uint64_t cursor, size_t *from,
    struct err *e)
{
	struct listing *l = find(all, server->identity);
	char name[WORDS_NAME];

	*from = cursor & ((1u << INDEX_BITS) - 1);
	if (l && cursor >> INDEX_BITS == l->generation && *from <= l->store.n)
		return l;
	if (!sessions_find(all->up.sessions, server->identity))
		(void)session_none(server->server->id, e);
	else
		(void)err_set(e, ERR_UPSTREAM,
		    "the list of the roles of %s was begun anew meanwhile. "
		    "Run the command again",
		    words_shown(server->server->id, name));
	return NULL;
}

static void join(struct listing *l, size_t from, struct listing_wait *w)
{
	struct loop *loop = l->all->up.loop;

	w->listing = l;
	w->from = from;
	waits_add(&l->waits, &w->wait);
	if (!l->whole)
		loop_disarm(loop, &l->rest);
	if (to_be_told(l))
		loop_arm(loop, &l->tell, 0);
}

int listing_ask(struct listings *all, const struct listing_want *want,
    struct listing_wait *w, struct err *e)
{
	struct catalog_entry server;
	struct listing *l;
	size_t from = 0;
	int rc, new = 0;

	rc = catalog_find(all->up.catalog, want->server, &server, e);
	if (rc < 0)
		return rc;
	if (want->cursor) {
		l = pick_up(all, &server, want->cursor, &from, e);
		if (!l)
			return e->code;
	} else {
		l = find(all, server.identity);
		if (l && outdated(l, want->fresh)) {
			leave_behind(l);
			l = NULL;
		}
		new = !l;
		if (new)
			l = begin(all, &server);
		if (!l)
			return err_set(e, ERR_NOMEM,
			    "the broker has no memory for a list");
	}
	join(l, from, w);
	if (new)
		listing_fetch(l);
	return 0;
}

/* The list for a new caller, begun if there is none; NULL if there is no
 * session, or out of memory. */
static struct listing *known(
    struct listings *all, const struct catalog_entry *server)
{
	struct listing *l = find(all, server->identity);

	if (l && l->whole && outdated(l, 0)) {
		leave_behind(l);
		l = NULL;
	}
	if (!l && sessions_find(all->up.sessions, server->identity)) {
		l = begin(all, server);
		if (l)
			listing_fetch(l);
	}
	return l;
}

int listing_known(struct listings *all, const struct listing_want *want,
    struct listing_part *part, struct err *e)
{
	struct catalog_entry server;
	struct listing *l;
	size_t from = 0;
	int rc;

	memset(part, 0, sizeof(*part));
	rc = catalog_find(all->up.catalog, want->server, &server, e);
	if (rc < 0)
		return rc;
	if (want->cursor) {
		l = pick_up(all, &server, want->cursor, &from, e);
		if (!l)
			return e->code;
	} else {
		l = known(all, &server);
	}
	if (l && l->whole)
		look(l, from, part);
	else if (l && !listing_ended(l) && waits_empty(&l->waits))
		let_rest(l); /* somebody still wants it */
	return 0;
}

void listing_leave(struct listing_wait *w)
{
	struct listing *l = w->listing;

	if (wait_idle(&w->wait))
		return;
	wait_leave(&w->wait);
	if (waits_empty(&l->waits) && !l->gone)
		let_rest(l);
}

void listings_forget(
    struct listings *all, const unsigned char identity[HASH_SHA256])
{
	struct listing *l = find(all, identity);
	char name[WORDS_NAME];
	struct err e;

	if (!l)
		return;
	if (sessions_find(all->up.sessions, identity))
		(void)err_set(&e, ERR_UPSTREAM,
		    "there was another login to %s meanwhile. Run the command "
		    "again",
		    words_shown(l->id, name));
	else
		(void)session_none(l->id, &e);
	listing_fail(l, &e);
	leave_behind(l);
}
