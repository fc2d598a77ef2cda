/* mairu config: the broker's settings. */

#include <string.h>

#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/text.h"
#include "front/cli/cmd.h"
#include "front/client/setting.h"
#include "front/completion/value.h"
#include "front/terminal/say.h"

enum {
	TEXT_MAX = 64 * 1024
};

static int unknown_key(const char *name)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	buf_adds(&b, "unknown setting: ");
	if (name[0] == '\0')
		buf_adds(&b, "''");
	text_safe(&b, name, strlen(name), 60);
	buf_adds(&b, ". Settings:");
	for (int k = 0; k < SETTINGS_COUNT; k++)
		buf_addf(&b, "%s %s", k > 0 ? "," : "",
		    settings_name((enum settings_key)k));
	say_failure("%s", buf_str(&b));
	buf_release(&b);
	return EXIT_USAGE;
}

static int get(const struct settings *s, const char *name)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	int key = name != NULL ? settings_find(name) : -1, r;

	if (name == NULL) {
		settings_json(s, 1, 0, &b);
		buf_addc(&b, '\n');
	} else if (key < 0) {
		return unknown_key(name);
	} else if (s->value[key] == NULL) {
		return EXIT_FAILED;
	} else {
		buf_addf(&b, "%s\n", s->value[key]);
	}
	r = say_data(&b);
	buf_release(&b);
	return r;
}

static int change(struct settings *s, const char *name, const char *value)
{
	int key = settings_find(name);
	struct err e;

	if (key < 0)
		return unknown_key(name);
	return setting_change(s, (enum settings_key)key, value, &e) < 0
		   ? say_err(&e)
		   : EXIT_OK;
}

static int wrong_use(void)
{
	say_failure("config: expected get [KEY], set KEY VALUE or unset KEY. "
		    "Run: mairu config --help");
	return EXIT_USAGE;
}

static int config_run(const struct cmd_line *line)
{
	const char *verb = line->args[0];
	const char *key = line->n_args > 1 ? line->args[1] : NULL;
	struct settings s = {0};
	struct err e;
	int r;

	if (settings_load(&s, &e) < 0) {
		r = say_err(&e);
		if (e.code != ERR_NOT_FOUND && strcmp(verb, "get") != 0)
			say("nothing was changed: fix or remove that file "
			    "first");
		return r;
	}
	if (strcmp(verb, "get") == 0 && line->n_args <= 2)
		r = get(&s, key);
	else if (strcmp(verb, "set") == 0 && line->n_args == 3)
		r = change(&s, line->args[1], line->args[2]);
	else if (strcmp(verb, "unset") == 0 && line->n_args == 2)
		r = change(&s, line->args[1], NULL);
	else
		r = wrong_use();
	settings_release(&s);
	return r;
}

const struct cmd cmd_config = {
    .name = "config",
    .synopsis = "get|set|unset [KEY] [VALUE]",
    .purpose = "read and change the broker's settings (broker.json)",
    .details =
	"The broker reads these from its own file because the environment of\n"
	"the shell that happens to start it may belong to a project.  `get`\n"
	"without KEY prints all settings; `get` of an unset one prints "
	"nothing\n"
	"and exits 1.\n"
	"Settings: proxy, no_proxy, ca_bundle, endpoints.sts, endpoints.sso,\n"
	"endpoints.sso_oidc, use_fips, use_dualstack, secret_memory.",
    .example = "mairu config set proxy http://proxy.example.com:3128",
    .min_args = 1,
    .max_args = 3,
    .arg_values = {&value_setting_verb, &value_setting, &value_setting_value},
    .run = config_run,
};
