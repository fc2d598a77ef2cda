/* Where connections go: variables of this shell that the broker does not have,
 * since it takes only the proxy variables, and only when it starts. */

#include "front/doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config/proxies.h"
#include "base/config/settings.h"
#include "base/core/json.h"
#include "base/core/text.h"
#include "base/core/url.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 300,
};

/* What applies to the broker: as reported, or as it will be once started. */
struct theirs {
	struct json *doc; /* NULL: no broker runs */
	struct settings file;
};

static const char *value_of(const char *const *names, const char **name)
{
	for (; *names != NULL; names++) {
		const char *value = getenv(*names);

		if (value != NULL && value[0] != '\0') {
			*name = *names;
			return value;
		}
	}
	return NULL;
}

static void theirs_load(struct theirs *t, struct broker_status *h)
{
	struct err e;

	*t = (struct theirs){.doc = NULL};
	if (h->kind == BROKER_STATUS_RUNNING)
		(void)!json_parse(
		    &t->doc, h->says.settings, strlen(h->says.settings), NULL);
	else if (settings_load(&t->file, &e) < 0)
		settings_release(&t->file);
}

static void theirs_release(struct theirs *t)
{
	json_free(t->doc);
	settings_release(&t->file);
}

/* A setting's value; "endpoints.sts" is a member of an object. NULL: unset. */
static const char *setting(const struct theirs *t, enum settings_key key)
{
	const struct json_value *v = json_root(t->doc);
	const char *name = settings_name(key), *dot = strchr(name, '.');
	int flag;

	if (t->doc == NULL)
		return t->file.value[key];
	if (dot != NULL) {
		v = json_get(v, "endpoints");
		name = dot + 1;
	}
	v = json_get(v, name);
	flag = json_bool(v);
	return flag >= 0 ? (flag ? "true" : "false") : json_str(v, NULL);
}

/* A variable that it took when it started; the first set one of these names.
 * One started now takes this shell's, if the user agreed to them. */
static const char *inherited(
    const struct theirs *t, const char *const *names, const char *mine)
{
	const struct json_value *env;

	if (t->doc == NULL)
		return proxies_look() == PROXIES_AGREED ? mine : NULL;
	env = json_get(json_root(t->doc), "environment");
	for (; *names != NULL; names++) {
		const char *value = json_str(json_get(env, *names), NULL);

		if (value != NULL)
			return value;
	}
	return NULL;
}

/* --- one variable against one setting */

struct pair {
	const char *variable; /* of this shell, and its value */
	const char *mine;
	enum settings_key key;
	const char *theirs; /* or NULL */
	int is_url;	    /* it may hold a password, which is not shown */
	const char *what;   /* they are */
};

static void add_value(struct buf *b, const struct pair *p, const char *value)
{
	struct buf url = BUF_INIT(TEXT_MAX);

	if (p->is_url) {
		url_shown(&url, value);
		value = buf_str(&url);
	}
	text_safe(b, value, strlen(value), SHOWN);
	buf_release(&url);
}

static int equal(const struct pair *p)
{
	struct buf a = BUF_INIT(TEXT_MAX), b = BUF_INIT(TEXT_MAX);
	int same;

	if (p->theirs == NULL)
		return 0;
	/* What the broker reports has no password. */
	add_value(&a, p, p->mine);
	add_value(&b, p, p->theirs);
	same = strcmp(buf_str(&a), buf_str(&b)) == 0;
	buf_release(&a);
	buf_release(&b);
	return same;
}

/* 1 if the broker has it too. */
static int compare(struct doctor *d, const struct pair *p)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	if (p->mine == NULL || equal(p))
		return 1;
	buf_addf(&b, "%s is ", p->variable);
	add_value(&b, p, p->mine);
	buf_addf(&b, ", but the broker's %s is ", p->what);
	if (p->theirs != NULL)
		add_value(&b, p, p->theirs);
	else
		buf_adds(&b, "not set");
	/* By name: no password to type, no quoting needed. */
	findings_add(&d->f, FINDING_WARNING, "proxy", "%s", buf_str(&b));
	findings_run(&d->f, "mairu config set %s \"$%s\"",
	    settings_name(p->key), p->variable);
	buf_release(&b);
	return 0;
}

