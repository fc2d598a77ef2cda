/* AWS config files: any bytes are read, and what setup-profile makes of them
 * is read again as it was meant. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/buf.h"
#include "front/aws/awsconf.h"
#include "front/aws/awsconf_edit.h"

#define COMMAND "/usr/bin/mairu credential-process auto"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void scan(struct awsconf *a, const void *text, size_t len)
{
	struct awsconf_profile one = {0};

	awsconf_look_at(&one, AWSCONF_CONFIG, "mairu", text, len);
	memset(a, 0, sizeof(*a));
	awsconf_scan(a, AWSCONF_CREDENTIALS, "mairu", text, len);
	memset(a, 0, sizeof(*a));
	awsconf_scan(a, AWSCONF_CONFIG, "mairu", text, len);
	/* Two readings of one text. */
	if ((one.there[AWSCONF_CONFIG] && !a->there) ||
	    (one.ours[AWSCONF_CONFIG] && !a->ours[AWSCONF_CONFIG]))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(1024 * 1024), diff = BUF_INIT(1024 * 1024);
	struct buf again = BUF_INIT(1024 * 1024);
	static struct awsconf before, after;
	int changed;

	if (size > 60000)
		return 0;
	(void)awsconf_is_ours((const char *)data, size);
	scan(&before, data, size);
	changed = awsconf_set_process(
	    (const char *)data, size, "mairu", COMMAND, &out, &diff);
	if (out.failed || diff.failed)
		abort();
	if (!changed && (out.len != size ||
			    (size > 0 && memcmp(out.data, data, size) != 0)))
		abort();
	scan(&after, out.data, out.len);
	if (!after.there || !after.ours[AWSCONF_CONFIG] ||
	    after.other[AWSCONF_CONFIG] ||
	    after.shadow.key != before.shadow.key)
		abort();
	buf_clear(&diff);
	/* Once is enough. */
	if (awsconf_set_process((const char *)out.data, out.len, "mairu",
		COMMAND, &again, &diff) != 0 ||
	    again.len != out.len)
		abort();
	buf_release(&out);
	buf_release(&diff);
	buf_release(&again);
	return 0;
}
