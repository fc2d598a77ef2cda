/* What the shared files of AWS SDKs say: front/aws/awsconf.h. */

#include "home.h"

#include "front/aws/awsconf.h"

#define KEYS "aws_access_key_id = A\naws_secret_access_key = s\n"
#define OURS "credential_process = /usr/bin/mairu credential-process auto\n"

static struct awsconf scan(const char *credentials, const char *config)
{
	struct awsconf a = {0};

	awsconf_scan(
	    &a, AWSCONF_CREDENTIALS, "mairu", credentials, strlen(credentials));
	awsconf_scan(&a, AWSCONF_CONFIG, "mairu", config, strlen(config));
	return a;
}

static void shadowed(
    const char *credentials, const char *config, const char *key)
{
	struct awsconf a = scan(credentials, config);

	if (key == NULL) {
		if (a.shadow.key != NULL)
			fail_msg("%s shadows in:\n%s--\n%s", a.shadow.key,
			    credentials, config);
		return;
	}
	if (a.shadow.key == NULL)
		fail_msg("nothing shadows in:\n%s--\n%s", credentials, config);
	assert_string_equal(a.shadow.key, key);
}

static void each_setting_that_decides_shadows(void **state)
{
	static const char *const keys[] = {"aws_access_key_id",
	    "aws_secret_access_key", "credential_process", "role_arn",
	    "source_profile", "credential_source", "web_identity_token_file",
	    "sso_session", "sso_start_url", "sso_account_id", "sso_role_name",
	    "sso_region", "login_session"};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		(void)snprintf(
		    text, sizeof(text), "[default]\n%s = x\n", keys[i]);
		shadowed(text, "", keys[i]);
		shadowed("", text, keys[i]);
	}
}

static void other_settings_do_not_shadow(void **state)
{
	(void)state;
	shadowed("", "", NULL);
	shadowed("[default]\naws_session_token = x\n",
	    "[default]\nregion = eu-west-1\noutput = json\n", NULL);
	shadowed("[other]\n" KEYS, "[profile other]\n" KEYS, NULL);
	shadowed("[DEFAULT]\n" KEYS, "[preview]\n" KEYS, NULL);
	shadowed("# [default]\n" KEYS, ";[default]\n" KEYS, NULL);
	shadowed("[default]\n#aws_access_key_id = x\n ; role_arn = y\n",
	    "role_arn = x\n", NULL);
}

static void a_default_profile_that_asks_mairu_is_no_shadow(void **state)
{
	(void)state;
	shadowed("", "[default]\n" OURS, NULL);
	shadowed("", "[default]\n" OURS KEYS, "aws_access_key_id");
}

static void the_prefixed_default_counts_in_config_alone(void **state)
{
	(void)state;
	shadowed("", "[profile default]\n" KEYS, "aws_access_key_id");
	shadowed("", "[profile\t \"default\" ]\n" KEYS, "aws_access_key_id");
	shadowed("[profile default]\n" KEYS, "", NULL);
	shadowed("", "[profiledefault]\n" KEYS, NULL);
	shadowed("", "[profile]\n" KEYS, NULL);
}

static void what_some_sdk_reads_is_read(void **state)
{
	(void)state;
	shadowed("[default]\nROLE_ARN: x\n", "", "role_arn");
	shadowed("[default]\r\nrole_arn=x\r\n", "", "role_arn");
	shadowed("\xef\xbb\xbf[default]\nrole_arn = x", "", "role_arn");
	shadowed("  [ default ] # mine\nrole_arn = x\n", "", "role_arn");
	shadowed(
	    "[default]\nregion = x\n[default]\nrole_arn = x\n", "", "role_arn");
	shadowed(
	    "nonsense\n[default]\nnonsense\nrole_arn = x\n", "", "role_arn");
	shadowed("[default]\naws_access_key_id =\n", "", "aws_access_key_id");
	/* Indented, but no block: the key above has a value. */
	shadowed("[default]\nregion = x\n  role_arn = x\n", "", "role_arn");
	shadowed("[default]\n  role_arn = x\n", "", "role_arn");
	shadowed("[default]\n  s3 =\n  role_arn = x\n", "", "role_arn");
}

static void a_block_below_a_key_is_not_the_profiles(void **state)
{
	(void)state;
	shadowed("", "[default]\ns3 =\n  role_arn = x\n\n  # c\n\trole_arn=y\n",
	    NULL);
	shadowed("", "[default]\ns3 = # c\n  role_arn = x\n", NULL);
	shadowed("", "[default]\ns3 =\n  a = x\nrole_arn = x\n", "role_arn");
}

static void the_file_is_named_credentials_first(void **state)
{
	struct awsconf a = scan("[default]\n" KEYS, "[default]\nrole_arn=x\n");

	(void)state;
	assert_int_equal(a.shadow.file, AWSCONF_CREDENTIALS);
	a = scan("", "[default]\nrole_arn=x\n");
	assert_int_equal(a.shadow.file, AWSCONF_CONFIG);
}

static int ready(const char *credentials, const char *config)
{
	struct awsconf a = scan(credentials, config);

	return awsconf_ready(&a);
}

static void a_profile_is_ready_when_it_asks_mairu_and_nothing_else(void **state)
{
	(void)state;
	assert_true(ready("", "[profile mairu]\n" OURS));
	assert_true(ready("[mairu]\n" OURS, ""));
	assert_true(ready("", "[profile mairu]\nregion = x\n" OURS));
	assert_false(ready("", ""));
	assert_false(ready("", "[mairu]\n" OURS));
	assert_false(ready("[profile mairu]\n" OURS, ""));
	assert_false(ready("", "[profile mairu]\n"));
	assert_false(ready("", "[profile mairu]\n" OURS KEYS));
	assert_false(ready("[mairu]\n" KEYS, "[profile mairu]\n" OURS));
	assert_false(ready("[mairu]\ncredential_process = /bin/other\n",
	    "[profile mairu]\n" OURS));
}

