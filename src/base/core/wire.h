#ifndef MAIRU_BASE_CORE_WIRE_H
#define MAIRU_BASE_CORE_WIRE_H

/*
 * The messages on the broker's socket, and the encoding of the hook's state.
 *
 * A frame is a header of 12 bytes and a body:
 *
 *	"mairu"  version u8  type u16  length u32      (big-endian)
 *
 * The header, WIRE_QUIT, WIRE_INFO and WIRE_ERROR (with WIRE_F_MESSAGE,
 * WIRE_F_VERSION and WIRE_F_PID) never change their form, so that programs of
 * different versions can name and stop one another.  A body is a list of
 * fields:
 *
 *	tag u16  length u32  bytes
 *
 * The fields of each message are in base/protocol/table.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"

enum {
	WIRE_VERSION = 1,
	WIRE_HEADER = 12,
	WIRE_MAX_BODY = 256 * 1024,
};

/* Described in docs/protocol.md. */
enum wire_type {
	/* requests */
	WIRE_QUIT = 1, /* these two work across versions */
	WIRE_INFO = 2,
	WIRE_GRANT = 16,
	WIRE_REVOKE = 17,
	WIRE_STASH_PUT = 18,
	WIRE_STASH_GET = 19,
	WIRE_RELOAD = 20,
	WIRE_STATUS = 21,
	WIRE_LOGIN = 22,
	WIRE_LOGIN_WAIT = 23,
	WIRE_LOGIN_STOP = 24,
	WIRE_LOGOUT = 25,
	WIRE_SESSIONS = 26,
	WIRE_ROLE = 27,
	WIRE_PROJECT = 28,
	WIRE_LEND = 29,
	WIRE_LENT = 30,
	WIRE_TOKEN = 31,
	WIRE_LOGIN_PASTE = 32,
	WIRE_RENEW = 33,
	WIRE_ROLES = 34,
	WIRE_START_URL = 35,
	WIRE_REGISTER = 36,
	WIRE_NOTICES = 37,
	WIRE_WHOAMI = 38,
	WIRE_REACH = 39,
	WIRE_ROLES_KNOWN = 40,
	WIRE_STASH_HOLD = 48,
	WIRE_STASH_DROP = 49,
	WIRE_FIND = 63, /* only the checker's child is asked */
	/* answers */
	WIRE_OK = 128,
	WIRE_ERROR = 129,
};

