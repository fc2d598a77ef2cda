/* How a server is told that a session has ended, and its list of roles. */

#include "provider_world.h"

#define SERVER(more)                                                           \
	"{\"id\":\"corp\",\"url\":\"https://C.example:443/m/\",\"oauth\":{"    \
	"\"client_id\":\"me\"," more "\"code_grant\":{}}}"
#define ISSUED(issuer, url)                                                    \
	"{\"issuer\":\"" issuer "\",\"revocation_endpoint\":\"" url "\"}"
#define DOCUMENT(url) ISSUED("https://c.example/m", url)

static void have(const char *access, const char *refresh)
{
	provider_tokens_release(&tokens);
	if (access)
		assert_int_equal(
		    secret_new(&tokens.access, slab, access, strlen(access)),
		    0);
	if (refresh)
		assert_int_equal(
		    secret_new(&tokens.refresh, slab, refresh, strlen(refresh)),
		    0);
}

static struct provider_metadata said;

/* body NULL: nothing is known of the server. */
static int revoke(unsigned status, const char *body)
{
	struct http_answer a;
	int rc;

	http_ask_release(&ask);
	fake_make(&a, status, JSON, body ? body : "");
	rc = provider()->revoke_ask(at(), &tokens, body ? &a : NULL, &ask, &e);
	buf_release(&a.body);
	if (rc < 0) {
		assert_int_equal(ask.url.len, 0);
		assert_int_equal(ask.body.len, 0);
	}
	return rc;
}

static void the_refresh_token_is_revoked_where_the_file_says(void **state)
{
	(void)state;
	load(SERVER("\"revocation_endpoint\":\"https://l.example/r\","));
	have("a+c", "r/f");
	assert_int_equal(revoke(0, NULL), 0);
	assert_string_equal(buf_str(&ask.url), "https://l.example/r");
	assert_string_equal(buf_str(&ask.body),
	    "token=r%2Ff&token_type_hint=refresh_token&client_id=me");
	assert_string_equal(
	    ask.content_type, "application/x-www-form-urlencoded");
	have("a+c", NULL);
	assert_int_equal(revoke(0, NULL), 0);
	assert_string_equal(buf_str(&ask.body),
	    "token=a%2Bc&token_type_hint=access_token&client_id=me");
	load(SERVER("\"revocation_endpoint\":\"r\","
		    "\"client_secret\":\"s\","));
	assert_int_equal(revoke(0, NULL), 0);
	assert_string_equal(buf_str(&ask.url), "https://c.example/m/r");
	assert_string_equal(
	    fake_header(&ask, "Authorization"), "Basic bWU6cw==");
	assert_null(strstr(buf_str(&ask.body), "client_id"));
}

static void the_file_wins_over_the_document(void **state)
{
	(void)state;
	load(SERVER("\"revocation_endpoint\":\"r\","));
	have("a", NULL);
	assert_int_equal(revoke(200, DOCUMENT("https://c.example/other")), 0);
	assert_string_equal(buf_str(&ask.url), "https://c.example/m/r");
}

static void assert_metadata_at(
    const char *file, unsigned number, const char *url)
{
	load(file);
	http_ask_release(&ask);
	assert_int_equal(provider()->metadata_ask(at(), number, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.url), url);
	assert_null(ask.content_type);
	assert_null(fake_header(&ask, "Authorization"));
	assert_int_equal(ask.body.len, 0);
}

static void the_document_lies_before_the_path(void **state)
{
	(void)state;
	assert_metadata_at(SERVER(""), 0,
	    "https://c.example/.well-known/oauth-authorization-server/m");
	assert_metadata_at("{\"url\":\"http://127.0.0.1:81/\",\"oauth\":{"
			   "\"client_id\":\"me\",\"code_grant\":{}}}",
	    0, "http://127.0.0.1:81/.well-known/oauth-authorization-server");
	assert_metadata_at("{\"url\":\"https://c.example/a/b/\",\"oauth\":{"
			   "\"client_id\":\"me\",\"code_grant\":{}}}",
	    0, "https://c.example/.well-known/oauth-authorization-server/a/b");
}

