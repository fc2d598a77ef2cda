#include "base/config/hop.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"

/* GCC 12 reports strings stored through a pointer as leaks; LeakSanitizer finds
 * none. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* --- what the service takes */

static int in_name(char c)
{
	return text_has(c, "_+=,.@-");
}

static int in_external_id(char c)
{
	return text_has(c, "_+=,.@:/-");
}

/* Includes letters, digits and spaces of any script. */
static int in_tag(char c)
{
	return (unsigned char)c >= 0x80 || text_has(c, "_ .:/=+-@");
}

static const struct intake_rule arn_rule = {
    20, 2048, NULL, "the ARN of a role (20 to 2048 bytes)", 0};
static const struct intake_rule external_id_rule = {
    2, 1224, in_external_id, "2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -", 0};
static const struct intake_rule name_rule = {
    2, 64, in_name, "2 to 64 of A-Z a-z 0-9 _ + = , . @ -", 0};
static const struct intake_rule policy_rule = {
    1, 2048, NULL, "a policy as a string of JSON (1 to 2048 bytes)", 0};
static const struct intake_rule policy_arn_rule = {
    20, 2048, NULL, "the ARN of a policy (20 to 2048 bytes)", 0};
static const struct intake_rule tag_key_rule = {
    1, 128, in_tag, "1 to 128 letters, digits, spaces and _ . : / = + - @", 0};
static const struct intake_rule tag_value_rule = {
    0, 256, in_tag, "up to 256 letters, digits, spaces and _ . : / = + - @", 0};

/* --- reading */

/* Room for n; NULL also when there are none. */
static void *room(struct intake *in, size_t n, size_t size)
{
	void *p = n == 0 ? NULL : calloc(n, size);

	in->nomem |= n > 0 && p == NULL;
	return p;
}

static void take_list(struct intake *in, const struct json_value *v,
    const char *label, const struct intake_rule *rule, const char *expected,
    size_t max, char ***out, size_t *n)
{
	char **list;

	if (v == NULL)
		return;
	if (json_kind(v) != JSON_ARRAY || json_count(v) > max) {
		intake_wrong(in, label, expected, v);
		return;
	}
	*out = list = room(in, json_count(v), sizeof(*list));
	for (size_t i = 0; list != NULL && i < json_count(v); i++) {
		list[*n] = intake_string(in, json_at(v, i), label, rule);
		*n += list[*n] != NULL;
	}
}

/* An invalid key is reported like an invalid value. */
static void take_tag(struct intake *in, const struct json_value *v,
    const char *key, const char *label, struct hop *h)
{
	struct hop_tag *tag = &h->tags[h->n_tags];
	size_t len = strlen(key), i = 0;

	while (i < len && in_tag(key[i]))
		i++;
	if (i < len || len < tag_key_rule.min || len > tag_key_rule.max ||
	    !fault_shows(key, len)) {
		fault_add(&in->faults, "\"%s\": expected keys of %s", label,
		    tag_key_rule.expected);
		return;
	}
	tag->value = intake_string(in, v, label, &tag_value_rule);
	tag->key = tag->value == NULL ? NULL : intake_dup(in, key);
	if (tag->key == NULL) {
		free(tag->value);
		tag->value = NULL;
		return;
	}
	h->n_tags++;
}

static void take_tags(struct intake *in, const struct json_value *v,
    const char *label, struct hop *h)
{
	if (v == NULL)
		return;
	if (json_kind(v) != JSON_OBJECT || json_count(v) > HOP_MAX_TAGS) {
		intake_wrong(
		    in, label, "an object of up to 50 names and values", v);
		return;
	}
	h->tags = room(in, json_count(v), sizeof(*h->tags));
	for (size_t i = 0; h->tags != NULL && i < json_count(v); i++)
		take_tag(in, json_at(v, i), json_key_at(v, i), label, h);
}

