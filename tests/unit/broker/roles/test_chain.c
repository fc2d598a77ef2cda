#include "fake_http.h"

#include "roles_world.h"

#include "base/config/chain.h"

#define A	       "arn:aws:iam::111111111111:role/A"
#define B	       "arn:aws:iam::222222222222:role/B"
#define D	       "arn:aws:iam::333333333333:role/D"
#define HOP(arn, more) "{\"role_arn\":\"" arn "\"" more "}"
#define CHAIN(hops)    "{\"hops\":[" hops "]}"
#define NAMED	       ",\"role_session_name\":\"me\""
#define JSON	       "application/json"
#define XML	       "text/xml"

static const struct role_ref to_a = {"corp", "Dev", CHAIN(HOP(A, NAMED))};
static const struct role_ref to_b = {
    "corp", "Dev", CHAIN(HOP(A, NAMED) "," HOP(B, ""))};
static const struct role_ref to_d = {
    "corp", "Dev", CHAIN(HOP(A, NAMED) "," HOP(B, "") "," HOP(D, ""))};

static int begin(void **state)
{
	return begin_at(state, NOW);
}

/* --- answers */

static void answer_role(size_t i, const char *key, int64_t seconds)
{
	char text[512], until[CREDENTIAL_TIME];

	credential_time(wall + seconds, until);
	(void)snprintf(text, sizeof(text),
	    "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\","
	    "\"SessionToken\":\"t-%s\",\"Expiration\":\"%s\"}",
	    key, key, until);
	fake_answer(i, 200, JSON, text);
}

static void answer_sts(
    size_t i, const char *key, const char *arn, int64_t seconds)
{
	char text[1024], until[CREDENTIAL_TIME];

	credential_time(wall + seconds, until);
	(void)snprintf(text, sizeof(text),
	    "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
	    "<AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
	    "<SessionToken>t-%s</SessionToken><Expiration>%s</Expiration>"
	    "</Credentials><AssumedRoleUser><Arn>%s</Arn></AssumedRoleUser>"
	    "</AssumeRoleResult></AssumeRoleResponse>",
	    key, key, until, arn);
	fake_answer(i, 200, XML, text);
}

static void answer_who(size_t i)
{
	fake_answer(i, 200, XML,
	    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
	    "<Arn>arn:aws:sts::1:assumed-role/Base/alice@x</Arn>"
	    "<UserId>x</UserId><Account>1</Account>"
	    "</GetCallerIdentityResult></GetCallerIdentityResponse>");
}

static void refuse_sts_at(
    size_t i, unsigned status, const char *code, const char *says, int64_t date)
{
	struct http_answer a;
	char text[1024];

	(void)snprintf(text, sizeof(text),
	    "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message>"
	    "</Error></ErrorResponse>",
	    code, says);
	fake_make(&a, status, XML, text);
	a.date = date;
	fake_end(i, &a, NULL);
	buf_release(&a.body);
}

static void refuse_sts(size_t i, unsigned status, const char *code)
{
	refuse_sts_at(i, status, code, "because", wall);
}

/* Until what was to be tried again later is under way. */
static void let_pass(void)
{
	pass(2);
	pass(0);
}

/* The same, until nothing is tried anew any more: call i, and two others. */
static void refuse_for_good(size_t i, unsigned status, const char *code)
{
	for (size_t n = i; n < i + 3; n++) {
		assert_int_equal(fake_n, n + 1);
		refuse_sts(n, status, code);
		let_pass();
	}
}

/* Whether call i asks for that, signed with that key. */
static void assert_asks(size_t i, const char *what, const char *key)
{
	struct http_ask *ask = &fake_calls[i].ask;
	char want[64];

	assert_true(i < fake_n);
	if (!strstr(buf_str(&ask->body), what))
		fail_msg("%s", buf_str(&ask->body));
	if (!key)
		return;
	(void)snprintf(want, sizeof(want), "Credential=%s/", key);
	assert_non_null(strstr(fake_header(ask, "Authorization"), want));
	(void)snprintf(want, sizeof(want), "t-%s", key);
	assert_string_equal(fake_header(ask, "X-Amz-Security-Token"), want);
}

/* --- chains */

