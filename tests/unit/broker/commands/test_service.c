/* The whole broker in this process, asked over its socket: broker/broker.h
 * and broker/commands/table.h. */

#include "as_child.h"
#include "home.h"

#include <signal.h>

#include "base/core/hash.h"
#include "base/core/version.h"
#include "base/sys/sock.h"
#include "broker/broker.h"
#include "broker/roles/roles.h"
#include "broker/servers/catalog.h"
#include "broker/sessions/session.h"
#include "broker/socket/rendezvous.h"
#include "pty.h"
#include "pump.h"

static struct broker broker;
static char path[SOCK_PATH_MAX];
static int fd;
static char text[8192];

static int dial(void)
{
	pid_t pid;
	int s = -1;
	struct err e;

	assert_int_equal(sock_connect(path, &s, &pid, &e), 0);
	assert_int_equal(pid, getpid());
	return s;
}

static int setup(void **state)
{
	struct rendezvous *place;
	struct place here;
	struct err e;

	if (home_setup(state) != 0)
		return -1;
	unsetenv("MAIRU_LOG");
	unsetenv("MAIRU_AGENT_LOG");
	(void)snprintf(path, sizeof(path), "%s", at_home("run/s"));
	if (place_find(&here, PLACE_MAKE, &e) < 0 ||
	    rendezvous_take(&place, path, 0, &e) != 1 ||
	    broker_start(&broker, place, &here, 0, &e) < 0)
		return -1;
	fd = dial();
	return 0;
}

static int teardown(void **state)
{
	(void)close(fd);
	broker_stop(&broker);
	return tear_down(state);
}

static struct buf out = BUF_INIT(WIRE_MAX_BODY);
static size_t at;

static void begin(enum wire_type type)
{
	buf_clear(&out);
	at = wire_begin(&out, type);
	wire_puts(&out, WIRE_F_VERSION, MAIRU_VERSION);
}

static struct wire_frame ask(void)
{
	wire_end(&out, at);
	assert_int_equal(send(fd, out.data, out.len, MSG_NOSIGNAL), out.len);
	buf_release(&out);
	return pump_frame(broker.loop, fd, text, sizeof(text));
}

static struct wire_frame ok(void)
{
	struct wire_frame f = ask();

	assert_int_equal(f.type, WIRE_OK);
	return f;
}

static void error(int code)
{
	struct wire_frame f = ask();
	struct wire_field field;

	assert_int_equal(f.type, WIRE_ERROR);
	assert_int_equal(pump_number(&f, WIRE_F_CODE), -code);
	assert_int_equal(pump_number(&f, WIRE_F_PID), getpid());
	field = pump_field(&f, WIRE_F_MESSAGE, 0);
	assert_true(field.len > 0);
	field = pump_field(&f, WIRE_F_VERSION, 0);
	assert_int_equal(field.len, strlen(MAIRU_VERSION));
}

static void says(const struct wire_frame *f, unsigned tag, const char *what)
{
	struct wire_field field = pump_field(f, tag, 0);
	char s[4096];

	assert_int_equal(wire_text(&field, s, sizeof(s)), 0);
	if (!strstr(s, what))
		fail_msg("field %u is %s, not %s", tag, s, what);
}

static void it_says_who_it_is(void **state)
{
	struct wire_frame f;

	(void)state;
	begin(WIRE_INFO);
	f = ok();
	says(&f, WIRE_F_VERSION, MAIRU_VERSION);
	assert_int_equal(pump_number(&f, WIRE_F_PID), getpid());
}

static void put_project(void)
{
	static const unsigned char digest[HASH_SHA384];

	wire_puts(&out, WIRE_F_CONFIG, "/p/.mairu.json");
	wire_put(&out, WIRE_F_DIGEST, digest, sizeof(digest));
	wire_puts(&out, WIRE_F_SERVER, "contoso");
	wire_puts(&out, WIRE_F_ROLE, "Dev");
	wire_puts(&out, WIRE_F_CHAIN, "");
}

static void a_grant_has_url_and_token(void **state)
{
	struct wire_frame f;
	char first[256];
	struct wire_field field;

	(void)state;
	begin(WIRE_GRANT);
	put_project();
	f = ok();
	says(&f, WIRE_F_URL, "http://127.0.0.1:");
	says(&f, WIRE_F_URL, "/v1/credentials");
	says(&f, WIRE_F_TOKEN, "Bearer ");
	field = pump_field(&f, WIRE_F_TOKEN, 0);
	assert_int_equal(wire_text(&field, first, sizeof(first)), 0);
	begin(WIRE_GRANT);
	put_project();
	f = ok();
	says(&f, WIRE_F_TOKEN, first);
}