static void that_of_openid_lies_behind_it(void **state)
{
	(void)state;
	assert_metadata_at(SERVER(""), 1,
	    "https://c.example/m/.well-known/openid-configuration");
	assert_metadata_at("{\"url\":\"http://127.0.0.1:81/\",\"oauth\":{"
			   "\"client_id\":\"me\",\"code_grant\":{}}}",
	    1, "http://127.0.0.1:81/.well-known/openid-configuration");
	http_ask_release(&ask);
	assert_int_equal(
	    provider()->metadata_ask(at(), 2, &ask, &e), ERR_NOT_FOUND);
	assert_int_equal(ask.url.len, 0);
}

static void the_document_says_where(void **state)
{
	(void)state;
	load(SERVER(""));
	have("a", "r");
	assert_int_equal(revoke(200, DOCUMENT("https://c.EXAMPLE/r?x=1")), 0);
	assert_string_equal(buf_str(&ask.url), "https://c.EXAMPLE/r?x=1");
	load(SERVER("\"token_endpoint\":\"https://l.example/t\","));
	assert_int_equal(revoke(200, DOCUMENT("https://l.example/r")), 0);
}

static void a_token_goes_to_no_other_origin(void **state)
{
	static const char *const others[] = {
	    DOCUMENT("https://d.example/r"),
	    DOCUMENT("https://c.example.evil/r"),
	    DOCUMENT("https://c.example:444/r"),
	    DOCUMENT("https://c.example@d.example/r"),
	    DOCUMENT("http://c.example/r"),
	    DOCUMENT("http://127.0.0.1/r"),
	    DOCUMENT("//c.example/r"),
	    DOCUMENT("/r"),
	    DOCUMENT("https://c.example\\\\@d.example/r"),
	    DOCUMENT("https://c.example/r#x"),
	    DOCUMENT(""),
	};

	(void)state;
	load(SERVER(""));
	have("a", "r");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (revoke(200, others[i]) != ERR_NOT_FOUND)
			fail_msg("%s", others[i]);
	/* Where tokens come from another host, theirs counts. */
	load(SERVER("\"token_endpoint\":\"https://l.example/t\","));
	assert_int_equal(
	    revoke(200, DOCUMENT("https://c.example/r")), ERR_NOT_FOUND);
}

/* RFC 8414, section 3.3: whoever can write that file only has it to say. */
static void the_document_of_another_issuer_is_not_believed(void **state)
{
	static const char *const others[] = {
	    "{\"revocation_endpoint\":\"https://c.example/r\"}",
	    ISSUED("", "https://c.example/r"),
	    ISSUED("x", "https://c.example/r"),
	    ISSUED("https://d.example/m", "https://c.example/r"),
	    ISSUED("https://c.example:444/m", "https://c.example/r"),
	    ISSUED("http://c.example/m", "https://c.example/r"),
	    ISSUED("https://c.example@d.example/m", "https://c.example/r"),
	};

	(void)state;
	load(SERVER(""));
	have("a", "r");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (revoke(200, others[i]) != ERR_NOT_FOUND)
			fail_msg("%s", others[i]);
	assert_int_equal(revoke(200, ISSUED("https://C.example:443/other",
					 "https://c.example/r")),
	    0);
}

static int metadata(unsigned status, const char *body)
{
	struct http_answer a;
	int rc;

	provider_metadata_release(&said);
	fake_make(&a, status, JSON, body);
	rc = provider()->metadata_take(at(), &a, &said, &e);
	buf_release(&a.body);
	return rc;
}

#define ISS(value)                                                             \
	"{\"issuer\":\"https://c.example/m\","                                 \
	"\"authorization_response_iss_parameter_supported\":" value "}"

