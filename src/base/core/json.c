#include "base/core/json.h"

#include <stdlib.h>
#include <string.h>

/* jsmn accepts much invalid JSON even in strict mode, so the text is checked
 * first.  Strict mode stays off because it refuses a document that is a lone
 * number. */
#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "base/core/bytes.h"
#include "base/core/jsoncheck.h"

struct json_value {
	const char *key; /* of a member of an object, else NULL */
	uint32_t key_len, key_at;
	enum json_kind kind;
	uint32_t count; /* of children */
	union {
		struct {
			const char *text;
			size_t len;
		} str;
		const struct json_value *child;
		struct {
			int64_t n;
			int is_int;
		} num;
		int truth;
	} u;
};

/* One block: this, the values, the string bytes.  The children of a value are
 * adjacent. */
struct json {
	size_t size;
	struct json_value v[];
};

/* Enough for a typical .mairu.json without allocating. */
enum {
	SMALL = 64
};

static int fault(
    struct err *e, int code, const char *text, size_t at, const char *why)
{
	unsigned long line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if ((text[i] & 0xc0) != 0x80) {
			column++; /* characters, not bytes */
		}
	}
	return err_set(e, (enum err_code)code, "line %lu, column %lu: %s", line,
	    column, why);
}

/* --- strings and numbers */

static uint32_t hex4(const char *s)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		uint32_t c = (unsigned char)s[i];

		v = v << 4 | ((c & 0xf) + 9 * (c >> 6));
	}
	return v;
}

static char *put_utf8(char *out, uint32_t cp)
{
	static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	int n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (int i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	out[0] = (char)(lead[n] | cp);
	return out + n;
}

/* Decodes one valid escape sequence; returns what follows it. */
static const char *take_escape(const char *s, char **out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	uint32_t cp;

	if (s[1] != 'u') {
		char c = s[1];
		const char *p = strchr(from, c);

		if (p)
			c = to[p - from];
		*(*out)++ = c;
		return s + 2;
	}
	cp = hex4(s + 2);
	s += 6;
	if (cp >= 0xd800 && cp <= 0xdbff) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (hex4(s + 2) - 0xdc00);
		s += 6;
	}
	*out = put_utf8(*out, cp);
	return s;
}

/* Unescapes into the arena and advances it past the NUL.  An escape is never
 * shorter than its character, and the quotes pay for the NUL, so all strings
 * fit in the length of the text. */
static const char *unescape(
    const char *s, const char *end, char **arena, size_t *len)
{
	char *start = *arena, *out = start;

	while (s < end) {
		if (*s == '\\')
			s = take_escape(s, &out);
		else
			*out++ = *s++;
	}
	*len = (size_t)(out - start);
	*out++ = '\0';
	*arena = out;
	return start;
}

static void set_number(struct json_value *v, const char *s, const char *end)
{
	int negative = s < end && *s == '-';
	uint64_t most = (uint64_t)INT64_MAX + (uint64_t)negative, n = 0;

	for (s += negative; s < end; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (*s < '0' || *s > '9' || n > (most - digit) / 10)
			return;
		n = n * 10 + digit;
	}
	if (!negative)
		v->u.num.n = (int64_t)n;
	else
		v->u.num.n = n ? -(int64_t)(n - 1) - 1 : 0;
	v->u.num.is_int = 1;
}

/* --- the document */

struct builder {
	const char *text;
	char *arena;
	struct json_value *next; /* the first unused one */
};

/* Fills *v from a token, and reserves its children. */
static void set_value(
    struct builder *b, struct json_value *v, const jsmntok_t *t)
{
	const char *s = b->text + t->start, *end = b->text + t->end;

	switch (t->type) {
	case JSMN_OBJECT:
	case JSMN_ARRAY:
		v->kind = t->type == JSMN_OBJECT ? JSON_OBJECT : JSON_ARRAY;
		v->count = (uint32_t)t->size;
		v->u.child = b->next;
		b->next += t->size;
		return;
	case JSMN_STRING:
		v->kind = JSON_STRING;
		v->u.str.text = unescape(s, end, &b->arena, &v->u.str.len);
		return;
	default:
		break;
	}
	switch (*s) {
	case 'n':
		v->kind = JSON_NULL;
		return;
	case 't':
	case 'f':
		v->kind = JSON_BOOL;
		v->u.truth = *s == 't';
		return;
	default:
		v->kind = JSON_NUMBER;
		set_number(v, s, end);
	}
}

static void set_key(struct builder *b, struct json_value *v, const jsmntok_t *t)
{
	size_t len;

	v->key =
	    unescape(b->text + t->start, b->text + t->end, &b->arena, &len);
	v->key_len = (uint32_t)len;
	v->key_at = (uint32_t)t->start - 1;
}

/* Tokens are in text order, so a stack of open containers gives each one's
 * parent. */
static void build(struct builder *b, const jsmntok_t *t)
{
	struct {
		struct json_value *next, *end;
		int keyed;
	} open[JSON_MAX_DEPTH];
	struct json_value *v = b->next++;
	size_t depth = 0, i = 0;

	for (;;) {
		set_value(b, v, &t[i++]);
		if (v->kind == JSON_ARRAY || v->kind == JSON_OBJECT) {
			open[depth].next = b->next - v->count;
			open[depth].end = b->next;
			open[depth].keyed = v->kind == JSON_OBJECT;
			depth++;
		}
		while (depth && open[depth - 1].next == open[depth - 1].end)
			depth--;
		if (!depth)
			return;
		v = open[depth - 1].next++;
		if (open[depth - 1].keyed)
			set_key(b, v, &t[i++]);
	}
}

/* --- duplicate keys */