static void revoking_says_how_many(void **state)
{
	struct wire_frame f;

	(void)state;
	begin(WIRE_GRANT);
	put_project();
	(void)ok();
	begin(WIRE_REVOKE);
	wire_puts(&out, WIRE_F_CONFIG, "/p/.mairu.json");
	f = ok();
	assert_int_equal(pump_number(&f, WIRE_F_COUNT), 1);
	begin(WIRE_REVOKE);
	wire_puts(&out, WIRE_F_CONFIG, "/p/.mairu.json");
	f = ok();
	assert_int_equal(pump_number(&f, WIRE_F_COUNT), 0);
}

static void put_token(const char *token)
{
	begin(WIRE_TOKEN);
	wire_puts(&out, WIRE_F_TOKEN, token);
	wire_putn(&out, WIRE_F_WAIT, 1000);
	wire_putn(&out, WIRE_F_FRESH, 0);
}

/* A server that nobody is logged in to. */
static void a_server(void)
{
	home_mkdir(".config/mairu/servers.d");
	home_puts(".config/mairu/servers.d/c.json",
	    "{\"id\": \"contoso\", \"url\": \"https://127.0.0.1:9/\", "
	    "\"oauth\": {\"client_id\": \"x\", \"code_grant\": {}}}");
}

static void take_token(const struct wire_frame *f, char token[256])
{
	struct wire_field field = pump_field(f, WIRE_F_TOKEN, 0);

	assert_int_equal(wire_text(&field, token, 256), 0);
}

