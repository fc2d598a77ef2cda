#include "front/doctor/sdk_chain.h"

#include <stdlib.h>
#include <string.h>

/* Differences between SDKs. */
enum trait {
	/* A variable that is set but empty counts as any other value. */
	EMPTY_COUNTS = 1,
	EMPTY_URI_COUNTS = 1 << 1, /* the same, for the relative URI only */
	EMPTY_URI_FAILS = 1 << 2,  /* an empty relative URI is an error */
	/* A missing profile is an error if named by AWS_PROFILE; the same for
	 * AWS_DEFAULT_PROFILE. */
	MISSING_FAILS = 1 << 3,
	MISSING_DEFAULT_FAILS = 1 << 4,
	PROFILE_OVER_KEYS = 1 << 5,  /* AWS_PROFILE wins over env keys */
	HALF_KEYS_FAIL = 1 << 6,     /* a key id without a secret is an error */
	HALF_PROFILE_FAILS = 1 << 7, /* so are settings that need others */
	ROLE_ALONE = 1 << 8, /* a role without a source uses what comes next */
	SSO_IS_EXACT = 1 << 9, /* SSO: an account or role, and all they need */
	SSO_SESSION_ALONE = 1 << 10, /* an SSO session is enough to try it */
	NO_ROLE_FAILS = 1 << 11,   /* a token file without a role is an error */
	TOKEN_OVER_FILE = 1 << 12, /* the token wins over its file */
	SOURCE_IS_ENOUGH = 1 << 13, /* credential_source needs no role */
};

/* What is tried, in order; 0 ends it. */
enum step {
	CHECK = 1, /* the profile, before all */
	KEYS,	   /* keys in variables */
	WEB,	   /* web identity in variables */
	ROLE,	   /* role to assume: in the profile, as are all that follow */
	SOURCE,
	PROFILE_WEB,
	SSO,
	LOGIN,
	PROCESS,
	PROFILE_KEYS,
	/* botocore reads one file after the other, and lets each web identity
	 * variable replace its setting. */
	CREDENTIALS_KEYS,
	CONFIG_KEYS,
	EITHER_WEB,
	CONTAINER,
};

enum {
	STEPS = 12
};

static const struct rule {
	const char *name;
	enum var_id profile[2]; /* which variable names it; VAR_COUNT: none */
	unsigned traits;
	enum step steps[STEPS];
} rules[SDK_COUNT] = {
    [SDK_BOTO3] = {"boto3", {VAR_DEFAULT_PROFILE, VAR_PROFILE},
	EMPTY_COUNTS | MISSING_FAILS | MISSING_DEFAULT_FAILS | HALF_KEYS_FAIL |
	    HALF_PROFILE_FAILS | SSO_IS_EXACT | NO_ROLE_FAILS,
	{KEYS, ROLE, EITHER_WEB, SSO, CREDENTIALS_KEYS, LOGIN, PROCESS,
	    CONFIG_KEYS, CONTAINER}},
    [SDK_CLI] = {"AWS CLI", {VAR_PROFILE, VAR_DEFAULT_PROFILE},
	EMPTY_COUNTS | MISSING_FAILS | MISSING_DEFAULT_FAILS | HALF_KEYS_FAIL |
	    HALF_PROFILE_FAILS | SSO_IS_EXACT | NO_ROLE_FAILS,
	{KEYS, ROLE, EITHER_WEB, SSO, CREDENTIALS_KEYS, LOGIN, PROCESS,
	    CONFIG_KEYS, CONTAINER}},
    [SDK_JS] = {"JavaScript", {VAR_PROFILE, VAR_COUNT},
	PROFILE_OVER_KEYS | SSO_SESSION_ALONE,
	{KEYS, ROLE, PROFILE_KEYS, PROFILE_WEB, PROCESS, SSO, LOGIN, WEB,
	    CONTAINER}},
    [SDK_GO] = {"Go and Terraform", {VAR_PROFILE, VAR_DEFAULT_PROFILE},
	MISSING_FAILS | ROLE_ALONE | NO_ROLE_FAILS | SSO_SESSION_ALONE,
	{CHECK, KEYS, WEB, ROLE, PROFILE_KEYS, PROFILE_WEB, SSO, LOGIN, PROCESS,
	    CONTAINER}},
    [SDK_JAVA] = {"Java", {VAR_PROFILE, VAR_COUNT},
	TOKEN_OVER_FILE | EMPTY_URI_COUNTS | SSO_SESSION_ALONE,
	{KEYS, WEB, PROFILE_WEB, SSO, ROLE, LOGIN, PROCESS, PROFILE_KEYS,
	    CONTAINER}},
    [SDK_RUST] = {"Rust", {VAR_PROFILE, VAR_COUNT},
	EMPTY_COUNTS | EMPTY_URI_FAILS | HALF_PROFILE_FAILS | SOURCE_IS_ENOUGH,
	{KEYS, ROLE, SOURCE, PROFILE_WEB, SSO, LOGIN, PROCESS, PROFILE_KEYS,
	    WEB, CONTAINER}},
};

