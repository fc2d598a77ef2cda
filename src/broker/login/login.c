#include "broker/login/login.h"

#include <stdlib.h>
#include <string.h>

#include "broker/login/steps.h"
#include "broker/sessions/session.h"
#include "net/runtime/log.h"

enum {
	/* Time to deliver a final page to the browser. */
	GRACE_MS = 2000,
	/* Poll interval, to notice an end missed during a suspend. */
	NAP_MS = 30 * 1000,
};

int logins_new(struct logins **out, const struct upstream *up, struct err *e)
{
	struct logins *l = calloc(1, sizeof(*l));

	*out = NULL;
	if (!l)
		return err_set(e, ERR_NOMEM, "out of memory");
	l->up = *up;
	*out = l;
	return 0;
}

/* Stops everything in progress and wipes its secrets. */
static void stop(struct login *login)
{
	struct loop *loop = login->all->up.loop;

	http_cancel(login->call);
	login->call = NULL;
	throttle_cancel(login->paced);
	login->paced = NULL;
	login_issuer_stop(login);
	loop_disarm(loop, &login->poll);
	loop_disarm(loop, &login->due);
	loop_disarm(loop, &login->tell);
	secret_free(login->verifier);
	login->verifier = NULL;
	provider_device_release(&login->device);
	provider_client_release(&login->client);
	buf_clear(&login->text);
}

