/* The access portal of IAM Identity Center, as bytes and as answers:
 * broker/kinds/sso.c. */

#include "sso_world.h"

#define PORTAL "https://portal.sso.eu-west-1.amazonaws.com"
#define BEARER "x-amz-sso_bearer_token: aoa+TOKEN=="

static struct credential c;

static int teardown(void **state)
{
	credential_release(&c);
	return sso_teardown(state);
}

/* --- requests */

static int ask_role(const char *role)
{
	http_ask_release(&ask);
	return provider_sso.role_ask(at(), role, access_token, &ask, &e);
}

static void a_role_is_asked_for_with_the_token_in_its_own_header(void **state)
{
	(void)state;
	assert_int_equal(ask_role("123456789012/My Role+x/y"), 0);
	assert_url(PORTAL "/federation/credentials?role_name=My%20Role%2Bx%2Fy"
			  "&account_id=123456789012");
	assert_headers("Accept: application/json", BEARER);
	assert_null(ask.content_type);
	assert_int_equal(ask.head, 0);
	assert_int_equal(ask.body.len, 0);
}

static void a_role_names_account_and_permission_set(void **state)
{
	static const char *const bad[] = {"", "Dev", "/Dev", "123456789012",
	    "123456789012/", "12345678901/Dev", "1234567890123/Dev",
	    "12345678901a/Dev", "arn:aws:iam::123456789012:role/Dev",
	    "123456789012 /Dev"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_said(ask_role(bad[i]), ERR_DENIED,
		    "is no role of sso: they read ACCOUNT/PERMISSION_SET");
		assert_int_equal(ask.url.len, 0);
	}
	assert_said(ask_role("\033[31m"), ERR_DENIED, "\\x1b[31m is no role");
}

static int ask_list(const char *account, const char *token)
{
	const struct provider_page page = {
	    .account = account, .account_name = "n", .token = token};

	http_ask_release(&ask);
	return provider_sso.list_ask(
	    at(), account || token ? &page : NULL, access_token, &ask, &e);
}

static void lists_are_asked_for_in_pages(void **state)
{
	(void)state;
	assert_int_equal(ask_list(NULL, NULL), 0);
	assert_url(PORTAL "/assignment/accounts?max_result=100");
	assert_headers("Accept: application/json", BEARER);
	assert_null(ask.content_type);
	assert_int_equal(ask_list(NULL, "a+b/="), 0);
	assert_url(PORTAL "/assignment/accounts?max_result=100"
			  "&next_token=a%2Bb%2F%3D");
	assert_int_equal(ask_list("123456789012", NULL), 0);
	assert_url(PORTAL "/assignment/roles?max_result=100"
			  "&account_id=123456789012");
	assert_int_equal(ask_list("123456789012", "t"), 0);
	assert_url(PORTAL "/assignment/roles?max_result=100"
			  "&account_id=123456789012&next_token=t");
	assert_headers("Accept: application/json", BEARER);
}

static void a_logout_is_an_empty_post(void **state)
{
	struct provider_tokens t = {.access = access_token};

	(void)state;
	assert_null(provider_sso.metadata_ask);
	assert_int_equal(provider_sso.revoke_ask(at(), &t, NULL, &ask, &e), 0);
	assert_url(PORTAL "/logout");
	assert_headers("Accept: application/json", BEARER);
	assert_string_equal(ask.content_type, "");
	assert_int_equal(ask.body.len, 0);
	http_ask_release(&ask);
	t.access = NULL;
	t.refresh = refresh_token;
	assert_said(provider_sso.revoke_ask(at(), &t, NULL, &ask, &e),
	    ERR_NOT_FOUND, "sso takes a logout only with an access token");
	assert_int_equal(ask.url.len, 0);
}

