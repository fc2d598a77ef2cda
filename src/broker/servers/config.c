#include "broker/servers/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/config/proxies.h"
#include "base/core/jsonout.h"
#include "base/core/url.h"
#include "base/core/wire.h"
#include "broker/files/files.h"

struct config {
	struct settings settings;
	struct files *files; /* NULL: reads directly */
};

struct config *config_new(void)
{
	return calloc(1, sizeof(struct config));
}

void config_free(struct config *c)
{
	if (!c)
		return;
	settings_release(&c->settings);
	free(c);
}

void config_through(struct config *c, struct files *files)
{
	c->files = files;
}

/* The bytes of the file, borrowed from the answer. */
static int read_file(struct config *c, struct buf *answer,
    struct wire_field *bytes, struct err *e)
{
	struct buf question = BUF_INIT(WIRE_HEADER);
	struct wire_frame f;
	struct wire_iter it;
	size_t used;
	int rc;

	wire_end(
	    &question, wire_begin(&question, (enum wire_type)FILES_SETTINGS));
	rc = files_ask(c->files, &question, answer, e);
	buf_release(&question);
	if (rc < 0)
		return rc;
	if (wire_parse(answer->data, answer->len, &f, &used, e) <= 0)
		return err_set(e, ERR_FORMAT, "a damaged answer");
	wire_iter_init(&it, f.body, f.len);
	if (wire_next(&it, bytes) <= 0 || bytes->tag != WIRE_F_VALUE)
		return err_set(e, ERR_FORMAT, "a damaged answer");
	return 0;
}

int config_load(struct config *c, struct err *e)
{
	struct buf answer = BUF_INIT(FILES_MESSAGE);
	struct settings fresh = {{NULL}};
	struct wire_field bytes = {0};
	int rc = read_file(c, &answer, &bytes, e);

	if (rc == 0)
		rc = settings_parse(&fresh, bytes.p, bytes.len, e);
	else if (rc == ERR_NOT_FOUND)
		rc = 0;
	buf_release(&answer);
	if (rc < 0)
		return rc;
	settings_release(&c->settings);
	c->settings = fresh;
	return 0;
}

const struct settings *config_settings(const struct config *c)
{
	return &c->settings;
}

static void environment_shown(struct buf *out)
{
	struct buf value = BUF_INIT(4096);
	struct jsonout o;
	size_t i;

	jsonout_init(&o, out, 0);
	jsonout_begin(&o, '{');
	for (i = 0; proxies_names[i]; i++) {
		const char *v = getenv(proxies_names[i]);

		if (!v || !*v)
			continue;
		buf_clear(&value);
		url_shown(&value, v);
		jsonout_member(&o, proxies_names[i], buf_str(&value));
	}
	jsonout_end(&o, '}');
	buf_release(&value);
}

void config_shown(const struct config *c, struct buf *out)
{
	size_t start = out->len;

	settings_json(&c->settings, 0, 1, out);
	/* Reopen the object to add a member. */
	while (
	    !out->failed && out->len > start && out->data[out->len - 1] != '}')
		buf_truncate(out, out->len - 1);
	if (out->failed || out->len < start + 2)
		return;
	buf_truncate(out, out->len - 1);
	if (out->data[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_adds(out, "\"environment\":");
	environment_shown(out);
	buf_addc(out, '}');
}
