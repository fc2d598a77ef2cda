#include "front/signin/headless.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "front/signin/browser.h"

enum {
	RELEASE_MAX = 256
};

static int is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

static int any_set(const char *const *names)
{
	for (; *names != NULL; names++)
		if (is_set(*names))
			return 1;
	return 0;
}

static int is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

int headless_is_wsl(void)
{
	char text[RELEASE_MAX];
	ssize_t n;
	int fd;

	if (is_there("/proc/sys/fs/binfmt_misc/WSLInterop"))
		return 1;
	fd = open("/proc/sys/kernel/osrelease", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n < 0)
		return 0;
	text[n] = '\0';
	return strcasestr(text, "microsoft") != NULL;
}

static int is_container(void)
{
	/* Those that share the network and the desktop of their machine. */
	static const char *const shared[] = {
	    "TOOLBOX_PATH", "DISTROBOX_ENTER_PATH", NULL};
	static const char *const own[] = {
	    "KUBERNETES_SERVICE_HOST", "container", NULL};

	if (any_set(shared) || is_there("/run/.toolboxenv"))
		return 0;
	return any_set(own) || is_there("/run/.containerenv") ||
	       is_there("/.dockerenv");
}

int headless_is_ssh(void)
{
	static const char *const ssh[] = {
	    "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", NULL};

	return any_set(ssh);
}

enum headless headless_choose(const struct headless_facts *f)
{
	if (f->browser)
		return HEADLESS_NOT;
	if (f->ssh)
		return HEADLESS_SSH;
	if (f->container)
		return HEADLESS_CONTAINER;
	if (!f->display && !f->desktop)
		return HEADLESS_NO_DISPLAY;
	return f->opener ? HEADLESS_NOT : HEADLESS_NO_OPENER;
}

enum headless headless_here(void)
{
	static const char *const display[] = {
	    "DISPLAY", "WAYLAND_DISPLAY", NULL};
	const struct headless_facts f = {
	    .browser = is_set("BROWSER"),
	    .ssh = headless_is_ssh(),
	    .container = is_container(),
	    .display = any_set(display),
#ifdef __APPLE__
	    .desktop = 1,
#else
	    .desktop = headless_is_wsl(),
#endif
	    .opener = browser_has_opener(),
	};

	return headless_choose(&f);
}
