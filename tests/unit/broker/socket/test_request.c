/* What a client asks, taken to the letter: broker/socket/request.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/core/bearer.h"
#include "base/core/hash.h"
#include "base/core/version.h"
#include "broker/socket/request.h"

static struct buf b = BUF_INIT(WIRE_MAX_BODY + 64);
static size_t at;

static void begin(enum wire_type type)
{
	buf_clear(&b);
	at = wire_begin(&b, type);
	wire_puts(&b, WIRE_F_VERSION, MAIRU_VERSION);
}

static unsigned char room[REQUEST_ROOM];

static int parse(struct message *m)
{
	struct wire_frame f;
	struct err e;
	size_t used;

	wire_end(&b, at);
	assert_int_equal(wire_parse(b.data, b.len, &f, &used, &e), 1);
	return request_read(m, room, &f, &e);
}

static struct message r;
static const unsigned char digest[HASH_SHA384] = {7};

static void put_project(int without)
{
	if (without != WIRE_F_CONFIG)
		wire_puts(&b, WIRE_F_CONFIG, "/p/.mairu.json");
	if (without != WIRE_F_DIGEST)
		wire_put(&b, WIRE_F_DIGEST, digest, sizeof(digest));
	if (without != WIRE_F_SERVER)
		wire_puts(&b, WIRE_F_SERVER, "contoso");
	if (without != WIRE_F_ROLE)
		wire_puts(&b, WIRE_F_ROLE, "123/Dev");
	if (without != WIRE_F_CHAIN)
		wire_puts(&b, WIRE_F_CHAIN, "");
}

static void a_grant_has_five_fields(void **state)
{
	int tag;

	(void)state;
	begin(WIRE_GRANT);
	put_project(0);
	assert_int_equal(parse(&r), 0);
	assert_string_equal(r.config, "/p/.mairu.json");
	assert_memory_equal(r.digest, digest, sizeof(digest));
	assert_string_equal(r.server, "contoso");
	assert_string_equal(r.role, "123/Dev");
	assert_string_equal(r.chain, "");
	for (tag = WIRE_F_CONFIG; tag <= WIRE_F_CHAIN; tag++) {
		begin(WIRE_GRANT);
		put_project(tag);
		assert_int_equal(parse(&r), ERR_FORMAT);
	}
}

static void what_is_put_is_what_is_parsed(void **state)
{
	static unsigned char again[REQUEST_ROOM];
	struct message first, second;
	struct project_ref p;
	struct wire_frame f;
	size_t used;

	(void)state;
	begin(WIRE_GRANT);
	put_project(0);
	assert_int_equal(parse(&first), 0);
	p = request_project(&first);
	buf_clear(&b);
	request_put_grant(&p, &b);
	assert_int_equal(wire_parse(b.data, b.len, &f, &used, NULL), 1);
	assert_int_equal(request_read(&second, again, &f, NULL), 0);
	assert_string_equal(second.role, "123/Dev");
	assert_memory_equal(second.digest, digest, sizeof(digest));
}

static void a_field_twice_is_refused(void **state)
{
	(void)state;
	begin(WIRE_REVOKE);
	wire_puts(&b, WIRE_F_CONFIG, "/p");
	wire_puts(&b, WIRE_F_CONFIG, "/p");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STATUS);
	wire_puts(&b, WIRE_F_VERSION, MAIRU_VERSION);
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static void a_foreign_field_is_refused(void **state)
{
	(void)state;
	begin(WIRE_STATUS);
	wire_puts(&b, WIRE_F_CONFIG, "/p");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_REVOKE);
	wire_puts(&b, WIRE_F_CONFIG, "/p");
	wire_puts(&b, (enum wire_tag)9999, "x");
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static int revoke(const void *path, size_t len)
{
	begin(WIRE_REVOKE);
	wire_put(&b, WIRE_F_CONFIG, path, len);
	return parse(&r);
}

static void a_path_is_absolute_bounded_and_without_nul(void **state)
{
	char text[PATH_MAX + 1];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	assert_int_equal(revoke("/x", 2), 0);
	assert_int_equal(revoke("x", 1), ERR_FORMAT);
	assert_int_equal(revoke("", 0), ERR_FORMAT);
	assert_int_equal(revoke("/a\0b", 4), ERR_FORMAT);
	assert_int_equal(revoke(text, PATH_MAX - 1), 0);
	assert_int_equal(revoke(text, PATH_MAX), ERR_LIMIT);
	/* File names are bytes. */
	assert_int_equal(revoke("/\xff\n", 3), 0);
}

