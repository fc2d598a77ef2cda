#include "broker/sts/sts.h"

#include "fake_http.h"

#define ARN   "arn:aws:iam::123456789012:role/p/Target"
#define WHOSE "arn:aws:sts::123456789012:assumed-role/Base/alice"
#define NOW   1767323045 /* 2026-01-02T03:04:05Z */
#define XML   "text/xml"
#define YES_WITH(members)                                                      \
	"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/"           \
	"2011-06-15/\">\n <AssumeRoleResult>\n" members                        \
	" </AssumeRoleResult>\n<ResponseMetadata><RequestId>1</RequestId>"     \
	"</ResponseMetadata></AssumeRoleResponse>\n"
#define KEYS                                                                   \
	"<AccessKeyId>ASIAOTHER</AccessKeyId>\n"                               \
	"<SecretAccessKey>s3cr3t/+=</SecretAccessKey>"                         \
	"<SessionToken>\n tok//== \n</SessionToken>"
#define YES                                                                    \
	YES_WITH("<AssumedRoleUser><Arn>" WHOSE "</Arn><AssumedRoleId>x:alice" \
		 "</AssumedRoleId></AssumedRoleUser><Credentials>" KEYS        \
		 "<Expiration>2026-01-02T04:04:05Z</Expiration>"               \
		 "</Credentials><PackedPolicySize>6</PackedPolicySize>")
#define NO(code, message)                                                      \
	"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"  \
	"<Error><Type>Sender</Type><Code>" code "</Code><Message>" message     \
	"</Message></Error><RequestId>4053</RequestId></ErrorResponse>"

static const struct settings plain;
static struct slab *slab;
static struct credential by, c;
static struct http_ask ask;
static struct hop hop;
static struct sts_at at;
static struct err e;
static char *arn;

