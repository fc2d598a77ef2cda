#ifndef MAIRU_FRONT_AWS_AWSCONF_H
#define MAIRU_FRONT_AWS_AWSCONF_H

/*
 * The shared files of AWS SDKs, ~/.aws/credentials and ~/.aws/config, as far
 * as mairu has to know them: whether `[default]` has settings with which some
 * SDK never asks the endpoint, whether there is a profile whose
 * credential_process is mairu, and which settings a profile has.
 *
 * SDKs read these files differently, so the reader takes what any of them
 * takes: keys in either case, `=` or `:`, sections with blanks in them,
 * indented keys unless they are a block below a key without a value.  Lines
 * that mean nothing are passed over.  No value ever leaves it.
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

/* As it is written, in lower case. */
const char *awsconf_key_name(enum awsconf_key_id key);

/* One of them.  `key` is of static life; NULL for none. */
struct awsconf_setting {
	const char *key;
	enum awsconf_file file;
};

struct awsconf {
	char path[AWSCONF_FILES][PATH_MAX]; /* "": there is no HOME */
	int unknown[AWSCONF_FILES];	    /* it could not be read: `why` */
	struct err why[AWSCONF_FILES];
	struct awsconf_setting shadow; /* of the default profile */
	int default_region;	       /* it has a region */
	/* Of the profile that was asked for: */
	int there;
	/* It has a credential_process that is mairu's, or that is not. */
	int ours[AWSCONF_FILES], other[AWSCONF_FILES];
	struct awsconf_setting rival; /* something else that decides */
	int region;
};

/* What one profile has of them, for who has to tell SDKs apart. */
struct awsconf_profile {
	int there[AWSCONF_FILES];
	unsigned has[AWSCONF_FILES]; /* 1 << enum awsconf_key_id */
	int ours[AWSCONF_FILES];     /* its credential_process is mairu's */
	int any; /* there is some profile in these files, if not this one */
};

/* Where a file is.  Set and not empty, the variable counts, with a leading ~/
 * for HOME.  ERR_NOT_FOUND without HOME, ERR_LIMIT when it is too long. */
int awsconf_path(
    enum awsconf_file file, char out[PATH_MAX], struct err *e) MUST_CHECK;

/* Reads both files, and what they say of `profile`.  Never fails: a file that
 * is not there says nothing, one that can't be read is `unknown`. */
void awsconf_load(struct awsconf *a, const char *profile);

/* The same for the bytes of one file; `a` is zero before the first. */
void awsconf_scan(struct awsconf *a, enum awsconf_file file,
    const char *profile, const char *text, size_t len);

/* The two again, for another answer: a file that can't be read is as one that
 * is not there. */
void awsconf_look(struct awsconf_profile *p, const char *profile);
void awsconf_look_at(struct awsconf_profile *p, enum awsconf_file file,
    const char *profile, const char *text, size_t len);

/* 1 when the profile is there to be used: mairu is asked, and nothing else. */
int awsconf_ready(const struct awsconf *a);

/* 1 when this credential_process runs `mairu credential-process auto`. */
int awsconf_is_ours(const char *command, size_t len);

/* --- line by line, for who edits a file */

enum awsconf_kind {
	AWSCONF_SECTION, /* name: what stands in the brackets */
	AWSCONF_KEY,	 /* name, value */
	AWSCONF_OTHER,	 /* blank, a comment, part of a block, or nothing */
};

/* Pointers go into the text; the ends of name and value are trimmed. */
struct awsconf_line {
	enum awsconf_kind kind;
	size_t at, end; /* of its bytes; `end` is past the newline */
	const char *name, *value;
	size_t name_len, value_len;
};

struct awsconf_reader {
	const char *text;
	size_t len, at;
	size_t indent; /* of the last key */
	int opens;     /* that key has no value: deeper lines are its block */
};

void awsconf_open(struct awsconf_reader *r, const char *text, size_t len);

/* 1 and *l, or 0 at the end. */
int awsconf_next(struct awsconf_reader *r, struct awsconf_line *l);

/* 1 when the line begins the section of that profile in such a file. */
int awsconf_begins(
    const struct awsconf_line *l, enum awsconf_file file, const char *profile);

/* 1 when the line is a key of that name (given in lower case). */
int awsconf_has_key(const struct awsconf_line *l, const char *key);

#endif
