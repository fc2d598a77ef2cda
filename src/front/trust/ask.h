#ifndef MAIRU_FRONT_TRUST_ASK_H
#define MAIRU_FRONT_TRUST_ASK_H

/*
 * Shows a config that is to be trusted, and asks whether it should be.
 */

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/trust/verdict.h"

/* Prints "PATH WHAT: server ..., role ...", complete and sanitised, and any
 * keys that have no effect.  One item per line unless all are plain and short.
 */
void trust_ask_show(const struct project *p, const char *what);

/* The same for VERDICT_ASK, with what to do: for use without a question. */
void trust_ask_tell(const struct verdict *v);

/* Warns if the server is not configured or its file can't be used.  This is no
 * reason not to trust: the server may be configured later. */
void trust_ask_show_server(const struct project *p);

/* 1 if anyone but the user could change the file, by its owner or by write
 * permission on it or a directory above it (base/sys/owner.h); appends how. */
int trust_ask_owner(const struct project *p, struct buf *out);

/* Warns of that, before the question. */
void trust_ask_warn(const struct project *p);

/* Shows a config that is VERDICT_ASK, asks, and on a yes trusts exactly these
 * bytes.  There must be a terminal to ask on.  ERR_UNTRUSTED: no. */
int trust_ask(const struct verdict *v, struct err *e) MUST_CHECK;

#endif
