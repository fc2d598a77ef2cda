/* Logins of devices, and renewals: their requests, and what answers mean. */

#include "provider_world.h"

#define DEVICE                                                                 \
	"{\"id\":\"corp\",\"url\":\"https://c.example/m/\",\"oauth\":{"        \
	"\"client_id\":\"me & you\",\"device_grant\":{}}}"
#define WITH_SECRET(more)                                                      \
	"{\"id\":\"corp\",\"url\":\"https://c.example/m/\",\"oauth\":{"        \
	"\"client_id\":\"a:b\",\"client_secret\":\"p w\",\"code_grant\":{}"    \
	"," more "\"device_grant\":{}}}"
#define POST "\"token_endpoint_auth_method\":\"client_secret_post\","
#define DEVICE_GRANT                                                           \
	"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"

static struct secret *code, *refresh;
static struct provider_device device;
static struct provider_flow flow;

static int begin(void **state)
{
	int rc = setup(state);

	if (rc == 0)
		rc = secret_new(&code, slab, "d+c", 3);
	if (rc == 0)
		rc = secret_new(&refresh, slab, "r/t", 3);
	memset(&device, 0, sizeof(device));
	memset(&flow, 0, sizeof(flow));
	return rc;
}

static int end(void **state)
{
	provider_device_release(&device);
	secret_free(code);
	secret_free(refresh);
	return teardown(state);
}

/* --- requests */

static void a_device_asks_with_client_and_scope(void **state)
{
	(void)state;
	load(DEVICE);
	assert_int_equal(provider()->device_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(
	    buf_str(&ask.url), "https://c.example/m/oauth/device");
	assert_string_equal(
	    buf_str(&ask.body), "scope=profile&client_id=me%20%26%20you");
	assert_null(fake_header(&ask, "Authorization"));
	assert_string_equal(fake_header(&ask, "Accept"), "application/json");
	assert_string_equal(
	    ask.content_type, "application/x-www-form-urlencoded");
}

static void a_device_asks_where_its_file_says(void **state)
{
	(void)state;
	load("{\"url\":\"https://c.example/\",\"oauth\":{\"client_id\":\"me\","
	     "\"scope\":[],\"device_grant\":{"
	     "\"device_authorization_endpoint\":"
	     "\"https://login.example/d\"}}}");
	assert_int_equal(provider()->device_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.url), "https://login.example/d");
	assert_string_equal(buf_str(&ask.body), "client_id=me");
}

static void assert_body(const char *text)
{
	http_ask_release(&ask);
	assert_int_equal(provider()->token_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(
	    buf_str(&ask.url), "https://c.example/m/oauth/token");
	assert_string_equal(buf_str(&ask.body), text);
}

static void a_refresh_token_comes_before_a_device_code_before_a_code(
    void **state)
{
	(void)state;
	load(DEVICE);
	flow = (struct provider_flow){
	    .code = "c", .redirect_uri = "u", .verifier = "v"};
	assert_body("grant_type=authorization_code&code=c&redirect_uri=u"
		    "&code_verifier=v&client_id=me%20%26%20you");
	flow.device_code = code;
	assert_body(DEVICE_GRANT "&device_code=d%2Bc&client_id=me%20%26%20you");
	flow.refresh = refresh;
	assert_body("grant_type=refresh_token&refresh_token=r%2Ft"
		    "&client_id=me%20%26%20you");
}

/* Basic is "a%3Ab:p%20w". */
static void a_client_gives_its_secret_in_one_way_everywhere(void **state)
{
	static const char basic[] = "Basic YSUzQWI6cCUyMHc=";

	(void)state;
	flow.refresh = refresh;
	load(WITH_SECRET(""));
	assert_body("grant_type=refresh_token&refresh_token=r%2Ft");
	assert_string_equal(fake_header(&ask, "Authorization"), basic);
	http_ask_release(&ask);
	assert_int_equal(provider()->device_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.body), "scope=profile");
	assert_string_equal(fake_header(&ask, "Authorization"), basic);

	load(WITH_SECRET(POST));
	assert_body("grant_type=refresh_token&refresh_token=r%2Ft"
		    "&client_id=a%3Ab&client_secret=p%20w");
	assert_null(fake_header(&ask, "Authorization"));
	http_ask_release(&ask);
	assert_int_equal(provider()->device_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.body),
	    "scope=profile&client_id=a%3Ab&client_secret=p%20w");
	assert_null(fake_header(&ask, "Authorization"));
}

