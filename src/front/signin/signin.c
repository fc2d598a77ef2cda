#include "front/signin/signin.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/client/proxy_consent.h"
#include "front/signin/browser.h"
#include "front/signin/countdown.h"
#include "front/signin/headless.h"
#include "front/signin/login_view.h"
#include "front/signin/machine.h"
#include "front/signin/pasting.h"
#include "front/signin/redirect_file.h"
#include "front/signin/ssh_forward.h"
#include "front/signin/wait_signals.h"
#include "front/terminal/say.h"
#include "front/terminal/when.h"

enum {
	GOES_ON = 1,
	MAX_WAYS = 8, /* one after another */
	OPEN_MS = 10000,
	/* After the user is done, the broker still has to ask the server. */
	GRACE_SECONDS = 60,
	/* Upper limit of a login; cuts what the broker says. */
	MAX_SECONDS = 3600,
	TICK_MS = 1000,
	SHOWN_COLUMNS = 256,
	TYPE_COLUMNS = 40,
	TEXT_MAX = 1024 * 1024
};

struct wait {
	struct client *client;
	const struct login_begun *begun;
	struct pasting pasting;
	struct countdown countdown;
	struct door_file door;
	int64_t end; /* when the login is given up, in plat_ms() */
};

/* --- output */

static void open_browser(struct wait *w)
{
	const struct login_begun *b = w->begun;
	struct buf page = BUF_INIT(3 * PATH_MAX);
	const char *url = b->url;
	struct err e;

	if (b->complete[0] != '\0')
		url = b->complete;
	/* Others can read command lines.  Even so, the address works only for
	 * this user; so does the file that redirects to it, if the browser can
	 * open that. */
	if (b->grant == LOGIN_GRANT_CODE && browser_reads_files() &&
	    door_file_make(&w->door, w->client->path, url, &e) == 0) {
		door_file_url(&w->door, &page);
		url = buf_str(&page);
	}
	if (browser_open(url, &e) < 0)
		say("%s; open that address yourself", e.msg);
	buf_release(&page);
}

/* If nothing here can open one, say so. */
static int is_to_open(const struct signin *s, const struct login_begun *b,
    enum headless headless, int pastes)
{
	if (s->no_browser || pastes || !browser_has_person())
		return 0;
	return headless == HEADLESS_NOT ||
	       (headless == HEADLESS_NO_OPENER && b->grant == LOGIN_GRANT_CODE);
}

static int show(const struct signin *s, struct wait *w, enum headless headless,
    int pastes, struct err *e)
{
	const struct login_begun *b = w->begun;
	struct buf text = BUF_INIT(TEXT_MAX), forward = BUF_INIT(2048);
	struct screen screen;
	struct login_view v = {.begun = b,
	    .screen = &screen,
	    .headless = headless,
	    .pastes = pastes,
	    .opens = is_to_open(s, b, headless, pastes)};
	int r;

	/* Over SSH even if a browser is named: it may be useless. */
	if (b->grant == LOGIN_GRANT_CODE && machine_is_ssh()) {
		ssh_forward_here(&forward, b->port);
		v.forward = buf_str(&forward);
	}
	screen_look(&screen, STDERR_FILENO);
	login_view_text(&text, &v);
	r = say_shown(&text, e);
	if (r < 0)
		r = err_set(e, ERR_SYS,
		    "cannot show where to log in: standard error is closed or "
		    "cannot be written");
	else if (v.opens)
		open_browser(w);
	buf_release(&forward);
	buf_release(&text);
	return r;
}

/* Whether to read the address that a browser elsewhere ended at. */
static int has_to_paste(
    const struct signin *s, const struct login_begun *b, enum headless headless)
{
	if (b->grant != LOGIN_GRANT_CODE)
		return 0;
	return s->paste || (browser_has_person() && headless != HEADLESS_NOT &&
			       headless != HEADLESS_NO_OPENER);
}

/* --- the wait */