static void destroy(struct login *login)
{
	while (waits_next(&login->to_see) || waits_next(&login->to_end))
		;
	stop(login);
	callback_free(login->callback);
	buf_release(&login->text);
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

/* --- waiters */

static void bury(void *arg)
{
	struct login *login = arg;

	LIST_REMOVE(login, entry);
	destroy(login);
}

static void tell_all(struct waits *waits, const struct err *e)
{
	struct login_wait *w;

	while ((w = waits_next(waits)))
		w->fn(w->arg, e);
}

static void tell(void *arg)
{
	struct login *login = arg;
	const struct err *why = login->failed ? &login->why : NULL;
	int ended = login->ended; /* one that is told may end it */

	tell_all(&login->to_see, why);
	if (!ended)
		return;
	tell_all(&login->to_end, why);
	login->tell.fn = bury;
	loop_arm(login->all->up.loop, &login->tell, GRACE_MS);
}

void login_stranger(struct login *login)
{
	struct waits all = {0};
	struct login_wait *w;

	log_warn(login->all->up.log,
	    "login to %s: refused a browser that can't be told to be this "
	    "user's",
	    login->id);
	/* Only once: a repeat is no news. */
	if (login->strangers++)
		return;
	waits_take(&login->to_end, &all);
	while ((w = waits_next(&all))) {
		if (w->stranger)
			w->stranger(w->arg);
		else
			waits_add(&login->to_end, &w->wait);
	}
}

/* Tells waiters in the loop's next round, if there is news. */
static void tell_soon(struct login *login)
{
	if (!login->ended && !login->shown)
		return;
	login->tell.fn = tell;
	loop_arm(login->all->up.loop, &login->tell, 0);
}

void login_join_shown(struct login *login, struct login_wait *w)
{
	waits_add(&login->to_see, &w->wait);
	tell_soon(login);
}

void login_join(struct login *login, struct login_wait *w)
{
	waits_add(&login->to_end, &w->wait);
	if (login->ended)
		tell_soon(login);
}

/* --- the basis of the steps */

int login_step(
    const struct login *login, struct login_step *step, struct err *e)
{
	const struct upstream *up = &login->all->up;
	int rc = catalog_find(up->catalog, login->id, &step->found, e);

	if (rc < 0)
		return rc;
	if (memcmp(step->found.identity, login->identity,
		sizeof(login->identity)) != 0)
		return login_say(e, ERR_LOGIN, login->id,
		    "the server's file was changed while the login was under "
		    "way");
	step->provider = provider_of(step->found.server, e);
	if (!step->provider)
		return e->code;
	step->at = upstream_at(up, step->found.server);
	return 0;
}

int login_call(struct login *login, struct http_ask *take_ask, http_done *done,
    struct err *e)
{
	return http_start(
	    login->all->up.http, take_ask, done, login, &login->call, e);
}

int login_call_paced(struct login *login, const struct login_step *step,
    struct http_ask *take_ask, http_done *done, struct err *e)
{
	const struct throttle_rule *rule = step->provider->begin_pace;
	unsigned char line[HASH_SHA256];

	if (!rule)
		return login_call(login, take_ask, done, e);
	throttle_line(login->identity, "begin", line);
	return throttle_start(login->all->up.pace, rule, THROTTLE_ROLE, line,
	    take_ask, done, login, &login->paced, e);
}

int login_begun(struct login *login, const struct http_answer *a,
    const struct err *failed, struct login_step *step)
{
	struct err e;

	login->call = NULL;
	login->paced = NULL;
	if (!a)
		login_end(login, failed);
	else if (login_step(login, step, &e) < 0)
		login_end(login, &e);
	return !login->ended;
}

static void note_met(
    struct logins *l, const unsigned char identity[HASH_SHA256])
{
	if (login_has_met(l, identity))
		return;
	memcpy(l->met[l->n_met % SESSION_MAX], identity, HASH_SHA256);
	l->n_met++;
}

int login_has_met(
    const struct logins *l, const unsigned char identity[HASH_SHA256])
{
	size_t n = l->n_met < SESSION_MAX ? l->n_met : SESSION_MAX;

	for (size_t i = 0; i < n; i++)
		if (memcmp(l->met[i], identity, HASH_SHA256) == 0)
			return 1;
	return 0;
}

static int keep(struct login *login, const struct login_step *step,
    struct provider_tokens *take_tokens, struct err *e)
{
	const struct upstream *up = &login->all->up;
	int rc = provider_client_copy(
	    &take_tokens->client, &login->client, up->slab, e);

	if (rc == 0) {
		note_met(login->all, step->found.identity);
		return sessions_put(up->sessions, &step->found, take_tokens, e);
	}
	provider_tokens_release(take_tokens);
	return rc;
}

int login_take(struct login *login, const struct provider_flow *flow,
    const struct http_answer *a, struct err *e)
{
	struct provider_tokens tokens = {0};
	struct login_step step;
	int rc = login_step(login, &step, e);

	if (rc < 0)
		return rc;
	rc = step.provider->token_take(&step.at, flow, a, &tokens, e);
	if (rc == 0)
		return keep(login, &step, &tokens, e);
	if (rc != PROVIDER_CLIENT)
		return rc;
	login_forget_client(login, &step);
	return e->code;
}

/* Don't expire mid-call: the HTTP timeout bounds it, and it may bring
 * tokens. */
static int is_late(const struct login *login)
{
	return login->shown && !login->ended && !login->call && !login->code &&
	       login_left(login) == 0;
}

static void nap(struct login *login);

static void due(void *arg)
{
	struct login *login = arg;

	if (is_late(login))
		login_expire(login);
	else if (login_left(login) > 0)
		nap(login);
}

/* Timers stop during a suspend. */
static void nap(struct login *login)
{
	int64_t ms = login_left(login);

	loop_arm(login->all->up.loop, &login->due, ms < NAP_MS ? ms : NAP_MS);
}

void login_show(struct login *login, int64_t seconds)
{
	login->shown = 1;
	login->seconds = seconds;
	login->ends = loop_lived(login->all->up.loop) + seconds * 1000;
	nap(login);
	tell_soon(login);
}

int64_t login_left(const struct login *login)
{
	int64_t ms = login->ends - loop_lived(login->all->up.loop);

	return login->ended || ms < 0 ? 0 : ms;
}

int login_end_if_late(struct login *login)
{
	if (!is_late(login))
		return 0;
	login_expire(login);
	return 1;
}

int login_look(struct login *login, struct login_view *view)
{
	if (!login->shown || login->ended)
		return 0;
	*view = (struct login_view){
	    .server = login->id,
	    .grant = login->grant,
	    .seconds = (login_left(login) + 999) / 1000,
	};
	if (login->grant == SERVERS_DEVICE)
		login_device_look(login, view);
	else
		login_code_look(login, view);
	return 1;
}

/* --- its end */

void login_end(struct login *login, const struct err *e)
{
	struct logins *l = login->all;

	/* A callback for the new session may already have ended it. */
	if (login->ended)
		return;
	if (e) {
		/* e may be its own. */
		login->why = *e;
		login->failed = 1;
		log_warn(l->up.log, "login to %s failed: %s", login->id,
		    login->why.msg);
	} else {
		log_info(l->up.log, "logged in to %s", login->id);
	}
	stop(login);
	login->ended = 1;
	LIST_REMOVE(login, entry);
	LIST_INSERT_HEAD(&l->ended, login, entry);
	if (login->callback)
		callback_end(
		    login->callback, login->failed ? &login->why : NULL);
	if (login->failed)
		login_say_again(&login->why, login->id);
	tell_soon(login);
}

void login_expire(struct login *login)
{
	struct err e;

	(void)login_say_late(login, &e);
	login_end(login, login->trouble_ms ? &login->trouble : &e);
}

void login_give_up(struct logins *l, const char *server)
{
	struct login *login = login_find(l, server);
	struct err e;

	if (!login || !waits_empty(&login->to_end) ||
	    !waits_empty(&login->to_see))
		return;
	(void)login_say(&e, ERR_TIMEOUT, login->id,
	    "the login was given up in the terminal");
	login_end(login, &e);
}

/* Right after the new one was begun, so that those waiting for something to
 * show are in time for it.  Those waiting for the end still show the old one,
 * and must ask for the new one. */
static void replace(struct login *old, struct login *login)
{
	struct err e;

	waits_take(&old->to_see, &login->to_see);
	(void)login_say(
	    &e, ERR_NOT_FOUND, old->id, "the login goes on in another way");
	login_end(old, &e);
}

/* --- its beginning */

static int say_no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "the broker has no memory for a login");
}

