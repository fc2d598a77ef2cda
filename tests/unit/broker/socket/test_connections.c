/* The clients of the socket and their bounds: broker/socket/connections.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "broker/socket/connections.h"
#include "pump.h"

enum {
	CLIENTS = 256,
	SPARE = 8,
	ECHO = 1000, /* answers with the request's body */
	FLOOD,	     /* answers with as much as there can be */
};

static struct loop *loop;
static struct connections *server;
static int64_t now;
static int fds[CLIENTS + SPARE + 8];
static size_t n_fds;
static int has_quit;

static int64_t turned(void *arg)
{
	(void)arg;
	return now;
}

static enum connections_then request(void *arg, struct connections_client *c,
    const struct wire_frame *f, int spare, struct buf *answer)
{
	size_t at = wire_begin(answer, WIRE_OK);
	static const char much[200 * 1024];

	(void)arg;
	(void)c;
	wire_putn(answer, WIRE_F_COUNT, (uint64_t)spare);
	if (f->type == FLOOD)
		wire_put(answer, WIRE_F_VALUE, much, sizeof(much));
	else if (f->len > 0)
		wire_put(answer, WIRE_F_VALUE, f->body, f->len);
	wire_end(answer, at);
	return f->type == WIRE_QUIT ? CONNECTIONS_QUIT : CONNECTIONS_GO_ON;
}

static void refuse(void *arg, const struct err *why, struct buf *answer)
{
	size_t at = wire_begin(answer, WIRE_ERROR);

	(void)arg;
	wire_putn(answer, WIRE_F_CODE, (uint64_t)(-(int)why->code));
	wire_end(answer, at);
}

static void quit(void *arg)
{
	(void)arg;
	has_quit = 1;
}

static void gone(void *arg, struct connections_client *c)
{
	(void)arg;
	(void)c;
}

static int setup(void **state)
{
	const struct connections_handler h = {
	    .request = request, .gone = gone, .refuse = refuse, .quit = quit};
	struct err e;

	(void)state;
	now = 0;
	n_fds = 0;
	has_quit = 0;
	return loop_new(&loop, turned, NULL) |
	       connections_new(&server, loop, NULL, -1, &h, &e);
}

static int teardown(void **state)
{
	(void)state;
	while (n_fds > 0)
		(void)close(fds[--n_fds]);
	connections_free(server);
	loop_free(loop);
	return 0;
}

static int client(void)
{
	int pair[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair),
	    0);
	connections_adopt(server, pair[1]);
	fds[n_fds++] = pair[0];
	return pair[0];
}

static void turn(void)
{
	struct err e;

	assert_int_equal(loop_once(loop, 0, &e), 0);
}

static void say(int fd, const void *p, size_t len)
{
	assert_int_equal(send(fd, p, len, MSG_NOSIGNAL), len);
}

static void ask(int fd, unsigned type, const char *body)
{
	struct buf b = BUF_INIT(4096);
	size_t at = wire_begin(&b, (enum wire_type)type);

	buf_adds(&b, body);
	wire_end(&b, at);
	say(fd, b.data, b.len);
	buf_release(&b);
}

static char text[WIRE_HEADER + WIRE_MAX_BODY];

/* 1 when fd says nothing more. */
static int ended(int fd)
{
	return pump_read(loop, fd, text, sizeof(text), 0) == 0;
}

static void expect_ok(int fd)
{
	struct wire_frame f = pump_frame(loop, fd, text, sizeof(text));

	assert_int_equal(f.type, WIRE_OK);
}

static void expect_error(int fd, int code)
{
	struct wire_frame f = pump_frame(loop, fd, text, sizeof(text));

	assert_int_equal(f.type, WIRE_ERROR);
	assert_int_equal(pump_number(&f, WIRE_F_CODE), -code);
}

static void a_connection_carries_several_requests(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, ECHO, "a");
	expect_ok(fd);
	ask(fd, ECHO, "b");
	ask(fd, ECHO, "c");
	expect_ok(fd);
	expect_ok(fd);
	assert_int_equal(connections_clients(server), 1);
}

static void a_frame_may_come_byte_by_byte(void **state)
{
	static const char frame[] = "mairu\1\3\350\0\0\0\1x";
	int fd = client();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(frame) - 1; i++) {
		say(fd, frame + i, 1);
		turn();
	}
	expect_ok(fd);
}

static void a_client_that_closes_is_forgotten(void **state)
{
	int fd = client();

	(void)state;
	say(fd, "mai", 3);
	turn();
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
	turn();
	assert_int_equal(connections_clients(server), 0);
}

static void garbage_is_answered_and_the_connection_ends(void **state)
{
	int fd = client();

	(void)state;
	say(fd, "GET / HTTP/1.1\r\n", 16);
	expect_error(fd, ERR_FOREIGN);
	assert_true(ended(fd));
	assert_int_equal(connections_clients(server), 0);
}

static void a_frame_too_large_is_refused_by_its_header(void **state)
{
	int fd = client();

	(void)state;
	say(fd, "mairu\1\0\2\0\4\0\1", 12);
	expect_error(fd, ERR_LIMIT);
	assert_true(ended(fd));
}

