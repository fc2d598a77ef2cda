#include "front/status/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/servers.h"
#include "base/config/settings.h"
#include "base/core/bearer.h"
#include "base/core/text.h"
#include "front/client/proxy_unused.h"
#include "front/prompt/elsewhere.h"
#include "front/shell/hook_mark.h"
#include "front/status/preflight.h"

enum {
	SENTENCE_MAX = 4096
};

static int is_hooks(const struct status_report *r, enum var_id id)
{
	return state_is_ours(&r->state, id, getenv(var_name(id)));
}

static enum status_shell spoiled(struct status_report *r, enum var_id id)
{
	r->spoiled = id;
	return STATUS_SPOILED;
}

/* Is the path to the credentials intact?  A child of `mairu exec auto` also has
 * the role, with a token that the hook does not know. */
static enum status_shell look_at_endpoint(struct status_report *r, int by_hook)
{
	const char *uri = getenv(var_name(VAR_FULL_URI));
	const char *token = getenv(var_name(VAR_AUTH_TOKEN));
	int known = r->h.says.url[0] != '\0';

	if (uri == NULL || token == NULL)
		return STATUS_BARE;
	if (known && strcmp(uri, r->h.says.url) != 0)
		/* From a broker that is gone, or the user's own. */
		return is_hooks(r, VAR_FULL_URI) ? STATUS_BARE
						 : spoiled(r, VAR_FULL_URI);
	if (by_hook && !known && !is_hooks(r, VAR_FULL_URI))
		return spoiled(r, VAR_FULL_URI);
	return is_hooks(r, VAR_AUTH_TOKEN) || bearer_is(token)
		   ? STATUS_HERE
		   : spoiled(r, VAR_AUTH_TOKEN);
}

/* Any of the user's own variables from either set keeps all keys out. */
static enum status_shell look_at_keys(struct status_report *r, int by_hook)
{
	for (unsigned i = 0; by_hook && i < VAR_COUNT; i++) {
		enum var_id id = (enum var_id)i;

		if ((var_traits(id) & VAR_BUNDLES) != 0 &&
		    getenv(var_name(id)) != NULL && !is_hooks(r, id))
			return spoiled(r, id);
	}
	return getenv(var_name(VAR_ACCESS_KEY_ID)) != NULL ? STATUS_HERE
							   : STATUS_BARE;
}

static int same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* 1 if the config is unchanged since it gave this role. */
static int is_fresh(const struct status_report *r, int by_hook)
{
	const struct project *p = &r->v.project;
	enum var_id id =
	    p->mode == PROJECT_STATIC ? VAR_ACCESS_KEY_ID : VAR_AUTH_TOKEN;

	if (r->v.kind != VERDICT_GOOD || !same(r->server, p->server) ||
	    !same(r->role, project_role(p)))
		return 0;
	/* The hook's state says nothing about what `mairu exec` set. */
	return !by_hook || !is_hooks(r, id) ||
	       memcmp(r->state.digest, p->digest, HASH_SHA384) == 0;
}

static enum status_shell look_at_shell(struct status_report *r)
{
	const struct project *p = &r->v.project;
	int by_hook = r->state.active && strcmp(r->state.config, p->path) == 0;

	r->server = getenv(var_name(VAR_ACTIVE_SERVER));
	r->role = getenv(var_name(VAR_ACTIVE_ROLE));
	r->config = getenv(var_name(VAR_ACTIVE_CONFIG));
	if (r->role == NULL)
		return bearer_goes(getenv(var_name(VAR_AUTH_TOKEN)),
			   getenv(var_name(VAR_FULL_URI)))
			   ? STATUS_LOST
			   : STATUS_BARE;
	if (r->config == NULL)
		return STATUS_EXEC;
	if (p->path[0] == '\0' || strcmp(r->config, p->path) != 0)
		return STATUS_ELSE;
	if (!is_fresh(r, by_hook))
		return STATUS_STALE;
	return p->mode == PROJECT_STATIC ? look_at_keys(r, by_hook)
					 : look_at_endpoint(r, by_hook);
}

static void look_for_server(struct status_report *r)
{
	const struct servers_entry *one;
	struct servers s;
	struct err e;
	int found = servers_load(&s, NULL, &e);

	if (found == 0) {
		found = servers_find(&s, r->v.project.server, &one, &e);
		servers_release(&s);
	}
	if (found == ERR_NOT_FOUND) {
		(void)err_set(&e, ERR_NOT_FOUND, "not configured");
		(void)err_run(&e, ERR_NOT_FOUND, "mairu list-servers");
	}
	if (found < 0) {
		buf_adds(&r->no_server, e.msg);
		r->no_server_run = e.run;
	}
}

