#include "front/role/role_list.h"

#include "base/sys/plat.h"

enum {
	ANSWER_MS = 10000,
};

static struct message question(const struct role_list *l)
{
	return (struct message){
	    .type = l->known ? WIRE_ROLES_KNOWN : WIRE_ROLES,
	    .server = l->server,
	    .cursor = l->cursor,
	    .fresh = l->fresh && !l->cursor,
	};
}

int role_list_ahead(
    const struct role_list *l, struct client *ahead, struct err *e)
{
	const struct message m = question(l);

	return client_send(ahead, &m, 1, e);
}

int role_list_next(struct role_list *l, struct client *ahead, struct err *e)
{
	const struct message m = question(l);
	int r = ERR_FOREIGN;

	if (!l->known)
		l->client->deadline = plat_ms() + ANSWER_MS;
	if (ahead != NULL) {
		ahead->deadline = l->client->deadline;
		r = client_next(ahead, m.type, &l->part, e);
	}
	if (ahead == NULL || (r < 0 && client_hung_up(ahead, e)))
		r = client_call(l->client, &m, &l->part, e);
	if (r < 0)
		return r;
	l->cursor = l->part.cursor;
	l->more = l->part.more != 0;
	return 0;
}

void role_list_each(const struct role_list *l,
    void (*fn)(void *arg, const struct message *one), void *arg)
{
	struct wire_iter rows = l->part.rows;
	struct message one;

	while (message_row(&one, WIRE_ROLES, &rows))
		fn(arg, &one);
}
