/* Whom AWS takes a role for, asked of a whole broker over its socket; the
 * credential server, STS and IAM are fakes (broker/commands/ask.h). */

#include "as_child.h"
#include "fake_http.h"

#include "pump.h"
#include "servers_home.h"

#include "base/core/version.h"
#include "base/sys/sock.h"
#include "broker/broker.h"
#include "broker/commands/question.h"
#include "broker/roles/roles.h"
#include "broker/sessions/session.h"
#include "broker/socket/rendezvous.h"

#define B_ARN "arn:aws-cn:iam::111111111111:role/B"
#define CHAIN                                                                  \
	"{\"hops\":[{\"role_arn\":\"" B_ARN "\",\"role_session_name\":\"me\"}" \
	"]}"

static struct broker broker;
static char path[SOCK_PATH_MAX], text[8192];
static int fd;

/* On a slow machine its file is read in the end. */
static int wait_server(void)
{
	struct catalog_entry found;
	int rc;

	while ((rc = catalog_find(broker.up.catalog, "corp", &found, &e)) ==
	       ERR_TIMEOUT)
		if (loop_once(broker.loop, 20, &e) < 0)
			return -1;
	return rc;
}

static int begin(void **state)
{
	struct rendezvous *place;
	struct place here;
	pid_t pid;

	if (setup(state) != 0)
		return -1;
	unsetenv("MAIRU_LOG");
	unsetenv("MAIRU_AGENT_LOG");
	(void)snprintf(path, sizeof(path), "%s", at_home("run/s"));
	put_server("a.json",
	    "{\"id\":\"corp\",\"url\":\"https://c.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}");
	if (place_find(&here, PLACE_MAKE, &e) < 0 ||
	    rendezvous_take(&place, path, 0, &e) != 1 ||
	    broker_start(&broker, place, &here, 0, &e) < 0 || wait_server() < 0)
		return -1;
	return sock_connect(path, &fd, &pid, &e);
}

static int end(void **state)
{
	(void)close(fd);
	broker_stop(&broker);
	assert_int_equal(fake_open(), 0);
	return teardown(state);
}

static void log_in(void)
{
	struct provider_tokens t = {.expires = 0};
	struct catalog_entry found;

	assert_int_equal(
	    catalog_find(broker.up.catalog, "corp", &found, &e), 0);
	assert_int_equal(secret_new(&t.access, broker.slab, "acc", 3), 0);
	assert_int_equal(sessions_put(broker.up.sessions, &found, &t, &e), 0);
}

static void ask(const char *chain, const char *region, uint64_t wait_ms)
{
	struct buf out = BUF_INIT(WIRE_MAX_BODY);
	size_t at = wire_begin(&out, WIRE_WHOAMI);

	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
	wire_puts(&out, WIRE_F_SERVER, "https://c.example");
	wire_puts(&out, WIRE_F_ROLE, "Dev");
	wire_puts(&out, WIRE_F_CHAIN, chain);
	wire_puts(&out, WIRE_F_REGION, region);
	wire_putn(&out, WIRE_F_WAIT, wait_ms);
	wire_putn(&out, WIRE_F_FRESH, 0);
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
}

/* The last of n calls is one to there. */
static void wait_call(size_t n, const char *url, const char *body)
{
	int64_t until = plat_ms() + PUMP_MS;

	while (fake_n < n) {
		assert_int_equal(loop_once(broker.loop, 20, &e), 0);
		assert_true(plat_ms() < until);
	}
	assert_int_equal(fake_n, n);
	assert_string_equal(buf_str(&fake_calls[n - 1].ask.url), url);
	assert_non_null(strstr(buf_str(&fake_calls[n - 1].ask.body), body));
}

static void answer_role(size_t i, const char *key)
{
	char body[512], until[CREDENTIAL_TIME];

	credential_time(loop_wall(broker.loop) + 3600, until);
	(void)snprintf(body, sizeof(body),
	    "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\","
	    "\"SessionToken\":\"t\",\"Expiration\":\"%s\"}",
	    key, until);
	fake_answer(i, 200, "application/json", body);
}

