/* What SDKs use in this environment, and the AWS profile that makes them use
 * mairu. */

#include "front/doctor/doctor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/core/text.h"
#include "base/sys/file.h"
#include "base/sys/path.h"

enum {
	TEXT_MAX = 8192,
	SHOWN = 200,
};

/* --- one choice, in words */

/* "[default]", or "profile dev (AWS_PROFILE)". */
static void add_profile(struct buf *b, const struct sdk_choice *c)
{
	if (c->by == VAR_COUNT) {
		buf_adds(b, "[default]");
		return;
	}
	buf_adds(b, "profile ");
	if (c->profile[0] == '\0')
		buf_adds(b, "''");
	text_safe(b, c->profile, strlen(c->profile), SHOWN);
	buf_addf(b, " (%s)", var_name(c->by));
}

static void add_place(struct buf *b, const struct sdk_choice *c)
{
	char path[PATH_MAX];

	if (awsconf_path(c->file, path, NULL) < 0)
		return;
	buf_adds(b, " in ");
	path_text(b, path);
}

static void add_fault(struct buf *b, const struct sdk_choice *c)
{
	switch (c->fault) {
	case SDK_NO_PROFILE:
		buf_adds(b, "there is no ");
		add_profile(b, c);
		break;
	case SDK_HALF_KEYS:
		buf_adds(b, "AWS_ACCESS_KEY_ID is set without "
			    "AWS_SECRET_ACCESS_KEY");
		break;
	case SDK_HALF_PROFILE:
		buf_addf(b, "%s of ", awsconf_key_name(c->key));
		add_profile(b, c);
		add_place(b, c);
		buf_adds(b, " does not go with the rest of it");
		break;
	case SDK_NO_ROLE:
		buf_adds(b, "AWS_WEB_IDENTITY_TOKEN_FILE is set without "
			    "AWS_ROLE_ARN");
		break;
	case SDK_NO_TOKEN_FILE:
	case SDK_NO_URI:
		buf_addf(b, "%s is empty", var_name(c->by));
		break;
	}
}

/* What the SDKs named before it use. */
static void add_choice(struct buf *b, const struct sdk_choice *c, int ours)
{
	switch (c->source) {
	case SDK_ENDPOINT:
		buf_adds(b, ours ? "mairu's role, from its endpoint"
				 : "AWS_CONTAINER_CREDENTIALS_FULL_URI, which "
				   "is not mairu's");
		break;
	case SDK_ENV_KEYS:
		buf_adds(b, ours ? "mairu's role, from variables"
				 : "the keys in AWS_ACCESS_KEY_ID");
		break;
	case SDK_PROFILE_MAIRU:
		buf_adds(b, "mairu's role, through ");
		add_profile(b, c);
		break;
	case SDK_TOKEN_FILE:
		buf_adds(b, "the token of "
			    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, not "
			    "mairu's");
		break;
	case SDK_ECS:
		buf_adds(b, "169.254.170.2, as "
			    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set");
		break;
	case SDK_WEB_IDENTITY:
		buf_adds(b, "the web identity of AWS_WEB_IDENTITY_TOKEN_FILE");
		break;
	case SDK_PROFILE:
		buf_addf(b, "%s of ", awsconf_key_name(c->key));
		add_profile(b, c);
		add_place(b, c);
		break;
	case SDK_MACHINE:
		buf_adds(b, "nothing but the metadata of this machine");
		break;
	case SDK_FAILS:
		buf_adds(b, "an error: ");
		add_fault(b, c);
		break;
	}
}

/* Adds the command that fixes it, if there is one. */
static void add_way_out(
    struct buf *b, const struct doctor *d, const struct sdk_choice *c)
{
	static const enum var_id keys[] = {VAR_ACCESS_KEY_ID,
	    VAR_SECRET_ACCESS_KEY, VAR_SESSION_TOKEN, VAR_SECURITY_TOKEN};
	int by_keys = c->source == SDK_ENV_KEYS ||
		      (c->source == SDK_FAILS && c->fault == SDK_HALF_KEYS);

	if (by_keys) {
		buf_adds(b, "unset");
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (getenv(var_name(keys[i])) != NULL)
				buf_addf(b, " %s", var_name(keys[i]));
	} else if (c->by != VAR_COUNT) {
		buf_addf(b, "unset %s", var_name(c->by));
	} else if (c->source == SDK_PROFILE || c->source == SDK_FAILS) {
		buf_adds(b, default_profile_profile(&d->r.shadow) != NULL
				? "export AWS_PROFILE=" AWSCONF_PROFILE
				: "mairu setup-profile");
	}
}

/* --- all SDKs */

/* Whether they should be using a role from mairu. */
static int is_expected(const struct status_report *r)
{
	return r->v.kind == VERDICT_GOOD || r->role != NULL ||
	       r->shell == STATUS_LOST;
}

static enum finding_level level_of(const struct doctor *d, int i)
{
	const struct status_report *r = &d->r;

	if (d->sdk_ours[i] || !is_expected(r))
		return FINDING_OK;
	/* What keeps the role out of the shell is reported separately. */
	return r->shell == STATUS_BARE || r->shell == STATUS_SPOILED
		   ? FINDING_WARNING
		   : FINDING_PROBLEM;
}

static int same(const struct doctor *d, int a, int b)
{
	return d->sdk_ours[a] == d->sdk_ours[b] &&
	       sdk_same(&d->sdk[a], &d->sdk[b]);
}

/* The SDKs that use the same as `first`, the first of them. */
static void add_group(struct doctor *d, int first)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	int n = 0;

	for (int i = first; i < SDK_COUNT; i++) {
		if (!same(d, first, i))
			continue;
		buf_addf(&b, "%s%s", n > 0 ? ", " : "", sdk_name((enum sdk)i));
		n++;
	}
	if (n == SDK_COUNT) {
		buf_clear(&b);
		buf_adds(&b, "all SDKs");
	}
	buf_adds(&b, ": ");
	add_choice(&b, &d->sdk[first], d->sdk_ours[first]);
	findings_add(&d->f, level_of(d, first), "sdk", "%s", buf_str(&b));
	buf_clear(&b);
	if (level_of(d, first) != FINDING_OK)
		add_way_out(&b, d, &d->sdk[first]);
	if (b.len > 0)
		findings_run(&d->f, "%s", buf_str(&b));
	buf_release(&b);
}

