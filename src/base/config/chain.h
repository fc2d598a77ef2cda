#ifndef MAIRU_BASE_CONFIG_CHAIN_H
#define MAIRU_BASE_CONFIG_CHAIN_H

/*
 * A role chain as text: the key of a grant, and how the broker is told the hops
 * and the account they must end in.  Two chains have the same text if and only
 * if they are equal.
 */

#include <stddef.h>

#include "base/config/hop.h"
#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	CHAIN_MAX_HOPS = 8,
	CHAIN_TEXT = 16 * 1024, /* its NUL included */
};

#define CHAIN_ACCOUNT_WANTED "the twelve digits of an account, as a string"

struct chain {
	struct hop hops[CHAIN_MAX_HOPS];
	size_t n;
	char *region;  /* of STS, or NULL */
	char *account; /* the chain must end in it; or NULL */
};

/* Appends the text; nothing when there are neither hops nor an account.  Sets
 * out->failed when it exceeds CHAIN_TEXT or the room in out. */
void chain_text(const struct hop *hops, size_t n, const char *region,
    const char *account, struct buf *out);

/* 1 if it is twelve digits. */
int chain_account(const char *s, size_t len);

/* Parses such a text ("": no hops) into *c, strictly, whoever wrote it.  On
 * error *c is empty. */
int chain_read(struct chain *c, const char *text, struct err *e) MUST_CHECK;
void chain_release(struct chain *c);

#endif
