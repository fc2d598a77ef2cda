#include "net/runtime/renew_time.h"

enum {
	MAX_AHEAD = 15 * 60, /* seconds */
	JUMP = 3000,	     /* ms; smaller changes are rounding */
};

int64_t renew_time_renew_at(int64_t expires, int64_t life)
{
	int64_t ahead = life / 4;

	return expires - (ahead < MAX_AHEAD ? ahead : MAX_AHEAD);
}

void renew_time_init(struct renew_time_clocks *c, const struct loop *l)
{
	c->skew = loop_wall(l) * 1000 - loop_now(l);
}

int renew_time_jumped(struct renew_time_clocks *c, const struct loop *l)
{
	int64_t before = c->skew, by;

	renew_time_init(c, l);
	by = c->skew - before;
	if (by <= -JUMP || by >= JUMP)
		return 1;
	/* Keep the old skew: small steps add up. */
	c->skew = before;
	return 0;
}
