#ifndef MAIRU_FRONT_ROLE_ASSUME_H
#define MAIRU_FRONT_ROLE_ASSUME_H

/*
 * What options say of hops that stand on a role, and of the account that it
 * must be of.
 */

#include "base/core/err.h"
#include "front/cli/cmd.h"
#include "front/servers/target.h"

/* Where each stands among a command's options, which has them in one row: from
 * the first of them on. */
enum assume_option {
	ASSUME_ROLE,
	ASSUME_SESSION_NAME,
	ASSUME_DURATION,
	ASSUME_EXTERNAL_ID,
	ASSUME_ACCOUNT,
	ASSUME_COUNT
};

#define ASSUME_OPTIONS(first)                                                  \
	[(first) +                                                             \
	    ASSUME_ROLE] = {"assume-role", 0, "ARN",                           \
	    "then assume this role; may be repeated for more hops"},           \
	    [(first) + ASSUME_SESSION_NAME] = {"assume-role-session-name", 0,  \
		"NAME", "of the hop before it"},                               \
	    [(first) + ASSUME_DURATION] = {"assume-role-duration-seconds", 0,  \
		"SECONDS", "of the hop before it"},                            \
	    [(first) + ASSUME_EXTERNAL_ID] = {"assume-role-external-id", 0,    \
		"ID", "of the hop before it"},                                 \
	    [(first) + ASSUME_ACCOUNT] = {"account", 0, "ACCOUNT",             \
		"refuse credentials for any other account"}

/* Which of them may be given for more than one hop. */
#define ASSUME_REPEATS(first) (((1u << ASSUME_ACCOUNT) - 1) << (first))

/* Puts them on *t, which is filled, with the region where STS is asked (NULL:
 * where $AWS_REGION says, or what a config does).  ERR_USAGE says what is wrong
 * with them. */
int assume_apply(struct target *t, const struct cmd_line *line, size_t first,
    const char *region, struct err *e) MUST_CHECK;

/* Says of each hop that wants more than AWS gives to a role that a role
 * assumes what it will get. */
void assume_say_hour(const struct hop *hops, size_t n);

/* The same of what the options say. */
void assume_say_hour_given(const struct cmd_line *line, size_t first);

/* 1 when the options say more than where the role begins: hops, or an account.
 */
int assume_given(const struct cmd_line *line, size_t first);

#endif
