#include "front/signin/machine.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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

int machine_is_wsl(void)
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

int machine_is_container(void)
{
	/* Containers that share their machine's network and desktop. */
	static const char *const shared[] = {
	    "TOOLBOX_PATH", "DISTROBOX_ENTER_PATH", NULL};
	static const char *const own[] = {
	    "KUBERNETES_SERVICE_HOST", "container", NULL};

	if (any_set(shared) || is_there("/run/.toolboxenv"))
		return 0;
	return any_set(own) || is_there("/run/.containerenv") ||
	       is_there("/.dockerenv");
}

int machine_is_ssh(void)
{
	static const char *const ssh[] = {
	    "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", NULL};

	return any_set(ssh);
}

int machine_has_display(void)
{
	static const char *const display[] = {
	    "DISPLAY", "WAYLAND_DISPLAY", NULL};

	return any_set(display);
}
