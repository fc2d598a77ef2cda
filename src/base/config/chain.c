#include "base/config/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config/region.h"

int chain_account(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return i == len && len == 12;
}

void chain_text(const struct hop *hops, size_t n, const char *region,
    const char *account, struct buf *out)
{
	size_t start = out->len;
	struct jsonout o;

	if (n == 0 && account == NULL)
		return;
	jsonout_init(&o, out, 0);
	jsonout_begin(&o, '{');
	if (account != NULL)
		jsonout_member(&o, "account", account);
	if (region != NULL)
		jsonout_member(&o, "region", region);
	jsonout_open(&o, "hops", '[');
	for (size_t i = 0; i < n; i++)
		hop_write(&o, &hops[i], 0);
	jsonout_end(&o, ']');
	jsonout_end(&o, '}');
	out->failed |= out->len - start >= CHAIN_TEXT;
}

static void take_hops(
    struct intake *in, const struct json_value *v, struct chain *c)
{
	char *names[1], name[INTAKE_LABEL];
	size_t n = 0;
	const struct hop_unknown unknown = {names, &n, 1};

	if (json_kind(v) != JSON_ARRAY || json_count(v) > CHAIN_MAX_HOPS ||
	    (json_count(v) == 0 && c->account == NULL)) {
		intake_wrong(in, "hops", "an array of 1 to 8", v);
		return;
	}
	for (; c->n < json_count(v); c->n++) {
		(void)snprintf(name, sizeof(name), "hops[%zu]", c->n);
		hop_take(in, json_at(v, c->n), name, &c->hops[c->n], &unknown);
	}
	if (n > 0) {
		fault_add(&in->faults, "unknown \"%s\"", names[0]);
		free(names[0]);
	}
}

int chain_read(struct chain *c, const char *text, struct err *e)
{
	static const char what[] = "the role chain";
	struct json *doc = NULL;
	struct intake in;
	int r;

	memset(c, 0, sizeof(*c));
	if (*text == '\0')
		return 0;
	r = intake_json(&doc, what, text, strlen(text), e);
	if (r < 0)
		return r;
	intake_init(&in);
	c->account =
	    intake_checked(&in, intake_member(json_root(doc), "account"),
		"account", chain_account, CHAIN_ACCOUNT_WANTED);
	c->region = intake_checked(&in, intake_member(json_root(doc), "region"),
	    "region", region_is, REGION_WANTED);
	take_hops(&in, json_get(json_root(doc), "hops"), c);
	json_free(doc);
	r = intake_end(&in, what, e);
	if (r < 0)
		chain_release(c);
	return r;
}

void chain_release(struct chain *c)
{
	for (size_t i = 0; i < CHAIN_MAX_HOPS; i++)
		hop_release(&c->hops[i]);
	free(c->region);
	free(c->account);
	memset(c, 0, sizeof(*c));
}