static int server(const char *name)
{
	begin(WIRE_GRANT);
	put_project(WIRE_F_SERVER);
	wire_puts(&b, WIRE_F_SERVER, name);
	return parse(&r);
}

static void names_are_plain_utf8_and_not_empty(void **state)
{
	char text[MESSAGE_NAME + 2] = "";

	(void)state;
	assert_int_equal(server("b\303\274ro"), 0);
	assert_int_equal(server(""), ERR_FORMAT);
	assert_int_equal(server("a\nb"), ERR_FORMAT);
	assert_int_equal(server("a\x7f"), ERR_FORMAT);
	assert_int_equal(server("\xff"), ERR_FORMAT);
	memset(text, 'a', MESSAGE_NAME + 1);
	assert_int_equal(server(text), ERR_LIMIT);
}

static void a_digest_has_its_length(void **state)
{
	(void)state;
	begin(WIRE_GRANT);
	put_project(WIRE_F_DIGEST);
	wire_put(&b, WIRE_F_DIGEST, digest, sizeof(digest) - 1);
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_GET);
	wire_put(&b, WIRE_F_HANDLE, digest, MESSAGE_HANDLE + 1);
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_GET);
	wire_put(&b, WIRE_F_HANDLE, digest, MESSAGE_HANDLE);
	assert_int_equal(parse(&r), 0);
}

static uint64_t fresh = 1;

static void put_role(int without)
{
	if (without != WIRE_F_SERVER)
		wire_puts(&b, WIRE_F_SERVER, "contoso");
	if (without != WIRE_F_ROLE)
		wire_puts(&b, WIRE_F_ROLE, "123/Dev");
	if (without != WIRE_F_CHAIN)
		wire_puts(&b, WIRE_F_CHAIN, "");
	if (without != WIRE_F_WAIT)
		wire_putn(&b, WIRE_F_WAIT, 1500);
	if (without != WIRE_F_FRESH)
		wire_putn(&b, WIRE_F_FRESH, fresh);
}

static void a_role_is_asked_for_with_all_its_fields(void **state)
{
	static const int fields[] = {WIRE_F_SERVER, WIRE_F_ROLE, WIRE_F_CHAIN,
	    WIRE_F_WAIT, WIRE_F_FRESH};
	size_t i;

	(void)state;
	begin(WIRE_ROLE);
	put_role(0);
	assert_int_equal(parse(&r), 0);
	assert_string_equal(r.role, "123/Dev");
	assert_null(r.config);
	assert_int_equal(r.wait, 1500);
	assert_int_equal(r.fresh, 1);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		begin(WIRE_ROLE);
		put_role(fields[i]);
		assert_int_equal(parse(&r), ERR_FORMAT);
	}
	begin(WIRE_PROJECT);
	put_project(0);
	wire_putn(&b, WIRE_F_WAIT, 0);
	assert_int_equal(parse(&r), 0);
}

static int lend(const char *tty)
{
	begin(WIRE_LEND);
	put_role(WIRE_F_WAIT);
	if (tty)
		wire_puts(&b, WIRE_F_TTY, tty);
	return parse(&r);
}

static void a_lent_role_names_a_terminal_or_none(void **state)
{
	(void)state;
	assert_int_equal(lend("/dev/pts/3"), 0);
	assert_string_equal(r.tty, "/dev/pts/3");
	assert_string_equal(r.role, "123/Dev");
	assert_int_equal(r.fresh, 1);
	assert_int_equal(lend(""), 0);
	assert_string_equal(r.tty, "");
	assert_int_equal(lend(NULL), ERR_FORMAT);
	assert_int_equal(lend("pts/3"), ERR_FORMAT);
}

static void a_role_may_be_no_reason_to_renew_it(void **state)
{
	(void)state;
	for (fresh = 0; fresh < 4; fresh++) {
		assert_int_equal(lend(""), 0);
		assert_int_equal(r.fresh, fresh);
		begin(WIRE_ROLE);
		put_role(0);
		assert_int_equal(parse(&r), 0);
		assert_int_equal(r.fresh, fresh);
	}
	assert_int_equal(lend(""), ERR_FORMAT);
	fresh = 2;
	begin(WIRE_WHOAMI);
	put_role(0);
	wire_puts(&b, WIRE_F_REGION, "");
	assert_int_equal(parse(&r), ERR_FORMAT);
	fresh = 1;
}

