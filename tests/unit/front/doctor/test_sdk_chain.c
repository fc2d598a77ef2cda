/* Where SDKs take their credentials from: front/doctor/sdk_chain.h.  The table
 * is what tests/bats/sdk/chains.py lets real SDKs judge. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/core/json.h"
#include "base/sys/file.h"
#include "front/doctor/sdk_chain.h"

#define TABLE "tests/bats/sdk/chains.json"

enum {
	TEXT = 2048
};

/* What the table calls it. */
static const char *word_of(const struct sdk_choice *c)
{
	static const char *const words[] = {
	    [SDK_ENDPOINT] = "endpoint",
	    [SDK_TOKEN_FILE] = "token-file",
	    [SDK_ECS] = "ecs",
	    [SDK_ENV_KEYS] = "keys",
	    [SDK_WEB_IDENTITY] = "web",
	    [SDK_PROFILE_MAIRU] = "mairu",
	    [SDK_MACHINE] = "machine",
	    [SDK_FAILS] = "fails",
	};

	return c->source == SDK_PROFILE ? awsconf_key_name(c->key)
					: words[c->source];
}

static void join(const struct json_value *lines, char out[TEXT])
{
	struct buf b = BUF_INIT(TEXT);

	for (size_t i = 0; i < json_count(lines); i++) {
		const char *line = json_str(json_at(lines, i), NULL);

		buf_addf(&b, "%s\n",
		    strstr(line, "{mairu}") != NULL
			? "credential_process = mairu credential-process auto"
			: line);
	}
	(void)snprintf(out, TEXT, "%s", buf_str(&b));
	buf_release(&b);
}

static void look(struct awsconf_profile *p, const char *name,
    const char *credentials, const char *config)
{
	if (name == NULL)
		return;
	awsconf_look_at(
	    p, AWSCONF_CREDENTIALS, name, credentials, strlen(credentials));
	awsconf_look_at(p, AWSCONF_CONFIG, name, config, strlen(config));
}

static void world_of(const struct json_value *row, struct sdk_world *w)
{
	const struct json_value *env = json_get(row, "env");
	char credentials[TEXT], config[TEXT];

	memset(w, 0, sizeof(*w));
	w->env[VAR_FULL_URI] = "http://127.0.0.1:1/v1/credentials";
	w->env[VAR_AUTH_TOKEN] = "Bearer x";
	for (size_t i = 0; i < json_count(env); i++) {
		const char *name = json_key_at(env, i);
		enum var_id id = var_find(name, strlen(name));

		assert_int_not_equal(id, VAR_COUNT);
		w->env[id] = json_str(json_at(env, i), NULL);
	}
	join(json_get(row, "credentials"), credentials);
	join(json_get(row, "config"), config);
	look(&w->usual, "default", credentials, config);
	look(&w->named, w->env[VAR_PROFILE], credentials, config);
	look(&w->also_named, w->env[VAR_DEFAULT_PROFILE], credentials, config);
}

static void check_row(const struct json_value *row)
{
	const struct json_value *takes = json_get(row, "takes");
	const char *all = json_str(takes, NULL);
	struct sdk_world w;

	world_of(row, &w);
	for (int i = 0; i < SDK_COUNT; i++) {
		const char *want =
		    all != NULL ? all
				: json_str(json_at(takes, (size_t)i), NULL);
		struct sdk_choice c;

		assert_non_null(want);
		sdk_choose((enum sdk)i, &w, &c);
		if (strcmp(word_of(&c), want) != 0)
			fail_msg("%s: %s takes %s, not %s",
			    json_str(json_get(row, "name"), NULL),
			    sdk_name((enum sdk)i), word_of(&c), want);
	}
}

static void each_sdk_takes_what_the_table_says(void **state)
{
	struct buf b = BUF_INIT(256 * 1024);
	struct json *doc = NULL;
	struct err e = {0};

	(void)state;
	if (file_read(TABLE, &b, &e) < 0 ||
	    json_parse(&doc, b.data, b.len, &e) < 0)
		fail_msg("%s", e.msg);
	assert_true(json_count(json_root(doc)) > 50);
	for (size_t i = 0; i < json_count(json_root(doc)); i++)
		check_row(json_at(json_root(doc), i));
	json_free(doc);
	buf_release(&b);
}

static void world(struct sdk_world *w, const char *credentials)
{
	memset(w, 0, sizeof(*w));
	w->env[VAR_PROFILE] = "dev";
	look(&w->named, "dev", credentials, "");
	look(&w->usual, "default", credentials, "");
}

static void a_choice_names_what_led_to_it(void **state)
{
	struct sdk_world w;
	struct sdk_choice c;

	(void)state;
	world(&w, "[dev]\naws_access_key_id=A\naws_secret_access_key=s\n");
	sdk_choose(SDK_GO, &w, &c);
	assert_int_equal(c.source, SDK_PROFILE);
	assert_int_equal(c.by, VAR_PROFILE);
	assert_string_equal(c.profile, "dev");
	assert_int_equal(c.key, AWSCONF_KEY_ID);
	assert_int_equal(c.file, AWSCONF_CREDENTIALS);
	world(&w, "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
	sdk_choose(SDK_BOTO3, &w, &c);
	assert_int_equal(c.source, SDK_FAILS);
	assert_int_equal(c.fault, SDK_NO_PROFILE);
	assert_string_equal(c.profile, "dev");
	w.env[VAR_PROFILE] = NULL;
	sdk_choose(SDK_BOTO3, &w, &c);
	assert_int_equal(c.by, VAR_COUNT);
	assert_string_equal(c.profile, "default");
}

static void choices_are_the_same_when_all_of_them_is(void **state)
{
	struct sdk_world w;
	struct sdk_choice a, b;

	(void)state;
	world(&w, "[dev]\naws_access_key_id=A\naws_secret_access_key=s\n");
	sdk_choose(SDK_GO, &w, &a);
	sdk_choose(SDK_JAVA, &w, &b);
	assert_true(sdk_same(&a, &b));
	b.file = AWSCONF_CONFIG;
	assert_false(sdk_same(&a, &b));
	sdk_choose(SDK_JAVA, &w, &b);
	b.by = VAR_DEFAULT_PROFILE;
	assert_false(sdk_same(&a, &b));
	a.source = b.source = SDK_FAILS;
	b.by = a.by;
	a.fault = SDK_NO_PROFILE;
	b.fault = SDK_NO_ROLE;
	assert_false(sdk_same(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_sdk_takes_what_the_table_says),
	    cmocka_unit_test(a_choice_names_what_led_to_it),
	    cmocka_unit_test(choices_are_the_same_when_all_of_them_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
