#ifndef MAIRU_FRONT_SERVERS_SSO_FILE_H
#define MAIRU_FRONT_SERVERS_SSO_FILE_H

/*
 * The file in servers.d that defines IAM Identity Center, as Mairu 0.12 reads
 * and writes it.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	SSO_FILE_SCOPES = 25 /* a hard limit of Mairu 0.12 */
};

struct sso_file {
	const char *id, *url, *region; /* borrowed */
	const char *scope[SSO_FILE_SCOPES];
	size_t n_scopes; /* 0: the default */
	char path[PATH_MAX];
	struct buf text;
};

/* Chooses the path: the file is named after the id.  ERR_USAGE if it can't. */
int sso_file_place(struct sso_file *f, struct err *e) MUST_CHECK;

/* Fills f->text, and checks it the way its readers do: ERR_USAGE. */
int sso_file_compose(struct sso_file *f, struct err *e) MUST_CHECK;

/* 1 if a file with different contents exists; *differs then says how,
 * sanitised.  0 if there is none; -1 if it is equivalent. */
int sso_file_differs(const struct sso_file *f, struct buf *differs);

/* Writes it, 0600, replacing any existing file. */
int sso_file_put(const struct sso_file *f, struct err *e) MUST_CHECK;

#endif
