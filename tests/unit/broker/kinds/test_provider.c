/* Requests to credential servers and their answers: broker/kinds/provider.h. */

#include "provider_world.h"

static const struct provider_flow flow = {
    .redirect_uri = "http://127.0.0.1:5000/oauth2callback",
    .state = "st",
    .challenge = "ch",
    .verifier = "ver",
    .code = "a+b/c=",
};

static void each_kind_of_server_has_its_provider(void **state)
{
	(void)state;
	load(PUBLIC);
	assert_ptr_equal(provider(), &provider_api);
	load("{\"id\":\"sso\",\"url\":\"https://d-1.awsapps.com/start\","
	     "\"aws_sso\":{\"region\":\"eu-west-1\"}}");
	assert_ptr_equal(provider(), &provider_sso);
	server.kind = (enum servers_kind)7;
	assert_null(provider_of(&server, &e));
	assert_int_equal(e.code, ERR_DENIED);
	assert_non_null(strstr(e.msg, "knows no servers like sso"));
}

static const char *authorize_url(struct buf *b)
{
	assert_int_equal(provider()->authorize(at(), &flow, b, &e), 0);
	return buf_str(b);
}

static void the_browser_is_sent_with_a_challenge(void **state)
{
	struct buf b = BUF_INIT(HTTP_MAX_URL);

	(void)state;
	load(PUBLIC);
	assert_string_equal(authorize_url(&b),
	    "https://c.example/m/oauth/authorize?response_type=code"
	    "&client_id=me%20%26%20you&redirect_uri="
	    "http%3A%2F%2F127.0.0.1%3A5000%2Foauth2callback&scope=profile"
	    "&state=st&code_challenge=ch&code_challenge_method=S256");
	buf_release(&b);
}

static void an_endpoint_may_have_a_query(void **state)
{
	struct buf b = BUF_INIT(HTTP_MAX_URL);

	(void)state;
	load("{\"url\":\"https://c.example/\",\"oauth\":{\"client_id\":\"me\","
	     "\"scope\":[],\"code_grant\":{\"authorization_endpoint\":"
	     "\"https://login.example/go?tenant=1\"}}}");
	assert_non_null(strstr(authorize_url(&b),
	    "https://login.example/go?tenant=1&response_type=code&client_id="));
	assert_null(strstr(buf_str(&b), "scope"));
	buf_release(&b);
}

