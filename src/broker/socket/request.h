#ifndef MAIRU_BROKER_SOCKET_REQUEST_H
#define MAIRU_BROKER_SOCKET_REQUEST_H

/*
 * What a client asks, taken apart: every field of a request once, in its form
 * and within its bounds, none missing and none that does not belong there.
 */

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/config/project.h"
#include "base/core/bearer.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "base/core/wire.h"
#include "base/sys/place.h"

enum {
	REQUEST_NAME = 2049, /* a server or a role, its NUL included */
	REQUEST_VERSION = 64,
	REQUEST_REGION = 64,
	REQUEST_HANDLE = 16,
	REQUEST_TOKEN = BEARER_MAX,
	REQUEST_TEXT = 32 * 1024,		/* a URL, its NUL included */
	REQUEST_MAX_VALUES = 64,		/* of one stash */
	REQUEST_MAX_WAIT = 24 * 60 * 60 * 1000, /* milliseconds */
};

/* Not to be copied: `project` points into it. */
struct request {
	enum wire_type type;
	struct project_ref project;	      /* as far as it was given */
	unsigned char handle[REQUEST_HANDLE]; /* WIRE_STASH_GET, ... */
	pid_t pid;			      /* WIRE_STASH_PUT, ... */
	uint16_t port;			      /* WIRE_LOGIN */
	int force, fresh, headless;
	int lazy;	 /* WIRE_ROLE, WIRE_LEND: see WIRE_F_FRESH */
	int upgrade;	 /* WIRE_QUIT: of another version */
	int grant;	 /* WIRE_LOGIN: enum login_grant */
	uint64_t cursor; /* WIRE_ROLES, WIRE_ROLES_KNOWN */
	int64_t wait_ms; /* WIRE_ROLE, WIRE_WHOAMI, ... */

	char version[REQUEST_VERSION];
	struct place place; /* all zeros when the sender has none */
	char config[PATH_MAX];
	unsigned char digest[HASH_SHA384];
	char server[REQUEST_NAME];
	char role[REQUEST_NAME];
	char chain[CHAIN_TEXT];
	char region[REQUEST_REGION]; /* WIRE_WHOAMI; may be "" */
	char token[REQUEST_TOKEN];   /* WIRE_TOKEN; a secret */
	char url[REQUEST_NAME];	     /* WIRE_START_URL */
	char tty[PATH_MAX];	     /* WIRE_LEND; may be "" */
	char text[REQUEST_TEXT];     /* WIRE_LOGIN_PASTE; a secret */
};

/* Takes a whole frame apart.  WIRE_QUIT and WIRE_INFO have no more than a
 * type, whatever their body: other versions send them too.  ERR_FOREIGN: the
 * sender is of another version.  ERR_FORMAT, ERR_LIMIT: what is wrong with
 * it.  ERR_USAGE: there is no such request.  The values of a WIRE_STASH_PUT
 * are only checked. */
int request_parse(
    struct request *r, const struct wire_frame *f, struct err *e) MUST_CHECK;

/* Wipes what is secret in it. */
void request_wipe(struct request *r);

/* 1 when only the framing itself is damaged, so that no later frame of this
 * connection can be believed. */
int request_damaged(const struct wire_frame *f);

/* Appends a WIRE_GRANT frame that request_parse() takes apart again. */
void request_put_grant(const struct project_ref *p, struct buf *out);

/* Appends a WIRE_FIND frame likewise. */
void request_put_find(const char *config, struct buf *out);

#endif
