#include "net/aws/credential.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/core/bytes.h"
#include "net/runtime/renew_time.h"

enum {
	MINUTE = 60,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
};

/* The last second of the year 9999: the limit of RFC 3339. */
static const int64_t last_second = 253402300799;

/* --- making one */

static int allowed(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f || *s == '"' || *s == '\\')
			return 0;
	return 1;
}

static int check_value(const char *name, const char *value, struct err *e)
{
	if (!value || !*value)
		return err_set(e, ERR_UPSTREAM, "its \"%s\" is empty", name);
	if (!allowed(value))
		return err_set(e, ERR_UPSTREAM,
		    "its \"%s\" has characters that no credential has", name);
	return 0;
}

static int check_said(
    const struct credential_said *said, int64_t now, struct err *e)
{
	int rc = check_value("AccessKeyId", said->key_id, e);

	if (rc == 0)
		rc = check_value("SecretAccessKey", said->secret_key, e);
	if (rc == 0)
		rc = check_value("SessionToken", said->token, e);
	if (rc < 0)
		return rc;
	if (said->expires > last_second)
		return err_set(e, ERR_UPSTREAM,
		    "its \"Expiration\" is later than any date");
	if (said->expires - said->ahead < now + CREDENTIAL_LEFT)
		return err_set(e, ERR_UPSTREAM,
		    "these credentials have expired already, or are about to. "
		    "If this machine's clock is wrong, set it");
	return 0;
}

static void add_member(
    struct buf *b, const char *name, const char *value, size_t *at, size_t *len)
{
	buf_addf(b, "\"%s\":\"", name);
	*at = b->len;
	*len = strlen(value);
	buf_add(b, value, *len);
	buf_addc(b, '"');
}

int credential_make(struct credential *c, struct slab *slab,
    const struct credential_said *said, int64_t now, struct err *e)
{
	struct buf b = BUF_INIT(CREDENTIAL_MAX_BODY);
	char expires[CREDENTIAL_TIME];
	struct credential_part p;
	int rc;

	memset(c, 0, sizeof(*c));
	rc = check_said(said, now, e);
	if (rc < 0)
		return rc;
	/* So that a failed buffer can only mean out of memory. */
	if (strlen(said->key_id) + strlen(said->secret_key) +
		strlen(said->token) >
	    CREDENTIAL_MAX_BODY - 256)
		return err_set(e, ERR_UPSTREAM,
		    "these credentials are longer than the %d bytes that SDKs "
		    "take",
		    CREDENTIAL_MAX_BODY - 256);
	credential_time(said->expires - said->ahead, expires);
	buf_addc(&b, '{');
	add_member(
	    &b, "AccessKeyId", said->key_id, &c->key_id.at, &c->key_id.len);
	buf_addc(&b, ',');
	add_member(&b, "SecretAccessKey", said->secret_key, &c->secret_key.at,
	    &c->secret_key.len);
	buf_addc(&b, ',');
	add_member(&b, "Token", said->token, &c->token.at, &c->token.len);
	buf_addc(&b, ',');
	add_member(&b, "Expiration", expires, &p.at, &p.len);
	buf_addc(&b, '}');
	rc = b.failed ? ERR_NOMEM : secret_new(&c->body, slab, b.data, b.len);
	buf_release(&b);
	if (rc < 0) {
		memset(c, 0, sizeof(*c));
		return err_set(e, ERR_NOMEM,
		    "the broker has no memory for more credentials");
	}
	c->expires = said->expires - said->ahead;
	c->life = c->expires - now;
	c->ahead = said->ahead;
	c->no_cache = said->no_cache != 0;
	return 0;
}

int credential_copy(struct credential *to, const struct credential *from,
    struct slab *slab, struct err *e)
{
	*to = *from;
	to->body = NULL;
	if (secret_new(&to->body, slab, secret_bytes(from->body),
		secret_len(from->body)) == 0)
		return 0;
	memset(to, 0, sizeof(*to));
	return err_set(
	    e, ERR_NOMEM, "the broker has no memory for more credentials");
}

void credential_release(struct credential *c)
{
	secret_free(c->body);
	memset(c, 0, sizeof(*c));
}

