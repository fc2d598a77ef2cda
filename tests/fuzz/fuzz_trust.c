/*
 * Whatever bytes a trust file holds: what is not understood is not trusted,
 * and what is trusted is so for these bytes and keys alone.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config/trust_record.h"
#include "base/sys/fault.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                            \
	do {                                                                   \
		if (!(what)) {                                                 \
			(void)fprintf(stderr, "not so: %s\n", #what);          \
			abort();                                               \
		}                                                              \
	} while (0)

#define PLAIN "{\"server\":\"contoso\",\"role\":\"123456789012/Dev\"}\n"
#define FULL                                                                   \
	"{\"server\":\"contoso\",\"role\":\"123456789012/Dev\","               \
	"\"mode\":\"static\",\"region\":\"eu-west-1\",\"assume_role\":[{"      \
	"\"role_arn\":\"arn:aws:iam::111111111111:role/A\","                   \
	"\"external_id\":\"ab\",\"role_session_name\":\"me\","                 \
	"\"duration_seconds\":900},"                                           \
	"{\"role_arn\":\"arn:aws:iam::222222222222:role/B\"}]}\n"

static void make(struct project *p, const char *text)
{
	const struct hash_part parts[] = {
	    {"v0.auto\0", 9},
	    {"/home/u/proj/.mairu.json", 24},
	    {"\0", 2},
	    {text, strlen(text)},
	};

	project_init(p);
	(void)snprintf(p->path, sizeof(p->path), "/home/u/proj/.mairu.json");
	buf_adds(&p->bytes, text);
	hash_sha384(parts, 4, p->digest);
	CHECK(project_parse(p, NULL) == 0);
}

static enum trust_verdict judge(const struct buf *record, struct project *p)
{
	enum trust_verdict v = TRUST_ALLOWED;
	const char *key = "?";
	struct err e = {0};
	int r = trust_judge(record, p, &v, &key, &e);

	CHECK((key != NULL) == (v == TRUST_NARROWER));
	if (r < 0) {
		CHECK(r == ERR_FORMAT && e.code == ERR_FORMAT);
		CHECK(v == TRUST_UNKNOWN);
		CHECK(fault_shows(e.msg, strlen(e.msg)));
	} else {
		CHECK(v != TRUST_UNKNOWN);
	}
	return v;
}

static void check(const struct buf *record, struct project *p)
{
	enum trust_verdict v = judge(record, p);
	char *role = p->role, other[] = "123456789012/Adm";

	/* A file of other bytes. */
	p->digest[0] ^= 1;
	if (v == TRUST_ALLOWED || v == TRUST_NARROWER)
		CHECK(judge(record, p) == TRUST_CHANGED);
	else if (v != TRUST_CHANGED)
		CHECK(judge(record, p) == v);
	p->digest[0] ^= 1;
	/* Another role than was shown. */
	p->role = other;
	if (v == TRUST_ALLOWED)
		CHECK(judge(record, p) == TRUST_NARROWER);
	p->role = role;
	/* Another path. */
	p->path[1] ^= 1;
	CHECK(judge(record, p) != TRUST_ALLOWED || v == TRUST_UNKNOWN);
	p->path[1] ^= 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf record = BUF_INIT(TRUST_MAX_BYTES);
	struct project plain, full;

	(void)setenv("HOME", "/home/u", 1);
	make(&plain, PLAIN);
	make(&full, FULL);
	buf_add(&record, data, size);
	check(&record, &plain);
	check(&record, &full);
	buf_release(&record);
	project_release(&plain);
	project_release(&full);
	return 0;
}
