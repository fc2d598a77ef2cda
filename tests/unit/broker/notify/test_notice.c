/* That a login is needed, and who is told: broker/notify/notice.h. */

#include "home.h"

#include "broker/notify/notice.h"
#include "pty.h"

#define LINE                                                                   \
	"\r\r\nmairu: con toso needs a login for 123/Dev. Run: mairu login "   \
	"'con toso'\r\r\n"

static struct loop *loop;
static struct notices *notices;
static int64_t now;
static int changes;
static unsigned char here[HASH_SHA256] = {1}, there[HASH_SHA256] = {2};

static int64_t turned(void *arg)
{
	(void)arg;
	return now;
}

static int64_t wall(void *arg)
{
	(void)arg;
	return 1000000 + now / 1000;
}

static void changed(void *arg)
{
	(void)arg;
	changes++;
}

static int setup(void **state)
{
	struct err e;

	if (home_setup(state) != 0)
		return -1;
	now = 5000;
	changes = 0;
	pty_open();
	if (loop_new(&loop, turned, NULL) < 0 ||
	    notices_new(&notices, loop, NULL, &e) < 0)
		return -1;
	loop_set_wall(loop, wall, NULL);
	notices_watch(notices, changed, NULL);
	return 0;
}

static int teardown(void **state)
{
	notices_free(notices);
	loop_free(loop);
	pty_close();
	return tear_down(state);
}

static void turn(void)
{
	assert_int_equal(loop_once(loop, 0, NULL), 0);
}

static void later(int64_t seconds)
{
	now += seconds * 1000;
	turn();
}

static void raise_here(void)
{
	notice_raise(notices, here, "con toso");
	notice_tell(notices, here, "123/Dev", pty_path);
}

static void a_need_is_there_until_it_is_over(void **state)
{
	(void)state;
	assert_int_equal(notice_since(notices, here), 0);
	notice_raise(notices, here, "con toso");
	assert_int_equal(notice_since(notices, here), 1000005);
	assert_int_equal(notice_since(notices, there), 0);
	now += 60000;
	notice_raise(notices, here, "con toso");
	assert_int_equal(notice_since(notices, here), 1000005);
	assert_int_equal(changes, 1);
	notice_raise(notices, there, "other");
	assert_int_equal(changes, 2);
	assert_string_equal(notice_at(notices, 0), "con toso");
	assert_string_equal(notice_at(notices, 1), "other");
	assert_null(notice_at(notices, 2));
	notice_over(notices, here);
	assert_int_equal(changes, 3);
	notice_over(notices, here);
	assert_int_equal(changes, 3);
	assert_int_equal(notice_since(notices, here), 0);
	assert_string_equal(notice_at(notices, 0), "other");
	notice_over(notices, NULL);
	assert_null(notice_at(notices, 0));
}

static void an_edit_of_a_servers_file_leaves_no_old_need(void **state)
{
	(void)state;
	notice_raise(notices, here, "con toso");
	notice_raise(notices, there, "con toso");
	assert_int_equal(notice_since(notices, here), 0);
	assert_string_equal(notice_at(notices, 0), "con toso");
	assert_null(notice_at(notices, 1));
}

static void a_terminal_is_told_once_in_a_quarter_of_an_hour(void **state)
{
	(void)state;
	raise_here();
	turn();
	assert_string_equal(pty_shown(), LINE);
	raise_here();
	later(NOTICE_QUIET - 1);
	raise_here();
	turn();
	assert_string_equal(pty_shown(), "");
	later(1);
	assert_string_equal(pty_shown(), "");
	raise_here();
	turn();
	assert_string_equal(pty_shown(), LINE);
}

static void a_login_begins_that_anew(void **state)
{
	(void)state;
	raise_here();
	turn();
	assert_string_equal(pty_shown(), LINE);
	notice_over(notices, here);
	raise_here();
	turn();
	assert_string_equal(pty_shown(), LINE);
}

static void what_is_over_in_the_same_round_is_never_said(void **state)
{
	(void)state;
	raise_here();
	notice_over(notices, here);
	later(60);
	assert_string_equal(pty_shown(), "");
}

static void each_server_has_its_own_line(void **state)
{
	(void)state;
	raise_here();
	notice_raise(notices, there, "other");
	notice_tell(notices, there, "Admin", pty_path);
	turn();
	assert_non_null(strstr(pty_shown(), "con toso needs a login"));
	assert_non_null(strstr(pty_text,
	    "mairu: other needs a login for Admin. Run: mairu login "
	    "other\r"));
}

