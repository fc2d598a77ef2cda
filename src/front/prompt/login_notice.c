#include "front/prompt/login_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"

enum {
	SERVER_COLUMNS = 256,
	ROLE_COLUMNS = 512
};

static void add_line(
    const struct login_notice *n, const char *role, struct buf *line)
{
	text_value(line, n->server, strlen(n->server), SERVER_COLUMNS);
	buf_adds(line, " needs a login for ");
	text_value(line, role, strlen(role), ROLE_COLUMNS);
	buf_adds(line, ". Run: mairu login ");
	text_word(line, n->server, strlen(n->server));
}

int login_notice_tell(const struct login_notice *n, int asked, const char *role,
    const struct state *old, struct state *next, struct buf *line)
{
	unsigned char mark[STATE_MARK];
	char since[24];

	next->has_needed = old->has_needed && old->session == next->session;
	memcpy(next->needed, old->needed, STATE_MARK);
	if (!asked)
		return 0;
	if (n->since == 0) {
		next->has_needed = 0;
		return 0;
	}
	/* `mairu prompt` still shows it; marked as not reported. */
	if (getenv("MAIRU_QUIET") != NULL) {
		next->has_needed = 1;
		memset(next->needed, 0, STATE_MARK);
		return 0;
	}
	(void)snprintf(since, sizeof(since), "%" PRId64, n->since);
	state_mark(n->server, since, mark);
	if (next->has_needed && memcmp(mark, next->needed, STATE_MARK) == 0)
		return 0;
	next->has_needed = 1;
	memcpy(next->needed, mark, STATE_MARK);
	add_line(n, role, line);
	return 1;
}
