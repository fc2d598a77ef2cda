/* Terraform files: any bytes are read, and what is found lies within them. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "front/doctor/tf_scan.h"

struct text {
	const char *s;
	size_t len, line;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void found(void *arg, const struct tf_found *f)
{
	struct text *t = arg;

	if (f->line < t->line || f->name == NULL)
		abort();
	t->line = f->line;
	if (f->value == NULL)
		return;
	if (f->value < t->s ||
	    f->value_len > (size_t)(t->s + t->len - f->value) ||
	    memchr(f->value, '\n', f->value_len) != NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = {(const char *)data, size, 1};

	tf_scan(t.s, t.len, found, &t);
	return 0;
}
