#include "broker/kinds/pieces.h"

#include <string.h>

#include "base/core/text.h"

int provider_say_login(struct err *e, enum err_code code, const char *id)
{
	struct buf word = BUF_INIT(WORDS_NAME);

	text_word(&word, id, strlen(id));
	/* A truncated name would log in somewhere else. */
	if (!word.failed)
		(void)err_run(e, code, "mairu login %s", buf_str(&word));
	buf_release(&word);
	return code;
}

/* --- answers */

int provider_object(const struct servers_entry *s, const struct http_answer *a,
    struct json **doc, struct err *e)
{
	char name[WORDS_NAME];
	struct err why;
	int rc;

	*doc = NULL;
	(void)words_shown(s->id, name);
	if (words_is_page(a))
		return err_set(e, ERR_UPSTREAM,
		    "%s answered with a page for a browser: is its \"url\" "
		    "right, or a proxy in the way?",
		    name);
	rc = json_parse(doc, a->body.len ? (const void *)a->body.data : "",
	    a->body.len, &why);
	if (rc == ERR_NOMEM)
		return err_set(e, rc, "%s: %s", name, why.msg);
	if (rc < 0)
		return err_set(e, ERR_UPSTREAM,
		    "%s answered with what is no JSON (%s). If that stays "
		    "so, tell those who run it",
		    name, why.msg);
	if (json_kind(json_root(*doc)) == JSON_OBJECT)
		return 0;
	json_free(*doc);
	*doc = NULL;
	return err_set(e, ERR_UPSTREAM,
	    "%s answered with JSON that is no object. If that stays so, tell "
	    "those who run it",
	    name);
}

int provider_status(
    const struct servers_entry *s, const struct http_answer *a, struct err *e)
{
	char name[WORDS_NAME], said[WORDS_TEXT];

	if (a->status == 200 ||
	    (a->status >= 400 && a->status < 500 && a->status != 408 &&
		a->status != 425 && a->status != 429))
		return 0;
	(void)words_shown(s->id, name);
	if (a->status >= 300 && a->status < 400)
		return err_set(e, ERR_DENIED,
		    "%s answered with a redirect (HTTP %u), and redirects are "
		    "not followed: is its \"url\" right?",
		    name, a->status);
	if (a->status == 429)
		return err_set(e, ERR_UPSTREAM,
		    "%s is asked too often (HTTP 429)%s. Try again later", name,
		    words_of(a, said));
	if (a->status >= 400)
		return err_set(e, ERR_UPSTREAM,
		    "%s is in trouble (HTTP %u)%s. Try again later", name,
		    a->status, words_of(a, said));
	return err_set(e, ERR_UPSTREAM,
	    "%s answered in a way that means nothing here (HTTP %u): is its "
	    "\"url\" right?",
	    name, a->status);
}

int provider_useless(
    const struct servers_entry *s, int rc, const struct err *why, struct err *e)
{
	char name[WORDS_NAME];

	if (rc == ERR_NOMEM)
		return err_set(e, ERR_NOMEM, "%s", why->msg);
	return err_set(e, (enum err_code)rc,
	    "the answer of %s can't be used: %s. If that stays so, tell those "
	    "who run it",
	    words_shown(s->id, name), why->msg);
}

/* --- requests */

int provider_asked(
    const struct servers_entry *s, struct http_ask *ask, struct err *e)
{
	char name[WORDS_NAME];

	if (!ask->url.failed && !ask->headers.failed && !ask->body.failed)
		return 0;
	http_ask_release(ask);
	return err_set(e, ERR_NOMEM,
	    "a request to %s is too long, or the broker is out of memory",
	    words_shown(s->id, name));
}
