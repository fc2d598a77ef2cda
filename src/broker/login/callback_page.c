#include "broker/login/callback_page.h"

#include <string.h>

#include "base/core/text.h"
#include "broker/login/html.h"

enum {
	HTTP_OK = 200,
	HTTP_FORBIDDEN = 403,
	HTTP_CONFLICT = 409,
	HTTP_BAD_GATEWAY = 502,
};

void callback_page(struct httpd_request *r, unsigned status,
    const char *headline, const char *text)
{
	const struct page p = {PAGE_NOTE, headline, text, NULL};

	page_answer(r, status, &p);
}

void callback_page_done(struct httpd_request *r, const char *server)
{
	struct buf headline = BUF_INIT(4096);
	struct page p = {.mark = PAGE_DONE,
	    .text = "You may close this page and go back to the terminal."};

	buf_addf(&headline, "Logged in to %s", server);
	p.headline = headline.failed ? "Logged in" : buf_str(&headline);
	page_answer(r, HTTP_OK, &p);
	buf_release(&headline);
}

/* The command is our own: one in the server's message is never shown as a
 * command. */
void callback_page_failed(
    struct httpd_request *r, const char *server, const struct err *e)
{
	struct buf text = BUF_INIT(sizeof(e->msg) + 64);
	struct buf command = BUF_INIT(4096);
	struct page p = {.mark = PAGE_FAILED, .headline = "Login failed"};
	size_t n = strlen(e->msg);

	buf_adds(&command, "mairu login ");
	text_word(&command, server, strlen(server));
	if (e->run && strcmp(e->msg + e->run, buf_str(&command)) == 0)
		n = e->run - strlen(ERR_RUN);
	while (n && (e->msg[n - 1] == ' ' || e->msg[n - 1] == '.'))
		n--;
	buf_add(&text, e->msg, n);
	if (n && e->msg[n - 1] != '?')
		buf_addc(&text, '.');
	p.text = buf_str(&text);
	p.command = command.failed ? "mairu login" : buf_str(&command);
	page_answer(
	    r, e->code == ERR_DENIED ? HTTP_FORBIDDEN : HTTP_BAD_GATEWAY, &p);
	buf_release(&text);
	buf_release(&command);
}

void callback_page_busy(struct httpd_request *r)
{
	callback_page(r, HTTP_CONFLICT, "The login is being finished",
	    "This address was opened before. The terminal says how it went; "
	    "you may close this page.");
}

void callback_page_stranger(struct httpd_request *r, const char *server)
{
	struct buf command = BUF_INIT(4096);
	struct page p = {.mark = PAGE_NOTE,
	    .headline = "Not known to be your browser",
	    .text = "mairu can't tell whose this is; it may be one in a "
		    "container. The terminal shows an address that works here, "
		    "and reads the one at which this browser ends."};

	buf_adds(&command, "mairu login --paste ");
	text_word(&command, server, strlen(server));
	if (!command.failed)
		p.command = buf_str(&command);
	page_answer(r, HTTP_FORBIDDEN, &p);
	buf_release(&command);
}
