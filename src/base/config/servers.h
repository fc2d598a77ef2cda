#ifndef MAIRU_BASE_CONFIG_SERVERS_H
#define MAIRU_BASE_CONFIG_SERVERS_H

/*
 * The credential servers that a person has configured: one file each, in
 * ${XDG_CONFIG_HOME:-~/.config}/mairu/servers.d/, in the format of Mairu 0.12.
 *
 * Files whose names end in .json and do not begin with a dot count.  Each
 * must be a regular file (or a link to one) of at most 64 KiB, of the user's
 * or root's, that nobody else can write; so must be the directory.  A file
 * that is not, or that says something else than is expected, is an entry with
 * its fault, and hides no other.
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

/* As its file has it ("aws_sso"), and for a person. */
const char *servers_kind_key(enum servers_kind kind);
const char *servers_kind_title(enum servers_kind kind);

enum servers_grant {
	SERVERS_CODE,
	SERVERS_DEVICE,
};

/* How a client that has a secret gives it to the server: in front of the
 * request, or in its form (RFC 6749, section 2.3.1). */
enum servers_auth {
	SERVERS_AUTH_BASIC,
	SERVERS_AUTH_POST,
};

/* One file.  Strings are NUL-terminated UTF-8 that shows as it is, and NULL
 * where the file does not say it and there is no default. */
struct servers_entry {
	char *path;  /* absolute, as it is in the file system */
	char *fault; /* for a person, sanitised, names the path; where it is
			set, all below is unset */
	size_t warning_run; /* as err.run has it */
	char *warning;	    /* the same for a file that is usable, or NULL */

	enum servers_kind kind;
	char *id;     /* default: the URL */
	int id_given; /* 0: it is the default */
	char *url;    /* as url_normal() writes it, without a # part; of an
			 OAuth server it ends in a slash */
	char *scope;  /* all of them, joined by a space; may be "" */
	int has_code, has_device; /* the grants it has: one at least */
	enum servers_grant default_grant;
	int local_port; /* of the callback; 0: any */

	char *region; /* of SERVERS_AWS_SSO alone */

	/* Of SERVERS_OAUTH alone.  The endpoints are references, to be
	 * resolved against url, which may lead to another host. */
	char *client_id;
	int has_secret;
	struct secret *client_secret; /* if a slab was given for it */
	enum servers_auth client_auth;
	char *token_endpoint;
	char *revocation_endpoint;
	char *device_endpoint;
	char *authorization_endpoint;
	int use_localhost;   /* in the redirect URI */
	char *redirect_path; /* of it; NULL: that of its kind */

	/* Keys that have no effect, sanitised. */
	char *unknown[SERVERS_MAX_UNKNOWN];
	size_t n_unknown;
};

struct servers {
	struct servers_entry *at; /* sorted by file name */
	size_t count;
};

int servers_dir(char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads all files into *s, whatever that held before; a directory that is
 * missing holds none.  Client secrets go into the slab; with NULL they are
 * only noted.  An error is one of the whole: a directory that is refused or
 * can't be read, too many files, no memory; then *s is empty. */
int servers_load(
    struct servers *s, struct slab *secrets, struct err *e) MUST_CHECK;

/* The two halves of servers_load(), which may lie in two processes.  The one
 * reads: it calls fn for each file, in order, until that returns an error,
 * which it returns.  The other takes a file into *s, which is all zero at
 * first and to be released also after an error. */
struct servers_file {
	const char *path;
	mode_t mode;
	int code;	 /* 0, or why it could not be read: */
	const char *why; /* for a person */
	const void *text;
	size_t len;
};
typedef int servers_each(void *arg, const struct servers_file *f);
int servers_read(servers_each *fn, void *arg, struct err *e) MUST_CHECK;
int servers_take(struct servers *s, const struct servers_file *f,
    struct slab *secrets, struct err *e) MUST_CHECK;

/* Wipes nothing but client secrets: the slab must still be there. */
void servers_release(struct servers *s);

/* Finds a usable server by id, or else by URL, where a slash at the end, a #
 * part, a default port and the case of the host make no difference.  *found
 * is borrowed from s.  ERR_NOT_FOUND, or ERR_FORMAT that names the files when
 * several have that id, or none has it and several have that URL. */
int servers_find(const struct servers *s, const char *name,
    const struct servers_entry **found, struct err *e) MUST_CHECK;

/* Fills *one, which is all zero but for its path, from the bytes of the file.
 * ERR_FORMAT names each key that is not as expected, what was found and what
 * was expected (of a secret or a URL never what it is), ERR_NOMEM also when
 * the slab is full; then all but the path is unset again. */
int servers_parse(struct servers_entry *one, const void *text, size_t len,
    struct slab *secrets, struct err *e) MUST_CHECK;

/* Frees all but the path. */
void servers_forget(struct servers_entry *one);

#endif
