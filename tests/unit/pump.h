#ifndef MAIRU_TEST_PUMP_H
#define MAIRU_TEST_PUMP_H

/*
 * Turns a loop in the test's own process until something has come about.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/core/wire.h"
#include "base/sys/plat.h"
#include "net/runtime/loop.h"

enum {
	PUMP_MS = 20000, /* longer than anything takes, under valgrind too */
};

static inline void pump_until(struct loop *l, const int *done)
{
	int64_t end = plat_ms() + PUMP_MS;
	struct err e;

	while (!*done) {
		assert_int_equal(loop_once(l, 20, &e), 0);
		assert_true(plat_ms() < end);
	}
}

static inline int pump_readable(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

/* What fd says until it has said `want` bytes, or its end (with want 0).
 * Returns how many there are; the rest of out is zero. */
static inline size_t pump_read(
    struct loop *l, int fd, char *out, size_t cap, size_t want)
{
	int64_t end = plat_ms() + PUMP_MS;
	struct err e;
	size_t have = 0;
	ssize_t n;

	memset(out, 0, cap);
	while (want == 0 || have < want) {
		assert_int_equal(
		    loop_once(l, pump_readable(fd) ? 0 : 20, &e), 0);
		assert_true(plat_ms() < end);
		if (!pump_readable(fd))
			continue;
		n = recv(fd, out + have, (want ? want : cap - 1) - have,
		    MSG_DONTWAIT);
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

/* The next frame that fd says, in buf; its body is borrowed from there. */
static inline struct wire_frame pump_frame(
    struct loop *l, int fd, char *buf, size_t cap)
{
	struct wire_frame f;
	size_t used, n;

	n = pump_read(l, fd, buf, cap, WIRE_HEADER);
	assert_int_equal(n, WIRE_HEADER);
	n = (size_t)(unsigned char)buf[10] << 8 | (unsigned char)buf[11];
	assert_true(n + WIRE_HEADER < cap);
	if (n > 0) {
		char body[4096];

		assert_true(n < sizeof(body));
		assert_int_equal(pump_read(l, fd, body, sizeof(body), n), n);
		memcpy(buf + WIRE_HEADER, body, n);
	}
	assert_int_equal(wire_parse((const unsigned char *)buf, WIRE_HEADER + n,
			     &f, &used, NULL),
	    1);
	return f;
}

/* The n-th field of that tag; fails when there is none. */
static inline struct wire_field pump_field(
    const struct wire_frame *f, unsigned tag, int n)
{
	struct wire_field field;
	struct wire_iter it;

	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag == tag && n-- == 0)
			return field;
	fail_msg("no field %u", tag);
	return field;
}

static inline uint64_t pump_number(const struct wire_frame *f, unsigned tag)
{
	struct wire_field field = pump_field(f, tag, 0);
	uint64_t n;

	assert_int_equal(wire_num(&field, &n), 0);
	return n;
}

#endif
