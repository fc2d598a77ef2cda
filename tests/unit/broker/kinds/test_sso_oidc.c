/* Logins of IAM Identity Center, as bytes and as answers:
 * broker/kinds/sso_oidc.c, sso_refusals.c. */

#include "sso_world.h"

static struct provider_tokens tokens;
static struct provider_device device;
static struct provider_client made;

static int teardown(void **state)
{
	provider_tokens_release(&tokens);
	provider_device_release(&device);
	provider_client_release(&made);
	return sso_teardown(state);
}

static struct provider_flow flow(void)
{
	return (struct provider_flow){
	    .client = &client,
	    .redirect_uri = "http://127.0.0.1:53682/oauth/callback",
	    .state = "st",
	    .challenge = "ch-al_",
	    .verifier = "ver~ifier",
	    .code = "a+b/c=",
	};
}

/* --- requests */

static void a_client_for_the_browser_is_registered(void **state)
{
	(void)state;
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_CODE, &ask, &e), 0);
	assert_post("client/register",
	    "{\"clientName\":\"mairu-sso\",\"clientType\":\"public\","
	    "\"scopes\":[\"sso:account:access\"],"
	    "\"grantTypes\":[\"authorization_code\",\"refresh_token\"],"
	    "\"redirectUris\":[\"http://127.0.0.1/oauth/callback\"],"
	    "\"issuerUrl\":\"" START "\"}");
}

static void a_client_for_a_device_is_another_one(void **state)
{
	(void)state;
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_DEVICE, &ask, &e), 0);
	assert_post("client/register",
	    "{\"clientName\":\"mairu-sso\",\"clientType\":\"public\","
	    "\"scopes\":[\"sso:account:access\"]}");
}

static void scopes_are_told_one_by_one(void **state)
{
	(void)state;
	load("{\"id\":\"sso\",\"url\":\"" START "\",\"aws_sso\":{\"region\":"
	     "\"eu-west-1\",\"scope\":[\"a:b\",\"c\",\"d:e\"]}}");
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_DEVICE, &ask, &e), 0);
	assert_post("client/register",
	    "{\"clientName\":\"mairu-sso\",\"clientType\":\"public\","
	    "\"scopes\":[\"a:b\",\"c\",\"d:e\"]}");
	load("{\"id\":\"sso\",\"url\":\"" START "\",\"aws_sso\":{\"region\":"
	     "\"eu-west-1\",\"scope\":[]}}");
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_DEVICE, &ask, &e), 0);
	assert_post("client/register",
	    "{\"clientName\":\"mairu-sso\",\"clientType\":\"public\"}");
}

static void a_client_is_named_plainly(void **state)
{
	char text[400], want[400], id[200];

	(void)state;
	load("{\"id\":\"m\303\251 @caf\\\"e/1\",\"url\":\"" START "\","
	     "\"aws_sso\":{\"region\":\"eu-west-1\",\"scope\":[]}}");
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_DEVICE, &ask, &e), 0);
	assert_post("client/register",
	    "{\"clientName\":\"mairu-m@caf\\\"e/1\",\"clientType\":"
	    "\"public\"}");
	memset(id, 'i', sizeof(id));
	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%.200s\",\"url\":\"" START "\",\"aws_sso\":{\"region\":"
	    "\"eu-west-1\",\"scope\":[]}}",
	    id);
	load(text);
	assert_int_equal(
	    provider_sso.client_ask(at(), SERVERS_DEVICE, &ask, &e), 0);
	(void)snprintf(want, sizeof(want),
	    "{\"clientName\":\"mairu-%.122s\",\"clientType\":\"public\"}", id);
	assert_post("client/register", want);
}

