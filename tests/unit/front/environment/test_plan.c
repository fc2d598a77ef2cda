/* The rules by which the hook changes an environment: front/environment/plan.h.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "front/environment/plan.h"

/* A shell in miniature: an environment that takes plans. */
struct world {
	char *env[VAR_COUNT];
	int drop[VAR_COUNT];
	int lent;
	struct state state;
	unsigned steps; /* of the last plan */
	size_t given_up;
};

static const unsigned char digest_a[HASH_SHA384] = {1};
static const unsigned char digest_b[HASH_SHA384] = {2};

static struct plan_want project(const char *config, const unsigned char *digest)
{
	return (struct plan_want){.config = config,
	    .server = "contoso",
	    .role = "123456789012/Dev",
	    .digest = digest,
	    .value = {
		[VAR_FULL_URI] = "http://127.0.0.1:1/v1/credentials",
		[VAR_AUTH_TOKEN] = "Bearer token",
		[VAR_ACTIVE_ROLE] = "123456789012/Dev",
	    }};
}

static void put(struct world *w, enum var_id id, const char *value)
{
	free(w->env[id]);
	w->env[id] = value != NULL ? strdup(value) : NULL;
}

static void prompt(struct world *w, const struct plan_want *want)
{
	struct plan_env env = {.lent = w->lent};
	struct plan p;

	for (unsigned i = 0; i < VAR_COUNT; i++) {
		env.now[i] = w->env[i];
		env.drop[i] = w->drop[i];
	}
	plan_make(&p, &w->state, &env, want);
	w->steps = (unsigned)p.n_steps;
	w->given_up = p.n_given_up;
	for (size_t i = 0; i < p.n_steps; i++)
		put(w, p.step[i].id,
		    p.step[i].op == PLAN_SET ? p.step[i].value : NULL);
	state_release(&w->state);
	w->state = p.next;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	state_init(&w->state);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < VAR_COUNT; i++)
		free(w->env[i]);
	state_release(&w->state);
	free(w);
	return 0;
}

static void entering_sets_and_leaving_restores_exactly(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "mine");
	put(w, VAR_DEFAULT_PROFILE, "");
	put(w, VAR_FULL_URI, "http://169.254.170.2/outer");
	prompt(w, &a);
	assert_null(w->env[VAR_PROFILE]);
	assert_null(w->env[VAR_DEFAULT_PROFILE]);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer token");
	assert_string_equal(w->env[VAR_FULL_URI], a.value[VAR_FULL_URI]);
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "mine");
	assert_string_equal(w->env[VAR_DEFAULT_PROFILE], "");
	assert_string_equal(w->env[VAR_FULL_URI], "http://169.254.170.2/outer");
	assert_null(w->env[VAR_AUTH_TOKEN]);
	assert_true(state_empty(&w->state));
}

static void a_role_of_exec_comes_back_with_its_name(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct plan_want b = project("/b/.mairu.json", digest_b);
	struct world *w = *state;

	w->lent = 1;
	put(w, VAR_FULL_URI, a.value[VAR_FULL_URI]);
	put(w, VAR_AUTH_TOKEN, "Bearer lent");
	put(w, VAR_ACTIVE_ROLE, "lent");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer token");
	assert_string_equal(w->env[VAR_ACTIVE_ROLE], "123456789012/Dev");
	prompt(w, &b);
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer lent");
	assert_string_equal(w->env[VAR_ACTIVE_ROLE], "lent");
	assert_null(w->env[VAR_ACTIVE_CONFIG]);
	/* Of no exec, a name is nobody's. */
	w->lent = 0;
	prompt(w, &a);
	prompt(w, NULL);
	assert_null(w->env[VAR_ACTIVE_ROLE]);
}

static void a_second_prompt_changes_nothing(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "mine");
	prompt(w, &a);
	assert_int_not_equal(w->steps, 0);
	prompt(w, &a);
	assert_int_equal(w->steps, 0);
	prompt(w, NULL);
	prompt(w, NULL);
	assert_int_equal(w->steps, 0);
}

static void what_the_user_changed_inside_stays(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "before");
	prompt(w, &a);
	put(w, VAR_PROFILE, "inside");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_PROFILE], "inside");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "inside");
}

