#include "base/config/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/text.h"

enum {
	SIMPLE_COLUMNS = 400 /* of plain words, readable at a glance */
};

void project_init(struct project *p)
{
	memset(p, 0, sizeof(*p));
	/* One byte past the limit, to detect longer files. */
	buf_init(&p->bytes, PROJECT_MAX_BYTES + 1);
}

void project_forget(struct project *p)
{
	free(p->server);
	free(p->role);
	free(p->region);
	free(p->account);
	p->server = p->role = p->region = p->account = NULL;
	p->mode = PROJECT_ECS;
	p->has_mode = 0;
	for (size_t i = 0; i < PROJECT_MAX_HOPS; i++)
		hop_release(&p->hops[i]);
	p->n_hops = 0;
	p->hops_are_array = 0;
	for (size_t i = 0; i < p->n_unknown; i++)
		free(p->unknown[i]);
	memset(p->unknown, 0, sizeof(p->unknown));
	p->n_unknown = 0;
}

void project_release(struct project *p)
{
	project_forget(p);
	buf_release(&p->bytes);
	p->path[0] = '\0';
}

const char *project_role(const struct project *p)
{
	return p->n_hops > 0 ? p->hops[p->n_hops - 1].role_arn : p->role;
}

void project_digest_text(
    const unsigned char digest[HASH_SHA384], char out[PROJECT_DIGEST_TEXT])
{
	(void)bytes_encode(
	    BYTES_BASE64URL, digest, HASH_SHA384, out, PROJECT_DIGEST_TEXT);
}

/* Prints the items of a description with separators. */
struct describing {
	struct buf *out;
	size_t max;
	const char *lead, *colon;
	const char *next; /* separator before the next item */
};

static void begin_one(struct describing *d, const char *name)
{
	buf_addf(d->out, "%s%s%s ", d->lead, name, d->colon);
	d->lead = d->next;
}

static void describe(struct describing *d, const char *name, const char *s)
{
	if (s == NULL)
		return;
	begin_one(d, name);
	text_value(d->out, s, strlen(s), d->max);
}

static void describe_all(struct describing *d, const struct project *p)
{
	describe(d, "server", p->server);
	describe(d, "role", p->role);
	for (size_t i = 0; i < p->n_hops; i++) {
		begin_one(d, "then");
		hop_describe(&p->hops[i], d->max, d->out);
	}
	describe(d, "account", p->account);
	describe(d, "region", p->region);
	if (p->mode == PROJECT_STATIC)
		describe(d, "mode", "static");
}

void project_describe(const struct project *p, size_t max, struct buf *out)
{
	struct describing d = {out, max, "", "", ", "};

	describe_all(&d, p);
}

void project_list(const struct project *p, struct buf *out)
{
	struct describing d = {out, SIZE_MAX, "    ", ":", "\n    "};

	describe_all(&d, p);
	buf_addc(out, '\n');
}

int project_is_simple(const struct project *p)
{
	struct buf b = BUF_INIT(SIMPLE_COLUMNS);
	int simple;

	project_describe(p, SIZE_MAX, &b);
	/* Our own text has no quotes: text_value() added any. */
	simple = !b.failed && strchr(buf_str(&b), '\'') == NULL;
	buf_release(&b);
	return simple;
}
