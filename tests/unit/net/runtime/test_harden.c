/* What the broker does to itself first: net/runtime/harden.h.  Each test
 * hardens a child, since nothing of it can be taken back. */

#include "home.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "net/runtime/harden.h"

static int hardened(void)
{
	struct err e;

	return harden(&e);
}

static int only_what_is_named_stays_in_the_environment(void)
{
	extern char **environ;
	static const char *const kept[] = {"HOME", "XDG_CONFIG_HOME",
	    "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "MAIRU_LOG", "MAIRU_AGENT_LOG",
	    "MAIRU_AGENT_SOCK", "HTTPS_PROXY", "https_proxy", "ALL_PROXY",
	    "all_proxy", "NO_PROXY", "no_proxy"};
	size_t i, n = 0;

	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		(void)setenv(kept[i], kept[i], 1);
	(void)setenv("LD_PRELOAD", "x", 1);
	(void)setenv("SSLKEYLOGFILE", "x", 1);
	(void)setenv("AWS_SECRET_ACCESS_KEY", "x", 1);
	(void)setenv("PATH", "/tmp", 1);
	if (hardened() < 0)
		return 1;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!getenv(kept[i]) || strcmp(getenv(kept[i]), kept[i]) != 0)
			return 2;
	if (strcmp(getenv("PATH"), "/usr/bin:/bin") != 0)
		return 3;
	while (environ[n])
		n++;
	return n == i + 1 ? 0 : 4;
}

static int what_was_in_the_environment_is_wiped(void)
{
	char secret[] = "MAIRU_TEST_SECRET=swordfish";

	if (putenv(secret) != 0 || hardened() < 0)
		return 1;
	return secret[0] == '\0' && secret[20] == '\0' ? 0 : 2;
}

static int only_descriptors_up_to_three_stay(void)
{
	int fd;

	(void)dup2(0, 3);
	(void)dup2(0, 4);
	(void)dup2(0, 100);
	(void)close(1);
	if (hardened() < 0)
		return 1;
	for (fd = 0; fd <= 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return 2;
	return fcntl(4, F_GETFD) < 0 && fcntl(100, F_GETFD) < 0 ? 0 : 3;
}

static int nobody_looks_inside(void)
{
	struct rlimit rl;

	if (hardened() < 0)
		return 1;
	if (prctl(PR_GET_DUMPABLE) != 0)
		return 2;
	if (getrlimit(RLIMIT_CORE, &rl) < 0 || rl.rlim_max != 0)
		return 3;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 4;
}

static int it_holds_no_directory_and_opens_no_file_to_others(void)
{
	char cwd[PATH_MAX];

	if (hardened() < 0 || !getcwd(cwd, sizeof(cwd)))
		return 1;
	return strcmp(cwd, "/") == 0 && umask(0) == 077 ? 0 : 2;
}

static int it_goes_on_without_a_terminal(void)
{
	struct stat null, st;
	int fd;

	harden_session();
	harden_silence();
	if (getsid(0) != getpid() || stat("/dev/null", &null) < 0)
		return 1;
	for (fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) < 0 || st.st_rdev != null.st_rdev)
			return 2;
	return 0;
}

#define CHILD(f)                                                               \
	static void t_##f(void **state)                                        \
	{                                                                      \
		(void)state;                                                   \
		assert_int_equal(in_child(f, 0), 0);                           \
	}

CHILD(only_what_is_named_stays_in_the_environment)
CHILD(what_was_in_the_environment_is_wiped)
CHILD(only_descriptors_up_to_three_stay)
CHILD(nobody_looks_inside)
CHILD(it_holds_no_directory_and_opens_no_file_to_others)
CHILD(it_goes_on_without_a_terminal)

int main(void)
{
#define H(f)                                                                   \
	{                                                                      \
#f, t_##f, home_setup, tear_down, NULL                         \
	}
	const struct CMUnitTest tests[] = {
	    H(only_what_is_named_stays_in_the_environment),
	    H(what_was_in_the_environment_is_wiped),
	    H(only_descriptors_up_to_three_stay),
	    H(nobody_looks_inside),
	    H(it_holds_no_directory_and_opens_no_file_to_others),
	    H(it_goes_on_without_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
