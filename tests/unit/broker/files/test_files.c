/* Files of the user's asked of a child that may hang: broker/files/files.h. The
 * child is this very program, or a copy of it; one that is stopped hangs as
 * one on a dead mount does. */

#include "home.h"

#include <signal.h>
#include <sys/wait.h>

#include "as_child.h"
#include "base/config/servers.h"
#include "base/core/hash.h"
#include "base/core/secret.h"
#include "broker/files/files.h"
#include "broker/servers/catalog.h"
#include "broker/servers/config.h"
#include "broker/servers/registration.h"
#include "net/runtime/log.h"
#include "pump.h"

#define SERVERS ".config/mairu/servers.d"
#define LOG	".local/state/mairu/log/mairu-broker.log"

enum {
	SLACK_MS = 40, /* of a machine that has other work */
};

static struct loop *loop;
static struct slab *slab;
static struct files *files;
static struct catalog *catalog;
static struct err e;
static char self[PATH_MAX];
static int news, done;

static void is_news(void *arg)
{
	(void)arg;
	news++;
}

static void is_done(void *arg, const struct err *why)
{
	int *code = arg;

	*code = why ? (int)why->code : 0;
	done++;
}

static int start(const char *exe)
{
	news = done = 0;
	if (loop_new(&loop, NULL, NULL) || slab_new(&slab, 1 << 18, &e) ||
	    files_new(&files, loop, NULL, exe, "/home/me/.config/mairu", &e) ||
	    catalog_new(&catalog, loop, slab, &e))
		return -1;
	files_watch(files, is_news, NULL);
	catalog_through(catalog, files);
	return 0;
}

static void stop(void)
{
	catalog_free(catalog);
	files_free(files);
	slab_free(slab);
	loop_free(loop);
}

static void write_server(const char *id)
{
	char name[64], text[256];

	(void)snprintf(name, sizeof(name), SERVERS "/%s.json", id);
	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%s\",\"url\":\"https://%s.example/\",\"oauth\":{"
	    "\"client_id\":\"me\",\"code_grant\":{}}}",
	    id, id);
	home_puts(name, text);
	assert_int_equal(chmod(at_home(name), 0600), 0);
}

static int setup(void **state)
{
	if (home_setup(state) != 0)
		return -1;
	home_mkdir(SERVERS);
	write_server("corp");
	/* By name: under valgrind /proc/self/exe is valgrind. */
	if (plat_self(self, NULL) < 0 || start(self) != 0)
		return -1;
	files_fork(files, 0);
	files_await(files, PUMP_MS);
	return 0;
}

static int teardown(void **state)
{
	stop();
	return tear_down(state);
}

/* Under valgrind every answer is late, and a program that is not there starts
 * all the same. */
static void need_time(void)
{
	if (getenv("MAIRU_VALGRIND"))
		skip();
}

static void turn(void)
{
	assert_int_equal(loop_once(loop, 20, &e), 0);
}

/* Whatever the machine does besides, it is found in the end. */
static void finds(const char *name)
{
	int64_t end = plat_ms() + PUMP_MS;
	struct catalog_entry found;

	while (catalog_find(catalog, name, &found, &e) != 0) {
		assert_int_equal(e.code, ERR_TIMEOUT);
		assert_true(plat_ms() < end);
		turn();
	}
	assert_string_equal(found.server->id, name);
}

static int find(const char *name)
{
	struct catalog_entry found;

	return catalog_find(catalog, name, &found, &e);
}

static void hang(void)
{
	assert_int_equal(kill((pid_t)files_pid(files), SIGSTOP), 0);
}

static void wake(void)
{
	assert_int_equal(kill((pid_t)files_pid(files), SIGCONT), 0);
}

static void a_server_is_found_through_the_child(void **state)
{
	(void)state;
	need_time();
	finds("corp");
	assert_int_equal(find("other"), ERR_NOT_FOUND);
	write_server("other");
	finds("other");
}

static void one_that_hangs_costs_one_wait_and_then_none(void **state)
{
	int64_t took;

	(void)state;
	need_time();
	finds("corp");
	hang();
	took = plat_ms();
	assert_int_equal(find("other"), ERR_TIMEOUT);
	took = plat_ms() - took;
	assert_in_range(
	    took, FILES_PATIENCE_MS - 1, FILES_PATIENCE_MS + SLACK_MS);
	assert_non_null(strstr(e.msg, "/home/me/.config/mairu does not "
				      "answer"));
	took = plat_ms();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(find("other"), ERR_TIMEOUT);
	took = plat_ms() - took;
	assert_in_range(took, 0, FILES_PATIENCE_MS + SLACK_MS);
	wake();
}

static void what_was_loaded_holds_while_it_hangs(void **state)
{
	int64_t end;

	(void)state;
	finds("corp");
	hang();
	/* Long enough to be looked at again. */
	for (end = plat_ms() + 1200; plat_ms() < end; turn())
		assert_int_equal(find("corp"), 0);
	assert_int_equal(find("corp"), 0);
	catalog_stale(catalog);
	assert_int_equal(find("corp"), ERR_TIMEOUT);
	assert_int_equal(find("corp"), 0);
	wake();
}

static void what_comes_late_is_for_who_asks_next(void **state)
{
	(void)state;
	need_time();
	finds("corp");
	write_server("other");
	hang();
	assert_int_equal(find("other"), ERR_TIMEOUT);
	assert_int_equal(news, 0);
	wake();
	pump_until(loop, &news);
	assert_int_equal(find("other"), 0);
}