static void a_token_that_nobody_has_is_not_found(void **state)
{
	(void)state;
	put_token("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	error(ERR_NOT_FOUND);
	put_token("nonsense");
	error(ERR_NOT_FOUND);
}

static void the_token_of_a_project_counts_while_that_is_trusted(void **state)
{
	int64_t until = plat_ms() + PUMP_MS;
	struct wire_frame f;
	char token[256];

	(void)state;
	a_server();
	begin(WIRE_GRANT);
	put_project();
	f = ok();
	take_token(&f, token);
	/* On a slow machine the look at the project may come too late. */
	do {
		put_token(token);
		f = ask();
		assert_int_equal(f.type, WIRE_ERROR);
	} while (
	    pump_number(&f, WIRE_F_CODE) == -ERR_TIMEOUT && plat_ms() < until);
	assert_int_equal(pump_number(&f, WIRE_F_CODE), -ERR_UNTRUSTED);
	/* That revoked it. */
	put_token(token);
	error(ERR_NOT_FOUND);
}

/* To this process, at this terminal. */
static void lend(const char *terminal, char token[256])
{
	struct wire_frame f;

	begin(WIRE_LEND);
	wire_puts(&out, WIRE_F_SERVER, "contoso");
	wire_puts(&out, WIRE_F_ROLE, "Dev");
	wire_puts(&out, WIRE_F_CHAIN, "");
	wire_putn(&out, WIRE_F_FRESH, 0);
	wire_puts(&out, WIRE_F_TTY, terminal);
	f = ok();
	take_token(&f, token);
}

static void a_token_that_was_lent_counts_once_it_has_arrived(void **state)
{
	char token[256];

	(void)state;
	a_server();
	lend("", token);
	put_token(token);
	error(ERR_NOT_FOUND);
	begin(WIRE_LENT);
	(void)ok();
	put_token(token);
	error(ERR_LOGIN);
}

/* --- that a login is needed */

#define NEEDED                                                                 \
	"\r\r\nmairu: contoso needs a login for Dev. Run: mairu login "        \
	"contoso\r\r\n"

/* How many servers need one, or 2 fields for the one of a grant. */
static unsigned needs(enum wire_type type)
{
	struct wire_field field;
	struct wire_frame f;
	struct wire_iter it;
	unsigned n = 0;

	begin(type);
	if (type == WIRE_GRANT)
		put_project();
	f = ok();
	wire_iter_init(&it, f.body, f.len);
	while (wire_next(&it, &field) > 0)
		n += field.tag == WIRE_F_SERVER || field.tag == WIRE_F_SINCE;
	if (n)
		says(&f, WIRE_F_SERVER, "contoso");
	return n;
}

static void log_in(void)
{
	struct provider_tokens t = {.access = NULL};
	struct catalog_entry found;
	struct err e;

	assert_int_equal(secret_new(&t.access, broker.slab, "token", 5), 0);
	assert_int_equal(
	    catalog_find(broker.up.catalog, "contoso", &found, &e), 0);
	assert_int_equal(sessions_put(broker.up.sessions, &found, &t, &e), 0);
}

/* As a server's refusal does. */
static void end_session(void)
{
	const struct session *s = broker_session(&broker, "contoso");

	assert_non_null(s);
	sessions_drop_token(
	    broker.up.sessions, session_identity(s), session_serial(s));
}

static void who_is_refused_for_want_of_a_login_is_told_where_it_is(void **state)
{
	char token[256];

	(void)state;
	a_server();
	pty_open();
	lend(pty_path, token);
	begin(WIRE_LENT);
	(void)ok();
	assert_int_equal(needs(WIRE_NOTICES), 0);
	assert_int_equal(needs(WIRE_GRANT), 0);
	put_token(token);
	error(ERR_LOGIN);
	assert_int_equal(needs(WIRE_NOTICES), 1);
	assert_int_equal(needs(WIRE_GRANT), 2);
	assert_string_equal(pty_shown(), NEEDED);
	put_token(token);
	error(ERR_LOGIN);
	assert_int_equal(needs(WIRE_NOTICES), 1);
	assert_string_equal(pty_shown(), "");
	log_in();
	assert_int_equal(needs(WIRE_NOTICES), 0);
	assert_int_equal(needs(WIRE_GRANT), 0);
	pty_close();
}

static void the_end_of_a_session_is_told_to_whom_it_matters(void **state)
{
	char token[256];

	(void)state;
	a_server();
	pty_open();
	/* To nobody, at first. */
	log_in();
	end_session();
	assert_int_equal(needs(WIRE_NOTICES), 0);
	log_in();
	lend(pty_path, token);
	begin(WIRE_LENT);
	(void)ok();
	end_session();
	assert_int_equal(needs(WIRE_NOTICES), 1);
	assert_string_equal(pty_shown(), NEEDED);
	pty_close();
}

static void a_logout_is_no_need_of_a_login(void **state)
{
	char token[256];

	(void)state;
	a_server();
	pty_open();
	lend(pty_path, token);
	begin(WIRE_LENT);
	(void)ok();
	log_in();
	begin(WIRE_LOGOUT);
	wire_puts(&out, WIRE_F_SERVER, "contoso");
	(void)ok();
	assert_int_equal(needs(WIRE_NOTICES), 0);
	assert_string_equal(pty_shown(), "");
	pty_close();
}

static void what_is_no_terminal_is_not_written_to(void **state)
{
	char token[256];
	struct stat st;

	(void)state;
	a_server();
	home_puts("file", "as it was");
	lend(at_home("file"), token);
	begin(WIRE_LENT);
	(void)ok();
	put_token(token);
	error(ERR_LOGIN);
	assert_int_equal(needs(WIRE_NOTICES), 1);
	assert_int_equal(stat(at_home("file"), &st), 0);
	assert_int_equal(st.st_size, strlen("as it was"));
}

static void variables_come_back_by_their_handle(void **state)
{
	unsigned char handle[16];
	struct wire_field field;
	struct wire_frame f;

	(void)state;
	begin(WIRE_STASH_PUT);
	wire_putn(&out, WIRE_F_PID, (uint64_t)getpid());
	wire_puts(&out, WIRE_F_NAME, "A");
	wire_puts(&out, WIRE_F_VALUE, "one");
	wire_puts(&out, WIRE_F_NAME, "B");
	wire_puts(&out, WIRE_F_VALUE, "");
	f = ok();
	field = pump_field(&f, WIRE_F_HANDLE, 0);
	assert_int_equal(field.len, sizeof(handle));
	memcpy(handle, field.p, sizeof(handle));
	begin(WIRE_STASH_GET);
	wire_put(&out, WIRE_F_HANDLE, handle, sizeof(handle));
	f = ok();
	says(&f, WIRE_F_NAME, "A");
	says(&f, WIRE_F_VALUE, "one");
	field = pump_field(&f, WIRE_F_NAME, 1);
	assert_memory_equal(field.p, "B", 1);
	field = pump_field(&f, WIRE_F_VALUE, 1);
	assert_int_equal(field.len, 0);
	handle[3] ^= 1;
	begin(WIRE_STASH_GET);
	wire_put(&out, WIRE_F_HANDLE, handle, sizeof(handle));
	error(ERR_NOT_FOUND);
}

static void status_says_how_things_stand(void **state)
{
	struct wire_frame f;

	(void)state;
	assert_int_equal(
	    setenv("HTTPS_PROXY", "http://me:secret@proxy:3128", 1), 0);
	begin(WIRE_GRANT);
	put_project();
	(void)ok();
	begin(WIRE_STATUS);
	f = ok();
	assert_int_equal(pump_number(&f, WIRE_F_CLIENTS), 1);
	assert_int_equal(pump_number(&f, WIRE_F_GRANTS), 1);
	assert_int_equal(pump_number(&f, WIRE_F_UNVERIFIED), 0);
	assert_true(pump_number(&f, WIRE_F_STARTED) < 60);
	says(&f, WIRE_F_URL, "http://127.0.0.1:");
	says(&f, WIRE_F_LOG, ".local/state/mairu/log/mairu-broker.log");
	says(&f, WIRE_F_SETTINGS,
	    "\"environment\":{\"HTTPS_PROXY\":\"http://proxy:3128\"}}");
	assert_int_equal(unsetenv("HTTPS_PROXY"), 0);
}

static void a_bad_broker_json_is_a_problem_until_it_is_mended(void **state)
{
	struct wire_frame f;

	(void)state;
	home_mkdir(".config/mairu");
	home_puts(".config/mairu/broker.json", "{\"proxy\":\"http://p:1\"}");
	begin(WIRE_RELOAD);
	(void)ok();
	home_puts(".config/mairu/broker.json", "{\"prox\":1}");
	begin(WIRE_RELOAD);
	error(ERR_FORMAT);
	begin(WIRE_STATUS);
	f = ok();
	says(&f, WIRE_F_PROBLEM, "broker.json");
	/* What held before still holds. */
	says(&f, WIRE_F_SETTINGS, "\"proxy\":\"http://p:1\"");
	home_puts(".config/mairu/broker.json", "{}");
	begin(WIRE_RELOAD);
	(void)ok();
	begin(WIRE_STATUS);
	f = ok();
	says(&f, WIRE_F_SETTINGS, "{\"environment\":{}}");
}

static size_t problems(void)
{
	struct wire_field field;
	struct wire_frame f;
	struct wire_iter it;
	size_t n = 0;

	begin(WIRE_STATUS);
	f = ok();
	wire_iter_init(&it, f.body, f.len);
	while (wire_next(&it, &field) > 0)
		n += field.tag == WIRE_F_PROBLEM;
	return n;
}

static void a_clock_that_is_off_is_a_problem_until_it_is_not(void **state)
{
	const int64_t wall = loop_wall(broker.loop);
	const size_t others = problems();
	struct wire_frame f;

	(void)state;
	roles_set_clock(broker.roles, wall + 601);
	assert_int_equal(problems(), others + 1);
	roles_set_clock(broker.roles, wall - 3601);
	begin(WIRE_STATUS);
	f = ok();
	says(&f, WIRE_F_PROBLEM, "seconds ahead of that of AWS");
	roles_set_clock(broker.roles, wall + 30);
	assert_int_equal(problems(), others);
}

static void a_foreign_version_is_told_who_answers(void **state)
{
	(void)state;
	buf_clear(&out);
	at = wire_begin(&out, WIRE_STATUS);
	wire_puts(&out, WIRE_F_VERSION, "0.11.0");
	error(ERR_FOREIGN);
	begin((enum wire_type)99);
	error(ERR_USAGE);
	begin(WIRE_STATUS);
	wire_puts(&out, WIRE_F_NAME, "x");
	error(ERR_FORMAT);
	/* None of that ended the connection. */
	begin(WIRE_INFO);
	(void)ok();
}

static int dial_as_another(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char c;

	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (connect(s, (struct sockaddr *)&a, sizeof(a)) < 0)
		return 1;
	return recv(s, &c, 1, 0) == 0 ? 0 : 2;
}

static void another_user_is_shown_the_door(void **state)
{
	int status = 0;
	pid_t pid;

	(void)state;
	ONLY_ROOT();
	/* As if the directory had not kept it out already. */
	assert_int_equal(chmod(at_home("run"), 0755), 0);
	assert_int_equal(chmod(path, 0666), 0);
	pid = fork();
	if (pid == 0) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(99);
		_exit(dial_as_another());
	}
	while (waitpid(pid, &status, WNOHANG) == 0)
		assert_int_equal(loop_once(broker.loop, 20, NULL), 0);
	assert_int_equal(status, 0);
	begin(WIRE_INFO);
	(void)ok();
}