/* A running broker reports it itself. */
static void look_at_settings(struct status_report *r)
{
	struct settings s;
	struct err e;

	if (r->h.kind == BROKER_STATUS_RUNNING)
		return;
	if (settings_load(&s, &e) == 0)
		settings_release(&s);
	else if (e.code != ERR_NOT_FOUND)
		buf_adds(&r->settings, e.msg);
}

static void look_at_project(struct status_report *r)
{
	const struct project *p = &r->v.project;

	if (p->server == NULL)
		return;
	project_digest_text(p->digest, r->digest);
	if (r->h.kind == BROKER_STATUS_RUNNING &&
	    logged_in_ask(&r->sessions, NULL) == 0) {
		r->session = logged_in_find(&r->sessions, p->server);
		if (r->session == NULL)
			r->ended =
			    logged_in_find_ended(&r->sessions, p->server);
	}
	look_for_server(r);
	default_profile_look(&r->shadow, p->mode);
}

void status_gather(struct status_report *r)
{
	const char *state = getenv(VAR_STATE);
	struct err e;

	memset(r, 0, sizeof(*r));
	buf_init(&r->no_server, SENTENCE_MAX);
	buf_init(&r->obstacle, SENTENCE_MAX);
	buf_init(&r->settings, SENTENCE_MAX);
	buf_init(&r->elsewhere, SENTENCE_MAX);
	buf_init(&r->proxy, SENTENCE_MAX);
	(void)elsewhere_find(&r->elsewhere);
	(void)proxy_unused(&r->proxy);
	verdict_here(&r->v);
	broker_status_ask(&r->h);
	look_at_project(r);
	look_at_settings(r);
	r->hook_seen = state != NULL || hook_mark_is_here();
	if (state == NULL || state_decode(&r->state, state, NULL) < 0) {
		state_release(&r->state);
		state_init(&r->state);
	}
	r->shell = look_at_shell(r);
	if (preflight_find(&r->h, &e) < 0) {
		buf_adds(&r->obstacle, e.msg);
		r->obstacle_run = e.run;
	}
}

void status_release(struct status_report *r)
{
	verdict_release(&r->v);
	broker_status_release(&r->h);
	logged_in_release(&r->sessions);
	state_release(&r->state);
	buf_release(&r->no_server);
	buf_release(&r->obstacle);
	buf_release(&r->settings);
	buf_release(&r->elsewhere);
	buf_release(&r->proxy);
}

int status_shadows(const struct status_report *r, enum var_id id)
{
	const char *value = getenv(var_name(id));
	const char *ours =
	    id == VAR_PROFILE ? default_profile_profile(&r->shadow) : NULL;

	/* The role's own endpoint is not a rival. */
	if (r->shell != STATUS_HERE || value == NULL || is_hooks(r, id) ||
	    (var_traits(id) & VAR_WINS) == 0 ||
	    (r->v.project.mode != PROJECT_STATIC &&
		(var_traits(id) & VAR_CONTAINER) != 0))
		return 0;
	return ours == NULL || strcmp(value, ours) != 0;
}

const char *status_differs(const struct status_report *r, enum var_id id)
{
	const char *region = r->v.project.region;

	if (r->shell != STATUS_HERE || region == NULL ||
	    (id != VAR_REGION && id != VAR_DEFAULT_REGION) ||
	    same(getenv(var_name(id)), region))
		return NULL;
	return region;
}

void status_held(const struct status_report *r, struct buf *out)
{
	if (r->server != NULL) {
		text_safe(out, r->server, strlen(r->server), 256);
		buf_addc(out, ' ');
	}
	if (r->role != NULL)
		text_safe(out, r->role, strlen(r->role), 512);
}

void status_outlook(const struct status_report *r, struct buf *out)
{
	if (r->v.kind != VERDICT_GOOD || r->shell == STATUS_HERE)
		return;
	if (r->obstacle.len > 0)
		buf_add(out, r->obstacle.data, r->obstacle.len);
	else if (r->shell == STATUS_SPOILED)
		buf_addf(out, "%s is not what mairu set. Run: unset %s",
		    var_name(r->spoiled), var_name(r->spoiled));
	else if (r->hook_seen)
		buf_adds(out, "the next prompt sets it");
	else
		buf_adds(out, "is the hook loaded? Run: mairu help hook");
}
