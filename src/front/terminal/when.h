#ifndef MAIRU_FRONT_TERMINAL_WHEN_H
#define MAIRU_FRONT_TERMINAL_WHEN_H

/*
 * Formats times (seconds since 1970) for people and programs.
 */

#include <stdint.h>

#include "base/core/buf.h"

/* Appends "until 14:05" in local time, with the date unless it is today, or
 * "until it is revoked" for 0. */
void when_until(struct buf *out, int64_t t, int64_t now);

/* Appends "14:05" in the same way; "?" if the time can't be converted. */
void when_clock(struct buf *out, int64_t t, int64_t now);

/* Appends "2026-01-02 14:05 +0100", or UTC in the format of when_utc(). */
void when_table(struct buf *out, int64_t t, int utc);

/* Appends "90 s", "119 min" or "3 h", rounded down. */
void when_span(struct buf *out, int64_t seconds);

/* RFC 3339 in UTC: "2026-01-02T13:05:00Z"; "" for a year past 9999. */
#define WHEN_UTC 21
void when_utc(int64_t t, char out[WHEN_UTC]);

#endif