static void damage_ends_the_connection(void **state)
{
	(void)state;
	begin(WIRE_STATUS);
	buf_addc(&out, 'x');
	error(ERR_FORMAT);
	assert_int_equal(pump_read(broker.loop, fd, text, sizeof(text), 0), 0);
}

static void quitting_takes_the_socket_away_first(void **state)
{
	struct wire_frame f;
	struct err e;

	(void)state;
	begin(WIRE_QUIT);
	f = ok();
	assert_int_equal(pump_number(&f, WIRE_F_PID), getpid());
	assert_int_equal(access(path, F_OK), -1);
	/* It does not run any further. */
	assert_int_equal(broker_run(&broker, &e), 0);
}

static void end_it(void *arg)
{
	(void)arg;
	assert_int_equal(raise(SIGTERM), 0);
}

static void a_signal_ends_it(void **state)
{
	struct loop_timer t = {.fn = end_it};
	struct err e;

	(void)state;
	loop_arm(broker.loop, &t, 0);
	assert_int_equal(broker_run(&broker, &e), 0);
}

static void unlink_it(void *arg)
{
	(void)arg;
	assert_int_equal(unlink(path), 0);
}

static void without_its_socket_it_ends(void **state)
{
	struct loop_timer t = {.fn = unlink_it};
	struct err e;

	(void)state;
	loop_arm(broker.loop, &t, 0);
	assert_int_equal(broker_run(&broker, &e), 0);
}

