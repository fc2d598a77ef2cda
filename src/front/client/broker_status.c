#include "front/client/broker_status.h"

#include <string.h>

#include "base/core/wire.h"
#include "base/sys/plat.h"
#include "front/client/client.h"

enum {
	BROKER_MS = 1000,
	TEXT_MAX = 64 * 1024
};

static int take_number(
    const struct wire_field *f, struct broker_status *h, uint64_t *pid)
{
	switch (f->tag) {
	case WIRE_F_PID:
		return wire_num(f, pid);
	case WIRE_F_STARTED:
		return wire_num(f, &h->seconds);
	case WIRE_F_CLIENTS:
		return wire_num(f, &h->clients);
	case WIRE_F_GRANTS:
		return wire_num(f, &h->grants);
	case WIRE_F_LOCKED:
		return wire_num(f, &h->locked);
	case WIRE_F_UNVERIFIED:
		return wire_num(f, &h->unverified);
	default:
		return ERR_FORMAT;
	}
}

static int take(
    const struct wire_field *f, struct broker_status *h, uint64_t *pid)
{
	switch (f->tag) {
	case WIRE_F_VERSION:
		return wire_text(f, h->version, sizeof(h->version));
	case WIRE_F_LOG:
		return wire_text(f, h->log, sizeof(h->log));
	case WIRE_F_URL:
		return wire_text(f, h->endpoint, sizeof(h->endpoint));
	case WIRE_F_CLOCK_HOST:
		return wire_text(f, h->clock_host, sizeof(h->clock_host));
	case WIRE_F_CONFINED:
		return wire_text(f, h->confined, sizeof(h->confined));
	case WIRE_F_UNCONFINED:
		return wire_text(f, h->unconfined, sizeof(h->unconfined));
	case WIRE_F_AHEAD:
		return wire_ahead(f, &h->ahead);
	case WIRE_F_SETTINGS:
		buf_add(&h->settings, f->p, f->len);
		return 0;
	case WIRE_F_PROBLEM:
		buf_add(&h->problems, f->p, f->len);
		buf_addc(&h->problems, '\n');
		return 0;
	default:
		return take_number(f, h, pid);
	}
}

static int read_status(
    const struct wire_frame *f, struct broker_status *h, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	uint64_t pid = 0;
	int r;

	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(&field, h, &pid);
		if (r < 0)
			break;
	}
	if (r < 0)
		return client_nonsense(e);
	if (h->pid == 0)
		h->pid = (pid_t)pid;
	return 0;
}

void broker_status_ask(struct broker_status *h)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	int r;

	memset(h, 0, sizeof(*h));
	buf_init(&h->settings, TEXT_MAX);
	buf_init(&h->problems, TEXT_MAX);
	wire_end(&request, client_begin(&request, WIRE_STATUS));
	r = client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + BROKER_MS, &request, &f, &h->why);
	memcpy(h->socket, c.path, sizeof(h->socket));
	h->pid = c.pid;
	if (r == 0)
		r = read_status(&f, h, &h->why);
	h->kind = r == 0	       ? BROKER_STATUS_RUNNING
		  : r == ERR_NOT_FOUND ? BROKER_STATUS_NONE
				       : BROKER_STATUS_BAD;
	client_close(&c);
	buf_release(&request);
}

void broker_status_release(struct broker_status *h)
{
	buf_release(&h->settings);
	buf_release(&h->problems);
}
