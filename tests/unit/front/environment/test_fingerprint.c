/* What an unchanged prompt rests on: front/environment/fingerprint.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "front/environment/fingerprint.h"

struct world {
	struct fingerprint scene;
	struct project project;
	const char *value[VAR_COUNT];
	struct buf state;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->scene.whole = 1;
	w->scene.broker.ino = 7;
	w->scene.trust.ino = 8;
	w->project.digest[0] = 1;
	w->value[VAR_FULL_URI] = "http://127.0.0.1:1/";
	w->value[VAR_AUTH_TOKEN] = "Bearer x";
	buf_init(&w->state, 4096);
	buf_adds(&w->state, "1.c3RhdGU");
	fingerprint_put(&w->scene, &w->project, w->value, 100, &w->state);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	buf_release(&w->state);
	free(w);
	return 0;
}

static int same(struct world *w)
{
	return fingerprint_same(
	    &w->scene, &w->project, w->value, buf_str(&w->state), 99);
}

static void the_mark_follows_the_state_and_is_found_again(void **state)
{
	struct world *w = *state;

	assert_int_equal(state_length(buf_str(&w->state)), strlen("1.c3RhdGU"));
	assert_int_equal(state_length("1.c3RhdGU"), strlen("1.c3RhdGU"));
	assert_int_equal(state_length(""), 0);
	assert_int_equal(state_length("1."), 2);
	assert_true(same(w));
}

static void whatever_changes_is_noticed(void **state)
{
	struct world *w = *state;

	w->scene.broker.mtime[1]++;
	assert_false(same(w));
	w->scene.broker.mtime[1]--;
	w->scene.trust.ino++;
	assert_false(same(w));
	w->scene.trust.ino--;
	w->scene.aws[AWSCONF_CONFIG].size++;
	assert_false(same(w));
	w->scene.aws[AWSCONF_CONFIG].size--;
	w->scene.aws[AWSCONF_CREDENTIALS].mtime[0]++;
	assert_false(same(w));
	w->scene.aws[AWSCONF_CREDENTIALS].mtime[0]--;
	w->project.digest[47] ^= 1;
	assert_false(same(w));
	w->project.digest[47] ^= 1;
	w->value[VAR_AUTH_TOKEN] = "Bearer y";
	assert_false(same(w));
	w->value[VAR_AUTH_TOKEN] = NULL;
	assert_false(same(w));
	w->value[VAR_AUTH_TOKEN] = "Bearer x";
	w->value[VAR_PROFILE] = "";
	assert_false(same(w));
	w->value[VAR_PROFILE] = NULL;
	assert_true(same(w));
	w->state.data[3] ^= 1;
	assert_false(same(w));
}

static void it_is_void_from_its_time_on(void **state)
{
	struct world *w = *state;
	size_t at;

	assert_false(fingerprint_same(
	    &w->scene, &w->project, w->value, buf_str(&w->state), 100));
	/* Nobody puts that off by hand. */
	at = state_length(buf_str(&w->state)) + 3;
	w->state.data[at] = w->state.data[at] == 'A' ? 'B' : 'A';
	assert_false(same(w));
	buf_clear(&w->state);
	buf_adds(&w->state, "1.c3RhdGU");
	fingerprint_put(&w->scene, &w->project, w->value, 0, &w->state);
	assert_true(fingerprint_same(
	    &w->scene, &w->project, w->value, buf_str(&w->state), INT64_MAX));
}

static void a_value_is_not_taken_for_another_variables(void **state)
{
	struct world *w = *state;

	w->value[VAR_REGION] = w->value[VAR_AUTH_TOKEN];
	w->value[VAR_AUTH_TOKEN] = NULL;
	assert_false(same(w));
}

static void without_broker_or_record_there_is_no_scene(void **state)
{
	struct world *w = *state;
	size_t len = w->state.len;

	w->scene.whole = 0;
	assert_false(same(w));
	fingerprint_put(&w->scene, &w->project, w->value, 100, &w->state);
	assert_int_equal(w->state.len, len);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(the_mark_follows_the_state_and_is_found_again),
	    T(whatever_changes_is_noticed),
	    T(it_is_void_from_its_time_on),
	    T(a_value_is_not_taken_for_another_variables),
	    T(without_broker_or_record_there_is_no_scene),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
