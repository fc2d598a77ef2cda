#include "front/client/self.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sys/path.h"
#include "base/sys/plat.h"

/* How the user's PATH reaches this program, if it does: a package manager's
 * stable link outlives the versioned file behind it. */
static int on_path(const char *self, char out[PATH_MAX])
{
	const char *list = getenv("PATH");

	while (path_next(&list, "mairu", 5, out))
		/* The first one wins, as in the shell. */
		if (out[0] == '/' && access(out, X_OK) == 0)
			return path_same(out, self);
	out[0] = '\0';
	return 0;
}

int self_on_path(char first[PATH_MAX])
{
	char self[PATH_MAX];

	first[0] = '\0';
	return plat_self(self, NULL) == 0 && on_path(self, first);
}

int self_path(char out[PATH_MAX], struct err *e)
{
	char self[PATH_MAX];
	int r = plat_self(self, e);

	if (r < 0)
		return r;
	if (on_path(self, out))
		return 0;
	memcpy(out, self, strlen(self) + 1);
	return 0;
}
