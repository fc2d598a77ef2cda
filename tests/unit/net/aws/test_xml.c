#include "net/aws/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct buf a, b;
static struct xml_want wants[2];
static struct err e;

static int setup(void **state)
{
	(void)state;
	buf_init(&a, 64);
	buf_init(&b, 64);
	wants[0] = (struct xml_want){"r/x/name", &a, 0};
	wants[1] = (struct xml_want){"r/other", &b, 0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&a);
	buf_release(&b);
	return 0;
}

static int read_it(const char *text)
{
	buf_clear(&a);
	buf_clear(&b);
	return xml_read(text, strlen(text), wants, 2, &e);
}

static void the_text_of_what_is_wanted_is_read(void **state)
{
	(void)state;
	assert_int_equal(
	    read_it(
		"<?xml version='1.0'?>\n<r xmlns='https://x/'><name>no</name>"
		"<x><y><name>no</name></y><name>\n one &lt;&amp;&#x41; "
		"<![CDATA[<two>]]>\t</name></x><other/></r>"),
	    0);
	assert_string_equal(buf_str(&a), "one <&A <two>");
	assert_int_equal(wants[0].there, 1);
	assert_int_equal(wants[1].there, 1);
	assert_int_equal(b.len, 0);
}

static void what_is_not_there_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(read_it("<r><x><name>1</name></x></r>"), 0);
	assert_int_equal(wants[1].there, 0);
	assert_int_equal(read_it("<s><x><name>1</name></x></s>"), 0);
	assert_int_equal(wants[0].there, 0);
}

static void text_of_elements_within_is_not_its_own(void **state)
{
	(void)state;
	assert_int_equal(read_it("<r><x><name>a<i>b</i>c</name></x></r>"), 0);
	assert_string_equal(buf_str(&a), "ac");
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const char *const bad[] = {"", "text", "<r>", "<r></s>",
	    "<r>&nothing;</r>", "<r/><r/>", "<r>\x01</r>", "<r a=1/>",
	    "<r>\xff</r>"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_it(bad[i]), ERR_FORMAT);
		assert_int_not_equal(e.msg[0], 0);
	}
}

static void a_doctype_is_refused(void **state)
{
	(void)state;
	assert_int_equal(read_it("<!DOCTYPE r [<!ENTITY l 'lol'>"
				 "<!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;'>]>"
				 "<r><x><name>&m;</name></x></r>"),
	    ERR_FORMAT);
	assert_string_equal(e.msg, "it has a DOCTYPE");
	assert_int_equal(a.len, 0);
	assert_int_equal(
	    read_it("<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>"),
	    ERR_FORMAT);
}

static void what_is_wanted_may_not_be_there_twice(void **state)
{
	(void)state;
	assert_int_equal(
	    read_it("<r><x><name>1</name><name>2</name></x></r>"), ERR_FORMAT);
	assert_string_equal(e.msg, "an element is there twice");
}

static void depth_and_length_have_their_bounds(void **state)
{
	char text[4096] = "<r><x><name>", name[300];
	size_t n;

	(void)state;
	n = strlen(text);
	memset(text + n, 'a', 65);
	(void)snprintf(text + n + 65, 64, "</name></x></r>");
	assert_int_equal(read_it(text), ERR_LIMIT);
	text[0] = '\0';
	for (int i = 0; i < XML_MAX_DEPTH + 1; i++)
		(void)snprintf(text + 3 * i, 4, "<r>");
	assert_int_equal(read_it(text), ERR_FORMAT);
	assert_string_equal(e.msg, "its elements stand too deep");
	/* A name that is too long is no name of ours, nor what is in it. */
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
	    "<r><%s><name/><x><name>no</name></x></%s><x><name>yes</name></x>"
	    "</r>",
	    name, name);
	assert_int_equal(read_it(text), 0);
	assert_string_equal(buf_str(&a), "yes");
}

/* Expat tells the end of an empty element though its begin was the end of it
 * all; what is open is shorter than that name. */
static void an_empty_element_that_is_too_deep_ends_nothing(void **state)
{
	char text[4 * 40 + 256] = "", name[200];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < XML_MAX_DEPTH; i++)
		memcpy(text + strlen(text), "<r>", 4);
	(void)snprintf(
	    text + strlen(text), sizeof(text) - strlen(text), "<%s/>", name);
	assert_int_equal(read_it(text), ERR_FORMAT);
	assert_string_equal(e.msg, "its elements stand too deep");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_text_of_what_is_wanted_is_read),
	    TEST(what_is_not_there_is_not_there),
	    TEST(text_of_elements_within_is_not_its_own),
	    TEST(what_is_not_well_formed_is_refused),
	    TEST(a_doctype_is_refused),
	    TEST(an_empty_element_that_is_too_deep_ends_nothing),
	    TEST(what_is_wanted_may_not_be_there_twice),
	    TEST(depth_and_length_have_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
