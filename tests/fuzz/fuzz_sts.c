/* Whatever STS answers, or somebody in its place: credentials are taken whole
 * or not at all, and a message shows on a terminal as it is.  And whatever the
 * text of a chain is: what is read of it is written as a text that reads the
 * same, and what is asked with it fits into a request.  The first byte chooses
 * the status, the second what was asked. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/config/chain.h"
#include "base/sys/fault.h"
#include "broker/sts/sts.h"
#include "provider_checks.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

static struct slab *slab;
static struct credential by;
static const struct settings none;
static struct sts_at where = {.settings = &none, .now = NOW};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const struct credential_said said = {
	    "ASIAFAKE", "secret", "token", NOW + 3600, 0, 0};
	struct err e;

	(void)argc;
	(void)argv;
	must(slab_new(&slab, 1 << 22, &e) == 0);
	must(credential_make(&by, slab, &said, NOW, &e) == 0);
	where.slab = slab;
	return 0;
}

static void check_no(int rc, const struct err *e)
{
	must(rc == ERR_DENIED || rc == ERR_UPSTREAM || rc == STS_CLOCK ||
	     rc == STS_SOURCE || rc == STS_HOUR);
	must(rc > 0 || (int)e->code == rc);
	must(*e->msg && fault_shows(e->msg, strlen(e->msg)));
}

static void role(const struct http_answer *a)
{
	static char arn[] = "arn:aws:iam::123456789012:role/Target";
	const struct hop hop = {.role_arn = arn};
	struct credential c;
	struct err e;
	char *got;
	int rc = sts_assume_take(&where, &hop, NULL, a, &c, &got, &e);

	if (rc != 0) {
		check_no(rc, &e);
		must(!c.body && !got);
		return;
	}
	must(a->status == 200 && credential_valid(&c, NOW));
	check_body(&c);
	(void)sts_session_of(got);
	credential_release(&c);
	free(got);
}

static void identity(const struct http_answer *a)
{
	struct sts_identity id;
	struct err e;
	int rc = sts_identity_take(a, &where, &id, &e);
	const char *session;

	if (rc != 0) {
		check_no(rc, &e);
		must(!id.account && !id.arn && !id.user_id);
		return;
	}
	must(a->status == 200 && id.account && id.user_id);
	session = sts_session_of(id.arn);
	must(!session || sts_session_valid(session));
	sts_identity_release(&id);
}

/* It was checked, so a request can be made of it. */
static void check_asks(const struct chain *c)
{
	char session[STS_SESSION];
	struct http_ask ask;
	struct err e;

	for (size_t i = 0; i < c->n; i++) {
		sts_session_make(c->hops[i].role_arn, session);
		where.region = c->region;
		if (sts_assume_ask(
			&where, &c->hops[i], session, &by, &ask, &e) == 0)
			http_ask_release(&ask);
		else
			must(fault_shows(e.msg, strlen(e.msg)));
	}
	where.region = NULL;
}

static void check_chain(const char *text)
{
	struct buf once = BUF_INIT(2 * CHAIN_TEXT);
	struct buf twice = BUF_INIT(2 * CHAIN_TEXT);
	struct chain c;
	struct err e;

	if (chain_read(&c, text, &e) < 0) {
		must(c.n == 0 && fault_shows(e.msg, strlen(e.msg)));
		return;
	}
	must(c.n <= CHAIN_MAX_HOPS);
	check_asks(&c);
	chain_text(c.hops, c.n, c.region, c.account, &once);
	chain_release(&c);
	if (!once.failed) {
		must(chain_read(&c, buf_str(&once), &e) == 0);
		chain_text(c.hops, c.n, c.region, c.account, &twice);
		chain_release(&c);
		must(!twice.failed);
		must(strcmp(buf_str(&once), buf_str(&twice)) == 0);
	}
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned statuses[] = {200, 400, 403, 429, 500, 503, 302};
	struct http_answer a = {
	    .body = BUF_INIT(1 << 20), .date = NOW + 3600, .retry_after = -1};

	if (size < 2)
		return 0;
	a.status = statuses[data[0] % (sizeof(statuses) / sizeof(*statuses))];
	buf_add(&a.body, data + 2, size - 2);
	switch (data[1] % 3) {
	case 0:
		role(&a);
		break;
	case 1:
		identity(&a);
		break;
	default:
		check_chain(buf_str(&a.body));
	}
	buf_release(&a.body);
	return 0;
}
