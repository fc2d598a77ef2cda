#include "broker/kinds/provider.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core/text.h"
#include "broker/kinds/pieces.h"

enum {
	NAME_COLUMNS = 90,
	WORDS_COLUMNS = 300,
};

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

static void shown(
    const char *text, size_t len, size_t columns, char *out, size_t cap)
{
	struct buf b = BUF_INIT(cap - 1);

	text_safe(&b, text, len, columns);
	(void)snprintf(out, cap, "%s", buf_str(&b));
	buf_release(&b);
}

const char *provider_shown(const char *text, char out[PROVIDER_NAME])
{
	shown(text, strlen(text), NAME_COLUMNS, out, PROVIDER_NAME);
	return out;
}

const char *provider_login(const char *id, char out[PROVIDER_NAME])
{
	struct buf b = BUF_INIT(PROVIDER_NAME - 1);

	buf_adds(&b, "Run: mairu login ");
	text_word(&b, id, strlen(id));
	/* Half a name would log in somewhere else. */
	(void)snprintf(out, PROVIDER_NAME, "%s",
	    b.failed ? "Log in there again" : buf_str(&b));
	buf_release(&b);
	return out;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int is_page(const struct http_answer *a)
{
	size_t i = 0;

	while (i < a->body.len && is_blank((char)a->body.data[i]))
		i++;
	return strcmp(a->content_type, "text/html") == 0 ||
	       strcmp(a->content_type, "application/xhtml+xml") == 0 ||
	       (i < a->body.len && a->body.data[i] == '<');
}

static int is_text(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < ' ' && !is_blank(s[i])) ||
		    s[i] == 0x7f)
			return 0;
	return text_utf8(s, len);
}

/* Lines become one, and what is left of it is shown. */
const char *provider_text(const char *s, size_t len, char out[PROVIDER_WORDS])
{
	struct buf b = BUF_INIT(HTTP_MAX_BODY);
	int blank = 0;

	out[0] = '\0';
	for (size_t i = 0; is_text(s, len) && i < len; i++) {
		blank |= is_blank(s[i]);
		if (is_blank(s[i]))
			continue;
		buf_adds(&b, blank && b.len ? " " : "");
		buf_addc(&b, s[i]);
		blank = 0;
	}
	if (b.len > 0 && !b.failed) {
		memcpy(out, ": ", 2);
		shown((const char *)b.data, b.len, WORDS_COLUMNS, out + 2,
		    PROVIDER_WORDS - 2);
	}
	buf_release(&b);
	return out;
}

const char *provider_value(const struct json_value *v, char out[PROVIDER_WORDS])
{
	size_t len = 0;
	const char *s = json_str(v, &len);

	return provider_text(s ? s : "", len, out);
}

/* JSON is for programs: what it says to a person is in one of these. */
static void json_words(const struct http_answer *a, char out[PROVIDER_WORDS])
{
	static const char *const keys[] = {
	    "message", "Message", "error_description", "error"};
	const struct json_value *root;
	struct json *doc;

	if (json_parse(&doc, a->body.data, a->body.len, NULL) < 0)
		return;
	root = json_root(doc);
	(void)provider_value(root, out);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !*out; i++)
		(void)provider_value(json_get(root, keys[i]), out);
	json_free(doc);
}

const char *provider_words(
    const struct http_answer *a, char out[PROVIDER_WORDS])
{
	out[0] = '\0';
	if (a->body.len == 0 || is_page(a))
		return out;
	if (a->body.data[0] == '{' ||
	    strcmp(a->content_type, "application/json") == 0)
		json_words(a, out);
	else
		(void)provider_text(
		    (const char *)a->body.data, a->body.len, out);
	return out;
}

/* --- answers */

int provider_object(const struct servers_entry *s, const struct http_answer *a,
    struct json **doc, struct err *e)
{
	char name[PROVIDER_NAME];
	struct err why;
	int rc;

	*doc = NULL;
	(void)provider_shown(s->id, name);
	if (is_page(a))
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
	char name[PROVIDER_NAME], said[PROVIDER_WORDS];

	if (a->status == 200 ||
	    (a->status >= 400 && a->status < 500 && a->status != 408 &&
		a->status != 425 && a->status != 429))
		return 0;
	(void)provider_shown(s->id, name);
	if (a->status >= 300 && a->status < 400)
		return err_set(e, ERR_DENIED,
		    "%s answered with a redirect (HTTP %u), and redirects are "
		    "not followed: is its \"url\" right?",
		    name, a->status);
	if (a->status == 429)
		return err_set(e, ERR_UPSTREAM,
		    "%s is asked too often (HTTP 429)%s. Try again later", name,
		    provider_words(a, said));
	if (a->status >= 400)
		return err_set(e, ERR_UPSTREAM,
		    "%s is in trouble (HTTP %u)%s. Try again later", name,
		    a->status, provider_words(a, said));
	return err_set(e, ERR_UPSTREAM,
	    "%s answered in a way that means nothing here (HTTP %u): is its "
	    "\"url\" right?",
	    name, a->status);
}

int provider_useless(
    const struct servers_entry *s, int rc, const struct err *why, struct err *e)
{
	char name[PROVIDER_NAME];

	if (rc == ERR_NOMEM)
		return err_set(e, ERR_NOMEM, "%s", why->msg);
	return err_set(e, (enum err_code)rc,
	    "the answer of %s can't be used: %s. If that stays so, tell those "
	    "who run it",
	    provider_shown(s->id, name), why->msg);
}

/* --- requests */

int provider_asked(
    const struct servers_entry *s, struct http_ask *ask, struct err *e)
{
	char name[PROVIDER_NAME];

	if (!ask->url.failed && !ask->headers.failed && !ask->body.failed)
		return 0;
	http_ask_release(ask);
	return err_set(e, ERR_NOMEM,
	    "a request to %s is too long, or the broker is out of memory",
	    provider_shown(s->id, name));
}
