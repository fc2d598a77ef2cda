/* The members of "aws_sso" in a file of servers.d. */

#include <string.h>

#include "base/config/region.h"
#include "base/config/servers_object.h"

/* All regions of Identity Center have a dash. */
static int is_home_region(const struct json_value *v)
{
	size_t len = 0;
	const char *s = json_str(v, &len);

	return s != NULL && region_is(s, len) && strchr(s, '-') != NULL;
}

void servers_sso(struct servers_parse *c, struct servers_part *sso)
{
	static const char *const known[] = {
	    "region", "scope", "local_port", NULL};
	const struct json_value *v = servers_member(sso, "region");
	const char *region = json_str(v, NULL);

	if (is_home_region(v))
		c->s->region = intake_dup(&c->in, region);
	else
		intake_wrong(&c->in, sso->label, REGION_WANTED, v);
	servers_scope(c, sso, "sso:account:access");
	servers_port(c, sso);
	servers_unknown(c, sso, known);
	c->s->has_code = c->s->has_device = 1;
	c->s->default_grant = SERVERS_CODE;
}
