#include "front/shell/quoting.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/core/text.h"

static const char *const names[] = {"bash", "zsh", "fish"};

enum shell shell_find(const char *name)
{
	unsigned i = 0;

	while (i < SHELL_UNKNOWN && strcmp(names[i], name) != 0)
		i++;
	return (enum shell)i;
}

const char *shell_name(enum shell sh)
{
	return names[sh];
}

/* In GBK, Big5 or Shift-JIS locales, the last byte of a broken or foreign
 * character and a following backslash (or letter, or brace) are one character,
 * so a quote would end in the wrong place.  Without bytes of 0x80 and up there
 * is no such pair; so words with any of them, or with anything that a terminal
 * would obey if the statement were shown, are written as escapes, and shells
 * read nothing but ASCII. */
static int is_quotable(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t';
}

static int all_quotable(const char *s)
{
	while (*s != '\0' && is_quotable((unsigned char)*s))
		s++;
	return *s == '\0';
}

/* fish reads characters, and in Shift-JIS the backslash byte is a Yen sign:
 * here no backslash escapes a quote. */
static void put_quoted(enum shell sh, struct buf *out, const char *s)
{
	buf_addc(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			buf_adds(out, "'\"'\"'");
		else if (*s == '\\' && sh == SHELL_FISH)
			buf_adds(out, "'\\\\'");
		else
			buf_addc(out, *s);
	}
	buf_addc(out, '\'');
}

/* fish: \X is a byte, \x an ASCII character; neither works in quotes. */
static void put_escaped(enum shell sh, struct buf *out, const char *s)
{
	buf_adds(out, sh == SHELL_FISH ? "" : "$'");
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (text_has(*s, "_./:@+,-"))
			buf_addc(out, *s);
		else if (sh == SHELL_FISH)
			buf_addf(out, c < 0x80 ? "\\x%02x" : "\\X%02x", c);
		else
			buf_addf(out, "\\%03o", c);
	}
	buf_adds(out, sh == SHELL_FISH ? "" : "'");
}

void shell_quote(enum shell sh, struct buf *out, const char *s)
{
	if (all_quotable(s))
		put_quoted(sh, out, s);
	else
		put_escaped(sh, out, s);
}

/* Identifies a blocked change, so that it is reported once. */
static void put_blocked(enum shell sh, const struct shell_change *c,
    const char *name, struct buf *out)
{
	struct buf b = BUF_INIT(PATH_MAX + 256);

	buf_addf(&b, "%s %s", name, c->plan->next.config);
	shell_quote(sh, out, buf_str(&b));
	buf_release(&b);
}

static const char *fate(const struct shell_change *c)
{
	return c->drops ? "cannot change, and is unset as far as it can be"
			: "stays as it was";
}

/* --- bash and zsh: the same words, parsed the same way by both.  Builtins are
 * called as \builtin, bypassing aliases and functions of that name. */

static void sh_export(
    enum shell sh, struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "\\builtin export %s=", name);
	shell_quote(sh, out, value);
	buf_adds(out, "; ");
}

static void sh_step(enum shell sh, struct buf *out, const struct plan_step *s)
{
	const char *n = var_name(s->id);

	if (s->op == PLAN_SET) {
		/* An unexported variable is not for programs, but it is the
		 * user's. */
		if (s->first)
			buf_addf(out,
			    "[[ -z ${%s+x} ]] || __mairu_kept_%s=$%s; ", n, n,
			    n);
		sh_export(sh, out, n, s->value);
		return;
	}
	buf_addf(out, "\\builtin unset %s; ", n);
	if (s->last)
		buf_addf(out,
		    "[[ -z ${__mairu_kept_%s+x} ]] || { %s=$__mairu_kept_%s; "
		    "\\builtin unset __mairu_kept_%s; }; ",
		    n, n, n, n);
}

static void sh_statement(
    enum shell sh, const struct shell_change *c, struct buf *out)
{
	const struct plan *plan = c->plan;

	buf_adds(out, "{ ");
	if (c->began != 0)
		buf_addf(out, "__mairu_began=%" PRId64 "; ", c->began);
	buf_adds(out, "if __mairu_can " VAR_STATE);
	for (size_t i = 0; i < plan->n_steps; i++)
		buf_addf(out, " %s", var_name(plan->step[i].id));
	buf_adds(out, "; then __mairu_blocked=; ");
	for (size_t i = 0; i < plan->n_steps; i++)
		sh_step(sh, out, &plan->step[i]);
	if (c->state != NULL)
		sh_export(sh, out, VAR_STATE, c->state);
	else
		buf_adds(out, "\\builtin unset " VAR_STATE "; ");
	if (c->news != NULL) {
		/* zsh complains about a closed standard error. */
		buf_adds(
		    out, "[[ ! -e /dev/fd/2 ]] || \\builtin printf '%s\\n' ");
		shell_quote(sh, out, c->news);
		buf_adds(out, " >&2; ");
	}
	buf_adds(out, "else __mairu_blocked_now=$__mairu_name");
	put_blocked(sh, c, "", out);
	buf_addf(out,
	    "; [[ ${__mairu_blocked-} == \"$__mairu_blocked_now\" ]] || "
	    "\\builtin printf 'mairu: %%s is read-only in this shell, so its "
	    "AWS role %s\\n' \"$__mairu_name\" >&2; "
	    "__mairu_blocked=$__mairu_blocked_now; %s",
	    fate(c),
	    c->drops ? "[[ -z ${MAIRU_ACTIVE_ROLE-} ]] || __mairu_drop; " : "");
	if (c->refused != NULL) {
		buf_adds(out, "if __mairu_can " VAR_STATE "; then ");
		sh_export(sh, out, VAR_STATE, c->refused);
		buf_adds(out, "fi; ");
	}
	buf_adds(out, "fi; \\builtin : mairu; }\n");
}

