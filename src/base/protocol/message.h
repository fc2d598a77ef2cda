#ifndef MAIRU_BASE_PROTOCOL_MESSAGE_H
#define MAIRU_BASE_PROTOCOL_MESSAGE_H

/*
 * Requests of the front and answers of the broker, as one structure that is
 * written to and read from frames as table.h says.  Described in
 * docs/protocol.md.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"

enum {
	MESSAGE_HANDLE = 16,
	MESSAGE_NAME = 2048,	  /* of a server or a role, without the NUL */
	MESSAGE_TEXT = 32 * 1024, /* a URL that was pasted, likewise */
	MESSAGE_STASHED = 64,	  /* values in one stash */
	MESSAGE_WAIT = 24 * 60 * 60 * 1000, /* milliseconds */
};

/* Each member is the field of that name (WIRE_F_URL is `url`).  Absent texts
 * are NULL, absent numbers 0. */
struct message {
	enum wire_type type;
	unsigned form; /* of an answer: which of the forms in the table */
	int foreign;   /* of a request: the sender has another version */

	const unsigned char *digest, *handle, *place;
	const char *version, *message;
	const char *config, *server, *role, *chain, *region;
	const char *url, *token, *tty, *text;
	const char *name, *value;
	const char *key_id, *secret_key, *session_token;
	const char *long_url, *page_at, *code_to, *user_code, *complete;
	const char *account, *account_name, *description, *arn, *alias;
	const char *log, *settings, *confined, *unconfined, *clock_host,
	    *problem;

	int64_t code, pid, count;
	int64_t wait, fresh, cursor, port, force, grant, headless;
	int64_t expires, renews, renew_at, seconds, since, ended;
	int64_t more, done, total, unusable;
	int64_t started, clients, grants, locked, unverified, ahead;
	int64_t http_status, names_itself;

	/* The repeated fields, still encoded: see message_row(). */
	struct wire_iter rows;
};

/* Append the fields that the table lists for m->type (and m->form), in its
 * order.  A NULL text is written as an empty one.  Optional fields are left out
 * when NULL or 0. */
void message_put_request(struct buf *out, const struct message *m); /* whole */
void message_put_answer(struct buf *out, const struct message *m);  /* fields */
/* Appends one row to a buf; message_rows() turns the buf into m->rows. */
void message_put_row(
    struct buf *out, enum wire_type answer_to, const struct message *row);
struct wire_iter message_rows(const struct buf *rows);

/* Parse the body of a request, or of an answer.  Strict: every field once, in
 * its form and within its limits, none missing, none unexpected, rows complete.
 * Texts are borrowed from the body, which MUST be followed by a 0 byte: each
 * text is terminated by that or by the first byte of the next tag.  ERR_FORMAT,
 * ERR_LIMIT: what is wrong; ERR_USAGE: no such request. */
int message_read_request(
    struct message *m, const struct wire_frame *f, struct err *e) MUST_CHECK;
int message_read_answer(struct message *m, enum wire_type to,
    const struct wire_frame *f, struct err *e) MUST_CHECK;

/* The next row of a parsed answer (for WIRE_STASH_PUT, of the request); 0 at
 * the end.  `rows` starts as a copy of the message's. */
int message_row(
    struct message *row, enum wire_type answer_to, struct wire_iter *rows);

/* Copies a text that is known to fit, since the table's limit is lower. */
void message_copy(char *out, size_t cap, const char *text);

#endif
