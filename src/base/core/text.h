#ifndef MAIRU_BASE_CORE_TEXT_H
#define MAIRU_BASE_CORE_TEXT_H

/*
 * Text from outside made safe for a terminal, and the checks on text that
 * several formats share.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"

/* The length of the UTF-8 character at s (1 to 4) and its code point (cp may
 * be NULL); 0 when the bytes there are none, or len is 0. */
size_t text_utf8_char(const char *s, size_t len, uint32_t *cp);

/* 1 when the bytes are UTF-8 without surrogates, overlong forms or code
 * points past U+10FFFF. */
int text_utf8(const char *s, size_t len);

/* 1 for a letter or a digit of ASCII, or a character of `also`. */
int text_has(char c, const char *also);

/* 1 for what a terminal obeys, or what makes a text show as another one:
 * control characters (C0, DEL, C1), bidirectional controls, zero width and
 * otherwise invisible characters, line and paragraph separators. */
int text_steers(uint32_t cp);

/* Appends s so that a terminal shows it and obeys nothing in it: what
 * text_steers(), and bytes that are not UTF-8, become \xNN or \u{N}; a
 * backslash stays.  So do marks over a character that has several, or is none.
 * Cut with "..." when more than max_columns would be appended. */
void text_safe(struct buf *out, const char *s, size_t len, size_t max_columns);

/* Appends s as one word for a POSIX shell: as it is when it needs no quotes,
 * otherwise in single quotes.  For commands that a person is told to type:
 * sanitised as by text_safe() first. */
void text_word(struct buf *out, const char *s, size_t len);

/* Appends s as a value that stands in a sentence, or among others: as it is
 * when it is a plain word, else sanitised and in quotes, so that none looks
 * like more of the sentence.  Of more than max_columns the rest is "..." behind
 * the quote. */
void text_value(struct buf *out, const char *s, size_t len, size_t max_columns);

/* 1 when a POSIX shell takes s as one word without quotes. */
int text_is_plain(const char *s, size_t len);

/* The columns that text_safe() makes of s on a terminal. */
size_t text_columns(const char *s, size_t len);

/* A whole decimal number of [min, max] without sign, blanks or leading zeros
 * (0 itself aside); ERR_FORMAT otherwise. */
int text_number(
    const char *s, size_t len, long min, long max, long *value) MUST_CHECK;

/* A copy that is the caller's, as of strdup(); NULL of NULL. */
char *text_dup(const char *s);

#endif
