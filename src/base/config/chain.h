#ifndef MAIRU_BASE_CONFIG_CHAIN_H
#define MAIRU_BASE_CONFIG_CHAIN_H

/*
 * A role chain as a text: what a grant is keyed by, and what the broker is
 * told of the hops, and of the account that they must end in.  Equal chains
 * have equal texts, and others have others.
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
	char *region;  /* where STS is asked, or NULL */
	char *account; /* that it must end in, or NULL */
};

/* Appends it; nothing when there are neither hops nor an account.  It has
 * failed (out->failed) when it is longer than CHAIN_TEXT or than out takes. */
void chain_text(const struct hop *hops, size_t n, const char *region,
    const char *account, struct buf *out);

/* 1 when it is twelve digits. */
int chain_account(const char *s, size_t len);

/* Fills *c from such a text ("" is no hops), and is strict about it, whoever
 * wrote it.  On an error *c is empty. */
int chain_read(struct chain *c, const char *text, struct err *e) MUST_CHECK;
void chain_release(struct chain *c);

#endif
