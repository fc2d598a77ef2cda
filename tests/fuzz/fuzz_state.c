/* The hook's state, and what `mairu exec` leaves: whatever the variables hold,
 * they are taken to the letter or not at all. */

#include <stdlib.h>
#include <string.h>

#include "base/config/region.h"
#include "base/core/bytes.h"
#include "base/core/hash.h"
#include "front/environment/lent.h"
#include "front/environment/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Past the checksum, which no fuzzer finds: the bytes as a state's body. */
static char *as_state(const uint8_t *data, size_t size)
{
	const struct hash_part part = {data, size};
	unsigned char sum[HASH_SHA256];
	unsigned char *raw = malloc(size + 8);
	char *text = malloc(2 + BYTES_ENCODED(size + 8));

	if (raw == NULL || text == NULL)
		abort();
	hash_sha256(&part, 1, sum);
	if (size > 0)
		memcpy(raw, data, size);
	memcpy(raw + size, sum, 8);
	memcpy(text, "1.", 2);
	bytes_encode(
	    BYTES_BASE64URL, raw, size + 8, text + 2, BYTES_ENCODED(size + 8));
	free(raw);
	return text;
}

/* Nothing comes out of it but a region, or what was there. */
static void as_mark(const uint8_t *data, size_t size)
{
	static const char was[] = "not a region, which nobody sets";
	char *text = calloc(1, size + 1);
	const char *now;

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	if (setenv(VAR_EXEC, text, 1) < 0 || setenv("AWS_REGION", was, 1) < 0 ||
	    setenv("AWS_DEFAULT_REGION", "eu-west-1", 1) < 0)
		abort();
	if (lent_level() < 0 || lent_level() > 10000)
		abort();
	lent_leave_regions();
	now = getenv("AWS_REGION");
	if (now == NULL || strcmp(now, was) != 0)
		abort();
	now = getenv("AWS_DEFAULT_REGION");
	if (now != NULL && !region_is(now, strlen(now)))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT(STATE_MAX * 2);
	struct state s, again;
	char *text;
	int r;

	if (size > 60000)
		return 0;
	as_mark(data, size);
	text = as_state(data, size);
	r = state_decode(&s, text, NULL);
	if (r == 0) {
		state_encode(&s, &b);
		if (state_decode(&again, buf_str(&b), NULL) != 0 ||
		    again.active != s.active ||
		    strcmp(again.config, s.config) != 0)
			abort();
		state_release(&again);
	}
	state_release(&s);
	buf_release(&b);
	free(text);
	return 0;
}
