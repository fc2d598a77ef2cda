/*
 * Fetches a list of roles: which page comes next, what it holds, and what to do
 * if a token is refused meanwhile.
 */

#include "broker/roles/listing_call.h"

#include <stdlib.h>
#include <string.h>

#include "broker/kinds/pieces.h"
#include "net/http/words.h"
#include "net/runtime/log.h"

enum {
	AT_ONCE = 16,	   /* queued in pace, which sets the real limit */
	MAX_PAGES = 20000, /* per list, in case a server never ends it */
	MAX_REFUSED = 2,   /* tokens; the second is a new one */
};

void listing_stop(struct listing *l)
{
	struct listing_page *p;

	wait_leave(&l->session.wait);
	l->asking = 0;
	while ((p = TAILQ_FIRST(&l->pages))) {
		TAILQ_REMOVE(&l->pages, p, entry);
		throttle_cancel(p->call);
		free(p);
	}
	l->under_way = 0;
}

void listing_fail(struct listing *l, const struct err *e)
{
	if (listing_ended(l))
		return;
	l->has_failed = 1;
	l->failed = *e;
	listing_stop(l);
	log_info(l->all->up.log, "no list of roles: %s", e->msg);
	loop_arm(l->all->up.loop, &l->tell, 0);
}

/* --- pages */

static int add_page(struct listing *l, struct listing_page *after,
    const struct provider_page *page, struct listing_page **added,
    struct err *e)
{
	struct listing_page *p;
	int rc;

	if (++l->n_pages > MAX_PAGES)
		return err_set(e, ERR_UPSTREAM,
		    "the list of roles does not end: it was given up after %d "
		    "pages",
		    MAX_PAGES);
	p = calloc(1, sizeof(*p));
	if (!p)
		return err_set(
		    e, ERR_NOMEM, "the broker has no memory for a list");
	p->listing = l;
	p->last = &p->first;
	p->behind = p;
	rc = listing_store_text(&l->store, page->account, &p->page.account, e);
	if (rc == 0)
		rc = listing_store_text(
		    &l->store, page->account_name, &p->page.account_name, e);
	if (rc == 0)
		rc = listing_store_token(
		    &l->store, page->token, &p->page.token, e);
	if (rc < 0) {
		free(p);
		return rc;
	}
	if (after)
		TAILQ_INSERT_AFTER(&l->pages, after, p, entry);
	else
		TAILQ_INSERT_HEAD(&l->pages, p, entry);
	l->bare += !page->account;
	*added = p;
	return 0;
}

/* Pages that name accounts first, so that their number is known soon; then
 * those that others wait for. */
static struct listing_page *next_page(struct listing *l)
{
	struct listing_page *p, *first = NULL;

	TAILQ_FOREACH(p, &l->pages, entry)
	{
		if (p->call || p->read)
			continue;
		if (!p->page.account)
			return p;
		if (!first)
			first = p;
		if (!l->bare)
			break;
	}
	return first;
}

/* Takes the pages at the front that have been read, in order. */
static int fold(struct listing *l, struct err *e)
{
	struct listing_page *p;
	int rc = 0;

	while (rc == 0 && (p = TAILQ_FIRST(&l->pages)) && p->read) {
		rc = listing_store_append(
		    &l->store, p->first, LISTING_MAX_ROLES, e);
		TAILQ_REMOVE(&l->pages, p, entry);
		free(p);
	}
	return rc;
}

/* --- what a page holds */

static int take_role(void *arg, const struct provider_role *r, struct err *e)
{
	struct listing_page *p = arg;
	struct listing_node *node;
	int rc;

	rc = listing_store_role(&p->listing->store, r, &p->page, &node, e);
	if (rc < 0)
		return rc;
	*p->last = node;
	p->last = &node->next;
	return 0;
}

static void take_unusable(void *arg)
{
	struct listing_page *p = arg;

	p->listing->unusable++;
}

static int same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int take_page(void *arg, const struct provider_page *page, struct err *e)
{
	struct listing_page *p = arg;
	struct listing *l = p->listing;
	int of_account = page->account && same(page->account, p->page.account);
	int rc;

	if (same(page->account, p->page.account) &&
	    same(page->token, p->page.token))
		return err_set(e, ERR_UPSTREAM,
		    "the list of roles does not end: a page names itself as "
		    "the next one");
	rc = add_page(l, p->behind, page, &p->behind, e);
	if (rc < 0)
		return rc;
	p->goes_on |= of_account;
	l->total += page->account && !of_account;
	return 0;
}

static int read_page(
    struct listing_page *p, const struct http_answer *a, struct err *e)
{
	struct listing *l = p->listing;
	const struct provider_list list = {.arg = p,
	    .role = take_role,
	    .more = take_page,
	    .unusable = take_unusable};
	const struct provider *provider;
	struct provider_at at;
	int rc =
	    upstream_still(&l->all->up, l->id, l->identity, &at, &provider, e);