void doctor_sdk(struct doctor *d)
{
	for (int i = 0; i < SDK_COUNT; i++) {
		int first = 0;

		while (!same(d, first, i))
			first++;
		if (first == i)
			add_group(d, i);
	}
}

/* --- the profile */

/* The program path of a credential_process; "" if it has none. */
static void program_of(const char *value, size_t len, char out[PATH_MAX])
{
	const char *end;
	size_t n;

	out[0] = '\0';
	if (len > 1 && value[0] == '\'') {
		value++;
		len--;
		end = memchr(value, '\'', len);
	} else {
		end = memchr(value, ' ', len);
	}
	n = end != NULL ? (size_t)(end - value) : len;
	if (n == 0 || n >= PATH_MAX || value[0] != '/')
		return;
	memcpy(out, value, n);
	out[n] = '\0';
}

static void find_program(const char *path, char out[PATH_MAX])
{
	struct buf b = BUF_INIT(AWSCONF_MAX_BYTES);
	struct awsconf_reader r;
	struct awsconf_line l;
	int inside = 0;

	out[0] = '\0';
	if (file_read(path, &b, NULL) == 0) {
		awsconf_open(&r, (const char *)b.data, b.len);
		while (awsconf_next(&r, &l)) {
			if (l.kind == AWSCONF_SECTION)
				inside = awsconf_begins(
				    &l, AWSCONF_CONFIG, AWSCONF_PROFILE);
			else if (inside &&
				 awsconf_has_key(&l, "credential_process"))
				program_of(l.value, l.value_len, out);
		}
	}
	buf_release(&b);
}

static void in_order(struct doctor *d, const struct awsconf *a)
{
	struct buf b = BUF_INIT(TEXT_MAX);
	char program[PATH_MAX];

	find_program(a->path[AWSCONF_CONFIG], program);
	path_text(&b, program);
	if (program[0] != '\0' && access(program, X_OK) < 0) {
		findings_add(&d->f, FINDING_PROBLEM, "profile",
		    "profile " AWSCONF_PROFILE " runs %s, which does not exist",
		    buf_str(&b));
		findings_run(&d->f, "mairu setup-profile");
	} else {
		findings_add(&d->f, FINDING_OK, "profile",
		    "profile " AWSCONF_PROFILE " asks mairu");
	}
	buf_release(&b);
}

/* The effect of [default] on this role is reported with the SDKs. */
static int is_told(const struct doctor *d)
{
	for (int i = 0; i < SDK_COUNT; i++)
		if (d->sdk[i].source == SDK_PROFILE &&
		    d->sdk[i].by == VAR_COUNT && level_of(d, i) != FINDING_OK)
			return 1;
	return 0;
}

static void shadowed(struct doctor *d, const struct awsconf *a)
{
	struct buf b = BUF_INIT(TEXT_MAX);

	path_text(&b, a->path[a->shadow.file]);
	if (d->r.v.kind == VERDICT_GOOD &&
	    d->r.v.project.mode == PROJECT_STATIC) {
		findings_add(&d->f, FINDING_OK, "profile",
		    "[default] in %s has %s, which keys in variables win over",
		    buf_str(&b), a->shadow.key);
	} else if (!is_told(d)) {
		findings_add(&d->f, FINDING_WARNING, "profile",
		    "[default] in %s has %s, which wins over roles in most "
		    "SDKs",
		    buf_str(&b), a->shadow.key);
		findings_run(&d->f, "mairu setup-profile");
	}
	buf_release(&b);
}

void doctor_profile(struct doctor *d)
{
	static struct awsconf a; /* large */
	struct buf b = BUF_INIT(TEXT_MAX);

	awsconf_load(&a, AWSCONF_PROFILE);
	for (int i = 0; i < AWSCONF_FILES; i++)
		if (a.unknown[i])
			findings_add_raw(&d->f, FINDING_WARNING, "profile",
			    a.why[i].msg, a.why[i].run);
	if (awsconf_ready(&a)) {
		in_order(d, &a);
	} else if (a.there && a.rival.key != NULL) {
		path_text(&b, a.path[a.rival.file]);
		findings_add(&d->f, FINDING_WARNING, "profile",
		    "profile " AWSCONF_PROFILE " does not ask mairu: it has "
		    "%s in %s; remove that",
		    a.rival.key, buf_str(&b));
	} else if (a.there) {
		findings_add(&d->f, FINDING_WARNING, "profile",
		    "profile " AWSCONF_PROFILE " does not ask mairu");
		findings_run(&d->f, "mairu setup-profile");
	} else if (a.shadow.key != NULL) {
		shadowed(d, &a);
	} else {
		findings_add(&d->f, FINDING_OK, "profile",
		    "[default] has no credentials that would win over roles");
	}
	buf_release(&b);
}
