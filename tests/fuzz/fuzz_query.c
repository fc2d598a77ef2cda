/* What a browser brings back: whatever comes, a value is found once, within
 * its bounds, without NULs, and reads the same when it is written again. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/http/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	N = 3,
};

static void init(struct query_field fields[N])
{
	fields[0] = (struct query_field){"state", 0, BUF_INIT(64)};
	fields[1] = (struct query_field){"code", 0, BUF_INIT(QUERY_MAX)};
	fields[2] = (struct query_field){"error", 0, BUF_INIT(256)};
}

static void must(int so)
{
	if (!so)
		abort();
}

static void check_again(struct query_field fields[N])
{
	struct buf text = BUF_INIT(4 * QUERY_MAX);
	struct query_field again[N];
	struct err e;

	for (size_t i = 0; i < N; i++) {
		must(fields[i].found || fields[i].value.len == 0);
		must(fields[i].value.len == 0 ||
		     !memchr(fields[i].value.data, 0, fields[i].value.len));
		if (!fields[i].found)
			continue;
		buf_addf(&text, "&%s=", fields[i].name);
		for (size_t j = 0; j < fields[i].value.len; j++)
			buf_addf(&text, "%%%02x", fields[i].value.data[j]);
	}
	init(again);
	if (strlen(buf_str(&text)) <= QUERY_MAX) {
		must(query_parse(buf_str(&text), again, N, &e) == 0);
		for (size_t i = 0; i < N; i++)
			must(strcmp(buf_str(&fields[i].value),
				 buf_str(&again[i].value)) == 0);
	}
	query_release(again, N);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query_field fields[N];
	char *text = malloc(size + 1);
	struct err e;
	int rc;

	must(text != NULL);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	init(fields);
	rc = query_parse(text, fields, N, &e);
	must(rc == 0 || (rc == e.code && e.msg[0]));
	if (rc == 0)
		check_again(fields);
	query_release(fields, N);
	free(text);
	return 0;
}