static void replace_config(void *arg)
{
	(void)arg;
	assert_int_equal(
	    rename(at_home(".config/mairu"), at_home(".config/away")), 0);
	assert_int_equal(mkdir(at_home(".config/mairu"), 0700), 0);
}

static void when_its_directories_are_replaced_it_ends(void **state)
{
	struct loop_timer t = {.fn = replace_config};
	struct err e;

	(void)state;
	loop_arm(broker.loop, &t, 0);
	assert_int_equal(broker_run(&broker, &e), 0);
}

static void a_shell_of_other_directories_is_refused(void **state)
{
	struct place other = broker.place;
	struct wire_frame f;

	(void)state;
	other.dir[PATH_CONFIG].ino++;
	begin(WIRE_GRANT);
	put_project();
	wire_put(&out, WIRE_F_PLACE, &other, sizeof(other));
	f = ask();
	assert_int_equal(f.type, WIRE_ERROR);
	says(&f, WIRE_F_MESSAGE, "this broker is for others than this shell");
	says(&f, WIRE_F_MESSAGE, "/.config/mairu and ");
	begin(WIRE_STATUS);
	wire_put(&out, WIRE_F_PLACE, &other, sizeof(other));
	assert_int_equal(ask().type, WIRE_ERROR);
	begin(WIRE_GRANT);
	put_project();
	wire_put(&out, WIRE_F_PLACE, &broker.place, sizeof(broker.place));
	f = ok();
	begin(WIRE_GRANT);
	put_project();
	wire_put(&out, WIRE_F_PLACE, &broker.place, 8);
	assert_int_equal(ask().type, WIRE_ERROR);
	/* It can be ended all the same. */
	begin(WIRE_QUIT);
	wire_put(&out, WIRE_F_PLACE, &other, sizeof(other));
	f = ok();
}

int main(int argc, char **argv)
{
#define B(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    B(it_says_who_it_is),
	    B(a_grant_has_url_and_token),
	    B(revoking_says_how_many),
	    B(a_token_that_nobody_has_is_not_found),
	    B(the_token_of_a_project_counts_while_that_is_trusted),
	    B(a_token_that_was_lent_counts_once_it_has_arrived),
	    B(who_is_refused_for_want_of_a_login_is_told_where_it_is),
	    B(the_end_of_a_session_is_told_to_whom_it_matters),
	    B(a_logout_is_no_need_of_a_login),
	    B(what_is_no_terminal_is_not_written_to),
	    B(variables_come_back_by_their_handle),
	    B(status_says_how_things_stand),
	    B(a_bad_broker_json_is_a_problem_until_it_is_mended),
	    B(a_clock_that_is_off_is_a_problem_until_it_is_not),
	    B(a_foreign_version_is_told_who_answers),
	    B(another_user_is_shown_the_door),
	    B(damage_ends_the_connection),
	    B(quitting_takes_the_socket_away_first),
	    B(a_signal_ends_it),
	    B(without_its_socket_it_ends),
	    B(when_its_directories_are_replaced_it_ends),
	    B(a_shell_of_other_directories_is_refused),
	};

	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
