#include "base/config/servers.h"

#include "servers_home.h"

static void assert_found(const char *name, const char *file)
{
	const struct servers_entry *one;

	if (servers_find(&s, name, &one, &e) != 0)
		fail_msg("%s: %s", name, e.msg);
	assert_string_equal(one->path, at_home(tail_of(file)));
}

static void assert_not_found(const char *name, int code, const char *said)
{
	const struct servers_entry *one;

	assert_int_equal(servers_find(&s, name, &one, &e), code);
	assert_null(one);
	assert_string_equal(e.msg, said);
}

static void put_id(const char *file, const char *id, const char *url)
{
	char text[512];

	(void)snprintf(text, sizeof(text),
	    "{\"id\":%s%s%s,\"url\":\"%s\",\"aws_sso\":{"
	    "\"region\":\"us-east-1\"}}",
	    id == NULL ? "" : "\"", id == NULL ? "null" : id,
	    id == NULL ? "" : "\"", url);
	put_server(file, text);
}

static void a_server_is_found_by_id_then_by_url(void **state)
{
	(void)state;
	put_id("a.json", "contoso", "https://a.example/start");
	put_id("b.json", NULL, "https://b.example/");
	/* An id is stronger than a URL. */
	put_id("c.json", "https://a.example/start", "https://c.example/");
	assert_int_equal(load(), 0);
	assert_found("contoso", "a.json");
	assert_found("https://b.example/", "b.json");
	assert_found("https://c.example/", "c.json");
	assert_found("https://a.example/start", "c.json");
	assert_found("https://a.example/start/", "a.json");
	assert_not_found("Contoso", ERR_NOT_FOUND,
	    "there is no server Contoso. Run: mairu list-servers");
	assert_not_found(
	    "", ERR_NOT_FOUND, "there is no server . Run: mairu list-servers");
	assert_not_found("/", ERR_NOT_FOUND,
	    "there is no server /. Run: mairu list-servers");
	put_server("d.json", "{");
	assert_int_equal(load(), 0);
	assert_not_found("x\x1b", ERR_NOT_FOUND,
	    "there is no server x\\x1b; 1 of the 4 files could not be used. "
	    "Run: mairu list-servers");
}

static void a_url_is_found_however_it_is_written(void **state)
{
	static const char *const urls[] = {"https://a.example/start",
	    "https://a.example/start/", "https://a.example/start#",
	    "https://a.example/start/#/", "HTTPS://A.Example:443/start",
	    "https://a.example/start#/?tab=accounts"};
	static const char *const others[] = {"http://a.example/start",
	    "https://a.example/Start", "https://a.example/", "a.example/start",
	    "https://a.example:8443/start", "https://u@a.example/start",
	    "https://a.example/start//", "https://a.example/start?x"};
	const struct servers_entry *one;

	(void)state;
	put_id("a.json", "contoso", "https://a.example/start");
	assert_int_equal(load(), 0);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		assert_found(urls[i], "a.json");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (servers_find(&s, others[i], &one, &e) == 0)
			fail_msg("%s was found", others[i]);
}

static void what_several_files_have_is_an_error_that_names_them(void **state)
{
	(void)state;
	put_id("a.json", "contoso", "https://a.example/");
	put_id("b.json", "contoso", "https://b.example/");
	put_id("c.json", "third", "https://a.example");
	put_id("d.json", NULL, "https://d.example/");
	put_id("e.json", "fifth", "https://d.example/");
	put_server("f.json", "{");
	assert_int_equal(load(), 0);
	assert_not_found("contoso", ERR_FORMAT,
	    "2 files of ~/" DIR_TAIL " have the id contoso: a.json, b.json. "
	    "Give each an id of its own, or remove all but one");
	assert_not_found("https://a.example", ERR_FORMAT,
	    "2 files of ~/" DIR_TAIL " have the URL https://a.example: "
	    "a.json, c.json. Name the server by its id (mairu list-servers "
	    "shows it)");
	/* An id that is the URL does not decide between them. */
	assert_not_found("https://d.example/", ERR_FORMAT,
	    "2 files of ~/" DIR_TAIL " have the URL https://d.example/: "
	    "d.json, e.json. Name the server by its id (mairu list-servers "
	    "shows it)");
	assert_found("third", "c.json");
	assert_found("fifth", "e.json");
	assert_found("https://b.example/", "b.json");
}

static void many_files_are_named_in_part(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < 7; i++) {
		(void)snprintf(name, sizeof(name), "%d.json", i);
		put_id(name, NULL, "https://a.example/");
	}
	assert_int_equal(load(), 0);
	assert_not_found("https://a.example/", ERR_FORMAT,
	    "7 files of ~/" DIR_TAIL " have the id https://a.example/: "
	    "0.json, 1.json, 2.json, 3.json and 3 more. Give each an id of "
	    "its own, or remove all but one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(a_server_is_found_by_id_then_by_url),
	    AT_HOME(a_url_is_found_however_it_is_written),
	    AT_HOME(what_several_files_have_is_an_error_that_names_them),
	    AT_HOME(many_files_are_named_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
