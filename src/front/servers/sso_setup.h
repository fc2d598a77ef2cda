#ifndef MAIRU_FRONT_SERVERS_SSO_SETUP_H
#define MAIRU_FRONT_SERVERS_SSO_SETUP_H

/*
 * IAM Identity Center is made known as a server: its file is shown, written
 * when the person agrees, and the broker registers the clients.
 */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/sys/fault.h"
#include "front/servers/sso_file.h"

struct sso_setup {
	struct sso_file file; /* id, region and scopes are the caller's */
	int yes;	      /* the person has agreed */
	int overwrite;	      /* a file that says otherwise, and the clients */
	/* its own: */
	struct buf url;
	char shown[FAULT_PATH]; /* the path for a person */
	int written;		/* it lies there already */
};

/* 1 when it looks like a region: "eu-west-1", "us-gov-west-1": two words at
 * least, and a number. */
int sso_setup_is_region(const char *s);

/* Takes the start URL, and finds where the file is to lie; ERR_USAGE.  Whatever
 * the result, *s is to be released. */
int sso_setup_place(
    struct sso_setup *s, const char *url, struct err *e) MUST_CHECK;

/* The rest of it, in the order in which a person follows it: where the URL
 * leads, what is there, the file, the clients.  Says what it does; an exit
 * code. */
int sso_setup(struct sso_setup *s);
void sso_setup_release(struct sso_setup *s);

#endif