enum wire_tag {
	WIRE_F_MESSAGE = 1, /* text for the user */
	WIRE_F_VERSION = 2, /* text: MAIRU_VERSION of the sender */
	WIRE_F_PID = 3,	    /* number */
	WIRE_F_CODE = 4,    /* number: -err_code */
	WIRE_F_CONFIG = 16, /* path of a .mairu.json */
	WIRE_F_DIGEST = 17, /* 48 bytes */
	WIRE_F_SERVER = 18,
	WIRE_F_ROLE = 19,
	WIRE_F_CHAIN = 20, /* chain_text() */
	WIRE_F_URL = 21,   /* of the endpoint */
	WIRE_F_TOKEN = 22, /* "Bearer ..." */
	WIRE_F_PLACE = 23, /* the sender's: a struct place */
	WIRE_F_NAME = 24,
	WIRE_F_VALUE = 25,
	WIRE_F_HANDLE = 26,  /* 16 bytes */
	WIRE_F_COUNT = 27,   /* number */
	WIRE_F_PORT = 28,    /* number: callback port; 0: any */
	WIRE_F_FORCE = 29,   /* number: 1 logs in even if logged in */
	WIRE_F_SECONDS = 30, /* number: how long it lasts */
	WIRE_F_EXPIRES = 31, /* number: seconds since 1970; 0: unknown */
	WIRE_F_RENEWS = 32,  /* number: 1 if renewable */
	WIRE_F_WAIT = 33,    /* number: milliseconds */
	WIRE_F_FRESH = 34,   /* number: 1 bypasses the cache; in WIRE_ROLE and
				WIRE_LEND also 2: not a use that keeps it
				renewed ahead, or 3: both */
	WIRE_F_KEY_ID = 35,
	WIRE_F_SECRET_KEY = 36,
	WIRE_F_SESSION_TOKEN = 37,
	WIRE_F_RENEW_AT = 38, /* number: seconds since 1970 */
	/* WIRE_STATUS, with VERSION, PID, URL ("" while there is no
	 * endpoint): */
	WIRE_F_STARTED = 40,	/* number: seconds since it started */
	WIRE_F_CLIENTS = 41,	/* number */
	WIRE_F_GRANTS = 42,	/* number */
	WIRE_F_LOCKED = 43,	/* number: 1 if secrets are locked in memory, 2
				   if even the kernel can't read them */
	WIRE_F_LOG = 44,	/* path of the log */
	WIRE_F_SETTINGS = 45,	/* JSON text: broker.json as in force, and the
				   proxy */
	WIRE_F_UNVERIFIED = 46, /* number: peers admitted by the token alone */
	WIRE_F_CONFINED = 50,	/* text: what the broker has given up */
	WIRE_F_UNCONFINED = 51, /* text: why no more than that, or "" */
	WIRE_F_PROBLEM = 47, /* text, repeated: what the broker could not do */
	/* logins and lists: */
	WIRE_F_GRANT = 80,    /* number: 0 any, 1 code, 2 device */
	WIRE_F_HEADLESS = 81, /* number: 1 if there is no browser */
	WIRE_F_LONG_URL = 82,
	WIRE_F_USER_CODE = 83,
	WIRE_F_COMPLETE = 84, /* verification_uri_complete */
	WIRE_F_TEXT = 85,     /* a secret */
	WIRE_F_CURSOR = 86,   /* number */
	WIRE_F_MORE = 87,     /* number: 1 if there may be more */
	WIRE_F_ACCOUNT = 88,
	WIRE_F_ACCOUNT_NAME = 89,
	WIRE_F_DESCRIPTION = 90,
	WIRE_F_ENDED = 91, /* number: seconds since 1970; 0: not ended */
	WIRE_F_TTY = 92,   /* path of the terminal to notify, or "" */
	WIRE_F_DONE = 93,  /* number: how many are done */
	WIRE_F_TOTAL = 94, /* number: out of how many, as far as known */
	WIRE_F_ARN = 95,
	WIRE_F_ALIAS = 96,  /* of an account; "": none, or unknown */
	WIRE_F_REGION = 97, /* of STS, or "" */
	WIRE_F_SINCE = 100, /* number: seconds since 1970 */
	/* number: seconds by which a host's clock is ahead of this machine's
	 * (wire_ahead()) */
	WIRE_F_AHEAD = 101,
	WIRE_F_HTTP_STATUS = 102, /* number; 0: no answer */
	WIRE_F_CLOCK_HOST = 103,  /* whose clock WIRE_F_AHEAD is about in
				     WIRE_STATUS, or "" */
	/* Hosts of a login by code, if they differ and nobody has logged in
	 * there yet: */
	WIRE_F_PAGE_AT = 120,	   /* of the login page */
	WIRE_F_CODE_TO = 121,	   /* that receives the code */
	WIRE_F_NAMES_ITSELF = 122, /* number: 1 if the server promises to
				      identify itself in each login answer */
	WIRE_F_UNUSABLE = 123,	   /* number: roles left out because nobody
				      could request one by such a name */
	/* the hook's state (front/environment/state.c) */
	WIRE_F_UID = 64,
	WIRE_F_SESSION = 65,
	WIRE_F_TOLD = 66,
	WIRE_F_VAR = 67,
	WIRE_F_FLAGS = 68,
	WIRE_F_MARK = 69,
	WIRE_F_WARNED = 70,
	WIRE_F_NEEDED = 71,
	WIRE_F_HOLDER = 75, /* number: the shell that HANDLE is kept for */
	WIRE_F_PLACED = 72,
};

/* --- writing: appends to a buf, whose `failed` flag is checked at the end */

/* Starts a frame; returns the offset of its header, for wire_end(). */
size_t wire_begin(struct buf *out, enum wire_type type);
void wire_end(struct buf *out, size_t header_at);
void wire_put(struct buf *out, enum wire_tag tag, const void *p, size_t len);
void wire_puts(struct buf *out, enum wire_tag tag, const char *s);
void wire_putn(struct buf *out, enum wire_tag tag, uint64_t n);

/* --- reading */

struct wire_frame {
	uint8_t version;
	uint16_t type;
	const unsigned char *body; /* borrowed from what was parsed */
	size_t len;
};

/* Looks for a whole frame at the start of the bytes.  1: *f is filled, *used is
 * how many bytes it took.  0: need more.  ERR_FOREIGN: not a frame of ours;
 * ERR_LIMIT: the body is too large.  A frame of another version is returned
 * like any other: check f->version. */
int wire_parse(const unsigned char *p, size_t len, struct wire_frame *f,
    size_t *used, struct err *e) MUST_CHECK;

struct wire_field {
	uint16_t tag;
	const unsigned char *p;
	size_t len;
};

struct wire_iter {
	const unsigned char *p, *end;
};

void wire_iter_init(struct wire_iter *it, const void *body, size_t len);
/* 1: the next field; 0: end; ERR_FORMAT: malformed. */
int wire_next(struct wire_iter *it, struct wire_field *f) MUST_CHECK;

/* A number field of 1 to 8 big-endian bytes. */
int wire_num(const struct wire_field *f, uint64_t *n) MUST_CHECK;
/* Clocks may differ either way, or be unknown. */
#define WIRE_AHEAD_UNKNOWN INT64_MIN
void wire_put_ahead(struct buf *out, int64_t seconds);
int wire_ahead(const struct wire_field *f, int64_t *seconds) MUST_CHECK;
/* A text field without NULs, copied NUL-terminated into out.  ERR_LIMIT when
 * it does not fit, ERR_FORMAT when it holds a NUL. */
int wire_text(const struct wire_field *f, char *out, size_t cap) MUST_CHECK;

#endif
