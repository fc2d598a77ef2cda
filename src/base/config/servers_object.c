#include "base/config/servers_object.h"

#include <stdio.h>

enum {
	MAX_SCOPES = 64,
	SCOPE_BYTES = 256
};

/* RFC 6749, appendix A.4: NQCHAR, without the separating space. */
static int in_scope(char c)
{
	return c > 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

static const struct intake_rule scope_rule = {1, SCOPE_BYTES, in_scope,
    "1 to 256 printable ASCII characters without blanks, \" and \\", 0};

const struct json_value *servers_member(
    struct servers_part *part, const char *key)
{
	(void)intake_label(part->label, part->prefix, key);
	return intake_member(part->v, key);
}

int servers_object(struct servers_parse *c, struct servers_part *part,
    const char *key, const char *prefix, struct servers_part *sub)
{
	const struct json_value *v = servers_member(part, key);

	*sub = (struct servers_part){.prefix = prefix, .v = v};
	if (v != NULL && json_kind(v) != JSON_OBJECT) {
		intake_wrong(&c->in, part->label, "an object", v);
		sub->v = NULL;
	}
	return v != NULL;
}

void servers_unknown(struct servers_parse *c, const struct servers_part *part,
    const char *const *known)
{
	intake_unknown(&c->in, part->v, part->prefix, known, c->s->unknown,
	    &c->s->n_unknown, SERVERS_MAX_UNKNOWN);
}

void servers_scope(
    struct servers_parse *c, struct servers_part *part, const char *standard)
{
	const struct json_value *v = servers_member(part, "scope");
	struct buf all = BUF_INIT((size_t)MAX_SCOPES * (SCOPE_BYTES + 1));
	char label[INTAKE_LABEL + 24];

	if (v == NULL) {
		c->s->scope = intake_dup(&c->in, standard);
		return;
	}
	if (json_kind(v) != JSON_ARRAY || json_count(v) > MAX_SCOPES) {
		intake_wrong(
		    &c->in, part->label, "an array of at most 64 strings", v);
		return;
	}
	for (size_t i = 0; i < json_count(v); i++) {
		const char *s;

		(void)snprintf(label, sizeof(label), "%s[%zu]", part->label, i);
		s = intake_text(
		    &c->in, json_at(v, i), label, &scope_rule, NULL);
		if (s != NULL)
			buf_addf(&all, "%s%s", all.len > 0 ? " " : "", s);
	}
	c->in.nomem |= all.failed;
	c->s->scope = intake_dup(&c->in, buf_str(&all));
	buf_release(&all);
}

void servers_port(struct servers_parse *c, struct servers_part *part)
{
	const struct json_value *v = servers_member(part, "local_port");

	intake_int(&c->in, v, part->label, 1, 65535, &c->s->local_port);
}