static void pause_here(struct wait *w)
{
	countdown_erase(&w->countdown);
	pasting_pause(&w->pasting);
	wait_signals_pause();
	if (w->pasting.on && w->pasting.is_tty && !w->pasting.brought)
		say("paste the address where the browser ended");
}

/* One round: 1 if the broker's answer is there, or there is nothing left to
 * wait for. */
static int turn(struct wait *w, struct err *e)
{
	struct pollfd p[3] = {{.fd = w->client->fd, .events = POLLIN},
	    {.fd = wait_signals_fd(), .events = POLLIN},
	    {.fd = pasting_fd(&w->pasting), .events = POLLIN}};
	int64_t left = w->end - plat_ms();
	int n;

	countdown_show(&w->countdown, left > 0 ? (left + 999) / 1000 : 0);
	n = poll(p, 3, TICK_MS);
	if (wait_signals_is_paused())
		pause_here(w);
	if (n > 0 && p[1].revents != 0) {
		errno = EINTR;
		return err_sys(e, "gave up waiting for the broker");
	}
	if (n > 0 && p[0].revents != 0)
		return 1;
	if (n > 0 && p[2].revents != 0)
		return pasting_read(&w->pasting, e);
	return plat_ms() >= w->client->deadline;
}

/* 0: the broker has answered, or time is up. */
static int wait_answer(struct wait *w, struct err *e)
{
	const struct login_begun *b = w->begun;
	int64_t seconds = b->seconds < MAX_SECONDS ? b->seconds : MAX_SECONDS;
	int r;

	w->end = plat_ms() + seconds * 1000;
	w->client->deadline = w->end + (int64_t)GRACE_SECONDS * 1000;
	countdown_init(&w->countdown);
	w->countdown.on &= b->grant == LOGIN_GRANT_DEVICE;
	r = login_call_join(w->client, b->id, e);
	while (r == 0)
		r = turn(w, e);
	countdown_erase(&w->countdown);
	return r < 0 ? r : 0;
}

/* shown: the instructions are on the screen already. */
static int show_and_wait(struct signin *s, struct client *c,
    const struct login_begun *b, enum headless headless, int shown,
    struct err *e)
{
	struct wait w = {.client = c, .begun = b};
	int pastes = has_to_paste(s, b, headless), r;

	if (pastes)
		(void)plat_undumpable();
	wait_signals_hold_pause();
	pasting_init(&w.pasting, b->id, pastes);
	/* Before the user is asked to paste: turn off echo. */
	(void)pasting_fd(&w.pasting);
	r = shown ? 0 : show(s, &w, headless, pastes, e);
	if (r == 0)
		r = wait_answer(&w, e);
	pasting_release(&w.pasting);
	door_file_remove(&w.door);
	return r;
}

/* A browser came that the broker can't identify as this user's, perhaps from a
 * container: the address that it ends at is read here, where only the user can
 * enter it. */
static void say_stranger(struct signin *s, const struct login_begun *b)
{
	struct buf word = BUF_INIT(8192);

	text_word(&word, b->id, strlen(b->id));
	say("refused a browser that could not be shown to be yours; it may be "
	    "in a container");
	if (browser_has_person())
		s->paste = 1;
	else
		say("to use that browser, run in a terminal: mairu login "
		    "--paste %s",
		    buf_str(&word));
	buf_release(&word);
}

/* *owed: as below. */
static int wait_through(struct signin *s, struct client *c,
    struct login_begun *b, enum headless headless, int *owed, struct err *e)
{
	int pasted = has_to_paste(s, b, headless), shown = 0, r;

	for (;;) {
		*owed = 1;
		r = show_and_wait(s, c, b, headless, shown, e);
		if (r < 0)
			return r;
		*owed = 0;
		r = login_call_end(c, s->id, b, e);
		if (r < 0 || !b->stranger)
			return r;
		say_stranger(s, b);
		shown = pasted || !has_to_paste(s, b, headless);
		pasted = has_to_paste(s, b, headless);
	}
}

/* 0, GOES_ON, or an error.  *owed: whether a login is in progress that nobody
 * may be waiting for. */
