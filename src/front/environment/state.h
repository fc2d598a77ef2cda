#ifndef MAIRU_FRONT_ENVIRONMENT_STATE_H
#define MAIRU_FRONT_ENVIRONMENT_STATE_H

/*
 * What the hook remembers between two prompts, in one exported variable: the
 * role in force, what it set and unset and how that was before, and what it
 * has told.  No secret is in it: of a value that we set there is only a mark
 * (a cut hash), and secret originals lie with the broker under a handle.
 *
 * A reader MUST NOT believe a state of another uid, and MUST take anything
 * that does not decode to the letter for damaged.
 */

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/hash.h"
#include "front/environment/vars.h"

enum {
	STATE_HANDLE = 16,
	STATE_MARK = 8,
	STATE_MAX = 96 * 1024,
	/* What fingerprint.h puts behind the text: a time and a mark, and how
	 * long they are as unpadded base64url. */
	STATE_SCENE = 8 + STATE_MARK,
	STATE_SCENE_CHARS = (STATE_SCENE * 8 + 5) / 6
};

enum state_touch {
	STATE_UNTOUCHED,
	STATE_SET,   /* we gave it a value */
	STATE_UNSET, /* we took it away */
};

enum state_before {
	STATE_ABSENT,  /* it was not in the environment */
	STATE_VALUE,   /* it had `original` */
	STATE_STASHED, /* it had a value that the broker keeps */
};

struct state_var {
	enum state_touch touch;
	enum state_before before;
	unsigned char mark[STATE_MARK]; /* of the value that we set */
	char *original;
};

struct state {
	uid_t uid;
	pid_t session; /* of the terminal: a new one is told anew */
	int active;
	char config[PATH_MAX];
	unsigned char digest[HASH_SHA384];
	char *server, *role;
	/* Of the keys that static mode has set; 0 while there are none. */
	int64_t expires, renew_at;
	int has_told, has_handle;
	unsigned char told[STATE_MARK]; /* mark of the last complaint */
	int has_warned;
	unsigned char warned[STATE_MARK]; /* mark of the last warning; it
					     outlives the role */
	int has_needed;
	unsigned char needed[STATE_MARK]; /* mark of the login that was said to
					     be needed; outlives it too */
	int has_placed;
	unsigned char placed[STATE_MARK]; /* mark of the directories that were
					     said to be elsewhere */
	unsigned char handle[STATE_HANDLE];
	pid_t holder; /* the shell for which the broker keeps what it means */
	struct state_var var[VAR_COUNT];
};

/* Empty, of this uid and terminal session. */
void state_init(struct state *s);
void state_release(struct state *s);

/* A copy on the heap; dies when there is no memory. */
char *state_dup(const char *s);

/* 1 when nothing needs to be remembered. */
int state_empty(const struct state *s);

/* The variable's text, appended. */
void state_encode(const struct state *s, struct buf *out);

/* How much of the variable's text is the state: a fingerprint may follow. */
size_t state_length(const char *text);

/* ERR_FORMAT: damaged; ERR_FOREIGN: of another uid (then *s is filled, for
 * its marks alone). */
int state_decode(struct state *s, const char *text, struct err *e) MUST_CHECK;

/* The mark of a value. */
void state_mark(
    const char *name, const char *value, unsigned char out[STATE_MARK]);

/* 1 when a variable's present value (NULL: absent) is what we made of it. */
int state_is_ours(const struct state *s, enum var_id id, const char *now);

#endif
