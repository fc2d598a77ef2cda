#include "broker/login/paste.h"

#include <string.h>
#include <strings.h>

#include "net/http/query.h"

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim_blanks(const char **s, size_t *len)
{
	for (; *len && is_blank(**s); (*len)--)
		(*s)++;
	while (*len && is_blank((*s)[*len - 1]))
		(*len)--;
}

/* The way mail and chat programs quote addresses. */
static void trim_quotes(const char **s, size_t *len)
{
	static const char *const pairs[] = {"\"\"", "''", "``", "<>"};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (*len < 2 || (*s)[0] != pairs[i][0] ||
		    (*s)[*len - 1] != pairs[i][1])
			continue;
		(*s)++;
		*len -= 2;
		return;
	}
}

/* Strips scheme and host: the rest begins with the path.  Some address bars
 * hide "http://". */
static int skip_origin(const char **s, size_t *len)
{
	static const char *const schemes[] = {"http://", "https://"};
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		if (strncasecmp(*s, schemes[i], strlen(schemes[i])) == 0)
			n = strlen(schemes[i]);
	if (n >= *len)
		return 0;
	*s += n;
	*len -= n;
	n = strcspn(*s, "/?#");
	if (n == 0 || n >= *len)
		return 0;
	*s += n;
	*len -= n;
	return 1;
}

/* The host does not matter: it may have come through a tunnel, and the state
 * identifies the login. */
static int take_query(
    struct login_pasted *p, const char *s, size_t len, const char *path)
{
	size_t n = strlen(path);
	const char *end;

	if (!skip_origin(&s, &len) || len <= n || memcmp(s, path, n) != 0 ||
	    s[n] != '?')
		return 0;
	s += n + 1;
	len -= n + 1;
	end = memchr(s, '#', len);
	buf_add(&p->text, s, end ? (size_t)(end - s) : len);
	return 1;
}

/* A fragment of an address, with the rest lost. */
static int is_piece(const char *s, size_t len)
{
	static const char *const names[] = {"code=", "state="};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *at = memmem(s, len, names[i], strlen(names[i]));

		if (at && (at == s || at[-1] == '?' || at[-1] == '&'))
			return 1;
	}
	return 0;
}

/* RFC 6749, appendix A.11, and no blanks.  A code that the server refuses ends
 * the login, so obvious non-codes are not sent. */
static int take_code(struct login_pasted *p, const char *s, size_t len)
{
	if (len > LOGIN_PASTE_CODE || is_piece(s, len))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f)
			return 0;
	p->is_code = 1;
	buf_add(&p->text, s, len);
	return 1;
}

int login_paste_parse(
    struct login_pasted *p, const char *text, const char *path, struct err *e)
{
	size_t len = strlen(text);

	*p = (struct login_pasted){.text = BUF_INIT(QUERY_MAX)};
	trim_blanks(&text, &len);
	trim_quotes(&text, &len);
	trim_blanks(&text, &len);
	if (len == 0)
		return err_set(e, ERR_USAGE, "nothing was pasted");
	if (len > QUERY_MAX)
		return err_set(e, ERR_USAGE,
		    "what was pasted is too long for the address that the "
		    "browser ended at");
	if (!take_query(p, text, len, path)) {
		if (memmem(text, len, "://", 3) ||
		    memmem(text, len, path, strlen(path)))
			return err_set(e, ERR_USAGE,
			    "this is not the address that the browser ends at: "
			    "log in there, then copy the whole address with "
			    "%s in it, though its page does not load",
			    path);
		if (!take_code(p, text, len))
			return err_set(e, ERR_USAGE,
			    "this is neither the address that the browser "
			    "ended at nor the code in it: copy it as a whole, "
			    "and nothing else");
	}
	if (p->text.failed)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	return 0;
}

void login_paste_release(struct login_pasted *p)
{
	buf_release(&p->text);
}
