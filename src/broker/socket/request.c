#include "broker/socket/request.h"

#include <string.h>

#include "base/core/hash.h"
#include "base/core/version.h"

/* A front of another version may also have other fields, so check its version
 * before rejecting anything else. */
static int same_version(const struct wire_frame *f)
{
	struct wire_field field;
	struct wire_iter it;

	if (f->version != WIRE_VERSION)
		return 0;
	wire_iter_init(&it, f->body, f->len);
	while (wire_next(&it, &field) > 0)
		if (field.tag == WIRE_F_VERSION)
			return field.len == strlen(MAIRU_VERSION) &&
			       memcmp(field.p, MAIRU_VERSION, field.len) == 0;
	return 1;
}

int request_read(struct message *m, unsigned char room[REQUEST_ROOM],
    const struct wire_frame *f, struct err *e)
{
	struct wire_frame own = *f;

	*m = (struct message){
	    .type = (enum wire_type)f->type, .foreign = !same_version(f)};
	if (f->type == WIRE_QUIT || f->type == WIRE_INFO)
		return 0;
	if (m->foreign)
		return err_set(e, ERR_FOREIGN,
		    "the running broker is of version %s, not of yours; run: "
		    "mairu kill-agent",
		    MAIRU_VERSION);
	if (f->len > 0)
		memcpy(room, f->body, f->len);
	room[f->len] = '\0';
	own.body = room;
	return message_read_request(m, &own, e);
}

int request_damaged(const struct wire_frame *f)
{
	struct wire_field field;
	struct wire_iter it;
	int rc;

	wire_iter_init(&it, f->body, f->len);
	while ((rc = wire_next(&it, &field)) > 0)
		;
	return rc < 0;
}

struct project_ref request_project(const struct message *m)
{
	static const unsigned char none[HASH_SHA384];

	return (struct project_ref){
	    .config = m->config ? m->config : "",
	    .digest = m->digest ? m->digest : none,
	    .server = m->server,
	    .role = m->role,
	    .chain = m->chain,
	};
}

void request_put_grant(const struct project_ref *p, struct buf *out)
{
	message_put_request(out, &(struct message){.type = WIRE_GRANT,
				     .version = MAIRU_VERSION,
				     .config = p->config,
				     .digest = p->digest,
				     .server = p->server,
				     .role = p->role,
				     .chain = p->chain});
}

void request_put_find(const char *config, struct buf *out)
{
	message_put_request(out,
	    &(struct message){
		.type = WIRE_FIND, .version = MAIRU_VERSION, .config = config});
}