/* --- a device code */

static int take_device(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	if (!server.id)
		load(DEVICE);
	provider_device_release(&device);
	fake_make(&a, status, type, body);
	rc = provider()->device_take(at(), &a, &device, &e);
	buf_release(&a.body);
	if (rc < 0) {
		assert_null(device.code);
		assert_null(device.user_code);
		assert_null(device.uri);
		assert_null(device.complete);
		assert_int_equal(e.code, rc);
		assert_non_null(strstr(e.msg, "corp"));
	}
	return rc;
}

#define CODES(uri, more)                                                       \
	"{\"device_code\":\"dc\",\"user_code\":\"AB-CD\"," uri more "}"
#define URI "\"verification_uri\":\"https://l.example/d\""

static void a_device_code_is_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    take_device(200, JSON,
		CODES(URI, ",\"verification_uri_complete\":"
			   "\"https://l.example/d?c=AB-CD\","
			   "\"expires_in\":1800,\"interval\":7,\"x\":1")),
	    0);
	assert_true(secret_is(device.code, "dc", 2));
	assert_string_equal(device.user_code, "AB-CD");
	assert_string_equal(device.uri, "https://l.example/d");
	assert_string_equal(device.complete, "https://l.example/d?c=AB-CD");
	assert_int_equal(device.seconds, 1800);
	assert_int_equal(device.interval, 7);
}

static void what_a_device_code_lacks_has_defaults(void **state)
{
	static const char *const odd[] = {
	    CODES(URI, ""),
	    CODES(URI, ",\"interval\":null,\"expires_in\":null,"
		       "\"verification_uri_complete\":null"),
	    CODES(URI, ",\"interval\":0,\"expires_in\":\"600\","
		       "\"verification_uri_complete\":\"\""),
	    CODES(URI, ",\"interval\":-1"),
	    CODES(URI, ",\"interval\":\"5\""),
	    CODES("\"verification_url\":\"https://l.example/d\"", ""),
	    CODES("\"verification_uri\":null,"
		  "\"verification_url\":\"https://l.example/d\"",
		""),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		if (take_device(200, JSON, odd[i]) != 0)
			fail_msg("%s: %s", odd[i], e.msg);
		assert_string_equal(device.uri, "https://l.example/d");
		assert_null(device.complete);
		assert_int_equal(device.interval, 5);
		assert_int_equal(device.seconds, 600);
	}
}

static void pages_of_single_page_applications_are_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    take_device(200, JSON,
		CODES("\"verification_uri\":\"http://l.example/#/device\"",
		    ",\"verification_uri_complete\":"
		    "\"https://l.example/?a=b#/device?user_code=AB-CD\"")),
	    0);
	assert_string_equal(device.uri, "http://l.example/#/device");
	assert_non_null(strstr(device.complete, "#/device?user_code=AB-CD"));
}

#define LONG16	   "AAAAAAAAAAAAAAAA"
#define USER(code) "{\"device_code\":\"dc\",\"user_code\":" code "," URI "}"

