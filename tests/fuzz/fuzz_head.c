/* The header of a server's answer, line by line: what is taken of it fits, ends
 * in a NUL, and is within what it may be. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "net/http/header.h"
#include "net/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size;
	struct http_head h;
	struct http_answer a;

	memset(&h, 0, sizeof(h));
	memset(&a, 0, sizeof(a));
	http_head_line(&h, "HTTP/1.1 200 OK\r\n", 17);
	while (data < end) {
		const uint8_t *line = memchr(data, '\n', (size_t)(end - data));
		size_t len = (size_t)((line ? line + 1 : end) - data);
		char *copy = malloc(len); /* no NUL behind it, nor anything */

		must(copy != NULL);
		memcpy(copy, data, len);
		http_head_line(&h, copy, len);
		free(copy);
		data += len;
	}
	must(memchr(h.content_type, '\0', sizeof(h.content_type)) != NULL);
	must(memchr(h.error_type, '\0', sizeof(h.error_type)) != NULL);
	must(memchr(h.location, '\0', sizeof(h.location)) != NULL);
	a.status = 429;
	http_head_end(&h, 1790000000, &a);
	must(a.retry_after >= -1);
	return 0;
}
