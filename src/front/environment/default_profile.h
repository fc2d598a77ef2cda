#ifndef MAIRU_FRONT_ENVIRONMENT_DEFAULT_PROFILE_H
#define MAIRU_FRONT_ENVIRONMENT_DEFAULT_PROFILE_H

/*
 * The shadow of `[default]`: in most SDKs its credentials silently win over the
 * endpoint, so that a shell would act in the wrong account.  If it has any,
 * AWS_PROFILE names a profile that asks mairu, which wins in every SDK; until
 * that profile exists, the user is told once per shell.
 *
 * In static mode none of this matters: keys in the environment win.
 */

#include "base/config/project.h"
#include "base/core/buf.h"
#include "front/aws/awsconf.h"
#include "front/environment/state.h"
#include "front/environment/vars.h"

enum {
	DEFAULT_PROFILE_LINE_MAX = 2 * PATH_MAX + 2048
};

struct default_profile {
	int looked; /* else nothing is known of it */
	struct awsconf conf;
};

/* Reads the files of AWS SDKs, unless in static mode.  *s must be zero. */
void default_profile_look(struct default_profile *s, enum project_mode mode);

/* The value for AWS_PROFILE: a profile that is needed and works, or NULL. */
const char *default_profile_profile(const struct default_profile *s);

/* Appends the warning for a shell with these variables: that the role is
 * shadowed, by what and the ways out, or that this can't be known.  Returns 1
 * if the shell has not been told yet.  Always carries the mark over from `old`
 * to `next`. */
int default_profile_warn(const struct default_profile *s,
    const char *const value[VAR_COUNT], const struct state *old,
    struct state *next, struct buf *line);

/* 1 if a default profile wins over the endpoint, or might. */
int default_profile_is_there(const struct default_profile *s);

/* Appends "[default] in ~/.aws/config has role_arn", or why that can't be
 * known, sanitised. */
void default_profile_cause(const struct default_profile *s, struct buf *out);

/* Appends a sentence: the role is shadowed, by what, and the ways out. */
void default_profile_warning(const struct default_profile *s, struct buf *out);

/* The same for `mairu exec`, which has different ways out. */
void default_profile_refusal(const struct default_profile *s, struct buf *out);

#endif
