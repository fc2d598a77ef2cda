/*
 * Parses a config.  Strict, since it decides which account a shell acts in: a
 * wrong key is reported, never guessed at.
 */

#include "base/config/project.h"

#include <stdio.h>
#include <string.h>

#include "base/config/intake.h"
#include "base/config/region.h"

/* GCC 12 reports strings stored through a pointer as leaks; LeakSanitizer finds
 * none. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

struct parse {
	struct project *p;
	struct intake in;
};

static const struct intake_rule server_rule = {
    1, 2048, NULL, "the id or URL of a server (1 to 2048 bytes)", 0};
static const struct intake_rule role_rule = {
    1, 2048, NULL, "the name of a role (1 to 2048 bytes)", 0};
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

static void take_hops(struct parse *c, const struct json_value *v)
{
	struct project *p = c->p;
	const struct hop_unknown unknown = {
	    p->unknown, &p->n_unknown, PROJECT_MAX_UNKNOWN};
	char name[INTAKE_LABEL];

	if (v == NULL)
		return;
	if (json_kind(v) == JSON_OBJECT) {
		p->n_hops = 1;
		hop_take(&c->in, v, "assume_role", &p->hops[0], &unknown);
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
		hop_take(&c->in, json_at(v, i), name, &p->hops[i], &unknown);
	}
}

static void take_root(struct parse *c, const struct json_value *v)
{
	static const char *const known[] = {
	    "server", "role", "mode", "assume_role", "region", "account", NULL};
	struct project *p = c->p;

	if (json_kind(v) != JSON_OBJECT) {
		fault_add(&c->in.faults,
		    "expected {\"server\": ..., \"role\": ...}, found %s",
		    json_kind_name(json_kind(v)));
		return;
	}
	/* Required, so null is reported as a wrong value. */
	p->server = intake_string(
	    &c->in, json_get(v, "server"), "server", &server_rule);
	p->role =
	    intake_string(&c->in, json_get(v, "role"), "role", &role_rule);
	take_mode(c, intake_member(v, "mode"));
	take_hops(c, intake_member(v, "assume_role"));
	p->region = intake_checked(&c->in, intake_member(v, "region"), "region",
	    region_is, REGION_WANTED);
	p->account = intake_checked(&c->in, intake_member(v, "account"),
	    "account", chain_account, CHAIN_ACCOUNT_WANTED);
	intake_unknown(&c->in, v, "", known, p->unknown, &p->n_unknown,
	    PROJECT_MAX_UNKNOWN);
}

/* The chain must fit the text sent to the broker. */
static void check_chain(struct parse *c)
{
	struct project *p = c->p;
	struct buf b = BUF_INIT(CHAIN_TEXT);

	chain_text(p->hops, p->n_hops, p->region, p->account, &b);
	if (b.failed)
		fault_add(&c->in.faults,
		    "\"assume_role\" is too long: all of its hops must fit "
		    "into %d bytes",
		    CHAIN_TEXT);
	buf_release(&b);
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
	check_chain(&c);
	r = intake_end(&c.in, p->path, e);
	if (r < 0)
		project_forget(p);
	return r;
}
