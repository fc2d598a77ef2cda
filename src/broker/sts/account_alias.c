#include "broker/sts/account_alias.h"

#include <string.h>

#include "net/aws/query_api.h"
#include "net/aws/xml.h"

enum {
	MAX_ALIAS = 63,
};

/* IAM has one host per partition, in one region. */
static const struct place {
	const char *head; /* of the ARNs of the partition */
	const char *url, *fips, *region;
} places[] = {
    {"arn:aws:", "https://iam.amazonaws.com", "https://iam-fips.amazonaws.com",
	"us-east-1"},
    {"arn:aws-cn:", "https://iam.cn-north-1.amazonaws.com.cn", NULL,
	"cn-north-1"},
    {"arn:aws-us-gov:", "https://iam.us-gov.amazonaws.com",
	"https://iam.us-gov.amazonaws.com", "us-gov-west-1"},
};

static int is_set(const struct settings *s, enum settings_key flag)
{
	return s->value[flag] && strcmp(s->value[flag], "true") == 0;
}

/* NULL if a setting requires a host that IAM does not have.  Credentials from
 * an STS override are not AWS's own. */
static const char *url_of(const struct place *p, const struct settings *s)
{
	if (s->value[SETTINGS_ENDPOINT_STS] ||
	    is_set(s, SETTINGS_USE_DUALSTACK))
		return NULL;
	return is_set(s, SETTINGS_USE_FIPS) ? p->fips : p->url;
}

static const struct place *place_of(const char *arn)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strncmp(arn, places[i].head, strlen(places[i].head)) == 0)
			return &places[i];
	return NULL;
}

int iam_alias_ask(const char *arn, const struct settings *settings, int64_t now,
    const struct credential *by, struct http_ask *ask, struct err *e)
{
	const struct place *place = place_of(arn);
	struct query_api q = {.service = "iam", .now = now};

	q.url = place ? url_of(place, settings) : NULL;
	if (!q.url)
		return err_set(
		    e, ERR_NOT_FOUND, "no IAM tells the alias of this account");
	q.region = place->region;
	http_ask_init(ask);
	query_api_add(&ask->body, "Action", "ListAccountAliases");
	query_api_add(&ask->body, "Version", "2010-05-08");
	return query_api_sign(&q, by, ask, e);
}

/* What IAM accepts: lower-case letters, digits and dashes. */
static int is_alias(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= MAX_ALIAS && !s[n];
}

char *iam_alias_take(const struct http_answer *a)
{
	struct buf text = BUF_INIT(256);
	struct xml_want want = {
	    "ListAccountAliasesResponse/ListAccountAliasesResult/"
	    "AccountAliases/member",
	    &text, 0};
	char *alias = NULL;

	if (a->status == 200 &&
	    xml_read(a->body.data, a->body.len, &want, 1, NULL) == 0 &&
	    is_alias(buf_str(&text)))
		alias = strdup(buf_str(&text));
	buf_release(&text);
	return alias;
}
