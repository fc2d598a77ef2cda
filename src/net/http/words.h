#ifndef MAIRU_NET_HTTP_WORDS_H
#define MAIRU_NET_HTTP_WORDS_H

/*
 * What servers say, made fit for a line that a person reads: sanitised, on one
 * line and cut.
 */

#include <stddef.h>

#include "base/core/json.h"
#include "net/http/http.h"

enum {
	WORDS_NAME = 400,
	WORDS_TEXT = 1300,
};

/* A name of others, cut to what a line holds; returns out. */
const char *words_shown(const char *text, char out[WORDS_NAME]);

/* 1 when the body is a page for a browser. */
int words_is_page(const struct http_answer *a);

/* Appends ": " and the server's words; nothing where the body is a page, is
 * binary, or says nothing.  Returns out. */
const char *words_of(const struct http_answer *a, char out[WORDS_TEXT]);

/* Text of a JSON value in the same way; "" when it is none. */
const char *words_value(const struct json_value *v, char out[WORDS_TEXT]);

/* The same for any text: one line of it, or "". */
const char *words_text(const char *s, size_t len, char out[WORDS_TEXT]);

#endif