static void answer_who(size_t i, const char *account, const char *arn)
{
	char body[512];

	(void)snprintf(body, sizeof(body),
	    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn>"
	    "<UserId>x</UserId><Account>%s</Account></GetCallerIdentityResult>"
	    "</GetCallerIdentityResponse>",
	    arn, account);
	fake_answer(i, 200, "text/xml", body);
}

static void answer_alias(size_t i, unsigned status, const char *member)
{
	char body[512];

	(void)snprintf(body, sizeof(body),
	    "<ListAccountAliasesResponse><ListAccountAliasesResult>"
	    "<IsTruncated>false</IsTruncated><AccountAliases>%s"
	    "</AccountAliases></ListAccountAliasesResult>"
	    "</ListAccountAliasesResponse>",
	    member);
	fake_answer(i, status, "text/xml", body);
}

static void refuse(size_t i, const char *code, int64_t date)
{
	struct http_answer a;
	char body[256];

	(void)snprintf(body, sizeof(body),
	    "<ErrorResponse><Error><Code>%s</Code><Message>no</Message></Error>"
	    "</ErrorResponse>",
	    code);
	fake_make(&a, 403, "text/xml", body);
	a.date = date;
	fake_end(i, &a, NULL);
	buf_release(&a.body);
}

static void says(const struct wire_frame *f, unsigned tag, const char *what)
{
	struct wire_field field = pump_field(f, tag, 0);
	char said[1024];

	assert_int_equal(wire_text(&field, said, sizeof(said)), 0);
	assert_string_equal(said, what);
}

static struct wire_frame answer(enum wire_type type)
{
	struct wire_frame f = pump_frame(broker.loop, fd, text, sizeof(text));

	assert_int_equal(f.type, type);
	return f;
}

static void error(int code, const char *what)
{
	struct wire_frame f = answer(WIRE_ERROR);

	assert_int_equal(pump_number(&f, WIRE_F_CODE), -code);
	says(&f, WIRE_F_MESSAGE, what);
}

#define ARN "arn:aws:sts::123456789012:assumed-role/Dev/alice"
#define STS "https://sts.us-east-1.amazonaws.com/"
#define IAM "https://iam.amazonaws.com/"

/* As far as the call for the alias. */
static void ask_as_far_as_alias(void)
{
	log_in();
	ask("", "", 60000);
	wait_call(1, "https://c.example/assume-role", "Dev");
	answer_role(0, "AK1");
	wait_call(2, STS, "Action=GetCallerIdentity");
	answer_who(1, "123456789012", ARN);
	wait_call(3, IAM, "Action=ListAccountAliases&Version=2010-05-08");
}

static void it_is_who_aws_says_it_is(void **state)
{
	const char *signature;
	struct wire_frame f;

	(void)state;
	ask_as_far_as_alias();
	signature = fake_header(&fake_calls[2].ask, "Authorization");
	assert_non_null(strstr(signature, "/us-east-1/iam/aws4_request"));
	assert_non_null(strstr(signature, "Credential=AK1/"));
	answer_alias(2, 200, "<member>contoso-prod</member>");
	f = answer(WIRE_OK);
	says(&f, WIRE_F_SERVER, "corp");
	says(&f, WIRE_F_ROLE, "Dev");
	says(&f, WIRE_F_ACCOUNT, "123456789012");
	says(&f, WIRE_F_ARN, ARN);
	says(&f, WIRE_F_ALIAS, "contoso-prod");
	assert_in_range(pump_number(&f, WIRE_F_EXPIRES),
	    loop_wall(broker.loop) + 3590, loop_wall(broker.loop) + 3600);
}

