#include "broker/login/html.h"

#include <string.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "base/core/text.h"

enum {
	HTTP_METHOD_NOT_ALLOWED = 405,
	MAX_POLICY = 256,
};

/* Dark follows the system.  Widths are relative, so that 320 pixels are as
 * good as a wall; long words break rather than scroll. */
static const char style[] =
    ":root{color-scheme:light dark;"
    "--ground:#f4f4f1;--card:#fff;--edge:#e3e2dc;--ink:#1c1d1f;"
    "--soft:#55575d;--well:#f4f4f1;--done:#17724a;--done-ground:#e2f3ea;"
    "--failed:#b3261e;--failed-ground:#fbe8e6;--note:#4a4d57;"
    "--note-ground:#ebebe7}"
    "@media(prefers-color-scheme:dark){:root{"
    "--ground:#131416;--card:#1c1d20;--edge:#2e3035;--ink:#f1f1ef;"
    "--soft:#a9abb3;--well:#131416;--done:#5fd39c;--done-ground:#173527;"
    "--failed:#ff8a80;--failed-ground:#3d1c1a;--note:#b9bcc6;"
    "--note-ground:#2a2c31}}"
    "*{box-sizing:border-box;margin:0}"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}"
    "body{min-height:100vh;min-height:100svh;display:grid;"
    "grid-template-rows:1fr auto 1.3fr;justify-items:center;"
    "padding:1.25rem;background:var(--ground);color:var(--ink);"
    "font:1rem/1.6 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Helvetica Neue\",Arial,sans-serif}"
    "main{grid-row:2;width:100%;max-width:33rem;"
    "padding:clamp(1.5rem,6vw,2.75rem);background:var(--card);"
    "border:1px solid var(--edge);border-radius:1.125rem;"
    "box-shadow:0 1px 2px rgb(0 0 0/.03),0 12px 32px -12px rgb(0 0 0/.12);"
    "overflow-wrap:anywhere}"
    "svg{display:block;width:3.25rem;height:3.25rem;margin-bottom:1.5rem;"
    "border-radius:50%;fill:none;stroke:currentColor;stroke-width:2;"
    "stroke-linecap:round;stroke-linejoin:round}"
    ".done svg{color:var(--done);background:var(--done-ground)}"
    ".failed svg{color:var(--failed);background:var(--failed-ground)}"
    ".note svg{color:var(--note);background:var(--note-ground)}"
    "h1{font-size:clamp(1.375rem,1.1rem + 1.6vw,1.75rem);line-height:1.25;"
    "font-weight:650;letter-spacing:-.015em;text-wrap:balance}"
    "p{margin-top:.75rem;color:var(--soft)}"
    "p+p{margin-top:1.5rem}"
    "pre{margin-top:.625rem;padding:.75rem 1rem;background:var(--well);"
    "border:1px solid var(--edge);border-radius:.625rem;color:var(--ink);"
    "font:.9375rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"
    "\"DejaVu Sans Mono\",monospace;white-space:pre-wrap}"
    "footer{grid-row:3;align-self:end;padding-top:1.25rem;font-size:.8125rem;"
    "color:var(--soft);letter-spacing:.04em}";

struct look {
	const char *class, *role, *path;
};

/* role: what a screen reader does about it (WAI-ARIA 1.2, live regions). */
static const struct look looks[] = {
    [PAGE_DONE] = {"done", "status", "M10 16.5l4 4 8-9"},
    [PAGE_FAILED] = {"failed", "alert", "M11.5 11.5l9 9m0-9l-9 9"},
    [PAGE_NOTE] = {"note", "status", "M16 15v7m0-12.05v.1"},
};

static void add_escaped(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (s[i]) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		case '\'':
			buf_adds(out, "&#39;");
			break;
		default:
			buf_addc(out, s[i]);
			break;
		}
	}
}

/* Sanitise, then cut, then escape: a cut never splits an escape. */
static void add_text(struct buf *out, const char *s, size_t columns)
{
	struct buf safe = BUF_INIT(4 * PAGE_TEXT + 16);

	text_safe(&safe, s, strlen(s), columns);
	add_escaped(out, buf_str(&safe), strlen(buf_str(&safe)));
	buf_release(&safe);
}

void page_write(struct buf *out, const struct page *p)
{
	const struct look *look = &looks[p->mark];

	buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		      "<meta charset=\"utf-8\">\n<title>");
	add_text(out, p->headline, PAGE_HEADLINE);
	buf_adds(out, " \xe2\x80\x93 mairu</title>\n"
		      "<meta name=\"viewport\" content=\"width=device-width,"
		      "initial-scale=1\">\n"
		      "<meta name=\"robots\" content=\"noindex\">\n<style>");
	buf_adds(out, style);
	buf_addf(out,
	    "</style>\n</head>\n<body>\n<main class=\"%s\">\n"
	    "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\">"
	    "<path d=\"%s\"/></svg>\n<div role=\"%s\">\n<h1>",
	    look->class, look->path, look->role);
	add_text(out, p->headline, PAGE_HEADLINE);
	buf_adds(out, "</h1>\n<p>");
	add_text(out, p->text, PAGE_TEXT);
	buf_adds(out, "</p>\n");
	if (p->command) {
		buf_adds(out, "<p>To try again, run this in a terminal:</p>\n"
			      "<pre><code>");
		add_text(out, p->command, PAGE_TEXT);
		buf_adds(out, "</code></pre>\n");
	}
	buf_adds(out, "</div>\n</main>\n<footer>mairu</footer>\n"
		      "</body>\n</html>\n");
}

/* Made from the style sheet itself, so that the two can't differ. */
void page_policy(struct buf *out)
{
	const struct hash_part part = {style, sizeof(style) - 1};
	unsigned char hash[HASH_SHA256];
	char text[BYTES_ENCODED(HASH_SHA256)];

	hash_sha256(&part, 1, hash);
	(void)bytes_encode(
	    BYTES_BASE64, hash, sizeof(hash), text, sizeof(text));
	buf_addf(out,
	    "default-src 'none'; style-src 'sha256-%s'; "
	    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
	    text);
}

void page_answer(struct httpd_request *r, unsigned status, const struct page *p)
{
	struct buf body = BUF_INIT(PAGE_MAX), policy = BUF_INIT(MAX_POLICY);
	struct httpd_field fields[6] = {
	    {"Content-Type", "text/html; charset=utf-8"},
	    {"Cache-Control", "no-store"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"Referrer-Policy", "no-referrer"},
	};
	size_t n = 4;

	page_policy(&policy);
	fields[n++] =
	    (struct httpd_field){"Content-Security-Policy", buf_str(&policy)};
	if (status == HTTP_METHOD_NOT_ALLOWED)
		fields[n++] = (struct httpd_field){"Allow", "GET"};
	page_write(&body, p);
	/* Never send a page without its policy. */
	body.failed |= policy.failed;
	httpd_answer(r, status, fields, n, &body, 1);
	buf_release(&policy);
}
