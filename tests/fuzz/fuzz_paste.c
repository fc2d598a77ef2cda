/* What a person pastes to finish a login: whatever it is, it is refused with
 * a reason, or is a query or a code without what has no place in them. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "broker/login/paste.h"
#include "net/http/query.h"

#define PATH "/oauth2callback"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int so)
{
	if (!so)
		abort();
}

/* It is a piece of the text, and the same when it is pasted once more. */
static void check(struct login_pasted *p, const char *text)
{
	struct buf again = BUF_INIT(2 * QUERY_MAX);
	struct login_pasted second;
	struct err e;
	const char *s = buf_str(&p->text);

	must(strlen(s) == p->text.len && p->text.len <= QUERY_MAX);
	must(strstr(text, s) != NULL);
	must(!strchr(s, '#') || p->is_code);
	must(!p->is_code ||
	     (p->text.len > 0 && p->text.len <= LOGIN_PASTE_CODE &&
		 !strpbrk(s, " \t\r\n") && !strstr(s, "://")));
	if (!p->is_code)
		buf_adds(&again, "http://127.0.0.1:1" PATH "?");
	buf_adds(&again, p->is_code ? " " : "");
	buf_adds(&again, s);
	/* Quotes and blanks around it would be taken for more of the same. */
	if (again.len <= QUERY_MAX && !p->text.failed &&
	    !(p->is_code && strpbrk(s, "\"'`<")) &&
	    (p->is_code || p->text.len == 0 ||
		!strchr(" \t\r\n", s[p->text.len - 1]))) {
		must(
		    login_paste_parse(&second, buf_str(&again), PATH, &e) == 0);
		must(second.is_code == p->is_code &&
		     strcmp(buf_str(&second.text), s) == 0);
		login_paste_release(&second);
	}
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct login_pasted p;
	struct err e = {0};
	int rc;

	must(text != NULL);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	rc = login_paste_parse(&p, text, PATH, &e);
	must(rc == 0 || (rc == ERR_USAGE && e.code == rc && e.msg[0]));
	if (rc == 0)
		check(&p, text);
	login_paste_release(&p);
	free(text);
	return 0;
}
