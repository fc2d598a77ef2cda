#ifndef MAIRU_FRONT_ROLE_ROLE_FORMAT_H
#define MAIRU_FRONT_ROLE_ROLE_FORMAT_H

/*
 * Lists of roles as `mairu list-roles` prints them, in the three formats of
 * Mairu 0.12, each part as soon as it is there:
 *
 *	text     the server's id, then an indented line for each role
 *	oneline  a line for each role, the server's id in front
 *	json     {"servers": [{"server_id", "server_url", "logged_in",
 *	         "roles": [{"name", "description"}]}]}; ours in it are
 *	         "account" and "account_name" of a role, and "error"
 *
 * Lines are sanitised; JSON is exact.  Columns are as wide as what has come so
 * far needs.  On a screen too narrow for both, what a role is stands below it.
 */

#include "base/core/buf.h"
#include "base/core/jsonout.h"
#include "front/role/role_list.h"
#include "front/terminal/screen.h"

enum role_format_kind {
	ROLE_FORMAT_TEXT,
	ROLE_FORMAT_ONELINE,
	ROLE_FORMAT_JSON,
};

struct role_format {
	enum role_format_kind kind;
	size_t id_width; /* of the ids that are to come */
	struct buf out;	 /* what is to be written next */
	/* its own: */
	size_t role_width;
	struct screen screen; /* of standard output */
	struct jsonout json;
	const char *id; /* of the server at hand */
};

/* -1: there is no such format. */
int role_format_find(const char *name);

void role_format_init(struct role_format *f, enum role_format_kind kind);
void role_format_end(struct role_format *f);

/* A server, then any number of parts. */
void role_format_server(
    struct role_format *f, const char *id, const char *url, int logged_in);
void role_format_part(struct role_format *f, const struct role_list *l);

/* error NULL: that was all of it. */
void role_format_server_end(struct role_format *f, const char *error);

#endif
