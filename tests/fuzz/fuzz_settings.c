/* broker.json: whatever it holds, settings are taken as they are meant or not
 * at all; what is written of them is read as the same, and what is shown holds
 * no password. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config/settings.h"
#include "base/core/buf.h"
#include "base/core/url.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[] = "/tmp/mairu-fuzz.XXXXXX";

static void clean_up(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/mairu/broker.json", directory);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/mairu", directory);
	(void)rmdir(path);
	(void)rmdir(directory);
}

static void furnish(void)
{
	char path[128];

	if (getenv("FUZZ_SETTINGS") != NULL)
		return;
	must(mkdtemp(directory) != NULL);
	(void)snprintf(path, sizeof(path), "%s/mairu", directory);
	must(mkdir(path, 0700) == 0);
	must(setenv("XDG_CONFIG_HOME", directory, 1) == 0);
	must(setenv("FUZZ_SETTINGS", directory, 1) == 0);
	must(atexit(clean_up) == 0);
}

static void check(struct settings *s)
{
	struct settings again = {{NULL}};
	struct buf shown = BUF_INIT(1 << 16);
	struct err e;

	settings_json(s, 0, 1, &shown);
	must(!shown.failed);
	/* As after a proxy's user name. */
	if (s->value[SETTINGS_PROXY] != NULL)
		must(strchr(buf_str(&shown), '@') == NULL ||
		     strchr(s->value[SETTINGS_PROXY], '@') == NULL ||
		     strstr(buf_str(&shown), s->value[SETTINGS_PROXY]) == NULL);
	for (int i = 0; i < SETTINGS_COUNT; i++)
		if (s->value[i] != NULL)
			must(settings_set(&again, (enum settings_key)i,
				 s->value[i], &e) == 0);
	must(settings_save(s, &e) == 0);
	settings_release(&again);
	must(settings_load(&again, &e) == 0);
	for (int i = 0; i < SETTINGS_COUNT; i++)
		must((s->value[i] == NULL) == (again.value[i] == NULL) &&
		     (s->value[i] == NULL ||
			 strcmp(s->value[i], again.value[i]) == 0));
	settings_release(&again);
	buf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s = {{NULL}};
	char path[PATH_MAX];
	struct err e;
	FILE *f;
	int rc;

	furnish();
	must(settings_path(path, &e) == 0);
	f = fopen(path, "we");
	must(f != NULL);
	must(fwrite(data, 1, size, f) == size);
	must(fclose(f) == 0);
	rc = settings_load(&s, &e);
	if (rc == 0)
		check(&s);
	else
		for (int i = 0; i < SETTINGS_COUNT; i++)
			must(s.value[i] == NULL);
	settings_release(&s);
	return 0;
}
