#include "base/config/servers.h"

#include "servers_home.h"

#define SECRET "hunter2-of-the-client"

static void an_oauth_server_has_defaults(void **state)
{
	const struct servers_entry *one;

	(void)state;
	one = good("{\"url\":\"https://c.example/api/\",\"oauth\":{"
		   "\"client_id\":\"me\",\"code_grant\":{}}}");
	assert_string_equal(one->path, at_home(tail_of("a.json")));
	assert_int_equal(one->kind, SERVERS_OAUTH);
	assert_string_equal(one->id, "https://c.example/api/");
	assert_int_equal(one->id_given, 0);
	assert_string_equal(one->url, "https://c.example/api/");
	assert_string_equal(one->scope, "profile");
	assert_string_equal(one->client_id, "me");
	assert_int_equal(one->has_code, 1);
	assert_int_equal(one->has_device, 0);
	assert_int_equal(one->default_grant, SERVERS_CODE);
	assert_int_equal(one->local_port, 0);
	assert_int_equal(one->use_localhost, 0);
	assert_int_equal(one->has_secret, 0);
	assert_null(one->client_secret);
	assert_null(one->region);
	assert_null(one->token_endpoint);
	assert_int_equal(one->client_auth, SERVERS_AUTH_BASIC);
	assert_null(one->revocation_endpoint);
	assert_null(one->device_endpoint);
	assert_null(one->authorization_endpoint);
	assert_null(one->redirect_path);
	assert_null(one->warning);
	assert_int_equal(one->n_unknown, 0);
}

#define FULL                                                                   \
	"{\"url\":\"https://c.example/\",\"id\":\"contoso\",\"oauth\":{"       \
	"\"client_id\":\"me\",\"client_secret\":\"" SECRET "\","               \
	"\"token_endpoint\":\"https://idp.example/t?x=1\","                    \
	"\"token_endpoint_auth_method\":\"client_secret_post\","               \
	"\"revocation_endpoint\":\"r\","                                       \
	"\"scope\":[\"openid\",\"profile\"],"                                  \
	"\"device_grant\":{\"device_authorization_endpoint\":\"/d\"},"         \
	"\"code_grant\":{\"authorization_endpoint\":\"../a?p=1\","             \
	"\"local_port\":16624,\"use_localhost\":true},"                        \
	"\"default_grant_type\":\"device_code\"}}"

static void every_key_of_an_oauth_server_is_taken(void **state)
{
	const struct servers_entry *one;

	(void)state;
	assert_int_equal(slab_new(&slab, 4096, &e), 0);
	one = good(FULL);
	assert_string_equal(one->id, "contoso");
	assert_int_equal(one->id_given, 1);
	assert_string_equal(one->scope, "openid profile");
	assert_string_equal(one->token_endpoint, "https://idp.example/t?x=1");
	assert_int_equal(one->client_auth, SERVERS_AUTH_POST);
	assert_string_equal(one->revocation_endpoint, "r");
	assert_string_equal(one->device_endpoint, "/d");
	assert_string_equal(one->authorization_endpoint, "../a?p=1");
	assert_int_equal(one->local_port, 16624);
	assert_int_equal(one->use_localhost, 1);
	assert_int_equal(one->has_code, 1);
	assert_int_equal(one->has_device, 1);
	assert_int_equal(one->default_grant, SERVERS_DEVICE);
	assert_int_equal(one->has_secret, 1);
	assert_int_equal(
	    secret_is(one->client_secret, SECRET, strlen(SECRET)), 1);
}

static void a_secret_without_a_slab_is_only_noted(void **state)
{
	const struct servers_entry *one;

	(void)state;
	one = good(FULL);
	assert_int_equal(one->has_secret, 1);
	assert_null(one->client_secret);
}

static void a_full_slab_is_an_error_and_loses_nothing(void **state)
{
	static char text[8192];
	char name[32], many[4000];

	(void)state;
	assert_int_equal(slab_new(&slab, 4096, &e), 0);
	memset(many, 's', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
	    "{\"url\":\"https://c.example/\",\"oauth\":{\"client_id\":\"x\","
	    "\"client_secret\":\"%s\",\"code_grant\":{}}}",
	    many);
	for (int i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof(name), "%d.json", i);
		put_server(name, text);
	}
	assert_int_equal(load(), ERR_NOMEM);
	assert_int_equal(s.count, 0);
	assert_null(s.at);
	/* All of it is free again. */
	assert_int_equal(unlink(at_home(tail_of("1.json"))), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(s.count, 1);
}

