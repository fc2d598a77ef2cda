/* Trust asked of a child that may hang: broker/trust/checker.h.  The child is
 * this very program. */

#include "project_home.h"

#include <signal.h>

#include "broker/trust/checker.h"
#include "broker/trust/child.h"
#include "net/runtime/health.h"
#include "pump.h"

#define CONFIG "{\"server\":\"contoso\",\"role\":\"123/Dev\"}\n"

static struct loop *loop;
static struct health problems;
static struct checker *checker;
static struct check check;
static char self[PATH_MAX];
static int settled;

struct answer {
	struct check_wait w;
	int told;
	enum check_verdict verdict;
	char text[256];
};

static void tell(void *arg, enum check_verdict verdict, const char *text)
{
	struct answer *a = arg;

	a->told++;
	a->verdict = verdict;
	(void)snprintf(a->text, sizeof(a->text), "%s", text);
}

static struct answer *ask(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	a->w.fn = tell;
	a->w.arg = a;
	checker_ask(checker, &check, &a->w);
	return a;
}

static enum check_verdict get(struct answer *a)
{
	ask(a);
	assert_int_equal(a->told, 0);
	pump_until(loop, &a->told);
	assert_int_equal(a->told, 1);
	return a->verdict;
}

/* Until the child is there, however slow the machine. */
static void warm(void)
{
	int64_t end = plat_ms() + PUMP_MS;
	struct answer a;

	while (get(&a) == CHECK_LATE)
		assert_true(plat_ms() < end);
	assert_int_equal(a.verdict, CHECK_ALLOWED);
	settled = 0;
}

static void is_settled(void *arg, enum check_verdict verdict)
{
	(void)arg;
	(void)verdict;
	settled++;
}

static int start(const char *exe)
{
	memset(&problems, 0, sizeof(problems));
	settled = 0;
	return loop_new(&loop, NULL, NULL) |
	       checker_new(&checker, loop, NULL, &problems, exe);
}

static int setup(void **state)
{
	if (project_setup(state, CONFIG) != 0)
		return -1;
	check =
	    (struct check){.what = {config, digest, "contoso", "123/Dev", ""},
		.settled = is_settled};
	/* By name: under valgrind /proc/self/exe is valgrind. */
	return plat_self(self, NULL) < 0 ? -1 : start(self);
}

static int teardown(void **state)
{
	checker_free(checker);
	loop_free(loop);
	return tear_down(state);
}

static void it_tells_what_the_files_say(void **state)
{
	struct answer a;

	(void)state;
	warm();
	assert_int_equal(get(&a), CHECK_ALLOWED);
	record(0);
	assert_int_equal(get(&a), CHECK_REFUSED);
	assert_non_null(strstr(a.text, "is denied. Run: mairu allow"));
	assert_int_equal(settled, 2);
}

/* A chain of the length that there may be. */
static void the_longest_chain_is_looked_at_too(void **state)
{
	static const char head[] =
	    "{\"server\":\"contoso\",\"role\":\"123/Dev\","
	    "\"assume_role\":[";
	struct buf text = BUF_INIT(PROJECT_MAX_BYTES);
	struct buf chain = BUF_INIT(CHAIN_TEXT);
	size_t left = CHAIN_TEXT - 1 - strlen("{\"hops\":[]}");
	char arn[2049], hop[2100];
	struct answer a;

	(void)state;
	memset(arn, 'a', sizeof(arn) - 1);
	arn[sizeof(arn) - 1] = '\0';
	buf_adds(&chain, "{\"hops\":[");
	while (left > 100) {
		size_t frame = strlen("{\"role_arn\":\"\"},");
		size_t n = left - frame < 2040 ? left - frame : 2040;

		(void)snprintf(hop, sizeof(hop), "%s{\"role_arn\":\"%.*s\"}",
		    chain.len > 9 ? "," : "", (int)n, arn);
		buf_adds(&chain, hop);
		left -= n + frame;
	}
	buf_adds(&chain, "]}");
	assert_in_range(chain.len, CHAIN_TEXT - 110, CHAIN_TEXT - 1);
	buf_adds(&text, head);
	buf_adds(&text, buf_str(&chain) + strlen("{\"hops\":["));
	home_puts(".mairu.json", buf_str(&text));
	record(1);
	check.what.chain = buf_str(&chain);
	warm();
	assert_int_equal(get(&a), CHECK_ALLOWED);
	buf_release(&text);
	buf_release(&chain);
}

static void no_child_is_started_before_there_is_a_question(void **state)
{
	long pid;

	(void)state;
	assert_int_equal(checker_pid(checker), 0);
	checker_warm(checker);
	pid = checker_pid(checker);
	assert_int_not_equal(pid, 0);
	warm();
	assert_int_equal(checker_pid(checker), pid);
}

static void questions_of_one_round_share_a_look(void **state)
{
	struct answer a, b, c;

	(void)state;
	warm();
	ask(&a);
	ask(&b);
	assert_int_equal(get(&c), CHECK_ALLOWED);
	assert_int_equal(a.told + b.told, 2);
	assert_int_equal(settled, 1);
}

static struct answer late_comer;

static void ask_late(void *arg)
{
	(void)arg;
	ask(&late_comer);
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGCONT), 0);
}

static void one_that_comes_during_a_look_gets_the_next(void **state)
{
	struct loop_timer timer = {.fn = ask_late};
	struct answer a;

	(void)state;
	warm();
	/* The child holds still until the second question is there. */
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	ask(&a);
	loop_arm(loop, &timer, 10);
	pump_until(loop, &a.told);
	assert_int_equal(late_comer.told, 0);
	pump_until(loop, &late_comer.told);
	assert_int_equal(late_comer.verdict, a.verdict);
	assert_int_equal(settled, 2);
}

