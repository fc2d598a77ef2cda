#include "front/client/broker_status.h"

#include <string.h>

#include "base/sys/plat.h"
#include "front/client/client.h"

enum {
	BROKER_MS = 1000,
	TEXT_MAX = 64 * 1024
};

static void add_problems(struct broker_status *h)
{
	struct message row;

	while (message_row(&row, WIRE_STATUS, &h->says.rows)) {
		buf_adds(&h->problems, row.problem);
		buf_addc(&h->problems, '\n');
	}
}

void broker_status_ask(struct broker_status *h)
{
	const struct message request = {.type = WIRE_STATUS};
	struct client c;
	int r;

	memset(h, 0, sizeof(*h));
	buf_init(&h->problems, TEXT_MAX);
	r = client_ask(&c, CLIENT_EXISTING, plat_ms() + BROKER_MS, &request,
	    &h->says, &h->why);
	memcpy(h->socket, c.path, sizeof(h->socket));
	h->pid = c.pid;
	if (r == 0)
		add_problems(h);
	if (r == 0 && h->pid == 0)
		h->pid = (pid_t)h->says.pid;
	if (r < 0)
		h->says = (struct message){.url = ""};
	h->kind = r == 0	       ? BROKER_STATUS_RUNNING
		  : r == ERR_NOT_FOUND ? BROKER_STATUS_NONE
				       : BROKER_STATUS_BAD;
	h->body = c.in;
	buf_init(&c.in, 0);
	client_close(&c);
}

void broker_status_release(struct broker_status *h)
{
	buf_release(&h->body);
	buf_release(&h->problems);
}