static int token(const char *text, int without)
{
	begin(WIRE_TOKEN);
	if (without != WIRE_F_TOKEN)
		wire_puts(&b, WIRE_F_TOKEN, text);
	if (without != WIRE_F_WAIT)
		wire_putn(&b, WIRE_F_WAIT, 1500);
	if (without != WIRE_F_FRESH)
		wire_putn(&b, WIRE_F_FRESH, 1);
	return parse(&r);
}

static void a_token_is_bounded_text(void **state)
{
	char text[BEARER_MAX + 1] = "";

	(void)state;
	assert_int_equal(token("Bearer x", 0), 0);
	assert_string_equal(r.token, "Bearer x");
	assert_int_equal(r.wait, 1500);
	assert_int_equal(r.fresh, 1);
	assert_int_equal(token("Bearer x", WIRE_F_TOKEN), ERR_FORMAT);
	assert_int_equal(token("Bearer x", WIRE_F_WAIT), ERR_FORMAT);
	assert_int_equal(token("Bearer x", WIRE_F_FRESH), ERR_FORMAT);
	assert_int_equal(token("", 0), ERR_FORMAT);
	assert_int_equal(token("Bearer\n", 0), ERR_FORMAT);
	memset(text, 'a', BEARER_MAX - 1);
	assert_int_equal(token(text, 0), 0);
	memset(text, 'a', BEARER_MAX);
	assert_int_equal(token(text, 0), ERR_LIMIT);
	begin(WIRE_ROLE);
	put_role(0);
	wire_puts(&b, WIRE_F_TOKEN, "Bearer x");
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static void put_login(int without, int tag, uint64_t value)
{
	static const int tags[] = {
	    WIRE_F_PORT, WIRE_F_FORCE, WIRE_F_GRANT, WIRE_F_HEADLESS};

	begin(WIRE_LOGIN);
	if (without != WIRE_F_SERVER)
		wire_puts(&b, WIRE_F_SERVER, "contoso");
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (tags[i] != without)
			wire_putn(&b, (enum wire_tag)tags[i],
			    tags[i] == tag ? value : 0);
}

static int login(int tag, uint64_t value)
{
	put_login(0, tag, value);
	return parse(&r);
}

static void a_login_says_how_it_wants_to_go(void **state)
{
	static const int fields[] = {WIRE_F_SERVER, WIRE_F_PORT, WIRE_F_FORCE,
	    WIRE_F_GRANT, WIRE_F_HEADLESS};

	(void)state;
	assert_int_equal(login(WIRE_F_GRANT, 2), 0);
	assert_string_equal(r.server, "contoso");
	assert_int_equal(r.grant, 2);
	assert_int_equal(r.headless, 0);
	assert_int_equal(login(WIRE_F_GRANT, 3), ERR_FORMAT);
	assert_int_equal(login(WIRE_F_HEADLESS, 1), 0);
	assert_int_equal(r.headless, 1);
	assert_int_equal(r.grant, 0);
	assert_int_equal(login(WIRE_F_HEADLESS, 2), ERR_FORMAT);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		put_login(fields[i], 0, 0);
		assert_int_equal(parse(&r), ERR_FORMAT);
	}
}

static int paste(const char *text)
{
	begin(WIRE_LOGIN_PASTE);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	if (text)
		wire_puts(&b, WIRE_F_TEXT, text);
	return parse(&r);
}

