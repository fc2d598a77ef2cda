#include "base/config/settings.h"

#include "home.h"

#include <signal.h>
#include <sys/resource.h>

#include "base/sys/file.h"

#define FILE_TAIL ".config/mairu/broker.json"

static struct settings s;
static struct err e;

static int setup(void **state)
{
	memset(&s, 0, sizeof(s));
	memset(&e, 0, sizeof(e));
	return home_setup(state);
}

static int teardown(void **state)
{
	settings_release(&s);
	return tear_down(state);
}

static int load(const char *text)
{
	settings_release(&s);
	home_mkdir(".config/mairu");
	home_puts(FILE_TAIL, text);
	return settings_load(&s, &e);
}

static void assert_all_unset(void)
{
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_null(s.value[i]);
}

static void assert_wrong(const char *text, const char *said)
{
	static const char path[] = "~/" FILE_TAIL ": ";

	assert_int_equal(load(text), ERR_FORMAT);
	assert_memory_equal(e.msg, path, strlen(path));
	assert_string_equal(e.msg + strlen(path), said);
	assert_all_unset();
}

static void assert_json(int pretty, int shown, const char *expected)
{
	struct buf b = BUF_INIT(65536);

	settings_json(&s, pretty, shown, &b);
	assert_string_equal(buf_str(&b), expected);
	buf_release(&b);
}

static void keys_have_names_and_names_have_keys(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_int_equal(
		    settings_find(settings_name((enum settings_key)i)), i);
	assert_string_equal(
	    settings_name(SETTINGS_ENDPOINT_SSO_OIDC), "endpoints.sso_oidc");
	assert_int_equal(settings_find("sts"), -1);
	assert_int_equal(settings_find("endpoints"), -1);
	assert_int_equal(settings_find(""), -1);
	assert_int_equal(settings_find("Proxy"), -1);
}

static void a_missing_file_is_all_unset(void **state)
{
	char path[PATH_MAX];

	(void)state;
	memset(&s, 0xff, sizeof(s));
	assert_int_equal(settings_load(&s, &e), 0);
	assert_all_unset();
	assert_json(0, 0, "{}");
	assert_int_equal(settings_path(path, &e), 0);
	assert_string_equal(path, at_home(FILE_TAIL));
	assert_int_equal(setenv("XDG_CONFIG_HOME", "/c", 1), 0);
	assert_int_equal(settings_path(path, &e), 0);
	assert_string_equal(path, "/c/mairu/broker.json");
}

#define ALL                                                                    \
	"{\"proxy\":\"http://u:p@proxy:3128\",\"no_proxy\":\"a,.b\","          \
	"\"ca_bundle\":\"/etc/ca.pem\",\"endpoints\":{"                        \
	"\"sts\":\"https://sts.example\",\"sso\":\"https://sso.example\","     \
	"\"sso_oidc\":\"http://127.0.0.1:1/x\"},"                              \
	"\"use_fips\":true,\"use_dualstack\":false}"

static void every_key_is_loaded_and_written_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(load(ALL), 0);
	assert_string_equal(s.value[SETTINGS_PROXY], "http://u:p@proxy:3128");
	assert_string_equal(s.value[SETTINGS_NO_PROXY], "a,.b");
	assert_string_equal(s.value[SETTINGS_CA_BUNDLE], "/etc/ca.pem");
	assert_string_equal(
	    s.value[SETTINGS_ENDPOINT_STS], "https://sts.example");
	assert_string_equal(
	    s.value[SETTINGS_ENDPOINT_SSO_OIDC], "http://127.0.0.1:1/x");
	assert_string_equal(s.value[SETTINGS_USE_FIPS], "true");
	assert_string_equal(s.value[SETTINGS_USE_DUALSTACK], "false");
	assert_json(0, 0, ALL);
}

static void the_password_of_a_proxy_is_left_out_when_shown(void **state)
{
	struct buf b = BUF_INIT(65536);

	(void)state;
	assert_int_equal(load(ALL), 0);
	settings_json(&s, 1, 1, &b);
	assert_non_null(
	    strstr(buf_str(&b), "\"proxy\": \"http://proxy:3128\""));
	assert_null(strstr(buf_str(&b), "u:p"));
	buf_release(&b);
}