static void what_a_lazy_chain_stands_on_is_not_renewed_ahead(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, ROLES_LAZY);
	answer_role(0, "BASE", 3600);
	answer_sts(
	    1, "KEYA", "arn:aws:sts::111111111111:assumed-role/A/me", 3600);
	assert_given(&a, "KEYA");
	pass_slowly(3500);
	assert_int_equal(fake_n, 2);
}

static void a_hop_is_asked_for_with_what_is_below(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	assert_int_equal(fake_n, 1);
	assert_asks(0, "{\"Role\":\"Dev\"}", NULL);
	answer_role(0, "BASE", 3600);
	assert_int_equal(fake_n, 2);
	assert_asks(1, "Action=AssumeRole&", "BASE");
	assert_asks(1, "role%2FA&RoleSessionName=me", NULL);
	assert_int_equal(a.told, 0);
	answer_sts(
	    1, "KEYA", "arn:aws:sts::111111111111:assumed-role/A/me", 3600);
	assert_given(&a, "KEYA");
	/* Both are there from now on. */
	ask_role(&a, &to_a, 0);
	assert_given(&a, "KEYA");
	ask(&a);
	assert_given(&a, "BASE");
	assert_int_equal(fake_n, 2);
}

static const struct role_ref nameless = {"corp", "Dev", CHAIN(HOP(A, ""))};

static void ask_nameless(struct asked *a, const char *key)
{
	log_in("acc");
	ask_role(a, &nameless, 0);
	answer_role(0, key, 3600);
}

static void a_session_without_a_name_has_that_of_who_asks(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	ask_nameless(&a, "BASE");
	assert_asks(1, "Action=GetCallerIdentity", "BASE");
	answer_who(1);
	assert_asks(2, "RoleSessionName=alice%40x", "BASE");
	answer_sts(2, "KEYA", "arn:aws:sts::1:assumed-role/A/alice@x", 900);
	assert_given(&a, "KEYA");
	/* Known for as long as those credentials are. */
	ask_role(&a, &nameless, 1);
	assert_int_equal(fake_n, 4);
	assert_asks(3, "RoleSessionName=alice%40x", "BASE");
	answer_sts(3, "KEYB", "arn:aws:sts::1:assumed-role/A/alice@x", 900);
	assert_given(&a, "KEYB");
}

static void without_an_answer_the_session_is_the_users(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	assert_int_equal(setenv("USER",
			     "b\xc3\xb6"
			     "b 7",
			     1),
	    0);
	ask_nameless(&a, "BASE");
	refuse_for_good(1, 503, "ServiceUnavailable");
	assert_asks(4, "RoleSessionName=bb7", "BASE");
	answer_sts(4, "KEYA", "x", 900);
	assert_given(&a, "KEYA");
	assert_int_equal(unsetenv("USER"), 0);
	ask_role(&a, &nameless, 1);
	refuse_for_good(5, 503, "ServiceUnavailable");
	assert_asks(8, "RoleSessionName=mairu", "BASE");
	answer_sts(8, "KEYA", "x", 900);
	assert_given(&a, "KEYA");
}

static void chains_share_their_beginnings(void **state)
{
	struct asked a = {.told = 0}, b = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	ask_role(&b, &to_d, 0);
	assert_int_equal(fake_n, 1);
	answer_role(0, "BASE", 3600);
	assert_int_equal(fake_n, 2);
	answer_sts(1, "KEYA", "arn:aws:sts::1:assumed-role/A/me", 3600);
	assert_given(&a, "KEYA");
	assert_asks(2, "role%2FB&RoleSessionName=me", "KEYA");
	answer_sts(2, "KEYB", "arn:aws:sts::2:assumed-role/B/me", 3600);
	assert_asks(3, "role%2FD&RoleSessionName=me", "KEYB");
	answer_sts(3, "KEYD", "arn:aws:sts::3:assumed-role/D/me", 3600);
	assert_given(&b, "KEYD");
	ask_role(&a, &to_b, 0);
	assert_given(&a, "KEYB");
	assert_int_equal(fake_n, 4);
}

/* Answers whatever has been asked since *seen; every life is another one. */
static void answer_all(size_t *seen, unsigned calls[4])
{
	char key[32];

	for (; *seen < fake_n; ++*seen) {
		const char *body = buf_str(&fake_calls[*seen].ask.body);
		int hop = strstr(body, "role%2FA")   ? 1
			  : strstr(body, "role%2FB") ? 2
			  : strstr(body, "role%2FD") ? 3
						     : 0;

		(void)snprintf(key, sizeof(key), "K%d-%u", hop, calls[hop]++);
		if (hop)
			answer_sts(*seen, key,
			    "arn:aws:sts::1:assumed-role/X/me",
			    hop == 3 ? 900 : 3600);
		else
			answer_role(*seen, key, 4 * 3600);
	}
}

