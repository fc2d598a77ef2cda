#include "broker/socket/request.h"

#include <stdint.h>
#include <string.h>

#include "base/core/buf.h"
#include "base/core/bytes.h"
#include "base/core/text.h"
#include "base/core/version.h"

/* The fields of each request, besides WIRE_F_VERSION, which all have, and
 * WIRE_F_PLACE. */
struct shape {
	enum wire_type type;
	size_t n;
	enum wire_tag tags[6];
};

static const struct shape shapes[] = {
    {WIRE_GRANT, 5,
	{WIRE_F_CONFIG, WIRE_F_DIGEST, WIRE_F_SERVER, WIRE_F_ROLE,
	    WIRE_F_CHAIN}},
    {WIRE_REVOKE, 1, {WIRE_F_CONFIG}},
    {WIRE_STASH_PUT, 1, {WIRE_F_PID}},
    {WIRE_STASH_GET, 1, {WIRE_F_HANDLE}},
    {WIRE_STASH_HOLD, 2, {WIRE_F_HANDLE, WIRE_F_PID}},
    {WIRE_STASH_DROP, 2, {WIRE_F_HANDLE, WIRE_F_PID}},
    {WIRE_RELOAD, 0, {0}},
    {WIRE_LOGIN, 5,
	{WIRE_F_SERVER, WIRE_F_PORT, WIRE_F_FORCE, WIRE_F_GRANT,
	    WIRE_F_HEADLESS}},
    {WIRE_LOGIN_PASTE, 2, {WIRE_F_SERVER, WIRE_F_TEXT}},
    {WIRE_RENEW, 1, {WIRE_F_SERVER}},
    {WIRE_ROLES, 3, {WIRE_F_SERVER, WIRE_F_CURSOR, WIRE_F_FRESH}},
    {WIRE_ROLES_KNOWN, 2, {WIRE_F_SERVER, WIRE_F_CURSOR}},
    {WIRE_START_URL, 1, {WIRE_F_URL}},
    {WIRE_REGISTER, 2, {WIRE_F_SERVER, WIRE_F_FRESH}},
    {WIRE_NOTICES, 0, {0}},
    {WIRE_LOGIN_WAIT, 1, {WIRE_F_SERVER}},
    {WIRE_LOGIN_STOP, 1, {WIRE_F_SERVER}},
    {WIRE_LOGOUT, 1, {WIRE_F_SERVER}},
    {WIRE_SESSIONS, 0, {0}},
    {WIRE_ROLE, 5,
	{WIRE_F_SERVER, WIRE_F_ROLE, WIRE_F_CHAIN, WIRE_F_WAIT, WIRE_F_FRESH}},
    {WIRE_PROJECT, 6,
	{WIRE_F_CONFIG, WIRE_F_DIGEST, WIRE_F_SERVER, WIRE_F_ROLE, WIRE_F_CHAIN,
	    WIRE_F_WAIT}},
    {WIRE_LEND, 5,
	{WIRE_F_SERVER, WIRE_F_ROLE, WIRE_F_CHAIN, WIRE_F_FRESH, WIRE_F_TTY}},
    {WIRE_LENT, 0, {0}},
    {WIRE_TOKEN, 3, {WIRE_F_TOKEN, WIRE_F_WAIT, WIRE_F_FRESH}},
    {WIRE_WHOAMI, 6,
	{WIRE_F_SERVER, WIRE_F_ROLE, WIRE_F_CHAIN, WIRE_F_REGION, WIRE_F_WAIT,
	    WIRE_F_FRESH}},
    {WIRE_REACH, 3, {WIRE_F_SERVER, WIRE_F_CHAIN, WIRE_F_WAIT}},
    {WIRE_STATUS, 0, {0}},
    {WIRE_FIND, 1, {WIRE_F_CONFIG}},
};

/* Text for people and files: UTF-8 would be too strict for a path, but what
 * moves a cursor has no place in any of them. */
static int plain_text(
    const struct wire_field *f, char *out, size_t cap, int empty_too)
{
	size_t i;
	int rc = wire_text(f, out, cap);

	if (rc < 0)
		return rc;
	if (!f->len && !empty_too)
		return ERR_FORMAT;
	for (i = 0; i < f->len; i++)
		if (f->p[i] < 0x20 || f->p[i] == 0x7f)
			return ERR_FORMAT;
	return text_utf8(out, f->len) ? 0 : ERR_FORMAT;
}

