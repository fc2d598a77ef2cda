#ifndef MAIRU_BASE_CONFIG_SERVERS_H
#define MAIRU_BASE_CONFIG_SERVERS_H

/*
 * The credential servers that the user has configured: one file each, in
 * ${XDG_CONFIG_HOME:-~/.config}/mairu/servers.d/, in the format of Mairu 0.12.
 *
 * Only names that end in .json and do not begin with a dot count.  Each must be
 * a regular file (or a link to one) of at most 64 KiB, owned by the user or
 * root and writable by nobody else; so must the directory.  A file that breaks
 * these rules or can't be parsed becomes an entry with a fault; the others
 * still load.
 */

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/core/err.h"

enum {
	SERVERS_MAX = 256, /* files */
	SERVERS_MAX_BYTES = 65536,
	SERVERS_MAX_UNKNOWN = 16,
};

struct slab;
struct secret;

enum servers_kind {
	SERVERS_OAUTH, /* speaks the credential server API */
	SERVERS_AWS_SSO,
	SERVERS_KINDS
};

/* The name used in the file ("aws_sso"), and the one shown to users. */
const char *servers_kind_key(enum servers_kind kind);
const char *servers_kind_title(enum servers_kind kind);

enum servers_grant {
	SERVERS_CODE,
	SERVERS_DEVICE,
};

/* How a client sends its secret: in the Authorization header, or in the form
 * (RFC 6749, section 2.3.1). */
enum servers_auth {
	SERVERS_AUTH_BASIC,
	SERVERS_AUTH_POST,
};

/* One file.  Strings are NUL-terminated UTF-8 that is safe to display; NULL
 * when unset and without a default. */
struct servers_entry {
	char *path;  /* absolute, as in the file system */
	char *fault; /* message for the user, sanitised, names the path; when
			set, everything below is unset */
	size_t warning_run; /* like err.run */
	char *warning;	    /* the same for a usable file, or NULL */

	enum servers_kind kind;
	char *id;     /* default: the URL */
	int id_given; /* 0: id is the default */
	char *url;    /* as url_normal() writes it, without a fragment; ends in
			 a slash for an OAuth server */
	char *scope;  /* all scopes, space-separated; may be "" */
	int has_code, has_device; /* supported grants: at least one */
	enum servers_grant default_grant;
	int local_port; /* of the login callback; 0: any */

	char *region; /* SERVERS_AWS_SSO only */

	/* SERVERS_OAUTH only.  The endpoints are references to resolve against
	 * url; they may name another host. */
	char *client_id;
	int has_secret;
	struct secret *client_secret; /* set only if a slab was given */
	enum servers_auth client_auth;
	char *token_endpoint;
	char *revocation_endpoint;
	char *device_endpoint;
	char *authorization_endpoint;
	int use_localhost;   /* in the redirect URI */
	char *redirect_path; /* of the redirect URI; NULL: the default of the
				kind */

	/* Unknown keys, sanitised. */
	char *unknown[SERVERS_MAX_UNKNOWN];
	size_t n_unknown;
};

struct servers {
	struct servers_entry *at; /* sorted by file name */
	size_t count;
};

int servers_dir(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads all files into *s, overwriting it; a missing directory counts as empty.
 * Client secrets go into the slab; with NULL only has_secret is set.  Fails
 * only as a whole: directory refused or unreadable, too many files, no memory;
 * *s is then empty. */
int servers_load(
    struct servers *s, struct slab *secrets, struct err *e) MUST_CHECK;

/* The two halves of servers_load(), which may run in two processes.
 * servers_read() calls fn for each file, in order, and stops at and returns its
 * first error.  servers_take() adds a file to *s, which starts zeroed and must
 * be released even after an error. */
struct servers_file {
	const char *path;
	mode_t mode;
	int code;	 /* 0, or the error from reading it */
	const char *why; /* its message */
	const void *text;
	size_t len;
};
typedef int servers_each(void *arg, const struct servers_file *f);
int servers_read(servers_each *fn, void *arg, struct err *e) MUST_CHECK;
int servers_take(struct servers *s, const struct servers_file *f,
    struct slab *secrets, struct err *e) MUST_CHECK;

/* Wipes client secrets, so the slab must still exist. */
void servers_release(struct servers *s);

/* Finds a usable server by id, or else by URL, ignoring a trailing slash, a
 * fragment, a default port and the case of the host.  *found is borrowed from
 * s.  ERR_NOT_FOUND; ERR_FORMAT, naming the files, when several have that id,
 * or none has it and several have that URL. */
int servers_find(const struct servers *s, const char *name,
    const struct servers_entry **found, struct err *e) MUST_CHECK;

/* Fills *one, zeroed except for its path, from the bytes of the file.
 * ERR_FORMAT names each wrong key, what was found and what was expected (never
 * the value of a secret or a URL).  ERR_NOMEM also when the slab is full.  On
 * error everything but the path is unset again. */
int servers_parse(struct servers_entry *one, const void *text, size_t len,
    struct slab *secrets, struct err *e) MUST_CHECK;

/* Frees everything but the path. */
void servers_forget(struct servers_entry *one);

#endif
