#include "front/signin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/plat.h"
#include "base/text.h"
#include "front/browser.h"
#include "front/client.h"
#include "front/say.h"
#include "front/when.h"

enum {
	ASK_MS = 10000,
	STOP_MS = 1000,
	/* After the person is done the broker still asks the server. */
	GRACE_SECONDS = 60,
	/* No login goes on longer; what the broker says is cut to it. */
	MAX_SECONDS = 3600,
	URL_SHOWN = 1024,
	SHOWN_COLUMNS = 256,
	TYPE_COLUMNS = 40
};

/* --- signals: each of them only wakes the wait */

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum {
	N_SIGNALS = sizeof(signals) / sizeof(signals[0])
};

static volatile sig_atomic_t caught;
static int wake[2] = {-1, -1};

static void on_signal(int sig)
{
	int saved = errno;

	caught = sig;
	(void)!write(wake[1], "", 1);
	errno = saved;
}

struct handlers {
	struct sigaction before[N_SIGNALS];
};

static int catch_signals(struct handlers *h, struct err *e)
{
	struct sigaction sa = {.sa_handler = on_signal};

	caught = 0;
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make a pipe");
	(void)sigemptyset(&sa.sa_mask);
	for (int i = 0; i < N_SIGNALS; i++) {
		(void)sigaction(signals[i], NULL, &h->before[i]);
		/* One that was ignored (by nohup) stays so. */
		if (h->before[i].sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &sa, NULL);
	}
	return 0;
}

static void restore_signals(const struct handlers *h)
{
	for (int i = 0; i < N_SIGNALS; i++)
		(void)sigaction(signals[i], &h->before[i], NULL);
	(void)close(wake[0]);
	(void)close(wake[1]);
}

/* Whoever started us sees what ended us. */
static void die_of(int sig)
{
	sigset_t one;

	(void)signal(sig, SIG_DFL);
	(void)sigemptyset(&one);
	(void)sigaddset(&one, sig);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
	(void)raise(sig);
}

/* --- what is asked */

struct begun {
	char url[URL_SHOWN];
	uint64_t seconds, expires;
	int has_expires;
};

static int take(struct signin *s, struct begun *b, const struct wire_field *f)
{
	switch (f->tag) {
	case WIRE_F_SERVER:
		return wire_text(f, s->id, sizeof(s->id));
	case WIRE_F_URL:
		return wire_text(f, b->url, sizeof(b->url));
	case WIRE_F_SECONDS:
		return wire_num(f, &b->seconds);
	case WIRE_F_EXPIRES:
		b->has_expires = 1;
		return wire_num(f, &b->expires);
	default:
		return ERR_FORMAT;
	}
}

static int read_answer(struct signin *s, struct begun *b,
    const struct wire_frame *f, struct err *e)
{
	struct wire_iter it;
	struct wire_field field;
	int r;

	memset(b, 0, sizeof(*b));
	wire_iter_init(&it, f->body, f->len);
	while ((r = wire_next(&it, &field)) > 0) {
		r = take(s, b, &field);
		if (r < 0)
			break;
	}
	/* It goes to a terminal and to a browser. */
	if (r < 0 || b->has_expires == (b->url[0] != '\0') ||
	    (b->url[0] != '\0' && strncmp(b->url, "http", 4) != 0) ||
	    b->expires > INT64_MAX)
		return client_nonsense(e);
	s->expires = (int64_t)b->expires;
	return 0;
}

static int begin(
    struct signin *s, struct client *c, struct begun *b, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	size_t at = client_begin(&request, WIRE_LOGIN);
	int r;

	wire_puts(&request, WIRE_F_SERVER, s->server);
	wire_putn(&request, WIRE_F_PORT, s->port);
	wire_putn(&request, WIRE_F_FORCE, s->force != 0);
	wire_end(&request, at);
	r = client_call(c, &request, &f, e);
	if (r == 0)
		r = read_answer(s, b, &f, e);
	if (r == 0 && s->id[0] == '\0')
		r = client_nonsense(e);
	buf_release(&request);
	return r;
}

