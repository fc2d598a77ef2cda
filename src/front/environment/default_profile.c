#include "front/environment/default_profile.h"

#include <string.h>

#include "base/core/text.h"
#include "base/sys/path.h"

static int is_unknown(const struct default_profile *s)
{
	return s->conf.unknown[AWSCONF_CREDENTIALS] ||
	       s->conf.unknown[AWSCONF_CONFIG];
}

int default_profile_is_there(const struct default_profile *s)
{
	return s->looked && (s->conf.shadow.key != NULL || is_unknown(s));
}

void default_profile_look(struct default_profile *s, enum project_mode mode)
{
	if (mode == PROJECT_STATIC)
		return;
	awsconf_load(&s->conf, AWSCONF_PROFILE);
	s->looked = 1;
}

const char *default_profile_profile(const struct default_profile *s)
{
	return default_profile_is_there(s) && awsconf_ready(&s->conf)
		   ? AWSCONF_PROFILE
		   : NULL;
}

static void add_safe(struct buf *out, const char *s)
{
	text_safe(out, s, strlen(s), PATH_MAX);
}

void default_profile_cause(const struct default_profile *s, struct buf *out)
{
	const struct awsconf *a = &s->conf;

	if (a->shadow.key != NULL) {
		buf_adds(out, "[default] in ");
		path_text(out, a->path[a->shadow.file]);
		buf_addf(out, " has %s", a->shadow.key);
		return;
	}
	add_safe(out, a->unknown[AWSCONF_CREDENTIALS]
			  ? a->why[AWSCONF_CREDENTIALS].msg
			  : a->why[AWSCONF_CONFIG].msg);
}

/* A profile of our name that does not give the role. */
static void add_unfit(const struct awsconf *a, struct buf *out)
{
	if (!a->there || awsconf_ready(a))
		return;
	if (a->rival.key == NULL) {
		buf_adds(out, "; profile " AWSCONF_PROFILE
			      " is there, but does not run mairu");
		return;
	}
	buf_addf(out,
	    "; profile " AWSCONF_PROFILE " is not used as it has %s "
	    "in ",
	    a->rival.key);
	path_text(out, a->path[a->rival.file]);
}

static void add_what(const struct default_profile *s, struct buf *out)
{
	if (s->conf.shadow.key != NULL) {
		buf_adds(out, "this role is shadowed: ");
		default_profile_cause(s, out);
		buf_adds(out, ", which most SDKs take instead");
		add_unfit(&s->conf, out);
	} else {
		buf_adds(out, "cannot tell whether [default] wins over this "
			      "role: ");
		default_profile_cause(s, out);
	}
}

void default_profile_warning(const struct default_profile *s, struct buf *out)
{
	add_what(s, out);
	buf_adds(out, ". Run: mairu setup-profile (or write \"mode\": "
		      "\"static\" into " PROJECT_NAME ")");
}

void default_profile_refusal(const struct default_profile *s, struct buf *out)
{
	add_what(s, out);
	buf_adds(out, ". Run: mairu setup-profile (or give --mode static, or "
		      "--allow-shadow)");
}

int default_profile_warn(const struct default_profile *s,
    const char *const value[VAR_COUNT], const struct state *old,
    struct state *next, struct buf *line)
{
	unsigned char mark[STATE_MARK];

	next->has_warned = old->has_warned && old->session == next->session;
	memcpy(next->warned, old->warned, STATE_MARK);
	/* A profile or keys set by hand are intended. */
	if (!default_profile_is_there(s) || value[VAR_PROFILE] != NULL ||
	    value[VAR_DEFAULT_PROFILE] != NULL ||
	    value[VAR_ACCESS_KEY_ID] != NULL)
		return 0;
	default_profile_warning(s, line);
	state_mark("shadow", buf_str(line), mark);
	if (next->has_warned && memcmp(mark, next->warned, STATE_MARK) == 0)
		return 0;
	next->has_warned = 1;
	memcpy(next->warned, mark, STATE_MARK);
	return 1;
}
