#include "net/aws/hosts.h"

#include <stdio.h>
#include <string.h>

#include "base/config/region.h"
#include "base/core/buf.h"
#include "base/core/text.h"

/* The first one is the default for all other regions. */
static const struct partition {
	const char *prefix; /* its regions are PREFIXwords-1 */
	const char *global; /* its pseudo-region */
	const char *suffix, *dualstack;
} partitions[] = {
    {"", "aws-global", "amazonaws.com", "api.aws"},
    {"cn-", "aws-cn-global", "amazonaws.com.cn",
	"api.amazonwebservices.com.cn"},
    {"us-gov-", "aws-us-gov-global", "amazonaws.com", "api.aws"},
    {"eusc-de-", "aws-eusc-global", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"us-iso-", "aws-iso-global", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "aws-iso-b-global", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-", "aws-iso-e-global", "cloud.adc-e.uk",
	"api.cloud-aws.adc-e.uk"},
    {"us-isof-", "aws-iso-f-global", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

static const struct {
	const char *prefix, *fips;
	enum settings_key override;
} services[] = {
    [AWS_OIDC] = {"oidc", "oidc-fips", SETTINGS_ENDPOINT_SSO_OIDC},
    [AWS_PORTAL] = {"portal.sso", "portal.sso-fips", SETTINGS_ENDPOINT_SSO},
    [AWS_STS] = {"sts", "sts-fips", SETTINGS_ENDPOINT_STS},
};

static const char digits[] = "0123456789";

/* "us-gov-west-1": the prefix, then a word, a dash and a number. */
static int is_of(const struct partition *p, const char *region)
{
	size_t len = strlen(p->prefix), word;

	if (strcmp(region, p->global) == 0)
		return 1;
	if (len == 0 || strncmp(region, p->prefix, len) != 0)
		return 0;
	region += len;
	word = strcspn(region, "-");
	if (word == 0 || region[word] != '-')
		return 0;
	region += word + 1;
	return strspn(region, digits) == strlen(region);
}

static const struct partition *partition_of(const char *region)
{
	const size_t n = sizeof(partitions) / sizeof(partitions[0]);

	for (size_t i = 1; i < n; i++)
		if (is_of(&partitions[i], region))
			return &partitions[i];
	return &partitions[0];
}

static int is_set(const struct settings *s, enum settings_key flag)
{
	return s->value[flag] && strcmp(s->value[flag], "true") == 0;
}

static int overridden(struct aws_endpoint *to, const struct aws_asked *asked,
    const char *url, struct err *e)
{
	static const enum settings_key flags[] = {
	    SETTINGS_USE_FIPS, SETTINGS_USE_DUALSTACK};
	const char *name = settings_name(services[asked->service].override);
	size_t len = strlen(url);

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (is_set(asked->settings, flags[i]))
			return err_set(e, ERR_FORMAT,
			    "%s and %s of broker.json can't both hold. Run: "
			    "mairu config unset %s, or: mairu config unset %s",
			    name, settings_name(flags[i]), name,
			    settings_name(flags[i]));
	while (len > 0 && url[len - 1] == '/')
		len--;
	if (len >= sizeof(to->url))
		return err_set(
		    e, ERR_FORMAT, "%s of broker.json is too long", name);
	memcpy(to->url, url, len);
	to->url[len] = '\0';
	return 0;
}

static void by_rules(struct aws_endpoint *to, const struct aws_asked *asked)
{
	const struct partition *p = partition_of(asked->region);
	int fips = is_set(asked->settings, SETTINGS_USE_FIPS);
	int dual = is_set(asked->settings, SETTINGS_USE_DUALSTACK);

	if (!fips && !dual && asked->service == AWS_STS &&
	    strcmp(asked->region, "aws-global") == 0) {
		(void)snprintf(
		    to->url, sizeof(to->url), "https://sts.amazonaws.com");
		(void)snprintf(to->region, sizeof(to->region), "us-east-1");
		return;
	}
	/* All hosts of that partition are FIPS except dual-stack ones. */
	if (!dual && strcmp(p->prefix, "us-gov-") == 0)
		fips = 0;
	(void)snprintf(to->url, sizeof(to->url), "https://%s.%s.%s",
	    fips ? services[asked->service].fips
		 : services[asked->service].prefix,
	    asked->region, dual ? p->dualstack : p->suffix);
}

static int bad_region(const char *region, struct err *e)
{
	struct buf b = BUF_INIT(400);

	text_safe(&b, region, strlen(region), AWS_REGION);
	(void)err_set(e, ERR_FORMAT,
	    "\"%s\" is no region: it reads like \"eu-west-1\"", buf_str(&b));
	buf_release(&b);
	return ERR_FORMAT;
}

int aws_endpoint(
    struct aws_endpoint *to, const struct aws_asked *asked, struct err *e)
{
	const char *url =
	    asked->settings->value[services[asked->service].override];
	const char *region = asked->region ? asked->region : "";

	memset(to, 0, sizeof(*to));
	if (*region && !region_is(region, strlen(region)))
		return bad_region(region, e);
	(void)snprintf(to->region, sizeof(to->region), "%s", region);
	if (url)
		return overridden(to, asked, url, e);
	if (!*region)
		return err_set(
		    e, ERR_FORMAT, "no region is set to find a host of AWS by");
	by_rules(to, asked);
	return 0;
}
