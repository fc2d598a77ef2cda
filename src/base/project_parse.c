/*
 * What a config says.  Strict, since it decides which account a shell acts
 * in: a key that is not exactly as expected is named, never guessed at.
 */

#include "base/project.h"

#include <stdio.h>
#include <string.h>

#include "base/intake.h"

/* GCC 12 takes a string that is stored through a pointer for lost; the tests
 * under LeakSanitizer say that none is. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

struct parse {
	struct project *p;
	struct intake in;
};

static int is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static int in_session_name(char c)
{
	return is_word(c) || (c != '\0' && strchr("+=,.@-", c) != NULL);
}

static int in_region(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static const struct intake_rule server_rule = {
    1, 2048, NULL, "the id or URL of a server (1 to 2048 bytes)", 0};
static const struct intake_rule role_rule = {
    1, 2048, NULL, "the name of a role (1 to 2048 bytes)", 0};
static const struct intake_rule region_rule = {
    1, 64, in_region, "a region such as \"eu-west-1\"", 0};
static const struct intake_rule arn_rule = {
    20, 2048, NULL, "the ARN of a role (20 to 2048 bytes)", 0};
static const struct intake_rule external_id_rule = {
    2, 1224, NULL, "a string of 2 to 1224 bytes", 0};
static const struct intake_rule session_name_rule = {
    2, 64, in_session_name, "2 to 64 of A-Z a-z 0-9 _ + = , . @ -", 0};

static void take_mode(struct parse *c, const struct json_value *v)
{
	const char *s = json_str(v, NULL);

	if (v == NULL)
		return;
	if (s != NULL && strcmp(s, "ecs") == 0)
		c->p->mode = PROJECT_ECS;
	else if (s != NULL && strcmp(s, "static") == 0)
		c->p->mode = PROJECT_STATIC;
	else
		intake_wrong(&c->in, "mode", "\"ecs\" or \"static\"", v);
	c->p->has_mode = 1;
}

/* `name` is the place of the hop in the file: "assume_role[1]". */
static void take_hop(struct parse *c, const struct json_value *v,
    const char *name, struct project_hop *h)
{
	static const char *const known[] = {"role_arn", "external_id",
	    "role_session_name", "duration_seconds", NULL};
	char label[INTAKE_LABEL];
	int seconds = 0;

	if (json_kind(v) != JSON_OBJECT) {
		intake_wrong(&c->in, name, "an object with a \"role_arn\"", v);
		return;
	}
	h->role_arn = intake_string(&c->in, json_get(v, "role_arn"),
	    intake_label(label, name, "role_arn"), &arn_rule);
	h->external_id =
	    intake_optional(&c->in, intake_member(v, "external_id"),
		intake_label(label, name, "external_id"), &external_id_rule);
	h->role_session_name = intake_optional(&c->in,
	    intake_member(v, "role_session_name"),
	    intake_label(label, name, "role_session_name"), &session_name_rule);
	intake_int(&c->in, intake_member(v, "duration_seconds"),
	    intake_label(label, name, "duration_seconds"), 900, 43200,
	    &seconds);
	h->duration_seconds = seconds;
	intake_unknown(&c->in, v, name, known, c->p->unknown, &c->p->n_unknown,
	    PROJECT_MAX_UNKNOWN);
}

static void take_hops(struct parse *c, const struct json_value *v)
{
	struct project *p = c->p;
	char name[INTAKE_LABEL];

	if (v == NULL)
		return;
	if (json_kind(v) == JSON_OBJECT) {
		p->n_hops = 1;
		take_hop(c, v, "assume_role", &p->hops[0]);
		return;
	}
	if (json_kind(v) != JSON_ARRAY || json_count(v) == 0 ||
	    json_count(v) > PROJECT_MAX_HOPS) {
		intake_wrong(&c->in, "assume_role",
		    "an object, or an array of 1 to 8", v);
		return;
	}
	p->hops_are_array = 1;
	p->n_hops = json_count(v);
	for (size_t i = 0; i < p->n_hops; i++) {
		(void)snprintf(name, sizeof(name), "assume_role[%zu]", i);
		take_hop(c, json_at(v, i), name, &p->hops[i]);
	}
}

static void take_root(struct parse *c, const struct json_value *v)
{
	static const char *const known[] = {
	    "server", "role", "mode", "assume_role", "region", NULL};
	struct project *p = c->p;

	if (json_kind(v) != JSON_OBJECT) {
		fault_add(&c->in.faults,
		    "expected {\"server\": ..., \"role\": ...}, found %s",
		    json_kind_name(json_kind(v)));
		return;
	}
	/* Required, so that null is a thing found there. */
	p->server = intake_string(
	    &c->in, json_get(v, "server"), "server", &server_rule);
	p->role =
	    intake_string(&c->in, json_get(v, "role"), "role", &role_rule);
	take_mode(c, intake_member(v, "mode"));
	take_hops(c, intake_member(v, "assume_role"));
	p->region = intake_optional(
	    &c->in, intake_member(v, "region"), "region", &region_rule);
	intake_unknown(&c->in, v, "", known, p->unknown, &p->n_unknown,
	    PROJECT_MAX_UNKNOWN);
}

int project_parse(struct project *p, struct err *e)
{
	struct parse c = {.p = p};
	struct json *doc = NULL;
	int r;

	project_forget(p);
	r = intake_json(&doc, p->path, buf_str(&p->bytes), p->bytes.len, e);
	if (r < 0)
		return r;
	intake_init(&c.in);
	take_root(&c, json_root(doc));
	json_free(doc);
	r = intake_end(&c.in, p->path, e);
	if (r < 0)
		project_forget(p);
	return r;
}
