#include "broker/endpoint/recall.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_AT_ONCE = GRANT_MAX, /* configs being looked up */
};

struct recall {
	struct recalls *all;
	struct check check;
	LIST_ENTRY(recall) entry;
	char config[];
};

struct recalls {
	struct checker *checker;
	struct grants *grants;
	size_t n;
	LIST_HEAD(recall_list, recall) list;
};

struct recalls *recalls_new(struct checker *checker, struct grants *grants)
{
	struct recalls *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->checker = checker;
	r->grants = grants;
	LIST_INIT(&r->list);
	return r;
}

static void drop(struct recall *one)
{
	LIST_REMOVE(one, entry);
	one->all->n--;
	checker_forget(one->all->checker, &one->check);
	free(one);
}

void recalls_free(struct recalls *r)
{
	struct recall *one;

	if (!r)
		return;
	while ((one = LIST_FIRST(&r->list)))
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): off the list */
		drop(one);
	free(r);
}

/* The new grant's token is made from the key and the config as it is now; the
 * caller's lookup shows whether it matches the one sent. */
static void found(void *arg, const struct project_ref *p)
{
	struct recall *one = arg;
	struct grant *grant;
	struct err e;

	(void)!grants_get(one->all->grants, p, &grant, &e);
}

static void settled(void *arg, enum check_verdict verdict)
{
	struct recall *one = arg;

	(void)verdict;
	if (waits_empty(&one->check.queued_waits) &&
	    waits_empty(&one->check.sent_waits))
		drop(one);
}

static struct recall *begin(struct recalls *r, const char *config)
{
	struct recall *one;
	size_t n = strlen(config) + 1;

	LIST_FOREACH(one, &r->list, entry)
	if (strcmp(one->config, config) == 0)
		return one;
	one = r->n < MAX_AT_ONCE ? calloc(1, sizeof(*one) + n) : NULL;
	if (!one)
		return NULL;
	one->all = r;
	memcpy(one->config, config, n);
	one->check.what.config = one->config;
	one->check.found = found;
	one->check.settled = settled;
	one->check.arg = one;
	LIST_INSERT_HEAD(&r->list, one, entry);
	r->n++;
	return one;
}

int recalls_may(const struct recalls *r, const char *text)
{
	char config[TOKEN_PATH + 1];

	return grants_token_path(r->grants, text, config);
}

int recalls_ask(struct recalls *r, const char *text, struct check_wait *w)
{
	char config[TOKEN_PATH + 1];
	struct recall *one;

	if (!grants_token_path(r->grants, text, config))
		return 0;
	one = begin(r, config);
	if (!one)
		return ERR_BUSY;
	checker_ask(r->checker, &one->check, w);
	return 1;
}