static void null_counts_as_unset(void **state)
{
	(void)state;
	assert_int_equal(
	    load("{\"proxy\":null,\"endpoints\":null,\"use_fips\":null}"), 0);
	assert_all_unset();
	assert_int_equal(load("{\"endpoints\":{\"sts\":null}}"), 0);
	assert_all_unset();
	assert_int_equal(load("{}"), 0);
	assert_all_unset();
}

static void keys_that_are_unknown_or_of_the_wrong_kind_are_named(void **state)
{
	(void)state;
	assert_wrong("{\"Proxy\":1,\"use_fips\":\"yes\",\"proxy\":7}",
	    "\"Proxy\": no such key; \"use_fips\": expected true or false, "
	    "found a string; \"proxy\": expected a string, found a number");
	assert_wrong("{\"endpoints\":{\"s3\":\"x\",\"sts\":[]}}",
	    "\"endpoints.s3\": no such key; \"endpoints.sts\": expected a "
	    "string, found an array");
	assert_wrong("{\"endpoints\":\"x\"}",
	    "\"endpoints\": expected an object, found a string");
	assert_wrong("{\"sts\":\"https://x\"}", "\"sts\": no such key");
	assert_wrong("{\"endpoints.sts\":\"https://x\"}",
	    "\"endpoints.sts\": no such key");
	assert_wrong("{\"endpoints\":{\"proxy\":\"http://x\"}}",
	    "\"endpoints.proxy\": no such key");
	assert_wrong("{\"a\\u001b[m\":1}", "\"a\\x1b[m\": no such key");
	assert_wrong("[]", "expected an object, found an array");
	assert_int_equal(load("{"), ERR_FORMAT);
	assert_int_equal(
	    load("{\"use_fips\":true,\"use_fips\":false}"), ERR_FORMAT);
	assert_all_unset();
}

static void a_wrong_value_is_named_and_never_quoted(void **state)
{
	(void)state;
	assert_wrong("{\"proxy\":\"http://u:hunter2@proxy/path\"}",
	    "\"proxy\": it may have nothing behind the host and port");
	assert_int_equal(load("{\"proxy\":\"hunter2\"}"), ERR_FORMAT);
	assert_null(strstr(e.msg, "hunter2"));
	assert_int_equal(
	    load("{\"proxy\":\"http://u:hunter2@p:x\"}"), ERR_FORMAT);
	assert_null(strstr(e.msg, "hunter2"));
	assert_int_equal(
	    settings_set(&s, SETTINGS_PROXY, "http://u:hunter2@p\n", &e),
	    ERR_USAGE);
	assert_null(strstr(e.msg, "hunter2"));
	assert_non_null(strstr(e.msg, "proxy"));
}

static void values_are_checked_when_set(void **state)
{
	static const struct {
		enum settings_key key;
		const char *value;
	} bad[] = {
	    {SETTINGS_PROXY, ""},
	    {SETTINGS_PROXY, "proxy:3128"},
	    {SETTINGS_PROXY, "ftp://proxy"},
	    {SETTINGS_NO_PROXY, ""},
	    {SETTINGS_NO_PROXY, "a\nb"},
	    {SETTINGS_NO_PROXY, "a\x1b"},
	    {SETTINGS_CA_BUNDLE, ""},
	    {SETTINGS_CA_BUNDLE, "ca.pem"},
	    {SETTINGS_CA_BUNDLE, "~/ca.pem"},
	    {SETTINGS_CA_BUNDLE, "/ca\n.pem"},
	    {SETTINGS_ENDPOINT_STS, "http://sts.example"},
	    {SETTINGS_ENDPOINT_STS, "https://u:p@sts.example"},
	    {SETTINGS_ENDPOINT_SSO, "socks5://127.0.0.1"},
	    {SETTINGS_USE_FIPS, "yes"},
	    {SETTINGS_USE_FIPS, "True"},
	    {SETTINGS_USE_DUALSTACK, ""},
	};

	(void)state;
	assert_int_equal(load(ALL), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    settings_set(&s, bad[i].key, bad[i].value, &e), ERR_USAGE);
		assert_non_null(strstr(e.msg, settings_name(bad[i].key)));
	}
	assert_json(0, 0, ALL);
	assert_int_equal(
	    settings_set(&s, SETTINGS_PROXY, "socks5h://[::1]:1080", &e), 0);
	assert_string_equal(s.value[SETTINGS_PROXY], "socks5h://[::1]:1080");
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_int_equal(
		    settings_set(&s, (enum settings_key)i, NULL, &e), 0);
	assert_all_unset();
}

