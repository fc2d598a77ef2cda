#include "front/role/role_list.h"

#include <string.h>

#include "base/sys/plat.h"

enum {
	ANSWER_MS = 10000,
	FIELDS = 4,
	MAY_LACK = 16, /* of what has been seen */
	WHOLE = 15,
};

static const enum wire_tag order[FIELDS] = {
    WIRE_F_ROLE, WIRE_F_ACCOUNT, WIRE_F_ACCOUNT_NAME, WIRE_F_DESCRIPTION};

static int field_at(unsigned tag)
{
	int i = 0;

	while (i < FIELDS && order[i] != tag)
		i++;
	return i;
}

static int take_number(struct role_list *l, const struct wire_field *f)
{
	uint64_t n;

	if (wire_num(f, &n) < 0)
		return -1;
	switch ((enum wire_tag)f->tag) {
	case WIRE_F_CURSOR:
		l->cursor = n;
		return 1;
	case WIRE_F_MORE:
		l->more = n != 0;
		return 2;
	case WIRE_F_DONE:
		l->done = n;
		return 4;
	case WIRE_F_TOTAL:
		l->total = n;
		return 8;
	case WIRE_F_UNUSABLE:
		l->unusable = n;
		return MAY_LACK;
	default:
		return -1;
	}
}

/* Roles whole and in order, then the four numbers, and perhaps a fifth. */
int role_list_read(
    struct role_list *l, const struct wire_frame *part, struct err *e)
{
	static char text[ROLE_LIST_TEXT];
	struct wire_iter it;
	struct wire_field f;
	int next = 0, seen = 0, at, r;

	l->part = *part;
	wire_iter_init(&it, l->part.body, l->part.len);
	while ((r = wire_next(&it, &f)) > 0) {
		at = field_at(f.tag);
		if (at == FIELDS) {
			at = next == 0 ? take_number(l, &f) : -1;
			if (at < 0 || (seen & at))
				return client_nonsense(e);
			seen |= at;
		} else if (at != next || seen ||
			   wire_text(&f, text, sizeof(text)) < 0) {
			return client_nonsense(e);
		} else {
			next = (next + 1) % FIELDS;
		}
	}
	return r < 0 || next != 0 || (seen & ~MAY_LACK) != WHOLE
		   ? client_nonsense(e)
		   : 0;
}

static void put_question(const struct role_list *l, struct buf *request)
{
	size_t at =
	    client_begin(request, l->known ? WIRE_ROLES_KNOWN : WIRE_ROLES);

	wire_puts(request, WIRE_F_SERVER, l->server);
	wire_putn(request, WIRE_F_CURSOR, l->cursor);
	if (!l->known)
		wire_putn(request, WIRE_F_FRESH, l->fresh && !l->cursor);
	wire_end(request, at);
}

int role_list_ahead(
    const struct role_list *l, struct client *ahead, struct err *e)
{
	struct buf request = BUF_INIT(8192);
	int r;

	put_question(l, &request);
	r = client_send(ahead, &request, e);
	buf_release(&request);
	return r;
}

int role_list_next(struct role_list *l, struct client *ahead, struct err *e)
{
	struct buf request = BUF_INIT(8192);
	struct wire_frame part;
	int r = ERR_FOREIGN;

	if (!l->known)
		l->client->deadline = plat_ms() + ANSWER_MS;
	if (ahead != NULL) {
		ahead->deadline = l->client->deadline;
		r = client_next(ahead, &part, e);
	}
	if (ahead == NULL || (r < 0 && client_hung_up(ahead, e))) {
		put_question(l, &request);
		r = client_call(l->client, &request, &part, e);
		buf_release(&request);
	}
	return r < 0 ? r : role_list_read(l, &part, e);
}

void role_list_each(const struct role_list *l,
    void (*fn)(void *arg, const struct role_list_one *one), void *arg)
{
	static char text[FIELDS][ROLE_LIST_TEXT];
	const struct role_list_one one = {text[0], text[1], text[2], text[3]};
	struct wire_iter it;
	struct wire_field f;
	int at;

	wire_iter_init(&it, l->part.body, l->part.len);
	while (wire_next(&it, &f) > 0) {
		at = field_at(f.tag);
		if (at == FIELDS || wire_text(&f, text[at], ROLE_LIST_TEXT) < 0)
			return;
		if (at == FIELDS - 1)
			fn(arg, &one);
	}
}
