#ifndef MAIRU_BROKER_GRANTS_TOKEN_H
#define MAIRU_BROKER_GRANTS_TOKEN_H

/*
 * The token of a project's grant, derived from a key: with the same key the
 * same token can be made again.
 *
 *	MAC "." TAG PATH	(both in unpadded base64url)
 *
 * MAC is HMAC-SHA256 over everything the grant is for.  PATH is the config's,
 * so that a broker which has never seen the token knows where to look; TAG is
 * an HMAC over it, so that only the key's holder can make a broker look at a
 * path.  A path that is too long is left out, along with the dot.
 */

#include "base/config/project.h"
#include "base/core/bearer.h"
#include "base/core/buf.h"

enum {
	TOKEN_KEY = 32,
	TOKEN_MAC = 32,
	TOKEN_TAG = 16,
	TOKEN_BYTES = TOKEN_MAC + TOKEN_TAG,
	TOKEN_PATH = 1000, /* the longest */
	TOKEN_TEXT = BEARER_MAX,
};

void token_make(const unsigned char key[TOKEN_KEY], const struct project_ref *p,
    unsigned char token[TOKEN_BYTES]);

/* Appends its text, without path and tag if config is "". */
void token_text(const unsigned char token[TOKEN_BYTES], const char *config,
    struct buf *out);

/* The path in a text, if the key's holder put it there; otherwise 0. */
int token_path(const unsigned char key[TOKEN_KEY], const char *text,
    char path[TOKEN_PATH + 1]);

#endif
