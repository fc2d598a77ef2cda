/* Clients of IAM Identity Center and their files:
 * broker/servers/registration.h. */

#include "home.h"

#include "broker/servers/registration.h"

#define NOW 1767323045 /* 2026-01-02T03:04:05Z */

/* Of the server below: made with Python's hashlib and base64. */
#define KEY    "2O4PCwUgons89XYCZgN_seVuszg_SKparvhwqCztgrY"
#define CACHE  ".local/state/mairu/cache"
#define CODE   CACHE "/awssso_c." KEY ".code.json"
#define DEVICE CACHE "/awssso_c." KEY ".device.json"

static struct registrations *registrations;
static struct slab *slab;
static struct servers_entry server;
static struct provider_client found;
static struct err e;

static char path[] = "/x/sso.json";

static void load_server(const char *id, const char *more)
{
	char text[400];

	servers_forget(&server);
	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%s\",\"url\":\"https://corp.awsapps.com/start#/\","
	    "\"aws_sso\":{\"region\":\"eu-west-1\"%s}}",
	    id, more);
	if (servers_parse(&server, text, strlen(text), NULL, &e) < 0)
		fail_msg("%s", e.msg);
}

static int setup(void **state)
{
	memset(&server, 0, sizeof(server));
	memset(&found, 0, sizeof(found));
	server.path = path;
	if (home_setup(state) != 0 || slab_new(&slab, 1 << 20, &e) < 0)
		return -1;
	load_server("sso", "");
	return registrations_new(&registrations, slab, NULL, &e);
}

static int teardown(void **state)
{
	provider_client_release(&found);
	registrations_free(registrations);
	servers_forget(&server);
	slab_free(slab);
	return tear_down(state);
}

static void keep_for(
    enum servers_grant g, const char *id, const char *secret, int64_t expires)
{
	char copy[64];
	struct provider_client c = {
	    .id = copy, .issued = NOW, .expires = expires};

	(void)snprintf(copy, sizeof(copy), "%s", id);
	assert_int_equal(
	    secret_new(&c.secret, slab, secret, strlen(secret)), 0);
	registration_keep(registrations, &server, g, &c);
	secret_free(c.secret);
}

static void keep(const char *id, int64_t expires)
{
	keep_for(SERVERS_CODE, id, "s3cret", expires);
}

static int find_at(enum servers_grant g, int64_t now)
{
	provider_client_release(&found);
	return registration_find(registrations, &server, g, now, &found);
}

static int find(enum servers_grant g)
{
	return find_at(g, NOW);
}

/* As a broker does that has just begun. */
static void restart(void)
{
	registrations_free(registrations);
	assert_int_equal(registrations_new(&registrations, slab, NULL, &e), 0);
}