/* The world as seen by one SDK. */
struct view {
	const struct rule *rule;
	const struct sdk_world *world;
	const struct awsconf_profile *profile;
	struct sdk_choice *choice;
};

const char *sdk_name(enum sdk sdk)
{
	return rules[sdk].name;
}

static int can(const struct view *v, enum trait trait)
{
	return (v->rule->traits & (unsigned)trait) != 0;
}

static const char *value(const struct view *v, enum var_id id)
{
	const char *s = v->world->env[id];

	return s != NULL && s[0] != '\0' ? s : NULL;
}

static int has(const struct view *v, enum awsconf_key_id key)
{
	return ((v->profile->has[0] | v->profile->has[1]) & 1U << key) != 0;
}

/* --- results; each returns 1: the choice is made */

static int choose(const struct view *v, enum sdk_source source, enum var_id by)
{
	v->choice->source = source;
	v->choice->by = by;
	if (source != SDK_FAILS)
		v->choice->profile = NULL;
	return 1;
}

static int fail(const struct view *v, enum sdk_fault fault, enum var_id by)
{
	v->choice->fault = fault;
	return choose(v, SDK_FAILS, by);
}

static void point_at(const struct view *v, enum awsconf_key_id key)
{
	v->choice->key = key;
	v->choice->file = v->profile->has[AWSCONF_CREDENTIALS] & 1U << key
			      ? AWSCONF_CREDENTIALS
			      : AWSCONF_CONFIG;
}

static int take_setting(const struct view *v, enum awsconf_key_id key)
{
	point_at(v, key);
	v->choice->source = SDK_PROFILE;
	if (key == AWSCONF_PROCESS && v->profile->ours[v->choice->file])
		v->choice->source = SDK_PROFILE_MAIRU;
	return 1;
}

static int half(const struct view *v, enum awsconf_key_id key)
{
	point_at(v, key);
	v->choice->source = SDK_FAILS;
	v->choice->fault = SDK_HALF_PROFILE;
	return 1;
}

/* Incomplete settings: an error, or ignored. */
static int half_if(
    const struct view *v, enum awsconf_key_id key, enum trait fails)
{
	return can(v, fails) && half(v, key);
}

/* --- the steps */

static int try_keys(const struct view *v)
{
	const char *id = value(v, VAR_ACCESS_KEY_ID);

	if (can(v, PROFILE_OVER_KEYS) && value(v, VAR_PROFILE) != NULL)
		return 0;
	if (id != NULL && value(v, VAR_SECRET_ACCESS_KEY) != NULL)
		return choose(v, SDK_ENV_KEYS, VAR_ACCESS_KEY_ID);
	if (id != NULL && can(v, HALF_KEYS_FAIL))
		return fail(v, SDK_HALF_KEYS, VAR_ACCESS_KEY_ID);
	return 0;
}

static int try_web(const struct view *v)
{
	if (value(v, VAR_WEB_IDENTITY_TOKEN_FILE) == NULL)
		return 0;
	if (value(v, VAR_ROLE_ARN) != NULL)
		return choose(v, SDK_WEB_IDENTITY, VAR_WEB_IDENTITY_TOKEN_FILE);
	return can(v, NO_ROLE_FAILS)
		   ? fail(v, SDK_NO_ROLE, VAR_WEB_IDENTITY_TOKEN_FILE)
		   : 0;
}

static int try_profile_web(const struct view *v)
{
	if (!has(v, AWSCONF_WEB_IDENTITY))
		return 0;
	return has(v, AWSCONF_ROLE_ARN)
		   ? take_setting(v, AWSCONF_WEB_IDENTITY)
		   : half_if(v, AWSCONF_WEB_IDENTITY, HALF_PROFILE_FAILS);
}

static int try_either_web(const struct view *v)
{
	const char *role = v->world->env[VAR_ROLE_ARN];
	int by_env = v->world->env[VAR_WEB_IDENTITY_TOKEN_FILE] != NULL;

	if (by_env ? value(v, VAR_WEB_IDENTITY_TOKEN_FILE) == NULL
		   : !has(v, AWSCONF_WEB_IDENTITY))
		return 0;
	if (role != NULL ? role[0] == '\0' : !has(v, AWSCONF_ROLE_ARN))
		return by_env
			   ? fail(v, SDK_NO_ROLE, VAR_WEB_IDENTITY_TOKEN_FILE)
			   : half(v, AWSCONF_WEB_IDENTITY);
	return by_env ? choose(v, SDK_WEB_IDENTITY, VAR_WEB_IDENTITY_TOKEN_FILE)
		      : take_setting(v, AWSCONF_WEB_IDENTITY);
}

