#include "base/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"

void project_init(struct project *p)
{
	memset(p, 0, sizeof(*p));
	/* One byte past the limit, so that a file that is longer shows. */
	buf_init(&p->bytes, PROJECT_MAX_BYTES + 1);
}

void project_forget(struct project *p)
{
	free(p->server);
	free(p->role);
	free(p->region);
	p->server = p->role = p->region = NULL;
	p->mode = PROJECT_ECS;
	p->has_mode = 0;
	for (size_t i = 0; i < PROJECT_MAX_HOPS; i++) {
		free(p->hops[i].role_arn);
		free(p->hops[i].external_id);
		free(p->hops[i].role_session_name);
	}
	memset(p->hops, 0, sizeof(p->hops));
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

void project_digest_text(
    const unsigned char digest[HASH_SHA384], char out[PROJECT_DIGEST_TEXT])
{
	(void)bytes_encode(
	    BYTES_BASE64URL, digest, HASH_SHA384, out, PROJECT_DIGEST_TEXT);
}

static void add_safe(struct buf *out, const char *before, const char *s)
{
	buf_adds(out, before);
	/* Nothing is cut: what is left out of sight is not agreed to. */
	text_safe(out, s, strlen(s), SIZE_MAX);
}

void project_describe(const struct project *p, struct buf *out)
{
	add_safe(out, "server ", p->server);
	add_safe(out, ", role ", p->role);
	for (size_t i = 0; i < p->n_hops; i++)
		add_safe(out, ", then ", p->hops[i].role_arn);
	if (p->region != NULL)
		add_safe(out, ", region ", p->region);
	if (p->mode == PROJECT_STATIC)
		buf_adds(out, ", mode static");
}

static void put_number(unsigned char out[4], size_t n)
{
	for (int i = 3; i >= 0; i--, n >>= 8)
		out[i] = (unsigned char)(n & 0xff);
}

/* The lengths of a hop's strings stand before them, counted from 1 so that
 * one that is absent differs from one that is empty. */
#define CHAIN_HEAD 16

static void chain_hop(const struct project_hop *h,
    unsigned char head[CHAIN_HEAD], struct hash_part parts[4])
{
	const char *const s[3] = {
	    h->role_arn, h->external_id, h->role_session_name};

	parts[0] = (struct hash_part){head, CHAIN_HEAD};
	for (size_t i = 0; i < 3; i++) {
		size_t len = s[i] == NULL ? 0 : strlen(s[i]);

		put_number(head + 4 * i, s[i] == NULL ? 0 : len + 1);
		parts[i + 1] =
		    (struct hash_part){s[i] == NULL ? "" : s[i], len};
	}
	put_number(head + 12, (size_t)h->duration_seconds);
}

void project_chain_text(const struct project *p, char out[PROJECT_CHAIN_TEXT])
{
	unsigned char heads[PROJECT_MAX_HOPS][CHAIN_HEAD];
	struct hash_part parts[PROJECT_MAX_HOPS * 4];
	unsigned char hash[HASH_SHA256];
	char text[BYTES_ENCODED(HASH_SHA256)];

	out[0] = '\0';
	if (p->n_hops == 0)
		return;
	for (size_t i = 0; i < p->n_hops; i++)
		chain_hop(&p->hops[i], heads[i], parts + 4 * i);
	hash_sha256(parts, p->n_hops * 4, hash);
	(void)bytes_encode(
	    BYTES_BASE64URL, hash, sizeof(hash), text, sizeof(text));
	memcpy(out, text, PROJECT_CHAIN_TEXT);
}