static int copy_server(
    struct login *login, const struct catalog_entry *found, struct err *e)
{
	const struct servers_entry *s = found->server;

	memcpy(login->identity, found->identity, sizeof(login->identity));
	login->id = strdup(s->id);
	login->url = strdup(s->url);
	login->path = strdup(s->path);
	if (!login->id || !login->url || !login->path)
		return say_no_memory(e);
	return 0;
}

static struct login *make(struct logins *l, enum servers_grant grant)
{
	struct login *login = calloc(1, sizeof(*login));

	if (!login)
		return NULL;
	login->all = l;
	login->grant = grant;
	buf_init(&login->text, HTTP_MAX_URL);
	login->due.fn = due;
	login->tell.fn = tell;
	login->due.arg = login->tell.arg = login;
	return login;
}

/* Get the port before trying anything else. */
static int start(struct logins *l, const struct login_step *step,
    enum servers_grant grant, uint16_t port, struct login **out, struct err *e)
{
	struct login *login = make(l, grant);
	int rc;

	if (!login)
		return say_no_memory(e);
	rc = login_say_room(step->found.server->id, e);
	if (rc == 0)
		rc = copy_server(login, &step->found, e);
	if (rc == 0 && grant == SERVERS_CODE)
		rc = login_code_listen(login, step, port, e);
	if (rc == 0)
		rc = login_with_client(login, step, e);
	if (rc < 0) {
		destroy(login);
		return rc;
	}
	LIST_INSERT_HEAD(&l->running, login, entry);
	log_info(l->up.log, "login to %s begun", login->id);
	*out = login;
	return 0;
}