static void the_browser_is_sent_with_scopes_and_a_challenge(void **state)
{
	static char fake[] = "http://127.0.0.1:8000/base/path";
	struct provider_flow f = flow();
	struct buf b = BUF_INIT(HTTP_MAX_URL);

	(void)state;
	assert_string_equal(provider_sso.callback_path, "/oauth/callback");
	load("{\"id\":\"sso\",\"url\":\"" START "\",\"aws_sso\":{\"region\":"
	     "\"eu-west-1\",\"scope\":[\"sso:account:access\",\"c\"]}}");
	assert_int_equal(provider_sso.authorize(at(), &f, &b, &e), 0);
	assert_string_equal(buf_str(&b),
	    "https://oidc.eu-west-1.amazonaws.com/authorize?response_type=code"
	    "&client_id=client-1&redirect_uri="
	    "http%3A%2F%2F127.0.0.1%3A53682%2Foauth%2Fcallback&state=st"
	    "&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess%20c"
	    "&code_challenge=ch-al_");
	/* Scheme and host of an override, not its path. */
	buf_clear(&b);
	settings.value[SETTINGS_ENDPOINT_SSO_OIDC] = fake;
	assert_int_equal(provider_sso.authorize(at(), &f, &b, &e), 0);
	assert_int_equal(
	    strncmp(buf_str(&b),
		"http://127.0.0.1:8000/authorize?response_type=", 46),
	    0);
	buf_release(&b);
}

static void a_device_authorization_is_begun(void **state)
{
	struct provider_flow f = {.client = &client};

	(void)state;
	assert_int_equal(provider_sso.device_ask(at(), &f, &ask, &e), 0);
	assert_post("device_authorization",
	    "{\"clientId\":\"client-1\",\"clientSecret\":\"s3c\","
	    "\"startUrl\":\"" START "\"}");
}

static void tokens_are_asked_for_with_what_there_is(void **state)
{
	struct provider_flow f = flow();

	(void)state;
	assert_int_equal(provider_sso.token_ask(at(), &f, &ask, &e), 0);
	assert_post("token",
	    "{\"clientId\":\"client-1\",\"clientSecret\":\"s3c\","
	    "\"grantType\":\"authorization_code\",\"code\":\"a+b/c=\","
	    "\"codeVerifier\":\"ver~ifier\","
	    "\"redirectUri\":\"http://127.0.0.1:53682/oauth/callback\"}");
	f.device_code = device_code;
	assert_int_equal(provider_sso.token_ask(at(), &f, &ask, &e), 0);
	assert_post("token",
	    "{\"clientId\":\"client-1\",\"clientSecret\":\"s3c\","
	    "\"grantType\":\"urn:ietf:params:oauth:grant-type:device_code\","
	    "\"deviceCode\":\"dev\\\"code\"}");
	f.refresh = refresh_token;
	assert_int_equal(provider_sso.token_ask(at(), &f, &ask, &e), 0);
	assert_post("token",
	    "{\"clientId\":\"client-1\",\"clientSecret\":\"s3c\","
	    "\"grantType\":\"refresh_token\",\"refreshToken\":"
	    "\"aor/TOKEN\"}");
}

static void settings_that_do_not_go_together_fail_each_request(void **state)
{
	static char fake[] = "http://127.0.0.1:8000", yes[] = "true";
	struct provider_flow f = flow();
	struct buf b = BUF_INIT(HTTP_MAX_URL);

	(void)state;
	settings.value[SETTINGS_ENDPOINT_SSO_OIDC] = fake;
	settings.value[SETTINGS_USE_FIPS] = yes;
	assert_said(provider_sso.client_ask(at(), SERVERS_CODE, &ask, &e),
	    ERR_FORMAT, "endpoints.sso_oidc and use_fips");
	assert_said(provider_sso.device_ask(at(), &f, &ask, &e), ERR_FORMAT,
	    "endpoints.sso_oidc and use_fips");
	assert_said(provider_sso.token_ask(at(), &f, &ask, &e), ERR_FORMAT,
	    "endpoints.sso_oidc and use_fips");
	assert_said(provider_sso.authorize(at(), &f, &b, &e), ERR_FORMAT,
	    "endpoints.sso_oidc and use_fips");
	assert_int_equal(b.len + ask.url.len + ask.body.len, 0);
}

/* --- a yes */

static int take_client(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	provider_client_release(&made);
	answer(&a, status, type, body);
	rc = provider_sso.client_take(at(), &a, &made, &e);
	buf_release(&a.body);
	if (rc != 0) {
		assert_null(made.id);
		assert_null(made.secret);
	}
	return rc;
}