static void a_client_has_an_id_and_at_least_one_grant(void **state)
{
	(void)state;
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{}}",
	    "\"oauth.client_id\" is missing: expected 1 to 2048 printable "
	    "ASCII characters; \"oauth\": expected a \"code_grant\" or a "
	    "\"device_grant\", which may be empty objects, found neither");
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"\","
		     "\"code_grant\":null,\"device_grant\":{}}}",
	    "\"oauth.client_id\": expected 1 to 2048 printable ASCII "
	    "characters, found an empty string");
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{\"client_id\":"
		     "\"a\\nb\",\"code_grant\":true}}",
	    "\"oauth.client_id\": expected 1 to 2048 printable ASCII "
	    "characters, found \"a\\x0ab\"; \"oauth.code_grant\": expected "
	    "an object, found true or false");
	assert_wrong(oauth("\"device_grant\":[]"),
	    "\"oauth.device_grant\": expected an object, found an array of 0");
}

static void a_server_may_have_a_redirect_path_of_its_own(void **state)
{
	static const char *const good_ones[] = {"/a", "/oauth2callback/contoso",
	    "/a/", "/A-Z._~9/x", "/...", "/auth", "/authx/y"};
	static const char *const bad_ones[] = {"", "/", "a", "a/b", "/a?b=c",
	    "/a#b", "//a", "/a//b", "/.", "/..", "/a/../b", "/a/./b", "/a/..",
	    "/%61", "/a b", "/\u00e4", "/a\\\\b", "/auth/x", "/a;b",
	    "http://127.0.0.1/a"};
	char text[256], path[160];

	(void)state;
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"m\","
		    "\"code_grant\":{\"redirect_path\":\"%s\"}}}",
		    good_ones[i]);
		assert_string_equal(good(text)->redirect_path, good_ones[i]);
	}
	for (size_t i = 0; i < sizeof(bad_ones) / sizeof(bad_ones[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"m\","
		    "\"code_grant\":{\"redirect_path\":\"%s\"}}}",
		    bad_ones[i]);
		put_server("a.json", text);
		assert_int_equal(load(), 0);
		if (!s.at[0].fault || !strstr(s.at[0].fault, "redirect_path"))
			fail_msg("%s", bad_ones[i]);
	}
	for (int n = 128; n <= 129; n++) {
		memset(path, 'a', sizeof(path));
		path[0] = '/';
		path[n] = '\0';
		(void)snprintf(text, sizeof(text),
		    "{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"m\","
		    "\"code_grant\":{\"redirect_path\":\"%s\"}}}",
		    path);
		put_server("a.json", text);
		assert_int_equal(load(), 0);
		assert_int_equal(s.at[0].fault == NULL, n == 128);
	}
}

static void the_device_grant_has_two_names(void **state)
{
	static const char *const names[] = {
	    "device_grant", "device_code_grant"};
	const struct servers_entry *one;
	char text[256];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text),
		    "{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"x\","
		    "\"%s\":{\"device_authorization_endpoint\":\"d\"}}}",
		    names[i]);
		one = good(text);
		assert_int_equal(one->has_code, 0);
		assert_int_equal(one->has_device, 1);
		assert_string_equal(one->device_endpoint, "d");
		assert_int_equal(one->default_grant, SERVERS_DEVICE);
		(void)snprintf(text, sizeof(text),
		    "\"%s\":{\"device_authorization_endpoint\":1}", names[i]);
		assert_non_null(strstr(only(oauth(text))->fault, names[i]));
	}
	assert_wrong(oauth("\"device_grant\":{},\"device_code_grant\":{}"),
	    "\"oauth.device_grant\" and \"oauth.device_code_grant\" mean the "
	    "same: expected one of them, found both");
	(void)good(oauth("\"device_grant\":{},\"device_code_grant\":null"));
}

static void the_default_grant_has_several_names(void **state)
{
	static const struct {
		const char *name;
		enum servers_grant grant;
	} names[] = {{"code", SERVERS_CODE}, {"code_grant", SERVERS_CODE},
	    {"device_code", SERVERS_DEVICE}, {"device-code", SERVERS_DEVICE},
	    {"device_grant", SERVERS_DEVICE},
	    {"device_code_grant", SERVERS_DEVICE}};
	char text[128];

	(void)state;
	assert_int_equal(
	    good(oauth("\"device_grant\":{}"))->default_grant, SERVERS_CODE);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "\"device_grant\":{},\"default_grant_type\":\"%s\"",
		    names[i].name);
		assert_int_equal(
		    good(oauth(text))->default_grant, names[i].grant);
	}
	assert_wrong(oauth("\"default_grant_type\":\"Code\""),
	    "\"oauth.default_grant_type\": expected \"code\" or "
	    "\"device_code\", found \"Code\"");
	assert_wrong(oauth("\"default_grant_type\":1"),
	    "\"oauth.default_grant_type\": expected \"code\" or "
	    "\"device_code\", found 1");
	assert_wrong(oauth("\"default_grant_type\":\"device-code\""),
	    "\"oauth.default_grant_type\" is \"device-code\", but there is "
	    "no \"oauth.device_grant\"");
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"x\","
		     "\"device_grant\":{},\"default_grant_type\":\"code\"}}",
	    "\"oauth.default_grant_type\" is \"code\", but there is no "
	    "\"oauth.code_grant\"");
}

