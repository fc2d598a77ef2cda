/* Who holds the lock beside a socket: front/client/broker_lock.h. */

#include "home.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/sys/sock.h"
#include "front/client/broker_lock.h"

static void a_lock_is_held_or_there_is_nobody(void **state)
{
	char sock[PATH_MAX], lock[PATH_MAX + sizeof(SOCK_LOCK)];
	int fd;

	(void)state;
	(void)snprintf(sock, sizeof(sock), "%s", at_home("s"));
	(void)snprintf(lock, sizeof(lock), "%s" SOCK_LOCK, sock);
	assert_int_equal(broker_lock_is_there(sock), 0);
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	/* What a broker that was killed leaves behind. */
	assert_int_equal(write(fd, "4711\n", 5), 5);
	assert_int_equal(broker_lock_is_there(sock), 0);
	assert_int_equal(broker_lock_pid(sock), 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(broker_lock_is_there(sock), 1);
	assert_int_equal(broker_lock_pid(sock), 4711);
	(void)close(fd);
	assert_int_equal(broker_lock_is_there(sock), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_lock_is_held_or_there_is_nobody, home_setup, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