static int go_through(
    struct signin *s, struct client *c, int *owed, struct err *e)
{
	static struct login_begun b; /* large */
	enum headless headless = headless_here();
	const struct login_ask ask = {.server = s->server,
	    .grant = s->grant,
	    .headless = headless != HEADLESS_NOT,
	    .port = s->port,
	    .force = s->force};
	int r = login_call_begin(c, &ask, &b, e);

	if (r < 0)
		return r;
	memcpy(s->id, b.id, sizeof(s->id));
	s->expires = b.expires;
	s->renews = b.renews;
	s->was = b.has_session;
	if (s->was)
		return 0;
	r = wait_through(s, c, &b, headless, owed, e);
	s->expires = b.expires;
	s->renews = b.renews;
	return r == ERR_NOT_FOUND ? GOES_ON : r;
}

/* Another process may ask for another way: then that one is shown here. */
static int go_through_all(
    struct signin *s, struct client *c, int *owed, struct err *e)
{
	int r = go_through(s, c, owed, e);

	for (int i = 0; r == GOES_ON && i < MAX_WAYS; i++) {
		say("the login continues in another way, requested elsewhere");
		s->grant = LOGIN_GRANT_ANY;
		r = go_through(s, c, owed, e);
	}
	return r == GOES_ON ? (int)e->code : r;
}

int signin_run(struct signin *s, struct err *e)
{
	struct client c;
	int r, sig, owed = 0;

	s->id[0] = '\0';
	s->expires = 0;
	s->renews = 0;
	s->was = 0;
	proxy_ask();
	r = wait_signals_begin(e);
	if (r < 0)
		return r;
	r = client_open(&c, CLIENT_SPAWN, plat_ms() + OPEN_MS, e);
	c.wake = wait_signals_fd();
	if (r == 0)
		r = go_through_all(s, &c, &owed, e);
	/* Close before giving up the login: the connection counts as a waiter.
	 */
	client_close(&c);
	sig = wait_signals_signal();
	if (r < 0 && (sig != 0 || owed))
		login_call_stop(s->id[0] != '\0' ? s->id : s->server);
	wait_signals_end();
	if (sig != 0)
		wait_signals_die(sig);
	return r;
}

void signin_say(const struct signin *s)
{
	struct buf line = BUF_INIT(2048);

	buf_adds(&line, s->was ? "already logged in to " : "logged in to ");
	text_safe(&line, s->id, strlen(s->id), SHOWN_COLUMNS);
	buf_addc(&line, ' ');
	when_until(&line, s->expires, (int64_t)time(NULL));
	if (s->renews && s->expires != 0)
		buf_adds(&line, ", and renewed by then");
	say("%s", buf_str(&line));
	buf_release(&line);
}

int signin_grant(const char *type, enum login_grant_type *grant, struct err *e)
{
	struct buf b = BUF_INIT(512);
	int r = 0;

	/* The last is Mairu 0.12's name for it with that kind of server. */
	if (type == NULL || strcmp(type, "aws_sso") == 0) {
		*grant = LOGIN_GRANT_ANY;
	} else if (strcmp(type, "code") == 0) {
		*grant = LOGIN_GRANT_CODE;
	} else if (strcmp(type, "device_code") == 0 ||
		   strcmp(type, "device-code") == 0) {
		*grant = LOGIN_GRANT_DEVICE;
	} else {
		text_safe(&b, type, strlen(type), TYPE_COLUMNS);
		r = err_set(e, ERR_USAGE,
		    "unknown grant type: %s; use code or device_code",
		    buf_str(&b));
	}
	buf_release(&b);
	return r;
}

int signin_port(uint16_t *port, struct err *e)
{
	const char *text = getenv("MAIRU_LOCAL_PORT");
	long n = 0;

	*port = 0;
	if (text == NULL || text[0] == '\0')
		return 0;
	if (text_number(text, strlen(text), 0, 65535, &n) < 0)
		return err_set(e, ERR_USAGE,
		    "MAIRU_LOCAL_PORT must be a port, from 1 to 65535, or 0 "
		    "for any");
	*port = (uint16_t)n;
	return 0;
}