static void a_client_is_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    take_client(200, "",
		"{\"clientId\":\"8hZ\",\"clientSecret\":\"eyJ.a-b\","
		"\"clientIdIssuedAt\":1767312000,"
		"\"clientSecretExpiresAt\":1775088000,"
		"\"authorizationEndpoint\":null,\"tokenEndpoint\":null}"),
	    0);
	assert_string_equal(made.id, "8hZ");
	assert_true(secret_is(made.secret, "eyJ.a-b", 7));
	assert_int_equal(made.issued, 1767312000);
	assert_int_equal(made.expires, 1775088000);
	assert_int_equal(
	    take_client(200, "", "{\"clientId\":\"a\",\"clientSecret\":\"b\"}"),
	    0);
	assert_int_equal(made.issued, NOW);
	assert_int_equal(made.expires, 0);
}

static void a_client_is_taken_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
	    {"{}", "its \"clientId\" is missing"},
	    {"{\"clientId\":\"a b\",\"clientSecret\":\"x\"}",
		"its \"clientId\""},
	    {"{\"clientId\":\"a\"}", "its \"clientSecret\" is missing"},
	    {"{\"clientId\":\"a\",\"clientSecret\":\"\"}",
		"its \"clientSecret\" is empty"},
	    {"{\"clientId\":\"a\",\"clientSecret\":\"b\","
	     "\"clientSecretExpiresAt\":\"soon\"}",
		"its \"clientSecretExpiresAt\" is no time"},
	    {"{\"clientId\":\"a\",\"clientSecret\":\"b\","
	     "\"clientIdIssuedAt\":-1}",
		"its \"clientIdIssuedAt\" is no time"},
	    {"{\"clientId\":\"a\",\"clientSecret\":\"b\","
	     "\"clientSecretExpiresAt\":1767323045}",
		"has expired already"},
	    {"[]", "JSON that is no object"},
	    {"<html>", "a page for a browser"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_said(take_client(200, "", cases[i].body), ERR_UPSTREAM,
		    cases[i].said);
}

static int take_device(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	provider_device_release(&device);
	answer(&a, status, type, body);
	rc = provider_sso.device_take(at(), &a, &device, &e);
	buf_release(&a.body);
	if (rc != 0) {
		assert_null(device.code);
		assert_null(device.user_code);
		assert_null(device.uri);
		assert_null(device.complete);
	}
	return rc;
}

#define GIVEN(more)                                                            \
	"{\"deviceCode\":\"xYPX\",\"userCode\":\"PMPJ-VZCJ\",\"expiresIn\":"   \
	"600,\"verificationUri\":\"https://device.sso.eu-west-1.amazonaws."    \
	"com/\"" more "}"

static void a_device_authorization_is_taken(void **state)
{
	(void)state;
	assert_int_equal(
	    take_device(200, "",
		GIVEN(",\"interval\":1,\"verificationUriComplete\":"
		      "\"https://corp.awsapps.com/start/#/device?user_code="
		      "PMPJ-VZCJ\"")),
	    0);
	assert_true(secret_is(device.code, "xYPX", 4));
	assert_string_equal(device.user_code, "PMPJ-VZCJ");
	assert_string_equal(
	    device.uri, "https://device.sso.eu-west-1.amazonaws.com/");
	assert_string_equal(device.complete,
	    "https://corp.awsapps.com/start/#/device?user_code=PMPJ-VZCJ");
	assert_int_equal(device.seconds, 600);
	assert_int_equal(device.interval, 1);
}

static void an_interval_that_is_not_given_is_five_seconds(void **state)
{
	static const struct {
		const char *more;
		int64_t interval;
	} cases[] = {
	    {"", 5},
	    {",\"interval\":null", 5},
	    {",\"interval\":0", 5},
	    {",\"interval\":-3", 5},
	    {",\"interval\":\"1\"", 5},
	    {",\"interval\":1", 1},
	    {",\"interval\":7", 7},
	    {",\"interval\":9223372036854775807", 600},
	};
	char body[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(body, sizeof(body), "%.*s%s}",
		    (int)strlen(GIVEN("")) - 1, GIVEN(""), cases[i].more);
		assert_int_equal(take_device(200, "", body), 0);
		assert_int_equal(device.interval, cases[i].interval);
		assert_null(device.complete);
	}
}