static void what_is_pasted_is_bounded_text(void **state)
{
	static char text[MESSAGE_TEXT + 1];

	(void)state;
	assert_int_equal(paste("http://127.0.0.1/?a=b c"), 0);
	assert_string_equal(r.text, "http://127.0.0.1/?a=b c");
	assert_int_equal(paste(NULL), ERR_FORMAT);
	assert_int_equal(paste(""), ERR_FORMAT);
	assert_int_equal(paste("a\nb"), ERR_FORMAT);
	assert_int_equal(paste("\xff"), ERR_FORMAT);
	memset(text, 'a', MESSAGE_TEXT - 1);
	assert_int_equal(paste(text), 0);
	memset(text, 'a', MESSAGE_TEXT);
	assert_int_equal(paste(text), ERR_LIMIT);
	begin(WIRE_LOGIN_WAIT);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	wire_puts(&b, WIRE_F_TEXT, "x");
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static int roles(uint64_t cursor, int without)
{
	begin(WIRE_ROLES);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	if (without != WIRE_F_CURSOR)
		wire_putn(&b, WIRE_F_CURSOR, cursor);
	if (without != WIRE_F_FRESH)
		wire_putn(&b, WIRE_F_FRESH, 1);
	return parse(&r);
}

static void a_list_begins_at_a_cursor(void **state)
{
	(void)state;
	assert_int_equal(roles(UINT32_MAX, 0), 0);
	assert_int_equal(r.cursor, UINT32_MAX);
	assert_int_equal(r.fresh, 1);
	assert_int_equal(roles((uint64_t)UINT32_MAX + 1, 0), ERR_FORMAT);
	assert_int_equal(roles(0, WIRE_F_CURSOR), ERR_FORMAT);
	assert_int_equal(roles(0, WIRE_F_FRESH), ERR_FORMAT);
	begin(WIRE_ROLES_KNOWN);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	assert_int_equal(parse(&r), ERR_FORMAT);
	wire_putn(&b, WIRE_F_CURSOR, 5);
	assert_int_equal(parse(&r), 0);
	assert_int_equal(r.cursor, 5);
}

static void small_requests_have_one_field_or_none(void **state)
{
	static const enum wire_type about_server[] = {
	    WIRE_RENEW, WIRE_LOGIN_WAIT, WIRE_LOGIN_STOP};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		begin(about_server[i]);
		assert_int_equal(parse(&r), ERR_FORMAT);
		begin(about_server[i]);
		wire_puts(&b, WIRE_F_SERVER, "contoso");
		assert_int_equal(parse(&r), 0);
		assert_string_equal(r.server, "contoso");
	}
	begin(WIRE_REGISTER);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	wire_putn(&b, WIRE_F_FRESH, 1);
	assert_int_equal(parse(&r), 0);
	assert_int_equal(r.fresh, 1);
	begin(WIRE_START_URL);
	wire_puts(&b, WIRE_F_URL, "https://contoso.awsapps.com/start");
	assert_int_equal(parse(&r), 0);
	assert_string_equal(r.url, "https://contoso.awsapps.com/start");
	begin(WIRE_START_URL);
	wire_puts(&b, WIRE_F_URL, "https://contoso\x1b[m");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_NOTICES);
	assert_int_equal(parse(&r), 0);
	begin(WIRE_NOTICES);
	wire_puts(&b, WIRE_F_SERVER, "contoso");
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static void numbers_have_their_bounds(void **state)
{
	(void)state;
	assert_int_equal(login(WIRE_F_PORT, 65535), 0);
	assert_int_equal(r.port, 65535);
	assert_int_equal(r.force, 0);
	assert_int_equal(login(WIRE_F_FORCE, 1), 0);
	assert_int_equal(r.force, 1);
	assert_int_equal(login(WIRE_F_PORT, 65536), ERR_FORMAT);
	assert_int_equal(login(WIRE_F_FORCE, 2), ERR_FORMAT);
	begin(WIRE_ROLE);
	put_role(WIRE_F_WAIT);
	wire_putn(&b, WIRE_F_WAIT, (uint64_t)MESSAGE_WAIT + 1);
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_ROLE);
	put_role(WIRE_F_WAIT);
	wire_put(&b, WIRE_F_WAIT, "123456789", 9);
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static void only_a_logout_may_name_no_server(void **state)
{
	(void)state;
	begin(WIRE_LOGOUT);
	wire_puts(&b, WIRE_F_SERVER, "");
	assert_int_equal(parse(&r), 0);
	begin(WIRE_LOGIN_WAIT);
	wire_puts(&b, WIRE_F_SERVER, "");
	assert_int_equal(parse(&r), ERR_FORMAT);
}