static void three_hops_are_never_served_when_expired(void **state)
{
	unsigned calls[4] = {0}, served = 0;
	size_t seen = 0;
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	/* Twelve hours, and somebody asks every minute: heard() looks whether
	 * what is given is valid. */
	for (int minute = 0; minute < 12 * 60; minute++) {
		ask_role(&a, &to_d, 0);
		answer_all(&seen, calls);
		assert_int_equal(a.told, 1);
		assert_int_equal(a.code, 0);
		served++;
		pass(60);
		answer_all(&seen, calls);
	}
	print_message("# served %u, calls %u %u %u %u\n", served, calls[0],
	    calls[1], calls[2], calls[3]);
	/* Four hours are renewed after 3:45, an hour after 45 minutes when
	 * something above is renewed, 15 minutes after 11:15. */
	assert_in_range(calls[0], 3, 4);
	assert_in_range(calls[1], 16, 17);
	assert_in_range(calls[2], 16, 17);
	assert_in_range(calls[3], 60, 65);
}

static void a_no_names_the_hop_and_both_roles(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_b, 0);
	answer_role(0, "BASE", 3600);
	answer_sts(1, "KEYA", "arn:aws:sts::1:assumed-role/A/me", 3600);
	refuse_sts(2, 403, "AccessDenied");
	assert_not(&a, ERR_DENIED,
	    "hop 2: can't assume " B
	    " as arn:aws:sts::1:assumed-role/A/me: because");
	/* It is remembered, of this hop alone. */
	ask_role(&a, &to_b, 0);
	assert_not(&a, ERR_DENIED, "hop 2: ");
	ask_role(&a, &to_a, 0);
	assert_given(&a, "KEYA");
	/* What stands on it says the same. */
	ask_role(&a, &to_d, 0);
	assert_not(&a, ERR_DENIED, "hop 2: can't assume " B);
	assert_int_equal(fake_n, 3);
}

static void a_chain_of_one_has_no_number(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	answer_role(0, "BASE", 3600);
	refuse_sts(1, 403, "AccessDenied");
	assert_not(&a, ERR_DENIED, "can't assume " A);
	assert_null(strstr(a.msg, "hop"));
}

static void without_a_session_a_login_is_wanted(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	ask_role(&a, &to_b, 0);
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	log_in("acc");
	ask_role(&a, &to_b, 0);
	fake_answer(0, 401, JSON, "{}");
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_int_equal(fake_n, 1);
}

static void credentials_below_outlive_their_session(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask(&a);
	answer_role(0, "BASE", 3600);
	sessions_drop_token(sessions, corp().identity,
	    session_serial(sessions_find(sessions, corp().identity)));
	ask_role(&a, &to_a, 0);
	assert_asks(1, "Action=AssumeRole", "BASE");
	answer_sts(1, "KEYA", "x", 900);
	assert_given(&a, "KEYA");
}

/* As SDKs do: three times in all. */
static void trouble_of_sts_is_let_pass(void **state)
{
	static const struct {
		unsigned status;
		const char *code;
	} no[] = {{500, "InternalFailure"}, {503, "ServiceUnavailable"},
	    {400, "Throttling"}, {400, "ThrottlingException"},
	    {400, "RequestLimitExceeded"}, {400, "IDPCommunicationError"}};
	struct asked a = {.told = 0};
	size_t i;

	(void)state;
	log_in("acc");
	ask(&a);
	answer_role(0, "BASE", 3600);
	for (size_t n = 0; n < sizeof(no) / sizeof(no[0]); n++) {
		i = fake_n;
		ask_role(&a, &to_a, 1);
		refuse_sts(i, no[n].status, no[n].code);
		assert_int_equal(a.told, 0);
		let_pass();
		assert_asks(i + 1, "Action=AssumeRole&", "BASE");
		answer_sts(i + 1, "KEYA", "x", 900);
		assert_given(&a, "KEYA");
		pass(1);
	}
	i = fake_n;
	ask_role(&a, &to_a, 1);
	refuse_for_good(i, 400, "Throttling");
	assert_not(&a, ERR_UPSTREAM, "AWS is asked too often");
	assert_int_equal(fake_n, i + 3);
}

