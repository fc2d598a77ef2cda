#include "base/sys/fault.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"

/* With FAULT_PATH this leaves room in err.msg for the rest. */
#define FAULT_SAID 780

const char *fault_path(const char *path, char out[FAULT_PATH])
{
	/* A byte becomes at most four: \xNN. */
	struct buf b = BUF_INIT((size_t)PATH_MAX * 4 + 1);
	const char *s;
	size_t len;

	path_text(&b, path);
	s = buf_str(&b);
	len = strlen(s);
	if (len < FAULT_PATH) {
		(void)snprintf(out, FAULT_PATH, "%s", s);
	} else {
		s += len - (FAULT_PATH - 4);
		/* Don't cut inside a UTF-8 sequence. */
		while (((unsigned char)*s & 0xc0) == 0x80)
			s++;
		(void)snprintf(out, FAULT_PATH, "...%s", s);
	}
	buf_release(&b);
	return out;
}

const char *fault_word(const char *path, char out[FAULT_WORD])
{
	struct buf b = BUF_INIT(FAULT_WORD - 1);

	text_word(&b, path, strlen(path));
	(void)snprintf(out, FAULT_WORD, "%s", b.failed ? "it" : buf_str(&b));
	buf_release(&b);
	return out;
}

int fault_foreign(
    const char *what, const char *dir, unsigned long owner, struct err *e)
{
	char shown[FAULT_PATH], w[FAULT_WORD];

	if (path_home_is_foreign())
		return err_set(e, ERR_REFUSED,
		    "%s belongs to uid %lu, as HOME does: set HOME to a "
		    "directory of your own",
		    fault_path(dir, shown), owner);
	return err_set(e, ERR_REFUSED,
	    "%s, %s, belongs to uid %lu. If it is to be yours, run: sudo chown "
	    "-R \"$USER\" %s",
	    what, fault_path(dir, shown), owner, fault_word(dir, w));
}

int fault_shows(const char *s, size_t len)
{
	struct buf shown = BUF_INIT(len);
	size_t i = 0;
	int same;

	while (i < len && s[i] >= 0x20 && s[i] < 0x7f)
		i++;
	if (i == len)
		return 1;
	text_safe(&shown, s, len, SIZE_MAX);
	same = !shown.failed && shown.len == len &&
	       memcmp(shown.data, s, len) == 0;
	buf_release(&shown);
	return same;
}

void fault_init(struct fault_list *f)
{
	buf_init(&f->said, FAULT_SAID);
	f->left_out = 0;
}

void fault_add(struct fault_list *f, const char *fmt, ...)
{
	char one[FAULT_SAID];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(one, sizeof(one), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(one) || f->left_out > 0 ||
	    f->said.len + (size_t)n + 2 > FAULT_SAID) {
		f->left_out++;
		return;
	}
	buf_adds(&f->said, f->said.len > 0 ? "; " : "");
	buf_adds(&f->said, one);
}

int fault_end(struct fault_list *f, const char *path, struct err *e)
{
	char shown[FAULT_PATH];
	int r = 0;

	if (f->left_out > 0)
		r = err_set(e, ERR_FORMAT, "%s: %s; and %zu more",
		    fault_path(path, shown), buf_str(&f->said), f->left_out);
	else if (f->said.failed)
		r = err_set(
		    e, ERR_NOMEM, "%s: out of memory", fault_path(path, shown));
	else if (f->said.len > 0)
		r = err_set(e, ERR_FORMAT, "%s: %s", fault_path(path, shown),
		    buf_str(&f->said));
	buf_release(&f->said);
	f->left_out = 0;
	return r;
}