static void an_endpoint_keeps_its_path(void **state)
{
	static char fake[] = "http://127.0.0.1:8000/base/", yes[] = "true";

	(void)state;
	settings.value[SETTINGS_ENDPOINT_SSO] = fake;
	assert_int_equal(ask_list(NULL, NULL), 0);
	assert_url("http://127.0.0.1:8000/base/assignment/accounts"
		   "?max_result=100");
	settings.value[SETTINGS_USE_DUALSTACK] = yes;
	assert_said(ask_list(NULL, NULL), ERR_FORMAT,
	    "endpoints.sso and use_dualstack");
	assert_said(ask_role("123456789012/Dev"), ERR_FORMAT,
	    "endpoints.sso and use_dualstack");
	settings.value[SETTINGS_ENDPOINT_SSO] = NULL;
	assert_int_equal(ask_role("123456789012/Dev"), 0);
	assert_url("https://portal.sso.eu-west-1.api.aws/federation/"
		   "credentials?role_name=Dev&account_id=123456789012");
}

static void calls_to_the_portal_are_paced(void **state)
{
	(void)state;
	assert_non_null(provider_sso.pace);
	assert_int_equal(provider_sso.pace->per_second, 18);
	assert_int_equal(provider_sso.pace->at_once, 8);
	assert_int_equal(provider_sso.pace->tries, 5);
	assert_int_equal(provider_sso.pace->try_ms, 1000);
}

/* --- credentials */

static int take_role(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	credential_release(&c);
	answer(&a, status, type, body);
	rc = provider_sso.role_take(at(), "123456789012/Dev", &a, &c, &e);
	buf_release(&a.body);
	if (rc < 0)
		assert_null(c.body);
	return rc;
}

#define ROLE(expiration)                                                       \
	"{\"roleCredentials\":{\"accessKeyId\":\"ASIAX\","                     \
	"\"secretAccessKey\":\"s/k+\",\"sessionToken\":\"IQoJ==\","            \
	"\"expiration\":" expiration "}}"

static void credentials_are_taken(void **state)
{
	(void)state;
	assert_int_equal(take_role(200, "", ROLE("1767326645999")), 0);
	assert_string_equal(secret_bytes(c.body),
	    "{\"AccessKeyId\":\"ASIAX\",\"SecretAccessKey\":\"s/k+\","
	    "\"Token\":\"IQoJ==\",\"Expiration\":\"2026-01-02T04:04:05Z\"}");
	assert_int_equal(c.expires, NOW + 3600);
	assert_int_equal(c.no_cache, 0);
}

static void credentials_are_taken_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
	    {"{}", "its \"roleCredentials\" is missing"},
	    {"{\"roleCredentials\":[]}", "its \"roleCredentials\" is missing"},
	    {"{\"roleCredentials\":{\"expiration\":1767326645999}}",
		"its \"AccessKeyId\" is empty"},
	    {"{\"roleCredentials\":{\"accessKeyId\":\"A\","
	     "\"secretAccessKey\":\"s\",\"expiration\":1767326645999}}",
		"its \"SessionToken\" is empty"},
	    {ROLE("\"2026-01-02T04:04:05Z\""), "its \"expiration\" is no time"},
	    {ROLE("null"), "its \"expiration\" is no time"},
	    {ROLE("-1"), "its \"expiration\" is no time"},
	    {ROLE("9223372036854775808"), "its \"expiration\" is no time"},
	    {ROLE("9223372036854775807"), "later than any date"},
	    /* Seconds would be long ago. */
	    {ROLE("1767326645"), "have expired already"},
	    {ROLE("1767323045000"), "have expired already"},
	    {"<html>", "a page for a browser"},
	    {"", "what is no JSON"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_said(take_role(200, "", cases[i].body), ERR_UPSTREAM,
		    cases[i].said);
}

#define SAID(text) "{\"message\":\"" text "\",\"__type\":\"x#y\"}"