static const char *file(const char *tail)
{
	static char text[4096];
	FILE *f = fopen(at_home(tail), "re");

	memset(text, 0, sizeof(text));
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void put_file(const char *text)
{
	home_mkdir(CACHE);
	home_puts(CODE, text);
	assert_int_equal(chmod(at_home(CODE), 0600), 0);
}

static void a_client_is_kept_and_found(void **state)
{
	(void)state;
	assert_int_equal(find(SERVERS_CODE), 0);
	keep("c1", NOW + 90 * 86400);
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c1");
	assert_true(secret_is(found.secret, "s3cret", 6));
	assert_int_equal(found.issued, NOW);
	assert_int_equal(found.expires, NOW + 90 * 86400);
	/* One grant's is not the other's. */
	assert_int_equal(find(SERVERS_DEVICE), 0);
	keep_for(SERVERS_DEVICE, "d1", "other", NOW + 86400);
	assert_int_equal(find(SERVERS_DEVICE), 1);
	assert_string_equal(found.id, "d1");
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c1");
	keep("c2", NOW + 86400);
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c2");
}

static void its_file_is_that_of_mairu_0_11(void **state)
{
	(void)state;
	keep("c1", NOW + 90 * 86400);
	assert_string_equal(file(CODE),
	    "{\n"
	    "  \"id\": \"sso\",\n"
	    "  \"epoch\": 3,\n"
	    "  \"issued_at\": \"2026-01-02T03:04:05Z\",\n"
	    "  \"expires_at\": \"2026-04-02T03:04:05Z\",\n"
	    "  \"client_id\": \"c1\",\n"
	    "  \"client_secret\": \"s3cret\"\n"
	    "}\n");
	assert_int_equal(mode_of(at_home(CODE)), 0600);
	assert_int_equal(mode_of(at_home(CACHE)), 0700);
	keep_for(SERVERS_DEVICE, "d1", "other", NOW + 86400);
	assert_non_null(strstr(file(DEVICE), "\"client_id\": \"d1\""));
	assert_int_equal(entries(at_home(CACHE)), 2);
	/* Another one takes its place. */
	keep("c2", NOW + 86400);
	assert_non_null(strstr(file(CODE), "\"client_id\": \"c2\""));
	assert_int_equal(entries(at_home(CACHE)), 2);
}

static void a_client_outlives_the_broker(void **state)
{
	(void)state;
	keep("c1", NOW + 86400);
	restart();
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c1");
	assert_true(secret_is(found.secret, "s3cret", 6));
	assert_int_equal(found.issued, NOW);
	assert_int_equal(found.expires, NOW + 86400);
	/* From memory from now on. */
	assert_int_equal(unlink(at_home(CODE)), 0);
	assert_int_equal(find(SERVERS_CODE), 1);
}

static void times_may_be_written_in_several_ways(void **state)
{
	(void)state;
	put_file("{\"id\":\"sso\",\"epoch\":3,"
		 "\"issued_at\":\"2026-01-01T00:00:00.123456789Z\","
		 "\"expires_at\":\"2026-03-01T01:00:00+01:00\",\"more\":[],"
		 "\"client_id\":\"x\",\"client_secret\":\"y\"}");
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_int_equal(found.issued, 1767225600);
	assert_int_equal(found.expires, 1772323200);
	restart();
	put_file("{\"id\":\"sso\",\"epoch\":3,\"issued_at\":1767225600,"
		 "\"expires_at\":1772323200,\"client_id\":\"x\","
		 "\"client_secret\":\"y\"}");
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_int_equal(found.issued, 1767225600);
	assert_int_equal(found.expires, 1772323200);
}

static void one_that_lasts_less_than_15_minutes_is_not_used(void **state)
{
	(void)state;
	keep("c1", NOW + 1000);
	assert_int_equal(find_at(SERVERS_CODE, NOW + 100), 1);
	assert_int_equal(find_at(SERVERS_CODE, NOW + 101), 0);
	assert_null(found.id);
	assert_null(found.secret);
	restart();
	assert_int_equal(find_at(SERVERS_CODE, NOW + 101), 0);
	assert_int_equal(find_at(SERVERS_CODE, NOW + 100), 1);
}

static void another_program_may_have_made_a_newer_one(void **state)
{
	(void)state;
	keep("c1", NOW + 1000);
	put_file("{\"id\":\"sso\",\"epoch\":3,\"issued_at\":1,"
		 "\"expires_at\":1772323200,\"client_id\":\"theirs\","
		 "\"client_secret\":\"y\"}");
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c1");
	assert_int_equal(find_at(SERVERS_CODE, NOW + 900), 1);
	assert_string_equal(found.id, "theirs");
}

static void one_of_another_server_is_not_used(void **state)
{
	(void)state;
	keep("c1", NOW + 86400);
	load_server("sso", ",\"scope\":[\"a:b\",\"c\"]");
	assert_int_equal(find(SERVERS_CODE), 0);
	load_server("other", "");
	assert_int_equal(find(SERVERS_CODE), 0);
	load_server("sso", "");
	server.region[0] = 'x';
	assert_int_equal(find(SERVERS_CODE), 0);
	load_server("sso", "");
	server.url[8] = 'x';
	assert_int_equal(find(SERVERS_CODE), 0);
	load_server("sso", "");
	server.kind = SERVERS_OAUTH;
	assert_int_equal(find(SERVERS_CODE), 0);
	server.kind = SERVERS_AWS_SSO;
	assert_int_equal(find(SERVERS_CODE), 1);
	/* The name of a file is not enough. */
	restart();
	put_file("{\"id\":\"other\",\"epoch\":3,\"issued_at\":1,"
		 "\"expires_at\":1772323200,\"client_id\":\"x\","
		 "\"client_secret\":\"y\"}");
	assert_int_equal(find(SERVERS_CODE), 0);
}

static void what_cannot_be_read_is_as_if_it_were_not_there(void **state)
{
	static const char *const broken[] = {"", "{", "[]", "null", "{}",
#define WITH(epoch, from, to, id, secret)                                      \
	"{\"id\":\"sso\",\"epoch\":" epoch ",\"issued_at\":" from              \
	",\"expires_at\":" to ",\"client_id\":" id                             \
	",\"client_secret\":" secret "}"
#define UNTIL "1772323200"
	    WITH("2", "1", UNTIL, "\"x\"", "\"y\""),
	    WITH("4", "1", UNTIL, "\"x\"", "\"y\""),
	    WITH("null", "1", UNTIL, "\"x\"", "\"y\""),
	    WITH("\"3\"", "1", UNTIL, "\"x\"", "\"y\""),
	    WITH("3", "\"now\"", UNTIL, "\"x\"", "\"y\""),
	    WITH("3", "null", UNTIL, "\"x\"", "\"y\""),
	    WITH("3", "-1", UNTIL, "\"x\"", "\"y\""),
	    WITH("3", "1", "\"2026-03-01\"", "\"x\"", "\"y\""),
	    WITH("3", "1", "1e99", "\"x\"", "\"y\""),
	    WITH("3", "1", UNTIL, "\"\"", "\"y\""),
	    WITH("3", "1", UNTIL, "7", "\"y\""),
	    WITH("3", "1", UNTIL, "\"a b\"", "\"y\""),
	    WITH("3", "1", UNTIL, "\"x\"", "\"\""),
	    WITH("3", "1", UNTIL, "\"x\"", "null"),
	    WITH("3", "1", UNTIL, "\"x\"", "\"a b\""),
	    WITH("3", "1", UNTIL, "\"x\\n\"", "\"y\"")};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		put_file(broken[i]);
		assert_int_equal(find(SERVERS_CODE), 0);
		assert_null(found.id);
		assert_null(found.secret);
	}
	put_file(WITH("3", "1", UNTIL, "\"x\"", "\"y\""));
	assert_int_equal(find(SERVERS_CODE), 1);
}