static void a_public_client_names_itself_in_the_body(void **state)
{
	(void)state;
	load(PUBLIC);
	assert_int_equal(provider()->token_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(
	    buf_str(&ask.url), "https://c.example/m/oauth/token");
	assert_string_equal(buf_str(&ask.body),
	    "grant_type=authorization_code&code=a%2Bb%2Fc%3D&redirect_uri="
	    "http%3A%2F%2F127.0.0.1%3A5000%2Foauth2callback&code_verifier=ver"
	    "&client_id=me%20%26%20you");
	assert_null(fake_header(&ask, "Authorization"));
	assert_string_equal(fake_header(&ask, "Accept"), "application/json");
	assert_string_equal(
	    ask.content_type, "application/x-www-form-urlencoded");
}

static void a_client_with_a_secret_uses_basic_alone(void **state)
{
	(void)state;
	load("{\"url\":\"https://c.example/\",\"oauth\":{\"client_id\":\"a:b\","
	     "\"client_secret\":\"p w\",\"token_endpoint\":\"/t\","
	     "\"code_grant\":{}}}");
	assert_int_equal(provider()->token_ask(at(), &flow, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.url), "https://c.example/t");
	/* a%3Ab:p%20w */
	assert_string_equal(
	    fake_header(&ask, "Authorization"), "Basic YSUzQWI6cCUyMHc=");
	assert_null(strstr(buf_str(&ask.body), "client_id"));
	assert_null(strstr(buf_str(&ask.body), "p%20w"));
}

static int take_token(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	if (!server.id)
		load(PUBLIC);
	provider_tokens_release(&tokens);
	fake_make(&a, status, type, body);
	rc = provider()->token_take(at(), &flow, &a, &tokens, &e);
	buf_release(&a.body);
	if (rc < 0) {
		assert_null(tokens.access);
		assert_null(tokens.refresh);
		assert_int_equal(e.code, rc);
		assert_non_null(strstr(e.msg, "corp"));
	}
	return rc;
}

#define TOKEN(more)                                                            \
	"{\"access_token\":\"acc\",\"token_type\":\"bEaReR\"" more "}"

static void tokens_are_taken(void **state)
{
	(void)state;
	assert_int_equal(take_token(200, JSON,
			     TOKEN(",\"expires_in\":3600,\"refresh_token\":"
				   "\"ref\",\"scope\":7,\"x\":[]")),
	    0);
	assert_true(secret_is(tokens.access, "acc", 3));
	assert_true(secret_is(tokens.refresh, "ref", 3));
	assert_int_equal(tokens.expires, NOW + 3600);
	assert_int_equal(take_token(200, JSON,
			     TOKEN(",\"expires_in\":\"60\","
				   "\"refresh_token\":null")),
	    0);
	assert_null(tokens.refresh);
	assert_int_equal(tokens.expires, NOW + 60);
	assert_int_equal(
	    take_token(200, JSON, TOKEN(",\"refresh_token\":\"\"")), 0);
	assert_null(tokens.refresh);
	/* RFC 6749 wants a type, and some servers do not say it. */
	assert_int_equal(take_token(200, JSON, "{\"access_token\":\"a\"}"), 0);
	assert_int_equal(take_token(200, JSON, TOKEN("")), 0);
	assert_int_equal(tokens.expires, 0);
	assert_int_equal(
	    take_token(200, JSON, TOKEN(",\"expires_in\":9223372036854775807")),
	    0);
	assert_true(tokens.expires < NOW + 11LL * 366 * 86400);
}

static void tokens_that_can_not_be_used_are_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{",
	    "{}",
	    "{\"access_token\":\"acc\",\"token_type\":7}",
	    "{\"access_token\":\"acc\",\"token_type\":\"mac\"}",
	    "{\"access_token\":7,\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"\",\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"bearer\"}",
	    "{\"access_token\":\"a b\",\"token_type\":\"bearer\"}",
	    TOKEN(",\"expires_in\":-1"),
	    TOKEN(",\"expires_in\":0"),
	    TOKEN(",\"expires_in\":1.5"),
	    TOKEN(",\"expires_in\":\"soon\""),
	    TOKEN(",\"expires_in\":\"99999999999\""),
	    TOKEN(",\"refresh_token\":[]"),
	    TOKEN(",\"refresh_token\":\"a\\nb\""),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (take_token(200, JSON, bad[i]) != ERR_UPSTREAM)
			fail_msg("%s: %s", bad[i], e.msg);
		assert_null(strstr(e.msg, "X: y"));
	}
}

static void assert_no(unsigned status, const char *type, const char *body,
    int code, const char *said)
{
	assert_int_equal(take_token(status, type, body), code);
	if (!strstr(e.msg, said))
		fail_msg("%s", e.msg);
}

static void a_no_of_oauth_is_said_in_words(void **state)
{
	(void)state;
	assert_no(400, JSON, "{\"error\":\"invalid_grant\"}", ERR_DENIED,
	    "too old. Run: mairu login corp");
	assert_no(400, JSON,
	    "{\"error\":\"invalid_grant\",\"error_description\":\"stale\"}",
	    ERR_DENIED, "too old. It says: stale. Run: mairu login corp");
	assert_no(401, JSON, "{\"error\":\"invalid_client\"}", ERR_DENIED,
	    "\"client_id\"");
	assert_no(400, JSON,
	    "{\"error\":\"invalid_scope\",\"error_description\":"
	    "\"no\\u001b[31m\\nsuch scope\"}",
	    ERR_DENIED, "\"scope\" of its file right?");
	assert_null(strchr(e.msg, '\x1b'));
	assert_no(400, JSON,
	    "{\"error\":\"x_y\",\"error_description\":\"be"
	    "cause\"}",
	    ERR_DENIED, "(x_y): because");
	/* Some say it with 200. */
	assert_no(200, JSON, "{\"error\":\"access_denied\"}", ERR_DENIED,
	    "refuses this login");
	assert_no(400, JSON, "{\"error\":\"temporarily_unavailable\"}",
	    ERR_UPSTREAM, "busy");
}

static void a_no_without_oauth_is_said_too(void **state)
{
	(void)state;
	assert_no(401, "text/plain", "who?", ERR_DENIED, "client_secret");
	assert_no(
	    404, "text/html", "<html>secret", ERR_DENIED, "token_endpoint");
	assert_null(strstr(e.msg, "secret\""));
	assert_null(strstr(e.msg, "html"));
	assert_no(403, "text/plain", "go away", ERR_DENIED, ": go away");
	assert_no(302, "", "", ERR_DENIED, "redirects are not followed");
	assert_no(429, "", "", ERR_UPSTREAM, "too often");
	assert_no(502, "text/html", "<h1>Bad", ERR_UPSTREAM,
	    "in trouble (HTTP 502). Try again later");
	assert_null(strstr(e.msg, "h1"));
	assert_no(200, "text/html", "<html>", ERR_UPSTREAM, "page");
	assert_no(204, "", "", ERR_UPSTREAM, "HTTP 204");
	assert_no(101, "", "", ERR_UPSTREAM, "HTTP 101");
}

