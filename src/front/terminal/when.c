#include "front/terminal/when.h"

#include <stdlib.h>
#include <time.h>

enum {
	LAST_YEAR = 9999
};

/* 0 if the system can't convert it. */
static int local(int64_t t, struct tm *tm)
{
	time_t at = (time_t)t;

	/* localtime_r() need not look at TZ by itself. */
	tzset();
	return localtime_r(&at, tm) != NULL;
}

static void add_date(struct buf *out, const struct tm *tm)
{
	buf_addf(out, "%d-%02d-%02d ", tm->tm_year + 1900, tm->tm_mon + 1,
	    tm->tm_mday);
}

void when_clock(struct buf *out, int64_t t, int64_t now)
{
	struct tm then, today;

	if (!local(t, &then) || !local(now, &today)) {
		buf_addc(out, '?');
		return;
	}
	if (then.tm_year != today.tm_year || then.tm_yday != today.tm_yday)
		add_date(out, &then);
	buf_addf(out, "%02d:%02d", then.tm_hour, then.tm_min);
}

void when_until(struct buf *out, int64_t t, int64_t now)
{
	struct tm tm;

	if (t == 0 || !local(t, &tm)) {
		buf_adds(out, "until it is revoked");
		return;
	}
	buf_adds(out, "until ");
	when_clock(out, t, now);
}

void when_table(struct buf *out, int64_t t, int utc)
{
	char text[WHEN_UTC];
	struct tm tm;
	long minutes;

	if (utc || !local(t, &tm)) {
		when_utc(t, text);
		buf_adds(out, text);
		return;
	}
	minutes = tm.tm_gmtoff / 60;
	add_date(out, &tm);
	buf_addf(out, "%02d:%02d %c%02ld%02ld", tm.tm_hour, tm.tm_min,
	    minutes < 0 ? '-' : '+', labs(minutes) / 60, labs(minutes) % 60);
}

void when_span(struct buf *out, int64_t seconds)
{
	long long n = (long long)seconds;

	if (n < 120)
		buf_addf(out, "%lld s", n);
	else if (n < 7200)
		buf_addf(out, "%lld min", n / 60);
	else
		buf_addf(out, "%lld h", n / 3600);
}

void when_utc(int64_t t, char out[WHEN_UTC])
{
	time_t at = (time_t)t;
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&at, &tm) == NULL || tm.tm_year + 1900 > LAST_YEAR)
		return;
	(void)strftime(out, WHEN_UTC, "%Y-%m-%dT%H:%M:%SZ", &tm);
}
