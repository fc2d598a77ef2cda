/* Tokens for projects: broker/grants/grant.h.  The checker has no child here,
 * so that what it is asked stays open. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/core/bytes.h"
#include "broker/grants/grant.h"
#include "net/runtime/health.h"
#include "pump.h"

static struct loop *loop;
static struct slab *slab;
static struct health problems;
static struct checker *checker;
static struct grants *grants;
static unsigned char digest[HASH_SHA384];
static struct project_ref project;

static int setup(void **state)
{
	struct err e;

	(void)state;
	memset(digest, 1, sizeof(digest));
	project = (struct project_ref){"/p/.mairu.json", digest, "s", "r", ""};
	memset(&problems, 0, sizeof(problems));
	return loop_new(&loop, NULL, NULL) | slab_new(&slab, 1 << 20, &e) |
	       checker_new(&checker, loop, NULL, &problems, "/nonexistent") |
	       grants_new(&grants, loop, slab, checker, NULL);
}

static int teardown(void **state)
{
	(void)state;
	grants_free(grants);
	checker_free(checker);
	slab_free(slab);
	loop_free(loop);
	return 0;
}

struct token {
	char text[256];
};

static struct token token_of(const struct grant *g)
{
	struct buf b = BUF_INIT(256);
	struct token t;

	grant_token(g, &b);
	assert_false(b.failed);
	assert_true(bearer_is(buf_str(&b)));
	(void)snprintf(t.text, sizeof(t.text), "%s", buf_str(&b));
	buf_release(&b);
	return t;
}

static struct token ask(const struct project_ref *p)
{
	struct grant *g = NULL;
	struct err e;

	assert_int_equal(grants_get(grants, p, &g, &e), 0);
	return token_of(g);
}

static const struct grant *find(const struct token *t)
{
	return grants_find_bearer(grants, t->text);
}

static void the_same_project_has_the_same_token(void **state)
{
	struct token a = ask(&project), b = ask(&project);

	(void)state;
	assert_string_equal(a.text, b.text);
	assert_int_equal(grants_count(grants), 1);
}

static void each_part_of_a_project_counts(void **state)
{
	unsigned char changed[HASH_SHA384] = {2};
	struct project_ref p[5] = {project, project, project, project, project};
	struct token first = ask(&project), t;
	int i;

	(void)state;
	p[0].config = "/q/.mairu.json";
	p[1].digest = changed;
	p[2].server = "t";
	p[3].role = "q";
	p[4].chain = "c";
	for (i = 0; i < 5; i++) {
		t = ask(&p[i]);
		assert_string_not_equal(t.text, first.text);
	}
	assert_int_equal(grants_count(grants), 6);
	/* Nor can a text run over into the next. */
	p[0] = project;
	p[0].server = "sr";
	p[0].role = "";
	t = ask(&p[0]);
	assert_string_not_equal(t.text, first.text);
}

static void a_token_finds_its_project(void **state)
{
	struct token a = ask(&project);
	const struct grant *g = find(&a);

	(void)state;
	assert_non_null(g);
	assert_string_equal(grant_project(g)->config, "/p/.mairu.json");
	assert_memory_equal(grant_project(g)->digest, digest, sizeof(digest));
}

static void a_token_that_was_never_given_finds_nothing(void **state)
{
	struct token a = ask(&project);

	(void)state;
	a.text[20] = a.text[20] == 'A' ? 'B' : 'A';
	assert_null(find(&a));
	a = ask(&project);
	a.text[strlen(a.text) - 1] = '\0';
	assert_null(find(&a));
	a.text[7 + BEARER_MAC] = '\0';
	assert_null(find(&a));
	a.text[7] = '\0';
	assert_null(find(&a));
	a.text[0] = '\0';
	assert_null(find(&a));
}

static void the_next_broker_makes_the_same_token(void **state)
{
	static const unsigned char key[TOKEN_KEY] = "of a keeper";
	struct token before, after;
	struct grants *first = grants;

	(void)state;
	assert_int_equal(grants_set_key(grants, key), 0);
	before = ask(&project);
	assert_int_equal(grants_new(&grants, loop, slab, checker, NULL), 0);
	after = ask(&project);
	assert_string_not_equal(before.text, after.text);
	(void)grants_revoke(grants, project.config);
	assert_int_equal(grants_set_key(grants, key), 0);
	after = ask(&project);
	assert_string_equal(before.text, after.text);
	grants_free(grants);
	grants = first;
}

