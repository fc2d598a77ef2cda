#include "base/config/trust.h"

#include "home.h"

#include <errno.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "base/sys/file.h"

#define CONFIG "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"}\n"
#define STORE  ".local/state/mairu/trust"

static struct project p;
static struct err e;

static int setup(void **state)
{
	project_init(&p);
	memset(&e, 0, sizeof(e));
	return home_setup(state);
}

static int teardown(void **state)
{
	project_release(&p);
	return tear_down(state);
}

/* Writes the config of the directory `tail` and reads it as p. */
static void config(const char *tail, const char *text)
{
	char path[PATH_MAX];

	home_mkdir(tail);
	(void)snprintf(path, sizeof(path), "%s/.mairu.json", tail);
	home_puts(path, text);
	if (project_read(&p, at_home(path), &e) < 0 ||
	    project_parse(&p, &e) < 0)
		fail_msg("%s", e.msg);
}

static void allow(void)
{
	if (trust_record(&p, 1, &e) < 0)
		fail_msg("%s", e.msg);
}

static void assert_verdict(enum trust_verdict expected)
{
	enum trust_verdict v;

	if (trust_check(&p, &v, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(v, expected);
}

static void assert_error(int code, const char *says)
{
	enum trust_verdict v = TRUST_ALLOWED;

	assert_int_equal(trust_check(&p, &v, NULL, &e), code);
	assert_int_equal(v, TRUST_UNKNOWN);
	if (strstr(e.msg, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.msg, says);
}

static const char *record_path(void)
{
	static char path[PATH_MAX];

	assert_int_equal(trust_file(p.path, path, &e), 0);
	return path;
}

static void what_was_never_allowed_is_unknown(void **state)
{
	(void)state;
	config("p", CONFIG);
	assert_verdict(TRUST_UNKNOWN);
	assert_int_equal(trust_denied(p.path, &e), 0);
	assert_int_equal(access(at_home(".local"), F_OK), -1);
	/* With a store that holds other verdicts too. */
	config("q", CONFIG);
	allow();
	config("p", CONFIG);
	assert_verdict(TRUST_UNKNOWN);
}

static void what_was_allowed_is_allowed_and_kept_private(void **state)
{
	(void)state;
	(void)umask(0);
	config("p", CONFIG);
	allow();
	assert_verdict(TRUST_ALLOWED);
	assert_int_equal(mode_of(record_path()), 0600);
	assert_int_equal(mode_of(at_home(STORE)), 0700);
	assert_int_equal(mode_of(at_home(".local/state/mairu")), 0700);
}

static void a_denial_holds_through_edits_until_it_is_allowed(void **state)
{
	(void)state;
	config("p", CONFIG);
	assert_int_equal(trust_record(&p, 0, &e), 0);
	assert_verdict(TRUST_DENIED);
	assert_int_equal(trust_denied(p.path, &e), 1);
	config("p", "{\"server\":\"s\",\"role\":\"r\"}");
	assert_verdict(TRUST_DENIED);
	allow();
	assert_verdict(TRUST_ALLOWED);
	assert_int_equal(trust_denied(p.path, &e), 0);
}

static void a_denial_needs_no_config_that_parses(void **state)
{
	(void)state;
	home_mkdir("p");
	home_puts("p/.mairu.json", "no JSON");
	assert_int_equal(project_read(&p, at_home("p/.mairu.json"), &e), 0);
	assert_int_equal(trust_record(&p, 1, &e), ERR_USAGE);
	assert_int_equal(trust_record(&p, 0, &e), 0);
	assert_int_equal(trust_denied(p.path, &e), 1);
	config("p", CONFIG);
	assert_verdict(TRUST_DENIED);
}

static void a_check_takes_a_config_that_was_parsed(void **state)
{
	enum trust_verdict v;

	(void)state;
	config("p", CONFIG);
	allow();
	project_forget(&p);
	assert_int_equal(trust_check(&p, &v, NULL, &e), ERR_USAGE);
	assert_int_equal(v, TRUST_UNKNOWN);
}

static void an_edit_within_the_same_second_is_noticed(void **state)
{
	struct stat st;
	struct timespec times[2];

	(void)state;
	config("p", CONFIG);
	allow();
	assert_int_equal(stat(p.path, &st), 0);
	/* Of the same length, with its times put back. */
	config("p", "{\"server\":\"contoso\",\"role\":\"123456789012/Adm\"}\n");
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, p.path, times, 0), 0);
	assert_verdict(TRUST_CHANGED);
	/* The same bytes in another inode are the same config. */
	home_puts("new", CONFIG);
	assert_int_equal(rename(at_home("new"), p.path), 0);
	assert_int_equal(project_read(&p, p.path, &e), 0);
	assert_int_equal(project_parse(&p, &e), 0);
	assert_verdict(TRUST_ALLOWED);
}

static void a_path_is_not_a_prefix(void **state)
{
	(void)state;
	config("proj", CONFIG);
	allow();
	config("proj-evil", CONFIG);
	assert_verdict(TRUST_UNKNOWN);
	config("proj/sub", CONFIG);
	assert_verdict(TRUST_UNKNOWN);
	config("pro", CONFIG);
	assert_verdict(TRUST_UNKNOWN);
}

static void a_record_moved_to_another_name_is_no_trust(void **state)
{
	char from[PATH_MAX];

	(void)state;
	config("p", CONFIG);
	allow();
	(void)snprintf(from, sizeof(from), "%s", record_path());
	config("q", CONFIG);
	assert_int_equal(rename(from, record_path()), 0);
	assert_error(ERR_FORMAT, "mairu allow");
	assert_true(trust_denied(p.path, &e) < 0);
}

static void without_a_home_there_is_no_trust(void **state)
{
	enum trust_verdict v;

	(void)state;
	config("p", CONFIG);
	assert_int_equal(unsetenv("HOME"), 0);
	assert_int_equal(trust_check(&p, &v, NULL, &e), ERR_NOT_FOUND);
	assert_int_equal(trust_record(&p, 1, &e), ERR_NOT_FOUND);
	assert_int_equal(setenv("XDG_STATE_HOME", at_home("s"), 1), 0);
	allow();
	assert_verdict(TRUST_ALLOWED);
	assert_int_equal(access(at_home("s/mairu/trust"), F_OK), 0);
}

static void a_path_that_is_not_utf8_cannot_be_recorded(void **state)
{
	(void)state;
	config("p\xff", CONFIG);
	/* To be told to allow it would lead nowhere. */
	assert_error(ERR_REFUSED, "not UTF-8");
	assert_int_equal(trust_record(&p, 1, &e), ERR_REFUSED);
	assert_non_null(strstr(e.msg, "~/p\\xff/.mairu.json"));
	assert_non_null(strstr(e.msg, "not UTF-8"));
	/* One that only looks odd can. */
	config("p \"\\\n\xc3\xa4", CONFIG);
	allow();
	assert_verdict(TRUST_ALLOWED);
}

/* Compares a record with a pattern in which the moment is left open. */
static void the_record_on_disk_is_that_of_mairu_0_11(void **state)
{
	struct buf b = BUF_INIT(65536);
	char expected[2 * PATH_MAX], hash[65], *moment;
	regex_t re;

	(void)state;
	config("p", "{\"server\":\"s\",\"role\":\"r\",\"mode\":\"ecs\"}");
	allow();
	assert_int_equal(file_read(record_path(), &b, &e), 0);
	project_digest_text(p.digest, hash);
	for (char *c = hash; *c != '\0'; c++)
		*c = (char)(*c == '-' ? '+' : *c == '_' ? '/' : *c);
	moment = strstr(buf_str(&b), "\"updated_at\": \"");
	assert_non_null(moment);
	moment += strlen("\"updated_at\": \"");
	assert_int_equal(
	    regcomp(&re,
		"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
		"[.][0-9]{9}Z\"",
		REG_EXTENDED),
	    0);
	assert_int_equal(regexec(&re, moment, 0, NULL, 0), 0);
	regfree(&re);
	(void)snprintf(expected, sizeof(expected),
	    "{\n"
	    "  \"path\": \"%s\",\n"
	    "  \"trust\": true,\n"
	    "  \"digest\": {\n"
	    "    \"type\": \"Sha384\",\n"
	    "    \"hash\": \"%s\"\n"
	    "  },\n"
	    "  \"content\": {\n"
	    "    \"server\": \"s\",\n"
	    "    \"role\": \"r\",\n"
	    "    \"mode\": \"ecs\",\n"
	    "    \"assume_role\": null\n"
	    "  },\n"
	    "  \"updated_at\": \"%.30s\"\n"
	    "}\n",
	    p.path, hash, moment);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void a_store_that_is_ours_but_too_open_is_tightened(void **state)
{
	static const mode_t modes[] = {0777, 0770, 0755, 0701};

	(void)state;
	config("p", CONFIG);
	allow();
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(at_home(STORE), modes[i]), 0);
		assert_verdict(TRUST_ALLOWED);
		assert_int_equal(mode_of(at_home(STORE)), 0700);
	}
	assert_int_equal(chmod(at_home(STORE), 0777), 0);
	allow();
	assert_int_equal(mode_of(at_home(STORE)), 0700);
}