static void a_stash_is_names_and_values_in_turn(void **state)
{
	int i;

	(void)state;
	begin(WIRE_STASH_PUT);
	wire_putn(&b, WIRE_F_PID, 7);
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_PUT);
	wire_puts(&b, WIRE_F_NAME, "A");
	wire_puts(&b, WIRE_F_VALUE, "no pid");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_PUT);
	wire_putn(&b, WIRE_F_PID, 7);
	wire_puts(&b, WIRE_F_NAME, "A");
	assert_int_equal(parse(&r), ERR_FORMAT);
	wire_puts(&b, WIRE_F_VALUE, "");
	assert_int_equal(parse(&r), 0);
	assert_int_equal(r.pid, 7);
	wire_puts(&b, WIRE_F_VALUE, "x");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_PUT);
	wire_putn(&b, WIRE_F_PID, 7);
	wire_puts(&b, WIRE_F_NAME, "");
	wire_puts(&b, WIRE_F_VALUE, "x");
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_PUT);
	wire_putn(&b, WIRE_F_PID, 7);
	wire_puts(&b, WIRE_F_NAME, "A");
	wire_put(&b, WIRE_F_VALUE, "a\0b", 3);
	assert_int_equal(parse(&r), ERR_FORMAT);
	begin(WIRE_STASH_PUT);
	wire_putn(&b, WIRE_F_PID, 7);
	for (i = 0; i <= MESSAGE_STASHED; i++) {
		wire_puts(&b, WIRE_F_NAME, "A");
		wire_puts(&b, WIRE_F_VALUE, "b");
	}
	assert_int_equal(parse(&r), ERR_LIMIT);
}

static int of_version(enum wire_type type, const char *version, char frame)
{
	buf_clear(&b);
	at = wire_begin(&b, type);
	if (version)
		wire_puts(&b, WIRE_F_VERSION, version);
	/* What this version does not know must not hide that. */
	wire_puts(&b, (enum wire_tag)9999, "x");
	b.data[at + 5] = (unsigned char)frame;
	return parse(&r);
}

static void another_version_is_told_apart(void **state)
{
	(void)state;
	assert_int_equal(of_version(WIRE_STATUS, "0.11.0", 1), ERR_FOREIGN);
	assert_int_equal(of_version(WIRE_STATUS, "", 1), ERR_FOREIGN);
	assert_int_equal(
	    of_version(WIRE_STATUS, MAIRU_VERSION, 2), ERR_FOREIGN);
	assert_int_equal(of_version((enum wire_type)77, NULL, 2), ERR_FOREIGN);
	assert_int_equal(of_version(WIRE_STATUS, NULL, 1), ERR_FORMAT);
}

static void quit_and_info_come_from_any_version(void **state)
{
	(void)state;
	assert_int_equal(of_version(WIRE_QUIT, "9", 9), 0);
	assert_int_equal(of_version(WIRE_INFO, NULL, 0), 0);
}

static void what_is_no_request_is_said(void **state)
{
	(void)state;
	begin((enum wire_type)77);
	assert_int_equal(parse(&r), ERR_USAGE);
	begin(WIRE_OK);
	assert_int_equal(parse(&r), ERR_USAGE);
}

static void damage_is_seen(void **state)
{
	unsigned char body[] = {0, 2, 0, 0, 0, 9, 'x'};
	const struct wire_frame f = {
	    .version = 1, .type = WIRE_STATUS, .body = body, .len = 7};
	const struct wire_frame whole = {
	    .version = 1, .type = WIRE_STATUS, .body = body, .len = 0};

	(void)state;
	assert_int_equal(request_read(&r, room, &f, NULL), ERR_FORMAT);
	assert_true(request_damaged(&f));
	assert_false(request_damaged(&whole));
}

static int release(void **state)
{
	(void)state;
	buf_release(&b);
	return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
	    T(a_grant_has_five_fields),
	    T(what_is_put_is_what_is_parsed),
	    T(a_field_twice_is_refused),
	    T(a_foreign_field_is_refused),
	    T(a_path_is_absolute_bounded_and_without_nul),
	    T(names_are_plain_utf8_and_not_empty),
	    T(a_digest_has_its_length),
	    T(a_role_is_asked_for_with_all_its_fields),
	    T(a_lent_role_names_a_terminal_or_none),
	    T(a_role_may_be_no_reason_to_renew_it),
	    T(a_token_is_bounded_text),
	    T(a_login_says_how_it_wants_to_go),
	    T(what_is_pasted_is_bounded_text),
	    T(a_list_begins_at_a_cursor),
	    T(small_requests_have_one_field_or_none),
	    cmocka_unit_test(numbers_have_their_bounds),
	    cmocka_unit_test(only_a_logout_may_name_no_server),
	    cmocka_unit_test(a_stash_is_names_and_values_in_turn),
	    T(another_version_is_told_apart),
	    T(quit_and_info_come_from_any_version),
	    T(what_is_no_request_is_said),
	    T(damage_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