static int exact_bytes(const struct wire_field *f, void *out, size_t len)
{
	if (f->len != len)
		return ERR_FORMAT;
	memcpy(out, f->p, len);
	return 0;
}

static int absolute_path(const struct wire_field *f, char *out, size_t cap)
{
	int rc = wire_text(f, out, cap);

	return rc < 0 || out[0] == '/' ? rc : ERR_FORMAT;
}

static int number(const struct wire_field *f, uint64_t max, uint64_t *n)
{
	int rc = wire_num(f, n);

	return rc == 0 && *n > max ? ERR_FORMAT : rc;
}

static int flag(const struct wire_field *f, int *set)
{
	uint64_t n = 0;
	int rc = number(f, 1, &n);

	*set = n == 1;
	return rc;
}

static int take_field(struct request *r, const struct wire_field *f)
{
	uint64_t n = 0;
	int rc;

	switch ((enum wire_tag)f->tag) {
	case WIRE_F_VERSION:
		return plain_text(f, r->version, sizeof(r->version), 0);
	case WIRE_F_PLACE:
		return exact_bytes(f, &r->place, sizeof(r->place));
	case WIRE_F_CONFIG:
		return absolute_path(f, r->config, sizeof(r->config));
	case WIRE_F_DIGEST:
		return exact_bytes(f, r->digest, sizeof(r->digest));
	case WIRE_F_SERVER:
		return plain_text(
		    f, r->server, sizeof(r->server), r->type == WIRE_LOGOUT);
	case WIRE_F_ROLE:
		return plain_text(f, r->role, sizeof(r->role), 0);
	case WIRE_F_CHAIN:
		return plain_text(f, r->chain, sizeof(r->chain), 1);
	case WIRE_F_REGION:
		return plain_text(f, r->region, sizeof(r->region), 1);
	case WIRE_F_TOKEN:
		return plain_text(f, r->token, sizeof(r->token), 0);
	case WIRE_F_HANDLE:
		return exact_bytes(f, r->handle, sizeof(r->handle));
	case WIRE_F_PID:
		rc = number(f, INT32_MAX, &n);
		r->pid = (pid_t)n;
		return rc;
	case WIRE_F_PORT:
		rc = number(f, UINT16_MAX, &n);
		r->port = (uint16_t)n;
		return rc;
	case WIRE_F_WAIT:
		rc = number(f, REQUEST_MAX_WAIT, &n);
		r->wait_ms = (int64_t)n;
		return rc;
	case WIRE_F_GRANT:
		rc = number(f, 2, &n);
		r->grant = (int)n;
		return rc;
	case WIRE_F_CURSOR:
		return number(f, UINT32_MAX, &r->cursor);
	case WIRE_F_HEADLESS:
		return flag(f, &r->headless);
	case WIRE_F_URL:
		return plain_text(f, r->url, sizeof(r->url), 0);
	case WIRE_F_TTY:
		return f->len == 0 ? 0
				   : absolute_path(f, r->tty, sizeof(r->tty));
	case WIRE_F_TEXT:
		return plain_text(f, r->text, sizeof(r->text), 0);
	case WIRE_F_FORCE:
		return flag(f, &r->force);
	case WIRE_F_FRESH:
		rc = number(f,
		    r->type == WIRE_ROLE || r->type == WIRE_LEND ? 3 : 1, &n);
		r->fresh = (n & 1) != 0;
		r->lazy = (n & 2) != 0;
		return rc;
	default:
		return ERR_FORMAT;
	}
}

/* Past those of all tags of a shape. */
enum {
	PLACE_BIT = 31
};

/* Which bit stands for a tag in this shape; -1 when it does not belong. */
static int bit_of(const struct shape *s, unsigned tag)
{
	size_t i;

	if (tag == WIRE_F_VERSION)
		return 0;
	if (tag == WIRE_F_PLACE)
		return PLACE_BIT;
	for (i = 0; i < s->n; i++)
		if (s->tags[i] == tag)
			return (int)i + 1;
	return -1;
}