static void take_lists(struct intake *in, const struct json_value *v,
    const char *name, struct hop *h)
{
	char label[INTAKE_LABEL];

	take_list(in, intake_member(v, "policy_arns"),
	    intake_label(label, name, "policy_arns"), &policy_arn_rule,
	    "an array of up to 10 ARNs of policies", HOP_MAX_POLICIES,
	    &h->policy_arns, &h->n_policy_arns);
	take_tags(
	    in, intake_member(v, "tags"), intake_label(label, name, "tags"), h);
	take_list(in, intake_member(v, "transitive_tag_keys"),
	    intake_label(label, name, "transitive_tag_keys"), &tag_key_rule,
	    "an array of up to 50 names of tags", HOP_MAX_TAGS,
	    &h->transitive_tag_keys, &h->n_transitive_tag_keys);
}

static char *take_string(struct intake *in, const struct json_value *v,
    const char *name, const char *key, const struct intake_rule *rule)
{
	char label[INTAKE_LABEL];

	return intake_optional(
	    in, intake_member(v, key), intake_label(label, name, key), rule);
}

void hop_take(struct intake *in, const struct json_value *v, const char *name,
    struct hop *h, const struct hop_unknown *unknown)
{
	static const char *const known[] = {"role_arn", "external_id",
	    "role_session_name", "duration_seconds", "source_identity",
	    "policy", "policy_arns", "tags", "transitive_tag_keys", NULL};
	char label[INTAKE_LABEL];
	int seconds = 0;

	if (json_kind(v) != JSON_OBJECT) {
		intake_wrong(in, name, "an object with a \"role_arn\"", v);
		return;
	}
	h->role_arn = intake_string(in, json_get(v, "role_arn"),
	    intake_label(label, name, "role_arn"), &arn_rule);
	h->external_id =
	    take_string(in, v, name, "external_id", &external_id_rule);
	h->role_session_name =
	    take_string(in, v, name, "role_session_name", &name_rule);
	intake_int(in, intake_member(v, "duration_seconds"),
	    intake_label(label, name, "duration_seconds"), 900, 43200,
	    &seconds);
	h->duration_seconds = seconds;
	h->source_identity =
	    take_string(in, v, name, "source_identity", &name_rule);
	h->policy = take_string(in, v, name, "policy", &policy_rule);
	take_lists(in, v, name, h);
	intake_unknown(
	    in, v, name, known, unknown->names, unknown->n, unknown->max);
}

/* --- letting go */