static int try_role(const struct view *v)
{
	int source = has(v, AWSCONF_SOURCE_PROFILE);
	int named = has(v, AWSCONF_CREDENTIAL_SOURCE);

	if (!has(v, AWSCONF_ROLE_ARN) || has(v, AWSCONF_WEB_IDENTITY))
		return 0;
	if (source != named || (can(v, ROLE_ALONE) && !source))
		return take_setting(v, AWSCONF_ROLE_ARN);
	return half_if(v, AWSCONF_ROLE_ARN, HALF_PROFILE_FAILS);
}

/* What Go rejects regardless of anything else: half a key pair, a source
 * without a role, several kinds of source. */
static int try_check(const struct view *v)
{
	static const enum awsconf_key_id kinds[] = {AWSCONF_SOURCE_PROFILE,
	    AWSCONF_CREDENTIAL_SOURCE, AWSCONF_WEB_IDENTITY, AWSCONF_PROCESS};
	size_t n = 0, last = 0;

	if (has(v, AWSCONF_KEY_ID) != has(v, AWSCONF_SECRET_KEY))
		return half(v, has(v, AWSCONF_KEY_ID) ? AWSCONF_KEY_ID
						      : AWSCONF_SECRET_KEY);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!has(v, kinds[i]))
			continue;
		if (kinds[i] != AWSCONF_PROCESS && !has(v, AWSCONF_ROLE_ARN))
			return half(v, kinds[i]);
		n++;
		last = i;
	}
	return n > 1 && half(v, kinds[last]);
}

static int try_source(const struct view *v)
{
	return has(v, AWSCONF_CREDENTIAL_SOURCE) && can(v, SOURCE_IS_ENOUGH) &&
	       take_setting(v, AWSCONF_CREDENTIAL_SOURCE);
}

static int try_sso(const struct view *v)
{
	static const enum awsconf_key_id keys[] = {AWSCONF_SSO_START_URL,
	    AWSCONF_SSO_ACCOUNT_ID, AWSCONF_SSO_ROLE_NAME, AWSCONF_SSO_REGION,
	    AWSCONF_SSO_SESSION};
	int account = has(v, AWSCONF_SSO_ACCOUNT_ID);
	int role = has(v, AWSCONF_SSO_ROLE_NAME);

	if (can(v, SSO_IS_EXACT)) {
		if (!account && !role)
			return 0;
		if (!account || !role ||
		    (!has(v, AWSCONF_SSO_SESSION) &&
			(!has(v, AWSCONF_SSO_START_URL) ||
			    !has(v, AWSCONF_SSO_REGION))))
			return half(v, role ? AWSCONF_SSO_ROLE_NAME
					    : AWSCONF_SSO_ACCOUNT_ID);
	}
	/* The session comes last: others may be set as well. */
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (has(v, keys[i]) && (keys[i] != AWSCONF_SSO_SESSION ||
					   can(v, SSO_SESSION_ALONE)))
			return take_setting(v, keys[i]);
	return 0;
}

static int try_profile_keys(const struct view *v)
{
	int id = has(v, AWSCONF_KEY_ID), secret = has(v, AWSCONF_SECRET_KEY);

	if (id && secret)
		return take_setting(v, AWSCONF_KEY_ID);
	return (id || secret) &&
	       half_if(v, id ? AWSCONF_KEY_ID : AWSCONF_SECRET_KEY,
		   HALF_PROFILE_FAILS);
}

static int try_keys_of(const struct view *v, enum awsconf_file file)
{
	struct awsconf_profile one = *v->profile;
	struct view only = *v;

	one.has[file == AWSCONF_CONFIG ? AWSCONF_CREDENTIALS : AWSCONF_CONFIG] =
	    0;
	only.profile = &one;
	return has(&only, AWSCONF_KEY_ID) && try_profile_keys(&only);
}

