#include "base/config/trust_record.h"

#include <stdio.h>
#include <string.h>

#include "base/core/bytes.h"
#include "base/core/jsonout.h"
#include "base/sys/fault.h"

#define DIGEST_TYPE "Sha384"

static const char *mode_name(const struct project *p)
{
	return p->mode == PROJECT_STATIC ? "static" : "ecs";
}

static int broken(const char *project_path, const char *why, struct err *e)
{
	char file[PATH_MAX], shown[FAULT_PATH];

	if (trust_file(project_path, file, e) < 0)
		return e == NULL ? ERR_FORMAT : (int)e->code;
	return err_set(e, ERR_FORMAT,
	    "%s, which should hold your verdict, cannot be used (%s): run "
	    "mairu allow to write it anew",
	    fault_path(file, shown), why);
}

int trust_parse(const struct buf *record, const char *project_path,
    struct json **doc, struct err *e)
{
	const struct json_value *root;
	const char *path, *why = NULL;
	struct err bad;
	int r;

	r = json_parse(doc, record->data == NULL ? "" : (char *)record->data,
	    record->len, &bad);
	if (r == ERR_NOMEM)
		return err_set(e, r, "out of memory");
	if (r < 0)
		return broken(project_path, bad.msg, e);
	root = json_root(*doc);
	path = json_str(json_get(root, "path"), NULL);
	if (json_kind(root) != JSON_OBJECT)
		why = "it holds no object";
	else if (path == NULL || strcmp(path, project_path) != 0)
		why = "it is about another path";
	else if (json_bool(json_get(root, "trust")) < 0)
		why = "\"trust\" is neither true nor false";
	if (why == NULL)
		return 0;
	json_free(*doc);
	*doc = NULL;
	return broken(project_path, why, e);
}

static int has_str(
    const struct json_value *object, const char *key, const char *want)
{
	const char *s = json_str(json_get(object, key), NULL);

	return want == NULL || (s != NULL && strcmp(s, want) == 0);
}

/* Compares what was shown of a hop as a hop: a key not shown counts as absent.
 * Returns the name of the first difference. */
static const char *hop_not_shown(
    const struct json_value *v, const struct hop *h)
{
	char *names[1];
	size_t n = 0;
	const struct hop_unknown unknown = {names, &n, 0};
	const char *key;
	struct hop shown = {.role_arn = NULL};
	struct intake in;

	intake_init(&in);
	hop_take(&in, v, "assume_role", &shown, &unknown);
	/* Invalid members count as absent. */
	(void)!intake_end(&in, "", NULL);
	key = hop_difference(&shown, h);
	hop_release(&shown);
	return key;
}

static const char *hops_not_shown(
    const struct json_value *v, const struct project *p)
{
	int array = v != NULL && json_kind(v) == JSON_ARRAY;
	const char *key = NULL;

	if (p->n_hops == 0)
		return NULL;
	if (v == NULL || json_kind(v) == JSON_NULL ||
	    (array ? json_count(v) : 1) != p->n_hops)
		return "assume_role";
	for (size_t i = 0; i < p->n_hops && key == NULL; i++)
		key = hop_not_shown(array ? json_at(v, i) : v, &p->hops[i]);
	return key;
}

/* The first key of the project that was not shown, or shown with another value,
 * when it was allowed; or NULL. */
static const char *not_shown(
    const struct json_value *content, const struct project *p)
{
	const char *key;

	if (!has_str(content, "server", p->server))
		return "server";
	if (!has_str(content, "role", p->role))
		return "role";
	if (p->has_mode && !has_str(content, "mode", mode_name(p)))
		return "mode";
	key = hops_not_shown(json_get(content, "assume_role"), p);
	if (key != NULL)
		return key;
	if (!has_str(content, "account", p->account))
		return "account";
	return has_str(content, "region", p->region) ? NULL : "region";
}

