#include "front/signin/pasting.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/core/bytes.h"
#include "base/core/text.h"
#include "front/signin/login_call.h"
#include "front/terminal/say.h"

enum {
	CHUNK = 4096,
	/* Pasted bytes come faster than this, Enter slower. */
	BURST_MS = 60
};

void pasting_init(struct pasting *p, const char *id, int on)
{
	p->id = id;
	p->on = on;
	p->brought = 0;
	p->is_tty = isatty(STDIN_FILENO);
	paste_init(&p->paste);
	silent_tty_init(&p->tty, STDIN_FILENO);
}

int pasting_fd(struct pasting *p)
{
	if (!p->on || (p->is_tty && !silent_tty_hold(&p->tty)))
		return -1;
	return STDIN_FILENO;
}

void pasting_pause(struct pasting *p)
{
	silent_tty_release(&p->tty);
}

void pasting_release(struct pasting *p)
{
	pasting_pause(p);
	paste_release(&p->paste);
	p->on = 0;
}

static int submit(struct pasting *p, struct err *e)
{
	int r;

	say("exchanging it");
	r = login_call_paste(p->id, &p->paste.text, e);
	paste_clear(&p->paste);
	if (r == ERR_USAGE && p->is_tty) {
		say("%s", e->msg);
		say("paste it again, or press Ctrl-C to stop");
		return 0;
	}
	p->brought = 1;
	p->on = p->is_tty;
	/* The login has ended, perhaps successfully: its end tells. */
	return r == ERR_LOGIN ? 0 : r;
}

static int has_more(int fd)
{
	struct pollfd f = {.fd = fd, .events = POLLIN};

	return poll(&f, 1, BURST_MS) > 0;
}

/* End of input, as opposed to no input (see silent_tty.c). */
static int has_hung_up(int fd)
{
	struct pollfd f = {.fd = fd, .events = POLLIN};

	return poll(&f, 1, 0) > 0 && (f.revents & (POLLHUP | POLLERR)) != 0;
}

/* Stops reading; a browser here may still complete the login. */
static void give_up(struct pasting *p)
{
	pasting_release(p);
	if (p->brought)
		return;
	say("no more input; waiting for a browser that can reach this machine. "
	    "Press Ctrl-C to stop");
}

static int too_long(struct pasting *p, struct err *e)
{
	(void)err_set(e, ERR_USAGE,
	    "that is longer than %d bytes, too long for a login address",
	    PASTE_MAX);
	if (!p->is_tty)
		return ERR_USAGE;
	say("%s", e->msg);
	return 0;
}

static int read_tty(struct pasting *p, struct err *e)
{
	enum paste_result what;
	char chunk[CHUNK];
	ssize_t n;

	do {
		n = read(STDIN_FILENO, chunk, sizeof(chunk));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return 0;
		if (n == 0 && !has_hung_up(STDIN_FILENO))
			return 0;
		what = n <= 0	    ? PASTE_DONE
		       : p->brought ? PASTE_MORE
				    : paste_feed(&p->paste, chunk, (size_t)n);
		bytes_wipe(chunk, sizeof(chunk));
	} while (what == PASTE_ENTER && has_more(STDIN_FILENO));
	switch (what) {
	case PASTE_ENTER:
		return submit(p, e);
	case PASTE_LONG:
		return too_long(p, e);
	case PASTE_DONE:
		give_up(p);
		return 0;
	case PASTE_MORE:
		break;
	}
	return 0;
}

/* Byte by byte: what follows the line isn't ours. */
static int read_line(struct pasting *p, struct err *e)
{
	char c = '\0';
	ssize_t n = read(STDIN_FILENO, &c, 1);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return err_sys(e, "cannot read standard input");
	if (n > 0 && c != '\n')
		buf_addc(&p->paste.text, c);
	if (p->paste.text.failed)
		return too_long(p, e);
	if (n > 0 && c != '\n')
		return 0;
	while (p->paste.text.len > 0 &&
	       strchr(" \t\r", p->paste.text.data[p->paste.text.len - 1]))
		buf_truncate(&p->paste.text, p->paste.text.len - 1);
	if (p->paste.text.len == 0)
		return err_set(e, ERR_USAGE,
		    "--paste reads the address from standard input, but there "
		    "was none");
	return submit(p, e);
}

int pasting_read(struct pasting *p, struct err *e)
{
	return p->is_tty ? read_tty(p, e) : read_line(p, e);
}