static void a_server_announces_that_it_names_itself(void **state)
{
	(void)state;
	load(SERVER(""));
	assert_int_equal(metadata(200, ISS("true")), 0);
	assert_string_equal(said.issuer, "https://c.example/m");
	assert_int_equal(said.sends_iss, 1);
	assert_null(said.revocation);
	assert_int_equal(metadata(200, ISS("false")), 0);
	assert_int_equal(said.sends_iss, 0);
	assert_int_equal(metadata(200, ISS("\"true\"")), 0);
	assert_int_equal(said.sends_iss, 0);
	assert_int_equal(
	    metadata(200, "{\"issuer\":\"https://c.example/m\"}"), 0);
	assert_int_equal(said.sends_iss, 0);
	assert_int_equal(metadata(404, ISS("true")), ERR_NOT_FOUND);
	assert_int_equal(metadata(200, "<html>"), ERR_NOT_FOUND);
	assert_null(said.issuer);
	assert_int_equal(
	    metadata(200,
		"{\"issuer\":\"https://idp.example\","
		"\"authorization_response_iss_parameter_supported\":true}"),
	    ERR_NOT_FOUND);
	assert_int_equal(said.sends_iss, 0);
	/* People log in there, says the file. */
	load("{\"id\":\"corp\",\"url\":\"https://c.example/m/\",\"oauth\":{"
	     "\"client_id\":\"me\",\"code_grant\":{"
	     "\"authorization_endpoint\":\"https://idp.example/a\"}}}");
	assert_int_equal(
	    metadata(200,
		"{\"issuer\":\"https://idp.example\","
		"\"authorization_response_iss_parameter_supported\":true}"),
	    0);
	assert_int_equal(said.sends_iss, 1);
	provider_metadata_release(&said);
}

static void a_server_may_have_no_way(void **state)
{
	(void)state;
	load(SERVER(""));
	have("a", "r");
	assert_int_equal(revoke(0, NULL), ERR_NOT_FOUND);
	assert_int_equal(revoke(404, "{}"), ERR_NOT_FOUND);
	assert_int_equal(
	    revoke(404, DOCUMENT("https://c.example/r")), ERR_NOT_FOUND);
	assert_int_equal(revoke(200, "<html>"), ERR_NOT_FOUND);
	assert_int_equal(revoke(200, "{}"), ERR_NOT_FOUND);
	assert_int_equal(
	    revoke(200, "{\"revocation_endpoint\":7}"), ERR_NOT_FOUND);
	load(SERVER("\"revocation_endpoint\":\"r\","));
	have(NULL, NULL);
	assert_int_equal(revoke(0, NULL), ERR_NOT_FOUND);
}

static int revoked(unsigned status, const char *type, const char *body)
{
	struct http_answer a;
	int rc;

	load(SERVER(""));
	fake_make(&a, status, type, body);
	rc = provider()->revoke_take(at(), &a, &e);
	buf_release(&a.body);
	return rc;
}

static void what_says_no_no_is_a_yes(void **state)
{
	(void)state;
	assert_int_equal(revoked(200, "", ""), 0);
	assert_int_equal(revoked(200, JSON, "{}"), 0);
	assert_int_equal(revoked(200, JSON, "null"), 0);
	assert_int_equal(revoked(200, "text/html", "<p>ok"), 0);
	assert_int_equal(revoked(204, "", ""), 0);
}

static void a_no_to_a_revocation_has_words(void **state)
{
	static const char body[] = "{\"error\":\"unsupported_token_type\","
				   "\"error_description\":\"not those\"}";

	(void)state;
	assert_int_equal(revoked(400, JSON, body), ERR_DENIED);
	assert_string_equal(e.msg, "corp refuses to end the session "
				   "(unsupported_token_type): not those");
	assert_int_equal(revoked(200, JSON, body), ERR_DENIED);
	assert_int_equal(revoked(403, "text/plain", "go away"), ERR_DENIED);
	assert_non_null(strstr(e.msg, "(HTTP 403): go away"));
	assert_int_equal(revoked(503, "", ""), ERR_UPSTREAM);
	assert_int_equal(revoked(302, "", ""), ERR_DENIED);
}