static void a_child_that_hangs_is_replaced(void **state)
{
	struct answer a, b;
	long pid;
	int64_t begun;

	(void)state;
	warm();
	pid = checker_pid(checker);
	assert_int_equal(kill((pid_t)pid, SIGSTOP), 0);
	begun = plat_ms();
	assert_int_equal(get(&a), CHECK_LATE);
	assert_true(plat_ms() - begun >= 49);
	/* What hung is not looked at again at once... */
	assert_int_equal(get(&b), CHECK_LATE);
	/* ...and then by another child. */
	do {
		checker_reap(checker);
		get(&a);
	} while (a.verdict == CHECK_LATE && plat_ms() < begun + PUMP_MS);
	assert_int_equal(a.verdict, CHECK_ALLOWED);
	assert_int_not_equal(checker_pid(checker), pid);
	assert_int_not_equal(kill((pid_t)pid, 0), 0);
}

static void others_do_not_pay_for_one_that_hangs(void **state)
{
	static char second[PATH_MAX];
	struct check mine = check;
	struct answer a, b;

	(void)state;
	warm();
	(void)snprintf(second, sizeof(second), "%s", at_home("gone.json"));
	mine.what.config = second;
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	ask(&a);
	memset(&b, 0, sizeof(b));
	b.w.fn = tell;
	b.w.arg = &b;
	checker_ask(checker, &mine, &b.w);
	pump_until(loop, &b.told);
	assert_int_equal(a.verdict, CHECK_LATE);
	assert_int_equal(b.verdict, CHECK_REFUSED);
	assert_non_null(strstr(b.text, "is gone"));
}

static void a_child_that_dies_is_replaced(void **state)
{
	long pid;

	(void)state;
	warm();
	pid = checker_pid(checker);
	assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
	assert_int_equal(waitpid((pid_t)pid, NULL, 0), pid);
	warm();
	assert_int_not_equal(checker_pid(checker), pid);
}

static void without_a_child_every_question_is_late(void **state)
{
	struct answer a;
	int64_t begun = plat_ms();

	(void)state;
	checker_free(checker);
	loop_free(loop);
	assert_int_equal(start("/nonexistent"), 0);
	assert_int_equal(get(&a), CHECK_LATE);
	assert_true(plat_ms() - begun < 5000);
	assert_int_not_equal(problems.text[HEALTH_CHECKER][0], '\0');
}

static void a_child_that_talks_nonsense_is_not_believed(void **state)
{
	struct answer a;

	(void)state;
	checker_free(checker);
	loop_free(loop);
	assert_int_equal(start("/bin/false"), 0);
	assert_int_equal(get(&a), CHECK_LATE);
}

static void one_that_is_cancelled_is_not_told(void **state)
{
	struct answer a, b;

	(void)state;
	warm();
	ask(&a);
	wait_leave(&a.w.wait);
	assert_int_equal(get(&b), CHECK_ALLOWED);
	assert_int_equal(a.told, 0);
}

static void what_is_forgotten_is_told_and_asked_no_more(void **state)
{
	struct check mine = check;
	struct answer a, b;

	(void)state;
	warm();
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGSTOP), 0);
	memset(&b, 0, sizeof(b));
	b.w.fn = tell;
	b.w.arg = &b;
	checker_ask(checker, &mine, &b.w);
	ask(&a);
	while (!mine.sent)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	checker_forget(checker, &mine);
	assert_int_equal(b.told, 1);
	assert_int_equal(b.verdict, CHECK_GONE);
	memset(&mine, 0xff, sizeof(mine)); /* nobody looks there any more */
	assert_int_equal(kill((pid_t)checker_pid(checker), SIGCONT), 0);
	pump_until(loop, &a.told);
}

static void the_messages_of_a_child_are_taken_to_the_letter(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct check_child_answer a;
	size_t at;

	(void)state;
	at = wire_begin(&b, WIRE_OK);
	wire_putn(&b, WIRE_F_CODE, CHECK_REFUSED);
	wire_puts(&b, WIRE_F_MESSAGE, "why");
	wire_end(&b, at);
	assert_int_equal(check_child_parse(&a, b.data, b.len), 0);
	assert_int_equal(a.verdict, CHECK_REFUSED);
	assert_string_equal(a.text, "why");
	assert_int_not_equal(check_child_parse(&a, b.data, b.len - 1), 0);
	b.data[WIRE_HEADER + 6 + 7] = CHECK_LATE;
	assert_int_not_equal(check_child_parse(&a, b.data, b.len), 0);
	buf_release(&b);
}

int main(int argc, char **argv)
{
#define C(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    C(it_tells_what_the_files_say),
	    C(the_longest_chain_is_looked_at_too),
	    C(no_child_is_started_before_there_is_a_question),
	    C(questions_of_one_round_share_a_look),
	    C(one_that_comes_during_a_look_gets_the_next),
	    C(a_child_that_hangs_is_replaced),
	    C(others_do_not_pay_for_one_that_hangs),
	    C(a_child_that_dies_is_replaced),
	    C(without_a_child_every_question_is_late),
	    C(a_child_that_talks_nonsense_is_not_believed),
	    C(one_that_is_cancelled_is_not_told),
	    C(what_is_forgotten_is_told_and_asked_no_more),
	    C(the_messages_of_a_child_are_taken_to_the_letter),
	};

	if (argc == 2 && strcmp(argv[1], "--check") == 0)
		return check_child_run(3);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