static void device_codes_that_can_not_be_used_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"user_code\":\"AB\"," URI "}",
	    "{\"device_code\":\"\",\"user_code\":\"AB\"," URI "}",
	    "{\"device_code\":7,\"user_code\":\"AB\"," URI "}",
	    USER("null"),
	    USER("\"\""),
	    USER("7"),
	    USER("\"A\\u001b[31m\""),
	    USER("\"A\\u009b31m\""),
	    USER("\"A\\nB\""),
	    USER("\"" LONG16 LONG16 LONG16 LONG16 "B\""),
	    CODES("\"x\":1", ""),
	    CODES("\"verification_uri\":7", ""),
	    CODES("\"verification_uri\":\"\"", ""),
	    CODES("\"verification_uri\":\"javascript:alert(1)\"", ""),
	    CODES("\"verification_uri\":\"file:///etc/passwd\"", ""),
	    CODES("\"verification_uri\":\"--help\"", ""),
	    CODES("\"verification_uri\":\"https://a b/\"", ""),
	    CODES("\"verification_uri\":\"https://me@x.example/\"", ""),
	    CODES("\"verification_uri\":\"https://x.example/\\u00e4\"", ""),
	    CODES("\"verification_uri\":\"https://x.example/#\\u001b[\"", ""),
	    CODES(URI, ",\"verification_uri_complete\":\"data:text/html,x\""),
	    CODES(URI, ",\"expires_in\":0"),
	    CODES(URI, ",\"expires_in\":-5"),
	    CODES(URI, ",\"expires_in\":\"soon\""),
	    CODES(URI, ",\"interval\":\"often\""),
	    CODES(URI, ",\"interval\":[]"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (take_device(200, JSON, bad[i]) != ERR_UPSTREAM)
			fail_msg("%s: %s", bad[i], e.msg);
		assert_null(strchr(e.msg, '\x1b'));
	}
	assert_int_equal(
	    take_device(200, JSON, USER("\"" LONG16 LONG16 LONG16 LONG16 "\"")),
	    0);
}

static void assert_said(int code_of_e, const char *said)
{
	assert_int_equal(e.code, code_of_e);
	if (!strstr(e.msg, said))
		fail_msg("%s", e.msg);
}

static void assert_no_device(
    unsigned status, const char *body, int code_of_e, const char *said)
{
	assert_true(take_device(status, JSON, body) < 0);
	assert_said(code_of_e, said);
}

static void a_no_to_a_device_is_said_in_words(void **state)
{
	(void)state;
	assert_no_device(
	    401, "{\"error\":\"invalid_client\"}", ERR_DENIED, "\"client_id\"");
	assert_no_device(200, "{\"error\":\"invalid_scope\"}", ERR_DENIED,
	    "\"scope\" of its file");
	assert_no_device(400, "{\"error\":\"unsupported_grant_type\"}",
	    ERR_DENIED, "\"device_grant\" of its file");
	assert_no_device(404, "", ERR_DENIED,
	    "\"device_authorization_endpoint\" of its file right?");
	assert_no_device(503, "", ERR_UPSTREAM, "in trouble");
	assert_no_device(429, "", ERR_UPSTREAM, "too often");
	assert_no_device(302, "", ERR_DENIED, "redirects");
}

/* --- polls */

static int take_tokens(unsigned status, const char *body)
{
	struct http_answer a;
	int rc;

	if (!server.id)
		load(DEVICE);
	provider_tokens_release(&tokens);
	fake_make(&a, status, JSON, body);
	rc = provider()->token_take(at(), &flow, &a, &tokens, &e);
	buf_release(&a.body);
	if (rc != 0) {
		assert_null(tokens.access);
		assert_null(tokens.refresh);
	}
	return rc;
}

#define PENDING "{\"error\":\"authorization_pending\"}"
#define SLOWER	"{\"error\":\"slow_down\",\"interval\":60}"

static void a_poll_may_be_told_to_wait_with_any_status(void **state)
{
	static const unsigned statuses[] = {200, 400, 401, 403, 428, 429, 500};

	(void)state;
	flow.device_code = code;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		assert_int_equal(
		    take_tokens(statuses[i], PENDING), PROVIDER_PENDING);
		assert_int_equal(
		    take_tokens(statuses[i], SLOWER), PROVIDER_SLOWER);
	}
}

static void nothing_else_is_told_to_wait(void **state)
{
	(void)state;
	flow.code = "c";
	assert_int_equal(take_tokens(400, PENDING), ERR_DENIED);
	assert_int_equal(take_tokens(200, SLOWER), ERR_DENIED);
	flow.device_code = code;
	flow.refresh = refresh;
	assert_int_equal(take_tokens(400, PENDING), ERR_LOGIN);
}

