#ifndef MAIRU_FRONT_AWS_AWSCONF_H
#define MAIRU_FRONT_AWS_AWSCONF_H

/*
 * The shared files of AWS SDKs, ~/.aws/credentials and ~/.aws/config, as far as
 * mairu needs them: whether `[default]` has settings that keep some SDK from
 * ever asking the endpoint, whether a profile has mairu as its
 * credential_process, and which settings a profile has.
 *
 * SDKs parse these files differently, so this accepts what any of them accepts:
 * keys in either case, `=` or `:`, section names with blanks, indented keys
 * unless they are a block below a key without a value.  Other lines are
 * skipped.  No value ever leaves the parser.
 */

#include <limits.h>
#include <stddef.h>

#include "base/core/err.h"

#define AWSCONF_PROFILE "mairu"

enum {
	AWSCONF_MAX_BYTES = 1024 * 1024
};

enum awsconf_file {
	AWSCONF_CREDENTIALS, /* $AWS_SHARED_CREDENTIALS_FILE */
	AWSCONF_CONFIG,	     /* $AWS_CONFIG_FILE */
	AWSCONF_FILES
};

/* The settings that decide where credentials come from. */
enum awsconf_key_id {
	AWSCONF_KEY_ID,
	AWSCONF_SECRET_KEY,
	AWSCONF_PROCESS,
	AWSCONF_ROLE_ARN,
	AWSCONF_SOURCE_PROFILE,
	AWSCONF_CREDENTIAL_SOURCE,
	AWSCONF_WEB_IDENTITY,
	AWSCONF_SSO_SESSION,
	AWSCONF_SSO_START_URL,
	AWSCONF_SSO_ACCOUNT_ID,
	AWSCONF_SSO_ROLE_NAME,
	AWSCONF_SSO_REGION,
	AWSCONF_LOGIN_SESSION,
	AWSCONF_DECIDING
};

/* Its spelling, in lower case. */
const char *awsconf_key_name(enum awsconf_key_id key);

/* A setting found.  `key` is a static string; NULL for none. */
struct awsconf_setting {
	const char *key;
	enum awsconf_file file;
};

struct awsconf {
	char path[AWSCONF_FILES][PATH_MAX]; /* "" without HOME */
	int unknown[AWSCONF_FILES];	    /* unreadable: see `why` */
	struct err why[AWSCONF_FILES];
	struct awsconf_setting shadow; /* deciding setting of [default] */
	int default_region;	       /* [default] has a region */
	/* For the requested profile: */
	int there;
	/* Its credential_process is mairu's, or another. */
	int ours[AWSCONF_FILES], other[AWSCONF_FILES];
	struct awsconf_setting rival; /* another deciding setting */
	int region;
};

/* The deciding settings of one profile, to tell SDKs apart. */
struct awsconf_profile {
	int there[AWSCONF_FILES];
	unsigned has[AWSCONF_FILES]; /* 1 << enum awsconf_key_id */
	int ours[AWSCONF_FILES];     /* its credential_process is mairu's */
	int any; /* the files have some profile, even if not this one */
};

/* The path of a file: its variable if set and not empty, with a leading ~/
 * expanded; else the default.  ERR_NOT_FOUND without HOME, ERR_LIMIT if too
 * long. */
int awsconf_path(
    enum awsconf_file file, char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads both files, and what they say about `profile`.  Never fails: a missing
 * file is empty, an unreadable one `unknown`. */
void awsconf_load(struct awsconf *a, const char *profile);

/* The same for the bytes of one file; zero `a` before the first. */
void awsconf_scan(struct awsconf *a, enum awsconf_file file,
    const char *profile, const char *text, size_t len);

/* The same two for struct awsconf_profile; an unreadable file counts as
 * missing. */
void awsconf_look(struct awsconf_profile *p, const char *profile);
void awsconf_look_at(struct awsconf_profile *p, enum awsconf_file file,
    const char *profile, const char *text, size_t len);

/* 1 if the profile is ready to use: it asks mairu, and nothing else. */
int awsconf_ready(const struct awsconf *a);

/* 1 if this credential_process runs `mairu credential-process auto`. */
int awsconf_is_ours(const char *command, size_t len);

/* --- line by line, for editing a file */

enum awsconf_kind {
	AWSCONF_SECTION, /* name: the text in brackets */
	AWSCONF_KEY,	 /* name, value */
	AWSCONF_OTHER,	 /* blank, comment, part of a block, or invalid */
};

/* Points into the text; name and value are trimmed. */
struct awsconf_line {
	enum awsconf_kind kind;
	size_t at, end; /* byte range; `end` is past the newline */
	const char *name, *value;
	size_t name_len, value_len;
};

struct awsconf_reader {
	const char *text;
	size_t len, at;
	size_t indent; /* of the last key */
	int opens;     /* no value: deeper lines are its block */
};

void awsconf_open(struct awsconf_reader *r, const char *text, size_t len);

/* 1 and *l, or 0 at the end. */
int awsconf_next(struct awsconf_reader *r, struct awsconf_line *l);

/* 1 if the line begins that profile's section in that file. */
int awsconf_begins(
    const struct awsconf_line *l, enum awsconf_file file, const char *profile);

/* 1 if the line is a key of that name (given in lower case). */
int awsconf_has_key(const struct awsconf_line *l, const char *key);

#endif