static void a_clock_that_is_off_is_corrected_once(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	answer_role(0, "BASE", 3600);
	assert_string_equal(
	    fake_header(&fake_calls[1].ask, "X-Amz-Date"), "20260102T030405Z");
	refuse_sts_at(1, 403, "SignatureDoesNotMatch", "expired", wall + 3600);
	assert_string_equal(
	    fake_header(&fake_calls[2].ask, "X-Amz-Date"), "20260102T040405Z");
	assert_int_equal(roles_clock_ahead(roles), 3600);
	refuse_sts_at(2, 403, "SignatureDoesNotMatch", "expired", wall + 9999);
	assert_not(&a, ERR_DENIED, "clock");
	/* From then on it is signed by that clock at once. */
	pass(11);
	ask_role(&a, &to_a, 0);
	assert_string_equal(
	    fake_header(&fake_calls[3].ask, "X-Amz-Date"), "20260102T040416Z");
	/* What ends by that clock as well. */
	answer_sts(3, "KEYA", "x", 3600 + 900);
	assert_given(&a, "KEYA");
	assert_true(a.expires == wall + 900);
}

/* All that were signed before the first no are refused too. */
static void a_clock_that_is_off_fails_nobody(void **state)
{
	const struct role_ref other = {"corp", "Dev", CHAIN(HOP(D, NAMED))};
	struct asked a = {.told = 0}, b = {.told = 0};
	const char *refused = "SignatureDoesNotMatch";

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	ask_role(&b, &other, 0);
	answer_role(0, "BASE", 3600);
	assert_int_equal(fake_n, 3);
	refuse_sts_at(1, 403, refused, "expired", wall + 3600);
	refuse_sts_at(2, 403, refused, "expired", wall + 3600);
	assert_int_equal(fake_n, 5);
	for (size_t i = 3; i < 5; i++) {
		assert_string_equal(
		    fake_header(&fake_calls[i].ask, "X-Amz-Date"),
		    "20260102T040405Z");
		answer_sts(i, "KEY", "x", 3600 + 900);
	}
	assert_given(&a, "KEY");
	assert_given(&b, "KEY");
}

static void a_name_is_asked_for_again_by_the_right_clock(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	ask_nameless(&a, "BASE");
	refuse_sts_at(1, 403, "SignatureDoesNotMatch", "expired", wall + 3600);
	assert_asks(2, "Action=GetCallerIdentity", "BASE");
	answer_who(2);
	assert_asks(3, "RoleSessionName=alice%40x", "BASE");
	wait_leave(&a.wait.wait);
}

static void a_name_is_asked_for_again_with_new_credentials(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	ask_nameless(&a, "OLD");
	refuse_sts(1, 403, "ExpiredToken");
	assert_asks(2, "{\"Role\":\"Dev\"}", NULL);
	answer_role(2, "NEW", 3600);
	assert_asks(3, "Action=GetCallerIdentity", "NEW");
	/* Once. */
	refuse_sts(3, 403, "ExpiredToken");
	assert_asks(4, "Action=AssumeRole", "NEW");
	wait_leave(&a.wait.wait);
}

static void credentials_that_have_ended_are_got_anew_once(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask(&a);
	answer_role(0, "OLD", 3600);
	ask_role(&a, &to_a, 0);
	assert_asks(1, "Action=AssumeRole", "OLD");
	refuse_sts(1, 403, "ExpiredToken");
	assert_asks(2, "{\"Role\":\"Dev\"}", NULL);
	answer_role(2, "NEW", 3600);
	assert_asks(3, "Action=AssumeRole", "NEW");
	refuse_sts(3, 403, "ExpiredToken");
	assert_not(&a, ERR_DENIED, "have ended meanwhile");
	assert_int_equal(fake_n, 4);
}

