#include "broker/login.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"
#include "broker/callback.h"
#include "broker/log.h"
#include "broker/provider.h"

enum {
	LIFE_MS = 10 * 60 * 1000,
	/* A page that has been answered gets to the browser within this. */
	GRACE_MS = 2000,
	VERIFIER_BYTES = 32, /* 43 characters, RFC 7636 section 4.1 */
	MAX_WORD = 4096,     /* of a command that is told */
	REDIRECT_MAX = 256,
};

LIST_HEAD(login_list, login);

struct login {
	struct logins *all;
	struct callback *callback;
	struct secret *verifier;
	struct http_call *call; /* of the token exchange */
	char *id, *url, *path;	/* of the server and its file */
	unsigned char identity[HASH_SHA256];
	int64_t ends;
	struct loop_timer timer;
	int ended, failed;
	struct err why;
	LIST_HEAD(, login_wait) waits;
	LIST_ENTRY(login) entry;
};

struct logins {
	struct upstream parts;
	struct login_list running;
	struct login_list ended; /* their pages are on their way */
	size_t n;
};

int logins_new(struct logins **out, const struct upstream *parts, struct err *e)
{
	struct logins *l = calloc(1, sizeof(*l));

	*out = NULL;
	if (!l)
		return err_set(e, ERR_NOMEM, "out of memory");
	l->parts = *parts;
	*out = l;
	return 0;
}

static void destroy(struct login *login)
{
	struct login_wait *w;

	while ((w = LIST_FIRST(&login->waits)))
		login_leave(w);
	http_cancel(login->call);
	loop_disarm(login->all->parts.loop, &login->timer);
	callback_free(login->callback);
	secret_free(login->verifier);
	free(login->id);
	free(login->url);
	free(login->path);
	free(login);
}

void logins_free(struct logins *l)
{
	struct login *login;

	if (!l)
		return;
	while ((login = LIST_FIRST(&l->running)) ||
	       (login = LIST_FIRST(&l->ended))) {
		LIST_REMOVE(login, entry);
		destroy(login);
	}
	free(l);
}

/* --- messages */

/* With the command that tries again. */
static int say_again(
    struct err *e, enum err_code code, const char *id, const char *what)
{
	struct buf word = BUF_INIT(MAX_WORD);

	text_word(&word, id, strlen(id));
	(void)err_set(e, code, "%s. Run: mairu login %s", what, buf_str(&word));
	buf_release(&word);
	return code;
}

static int ends_with(const struct buf *b, const char *end)
{
	size_t n = strlen(end);

	return b->len >= n && memcmp(b->data + b->len - n, end, n) == 0;
}

/* For a terminal, the command that tries again; the page has it in a place of
 * its own. */
static void add_again(struct err *e, const char *id)
{
	struct buf text = BUF_INIT(sizeof(e->msg) - 1);
	struct buf command = BUF_INIT(MAX_WORD);

	buf_adds(&command, "mairu login ");
	text_word(&command, id, strlen(id));
	buf_adds(&text, e->msg);
	if (!ends_with(&text, buf_str(&command))) {
		if (ends_with(&text, "Try again") ||
		    ends_with(&text, "Try again later"))
			buf_adds(&text, ": ");
		else if (ends_with(&text, "?"))
			buf_adds(&text, " To try again, run: ");
		else
			buf_adds(&text, ". To try again, run: ");
		buf_adds(&text, buf_str(&command));
	}
	if (!text.failed && !command.failed)
		(void)err_set(e, e->code, "%s", buf_str(&text));
	buf_release(&text);
	buf_release(&command);
}

static int say_taken(struct logins *l, const struct servers_entry *s,
    uint16_t port, struct err *e)
{
	struct buf path = BUF_INIT(2 * PATH_MAX);
	const struct login *other;

	LIST_FOREACH(other, &l->running, entry)
	if (callback_port(other->callback) == port)
		break;
	text_path(&path, s->path);
	(void)err_set(e, ERR_SYS,
	    "port %u of this machine, where the browser comes back after the "
	    "login to %s, is taken by %s%s. Free it, or choose another: "
	    "MAIRU_LOCAL_PORT=PORT before the command, or local_port in %s",
	    (unsigned)port, s->id,
	    other ? "the login that is under way to " : "another program",
	    other ? other->id : "", buf_str(&path));
	e->sys_errno = EADDRINUSE;
	buf_release(&path);
	return ERR_SYS;
}