/* --- the list of roles */

static char told[512];
static int stop; /* after so many roles */

static int tell(void *arg, const struct provider_role *r, struct err *err)
{
	size_t n = strlen(told);

	assert_ptr_equal(arg, &told);
	assert_null(r->account);
	(void)snprintf(told + n, sizeof(told) - n, "%s=%s;", r->role,
	    r->description ? r->description : "-");
	if (stop && --stop == 0)
		return err_set(err, ERR_NOMEM, "enough");
	return 0;
}

static int left_out;

static void unusable(void *arg)
{
	(void)arg;
	left_out++;
}

static int no_more(void *arg, const struct provider_page *p, struct err *err)
{
	(void)arg;
	(void)p;
	return err_set(err, ERR_SYS, "there is but one page");
}

static int list(unsigned status, const char *body)
{
	const struct provider_list l = {told, tell, no_more, unusable};
	const struct provider_page first = {.account = NULL};
	struct http_answer a;
	int rc;

	if (!server.id)
		load(SERVER(""));
	told[0] = '\0';
	left_out = 0;
	fake_make(&a, status, JSON, body);
	rc = provider()->list_take(at(), &first, &a, &l, &e);
	buf_release(&a.body);
	return rc;
}

static void roles_are_asked_for_with_the_token(void **state)
{
	const struct provider_page first = {.account = NULL};

	(void)state;
	load(SERVER(""));
	have("acc", NULL);
	assert_int_equal(
	    provider()->list_ask(at(), &first, tokens.access, &ask, &e), 0);
	assert_string_equal(buf_str(&ask.url), "https://c.example/m/roles");
	assert_string_equal(fake_header(&ask, "Authorization"), "Bearer acc");
	assert_null(ask.content_type);
}

static void roles_are_listed(void **state)
{
	(void)state;
	assert_int_equal(
	    list(200, "{\"Roles\":[{\"Name\":\"b\"},{\"Name\":\"a\","
		      "\"Description\":\"the a\",\"x\":[]},{\"Name\":\"b\","
		      "\"Description\":null}],\"More\":1}"),
	    0);
	assert_string_equal(told, "b=-;a=the a;b=-;");
	assert_int_equal(list(200, "{\"Roles\":[]}"), 0);
	assert_string_equal(told, "");
}

static void a_list_is_told_whole_or_not_at_all(void **state)
{
	static const char *const bad[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"Roles\":null}",
	    "{\"Roles\":{}}",
	    "{\"Roles\":[{\"Name\":\"a\"}",
	    "{\"Roles\":[{\"Name\":\"a\"},{\"Name\":\"\\u00\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (list(200, bad[i]) != ERR_UPSTREAM)
			fail_msg("%s", bad[i]);
		assert_string_equal(told, "");
		assert_non_null(strstr(e.msg, "corp"));
	}
}