static void more_than_an_hour_becomes_an_hour(void **state)
{
	const struct role_ref longer = {
	    "corp", "Dev", CHAIN(HOP(A, NAMED ",\"duration_seconds\":7200"))};
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &longer, 0);
	answer_role(0, "BASE", 3600);
	assert_asks(1, "&DurationSeconds=7200", "BASE");
	refuse_sts_at(1, 400, "ValidationError",
	    "The requested DurationSeconds exceeds the 1 hour session limit "
	    "for roles assumed by role chaining.",
	    wall);
	assert_asks(2, "&DurationSeconds=3600", "BASE");
	answer_sts(2, "KEYA", "x", 3600);
	assert_given(&a, "KEYA");
	/* And stays so. */
	ask_role(&a, &longer, 1);
	assert_asks(3, "&DurationSeconds=3600", "BASE");
	answer_sts(3, "KEYB", "x", 3600);
	assert_given(&a, "KEYB");
}

static void a_logout_forgets_all_of_a_chain(void **state)
{
	struct asked a = {.told = 0}, b = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_b, 0);
	answer_role(0, "BASE", 3600);
	answer_sts(1, "KEYA", "x", 3600);
	ask_role(&b, &to_a, 0);
	assert_given(&b, "KEYA");
	assert_int_equal(a.told, 0);
	log_out();
	no_way_to_tell();
	(void)roles_forget(roles, corp().identity);
	assert_not(&a, ERR_LOGIN, "Run: mairu login corp");
	assert_false(fake_calls[2].open);
	assert_int_equal(roles_count(), 0);
	ask_role(&b, &to_a, 0);
	assert_not(&b, ERR_LOGIN, "Run: mairu login corp");
}

static void whoever_goes_leaves_the_call(void **state)
{
	/* Longer than this call: they wait yet when all of it ends. */
	static struct asked a, b;

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	wait_leave(&a.wait.wait);
	answer_role(0, "BASE", 3600);
	answer_sts(1, "KEYA", "x", 3600);
	assert_int_equal(a.told, 0);
	ask_role(&a, &to_a, 0);
	assert_given(&a, "KEYA");
	assert_int_equal(fake_n, 2);
	/* And the end of it all, in the middle of two calls, harms nobody. */
	ask_role(&a, &to_b, 0);
	ask_role(&b, &to_a, 1);
	assert_int_equal(fake_open(), 2);
}

static void what_is_never_kept_below_is_never_kept_above(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	fake_answer(0, 200, JSON,
	    "{\"Version\":1,\"AccessKeyId\":\"K\",\"SecretAccessKey\":\"s\","
	    "\"SessionToken\":\"t-K\",\"Expiration\":\"2026-01-02T04:04:05Z\","
	    "\"Mairu\":{\"NoCache\":true}}");
	answer_sts(1, "KEYA", "x", 3600);
	assert_given(&a, "KEYA");
	assert_int_equal(roles_count(), 0);
}

static void what_is_no_chain_is_refused(void **state)
{
	const struct role_ref bad = {"corp", "Dev", "arn"};
	const struct role_ref short_arn = {
	    "corp", "Dev", "{\"hops\":[{\"role_arn\":\"a\"}]}"};
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &bad, 0);
	assert_not(&a, ERR_FORMAT, "the role chain");
	ask_role(&a, &short_arn, 0);
	assert_not(&a, ERR_FORMAT, "hops[0].role_arn");
	assert_int_equal(fake_n, 0);
}

/* --- the account */

#define WHO(account)                                                           \
	"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:"    \
	"sts::" account ":assumed-role/Base/me</Arn><UserId>x</UserId>"        \
	"<Account>" account "</Account></GetCallerIdentityResult>"             \
	"</GetCallerIdentityResponse>"

static const struct role_ref guarded = {
    "corp", "Dev", "{\"account\":\"111111111111\",\"hops\":[]}"};

static void credentials_are_given_on_once_their_account_is_proved(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	assert_asks(1, "Action=GetCallerIdentity", "BASE");
	assert_int_equal(a.told, 0);
	fake_answer(1, 200, XML, WHO("111111111111"));
	assert_given(&a, "BASE");
	ask_role(&a, &guarded, 0);
	assert_given(&a, "BASE");
	assert_int_equal(fake_n, 2);
}

static void nothing_is_given_of_another_account(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	fake_answer(1, 200, XML, WHO("999999999999"));
	assert_not(&a, ERR_DENIED,
	    "Dev is of account 999999999999, but account 111111111111 is "
	    "wanted, so nothing is given");
	/* Nor is it asked again and again. */
	ask_role(&a, &guarded, 0);
	assert_not(&a, ERR_DENIED, "is of account 999999999999");
	assert_int_equal(fake_n, 2);
}

