#include "front/role/lend.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/config/region.h"
#include "base/core/bytes.h"
#include "base/core/text.h"
#include "base/sys/path.h"
#include "front/environment/lent.h"
#include "front/role/assume.h"
#include "front/signin/signin.h"
#include "front/terminal/consent.h"
#include "front/terminal/say.h"
#include "front/trust/ask.h"

enum {
	DEFAULT_TIMEOUT = 60, /* seconds */
	MAX_LEVEL = 16,	      /* nesting limit */
};

/* A wrapper script that runs its command with `mairu exec` by its own name
 * would loop forever. */
static int check_level(const struct lend *l, struct err *e)
{
	struct buf b = BUF_INIT(1024);
	int r;

	if (lent_level() < MAX_LEVEL)
		return 0;
	text_safe(&b, l->path, strlen(l->path), 200);
	r = err_set(e, ERR_LIMIT,
	    "exec: nested %d levels deep. If %s itself runs `mairu exec`, have "
	    "it name the program by its full path",
	    MAX_LEVEL, buf_str(&b));
	buf_release(&b);
	return r;
}

/* Chooses the role, asking the user whether to trust a config.  Exactly the
 * bytes shown are then trusted. */
static int choose_target(struct lend *l, struct err *e)
{
	struct target *t = &l->target;
	int r = target_chosen(t, l->server, l->role, l->confirm, e);

	if (r != ERR_UNTRUSTED || l->confirm != NULL ||
	    t->verdict.kind != VERDICT_ASK || !consent_possible())
		return r;
	r = trust_ask(&t->verdict, e);
	if (r < 0)
		return r;
	target_release(t);
	return target_chosen(t, l->server, l->role, NULL, e);
}

/* Options override the config. */
static int choose(struct lend *l, struct err *e)
{
	const char *mode = l->mode, *region = l->region;
	int r = signin_grant(l->grant, &l->obtain.grant, e);

	if (r == 0 && mode != NULL && strcmp(mode, "ecs") != 0 &&
	    strcmp(mode, "static") != 0)
		r = err_set(e, ERR_USAGE, "--mode must be ecs or static");
	if (r == 0 && region != NULL && !region_is(region, strlen(region)))
		r = err_set(e, ERR_USAGE, "--region must be " REGION_WANTED);
	if (r == 0)
		r = choose_target(l, e);
	if (r == 0)
		r = assume_apply(&l->target, l->line, l->assume, region, e);
	if (r < 0)
		return r;
	assume_say_hour_given(l->line, l->assume);
	l->in_mode = mode == NULL		? l->target.mode
		     : strcmp(mode, "ecs") == 0 ? PROJECT_ECS
						: PROJECT_STATIC;
	if (region == NULL)
		l->region = l->target.region;
	return 0;
}

/* Checks whether something on this machine wins over the endpoint, before
 * waiting for anything.  Variables don't matter: they are unset below. */
static int check_shadow(struct lend *l, struct err *e)
{
	struct default_profile *s = &l->shadow;
	struct buf b = BUF_INIT(DEFAULT_PROFILE_LINE_MAX);
	int r;

	default_profile_look(s, l->in_mode);
	if (!default_profile_is_there(s) ||
	    default_profile_profile(s) != NULL || l->allow_shadow)
		return 0;
	default_profile_refusal(s, &b);
	r = err_set(e, ERR_REFUSED, "exec: %s", buf_str(&b));
	buf_release(&b);
	return r;
}

/* Parses a boolean variable like Mairu 0.12. */
static int is_on(const char *value)
{
	static const char *const off[] = {
	    "", "0", "f", "false", "n", "no", "off", NULL};

	for (size_t i = 0; value != NULL && off[i] != NULL; i++)
		if (strcasecmp(value, off[i]) == 0)
			return 0;
	return value != NULL;
}

