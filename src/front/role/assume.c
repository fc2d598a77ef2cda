#include "front/role/assume.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/chain.h"
#include "base/config/region.h"
#include "base/core/text.h"
#include "front/terminal/say.h"

enum {
	HOUR = 3600,
	SHOWN_COLUMNS = 256,
};

static char *copy(const char *s)
{
	char *p = text_dup(s);

	if (p == NULL)
		say_oom();
	return p;
}

static void put(char **at, const char *s)
{
	free(*at);
	*at = copy(s);
}

static int add_hop(struct chain *c, const char *arn, struct err *e)
{
	if (c->n == CHAIN_MAX_HOPS)
		return err_set(e, ERR_USAGE,
		    "--assume-role: a chain has at most %d hops",
		    CHAIN_MAX_HOPS);
	c->hops[c->n++].role_arn = copy(arn);
	return 0;
}

static int set_duration(struct hop *h, const char *text, struct err *e)
{
	long n = 0;

	if (text_number(text, strlen(text), 900, 43200, &n) < 0)
		return err_set(e, ERR_USAGE,
		    "--assume-role-duration-seconds must be 900 to 43200");
	h->duration_seconds = n;
	return 0;
}

/* Each applies to the last hop before it. */
static int set(struct chain *c, size_t first, size_t which, const char *value,
    size_t at, struct err *e)
{
	struct hop *h = c->n > first ? &c->hops[c->n - 1] : NULL;

	if (which == at + ASSUME_ROLE)
		return add_hop(c, value, e);
	if (which != at + ASSUME_SESSION_NAME &&
	    which != at + ASSUME_DURATION && which != at + ASSUME_EXTERNAL_ID)
		return 0;
	if (h == NULL)
		return err_set(e, ERR_USAGE,
		    "--assume-role-... must follow the --assume-role that it "
		    "belongs to");
	if (which == at + ASSUME_DURATION)
		return set_duration(h, value, e);
	put(which == at + ASSUME_SESSION_NAME ? &h->role_session_name
					      : &h->external_id,
	    value);
	return 0;
}

static int set_account(struct chain *c, const char *account, struct err *e)
{
	if (account == NULL)
		return 0;
	if (!chain_account(account, strlen(account)))
		return err_set(e, ERR_USAGE,
		    "--account must be the 12 digits of an account");
	put(&c->account, account);
	return 0;
}

static void set_region(struct chain *c, const char *region)
{
	const char *env = getenv("AWS_REGION");

	if (region == NULL && c->region == NULL && env != NULL &&
	    region_is(env, strlen(env)))
		region = env;
	if (region != NULL)
		put(&c->region, region);
}

/* Parses the result the way the broker will, to reject here what it would
 * reject. */
static int write_back(struct target *t, const struct chain *c, struct err *e)
{
	struct buf b = BUF_INIT(CHAIN_TEXT);
	struct chain again;
	int r = 0;

	chain_text(c->hops, c->n, c->region, c->account, &b);
	if (b.failed)
		r = err_set(e, ERR_USAGE, "the role chain is too long");
	if (r == 0 && (r = chain_read(&again, buf_str(&b), e)) == 0)
		chain_release(&again);
	else if (r == ERR_FORMAT)
		e->code = ERR_USAGE;
	if (r == 0)
		memcpy(t->chain, buf_str(&b), b.len + 1);
	if (r == 0 && c->n > 0)
		t->acts = copy(c->hops[c->n - 1].role_arn);
	buf_release(&b);
	return r < 0 ? (int)e->code : 0;
}

int assume_apply(struct target *t, const struct cmd_line *line, size_t at,
    const char *region, struct err *e)
{
	struct chain c;
	size_t first;
	int r = chain_read(&c, t->chain, e);

	if (r < 0)
		return r;
	first = c.n;
	for (size_t i = 0; r == 0 && i < line->n_given; i++)
		r = set(&c, first, line->given[i].which, line->given[i].value,
		    at, e);
	/* With further hops the destination is another. */
	if (c.n > first) {
		free(c.account);
		c.account = NULL;
	}
	if (r == 0)
		r = set_account(&c, line->option[at + ASSUME_ACCOUNT], e);
	if (r == 0 && (c.n > 0 || c.account != NULL)) {
		set_region(&c, region);
		r = write_back(t, &c, e);
	}
	chain_release(&c);
	return r;
}

void assume_say_hour(const struct hop *hops, size_t n)
{
	struct buf b = BUF_INIT(4096);

	for (size_t i = 0; i < n; i++) {
		if (hops[i].duration_seconds <= HOUR)
			continue;
		buf_clear(&b);
		text_safe(&b, hops[i].role_arn, strlen(hops[i].role_arn),
		    SHOWN_COLUMNS);
		say("but %ld s for %s count as %d: AWS gives a role assumed by "
		    "a role an hour at most",
		    hops[i].duration_seconds, buf_str(&b), HOUR);
	}
	buf_release(&b);
}

void assume_say_hour_given(const struct cmd_line *line, size_t at)
{
	const char *text;
	long n = 0;

	for (size_t i = 0; i < line->n_given; i++) {
		text = line->given[i].value;
		if (line->given[i].which == at + ASSUME_DURATION &&
		    text_number(text, strlen(text), HOUR + 1, 43200, &n) == 0)
			say("%ld s count as %d: AWS gives a role assumed by a "
			    "role an hour at most",
			    n, HOUR);
	}
}

int assume_given(const struct cmd_line *line, size_t at)
{
	return line->option[at + ASSUME_ROLE] != NULL ||
	       line->option[at + ASSUME_ACCOUNT] != NULL;
}
