#ifndef MAIRU_BASE_PROTOCOL_TABLE_H
#define MAIRU_BASE_PROTOCOL_TABLE_H

/*
 * Every request and every answer, once: its fields in their order, each with
 * its form and its limits.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/wire.h"

enum table_kind {
	/* the head of a message: the fields up to the next one are its own */
	TABLE_REQUEST,
	TABLE_ANSWER, /* to the request of that type; it may have forms */
	/* a field */
	TABLE_TEXT,  /* without a NUL */
	TABLE_PLAIN, /* UTF-8 without what moves a cursor */
	TABLE_PATH,  /* from the root, or empty where it may be */
	TABLE_BYTES,
	TABLE_NUMBER,
	TABLE_SIGNED, /* of 8 bytes, in two's complement; has no limits */
};

enum table_how {
	TABLE_ONE,
	TABLE_MAYBE,
	/* a part of each row: rows stand together, whole and in order */
	TABLE_EACH,
	TABLE_EACH_MAYBE, /* at the end of it */
};

struct table_row {
	uint8_t kind, how;
	uint16_t tag;	  /* or the type, in a head */
	uint16_t at;	  /* in struct message */
	int64_t min, max; /* of a number, or of the length in bytes; in a head,
			     of rows (0: any number of them) */
};

/* Ends with a head of type 0. */
extern const struct table_row table_all[];

/* The first field of a message, or NULL when there is no such; form: 0, or of
 * an answer which one.  The fields end where table_is_head(). */
const struct table_row *table_find(
    enum table_kind head, unsigned type, unsigned form);
int table_is_head(const struct table_row *row);

#endif
