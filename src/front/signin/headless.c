#include "front/signin/headless.h"

#include <stddef.h>
#include <stdlib.h>

#include "front/signin/browser.h"
#include "front/signin/machine.h"

enum headless headless_choose(const struct headless_facts *f)
{
	if (f->browser)
		return HEADLESS_NOT;
	if (f->ssh)
		return HEADLESS_SSH;
	if (f->container)
		return HEADLESS_CONTAINER;
	if (!f->display && !f->desktop)
		return HEADLESS_NO_DISPLAY;
	return f->opener ? HEADLESS_NOT : HEADLESS_NO_OPENER;
}

enum headless headless_here(void)
{
	const char *browser = getenv("BROWSER");
	const struct headless_facts f = {
	    .browser = browser != NULL && browser[0] != '\0',
	    .ssh = machine_is_ssh(),
	    .container = machine_is_container(),
	    .display = machine_has_display(),
#ifdef __APPLE__
	    .desktop = 1,
#else
	    .desktop = machine_is_wsl(),
#endif
	    .opener = browser_has_opener(),
	};

	return headless_choose(&f);
}