static void a_region_that_the_user_changed_is_not_taken_back(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	a.value[VAR_REGION] = "eu-west-1";
	put(w, VAR_REGION, "us-east-1");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_REGION], "eu-west-1");
	put(w, VAR_REGION, "ap-south-1");
	prompt(w, &a);
	prompt(w, &a);
	assert_string_equal(w->env[VAR_REGION], "ap-south-1");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_REGION], "ap-south-1");
}

/* A project where [default] shadows and the profile `mairu` is there. */
static struct plan_want shadowed(const char *config, const unsigned char *d)
{
	struct plan_want w = project(config, d);

	w.value[VAR_PROFILE] = "mairu";
	return w;
}

static void a_profile_of_ours_is_set_and_the_users_restored(void **state)
{
	struct plan_want a = shadowed("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "mine");
	put(w, VAR_DEFAULT_PROFILE, "other");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_PROFILE], "mairu");
	assert_null(w->env[VAR_DEFAULT_PROFILE]);
	prompt(w, &a);
	assert_int_equal(w->steps, 0);
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "mine");
	assert_string_equal(w->env[VAR_DEFAULT_PROFILE], "other");
	assert_true(state_empty(&w->state));
}

static void a_profile_that_the_user_chose_inside_stays(void **state)
{
	struct plan_want a = shadowed("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "before");
	prompt(w, &a);
	put(w, VAR_PROFILE, "inside");
	prompt(w, &a);
	prompt(w, &a);
	assert_string_equal(w->env[VAR_PROFILE], "inside");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "inside");
	assert_true(state_empty(&w->state));
}

static void a_profile_of_ours_comes_back_when_it_went_missing(void **state)
{
	struct plan_want a = shadowed("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_PROFILE, "mine");
	prompt(w, &a);
	put(w, VAR_PROFILE, NULL);
	prompt(w, &a);
	assert_string_equal(w->env[VAR_PROFILE], "mairu");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "mine");
}

static void a_profile_written_while_inside_is_taken_up(void **state)
{
	struct plan_want without = project("/a/.mairu.json", digest_a);
	struct plan_want with = shadowed("/a/.mairu.json", digest_a);
	static const char *const before[] = {NULL, "mine"};
	struct world *w = *state;

	for (size_t i = 0; i < 2; i++) {
		put(w, VAR_PROFILE, before[i]);
		prompt(w, &without);
		assert_null(w->env[VAR_PROFILE]);
		prompt(w, &with);
		assert_string_equal(w->env[VAR_PROFILE], "mairu");
		prompt(w, &without);
		assert_null(w->env[VAR_PROFILE]);
		/* One that the shell had unexported is put back by now. */
		assert_int_equal(w->state.var[VAR_PROFILE].touch,
		    before[i] == NULL ? STATE_UNTOUCHED : STATE_UNSET);
		prompt(w, NULL);
		if (before[i] == NULL)
			assert_null(w->env[VAR_PROFILE]);
		else
			assert_string_equal(w->env[VAR_PROFILE], before[i]);
		assert_true(state_empty(&w->state));
	}
}

static void what_the_endpoint_needs_comes_back_when_missing(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_AUTH_TOKEN, "Bearer outer");
	prompt(w, &a);
	put(w, VAR_AUTH_TOKEN, NULL);
	prompt(w, &a);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer token");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer outer");
}

static void an_endpoint_that_the_user_set_inside_is_kept(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_FULL_URI, "http://outer");
	put(w, VAR_AUTH_TOKEN, "Bearer outer");
	prompt(w, &a);
	put(w, VAR_FULL_URI, "http://inside");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_FULL_URI], "http://inside");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_FULL_URI], "http://inside");
	/* Its token must not become the outer one's: half of each set. */
	assert_null(w->env[VAR_AUTH_TOKEN]);
}

static void keys_are_restored_whole_or_not_at_all(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_ACCESS_KEY_ID, "AKIA1");
	put(w, VAR_SECRET_ACCESS_KEY, "secret1");
	put(w, VAR_SESSION_TOKEN, "session1");
	prompt(w, &a);
	assert_null(w->env[VAR_SESSION_TOKEN]);
	put(w, VAR_ACCESS_KEY_ID, "AKIA2");
	put(w, VAR_SECRET_ACCESS_KEY, "secret2");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_ACCESS_KEY_ID], "AKIA2");
	assert_string_equal(w->env[VAR_SECRET_ACCESS_KEY], "secret2");
	assert_null(w->env[VAR_SESSION_TOKEN]);
}