/* A raw byte, an escape: whatever it is, it hides no other. */
static void one_impossible_name_hides_no_other(void **state)
{
	static const char *const names[] = {"7", "null", "[]", "\"\"",
	    "\"a\\u0000b\"", "\"a\\u0007b\"",
	    "\"a\007"
	    "b\"",
	    "\"a\nb\"", "\"a\\u202eb\"",
	    "\"a\xe2\x80\xae"
	    "b\"",
	    "\"a\xc2\x85\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"",
	    "\"\\ud800\\ud800\"", "\"a\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"",
	    "\"\xc0\xaf\"", "\"\xef\xbf\xbd\"", "\"a\\u200bb\""};
	char body[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(body, sizeof(body),
		    "{\"Roles\":[{\"Name\":\"a\\\"b\"},{\"Name\":%s},"
		    "{\"Name\":\"\xc3\xa4\"}]}",
		    names[i]);
		if (list(200, body) != 0)
			fail_msg("%s: %s", names[i], e.msg);
		assert_string_equal(told, "a\"b=-;\xc3\xa4=-;");
		assert_int_equal(left_out, 1);
	}
	assert_int_equal(
	    list(200, "{\"Roles\":[{},\"b\",{\"Name\":\"a\"}]}"), 0);
	assert_string_equal(told, "a=-;");
	assert_int_equal(left_out, 2);
	memset(body, 'x', sizeof(body));
	(void)snprintf(
	    body, sizeof(body), "{\"Roles\":[{\"Name\":\"%0*d\"}]}", 2049, 1);
	assert_int_equal(list(200, body), 0);
	assert_int_equal(left_out, 1);
	/* A character above the first 65,536 is one. */
	assert_int_equal(list(200, "{\"Roles\":[{\"Name\":\"\\ud83d\\ude00\"},"
				   "{\"Name\":\"\xff\"}]}"),
	    0);
	assert_string_equal(told, "\xf0\x9f\x98\x80=-;");
	assert_int_equal(left_out, 1);
}

static void a_list_ends_when_it_is_told_to(void **state)
{
	(void)state;
	stop = 1;
	assert_int_equal(
	    list(200, "{\"Roles\":[{\"Name\":\"a\"},{\"Name\":\"b\"}]}"),
	    ERR_NOMEM);
	assert_string_equal(told, "a=-;");
	stop = 0;
}

static int list_of(size_t n)
{
	struct buf b = BUF_INIT(HTTP_MAX_BODY);
	int rc;

	buf_adds(&b, "{\"Roles\":[");
	for (size_t i = 0; i < n; i++)
		buf_adds(&b, i ? ",{\"Name\":\"r\",\"Description\":\"d\"}"
			       : "{\"Name\":\"r\",\"Description\":\"d\"}");
	buf_adds(&b, "]}");
	rc = list(200, buf_str(&b));
	buf_release(&b);
	return rc;
}

static void a_list_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(list_of(10000), 0);
	assert_int_equal(list_of(10001), ERR_UPSTREAM);
	assert_non_null(strstr(e.msg, "more than 10000 roles"));
}

static void a_no_to_a_list_is_told_by_its_status(void **state)
{
	(void)state;
	assert_int_equal(list(404, ""), ERR_NOT_FOUND);
	assert_non_null(strstr(e.msg, "corp has no list of roles"));
	assert_int_equal(list(405, ""), ERR_NOT_FOUND);
	assert_int_equal(list(401, ""), ERR_LOGIN);
	assert_non_null(strstr(e.msg, "Run: mairu login corp"));
	assert_int_equal(list(403, "{\"message\":\"not you\"}"), ERR_DENIED);
	assert_non_null(strstr(e.msg, "(HTTP 403): not you"));
	assert_int_equal(list(429, ""), ERR_UPSTREAM);
	assert_int_equal(list(503, ""), ERR_UPSTREAM);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(the_refresh_token_is_revoked_where_the_file_says),
	    T(the_file_wins_over_the_document),
	    T(the_document_lies_before_the_path),
	    T(that_of_openid_lies_behind_it),
	    T(the_document_says_where),
	    T(a_token_goes_to_no_other_origin),
	    T(the_document_of_another_issuer_is_not_believed),
	    T(a_server_announces_that_it_names_itself),
	    T(a_server_may_have_no_way),
	    T(what_says_no_no_is_a_yes),
	    T(a_no_to_a_revocation_has_words),
	    T(roles_are_asked_for_with_the_token),
	    T(roles_are_listed),
	    T(a_list_is_told_whole_or_not_at_all),
	    T(one_impossible_name_hides_no_other),
	    T(a_list_ends_when_it_is_told_to),
	    T(a_list_is_bounded),
	    T(a_no_to_a_list_is_told_by_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
