/* The table of server kinds; a new kind adds a row. */

#include "base/config/servers_object.h"

const struct servers_kind_row servers_kinds[SERVERS_KINDS] = {
    [SERVERS_OAUTH] = {.key = "oauth",
	.title = "OAuth server",
	.is_base = 1,
	.take = servers_oauth},
    /* The address bar of IAM Identity Center ends in "/start#/". */
    [SERVERS_AWS_SSO] = {.key = "aws_sso",
	.title = "IAM Identity Center",
	.cuts_fragment = 1,
	.take = servers_sso},
};

const char *servers_kind_key(enum servers_kind kind)
{
	return servers_kinds[kind].key;
}

const char *servers_kind_title(enum servers_kind kind)
{
	return servers_kinds[kind].title;
}