static void the_largest_frame_is_served(void **state)
{
	struct buf b = BUF_INIT(WIRE_HEADER + WIRE_MAX_BODY);
	size_t at = wire_begin(&b, (enum wire_type)FLOOD), sent = 0;
	int fd = client();

	(void)state;
	assert_non_null(buf_reserve(&b, WIRE_MAX_BODY));
	memset(b.data + b.len, 0, WIRE_MAX_BODY);
	buf_commit(&b, WIRE_MAX_BODY);
	wire_end(&b, at);
	while (sent < b.len) {
		ssize_t n = send(fd, b.data + sent, b.len - sent, MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		turn();
	}
	assert_true(pump_read(loop, fd, text, sizeof(text), 200 * 1024) > 0);
	buf_release(&b);
}

static void an_idle_client_is_dropped_after_half_a_minute(void **state)
{
	int fd = client();

	(void)state;
	now += 29000;
	turn();
	ask(fd, ECHO, "");
	expect_ok(fd);
	now += 29000;
	turn();
	assert_int_equal(connections_clients(server), 1);
	now += 1001;
	turn();
	assert_int_equal(connections_clients(server), 0);
	assert_true(ended(fd));
}

static void a_frame_must_be_finished_in_five_seconds(void **state)
{
	int fd = client();

	(void)state;
	now += 20000;
	say(fd, "mairu", 5);
	turn();
	now += 3000;
	say(fd, "\1", 1);
	turn();
	now += 1999;
	turn();
	assert_int_equal(connections_clients(server), 1);
	now += 1;
	turn();
	expect_error(fd, ERR_TIMEOUT);
	assert_true(ended(fd));
}

static void one_that_takes_no_answer_is_read_no_more_and_dropped(void **state)
{
	int fd = client(), i;

	(void)state;
	for (i = 0; i < 40; i++) {
		ask(fd, FLOOD, "");
		turn();
	}
	assert_int_equal(connections_clients(server), 1);
	/* Another one does not notice. */
	i = client();
	ask(i, ECHO, "x");
	expect_ok(i);
	now += 5001;
	turn();
	assert_int_equal(connections_clients(server), 1);
}

static void a_full_house_is_told_so(void **state)
{
	struct wire_frame f;
	int i, fd;

	(void)state;
	for (i = 0; i < CLIENTS; i++)
		(void)client();
	fd = client();
	ask(fd, ECHO, "");
	f = pump_frame(loop, fd, text, sizeof(text));
	assert_int_equal(pump_number(&f, WIRE_F_COUNT), 1); /* spare */
	assert_true(ended(fd));
	/* One that does not even ask is told after a second. */
	fd = client();
	turn();
	now += 1001;
	turn();
	expect_error(fd, ERR_LIMIT);
	assert_true(ended(fd));
	assert_int_equal(connections_clients(server), CLIENTS);
}

static void beyond_that_the_newest_has_its_place(void **state)
{
	int i, first = -1, fd;

	(void)state;
	for (i = 0; i < CLIENTS + SPARE; i++) {
		fd = client();
		if (i == CLIENTS)
			first = fd;
	}
	fd = client();
	expect_error(first, ERR_LIMIT);
	ask(fd, ECHO, "");
	expect_ok(fd);
	assert_int_equal(connections_clients(server), CLIENTS + SPARE - 1);
}

static void a_place_that_is_free_again_is_given_again(void **state)
{
	struct wire_frame f;
	int i, fd = -1;

	(void)state;
	for (i = 0; i < CLIENTS; i++)
		fd = client();
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
	turn();
	fd = client();
	ask(fd, ECHO, "");
	f = pump_frame(loop, fd, text, sizeof(text));
	assert_int_equal(pump_number(&f, WIRE_F_COUNT), 0);
}

static void quit_comes_after_its_answer(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, WIRE_QUIT, "");
	pump_until(loop, &has_quit);
	expect_ok(fd);
	/* Its end is seen only when all is done. */
	assert_false(pump_readable(fd));
	connections_free(server);
	server = NULL;
	assert_true(pump_readable(fd));
}

static void quit_comes_even_when_nobody_takes_the_answer(void **state)
{
	int fd = client();

	(void)state;
	ask(fd, WIRE_QUIT, "");
	assert_int_equal(shutdown(fd, SHUT_RDWR), 0);
	pump_until(loop, &has_quit);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(a_connection_carries_several_requests),
	    T(a_frame_may_come_byte_by_byte),
	    T(a_client_that_closes_is_forgotten),
	    T(garbage_is_answered_and_the_connection_ends),
	    T(a_frame_too_large_is_refused_by_its_header),
	    T(the_largest_frame_is_served),
	    T(an_idle_client_is_dropped_after_half_a_minute),
	    T(a_frame_must_be_finished_in_five_seconds),
	    T(one_that_takes_no_answer_is_read_no_more_and_dropped),
	    T(a_full_house_is_told_so),
	    T(beyond_that_the_newest_has_its_place),
	    T(a_place_that_is_free_again_is_given_again),
	    T(quit_comes_after_its_answer),
	    T(quit_comes_even_when_nobody_takes_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
