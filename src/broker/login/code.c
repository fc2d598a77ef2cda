/* A login by authorization code: a short URL sends the browser to the server,
 * and it comes back with a code, which is exchanged for tokens (RFC 6749,
 * section 4.1; RFC 7636; RFC 8252, section 7.3). */

#include "broker/login/steps.h"

#include <errno.h>

#include "base/core/bytes.h"
#include "broker/login/paste.h"

enum {
	LIFE_SECONDS = 10 * 60,
	VERIFIER_BYTES = 32, /* 43 characters, RFC 7636 section 4.1 */
	REDIRECT_MAX = 256,
};

/* --- the exchange */

static int take_tokens(
    struct login *login, const struct http_answer *a, struct err *e)
{
	const struct provider_flow flow = {
	    .client = &login->client,
	    .code = "",
	};
	int rc = login_take(login, &flow, a, e);

	if (rc <= 0)
		return rc;
	return login_say(e, ERR_UPSTREAM, login->id,
	    "the server does not say yes or no to a code of its own");
}

static void exchanged(
    void *arg, const struct http_answer *a, const struct err *failed)
{
	struct login *login = arg;
	struct err e;
	int rc;

	login->call = NULL;
	if (!a) {
		login_end(login, failed);
		return;
	}
	rc = take_tokens(login, a, &e);
	login_end(login, rc < 0 ? &e : NULL);
}

static int ask_tokens(struct login *login, const char *code, struct err *e)
{
	struct buf redirect = BUF_INIT(REDIRECT_MAX);
	struct provider_flow flow = {
	    .client = &login->client,
	    .state = callback_state(login->callback),
	    .verifier = secret_bytes(login->verifier),
	    .code = code,
	};
	struct login_step step;
	struct http_ask ask;
	int rc = login_step(login, &step, e);

	if (rc < 0)
		return rc;
	callback_redirect_uri(login->callback, &redirect);
	flow.redirect_uri = buf_str(&redirect);
	rc = step.provider->token_ask(&step.at, &flow, &ask, e);
	buf_release(&redirect);
	return rc < 0 ? rc : login_call(login, &ask, exchanged, e);
}

void login_code_exchange(struct login *login, const char *code)
{
	struct err e;

	if (ask_tokens(login, code, &e) < 0)
		login_end(login, &e);
}

static void came_back(
    void *arg, const char *code, const char *iss, const struct err *failed)
{
	struct login *login = arg;

	if (login_end_if_late(login))
		return;
	if (code)
		login_issuer_check(login, code, iss);
	else
		login_end(login, failed);
}

static void stranger(void *arg)
{
	login_stranger(arg);
}

/* --- what is shown */

int login_code_listen(struct login *login, const struct login_step *step,
    uint16_t port, struct err *e)
{
	const struct upstream *up = &login->all->up;
	const struct servers_entry *s = step->found.server;
	const struct callback_parts callback = {
	    .loop = up->loop,
	    .slab = up->slab,
	    .log = up->log,
	    .server = s->id,
	    .url = s->url,
	    .path = s->redirect_path ? s->redirect_path
				     : step->provider->callback_path,
	    .port = port ? port : (uint16_t)s->local_port,
	    .use_localhost = s->use_localhost,
	    .fn = came_back,
	    .stranger = stranger,
	    .arg = login,
	};
	int rc = callback_new(&login->callback, &callback, e);

	if (rc == ERR_SYS && e->sys_errno == EADDRINUSE)
		return login_say_taken(login->all, s, callback.port, e);
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

static int open_door(
    struct login *login, const struct login_step *step, struct err *e)
{
	struct buf redirect = BUF_INIT(REDIRECT_MAX);
	struct buf url = BUF_INIT(HTTP_MAX_URL);
	char challenge[BYTES_ENCODED(HASH_SHA256)];
	struct provider_flow flow = {
	    .client = &login->client,
	    .state = callback_state(login->callback),
	    .challenge = challenge,
	};
	int rc;

	challenge_of(login->verifier, challenge);
	callback_redirect_uri(login->callback, &redirect);
	flow.redirect_uri = buf_str(&redirect);
	rc = step->provider->authorize(&step->at, &flow, &url, e);
	if (rc == 0 && (url.failed || redirect.failed))
		rc = err_set(e, ERR_LIMIT,
		    "the URL for the login to %s is too long", login->id);
	if (rc == 0)
		rc = callback_open(login->callback, buf_str(&url), e);
	if (rc == 0)
		login_issuer_hosts(login, step, buf_str(&url));
	buf_release(&url);
	buf_release(&redirect);
	return rc;
}

int login_code_begin(
    struct login *login, const struct login_step *step, struct err *e)
{
	int rc = 0;

	if (secret_draw(&login->verifier, login->all->up.slab, VERIFIER_BYTES) <
	    0)
		rc = err_set(
		    e, ERR_NOMEM, "the broker has no memory for a login");
	if (rc == 0)
		rc = open_door(login, step, e);
	if (rc == 0) {
		login_issuer_ask(login, step);
		login_show(login, LIFE_SECONDS);
	}
	return rc;
}

void login_code_look(struct login *login, struct login_view *view)
{
	buf_clear(&login->text);
	callback_url(login->callback, &login->text);
	view->url = buf_str(&login->text);
	view->long_url = callback_long_url(login->callback);
	view->port = callback_port(login->callback);
	if (login->page_at[0] && login->code_to[0]) {
		view->page_at = login->page_at;
		view->code_to = login->code_to;
	}
}

/* --- without a browser here */

int login_code_paste(struct login *login, const char *text, struct err *e)
{
	struct login_pasted pasted;
	int rc;

	rc =
	    login_paste_parse(&pasted, text, callback_path(login->callback), e);
	if (rc == 0 && pasted.is_code && login_issuer_wants(login))
		rc = err_set(e, ERR_USAGE,
		    "%s says with each code that it is its own: paste the "
		    "whole address where the browser ended, not the code alone",
		    login->id);
	else if (rc == 0 && pasted.is_code)
		rc = callback_take_code(
		    login->callback, buf_str(&pasted.text), e);
	else if (rc == 0)
		rc = callback_take_query(
		    login->callback, buf_str(&pasted.text), e);
	login_paste_release(&pasted);
	return rc;
}
