#include "base/config/servers.h"

#include "servers_home.h"

#define SECRET "hunter2-of-the-client"

/* The least of a server of that kind with that URL. */
static const char *with_url(const char *kind, const char *url)
{
	static char text[16384];

	(void)snprintf(text, sizeof(text), "{\"url\":\"%s\",\"%s\":%s}", url,
	    kind,
	    kind[0] == 'a' ? "{\"region\":\"us-east-1\"}"
			   : "{\"client_id\":\"x\",\"device_grant\":{}}");
	return text;
}

static void iam_identity_center_has_defaults_and_keys_of_its_own(void **state)
{
	const struct servers_entry *one;

	(void)state;
	one = good(sso("\"region\":\"us-east-1\""));
	assert_int_equal(one->kind, SERVERS_AWS_SSO);
	assert_string_equal(one->id, "https://d-1.awsapps.com/start");
	assert_string_equal(one->url, "https://d-1.awsapps.com/start");
	assert_string_equal(one->region, "us-east-1");
	assert_string_equal(one->scope, "sso:account:access");
	assert_int_equal(one->local_port, 0);
	assert_int_equal(one->has_code, 1);
	assert_int_equal(one->has_device, 1);
	assert_int_equal(one->default_grant, SERVERS_CODE);
	assert_null(one->client_id);
	one = good(sso("\"region\":\"us-gov-west-1\",\"local_port\":65535,"
		       "\"scope\":[\"a\",\"b\"]"));
	assert_string_equal(one->region, "us-gov-west-1");
	assert_string_equal(one->scope, "a b");
	assert_int_equal(one->local_port, 65535);
}

static void a_server_is_of_exactly_one_kind(void **state)
{
	(void)state;
	assert_wrong("{\"url\":\"https://c.example/\"}",
	    "expected either \"oauth\" or \"aws_sso\", found neither");
	assert_wrong("{\"url\":\"https://c.example/\",\"oauth\":null,"
		     "\"aws_sso\":null}",
	    "expected either \"oauth\" or \"aws_sso\", found neither");
	assert_wrong(
	    "{\"url\":\"https://c.example/x\",\"oauth\":{\"client_id\":\"x\","
	    "\"code_grant\":{}},\"aws_sso\":{\"region\":\"us-east-1\"}}",
	    "expected either \"oauth\" or \"aws_sso\", found both");
	/* What is in them is then not looked at. */
	assert_wrong("{\"url\":\"https://c.example/\",\"oauth\":{\"x\":1},"
		     "\"aws_sso\":{\"region\":7}}",
	    "expected either \"oauth\" or \"aws_sso\", found both");
	assert_wrong("{\"url\":\"https://c.example/\",\"oauth\":true}",
	    "\"oauth\": expected an object, found true or false");
	assert_wrong("{\"url\":\"https://c.example/\",\"aws_sso\":[1]}",
	    "\"aws_sso\": expected an object, found an array of 1");
	assert_wrong("[]", "expected {\"url\": ..., ...}, found an array");
	assert_wrong("7", "expected {\"url\": ..., ...}, found a number");
}

static void the_url_is_https_or_loopback_and_ends_in_a_slash(void **state)
{
	(void)state;
	assert_string_equal(
	    good(with_url("oauth", "HTTPS://C.Example:443"))->url,
	    "https://c.example/");
	(void)good(with_url("oauth", "http://127.0.0.1:8080/"));
	(void)good(with_url("oauth", "http://localhost/x/"));
	(void)good(with_url("aws_sso", "http://[::1]:1/start"));
	assert_wrong(with_url("oauth", "https://c.example/api"),
	    "\"url\": it must end in a slash, since other URLs are resolved "
	    "against it");
	assert_wrong(with_url("oauth", "http://c.example/"),
	    "\"url\": it must begin with https:// (http:// only to this "
	    "machine)");
	assert_wrong(with_url("oauth", "https://u:" SECRET "@c.example/"),
	    "\"url\": it may not hold a user name");
	assert_wrong(with_url("oauth", "https://c.example/?a/"),
	    "\"url\": it may not have a ? part");
	assert_wrong(with_url("oauth", "https://c.example/#/"),
	    "\"url\": it may not have a # part");
	assert_wrong(with_url("oauth", "contoso"),
	    "\"url\": it must begin with https://");
	assert_wrong(
	    with_url("oauth", ""), "\"url\": it must begin with https://");
	assert_wrong(with_url("aws_sso", "https://c.example/\\u00e4"),
	    "\"url\": it has blanks or characters that must be written as "
	    "%XX");
	assert_wrong("{\"aws_sso\":{\"region\":\"us-east-1\"}}",
	    "\"url\" is missing: expected a URL");
	assert_wrong("{\"url\":null,\"aws_sso\":{\"region\":\"us-east-1\"}}",
	    "\"url\": expected a URL, found null");
	assert_wrong("{\"url\":5,\"aws_sso\":{\"region\":\"us-east-1\"}}",
	    "\"url\": expected a URL, found 5");
}