static void each_refusal_of_a_role_says_what_to_do(void **state)
{
	(void)state;
	assert_said(take_role(401, "UnauthorizedException",
			SAID("Session token not found or invalid")),
	    ERR_LOGIN,
	    "does not accept the login any more. Run: mairu login "
	    "sso");
	assert_said(take_role(403, "ForbiddenException", SAID("No access")),
	    ERR_DENIED,
	    "sso gives you no role Dev in account 123456789012: No access. "
	    "See: mairu list-roles --server sso");
	assert_said(
	    take_role(404, "ResourceNotFoundException", SAID("No such")),
	    ERR_DENIED,
	    "sso has no account 123456789012, or no role Dev in it: No such. "
	    "See: mairu list-roles --server sso");
	assert_said(take_role(400, "InvalidRequestException", SAID("Bad")),
	    ERR_DENIED, "sso refuses 123456789012/Dev (HTTP 400): Bad");
	assert_said(take_role(429, "TooManyRequestsException",
			SAID("HTTP 429 Unknown Code")),
	    ERR_UPSTREAM, "sso is asked too often (HTTP 429)");
	assert_said(take_role(500, "", ""), ERR_UPSTREAM, "(HTTP 500)");
	assert_said(take_role(302, "", ""), ERR_DENIED, "redirect");
	assert_said(take_role(403, "", "<html>"), ERR_DENIED,
	    "sso gives you no role Dev in account 123456789012. See");
}

/* --- lists */

static char seen[2000];
static int stops;

static int saw(const char *fmt, const char *a, const char *b, const char *d)
{
	size_t len = strlen(seen);

	assert_true(len + 600 < sizeof(seen));
	(void)snprintf(seen + len, sizeof(seen) - len, "%s[%s|%s|%s]", fmt,
	    a ? a : "", b ? b : "", d ? d : "");
	return stops && --stops == 0 ? err_set(&e, ERR_LIMIT, "sso: enough")
				     : 0;
}

static int unusable;

static void saw_unusable(void *arg)
{
	(void)arg;
	unusable++;
}

static int saw_role(void *arg, const struct provider_role *r, struct err *why)
{
	(void)arg;
	(void)why;
	assert_null(r->description);
	return saw("role", r->role, r->account, r->account_name);
}

static int saw_more(void *arg, const struct provider_page *p, struct err *why)
{
	(void)arg;
	(void)why;
	return saw("more", p->account, p->account_name, p->token);
}

static int take_list(const struct provider_page *page, unsigned status,
    const char *type, const char *body)
{
	const struct provider_list list = {
	    NULL, saw_role, saw_more, saw_unusable};
	struct http_answer a;
	int rc;

	seen[0] = '\0';
	answer(&a, status, type, body);
	rc = provider_sso.list_take(at(), page, &a, &list, &e);
	buf_release(&a.body);
	return rc;
}

static const struct provider_page of_account = {
    .account = "123456789012", .account_name = "prod"};

static void accounts_are_lists_to_be_asked_for(void **state)
{
	static const char body[] =
	    "{\"nextToken\":\"t2\",\"accountList\":[{\"accountId\":"
	    "\"123456789012\",\"accountName\":\"prod\",\"emailAddress\":"
	    "\"a@b\"},{\"accountId\":\"210987654321\"}]}";
	struct provider_page page = {.token = "t1"};

	(void)state;
	assert_int_equal(take_list(NULL, 200, "", body), 0);
	assert_string_equal(
	    seen, "more[123456789012|prod|]more[210987654321||]more[||t2]");
	assert_int_equal(take_list(&page, 200, "", body), 0);
	assert_non_null(strstr(seen, "more[||t2]"));
	/* The same token once more would never end. */
	page.token = "t2";
	assert_int_equal(take_list(&page, 200, "", body), 0);
	assert_null(strstr(seen, "t2"));
	assert_int_equal(
	    take_list(NULL, 200, "", "{\"nextToken\":null,\"accountList\":[]}"),
	    0);
	assert_string_equal(seen, "");
	assert_int_equal(
	    take_list(NULL, 200, "", "{\"nextToken\":\"\",\"accountList\":[]}"),
	    0);
	assert_string_equal(seen, "");
}

