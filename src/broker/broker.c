#include "broker/broker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/version.h"
#include "broker/alert.h"
#include "broker/catalog.h"
#include "broker/checker.h"
#include "broker/config.h"
#include "broker/endpoint.h"
#include "broker/grant.h"
#include "broker/helper.h"
#include "broker/http.h"
#include "broker/listing.h"
#include "broker/log.h"
#include "broker/login.h"
#include "broker/loop.h"
#include "broker/loopback.h"
#include "broker/notice.h"
#include "broker/rendezvous.h"
#include "broker/roles.h"
#include "broker/server.h"
#include "broker/service.h"
#include "broker/session.h"
#include "broker/signals.h"
#include "broker/stash.h"

enum {
	SLAB_BYTES = 2 * 1024 * 1024, /* a thousand roles */
	WARM_SECONDS = 60 * 60,
};

static void children_ended(void *arg)
{
	struct broker *b = arg;

	if (b->checker)
		checker_reap(b->checker);
}

static void helper_lost(void *arg)
{
	struct broker *b = arg;

	problem_set(&b->problems, PROBLEM_HELPER,
	    "the helper process has ended: no login in a browser can begin, "
	    "and trust may not be checked any more; run: mairu kill-agent",
	    b->log);
}

static void signalled(void *arg, int signo)
{
	struct broker *b = arg;

	if (signo == SIGCHLD) {
		helper_reap();
		children_ended(b);
		return;
	}
	log_info(b->log, "ending: signal %d", signo);
	loop_stop(b->loop);
}

static void socket_lost(void *arg)
{
	struct broker *b = arg;

	log_warn(b->log, "ending: the socket %s is gone or is another's",
	    rendezvous_path(b->rendezvous));
	loop_stop(b->loop);
}

static int no_memory(struct err *e)
{
	return err_set(e, ERR_NOMEM, "out of memory");
}

static int make_stores(struct broker *b, struct err *e)
{
	int rc = slab_new(&b->slab, SLAB_BYTES, e);

	if (rc < 0)
		return rc;
	if (!slab_locked(b->slab))
		problem_set(&b->problems, PROBLEM_MEMORY,
		    "secrets could not be locked in memory and may reach the "
		    "swap; raise the limit of locked memory (ulimit -l), then "
		    "run: "
		    "mairu kill-agent",
		    b->log);
	b->config = config_new();
	if (!b->config ||
	    checker_new(&b->checker, b->loop, b->log, &b->problems, NULL) < 0 ||
	    grants_new(&b->grants, b->loop, b->slab, b->checker, b->log) < 0 ||
	    stash_new(&b->stash, b->slab) < 0)
		return no_memory(e);
	rc = upstream_open(&b->up, b->loop, b->log, b->slab, b->config, e);
	if (rc == 0)
		rc = roles_new(&b->roles, &b->up, e);
	if (rc == 0)
		rc = logins_new(&b->logins, &b->up, e);
	if (rc == 0)
		rc = listings_new(&b->listings, &b->up, e);
	if (rc == 0)
		rc = notices_new(&b->notices, b->loop, b->log, e);
	return rc;
}

int broker_endpoint(struct broker *b, struct err *e)
{
	int listener, rc;

	if (b->endpoint)
		return 0;
	rc = loopback_listen(0, &listener, e);
	if (rc == 0)
		rc = endpoint_new(&b->endpoint, b->loop, listener, b->grants,
		    b->roles, b->log, e);
	if (rc == 0)
		alert_endpoint(b);
	problem_set(
	    &b->problems, PROBLEM_ENDPOINT, rc < 0 ? e->msg : NULL, b->log);
	return rc;
}

int broker_reload(struct broker *b, struct err *e)
{
	int rc = config_load(b->config, e);

	if (rc == 0)
		rc = http_configure(b->up.http, config_settings(b->config), e);
	problem_set(
	    &b->problems, PROBLEM_SETTINGS, rc < 0 ? e->msg : NULL, b->log);
	return rc;
}

/* Shells ask again at their next prompt. */
static void changed(void *arg)
{
	struct broker *b = arg;

	rendezvous_touch(b->rendezvous);
}

static void warm(void *arg, const struct grant *grant)
{
	struct broker *b = arg;
	const struct project_ref *p = grant_project(grant);

	roles_warm(b->roles, &(struct role_ref){p->server, p->role, p->chain});
}

struct of_server {
	struct catalog *catalog;
	const unsigned char *identity;
	int any;
};

static int is_of_server(void *arg, const struct grant *grant)
{
	const struct of_server *of = arg;
	struct catalog_entry found;
	struct err e;

	return catalog_find(of->catalog, grant_project(grant)->server, &found,
		   &e) == 0 &&
	       memcmp(found.identity, of->identity, HASH_SHA256) == 0;
}

static void note_any(void *arg, const struct grant *grant)
{
	struct of_server *of = arg;

	of->any |= is_of_server(of, grant);
}

/* Whether a session must stay though nobody asks for it: a job that runs for
 * hours may need it at its end. */
static int is_held(void *arg, const unsigned char identity[HASH_SHA256])
{
	struct broker *b = arg;
	struct of_server of = {b->up.catalog, identity, 0};

	grants_each_lent(b->grants, note_any, &of);
	return of.any;
}