static void revoking_takes_all_of_a_config_and_no_other(void **state)
{
	struct project_ref role = project, elsewhere = project;
	struct token a = ask(&project), b, c;

	(void)state;
	role.role = "other";
	elsewhere.config = "/p/.mairu.json2";
	b = ask(&role);
	c = ask(&elsewhere);
	assert_int_equal(grants_revoke(grants, "/p/.mairu.json"), 2);
	assert_null(find(&a));
	assert_null(find(&b));
	assert_non_null(find(&c));
	assert_int_equal(grants_revoke(grants, "/p/.mairu.json"), 0);
}

static void a_revoked_token_is_nobodys_until_its_project_is_asked_for(
    void **state)
{
	unsigned char key[TOKEN_KEY] = {1};
	struct token a = ask(&project), b;

	(void)state;
	grants_revoke(grants, project.config);
	assert_null(find(&a));
	b = ask(&project);
	assert_string_equal(a.text, b.text);
	/* With another key it is another. */
	grants_revoke(grants, project.config);
	assert_int_equal(grants_set_key(grants, key), 0);
	b = ask(&project);
	assert_string_not_equal(a.text, b.text);
	assert_null(find(&a));
}

static void the_one_unused_for_longest_goes(void **state)
{
	struct project_ref p = project;
	struct token first = ask(&project), second;
	char role[16];
	int i;

	(void)state;
	p.role = "second";
	second = ask(&p);
	p.role = role;
	for (i = 2; i < GRANT_MAX; i++) {
		(void)snprintf(role, sizeof(role), "r%d", i);
		(void)ask(&p);
	}
	assert_non_null(find(&first)); /* used */
	p.role = "one more";
	(void)ask(&p);
	assert_int_equal(grants_count(grants), GRANT_MAX);
	assert_non_null(find(&first));
	assert_null(find(&second));
}

static void a_full_slab_fails_that_request_and_nothing_else(void **state)
{
	static const unsigned char key[TOKEN_KEY] = "another";
	static char much[1000];
	struct token a = ask(&project);
	struct project_ref p = project;
	struct secret *hold[2000];
	struct grant *g;
	struct err e;
	size_t n = 0;

	(void)state;
	while (n < 2000 && secret_new(&hold[n], slab, much, sizeof(much)) == 0)
		n++;
	while (n < 2000 && secret_new(&hold[n], slab, much, 1) == 0)
		n++;
	assert_true(n < 2000);
	p.role = "other";
	assert_int_equal(grants_get(grants, &p, &g, &e), ERR_NOMEM);
	assert_int_equal(grants_count(grants), 1);
	assert_non_null(find(&a));
	/* A logout ends all tokens there are, full or not. */
	assert_int_equal(grants_set_key(grants, key), 0);
	while (n > 0)
		secret_free(hold[--n]);
	(void)ask(&p);
}

static int told;
static enum check_verdict verdict;

static void tell(void *arg, enum check_verdict v, const char *text)
{
	(void)arg;
	(void)text;
	told++;
	verdict = v;
}

static void who_waits_for_a_revoked_grant_is_told(void **state)
{
	struct check_wait w = {.fn = tell}, cancelled = {.fn = tell};
	struct grant *g = NULL;
	struct err e;

	(void)state;
	told = 0;
	assert_int_equal(grants_get(grants, &project, &g, &e), 0);
	grant_check(grants, g, &w);
	grant_check(grants, g, &cancelled);
	wait_leave(&cancelled.wait);
	wait_leave(&cancelled.wait);
	assert_int_equal(told, 0);
	assert_int_equal(grants_revoke(grants, project.config), 1);
	assert_int_equal(told, 1);
	assert_int_equal(verdict, CHECK_GONE);
}

/* --- grants that are lent */

static struct grant *lend(pid_t pid)
{
	struct grant *g = NULL;
	struct err e;

