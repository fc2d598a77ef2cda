#include "net/runtime/waits.h"

#include <stddef.h>

void waits_add(struct waits *l, struct wait *w)
{
	struct wait *ring = &l->ring;

	if (!ring->next)
		ring->next = ring->prev = ring;
	w->next = ring;
	w->prev = ring->prev;
	w->prev->next = ring->prev = w;
}

void wait_leave(struct wait *w)
{
	if (wait_idle(w))
		return;
	w->prev->next = w->next;
	w->next->prev = w->prev;
	w->next = w->prev = NULL;
}

int wait_idle(const struct wait *w)
{
	return !w->next;
}

int waits_empty(const struct waits *l)
{
	return !waits_after(l, NULL);
}

void waits_take(struct waits *from, struct waits *to)
{
	struct wait *w;

	while ((w = waits_next(from)))
		waits_add(to, w);
}

void *waits_next(struct waits *l)
{
	struct wait *w = waits_after(l, NULL);

	if (w)
		wait_leave(w);
	return w;
}

void *waits_after(const struct waits *l, const struct wait *w)
{
	struct wait *next = w ? w->next : l->ring.next;

	return next == &l->ring ? NULL : next;
}