static void an_alias_that_is_not_told_is_none(void **state)
{
	static const struct {
		unsigned status;
		const char *member;
	} not [] = {
	    {403, "<member>a</member>"},
	    {200, ""},
	    {200, "<member>a&#10;b</member>"},
	    {200, "<member>a</member><member>b</member>"},
	    {200, "<member>"},
	};
	const struct err why = {ERR_NOMEM, 0, "no memory", 0};
	struct wire_frame f;
	size_t n = 3;

	(void)state;
	ask_as_far_as_alias();
	fake_end(2, NULL, &why);
	f = answer(WIRE_OK);
	says(&f, WIRE_F_ALIAS, "");
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
		ask("", "", 60000);
		wait_call(++n, STS, "Action=GetCallerIdentity");
		answer_who(n - 1, "123456789012", ARN);
		wait_call(++n, IAM, "");
		answer_alias(n - 1, not [i].status, not [i].member);
		f = answer(WIRE_OK);
		says(&f, WIRE_F_ALIAS, "");
		says(&f, WIRE_F_ARN, ARN);
	}
}

static void an_alias_that_does_not_come_is_not_waited_for(void **state)
{
	struct wire_frame f;

	(void)state;
	ask_as_far_as_alias();
	f = answer(WIRE_OK);
	says(&f, WIRE_F_ALIAS, "");
	says(&f, WIRE_F_ARN, ARN);
	assert_false(fake_calls[2].open);
}

static void partitions_have_hosts_of_their_own(void **state)
{
	struct wire_frame f;

	(void)state;
	log_in();
	ask("", "us-gov-east-1", 60000);
	wait_call(1, "https://c.example/assume-role", "Dev");
	answer_role(0, "AK1");
	wait_call(2, "https://sts.us-gov-east-1.amazonaws.com/", "");
	answer_who(1, "1", "arn:aws-us-gov:sts::1:assumed-role/a/b");
	wait_call(3, "https://iam.us-gov.amazonaws.com/", "");
	answer_alias(2, 200, "");
	(void)answer(WIRE_OK);
	/* One that we know no host of. */
	ask("", "", 60000);
	wait_call(4, STS, "");
	answer_who(3, "1", "arn:aws-iso:sts::1:assumed-role/a/b");
	f = answer(WIRE_OK);
	says(&f, WIRE_F_ALIAS, "");
}

static void of_a_chain_it_is_the_last_one(void **state)
{
	static const char arn[] =
	    "arn:aws-cn:sts::111111111111:assumed-role/B/me";
	char body[1024], until[CREDENTIAL_TIME];
	struct wire_frame f;

	(void)state;
	log_in();
	ask(CHAIN, "", 60000);
	wait_call(1, "https://c.example/assume-role", "Dev");
	answer_role(0, "AK1");
	wait_call(2, "https://sts.cn-northwest-1.amazonaws.com.cn/",
	    "Action=AssumeRole&");
	credential_time(loop_wall(broker.loop) + 900, until);
	(void)snprintf(body, sizeof(body),
	    "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
	    "<AccessKeyId>AK2</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
	    "<SessionToken>t</SessionToken><Expiration>%s</Expiration>"
	    "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
	    until);
	fake_answer(1, 200, "text/xml", body);
	wait_call(3, "https://sts.cn-northwest-1.amazonaws.com.cn/",
	    "Action=GetCallerIdentity");
	assert_non_null(
	    strstr(fake_header(&fake_calls[2].ask, "Authorization"), "AK2/"));
	answer_who(2, "111111111111", arn);
	wait_call(4, "https://iam.cn-north-1.amazonaws.com.cn/", "");
	answer_alias(3, 200, "<member>x</member>");
	f = answer(WIRE_OK);
	says(&f, WIRE_F_ARN, arn);
	says(&f, WIRE_F_ROLE, "Dev");
}

