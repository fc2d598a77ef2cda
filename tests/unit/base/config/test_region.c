#include "base/config/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int is(const char *s)
{
	return region_is(s, strlen(s));
}

static void regions_of_every_partition_are_regions(void **state)
{
	(void)state;
	assert_true(is("eu-west-1"));
	assert_true(is("us-gov-west-1"));
	assert_true(is("eusc-de-east-1"));
	assert_true(is("us-isob-east-1"));
	assert_true(is("aws-global"));
	assert_true(is("local"));
}

static void what_is_no_label_of_a_host_is_none(void **state)
{
	static const char *const none[] = {"", "-", "1-eu", "eu-", "eu--west",
	    "Eu-west-1", "eu west", "eu.west", "eu/west", "eu_west",
	    "eu-west-1\n", "\xc3\xa9u-west-1"};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(is(none[i]));
	assert_false(region_is("eu\0x", 4));
}

static void a_label_has_sixty_three_characters_at_most(void **state)
{
	char s[64];

	(void)state;
	memset(s, 'a', sizeof(s));
	assert_true(region_is(s, 63));
	assert_false(region_is(s, 64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(regions_of_every_partition_are_regions),
	    cmocka_unit_test(what_is_no_label_of_a_host_is_none),
	    cmocka_unit_test(a_label_has_sixty_three_characters_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
