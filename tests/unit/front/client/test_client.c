/* One request after another over a connection: front/client/client.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sys/plat.h"
#include "front/client/client.h"

struct world {
	struct client c;
	int broker; /* the other end */
	struct buf request;
	struct wire_frame answer;
	struct err e;
};

static int setup(void **state)
{
	static struct world w;
	int fd[2];

	memset(&w, 0, sizeof(w));
	if (socketpair(
		AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd) < 0)
		return -1;
	w.c.fd = fd[0];
	w.c.wake = -1;
	w.c.deadline = plat_ms() + 20000;
	buf_init(&w.c.in, WIRE_HEADER + WIRE_MAX_BODY);
	w.broker = fd[1];
	buf_init(&w.request, 4096);
	wire_end(&w.request, client_begin(&w.request, WIRE_SESSIONS));
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	client_close(&w->c);
	buf_release(&w->request);
	return w->broker < 0 ? 0 : close(w->broker);
}

/* Puts an answer where it will be read, before it is asked for. */
static void answers(struct world *w, enum wire_type type, const char *text)
{
	struct buf b = BUF_INIT(4096);
	size_t at = wire_begin(&b, type);

	if (type == WIRE_ERROR)
		wire_putn(&b, WIRE_F_CODE, (uint64_t)-ERR_UPSTREAM);
	wire_puts(&b, WIRE_F_MESSAGE, text);
	wire_end(&b, at);
	assert_int_equal(send(w->broker, b.data, b.len, 0), b.len);
	buf_release(&b);
}

static int call(struct world *w)
{
	return client_call(&w->c, &w->request, &w->answer, &w->e);
}

static const char *text_of(const struct wire_frame *f)
{
	static char text[64];
	struct wire_iter it;
	struct wire_field field;

	wire_iter_init(&it, f->body, f->len);
	assert_int_equal(wire_next(&it, &field), 1);
	assert_int_equal(wire_text(&field, text, sizeof(text)), 0);
	return text;
}

static void two_requests_in_one_get_their_answers_in_turn(void **state)
{
	struct world *w = *state;

	answers(w, WIRE_OK, "first");
	answers(w, WIRE_OK, "second");
	assert_int_equal(call(w), 0);
	assert_string_equal(text_of(&w->answer), "first");
	assert_int_equal(client_next(&w->c, &w->answer, &w->e), 0);
	assert_string_equal(text_of(&w->answer), "second");
	answers(w, WIRE_OK, "third");
	assert_int_equal(call(w), 0);
	assert_string_equal(text_of(&w->answer), "third");
}

static void every_code_of_the_broker_arrives_as_it_is(void **state)
{
	struct world *w = *state;

	answers(w, WIRE_ERROR, "not reached");
	assert_int_equal(call(w), ERR_UPSTREAM);
	assert_string_equal(w->e.msg, "not reached");
	assert_true(client_answered(&w->c));
	assert_false(client_hung_up(&w->c, &w->e));
}

static void a_broker_that_ends_is_told_from_one_that_refuses(void **state)
{
	struct world *w = *state;

	answers(w, WIRE_OK, "before");
	assert_int_equal(call(w), 0);
	assert_int_equal(close(w->broker), 0);
	w->broker = -1;
	assert_int_equal(call(w), ERR_FOREIGN);
	assert_true(client_hung_up(&w->c, &w->e));
	assert_false(client_answered(&w->c));
}

static void no_answer_by_the_deadline_is_no_answer(void **state)
{
	struct world *w = *state;

	w->c.deadline = plat_ms() + 20;
	assert_int_equal(call(w), ERR_TIMEOUT);
	assert_false(client_answered(&w->c));
	assert_false(client_hung_up(&w->c, &w->e));
}

static void what_wakes_ends_the_wait_at_once(void **state)
{
	struct world *w = *state;
	int fd[2];

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "", 1), 1);
	w->c.wake = fd[0];
	assert_int_equal(call(w), ERR_SYS);
	assert_int_equal(w->e.sys_errno, EINTR);
	assert_true(plat_ms() < w->c.deadline - 10000);
	assert_int_equal(close(fd[0]) | close(fd[1]), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(two_requests_in_one_get_their_answers_in_turn),
	    T(every_code_of_the_broker_arrives_as_it_is),
	    T(a_broker_that_ends_is_told_from_one_that_refuses),
	    T(no_answer_by_the_deadline_is_no_answer),
	    T(what_wakes_ends_the_wait_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
