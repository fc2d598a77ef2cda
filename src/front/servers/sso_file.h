#ifndef MAIRU_FRONT_SERVERS_SSO_FILE_H
#define MAIRU_FRONT_SERVERS_SSO_FILE_H

/*
 * The file of servers.d that makes IAM Identity Center known, as Mairu 0.12
 * writes and reads it.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	SSO_FILE_SCOPES = 25 /* more are refused there */
};

struct sso_file {
	const char *id, *url, *region; /* borrowed */
	const char *scope[SSO_FILE_SCOPES];
	size_t n_scopes; /* 0: the usual one */
	char path[PATH_MAX];
	struct buf text;
};

/* Where it lies: the id becomes its name.  ERR_USAGE when it can't. */
int sso_file_place(struct sso_file *f, struct err *e) MUST_CHECK;

/* Writes f->text, and checks it as whoever reads it does: ERR_USAGE. */
int sso_file_compose(struct sso_file *f, struct err *e) MUST_CHECK;

/* 1 when a file with other contents lies there; *differs then says in which
 * way, sanitised.  0 when there is none; -1 when it says the same. */
int sso_file_differs(const struct sso_file *f, struct buf *differs);

/* Puts it there, 0600, whatever lies there. */
int sso_file_put(const struct sso_file *f, struct err *e) MUST_CHECK;

#endif