/* --- its end */

static void bury(void *arg)
{
	struct login *login = arg;

	LIST_REMOVE(login, entry);
	destroy(login);
}

static void tell(void *arg)
{
	struct login *login = arg;
	struct login_wait *w;

	while ((w = LIST_FIRST(&login->waits))) {
		login_leave(w);
		w->fn(w->arg, login->failed ? &login->why : NULL);
	}
	login->timer.fn = bury;
	loop_arm(login->all->parts.loop, &login->timer, GRACE_MS);
}

/* The flow is over at once, and its port free; those who wait are told from
 * the loop, and pages get the time they need. */
static void end(struct login *login, const struct err *e)
{
	struct logins *l = login->all;

	if (e) {
		log_warn(
		    l->parts.log, "login to %s failed: %s", login->id, e->msg);
		login->failed = 1;
		login->why = *e;
		add_again(&login->why, login->id);
	} else {
		log_info(l->parts.log, "logged in to %s", login->id);
	}
	login->ended = 1;
	http_cancel(login->call);
	login->call = NULL;
	secret_free(login->verifier);
	login->verifier = NULL;
	LIST_REMOVE(login, entry);
	LIST_INSERT_HEAD(&l->ended, login, entry);
	l->n--;
	callback_end(login->callback, e);
	login->timer.fn = tell;
	loop_arm(l->parts.loop, &login->timer, 0);
}

static void too_late(void *arg)
{
	struct login *login = arg;
	struct err e;

	(void)say_again(&e, ERR_TIMEOUT, login->id,
	    "nobody finished the login in the browser within 10 minutes");
	end(login, &e);
}

/* --- the token exchange */

/* The server as its file says now; tokens of one that was edited would belong
 * to nobody. */
static int find_again(
    const struct login *login, struct catalog_entry *found, struct err *e)
{
	int rc = catalog_find(login->all->parts.catalog, login->id, found, e);

	if (rc < 0)
		return rc;
	if (memcmp(found->identity, login->identity, sizeof(login->identity)) ==
	    0)
		return 0;
	return say_again(e, ERR_LOGIN, login->id,
	    "the server's file was changed while the login was under way");
}

/* Puts the session in. */
static int take_tokens(
    struct login *login, const struct http_answer *a, struct err *e)
{
	const struct upstream *parts = &login->all->parts;
	struct provider_tokens tokens = {0};
	const struct provider *provider;
	struct catalog_entry found;
	int rc = find_again(login, &found, e);

	if (rc < 0)
		return rc;
	provider = provider_of(found.server, e);
	if (!provider)
		return e->code;
	rc = provider->token_take(
	    found.server, a, loop_wall(parts->loop), parts->slab, &tokens, e);
	if (rc < 0) {
		provider_tokens_release(&tokens);
		return rc;
	}
	return sessions_put(parts->sessions, &found, &tokens, e);
}

static void exchanged(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	struct err e;
	int rc;

	login->call = NULL;
	if (!a) {
		end(login, failed);
		return;
	}
	rc = take_tokens(login, a, &e);
	end(login, rc < 0 ? &e : NULL);
}

static int ask_token(const struct login *login, const char *code,
    struct http_ask *ask, struct err *e)
{
	struct buf redirect = BUF_INIT(REDIRECT_MAX);
	struct provider_flow flow = {
	    .state = callback_state(login->callback),
	    .verifier = secret_bytes(login->verifier),
	    .code = code,
	};
	const struct provider *provider;
	struct catalog_entry found;
	int rc = find_again(login, &found, e);

	if (rc < 0)
		return rc;
	provider = provider_of(found.server, e);
	if (!provider)
		return e->code;
	callback_redirect_uri(login->callback, &redirect);
	flow.redirect_uri = buf_str(&redirect);
	rc = provider->token_ask(found.server, &flow, ask, e);
	buf_release(&redirect);
	return rc;
}

