/* What tells whether others can write: an access control list, the map of a
 * user namespace, and the two files of users and groups, parted by a NUL.  The
 * first byte says which. */

#include <stdint.h>
#include <string.h>

#include "base/sys/group.h"
#include "base/sys/owner.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int all_private(gid_t gid)
{
	(void)gid;
	return 1;
}

static int none_private(gid_t gid)
{
	(void)gid;
	return 0;
}

/* Who has fewer groups to oneself is no safer. */
static void check_list(const uint8_t *data, size_t size)
{
	if (owner_acl_is_open(data, size, 1000, 1000, all_private))
		must(owner_acl_is_open(data, size, 1000, 1000, none_private));
}

static void check_groups(const char *text, size_t len)
{
	const char *end = memchr(text, '\0', len);
	size_t first = end == NULL ? len : (size_t)(end - text);
	const char *second = end == NULL ? text + len : end + 1;
	size_t rest = len - (size_t)(second - text);
	enum group_kind kind =
	    group_judge(text, first, second, rest, 1000, 1000);

	/* What is private needs both files. */
	if (kind == GROUP_PRIVATE)
		must(first > 0 && rest > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 'a')
		check_list(data + 1, size - 1);
	else if (data[0] == 'm')
		(void)owner_is_unmapped(
		    (const char *)data + 1, size - 1, 65534);
	else
		check_groups((const char *)data + 1, size - 1);
	return 0;
}