static void show_auto(const struct lend *l)
{
	const struct target *t = &l->target;
	struct buf b = BUF_INIT(8192);

	if (t->config == NULL ||
	    (!l->show_auto && !is_on(getenv("MAIRU_SHOW_AUTO_ROLE"))))
		return;
	text_safe(&b, t->server, strlen(t->server), 256);
	buf_addc(&b, ' ');
	text_safe(&b, t->acts, strlen(t->acts), 512);
	buf_adds(&b, ", from ");
	path_text(&b, t->config);
	say("%s", buf_str(&b));
	buf_release(&b);
}

static int get_credentials(struct lend *l, struct err *e)
{
	struct obtain *o = &l->obtain;
	int r = obtain_timeout(l->timeout, DEFAULT_TIMEOUT, &o->wait_ms, e);

	o->target = &l->target;
	/* In ecs mode too: the command must start with its role. */
	if (r == 0 && l->in_mode == PROJECT_STATIC)
		r = obtain_keys(o, &l->keys, e);
	else if (r == 0 && !l->unchecked)
		r = obtain_lent_checked(o, &l->lent, e);
	else if (r == 0)
		r = obtain_lent(o, &l->lent, e);
	obtain_close(o);
	return r;
}

int lend_role(struct lend *l, struct err *e)
{
	int r = check_level(l, e);

	if (r < 0)
		return r;
	lent_leave_regions();
	r = choose(l, e);
	if (r == 0)
		r = check_shadow(l, e);
	if (r < 0)
		return r;
	show_auto(l);
	return get_credentials(l, e);
}

/* Unsets every variable of the list that is not set here, so that nothing else
 * from this shell interferes. */
static void choose_variables(const struct lend *l, const char *value[VAR_COUNT])
{
	value[VAR_ACTIVE_SERVER] = l->target.server;
	value[VAR_ACTIVE_ROLE] = l->target.acts;
	/* Options beyond the config must not pass for the config. */
	if (!assume_given(l->line, l->assume))
		value[VAR_ACTIVE_CONFIG] = l->target.config;
	value[VAR_REGION] = value[VAR_DEFAULT_REGION] = l->region;
	if (l->in_mode == PROJECT_STATIC) {
		value[VAR_ACCESS_KEY_ID] = l->keys.id;
		value[VAR_SECRET_ACCESS_KEY] = l->keys.secret;
		value[VAR_SESSION_TOKEN] = l->keys.token;
		value[VAR_CREDENTIAL_EXPIRATION] = l->keys.expiration;
	} else {
		value[VAR_FULL_URI] = l->lent.url;
		value[VAR_AUTH_TOKEN] = l->lent.token;
		value[VAR_PROFILE] = default_profile_profile(&l->shadow);
	}
}

static void set_environment(const struct lend *l)
{
	const char *value[VAR_COUNT] = {0};

	choose_variables(l, value);
	for (unsigned i = 0; i < VAR_COUNT; i++) {
		const char *name = var_name((enum var_id)i);
		unsigned traits = var_traits((enum var_id)i);

		/* In a shell, a second one of that name would come first. */
		if (value[i] != NULL ||
		    (traits & (VAR_WINS | VAR_OURS | VAR_BUNDLES)) != 0)
			(void)unsetenv(name);
		if (value[i] != NULL && setenv(name, value[i], 1) < 0)
			say_oom();
	}
}

/* For a hook in what it runs.  It must not undo there what one did in this
 * shell. */
static void leave_mark(const struct lend *l)
{
	const char *value[VAR_COUNT] = {0};
	static struct verdict here; /* large */
	struct err e;

	choose_variables(l, value);
	if (l->target.config != NULL) {
		lent_set(value, l->target.config);
	} else {
		(void)verdict_find(&here, &e);
		lent_set(value, here.project.path);
		verdict_release(&here);
	}
	(void)unsetenv(VAR_STATE);
}

void lend_environment(struct lend *l)
{
	leave_mark(l);
	set_environment(l);
}

void lend_release(struct lend *l)
{
	/* Don't touch pages that were never written. */
	if (l->in_mode == PROJECT_STATIC)
		credentials_wipe(&l->keys);
	bytes_wipe(&l->lent, sizeof(l->lent));
	target_release(&l->target);
}
