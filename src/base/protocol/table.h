#ifndef MAIRU_BASE_PROTOCOL_TABLE_H
#define MAIRU_BASE_PROTOCOL_TABLE_H

/*
 * Every request and answer: its fields in order, with their forms and limits.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/wire.h"

enum table_kind {
	/* start of a message; its fields follow, up to the next head */
	TABLE_REQUEST,
	TABLE_ANSWER, /* to the request of that type; may have several forms */
	/* a field */
	TABLE_TEXT,  /* without a NUL */
	TABLE_PLAIN, /* UTF-8 without control characters */
	TABLE_PATH,  /* absolute, or empty where allowed */
	TABLE_BYTES,
	TABLE_NUMBER,
	TABLE_SIGNED, /* 8 bytes, two's complement; no limits */
};

enum table_how {
	TABLE_ONE,
	TABLE_MAYBE,
	/* part of each row: rows are contiguous, complete and in order */
	TABLE_EACH,
	TABLE_EACH_MAYBE, /* at the end of the row */
};

struct table_row {
	uint8_t kind, how;
	uint16_t tag;	  /* in a head: the type */
	uint16_t at;	  /* offset in struct message */
	int64_t min, max; /* of the number, or of the length in bytes; in a
			     head: of rows (0: no limit) */
};

/* Ends with a head of type 0. */
extern const struct table_row table_all[];

/* The first field of a message, or NULL if there is no such message.  form: 0,
 * or which form of an answer.  The fields end at the next table_is_head(). */
const struct table_row *table_find(
    enum table_kind head, unsigned type, unsigned form);
int table_is_head(const struct table_row *row);

#endif
