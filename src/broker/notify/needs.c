#include "broker/notify/needs.h"

#include <string.h>

#include "broker/grants/grant.h"
#include "broker/login/login.h"
#include "broker/notify/notice.h"
#include "broker/servers/catalog.h"

enum {
	IN_USE_SECONDS = 60 * 60,
};

/* 1 and the identity of the server of the grant's role. */
static int server_of(struct needs *n, const char *name,
    unsigned char identity[HASH_SHA256], const char **id)
{
	struct catalog_entry found;
	struct err e;

	if (catalog_find(n->catalog, name, &found, &e) < 0)
		return 0;
	memcpy(identity, found.identity, HASH_SHA256);
	*id = found.server->id;
	return 1;
}

static void tell(struct needs *n, const struct grant *grant,
    const unsigned char *identity, const char *terminal)
{
	notice_tell(n->notices, identity, grant_project(grant)->role, terminal);
}

void needs_login(struct needs *n, const struct grant *grant)
{
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (!server_of(n, grant_project(grant)->server, identity, &id))
		return;
	notice_raise(n->notices, identity, id);
	tell(n, grant, identity, grant_terminal(grant));
}

/* --- programs */

int needs_under_way(void *arg, const char *server)
{
	const struct needs *n = arg;

	return login_find(n->logins, server) != NULL;
}

int needs_asked(void *arg, const struct grant *grant)
{
	struct needs *n = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	needs_login(n, grant);
	/* A lent grant carries its terminal, or declined one. */
	return *grant_project(grant)->config &&
	       server_of(n, grant_project(grant)->server, identity, &id) &&
	       notice_may_seek(n->notices, identity);
}

void needs_found(void *arg, const struct grant *grant, const char *terminal)
{
	struct needs *n = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (server_of(n, grant_project(grant)->server, identity, &id))
		tell(n, grant, identity, terminal);
}

/* --- sessions */

struct ended {
	struct needs *n;
	unsigned char identity[HASH_SHA256]; /* it may be the session's own */
};

static void rests_on(void *arg, const struct grant *grant)
{
	const struct ended *ended = arg;
	unsigned char identity[HASH_SHA256];
	const char *id;

	if (server_of(ended->n, grant_project(grant)->server, identity, &id) &&
	    memcmp(identity, ended->identity, HASH_SHA256) == 0)
		needs_login(ended->n, grant);
}

void needs_session(
    struct needs *n, const unsigned char identity[HASH_SHA256], int is)
{
	struct ended ended = {.n = n};

	memcpy(ended.identity, identity, HASH_SHA256);
	if (is) {
		notice_over(n->notices, ended.identity);
		return;
	}
	grants_each(n->grants, IN_USE_SECONDS, rests_on, &ended);
	grants_each_lent(n->grants, rests_on, &ended);
}

void needs_over(struct needs *n, const unsigned char *identity)
{
	notice_over(n->notices, identity);
}

/* --- prompts */

int64_t needs_since(struct needs *n, const char *server, const char **id)
{
	unsigned char identity[HASH_SHA256];

	return notice_at(n->notices, 0) && server_of(n, server, identity, id)
		   ? notice_since(n->notices, identity)
		   : 0;
}

const char *needs_at(struct needs *n, size_t *i)
{
	const char *name, *id;

	/* Its file may have been edited or removed meanwhile. */
	while ((name = notice_at(n->notices, (*i)++)))
		if (needs_since(n, name, &id))
			return name;
	return NULL;
}
