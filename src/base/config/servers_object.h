#ifndef MAIRU_BASE_CONFIG_SERVERS_OBJECT_H
#define MAIRU_BASE_CONFIG_SERVERS_OBJECT_H

/*
 * Shared by the files that parse servers.d: access to JSON objects, and the
 * kinds of server.  Everybody else uses servers.h.
 */

#include "base/config/intake.h"
#include "base/config/servers.h"

struct servers_parse {
	struct servers_entry *s;
	struct slab *secrets; /* or NULL */
	struct intake in;
};

/* The whole file, or an object in it; v is NULL when absent. */
struct servers_part {
	const char *prefix; /* "oauth.code_grant"; "" for the file itself */
	const struct json_value *v;
	char label[INTAKE_LABEL]; /* of the last member requested */
};

/* The member of that name; NULL when it is absent or null. */
const struct json_value *servers_member(
    struct servers_part *part, const char *key);

/* Sets *sub to the object at that member, with that prefix.  0 when there is no
 * such member. */
int servers_object(struct servers_parse *c, struct servers_part *part,
    const char *key, const char *prefix, struct servers_part *sub);

void servers_unknown(struct servers_parse *c, const struct servers_part *part,
    const char *const *known);

/* The scope (default: `standard`) and local_port. */
void servers_scope(
    struct servers_parse *c, struct servers_part *part, const char *standard);
void servers_port(struct servers_parse *c, struct servers_part *part);

/* Parse the members of one kind. */
void servers_oauth(struct servers_parse *c, struct servers_part *oauth);
void servers_sso(struct servers_parse *c, struct servers_part *sso);

/* How a kind appears in the file. */
struct servers_kind_row {
	const char *key;   /* the member that selects it */
	const char *title; /* for a person */
	int cuts_fragment; /* drop the fragment of "url" */
	int is_base;	   /* other URLs are resolved against "url" */
	void (*take)(struct servers_parse *c, struct servers_part *part);
};
extern const struct servers_kind_row servers_kinds[SERVERS_KINDS];

#endif
