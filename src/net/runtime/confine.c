#include "net/runtime/confine.h"

#include <stdio.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(SANITIZED)
#define SANITIZED 1
#endif

int confine_is_off(void)
{
#ifdef SANITIZED
	/* LeakSanitizer ptraces us at exit. */
	return 1;
#else
	return 0;
#endif
}

void confine(struct confine *c, const char *own)
{
	struct buf why = BUF_INIT(sizeof(c->why) - 1);

	c->parts = 0;
	if (confine_is_off()) {
		buf_adds(&why, "it is built with sanitizers");
	} else {
		/* First, since the filter forbids Landlock's own calls. */
		c->parts = confine_files(own, &why);
		c->parts |= confine_calls(&why);
	}
	(void)snprintf(c->why, sizeof(c->why), "%s", buf_str(&why));
	buf_release(&why);
}

void confine_shown(unsigned parts, struct buf *out)
{
	static const char *const names[] = {
	    "system calls", "files", "ports", "signals"};
	int any = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(parts & 1u << i))
			continue;
		buf_adds(out, any ? ", " : "");
		buf_adds(out, names[i]);
		any = 1;
	}
	if (!any)
		buf_adds(out, "none");
}
