#ifndef MAIRU_FRONT_ROLE_ASSUME_H
#define MAIRU_FRONT_ROLE_ASSUME_H

/*
 * What options say of hops that stand on a role, and of the account that it
 * must be of.
 */

#include "base/core/err.h"
#include "front/cli/cmd.h"
#include "front/servers/target.h"

/* Where they stand among a command's options. */
struct assume_options {
	size_t role, session_name, duration, external_id, account;
};

#define ASSUME_OPTIONS(role_, name_, duration_, external_id_, account_)        \
	[role_] = {"assume-role", 0, "ARN",                                    \
	    "then assumes this role; may repeat for hops"},                    \
	[name_] = {"assume-role-session-name", 0, "NAME",                      \
	    "of the hop before it"},                                           \
	[duration_] = {"assume-role-duration-seconds", 0, "SECONDS",           \
	    "of the hop before it"},                                           \
	[external_id_] = {"assume-role-external-id", 0, "ID",                  \
	    "of the hop before it"},                                           \
	[account_] = {                                                         \
	    "account", 0, "ACCOUNT", "gives nothing of another account"}

/* Which of them may be given for more than one hop. */
#define ASSUME_REPEATS(role_, name_, duration_, external_id_)                  \
	(1u << (role_) | 1u << (name_) | 1u << (duration_) |                   \
	    1u << (external_id_))

/* Puts them on *t, which is filled, with the region where STS is asked (NULL:
 * where $AWS_REGION says, or what a config does).  ERR_USAGE says what is wrong
 * with them. */
int assume_apply(struct target *t, const struct cmd_line *line,
    const struct assume_options *at, const char *region,
    struct err *e) MUST_CHECK;

/* Says of each hop that wants more than AWS gives to a role that a role
 * assumes what it will get. */
void assume_say_hour(const struct hop *hops, size_t n);

/* The same of what the options say. */
void assume_say_hour_given(
    const struct cmd_line *line, const struct assume_options *at);

#endif