static void nothing_is_given_without_a_proof(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	refuse_for_good(1, 503, "ServiceUnavailable");
	assert_not(&a, ERR_UPSTREAM, "Try again later");
	ask_role(&a, &guarded, 0);
	fake_answer(4, 200, XML, "<nonsense/>");
	assert_not(&a, ERR_UPSTREAM, "can't be used");
	pass(3);
	ask_role(&a, &guarded, 0);
	fake_answer(5, 200, XML, WHO("111111111111"));
	assert_given(&a, "BASE");
}

static void the_account_of_a_chain_is_that_of_its_last_role(void **state)
{
	const struct role_ref good = {"corp", "Dev",
	    "{\"account\":\"111111111111\",\"hops\":[" HOP(A, NAMED) "]}"};
	const struct role_ref bad = {"corp", "Dev",
	    "{\"account\":\"222222222222\",\"hops\":[" HOP(A, NAMED) "]}"};
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &good, 0);
	answer_role(0, "BASE", 3600);
	answer_sts(
	    1, "KEYA", "arn:aws:sts::111111111111:assumed-role/A/me", 3600);
	assert_given(&a, "KEYA");
	ask_role(&a, &bad, 0);
	assert_not(&a, ERR_DENIED, "is of account 111111111111");
	/* Without a guard they are what they are. */
	ask_role(&a, &to_a, 0);
	assert_given(&a, "KEYA");
	assert_int_equal(fake_n, 2);
}

/* Whatever was asked for: what STS says that it gave is what counts. */
static void the_account_is_that_of_the_role_that_came(void **state)
{
	const struct role_ref good = {"corp", "Dev",
	    "{\"account\":\"111111111111\",\"hops\":[" HOP(A, NAMED) "]}"};
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &good, 0);
	answer_role(0, "BASE", 3600);
	answer_sts(
	    1, "KEYA", "arn:aws:sts::999999999999:assumed-role/A/me", 3600);
	assert_not(&a, ERR_DENIED, "is of account 999999999999");
}

/* While it is asked whose some are, others may take their place. */
static void a_proof_counts_for_what_it_was_asked_with(void **state)
{
	struct asked a = {.told = 0}, b = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	assert_asks(1, "Action=GetCallerIdentity", "BASE");
	ask_role(&b, &dev, 1);
	answer_role(2, "NEXT", 3600);
	assert_given(&b, "NEXT");
	fake_answer(1, 200, XML, WHO("111111111111"));
	assert_given(&a, "BASE");
	ask_role(&a, &guarded, 1);
	answer_role(3, "LAST", 3600);
	ask_role(&b, &dev, 0);
	assert_given(&b, "LAST");
	assert_asks(4, "Action=GetCallerIdentity", "LAST");
	ask_role(&b, &dev, 1);
	answer_role(5, "OTHER", 3600);
	fake_answer(4, 200, XML, WHO("111111111111"));
	/* Of these nobody has asked. */
	pass(46 * 60);
	ask_role(&b, &guarded, 0);
	assert_given(&b, "LAST");
	assert_asks(fake_n - 1, "Action=GetCallerIdentity", "OTHER");
}

/* Nothing that STS says is shown as it is. */
static void an_account_that_is_none_is_shown_safely(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	fake_answer(1, 200, XML, WHO("1&#x9b;31m"));
	assert_int_equal(a.code, ERR_DENIED);
	assert_null(strstr(a.msg, "\xc2\x9b"));
}

static void what_needs_no_question_is_given_at_once(void **state)
{
	const struct role_ref good = {"corp", "Dev",
	    "{\"account\":\"111111111111\",\"hops\":[" HOP(A, NAMED) "]}"};
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	answer_role(0, "BASE", 3600);
	answer_sts(
	    1, "KEYA", "arn:aws:sts::111111111111:assumed-role/A/me", 3600);
	assert_given(&a, "KEYA");
	/* All that it stands on is there, and whose it is. */
	ask_role(&a, &good, 0);
	assert_given(&a, "KEYA");
	assert_int_equal(fake_n, 2);
}

