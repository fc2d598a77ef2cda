#include "base/config/intake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"

void intake_init(struct intake *in)
{
	fault_init(&in->faults);
	in->nomem = 0;
}

int intake_end(struct intake *in, const char *path, struct err *e)
{
	int r = fault_end(&in->faults, path, e);

	if (r == 0 && in->nomem)
		r = err_set(e, ERR_NOMEM, "out of memory");
	return r;
}

/* An invisible byte order mark deserves a better message than "unexpected
 * byte". */
static const char *mark_fault(const void *text, size_t len)
{
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return "begins with a byte order mark: save it as UTF-8 "
		       "without BOM";
	if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 ||
			    memcmp(text, "\xfe\xff", 2) == 0))
		return "is UTF-16: save it as UTF-8 without BOM";
	return NULL;
}

int intake_json(struct json **doc, const char *path, const void *text,
    size_t len, struct err *e)
{
	const char *mark = mark_fault(text, len);
	char shown[FAULT_PATH];
	struct err why;
	int r;

	if (mark != NULL)
		return err_set(
		    e, ERR_FORMAT, "%s %s", fault_path(path, shown), mark);
	r = json_parse(doc, text == NULL ? "" : text, len, &why);
	if (r < 0)
		return err_set(
		    e, why.code, "%s: %s", fault_path(path, shown), why.msg);
	return 0;
}

const struct json_value *intake_member(
    const struct json_value *object, const char *key)
{
	const struct json_value *m = json_get(object, key);

	return m == NULL || json_kind(m) == JSON_NULL ? NULL : m;
}

const char *intake_label(
    char label[INTAKE_LABEL], const char *prefix, const char *key)
{
	(void)snprintf(label, INTAKE_LABEL, "%s%s%s", prefix,
	    prefix[0] != '\0' ? "." : "", key);
	return label;
}

static void add_found(struct buf *found, const struct json_value *v)
{
	size_t len;
	const char *s = json_str(v, &len);
	int64_t n;

	if (s != NULL && len == 0) {
		buf_adds(found, "an empty string");
	} else if (s != NULL) {
		buf_addc(found, '"');
		text_safe(found, s, len, 40);
		buf_addc(found, '"');
		if (len > 64)
			buf_addf(found, " (%zu bytes)", len);
	} else if (json_kind(v) == JSON_NUMBER && json_int(v, &n) == 0) {
		buf_addf(found, "%" PRId64, n);
	} else if (json_kind(v) == JSON_OBJECT || json_kind(v) == JSON_ARRAY) {
		buf_addf(found, "%s of %zu", json_kind_name(json_kind(v)),
		    json_count(v));
	} else {
		buf_adds(found, json_kind_name(json_kind(v)));
	}
}

void intake_wrong(struct intake *in, const char *label, const char *expected,
    const struct json_value *v)
{
	struct buf found = BUF_INIT(256);

	if (v == NULL) {
		fault_add(&in->faults, "\"%s\" is missing: expected %s", label,
		    expected);
		return;
	}
	add_found(&found, v);
	fault_add(&in->faults, "\"%s\": expected %s, found %s", label, expected,
	    buf_str(&found));
	buf_release(&found);
}

static void against(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule, const char *expected)
{
	if (v != NULL && rule->secret)
		fault_add(&in->faults, "\"%s\": expected %s", label, expected);
	else
		intake_wrong(in, label, expected, v);
}

const char *intake_text(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule, size_t *length)
{
	size_t len, i = 0;
	const char *s = json_str(v, &len);

	if (s != NULL && rule->allows != NULL)
		while (i < len && rule->allows(s[i]))
			i++;
	if (s == NULL || len < rule->min || len > rule->max ||
	    (rule->allows != NULL && i < len)) {
		against(in, v, label, rule, rule->expected);
		return NULL;
	}
	if (!fault_shows(s, len)) {
		against(in, v, label, rule,
		    "no control, invisible or reordering characters");
		return NULL;
	}
	if (length != NULL)
		*length = len;
	return s;
}

char *intake_string(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule)
{
	const char *s = intake_text(in, v, label, rule, NULL);

	return s == NULL ? NULL : intake_dup(in, s);
}

char *intake_optional(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule)
{
	return v == NULL ? NULL : intake_string(in, v, label, rule);
}

char *intake_checked(struct intake *in, const struct json_value *v,
    const char *label, int (*is)(const char *s, size_t len),
    const char *expected)
{
	size_t len = 0;
	const char *s = json_str(v, &len);

	if (v == NULL)
		return NULL;
	if (s != NULL && is(s, len))
		return intake_dup(in, s);
	intake_wrong(in, label, expected, v);
	return NULL;
}

void intake_int(struct intake *in, const struct json_value *v,
    const char *label, int min, int max, int *n)
{
	char expected[64];
	int64_t found;

	if (v == NULL)
		return;
	if (json_kind(v) == JSON_NUMBER && json_int(v, &found) == 0 &&
	    found >= min && found <= max) {
		*n = (int)found;
		return;
	}
	(void)snprintf(
	    expected, sizeof(expected), "an integer from %d to %d", min, max);
	intake_wrong(in, label, expected, v);
}

void intake_flag(
    struct intake *in, const struct json_value *v, const char *label, int *flag)
{
	if (v == NULL)
		return;
	if (json_kind(v) == JSON_BOOL)
		*flag = json_bool(v);
	else
		intake_wrong(in, label, "true or false", v);
}

char *intake_dup(struct intake *in, const char *s)
{
	char *copy = strdup(s);

	if (copy == NULL)
		in->nomem = 1;
	return copy;
}

void intake_unknown(struct intake *in, const struct json_value *object,
    const char *prefix, const char *const *known, char **names, size_t *n,
    size_t max)
{
	for (size_t i = 0; i < json_count(object); i++) {
		const char *key = json_key_at(object, i);
		struct buf shown = BUF_INIT(512);
		const char *const *k = known;

		while (*k != NULL && strcmp(*k, key) != 0)
			k++;
		if (*k != NULL || *n == max)
			continue;
		buf_addf(&shown, "%s%s", prefix, prefix[0] != '\0' ? "." : "");
		text_safe(&shown, key, strlen(key), 64);
		in->nomem |= shown.failed;
		names[*n] = intake_dup(in, buf_str(&shown));
		*n += names[*n] != NULL;
		buf_release(&shown);
	}
}
