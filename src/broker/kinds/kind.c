/*
 * Maps kinds of servers to their functions; a new kind adds one line.
 */

#include "broker/kinds/provider.h"

#include "base/core/version.h"
#include "broker/kinds/pieces.h"
#include "net/http/words.h"

const struct provider *provider_of(const struct servers_entry *s, struct err *e)
{
	char name[WORDS_NAME];

	if (s->kind == SERVERS_OAUTH)
		return &provider_api;
	if (s->kind == SERVERS_AWS_SSO)
		return &provider_sso;
	(void)err_set(e, ERR_DENIED, "mairu %s knows no servers like %s",
	    MAIRU_VERSION, words_shown(s->id, name));
	return NULL;
}