static void endpoints_are_references_and_never_quoted(void **state)
{
	(void)state;
	assert_string_equal(
	    good(oauth("\"token_endpoint\":\"oauth/token\""))->token_endpoint,
	    "oauth/token");
	assert_wrong(oauth("\"token_endpoint\":\"//u:" SECRET "@h/t\""),
	    "\"oauth.token_endpoint\": it must say https:// where it names a "
	    "host");
	assert_wrong(oauth("\"token_endpoint\":\"http://h/t\""),
	    "\"oauth.token_endpoint\": it must begin with https:// (http:// "
	    "only to this machine)");
	assert_wrong(oauth("\"revocation_endpoint\":\"http://h/r\""),
	    "\"oauth.revocation_endpoint\": it must begin with https:// "
	    "(http:// only to this machine)");
	assert_wrong(oauth("\"token_endpoint\":\"\""),
	    "\"oauth.token_endpoint\": it is empty");
	assert_wrong(oauth("\"token_endpoint\":[]"),
	    "\"oauth.token_endpoint\": expected a URL, or a path that "
	    "\"url\" leads to, found an array of 0");
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"x\","
		     "\"code_grant\":{\"authorization_endpoint\":\"a#b\","
		     "\"use_localhost\":1}}}",
	    "\"oauth.code_grant.authorization_endpoint\": it may not have a # "
	    "part; \"oauth.code_grant.use_localhost\": expected true or "
	    "false, found 1");
}

#define METHOD	   "\"token_endpoint_auth_method\":"
#define AND_SECRET ",\"client_secret\":\"" SECRET "\""

static void a_secret_is_given_in_a_way_that_has_a_name(void **state)
{
	(void)state;
	assert_int_equal(
	    good(oauth(METHOD "\"client_secret_basic\"" AND_SECRET))
		->client_auth,
	    SERVERS_AUTH_BASIC);
	assert_int_equal(good(oauth(METHOD "\"client_secret_post\"" AND_SECRET))
			     ->client_auth,
	    SERVERS_AUTH_POST);
	(void)good(oauth(METHOD "null" AND_SECRET));
	(void)good(oauth(METHOD "\"none\""));
	assert_wrong(oauth(METHOD "\"private_key_jwt\"" AND_SECRET),
	    "\"oauth.token_endpoint_auth_method\": expected "
	    "\"client_secret_basic\", \"client_secret_post\" or \"none\", "
	    "found \"private_key_jwt\"");
	assert_wrong(oauth(METHOD "7"),
	    "\"oauth.token_endpoint_auth_method\": expected "
	    "\"client_secret_basic\", \"client_secret_post\" or \"none\", "
	    "found 7");
	assert_wrong(oauth(METHOD "\"client_secret_post\""),
	    "\"oauth.token_endpoint_auth_method\" is "
	    "\"client_secret_post\", but there is no "
	    "\"oauth.client_secret\"");
	assert_wrong(oauth(METHOD "\"none\"" AND_SECRET),
	    "\"oauth.token_endpoint_auth_method\" is \"none\", but there is "
	    "a \"oauth.client_secret\"");
}

static void a_secret_is_in_no_message(void **state)
{
	static const char *const wrong[] = {"\"client_secret\":\"\"",
	    "\"client_secret\":\"" SECRET "\\n\"",
	    "\"client_secret\":\"" SECRET "\\u00e4\"",
	    "\"client_secret\":[\"" SECRET "\"]",
	    "\"client_secret\":{\"" SECRET "\":1}",
	    "\"client_secret\":\"" SECRET "\",\"client_secret\":\"" SECRET "\"",
	    "\"client_secret\":\"" SECRET "\",\"scope\":7",
	    ("\"client_secret\":\"" SECRET)};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_non_null(only(oauth(wrong[i]))->fault);
		assert_null(strstr(s.at[0].fault, "hunter2"));
	}
	assert_wrong(oauth("\"client_secret\":424242"),
	    "\"oauth.client_secret\": expected 1 to 4096 printable ASCII "
	    "characters");
	(void)good(oauth("\"client_secret\":null"));
	assert_int_equal(s.at[0].has_secret, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(an_oauth_server_has_defaults),
	    AT_HOME(every_key_of_an_oauth_server_is_taken),
	    AT_HOME(a_secret_without_a_slab_is_only_noted),
	    AT_HOME(a_full_slab_is_an_error_and_loses_nothing),
	    AT_HOME(a_client_has_an_id_and_at_least_one_grant),
	    AT_HOME(a_server_may_have_a_redirect_path_of_its_own),
	    AT_HOME(the_device_grant_has_two_names),
	    AT_HOME(the_default_grant_has_several_names),
	    AT_HOME(endpoints_are_references_and_never_quoted),
	    AT_HOME(a_secret_is_given_in_a_way_that_has_a_name),
	    AT_HOME(a_secret_is_in_no_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
