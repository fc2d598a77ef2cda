#include "front/role/whoami.h"

#include <string.h>

#include "front/client/client.h"

static int take(struct whoami *w, const struct wire_field *f)
{
	uint64_t n = 0;
	int r;

	switch (f->tag) {
	case WIRE_F_SERVER:
		return wire_text(f, w->server, sizeof(w->server));
	case WIRE_F_ROLE:
		return wire_text(f, w->role, sizeof(w->role));
	case WIRE_F_ACCOUNT:
		return wire_text(f, w->account, sizeof(w->account));
	case WIRE_F_ARN:
		return wire_text(f, w->arn, sizeof(w->arn));
	case WIRE_F_ALIAS:
		return wire_text(f, w->alias, sizeof(w->alias));
	case WIRE_F_EXPIRES:
		r = wire_num(f, &n);
		w->expires = (int64_t)n;
		return n > INT64_MAX ? ERR_FORMAT : r;
	default:
		return ERR_FORMAT;
	}
}

int whoami_read(struct whoami *w, const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	memset(w, 0, sizeof(*w));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(w, &field);
		if (r < 0)
			break;
	}
	return r == 0 && w->server[0] != '\0' && w->role[0] != '\0' &&
		       w->account[0] != '\0' && w->arn[0] != '\0' &&
		       w->expires > 0
		   ? 0
		   : client_nonsense(e);
}
