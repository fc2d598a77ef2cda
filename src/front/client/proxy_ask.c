#include "front/client/proxy_ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/proxies.h"
#include "base/config/settings.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "front/client/broker_status.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 300,
};

/* The variable whose values nobody has said a word on, or NULL. */
static const char *unsaid(void)
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
	const char *name = unsaid();

	if (name == NULL)
		return 0;
	buf_addf(out,
	    "%s is set here, and no broker uses it before you have agreed. "
	    "Run: mairu config set proxy \"$%s\"",
	    name, name);
	return 1;
}

void proxy_say_unused(void)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	if (proxy_unused(&b))
		say("%s", buf_str(&b));
	buf_release(&b);
}

static void show(const char *name)
{
	struct buf url = BUF_INIT(TEXT_MAX), b = BUF_INIT(TEXT_MAX);

	url_shown(&url, getenv(name));
	text_safe(&b, buf_str(&url), url.len, SHOWN);
	say("%s is %s in this shell. Who runs that proxy sees which servers "
	    "the broker talks to",
	    name, buf_str(&b));
	buf_release(&url);
	buf_release(&b);
}

/* One that runs has the environment in which it was started. */
static void say_running(void)
{
	struct broker_status h;

	broker_status_ask(&h);
	if (h.kind == BROKER_STATUS_RUNNING)
		say("the broker that runs was started without it. To start it "
		    "anew, logged out, run: mairu kill-agent");
	broker_status_release(&h);
}

void proxy_ask(void)
{
	const char *name;
	struct err e;
	int yes;

	if (!consent_possible() || (name = unsaid()) == NULL)
		return;
	show(name);
	yes = consent_to("use it for the broker's connections?");
	if (proxies_say(yes, &e) < 0)
		say("%s", e.msg);
	else if (yes)
		say_running();
}
