#include "broker/servers/metadata.h"

#include <stdlib.h>

struct metadata {
	struct http *http;
	struct http_call *call;
	/* Built up front: the server's file may change meanwhile. */
	struct http_ask ask[PROVIDER_DOCUMENTS];
	size_t n, next;
	http_done *done;
	void *arg;
};

void metadata_cancel(struct metadata *m)
{
	if (!m)
		return;
	http_cancel(m->call);
	for (size_t i = m->next; i < m->n; i++)
		http_ask_release(&m->ask[i]);
	free(m);
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e);

static int ask_next(struct metadata *m, struct err *e)
{
	int rc =
	    http_start(m->http, &m->ask[m->next++], answered, m, &m->call, e);

	if (rc < 0)
		m->call = NULL;
	return rc;
}

static void answered(
    void *arg, const struct http_answer *a, const struct err *e)
{
	struct metadata *m = arg;
	http_done *done = m->done;
	struct err why;

	m->call = NULL;
	arg = m->arg;
	if (a && a->status == 404 && m->next < m->n) {
		if (ask_next(m, &why) == 0)
			return;
		a = NULL;
		e = &why;
	}
	metadata_cancel(m);
	done(arg, a, e);
}

static int make_asks(struct metadata *m, const struct provider *p,
    const struct provider_at *at, struct err *e)
{
	int rc = 0;

	while (rc == 0 && m->n < PROVIDER_DOCUMENTS) {
		rc = p->metadata_ask(at, (unsigned)m->n, &m->ask[m->n], e);
		m->n += rc == 0;
	}
	return rc == ERR_NOT_FOUND && m->n > 0 ? 0 : rc;
}

int metadata_start(struct http *http, const struct provider *p,
    const struct provider_at *at, http_done *done, void *arg,
    struct metadata **out, struct err *e)
{
	struct metadata *m;
	int rc;

	*out = NULL;
	if (!p->metadata_ask)
		return err_set(
		    e, ERR_NOT_FOUND, "such servers say nothing of themselves");
	m = calloc(1, sizeof(*m));
	if (!m)
		return err_set(e, ERR_NOMEM, "the broker is out of memory");
	m->http = http;
	m->done = done;
	m->arg = arg;
	rc = make_asks(m, p, at, e);
	if (rc == 0)
		rc = ask_next(m, e);
	if (rc < 0) {
		metadata_cancel(m);
		return rc;
	}
	*out = m;
	return 0;
}
