#include "net/aws/sigv4.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "base/core/url.h"

enum {
	HEX = 2 * HASH_SHA256,
	DATE = 8,
	MAX_SEGMENTS = 128,
};

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* --- encoding */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Does not encode twice what is already encoded. */
static void encode_again(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '%' && i + 2 < len && digit(s[i + 1]) >= 0 &&
		    digit(s[i + 2]) >= 0) {
			c = (char)(digit(s[i + 1]) << 4 | digit(s[i + 2]));
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		url_encode(out, &c, 1, "");
	}
}

static void add_hex(struct buf *out, const unsigned char hash[HASH_SHA256])
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < HASH_SHA256; i++) {
		buf_addc(out, hex[hash[i] >> 4]);
		buf_addc(out, hex[hash[i] & 15]);
	}
}

static void add_hash(struct buf *out, const void *data, size_t len)
{
	const struct hash_part part = {data, len};
	unsigned char hash[HASH_SHA256];

	hash_sha256(&part, 1, hash);
	add_hex(out, hash);
}

/* --- the path: RFC 3986, section 5.2.4, and no empty segments */

static int add_path(struct buf *out, const char *path, struct err *e)
{
	struct {
		const char *at;
		size_t len;
	} segment[MAX_SEGMENTS];
	size_t n = 0, len = 0;
	const char *p;

	for (p = path; *p; p += len + (p[len] == '/')) {
		len = strcspn(p, "/");
		if (len == 0 || (len == 1 && p[0] == '.'))
			continue;
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			n -= n > 0;
			continue;
		}
		if (n == MAX_SEGMENTS)
			return err_set(e, ERR_LIMIT,
			    "the path of a request that is to be signed is "
			    "too long");
		segment[n].at = p;
		segment[n++].len = len;
	}
	for (size_t i = 0; i < n; i++) {
		buf_addc(out, '/');
		url_encode(out, segment[i].at, segment[i].len, "");
	}
	if (n == 0 || (p > path && p[-1] == '/'))
		buf_addc(out, '/');
	return 0;
}

/* --- the query: sorted by encoded name, then by value */

struct parameter {
	size_t name, name_len, value, value_len; /* in the encoded text */
	const unsigned char *text;
};

static int compare_bytes(
    const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	int rc = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return rc ? rc : (a_len > b_len) - (a_len < b_len);
}

static int compare_parameters(const void *left, const void *right)
{
	const struct parameter *a = left, *b = right;
	int rc = compare_bytes(
	    a->text + a->name, a->name_len, b->text + b->name, b->name_len);

	return rc ? rc
		  : compare_bytes(a->text + a->value, a->value_len,
			b->text + b->value, b->value_len);
}

static int split_query(
    const char *query, struct buf *text, struct parameter *at, size_t *n)
{
	size_t len = 0;

	for (const char *p = query; *p; p += len + (p[len] == '&')) {
		size_t name;

		len = strcspn(p, "&");
		if (len == 0)
			continue;
		if (*n == SIGV4_MAX_PARAMETERS)
			return ERR_LIMIT;
		name = strcspn(p, "=&");
		at[*n].name = text->len;
		encode_again(text, p, name);
		at[*n].name_len = text->len - at[*n].name;
		at[*n].value = text->len;
		if (name < len)
			encode_again(text, p + name + 1, len - name - 1);
		at[*n].value_len = text->len - at[*n].value;
		++*n;
	}
	return 0;
}

static int add_query(struct buf *out, const char *query, struct err *e)
{
	struct buf text = BUF_INIT(SIGV4_MAX_TEXT);
	struct parameter at[SIGV4_MAX_PARAMETERS];
	size_t n = 0;
	int rc = split_query(query, &text, at, &n);

	for (size_t i = 0; i < n; i++)
		at[i].text = text.data;
	if (n > 1 && text.data)
		qsort(at, n, sizeof(at[0]), compare_parameters);
	for (size_t i = 0; i < n && !text.failed; i++) {
		buf_adds(out, i ? "&" : "");
		buf_add(out, text.data + at[i].name, at[i].name_len);
		buf_addc(out, '=');
		buf_add(out, text.data + at[i].value, at[i].value_len);
	}
	out->failed |= text.failed;
	buf_release(&text);
	return rc < 0 ? err_set(e, ERR_LIMIT,
			    "a request that is to be signed has too many "
			    "parameters")
		      : 0;
}

/* --- the headers: stable sort by name */

struct sorted {
	const struct sigv4_header *at;
	size_t order;
};

static int compare_headers(const void *left, const void *right)
{
	const struct sorted *a = left, *b = right;
	int rc = strcasecmp(a->at->name, b->at->name);

	return rc ? rc : (a->order > b->order) - (a->order < b->order);
}

static void add_name(struct buf *out, const char *name)
{
	for (; *name; name++)
		buf_addc(out, (char)(*name >= 'A' && *name <= 'Z' ? *name | 0x20
								  : *name));
}

/* Trims it, and turns runs of blanks into one space. */
static void add_value(struct buf *out, const char *value)
{
	size_t start = out->len;

	for (; *value; value++) {
		if (!is_blank(*value))
			buf_addc(out, *value);
		else if (out->len > start && value[1] && !is_blank(value[1]))
			buf_addc(out, ' ');
	}
}