static void free_list(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void hop_release(struct hop *h)
{
	free(h->role_arn);
	free(h->external_id);
	free(h->role_session_name);
	free(h->source_identity);
	free(h->policy);
	free_list(h->policy_arns, h->n_policy_arns);
	free_list(h->transitive_tag_keys, h->n_transitive_tag_keys);
	for (size_t i = 0; i < h->n_tags; i++) {
		free(h->tags[i].key);
		free(h->tags[i].value);
	}
	free(h->tags);
	memset(h, 0, sizeof(*h));
}

/* --- writing */

static void write_str(
    struct jsonout *o, const char *key, const char *value, int even_null)
{
	if (value == NULL && !even_null)
		return;
	jsonout_member(o, key, value);
}

static void write_list(
    struct jsonout *o, const char *key, char *const *list, size_t n)
{
	if (n == 0)
		return;
	jsonout_open(o, key, '[');
	for (size_t i = 0; i < n; i++)
		jsonout_str(o, list[i]);
	jsonout_end(o, ']');
}

static void write_tags(struct jsonout *o, const struct hop *h)
{
	if (h->n_tags == 0)
		return;
	jsonout_open(o, "tags", '{');
	for (size_t i = 0; i < h->n_tags; i++)
		write_str(o, h->tags[i].key, h->tags[i].value, 1);
	jsonout_end(o, '}');
}

void hop_write(struct jsonout *o, const struct hop *h, int as_011)
{
	jsonout_begin(o, '{');
	write_str(o, "role_arn", h->role_arn, 1);
	write_str(o, "external_id", h->external_id, as_011);
	write_str(o, "role_session_name", h->role_session_name, as_011);
	if (h->duration_seconds != 0 || as_011) {
		jsonout_key(o, "duration_seconds");
		if (h->duration_seconds != 0)
			jsonout_int(o, h->duration_seconds);
		else
			jsonout_null(o);
	}
	write_str(o, "source_identity", h->source_identity, 0);
	write_str(o, "policy", h->policy, 0);
	write_list(o, "policy_arns", h->policy_arns, h->n_policy_arns);
	write_tags(o, h);
	write_list(o, "transitive_tag_keys", h->transitive_tag_keys,
	    h->n_transitive_tag_keys);
	jsonout_end(o, '}');
}

/* --- describing */

struct description {
	struct buf *out;
	size_t max;	 /* columns of a value */
	int has_members; /* the parenthesis is open */
};

static void begin_member(struct description *d, const char *name)
{
	buf_adds(d->out, d->has_members ? ", " : " (");
	buf_adds(d->out, name);
	d->has_members = 1;
}

static void add_value(struct description *d, const char *s)
{
	text_value(d->out, s, strlen(s), d->max);
}

static void describe_str(
    struct description *d, const char *name, const char *value)
{
	if (value == NULL)
		return;
	begin_member(d, name);
	add_value(d, value);
}

static void describe_list(
    struct description *d, const char *name, char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		describe_str(d, name, list[i]);
}

static void describe_tags(struct description *d, const struct hop *h)
{
	for (size_t i = 0; i < h->n_tags; i++) {
		describe_str(d, "tag ", h->tags[i].key);
		buf_addc(d->out, '=');
		add_value(d, h->tags[i].value);
	}
}

void hop_describe(const struct hop *h, size_t max, struct buf *out)
{
	struct description d = {out, max, 0};

	add_value(&d, h->role_arn);
	describe_str(&d, "external id ", h->external_id);
	describe_str(&d, "session name ", h->role_session_name);
	if (h->duration_seconds != 0) {
		begin_member(&d, "");
		buf_addf(out, "%ld s", h->duration_seconds);
	}
	describe_str(&d, "source identity ", h->source_identity);
	describe_str(&d, "policy ", h->policy);
	describe_list(&d, "policy ", h->policy_arns, h->n_policy_arns);
	describe_tags(&d, h);
	describe_list(&d, "transitive tag ", h->transitive_tag_keys,
	    h->n_transitive_tag_keys);
	buf_adds(out, d.has_members ? ")" : "");
}

/* --- comparing */

static int same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int same_list(char *const *a, size_t n, char *const *b, size_t m)
{
	size_t i = 0;

	while (i < n && i < m && strcmp(a[i], b[i]) == 0)
		i++;
	return i == n && i == m;
}

static int same_tags(const struct hop *a, const struct hop *b)
{
	size_t i = 0;

	while (i < a->n_tags && i < b->n_tags &&
	       strcmp(a->tags[i].key, b->tags[i].key) == 0 &&
	       strcmp(a->tags[i].value, b->tags[i].value) == 0)
		i++;
	return i == a->n_tags && i == b->n_tags;
}

const char *hop_difference(const struct hop *a, const struct hop *b)
{
	if (!same(a->role_arn, b->role_arn))
		return "assume_role.role_arn";
	if (!same(a->external_id, b->external_id))
		return "assume_role.external_id";
	if (!same(a->role_session_name, b->role_session_name))
		return "assume_role.role_session_name";
	if (a->duration_seconds != b->duration_seconds)
		return "assume_role.duration_seconds";
	if (!same(a->source_identity, b->source_identity))
		return "assume_role.source_identity";
	if (!same(a->policy, b->policy))
		return "assume_role.policy";
	if (!same_list(a->policy_arns, a->n_policy_arns, b->policy_arns,
		b->n_policy_arns))
		return "assume_role.policy_arns";
	if (!same_tags(a, b))
		return "assume_role.tags";
	if (!same_list(a->transitive_tag_keys, a->n_transitive_tag_keys,
		b->transitive_tag_keys, b->n_transitive_tag_keys))
		return "assume_role.transitive_tag_keys";
	return NULL;
}