static void a_role_goes_through_untouched(void **state)
{
	struct secret *access;

	(void)state;
	load(PUBLIC);
	assert_int_equal(secret_new(&access, slab, "acc", 3), 0);
	assert_int_equal(
	    provider()->role_ask(at(), "arn:\"x\"/\xc3\xa4", access, &ask, &e),
	    0);
	assert_string_equal(
	    buf_str(&ask.url), "https://c.example/m/assume-role");
	assert_string_equal(
	    buf_str(&ask.body), "{\"Role\":\"arn:\\\"x\\\"/\xc3\xa4\"}");
	assert_string_equal(fake_header(&ask, "Authorization"), "Bearer acc");
	assert_string_equal(ask.content_type, JSON);
	secret_free(access);
}

static int take_role(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	if (!server.id)
		load(PUBLIC);
	credential_release(&c);
	fake_make(&a, status, type, body);
	rc = provider()->role_take(at(), "Dev", &a, &c, &e);
	buf_release(&a.body);
	if (rc < 0) {
		assert_null(c.body);
		assert_int_equal(e.code, rc);
		assert_non_null(strstr(e.msg, "corp"));
		assert_null(strstr(e.msg, "SECRET"));
	}
	return rc;
}

#define ROLE(version, key, secret, token, expires, more)                       \
	"{\"Version\":" version ",\"AccessKeyId\":" key                        \
	",\"SecretAccessKey\":" secret ",\"SessionToken\":" token              \
	",\"Expiration\":" expires more "}"
#define LATER "\"2026-01-02T04:04:05+00:00\""
#define GOOD(more)                                                             \
	ROLE("1", "\"AK\"", "\"SECRET1\"", "\"SECRET2\"", LATER, more)

static void credentials_are_taken(void **state)
{
	(void)state;
	assert_int_equal(take_role(200, JSON, GOOD("")), 0);
	assert_int_equal(c.expires, NOW + 3600);
	assert_int_equal(c.no_cache, 0);
	assert_memory_equal(credential_text(&c, &c.secret_key), "SECRET1", 7);
	assert_int_equal(
	    take_role(200, JSON, GOOD(",\"Mairu\":{\"NoCache\":true}")), 0);
	assert_int_equal(c.no_cache, 1);
	assert_int_equal(
	    take_role(200, JSON, GOOD(",\"Mairu\":{\"NoCache\":false}")), 0);
	assert_int_equal(c.no_cache, 0);
	assert_int_equal(take_role(200, JSON, GOOD(",\"Mairu\":null")), 0);
	assert_int_equal(take_role(200, JSON, GOOD(",\"Mairu\":{}")), 0);
}

static void each_member_must_be_there_and_right(void **state)
{
	static const struct {
		const char *body, *said;
	} bad[] = {
	    {"{}", "\"Version\""},
	    {ROLE("2", "\"AK\"", "\"SECRET\"", "\"T\"", LATER, ""),
		"\"Version\""},
	    {ROLE("\"1\"", "\"AK\"", "\"SECRET\"", "\"T\"", LATER, ""),
		"\"Version\""},
	    {ROLE("1", "null", "\"SECRET\"", "\"T\"", LATER, ""),
		"\"AccessKeyId\""},
	    {ROLE("1", "\"AK\"", "{\"a\":\"SECRET\"}", "\"T\"", LATER, ""),
		"\"SecretAccessKey\""},
	    {ROLE("1", "\"AK\"", "\"SECRET\\n\"", "\"T\"", LATER, ""),
		"\"SecretAccessKey\""},
	    {ROLE("1", "\"AK\"", "\"SECRET\"", "[]", LATER, ""),
		"\"SessionToken\""},
	    {ROLE("1", "\"AK\"", "\"SECRET\"", "\"T\"", "1767326645", ""),
		"\"Expiration\""},
	    {ROLE("1", "\"AK\"", "\"SECRET\"", "\"T\"", "\"soon\"", ""),
		"\"Expiration\""},
	    {ROLE("1", "\"AK\"", "\"SECRET\"", "\"T\"",
		 "\"2026-01-02T03:04:05Z\"", ""),
		"expired"},
	    {GOOD(",\"Mairu\":true"), "\"Mairu\""},
	    {GOOD(",\"Mairu\":{\"NoCache\":\"true\"}"), "NoCache"},
	    {GOOD(",\"AccessKeyId\":\"SECRET\""), "no JSON"},
	    {GOOD("") "x", "no JSON"},
	    {"\"SECRET\"", "no object"},
	    {"<html>SECRET", "page"},
	    {"", "no JSON"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    take_role(200, JSON, bad[i].body), ERR_UPSTREAM);
		if (!strstr(e.msg, bad[i].said))
			fail_msg("%s: %s", bad[i].body, e.msg);
	}
}