static void what_the_address_bar_adds_to_a_start_url_is_dropped(void **state)
{
	static const char *const urls[] = {"https://d-1.awsapps.com/start#",
	    "https://d-1.awsapps.com/start#/",
	    "https://d-1.awsapps.com/start#/?tab=accounts"};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(good(with_url("aws_sso", urls[i]))->url,
		    "https://d-1.awsapps.com/start");
}

static void a_url_is_of_bounded_length(void **state)
{
	char url[2100] = "https://c.example/";

	(void)state;
	memset(url + 18, 'a', 2048 - 18);
	url[2047] = '/';
	(void)good(with_url("oauth", url));
	url[2047] = 'a';
	url[2048] = '/';
	assert_wrong(
	    with_url("oauth", url), "\"url\": it is longer than 2048 bytes");
}

static void the_id_is_a_string_that_shows_as_it_is(void **state)
{
	(void)state;
#define WITH_ID(id)                                                            \
	"{\"url\":\"https://x/\",\"id\":" id                                   \
	",\"aws_sso\":{\"region\":\"us-east-1\"}}"
	assert_string_equal(good(WITH_ID("\"\\u00e4 b\""))->id, "\xc3\xa4 b");
	assert_string_equal(good(WITH_ID("null"))->id, "https://x/");
	assert_wrong(WITH_ID("7"),
	    "\"id\": expected a string of 1 to 2048 bytes, found 7");
	assert_wrong(WITH_ID("\"\""), "\"id\": expected a string of 1 to 2048 "
				      "bytes, found an empty string");
	assert_wrong(WITH_ID("\"a\\u202eb\""),
	    "\"id\": expected no control, invisible or reordering "
	    "characters, found \"a\\u{202e}b\"");
	assert_wrong(WITH_ID("\"a\\u001bb\""),
	    "\"id\": expected no control, invisible or reordering "
	    "characters, found \"a\\x1bb\"");
}

