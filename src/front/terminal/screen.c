#include "front/terminal/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	COLUMNS = 80 /* if the terminal does not tell */
};

static int is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

void screen_look(struct screen *s, int fd)
{
	const char *term = getenv("TERM");
	struct winsize w;

	memset(s, 0, sizeof(*s));
	if (!isatty(fd))
		return;
	s->columns =
	    ioctl(fd, TIOCGWINSZ, &w) < 0 || w.ws_col == 0 ? COLUMNS : w.ws_col;
	s->draws = is_set(term) && strcmp(term, "dumb") != 0;
	s->colour = s->draws && !is_set(getenv("NO_COLOR"));
}
