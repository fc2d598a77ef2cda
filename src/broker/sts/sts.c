#include "broker/sts/sts.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "base/core/url.h"
#include "broker/sts/errors.h"
#include "net/aws/hosts.h"
#include "net/aws/query_api.h"
#include "net/aws/xml.h"

enum {
	MAX_FIELD = 4096, /* of an answer; a token may be longer */
	MAX_TOKEN = 8 * 1024,
	MIN_SESSION = 2,
};

/* --- names */

static int in_session(char c)
{
	return text_has(c, "_+=,.@-");
}

int sts_session_valid(const char *name)
{
	size_t n = 0;

	while (in_session(name[n]))
		n++;
	return !name[n] && n >= MIN_SESSION && n < STS_SESSION;
}

void sts_session_make(const char *name, char out[STS_SESSION])
{
	size_t n = 0;

	for (; *name && n < STS_SESSION - 1; name++)
		if (in_session(*name))
			out[n++] = *name;
	out[n < MIN_SESSION ? 0 : n] = '\0';
}

const char *sts_session_of(const char *arn)
{
	const char *p = arn ? strstr(arn, ":assumed-role/") : NULL;

	p = p ? strrchr(p, '/') : NULL;
	return p && sts_session_valid(p + 1) ? p + 1 : NULL;
}

/* --- where it is asked */

static const struct {
	const char *partition, *region;
} implicit[] = {
    {"aws", "us-east-1"},
    {"aws-cn", "cn-northwest-1"},
    {"aws-us-gov", "us-gov-west-1"},
    {"aws-eusc", "eusc-de-east-1"},
    {"aws-iso", "us-iso-east-1"},
    {"aws-iso-b", "us-isob-east-1"},
    {"aws-iso-e", "eu-isoe-west-1"},
    {"aws-iso-f", "us-isof-south-1"},
};

/* Of "arn:PARTITION:..." */
static const char *region_of(const char *arn)
{
	const size_t n = sizeof(implicit) / sizeof(implicit[0]);
	size_t len;

	if (!arn || strncmp(arn, "arn:", 4) != 0)
		return implicit[0].region;
	len = strcspn(arn + 4, ":");
	for (size_t i = 0; i < n; i++)
		if (strlen(implicit[i].partition) == len &&
		    memcmp(implicit[i].partition, arn + 4, len) == 0)
			return implicit[i].region;
	return implicit[0].region;
}

int sts_endpoint(const struct sts_at *at, const char *role_arn,
    struct aws_endpoint *to, struct err *e)
{
	const struct aws_asked asked = {
	    .service = AWS_STS,
	    .region = at->region ? at->region : region_of(role_arn),
	    .settings = at->settings,
	};

	return aws_endpoint(to, &asked, e);
}

/* --- requests */

/* "Tags.member.3.Key" */
static void add_member(struct buf *body, const char *list, size_t i,
    const char *part, const char *value)
{
	buf_addf(body, "&%s.member.%zu%s=", list, i + 1, part);
	url_encode(body, value, strlen(value), "");
}

static void add_hop(
    struct buf *body, const struct hop *hop, const char *session_name)
{
	query_api_add(body, "Action", "AssumeRole");
	query_api_add(body, "Version", "2011-06-15");
	query_api_add(body, "RoleArn", hop->role_arn);
	query_api_add(body, "RoleSessionName", session_name);
	query_api_add(body, "ExternalId", hop->external_id);
	query_api_add(body, "SourceIdentity", hop->source_identity);
	query_api_add(body, "Policy", hop->policy);
	if (hop->duration_seconds)
		buf_addf(body, "&DurationSeconds=%ld", hop->duration_seconds);
	for (size_t i = 0; i < hop->n_policy_arns; i++)
		add_member(body, "PolicyArns", i, ".arn", hop->policy_arns[i]);
	for (size_t i = 0; i < hop->n_tags; i++) {
		add_member(body, "Tags", i, ".Key", hop->tags[i].key);
		add_member(body, "Tags", i, ".Value", hop->tags[i].value);
	}
	for (size_t i = 0; i < hop->n_transitive_tag_keys; i++)
		add_member(body, "TransitiveTagKeys", i, "",
		    hop->transitive_tag_keys[i]);
}

/* Signs the ask's body, and sets its URL. */
static int finish(const struct sts_at *at, const char *role_arn,
    const struct credential *by, struct http_ask *ask, struct err *e)
{
	struct aws_endpoint to;
	const struct query_api q = {.service = "sts",
	    .url = to.url,
	    .region = to.region,
	    .now = at->now + at->ahead};
	int rc = sts_endpoint(at, role_arn, &to, e);

	if (rc == 0)
		return query_api_sign(&q, by, ask, e);
	http_ask_release(ask);
	return rc;
}

int sts_assume_ask(const struct sts_at *at, const struct hop *hop,
    const char *session_name, const struct credential *by, struct http_ask *ask,
    struct err *e)
{
	http_ask_init(ask);
	add_hop(&ask->body, hop, session_name);
	return finish(at, hop->role_arn, by, ask, e);
}

