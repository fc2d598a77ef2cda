#include "front/execmark.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "front/say.h"
#include "front/state.h"

enum {
	MARK_TEXT = 2 * STATE_MARK + 1
};

/* Of what the role was given by: a token, or keys. */
static void mark_of(const char *const value[VAR_COUNT], char out[MARK_TEXT])
{
	enum var_id id = value[VAR_AUTH_TOKEN] != NULL ? VAR_AUTH_TOKEN
						       : VAR_SECRET_ACCESS_KEY;
	unsigned char mark[STATE_MARK] = {0};

	if (value[id] != NULL)
		state_mark(var_name(id), value[id], mark);
	for (size_t i = 0; i < STATE_MARK; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", mark[i]);
}

/* "PID MARK PATH" */
void execmark_set(const char *const value[VAR_COUNT], const char *config)
{
	struct buf b = BUF_INIT(PATH_MAX + 64);
	char mark[MARK_TEXT];

	mark_of(value, mark);
	buf_addf(&b, "%ld %s ", (long)getpid(), mark);
	buf_adds(&b, config);
	if (b.failed || setenv(VAR_EXEC, buf_str(&b), 1) < 0)
		say_oom();
	buf_release(&b);
}

enum execmark execmark_look(
    const char *const now[VAR_COUNT], const char *config, int *holds)
{
	const char *text = getenv(VAR_EXEC);
	char mark[MARK_TEXT];
	size_t digits;
	long pid;

	*holds = 0;
	if (text == NULL)
		return EXECMARK_NONE;
	digits = strspn(text, "0123456789");
	if (text[digits] != ' ' ||
	    text_number(text, digits, 1, INT_MAX, &pid) < 0 ||
	    strlen(text) < digits + 1 + MARK_TEXT)
		return EXECMARK_NONE;
	mark_of(now, mark);
	*holds = memcmp(text + digits + 1, mark, MARK_TEXT - 1) == 0;
	/* Another process may have got the pid since: then the hook stays away
	 * from that one project for longer. */
	if (kill((pid_t)pid, 0) < 0 && errno != EPERM)
		return EXECMARK_ENDED;
	return strcmp(text + digits + 1 + MARK_TEXT, config) == 0
		   ? EXECMARK_HERE
		   : EXECMARK_ELSEWHERE;
}