static void roles_of_an_account_are_told(void **state)
{
	struct provider_page page = of_account;

	(void)state;
	assert_int_equal(
	    take_list(&page, 200, "",
		"{\"roleList\":[{\"roleName\":\"Admin\",\"accountId\":"
		"\"123456789012\"},{\"roleName\":\"My/Role\"}],"
		"\"nextToken\":\"n\"}"),
	    0);
	assert_string_equal(seen, "role[123456789012/Admin|123456789012|prod]"
				  "role[123456789012/My/Role|123456789012|prod]"
				  "more[123456789012|prod|n]");
	page.token = "n";
	assert_int_equal(
	    take_list(&page, 200, "", "{\"roleList\":[],\"nextToken\":\"n\"}"),
	    0);
	assert_string_equal(seen, "");
}

/* It is not for a page to say where a list ends. */
static int long_tokens;

static int saw_long(void *arg, const struct provider_page *p, struct err *why)
{
	(void)arg;
	(void)why;
	long_tokens += p->token && strlen(p->token) == 9000;
	return 0;
}

static void a_long_token_does_not_end_a_list(void **state)
{
	const struct provider_list list = {
	    NULL, saw_role, saw_long, saw_unusable};
	struct buf body = BUF_INIT(10000);
	struct http_answer a;

	(void)state;
	buf_adds(&body, "{\"accountList\":[],\"nextToken\":\"");
	for (int i = 0; i < 9000; i++)
		buf_addc(&body, 'x');
	buf_adds(&body, "\"}");
	long_tokens = 0;
	answer(&a, 200, "", buf_str(&body));
	assert_int_equal(provider_sso.list_take(at(), NULL, &a, &list, &e), 0);
	assert_int_equal(long_tokens, 1);
	buf_release(&a.body);
	buf_release(&body);
}

static void what_cannot_be_a_role_is_left_out(void **state)
{
	static char long_name[600], body[1400];

	(void)state;
	unusable = 0;
	assert_int_equal(
	    take_list(&of_account, 200, "",
		"{\"roleList\":[{},7,{\"roleName\":7},{\"roleName\":\"\"},"
		"{\"roleName\":\"a\\u001b[31m\"},{\"roleName\":\"b\\nc\"},"
		"{\"roleName\":\"d\\u202ee\"},{\"roleName\":\"Good\"}]}"),
	    0);
	assert_string_equal(seen, "role[123456789012/Good|123456789012|prod]");
	assert_int_equal(unusable, 7);
	/* Whatever is no JSON for the sake of one name hides no other. */
	assert_int_equal(
	    take_list(&of_account, 200, "",
		"{\"roleList\":[{\"roleName\":\"\xff\"},"
		"{\"roleName\":\"\\ud800\"},{\"roleName\":\"Good\"}]}"),
	    0);
	assert_string_equal(seen, "role[123456789012/Good|123456789012|prod]");
	assert_int_equal(unusable, 9);
	memset(long_name, 'r', 513);
	(void)snprintf(body, sizeof(body),
	    "{\"roleList\":[{\"roleName\":\"%s\"},{\"roleName\":\"%s\"}]}",
	    long_name, long_name + 1);
	assert_int_equal(take_list(&of_account, 200, "", body), 0);
	assert_int_equal(strlen(seen), 6 + 13 + 512 + 1 + 12 + 1 + 4);
	assert_int_equal(
	    take_list(NULL, 200, "",
		"{\"accountList\":[{},{\"accountId\":\"12345678901\"},"
		"{\"accountId\":\"123456789012/x\"},{\"accountId\":7},"
		"{\"accountId\":\"1234567890123\"}]}"),
	    0);
	assert_string_equal(seen, "");
}