/* 1 if the recorded digest is p's. */
static int same_digest(
    const struct json_value *digest, const struct project *p, struct err *e)
{
	const char *hash;
	unsigned char bytes[HASH_SHA384];
	size_t text_len, len;

	hash = json_str(json_get(digest, "hash"), &text_len);
	if (hash == NULL || !has_str(digest, "type", DIGEST_TYPE))
		return broken(p->path, "its digest is of an unknown type", e);
	if (bytes_decode(
		BYTES_BASE64, hash, text_len, bytes, sizeof(bytes), &len) < 0 ||
	    len != sizeof(bytes))
		return broken(p->path, "its digest is damaged", e);
	return memcmp(bytes, p->digest, sizeof(bytes)) == 0;
}

int trust_judge(const struct buf *record, const struct project *p,
    enum trust_verdict *verdict, const char **key, struct err *e)
{
	const struct json_value *root;
	const char *unseen;
	struct json *doc;
	int r;

	*verdict = TRUST_UNKNOWN;
	if (key != NULL)
		*key = NULL;
	r = trust_parse(record, p->path, &doc, e);
	if (r < 0)
		return r;
	root = json_root(doc);
	if (!json_bool(json_get(root, "trust"))) {
		*verdict = TRUST_DENIED;
		goto out;
	}
	r = same_digest(json_get(root, "digest"), p, e);
	if (r < 0)
		goto out;
	unseen = not_shown(json_get(root, "content"), p);
	if (r == 0) {
		*verdict = TRUST_CHANGED;
	} else if (unseen != NULL) {
		*verdict = TRUST_NARROWER;
		if (key != NULL)
			*key = unseen;
	} else {
		*verdict = TRUST_ALLOWED;
	}
	r = 0;
out:
	json_free(doc);
	return r;
}

void trust_content(struct jsonout *o, const struct project *p)
{
	jsonout_begin(o, '{');
	/* Mairu 0.12 requires both as strings, even when denying a file that
	 * can't be parsed. */
	jsonout_member(o, "server", p->server == NULL ? "" : p->server);
	jsonout_member(o, "role", p->role == NULL ? "" : p->role);
	jsonout_member(o, "mode", p->has_mode ? mode_name(p) : NULL);
	jsonout_key(o, "assume_role");
	if (p->n_hops == 0)
		jsonout_null(o);
	if (p->hops_are_array)
		jsonout_begin(o, '[');
	for (size_t i = 0; i < p->n_hops; i++)
		hop_write(o, &p->hops[i], 1);
	if (p->hops_are_array)
		jsonout_end(o, ']');
	if (p->region != NULL)
		jsonout_member(o, "region", p->region);
	if (p->account != NULL)
		jsonout_member(o, "account", p->account);
	jsonout_end(o, '}');
}

static void print_time(struct jsonout *o, const struct timespec *now)
{
	char day[32], text[64];
	struct tm tm;

	if (gmtime_r(&now->tv_sec, &tm) == NULL ||
	    strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		day[0] = '\0';
	(void)snprintf(text, sizeof(text), "%s.%09ldZ", day, now->tv_nsec);
	jsonout_member(o, "updated_at", text);
}

void trust_print(const struct project *p, int allow, const struct timespec *now,
    struct buf *out)
{
	char hash[BYTES_ENCODED(HASH_SHA384)];
	struct jsonout o;

	(void)bytes_encode(
	    BYTES_BASE64, p->digest, HASH_SHA384, hash, sizeof(hash));
	jsonout_init(&o, out, 1);
	jsonout_begin(&o, '{');
	jsonout_member(&o, "path", p->path);
	jsonout_member_bool(&o, "trust", allow != 0);
	jsonout_open(&o, "digest", '{');
	jsonout_member(&o, "type", DIGEST_TYPE);
	jsonout_member(&o, "hash", hash);
	jsonout_end(&o, '}');
	jsonout_key(&o, "content");
	trust_content(&o, p);
	print_time(&o, now);
	jsonout_end(&o, '}');
	buf_addc(out, '\n');
}
