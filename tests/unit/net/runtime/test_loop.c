/* The event loop, with a clock that the test turns: net/runtime/loop.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/runtime/loop.h"

struct world {
	struct loop *loop;
	int64_t now;
	int pair[2];
	char said[64]; /* what was called, in turn */
};

static struct world w;

static int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static int setup(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.now = 1000;
	if (loop_new(&w.loop, turned, &w.now) < 0)
		return -1;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, w.pair);
}

static int teardown(void **state)
{
	(void)state;
	loop_free(w.loop);
	return close(w.pair[0]) | close(w.pair[1]);
}

static void once(void)
{
	struct err e;

	assert_int_equal(loop_once(w.loop, 0, &e), 0);
}

static void say(const char *what)
{
	size_t n = strlen(w.said);

	assert_true(n + strlen(what) < sizeof(w.said));
	memcpy(w.said + n, what, strlen(what) + 1);
}

static void say_arg(void *arg)
{
	say(arg);
}

static void say_fd(void *arg, short revents)
{
	(void)revents;
	say(arg);
}

static void timers_run_when_due_in_order_and_once(void **state)
{
	char a[] = "a", b[] = "b", c[] = "c";
	struct loop_timer ta = {.fn = say_arg, .arg = a};
	struct loop_timer tb = {.fn = say_arg, .arg = b};
	struct loop_timer tc = {.fn = say_arg, .arg = c};

	(void)state;
	loop_arm(w.loop, &tb, 20);
	loop_arm(w.loop, &ta, 10);
	loop_arm(w.loop, &tc, 20);
	once();
	assert_string_equal(w.said, "");
	w.now += 10;
	once();
	assert_string_equal(w.said, "a");
	assert_false(loop_armed(&ta));
	w.now += 100;
	once();
	once();
	assert_string_equal(w.said, "abc");
}

static void a_timer_can_be_moved_and_disarmed(void **state)
{
	char a[] = "a", b[] = "b";
	struct loop_timer ta = {.fn = say_arg, .arg = a};
	struct loop_timer tb = {.fn = say_arg, .arg = b};

	(void)state;
	loop_disarm(w.loop, &ta);
	loop_arm(w.loop, &ta, 10);
	loop_arm(w.loop, &tb, 10);
	loop_arm(w.loop, &ta, 50);
	loop_disarm(w.loop, &tb);
	w.now += 20;
	once();
	assert_string_equal(w.said, "");
	w.now += 40;
	once();
	assert_string_equal(w.said, "a");
}

static struct loop_timer again;

static void arm_again(void *arg)
{
	say(arg);
	loop_arm(w.loop, &again, 0);
}

static void a_timer_that_arms_itself_waits_for_the_next_round(void **state)
{
	char a[] = "a", f[] = "f";
	struct loop_fd fd = {.fn = say_fd, .arg = f};

	(void)state;
	again = (struct loop_timer){.fn = arm_again, .arg = a};
	assert_int_equal(loop_watch(w.loop, &fd, w.pair[0], POLLOUT), 0);
	loop_arm(w.loop, &again, 0);
	once();
	once();
	assert_string_equal(w.said, "fafa");
	loop_disarm(w.loop, &again);
	loop_unwatch(w.loop, &fd);
}

static struct loop_timer later;

static void arm_later(void *arg, short revents)
{
	(void)revents;
	say(arg);
	loop_arm(w.loop, &later, 0);
}

static void a_zero_timer_of_a_descriptor_runs_after_all_descriptors(void **s)
{
	char a[] = "a", b[] = "b", t[] = "t";
	struct loop_fd fa = {.fn = arm_later, .arg = a};
	struct loop_fd fb = {.fn = say_fd, .arg = b};

	(void)s;
	later = (struct loop_timer){.fn = say_arg, .arg = t};
	assert_int_equal(loop_watch(w.loop, &fa, w.pair[0], POLLOUT), 0);
	assert_int_equal(loop_watch(w.loop, &fb, w.pair[1], POLLOUT), 0);
	once();
	assert_string_equal(w.said, "abt");
	loop_unwatch(w.loop, &fa);
	loop_unwatch(w.loop, &fb);
}

static struct loop_fd first, second, third;

static void unwatch_both(void *arg, short revents)
{
	(void)revents;
	say(arg);
	loop_unwatch(w.loop, &first);
	loop_unwatch(w.loop, &second);
	assert_int_equal(loop_watch(w.loop, &third, w.pair[1], POLLOUT), 0);
}

static void a_watch_that_is_gone_is_not_called(void **state)
{
	char a[] = "a", b[] = "b", c[] = "c";

	(void)state;
	first = (struct loop_fd){.fn = unwatch_both, .arg = a};
	second = (struct loop_fd){.fn = say_fd, .arg = b};
	third = (struct loop_fd){.fn = say_fd, .arg = c};
	assert_int_equal(loop_watch(w.loop, &first, w.pair[0], POLLOUT), 0);
	assert_int_equal(loop_watch(w.loop, &second, w.pair[1], POLLOUT), 0);
	once();
	/* The new one is for the next round, even with the same descriptor. */
	assert_string_equal(w.said, "a");
	once();
	assert_string_equal(w.said, "ac");
	loop_unwatch(w.loop, &third);
	loop_unwatch(w.loop, &third);
}

static void events_can_change(void **state)
{
	char a[] = "a";
	struct loop_fd fd = {.fn = say_fd, .arg = a};

	(void)state;
	assert_int_equal(loop_watch(w.loop, &fd, w.pair[0], POLLIN), 0);
	once();
	loop_events(w.loop, &fd, POLLOUT);
	once();
	loop_events(w.loop, &fd, 0);
	once();
	assert_string_equal(w.said, "a");
	loop_unwatch(w.loop, &fd);
}

static void many_watches_survive_holes(void **state)
{
	enum {
		MANY = 200
	};
	static struct loop_fd fds[MANY];
	char x[] = "";
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		fds[i] = (struct loop_fd){.fn = say_fd, .arg = x};
		assert_int_equal(
		    loop_watch(w.loop, &fds[i], w.pair[0], POLLOUT), 0);
	}
	for (i = 0; i < MANY; i += 3)
		loop_unwatch(w.loop, &fds[i]);
	once();
	for (i = 0; i < MANY; i++)
		assert_int_equal(fds[i].slot != 0, i % 3 != 0);
	for (i = 0; i < MANY; i++)
		loop_unwatch(w.loop, &fds[i]);
	once();
}

static void stop_it(void *arg)
{
	say(arg);
	loop_stop(w.loop);
}

static void it_runs_until_it_is_stopped(void **state)
{
	char a[] = "a";
	struct loop_timer t = {.fn = stop_it, .arg = a};
	struct err e;

	(void)state;
	loop_arm(w.loop, &t, 0);
	assert_int_equal(loop_run(w.loop, &e), 0);
	assert_string_equal(w.said, "a");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(timers_run_when_due_in_order_and_once),
	    T(a_timer_can_be_moved_and_disarmed),
	    T(a_timer_that_arms_itself_waits_for_the_next_round),
	    T(a_zero_timer_of_a_descriptor_runs_after_all_descriptors),
	    T(a_watch_that_is_gone_is_not_called),
	    T(events_can_change),
	    T(many_watches_survive_holes),
	    T(it_runs_until_it_is_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
