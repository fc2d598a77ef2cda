/* Which host answers for a service of AWS: net/aws/hosts.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/json.h"
#include "base/sys/file.h"
#include "net/aws/hosts.h"

static char yes[] = "true", no[] = "false";
static struct settings settings;
static struct aws_endpoint found;
static struct err e;

static int setup(void **state)
{
	(void)state;
	memset(&settings, 0, sizeof(settings));
	memset(&e, 0, sizeof(e));
	return 0;
}

static int find(enum aws_service service, const char *region)
{
	const struct aws_asked asked = {service, region, &settings};

	return aws_endpoint(&found, &asked, &e);
}

static void set(int fips, int dual)
{
	settings.value[SETTINGS_USE_FIPS] = fips ? yes : no;
	settings.value[SETTINGS_USE_DUALSTACK] = dual ? yes : NULL;
}

static void each_partition_has_its_hosts(void **state)
{
	static const struct {
		enum aws_service service;
		const char *region;
		int fips, dual;
		const char *url;
	} cases[] = {
	    {AWS_OIDC, "eu-west-1", 0, 0, "oidc.eu-west-1.amazonaws.com"},
	    {AWS_PORTAL, "eu-west-1", 1, 0,
		"portal.sso-fips.eu-west-1.amazonaws.com"},
	    {AWS_OIDC, "eu-west-1", 0, 1, "oidc.eu-west-1.api.aws"},
	    {AWS_OIDC, "eu-west-1", 1, 1, "oidc-fips.eu-west-1.api.aws"},
	    {AWS_STS, "xx-new-1", 1, 0, "sts-fips.xx-new-1.amazonaws.com"},
	    {AWS_STS, "cn-north-1", 0, 0, "sts.cn-north-1.amazonaws.com.cn"},
	    {AWS_STS, "cn-north-1", 0, 1,
		"sts.cn-north-1.api.amazonwebservices.com.cn"},
	    {AWS_OIDC, "us-gov-west-1", 1, 0,
		"oidc.us-gov-west-1.amazonaws.com"},
	    {AWS_OIDC, "us-gov-west-1", 1, 1,
		"oidc-fips.us-gov-west-1.api.aws"},
	    {AWS_PORTAL, "eusc-de-east-1", 0, 0,
		"portal.sso.eusc-de-east-1.amazonaws.eu"},
	    {AWS_PORTAL, "us-iso-east-1", 0, 0,
		"portal.sso.us-iso-east-1.c2s.ic.gov"},
	    {AWS_PORTAL, "us-isob-east-1", 0, 1,
		"portal.sso.us-isob-east-1.api.aws.scloud"},
	    {AWS_PORTAL, "eu-isoe-west-1", 1, 0,
		"portal.sso-fips.eu-isoe-west-1.cloud.adc-e.uk"},
	    {AWS_PORTAL, "us-isof-south-1", 1, 1,
		"portal.sso-fips.us-isof-south-1.api.aws.hci.ic.gov"},
	    /* What only looks like a region of theirs is one of the first. */
	    {AWS_OIDC, "cn-north", 0, 0, "oidc.cn-north.amazonaws.com"},
	    {AWS_OIDC, "cn-north-x", 0, 0, "oidc.cn-north-x.amazonaws.com"},
	    {AWS_OIDC, "us-gov-1", 1, 0, "oidc-fips.us-gov-1.amazonaws.com"},
	    {AWS_STS, "aws-cn-global", 0, 0,
		"sts.aws-cn-global.amazonaws.com.cn"},
	};
	char url[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set(cases[i].fips, cases[i].dual);
		assert_int_equal(find(cases[i].service, cases[i].region), 0);
		(void)snprintf(url, sizeof(url), "https://%s", cases[i].url);
		assert_string_equal(found.url, url);
		assert_string_equal(found.region, cases[i].region);
	}
}

static void the_global_host_of_sts_signs_for_its_own_region(void **state)
{
	(void)state;
	assert_int_equal(find(AWS_STS, "aws-global"), 0);
	assert_string_equal(found.url, "https://sts.amazonaws.com");
	assert_string_equal(found.region, "us-east-1");
	set(1, 0);
	assert_int_equal(find(AWS_STS, "aws-global"), 0);
	assert_string_equal(
	    found.url, "https://sts-fips.aws-global.amazonaws.com");
	set(0, 0);
	assert_int_equal(find(AWS_OIDC, "aws-global"), 0);
	assert_string_equal(found.url, "https://oidc.aws-global.amazonaws.com");
}

static void an_override_keeps_its_path_and_the_region(void **state)
{
	static char url[] = "http://127.0.0.1:9/base/", bare[] = "https://x";

	(void)state;
	settings.value[SETTINGS_ENDPOINT_SSO] = url;
	settings.value[SETTINGS_ENDPOINT_STS] = bare;
	assert_int_equal(find(AWS_PORTAL, "eu-west-1"), 0);
	assert_string_equal(found.url, "http://127.0.0.1:9/base");
	assert_string_equal(found.region, "eu-west-1");
	assert_int_equal(find(AWS_STS, "eu-west-1"), 0);
	assert_string_equal(found.url, "https://x");
	assert_string_equal(found.region, "eu-west-1");
	assert_int_equal(find(AWS_STS, NULL), 0);
	assert_string_equal(found.region, "");
	assert_int_equal(find(AWS_OIDC, "eu-west-1"), 0);
	assert_string_equal(found.url, "https://oidc.eu-west-1.amazonaws.com");
}