static void what_fails_is_said(void **state)
{
	const struct err why = {ERR_NOMEM, 0, "no memory", 0};

	(void)state;
	ask("", "", 60000);
	error(ERR_LOGIN, "login required. Run: mairu login corp");
	ask("{", "", 60000);
	(void)answer(WIRE_ERROR);
	log_in();
	ask("", "", 60000);
	wait_call(1, "https://c.example/assume-role", "Dev");
	answer_role(0, "AK1");
	wait_call(2, STS, "");
	fake_end(1, NULL, &why);
	error(ERR_NOMEM, "no memory");
	ask("", "NO", 60000);
	error(ERR_FORMAT, "\"NO\" is no region: it reads like \"eu-west-1\"");
	ask("", "", 60000);
	wait_call(3, STS, "");
	refuse(2, "AccessDenied", 0);
	error(ERR_DENIED, "AWS does not say whose credentials these are: no");
}

static void what_is_remembered_is_told_as_such(void **state)
{
	const struct err why = {ERR_UPSTREAM, 0, "contoso is in trouble", 0};
	struct role_result r = {NULL, &why, 7, 0};
	struct ask *a = calloc(1, sizeof(*a) + 1);

	(void)state;
	assert_non_null(a);
	assert_ptr_equal(ask_why(a, &r, &e), &why);
	r.ago = 3;
	assert_string_equal(ask_why(a, &r, &e)->msg,
	    "contoso is in trouble (that was 3 s ago; it is asked again in "
	    "7 s)");
	assert_int_equal(e.code, ERR_UPSTREAM);
	/* A prompt tells what is new to it, and no time is. */
	a->for_prompt = 1;
	assert_ptr_equal(ask_why(a, &r, &e), &why);
	free(a);
}

static void it_is_waited_for_no_longer_than_asked(void **state)
{
	(void)state;
	log_in();
	ask("", "", 1);
	wait_call(1, "https://c.example/assume-role", "Dev");
	error(ERR_TIMEOUT, "https://c.example has not answered yet");
	answer_role(0, "AK1");
	ask("", "", 1);
	error(ERR_TIMEOUT, "AWS STS has not answered yet");
	assert_int_equal(fake_open(), 0);
}

static void what_has_ended_and_what_is_off_is_mended_once(void **state)
{
	const int64_t there = loop_wall(broker.loop) + 600;

	(void)state;
	log_in();
	ask("", "", 60000);
	wait_call(1, "https://c.example/assume-role", "Dev");
	answer_role(0, "AK1");
	wait_call(2, STS, "");
	refuse(1, "ExpiredToken", 0);
	wait_call(3, "https://c.example/assume-role", "Dev");
	answer_role(2, "AK2");
	wait_call(4, STS, "");
	refuse(3, "RequestExpired", there);
	wait_call(5, STS, "");
	assert_in_range(roles_clock_ahead(broker.roles), 590, 600);
	assert_non_null(
	    strstr(fake_header(&fake_calls[4].ask, "Authorization"), "AK2/"));
	refuse(4, "ExpiredToken", 0);
	error(ERR_DENIED,
	    "AWS does not say whose credentials these are: its credentials "
	    "have ended meanwhile: no");
}

static void whoever_leaves_leaves_nothing(void **state)
{
	(void)state;
	ask_as_far_as_alias();
	(void)shutdown(fd, SHUT_RDWR);
	for (int i = 0; i < 5; i++)
		assert_int_equal(loop_once(broker.loop, 10, &e), 0);
	assert_int_equal(fake_open(), 0);
	assert_null(LIST_FIRST(&broker.asks));
}

int main(int argc, char **argv)
{
#define B(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    B(it_is_who_aws_says_it_is),
	    B(an_alias_that_is_not_told_is_none),
	    B(an_alias_that_does_not_come_is_not_waited_for),
	    B(partitions_have_hosts_of_their_own),
	    B(of_a_chain_it_is_the_last_one),
	    B(what_fails_is_said),
	    B(what_is_remembered_is_told_as_such),
	    B(it_is_waited_for_no_longer_than_asked),
	    B(what_has_ended_and_what_is_off_is_mended_once),
	    B(whoever_leaves_leaves_nothing),
	};

	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
