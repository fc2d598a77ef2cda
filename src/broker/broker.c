#include "broker/broker.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/version.h"
#include "base/sys/path.h"
#include "base/sys/plat.h"
#include "broker/commands/table.h"
#include "broker/endpoint/endpoint.h"
#include "broker/endpoint/recall.h"
#include "broker/files/files.h"
#include "broker/grants/grant.h"
#include "broker/grants/originals.h"
#include "broker/keeper/lease.h"
#include "broker/login/login.h"
#include "broker/notify/notice.h"
#include "broker/roles/listing.h"
#include "broker/roles/roles.h"
#include "broker/servers/catalog.h"
#include "broker/servers/config.h"
#include "broker/servers/registration.h"
#include "broker/sessions/session.h"
#include "broker/socket/connections.h"
#include "broker/socket/footing.h"
#include "broker/socket/rendezvous.h"
#include "broker/trust/checker.h"
#include "broker/upstream_open.h"
#include "net/http/http.h"
#include "net/runtime/helper.h"
#include "net/runtime/log.h"
#include "net/runtime/loop.h"
#include "net/runtime/signals.h"

enum {
	SLAB_BYTES = 2 * 1024 * 1024, /* a thousand roles */
	WARM_SECONDS = 60 * 60,
	WARM_LATELY = 1,
	FIRST_MS = 1000, /* for the child that reads broker.json to be there */
};

static void children_ended(void *arg)
{
	struct broker *b = arg;

	if (b->checker)
		checker_reap(b->checker);
	if (b->lease)
		lease_reap(b->lease);
	if (b->config_files)
		files_reap(b->config_files);
	if (b->state_files)
		files_reap(b->state_files);
}

