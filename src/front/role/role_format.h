#ifndef MAIRU_FRONT_ROLE_ROLE_FORMAT_H
#define MAIRU_FRONT_ROLE_ROLE_FORMAT_H

/*
 * Formats lists of roles for `mairu list-roles`, in the three formats of Mairu
 * 0.12, each part as it arrives:
 *
 *	text     the server's id, then one indented line per role
 *	oneline  one line per role, prefixed with the server's id
 *	json     {"servers": [{"server_id", "server_url", "logged_in",
 *	         "roles": [{"name", "description"}]}]}; our additions:
 *	         "account" and "account_name" of a role, and "error"
 *
 * Lines are sanitised; JSON is exact.  Columns are as wide as the entries so
 * far need.  If the screen is too narrow for both, a role's description goes
 * below it.
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
	size_t id_width; /* of the ids to come */
	struct buf out;	 /* output not yet written */
	/* its own: */
	size_t role_width;
	struct screen screen; /* standard output */
	struct jsonout json;
	const char *id; /* of the current server */
};

/* -1: no such format. */
int role_format_find(const char *name);

void role_format_init(struct role_format *f, enum role_format_kind kind);
void role_format_end(struct role_format *f);

/* A server, then any number of parts. */
void role_format_server(
    struct role_format *f, const char *id, const char *url, int logged_in);
void role_format_part(struct role_format *f, const struct role_list *l);

/* error NULL: the list is complete. */
void role_format_server_end(struct role_format *f, const char *error);

#endif
