#include "front/role/role_format.h"

#include <string.h>
#include <unistd.h>

#include "base/core/text.h"
#include "front/terminal/column.h"
#include "front/terminal/style.h"

#define INDENT "    "

enum {
	/* 200 roles of four strings each, every byte possibly becoming six. */
	OUT_MAX = 64 * 1024 * 1024,
	ROLE_COLUMNS = 64, /* a longer one shifts the rest of its line */
};

int role_format_find(const char *name)
{
	static const char *const names[] = {
	    [ROLE_FORMAT_TEXT] = "text",
	    [ROLE_FORMAT_ONELINE] = "oneline",
	    [ROLE_FORMAT_JSON] = "json",
	};

	for (int i = 0; i < 3; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

void role_format_init(struct role_format *f, enum role_format_kind kind)
{
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	screen_look(&f->screen, STDOUT_FILENO);
	buf_init(&f->out, OUT_MAX);
	jsonout_init(&f->json, &f->out, 1);
	if (kind != ROLE_FORMAT_JSON)
		return;
	jsonout_begin(&f->json, '{');
	jsonout_open(&f->json, "servers", '[');
}

void role_format_end(struct role_format *f)
{
	if (f->kind != ROLE_FORMAT_JSON)
		return;
	jsonout_end(&f->json, ']');
	jsonout_end(&f->json, '}');
	buf_addc(&f->out, '\n');
}

void role_format_server(
    struct role_format *f, const char *id, const char *url, int logged_in)
{
	f->id = id;
	if (f->kind == ROLE_FORMAT_TEXT) {
		buf_adds(&f->out, style_on(&f->screen, STYLE_STRONG));
		text_safe(&f->out, id, strlen(id), SIZE_MAX);
		buf_adds(&f->out, style_off(&f->screen, STYLE_STRONG));
		buf_addc(&f->out, '\n');
	} else if (f->kind == ROLE_FORMAT_JSON) {
		jsonout_begin(&f->json, '{');
		jsonout_member(&f->json, "server_id", id);
		jsonout_member(&f->json, "server_url", url);
		jsonout_member_bool(&f->json, "logged_in", logged_in);
		jsonout_open(&f->json, "roles", '[');
	}
}

void role_format_server_end(struct role_format *f, const char *error)
{
	if (f->kind == ROLE_FORMAT_TEXT) {
		buf_addc(&f->out, '\n');
	} else if (f->kind == ROLE_FORMAT_JSON) {
		jsonout_end(&f->json, ']');
		if (error)
			jsonout_member(&f->json, "error", error);
		jsonout_end(&f->json, '}');
	}
}

static const char *described(const struct message *one)
{
	return one->description[0] ? one->description : one->account_name;
}

static void widen(void *arg, const struct message *one)
{
	struct role_format *f = arg;

	column_widen(&f->role_width, one->role, ROLE_COLUMNS);
}

static void add_safe(struct role_format *f, const char *s)
{
	text_safe(&f->out, s, strlen(s), SIZE_MAX);
}

/* 1 if both fit on one line of the screen. */
static int fits(
    const struct role_format *f, const char *role, const char *about)
{
	size_t width = text_columns(role, strlen(role));

	if (width < f->role_width)
		width = f->role_width;
	return f->screen.columns == 0 || f->kind != ROLE_FORMAT_TEXT ||
	       strlen(INDENT) + width + 2 +
		       text_columns(about, strlen(about)) <=
		   f->screen.columns;
}

static void add_line(void *arg, const struct message *one)
{
	struct role_format *f = arg;
	const char *about = described(one);

	if (f->kind == ROLE_FORMAT_TEXT)
		buf_adds(&f->out, INDENT);
	else
		column_put(&f->out, f->id, f->id_width);
	if (*about && fits(f, one->role, about)) {
		column_put(&f->out, one->role, f->role_width);
		add_safe(f, about);
	} else {
		add_safe(f, one->role);
		if (*about) {
			buf_adds(&f->out, "\n" INDENT INDENT);
			add_safe(f, about);
		}
	}
	buf_addc(&f->out, '\n');
}

static void add_object(void *arg, const struct message *one)
{
	struct role_format *f = arg;

	jsonout_begin(&f->json, '{');
	jsonout_member(&f->json, "name", one->role);
	jsonout_member(&f->json, "description", described(one));
	if (one->account[0])
		jsonout_member(&f->json, "account", one->account);
	if (one->account_name[0])
		jsonout_member(&f->json, "account_name", one->account_name);
	jsonout_end(&f->json, '}');
}

void role_format_part(struct role_format *f, const struct role_list *l)
{
	if (f->kind == ROLE_FORMAT_JSON) {
		role_list_each(l, add_object, f);
		return;
	}
	role_list_each(l, widen, f);
	role_list_each(l, add_line, f);
}
