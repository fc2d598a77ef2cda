#include "front/environment/vars.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned traits;
} table[VAR_COUNT] = {
    [VAR_FULL_URI] = {"AWS_CONTAINER_CREDENTIALS_FULL_URI",
	VAR_CONTAINER | VAR_HEALS | VAR_WINS},
    [VAR_AUTH_TOKEN] = {"AWS_CONTAINER_AUTHORIZATION_TOKEN",
	VAR_SECRET | VAR_CONTAINER | VAR_HEALS | VAR_WINS},
    [VAR_ACTIVE_SERVER] = {"MAIRU_ACTIVE_SERVER", VAR_OURS},
    [VAR_ACTIVE_ROLE] = {"MAIRU_ACTIVE_ROLE", VAR_OURS},
    [VAR_ACTIVE_CONFIG] = {"MAIRU_ACTIVE_CONFIG", VAR_OURS},
    [VAR_REGION] = {"AWS_REGION", 0},
    [VAR_DEFAULT_REGION] = {"AWS_DEFAULT_REGION", 0},
    [VAR_ACCESS_KEY_ID] = {"AWS_ACCESS_KEY_ID",
	VAR_KEYS | VAR_WINS | VAR_HEALS},
    [VAR_SECRET_ACCESS_KEY] = {"AWS_SECRET_ACCESS_KEY",
	VAR_SECRET | VAR_KEYS | VAR_WINS | VAR_HEALS},
    [VAR_SESSION_TOKEN] = {"AWS_SESSION_TOKEN",
	VAR_SECRET | VAR_KEYS | VAR_WINS | VAR_HEALS},
    [VAR_SECURITY_TOKEN] = {"AWS_SECURITY_TOKEN",
	VAR_SECRET | VAR_KEYS | VAR_WINS},
    [VAR_CREDENTIAL_EXPIRATION] = {"AWS_CREDENTIAL_EXPIRATION",
	VAR_KEYS | VAR_WINS | VAR_HEALS},
    [VAR_PROFILE] = {"AWS_PROFILE", VAR_WINS | VAR_HEALS},
    [VAR_DEFAULT_PROFILE] = {"AWS_DEFAULT_PROFILE", VAR_WINS},
    [VAR_WEB_IDENTITY_TOKEN_FILE] = {"AWS_WEB_IDENTITY_TOKEN_FILE", VAR_WINS},
    [VAR_ROLE_ARN] = {"AWS_ROLE_ARN", VAR_WINS},
    [VAR_ROLE_SESSION_NAME] = {"AWS_ROLE_SESSION_NAME", VAR_WINS},
    [VAR_RELATIVE_URI] = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", VAR_WINS},
    [VAR_TOKEN_FILE] = {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", VAR_WINS},
};

const char *var_name(enum var_id id)
{
	return table[id].name;
}

unsigned var_traits(enum var_id id)
{
	return table[id].traits;
}

void vars_read(const char *now[VAR_COUNT])
{
	for (unsigned i = 0; i < VAR_COUNT; i++)
		now[i] = getenv(table[i].name);
}

enum var_id var_find(const char *name, size_t len)
{
	unsigned i = 0;

	while (i < VAR_COUNT && (strlen(table[i].name) != len ||
				    memcmp(table[i].name, name, len) != 0))
		i++;
	return (enum var_id)i;
}