	assert_int_equal(grants_lend(grants, &project, pid, &g, &e), 0);
	return g;
}

/* A process that ends when its pipe does. */
static pid_t borrower(int *end)
{
	int fds[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(fds[1]);
		_exit(read(fds[0], &c, 1) == 0 ? 0 : 1);
	}
	(void)close(fds[0]);
	*end = fds[1];
	return pid;
}

static void a_lent_grant_is_nothing_before_it_has_arrived(void **state)
{
	struct grant *g = lend(getpid());
	struct token t = token_of(g);

	(void)state;
	assert_null(find(&t));
	grant_lent(g);
	assert_ptr_equal(find(&t), g);
	assert_string_equal(grant_project(g)->config, "");
	assert_string_equal(grant_project(g)->role, project.role);
	grant_take_back(g);
	assert_null(find(&t));
	assert_int_equal(grants_count(grants), 0);
}

static void each_lent_grant_has_a_token_of_its_own(void **state)
{
	struct token first = ask(&project), a, b;

	(void)state;
	a = token_of(lend(getpid()));
	b = token_of(lend(getpid()));
	assert_string_not_equal(a.text, b.text);
	assert_string_not_equal(a.text, first.text);
	/* Nor does it lead anywhere. */
	assert_int_equal(strlen(a.text), 7 + BEARER_MAC);
	assert_int_equal(grants_count(grants), 3);
}

static void a_lent_grant_ends_with_its_process(void **state)
{
	int64_t until = plat_ms() + PUMP_MS;
	struct token t;
	struct grant *g;
	pid_t pid;
	int end;

	(void)state;
	pid = borrower(&end);
	g = lend(pid);
	t = token_of(g);
	grant_lent(g);
	assert_int_equal(loop_once(loop, 0, NULL), 0);
	assert_non_null(find(&t));
	(void)close(end);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	while (find(&t) && plat_ms() < until)
		assert_int_equal(loop_once(loop, 20, NULL), 0);
	assert_null(find(&t));
}

static void nothing_is_lent_to_a_process_that_has_ended(void **state)
{
	struct grant *g = NULL;
	struct err e;
	pid_t pid;
	int end;

	(void)state;
	pid = borrower(&end);
	(void)close(end);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(
	    grants_lend(grants, &project, pid, &g, &e), ERR_NOT_FOUND);
	assert_null(g);
	assert_int_equal(grants_count(grants), 0);
}

static void count(void *arg, const struct grant *grant)
{
	(void)grant;
	++*(int *)arg;
}

static void a_lent_grant_knows_the_terminal_of_its_process(void **state)
{
	struct grant *shells = NULL, *g = lend(getpid());
	struct err e;
	int n = 0;

	(void)state;
	assert_string_equal(grant_terminal(g), "");
	grant_set_terminal(g, "/dev/pts/7");
	assert_string_equal(grant_terminal(g), "/dev/pts/7");
	grant_set_terminal(
	    g, "/dev/pts/7777777777777777777777777777777777777777");
	assert_string_equal(grant_terminal(g), "/dev/pts/7");
	assert_int_equal(grants_get(grants, &project, &shells, &e), 0);
	grant_set_terminal(shells, "/dev/pts/7");
	assert_string_equal(grant_terminal(shells), "");
	/* It is nobody's before it has arrived. */
	grants_each_lent(grants, count, &n);
	assert_int_equal(n, 0);
	grant_lent(g);
	grants_each_lent(grants, count, &n);
	assert_int_equal(n, 1);
}

static void a_lent_grant_needs_no_trust(void **state)
{
	struct check_wait w = {.fn = tell};

	(void)state;
	told = 0;
	grant_check(grants, lend(getpid()), &w);
	assert_int_equal(told, 1);
	assert_int_equal(verdict, CHECK_ALLOWED);
}

static void a_lent_grant_does_not_make_way_for_others(void **state)
{
	char config[32];
	struct token t;
	struct grant *g = lend(getpid());
	int i;

	(void)state;
	t = token_of(g);
	grant_lent(g);
	for (i = 0; i <= GRANT_MAX; i++) {
		struct project_ref p = project;

		(void)snprintf(config, sizeof(config), "/%d/.mairu.json", i);
		p.config = config;
		(void)ask(&p);
	}
	assert_non_null(find(&t));
	assert_int_equal(grants_count(grants), GRANT_MAX + 1);
}

