#include "front/environment/orphan.h"

#include <string.h>

#include "base/core/bearer.h"
#include "front/aws/awsconf.h"

/* Keys are not recognisable; next to our names and with an expiry, they are
 * from static mode. */
static int are_keys(const char *const now[VAR_COUNT])
{
	return now[VAR_FULL_URI] == NULL && now[VAR_ACTIVE_ROLE] != NULL &&
	       now[VAR_ACCESS_KEY_ID] != NULL &&
	       now[VAR_SECRET_ACCESS_KEY] != NULL &&
	       now[VAR_SESSION_TOKEN] != NULL &&
	       now[VAR_CREDENTIAL_EXPIRATION] != NULL;
}

int orphan_find(const char *const now[VAR_COUNT], int lent, int drop[VAR_COUNT])
{
	unsigned traits = VAR_OURS;

	if (lent)
		return 0;
	if (bearer_goes(now[VAR_AUTH_TOKEN], now[VAR_FULL_URI]))
		traits |= VAR_CONTAINER;
	else if (are_keys(now))
		traits |= VAR_KEYS;
	else
		return 0;
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if ((var_traits((enum var_id)i) & traits) != 0)
			drop[i] = 1;
	/* Only the hook uses that profile. */
	if (now[VAR_PROFILE] != NULL &&
	    strcmp(now[VAR_PROFILE], AWSCONF_PROFILE) == 0)
		drop[VAR_PROFILE] = 1;
	return 1;
}

void orphan_given(const char *const now[VAR_COUNT],
    const char *const want[VAR_COUNT], int drop[VAR_COUNT])
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		if (want[i] != NULL && now[i] != NULL &&
		    strcmp(want[i], now[i]) == 0)
			drop[i] = 1;
}
