#include "base/config/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <malloc.h>

#include "base/core/bytes.h"
#include "memscan.h"
#include "net/http/http.h"
#include "net/runtime/loop.h"

/*
 * That what holds a secret wipes it before it lets go, and does not leave that
 * to the heap: the front has no heap that wipes, nor has the broker with
 * another libc.  So this program's own free() looks, and wipes nothing.
 */

static size_t freed_with_secret;
static char secret[MEMSCAN_LEN + 1];
static struct err e;

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)
void __libc_free(void *p);
void *__libc_realloc(void *p, size_t len);

void free(void *p)
{
	if (p != NULL && secret[0] != '\0')
		freed_with_secret += memscan_in(p, malloc_usable_size(p)) != 0;
	__libc_free(p);
}

void *realloc(void *p, size_t len)
{
	return __libc_realloc(p, len);
}

void *reallocarray(void *p, size_t n, size_t len)
{
	return __libc_realloc(p, n * len);
}
#endif

static int setup(void **state)
{
	(void)state;
	memscan_secret(secret);
	freed_with_secret = 0;
	return 0;
}

static void set_proxy(struct settings *s)
{
	char url[MEMSCAN_LEN + 64];

	(void)snprintf(url, sizeof(url), "http://u:%s@127.0.0.1:1", secret);
	assert_int_equal(settings_set(s, SETTINGS_PROXY, url, &e), 0);
	bytes_wipe(url, sizeof(url));
}

static void this_program_sees_what_is_freed(void **state)
{
	char *p;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	p = strdup(secret);
	assert_non_null(p);
	free(p);
	assert_int_equal(freed_with_secret, 1);
}

static void settings_wipe_the_password_of_a_proxy(void **state)
{
	struct settings s = {{NULL}};

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	set_proxy(&s);
	/* Another value in its place. */
	assert_int_equal(settings_set(&s, SETTINGS_PROXY, NULL, &e), 0);
	set_proxy(&s);
	settings_release(&s);
	assert_int_equal(freed_with_secret, 0);
}

static void http_wipes_the_password_of_a_proxy(void **state)
{
	struct settings s = {{NULL}}, none = {{NULL}};
	struct http *h = NULL;
	struct loop *loop = NULL;

	(void)state;
	ONLY_WHERE_FREE_WIPES();
	assert_int_equal(loop_new(&loop, NULL, NULL), 0);
	assert_int_equal(http_new(&h, loop, NULL, &e), 0);
	set_proxy(&s);
	assert_int_equal(http_configure(h, &s, &e), 0);
	assert_int_equal(http_configure(h, &none, &e), 0);
	assert_int_equal(freed_with_secret, 0);
	assert_int_equal(http_configure(h, &s, &e), 0);
	settings_release(&s);
	http_free(h);
	loop_free(loop);
	assert_int_equal(freed_with_secret, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(this_program_sees_what_is_freed, setup),
	    cmocka_unit_test_setup(
		settings_wipe_the_password_of_a_proxy, setup),
	    cmocka_unit_test_setup(http_wipes_the_password_of_a_proxy, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
