/*
 * Errors of STS, and our messages for them.
 */

#include "broker/sts/errors.h"

#include <stdlib.h>
#include <string.h>

#include "net/aws/xml.h"
#include "net/http/words.h"

enum {
	MAX_CODE = 128,
	MAX_MESSAGE = 4096,
	CLOCK_OFF = 60, /* seconds between two clocks that differ */
	SOURCE = STS_SOURCE,
	CLOCK = STS_CLOCK,
};

/* Codes come with and without a trailing "Exception". */
static const struct no {
	const char *code;
	int result;
	const char *means;
} no[] = {
    {"AccessDenied", ERR_DENIED, NULL},
    {"ExpiredToken", SOURCE, "its credentials have ended meanwhile"},
    {"InvalidClientTokenId", ERR_DENIED,
	"AWS does not know its credentials: is the region one that the "
	"account has switched on?"},
    {"SignatureDoesNotMatch", CLOCK,
	"AWS does not take the signature: is this machine's clock right?"},
    {"RequestExpired", CLOCK,
	"AWS takes the request for an old one: is this machine's clock right?"},
    {"RequestTimeTooSkewed", CLOCK,
	"AWS takes the request for an old one: is this machine's clock right?"},
    {"MissingAuthenticationToken", ERR_DENIED,
	"AWS finds no signature: is there a proxy in the way?"},
    {"IncompleteSignature", ERR_DENIED,
	"AWS can't read the signature: is there a proxy in the way?"},
    {"ValidationError", ERR_DENIED, "AWS does not take a value"},
    {"MalformedPolicyDocument", ERR_DENIED,
	"its \"policy\" is no policy to AWS"},
    {"PackedPolicyTooLarge", ERR_DENIED,
	"its \"policy\", \"policy_arns\" and \"tags\" are too much together"},
    {"InvalidIdentityToken", ERR_DENIED, "AWS does not take the identity"},
    {"IDPRejectedClaim", ERR_DENIED, "AWS does not take the identity"},
    {"RegionDisabled", ERR_DENIED,
	"the account has not switched on STS in that region; \"region\" in "
	".mairu.json takes another one"},
    {"IDPCommunicationError", ERR_UPSTREAM, "AWS does not reach the issuer"},
    {"Throttling", ERR_UPSTREAM, "AWS is asked too often"},
    {"ThrottlingException", ERR_UPSTREAM, "AWS is asked too often"},
    {"RequestLimitExceeded", ERR_UPSTREAM, "AWS is asked too often"},
    {"TooManyRequestsException", ERR_UPSTREAM, "AWS is asked too often"},
    {"InternalFailure", ERR_UPSTREAM, "STS is in trouble"},
    {"ServiceUnavailable", ERR_UPSTREAM, "STS is in trouble"},
};

static const struct no *find(const char *code)
{
	static const char tail[] = "Exception";

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		size_t n = strlen(no[i].code);

		if (strncmp(code, no[i].code, n) == 0 &&
		    (!code[n] || strcmp(code + n, tail) == 0))
			return &no[i];
	}
	return NULL;
}

/* The error for exceeding the hour's limit of chained roles. */
static int is_chain_limit(const char *code, const char *message)
{
	return strcmp(code, "ValidationError") == 0 &&
	       strstr(message, "role chaining");
}

/* --- whether to retry at once */

static enum throttle_no means(const struct http_answer *a)
{
	struct buf code = BUF_INIT(MAX_CODE);
	struct xml_want want = {"ErrorResponse/Error/Code", &code, 0};
	const struct no *why = NULL;

	if (xml_read(a->body.data, a->body.len, &want, 1, NULL) == 0)
		why = find(buf_str(&code));
	buf_release(&code);
	return why && why->result == ERR_UPSTREAM ? THROTTLE_TROUBLE
						  : THROTTLE_FINAL;
}

const struct throttle_rule sts_pace = {.per_second = 100,
    .at_once = 100,
    .tries = 3,
    .try_ms = 1000,
    .more = 2,
    .means = means};
const unsigned char sts_line[HASH_SHA256] = "AWS STS";

/* --- messages */

struct said {
	struct buf code, message;
	char words[WORDS_TEXT];
};

/* Anything but its XML is ignored. */
static void read_it(const struct http_answer *a, struct said *s)
{
	struct xml_want wants[] = {
	    {"ErrorResponse/Error/Code", &s->code, 0},
	    {"ErrorResponse/Error/Message", &s->message, 0},
	};

	if (xml_read(a->body.data, a->body.len, wants, 2, NULL) < 0) {
		buf_clear(&s->code);
		buf_clear(&s->message);
	}
	(void)words_text(buf_str(&s->message), s->message.len, s->words);
}

/* "can't assume ARN [as ARN]" */
static void add_what(struct buf *b, const struct hop *hop, const char *by)
{
	char shown[WORDS_NAME];

	if (!hop) {
		buf_adds(b, "AWS does not say whose credentials these are");
		return;
	}
	buf_addf(b, "can't assume %s", words_shown(hop->role_arn, shown));
	if (by)
		buf_addf(b, " as %s", words_shown(by, shown));
}

static int is_later(unsigned status)
{
	return status >= 500 || status == 429 || status == 408;
}

static int explain(const struct hop *hop, const char *by,
    const struct http_answer *a, struct said *s, struct err *e)
{
	const struct no *why = find(buf_str(&s->code));
	int result = why ? why->result : ERR_DENIED;
	int hour = is_chain_limit(buf_str(&s->code), buf_str(&s->message));
	struct buf b = BUF_INIT(3 * WORDS_TEXT);
	char shown[WORDS_NAME];

	if (!why && (is_later(a->status) || s->code.len == 0))
		result = is_later(a->status) ? ERR_UPSTREAM : ERR_DENIED;
	add_what(&b, hop, by);
	if (hour)
		buf_adds(&b,
		    ": roles assumed by a role last an hour at most. Take "
		    "\"duration_seconds\" out, or make it 3600 or less");
	else if (why && why->means)
		buf_addf(&b, ": %s%s", why->means, s->words);
	else if (s->words[0])
		buf_adds(&b, s->words);
	else if (s->code.len > 0)
		buf_addf(&b, " (%s)", words_shown(buf_str(&s->code), shown));
	else
		buf_addf(&b, ": STS answered with HTTP %u%s", a->status,
		    is_later(a->status) ? "" : ", and did not say why");
	if (result == ERR_UPSTREAM)
		buf_adds(&b, ". Try again later");
	(void)err_set(e, result > 0 ? ERR_DENIED : (enum err_code)result, "%s",
	    buf_str(&b));
	buf_release(&b);
	return hour ? STS_HOUR : result;
}

int sts_refused(const struct sts_at *at, const struct hop *hop, const char *by,
    const struct http_answer *a, struct err *e)
{
	struct said s = {
	    .code = BUF_INIT(MAX_CODE), .message = BUF_INIT(MAX_MESSAGE)};
	int64_t off = a->date - (at->now + at->ahead);
	int result;

	read_it(a, &s);
	result = explain(hop, by, a, &s, e);
	/* If the clocks agree, time is not the problem. */
	if (result == STS_CLOCK &&
	    (a->date == 0 || (off < CLOCK_OFF && -off < CLOCK_OFF)))
		result = ERR_DENIED;
	buf_release(&s.code);
	buf_release(&s.message);
	return result;
}
