/* Bytes on the broker's socket: every frame is taken to the letter or refused,
 * what is taken apart goes together again, and a real broker behind a real
 * socket answers in frames, whatever it was told. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/version.h"
#include "base/core/wire.h"
#include "broker/broker.h"
#include "broker/commands/table.h"
#include "broker/grants/grant.h"
#include "broker/grants/originals.h"
#include "broker/keeper/lease.h"
#include "broker/login/login.h"
#include "broker/notify/notice.h"
#include "broker/roles/roles.h"
#include "broker/servers/config.h"
#include "broker/socket/connections.h"
#include "broker/socket/request.h"
#include "broker/trust/checker.h"
#include "broker/trust/child.h"
#include "broker/upstream_open.h"
#include "net/runtime/loop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int so)
{
	if (!so)
		abort();
}

static void decode(const struct wire_frame *f)
{
	static unsigned char room[REQUEST_ROOM], other[REQUEST_ROOM];
	struct message r, again;
	struct buf b = BUF_INIT(WIRE_HEADER + WIRE_MAX_BODY);
	struct wire_field field;
	struct wire_frame g;
	struct wire_iter it;
	struct err e;
	size_t used;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while ((rc = wire_next(&it, &field)) > 0)
		must(field.p >= f->body &&
		     field.p + field.len <= f->body + f->len);
	must((rc < 0) == request_damaged(f));
	rc = request_read(&r, room, f, &e);
	must(rc == 0 || (rc == (int)e.code && e.msg[0] != '\0'));
	if (rc == 0 && r.type != WIRE_QUIT && r.type != WIRE_INFO) {
		message_put_request(&b, &r);
		must(wire_parse(b.data, b.len, &g, &used, NULL) == 1);
		must(request_read(&again, other, &g, NULL) == 0);
		must(again.type == r.type);
	}
	buf_release(&b);
}

static void decode_all(const uint8_t *data, size_t size)
{
	static struct check_child_answer a;
	struct wire_frame f;
	size_t used;

	(void)!check_child_parse(&a, data, size);
	while (size > 0 && wire_parse(data, size, &f, &used, NULL) > 0) {
		must(used <= size);
		decode(&f);
		data += used;
		size -= used;
	}
}

static struct broker *start(void)
{
	static struct broker b;
	struct connections_handler h;
	struct err e;

	if (b.server)
		return &b;
	must(setenv("HOME", "/nonexistent", 1) == 0);
	must(loop_new(&b.loop, NULL, NULL) == 0);
	must(slab_new(&b.slab, 1 << 20, &e) == 0);
	b.config = config_new();
	must(checker_new(
		 &b.checker, b.loop, NULL, &b.problems, "/nonexistent") == 0);
	must(grants_new(&b.grants, b.loop, b.slab, b.checker, NULL) == 0);
	/* There is no keeper beside this program. */
	must(lease_new(&b.lease, b.loop, b.slab, NULL, &b.problems,
		 "/nonexistent/sock", &e) == 0);
	must(originals_new(&b.stash, b.loop, b.slab) == 0);
	must(upstream_open(&b.up, b.loop, NULL, b.slab, b.config, &e) == 0);
	must(roles_new(&b.roles, &b.up, &e) == 0);
	must(logins_new(&b.logins, &b.up, &e) == 0);
	must(notices_new(&b.notices, b.loop, NULL, &e) == 0);
	b.needs = (struct needs){b.notices, b.up.catalog, b.logins, b.grants};
	commands_init(&h, &b);
	must(connections_new(&b.server, b.loop, NULL, -1, &h, &e) == 0);
	return &b;
}

/* What the broker says must be whole frames. */
static void read_frames(struct buf *heard)
{
	struct wire_frame f;
	size_t used;

	while (heard->len > 0 &&
	       wire_parse(heard->data, heard->len, &f, &used, NULL) == 1) {
		must(f.version == WIRE_VERSION);
		must(f.type == WIRE_OK || f.type == WIRE_ERROR);
		must(!request_damaged(&f));
		buf_consume(heard, used);
	}
}

static void talk(const uint8_t *data, size_t size)
{
	struct broker *b = start();
	struct buf heard = BUF_INIT(4 * WIRE_MAX_BODY);
	int pair[2], quiet = 0;
	size_t sent = 0;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	connections_adopt(b->server, pair[1]);
	while (quiet < 3) {
		unsigned char *p = buf_reserve(&heard, 4096);
		ssize_t n = 0, m;

		must(p != NULL);
		if (sent < size)
			n = send(pair[0], data + sent, size - sent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		must(loop_once(b->loop, 0, NULL) == 0);
		m = recv(pair[0], p, 4096, MSG_DONTWAIT);
		if (m > 0)
			buf_commit(&heard, (size_t)m);
		read_frames(&heard);
		quiet = n > 0 || m > 0 ? 0 : quiet + 1;
	}
	must(heard.len == 0);
	(void)close(pair[0]);
	must(loop_once(b->loop, 0, NULL) == 0);
	must(connections_clients(b->server) <=
	     1); /* one that was told to quit */
	if (connections_clients(b->server) > 0) {
		connections_free(b->server);
		b->server = NULL;
		struct connections_handler h;

		commands_init(&h, b);
		must(connections_new(&b->server, b->loop, NULL, -1, &h, NULL) ==
		     0);
	}
	buf_release(&heard);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode_all(data, size);
	talk(data, size);
	return 0;
}
