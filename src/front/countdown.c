#include "front/countdown.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "front/say.h"

enum {
	COLUMNS = 80, /* of a terminal that does not say */
	LINE_MAX_BYTES = 256
};

static size_t columns(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) < 0 || w.ws_col == 0)
		return COLUMNS;
	return w.ws_col;
}

void countdown_init(struct countdown *c)
{
	const char *term = getenv("TERM");

	c->on = isatty(STDERR_FILENO) && term != NULL && term[0] != '\0' &&
		strcmp(term, "dumb") != 0;
	c->shown = -1;
}

void countdown_text(struct buf *out, int64_t seconds, size_t columns_here)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	const char *text;
	size_t len;

	buf_addf(&line, "mairu: waiting, %lld:%02lld left",
	    (long long)(seconds / 60), (long long)(seconds % 60));
	text = buf_str(&line);
	/* In the last column a terminal may wrap. */
	if (line.len >= columns_here)
		text += strlen("mairu: waiting, ");
	len = strlen(text);
	if (len >= columns_here)
		len = strcspn(text, " ");
	if (len < columns_here)
		buf_add(out, text, len);
	buf_release(&line);
}

void countdown_show(struct countdown *c, int64_t seconds)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);

	/* In the background it would write into another program's screen. */
	if (!c->on || seconds == c->shown ||
	    tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	buf_adds(&b, "\r\033[K");
	countdown_text(&b, seconds > 0 ? seconds : 0, columns());
	say_text(&b);
	c->shown = seconds;
	buf_release(&b);
}

void countdown_erase(struct countdown *c)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);

	if (c->shown < 0)
		return;
	c->shown = -1;
	if (tcgetpgrp(STDERR_FILENO) == getpgrp()) {
		buf_adds(&b, "\r\033[K");
		say_text(&b);
	}
	buf_release(&b);
}