static void a_file_that_others_can_write_is_not_used(void **state)
{
	(void)state;
	keep("c1", NOW + 86400);
	restart();
	assert_int_equal(chmod(at_home(CODE), 0620), 0);
	assert_int_equal(find(SERVERS_CODE), 0);
	assert_int_equal(chmod(at_home(CODE), 0602), 0);
	assert_int_equal(find(SERVERS_CODE), 0);
	assert_int_equal(chmod(at_home(CODE), 0600), 0);
	assert_int_equal(find(SERVERS_CODE), 1);
	restart();
	/* A directory that is ours is closed, as the trust store is. */
	assert_int_equal(chmod(at_home(CACHE), 0777), 0);
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_int_equal(mode_of(at_home(CACHE)), 0700);
}

static void a_file_of_somebody_else_is_not_used(void **state)
{
	(void)state;
	ONLY_ROOT();
	keep("c1", NOW + 86400);
	restart();
	assert_int_equal(chown(at_home(CODE), NOBODY, NOBODY), 0);
	assert_int_equal(find(SERVERS_CODE), 0);
	assert_int_equal(chown(at_home(CODE), 0, 0), 0);
	assert_int_equal(chown(at_home(CACHE), NOBODY, NOBODY), 0);
	assert_int_equal(find(SERVERS_CODE), 0);
	keep("c2", NOW + 86400);
	assert_int_equal(chown(at_home(CACHE), 0, 0), 0);
	assert_non_null(strstr(file(CODE), "\"c1\""));
}

