#ifndef MAIRU_BASE_CORE_TEXT_H
#define MAIRU_BASE_CORE_TEXT_H

/*
 * Makes text from outside safe for a terminal, and checks shared by several
 * formats.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/core/buf.h"

/* The length of the UTF-8 character at s (1 to 4) and its code point (cp may be
 * NULL); 0 if invalid or len is 0. */
size_t text_utf8_char(const char *s, size_t len, uint32_t *cp);

/* 1 if valid UTF-8: no surrogates, overlong forms or code points past
 * U+10FFFF. */
int text_utf8(const char *s, size_t len);

/* 1 for an ASCII letter or digit, or a character in `also`. */
int text_has(char c, const char *also);

/* 1 for characters that control a terminal or disguise text: control characters
 * (C0, DEL, C1), bidirectional controls, zero width and otherwise invisible
 * characters, line and paragraph separators. */
int text_steers(uint32_t cp);

/* Appends s, made safe to print on a terminal: whatever text_steers(), bytes
 * that are not UTF-8, and combining marks that pile up or have no base become
 * \xNN or \u{N}; a backslash is kept.  Cut with "..." beyond max_columns. */
void text_safe(struct buf *out, const char *s, size_t len, size_t max_columns);

/* Appends s as one word for a POSIX shell, in single quotes if it needs any.
 * For commands shown to the user: sanitised by text_safe() first. */
void text_word(struct buf *out, const char *s, size_t len);

/* Appends s as a value in a sentence or list: as is if it is a plain word, else
 * sanitised and quoted, so that it can't pass for part of the sentence.  Cut
 * after max_columns, with "..." behind the quote. */
void text_value(struct buf *out, const char *s, size_t len, size_t max_columns);

/* 1 if s is one word to a POSIX shell without quotes. */
int text_is_plain(const char *s, size_t len);

/* The width of s on a terminal, as text_safe() prints it. */
size_t text_columns(const char *s, size_t len);

/* A decimal integer in [min, max] without sign, blanks or leading zeros ("0" is
 * fine); ERR_FORMAT otherwise. */
int text_number(
    const char *s, size_t len, long min, long max, long *value) MUST_CHECK;

/* strdup(), but NULL for NULL. */
char *text_dup(const char *s);

#endif
