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
	struct message answer;
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
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	client_close(&w->c);
	return w->broker < 0 ? 0 : close(w->broker);
}

/* Puts an answer where it will be read, before it is asked for. */
static void answers(struct world *w, enum wire_type type, const char *text)
{
	struct buf b = BUF_INIT(4096);
	size_t at = wire_begin(&b, type);

	if (type == WIRE_ERROR)
		wire_putn(&b, WIRE_F_CODE, (uint64_t)-ERR_UPSTREAM);
	wire_puts(&b, type == WIRE_ERROR ? WIRE_F_MESSAGE : WIRE_F_URL, text);
	wire_end(&b, at);
	assert_int_equal(send(w->broker, b.data, b.len, 0), b.len);
	buf_release(&b);
}

static const struct message request = {
    .type = WIRE_START_URL, .url = "https://a.example"};

static int call(struct world *w)
{
	return client_call(&w->c, &request, &w->answer, &w->e);
}

static void two_requests_in_one_get_their_answers_in_turn(void **state)
{
	struct world *w = *state;

	answers(w, WIRE_OK, "first");
	answers(w, WIRE_OK, "second");
	assert_int_equal(
	    client_send(&w->c, (struct message[]){request, request}, 2, &w->e),
	    0);
	assert_int_equal(
	    client_next(&w->c, WIRE_START_URL, &w->answer, &w->e), 0);
	assert_string_equal(w->answer.url, "first");
	assert_int_equal(
	    client_next(&w->c, WIRE_START_URL, &w->answer, &w->e), 0);
	assert_string_equal(w->answer.url, "second");
	answers(w, WIRE_OK, "third");
	assert_int_equal(call(w), 0);
	assert_string_equal(w->answer.url, "third");
}

static void an_answer_to_something_else_makes_no_sense(void **state)
{
	struct world *w = *state;
	const struct message roles = {.type = WIRE_ROLES, .server = "contoso"};

	answers(w, WIRE_OK, "https://b.example");
	assert_int_equal(
	    client_call(&w->c, &roles, &w->answer, &w->e), ERR_FORMAT);
	assert_true(client_answered(&w->c));
	/* Where nothing is looked at, it is as good as any. */
	answers(w, WIRE_OK, "https://b.example");
	assert_int_equal(client_call(&w->c, &roles, NULL, &w->e), 0);
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
	    T(an_answer_to_something_else_makes_no_sense),
	    T(every_code_of_the_broker_arrives_as_it_is),
	    T(a_broker_that_ends_is_told_from_one_that_refuses),
	    T(no_answer_by_the_deadline_is_no_answer),
	    T(what_wakes_ends_the_wait_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