static int setup(void **state)
{
	const struct credential_said said = {"ASIAIOSFODNN7EXAMPLE",
	    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	    "IQoJb3JpZ2luX2VjEXAMPLE//session+token==", NOW + 3600, 0, 0};

	(void)state;
	memset(&hop, 0, sizeof(hop));
	hop.role_arn = strdup(ARN);
	if (slab_new(&slab, 1 << 20, &e) < 0 ||
	    credential_make(&by, slab, &said, NOW, &e) < 0)
		return -1;
	at = (struct sts_at){&plain, NULL, slab, NOW, 0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	http_ask_release(&ask);
	hop_release(&hop);
	free(arn);
	arn = NULL;
	credential_release(&c);
	credential_release(&by);
	slab_free(slab);
	return 0;
}

static void ask_it(void)
{
	http_ask_release(&ask);
	if (sts_assume_ask(&at, &hop, "alice", &by, &ask, &e) < 0)
		fail_msg("%s", e.msg);
}

/* --- requests */

static void a_role_is_asked_for_as_sdks_do(void **state)
{
	(void)state;
	free(hop.role_arn);
	hop.role_arn = strdup("arn:aws:iam::123456789012:role/Target");
	hop.external_id = strdup("ext-1");
	hop.duration_seconds = 3600;
	ask_it();
	assert_string_equal(
	    buf_str(&ask.url), "https://sts.us-east-1.amazonaws.com/");
	assert_string_equal(buf_str(&ask.body),
	    "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A"
	    "123456789012%3Arole%2FTarget&RoleSessionName=alice"
	    "&ExternalId=ext-1&DurationSeconds=3600");
	assert_string_equal(ask.content_type,
	    "application/x-www-form-urlencoded; charset=utf-8");
	assert_string_equal(
	    fake_header(&ask, "X-Amz-Date"), "20260102T030405Z");
	assert_string_equal(fake_header(&ask, "X-Amz-Security-Token"),
	    "IQoJb3JpZ2luX2VjEXAMPLE//session+token==");
	assert_non_null(strstr(fake_header(&ask, "Authorization"),
	    "AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE/20260102/"
	    "us-east-1/sts/aws4_request, SignedHeaders=content-type;host;"
	    "x-amz-date;x-amz-security-token, Signature="));
}

/* What HTTP leaves out is not signed. */
static void the_host_is_signed_as_it_is_sent(void **state)
{
	static const char *const same[] = {"https://STS.example.com:443",
	    "https://sts.example.com", "HTTPS://sts.example.com/"};
	struct settings s = {.value = {NULL}};
	char first[1024] = "";

	(void)state;
	at.settings = &s;
	at.region = "eu-west-1";
	for (size_t i = 0; i < 3; i++) {
		s.value[SETTINGS_ENDPOINT_STS] = (char *)(uintptr_t)same[i];
		ask_it();
		assert_string_equal(
		    buf_str(&ask.url), "https://sts.example.com/");
		if (i == 0)
			(void)snprintf(first, sizeof(first), "%s",
			    fake_header(&ask, "Authorization"));
		assert_string_equal(fake_header(&ask, "Authorization"), first);
	}
}

static void all_of_a_hop_is_said(void **state)
{
	static struct hop_tag tags[] = {{NULL, NULL}, {NULL, NULL}};
	char *arns[] = {NULL}, *keys[] = {NULL};
	struct hop all = {.role_arn = hop.role_arn,
	    .source_identity = (char[]){"alice"},
	    .policy = (char[]){"{\"a b\"}"},
	    .policy_arns = arns,
	    .n_policy_arns = 1,
	    .tags = tags,
	    .n_tags = 2,
	    .transitive_tag_keys = keys,
	    .n_transitive_tag_keys = 1};
	char one[] = "arn:aws:iam::aws:policy/A", team[] = "team", x[] = "x y";
	char empty[] = "", k[] = "k";

	(void)state;
	arns[0] = one;
	keys[0] = team;
	tags[0] = (struct hop_tag){team, x};
	tags[1] = (struct hop_tag){k, empty};
	assert_int_equal(sts_assume_ask(&at, &all, "alice", &by, &ask, &e), 0);
	assert_string_equal(strstr(buf_str(&ask.body), "&SourceIdentity"),
	    "&SourceIdentity=alice&Policy=%7B%22a%20b%22%7D"
	    "&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FA"
	    "&Tags.member.1.Key=team&Tags.member.1.Value=x%20y"
	    "&Tags.member.2.Key=k&Tags.member.2.Value="
	    "&TransitiveTagKeys.member.1=team");
}

static void it_is_asked_where_the_region_or_the_partition_is(void **state)
{
	static const struct {
		const char *arn, *region, *url, *scope;
	} where[] = {
	    {ARN, "eu-west-1", "https://sts.eu-west-1.amazonaws.com/",
		"/eu-west-1/sts/"},
	    {ARN, "aws-global", "https://sts.amazonaws.com/",
		"/us-east-1/sts/"},
	    {"arn:aws-cn:iam::123456789012:role/R", NULL,
		"https://sts.cn-northwest-1.amazonaws.com.cn/",
		"/cn-northwest-1/sts/"},
	    {"arn:aws-us-gov:iam::123456789012:role/R", NULL,
		"https://sts.us-gov-west-1.amazonaws.com/",
		"/us-gov-west-1/sts/"},
	    {"arn:aws-eusc:iam::123456789012:role/R", NULL,
		"https://sts.eusc-de-east-1.amazonaws.eu/",
		"/eusc-de-east-1/sts/"},
	    {"arn:aws-new:iam::123456789012:role/R", NULL,
		"https://sts.us-east-1.amazonaws.com/", "/us-east-1/sts/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
		free(hop.role_arn);
		hop.role_arn = strdup(where[i].arn);
		at.region = where[i].region;
		ask_it();
		assert_string_equal(buf_str(&ask.url), where[i].url);
		assert_non_null(
		    strstr(fake_header(&ask, "Authorization"), where[i].scope));
	}
}

static void an_override_keeps_its_path(void **state)
{
	struct settings s = {{NULL}};

	(void)state;
	assert_int_equal(settings_set(&s, SETTINGS_ENDPOINT_STS,
			     "http://127.0.0.1:4566/base", &e),
	    0);
	at.settings = &s;
	at.region = "eu-west-1";
	ask_it();
	assert_string_equal(buf_str(&ask.url), "http://127.0.0.1:4566/base");
	assert_non_null(
	    strstr(fake_header(&ask, "Authorization"), "/eu-west-1/sts/"));
	settings_release(&s);
}

static void who_one_is_needs_no_more_than_the_question(void **state)
{
	(void)state;
	assert_int_equal(sts_identity_ask(&at, NULL, &by, &ask, &e), 0);
	assert_string_equal(
	    buf_str(&ask.body), "Action=GetCallerIdentity&Version=2011-06-15");
}

/* --- answers */

static int take(unsigned status, const char *body, int64_t date)
{
	struct http_answer a;
	int rc;

	credential_release(&c);
	free(arn);
	fake_make(&a, status, XML, body);
	a.date = date;
	rc = sts_assume_take(&at, &hop, WHOSE, &a, &c, &arn, &e);
	buf_release(&a.body);
	if (rc != 0) {
		assert_null(c.body);
		assert_null(arn);
		assert_null(strstr(e.msg, "s3cr3t"));
		assert_null(strstr(e.msg, "tok//"));
	}
	return rc;
}

static void a_yes_is_taken(void **state)
{
	(void)state;
	if (take(200, YES, 0) != 0)
		fail_msg("%s", e.msg);
	assert_string_equal(arn, WHOSE);
	assert_int_equal(c.expires, NOW + 3600);
	assert_int_equal(c.token.len, 7);
	assert_memory_equal(credential_text(&c, &c.token), "tok//==", 7);
	assert_int_equal(take(200,
			     YES_WITH("<Credentials>" KEYS
				      "<Expiration>2026-01-02T04:04:05.5+00:00"
				      "</Expiration></Credentials>"),
			     0),
	    0);
	assert_null(arn);
}

static void a_useless_yes_is_none(void **state)
{
	static const char *const useless[] = {"", "{}", "<html>",
	    "<AssumeRoleResponse/>", YES_WITH("<Credentials/>"),
	    YES_WITH("<Credentials>" KEYS "</Credentials>"),
	    YES_WITH("<Credentials>" KEYS
		     "<Expiration>soon</Expiration></Credentials>"),
	    YES_WITH("<Credentials>" KEYS "<Expiration>2026-01-02T03:04:05Z"
		     "</Expiration></Credentials>"),
	    YES_WITH("<Credentials>" KEYS
		     "<SessionToken>b</SessionToken></Credentials>")};

	(void)state;
	for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++) {
		assert_int_equal(take(200, useless[i], 0), ERR_UPSTREAM);
		assert_non_null(
		    strstr(e.msg, "the answer of STS can't be used: "));
	}
}

static void every_no_is_what_it_is(void **state)
{
	static const struct {
		unsigned status;
		const char *body;
		int result;
		const char *says;
	} no[] = {
	    {403, NO("AccessDenied", "User: x is not authorized"), ERR_DENIED,
		"can't assume " ARN " as " WHOSE ": User: x is not authorized"},
	    {403, NO("ExpiredToken", "gone"), STS_SOURCE, "have ended"},
	    {400, NO("ExpiredTokenException", "gone"), STS_SOURCE,
		"have ended"},
	    {403, NO("InvalidClientTokenId", "The token is invalid."),
		ERR_DENIED, "AWS does not know its credentials"},
	    {403, NO("SignatureDoesNotMatch", "no"), ERR_DENIED, "clock"},
	    {400, NO("RequestExpired", "no"), ERR_DENIED, "clock"},
	    {403, NO("MissingAuthenticationToken", "no"), ERR_DENIED, "proxy"},
	    {400, NO("IncompleteSignature", "no"), ERR_DENIED, "proxy"},
	    {400, NO("ValidationError", "1 error: x"), ERR_DENIED,
		"AWS does not take a value: 1 error: x"},
	    {400,
		NO("ValidationError", "The requested DurationSeconds exceeds "
				      "the 1 hour session limit for roles "
				      "assumed by role chaining."),
		STS_HOUR, "last an hour at most. Take \"duration_seconds\""},
	    {400, NO("MalformedPolicyDocument", "x"), ERR_DENIED, "policy"},
	    {400, NO("PackedPolicyTooLarge", "x"), ERR_DENIED, "together"},
	    {400, NO("InvalidIdentityToken", "x"), ERR_DENIED, "identity"},
	    {403, NO("IDPRejectedClaim", "x"), ERR_DENIED, "identity"},
	    {403, NO("RegionDisabledException", "x"), ERR_DENIED, "region"},
	    {400, NO("IDPCommunicationError", "x"), ERR_UPSTREAM, "issuer"},
	    {400, NO("Throttling", "Rate exceeded"), ERR_UPSTREAM,
		"AWS is asked too often: Rate exceeded. Try again later"},
	    {400, NO("ThrottlingException", "x"), ERR_UPSTREAM, "too often"},
	    {400, NO("RequestLimitExceeded", "x"), ERR_UPSTREAM, "too often"},
	    {500, NO("InternalFailure", "x"), ERR_UPSTREAM, "in trouble"},
	    {503, NO("ServiceUnavailable", "x"), ERR_UPSTREAM, "in trouble"},
	    {400, NO("Unheard", ""), ERR_DENIED, "(Unheard)"},
	    {502, "<html>bad</html", ERR_UPSTREAM,
		"STS answered with HTTP 502. Try again later"},
	    {503, "", ERR_UPSTREAM, "HTTP 503"},
	    {429, "slow", ERR_UPSTREAM, "HTTP 429"},
	    {418, "tea", ERR_DENIED, "HTTP 418, and did not say why"},
	    {302, "", ERR_DENIED, "HTTP 302"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		int rc = take(no[i].status, no[i].body, NOW);

		if (rc != no[i].result || !strstr(e.msg, no[i].says))
			fail_msg("%s: %d, %s", no[i].body, rc, e.msg);
		assert_non_null(strstr(e.msg, ARN));
	}
}

static void a_clock_that_is_off_is_told_apart(void **state)
{
	const char *no = NO("SignatureDoesNotMatch", "Signature expired");

	(void)state;
	assert_int_equal(take(403, no, NOW + 59), ERR_DENIED);
	assert_int_equal(take(403, no, 0), ERR_DENIED);
	assert_int_equal(take(403, no, NOW + 60), STS_CLOCK);
	assert_int_equal(take(403, no, NOW - 3600), STS_CLOCK);
	assert_int_equal(
	    take(403, NO("AccessDenied", "x"), NOW - 3600), ERR_DENIED);
}

static void hostile_words_are_made_harmless(void **state)
{
	(void)state;
	assert_int_equal(
	    take(403, NO("AccessDenied", "a&#10;b&#x202e;c"), NOW), ERR_DENIED);
	assert_null(strchr(e.msg, '\n'));
	assert_null(strstr(e.msg, "\xe2\x80\xae"));
}

static void an_identity_is_read(void **state)
{
	struct sts_identity id;
	struct http_answer a;

	(void)state;
	fake_make(&a, 200, XML,
	    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" WHOSE
	    "</Arn><UserId>AROA:alice</UserId><Account>123456789012</Account>"
	    "</GetCallerIdentityResult></GetCallerIdentityResponse>");
	assert_int_equal(sts_identity_take(&a, &at, &id, &e), 0);
	assert_string_equal(id.account, "123456789012");
	assert_string_equal(id.user_id, "AROA:alice");
	assert_string_equal(sts_session_of(id.arn), "alice");
	sts_identity_release(&id);
	buf_release(&a.body);
	fake_make(&a, 200, XML, "<GetCallerIdentityResponse/>");
	assert_int_equal(sts_identity_take(&a, &at, &id, &e), ERR_UPSTREAM);
	assert_null(id.arn);
	buf_release(&a.body);
}

/* --- names */

static void a_session_has_a_name_that_is_one(void **state)
{
	char out[STS_SESSION], many[100];

	(void)state;
	assert_null(sts_session_of(NULL));
	assert_null(sts_session_of("arn:aws:iam::123456789012:user/bob"));
	assert_null(
	    sts_session_of("arn:aws:sts::123456789012:assumed-role/R/b ob"));
	assert_string_equal(sts_session_of(WHOSE), "alice");
	assert_true(sts_session_valid("a@b.example+x=,-_"));
	assert_false(sts_session_valid("a"));
	assert_false(sts_session_valid("a/b"));
	sts_session_make("j\xc3\xb6rg o'neil", out);
	assert_string_equal(out, "jrgoneil");
	sts_session_make("x!", out);
	assert_string_equal(out, "");
	memset(many, 'a', 99);
	many[99] = '\0';
	sts_session_make(many, out);
	assert_int_equal(strlen(out), 64);
	assert_true(sts_session_valid(out));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_role_is_asked_for_as_sdks_do),
	    TEST(the_host_is_signed_as_it_is_sent),
	    TEST(all_of_a_hop_is_said),
	    TEST(it_is_asked_where_the_region_or_the_partition_is),
	    TEST(an_override_keeps_its_path),
	    TEST(who_one_is_needs_no_more_than_the_question),
	    TEST(a_yes_is_taken),
	    TEST(a_useless_yes_is_none),
	    TEST(every_no_is_what_it_is),
	    TEST(a_clock_that_is_off_is_told_apart),
	    TEST(hostile_words_are_made_harmless),
	    TEST(an_identity_is_read),
	    TEST(a_session_has_a_name_that_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
