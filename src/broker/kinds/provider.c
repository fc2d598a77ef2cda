#include "broker/kinds/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "broker/kinds/pieces.h"
#include "net/http/words.h"

void provider_client_release(struct provider_client *c)
{
	free(c->id);
	secret_free(c->secret);
	memset(c, 0, sizeof(*c));
}

int provider_client_copy(struct provider_client *to,
    const struct provider_client *from, struct slab *slab, struct err *e)
{
	*to = (struct provider_client){
	    .issued = from->issued, .expires = from->expires};
	if (from->id)
		to->id = strdup(from->id);
	if ((from->id && !to->id) ||
	    (from->secret &&
		secret_new(&to->secret, slab, secret_bytes(from->secret),
		    secret_len(from->secret)) < 0)) {
		provider_client_release(to);
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a client");
	}
	return 0;
}

void provider_tokens_release(struct provider_tokens *t)
{
	secret_free(t->access);
	secret_free(t->refresh);
	provider_client_release(&t->client);
	memset(t, 0, sizeof(*t));
}

void provider_metadata_release(struct provider_metadata *m)
{
	free(m->issuer);
	free(m->revocation);
	memset(m, 0, sizeof(*m));
}

void provider_device_release(struct provider_device *d)
{
	secret_free(d->code);
	free(d->user_code);
	free(d->uri);
	free(d->complete);
	memset(d, 0, sizeof(*d));
}

/* --- words for a person */

const char *provider_login(const char *id, char out[WORDS_NAME])
{
	struct buf b = BUF_INIT(WORDS_NAME - 1);

	buf_adds(&b, "Run: mairu login ");
	text_word(&b, id, strlen(id));
	/* Half a name would log in somewhere else. */
	(void)snprintf(out, WORDS_NAME, "%s",
	    b.failed ? "Log in there again" : buf_str(&b));
	buf_release(&b);
	return out;
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
