#ifndef MAIRU_TEST_SERVERS_HOME_H
#define MAIRU_TEST_SERVERS_HOME_H

/*
 * A HOME of each test's own with files in servers.d.
 */

#include "base/config/servers.h"
#include "base/core/secret.h"

#include "home.h"

#define DIR_TAIL ".config/mairu/servers.d"

static struct servers s;
static struct slab *slab;
static struct err e;

static inline int setup(void **state)
{
	memset(&s, 0, sizeof(s));
	memset(&e, 0, sizeof(e));
	slab = NULL;
	return home_setup(state);
}

static inline int teardown(void **state)
{
	servers_release(&s);
	slab_free(slab);
	return tear_down(state);
}

static inline const char *tail_of(const char *name)
{
	static char tails[2][512];
	static unsigned next;
	char *tail = tails[next++ % 2];

	(void)snprintf(tail, 512, "%s/%s", DIR_TAIL, name);
	return tail;
}

static inline void put_server(const char *name, const char *text)
{
	home_mkdir(DIR_TAIL);
	home_puts(tail_of(name), text);
	assert_int_equal(chmod(at_home(tail_of(name)), 0600), 0);
}

static inline int load(void)
{
	servers_release(&s);
	return servers_load(&s, slab, &e);
}

/* The file of an OAuth server, or of IAM Identity Center, with these members
 * of that object besides. */
static inline const char *oauth(const char *more)
{
	static char text[8192];

	(void)snprintf(text, sizeof(text),
	    "{\"url\":\"https://c.example/\",\"oauth\":{\"client_id\":\"me\","
	    "\"code_grant\":{},%s}}",
	    more);
	return text;
}

static inline const char *sso(const char *more)
{
	static char text[8192];

	(void)snprintf(text, sizeof(text),
	    "{\"url\":\"https://d-1.awsapps.com/start\",\"aws_sso\":{%s}}",
	    more);
	return text;
}

/* The entry of a.json with that text; of one that must be usable; and one that
 * must not be, for that reason. */
static inline const struct servers_entry *only(const char *text)
{
	put_server("a.json", text);
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 1);
	return &s.at[0];
}

static inline const struct servers_entry *good(const char *text)
{
	const struct servers_entry *one = only(text);

	if (one->fault != NULL)
		fail_msg("%s: %s", text, one->fault);
	return one;
}

static inline void assert_wrong(const char *text, const char *said)
{
	static const char path[] = "~/" DIR_TAIL "/a.json: ";
	const struct servers_entry *one = only(text);

	if (one->fault == NULL)
		fail_msg("%s was let pass", text);
	assert_memory_equal(one->fault, path, strlen(path));
	assert_string_equal(one->fault + strlen(path), said);
	assert_null(one->id);
	assert_null(one->url);
	assert_int_equal(one->n_unknown, 0);
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
