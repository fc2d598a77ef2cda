#include "front/client/proxy_consent.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/proxies.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "front/client/broker_status.h"
#include "front/client/proxy_unused.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 300,
};

static void show(const char *name)
{
	struct buf url = BUF_INIT(TEXT_MAX), b = BUF_INIT(TEXT_MAX);

	url_shown(&url, getenv(name));
	text_safe(&b, buf_str(&url), url.len, SHOWN);
	say("%s is %s in this shell. Whoever runs that proxy sees which "
	    "servers the broker talks to",
	    name, buf_str(&b));
	buf_release(&url);
	buf_release(&b);
}

/* A running broker has the environment that it was started with. */
static void say_running(void)
{
	struct broker_status h;

	broker_status_ask(&h);
	if (h.kind == BROKER_STATUS_RUNNING)
		say("the running broker was started without it. To restart it, "
		    "logged out, run: mairu kill-agent");
	broker_status_release(&h);
}

void proxy_ask(void)
{
	const char *name;
	struct err e;
	int yes;

	if (!consent_possible() || (name = proxy_unused_name()) == NULL)
		return;
	show(name);
	yes = consent_to("use it for the broker's connections?");
	if (proxies_say(yes, &e) < 0)
		say("%s", e.msg);
	else if (yes)
		say_running();
}