static void a_device_authorization_is_taken_whole_or_not_at_all(void **state)
{
#define PAGE(url, rest)                                                        \
	"{\"deviceCode\":\"x\",\"userCode\":\"y\",\"verificationUri\":\"" url  \
	"\"" rest "}"
	static const struct {
		const char *body, *said;
	} cases[] = {
	    {"{}", "its \"deviceCode\" is missing"},
	    {"{\"deviceCode\":\"x\",\"userCode\":\"\"}", "its \"userCode\""},
	    {"{\"deviceCode\":\"x\",\"userCode\":\"y\"}",
		"its \"verificationUri\""},
	    {PAGE("javascript:alert(1)", ",\"expiresIn\":1"),
		"its \"verificationUri\" is no URL"},
	    {PAGE("http://evil.example/", ",\"expiresIn\":1"),
		"its \"verificationUri\" is no URL"},
	    {PAGE("https://me@evil.example/", ",\"expiresIn\":1"),
		"its \"verificationUri\" is no URL"},
	    {PAGE("https://x.example/#a b", ",\"expiresIn\":1"),
		"its \"verificationUri\" is no URL"},
	    {PAGE("#x", ",\"expiresIn\":1"), "its \"verificationUri\""},
	    {PAGE("https://x.example/",
		 ",\"expiresIn\":1,\"verificationUriComplete\":\"file:///\""),
		"its \"verificationUriComplete\" is no URL"},
	    {PAGE("https://x.example/", ""), "its \"expiresIn\" is missing"},
	    {PAGE("https://x.example/", ",\"expiresIn\":-5"),
		"its \"expiresIn\" is no whole number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_said(take_device(200, "", cases[i].body), ERR_UPSTREAM,
		    cases[i].said);
}

static int take_token(const struct provider_flow *f, unsigned status,
    const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	provider_tokens_release(&tokens);
	answer(&a, status, type, body);
	rc = provider_sso.token_take(at(), f, &a, &tokens, &e);
	buf_release(&a.body);
	if (rc != 0) {
		assert_null(tokens.access);
		assert_null(tokens.refresh);
	}
	return rc;
}

static void tokens_are_taken(void **state)
{
	static char body[17000];
	const struct provider_flow f = flow();
	char token[16 * 1024 + 2];

	(void)state;
	assert_int_equal(
	    take_token(&f, 200, "",
		"{\"accessToken\":\"aoaA\",\"tokenType\":\"Bearer\","
		"\"expiresIn\":3600,\"refreshToken\":\"aorA\",\"idToken\":"
		"null}"),
	    0);
	assert_true(secret_is(tokens.access, "aoaA", 4));
	assert_true(secret_is(tokens.refresh, "aorA", 4));
	assert_int_equal(tokens.expires, NOW + 3600);
	assert_null(tokens.client.id);
	assert_int_equal(take_token(&f, 200, "",
			     "{\"accessToken\":\"a\",\"refreshToken\":null}"),
	    0);
	assert_null(tokens.refresh);
	assert_int_equal(tokens.expires, 0);
	/* 16 KiB, and no more. */
	memset(token, 't', sizeof(token));
	(void)snprintf(
	    body, sizeof(body), "{\"accessToken\":\"%.*s\"}", 16 * 1024, token);
	assert_int_equal(take_token(&f, 200, "", body), 0);
	assert_int_equal(secret_len(tokens.access), 16 * 1024);
	(void)snprintf(body, sizeof(body), "{\"accessToken\":\"%.*s\"}",
	    16 * 1024 + 1, token);
	assert_said(take_token(&f, 200, "", body), ERR_UPSTREAM,
	    "its \"accessToken\" is empty, too long");
}

static void tokens_are_taken_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *body, *said;
	} cases[] = {
	    {"{\"access_token\":\"a\"}", "its \"accessToken\" is missing"},
	    {"{\"accessToken\":\"a\",\"tokenType\":\"mac\"}",
		"its \"tokenType\""},
	    {"{\"accessToken\":\"a\",\"tokenType\":7}", "its \"tokenType\""},
	    {"{\"accessToken\":\"a\\n\"}", "its \"accessToken\" is empty"},
	    {"{\"accessToken\":\"a\",\"refreshToken\":7}",
		"its \"refreshToken\""},
	    {"{\"accessToken\":\"a\",\"refreshToken\":\"b c\"}",
		"its \"refreshToken\""},
	    {"{\"accessToken\":\"a\",\"refreshToken\":\"b\",\"expiresIn\":0}",
		"has expired already"},
	    {"{\"accessToken\":\"a\",\"expiresIn\":1.5}",
		"its \"expiresIn\" is no whole number"},
	    {"", "what is no JSON"},
	};
	const struct provider_flow f = flow();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_said(take_token(&f, 200, "", cases[i].body),
		    ERR_UPSTREAM, cases[i].said);
}