static int by_key(const void *a, const void *b)
{
	const struct json_value *x = *(const struct json_value *const *)a;
	const struct json_value *y = *(const struct json_value *const *)b;
	int order;

	if (x->key_len != y->key_len)
		return x->key_len < y->key_len ? -1 : 1;
	order = memcmp(x->key, y->key, x->key_len);
	if (order)
		return order;
	return (x->key_at > y->key_at) - (x->key_at < y->key_at);
}

/* Lowers *at to the offset of the first duplicate key in obj.  Sorting avoids
 * 200 million comparisons for 20,000 keys. */
static int find_duplicate(const struct json_value *obj, size_t *at)
{
	const struct json_value *small[SMALL], **m = small;

	if (obj->count > SMALL)
		m = malloc(obj->count * sizeof(*m));
	if (!m)
		return ERR_NOMEM;
	for (size_t i = 0; i < obj->count; i++)
		m[i] = &obj->u.child[i];
	qsort(m, obj->count, sizeof(*m), by_key);
	for (size_t i = 1; i < obj->count; i++)
		if (m[i]->key_len == m[i - 1]->key_len &&
		    memcmp(m[i]->key, m[i - 1]->key, m[i]->key_len) == 0 &&
		    m[i]->key_at < *at)
			*at = m[i]->key_at;
	if (m != small)
		free(m);
	return 0;
}

static int refuse_duplicates(const struct json *doc, size_t values,
    const char *text, size_t len, struct err *e)
{
	size_t at = len;

	for (size_t i = 0; i < values; i++)
		if (doc->v[i].kind == JSON_OBJECT && doc->v[i].count > 1 &&
		    find_duplicate(&doc->v[i], &at))
			return err_set(e, ERR_NOMEM, "out of memory");
	if (at == len)
		return 0;
	return fault(
	    e, ERR_FORMAT, text, at, "a key that this object has already");
}

/* --- what the header has */

/* Builds the document of a valid text. */
static int make(struct json **doc, const char *text, size_t len,
    const struct jsoncheck *c, struct err *e)
{
	size_t tokens = c->values + c->keys;
	size_t size = sizeof(struct json) +
		      c->values * sizeof(struct json_value) + len + 1;
	jsmntok_t small[SMALL] = {0}, *t = small;
	struct json *d = NULL;
	jsmn_parser parser;
	struct builder b;
	int rc;

	if (tokens > SMALL)
		t = calloc(tokens, sizeof(*t));
	d = calloc(1, size);
	if (!t || !d) {
		rc = err_set(e, ERR_NOMEM, "out of memory");
		goto out;
	}
	d->size = size;
	jsmn_init(&parser);
	rc = jsmn_parse(&parser, text, len, t, (unsigned)tokens);
	if (rc < 0 || (size_t)rc != tokens) {
		rc = fault(e, ERR_FORMAT, text, 0, "this is no JSON");
		goto out;
	}
	b.text = text;
	b.next = d->v;
	b.arena = (char *)(d->v + c->values);
	build(&b, t);
	rc = refuse_duplicates(d, c->values, text, len, e);
	if (!rc) {
		*doc = d;
		d = NULL;
	}
out:
	if (t != small)
		free(t);
	json_free(d);
	return rc;
}

int json_parse(struct json **doc, const void *text, size_t len, struct err *e)
{
	struct jsoncheck c;
	int rc;

	*doc = NULL;
	if (len > JSON_MAX_BYTES)
		return fault(e, ERR_LIMIT, text, JSON_MAX_BYTES,
		    "larger than the mebibyte that is allowed");
	rc = jsoncheck(text, len, &c);
	if (rc)
		return fault(e, rc, text, c.at, c.why);
	return make(doc, text, len, &c, e);
}

void json_free(struct json *doc)
{
	if (doc)
		bytes_wipe(doc, doc->size);
	free(doc);
}

const struct json_value *json_root(const struct json *doc)
{
	return doc ? doc->v : NULL;
}

enum json_kind json_kind(const struct json_value *v)
{
	return v ? v->kind : JSON_NULL;
}

const char *json_kind_name(enum json_kind kind)
{
	switch (kind) {
	case JSON_NULL:
		return "null";
	case JSON_BOOL:
		return "true or false";
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a string";
	case JSON_ARRAY:
		return "an array";
	case JSON_OBJECT:
		return "an object";
	}
	return "nothing";
}

const struct json_value *json_get(const struct json_value *v, const char *key)
{
	size_t len = strlen(key);

	if (!v || v->kind != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < v->count; i++) {
		const struct json_value *m = &v->u.child[i];

		if (m->key_len == len && memcmp(m->key, key, len) == 0)
			return m;
	}
	return NULL;
}

size_t json_count(const struct json_value *v)
{
	return v ? v->count : 0;
}

const struct json_value *json_at(const struct json_value *v, size_t i)
{
	return i < json_count(v) ? &v->u.child[i] : NULL;
}

const char *json_key_at(const struct json_value *v, size_t i)
{
	const struct json_value *m = json_at(v, i);

	return m ? m->key : NULL;
}

const char *json_str(const struct json_value *v, size_t *len)
{
	if (!v || v->kind != JSON_STRING)
		return NULL;
	if (len)
		*len = v->u.str.len;
	return v->u.str.text;
}

int json_bool(const struct json_value *v)
{
	return v && v->kind == JSON_BOOL ? v->u.truth : -1;
}

int json_int(const struct json_value *v, int64_t *value)
{
	if (!v || v->kind != JSON_NUMBER || !v->u.num.is_int)
		return ERR_FORMAT;
	*value = v->u.num.n;
	return 0;
}
