#include "base/config/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/json.h"
#include "base/core/jsonout.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "base/sys/fault.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

enum form {
	FORM_PROXY,
	FORM_LIST,
	FORM_FILE,
	FORM_ENDPOINT,
	FORM_FLAG,
};

static const struct {
	const char *group; /* the enclosing object, or NULL */
	const char *name;
	const char *full;
	enum form form;
} keys[SETTINGS_COUNT] = {
    [SETTINGS_PROXY] = {NULL, "proxy", "proxy", FORM_PROXY},
    [SETTINGS_NO_PROXY] = {NULL, "no_proxy", "no_proxy", FORM_LIST},
    [SETTINGS_CA_BUNDLE] = {NULL, "ca_bundle", "ca_bundle", FORM_FILE},
    [SETTINGS_ENDPOINT_STS] = {"endpoints", "sts", "endpoints.sts",
	FORM_ENDPOINT},
    [SETTINGS_ENDPOINT_SSO] = {"endpoints", "sso", "endpoints.sso",
	FORM_ENDPOINT},
    [SETTINGS_ENDPOINT_SSO_OIDC] = {"endpoints", "sso_oidc",
	"endpoints.sso_oidc", FORM_ENDPOINT},
    [SETTINGS_USE_FIPS] = {NULL, "use_fips", "use_fips", FORM_FLAG},
    [SETTINGS_USE_DUALSTACK] = {NULL, "use_dualstack", "use_dualstack",
	FORM_FLAG},
    [SETTINGS_SECRET_MEMORY] = {NULL, "secret_memory", "secret_memory",
	FORM_FLAG},
};

const char *settings_name(enum settings_key key)
{
	return keys[key].full;
}

int settings_find(const char *name)
{
	for (int i = 0; i < SETTINGS_COUNT; i++)
		if (strcmp(keys[i].full, name) == 0)
			return i;
	return -1;
}

int settings_path(char out[PATH_MAX], struct err *e)
{
	return path_in(PATH_CONFIG, "broker.json", out, e);
}

static void drop(char **value)
{
	if (*value != NULL)
		bytes_wipe(*value, strlen(*value));
	free(*value);
	*value = NULL;
}

void settings_release(struct settings *s)
{
	for (int i = 0; i < SETTINGS_COUNT; i++)
		drop(&s->value[i]);
}

static const char *text_fault(const char *s, size_t max)
{
	if (*s == '\0')
		return "it is empty";
	if (strlen(s) > max)
		return "it is too long";
	if (!fault_shows(s, strlen(s)))
		return "it has control or invisible characters";
	return NULL;
}

/* What is wrong with a value, without quoting it: it may hold a password. */
static const char *value_fault(enum settings_key key, const char *value)
{
	switch (keys[key].form) {
	case FORM_PROXY:
		return url_fault(value,
		    URL_HTTP | URL_HTTPS | URL_SOCKS | URL_USER | URL_NO_PATH);
	case FORM_ENDPOINT:
		return url_fault(value, URL_HTTPS | URL_HTTP_LOOPBACK);
	case FORM_LIST:
		return text_fault(value, 4096);
	case FORM_FILE:
		if (value[0] != '/')
			return "it must be an absolute path";
		return text_fault(value, PATH_MAX - 1);
	case FORM_FLAG:
		if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
			return NULL;
		return "it must be true or false";
	}
	return "it is unknown";
}

/* Sets a checked value; 0 if out of memory. */
static int store(struct settings *s, enum settings_key key, const char *value)
{
	char *copy = value == NULL ? NULL : strdup(value);

	if (value != NULL && copy == NULL)
		return 0;
	drop(&s->value[key]);
	s->value[key] = copy;
	return 1;
}

int settings_set(
    struct settings *s, enum settings_key key, const char *value, struct err *e)
{
	const char *why = value == NULL ? NULL : value_fault(key, value);

	if (why != NULL)
		return err_set(e, ERR_USAGE, "the value for %s is refused: %s",
		    keys[key].full, why);
	if (!store(s, key, value))
		return err_set(e, ERR_NOMEM, "out of memory");
	return 0;
}

static void take_value(struct settings *s, enum settings_key key,
    const struct json_value *v, struct fault_list *faults)
{
	int flag = keys[key].form == FORM_FLAG;
	const char *text = json_str(v, NULL), *why;

	if (flag)
		text = json_bool(v) < 0	  ? NULL
		       : json_bool(v) > 0 ? "true"
					  : "false";
	if (json_kind(v) == JSON_NULL)
		return;
	if (text == NULL) {
		fault_add(faults, "\"%s\": expected %s, found %s",
		    keys[key].full, flag ? "true or false" : "a string",
		    json_kind_name(json_kind(v)));
		return;
	}
	why = value_fault(key, text);
	if (why != NULL)
		fault_add(faults, "\"%s\": %s", keys[key].full, why);
	else if (!store(s, key, text))
		fault_add(faults, "\"%s\": out of memory", keys[key].full);
}