static int ours(const char *command)
{
	return awsconf_is_ours(command, strlen(command));
}

static void mairus_command_is_known_however_it_is_quoted(void **state)
{
	(void)state;
	assert_true(ours("mairu credential-process auto"));
	assert_true(ours("/usr/bin/mairu  credential-process\tauto"));
	assert_true(ours("\"/a b/mairu\" credential-process auto"));
	assert_true(ours("'/a $b/mairu' credential-process auto"));
	assert_true(ours("'/a'\\''b/mairu' credential-process auto"));
	assert_true(ours("/a\\ b/mairu credential-process --x auto"));
	assert_false(ours(""));
	assert_false(ours("mairu"));
	assert_false(ours("mairu credential-process"));
	assert_false(ours("mairu credential-process contoso role"));
	assert_false(ours("mairu exec auto"));
	assert_false(ours("/bin/mairu/other credential-process auto"));
	assert_false(ours("/bin/notmairu credential-process auto"));
	assert_false(ours("env mairu credential-process auto"));
	assert_false(ours("mairu credential-process auto; other"));
	assert_false(ours("mairu credential-process auto | other"));
}

/* --- the files */

static int aws_setup(void **state)
{
	int r = home_setup(state);

	return r | unsetenv("AWS_CONFIG_FILE") |
	       unsetenv("AWS_SHARED_CREDENTIALS_FILE");
}

static void the_usual_files_are_read(void **state)
{
	struct awsconf a;

	(void)state;
	home_mkdir(".aws");
	home_puts(".aws/credentials", "[default]\n" KEYS);
	home_puts(".aws/config", "[profile mairu]\n" OURS);
	awsconf_load(&a, "mairu");
	assert_string_equal(a.shadow.key, "aws_access_key_id");
	assert_string_equal(a.path[0], at_home(".aws/credentials"));
	assert_string_equal(a.path[1], at_home(".aws/config"));
	assert_true(awsconf_ready(&a));
}

static void the_variables_say_where_they_are(void **state)
{
	struct awsconf a;

	(void)state;
	home_puts("c1", "[default]\n" KEYS);
	home_puts("c2", "[profile mairu]\n" OURS);
	assert_int_equal(setenv("AWS_SHARED_CREDENTIALS_FILE", "~/c1", 1), 0);
	assert_int_equal(setenv("AWS_CONFIG_FILE", at_home("c2"), 1), 0);
	awsconf_load(&a, "mairu");
	assert_string_equal(a.path[0], at_home("c1"));
	assert_non_null(a.shadow.key);
	assert_true(awsconf_ready(&a));
	/* Empty is unset. */
	assert_int_equal(setenv("AWS_SHARED_CREDENTIALS_FILE", "", 1), 0);
	awsconf_load(&a, "mairu");
	assert_null(a.shadow.key);
	assert_string_equal(a.path[0], at_home(".aws/credentials"));
}

static void what_is_not_there_says_nothing(void **state)
{
	struct awsconf a;

	(void)state;
	assert_int_equal(
	    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1), 0);
	awsconf_load(&a, "mairu");
	assert_null(a.shadow.key);
	assert_false(a.unknown[0]);
	assert_false(a.unknown[1]);
	assert_int_equal(symlink("nowhere", at_home("link")), 0);
	assert_int_equal(setenv("AWS_CONFIG_FILE", "~/link", 1), 0);
	awsconf_load(&a, "mairu");
	assert_false(a.unknown[1]);
	assert_int_equal(unsetenv("AWS_SHARED_CREDENTIALS_FILE"), 0);
	assert_int_equal(unsetenv("HOME"), 0);
	awsconf_load(&a, "mairu");
	assert_false(a.unknown[0]);
	assert_string_equal(a.path[0], "");
}

static void what_cannot_be_read_is_unknown_with_a_reason(void **state)
{
	static char large[AWSCONF_MAX_BYTES + 1];
	struct awsconf a;

	(void)state;
	home_mkdir(".aws");
	assert_int_equal(mkfifo(at_home(".aws/credentials"), 0600), 0);
	memset(large, '\n', sizeof(large));
	home_write(".aws/config", large, sizeof(large));
	awsconf_load(&a, "mairu");
	assert_true(a.unknown[0]);
	assert_non_null(strstr(a.why[0].msg, "not a regular file"));
	assert_true(a.unknown[1]);
	assert_non_null(strstr(a.why[1].msg, "larger than"));
	assert_null(a.shadow.key);
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, aws_setup, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_setting_that_decides_shadows),
	    cmocka_unit_test(other_settings_do_not_shadow),
	    cmocka_unit_test(a_default_profile_that_asks_mairu_is_no_shadow),
	    cmocka_unit_test(the_prefixed_default_counts_in_config_alone),
	    cmocka_unit_test(what_some_sdk_reads_is_read),
	    cmocka_unit_test(a_block_below_a_key_is_not_the_profiles),
	    cmocka_unit_test(the_file_is_named_credentials_first),
	    cmocka_unit_test(
		a_profile_is_ready_when_it_asks_mairu_and_nothing_else),
	    cmocka_unit_test(mairus_command_is_known_however_it_is_quoted),
	    AT_HOME(the_usual_files_are_read),
	    AT_HOME(the_variables_say_where_they_are),
	    AT_HOME(what_is_not_there_says_nothing),
	    AT_HOME(what_cannot_be_read_is_unknown_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