static void came_back(void *arg, const char *code, const struct err *failed)
{
	struct login *login = arg;
	struct http_ask ask;
	struct err e;
	int rc;

	if (!code) {
		end(login, failed);
		return;
	}
	http_ask_init(&ask);
	rc = ask_token(login, code, &ask, &e);
	if (rc < 0)
		http_ask_release(&ask);
	else
		rc = http_start(login->all->parts.http, &ask, exchanged, login,
		    &login->call, &e);
	if (rc < 0)
		end(login, &e);
	else /* which ends in time by itself */
		loop_disarm(login->all->parts.loop, &login->timer);
}

/* --- its beginning */

static int listen_for(struct login *login, const struct servers_entry *s,
    const struct provider *provider, uint16_t port, struct err *e)
{
	const struct upstream *parts = &login->all->parts;
	const struct callback_parts callback = {
	    .loop = parts->loop,
	    .slab = parts->slab,
	    .log = parts->log,
	    .server = s->id,
	    .url = s->url,
	    .path = provider->callback_path,
	    .port = port ? port : (uint16_t)s->local_port,
	    .use_localhost = s->use_localhost,
	    .fn = came_back,
	    .arg = login,
	};
	int rc = callback_new(&login->callback, &callback, e);

	if (rc == ERR_SYS && e->sys_errno == EADDRINUSE)
		return say_taken(login->all, s, callback.port, e);
	return rc;
}

/* RFC 7636, section 4.2. */
static void challenge_of(
    const struct secret *verifier, char out[BYTES_ENCODED(HASH_SHA256)])
{
	const struct hash_part part = {
	    secret_bytes(verifier), secret_len(verifier)};
	unsigned char hash[HASH_SHA256];

	hash_sha256(&part, 1, hash);
	(void)bytes_encode(BYTES_BASE64URL, hash, sizeof(hash), out,
	    BYTES_ENCODED(HASH_SHA256));
}

static int open_door(struct login *login, const struct servers_entry *s,
    const struct provider *provider, struct err *e)
{
	struct buf redirect = BUF_INIT(REDIRECT_MAX);
	struct buf url = BUF_INIT(HTTP_MAX_URL);
	char challenge[BYTES_ENCODED(HASH_SHA256)];
	struct provider_flow flow = {
	    .state = callback_state(login->callback),
	    .challenge = challenge,
	};
	int rc;

	challenge_of(login->verifier, challenge);
	callback_redirect_uri(login->callback, &redirect);
	flow.redirect_uri = buf_str(&redirect);
	rc = provider->authorize(s, &flow, &url, e);
	if (rc == 0 && (url.failed || redirect.failed))
		rc = err_set(e, ERR_LIMIT,
		    "the URL for the login to %s is too long", s->id);
	if (rc == 0)
		rc = callback_open(login->callback, buf_str(&url), e);
	buf_release(&url);
	buf_release(&redirect);
	return rc;
}

static int copy_server(
    struct login *login, const struct catalog_entry *found, struct err *e)
{
	const struct servers_entry *s = found->server;

	memcpy(login->identity, found->identity, sizeof(login->identity));
	login->id = strdup(s->id);
	login->url = strdup(s->url);
	login->path = strdup(s->path);
	if (!login->id || !login->url || !login->path ||
	    secret_draw(
		&login->verifier, login->all->parts.slab, VERIFIER_BYTES) < 0)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a login");
	return 0;
}

static int make(struct logins *l, const struct catalog_entry *found,
    const struct provider *provider, uint16_t port, struct login **out,
    struct err *e)
{
	struct login *login = calloc(1, sizeof(*login));
	int rc;