static void name_unknown(
    struct fault_list *faults, const char *group, const char *name)
{
	struct buf shown = BUF_INIT(256);

	text_safe(&shown, name, strlen(name), 40);
	fault_add(faults, "\"%s%s%s\": no such key", group == NULL ? "" : group,
	    group == NULL ? "" : ".", buf_str(&shown));
	buf_release(&shown);
}

/* Takes the members of the file, or of its object `group`. */
static void take_members(struct settings *s, const char *group,
    const struct json_value *object, struct fault_list *faults)
{
	for (size_t i = 0; i < json_count(object); i++) {
		const char *name = json_key_at(object, i);
		const struct json_value *v = json_at(object, i);
		int key = 0;

		while (key < SETTINGS_COUNT &&
		       (strcmp(keys[key].name, name) != 0 ||
			   (keys[key].group == NULL) != (group == NULL)))
			key++;
		if (key < SETTINGS_COUNT)
			take_value(s, (enum settings_key)key, v, faults);
		else if (group != NULL || strcmp(name, "endpoints") != 0)
			name_unknown(faults, group, name);
		else if (json_kind(v) == JSON_OBJECT)
			take_members(s, name, v, faults);
		else if (json_kind(v) != JSON_NULL)
			fault_add(faults,
			    "\"endpoints\": expected an object, found %s",
			    json_kind_name(json_kind(v)));
	}
}

int settings_parse(
    struct settings *s, const void *text, size_t len, struct err *e)
{
	char path[PATH_MAX];
	struct fault_list faults;
	struct json *doc = NULL;
	char shown[FAULT_PATH];
	struct err bad;
	int r;

	memset(s, 0, sizeof(*s));
	r = settings_path(path, e);
	if (r < 0)
		return r;
	r = json_parse(&doc, len == 0 ? "" : text, len, &bad);
	if (r < 0)
		return err_set(
		    e, r, "%s: %s", fault_path(path, shown), bad.msg);
	fault_init(&faults);
	if (json_kind(json_root(doc)) == JSON_OBJECT)
		take_members(s, NULL, json_root(doc), &faults);
	else
		fault_add(&faults, "expected an object, found %s",
		    json_kind_name(json_kind(json_root(doc))));
	json_free(doc);
	r = fault_end(&faults, path, e);
	if (r < 0)
		settings_release(s);
	return r;
}

int settings_read(struct buf *text, struct err *e)
{
	char path[PATH_MAX];
	int r = settings_path(path, e);

	/* No HOME is not the same as no file. */
	if (r == ERR_NOT_FOUND)
		return ERR_USAGE;
	return r < 0 ? r : file_read_own(path, text, e);
}

int settings_load(struct settings *s, struct err *e)
{
	struct buf text = BUF_INIT(SETTINGS_MAX_BYTES);
	int r;

	memset(s, 0, sizeof(*s));
	r = settings_read(&text, e);
	if (r == 0)
		r = settings_parse(s, text.data, text.len, e);
	else if (r == ERR_NOT_FOUND)
		r = 0;
	buf_release(&text);
	return r;
}

static void print_value(
    struct jsonout *o, enum settings_key key, const char *value, int shown_)
{
	struct buf url = BUF_INIT(URL_MAX);

	jsonout_key(o, keys[key].name);
	if (keys[key].form == FORM_FLAG) {
		jsonout_bool(o, strcmp(value, "true") == 0);
	} else if (shown_ && keys[key].form == FORM_PROXY) {
		url_shown(&url, value);
		jsonout_str(o, buf_str(&url));
	} else {
		jsonout_str(o, value);
	}
	buf_release(&url);
}

void settings_json(
    const struct settings *s, int pretty, int shown_, struct buf *out)
{
	const char *group = NULL;
	struct jsonout o;

	jsonout_init(&o, out, pretty);
	jsonout_begin(&o, '{');
	for (int i = 0; i < SETTINGS_COUNT; i++) {
		if (s->value[i] == NULL)
			continue;
		/* There is one group, and its keys are adjacent. */
		if (group != NULL && keys[i].group == NULL)
			jsonout_end(&o, '}');
		if (group == NULL && keys[i].group != NULL)
			jsonout_open(&o, keys[i].group, '{');
		group = keys[i].group;
		print_value(&o, (enum settings_key)i, s->value[i], shown_);
	}
	if (group != NULL)
		jsonout_end(&o, '}');
	jsonout_end(&o, '}');
}

int settings_save(const struct settings *s, struct err *e)
{
	struct buf text = BUF_INIT(SETTINGS_MAX_BYTES);
	char path[PATH_MAX];
	int r;

	settings_json(s, 1, 0, &text);
	buf_addc(&text, '\n');
	r = path_in(PATH_CONFIG, NULL, path, e);
	if (r == 0)
		r = file_make_dir(path, 0, e);
	if (r == 0)
		r = settings_path(path, e);
	if (r == 0 && text.failed)
		r = err_set(e, ERR_NOMEM, "out of memory");
	if (r == 0)
		r = file_write(path, text.data, text.len, e);
	buf_release(&text);
	return r;
}