static void a_list_may_be_stopped(void **state)
{
	(void)state;
	stops = 1;
	assert_said(take_list(&of_account, 200, "",
			"{\"roleList\":[{\"roleName\":\"a\"},{\"roleName\":"
			"\"b\"}],\"nextToken\":\"n\"}"),
	    ERR_LIMIT, "enough");
	assert_string_equal(seen, "role[123456789012/a|123456789012|prod]");
	stops = 1;
	assert_said(take_list(NULL, 200, "",
			"{\"accountList\":[],\"nextToken\":\"n\"}"),
	    ERR_LIMIT, "enough");
	stops = 0;
}

static void what_is_no_list_is_told(void **state)
{
	(void)state;
	assert_said(take_list(NULL, 200, "", "{}"), ERR_UPSTREAM,
	    "its \"accountList\" is missing or no array");
	assert_said(take_list(NULL, 200, "", "{\"roleList\":[]}"), ERR_UPSTREAM,
	    "its \"accountList\" is missing");
	assert_said(take_list(&of_account, 200, "", "{\"roleList\":{\"a\":1}}"),
	    ERR_UPSTREAM, "its \"roleList\" is missing or no array");
	assert_said(take_list(NULL, 401, "UnauthorizedException", SAID("x")),
	    ERR_LOGIN, "Run: mairu login sso");
	assert_said(take_list(NULL, 403, "ForbiddenException", SAID("No")),
	    ERR_DENIED, "sso refuses the list of accounts (HTTP 403): No");
	assert_said(take_list(&of_account, 404, "ResourceNotFoundException",
			SAID("No")),
	    ERR_DENIED,
	    "sso refuses the roles of account 123456789012 (HTTP "
	    "404): No");
	assert_said(take_list(NULL, 400, "InvalidRequestException", SAID("No")),
	    ERR_DENIED, "(HTTP 400): No");
	assert_said(take_list(NULL, 429, "TooManyRequestsException", ""),
	    ERR_UPSTREAM, "asked too often");
	assert_string_equal(seen, "");
}

/* --- logout */

static int take_logout(unsigned status, const char *body)
{
	struct http_answer a;
	int rc;

	answer(&a, status, "", body);
	rc = provider_sso.revoke_take(at(), &a, &e);
	buf_release(&a.body);
	return rc;
}

static void a_session_that_is_not_known_any_more_is_logged_out(void **state)
{
	(void)state;
	assert_int_equal(take_logout(200, ""), 0);
	assert_int_equal(take_logout(204, ""), 0);
	assert_int_equal(take_logout(401, SAID("Session token not found")), 0);
	assert_said(take_logout(400, SAID("Bad")), ERR_DENIED,
	    "sso refuses the logout (HTTP 400): Bad");
	assert_said(take_logout(503, ""), ERR_UPSTREAM, "(HTTP 503)");
}

#define PORTAL_TEST(f) cmocka_unit_test_setup_teardown(f, sso_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PORTAL_TEST(a_role_is_asked_for_with_the_token_in_its_own_header),
	    PORTAL_TEST(a_role_names_account_and_permission_set),
	    PORTAL_TEST(lists_are_asked_for_in_pages),
	    PORTAL_TEST(a_logout_is_an_empty_post),
	    PORTAL_TEST(an_endpoint_keeps_its_path),
	    PORTAL_TEST(calls_to_the_portal_are_paced),
	    PORTAL_TEST(credentials_are_taken),
	    PORTAL_TEST(credentials_are_taken_whole_or_not_at_all),
	    PORTAL_TEST(each_refusal_of_a_role_says_what_to_do),
	    PORTAL_TEST(accounts_are_lists_to_be_asked_for),
	    PORTAL_TEST(roles_of_an_account_are_told),
	    PORTAL_TEST(a_long_token_does_not_end_a_list),
	    PORTAL_TEST(what_cannot_be_a_role_is_left_out),
	    PORTAL_TEST(a_list_may_be_stopped),
	    PORTAL_TEST(what_is_no_list_is_told),
	    PORTAL_TEST(a_session_that_is_not_known_any_more_is_logged_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
