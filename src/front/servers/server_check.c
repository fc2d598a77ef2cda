#include "front/servers/server_check.h"

#include <limits.h>
#include <string.h>

#include "base/sys/fault.h"

enum server_check server_check(const struct servers *s, size_t i, struct err *e)
{
	const struct servers_entry *one = &s->at[i], *found;

	if (one->fault != NULL)
		return SERVER_FAULTY;
	for (size_t k = 0; k < i; k++)
		if (s->at[k].fault == NULL && strcmp(s->at[k].id, one->id) == 0)
			return SERVER_MENTIONED;
	return servers_find(s, one->id, &found, e) < 0 ? SERVER_AMBIGUOUS
						       : SERVER_USABLE;
}

int server_none(struct err *e)
{
	char dir[PATH_MAX], shown[FAULT_PATH];

	if (servers_dir(dir, e) < 0)
		return ERR_NOT_FOUND;
	return err_set(e, ERR_NOT_FOUND,
	    "no credential server is configured: %s holds no *.json file. For "
	    "IAM Identity Center run: mairu setup-sso --help; for others see: "
	    "man mairu-servers",
	    fault_path(dir, shown));
}