static void a_record_that_others_could_write_is_refused(void **state)
{
	static const mode_t modes[] = {0620, 0602, 0666};

	(void)state;
	config("p", CONFIG);
	allow();
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(record_path(), modes[i]), 0);
		assert_error(ERR_REFUSED, "altered");
		assert_non_null(strstr(e.msg, record_path()));
		assert_non_null(strstr(e.msg, "mairu allow"));
		assert_true(trust_denied(p.path, &e) < 0);
	}
	/* To allow it again mends it. */
	allow();
	assert_verdict(TRUST_ALLOWED);
	assert_int_equal(chmod(record_path(), 0644), 0);
	assert_verdict(TRUST_ALLOWED);
}

static void a_record_of_another_kind_is_refused(void **state)
{
	(void)state;
	config("p", CONFIG);
	allow();
	assert_int_equal(unlink(record_path()), 0);
	assert_int_equal(mkfifo(record_path(), 0600), 0);
	assert_error(ERR_REFUSED, "rm ");
	assert_int_equal(unlink(record_path()), 0);
	assert_int_equal(mkdir(record_path(), 0700), 0);
	assert_error(ERR_REFUSED, "rm ");
	assert_int_equal(rmdir(record_path()), 0);
	assert_int_equal(symlink("/nowhere", record_path()), 0);
	assert_error(ERR_SYS, "cannot open");
	assert_int_equal(unlink(record_path()), 0);
	home_puts("sparse", "");
	assert_int_equal(truncate(at_home("sparse"), 100000000), 0);
	assert_int_equal(rename(at_home("sparse"), record_path()), 0);
	assert_error(ERR_LIMIT, "larger");
}

