#include "broker/roles/listing_store.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK = 64 * 1024,
	FIRST_BLOCK = 4 * 1024,
	FIRST_ROLES = 64,
	ALIGN = sizeof(void *),
};

struct listing_block {
	struct listing_block *next;
	size_t len, cap;
	_Alignas(ALIGN) char bytes[];
};

static int no_memory(struct err *e)
{
	return err_set(
	    e, ERR_NOMEM, "the broker has no memory for a list of roles");
}

static int too_large(struct err *e)
{
	return err_set(
	    e, ERR_LIMIT, "the list of roles is longer than the broker holds");
}

/* NULL if there is no room. */
static char *room(struct listing_store *s, size_t len, struct err *e)
{
	struct listing_block *b = s->block;
	size_t cap = b ? BLOCK : FIRST_BLOCK;

	len = (len + ALIGN - 1) / ALIGN * ALIGN;
	if (!b || b->cap - b->len < len) {
		if (cap < len)
			cap = len;
		if (LISTING_MAX_BYTES - s->bytes < cap) {
			(void)too_large(e);
			return NULL;
		}
		b = malloc(sizeof(*b) + cap);
		if (!b) {
			(void)no_memory(e);
			return NULL;
		}
		*b = (struct listing_block){.next = s->block, .cap = cap};
		s->block = b;
		s->bytes += cap;
	}
	b->len += len;
	return b->bytes + b->len - len;
}

/* Cut to at most len, at a character boundary. */
static size_t cut(const char *text, size_t len)
{
	size_t n = strlen(text);

	if (n <= len)
		return n;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static int put(struct listing_store *s, const char *text, size_t len,
    const char **copy, struct err *e)
{
	char *to = room(s, len + 1, e);

	if (!to)
		return e->code;
	memcpy(to, text, len);
	to[len] = '\0';
	*copy = to;
	return 0;
}

int listing_store_text(
    struct listing_store *s, const char *text, const char **copy, struct err *e)
{
	*copy = NULL;
	return text ? put(s, text, cut(text, LISTING_MAX_TEXT), copy, e) : 0;
}

int listing_store_token(struct listing_store *s, const char *token,
    const char **copy, struct err *e)
{
	size_t len = token ? strlen(token) : 0;

	*copy = NULL;
	if (len > LISTING_MAX_TOKEN)
		return err_set(e, ERR_UPSTREAM,
		    "the list of roles can't be read to its end: the token of "
		    "its next page is longer than %d bytes",
		    LISTING_MAX_TOKEN);
	return token ? put(s, token, len, copy, e) : 0;
}

/* Thousands of roles may share an account. */
static int share(struct listing_store *s, const char *text, const char *of,
    const char **copy, struct err *e)
{
	if (text && of && strcmp(text, of) == 0) {
		*copy = of;
		return 0;
	}
	return listing_store_text(s, text, copy, e);
}

int listing_store_role(struct listing_store *s, const struct provider_role *r,
    const struct provider_page *of, struct listing_node **node, struct err *e)
{
	size_t len = strlen(r->role);
	struct listing_node *n;
	int rc;

	*node = NULL;
	if (len == 0 || len > LISTING_MAX_NAME)
		return err_set(e, ERR_UPSTREAM,
		    "the name of a role in its list is empty or too long");
	n = (void *)room(s, sizeof(*n), e);
	if (!n)
		return e->code;
	memset(n, 0, sizeof(*n));
	rc = listing_store_text(s, r->role, &n->role.role, e);
	if (rc == 0)
		rc = share(s, r->account, of->account, &n->role.account, e);
	if (rc == 0)
		rc = share(s, r->account_name, of->account_name,
		    &n->role.account_name, e);
	if (rc == 0)
		rc = listing_store_text(
		    s, r->description, &n->role.description, e);
	if (rc == 0)
		*node = n;
	return rc;
}

static int grow(struct listing_store *s, size_t n, struct err *e)
{
	const struct provider_role **at;
	size_t cap = s->cap ? s->cap : FIRST_ROLES;

	while (cap < n)
		cap *= 2;
	if (cap == s->cap)
		return 0;
	at = calloc(cap, sizeof(*at));
	if (!at)
		return no_memory(e);
	if (s->n)
		memcpy(at, s->at, s->n * sizeof(*at));
	free(s->at);
	s->at = at;
	s->cap = cap;
	return 0;
}

int listing_store_append(struct listing_store *s,
    const struct listing_node *first, size_t most, struct err *e)
{
	const struct listing_node *n;
	size_t count = s->n;
	int rc;

	for (n = first; n; n = n->next)
		count++;
	if (count > most)
		return too_large(e);
	rc = grow(s, count, e);
	for (n = first; rc == 0 && n; n = n->next)
		s->at[s->n++] = &n->role;
	return rc;
}

void listing_store_release(struct listing_store *s)
{
	struct listing_block *b;

	while ((b = s->block)) {
		s->block = b->next;
		free(b);
	}
	free(s->at);
	memset(s, 0, sizeof(*s));
}