static void helper_lost(void *arg)
{
	struct broker *b = arg;

	health_set(&b->problems, HEALTH_HELPER,
	    "the helper process has ended: no login in a browser can begin, "
	    "and trust can't be checked any more; run: mairu kill-agent",
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

int broker_reload(struct broker *b, struct err *e)
{
	int rc = config_load(b->config, e);

	if (rc == 0)
		rc = http_configure(b->up.http, config_settings(b->config), e);
	b->unread = rc == ERR_TIMEOUT;
	health_set(
	    &b->problems, HEALTH_SETTINGS, rc < 0 ? e->msg : NULL, b->log);
	return rc;
}

/* A late configuration answer has arrived, or never will. */
static void look_again(void *arg)
{
	struct broker *b = arg;
	struct err e;

	if (b->unread)
		(void)!broker_reload(b, &e);
	catalog_warm(b->up.catalog);
	asks_again(b);
}

static void line_is_put(void *arg, const struct err *e)
{
	struct broker *b = arg;

	log_told(b->log, e);
}

static int put_line(void *arg, const char *line, size_t len)
{
	struct broker *b = arg;
	struct buf question = BUF_INIT(FILES_QUESTION);
	int rc = ERR_LIMIT;

	/* Registered clients take precedence over log lines. */
	if (files_room(b->state_files)) {
		size_t at = wire_begin(&question, (enum wire_type)FILES_LOG);

		wire_put(&question, WIRE_F_VALUE, line, len);
		wire_end(&question, at);
		files_post(b->state_files, &question, line_is_put, b);
		rc = 0;
	}
	buf_release(&question);
	return rc;
}

static void is_tried(void *arg, const struct err *e)
{
	struct broker *b = arg;

	if (!e)
		log_told(b->log, NULL);
}

void broker_try_state(struct broker *b)
{
	struct buf question = BUF_INIT(WIRE_HEADER + 16);
	size_t at = wire_begin(&question, (enum wire_type)FILES_LOG);

	if (files_problem(b->state_files) || log_problem(b->log)) {
		wire_puts(&question, WIRE_F_VALUE, "");
		wire_end(&question, at);
		files_post(b->state_files, &question, is_tried, b);
	}
	buf_release(&question);
}

/* Before there is anything a child must not inherit. */
static int make_files(struct broker *b, int foreground, struct err *e)
{
	struct err ignored;
	int rc;

	if (path_in(PATH_CONFIG, NULL, b->config_dir, &ignored) < 0 ||
	    path_in(PATH_STATE, NULL, b->state_dir, &ignored) < 0)
		log_warn(b->log, "%s", ignored.msg);
	rc = files_new(
	    &b->config_files, b->loop, b->log, NULL, b->config_dir, e);
	if (rc == 0)
		rc = files_new(
		    &b->state_files, b->loop, b->log, NULL, b->state_dir, e);
	if (rc < 0)
		return rc;
	files_fork(b->config_files, !foreground);
	files_fork(b->state_files, !foreground);
	files_foresee(b->config_files, FILES_SETTINGS);
	files_foresee(b->config_files, FILES_SERVERS);
	files_watch(b->config_files, look_again, b);
	log_through(b->log, put_line, b);
	return 0;
}

/* The settings in broker.json must apply from the first secret on. */
static int make_slab(struct broker *b, struct err *e)
{
	const char *wanted;
	struct err ignored;

	b->config = config_new();
	if (!b->config)
		return no_memory(e);
	config_through(b->config, b->config_files);
	/* Nobody else is waiting yet. */
	files_await(b->config_files, FIRST_MS);
	(void)!config_load(b->config, &ignored);
	wanted = config_settings(b->config)->value[SETTINGS_SECRET_MEMORY];
	if (wanted ? strcmp(wanted, "true") == 0 : !plat_hibernates())
		return slab_new_hidden(&b->slab, SLAB_BYTES, e);
	return slab_new(&b->slab, SLAB_BYTES, e);
}

static int make_stores(struct broker *b, struct err *e)
{
	int rc = make_slab(b, e);

	if (rc < 0)
		return rc;
	if (!slab_locked(b->slab))
		health_set(&b->problems, HEALTH_MEMORY,
		    "secrets could not be locked in memory and may reach the "
		    "swap; raise the limit of locked memory (ulimit -l), then "
		    "run: "
		    "mairu kill-agent",
		    b->log);
	if (checker_new(&b->checker, b->loop, b->log, &b->problems, NULL) < 0 ||
	    grants_new(&b->grants, b->loop, b->slab, b->checker, b->log) < 0 ||
	    originals_new(&b->stash, b->loop, b->slab) < 0)
		return no_memory(e);
	b->recalls = recalls_new(b->checker, b->grants);
	if (!b->recalls)
		return no_memory(e);
	rc = lease_new(&b->lease, b->loop, b->slab, b->log, &b->problems,
	    rendezvous_path(b->rendezvous), e);
	if (rc < 0)
		return rc;
	if (grants_set_key(b->grants, lease_key(b->lease)) < 0)
		return no_memory(e);
	rc = upstream_open(&b->up, b->loop, b->log, b->slab, b->config, e);
	if (rc < 0)
		return rc;
	catalog_through(b->up.catalog, b->config_files);
	registrations_through(b->up.registrations, b->state_files);
	rc = roles_new(&b->roles, &b->up, e);
	if (rc == 0)
		rc = logins_new(&b->logins, &b->up, e);
	if (rc == 0)
		rc = listings_new(&b->listings, &b->up, e);
	if (rc == 0)
		rc = notices_new(&b->notices, b->loop, b->log, e);
	b->needs = (struct needs){
	    .notices = b->notices,
	    .catalog = b->up.catalog,
	    .logins = b->logins,
	    .grants = b->grants,
	};
	return rc;
}

int broker_endpoint(struct broker *b, struct err *e)
{
	int listener, rc;

	if (b->endpoint)
		return 0;
	rc = lease_listener(b->lease, &listener, e);
	if (rc == 0)
		rc = endpoint_new(&b->endpoint, b->loop, listener, b->grants,
		    b->recalls, b->roles, b->log, e);
	if (rc == 0)
		endpoint_on_login(b->endpoint, &(struct endpoint_login){
						   .under_way = needs_under_way,
						   .needed = needs_asked,
						   .found = needs_found,
						   .arg = &b->needs,
					       });
	health_set(
	    &b->problems, HEALTH_ENDPOINT, rc < 0 ? e->msg : NULL, b->log);
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

static void warm_lately(void *arg)
{
	struct broker *b = arg;

	grants_each(b->grants, WARM_LATELY, warm, b);
}

void broker_warm(struct broker *b)
{
	b->warming.fn = warm_lately;
	b->warming.arg = b;
	loop_arm(b->loop, &b->warming, 0);
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

/* Whether to keep a session that is not being requested: a job that runs for
 * hours may need it at its end. */
static int is_held(void *arg, const unsigned char identity[HASH_SHA256])
{
	struct broker *b = arg;
	struct of_server of = {b->up.catalog, identity, 0};

	grants_each_lent(b->grants, note_any, &of);
	return of.any;
}

/* Prefetch what was used recently.  Credentials outlive the session they came
 * with, unless it was logged out: AWS still honours them, and a long job may be
 * using them. */
static void session_changed(
    void *arg, const unsigned char identity[HASH_SHA256], int is)
{
	struct broker *b = arg;

	listings_forget(b->listings, identity);
	if (is) {
		roles_forgive(b->roles, identity);
		grants_each(b->grants, WARM_SECONDS, warm, b);
	}
	needs_session(&b->needs, identity, is);
	if (is && b->endpoint)
		endpoint_logged_in(b->endpoint);
	changed(b);
}

static void footing_lost(void *arg)
{
	struct broker *b = arg;

	log_warn(b->log, "ending: the directories of configuration and state "
			 "are not those any more that this broker is for");
	loop_stop(b->loop);
}

static int stand(struct broker *b, struct err *e)
{
	struct err warn;
	int rc = footing_new(
	    &b->footing, b->loop, &b->place, footing_lost, b, &warn);

	if (rc == ERR_REFUSED)
		return err_set(e, rc, "%s", warn.msg);
	if (rc < 0)
		health_set(&b->problems, HEALTH_FOOTING, warn.msg, b->log);
	return 0;
}

static int open_socket(struct broker *b, struct err *e)
{
	struct connections_handler h;
	struct err warn;
	int fd, rc;

	rc = rendezvous_open(b->rendezvous, &fd, e);
	if (rc < 0)
		return rc;
	if (rendezvous_watch(b->rendezvous, b->loop, socket_lost, b, &warn) < 0)
		health_set(&b->problems, HEALTH_SOCKET, warn.msg, b->log);
	grants_watch(b->grants, changed, b);
	sessions_watch(b->up.sessions, session_changed, b);
	sessions_watch_held(b->up.sessions, is_held, b);
	roles_watch(b->roles, changed, b);
	notices_watch(b->notices, changed, b);
	commands_init(&h, b);
	return connections_new(&b->server, b->loop, b->log, fd, &h, e);
}

static enum log_level wanted_level(void)
{
	const char *name = getenv("MAIRU_AGENT_LOG");

	return log_level_of(name ? name : getenv("MAIRU_LOG"), LOG_INFO);
}

int broker_start(struct broker *b, struct rendezvous *take_rendezvous,
    const struct place *place, int foreground, struct err *e)
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
	b->log = log_new(
	    wanted_level(), foreground ? LOG_TO_STDERR : LOG_TO_NOTHING);
	b->place = *place;
	if (loop_new(&b->loop, NULL, NULL) < 0)
		return no_memory(e);
	b->started = loop_now(b->loop);
	rc = make_files(b, foreground, e);
	if (rc == 0)
		rc = signals_new(
		    &b->signals, b->loop, foreground, signalled, b, e);
	if (rc == 0)
		rc = make_stores(b, e);
	if (rc < 0)
		return rc;
	/* If one of these fails, `mairu status` says so, and the rest
	 * continues. */
	(void)!broker_reload(b, &warn);
	catalog_warm(b->up.catalog);
	(void)!broker_endpoint(b, &warn);
	rc = stand(b, e);
	if (rc == 0)
		rc = open_socket(b, e);
	if (rc == 0)
		rc = helper_attach(b->loop, &helpers, e);
	if (rc == 0)
		log_info(b->log, "mairu-broker %s serves %s", MAIRU_VERSION,
		    rendezvous_path(b->rendezvous));
	return rc;
}

void broker_confine(struct broker *b)
{
	struct buf parts = BUF_INIT(64);

	confine(&b->confined, rendezvous_dir(b->rendezvous));
	confine_shown(b->confined.parts, &parts);
	log_info(b->log, "confined: %s%s%s", buf_str(&parts),
	    b->confined.why[0] ? "; " : "", b->confined.why);
	buf_release(&parts);
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

void broker_renew_key(struct broker *b)
{
	lease_renew_key(b->lease);
	if (grants_set_key(b->grants, lease_key(b->lease)) < 0)
		log_warn(b->log, "out of memory for another key");
}

void broker_logout(struct broker *b, const unsigned char identity[HASH_SHA256])
{
	unsigned char kept[HASH_SHA256]; /* it may be the session's own */
	struct of_server of = {b->up.catalog, kept, 0};

	memcpy(kept, identity, sizeof(kept));
	(void)sessions_drop(b->up.sessions, kept);
	(void)roles_forget(b->roles, kept);
	(void)grants_revoke_if(b->grants, is_of_server, &of);
	broker_renew_key(b);
	needs_over(&b->needs, kept);
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
	originals_clear(b->stash);
	broker_renew_key(b);
	needs_over(&b->needs, NULL);
}

void broker_leave(struct broker *b)
{
	if (b->server)
		connections_stop_accepting(b->server);
	rendezvous_close(b->rendezvous);
}

void broker_stop(struct broker *b)
{
	broker_leave(b);
	if (b->loop)
		loop_disarm(b->loop, &b->warming);
	/* Secrets before anything slow, and those waiting for one first of
	 * all. */
	asks_drop(&b->asks);
	endpoint_free(b->endpoint);
	logins_free(b->logins);
	listings_free(b->listings);
	notices_free(b->notices);
	roles_free(b->roles);
	upstream_close(&b->up);
	recalls_free(b->recalls);
	grants_free(b->grants);
	originals_free(b->stash);
	lease_free(b->lease);
	slab_free(b->slab);
	connections_free(b->server);
	checker_free(b->checker);
	config_free(b->config);
	footing_free(b->footing);
	signals_free(b->signals);
	files_free(b->config_files);
	log_info(b->log, "ended");
	files_free(b->state_files);
	helper_end();
	loop_free(b->loop);
	log_free(b->log);
	/* The lock last: a successor may start only when all is done. */
	rendezvous_free(b->rendezvous);
}