static void someone_elses_record_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	config("p", CONFIG);
	allow();
	assert_int_equal(chown(record_path(), NOBODY, NOBODY), 0);
	assert_error(ERR_REFUSED, "altered");
	/* A link of ours to it is no better. */
	assert_int_equal(rename(record_path(), at_home("theirs")), 0);
	assert_int_equal(symlink(at_home("theirs"), record_path()), 0);
	assert_error(ERR_REFUSED, "altered");
}

static void someone_elses_store_is_refused_with_the_cure(void **state)
{
	char cure[PATH_MAX];

	(void)state;
	ONLY_ROOT();
	config("p", CONFIG);
	allow();
	assert_int_equal(chown(at_home(STORE), NOBODY, NOBODY), 0);
	(void)snprintf(
	    cure, sizeof(cure), "sudo chown -R \"$USER\" %s", at_home(STORE));
	assert_error(ERR_REFUSED, cure);
	assert_int_equal(trust_record(&p, 1, &e), ERR_REFUSED);
	assert_non_null(strstr(e.msg, cure));

	assert_int_equal(rename(at_home(STORE), at_home("theirs")), 0);
	assert_int_equal(symlink(at_home("theirs"), at_home(STORE)), 0);
	assert_error(ERR_REFUSED, cure);
	assert_int_equal(trust_record(&p, 1, &e), ERR_REFUSED);

	/* Where HOME is someone else's too, its store is not to be taken. */
	assert_int_equal(chown(scratch, NOBODY, NOBODY), 0);
	assert_error(ERR_REFUSED, "set HOME");
	assert_null(strstr(e.msg, "chown"));
}

static int check_from_outside(void)
{
	enum trust_verdict v;

	return trust_check(&p, &v, NULL, &e) == ERR_REFUSED &&
		       strstr(e.msg, "sudo chown -R \"$USER\" ") != NULL &&
		       strstr(e.msg, at_home(".local/state")) != NULL &&
		       strstr(e.msg, "mairu/trust") == NULL
		   ? 0
		   : 1;
}

static int check_behind_our_own(void)
{
	enum trust_verdict v;

	return trust_check(&p, &v, NULL, &e) == ERR_REFUSED &&
		       strstr(e.msg, "chmod u+rwx ") != NULL
		   ? 0
		   : 1;
}

static void a_store_out_of_reach_is_refused_with_the_cure(void **state)
{
	(void)state;
	ONLY_ROOT();
	config("p", CONFIG);
	home_mkdir(".local/state/mairu");
	assert_int_equal(chown(scratch, NOBODY, NOBODY), 0);
	assert_int_equal(chown(at_home(".local"), NOBODY, NOBODY), 0);
	assert_int_equal(chmod(at_home(".local/state"), 0700), 0);
	assert_int_equal(in_child(check_from_outside, 1), 0);
	assert_int_equal(chown(at_home(".local/state"), NOBODY, NOBODY), 0);
	assert_int_equal(chmod(at_home(".local/state"), 0600), 0);
	assert_int_equal(in_child(check_behind_our_own, 1), 0);
}

