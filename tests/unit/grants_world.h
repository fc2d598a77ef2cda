#ifndef MAIRU_TEST_GRANTS_WORLD_H
#define MAIRU_TEST_GRANTS_WORLD_H

/*
 * Grants of the project of project_home.h, and tokens of a broker before.  The
 * checker's child is this very program.
 */

#include "project_home.h"

#include "broker/endpoint/recall.h"
#include "broker/trust/child.h"
#include "net/runtime/health.h"
#include "pump.h"

static struct loop *loop;
static struct slab *slab;
static struct health problems;
static struct checker *checker;
static struct grants *grants;
static struct recalls *recalls;

/* clock NULL: the system's. */
static inline int grants_setup(
    void **state, const char *text, int64_t (*clock)(void *arg))
{
	static char self[PATH_MAX];
	struct err e;

	/* By name: under valgrind /proc/self/exe is valgrind. */
	if (project_setup(state, text) != 0 || plat_self(self, &e) < 0)
		return -1;
	memset(&problems, 0, sizeof(problems));
	if (loop_new(&loop, clock, NULL) < 0 ||
	    slab_new(&slab, 1 << 20, &e) < 0 ||
	    checker_new(&checker, loop, NULL, &problems, self) < 0 ||
	    grants_new(&grants, loop, slab, checker, NULL) < 0)
		return -1;
	recalls = recalls_new(checker, grants);
	return recalls ? 0 : -1;
}

static inline int grants_teardown(void **state)
{
	recalls_free(recalls);
	grants_free(grants);
	checker_free(checker);
	slab_free(slab);
	loop_free(loop);
	return tear_down(state);
}

#endif