static void a_full_screen_program_is_waited_for(void **state)
{
	(void)state;
	pty_mode(0, ICANON | ECHO);
	raise_here();
	turn();
	later(NOTICE_AGAIN);
	pty_mode(ICANON | ECHO, 0);
	assert_string_equal(pty_shown(), "");
	later(NOTICE_AGAIN - 1);
	assert_string_equal(pty_shown(), "");
	later(1);
	assert_string_equal(pty_shown(), LINE);
	later(NOTICE_AGAIN);
	assert_string_equal(pty_shown(), "");
}

static void after_a_quarter_of_an_hour_it_is_given_up(void **state)
{
	(void)state;
	pty_mode(0, ICANON | ECHO);
	raise_here();
	for (int i = 0; i <= NOTICE_QUIET / NOTICE_AGAIN; i++)
		later(NOTICE_AGAIN);
	pty_mode(ICANON | ECHO, 0);
	later(NOTICE_AGAIN);
	later(NOTICE_AGAIN);
	assert_string_equal(pty_shown(), "");
	/* But who asks is told. */
	raise_here();
	turn();
	assert_string_equal(pty_shown(), LINE);
}

static void a_login_ends_the_waiting(void **state)
{
	(void)state;
	pty_mode(0, ICANON | ECHO);
	raise_here();
	turn();
	notice_over(notices, here);
	pty_mode(ICANON | ECHO, 0);
	later(NOTICE_AGAIN);
	assert_string_equal(pty_shown(), "");
}

static void a_terminal_obeys_nothing_in_a_name(void **state)
{
	(void)state;
	notice_raise(notices, here, "a\033[2Jb");
	notice_tell(notices, here, "c\r\nd", pty_path);
	turn();
	assert_null(strchr(pty_shown(), '\033'));
	assert_non_null(strstr(pty_text, "a\\x1b[2Jb needs a login for "
					 "c\\x0d\\x0ad. Run: "));
}

static void without_a_need_or_a_terminal_nobody_is_told(void **state)
{
	(void)state;
	notice_tell(notices, here, "123/Dev", pty_path);
	notice_raise(notices, here, "con toso");
	notice_tell(notices, here, "123/Dev", "");
	notice_tell(notices, here, "123/Dev", "/dev/null");
	turn();
	assert_string_equal(pty_shown(), "");
}

static void many_terminals_are_no_more_than_some(void **state)
{
	char path[64];

	(void)state;
	pty_mode(0, ICANON | ECHO);
	raise_here();
	turn();
	pty_mode(ICANON | ECHO, 0);
	for (int i = 0; i < NOTICE_TERMINALS; i++) {
		(void)snprintf(path, sizeof(path), "/dev/pts/%d", 4000000 + i);
		notice_tell(notices, here, "123/Dev", path);
	}
	later(NOTICE_AGAIN);
	assert_string_equal(pty_shown(), ""); /* the oldest went */
}

static void a_terminal_is_looked_for_less_and_less_often(void **state)
{
	int n = 0;

	(void)state;
	assert_false(notice_may_seek(notices, here));
	notice_raise(notices, here, "con toso");
	assert_true(notice_may_seek(notices, here));
	assert_false(notice_may_seek(notices, here));
	for (int i = 0; i < 3600; i++) {
		now += 1000;
		n += notice_may_seek(notices, here);
	}
	/* After 15, 45, 105, 225, 465, 945, 1845, 2745 seconds. */
	assert_int_equal(n, 8);
}

#define AT_PTY(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_PTY(a_need_is_there_until_it_is_over),
	    AT_PTY(an_edit_of_a_servers_file_leaves_no_old_need),
	    AT_PTY(a_terminal_is_told_once_in_a_quarter_of_an_hour),
	    AT_PTY(a_login_begins_that_anew),
	    AT_PTY(what_is_over_in_the_same_round_is_never_said),
	    AT_PTY(each_server_has_its_own_line),
	    AT_PTY(a_full_screen_program_is_waited_for),
	    AT_PTY(after_a_quarter_of_an_hour_it_is_given_up),
	    AT_PTY(a_login_ends_the_waiting),
	    AT_PTY(a_terminal_obeys_nothing_in_a_name),
	    AT_PTY(without_a_need_or_a_terminal_nobody_is_told),
	    AT_PTY(many_terminals_are_no_more_than_some),
	    AT_PTY(a_terminal_is_looked_for_less_and_less_often),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