static void a_poll_ends_well_or_for_a_reason(void **state)
{
	(void)state;
	flow.device_code = code;
	assert_int_equal(
	    take_tokens(200, "{\"access_token\":\"acc\",\"expires_in\":\"60\","
			     "\"refresh_token\":\"ref\"}"),
	    0);
	assert_true(secret_is(tokens.access, "acc", 3));
	assert_true(secret_is(tokens.refresh, "ref", 3));
	assert_int_equal(tokens.expires, NOW + 60);
	(void)take_tokens(400, "{\"error\":\"expired_token\"}");
	assert_said(ERR_DENIED, "not confirmed in time. Run: mairu login corp");
	(void)take_tokens(400, "{\"error\":\"access_denied\"}");
	assert_said(ERR_DENIED, "refuses this login");
	(void)take_tokens(200, "{\"error\":\"access_denied\"}");
	assert_said(ERR_DENIED, "refuses this login");
	(void)take_tokens(400, "{\"error\":\"invalid_grant\"}");
	assert_said(ERR_DENIED, "too old. Run: mairu login corp");
	(void)take_tokens(502, "");
	assert_said(ERR_UPSTREAM, "in trouble");
}

/* --- renewals */

static void a_renewal_may_bring_no_refresh_token(void **state)
{
	(void)state;
	flow.refresh = refresh;
	assert_int_equal(
	    take_tokens(200, "{\"access_token\":\"a2\","
			     "\"token_type\":\"BEARER\",\"expires_in\":5}"),
	    0);
	assert_true(secret_is(tokens.access, "a2", 2));
	assert_null(tokens.refresh);
	assert_int_equal(take_tokens(200, "{\"access_token\":\"a2\","
					  "\"refresh_token\":\"r2\"}"),
	    0);
	assert_true(secret_is(tokens.refresh, "r2", 2));
}

static void a_refresh_token_that_is_refused_ends_the_login(void **state)
{
	(void)state;
	flow.refresh = refresh;
	(void)take_tokens(400, "{\"error\":\"invalid_grant\"}");
	assert_said(ERR_LOGIN,
	    "corp does not renew the login any more. Run: mairu login corp");
	(void)take_tokens(200, "{\"error\":\"invalid_grant\","
			       "\"error_description\":\"used twice\"}");
	assert_said(ERR_LOGIN, "any more. It says: used twice. ");
	(void)take_tokens(401, "{\"error\":\"invalid_client\"}");
	assert_said(
	    ERR_LOGIN, "any more (invalid_client). Run: mairu login corp");
	(void)take_tokens(400, "{\"error\":\"unsupported_grant_type\"}");
	assert_said(ERR_LOGIN, "(unsupported_grant_type)");
	(void)take_tokens(401, "");
	assert_said(ERR_LOGIN, "any more (HTTP 401). Run: mairu login corp");
}

static void trouble_ends_no_login(void **state)
{
	static const unsigned statuses[] = {
	    408, 425, 429, 500, 502, 503, 403, 404, 405};

	(void)state;
	flow.refresh = refresh;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		assert_int_equal(take_tokens(statuses[i], ""), ERR_UPSTREAM);
	assert_int_equal(take_tokens(200, "<html>"), ERR_UPSTREAM);
	assert_int_equal(take_tokens(200, "{}"), ERR_UPSTREAM);
	assert_int_equal(
	    take_tokens(400, "{\"error\":\"temporarily_unavailable\"}"),
	    ERR_UPSTREAM);
	assert_int_equal(
	    take_tokens(503, "{\"error\":\"invalid_grant\"}"), ERR_UPSTREAM);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    T(a_device_asks_with_client_and_scope),
	    T(a_device_asks_where_its_file_says),
	    T(a_refresh_token_comes_before_a_device_code_before_a_code),
	    T(a_client_gives_its_secret_in_one_way_everywhere),
	    T(a_device_code_is_taken),
	    T(what_a_device_code_lacks_has_defaults),
	    T(pages_of_single_page_applications_are_taken),
	    T(device_codes_that_can_not_be_used_are_refused),
	    T(a_no_to_a_device_is_said_in_words),
	    T(a_poll_may_be_told_to_wait_with_any_status),
	    T(nothing_else_is_told_to_wait),
	    T(a_poll_ends_well_or_for_a_reason),
	    T(a_renewal_may_bring_no_refresh_token),
	    T(a_refresh_token_that_is_refused_ends_the_login),
	    T(trouble_ends_no_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
