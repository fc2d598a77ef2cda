#include "front/terminal/diff.h"

#include <string.h>
#include <unistd.h>

#include "base/core/buf.h"
#include "front/terminal/say.h"
#include "front/terminal/style.h"

enum {
	SHOWN_MAX = 128 * 1024
};

void diff_show(const char *path, const char *diff)
{
	struct buf b = BUF_INIT(SHOWN_MAX);
	const char *line = diff;
	struct screen screen;

	screen_look(&screen, STDERR_FILENO);
	say("changes to %s:", path);
	buf_addf(&b, "--- %s\n+++ %s\n", path, path);
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		enum style style = *line == '+'	  ? STYLE_GOOD
				   : *line == '-' ? STYLE_BAD
						  : STYLE_PLAIN;

		buf_adds(&b, style_on(&screen, style));
		buf_add(&b, line, len);
		buf_adds(&b, style_off(&screen, style));
		buf_addc(&b, '\n');
		line += len + (line[len] == '\n');
	}
	if (b.failed)
		say("too many changes to show");
	else
		say_text(&b);
	buf_release(&b);
}