/* Names and values take turns, a name first. */
static int stash_field(const struct wire_field *f, size_t *n)
{
	int is_value = *n % 2 == 1;

	if (f->tag != (is_value ? WIRE_F_VALUE : WIRE_F_NAME))
		return ERR_FORMAT;
	if ((!f->len && !is_value) || (f->len && memchr(f->p, '\0', f->len)))
		return ERR_FORMAT;
	return ++*n > 2 * REQUEST_MAX_VALUES ? ERR_LIMIT : 0;
}

static int take_fields(struct request *r, const struct shape *s,
    const struct wire_frame *f, struct err *e)
{
	unsigned seen = 0, all = (1u << (s->n + 1)) - 1;
	size_t stashed = 0;
	struct wire_field field;
	struct wire_iter it;
	int rc, bit;

	wire_iter_init(&it, f->body, f->len);
	while ((rc = wire_next(&it, &field)) > 0) {
		bit = bit_of(s, field.tag);
		if (bit < 0 && s->type == WIRE_STASH_PUT)
			rc = stash_field(&field, &stashed);
		else if (bit < 0 || (seen & 1u << bit))
			rc = ERR_FORMAT;
		else
			rc = take_field(r, &field);
		if (rc < 0)
			return err_set(e, (enum err_code)rc,
			    "field %u of request %u is unknown, repeated or "
			    "malformed",
			    (unsigned)field.tag, (unsigned)f->type);
		if (bit >= 0)
			seen |= 1u << bit;
	}
	if (rc < 0)
		return err_set(
		    e, ERR_FORMAT, "request %u is damaged", (unsigned)f->type);
	if ((seen | 1u << PLACE_BIT) != (all | 1u << PLACE_BIT) ||
	    stashed % 2 || (s->type == WIRE_STASH_PUT && !stashed))
		return err_set(e, ERR_FORMAT, "request %u lacks a field",
		    (unsigned)f->type);
	return 0;
}

/* A front of another version may have other fields as well, so its version is
 * looked for before anything else is found wrong. */
static int same_version(const struct wire_frame *f)
{
	struct wire_field field;
	struct wire_iter it;

	if (f->version != WIRE_VERSION)
		return 0;
	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag == WIRE_F_VERSION)
			return field.len == strlen(MAIRU_VERSION) &&
			       memcmp(field.p, MAIRU_VERSION, field.len) == 0;
	return 1;
}

int request_parse(struct request *r, const struct wire_frame *f, struct err *e)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	r->project = (struct project_ref){.config = r->config,
	    .digest = r->digest,
	    .server = r->server,
	    .role = r->role,
	    .chain = r->chain};
	r->type = (enum wire_type)f->type;
	r->upgrade = !same_version(f);
	if (f->type == WIRE_QUIT || f->type == WIRE_INFO)
		return 0;
	if (r->upgrade)
		return err_set(e, ERR_FOREIGN,
		    "the running broker is of version %s, not of yours; run: "
		    "mairu kill-agent",
		    MAIRU_VERSION);
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (shapes[i].type == f->type)
			return take_fields(r, &shapes[i], f, e);
	return err_set(
	    e, ERR_USAGE, "the broker knows no request %u", (unsigned)f->type);
}

void request_wipe(struct request *r)
{
	bytes_wipe(r->token, sizeof(r->token));
	bytes_wipe(r->text, sizeof(r->text));
}

int request_damaged(const struct wire_frame *f)
{
	struct wire_field field;
	struct wire_iter it;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while ((rc = wire_next(&it, &field)) > 0)
		;
	return rc < 0;
}

void request_put_grant(const struct project_ref *p, struct buf *out)
{
	size_t at = wire_begin(out, WIRE_GRANT);

	wire_puts(out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_puts(out, WIRE_F_CONFIG, p->config);
	wire_put(out, WIRE_F_DIGEST, p->digest, HASH_SHA384);
	wire_puts(out, WIRE_F_SERVER, p->server);
	wire_puts(out, WIRE_F_ROLE, p->role);
	wire_puts(out, WIRE_F_CHAIN, p->chain);
	wire_end(out, at);
}

void request_put_find(const char *config, struct buf *out)
{
	size_t at = wire_begin(out, WIRE_FIND);

	wire_puts(out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_puts(out, WIRE_F_CONFIG, config);
	wire_end(out, at);
}
