#include "front/hook_mark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"

enum {
	PID_MAX = 99999999
};

/* Braces: zsh would take a colon after a name for one of its modifiers. */
void hook_mark(enum shell sh, struct buf *out)
{
	if (sh == SHELL_FISH)
		buf_adds(out, "builtin status is-interactive; and builtin set "
			      "-gx " VAR_HOOK " \"$fish_pid:fish:" MAIRU_VERSION
			      ":$__mairu_bin\"\n");
	else
		buf_addf(out,
		    "[[ $- != *i* ]] || \\builtin export " VAR_HOOK
		    "=\"${$}:%s:" MAIRU_VERSION ":${__mairu_bin}\"\n",
		    shell_name(sh));
}

/* The part up to the next colon; NULL when that is not there. */
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
	    text_number(pid, strlen(pid), 1, PID_MAX, &n) < 0)
		return;
	m->shell = shell_find(name);
	if (m->shell != SHELL_UNKNOWN &&
	    snprintf(m->program, sizeof(m->program), "%s", s) < PATH_MAX)
		m->pid = (pid_t)n;
}

int hook_mark_is_here(void)
{
	static struct hook_mark m; /* large */

	hook_mark_read(&m);
	return m.pid != 0 && m.pid == getppid();
}