/* --- a no */

enum on {
	CLIENT,
	DEVICE,
	CODE,
	POLL,
	REFRESH,
};

static int take(enum on on, unsigned status, const char *type, const char *body)
{
	struct provider_flow f = flow();

	memset(&e, 0, sizeof(e));
	if (on == POLL)
		f.device_code = device_code;
	if (on == REFRESH)
		f.refresh = refresh_token;
	if (on == CLIENT)
		return take_client(status, type, body);
	if (on == DEVICE)
		return take_device(status, type, body);
	return take_token(&f, status, type, body);
}

#define LOGIN "Run: mairu login sso"
#define BEGIN "was begun with"

static const struct {
	enum on on;
	unsigned status;
	const char *type, *error;
	int rc;
	const char *said;
} refusals[] = {
    {CLIENT, 400, "InvalidRequestException", "invalid_request", ERR_DENIED,
	"sso does not register a client: D1. Are the \"url\" (" START
	") and the \"region\" (eu-west-1) of its file right?"},
    {CLIENT, 400, "InvalidScopeException", "invalid_scope", ERR_DENIED,
	"is the \"scope\" of its file right?: D1"},
    {CLIENT, 400, "InvalidClientMetadataException", "invalid_client_metadata",
	ERR_DENIED, "give the server an \"id\" of plain letters: D1"},
    {CLIENT, 400, "InvalidRedirectUriException", "invalid_redirect_uri",
	ERR_DENIED, "--oauth-grant-type device_code: D1"},
    {CLIENT, 400, "UnsupportedGrantTypeException", "unsupported_grant_type",
	ERR_DENIED, "try the other --oauth-grant-type: D1"},
    {CLIENT, 400, "SlowDownException", "slow_down", ERR_UPSTREAM,
	"sso is asked too often: D1. Try again later"},
    {CLIENT, 500, "InternalServerException", "server_error", ERR_UPSTREAM,
	"sso is in trouble: D1. Try again later"},
    {DEVICE, 400, "InvalidRequestException", "invalid_request", ERR_DENIED,
	"sso begins no login at this start URL in this region: D1. Are the "
	"\"url\" (" START ") and the \"region\" (eu-west-1) of its file "
	"right?"},
    {DEVICE, 401, "InvalidClientException", "invalid_client", PROVIDER_CLIENT,
	BEGIN ": D1. " LOGIN},
    {DEVICE, 400, "UnauthorizedClientException", "unauthorized_client",
	PROVIDER_CLIENT, BEGIN},
    {DEVICE, 400, "SlowDownException", "slow_down", ERR_UPSTREAM,
	"asked too often"},
    {DEVICE, 500, "InternalServerException", "server_error", ERR_UPSTREAM,
	"in trouble"},
    {POLL, 400, "AuthorizationPendingException", "authorization_pending",
	PROVIDER_PENDING, NULL},
    {POLL, 400, "SlowDownException", "slow_down", PROVIDER_SLOWER, NULL},
    {POLL, 400, "ExpiredTokenException", "expired_token", ERR_DENIED,
	"it has taken too long: D1. " LOGIN},
    {POLL, 400, "AccessDeniedException", "access_denied", ERR_DENIED,
	"sso refuses this login: D1"},
    {POLL, 400, "InvalidGrantException", "invalid_grant", ERR_DENIED,
	"its code was used already, or is too old: D1. " LOGIN},
    {POLL, 401, "InvalidClientException", "invalid_client", PROVIDER_CLIENT,
	BEGIN},
    {POLL, 400, "UnauthorizedClientException", "unauthorized_client",
	PROVIDER_CLIENT, BEGIN},
    {POLL, 500, "InternalServerException", "server_error", ERR_UPSTREAM,
	"in trouble"},
    {CODE, 400, "SlowDownException", "slow_down", ERR_UPSTREAM,
	"asked too often"},
    {CODE, 400, "ExpiredTokenException", "expired_token", ERR_DENIED,
	"taken too long"},
    {CODE, 400, "AccessDeniedException", "access_denied", ERR_DENIED,
	"refuses this login"},
    {CODE, 400, "InvalidGrantException", "invalid_grant", ERR_DENIED,
	"its code was used already"},
    {CODE, 401, "InvalidClientException", "invalid_client", PROVIDER_CLIENT,
	BEGIN},
    {CODE, 400, "UnauthorizedClientException", "unauthorized_client",
	PROVIDER_CLIENT, BEGIN},
    {CODE, 400, "UnsupportedGrantTypeException", "unsupported_grant_type",
	ERR_DENIED, "the other --oauth-grant-type"},
    {CODE, 400, "InvalidScopeException", "invalid_scope", ERR_DENIED,
	"the \"scope\" of its file"},
    {CODE, 400, "InvalidRequestException", "invalid_request", ERR_DENIED,
	"sso does not understand the request for a token: D1. Are the \"url\" "
	"(" START ") and the \"region\" (eu-west-1)"},
    {REFRESH, 400, "InvalidGrantException", "invalid_grant", ERR_LOGIN,
	"sso does not renew the login any more: D1. " LOGIN},
    {REFRESH, 400, "ExpiredTokenException", "expired_token", ERR_LOGIN, LOGIN},
    {REFRESH, 400, "AccessDeniedException", "access_denied", ERR_LOGIN, LOGIN},
    {REFRESH, 400, "InvalidRequestException", "invalid_request", ERR_LOGIN,
	LOGIN},
    {REFRESH, 400, "InvalidScopeException", "invalid_scope", ERR_LOGIN, LOGIN},
    {REFRESH, 400, "UnsupportedGrantTypeException", "unsupported_grant_type",
	ERR_LOGIN, LOGIN},
    {REFRESH, 401, "InvalidClientException", "invalid_client", PROVIDER_CLIENT,
	BEGIN ": D1. " LOGIN},
    {REFRESH, 400, "UnauthorizedClientException", "unauthorized_client",
	PROVIDER_CLIENT, BEGIN},
    {REFRESH, 400, "SlowDownException", "slow_down", ERR_UPSTREAM,
	"asked too often"},
    {REFRESH, 500, "InternalServerException", "server_error", ERR_UPSTREAM,
	"in trouble"},
};

