/*
 * Whatever bytes a config holds: what is parsed of it shows as it is, keeps
 * its limits, and comes back allowed from a record that says so; what is not
 * leaves nothing behind but a message that a terminal can show.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config/project.h"
#include "base/config/trust_record.h"
#include "base/sys/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			(void)fprintf(stderr, "not so: %s\n", #what);          \
			abort();                                               \
		}                                                              \
	} while (0)

static void check_string(const char *s, size_t min, size_t max)
{
	if (s == NULL)
		return;
	CHECK(strlen(s) >= min && strlen(s) <= max);
	CHECK(fault_shows(s, strlen(s)));
}

static void check_hop(const struct hop *h)
{
	CHECK(h->role_arn != NULL);
	check_string(h->role_arn, 20, 2048);
	check_string(h->external_id, 2, 1224);
	check_string(h->role_session_name, 2, 64);
	CHECK(h->duration_seconds == 0 ||
	      (h->duration_seconds >= 900 && h->duration_seconds <= 43200));
}

static void check_parsed(const struct project *p)
{
	CHECK(p->server != NULL && p->role != NULL);
	check_string(p->server, 1, 2048);
	check_string(p->role, 1, 2048);
	check_string(p->region, 1, 64);
	CHECK(p->n_hops <= PROJECT_MAX_HOPS);
	for (size_t i = 0; i < p->n_hops; i++)
		check_hop(&p->hops[i]);
	CHECK(p->n_unknown <= PROJECT_MAX_UNKNOWN);
	for (size_t i = 0; i < p->n_unknown; i++)
		check_string(p->unknown[i], 0, 512);
}

static void check_nothing(const struct project *p, const struct err *e)
{
	CHECK(p->server == NULL && p->role == NULL && p->region == NULL &&
	      p->account == NULL);
	CHECK(p->n_hops == 0 && p->n_unknown == 0);
	CHECK(strncmp(e->msg, "/p/.mairu.json", 14) == 0);
	CHECK(fault_shows(e->msg, strlen(e->msg)));
}

/* What is written of a chain is read as the same chain. */
static void check_chain(const struct project *p)
{
	struct buf b = BUF_INIT(CHAIN_TEXT), again = BUF_INIT(CHAIN_TEXT);
	static struct chain c;
	struct err e;

	chain_text(p->hops, p->n_hops, p->region, p->account, &b);
	CHECK(!b.failed);
	CHECK(chain_read(&c, buf_str(&b), &e) == 0);
	CHECK(c.n == p->n_hops);
	for (size_t i = 0; i < c.n; i++)
		CHECK(hop_difference(&c.hops[i], &p->hops[i]) == NULL);
	chain_text(c.hops, c.n, c.region, c.account, &again);
	CHECK(strcmp(buf_str(&again), buf_str(&b)) == 0);
	chain_release(&c);
	buf_release(&b);
	buf_release(&again);
}

static void check_description(const struct project *p)
{
	static const size_t columns[] = {4, 60, SIZE_MAX};
	struct buf b = BUF_INIT(1 << 20);

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		buf_clear(&b);
		project_describe(p, columns[i], &b);
		CHECK(!b.failed);
		CHECK(fault_shows((char *)b.data, b.len));
	}
	buf_release(&b);
	check_chain(p);
}

static void check_record(const struct project *p)
{
	const struct timespec now = {1767323045, 1};
	struct buf b = BUF_INIT(TRUST_MAX_BYTES);
	enum trust_verdict v;

	for (int allow = 0; allow < 2; allow++) {
		buf_clear(&b);
		trust_print(p, allow, &now, &b);
		CHECK(!b.failed);
		CHECK(trust_judge(&b, p, &v, NULL, NULL) == 0);
		CHECK(v == (allow ? TRUST_ALLOWED : TRUST_DENIED));
	}
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct project p;
	struct err e = {0};
	int r;

	if (size > PROJECT_MAX_BYTES)
		return 0;
	project_init(&p);
	(void)snprintf(p.path, sizeof(p.path), "/p/.mairu.json");
	buf_add(&p.bytes, data, size);
	r = project_parse(&p, &e);
	if (r == 0) {
		check_parsed(&p);
		check_description(&p);
		check_record(&p);
	} else {
		CHECK(r == ERR_FORMAT || r == ERR_LIMIT);
		CHECK(e.code == r);
		check_nothing(&p, &e);
	}
	project_release(&p);
	return 0;
}