static void a_client_that_is_dropped_is_gone(void **state)
{
	(void)state;
	keep("c1", NOW + 86400);
	keep_for(SERVERS_DEVICE, "d1", "other", NOW + 86400);
	registration_drop(registrations, &server, SERVERS_CODE);
	assert_int_equal(find(SERVERS_CODE), 0);
	assert_int_equal(access(at_home(CODE), F_OK), -1);
	assert_int_equal(find(SERVERS_DEVICE), 1);
	/* Once more does no harm. */
	registration_drop(registrations, &server, SERVERS_CODE);
}

static void without_a_place_for_files_memory_does(void **state)
{
	(void)state;
	home_mkdir(".local/state/mairu");
	home_puts(CACHE, "in the way");
	keep("c1", NOW + 86400);
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_string_equal(found.id, "c1");
	registration_drop(registrations, &server, SERVERS_CODE);
	assert_int_equal(find(SERVERS_CODE), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	keep("c1", NOW + 86400);
	assert_int_equal(find(SERVERS_CODE), 1);
	registration_drop(registrations, &server, SERVERS_CODE);
	assert_int_equal(find(SERVERS_CODE), 0);
}

static void one_that_never_expires_has_no_file(void **state)
{
	(void)state;
	keep("c1", 0);
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_int_equal(access(at_home(CODE), F_OK), -1);
}

static void so_many_are_kept_and_no_more(void **state)
{
	char id[32];

	(void)state;
	assert_int_equal(unsetenv("HOME"), 0); /* in memory alone */
	for (int i = 0; i < 2 * SERVERS_MAX + 1; i++) {
		(void)snprintf(id, sizeof(id), "s%d", i);
		load_server(id, "");
		keep("c", NOW + 86400);
	}
	assert_int_equal(find(SERVERS_CODE), 1);
	load_server("s1", "");
	assert_int_equal(find(SERVERS_CODE), 1);
	load_server("s0", "");
	assert_int_equal(find(SERVERS_CODE), 0);
}

static void nothing_is_left_in_the_slab(void **state)
{
	static const char all[(1 << 20) - 256];
	struct secret *secret = NULL;

	(void)state;
	keep("c1", NOW + 1000);
	keep("c2", NOW + 1000);
	restart();
	assert_int_equal(find(SERVERS_CODE), 1);
	assert_int_equal(find_at(SERVERS_CODE, NOW + 500), 0);
	put_file("{\"id\":\"sso\",\"epoch\":3,\"issued_at\":1,"
		 "\"expires_at\":1772323200,\"client_id\":\"\","
		 "\"client_secret\":\"y\"}");
	assert_int_equal(find_at(SERVERS_CODE, NOW + 500), 0);
	registrations_free(registrations);
	registrations = NULL;
	assert_int_equal(secret_new(&secret, slab, all, sizeof(all)), 0);
	secret_free(secret);
}

#define REGISTRATION_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    REGISTRATION_TEST(a_client_is_kept_and_found),
	    REGISTRATION_TEST(its_file_is_that_of_mairu_0_11),
	    REGISTRATION_TEST(a_client_outlives_the_broker),
	    REGISTRATION_TEST(times_may_be_written_in_several_ways),
	    REGISTRATION_TEST(one_that_lasts_less_than_15_minutes_is_not_used),
	    REGISTRATION_TEST(another_program_may_have_made_a_newer_one),
	    REGISTRATION_TEST(one_of_another_server_is_not_used),
	    REGISTRATION_TEST(what_cannot_be_read_is_as_if_it_were_not_there),
	    REGISTRATION_TEST(a_file_that_others_can_write_is_not_used),
	    REGISTRATION_TEST(a_file_of_somebody_else_is_not_used),
	    REGISTRATION_TEST(a_client_that_is_dropped_is_gone),
	    REGISTRATION_TEST(without_a_place_for_files_memory_does),
	    REGISTRATION_TEST(one_that_never_expires_has_no_file),
	    REGISTRATION_TEST(so_many_are_kept_and_no_more),
	    REGISTRATION_TEST(nothing_is_left_in_the_slab),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
