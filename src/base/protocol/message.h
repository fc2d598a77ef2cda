#ifndef MAIRU_BASE_PROTOCOL_MESSAGE_H
#define MAIRU_BASE_PROTOCOL_MESSAGE_H

/*
 * What the front asks the broker and what the broker answers, as both have it:
 * one structure, written to a frame and read from one by table.h.
 * docs/protocol.md shows the same to people.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/core/wire.h"

enum {
	MESSAGE_HANDLE = 16,
	MESSAGE_NAME = 2048,	  /* of a server or a role, without its NUL */
	MESSAGE_TEXT = 32 * 1024, /* a URL that was pasted, likewise */
	MESSAGE_STASHED = 64,	  /* values of one stash */
	MESSAGE_WAIT = 24 * 60 * 60 * 1000, /* milliseconds */
};

/* Each member is the field of that name (WIRE_F_URL is `url`), where the
 * message has it.  A text that is not there is NULL, a number is 0. */
struct message {
	enum wire_type type;
	unsigned form; /* of an answer: which of those that the table has */
	int foreign;   /* of a request: its sender is of another version */

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

	/* Those that repeat, as they stand in the frame: message_row(). */
	struct wire_iter rows;
};

/* Each appends what the table says of m->type (and m->form), in its order. A
 * text that is NULL is written as an empty one, or not at all where it may be
 * missing; so is a number that may be missing and is 0. */
void message_put_request(struct buf *out, const struct message *m); /* whole */
void message_put_answer(struct buf *out, const struct message *m);  /* fields */
/* Appends one row; the rows of a message are what stands in a buf of them. */
void message_put_row(
    struct buf *out, enum wire_type answer_to, const struct message *row);
struct wire_iter message_rows(const struct buf *rows);

/* Takes the body of a request, or of the answer to one, apart: every field
 * once, in its form and within its limits, none missing and none that does not
 * belong there, and rows that are whole.  Texts are borrowed from the body,
 * which MUST have a byte after its end that is 0: the first byte of the tag
 * that follows, or that one, ends each.
 * ERR_FORMAT, ERR_LIMIT: what is wrong; ERR_USAGE: there is no such request. */
int message_read_request(
    struct message *m, const struct wire_frame *f, struct err *e) MUST_CHECK;
int message_read_answer(struct message *m, enum wire_type to,
    const struct wire_frame *f, struct err *e) MUST_CHECK;

/* The next row of an answer (or, of WIRE_STASH_PUT, of the request) that was
 * read; 0 when there is no more.  `rows` begins as a copy of the message's. */
int message_row(
    struct message *row, enum wire_type answer_to, struct wire_iter *rows);

/* Copies a text to where it is known to fit, the table's limit being less. */
void message_copy(char *out, size_t cap, const char *text);

#endif