static void settings_that_do_not_go_together_are_named(void **state)
{
	static char url[] = "https://x.example/";

	(void)state;
	settings.value[SETTINGS_ENDPOINT_SSO_OIDC] = url;
	set(1, 0);
	assert_int_equal(find(AWS_OIDC, "eu-west-1"), ERR_FORMAT);
	assert_string_equal(e.msg,
	    "endpoints.sso_oidc and use_fips of broker.json can't both hold. "
	    "Run: mairu config unset endpoints.sso_oidc, or: mairu config "
	    "unset use_fips");
	set(0, 1);
	assert_int_equal(find(AWS_OIDC, "eu-west-1"), ERR_FORMAT);
	assert_non_null(strstr(e.msg, "endpoints.sso_oidc and use_dualstack"));
	/* That of another service does not matter. */
	assert_int_equal(find(AWS_PORTAL, "eu-west-1"), 0);
	assert_string_equal(found.url, "https://portal.sso.eu-west-1.api.aws");
}

static void what_is_no_label_of_a_host_is_no_region(void **state)
{
	static const char *const bad[] = {"-eu", "eu-", "EU-WEST-1", "a.b",
	    "cn--1", "x/y", "evil.example#", "eu west 1", "eu_west_1",
	    "\033[31m", "é",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	static char url[] = "https://x.example/";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(find(AWS_STS, bad[i]), ERR_FORMAT);
		assert_non_null(strstr(e.msg, "is no region"));
		assert_null(strchr(e.msg, '\033'));
		assert_string_equal(found.url, "");
	}
	assert_int_equal(find(AWS_STS, "a"), 0);
	assert_int_equal(find(AWS_STS, ""), ERR_FORMAT);
	assert_int_equal(find(AWS_STS, NULL), ERR_FORMAT);
	assert_string_equal(e.msg, "no region is set to find a host of AWS by");
	/* It would be signed for. */
	settings.value[SETTINGS_ENDPOINT_STS] = url;
	assert_int_equal(find(AWS_STS, "a.b"), ERR_FORMAT);
}

/* --- the cases that AWS publishes */

static void check_case(enum aws_service service, const struct json_value *v)
{
	const struct json_value *params = json_get(v, "params");
	const struct json_value *expect = json_get(v, "expect");
	const struct json_value *endpoint = json_get(expect, "endpoint");
	const struct json_value *scheme = json_at(
	    json_get(json_get(endpoint, "properties"), "authSchemes"), 0);
	const char *region = json_str(json_get(params, "Region"), NULL);
	const char *url = json_str(json_get(params, "Endpoint"), NULL);
	const char *sign = json_str(json_get(scheme, "signingRegion"), NULL);
	char *copy = url ? strdup(url) : NULL;
	static const enum settings_key keys[] = {
	    [AWS_OIDC] = SETTINGS_ENDPOINT_SSO_OIDC,
	    [AWS_PORTAL] = SETTINGS_ENDPOINT_SSO,
	    [AWS_STS] = SETTINGS_ENDPOINT_STS};
	int rc;

	/* Old regions may share the global host; here they never do. */
	if (json_bool(json_get(params, "UseGlobalEndpoint")) == 1) {
		free(copy);
		return;
	}
	set(json_bool(json_get(params, "UseFIPS")) == 1,
	    json_bool(json_get(params, "UseDualStack")) == 1);
	settings.value[keys[service]] = copy;
	rc = find(service, region);
	if (!endpoint) {
		assert_int_equal(rc, ERR_FORMAT);
	} else {
		assert_int_equal(rc, 0);
		assert_string_equal(
		    found.url, json_str(json_get(endpoint, "url"), NULL));
		assert_string_equal(found.region, sign	   ? sign
						  : region ? region
							   : "");
	}
	free(copy);
}

static void check_file(
    const char *dir, enum aws_service service, const char *name, size_t n)
{
	struct buf text = BUF_INIT(JSON_MAX_BYTES);
	const struct json_value *cases;
	char path[PATH_MAX];
	struct json *doc;

	(void)snprintf(path, sizeof(path), "%s/models/%s/endpoint-tests-1.json",
	    dir, name);
	setup(NULL);
	assert_int_equal(file_read(path, &text, &e), 0);
	assert_int_equal(json_parse(&doc, text.data, text.len, &e), 0);
	cases = json_get(json_root(doc), "testCases");
	assert_true(json_count(cases) >= n);
	for (size_t i = 0; i < json_count(cases); i++)
		check_case(service, json_at(cases, i));
	json_free(doc);
	buf_release(&text);
}

static void the_cases_that_aws_publishes_hold(void **state)
{
	const char *dir = getenv("MAIRU_AWS");
	char path[PATH_MAX];

	(void)state;
	if (!dir)
		dir = "../shared/aws";
	(void)snprintf(path, sizeof(path), "%s/models/sso", dir);
	if (access(path, R_OK) < 0) {
		print_message("skipped: %s does not exist; MAIRU_AWS names the "
			      "directory that has models/ of botocore\n",
		    path);
		skip();
	}
	check_file(dir, AWS_PORTAL, "sso", 40);
	check_file(dir, AWS_OIDC, "sso-oidc", 40);
	check_file(dir, AWS_STS, "sts", 69);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(each_partition_has_its_hosts, setup),
	    cmocka_unit_test_setup(
		the_global_host_of_sts_signs_for_its_own_region, setup),
	    cmocka_unit_test_setup(
		an_override_keeps_its_path_and_the_region, setup),
	    cmocka_unit_test_setup(
		settings_that_do_not_go_together_are_named, setup),
	    cmocka_unit_test_setup(
		what_is_no_label_of_a_host_is_no_region, setup),
	    cmocka_unit_test_setup(the_cases_that_aws_publishes_hold, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
