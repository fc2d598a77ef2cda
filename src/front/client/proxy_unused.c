#include "front/client/proxy_unused.h"

#include <stddef.h>

#include "base/config/proxies.h"
#include "base/config/settings.h"
#include "front/terminal/say.h"

enum {
	TEXT_MAX = 8192
};

const char *proxy_unused_name(void)
{
	const char *name = proxies_first();
	struct settings s = {{NULL}};
	struct err e;

	if (name == NULL || proxies_look() != PROXIES_UNSAID)
		return NULL;
	if (settings_load(&s, &e) == 0 && s.value[SETTINGS_PROXY] != NULL)
		name = NULL;
	settings_release(&s);
	return name;
}

int proxy_unused(struct buf *out)
{
	const char *name = proxy_unused_name();

	if (name == NULL)
		return 0;
	buf_addf(out,
	    "%s is set here, but the broker uses it only if you agree. Run: "
	    "mairu config set proxy \"$%s\"",
	    name, name);
	return 1;
}

void proxy_unused_say(void)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	if (proxy_unused(&b))
		say("%s", buf_str(&b));
	buf_release(&b);
}
