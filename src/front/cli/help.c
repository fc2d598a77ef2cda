#include "front/cli/help.h"

#include "base/core/buf.h"
#include "front/terminal/column.h"
#include "front/terminal/say.h"

enum {
	HELP_MAX = 16384
};

/* The headings of the help, each with the first command below it. */
static const struct {
	const char *title;
	const struct cmd *first;
} groups[] = {
    {"start here", &cmd_setup_sso},
    {"every day", &cmd_status},
    {"logins and roles", &cmd_logout},
    {"set up", &cmd_list_servers},
    {"for scripts", &cmd_show},
    {"what hooks and prompts call", &cmd_export},
};

enum {
	N_GROUPS = sizeof(groups) / sizeof(groups[0])
};

static void help_option(struct buf *b, const struct cmd_option *o)
{
	size_t start = b->len;

	if (o->letter != 0)
		buf_addf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_addf(b, "      --%s", o->name);
	if (o->arg != NULL)
		buf_addf(b, " %s", o->arg);
	if (b->len - start > 24) {
		buf_addc(b, '\n');
		start = b->len;
	}
	while (!b->failed && b->len - start < 26)
		buf_addc(b, ' ');
	buf_addf(b, "%s\n", o->help);
}

int help_command(const struct cmd *c)
{
	struct buf b = BUF_INIT(HELP_MAX);
	int r;

	buf_addf(&b, "usage: mairu %s%s%s%s\n\n%s\n\n", c->name,
	    c->options[0].name != NULL ? " [options]" : "",
	    c->synopsis[0] != '\0' ? " " : "", c->synopsis, c->purpose);
	if (c->details != NULL)
		buf_addf(&b, "%s\n\n", c->details);
	buf_adds(&b, "options:\n");
	for (const struct cmd_option *o = c->options; o->name != NULL; o++)
		help_option(&b, o);
	help_option(&b, &cmd_help_option);
	buf_addf(&b, "\nexample:\n  %s\n", c->example);
	r = say_data(&b);
	buf_release(&b);
	return r;
}

int help_all(void)
{
	struct buf b = BUF_INIT(HELP_MAX);
	size_t width = 0, group = 0;
	int r;

	for (size_t i = 0; cmd_all[i] != NULL; i++)
		column_widen(&width, cmd_all[i]->name, SIZE_MAX);
	buf_adds(&b,
	    "usage: mairu COMMAND [options]\n\n"
	    "Puts a project's AWS role into the shell when you enter it, and\n"
	    "takes it away when you leave.\n");
	for (size_t i = 0; cmd_all[i] != NULL; i++) {
		if (group < N_GROUPS && groups[group].first == cmd_all[i])
			buf_addf(&b, "\n%s:\n", groups[group++].title);
		buf_addf(&b, "  %-*s  %s\n", (int)width, cmd_all[i]->name,
		    cmd_all[i]->purpose);
	}
	buf_adds(&b, "\noptions:\n");
	for (const struct cmd_option *o = cmd_globals; o->name != NULL; o++)
		buf_addf(
		    &b, "  -%c, --%-7s  %s\n", o->letter, o->name, o->help);
	buf_adds(&b,
	    "\nstart with:\n"
	    "  eval \"$(mairu hook bash)\"     in ~/.bashrc, or\n"
	    "  eval \"$(mairu hook zsh)\"      in ~/.zshrc, or\n"
	    "  mairu hook fish | source      in ~/.config/fish/config.fish\n"
	    "\nmanual: man mairu; one command's options: mairu help COMMAND\n");
	r = say_data(&b);
	buf_release(&b);
	return r;
}