int sts_identity_ask(const struct sts_at *at, const char *role_arn,
    const struct credential *by, struct http_ask *ask, struct err *e)
{
	http_ask_init(ask);
	query_api_add(&ask->body, "Action", "GetCallerIdentity");
	query_api_add(&ask->body, "Version", "2011-06-15");
	return finish(at, role_arn, by, ask, e);
}

/* --- answers */

static char *dup_text(struct buf *b)
{
	return b->failed ? NULL : strdup(buf_str(b));
}

static int useless(struct err *e, const char *why)
{
	return err_set(e, ERR_UPSTREAM,
	    "the answer of STS can't be used: %s. If that stays so, is there "
	    "a proxy in the way?",
	    why);
}

#define RESULT "AssumeRoleResponse/AssumeRoleResult/"

/* Until a refusal shows how far ahead the STS clock is, use this answer. */
static int take_credential(const struct sts_at *at, const struct http_answer *a,
    struct xml_want wants[5], struct credential *c, char **arn, struct err *e)
{
	struct credential_said said = {
	    .key_id = buf_str(wants[0].text),
	    .secret_key = buf_str(wants[1].text),
	    .token = buf_str(wants[2].text),
	    .ahead = at->ahead ? at->ahead : http_answer_ahead(a, at->now),
	};
	struct err why;
	int rc;

	for (size_t i = 0; i < 4; i++)
		if (!wants[i].there)
			return useless(e, "it lacks a part");
	if (credential_parse_time(
		buf_str(wants[3].text), wants[3].text->len, &said.expires) < 0)
		return useless(e, "its Expiration is no time");
	rc = credential_make(c, at->slab, &said, at->now, &why);
	if (rc == ERR_NOMEM)
		return err_set(e, rc, "%s", why.msg);
	if (rc < 0)
		return useless(e, why.msg);
	*arn = wants[4].there ? dup_text(wants[4].text) : NULL;
	return 0;
}

static int take_yes(const struct sts_at *at, const struct http_answer *a,
    struct credential *c, char **arn, struct err *e)
{
	struct buf text[5] = {BUF_INIT(MAX_FIELD), BUF_INIT(MAX_FIELD),
	    BUF_INIT(MAX_TOKEN), BUF_INIT(MAX_FIELD), BUF_INIT(MAX_FIELD)};
	struct xml_want wants[] = {
	    {RESULT "Credentials/AccessKeyId", &text[0], 0},
	    {RESULT "Credentials/SecretAccessKey", &text[1], 0},
	    {RESULT "Credentials/SessionToken", &text[2], 0},
	    {RESULT "Credentials/Expiration", &text[3], 0},
	    {RESULT "AssumedRoleUser/Arn", &text[4], 0},
	};
	struct err why;
	int rc = xml_read(a->body.data, a->body.len, wants, 5, &why);

	if (rc == ERR_NOMEM)
		rc = err_set(e, rc, "%s", why.msg);
	else if (rc < 0)
		rc = useless(e, why.msg);
	else
		rc = take_credential(at, a, wants, c, arn, e);
	for (size_t i = 0; i < 5; i++)
		buf_release(&text[i]);
	return rc;
}

int sts_assume_take(const struct sts_at *at, const struct hop *hop,
    const char *by, const struct http_answer *a, struct credential *c,
    char **arn, struct err *e)
{
	memset(c, 0, sizeof(*c));
	*arn = NULL;
	if (a->status != 200)
		return sts_refused(at, hop, by, a, e);
	return take_yes(at, a, c, arn, e);
}

#define WHO "GetCallerIdentityResponse/GetCallerIdentityResult/"

int sts_identity_take(const struct http_answer *a, const struct sts_at *at,
    struct sts_identity *id, struct err *e)
{
	struct buf text[3] = {
	    BUF_INIT(MAX_FIELD), BUF_INIT(MAX_FIELD), BUF_INIT(MAX_FIELD)};
	struct xml_want wants[] = {
	    {WHO "Account", &text[0], 0},
	    {WHO "Arn", &text[1], 0},
	    {WHO "UserId", &text[2], 0},
	};
	struct err why;
	int rc;

	memset(id, 0, sizeof(*id));
	if (a->status != 200)
		return sts_refused(at, NULL, NULL, a, e);
	rc = xml_read(a->body.data, a->body.len, wants, 3, &why);
	if (rc < 0)
		rc = rc == ERR_NOMEM ? err_set(e, rc, "%s", why.msg)
				     : useless(e, why.msg);
	else if (!wants[0].there || !wants[1].there || !wants[2].there)
		rc = useless(e, "it lacks a part");
	if (rc == 0) {
		id->account = dup_text(&text[0]);
		id->arn = dup_text(&text[1]);
		id->user_id = dup_text(&text[2]);
		if (!id->account || !id->arn || !id->user_id) {
			sts_identity_release(id);
			rc = err_set(
			    e, ERR_NOMEM, "the broker is out of memory");
		}
	}
	for (size_t i = 0; i < 3; i++)
		buf_release(&text[i]);
	return rc;
}

void sts_identity_release(struct sts_identity *id)
{
	free(id->account);
	free(id->arn);
	free(id->user_id);
	memset(id, 0, sizeof(*id));
}