static int choose(const struct login_step *step, const struct login_want *want,
    enum servers_grant *grant, struct err *e)
{
	const struct servers_entry *s = step->found.server;
	int code = s->has_code && step->provider->authorize;
	int device = s->has_device && step->provider->device_ask;

	if (want->grant == LOGIN_CODE || (want->grant == LOGIN_ANY && !device))
		*grant = SERVERS_CODE;
	else if (want->grant == LOGIN_DEVICE || !code || want->headless)
		*grant = SERVERS_DEVICE;
	else
		*grant = s->default_grant;
	if (*grant == SERVERS_CODE ? code : device)
		return 0;
	return login_say_lacks(s, want->grant, e);
}

/* The login of this very server.  Ends those from before an edit of its
 * file. */
static struct login *running(
    struct logins *l, const struct catalog_entry *found)
{
	struct login *login = LIST_FIRST(&l->running), *next, *same = NULL;
	struct err e;

	for (; login; login = next) {
		next = LIST_NEXT(login, entry);
		if (memcmp(login->identity, found->identity,
			sizeof(login->identity)) == 0) {
			same = login_end_if_late(login) ? same : login;
		} else if (strcmp(login->id, found->server->id) == 0 ||
			   strcmp(login->path, found->server->path) == 0) {
			(void)login_say(&e, ERR_LOGIN, found->server->id,
			    "the server's file was changed while the login "
			    "was under way");
			login_end(login, &e);
		}
	}
	return same;
}

int login_begin(struct logins *l, const struct login_want *want,
    struct login **login, struct err *e)
{
	enum servers_grant grant;
	struct login_step step;
	struct login *old;
	int rc;

	*login = NULL;
	rc = catalog_find(l->up.catalog, want->server, &step.found, e);
	if (rc < 0)
		return rc;
	old = running(l, &step.found);
	if (old && want->grant == LOGIN_ANY) {
		*login = old;
		return 0;
	}
	step.provider = provider_of(step.found.server, e);
	if (!step.provider)
		return e->code;
	rc = choose(&step, want, &grant, e);
	if (rc < 0)
		return rc;
	if (old && old->grant == grant) {
		*login = old;
		return 0;
	}
	step.at = upstream_at(&l->up, step.found.server);
	rc = start(l, &step, grant, want->port, login, e);
	if (rc == 0 && old)
		replace(old, *login);
	return rc;
}

/* --- finding it */

/* By identity, or by name if its file is gone or was changed. */
struct login *login_find(struct logins *l, const char *server)
{
	struct catalog_entry found;
	struct login *login;
	struct err e;

	if (catalog_find(l->up.catalog, server, &found, &e) == 0)
		LIST_FOREACH(login, &l->running, entry)
	if (memcmp(login->identity, found.identity, sizeof(login->identity)) ==
	    0)
		return login;
	LIST_FOREACH(login, &l->running, entry)
	if (strcmp(login->id, server) == 0 || strcmp(login->url, server) == 0)
		return login;
	return NULL;
}

struct login *login_find_late(struct logins *l, const char *server)
{
	struct login *login = login_find(l, server);

	if (login)
		return login;
	/* The last to end comes first. */
	LIST_FOREACH(login, &l->ended, entry)
	if (strcmp(login->id, server) == 0 || strcmp(login->url, server) == 0)
		return login;
	return NULL;
}

int login_paste(
    struct logins *l, const char *server, const char *text, struct err *e)
{
	struct login *login = login_find(l, server);

	if (!login)
		return login_say(
		    e, ERR_LOGIN, server, "no login there is under way");
	if (login_end_if_late(login))
		return login_say_late(login, e);
	if (login->grant != SERVERS_CODE)
		return err_set(e, ERR_USAGE,
		    "there is nothing to paste in this login to %s: type the "
		    "code that the terminal shows into the page that it names",
		    login->id);
	return login_code_paste(login, text, e);
}
