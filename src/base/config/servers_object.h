#ifndef MAIRU_BASE_CONFIG_SERVERS_OBJECT_H
#define MAIRU_BASE_CONFIG_SERVERS_OBJECT_H

/*
 * What the objects in a file of servers.d have in common, and the kinds that
 * they can be.  For the files that read them; everybody else has servers.h.
 */

#include "base/config/intake.h"
#include "base/config/servers.h"

struct servers_parse {
	struct servers_entry *s;
	struct slab *secrets; /* or NULL */
	struct intake in;
};

/* The whole file, or an object in it; nothing when v is NULL. */
struct servers_part {
	const char *prefix; /* its place: "oauth.code_grant"; "" is the file */
	const struct json_value *v;
	char label[INTAKE_LABEL]; /* of the member asked for last */
};

/* The member of that name; NULL when it is absent or null. */
const struct json_value *servers_member(
    struct servers_part *part, const char *key);

/* Makes *sub of the object that is a member; its place is `prefix`.  0 when
 * there is no such member. */
int servers_object(struct servers_parse *c, struct servers_part *part,
    const char *key, const char *prefix, struct servers_part *sub);

void servers_unknown(struct servers_parse *c, const struct servers_part *part,
    const char *const *known);

/* The scope, which is `standard` when it is absent, and the local_port. */
void servers_scope(
    struct servers_parse *c, struct servers_part *part, const char *standard);
void servers_port(struct servers_parse *c, struct servers_part *part);

/* Take the members of a kind. */
void servers_oauth(struct servers_parse *c, struct servers_part *oauth);
void servers_sso(struct servers_parse *c, struct servers_part *sso);

/* A kind as the file has it. */
struct servers_kind_row {
	const char *key;   /* the member that says so */
	const char *title; /* for a person */
	int cuts_fragment; /* of "url" what is behind a # is sent to nobody */
	int is_base;	   /* other URLs are resolved against "url" */
	void (*take)(struct servers_parse *c, struct servers_part *part);
};
extern const struct servers_kind_row servers_kinds[SERVERS_KINDS];

#endif
