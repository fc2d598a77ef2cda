#include "net/runtime/harden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/core/bytes.h"
#include "base/sys/inherit.h"
#include "base/sys/plat.h"

enum {
	/* clients, connections of SDKs, and some for the rest */
	WANTED_FDS = 2048,
};

static int build_environment(struct err *e)
{
	char *values[INHERIT_MAX] = {NULL}, **p;
	size_t i, n = 0;
	int failed = 0;

	while (inherit_names[n])
		n++;
	for (i = 0; i < n; i++) {
		const char *v = getenv(inherit_names[i]);

		values[i] = v ? strdup(v) : NULL;
		failed |= v && !values[i];
	}
	/* Wipe what is dropped, too: a shell may have had keys in its
	 * environment. */
	for (p = environ; !failed && p && *p; p++)
		bytes_wipe(*p, strlen(*p));
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): freed below */
	failed |= clearenv() != 0;
	failed |= setenv("PATH", "/usr/bin:/bin", 1) != 0;
	for (i = 0; i < n; i++) {
		if (values[i])
			failed |= setenv(inherit_names[i], values[i], 1) != 0;
		free(values[i]);
	}
	return failed ? err_set(e, ERR_NOMEM, "out of memory") : 0;
}

static void raise_fds(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) < 0 || rl.rlim_cur >= WANTED_FDS)
		return;
	rl.rlim_cur = rl.rlim_max < WANTED_FDS ? rl.rlim_max : WANTED_FDS;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

int harden(struct err *e)
{
	const struct rlimit no_core = {0, 0};

	plat_std_fds();
	if (plat_undumpable() < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
		return err_sys(e, "keeping debuggers and core dumps away");
	(void)umask(077);
	plat_close_from(4);
#ifdef __linux__
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "giving up new privileges");
#endif
	if (chdir("/") < 0)
		return err_sys(e, "changing to the root directory");
	raise_fds();
	return build_environment(e);
}

void harden_session(void)
{
	/* Fails if our parent has already done it. */
	(void)setsid();
}

void harden_silence(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC), i;

	if (fd < 0)
		return;
	for (i = 0; i <= 2; i++)
		(void)dup2(fd, i);
	(void)close(fd);
}

void harden_name(const char *name)
{
#ifdef __linux__
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
#else
	(void)name;
#endif
}