static int wait_end(struct signin *s, struct client *c, struct err *e)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY), name = BUF_INIT(1024);
	struct wire_frame f;
	struct begun b = {0};
	size_t at = client_begin(&request, WIRE_LOGIN_WAIT);
	int r;

	wire_puts(&request, WIRE_F_SERVER, s->id);
	wire_end(&request, at);
	r = client_call(c, &request, &f, e);
	if (r == 0)
		r = read_answer(s, &b, &f, e);
	if (r == 0 && !b.has_expires)
		r = client_nonsense(e);
	if (r < 0 && client_hung_up(c, e)) {
		text_word(&name, s->id, strlen(s->id));
		r = err_set(e, ERR_FOREIGN,
		    "the broker ended before the login did. Run: mairu login "
		    "%s",
		    buf_str(&name));
	}
	buf_release(&name);
	buf_release(&request);
	return r;
}

/* Over a connection of its own, since the first one waits; and after that is
 * closed, since it would count as somebody who waits. */
static void stop(const struct signin *s)
{
	struct buf request = BUF_INIT(WIRE_MAX_BODY);
	struct wire_frame f;
	struct client c;
	size_t at = client_begin(&request, WIRE_LOGIN_STOP);

	wire_puts(
	    &request, WIRE_F_SERVER, s->id[0] != '\0' ? s->id : s->server);
	wire_end(&request, at);
	/* If it fails, the login ends by itself some minutes later. */
	(void)!client_ask(
	    &c, CLIENT_EXISTING, plat_ms() + STOP_MS, &request, &f, NULL);
	client_close(&c);
	buf_release(&request);
}

/* --- what is shown */

static void show(const struct signin *s, const char *url)
{
	struct buf line = BUF_INIT(4096);
	struct err e;

	buf_adds(&line, "log in to ");
	text_safe(&line, s->id, strlen(s->id), SHOWN_COLUMNS);
	buf_adds(&line, " in your browser: ");
	text_safe(&line, url, strlen(url), URL_SHOWN);
	say("%s", buf_str(&line));
	buf_release(&line);
	if (s->no_browser || !browser_has_person())
		return;
	if (browser_open(url, &e) < 0 && e.code != ERR_NOT_FOUND)
		say("%s; open that address yourself", e.msg);
}

static int go_through(struct signin *s, struct client *c, struct err *e)
{
	struct begun b = {0};
	int r = begin(s, c, &b, e);

	s->was = r == 0 && b.has_expires;
	if (r < 0 || s->was)
		return r;
	show(s, b.url);
	if (b.seconds > MAX_SECONDS)
		b.seconds = MAX_SECONDS;
	c->deadline = plat_ms() + ((int64_t)b.seconds + GRACE_SECONDS) * 1000;
	return wait_end(s, c, e);
}

int signin_run(struct signin *s, struct err *e)
{
	struct handlers h;
	struct client c;
	int r, sig;

	s->id[0] = '\0';
	s->expires = 0;
	s->was = 0;
	r = catch_signals(&h, e);
	if (r < 0)
		return r;
	r = client_open(&c, CLIENT_SPAWN, plat_ms() + ASK_MS, e);
	c.wake = wake[0];
	if (r == 0)
		r = go_through(s, &c, e);
	client_close(&c);
	sig = caught;
	if (sig != 0 && r < 0)
		stop(s);
	restore_signals(&h);
	if (sig != 0)
		die_of(sig);
	return r;
}

void signin_say(const struct signin *s)
{
	struct buf line = BUF_INIT(2048);

	buf_adds(&line, s->was ? "already logged in to " : "logged in to ");
	text_safe(&line, s->id, strlen(s->id), SHOWN_COLUMNS);
	buf_addc(&line, ' ');
	when_until(&line, s->expires, (int64_t)time(NULL));
	say("%s", buf_str(&line));
	buf_release(&line);
}

int signin_grant(const char *type, struct err *e)
{
	struct buf b = BUF_INIT(512);
	int r;

	/* The second is how Mairu 0.11 calls it for that kind of server. */
	if (type == NULL || strcmp(type, "code") == 0 ||
	    strcmp(type, "aws_sso") == 0)
		return 0;
	if (strcmp(type, "device_code") == 0 ||
	    strcmp(type, "device-code") == 0)
		return err_set(e, ERR_USAGE,
		    "the grant type device_code is not there yet; there is: "
		    "code");
	text_safe(&b, type, strlen(type), TYPE_COLUMNS);
	r = err_set(e, ERR_USAGE, "there is no grant type %s; there is: code",
	    buf_str(&b));
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
