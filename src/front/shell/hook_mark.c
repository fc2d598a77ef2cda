#include "front/shell/hook_mark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/core/version.h"

enum {
	PID_MAX = 99999999
};

/* The part up to the next colon; NULL if there is none. */
static const char *part(const char *s, char *out, size_t cap)
{
	size_t len = strcspn(s, ":");

	if (s[len] == '\0' || len >= cap)
		return NULL;
	memcpy(out, s, len);
	out[len] = '\0';
	return s + len + 1;
}

void hook_mark_read(struct hook_mark *m)
{
	const char *s = getenv(VAR_HOOK);
	char pid[16], name[16];
	long n;

	memset(m, 0, sizeof(*m));
	if (s == NULL || (s = part(s, pid, sizeof(pid))) == NULL ||
	    (s = part(s, name, sizeof(name))) == NULL ||
	    (s = part(s, m->version, sizeof(m->version))) == NULL ||
	    (s = part(s, m->place, sizeof(m->place))) == NULL ||
	    text_number(pid, strlen(pid), 1, PID_MAX, &n) < 0)
		return;
	m->shell = shell_find(name);
	if (m->shell != SHELL_UNKNOWN &&
	    snprintf(m->program, sizeof(m->program), "%s", s) < PATH_MAX)
		m->pid = (pid_t)n;
}

/* Hexadecimal digits, which no shell interprets. */
static int is_name(const char *s)
{
	return strspn(s, "0123456789abcdef") == PLACE_NAME - 1;
}

static void find_place(char out[PLACE_NAME])
{
	static struct hook_mark m; /* large */
	struct place p;

	hook_mark_read(&m);
	if (m.pid != 0 && is_name(m.place))
		memcpy(out, m.place, PLACE_NAME);
	else if (place_find(&p, PLACE_GLANCE, NULL) == 0)
		place_name(&p, 0, out);
	else
		out[0] = '\0';
}

/* Braces: otherwise zsh would read a colon after a name as a modifier. */
void hook_mark(enum shell sh, struct buf *out)
{
	char place[PLACE_NAME];

	find_place(place);
	if (sh == SHELL_FISH)
		buf_addf(out,
		    "builtin status is-interactive; and builtin set "
		    "-gx " VAR_HOOK " \"$fish_pid:fish:" MAIRU_VERSION
		    ":%s:$__mairu_bin\"\n",
		    place);
	else
		buf_addf(out,
		    "[[ $- != *i* ]] || \\builtin export " VAR_HOOK
		    "=\"${$}:%s:" MAIRU_VERSION ":%s:${__mairu_bin}\"\n",
		    shell_name(sh), place);
}

int hook_mark_is_here(void)
{
	static struct hook_mark m; /* large */

	hook_mark_read(&m);
	return m.pid != 0 && m.pid == getppid();
}
