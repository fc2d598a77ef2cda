#include "broker/notify/terminal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "base/sys/plat.h"
#include "net/runtime/helper.h"

#define PTS "/dev/pts/"
#define TTY "/dev/tty"

enum {
	LINE_MAX_BYTES = 4096,
	NAMESPACE = 64,
	/* Numbers of Linux's device table: consoles, serial lines, and the
	 * eight majors that Unix98 terminals share. */
	MAJOR_TTY = 4,
	MAJOR_PTS = 136,
	MAJOR_PTS_LAST = 143,
	CONSOLES = 64,
	MINORS = 256,
};

int terminal_is_name(const char *path)
{
	size_t n = strlen(path);
	const char *p;

	if (n >= TERMINAL_PATH)
		return 0;
	if (strncmp(path, PTS, strlen(PTS)) == 0) {
		p = path + strlen(PTS);
		return *p && p[strspn(p, "0123456789")] == '\0';
	}
	/* Not /dev/tty, which differs for every process. */
	if (strncmp(path, TTY, strlen(TTY)) != 0 || !path[strlen(TTY)])
		return 0;
	for (p = path + strlen(TTY); *p; p++)
		if (!isalnum((unsigned char)*p))
			return 0;
	return 1;
}

static enum terminal_said judge(int fd)
{
	struct termios t;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) ||
	    st.st_uid != geteuid() || tcgetattr(fd, &t) < 0)
		return TERMINAL_REFUSED;
	return (t.c_lflag & ICANON) && (t.c_lflag & ECHO) ? TERMINAL_SAID
							  : TERMINAL_BUSY;
}

enum terminal_said terminal_say(const char *path, const char *text)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	enum terminal_said said = TERMINAL_REFUSED;
	struct stat st;
	int fd, told;

	if (helper_is_there()) {
		told = helper_say(path, text);
		return told < 0 ? TERMINAL_BUSY : (enum terminal_said)told;
	}
	/* Opening a device may have side effects. */
	if (!terminal_is_name(path) || lstat(path, &st) < 0 ||
	    !S_ISCHR(st.st_mode) || st.st_uid != geteuid())
		return said;
	fd = open(
	    path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == EBUSY ? TERMINAL_BUSY : said;
	said = judge(fd);
	/* An explicit CR: output processing may be off. */
	buf_adds(&line, "\r\n");
	buf_adds(&line, text);
	buf_adds(&line, "\r\n");
	if (line.failed)
		said = TERMINAL_REFUSED;
	else if (said == TERMINAL_SAID && write(fd, line.data, line.len) <= 0)
		said = errno == EAGAIN || errno == EINTR ? TERMINAL_BUSY
							 : TERMINAL_REFUSED;
	(void)close(fd);
	buf_release(&line);
	return said;
}

/* --- whose */

static int link_text(pid_t pid, const char *name, char *out, size_t cap)
{
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	n = readlink(path, out, cap - 1);
	if (n <= 0 || (size_t)n >= cap - 1)
		return -1;
	out[n] = '\0';
	return 0;
}

/* In another namespace the same name is another terminal. */
static int sees_what_we_see(pid_t pid)
{
	char ours[NAMESPACE], theirs[NAMESPACE];

	return link_text(getpid(), "ns/mnt", ours, sizeof(ours)) == 0 &&
	       link_text(pid, "ns/mnt", theirs, sizeof(theirs)) == 0 &&
	       strcmp(ours, theirs) == 0;
}

static void name_of(unsigned number, char path[TERMINAL_PATH])
{
	unsigned major = number >> 8 & 0xfff;
	unsigned minor = (number & 0xff) | (number >> 12 & 0xfff00);

	if (major >= MAJOR_PTS && major <= MAJOR_PTS_LAST)
		(void)snprintf(path, TERMINAL_PATH, PTS "%u",
		    (major - MAJOR_PTS) * MINORS + minor);
	else if (major == MAJOR_TTY && minor > 0 && minor < CONSOLES)
		(void)snprintf(path, TERMINAL_PATH, TTY "%u", minor);
}

void terminal_of(pid_t pid, char path[TERMINAL_PATH])
{
	static const char *const std[] = {"fd/2", "fd/1", "fd/0"};
	char text[TERMINAL_PATH];

	path[0] = '\0';
	if (!sees_what_we_see(pid))
		return;
	name_of(plat_terminal_number(pid), path);
	for (size_t i = 0; !path[0] && i < sizeof(std) / sizeof(std[0]); i++)
		if (link_text(pid, std[i], text, sizeof(text)) == 0 &&
		    terminal_is_name(text))
			memcpy(path, text, sizeof(text));
}
