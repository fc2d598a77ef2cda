#include "front/doctor/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "front/terminal/fold.h"
#include "front/terminal/say.h"
#include "front/terminal/style.h"

enum {
	STEP = 32,
	RAW_MAX = 16 * 1024,
	TEXT_AT = 18,  /* column of the text */
	NARROW_AT = 4, /* on a narrow screen: on lines of its own */
	NARROW = 60,   /* width of a narrow screen */
};

static const char *const words[] = {
    [FINDING_OK] = "ok",
    [FINDING_WARNING] = "warning",
    [FINDING_PROBLEM] = "problem",
};

__attribute__((format(printf, 1, 0))) static char *formatted(
    const char *fmt, va_list ap)
{
	char *text;

	if (vasprintf(&text, fmt, ap) < 0)
		say_oom();
	return text;
}

void findings_add(struct findings *f, enum finding_level level,
    const char *area, const char *fmt, ...)
{
	struct finding *one;
	va_list ap;

	if (f->n == f->room) {
		one = reallocarray(f->at, f->room + STEP, sizeof(*one));
		if (one == NULL)
			say_oom();
		f->at = one;
		f->room += STEP;
	}
	va_start(ap, fmt);
	f->at[f->n++] = (struct finding){
	    .level = level, .area = area, .text = formatted(fmt, ap)};
	va_end(ap);
	f->problems += level == FINDING_PROBLEM;
	f->warnings += level == FINDING_WARNING;
}

void findings_run(struct findings *f, const char *fmt, ...)
{
	va_list ap;

	if (f->n == 0)
		return;
	va_start(ap, fmt);
	free(f->at[f->n - 1].run);
	f->at[f->n - 1].run = formatted(fmt, ap);
	va_end(ap);
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->at[i].text);
		free(f->at[i].run);
	}
	free(f->at);
	*f = (struct findings){.at = NULL};
}

void findings_add_raw(struct findings *f, enum finding_level level,
    const char *area, const char *text, size_t run)
{
	size_t len = run > 0 ? run - strlen(ERR_RUN) : strlen(text);
	struct buf b = BUF_INIT(RAW_MAX);

	text_safe(&b, text, len, RAW_MAX / 4);
	findings_add(f, level, area, "%s", buf_str(&b));
	buf_clear(&b);
	if (run > 0) {
		text_safe(&b, text + run, strlen(text + run), RAW_MAX / 4);
		findings_run(f, "%s", buf_str(&b));
	}
	buf_release(&b);
}

/* --- for a person */

static void blanks(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_addc(out, ' ');
}

static int is_narrow(const struct screen *screen)
{
	return screen->columns > 0 && screen->columns < NARROW;
}

static void put_level(
    struct buf *out, const struct finding *one, const struct screen *screen)
{
	static const enum style styles[] = {
	    [FINDING_OK] = STYLE_GOOD,
	    [FINDING_WARNING] = STYLE_WARN,
	    [FINDING_PROBLEM] = STYLE_BAD,
	};

	style_put(out, screen, styles[one->level], words[one->level]);
	blanks(out, strlen("problem ") - strlen(words[one->level]));
	if (is_narrow(screen))
		buf_addf(out, "%s\n", one->area);
	else
		buf_addf(out, "%-9s ", one->area);
}

static int asks(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[len - 1] == '?';
}

static void put_one(
    struct buf *out, const struct finding *one, const struct screen *screen)
{
	size_t indent = is_narrow(screen) ? NARROW_AT : TEXT_AT;

	put_level(out, one, screen);
	if (screen->columns == 0) {
		buf_adds(out, one->text);
		if (one->run != NULL)
			buf_addf(out, "%s Run: %s", asks(one->text) ? "" : ".",
			    one->run);
		buf_addc(out, '\n');
		return;
	}
	if (is_narrow(screen))
		blanks(out, indent);
	fold_put(out, one->text, strlen(one->text), indent, screen->columns);
	buf_addc(out, '\n');
	/* Unbroken, so that it can be copied. */
	if (one->run != NULL) {
		blanks(out, indent);
		buf_addf(out, "Run: %s\n", one->run);
	}
}

static void count(struct buf *out, size_t n, const char *what)
{
	buf_addf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void findings_text(
    const struct findings *f, const struct screen *screen, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++)
		put_one(out, &f->at[i], screen);
	count(out, f->n, "check");
	buf_adds(out, ": ");
	count(out, f->problems, "problem");
	buf_adds(out, ", ");
	count(out, f->warnings, "warning");
	buf_addc(out, '\n');
}

/* --- for a program */

void findings_json(const struct findings *f, struct jsonout *o)
{
	jsonout_member_int(o, "problems", (int64_t)f->problems);
	jsonout_member_int(o, "warnings", (int64_t)f->warnings);
	jsonout_open(o, "checks", '[');
	for (size_t i = 0; i < f->n; i++) {
		jsonout_begin(o, '{');
		jsonout_member(o, "level", words[f->at[i].level]);
		jsonout_member(o, "area", f->at[i].area);
		jsonout_member(o, "message", f->at[i].text);
		jsonout_member(o, "run", f->at[i].run);
		jsonout_end(o, '}');
	}
	jsonout_end(o, ']');
}