static void what_was_changed_back_counts_as_unchanged(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	a.value[VAR_REGION] = "eu-west-1";
	put(w, VAR_PROFILE, "mine");
	put(w, VAR_REGION, "us-east-1");
	put(w, VAR_ACCESS_KEY_ID, "AKIA1");
	put(w, VAR_SECRET_ACCESS_KEY, "secret1");
	prompt(w, &a);
	put(w, VAR_PROFILE, "other");
	put(w, VAR_REGION, "mars-1");
	put(w, VAR_ACCESS_KEY_ID, "AKIA2");
	put(w, VAR_FULL_URI, "http://other");
	prompt(w, &a);
	prompt(w, &a);
	assert_string_equal(w->env[VAR_PROFILE], "other");
	assert_string_equal(w->env[VAR_REGION], "mars-1");
	assert_string_equal(w->env[VAR_FULL_URI], "http://other");
	put(w, VAR_PROFILE, NULL);
	put(w, VAR_REGION, "eu-west-1");
	put(w, VAR_ACCESS_KEY_ID, NULL);
	put(w, VAR_FULL_URI, NULL);
	prompt(w, &a);
	assert_null(w->env[VAR_PROFILE]);
	assert_string_equal(w->env[VAR_FULL_URI], a.value[VAR_FULL_URI]);
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "mine");
	assert_string_equal(w->env[VAR_REGION], "us-east-1");
	assert_string_equal(w->env[VAR_ACCESS_KEY_ID], "AKIA1");
	assert_string_equal(w->env[VAR_SECRET_ACCESS_KEY], "secret1");
	assert_null(w->env[VAR_FULL_URI]);
	assert_true(state_empty(&w->state));
}

static void what_stays_away_is_named(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct plan_want b = project("/b/.mairu.json", digest_b);
	struct world *w = *state;

	for (int other = 0; other < 2; other++) {
		put(w, VAR_ACCESS_KEY_ID, "AKIA1");
		put(w, VAR_SECRET_ACCESS_KEY, "secret1");
		put(w, VAR_SESSION_TOKEN, NULL);
		prompt(w, &a);
		assert_int_equal(w->given_up, 0);
		put(w, VAR_SESSION_TOKEN, "x");
		prompt(w, &a);
		assert_int_equal(w->given_up, 0);
		/* By way of another project it is the same. */
		if (other) {
			prompt(w, &b);
			assert_int_equal(w->given_up, 2);
		}
		prompt(w, NULL);
		assert_int_equal(w->given_up, other ? 0 : 2);
		assert_null(w->env[VAR_ACCESS_KEY_ID]);
		assert_null(w->env[VAR_SECRET_ACCESS_KEY]);
		assert_string_equal(w->env[VAR_SESSION_TOKEN], "x");
		assert_true(state_empty(&w->state));
	}
}

static void moving_to_another_config_keeps_the_first_originals(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct plan_want b = project("/b/.mairu.json", digest_b);
	struct world *w = *state;

	a.value[VAR_REGION] = "eu-west-1";
	b.value[VAR_AUTH_TOKEN] = "Bearer other";
	put(w, VAR_PROFILE, "mine");
	put(w, VAR_REGION, "us-east-1");
	prompt(w, &a);
	prompt(w, &b);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer other");
	assert_string_equal(w->env[VAR_REGION], "us-east-1");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_PROFILE], "mine");
	assert_null(w->env[VAR_FULL_URI]);
}

static void a_new_token_replaces_the_old_one_silently(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	prompt(w, &a);
	a.value[VAR_AUTH_TOKEN] = "Bearer of a new broker";
	prompt(w, &a);
	assert_int_equal(w->steps, 1);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer of a new broker");
}

static void a_variable_not_exported_is_noted_as_first(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;
	struct plan_env env = {0};
	struct plan p;

	a.value[VAR_REGION] = "eu-west-1";
	env.now[VAR_DEFAULT_REGION] = "x";
	plan_make(&p, &w->state, &env, &a);
	for (size_t i = 0; i < p.n_steps; i++)
		assert_int_equal(
		    p.step[i].first, p.step[i].id == VAR_FULL_URI ||
					 p.step[i].id == VAR_AUTH_TOKEN ||
					 p.step[i].id == VAR_REGION);
	plan_release(&p);
}

