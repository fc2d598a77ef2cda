#ifndef MAIRU_TEST_PROJECT_HOME_H
#define MAIRU_TEST_PROJECT_HOME_H

/*
 * A project in HOME that is allowed, or denied.
 */

#include "home.h"

#include "base/config/trust.h"
#include "base/sys/plat.h"

static unsigned char digest[HASH_SHA384]; /* as it was recorded last */
static char config[PATH_MAX];

static inline void record(int allow)
{
	static struct project p;
	struct err e;

	project_init(&p);
	assert_int_equal(project_read(&p, config, &e), 0);
	assert_int_equal(project_parse(&p, &e), 0);
	assert_int_equal(trust_record(&p, allow, &e), 0);
	memcpy(digest, p.digest, sizeof(digest));
	project_release(&p);
}

static inline int project_setup(void **state, const char *text)
{
	if (home_setup(state) != 0)
		return -1;
	(void)snprintf(config, sizeof(config), "%s", at_home(".mairu.json"));
	home_puts(".mairu.json", text);
	record(1);
	return 0;
}

#endif
