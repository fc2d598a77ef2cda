#include "front/signin/login_view.h"

#include <string.h>

#include "base/core/text.h"
#include "front/terminal/style.h"

enum {
	NAME_COLUMNS = 256,
	/* The whole URL: a part of it is useless. */
	URL_COLUMNS = 4 * LOGIN_URL_MAX,
	CODE_COLUMNS = 64
};

static void safe(struct buf *out, const char *s, size_t columns)
{
	text_safe(out, s, strlen(s), columns);
}

static void begin(struct buf *out, const struct login_view *v)
{
	buf_adds(out, "mairu: log in to ");
	safe(out, v->begun->id, NAME_COLUMNS);
}

/* Text to copy. */
static void strong(
    struct buf *out, const struct login_view *v, const char *s, size_t columns)
{
	buf_adds(out, style_on(v->screen, STYLE_STRONG));
	safe(out, s, columns);
	buf_adds(out, style_off(v->screen, STYLE_STRONG));
}

static void alone(
    struct buf *out, const struct login_view *v, const char *s, size_t columns)
{
	buf_adds(out, "\n    ");
	strong(out, v, s, columns);
	buf_adds(out, "\n\n");
}

static void device(struct buf *out, const struct login_view *v)
{
	const struct login_begun *b = v->begun;

	begin(out, v);
	buf_adds(out, ": open this address on any device\n");
	alone(out, v, b->url, URL_COLUMNS);
	buf_adds(out, "mairu: and enter this code\n");
	alone(out, v, b->user_code, CODE_COLUMNS);
	if (b->complete[0] == '\0' || v->headless != HEADLESS_NOT)
		return;
	if (v->opens) {
		buf_adds(out, "mairu: your browser opens it; continue only if "
			      "it shows this code\n");
		return;
	}
	buf_adds(out, "mairu: or open this one, and continue only if it shows "
		      "that code\n");
	alone(out, v, b->complete, URL_COLUMNS);
}

/* What the user types into one server's page may end up at another. */
static void hosts(struct buf *out, const struct login_view *v)
{
	const struct login_begun *b = v->begun;

	if (b->page_at[0] == '\0' || b->code_to[0] == '\0')
		return;
	buf_adds(out, "mairu: the login page is at ");
	safe(out, b->page_at, NAME_COLUMNS);
	buf_adds(out, ", the code goes to ");
	safe(out, b->code_to, NAME_COLUMNS);
	buf_addc(out, '\n');
}

/* How a browser on another machine reaches the callback here. */
static void reach(struct buf *out, const struct login_view *v)
{
	unsigned port = v->begun->port;

	if (v->forward == NULL) {
		buf_addf(out,
		    "mairu: port %u of the browser's machine must reach this "
		    "machine\n",
		    port);
		return;
	}
	buf_addf(out,
	    "mairu: port %u must reach this machine: run this on your own, "
	    "with this\n"
	    "mairu: host as you know it\n",
	    port);
	alone(out, v, v->forward, URL_COLUMNS);
}

static void paste(struct buf *out, const struct login_view *v)
{
	const struct login_begun *b = v->begun;

	begin(out, v);
	buf_adds(out, ": open this address in any browser\n");
	alone(out, v, b->long_url, URL_COLUMNS);
	hosts(out, v);
	if (v->headless != HEADLESS_NOT) {
		buf_adds(out, "mairu: or this one: ");
		strong(out, v, b->url, URL_COLUMNS);
		buf_addc(out, '\n');
		reach(out, v);
	}
	buf_addf(out,
	    "mairu: the browser ends at an address with port %u, which it may "
	    "not reach:\n"
	    "mairu: copy it, paste it here and press Enter (what you paste is "
	    "not shown)\n",
	    b->port);
}

static void code(struct buf *out, const struct login_view *v)
{
	begin(out, v);
	buf_adds(out, " in your browser: ");
	strong(out, v, v->begun->url, URL_COLUMNS);
	buf_addc(out, '\n');
	hosts(out, v);
	if (v->forward == NULL && v->headless != HEADLESS_CONTAINER &&
	    v->headless != HEADLESS_NO_DISPLAY)
		return;
	reach(out, v);
	buf_adds(out, "mairu: or stop this, and run: mairu login --paste ");
	text_word(out, v->begun->id, strlen(v->begun->id));
	buf_addc(out, '\n');
}

void login_view_text(struct buf *out, const struct login_view *v)
{
	if (v->begun->grant == LOGIN_GRANT_DEVICE)
		device(out, v);
	else if (v->pastes)
		paste(out, v);
	else
		code(out, v);
}
