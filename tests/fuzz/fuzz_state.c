/* The hook's state: whatever the variable holds, it is taken to the letter or
 * not at all. */

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "front/state.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT(STATE_MAX * 2);
	struct state s, again;
	char *text;
	int r;

	if (size > 60000)
		return 0;
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
