#ifndef MAIRU_FRONT_ENVIRONMENT_STATE_H
#define MAIRU_FRONT_ENVIRONMENT_STATE_H

/*
 * What the hook remembers between two prompts, in one exported variable: the
 * role in force, what it set and unset, the originals, and what it has already
 * reported.  It holds no secrets: a value that we set is only a mark (a
 * truncated hash), and secret originals are kept by the broker under a handle.
 *
 * A reader MUST NOT believe another uid's state, and MUST treat anything that
 * does not decode exactly as damaged.
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
	/* What fingerprint.h appends to the text, a time and a mark: the size
	 * in bytes, and as unpadded base64url. */
	STATE_SCENE = 8 + STATE_MARK,
	STATE_SCENE_CHARS = (STATE_SCENE * 8 + 5) / 6
};

enum state_touch {
	STATE_UNTOUCHED,
	STATE_SET,   /* we set it */
	STATE_UNSET, /* we unset it */
};

enum state_before {
	STATE_ABSENT,  /* it was absent */
	STATE_VALUE,   /* it had `original` */
	STATE_STASHED, /* the broker keeps its value */
};

struct state_var {
	enum state_touch touch;
	enum state_before before;
	unsigned char mark[STATE_MARK]; /* of the value that we set */
	char *original;
};

struct state {
	uid_t uid;
	pid_t session; /* terminal session: messages repeat in a new one */
	int active;
	char config[PATH_MAX];
	unsigned char digest[HASH_SHA384];
	char *server, *role;
	/* Of the keys set in static mode; 0 without keys. */
	int64_t expires, renew_at;
	int has_told, has_handle;
	unsigned char told[STATE_MARK]; /* mark of the last complaint */
	int has_warned;
	unsigned char warned[STATE_MARK]; /* mark of the last warning; outlives
					     the role */
	int has_needed;
	unsigned char needed[STATE_MARK]; /* mark of the last login notice;
					     outlives the role */
	int has_placed;
	unsigned char placed[STATE_MARK]; /* mark of the directories reported as
					     elsewhere */
	unsigned char handle[STATE_HANDLE];
	pid_t holder; /* the shell for which the broker keeps the originals */
	struct state_var var[VAR_COUNT];
};

/* Initialises an empty state, of this uid and terminal session. */
void state_init(struct state *s);
void state_release(struct state *s);

/* Copies a string; dies if out of memory. */
char *state_dup(const char *s);

/* 1 if there is nothing to remember. */
int state_empty(const struct state *s);

/* Appends the variable's text. */
void state_encode(const struct state *s, struct buf *out);

/* The length of the state in the variable's text: a fingerprint may follow. */
size_t state_length(const char *text);

/* ERR_FORMAT: damaged; ERR_FOREIGN: another uid's (*s is filled, but only for
 * its marks). */
int state_decode(struct state *s, const char *text, struct err *e) MUST_CHECK;

/* The mark of a value. */
void state_mark(
    const char *name, const char *value, unsigned char out[STATE_MARK]);

/* 1 if a variable's current value (NULL: absent) is what we made it. */
int state_is_ours(const struct state *s, enum var_id id, const char *now);

#endif
