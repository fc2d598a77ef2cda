#include "broker/login/visit.h"

#include <string.h>
#include <strings.h>

static int is_ahead(const struct httpd_request *r)
{
	static const char *const names[] = {
	    "Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = httpd_header(r, names[i], NULL);

		if (value && (strcasestr(value, "prefetch") ||
				 strcasestr(value, "prerender") ||
				 strcasestr(value, "preview")))
			return 1;
	}
	return 0;
}

static int is_part(const struct httpd_request *r)
{
	const char *mode = httpd_header(r, "Sec-Fetch-Mode", NULL);
	const char *dest = httpd_header(r, "Sec-Fetch-Dest", NULL);

	return (mode && strcasecmp(mode, "navigate") != 0) ||
	       (dest && strcasecmp(dest, "document") != 0);
}

enum visit visit_of(const struct httpd_request *r)
{
	/* A prefetch says so, and may also say it is a subresource. */
	if (is_ahead(r))
		return VISIT_AHEAD;
	return is_part(r) ? VISIT_PART : VISIT_PAGE;
}
