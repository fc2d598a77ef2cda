/*
 * Whatever bytes come: the reader must not stumble over them, and what it
 * accepts must come back equal after the writer wrote it, compact and pretty.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/json.h"
#include "base/core/jsonout.h"
#include "base/core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			(void)fprintf(stderr, "not so: %s\n", #what);          \
			abort();                                               \
		}                                                              \
	} while (0)

static void check_string(const char *s, size_t len)
{
	CHECK(s != NULL);
	CHECK(strlen(s) == len);
	CHECK(text_utf8(s, len));
}

/* The writer has no numbers but integers: others become a string, which must
 * come back as well. */
static void write_number(struct jsonout *o, const struct json_value *v)
{
	int64_t n;

	if (json_int(v, &n) == 0)
		jsonout_int(o, n);
	else
		jsonout_str(o, "no integer");
}

static void write_value(struct jsonout *o, const struct json_value *v)
{
	enum json_kind kind = json_kind(v);
	const char *s;
	size_t len;

	switch (kind) {
	case JSON_NULL:
		jsonout_null(o);
		return;
	case JSON_BOOL:
		CHECK(json_bool(v) == 0 || json_bool(v) == 1);
		jsonout_bool(o, json_bool(v));
		return;
	case JSON_NUMBER:
		write_number(o, v);
		return;
	case JSON_STRING:
		s = json_str(v, &len);
		check_string(s, len);
		jsonout_strn(o, s, len);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	/* JSON_MAX_DEPTH bounds the recursion. */
	jsonout_begin(o, kind == JSON_OBJECT ? '{' : '[');
	for (size_t i = 0; i < json_count(v); i++) {
		const char *key = json_key_at(v, i);

		CHECK((key != NULL) == (kind == JSON_OBJECT));
		if (key) {
			check_string(key, strlen(key));
			if (i < 100)
				CHECK(json_get(v, key) == json_at(v, i));
			jsonout_key(o, key);
		}
		write_value(o, json_at(v, i));
	}
	CHECK(json_at(v, json_count(v)) == NULL);
	jsonout_end(o, kind == JSON_OBJECT ? '}' : ']');
}

static void check_equal(const struct json_value *a, const struct json_value *b)
{
	int64_t n, m = 0;
	const char *s, *t;
	size_t len, other;

	if (json_kind(a) == JSON_NUMBER && json_int(a, &n)) {
		CHECK(json_kind(b) == JSON_STRING);
		return;
	}
	CHECK(json_kind(a) == json_kind(b));
	CHECK(json_bool(a) == json_bool(b));
	if (json_int(a, &n) == 0)
		CHECK(json_int(b, &m) == 0 && n == m);
	s = json_str(a, &len);
	t = json_str(b, &other);
	if (s)
		CHECK(t && len == other && memcmp(s, t, len) == 0);
	CHECK(json_count(a) == json_count(b));
	for (size_t i = 0; i < json_count(a); i++) {
		s = json_key_at(a, i);
		t = json_key_at(b, i);
		CHECK((!s && !t) || (s && t && strcmp(s, t) == 0));
		check_equal(json_at(a, i), json_at(b, i));
	}
}

static void there_and_back(const struct json *doc, int pretty)
{
	/* A character grows at most from 1 byte to 6, a line by its indent. */
	struct buf b = BUF_INIT((size_t)16 << 20);
	struct json *again = NULL;
	struct jsonout o;
	struct err e;

	jsonout_init(&o, &b, pretty);
	write_value(&o, json_root(doc));
	CHECK(!b.failed);
	if (b.len <= JSON_MAX_BYTES) {
		if (json_parse(&again, b.data, b.len, &e)) {
			(void)fprintf(stderr, "%s\n%s\n", e.msg, buf_str(&b));
			abort();
		}
		check_equal(json_root(doc), json_root(again));
	}
	json_free(again);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *doc = NULL;
	struct err e = {0};
	int rc;

	rc = json_parse(&doc, data, size, &e);
	if (rc) {
		CHECK(doc == NULL);
		CHECK((int)e.code == rc);
		CHECK(strncmp(e.msg, "line ", 5) == 0 || rc == ERR_NOMEM);
		return 0;
	}
	there_and_back(doc, 0);
	there_and_back(doc, 1);
	json_free(doc);
	return 0;
}
