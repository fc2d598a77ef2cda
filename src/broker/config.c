#include "broker/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonout.h"

struct config {
	struct settings settings;
};

static const char *const proxy_variables[] = {
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
};

struct config *config_new(void)
{
	return calloc(1, sizeof(struct config));
}

void config_free(struct config *c)
{
	if (!c)
		return;
	settings_release(&c->settings);
	free(c);
}

int config_load(struct config *c, struct err *e)
{
	struct settings fresh = {{NULL}};
	int rc = settings_load(&fresh, e);

	if (rc < 0) {
		settings_release(&fresh);
		return rc;
	}
	settings_release(&c->settings);
	c->settings = fresh;
	return 0;
}

const struct settings *config_settings(const struct config *c)
{
	return &c->settings;
}

/* RFC 3986, section 3.2.1: the user information ends at the last "@" of the
 * authority.  curl takes a proxy without a scheme too. */
static void without_userinfo(const char *url, struct buf *out)
{
	const char *authority = strstr(url, "://"), *at = NULL, *p;

	authority = authority ? authority + 3 : url;
	for (p = authority; *p && *p != '/' && *p != '?' && *p != '#'; p++)
		if (*p == '@')
			at = p;
	buf_add(out, url, (size_t)(authority - url));
	buf_adds(out, at ? at + 1 : authority);
}

static void environment_shown(struct buf *out)
{
	struct buf value = BUF_INIT(4096);
	struct jsonout o;
	size_t i;

	jsonout_init(&o, out, 0);
	jsonout_begin(&o, '{');
	for (i = 0; i < sizeof(proxy_variables) / sizeof(proxy_variables[0]);
	     i++) {
		const char *v = getenv(proxy_variables[i]);

		if (!v || !*v)
			continue;
		buf_clear(&value);
		without_userinfo(v, &value);
		jsonout_key(&o, proxy_variables[i]);
		jsonout_str(&o, buf_str(&value));
	}
	jsonout_end(&o, '}');
	buf_release(&value);
}

void config_shown(const struct config *c, struct buf *out)
{
	size_t start = out->len;

	settings_json(&c->settings, 0, 1, out);
	/* The object is opened again to take one more member. */
	while (
	    !out->failed && out->len > start && out->data[out->len - 1] != '}')
		buf_truncate(out, out->len - 1);
	if (out->failed || out->len < start + 2)
		return;
	buf_truncate(out, out->len - 1);
	if (out->data[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_adds(out, "\"environment\":");
	environment_shown(out);
	buf_addc(out, '}');
}