/* --- fish: there may be a universal variable below the global one.  It belongs
 * to all of the user's shells, so it is never changed; if exported, nothing in
 * one shell can hide it from programs. */

static void fish_step(struct buf *out, const struct plan_step *s)
{
	const char *n = var_name(s->id);

	if (s->op == PLAN_SET) {
		if (s->first)
			buf_addf(out,
			    "builtin set -qg %s; and builtin set -g "
			    "__mairu_kept_%s $%s; ",
			    n, n, n);
		if (!s->restored) {
			buf_addf(out, "builtin set -gx %s ", n);
			shell_quote(SHELL_FISH, out, s->value);
			buf_adds(out, "; ");
			return;
		}
		/* The restored value may already be the universal one. */
		buf_addf(
		    out, "builtin set -eg %s; builtin test \"$%s\" = ", n, n);
		shell_quote(SHELL_FISH, out, s->value);
		buf_addf(out,
		    "; and builtin set -qUx %s; or builtin set -gx %s ", n, n);
		shell_quote(SHELL_FISH, out, s->value);
		buf_adds(out, "; ");
		return;
	}
	buf_addf(out, "builtin set -eg %s; ", n);
	if (s->last)
		buf_addf(out,
		    "builtin set -q __mairu_kept_%s; and builtin set -gu %s "
		    "$__mairu_kept_%s; and builtin set -eg __mairu_kept_%s; ",
		    n, n, n, n);
	else
		buf_addf(
		    out, "builtin set -qUx %s; and builtin set -gu %s; ", n, n);
}

static void fish_change(const struct shell_change *c, struct buf *out)
{
	buf_adds(out, "builtin set -eg __mairu_blocked; ");
	for (size_t i = 0; i < c->plan->n_steps; i++)
		fish_step(out, &c->plan->step[i]);
	if (c->state != NULL) {
		buf_adds(out, "builtin set -gx " VAR_STATE " ");
		shell_quote(SHELL_FISH, out, c->state);
	} else {
		buf_adds(out, "builtin set -eg " VAR_STATE);
	}
	if (c->news != NULL) {
		buf_adds(out, "; builtin printf '%s\\n' ");
		shell_quote(SHELL_FISH, out, c->news);
		buf_adds(out, " >&2");
	}
}

static void fish_statement(const struct shell_change *c, struct buf *out)
{
	buf_adds(out, "begin; ");
	if (c->began != 0)
		buf_addf(out, "builtin set -g __mairu_began %" PRId64 "; ",
		    c->began);
	for (size_t i = 0; i < c->plan->n_steps; i++) {
		const struct plan_step *s = &c->plan->step[i];
		const char *n = var_name(s->id);

		if (s->op != PLAN_UNSET || s->last)
			continue;
		buf_addf(out,
		    "if builtin set -qUx %s; builtin test "
		    "\"$__mairu_blocked\" = ",
		    n);
		put_blocked(SHELL_FISH, c, n, out);
		buf_addf(out,
		    "; or builtin echo 'mairu: %s is an exported universal "
		    "variable, which no shell can put aside, so its AWS role "
		    "%s' >&2; builtin set -g __mairu_blocked ",
		    n, fate(c));
		put_blocked(SHELL_FISH, c, n, out);
		buf_addf(out, "; %s",
		    c->drops
			? "builtin set -q MAIRU_ACTIVE_ROLE; and __mairu_drop; "
			: "");
		if (c->refused != NULL) {
			buf_adds(out, "builtin set -gx " VAR_STATE " ");
			shell_quote(SHELL_FISH, out, c->refused);
			buf_adds(out, "; ");
		}
		buf_adds(out, "else; ");
	}
	fish_change(c, out);
	for (size_t i = 0; i < c->plan->n_steps; i++)
		if (c->plan->step[i].op == PLAN_UNSET && !c->plan->step[i].last)
			buf_adds(out, "; end");
	buf_adds(out, "; builtin true mairu; end\n");
}

void shell_statement(
    enum shell sh, const struct shell_change *c, struct buf *out)
{
	if (sh == SHELL_FISH)
		fish_statement(c, out);
	else
		sh_statement(sh, c, out);
}