static void one_that_hangs_is_killed_and_replaced(void **state)
{
	pid_t old = (pid_t)files_pid(files);
	int64_t end = plat_ms() + PUMP_MS;

	(void)state;
	need_time();
	finds("corp");
	hang();
	assert_int_equal(find("other"), ERR_TIMEOUT);
	assert_null(files_problem(files));
	pump_until(loop, &news);
	assert_int_equal(files_pid(files), 0);
	assert_non_null(strstr(files_problem(files), "does not answer"));
	assert_int_equal(find("corp"), 0);
	write_server("other");
	while (find("other") != 0) {
		assert_true(plat_ms() < end);
		turn();
		files_reap(files);
	}
	assert_int_not_equal(files_pid(files), old);
	assert_int_not_equal(kill(old, 0), 0);
	assert_null(files_problem(files));
}

static void without_a_child_what_is_asked_is_late(void **state)
{
	(void)state;
	need_time();
	/* Nothing ever answers: what is started is dead already. */
	stop();
	assert_int_equal(start("/nonexistent"), 0);
	assert_int_equal(find("corp"), ERR_TIMEOUT);
	assert_int_equal(files_pid(files), 0);
	assert_non_null(files_problem(files));
	stop();
	assert_int_equal(start("/bin/false"), 0);
	assert_int_equal(find("corp"), ERR_TIMEOUT);
	pump_until(loop, &news);
	assert_int_equal(files_pid(files), 0);
}

static void settings_that_can_not_be_read_stay_as_they_were(void **state)
{
	struct config *config = config_new();

	(void)state;
	assert_non_null(config);
	config_through(config, files);
	home_puts(".config/mairu/broker.json", "{\"use_fips\": true}");
	assert_int_equal(chmod(at_home(".config/mairu/broker.json"), 0600), 0);
	while (config_load(config, &e) == ERR_TIMEOUT)
		turn();
	assert_string_equal(
	    config_settings(config)->value[SETTINGS_USE_FIPS], "true");
	hang();
	assert_int_equal(config_load(config, &e), ERR_TIMEOUT);
	assert_string_equal(
	    config_settings(config)->value[SETTINGS_USE_FIPS], "true");
	wake();
	config_free(config);
}

/* What is posted waits for nobody, and is written all the same. */
static void what_is_posted_is_written_before_the_end(void **state)
{
	struct buf q = BUF_INIT(FILES_QUESTION);
	int64_t took;
	int code = 1;
	size_t at;
	char text[64] = "";
	FILE *f;

	(void)state;
	at = wire_begin(&q, (enum wire_type)FILES_LOG);
	wire_puts(&q, WIRE_F_VALUE, "a line\n");
	wire_end(&q, at);
	took = plat_ms();
	files_post(files, &q, is_done, &code);
	took = plat_ms() - took;
	assert_in_range(took, 0, SLACK_MS);
	files_post(files, &q, is_done, &code);
	pump_until(loop, &done);
	assert_int_equal(code, 0);
	files_post(files, &q, is_done, &code);
	files_free(files);
	files = NULL;
	f = fopen(at_home(LOG), "re");
	assert_non_null(f);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f), 21);
	(void)fclose(f);
	assert_string_equal(text, "a line\na line\na line\n");
	assert_int_equal(
	    files_new(&files, loop, NULL, self, "/home/me", &e), 0);
	buf_release(&q);
}

static void what_can_not_be_written_is_told_and_waits_for_nobody(void **state)
{
	struct buf q = BUF_INIT(FILES_QUESTION);
	int code = 1, posted = 0;
	int64_t took;
	size_t at;

	(void)state;
	at = wire_begin(&q, (enum wire_type)FILES_LOG);
	wire_puts(&q, WIRE_F_VALUE, "a line\n");
	wire_end(&q, at);
	hang();
	took = plat_ms();
	for (; files_room(files); posted++)
		files_post(files, &q, is_done, &code);
	took = plat_ms() - took;
	assert_in_range(took, 0, FILES_PATIENCE_MS + SLACK_MS);
	assert_in_range(posted, 10, 100);
	assert_int_equal(done, 0);
	pump_until(loop, &done);
	assert_int_equal(done, posted);
	assert_int_equal(code, ERR_TIMEOUT);
	buf_release(&q);
}

static void only_what_is_known_is_done(void **state)
{
	struct buf q = BUF_INIT(FILES_QUESTION), a = BUF_INIT(FILES_ANSWER);
	struct files_look look = {NULL};
	size_t at;

	(void)state;
	at = wire_begin(&q, (enum wire_type)FILES_CLIENT_KEEP);
	wire_puts(&q, WIRE_F_HANDLE, "../../../.bashrc");
	wire_puts(&q, WIRE_F_VALUE, "evil");
	wire_end(&q, at);
	/* The child believes nothing of who asks either, and ends. */
	assert_int_equal(files_ask(files, &q, &a, &e), ERR_TIMEOUT);
	pump_until(loop, &news);
	assert_int_equal(files_pid(files), 0);
	assert_int_not_equal(files_look(&look, q.data, q.len, NULL, NULL), 0);
	buf_release(&q);
	buf_release(&a);
}

int main(int argc, char **argv)
{
#define F(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    F(a_server_is_found_through_the_child),
	    F(one_that_hangs_costs_one_wait_and_then_none),
	    F(what_was_loaded_holds_while_it_hangs),
	    F(what_comes_late_is_for_who_asks_next),
	    F(one_that_hangs_is_killed_and_replaced),
	    F(without_a_child_what_is_asked_is_late),
	    F(settings_that_can_not_be_read_stay_as_they_were),
	    F(what_is_posted_is_written_before_the_end),
	    F(what_can_not_be_written_is_told_and_waits_for_nobody),
	    F(only_what_is_known_is_done),
	};

	as_child(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