static void another_login_is_no_part_of_a_chain(void **state)
{
	struct asked a = {.told = 0};
	size_t base;

	(void)state;
	log_in("acc");
	ask_role(&a, &to_a, 0);
	answer_role(0, "BASE", 3600);
	assert_asks(1, "Action=AssumeRole&", "BASE");
	log_in("other");
	roles_forgive(roles, corp().identity);
	/* What was asked with the former one's is not waited for. */
	assert_false(fake_calls[1].open);
	base = role_call_at();
	assert_int_not_equal(base, 0);
	assert_int_equal(a.told, 0);
	answer_role(base, "OTHER", 3600);
	assert_asks(fake_n - 1, "Action=AssumeRole&", "OTHER");
	answer_sts(fake_n - 1, "KEYA", "x", 3600);
	assert_given(&a, "KEYA");
	no_way_to_tell();
}

static void a_clock_that_was_set_is_looked_at_anew(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	roles_set_clock(roles, wall + 600);
	wall += 600;
	ask(&a);
	assert_int_equal(roles_clock_ahead(roles), 0);
	answer_role(0, "BASE", 3600);
	assert_given(&a, "BASE");
}

static void what_is_guarded_is_renewed_with_what_it_guards(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	fake_answer(1, 200, XML, WHO("111111111111"));
	pass(46 * 60);
	ask_role(&a, &guarded, 0);
	assert_given(&a, "BASE");
	assert_asks(2, "{\"Role\":\"Dev\"}", NULL);
	answer_role(2, "NEXT", 3600);
	pass(1);
	ask_role(&a, &guarded, 0);
	/* The old one is served until the new one is proved. */
	assert_given(&a, "BASE");
	assert_asks(3, "Action=GetCallerIdentity", "NEXT");
	fake_answer(3, 200, XML, WHO("111111111111"));
	ask_role(&a, &guarded, 0);
	assert_given(&a, "NEXT");
}

static void what_is_guarded_is_as_fresh_as_what_it_guards(void **state)
{
	struct asked a = {.told = 0};

	(void)state;
	log_in("acc");
	ask_role(&a, &guarded, 0);
	answer_role(0, "BASE", 3600);
	fake_answer(1, 200, XML, WHO("111111111111"));
	assert_given(&a, "BASE");
	ask_role(&a, &guarded, 1);
	assert_asks(2, "{\"Role\":\"Dev\"}", NULL);
	answer_role(2, "NEXT", 3600);
	assert_asks(3, "Action=GetCallerIdentity", "NEXT");
	fake_answer(3, 200, XML, WHO("111111111111"));
	assert_given(&a, "NEXT");
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_hop_is_asked_for_with_what_is_below),
	    WITH(what_a_lazy_chain_stands_on_is_not_renewed_ahead),
	    WITH(a_session_without_a_name_has_that_of_who_asks),
	    WITH(without_an_answer_the_session_is_the_users),
	    WITH(chains_share_their_beginnings),
	    WITH(three_hops_are_never_served_when_expired),
	    WITH(a_no_names_the_hop_and_both_roles),
	    WITH(a_chain_of_one_has_no_number),
	    WITH(without_a_session_a_login_is_wanted),
	    WITH(credentials_below_outlive_their_session),
	    WITH(trouble_of_sts_is_let_pass),
	    WITH(a_clock_that_is_off_is_corrected_once),
	    WITH(a_clock_that_is_off_fails_nobody),
	    WITH(a_name_is_asked_for_again_by_the_right_clock),
	    WITH(a_name_is_asked_for_again_with_new_credentials),
	    WITH(credentials_that_have_ended_are_got_anew_once),
	    WITH(more_than_an_hour_becomes_an_hour),
	    WITH(a_logout_forgets_all_of_a_chain),
	    WITH(whoever_goes_leaves_the_call),
	    WITH(what_is_never_kept_below_is_never_kept_above),
	    WITH(what_is_no_chain_is_refused),
	    WITH(credentials_are_given_on_once_their_account_is_proved),
	    WITH(nothing_is_given_of_another_account),
	    WITH(nothing_is_given_without_a_proof),
	    WITH(the_account_of_a_chain_is_that_of_its_last_role),
	    WITH(the_account_is_that_of_the_role_that_came),
	    WITH(a_proof_counts_for_what_it_was_asked_with),
	    WITH(an_account_that_is_none_is_shown_safely),
	    WITH(what_needs_no_question_is_given_at_once),
	    WITH(what_is_guarded_is_as_fresh_as_what_it_guards),
	    WITH(another_login_is_no_part_of_a_chain),
	    WITH(a_clock_that_was_set_is_looked_at_anew),
	    WITH(what_is_guarded_is_renewed_with_what_it_guards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
