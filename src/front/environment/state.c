#include "front/environment/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/core/wire.h"
#include "front/terminal/say.h"

#define PREFIX "1."

enum {
	CHECKSUM = 8
};

char *state_dup(const char *s)
{
	char *copy = strdup(s);

	if (copy == NULL)
		say_oom();
	return copy;
}

void state_init(struct state *s)
{
	memset(s, 0, sizeof(*s));
	s->uid = geteuid();
	s->session = getsid(0);
}

void state_release(struct state *s)
{
	free(s->server);
	free(s->role);
	for (unsigned i = 0; i < VAR_COUNT; i++)
		free(s->var[i].original);
	memset(s, 0, sizeof(*s));
}

int state_empty(const struct state *s)
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (s->var[i].touch != STATE_UNTOUCHED)
			return 0;
	return !s->active && !s->has_told && !s->has_warned && !s->has_needed &&
	       !s->has_placed;
}

void state_mark(
    const char *name, const char *value, unsigned char out[STATE_MARK])
{
	const struct hash_part parts[] = {
	    {name, strlen(name) + 1}, {value, strlen(value)}};
	unsigned char full[HASH_SHA256];

	hash_sha256(parts, 2, full);
	memcpy(out, full, STATE_MARK);
}

int state_is_ours(const struct state *s, enum var_id id, const char *now)
{
	const struct state_var *v = &s->var[id];
	unsigned char mark[STATE_MARK];

	if (v->touch == STATE_UNSET)
		return now == NULL;
	if (v->touch != STATE_SET || now == NULL)
		return 0;
	state_mark(var_name(id), now, mark);
	return memcmp(mark, v->mark, STATE_MARK) == 0;
}

static void put_var(struct buf *b, enum var_id id, const struct state_var *v)
{
	const unsigned char flags[2] = {
	    (unsigned char)v->touch, (unsigned char)v->before};

	wire_puts(b, WIRE_F_VAR, var_name(id));
	wire_put(b, WIRE_F_FLAGS, flags, sizeof(flags));
	if (v->touch == STATE_SET)
		wire_put(b, WIRE_F_MARK, v->mark, STATE_MARK);
	if (v->before == STATE_VALUE)
		wire_puts(b, WIRE_F_VALUE, v->original);
}

void state_encode(const struct state *s, struct buf *out)
{
	struct buf body = BUF_INIT(STATE_MAX);
	unsigned char sum[HASH_SHA256];
	struct hash_part part;
	char *text;

	wire_putn(&body, WIRE_F_UID, s->uid);
	wire_putn(&body, WIRE_F_SESSION, (uint64_t)s->session);
	if (s->active) {
		wire_puts(&body, WIRE_F_CONFIG, s->config);
		wire_put(&body, WIRE_F_DIGEST, s->digest, HASH_SHA384);
		wire_puts(&body, WIRE_F_SERVER, s->server);
		wire_puts(&body, WIRE_F_ROLE, s->role);
	}
	if (s->active && s->expires > 0) {
		wire_putn(&body, WIRE_F_EXPIRES, (uint64_t)s->expires);
		wire_putn(&body, WIRE_F_RENEW_AT, (uint64_t)s->renew_at);
	}
	if (s->has_told)
		wire_put(&body, WIRE_F_TOLD, s->told, STATE_MARK);
	if (s->has_warned)
		wire_put(&body, WIRE_F_WARNED, s->warned, STATE_MARK);
	if (s->has_needed)
		wire_put(&body, WIRE_F_NEEDED, s->needed, STATE_MARK);
	if (s->has_placed)
		wire_put(&body, WIRE_F_PLACED, s->placed, STATE_MARK);
	if (s->has_handle)
		wire_put(&body, WIRE_F_HANDLE, s->handle, STATE_HANDLE);
	if (s->has_handle)
		wire_putn(&body, WIRE_F_HOLDER, (uint64_t)s->holder);
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (s->var[i].touch != STATE_UNTOUCHED)
			put_var(&body, (enum var_id)i, &s->var[i]);
	part = (struct hash_part){body.data, body.len};
	hash_sha256(&part, 1, sum);
	buf_add(&body, sum, CHECKSUM);
	if (body.failed)
		say_oom();
	text = malloc(BYTES_ENCODED(body.len));
	if (text == NULL)
		say_oom();
	bytes_encode(BYTES_BASE64URL, body.data, body.len, text,
	    BYTES_ENCODED(body.len));
	buf_adds(out, PREFIX);
	buf_adds(out, text);
	free(text);
	buf_release(&body);
}

static int take_bytes(
    const struct wire_field *f, void *out, size_t len, int *flag)
{
	if (f->len != len)
		return ERR_FORMAT;
	memcpy(out, f->p, len);
	if (flag != NULL)
		*flag = 1;
	return 0;
}

static int take_text(const struct wire_field *f, char **out)
{
	char *copy;
	int r;

	if (*out != NULL)
		return ERR_FORMAT;
	copy = malloc(f->len + 1);
	if (copy == NULL)
		say_oom();
	r = wire_text(f, copy, f->len + 1);
	if (r < 0)
		free(copy);
	else
		*out = copy;
	return r;
}

static int take_flags(const struct wire_field *f, struct state_var *v)
{
	if (v == NULL || f->len != 2 || f->p[0] < STATE_SET ||
	    f->p[0] > STATE_UNSET || f->p[1] > STATE_STASHED)
		return ERR_FORMAT;
	v->touch = (enum state_touch)f->p[0];
	v->before = (enum state_before)f->p[1];
	return 0;
}