static void a_region_is_a_label_of_a_host_name(void **state)
{
	static const char *const right[] = {
	    "eu-west-1", "us-iso-east-1", "ap-southeast-12", "cn-north-1"};
	static const char *const wrong[] = {"", "eu", "EU-west-1", "eu_west-1",
	    "eu-west-", "-eu-west", "eu--west", "1-eu", "eu.west-1",
	    "eu-west-1.evil.example", "eu-west-1/", "eu-west-1 "};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		(void)snprintf(
		    text, sizeof(text), "\"region\":\"%s\"", right[i]);
		assert_string_equal(good(sso(text))->region, right[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(
		    text, sizeof(text), "\"region\":\"%s\"", wrong[i]);
		if (only(sso(text))->fault == NULL)
			fail_msg("%s was let pass", wrong[i]);
	}
	assert_wrong(sso(""), "\"aws_sso.region\" is missing: expected a "
			      "region such as \"eu-west-1\"");
	assert_wrong(sso("\"region\":5"), "\"aws_sso.region\": expected a "
					  "region such as \"eu-west-1\", "
					  "found 5");
	memset(text, 'a', sizeof(text));
	memcpy(text, "\"region\":\"a-", 12);
	(void)snprintf(text + 10 + 64, 4, "\"");
	assert_non_null(only(sso(text))->fault);
	(void)snprintf(text + 10 + 63, 4, "\"");
	assert_null(only(sso(text))->fault);
}

static void a_port_is_an_integer_from_1_to_65535(void **state)
{
	static const char *const wrong[] = {
	    "0", "-1", "65536", "1.0", "1e3", "\"80\"", "true", "[]", "{}"};
	char text[128];

	(void)state;
	assert_int_equal(
	    good(sso("\"region\":\"a-b\",\"local_port\":1"))->local_port, 1);
	assert_int_equal(
	    good(sso("\"region\":\"a-b\",\"local_port\":null"))->local_port, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(text, sizeof(text),
		    "\"region\":\"a-b\",\"local_port\":%s", wrong[i]);
		if (only(sso(text))->fault == NULL)
			fail_msg("%s was let pass", wrong[i]);
	}
	assert_wrong("{\"url\":\"https://x/\",\"oauth\":{\"client_id\":\"x\","
		     "\"code_grant\":{\"local_port\":65536}}}",
	    "\"oauth.code_grant.local_port\": expected an integer from 1 to "
	    "65535, found 65536");
}

static void a_scope_is_an_array_of_words(void **state)
{
	char text[4096] = "\"scope\":[\"0\"";

	(void)state;
	assert_string_equal(good(oauth("\"scope\":[]"))->scope, "");
	assert_string_equal(good(oauth("\"scope\":null"))->scope, "profile");
	assert_string_equal(
	    good(oauth("\"scope\":[\"https://x/.default\",\"a:b\"]"))->scope,
	    "https://x/.default a:b");
	assert_wrong(oauth("\"scope\":\"openid profile\""),
	    "\"oauth.scope\": expected an array of at most 64 strings, found "
	    "\"openid profile\"");
	assert_wrong(oauth("\"scope\":[\"a\",\"b c\",1]"),
	    "\"oauth.scope[1]\": expected 1 to 256 printable ASCII "
	    "characters without blanks, \" and \\, found \"b c\"; "
	    "\"oauth.scope[2]\": expected 1 to 256 printable ASCII "
	    "characters without blanks, \" and \\, found 1");
	for (int i = 1; i < 64; i++)
		(void)snprintf(text + strlen(text), 16, ",\"%d\"", i);
	(void)snprintf(text + strlen(text), 16, "]");
	(void)good(oauth(text));
	(void)snprintf(text + strlen(text) - 1, 16, ",\"x\"]");
	assert_wrong(oauth(text), "\"oauth.scope\": expected an array of at "
				  "most 64 strings, found an array of 65");
}

static void unknown_keys_are_collected(void **state)
{
	const struct servers_entry *one;

	(void)state;
	one = good("{\"url\":\"https://x/\",\"color\":1,\"oauth\":{"
		   "\"client_id\":\"x\",\"tint\\u001b\":2,\"code_grant\":{"
		   "\"port\":3},\"device_code_grant\":{\"x\":4}}}");
	assert_int_equal(one->n_unknown, 4);
	assert_string_equal(one->unknown[0], "oauth.code_grant.port");
	assert_string_equal(one->unknown[1], "oauth.device_code_grant.x");
	assert_string_equal(one->unknown[2], "oauth.tint\\x1b");
	assert_string_equal(one->unknown[3], "color");
	one = good(sso("\"region\":\"a-b\",\"client_id\":\"x\""));
	assert_int_equal(one->n_unknown, 1);
	assert_string_equal(one->unknown[0], "aws_sso.client_id");
	one = good(sso("\"region\":\"a-b\",\"0\":0,\"1\":0,\"2\":0,\"3\":0,"
		       "\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,\"9\":0,"
		       "\"10\":0,\"11\":0,\"12\":0,\"13\":0,\"14\":0,"
		       "\"15\":0,\"16\":0"));
	assert_int_equal(one->n_unknown, SERVERS_MAX_UNKNOWN);
}

static void a_file_that_is_no_json_is_said_to_be_none(void **state)
{
	(void)state;
	assert_non_null(strstr(only("{")->fault, "a.json: line 1, column"));
	assert_non_null(strstr(only("")->fault, "a.json: line 1, column"));
	assert_non_null(
	    strstr(only("\xef\xbb\xbf{}")->fault, "byte order mark"));
	assert_non_null(strstr(only("\xff\xfe{")->fault, "UTF-16"));
	assert_non_null(only("{\"url\":\"\xff\"}")->fault);
	assert_non_null(only("{\"url\":1,\"url\":1}")->fault);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(iam_identity_center_has_defaults_and_keys_of_its_own),
	    AT_HOME(a_server_is_of_exactly_one_kind),
	    AT_HOME(the_url_is_https_or_loopback_and_ends_in_a_slash),
	    AT_HOME(what_the_address_bar_adds_to_a_start_url_is_dropped),
	    AT_HOME(a_url_is_of_bounded_length),
	    AT_HOME(the_id_is_a_string_that_shows_as_it_is),
	    AT_HOME(a_region_is_a_label_of_a_host_name),
	    AT_HOME(a_port_is_an_integer_from_1_to_65535),
	    AT_HOME(a_scope_is_an_array_of_words),
	    AT_HOME(unknown_keys_are_collected),
	    AT_HOME(a_file_that_is_no_json_is_said_to_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
