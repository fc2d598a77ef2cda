#ifndef MAIRU_NET_HTTP_WORDS_H
#define MAIRU_NET_HTTP_WORDS_H

/*
 * Text from servers, made presentable: sanitised, on one line, and cut.
 */

#include <stddef.h>

#include "base/core/json.h"
#include "net/http/http.h"

enum {
	WORDS_NAME = 400,
	WORDS_TEXT = 1300,
};

/* A name from outside, cut to fit; returns out. */
const char *words_shown(const char *text, char out[WORDS_NAME]);

/* 1 if the body is a page for a browser (or other markup). */
int words_is_page(const struct http_answer *a);

/* ": " and the server's message; "" if the body is a page, binary or empty.
 * Returns out. */
const char *words_of(const struct http_answer *a, char out[WORDS_TEXT]);

/* The same for a JSON string; "" for any other value. */
const char *words_value(const struct json_value *v, char out[WORDS_TEXT]);

/* The same for any text: one line of it, or "". */
const char *words_text(const char *s, size_t len, char out[WORDS_TEXT]);

#endif
