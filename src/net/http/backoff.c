#include "net/http/backoff.h"

#include <stdlib.h>

#include "base/core/bytes.h"

enum {
	FIRST = 1000, /* ms, doubling */
	MOST = 60 * 1000,
	LATER = 3600, /* seconds: limit of Retry-After */
};

static int64_t back_off(const struct backoff *t)
{
	int64_t ms = FIRST;
	uint32_t chance;

	for (unsigned i = 1; i < t->failures && ms < MOST; i++)
		ms *= 2;
	if (ms > MOST)
		ms = MOST;
	bytes_random(&chance, sizeof(chance));
	return ms / 2 + chance % (ms / 2 + 1);
}

int backoff_is_ours(const struct err *why)
{
	return why->code == ERR_BUSY || why->code == ERR_NOMEM;
}

int64_t backoff_note(struct backoff *t, int64_t now, const struct err *why,
    int64_t retry_after, int64_t denied_ms)
{
	int64_t ms;

	if (backoff_is_ours(why))
		return BACKOFF_OURS;
	t->failures += t->failures < 32;
	if (retry_after > LATER)
		retry_after = LATER;
	ms = why->code == ERR_DENIED ? denied_ms : back_off(t);
	if (why->code != ERR_DENIED && ms < retry_after * 1000)
		ms = retry_after * 1000;
	if (!t->what)
		t->what = malloc(sizeof(*t->what));
	if (t->what)
		*t->what = *why;
	t->since = now;
	t->until = now + ms;
	return ms;
}

int64_t backoff_left(const struct backoff *t, int64_t now)
{
	int64_t left = t->until - now;

	return t->what && left > 0 ? (left + 999) / 1000 : 0;
}

int64_t backoff_age(const struct backoff *t, int64_t now)
{
	return (now - t->since) / 1000;
}

void backoff_clear(struct backoff *t)
{
	free(t->what);
	*t = (struct backoff){.what = NULL};
}
