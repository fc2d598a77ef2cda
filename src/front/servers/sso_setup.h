#ifndef MAIRU_FRONT_SERVERS_SSO_SETUP_H
#define MAIRU_FRONT_SERVERS_SSO_SETUP_H

/*
 * Adds IAM Identity Center as a server: shows its file, writes it if the user
 * agrees, and has the broker register the clients.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/fault.h"
#include "front/servers/sso_file.h"

struct sso_setup {
	struct sso_file file; /* id, region and scopes are the caller's */
	int yes;	      /* the user has agreed */
	int overwrite;	      /* replace a different file, and the clients */
	/* its own: */
	struct buf url;
	char shown[FAULT_PATH]; /* the path, for display */
	int written;		/* the file is already there */
};

/* 1 if it looks like a region ("eu-west-1", "us-gov-west-1"): at least two
 * words and a number. */
int sso_setup_is_region(const char *s);

/* Takes the start URL and chooses the path of the file; ERR_USAGE.  Release *s
 * whatever the result. */
int sso_setup_place(
    struct sso_setup *s, const char *url, struct err *e) MUST_CHECK;

/* The rest, in order: where the URL leads, what exists, the file, the clients.
 * Reports each step; returns an exit code. */
int sso_setup(struct sso_setup *s);
void sso_setup_release(struct sso_setup *s);

#endif
