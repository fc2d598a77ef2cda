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
	for (size_t i = 0; i < p->n_hops; i++) {
		buf_adds(out, ", then ");
		hop_describe(&p->hops[i], out);
	}
	if (p->account != NULL)
		add_safe(out, ", account ", p->account);
	if (p->region != NULL)
		add_safe(out, ", region ", p->region);
	if (p->mode == PROJECT_STATIC)
		buf_adds(out, ", mode static");
}
