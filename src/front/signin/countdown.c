#include "front/signin/countdown.h"

#include <string.h>
#include <unistd.h>

#include "front/terminal/say.h"
#include "front/terminal/screen.h"

enum {
	LINE_MAX_BYTES = 256
};

void countdown_init(struct countdown *c)
{
	struct screen s;

	screen_look(&s, STDERR_FILENO);
	c->on = s.draws;
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
	/* A terminal may wrap in the last column. */
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
	struct screen s;

	/* In the background it would write over another program's screen. */
	if (!c->on || seconds == c->shown ||
	    tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	/* Its size may have changed. */
	screen_look(&s, STDERR_FILENO);
	buf_adds(&b, "\r\033[K");
	countdown_text(&b, seconds > 0 ? seconds : 0, s.columns);
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