static void so_many_are_lent_and_no_more(void **state)
{
	const struct rlimit room = {2 * GRANT_LENT, 2 * GRANT_LENT};
	struct grant *g = NULL;
	struct err e;
	int i;

	(void)state;
	if (setrlimit(RLIMIT_NOFILE, &room) < 0) {
		print_message("no room for that many descriptors\n");
		skip();
	}
	for (i = 0; i < GRANT_LENT; i++)
		(void)lend(getpid());
	assert_int_equal(
	    grants_lend(grants, &project, getpid(), &g, &e), ERR_LIMIT);
	assert_int_equal(grants_count(grants), GRANT_LENT);
}

static void went(void *arg)
{
	++*(int *)arg;
}

static void who_watches_a_grant_is_told_once(void **state)
{
	int n = 0;
	struct grant *g = lend(getpid());

	(void)state;
	grant_watch(g, went, &n);
	grant_take_back(g);
	assert_int_equal(n, 1);
	g = lend(getpid());
	grant_watch(g, went, &n);
	grant_watch(g, NULL, NULL);
	grant_take_back(g);
	assert_int_equal(n, 1);
}

static int is_of_other_role(void *arg, const struct grant *g)
{
	return strcmp(grant_project(g)->role, arg) == 0;
}

static void revoking_by_a_rule_takes_lent_ones_too(void **state)
{
	char role[] = "r";

	(void)state;
	(void)ask(&project);
	(void)lend(getpid());
	project.role = "other";
	(void)lend(getpid());
	assert_int_equal(grants_revoke_if(grants, is_of_other_role, role), 2);
	assert_int_equal(grants_count(grants), 1);
}

static void a_token_is_found_as_sdks_send_it(void **state)
{
	struct token t = ask(&project);
	char text[512];

	(void)state;
	assert_ptr_equal(grants_find_bearer(grants, t.text), find(&t));
	assert_non_null(find(&t));
	(void)snprintf(text, sizeof(text), "bEARER %s", t.text + 7);
	assert_non_null(grants_find_bearer(grants, text));
	assert_null(grants_find_bearer(grants, t.text + 7));
	assert_null(grants_find_bearer(grants, ""));
	assert_null(grants_find_bearer(grants, "Bearer "));
	(void)snprintf(text, sizeof(text), "%s=", t.text);
	assert_null(grants_find_bearer(grants, text));
	(void)snprintf(text, sizeof(text), "%sA", t.text);
	assert_null(grants_find_bearer(grants, text));
	t.text[10] = t.text[10] == 'A' ? 'B' : 'A';
	assert_null(grants_find_bearer(grants, t.text));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(the_same_project_has_the_same_token),
	    T(each_part_of_a_project_counts),
	    T(a_token_finds_its_project),
	    T(a_token_that_was_never_given_finds_nothing),
	    T(a_token_is_found_as_sdks_send_it),
	    T(revoking_takes_all_of_a_config_and_no_other),
	    T(a_revoked_token_is_nobodys_until_its_project_is_asked_for),
	    T(the_next_broker_makes_the_same_token),
	    T(the_one_unused_for_longest_goes),
	    T(a_full_slab_fails_that_request_and_nothing_else),
	    T(who_waits_for_a_revoked_grant_is_told),
	    T(a_lent_grant_is_nothing_before_it_has_arrived),
	    T(each_lent_grant_has_a_token_of_its_own),
	    T(a_lent_grant_ends_with_its_process),
	    T(nothing_is_lent_to_a_process_that_has_ended),
	    T(a_lent_grant_knows_the_terminal_of_its_process),
	    T(a_lent_grant_needs_no_trust),
	    T(a_lent_grant_does_not_make_way_for_others),
	    T(so_many_are_lent_and_no_more),
	    T(who_watches_a_grant_is_told_once),
	    T(revoking_by_a_rule_takes_lent_ones_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