	if (!login)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a login");
	login->all = l;
	login->timer.fn = too_late;
	login->timer.arg = login;
	rc = copy_server(login, found, e);
	if (rc == 0)
		rc = listen_for(login, found->server, provider, port, e);
	if (rc == 0)
		rc = open_door(login, found->server, provider, e);
	if (rc < 0) {
		destroy(login);
		return rc;
	}
	login->ends = loop_now(l->parts.loop) + LIFE_MS;
	loop_arm(l->parts.loop, &login->timer, LIFE_MS);
	LIST_INSERT_HEAD(&l->running, login, entry);
	l->n++;
	log_info(l->parts.log, "login to %s begun", login->id);
	*out = login;
	return 0;
}

static int no_code_grant(const struct servers_entry *s, struct err *e)
{
	struct buf path = BUF_INIT(2 * PATH_MAX);

	text_path(&path, s->path);
	(void)err_set(e, ERR_USAGE,
	    "%s has no login by browser: %s says nothing of code_grant", s->id,
	    buf_str(&path));
	buf_release(&path);
	return ERR_USAGE;
}

/* The one of this very server.  Those of what its file said before end. */
static struct login *running(
    struct logins *l, const struct catalog_entry *found)
{
	struct login *login = LIST_FIRST(&l->running), *next, *same = NULL;
	struct err e;

	for (; login; login = next) {
		next = LIST_NEXT(login, entry);
		if (memcmp(login->identity, found->identity,
			sizeof(login->identity)) == 0) {
			same = login;
		} else if (strcmp(login->id, found->server->id) == 0 ||
			   strcmp(login->path, found->server->path) == 0) {
			(void)say_again(&e, ERR_LOGIN, found->server->id,
			    "the server's file was changed while the login "
			    "was under way");
			end(login, &e);
		}
	}
	return same;
}

int login_begin(struct logins *l, const char *server, uint16_t port,
    struct login **login, struct err *e)
{
	const struct provider *provider;
	struct catalog_entry found;
	int rc;

	*login = NULL;
	rc = catalog_find(l->parts.catalog, server, &found, e);
	if (rc < 0)
		return rc;
	*login = running(l, &found);
	if (*login)
		return 0;
	provider = provider_of(found.server, e);
	if (!provider)
		return e->code;
	if (!found.server->has_code)
		return no_code_grant(found.server, e);
	return make(l, &found, provider, port, login, e);
}

/* --- those who wait */

/* By its identity, else, when its file has gone or was changed, by what it was
 * called. */
struct login *login_find(struct logins *l, const char *server)
{
	struct catalog_entry found;
	struct login *login;
	struct err e;

	if (catalog_find(l->parts.catalog, server, &found, &e) == 0)
		LIST_FOREACH(login, &l->running, entry)
	if (memcmp(login->identity, found.identity, sizeof(login->identity)) ==
	    0)
		return login;
	LIST_FOREACH(login, &l->running, entry)
	if (strcmp(login->id, server) == 0 || strcmp(login->url, server) == 0)
		return login;
	return NULL;
}

const char *login_server(const struct login *login)
{
	return login->id;
}

void login_url(const struct login *login, struct buf *out)
{
	callback_url(login->callback, out);
}

int64_t login_seconds(const struct login *login)
{
	int64_t ms = login->ends - loop_now(login->all->parts.loop);

	return login->ended || ms < 0 ? 0 : (ms + 999) / 1000;
}

void login_join(struct login *login, struct login_wait *w)
{
	LIST_INSERT_HEAD(&login->waits, w, entry);
	/* Ended since it was found: told in the loop's next round. */
	if (login->ended) {
		login->timer.fn = tell;
		loop_arm(login->all->parts.loop, &login->timer, 0);
	}
}

void login_leave(struct login_wait *w)
{
	if (!w->entry.le_prev)
		return;
	LIST_REMOVE(w, entry);
	memset(&w->entry, 0, sizeof(w->entry));
}

void login_give_up(struct logins *l, const char *server)
{
	struct login *login = login_find(l, server);
	struct err e;

	if (!login || !LIST_EMPTY(&login->waits))
		return;
	(void)say_again(&e, ERR_TIMEOUT, login->id,
	    "the login was given up in the terminal");
	end(login, &e);
}

size_t logins_count(const struct logins *l)
{
	return l->n;
}
