#include "front/servers/sso_setup.h"

#include <string.h>

#include "base/config/servers.h"
#include "base/core/text.h"
#include "base/core/url.h"
#include "base/sys/plat.h"
#include "front/client/client.h"
#include "front/servers/sso_url.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"

enum {
	REGISTER_MS = 90000, /* longer than two calls */
	SHOWN_MAX = 16384,
};

/* --- input */

static size_t letters(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyz");
}

int sso_setup_is_region(const char *s)
{
	size_t n = letters(s), words = 0;

	if (n < 2)
		return 0;
	for (s += n; s[0] == '-' && (n = letters(s + 1)) > 0; s += n + 1)
		words++;
	if (words == 0 || s[0] != '-')
		return 0;
	n = strspn(++s, "0123456789");
	return n > 0 && s[n] == '\0';
}

static int is_known(const char *region)
{
	static const char *const heads[] = {"us-", "eu-", "ap-", "sa-", "ca-",
	    "me-", "af-", "il-", "mx-", "cn-", "eusc-"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (strncmp(region, heads[i], strlen(heads[i])) == 0)
			return 1;
	return 0;
}

int sso_setup_place(struct sso_setup *s, const char *url, struct err *e)
{
	int r;

	buf_init(&s->url, URL_MAX + 1);
	buf_init(&s->file.text, 0);
	r = sso_file_place(&s->file, e);
	if (r == 0)
		r = sso_url_tidy(&s->url, url, e);
	if (r == 0)
		(void)fault_path(s->file.path, s->shown);
	return r;
}

/* --- where the URL leads */

static void resolve(struct sso_setup *s)
{
	struct buf before = BUF_INIT(URL_MAX + 1);
	struct err e;

	if (sso_url_is_portal(buf_str(&s->url)))
		return;
	buf_adds(&before, buf_str(&s->url));
	if (sso_url_resolve(&s->url, &e) < 0)
		say("could not find out where %s redirects to, so it is used "
		    "as it is: %s",
		    buf_str(&before), e.msg);
	else if (strcmp(buf_str(&before), buf_str(&s->url)) != 0)
		say("%s redirects to %s", buf_str(&before), buf_str(&s->url));
	buf_release(&before);
}

/* --- existing files */

static size_t without_slash(const char *url)
{
	size_t len = strlen(url);

	return len > 0 && url[len - 1] == '/' ? len - 1 : len;
}

static int same_url(const char *a, const char *b)
{
	size_t len = without_slash(a);

	return len == without_slash(b) && memcmp(a, b, len) == 0;
}

/* Checks other files: two servers with one id would be useless. */
static int check_others(const struct sso_setup *s)
{
	const struct sso_file *f = &s->file;
	char shown[FAULT_PATH];
	struct servers all;
	struct err e;
	int r = EXIT_OK;

	if (servers_load(&all, NULL, &e) < 0)
		return say_err(&e);
	for (size_t i = 0; i < all.count; i++) {
		const struct servers_entry *one = &all.at[i];

		if (one->fault != NULL || strcmp(one->path, f->path) == 0)
			continue;
		(void)fault_path(one->path, shown);
		if (strcmp(one->id, f->id) == 0) {
			say_failure("%s already has that id: remove it, or "
				    "choose another id",
			    shown);
			r = EXIT_FAILED;
		} else if (same_url(one->url, f->url)) {
			say("%s has that URL too: name either of them by its "
			    "id",
			    shown);
		}
	}
	servers_release(&all);
	return r;
}

static int check_there(struct sso_setup *s)
{
	struct buf differs = BUF_INIT(SHOWN_MAX);
	int there = sso_file_differs(&s->file, &differs), r = EXIT_OK;

	s->written = there < 0;
	if (there > 0) {
		say("%s already exists and differs: %s", s->shown,
		    buf_str(&differs));
		if (!s->overwrite) {
			say("nothing was written. To replace it, run this "
			    "again with --overwrite");
			r = EXIT_FAILED;
		}
	}
	buf_release(&differs);
	return r;
}

/* --- writing it */

/* 1 if it may be written. */
static int consents(struct sso_setup *s)
{
	/* Shown verbatim: it was parsed as a file of servers.d. */
	say("%s will contain:", s->shown);
	say_text(&s->file.text);
	return s->yes || consent("write it?");
}

static int write_file(struct sso_setup *s)
{
	struct err e;

	if (s->written) {
		say("%s already says so", s->shown);
		return EXIT_OK;
	}
	if (!consents(s))
		return EXIT_FAILED;
	if (sso_file_put(&s->file, &e) < 0)
		return say_err(&e);
	say("%s was written", s->shown);
	return EXIT_OK;
}

/* --- clients */

static int register_clients(const struct sso_setup *s)
{
	const struct message m = {.type = WIRE_REGISTER,
	    .server = s->file.id,
	    .fresh = s->overwrite != 0};
	struct buf login = BUF_INIT(1024);
	struct client c;
	struct err e;
	int r =
	    client_ask(&c, CLIENT_SPAWN, plat_ms() + REGISTER_MS, &m, NULL, &e);

	client_close(&c);
	text_word(&login, s->file.id, strlen(s->file.id));
	if (r < 0) {
		r = say_err(&e);
		say("the file stays, and a login will try again. Run: mairu "
		    "login %s",
		    buf_str(&login));
	} else {
		say("the clients are registered. Run: mairu login %s",
		    buf_str(&login));
	}
	buf_release(&login);
	return r;
}

int sso_setup(struct sso_setup *s)
{
	struct err e;
	int r;

	if (!is_known(s->file.region))
		say("mairu does not know the region %s", s->file.region);
	resolve(s);
	s->file.url = buf_str(&s->url);
	if (sso_file_compose(&s->file, &e) < 0)
		return say_err(&e);
	r = check_others(s);
	if (r == EXIT_OK)
		r = check_there(s);
	if (r == EXIT_OK)
		r = write_file(s);
	return r == EXIT_OK ? register_clients(s) : r;
}

void sso_setup_release(struct sso_setup *s)
{
	buf_release(&s->url);
	buf_release(&s->file.text);
}