const char *credential_text(
    const struct credential *c, const struct credential_part *part)
{
	return (const char *)secret_bytes(c->body) + part->at;
}

int credential_same(const struct credential *a, const struct credential *b)
{
	return a->body && b->body && a->key_id.len == b->key_id.len &&
	       bytes_equal(credential_text(a, &a->key_id),
		   credential_text(b, &b->key_id), a->key_id.len);
}

int credential_valid(const struct credential *c, int64_t now)
{
	return c->body && c->expires >= now + CREDENTIAL_LEFT;
}

int64_t credential_renew_at(const struct credential *c)
{
	return renew_time_renew_at(c->expires, c->life);
}

/* --- times */

void credential_time(int64_t t, char out[CREDENTIAL_TIME])
{
	time_t s = (time_t)(t < 0 ? 0 : t > last_second ? last_second : t);
	struct tm tm;

	if (!gmtime_r(&s, &tm) ||
	    !strftime(out, CREDENTIAL_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm))
		(void)snprintf(out, CREDENTIAL_TIME, "1970-01-01T00:00:00Z");
}

struct scan {
	const char *s, *end;
	int bad;
};

static int64_t digits(struct scan *in, int n, int64_t min, int64_t max)
{
	int64_t v = 0;

	for (; n > 0; n--, in->s++) {
		if (in->s >= in->end || *in->s < '0' || *in->s > '9') {
			in->bad = 1;
			return min;
		}
		v = v * 10 + (*in->s - '0');
	}
	in->bad |= v < min || v > max;
	return v;
}

/* The next byte if it is one of these, else 0. */
static char one_of(struct scan *in, const char *these)
{
	if (in->s >= in->end || !*in->s || !strchr(these, *in->s))
		return 0;
	return *in->s++;
}

static void need(struct scan *in, const char *these)
{
	if (!one_of(in, these))
		in->bad = 1;
}

static int64_t days_of(int64_t y, int64_t m)
{
	static const int64_t days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap);
}

/* Days from 1970-01-01 to a Gregorian date.  Counts years from March, so that
 * the leap day comes last. */
static int64_t days_to(int64_t y, int64_t m, int64_t d)
{
	int64_t from_march = (m + 9) % 12;

	y -= m <= 2;
	/* Avoids negative numbers for year 0. */
	y += 400;
	return y * 365 + y / 4 - y / 100 + y / 400 +
	       (from_march * 153 + 2) / 5 + d - 1 - 719468 - 146097;
}

static int64_t scan_date(struct scan *in)
{
	int64_t y, m, d;

	y = digits(in, 4, 0, 9999);
	need(in, "-");
	m = digits(in, 2, 1, 12);
	need(in, "-");
	d = digits(in, 2, 1, 31);
	if (in->bad)
		return 0;
	in->bad = d > days_of(y, m);
	return days_to(y, m, d) * DAY;
}

/* The 60th second is a leap second (RFC 3339, section 5.7). */
static int64_t scan_clock(struct scan *in)
{
	int64_t t = digits(in, 2, 0, 23) * HOUR;

	need(in, ":");
	t += digits(in, 2, 0, 59) * MINUTE;
	need(in, ":");
	t += digits(in, 2, 0, 60);
	if (one_of(in, ".")) {
		(void)digits(in, 1, 0, 9);
		while (one_of(in, "0123456789"))
			;
	}
	return t;
}

static int64_t scan_offset(struct scan *in)
{
	int64_t t;
	char sign;

	if (one_of(in, "Zz"))
		return 0;
	sign = one_of(in, "+-");
	in->bad |= !sign;
	t = digits(in, 2, 0, 23) * HOUR;
	need(in, ":");
	t += digits(in, 2, 0, 59) * MINUTE;
	return sign == '-' ? -t : t;
}

int credential_parse_time(const char *text, size_t len, int64_t *t)
{
	struct scan in = {text, text + len, 0};
	int64_t day, clock, offset;

	day = scan_date(&in);
	need(&in, "Tt");
	clock = scan_clock(&in);
	offset = scan_offset(&in);
	if (in.bad || in.s != in.end)
		return ERR_FORMAT;
	*t = day + clock - offset;
	return 0;
}
