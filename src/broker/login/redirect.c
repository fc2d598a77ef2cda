#include "broker/login/redirect.h"

#include <string.h>

#include "base/core/text.h"
#include "base/core/url.h"

enum {
	CODE_MAX = 16 * 1024,
	STATE_MAX = 512,
	ERROR_MAX = 256,
	DESCRIPTION_MAX = 8 * 1024,
	ERROR_COLUMNS = 64, /* of the server's message that we quote */
	DESCRIPTION_COLUMNS = 300,
	ISS_COLUMNS = 80,
};

int redirect_parse(struct redirect *r, const char *query, struct err *e)
{
	*r = (struct redirect){{
	    [REDIRECT_STATE] = {"state", 0, BUF_INIT(STATE_MAX)},
	    [REDIRECT_CODE] = {"code", 0, BUF_INIT(CODE_MAX)},
	    [REDIRECT_ERROR] = {"error", 0, BUF_INIT(ERROR_MAX)},
	    [REDIRECT_DESCRIPTION] = {"error_description", 0,
		BUF_INIT(DESCRIPTION_MAX)},
	    [REDIRECT_ISS] = {"iss", 0, BUF_INIT(URL_MAX)},
	}};
	return query_parse(query, r->field, REDIRECT_FIELDS, e);
}

void redirect_release(struct redirect *r)
{
	query_release(r->field, REDIRECT_FIELDS);
}

int redirect_has_state(struct redirect *r, const struct secret *state)
{
	struct buf *value = &r->field[REDIRECT_STATE].value;

	return secret_is(state, buf_str(value), value->len);
}

/* Detects a mix-up with another server (RFC 9207, section 2.4).  Issuers are
 * https URLs with or without a trailing slash. */
int redirect_is_issuer(const struct redirect_server *s, const char *iss)
{
	struct buf normal = BUF_INIT(URL_MAX + 2), origin = BUF_INIT(URL_MAX);
	int is = 0;

	if (!url_fault(iss, URL_HTTPS | URL_HTTP_LOOPBACK)) {
		url_normal(&normal, iss);
		url_origin(&origin, iss);
		is = strcmp(buf_str(&origin), s->origin) == 0 ||
		     strcmp(buf_str(&normal), s->url) == 0;
		buf_addc(&normal, '/');
		is |= strcmp(buf_str(&normal), s->url) == 0;
	}
	buf_release(&normal);
	buf_release(&origin);
	return is;
}

/* The server's message, which may be anything. */
static int say_denied(struct redirect *r, const char *id, struct err *e)
{
	struct buf words = BUF_INIT(8 * 1024), error = BUF_INIT(1024);
	struct buf *said = &r->field[REDIRECT_ERROR].value;
	struct buf *more = &r->field[REDIRECT_DESCRIPTION].value;
	int rc;

	text_safe(&error, buf_str(said), said->len, ERROR_COLUMNS);
	text_safe(&words, buf_str(more), more->len, DESCRIPTION_COLUMNS);
	while (words.len && words.data[words.len - 1] == '.')
		buf_truncate(&words, words.len - 1);
	if (words.len)
		rc = err_set(e, ERR_DENIED, "%s refused the login: %s (%s)", id,
		    buf_str(&words), buf_str(&error));
	else
		rc = err_set(e, ERR_DENIED, "%s refused the login: %s", id,
		    buf_str(&error));
	buf_release(&words);
	buf_release(&error);
	return rc;
}

static int say_mixed_up(struct buf *iss, const char *id, struct err *e)
{
	struct buf shown = BUF_INIT(1024);

	text_safe(&shown, buf_str(iss), iss->len, ISS_COLUMNS);
	(void)err_set(e, ERR_UPSTREAM,
	    "the answer to the login to %s came from another server (%s)", id,
	    buf_str(&shown));
	buf_release(&shown);
	return ERR_UPSTREAM;
}

const char *redirect_issuer(struct redirect *r)
{
	struct query_field *iss = &r->field[REDIRECT_ISS];

	return iss->found ? buf_str(&iss->value) : NULL;
}

int redirect_code(struct redirect *r, const struct redirect_server *server,
    const char **code, struct err *e)
{
	struct query_field *iss = &r->field[REDIRECT_ISS];
	struct buf *value = &r->field[REDIRECT_CODE].value;

	*code = NULL;
	if (r->field[REDIRECT_ERROR].found) {
		if (iss->found &&
		    !redirect_is_issuer(server, buf_str(&iss->value)))
			return say_mixed_up(&iss->value, server->id, e);
		return say_denied(r, server->id, e);
	}
	if (value->len == 0)
		return err_set(e, ERR_UPSTREAM,
		    "%s sent the browser back without a code. If that stays "
		    "so, tell those who run it",
		    server->id);
	*code = buf_str(value);
	return 0;
}