static size_t sort_headers(
    const struct sigv4_request *r, struct sorted sorted[SIGV4_MAX_HEADERS])
{
	for (size_t i = 0; i < r->n_headers; i++)
		sorted[i] = (struct sorted){&r->headers[i], i};
	qsort(sorted, r->n_headers, sizeof(sorted[0]), compare_headers);
	return r->n_headers;
}

static int same_name(const struct sorted *sorted, size_t i)
{
	return i > 0 &&
	       strcasecmp(sorted[i].at->name, sorted[i - 1].at->name) == 0;
}

static void add_headers(struct buf *out, const struct sorted *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (same_name(sorted, i)) {
			buf_addc(out, ',');
		} else {
			buf_adds(out, i ? "\n" : "");
			add_name(out, sorted[i].at->name);
			buf_addc(out, ':');
		}
		add_value(out, sorted[i].at->value);
	}
	buf_addc(out, '\n');
}

static void add_names(struct buf *out, const struct sorted *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (same_name(sorted, i))
			continue;
		buf_adds(out, i ? ";" : "");
		add_name(out, sorted[i].at->name);
	}
}

/* --- the steps */

static int too_long(const struct buf *b, struct err *e)
{
	if (b->failed)
		return err_set(e, ERR_NOMEM,
		    "a request that is to be signed is too long, or the "
		    "broker is out of memory");
	return 0;
}

int sigv4_canonical(
    const struct sigv4_request *r, struct buf *out, struct err *e)
{
	struct sorted sorted[SIGV4_MAX_HEADERS];
	size_t n;
	int rc;

	if (r->n_headers > SIGV4_MAX_HEADERS)
		return err_set(e, ERR_LIMIT,
		    "a request that is to be signed has too many headers");
	n = sort_headers(r, sorted);
	buf_adds(out, r->method);
	buf_addc(out, '\n');
	rc = add_path(out, r->path, e);
	buf_addc(out, '\n');
	if (rc == 0)
		rc = add_query(out, r->query, e);
	buf_addc(out, '\n');
	add_headers(out, sorted, n);
	buf_addc(out, '\n');
	add_names(out, sorted, n);
	buf_addc(out, '\n');
	add_hash(out, r->body, r->body_len);
	return rc < 0 ? rc : too_long(out, e);
}

void sigv4_time(int64_t now, char out[SIGV4_TIME])
{
	time_t t = (time_t)now;
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	memset(out, 0, SIGV4_TIME);
	(void)gmtime_r(&t, &tm);
	if (strftime(out, SIGV4_TIME, "%Y%m%dT%H%M%SZ", &tm) == 0)
		out[0] = '\0';
}

static void add_scope(
    struct buf *out, const struct sigv4_scope *scope, const char *time)
{
	buf_add(out, time, DATE);
	buf_addf(out, "/%s/%s/aws4_request", scope->region, scope->service);
}

void sigv4_string(const struct sigv4_scope *scope, const void *canonical,
    size_t len, struct buf *out)
{
	char time[SIGV4_TIME];

	sigv4_time(scope->now, time);
	buf_addf(out, "AWS4-HMAC-SHA256\n%s\n", time);
	add_scope(out, scope, time);
	buf_addc(out, '\n');
	add_hash(out, canonical, len);
}

static void turn(unsigned char key[HASH_SHA256], const char *text, size_t len)
{
	const struct hash_part part = {text, len};
	unsigned char next[HASH_SHA256];

	hash_hmac(key, HASH_SHA256, &part, 1, next);
	memcpy(key, next, sizeof(next));
	bytes_wipe(next, sizeof(next));
}

static void sign(const struct sigv4_scope *scope, const struct buf *string,
    const char *secret_key, size_t secret_len, struct buf *out)
{
	struct buf first = BUF_INIT(4 + secret_len);
	const struct hash_part date = {string->data + 17, DATE};
	unsigned char key[HASH_SHA256];

	buf_adds(&first, "AWS4");
	buf_add(&first, secret_key, secret_len);
	if (first.failed || string->failed) {
		out->failed = 1;
		buf_release(&first);
		return;
	}
	hash_hmac(first.data, first.len, &date, 1, key);
	turn(key, scope->region, strlen(scope->region));
	turn(key, scope->service, strlen(scope->service));
	turn(key, "aws4_request", 12);
	turn(key, (const char *)string->data, string->len);
	add_hex(out, key);
	bytes_wipe(key, sizeof(key));
	buf_release(&first);
}

int sigv4_authorization(const struct sigv4_request *r,
    const struct sigv4_scope *scope, const char *key_id, const char *secret_key,
    size_t secret_len, struct buf *out, struct err *e)
{
	struct buf canonical = BUF_INIT(SIGV4_MAX_TEXT);
	struct buf string = BUF_INIT(1024);
	struct sorted sorted[SIGV4_MAX_HEADERS];
	char time[SIGV4_TIME];
	int rc = sigv4_canonical(r, &canonical, e);

	if (rc == 0) {
		sigv4_string(scope, canonical.data, canonical.len, &string);
		sigv4_time(scope->now, time);
		buf_addf(out, "AWS4-HMAC-SHA256 Credential=%s/", key_id);
		add_scope(out, scope, time);
		buf_adds(out, ", SignedHeaders=");
		add_names(out, sorted, sort_headers(r, sorted));
		buf_adds(out, ", Signature=");
		sign(scope, &string, secret_key, secret_len, out);
		rc = too_long(out, e);
	}
	buf_release(&canonical);
	buf_release(&string);
	return rc;
}
