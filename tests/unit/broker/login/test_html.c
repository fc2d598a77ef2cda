#include "broker/login/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/bytes.h"
#include "base/core/hash.h"

static struct buf html;

static const char *written(const struct page *p)
{
	buf_release(&html);
	buf_init(&html, PAGE_MAX);
	page_write(&html, p);
	assert_false(html.failed);
	return buf_str(&html);
}

static void a_page_says_what_and_what_to_do(void **state)
{
	const struct page p = {PAGE_FAILED, "Login failed", "It broke.", "run"};
	const char *page = written(&p);

	(void)state;
	assert_int_equal(
	    strncmp(page, "<!DOCTYPE html>\n<html lang=\"en\">", 32), 0);
	assert_non_null(strstr(page, "<meta charset=\"utf-8\">"));
	assert_non_null(
	    strstr(page, "<title>Login failed \xe2\x80\x93 mairu</title>"));
	assert_non_null(strstr(page, "width=device-width"));
	assert_non_null(strstr(page, "<div role=\"alert\">"));
	assert_non_null(strstr(page, "<h1>Login failed</h1>"));
	assert_non_null(strstr(page, "<p>It broke.</p>"));
	assert_non_null(strstr(page, "<p>To try again, run this in a terminal:"
				     "</p>\n<pre><code>run</code></pre>"));
}

static void a_page_without_a_command_has_no_room_for_one(void **state)
{
	const struct page p = {PAGE_DONE, "Logged in", "Go on.", NULL};
	const char *page = written(&p);

	(void)state;
	assert_null(strstr(page, "<pre>"));
	assert_non_null(strstr(page, "<div role=\"status\">"));
}

static void it_follows_the_colours_of_the_system(void **state)
{
	const struct page p = {PAGE_NOTE, "h", "t", NULL};
	const char *page = written(&p);

	(void)state;
	assert_non_null(strstr(page, "color-scheme:light dark"));
	assert_non_null(strstr(page, "@media(prefers-color-scheme:dark)"));
}

static void it_holds_no_script_and_nothing_from_elsewhere(void **state)
{
	static const char *const never[] = {"<script", " src=", "href=", "url(",
	    "@import", "http:", "https:", " on", "style=", "javascript",
	    "<form", "<iframe", "<link", "<img", "http-equiv"};
	const struct page p = {PAGE_FAILED, "h", "t", "c"};
	const char *page = written(&p);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(page, never[i]))
			fail_msg("it holds %s", never[i]);
}

static void text_from_outside_is_escaped(void **state)
{
	const struct page p = {PAGE_FAILED, "</title><script>1</script>",
	    "a & b <b onclick='x'> \"q\"", "</code><img src=x>"};
	const char *page = written(&p);

	(void)state;
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<img"));
	assert_null(strstr(page, "<b "));
	assert_non_null(strstr(
	    page, "<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt; "));
	assert_non_null(strstr(page,
	    "<p>a &amp; b &lt;b onclick=&#39;x&#39;&gt; &quot;q&quot;</p>"));
	assert_non_null(strstr(page, "<code>&lt;/code&gt;&lt;img src=x&gt;"));
}

static void text_from_outside_hides_and_reorders_nothing(void **state)
{
	const struct page p = {
	    PAGE_NOTE, "a\x1b[31m\n\x07", "\xe2\x80\xae evil", "\xff\xc0\x80"};
	const char *page = written(&p);

	(void)state;
	assert_non_null(strstr(page, "<h1>a\\x1b[31m\\x0a\\x07</h1>"));
	assert_non_null(strstr(page, "<p>\\u{202e} evil</p>"));
	assert_non_null(strstr(page, "<code>\\xff\\xc0\\x80</code>"));
}

static void long_text_is_cut_and_never_in_an_escape(void **state)
{
	static char text[8192];
	struct page p = {PAGE_FAILED, text, text, text};
	const char *page;
	size_t i;

	(void)state;
	memset(text, '"', sizeof(text) - 1);
	page = written(&p);
	assert_non_null(strstr(page, "&quot;...</p>"));
	assert_non_null(strstr(page, "&quot;...</h1>"));
	for (i = 0; i + 4 < sizeof(text); i += 4)
		memcpy(text + i, "\xf0\x90\x80\x80", 4);
	text[i] = '\0';
	page = written(&p);
	assert_non_null(strstr(page, "...</p>"));
}

static void the_policy_allows_its_style_and_nothing_else(void **state)
{
	const struct page p = {PAGE_DONE, "h", "t", NULL};
	const char *page = written(&p), *from, *to;
	struct buf policy = BUF_INIT(512);
	unsigned char hash[HASH_SHA256];
	char text[BYTES_ENCODED(HASH_SHA256)], want[512];
	struct hash_part part;

	(void)state;
	from = strstr(page, "<style>") + 7;
	to = strstr(page, "</style>");
	part = (struct hash_part){from, (size_t)(to - from)};
	hash_sha256(&part, 1, hash);
	(void)bytes_encode(
	    BYTES_BASE64, hash, sizeof(hash), text, sizeof(text));
	(void)snprintf(want, sizeof(want),
	    "default-src 'none'; style-src 'sha256-%s'; frame-ancestors "
	    "'none'; base-uri 'none'; form-action 'none'",
	    text);
	page_policy(&policy);
	assert_string_equal(buf_str(&policy), want);
	buf_release(&policy);
	/* The only one. */
	assert_null(strstr(to + 1, "<style"));
}

static int release(void **state)
{
	(void)state;
	buf_release(&html);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_page_says_what_and_what_to_do),
	    cmocka_unit_test(a_page_without_a_command_has_no_room_for_one),
	    cmocka_unit_test(it_follows_the_colours_of_the_system),
	    cmocka_unit_test(it_holds_no_script_and_nothing_from_elsewhere),
	    cmocka_unit_test(text_from_outside_is_escaped),
	    cmocka_unit_test(text_from_outside_hides_and_reorders_nothing),
	    cmocka_unit_test(long_text_is_cut_and_never_in_an_escape),
	    cmocka_unit_test(the_policy_allows_its_style_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
