/* The servers as the broker knows them: broker/servers/catalog.h. */

#include "servers_home.h"

#include <sys/time.h>

#include "broker/servers/catalog.h"
#include "net/runtime/loop.h"

static struct loop *loop;
static struct catalog *catalog;
static int64_t now;

static int64_t turned(void *arg)
{
	return *(int64_t *)arg;
}

static int begin(void **state)
{
	now = 1000;
	return setup(state) | slab_new(&slab, 1 << 18, &e) |
	       loop_new(&loop, turned, &now) |
	       catalog_new(&catalog, loop, slab, &e);
}

static int end(void **state)
{
	catalog_free(catalog);
	loop_free(loop);
	return teardown(state);
}

static int find(const char *name, struct catalog_entry *found)
{
	return catalog_find(catalog, name, found, &e);
}

static void write_server(const char *id, const char *more)
{
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%s\",\"url\":\"https://c.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}%s}}",
	    id, more);
	put_server("a.json", text);
}

/* As if the file had been written a while ago. */
static void settle(int seconds)
{
	const struct timeval old[2] = {{1000 + seconds, 0}, {1000, 0}};

	assert_int_equal(utimes(at_home(tail_of("a.json")), old), 0);
}

static void a_server_is_found_by_id_and_by_url(void **state)
{
	struct catalog_entry a, b;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	assert_string_equal(a.server->url, "https://c.example/");
	assert_int_equal(find("https://C.example", &b), 0);
	assert_memory_equal(a.identity, b.identity, HASH_SHA256);
	assert_int_equal(find("other", &a), ERR_NOT_FOUND);
	assert_null(a.server);
}

static void an_edit_is_seen_after_a_second(void **state)
{
	struct catalog_entry a, b;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	write_server("corp", ",\"token_endpoint\":\"/t\"");
	assert_int_equal(find("corp", &b), 0);
	assert_memory_equal(a.identity, b.identity, HASH_SHA256);
	now += 1000;
	assert_int_equal(find("corp", &b), 0);
	assert_memory_not_equal(a.identity, b.identity, HASH_SHA256);
	assert_string_equal(b.server->token_endpoint, "/t");
}

static void an_edit_is_seen_at_once_by_who_knows_of_it(void **state)
{
	struct catalog_entry a, b;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	write_server("corp", ",\"token_endpoint\":\"/t\"");
	catalog_stale(catalog);
	assert_int_equal(find("corp", &b), 0);
	assert_memory_not_equal(a.identity, b.identity, HASH_SHA256);
}

static void a_new_server_is_found_at_once(void **state)
{
	struct catalog_entry a;

	(void)state;
	assert_int_equal(find("corp", &a), ERR_NOT_FOUND);
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
}

static void a_removed_server_is_gone_after_a_second(void **state)
{
	struct catalog_entry a;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	assert_int_equal(unlink(at_home(tail_of("a.json"))), 0);
	now += 1000;
	assert_int_equal(find("corp", &a), ERR_NOT_FOUND);
}

static void each_part_of_where_tokens_go_counts(void **state)
{
	static const char by_form[] =
	    ",\"client_secret\":\"y\",\"token_endpoint_auth_method\":"
	    "\"client_secret_post\"";
	static const char *const more[] = {
	    "",
	    ",\"token_endpoint\":\"/t\"",
	    ",\"client_secret\":\"x\"",
	    ",\"client_secret\":\"y\"",
	    by_form,
	    ",\"device_grant\":{\"device_authorization_endpoint\":\"/t\"}",
	    ",\"revocation_endpoint\":\"/t\"",
	};
	unsigned char seen[8][HASH_SHA256];
	struct catalog_entry a;
	size_t n = sizeof(more) / sizeof(more[0]);

	(void)state;
	for (size_t i = 0; i < n; i++, now += 1000) {
		write_server("corp", more[i]);
		assert_int_equal(find("corp", &a), 0);
		memcpy(seen[i], a.identity, HASH_SHA256);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(seen[k], seen[i], HASH_SHA256);
	}
	write_server("corq", "");
	assert_int_equal(find("corq", &a), 0);
	assert_memory_not_equal(seen[0], a.identity, HASH_SHA256);
}

static void what_says_nothing_of_tokens_does_not_count(void **state)
{
	struct catalog_entry a, b;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	write_server("corp", ",\"whatever\":1");
	now += 1000;
	assert_int_equal(find("corp", &b), 0);
	assert_memory_equal(a.identity, b.identity, HASH_SHA256);
}

static void a_server_is_found_by_what_its_file_says(void **state)
{
	struct catalog_entry a, b;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	assert_int_equal(catalog_identified(catalog, a.identity, &b, &e), 0);
	assert_string_equal(b.server->id, "corp");
	write_server("corp", ",\"token_endpoint\":\"/t\"");
	now += 1000;
	assert_int_equal(
	    catalog_identified(catalog, a.identity, &b, &e), ERR_NOT_FOUND);
}

static void a_broken_file_hides_no_other(void **state)
{
	static const unsigned char zero[HASH_SHA256];
	struct catalog_entry a;

	(void)state;
	write_server("corp", "");
	put_server("0.json", "{");
	assert_int_equal(find("corp", &a), 0);
	assert_string_equal(a.server->id, "corp");
	/* Nor is it a server without anything. */
	assert_int_equal(
	    catalog_identified(catalog, zero, &a, &e), ERR_NOT_FOUND);
}

static void a_directory_that_others_can_write_stops_all(void **state)
{
	struct catalog_entry a;

	(void)state;
	write_server("corp", "");
	assert_int_equal(find("corp", &a), 0);
	assert_int_equal(chmod(at_home(DIR_TAIL), 0777), 0);
	now += 1000;
	assert_int_equal(find("corp", &a), ERR_REFUSED);
	assert_int_equal(chmod(at_home(DIR_TAIL), 0755), 0);
	assert_int_equal(find("corp", &a), 0);
}

static void a_file_of_the_same_times_and_size_is_read_again(void **state)
{
	struct catalog_entry a;

	(void)state;
	write_server("corp", ",\"token_endpoint\":\"/t\"");
	settle(0);
	assert_int_equal(find("corp", &a), 0);
	write_server("corp", ",\"token_endpoint\":\"/u\"");
	settle(0);
	now += 1000;
	assert_int_equal(find("corp", &a), 0);
	assert_string_equal(a.server->token_endpoint, "/u");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_server_is_found_by_id_and_by_url),
	    T(an_edit_is_seen_after_a_second),
	    T(an_edit_is_seen_at_once_by_who_knows_of_it),
	    T(a_new_server_is_found_at_once),
	    T(a_removed_server_is_gone_after_a_second),
	    T(each_part_of_where_tokens_go_counts),
	    T(what_says_nothing_of_tokens_does_not_count),
	    T(a_server_is_found_by_what_its_file_says),
	    T(a_broken_file_hides_no_other),
	    T(a_directory_that_others_can_write_stops_all),
	    T(a_file_of_the_same_times_and_size_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
