#include "front/signin/silent_tty.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bracketed paste, if the terminal supports it. */
static const char bracket_on[] = "\033[?2004h", bracket_off[] = "\033[?2004l";

static void ask_for_brackets(const char *how)
{
	const char *term = getenv("TERM");

	if (term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0 &&
	    isatty(STDERR_FILENO))
		(void)!write(STDERR_FILENO, how, strlen(how));
}

void silent_tty_init(struct silent_tty *t, int fd)
{
	memset(t, 0, sizeof(*t));
	t->fd = fd;
}

int silent_tty_hold(struct silent_tty *t)
{
	struct termios silent;

	if (t->held)
		return 1;
	if (tcgetpgrp(t->fd) != getpgrp() || tcgetattr(t->fd, &t->before) < 0)
		return 0;
	silent = t->before;
	silent.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | IEXTEN);
	silent.c_lflag |= ISIG;
	/* Ctrl-C discards what was typed: a read then must not block. */
	silent.c_cc[VMIN] = 0;
	silent.c_cc[VTIME] = 0;
	if (tcsetattr(t->fd, TCSANOW, &silent) < 0)
		return 0;
	t->held = 1;
	ask_for_brackets(bracket_on);
	return 1;
}

void silent_tty_release(struct silent_tty *t)
{
	if (!t->held)
		return;
	t->held = 0;
	ask_for_brackets(bracket_off);
	(void)tcsetattr(t->fd, TCSAFLUSH, &t->before);
}