static void a_store_that_is_no_directory_is_refused(void **state)
{
	(void)state;
	config("p", CONFIG);
	home_mkdir(".local/state/mairu");
	home_puts(STORE, "");
	assert_error(ERR_REFUSED, "not a directory");
	assert_int_equal(trust_record(&p, 1, &e), ERR_REFUSED);
	assert_int_equal(unlink(at_home(STORE)), 0);
	assert_int_equal(mkfifo(at_home(STORE), 0600), 0);
	assert_error(ERR_REFUSED, "not a directory");
}

/* Denies on a disk that is full; the trust that stands must survive. */
static int deny_on_a_full_disk(void)
{
	const struct rlimit few = {100, 100};
	enum trust_verdict v;
	FILE *fill;
	char block[4096] = {0};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (unshare(CLONE_NEWNS) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", at_home(STORE), "tmpfs", 0, "size=16k,mode=0700") ==
		0) {
		if (trust_record(&p, 1, &e) < 0)
			return 1;
		fill = fopen(at_home(STORE "/trust.fill"), "we");
		while (fill != NULL && fwrite(block, 1, 4096, fill) == 4096)
			;
		if (fill == NULL || (fclose(fill), 0))
			return 2;
	} else if (setrlimit(RLIMIT_FSIZE, &few) < 0) {
		return 3;
	}
	if (trust_record(&p, 0, &e) != ERR_SYS ||
	    (e.sys_errno != ENOSPC && e.sys_errno != EFBIG))
		return 4;
	if (trust_check(&p, &v, NULL, &e) < 0 || v != TRUST_ALLOWED)
		return 5;
	/* The record and the filling: nothing half written. */
	return entries(at_home(STORE)) <= 2 ? 0 : 6;
}

static void a_full_disk_leaves_the_verdict_that_was(void **state)
{
	(void)state;
	config("p", CONFIG);
	allow();
	assert_int_equal(in_child(deny_on_a_full_disk, 0), 0);
	assert_verdict(TRUST_ALLOWED);
}

static int write_many(void)
{
	for (int i = 0; i < 50; i++)
		if (trust_record(&p, (i + getpid()) % 2, &e) < 0)
			return 1;
	return 0;
}

static void writers_at_once_leave_a_whole_record(void **state)
{
	pid_t pids[4];
	int status, live = 4;

	(void)state;
	config("p", CONFIG);
	allow();
	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(write_many());
	}
	while (live > 0) {
		enum trust_verdict v = TRUST_UNKNOWN;

		if (trust_check(&p, &v, NULL, &e) < 0)
			fail_msg("%s", e.msg);
		assert_true(v == TRUST_ALLOWED || v == TRUST_DENIED);
		if (waitpid(pids[live - 1], &status, WNOHANG) > 0) {
			assert_int_equal(status, 0);
			live--;
		}
	}
	assert_int_equal(entries(at_home(STORE)), 1);
	assert_int_equal(mode_of(record_path()), 0600);
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(what_was_never_allowed_is_unknown),
	    AT_HOME(what_was_allowed_is_allowed_and_kept_private),
	    AT_HOME(a_denial_holds_through_edits_until_it_is_allowed),
	    AT_HOME(a_denial_needs_no_config_that_parses),
	    AT_HOME(a_check_takes_a_config_that_was_parsed),
	    AT_HOME(an_edit_within_the_same_second_is_noticed),
	    AT_HOME(a_path_is_not_a_prefix),
	    AT_HOME(a_record_moved_to_another_name_is_no_trust),
	    AT_HOME(without_a_home_there_is_no_trust),
	    AT_HOME(a_path_that_is_not_utf8_cannot_be_recorded),
	    AT_HOME(the_record_on_disk_is_that_of_mairu_0_11),
	    AT_HOME(a_store_that_is_ours_but_too_open_is_tightened),
	    AT_HOME(a_record_that_others_could_write_is_refused),
	    AT_HOME(a_record_of_another_kind_is_refused),
	    AT_HOME(someone_elses_record_is_refused),
	    AT_HOME(someone_elses_store_is_refused_with_the_cure),
	    AT_HOME(a_store_out_of_reach_is_refused_with_the_cure),
	    AT_HOME(a_store_that_is_no_directory_is_refused),
	    AT_HOME(a_full_disk_leaves_the_verdict_that_was),
	    AT_HOME(writers_at_once_leave_a_whole_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