static int take_var(
    const struct wire_field *f, struct state *s, struct state_var **v)
{
	enum var_id id = var_find((const char *)f->p, f->len);

	if (id == VAR_COUNT || s->var[id].touch != STATE_UNTOUCHED)
		return ERR_FORMAT;
	*v = &s->var[id];
	return 0;
}

static int take_time(const struct wire_field *f, int64_t *t)
{
	uint64_t n = 0;
	int r = wire_num(f, &n);

	*t = (int64_t)n;
	return r < 0 || n == 0 || n > INT64_MAX ? ERR_FORMAT : 0;
}

static int take_field(
    const struct wire_field *f, struct state *s, struct state_var **v)
{
	uint64_t n = 0;
	int r;

	switch (f->tag) {
	case WIRE_F_UID:
		r = wire_num(f, &n);
		s->uid = (uid_t)n;
		return r;
	case WIRE_F_SESSION:
		r = wire_num(f, &n);
		s->session = (pid_t)n;
		return r;
	case WIRE_F_CONFIG:
		s->active = 1;
		return wire_text(f, s->config, sizeof(s->config));
	case WIRE_F_DIGEST:
		return take_bytes(f, s->digest, HASH_SHA384, NULL);
	case WIRE_F_SERVER:
		return take_text(f, &s->server);
	case WIRE_F_ROLE:
		return take_text(f, &s->role);
	case WIRE_F_EXPIRES:
		return take_time(f, &s->expires);
	case WIRE_F_RENEW_AT:
		return take_time(f, &s->renew_at);
	case WIRE_F_TOLD:
		return take_bytes(f, s->told, STATE_MARK, &s->has_told);
	case WIRE_F_WARNED:
		return take_bytes(f, s->warned, STATE_MARK, &s->has_warned);
	case WIRE_F_NEEDED:
		return take_bytes(f, s->needed, STATE_MARK, &s->has_needed);
	case WIRE_F_PLACED:
		return take_bytes(f, s->placed, STATE_MARK, &s->has_placed);
	case WIRE_F_HANDLE:
		return take_bytes(f, s->handle, STATE_HANDLE, &s->has_handle);
	case WIRE_F_HOLDER:
		r = wire_num(f, &n);
		s->holder = (pid_t)n;
		return r;
	case WIRE_F_VAR:
		return take_var(f, s, v);
	case WIRE_F_FLAGS:
		return take_flags(f, *v);
	case WIRE_F_MARK:
		return *v == NULL ? ERR_FORMAT
				  : take_bytes(f, (*v)->mark, STATE_MARK, NULL);
	case WIRE_F_VALUE:
		return *v == NULL ? ERR_FORMAT : take_text(f, &(*v)->original);
	default:
		return ERR_FORMAT;
	}
}

static int take_all(struct state *s, const unsigned char *p, size_t len)
{
	struct state_var *v = NULL;
	struct wire_iter it;
	struct wire_field f;
	int r;

	wire_iter_init(&it, p, len);
	while ((r = wire_next(&it, &f)) > 0) {
		r = take_field(&f, s, &v);
		if (r < 0)
			return r;
	}
	if (r < 0 || (s->active && (s->server == NULL || s->role == NULL)) ||
	    (s->expires > 0) != (s->renew_at > 0) ||
	    (s->expires > 0 && !s->active))
		return ERR_FORMAT;
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		v = &s->var[i];
		if ((v->before == STATE_VALUE) != (v->original != NULL) ||
		    (v->before == STATE_STASHED && !s->has_handle))
			return ERR_FORMAT;
	}
	return 0;
}

size_t state_length(const char *state)
{
	size_t len = strlen(state);

	/* base64url has no dots; that of the version is the second byte. */
	return len > STATE_SCENE_CHARS + 3 &&
		       state[len - STATE_SCENE_CHARS - 1] == '.'
		   ? len - STATE_SCENE_CHARS - 1
		   : len;
}

int state_decode(struct state *s, const char *text, struct err *e)
{
	size_t len = state_length(text), n = 0;
	unsigned char *raw, sum[HASH_SHA256];
	struct hash_part part;
	int r = ERR_FORMAT;

	state_init(s);
	if (len > STATE_MAX * 2)
		return err_set(e, ERR_FORMAT, VAR_STATE " is damaged");
	raw = malloc(len + 1);
	if (raw == NULL)
		say_oom();
	if (strncmp(text, PREFIX, strlen(PREFIX)) != 0 ||
	    bytes_decode(BYTES_BASE64URL, text + strlen(PREFIX),
		len - strlen(PREFIX), raw, len, &n) < 0 ||
	    n < CHECKSUM)
		goto out;
	part = (struct hash_part){raw, n - CHECKSUM};
	hash_sha256(&part, 1, sum);
	if (memcmp(sum, raw + n - CHECKSUM, CHECKSUM) == 0)
		r = take_all(s, raw, n - CHECKSUM);
out:
	free(raw);
	if (r < 0) {
		state_release(s);
		state_init(s);
		return err_set(e, ERR_FORMAT, VAR_STATE " is damaged");
	}
	if (s->uid != geteuid())
		return err_set(e, ERR_FOREIGN,
		    VAR_STATE " is of another user (uid %lu)",
		    (unsigned long)s->uid);
	return 0;
}