static int try_endpoint(const struct view *v)
{
	int empty = can(v, EMPTY_COUNTS);
	const char *file =
	    empty ? v->world->env[VAR_TOKEN_FILE] : value(v, VAR_TOKEN_FILE);

	if (value(v, VAR_FULL_URI) == NULL)
		return empty && v->world->env[VAR_FULL_URI] != NULL &&
		       fail(v, SDK_NO_URI, VAR_FULL_URI);
	if (file == NULL ||
	    (can(v, TOKEN_OVER_FILE) && value(v, VAR_AUTH_TOKEN) != NULL))
		return choose(v, SDK_ENDPOINT, VAR_FULL_URI);
	return file[0] == '\0' ? fail(v, SDK_NO_TOKEN_FILE, VAR_TOKEN_FILE)
			       : choose(v, SDK_TOKEN_FILE, VAR_TOKEN_FILE);
}

static int try_container(const struct view *v)
{
	const char *relative = v->world->env[VAR_RELATIVE_URI];
	int counts = can(v, EMPTY_COUNTS) || can(v, EMPTY_URI_COUNTS);

	if (relative == NULL || (relative[0] == '\0' && !counts))
		return try_endpoint(v);
	if (relative[0] == '\0' && can(v, EMPTY_URI_FAILS))
		return fail(v, SDK_NO_URI, VAR_RELATIVE_URI);
	return choose(v, SDK_ECS, VAR_RELATIVE_URI);
}

static int try_step(const struct view *v, enum step step)
{
	switch (step) {
	case CHECK:
		return try_check(v);
	case KEYS:
		return try_keys(v);
	case WEB:
		return try_web(v);
	case ROLE:
		return try_role(v);
	case SOURCE:
		return try_source(v);
	case PROFILE_WEB:
		return try_profile_web(v);
	case EITHER_WEB:
		return try_either_web(v);
	case SSO:
		return try_sso(v);
	case LOGIN:
		return has(v, AWSCONF_LOGIN_SESSION) &&
		       take_setting(v, AWSCONF_LOGIN_SESSION);
	case PROCESS:
		return has(v, AWSCONF_PROCESS) &&
		       take_setting(v, AWSCONF_PROCESS);
	case PROFILE_KEYS:
		return try_profile_keys(v);
	case CREDENTIALS_KEYS:
		return try_keys_of(v, AWSCONF_CREDENTIALS);
	case CONFIG_KEYS:
		return try_keys_of(v, AWSCONF_CONFIG);
	case CONTAINER:
		return try_container(v);
	}
	return 0;
}

/* --- the profile */

static int is_there(const struct awsconf_profile *p)
{
	return p->there[AWSCONF_CREDENTIALS] || p->there[AWSCONF_CONFIG];
}

/* 1 if the choice is made: the profile is missing, and that is an error. */
static int find_profile(struct view *v)
{
	const struct sdk_world *w = v->world;
	enum var_id by = VAR_COUNT;
	enum trait fails;

	v->profile = &w->usual;
	v->choice->profile = "default";
	for (size_t i = 0; i < 2 && by == VAR_COUNT; i++) {
		enum var_id id = v->rule->profile[i];

		if (id != VAR_COUNT &&
		    (value(v, id) != NULL ||
			(w->env[id] != NULL && can(v, EMPTY_COUNTS))))
			by = id;
	}
	v->choice->by = by;
	if (by == VAR_COUNT)
		return 0;
	v->profile = by == VAR_PROFILE ? &w->named : &w->also_named;
	v->choice->profile = w->env[by];
	fails = by == VAR_PROFILE ? MISSING_FAILS : MISSING_DEFAULT_FAILS;
	return can(v, fails) && !is_there(v->profile) &&
	       fail(v, SDK_NO_PROFILE, by);
}

void sdk_choose(
    enum sdk sdk, const struct sdk_world *world, struct sdk_choice *choice)
{
	struct view v = {&rules[sdk], world, NULL, choice};

	*choice = (struct sdk_choice){.by = VAR_COUNT};
	if (find_profile(&v))
		return;
	for (size_t i = 0; v.rule->steps[i] != 0; i++)
		if (try_step(&v, v.rule->steps[i]))
			return;
	(void)choose(&v, SDK_MACHINE, VAR_COUNT);
}

int sdk_same(const struct sdk_choice *a, const struct sdk_choice *b)
{
	if (a->source != b->source || a->by != b->by ||
	    (a->source == SDK_FAILS && a->fault != b->fault))
		return 0;
	return a->source != SDK_PROFILE ||
	       (a->key == b->key && a->file == b->file);
}

void sdk_look(struct sdk_world *w)
{
	memset(w, 0, sizeof(*w));
	vars_read(w->env);
	awsconf_look(&w->usual, "default");
	if (w->env[VAR_PROFILE] != NULL)
		awsconf_look(&w->named, w->env[VAR_PROFILE]);
	if (w->env[VAR_DEFAULT_PROFILE] != NULL)
		awsconf_look(&w->also_named, w->env[VAR_DEFAULT_PROFILE]);
}