/* What was used lately is there before somebody asks.  Credentials outlive the
 * session that they came with, unless it was logged out: they are AWS's word,
 * and a long job is in the middle of using them. */
static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	struct broker *b = arg;

	listings_forget(b->listings, identity);
	if (is) {
		roles_forgive(b->roles, identity);
		grants_each(b->grants, WARM_SECONDS, warm, b);
	}
	alert_session(b, identity, is);
	changed(b);
}

static int open_socket(struct broker *b, struct err *e)
{
	struct server_handler h;
	struct err warn;
	int fd, rc;

	rc = rendezvous_open(b->rendezvous, &fd, e);
	if (rc < 0)
		return rc;
	if (rendezvous_watch(b->rendezvous, b->loop, socket_lost, b, &warn) < 0)
		problem_set(&b->problems, PROBLEM_SOCKET, warn.msg, b->log);
	grants_watch(b->grants, changed, b);
	sessions_watch(b->up.sessions, session_changed, b);
	sessions_watch_held(b->up.sessions, is_held, b);
	roles_watch(b->roles, changed, b);
	notices_watch(b->notices, changed, b);
	service_init(&h, b);
	return server_new(&b->server, b->loop, b->log, fd, &h, e);
}

static enum log_level wanted_level(void)
{
	const char *name = getenv("MAIRU_AGENT_LOG");

	return log_level_of(name ? name : getenv("MAIRU_LOG"), LOG_INFO);
}

int broker_start(struct broker *b, struct rendezvous *take_rendezvous,
    int foreground, struct err *e)
{
	const struct helper_handler helpers = {
	    .ended = children_ended,
	    .lost = helper_lost,
	    .arg = b,
	};
	struct err warn;
	int rc;

	memset(b, 0, sizeof(*b));
	b->rendezvous = take_rendezvous;
	b->log = log_new(wanted_level(), foreground);
	if (loop_new(&b->loop, NULL, NULL) < 0)
		return no_memory(e);
	b->started = loop_now(b->loop);
	rc = signals_new(&b->signals, b->loop, foreground, signalled, b, e);
	if (rc == 0)
		rc = make_stores(b, e);
	if (rc < 0)
		return rc;
	/* What goes wrong with these is said in `mairu status`, and the rest
	 * goes on. */
	(void)!broker_reload(b, &warn);
	(void)!broker_endpoint(b, &warn);
	rc = open_socket(b, e);
	if (rc == 0)
		rc = helper_attach(b->loop, &helpers, e);
	if (rc == 0)
		log_info(b->log, "mairu-broker %s serves %s", MAIRU_VERSION,
		    rendezvous_path(b->rendezvous));
	return rc;
}

int broker_run(struct broker *b, struct err *e)
{
	return loop_run(b->loop, e);
}

const struct session *broker_session(struct broker *b, const char *server)
{
	struct catalog_entry found;
	struct err e;

	if (catalog_find(b->up.catalog, server, &found, &e) < 0)
		return NULL;
	return sessions_find(b->up.sessions, found.identity);
}

void broker_logout(struct broker *b, const unsigned char identity[HASH_SHA256])
{
	unsigned char kept[HASH_SHA256]; /* it may be the session's own */
	struct of_server of = {b->up.catalog, kept, 0};

	memcpy(kept, identity, sizeof(kept));
	(void)sessions_drop(b->up.sessions, kept);
	(void)roles_forget(b->roles, kept);
	(void)grants_revoke_if(b->grants, is_of_server, &of);
	alert_over(b, kept);
}

int broker_forget(struct broker *b, const char *server, struct err *e)
{
	struct catalog_entry found;
	int rc = catalog_find(b->up.catalog, server, &found, e);

	if (rc == 0)
		broker_logout(b, found.identity);
	return rc;
}

static int is_any(void *arg, const struct grant *grant)
{
	(void)arg;
	(void)grant;
	return 1;
}

void broker_forget_all(struct broker *b)
{
	(void)sessions_drop_all(b->up.sessions);
	(void)roles_forget(b->roles, NULL);
	(void)grants_revoke_if(b->grants, is_any, NULL);
	alert_over(b, NULL);
}

void broker_leave(struct broker *b)
{
	if (b->server)
		server_stop_accepting(b->server);
	rendezvous_close(b->rendezvous);
}

void broker_stop(struct broker *b)
{
	broker_leave(b);
	/* Secrets before anything that could take time; whoever waits for one
	 * first. */
	asks_drop(&b->asks);
	endpoint_free(b->endpoint);
	logins_free(b->logins);
	listings_free(b->listings);
	notices_free(b->notices);
	roles_free(b->roles);
	upstream_close(&b->up);
	grants_free(b->grants);
	stash_free(b->stash);
	slab_free(b->slab);
	server_free(b->server);
	checker_free(b->checker);
	helper_end();
	config_free(b->config);
	signals_free(b->signals);
	loop_free(b->loop);
	log_info(b->log, "ended");
	log_free(b->log);
	/* The lock last: a successor starts when all is done. */
	rendezvous_free(b->rendezvous);
}