static void check_refusal(size_t i, const char *type, const char *body)
{
	int rc = take(refusals[i].on, refusals[i].status, type, body);
	int code = refusals[i].rc > 0 ? ERR_LOGIN : refusals[i].rc;

	assert_int_equal(rc, refusals[i].rc);
	if (refusals[i].said && strstr(body, "D1"))
		assert_said(rc, refusals[i].rc, refusals[i].said);
	assert_int_equal(e.code, refusals[i].said ? code : 0);
}

static void each_error_is_known_by_its_header_or_its_body(void **state)
{
	char body[200];

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		(void)snprintf(body, sizeof(body),
		    "{\"error\":\"%s\",\"error_description\":\"D1\"}",
		    refusals[i].error);
		check_refusal(i, "", body);
		check_refusal(i, refusals[i].type, body);
		check_refusal(i, refusals[i].type,
		    "{\"error\":\"x\",\"error_description\":\"D1\"}");
		check_refusal(i, refusals[i].type, "");
		check_refusal(i, refusals[i].type, "no { json");
	}
}

static void a_description_may_be_empty_and_a_reason_given(void **state)
{
	(void)state;
	assert_said(take(DEVICE, 400, "InvalidRequestException",
			"{\"error\":\"invalid_request\","
			"\"error_description\":\"\"}"),
	    ERR_DENIED, "in this region. Are the \"url\"");
	assert_said(take(CODE, 400, "AccessDeniedException",
			"{\"error\":\"access_denied\",\"reason\":"
			"\"KMS_DisabledException\"}"),
	    ERR_DENIED, "refuses this login: KMS_DisabledException");
	assert_said(take(CODE, 400, "AccessDeniedException",
			"{\"error_description\":\"no\\u001b[31m\\nway\"}"),
	    ERR_DENIED, "refuses this login");
	assert_null(strchr(e.msg, '\033'));
}