static int check_proxies(struct doctor *d, const struct theirs *t)
{
	static const char *const https[] = {
	    "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
	static const char *const no[] = {"no_proxy", "NO_PROXY", NULL};
	struct pair proxy = {
	    .key = SETTINGS_PROXY, .is_url = 1, .what = "proxy"};
	struct pair except = {
	    .key = SETTINGS_NO_PROXY, .what = "list of hosts without one"};
	int good;

	proxy.mine = value_of(https, &proxy.variable);
	proxy.theirs = setting(t, proxy.key);
	if (proxy.theirs == NULL)
		proxy.theirs = inherited(t, https, proxy.mine);
	good = compare(d, &proxy);
	/* no_proxy means nothing without a proxy. */
	if (proxy.mine == NULL && proxy.theirs == NULL)
		return good;
	except.mine = value_of(no, &except.variable);
	except.theirs = setting(t, except.key);
	if (except.theirs == NULL)
		except.theirs = inherited(t, no, except.mine);
	return good & compare(d, &except);
}

/* Where systems keep the CAs that the broker uses anyway. */
static int is_systems(const char *path)
{
	static const char *const usual[] = {
	    "/etc/ssl/certs/ca-certificates.crt",
	    "/etc/pki/tls/certs/ca-bundle.crt",
	    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	    "/etc/ssl/ca-bundle.pem",
	    "/etc/ssl/cert.pem",
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (path != NULL && strcmp(path, usual[i]) == 0)
			return 1;
	return 0;
}

static int check_bundle(struct doctor *d, const struct theirs *t)
{
	static const char *const names[] = {
	    "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", NULL};
	struct pair p = {.key = SETTINGS_CA_BUNDLE,
	    .what = "file of CAs",
	    .theirs = setting(t, SETTINGS_CA_BUNDLE)};

	p.mine = value_of(names, &p.variable);
	return (p.theirs == NULL && is_systems(p.mine)) || compare(d, &p);
}

static int check_flags(struct doctor *d, const struct theirs *t)
{
	static const struct {
		const char *name;
		enum settings_key key;
	} flags[] = {
	    {"AWS_USE_FIPS_ENDPOINT", SETTINGS_USE_FIPS},
	    {"AWS_USE_DUALSTACK_ENDPOINT", SETTINGS_USE_DUALSTACK},
	};
	int good = 1;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const char *mine = getenv(flags[i].name);
		struct pair p = {.variable = flags[i].name,
		    .mine = mine,
		    .key = flags[i].key,
		    .theirs = setting(t, flags[i].key),
		    .what = settings_name(flags[i].key)};

		if (mine != NULL && strcmp(mine, "true") == 0)
			good &= compare(d, &p);
	}
	return good;
}

/* --- endpoints: reported, and not to be adopted unless meant for the broker */

static int check_endpoints(struct doctor *d, const struct theirs *t)
{
	static const struct {
		const char *name;
		enum settings_key key;
	} endpoints[] = {
	    {"AWS_ENDPOINT_URL_STS", SETTINGS_ENDPOINT_STS},
	    {"AWS_ENDPOINT_URL_SSO", SETTINGS_ENDPOINT_SSO},
	    {"AWS_ENDPOINT_URL_SSO_OIDC", SETTINGS_ENDPOINT_SSO_OIDC},
	    {"AWS_ENDPOINT_URL", SETTINGS_COUNT},
	};
	struct buf b = BUF_INIT(TEXT_MAX);
	int good = 1;

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		const char *name = endpoints[i].name, *mine = getenv(name);
		struct pair p = {.mine = mine, .is_url = 1};

		if (mine == NULL || mine[0] == '\0')
			continue;
		if (endpoints[i].key != SETTINGS_COUNT)
			p.theirs = setting(t, endpoints[i].key);
		if (equal(&p))
			continue;
		good = 0;
		buf_clear(&b);
		add_value(&b, &p, mine);
		if (endpoints[i].key == SETTINGS_COUNT) {
			findings_add(&d->f, FINDING_WARNING, "proxy",
			    "%s sends calls of SDKs here to %s; the broker "
			    "does not go there",
			    name, buf_str(&b));
		} else {
			findings_add(&d->f, FINDING_WARNING, "proxy",
			    "%s is %s, where the broker, and your tokens with "
			    "it, go only if told to",
			    name, buf_str(&b));
			findings_run(&d->f, "mairu config set %s \"$%s\"",
			    settings_name(endpoints[i].key), name);
		}
	}
	buf_release(&b);
	return good;
}

void doctor_proxy(struct doctor *d)
{
	struct theirs t;
	int good;

	theirs_load(&t, &d->r.h);
	good = check_proxies(d, &t);
	good &= check_bundle(d, &t);
	good &= check_flags(d, &t);
	good &= check_endpoints(d, &t);
	if (good)
		findings_add(&d->f, FINDING_OK, "proxy",
		    "the broker has what this shell says of proxies, CAs and "
		    "endpoints");
	theirs_release(&t);
}
