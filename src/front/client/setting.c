#include "front/client/setting.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/fault.h"
#include "front/client/client.h"
#include "front/terminal/say.h"

/* A bundle that does not exist yet may be set, but not silently. */
static void warn_of_bundle(const char *path)
{
	char shown[FAULT_PATH];

	if (access(path, R_OK) < 0)
		say("the setting is saved, but %s cannot be read (%s): until "
		    "it can, every connection to a server fails",
		    fault_path(path, shown), strerror(errno));
}

int setting_change(
    struct settings *s, enum settings_key key, const char *value, struct err *e)
{
	int r = settings_set(s, key, value, e);

	if (r == 0)
		r = settings_save(s, e);
	if (r < 0)
		return r;
	r = client_tell(&(struct message){.type = WIRE_RELOAD}, e);
	if (r < 0)
		say("the setting is saved, but the running broker did not pick "
		    "it up");
	else if (key == SETTINGS_CA_BUNDLE && value != NULL)
		warn_of_bundle(value);
	return r;
}