static void assert_refused(unsigned status, const char *type, const char *body,
    int code, const char *said)
{
	assert_int_equal(take_role(status, type, body), code);
	if (!strstr(e.msg, said))
		fail_msg("%s", e.msg);
}

static void the_status_says_what_a_no_means(void **state)
{
	static const unsigned denied[] = {400, 403, 404, 409, 410, 418, 422};

	(void)state;
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++)
		assert_refused(denied[i], "text/plain", "not\nyou", ERR_DENIED,
		    ": not you");
	assert_refused(
	    401, "text/plain", "x", ERR_LOGIN, "Run: mairu login corp");
	assert_refused(
	    403, JSON, "{\"message\":\"not you\"}", ERR_DENIED, ": not you");
	assert_refused(403, JSON, "\"not you\"", ERR_DENIED, ": not you");
	/* Nothing of it is meant for a person. */
	assert_refused(403, "", "{\"key\":\"SECRET\"}", ERR_DENIED, "403)");
	assert_refused(403, "", "{\"key\":\"SECRET", ERR_DENIED, "403)");
	assert_refused(403, JSON, "SECRET", ERR_DENIED, "403)");
	assert_refused(408, "", "", ERR_UPSTREAM, "trouble");
	assert_refused(429, "", "slow", ERR_UPSTREAM,
	    "too often (HTTP 429): "
	    "slow");
	assert_refused(500, "", "", ERR_UPSTREAM, "trouble");
	assert_refused(307, "", "", ERR_DENIED, "redirects are not followed");
	assert_refused(201, JSON, GOOD(""), ERR_UPSTREAM, "HTTP 201");
}

static void words_are_made_harmless(void **state)
{
	char much[5000];

	(void)state;
	assert_refused(403, "text/html", "SECRET page", ERR_DENIED, "403");
	assert_refused(403, "", "  <b>SECRET", ERR_DENIED, "403");
	assert_refused(403, "", "SECRET\x01", ERR_DENIED, "403");
	assert_refused(403, "", "SECRET\xff", ERR_DENIED, "403");
	assert_refused(403, "", "\x1b[31mSECRET", ERR_DENIED, "403");
	assert_refused(
	    403, JSON, "{\"message\":\"\\u001b[2JSECRET\"}", ERR_DENIED, "403");
	assert_refused(403, "",
	    "a\xe2\x80\xae"
	    "b",
	    ERR_DENIED, "a\\u{202e}b");
	memset(much, 'y', sizeof(much));
	much[sizeof(much) - 1] = '\0';
	assert_refused(403, "", much, ERR_DENIED, "yyy...");
	assert_true(strlen(e.msg) < 500);
}

static void a_long_id_is_cut_but_never_in_a_command(void **state)
{
	char text[1600], id[1200];

	(void)state;
	memset(id, 'i', sizeof(id));
	memcpy(id, "corp", 4);
	id[sizeof(id) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%s\",\"url\":\"https://c.example/\",\"oauth\":"
	    "{\"client_id\":\"me\",\"code_grant\":{}}}",
	    id);
	load(text);
	assert_refused(401, "", "", ERR_LOGIN, "iii... does not accept");
	assert_null(strstr(e.msg, "mairu login"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(each_kind_of_server_has_its_provider),
	    T(the_browser_is_sent_with_a_challenge),
	    T(an_endpoint_may_have_a_query),
	    T(a_public_client_names_itself_in_the_body),
	    T(a_client_with_a_secret_uses_basic_alone),
	    T(tokens_are_taken),
	    T(tokens_that_can_not_be_used_are_refused),
	    T(a_no_of_oauth_is_said_in_words),
	    T(a_no_without_oauth_is_said_too),
	    T(a_role_goes_through_untouched),
	    T(credentials_are_taken),
	    T(each_member_must_be_there_and_right),
	    T(the_status_says_what_a_no_means),
	    T(words_are_made_harmless),
	    T(a_long_id_is_cut_but_never_in_a_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