static void what_is_not_believed_is_unset(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;

	put(w, VAR_FULL_URI, "http://evil");
	put(w, VAR_ACCESS_KEY_ID, "AKIA");
	w->drop[VAR_FULL_URI] = w->drop[VAR_ACCESS_KEY_ID] = 1;
	prompt(w, NULL);
	assert_null(w->env[VAR_FULL_URI]);
	assert_null(w->env[VAR_ACCESS_KEY_ID]);
	put(w, VAR_FULL_URI, "http://evil");
	prompt(w, &a);
	assert_string_equal(w->env[VAR_FULL_URI], a.value[VAR_FULL_URI]);
	w->drop[VAR_FULL_URI] = 0;
	prompt(w, NULL);
	assert_null(w->env[VAR_FULL_URI]);
}

static void what_the_broker_owes_is_asked_for_again(void **state)
{
	struct world *w = *state;
	struct state_var *v = &w->state.var[VAR_SECRET_ACCESS_KEY];

	w->state.has_handle = 1;
	w->state.handle[0] = 7;
	v->touch = STATE_UNSET;
	v->before = STATE_STASHED;
	prompt(w, NULL);
	v = &w->state.var[VAR_SECRET_ACCESS_KEY];
	assert_int_equal(v->before, STATE_STASHED);
	assert_int_equal(w->state.handle[0], 7);
	assert_false(state_empty(&w->state));
	v->before = STATE_VALUE;
	v->original = strdup("secret");
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_SECRET_ACCESS_KEY], "secret");
	assert_true(state_empty(&w->state));
}

static void secrets_are_told_from_other_originals(void **state)
{
	struct plan_want a = project("/a/.mairu.json", digest_a);
	struct world *w = *state;
	struct plan_env env = {0};
	struct plan p;

	env.now[VAR_PROFILE] = "mine";
	plan_make(&p, &w->state, &env, &a);
	assert_false(plan_has_secrets(&p));
	plan_release(&p);
	env.now[VAR_SESSION_TOKEN] = "secret";
	plan_make(&p, &w->state, &env, &a);
	assert_true(plan_has_secrets(&p));
	plan_release(&p);
}

/* --- static mode */

static struct plan_want keys(int n)
{
	struct plan_want w = project("/a/.mairu.json", digest_a);

	w.value[VAR_FULL_URI] = w.value[VAR_AUTH_TOKEN] = NULL;
	if (n == 0)
		return w;
	w.value[VAR_ACCESS_KEY_ID] = n == 1 ? "id1" : "id2";
	w.value[VAR_SECRET_ACCESS_KEY] = n == 1 ? "secret1" : "secret2";
	w.value[VAR_SESSION_TOKEN] = n == 1 ? "token1" : "token2";
	w.value[VAR_CREDENTIAL_EXPIRATION] = n == 1 ? "then" : "later";
	w.expires = 2000 + n;
	w.renew_at = 1000 + n;
	return w;
}

static void assert_keys(const struct world *w, const char *id,
    const char *secret, const char *token, const char *expiration)
{
	const char *const want[] = {id, secret, token, expiration};
	static const enum var_id ids[] = {VAR_ACCESS_KEY_ID,
	    VAR_SECRET_ACCESS_KEY, VAR_SESSION_TOKEN,
	    VAR_CREDENTIAL_EXPIRATION};

	for (size_t i = 0; i < 4; i++) {
		if (want[i] == NULL)
			assert_null(w->env[ids[i]]);
		else
			assert_string_equal(w->env[ids[i]], want[i]);
	}
}