	if (rc < 0)
		return rc;
	return provider->list_take(&at, &p->page, a, &list, e);
}

/* --- calls */

static void go_on(struct listing *l);

/* A page whose token was refused is fetched again with the next one. */
static void refused(struct listing_page *p, const struct err *e)
{
	struct listing *l = p->listing;
	uint64_t serial = p->serial;

	l->bare += !p->page.account;
	if (serial != l->serial) {
		go_on(l);
	} else if (l->asking) {
		return; /* another page was told so before */
	} else if (++l->refused < MAX_REFUSED) {
		l->asking = 1;
		l->refused_serial = serial;
		sessions_ask(
		    l->all->up.sessions, l->identity, serial, &l->session);
	} else {
		listing_fail(l, e);
		sessions_drop_token(l->all->up.sessions, l->identity, serial);
	}
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct listing_page *p = arg;
	struct listing *l = p->listing;
	struct err why;
	int rc;

	p->call = NULL;
	l->under_way--;
	if (!a) {
		listing_fail(l, e);
		return;
	}
	rc = read_page(p, a, &why);
	if (rc == ERR_LOGIN) {
		refused(p, &why);
		return;
	}
	if (rc == 0) {
		p->read = 1;
		l->done += p->page.account && !p->goes_on;
		rc = fold(l, &why);
	}
	if (rc < 0)
		listing_fail(l, &why);
	else
		go_on(l);
	loop_arm(l->all->up.loop, &l->tell, 0);
}

static int ask_page(
    struct listing_page *p, const struct session *session, struct err *e)
{
	struct listing *l = p->listing;
	char name[WORDS_NAME];
	const struct provider *provider;
	struct provider_at at;
	struct http_ask ask;
	int rc =
	    upstream_still(&l->all->up, l->id, l->identity, &at, &provider, e);

	if (rc < 0)
		return rc;
	if (!provider->list_ask)
		return err_set(e, ERR_DENIED, "%s has no list of its roles",
		    words_shown(l->id, name));
	rc =
	    provider->list_ask(&at, &p->page, session_access(session), &ask, e);
	if (rc < 0)
		return rc;
	p->serial = session_serial(session);
	rc = throttle_start(l->all->up.pace, provider->pace, THROTTLE_LIST,
	    l->identity, &ask, answered, p, &p->call, e);
	if (rc < 0) {
		p->call = NULL;
		return rc;
	}
	l->under_way++;
	l->bare -= !p->page.account;
	return 0;
}

static void ask_pages(struct listing *l, const struct session *session)
{
	struct listing_page *p;
	struct err e;

	while (
	    !listing_ended(l) && l->under_way < AT_ONCE && (p = next_page(l)))
		if (ask_page(p, session, &e) < 0)
			listing_fail(l, &e);
}

static void go_on(struct listing *l)
{
	const struct session *session;

	if (listing_ended(l) || l->asking)
		return;
	if (TAILQ_EMPTY(&l->pages)) {
		l->whole = 1;
		l->finished = loop_now(l->all->up.loop);
		log_debug(
		    l->all->up.log, "%s has %zu roles", l->id, l->store.n);
		loop_arm(l->all->up.loop, &l->tell, 0);
		return;
	}
	session = sessions_find(l->all->up.sessions, l->identity);
	if (session && session_access(session)) {
		l->serial = session_serial(session);
		ask_pages(l, session);
		return;
	}
	l->asking = 1;
	sessions_ask(l->all->up.sessions, l->identity, 0, &l->session);
}

/* --- a session */

static void session_came(
    void *arg, const struct session *session, const struct err *e)
{
	struct listing *l = arg;
	struct err why;

	if (listing_ended(l))
		return;
	l->asking = 0;
	if (!session) {
		listing_fail(l, e);
		/* It only had the token that was refused. */
		if (e->code == ERR_LOGIN && l->refused_serial)
			sessions_drop_token(l->all->up.sessions, l->identity,
			    l->refused_serial);
		return;
	}
	l->refused_serial = 0;
	if (l->login && l->login != session_login_serial(session)) {
		(void)err_set(&why, ERR_UPSTREAM,
		    "there was another login meanwhile: try again");
		listing_fail(l, &why);
		return;
	}
	l->login = session_login_serial(session);
	l->serial = session_serial(session);
	ask_pages(l, session);
}

void listing_fetch(struct listing *l)
{
	static const struct provider_page first;
	struct listing_page *p;
	struct err e;

	l->session.fn = session_came;
	l->session.arg = l;
	if (add_page(l, NULL, &first, &p, &e) < 0) {
		listing_fail(l, &e);
		return;
	}
	l->asking = 1;
	sessions_ask(l->all->up.sessions, l->identity, 0, &l->session);
}