static void what_is_saved_is_private_and_loads_again(void **state)
{
	struct stat st;
	struct buf b = BUF_INIT(65536);

	(void)state;
	(void)umask(0);
	assert_int_equal(
	    settings_set(&s, SETTINGS_ENDPOINT_SSO, "https://x", &e), 0);
	assert_int_equal(
	    settings_set(&s, SETTINGS_PROXY, "http://u:p@h", &e), 0);
	assert_int_equal(settings_set(&s, SETTINGS_USE_FIPS, "true", &e), 0);
	assert_int_equal(settings_save(&s, &e), 0);
	assert_int_equal(stat(at_home(FILE_TAIL), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(file_read(at_home(FILE_TAIL), &b, &e), 0);
	assert_string_equal(buf_str(&b), "{\n"
					 "  \"proxy\": \"http://u:p@h\",\n"
					 "  \"endpoints\": {\n"
					 "    \"sso\": \"https://x\"\n"
					 "  },\n"
					 "  \"use_fips\": true\n"
					 "}\n");
	buf_release(&b);
	settings_release(&s);
	assert_int_equal(settings_load(&s, &e), 0);
	assert_string_equal(s.value[SETTINGS_PROXY], "http://u:p@h");
	assert_null(s.value[SETTINGS_ENDPOINT_STS]);
	settings_release(&s);
	assert_int_equal(settings_save(&s, &e), 0);
	assert_int_equal(settings_load(&s, &e), 0);
	assert_all_unset();
}

static void a_file_that_others_can_write_is_refused(void **state)
{
	(void)state;
	assert_int_equal(load(ALL), 0);
	assert_int_equal(chmod(at_home(FILE_TAIL), 0660), 0);
	settings_release(&s);
	assert_int_equal(settings_load(&s, &e), ERR_REFUSED);
	assert_all_unset();
	assert_int_equal(unlink(at_home(FILE_TAIL)), 0);
	assert_int_equal(mkfifo(at_home(FILE_TAIL), 0600), 0);
	assert_int_equal(settings_load(&s, &e), ERR_REFUSED);
	assert_int_equal(unlink(at_home(FILE_TAIL)), 0);
	home_puts(FILE_TAIL, "");
	assert_int_equal(truncate(at_home(FILE_TAIL), 100000000), 0);
	assert_int_equal(settings_load(&s, &e), ERR_LIMIT);
}

static void a_file_of_someone_elses_is_refused(void **state)
{
	(void)state;
	ONLY_ROOT();
	assert_int_equal(load(ALL), 0);
	settings_release(&s);
	assert_int_equal(chown(at_home(FILE_TAIL), NOBODY, NOBODY), 0);
	assert_int_equal(settings_load(&s, &e), ERR_REFUSED);
}

static int save_on_a_full_disk(void)
{
	const struct rlimit few = {10, 10};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &few) < 0)
		return 1;
	return settings_save(&s, &e) == ERR_SYS ? 0 : 2;
}

static void a_full_disk_leaves_the_file_that_was(void **state)
{
	(void)state;
	assert_int_equal(load(ALL), 0);
	assert_int_equal(settings_set(&s, SETTINGS_USE_FIPS, NULL, &e), 0);
	assert_int_equal(in_child(save_on_a_full_disk, 0), 0);
	settings_release(&s);
	assert_int_equal(settings_load(&s, &e), 0);
	assert_json(0, 0, ALL);
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    AT_HOME(keys_have_names_and_names_have_keys),
	    AT_HOME(a_missing_file_is_all_unset),
	    AT_HOME(every_key_is_loaded_and_written_as_it_was),
	    AT_HOME(the_password_of_a_proxy_is_left_out_when_shown),
	    AT_HOME(null_counts_as_unset),
	    AT_HOME(keys_that_are_unknown_or_of_the_wrong_kind_are_named),
	    AT_HOME(a_wrong_value_is_named_and_never_quoted),
	    AT_HOME(values_are_checked_when_set),
	    AT_HOME(what_is_saved_is_private_and_loads_again),
	    AT_HOME(a_file_that_others_can_write_is_refused),
	    AT_HOME(a_file_of_someone_elses_is_refused),
	    AT_HOME(a_full_disk_leaves_the_file_that_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
