#ifndef MAIRU_FRONT_TRUST_ASK_H
#define MAIRU_FRONT_TRUST_ASK_H

/*
 * What a person is shown of a config that is to be trusted, and the question
 * whether it is.
 */

#include "base/config/project.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "front/trust/verdict.h"

/* "PATH WHAT: server ..., role ...", whole and sanitised, and the keys that
 * have no effect.  Each thing is on a line of its own unless all of it is plain
 * words and short. */
void trust_ask_show(const struct project *p, const char *what);

/* The same of one that is ASK, with what to do: for where nobody is asked. */
void trust_ask_tell(const struct verdict *v);

/* Says so where the server is not configured, or its file can't be used.  It is
 * no reason against the trust: the server may be configured later. */
void trust_ask_show_server(const struct project *p);

/* 1 when somebody else than the user could change the file, by whom it is or by
 * who can write it or a directory above it (base/sys/owner.h): then that is
 * appended. */
int trust_ask_owner(const struct project *p, struct buf *out);

/* Says so, before the question. */
void trust_ask_warn(const struct project *p);

/* Shows a config of VERDICT_ASK, asks, and trusts these very bytes on a yes.
 * There must be a terminal to ask on.  ERR_UNTRUSTED: no. */
int trust_ask(const struct verdict *v, struct err *e) MUST_CHECK;

#endif