static void what_told_no_kind_counts_by_its_status(void **state)
{
	(void)state;
	assert_said(take(CODE, 400, "", "{}"), ERR_DENIED,
	    "sso refuses this login (HTTP 400)");
	assert_said(
	    take(CODE, 403, "NewException", "{\"error_description\":\"D1\"}"),
	    ERR_DENIED, "refuses this login (HTTP 403, NewException): D1");
	assert_said(take(CODE, 400, "", "{\"error\":\"\\u001b[31m\"}"),
	    ERR_DENIED, "refuses this login (HTTP 400)");
	assert_said(take(CODE, 401, "", "<html>"), ERR_DENIED, "(HTTP 401)");
	assert_said(take(CODE, 429, "", ""), ERR_UPSTREAM, "(HTTP 429)");
	assert_said(take(CODE, 503, "", ""), ERR_UPSTREAM, "(HTTP 503)");
	assert_said(take(CODE, 302, "", ""), ERR_DENIED, "redirect");
	assert_said(take(CODE, 204, "", ""), ERR_UPSTREAM, "(HTTP 204)");
	/* A proxy's words do not end a login that holds; AWS's do. */
	assert_said(take(REFRESH, 403, "", "<html>"), ERR_UPSTREAM,
	    "did not renew the login (HTTP 403)");
	assert_said(take(REFRESH, 400, "NewException", "{}"), ERR_LOGIN,
	    "(NewException). " LOGIN);
	/* What is pending is so only where something is polled for. */
	assert_said(take(CODE, 400, "AuthorizationPendingException", ""),
	    ERR_DENIED, "AuthorizationPendingException");
	/* A redirect has no errors of its own. */
	assert_said(
	    take(POLL, 302, "SlowDownException", ""), ERR_DENIED, "redirect");
}

#define OIDC_TEST(f) cmocka_unit_test_setup_teardown(f, sso_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    OIDC_TEST(a_client_for_the_browser_is_registered),
	    OIDC_TEST(a_client_for_a_device_is_another_one),
	    OIDC_TEST(scopes_are_told_one_by_one),
	    OIDC_TEST(a_client_is_named_plainly),
	    OIDC_TEST(the_browser_is_sent_with_scopes_and_a_challenge),
	    OIDC_TEST(a_device_authorization_is_begun),
	    OIDC_TEST(tokens_are_asked_for_with_what_there_is),
	    OIDC_TEST(settings_that_do_not_go_together_fail_each_request),
	    OIDC_TEST(a_client_is_taken),
	    OIDC_TEST(a_client_is_taken_whole_or_not_at_all),
	    OIDC_TEST(a_device_authorization_is_taken),
	    OIDC_TEST(an_interval_that_is_not_given_is_five_seconds),
	    OIDC_TEST(a_device_authorization_is_taken_whole_or_not_at_all),
	    OIDC_TEST(tokens_are_taken),
	    OIDC_TEST(tokens_are_taken_whole_or_not_at_all),
	    OIDC_TEST(each_error_is_known_by_its_header_or_its_body),
	    OIDC_TEST(a_description_may_be_empty_and_a_reason_given),
	    OIDC_TEST(what_told_no_kind_counts_by_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