static void keys_come_after_the_role_are_renewed_and_go(void **state)
{
	struct plan_want bare = keys(0), one = keys(1), two = keys(2);
	struct world *w = *state;

	put(w, VAR_ACCESS_KEY_ID, "mine");
	put(w, VAR_SECRET_ACCESS_KEY, "my secret");
	put(w, VAR_FULL_URI, "http://outer");
	prompt(w, &bare);
	assert_keys(w, NULL, NULL, NULL, NULL);
	/* Without keys an outer endpoint would take their place. */
	assert_null(w->env[VAR_FULL_URI]);
	assert_int_equal(w->state.expires, 0);
	prompt(w, &one);
	assert_keys(w, "id1", "secret1", "token1", "then");
	assert_int_equal(w->state.expires, 2001);
	assert_int_equal(w->state.renew_at, 1001);
	prompt(w, &one);
	assert_int_equal(w->steps, 0);
	prompt(w, &two);
	assert_keys(w, "id2", "secret2", "token2", "later");
	prompt(w, &bare);
	assert_keys(w, NULL, NULL, NULL, NULL);
	assert_int_equal(w->state.expires, 0);
	prompt(w, &one);
	prompt(w, NULL);
	assert_keys(w, "mine", "my secret", NULL, NULL);
	assert_string_equal(w->env[VAR_FULL_URI], "http://outer");
	assert_true(state_empty(&w->state));
}

static void keys_that_went_missing_come_back(void **state)
{
	struct plan_want one = keys(1);
	struct world *w = *state;

	prompt(w, &one);
	put(w, VAR_SECRET_ACCESS_KEY, NULL);
	prompt(w, &one);
	assert_keys(w, "id1", "secret1", "token1", "then");
}

static void our_keys_never_stand_beside_the_users(void **state)
{
	struct plan_want one = keys(1), two = keys(2);
	struct world *w = *state;

	prompt(w, &one);
	put(w, VAR_ACCESS_KEY_ID, "theirs");
	prompt(w, &two);
	assert_keys(w, "theirs", NULL, NULL, NULL);
	assert_int_equal(w->state.expires, 0);
	prompt(w, &two);
	assert_int_equal(w->steps, 0);
	put(w, VAR_ACCESS_KEY_ID, NULL);
	prompt(w, &two);
	assert_keys(w, "id2", "secret2", "token2", "later");
	/* Nor would keys leave an endpoint of the user's a chance. */
	put(w, VAR_FULL_URI, "http://theirs");
	prompt(w, &two);
	assert_keys(w, NULL, NULL, NULL, NULL);
	prompt(w, NULL);
	assert_string_equal(w->env[VAR_FULL_URI], "http://theirs");
}

static void a_config_that_changes_its_mode_changes_what_is_set(void **state)
{
	struct plan_want one = keys(1);
	struct plan_want ecs = project("/a/.mairu.json", digest_b);
	struct world *w = *state;

	put(w, VAR_SESSION_TOKEN, "mine");
	prompt(w, &one);
	prompt(w, &ecs);
	assert_keys(w, NULL, NULL, NULL, NULL);
	assert_string_equal(w->env[VAR_AUTH_TOKEN], "Bearer token");
	assert_int_equal(w->state.expires, 0);
	prompt(w, &one);
	assert_keys(w, "id1", "secret1", "token1", "then");
	assert_null(w->env[VAR_AUTH_TOKEN]);
	prompt(w, NULL);
	assert_keys(w, NULL, NULL, "mine", NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(entering_sets_and_leaving_restores_exactly),
	    T(a_role_of_exec_comes_back_with_its_name),
	    T(a_second_prompt_changes_nothing),
	    T(what_the_user_changed_inside_stays),
	    T(a_region_that_the_user_changed_is_not_taken_back),
	    T(a_profile_of_ours_is_set_and_the_users_restored),
	    T(a_profile_that_the_user_chose_inside_stays),
	    T(a_profile_of_ours_comes_back_when_it_went_missing),
	    T(a_profile_written_while_inside_is_taken_up),
	    T(what_the_endpoint_needs_comes_back_when_missing),
	    T(an_endpoint_that_the_user_set_inside_is_kept),
	    T(keys_are_restored_whole_or_not_at_all),
	    T(what_was_changed_back_counts_as_unchanged),
	    T(what_stays_away_is_named),
	    T(moving_to_another_config_keeps_the_first_originals),
	    T(a_new_token_replaces_the_old_one_silently),
	    T(a_variable_not_exported_is_noted_as_first),
	    T(what_is_not_believed_is_unset),
	    T(what_the_broker_owes_is_asked_for_again),
	    T(secrets_are_told_from_other_originals),
	    T(keys_come_after_the_role_are_renewed_and_go),
	    T(keys_that_went_missing_come_back),
	    T(our_keys_never_stand_beside_the_users),
	    T(a_config_that_changes_its_mode_changes_what_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
